//! Somebody who knows the house: the shortest way over its free space, followed by pure pursuit.
//!
//! It looks anew twice a second, keeps off boxes where it can, waits for people, and goes around those who stand. Where its way leads through a door that a plate opens, it goes to the plate first. A robot that goes sideways too
//! it drives straight along the way, whichever way that faces.

use super::doorways::{Plated, plated};
use super::{ASIDE_MPS, PERSON_RADIUS_M, ROBOT_RADIUS_M, space, tell};
use crate::grid::{Grid, Obstacle};
use crate::pursuit::{Robot, follow, glide};
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::world::Mechanism;

const SPEED_MPS: f32 = 0.85;
const YAW_RADPS: f32 = 1.8;
/// It plans anew after this, s.
const PLAN_SECS: f32 = 0.5;
/// Room that it wants beside itself, m.
const MARGIN_M: f32 = 0.04;
/// It waits for somebody who will be nearer than this to where it goes, m.
const PERSON_ROOM_M: f32 = 0.62;
/// The same of somebody who stands: its way leads around them, m.
const STANDING_ROOM_M: f32 = 0.48;
/// After this it no longer waits for somebody, but looks for a way around, s.
const PATIENCE_SECS: f32 = 2.0;
/// After this it gives way: somebody may want to come out where it wants to go in, s.
const GIVE_WAY_SECS: f32 = 4.0;
/// Without a step for so long it is stuck, s.
const STUCK_SECS: f32 = 1.2;
/// How long it backs up then, s, and how fast, m/s.
const BACK_SECS: f32 = 0.8;
const BACK_MPS: f32 = 0.4;

/// The expert.
#[derive(Clone, Debug)]
pub(super) struct Expert {
    /// The free space without furniture that is taken elsewhere, with lanes through doors that have leaves.
    grid: Grid,
    /// Without those lanes.
    bare: Grid,
    /// The free space at the start, without those lanes.
    first: Grid,
    robot: usize,
    /// True where it goes sideways too.
    glides: bool,
    /// Where it drives to, m.
    goal: Vec2,
    boxes: Vec<(usize, f32)>,
    /// Furniture that is taken elsewhere, and the corners of what it takes of the floor, seen from its origin, m.
    moved: Vec<(usize, [Vec2; 2])>,
    people: Vec<usize>,
    plated: Vec<Plated>,
    from: Vec2,
    path: Vec<Vec2>,
    plan_left: f32,
    waited: f32,
    stuck: f32,
    back_left: f32,
    /// Which way it went last, in its own frame.
    way: Vec2,
    last: Vec2,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan) -> Expert {
        let bodies = &plan.world.bodies;
        let index = |name: &str| bodies.get_index_of(name).expect("a body of every plan");
        let of = |class: &str| -> Vec<usize> {
            let all = bodies.values().enumerate();
            all.filter(|(_, body)| body.class == class)
                .map(|(index, _)| index)
                .collect()
        };
        let half = |body: usize| match bodies[body].shape {
            terrella_spec::shape::Shape::Box { half_extents_m } => half_extents_m[0],
            _ => unreachable!("boxes are boxes"),
        };
        let moved = bodies
            .values()
            .enumerate()
            .filter(|(_, body)| space::is_moved(body));
        let moved = moved.map(|(index, body)| {
            let Obstacle::Rect(low, high) = space::footprint(body) else {
                unreachable!("footprints are rectangles")
            };
            let at = Vec3::from(body.position_m).truncate();
            (index, [low - at, high - at])
        });
        let bare = space::lasting_grid(&plan.world);
        let mut grid = bare.clone();
        space::lanes(&plan.world).iter().for_each(|lane| grid.put(lane));
        Expert {
            grid,
            bare,
            first: space::grid(&plan.world),
            robot: index("robot"),
            glides: matches!(
                &plan.world.mechanisms["drive"],
                Mechanism::DiffDrive { max_lateral_mps, .. } if *max_lateral_mps > 0.0
            ),
            goal: Vec3::from(bodies["goal"].position_m).truncate(),
            boxes: of("box").into_iter().map(|body| (body, half(body))).collect(),
            moved: moved.collect(),
            people: of("person"),
            plated: plated(&plan.world),
            from: Vec2::ZERO,
            path: Vec::new(),
            plan_left: 0.0,
            waited: 0.0,
            stuck: 0.0,
            back_left: 0.0,
            way: Vec2::X,
            last: Vec2::splat(f32::INFINITY),
        }
    }

    /// From now on it drives there.
    pub(super) fn drive_to(&mut self, goal: Vec2) {
        if self.goal != goal {
            self.goal = goal;
            self.plan_left = 0.0;
        }
    }

    /// Where it drives to, m.
    pub(super) fn goal(&self) -> Vec2 {
        self.goal
    }

    /// The free space at the start, without what moves.
    pub(super) fn free_space(&self) -> &Grid {
        &self.first
    }

    /// A grid with the furniture that is taken elsewhere where it stands now.
    fn now(&self, view: &StepView<'_>, grid: &Grid) -> Grid {
        let mut grid = grid.clone();
        for (body, [low, high]) in &self.moved {
            let at = view.body(*body).position_m.truncate();
            grid.put(&Obstacle::Rect(at + *low, at + *high));
        }
        grid
    }

    /// Who and what moves about here, by its number, and its radius, m.
    pub(super) fn movers(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        let people = self.people.iter().map(|body| (*body, PERSON_RADIUS_M));
        people.chain(self.boxes.iter().map(|(body, half)| (*body, 1.2 * half)))
    }

    /// The plate that it goes to first, if a door on its way needs one.
    fn first_plate(&self, view: &StepView<'_>, here: Vec2) -> Option<Vec2> {
        let is_shut = |door: &&Plated| {
            let button = view.mechanism_index(&door.button).expect("every plate's");
            view.mechanism_state(button) < 0.5
        };
        let shut: Vec<&Plated> = self.plated.iter().filter(is_shut).collect();
        if shut.is_empty() {
            return None;
        }
        let bare = self.now(view, &self.bare);
        let to = bare
            .ways(here, ROBOT_RADIUS_M, 1)
            .path(here, self.goal, ROBOT_RADIUS_M)?;
        let corners: Vec<Vec2> = std::iter::once(here).chain(to).collect();
        let through = |door: &&&Plated| {
            let mut steps = corners.windows(2).flat_map(|pair| {
                let count = (pair[0].distance(pair[1]) / 0.05).ceil().max(1.0);
                (0..=count as u32).map(move |step| pair[0].lerp(pair[1], step as f32 / count))
            });
            steps.any(|point| door.leaf.distance(point) < 0.05)
        };
        let needed: Vec<&&Plated> = shut.iter().filter(through).collect();
        if needed.is_empty() {
            return None;
        }
        // Whichever it can get at while they are all shut: there is one, before the first of them.
        let mut closed = bare.clone();
        shut.iter().for_each(|door| closed.put(&door.leaf));
        let ways = closed.ways(here, ROBOT_RADIUS_M, 1);
        let plates = needed.into_iter().flat_map(|door| &door.plates);
        plates
            .copied()
            .filter(|plate| ways.reach(closed.cell(*plate)))
            .min_by(|one, other| {
                let cost = |plate: &Vec2| ways.cost_m(closed.cell(*plate));
                cost(one).total_cmp(&cost(other))
            })
    }

    fn plan(&mut self, view: &StepView<'_>, here: Vec2) {
        let goal = self.first_plate(view, here).unwrap_or(self.goal);
        let (grid, bare) = (self.now(view, &self.grid), self.now(view, &self.bare));
        let mut with_boxes = grid.clone();
        for (body, half) in &self.boxes {
            let at = view.body(*body).position_m.truncate();
            with_boxes.put(&Obstacle::Disc(at, 1.2 * half));
        }
        let mut with_people = with_boxes.clone();
        for body in &self.people {
            let state = view.body(*body);
            let stands = state.linear_velocity_mps.length() < 0.05;
            if stands || self.waited > PATIENCE_SECS {
                with_people.put(&Obstacle::Disc(state.position_m.truncate(), 0.3));
            }
        }
        // Around everything; else through the boxes' places, pushing them; else wherever it just fits.
        let room = ROBOT_RADIUS_M + MARGIN_M;
        let tries = [
            (&with_people, room),
            (&with_boxes, room),
            (&grid, room),
            (&bare, ROBOT_RADIUS_M),
        ];
        let found = tries
            .into_iter()
            .find_map(|(grid, radius)| grid.ways(here, radius, 3).path(here, goal, radius));
        self.from = here;
        self.path = found.unwrap_or_else(|| vec![goal]);
        self.plan_left = PLAN_SECS;
    }

    /// True where somebody is, or soon will be, where it is about to be.
    fn meets(&self, view: &StepView<'_>, robot: Robot) -> bool {
        let ahead = robot.here + robot.heading * 0.45;
        self.people.iter().any(|body| {
            let state = view.body(*body);
            let at = state.position_m.truncate();
            let soon = at + state.linear_velocity_mps.truncate() * 0.8;
            let stands = state.linear_velocity_mps.length() < 0.05;
            let room = if stands { STANDING_ROOM_M } else { PERSON_ROOM_M };
            let near = at.distance(ahead).min(soon.distance(ahead)) < room;
            near && robot.off(at).abs() < 1.4
        })
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let dt = view.record_secs();
        let state = view.body(self.robot);
        let robot = Robot::new(state.position_m, state.rotation);
        self.plan_left -= dt;
        if self.plan_left <= 0.0 {
            self.plan(view, robot.here);
        }
        if self.back_left > 0.0 {
            self.back_left -= dt;
            self.plan_left = 0.0;
            let back = -BACK_MPS * self.way;
            tell(action, [back.x, back.y, 0.0]);
            return;
        }
        let (mut way, yaw) = if self.glides {
            let [ahead, left, yaw] = glide(robot, self.from, &self.path, SPEED_MPS, ASIDE_MPS, YAW_RADPS);
            (Vec2::new(ahead, left), yaw)
        } else {
            let [speed, yaw] = follow(robot, self.from, &self.path, SPEED_MPS, YAW_RADPS);
            (Vec2::X * speed, yaw)
        };
        let mut speed = way.length();
        if speed > 0.0 {
            self.way = way / speed;
        }
        // Facing where it goes.
        let facing = Robot {
            heading: self.way.rotate(robot.heading),
            ..robot
        };
        let waits = speed > 0.0 && self.meets(view, facing);
        if waits {
            (speed, way) = (0.0, Vec2::ZERO);
        }
        self.waited = if waits {
            self.waited + dt
        } else {
            (self.waited - 0.5 * dt).max(0.0)
        };
        let stands = self.last.distance(robot.here) < 0.1 * speed * dt;
        self.stuck = if speed > 0.05 && stands {
            self.stuck + dt
        } else {
            0.0
        };
        if self.stuck > STUCK_SECS || self.waited > GIVE_WAY_SECS {
            (self.stuck, self.waited, self.back_left) = (0.0, 0.0, BACK_SECS);
        }
        self.last = robot.here;
        tell(action, [way.x, way.y, yaw]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
