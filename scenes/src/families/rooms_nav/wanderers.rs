//! Who moves about without knowing the way: an explorer, one who keeps to the wall, one who goes round and comes back.
//!
//! What they do is what maps are learned from: rooms seen for the first time, rooms seen along their walls, rooms seen again.

use super::expert::Expert;
use super::play::Places;
use super::{ROBOT_RADIUS_M, SIGHT_M, space, tell};
use crate::grid::{CELL_M, Grid, Obstacle};
use crate::play::with_noise;
use crate::policies::PolicyKind;
use crate::pursuit::Robot;
use std::f32::consts::PI;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

/// The policies of this family.
pub(super) static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "explorer",
        doc: "Drives to the nearest place that it has not seen, as a lidar of 8 m sees, and to the mark once it has seen that.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(Explorer::new(plan))),
    },
    PolicyKind {
        name: "wall_hugger",
        doc: "Follows the walls and furniture on its left or on its right.",
        needs_expert: false,
        make: |_, plan, _| Some(Box::new(WallHugger::new(plan))),
    },
    PolicyKind {
        name: "tour",
        doc: "Drives round over two places and its start, again and again: it sees again what it has seen, from both sides.",
        needs_expert: true,
        make: |_, plan, _| Some(Box::new(Tour::new(plan))),
    },
    crate::play::kind(
        "Chains random subgoals: drives to one random place after another, in whatever room it is.",
        |_, plan, spec| with_noise(Places(Expert::new(plan)), spec),
    ),
];

/// Rays with which the explorer looks about itself.
const RAYS: usize = 180;
/// It looks this often, s.
const LOOK_SECS: f32 = 0.5;
/// A leaf that is nearer than this to where it hangs shut hides what is behind it, m.
const SHUT_M: f32 = 0.2;
/// Who is nearer than this to a place has been there, m.
pub(super) const THERE_M: f32 = 0.4;
/// A tour gives up a place after this, s.
const GIVE_UP_SECS: f32 = 20.0;
/// How far from a wall one keeps who follows it, m, and how fast they drive.
const BESIDE_M: f32 = ROBOT_RADIUS_M + 0.15;
const ALONG_MPS: f32 = 0.5;

/// How far it is free from a place in a direction, m, and the cells on the way there.
fn look(grid: &Grid, hides: &[Obstacle], from: Vec2, way: Vec2, mut sees: impl FnMut(usize)) -> f32 {
    let step = 0.5 * CELL_M;
    let count = (SIGHT_M / step) as usize;
    for index in 1..=count {
        let far = index as f32 * step;
        let point = from + way * far;
        let cell = grid.cell(point);
        sees(cell);
        // A doorway is as dark as a wall for who stands in it.
        let is_wall = grid.clearance(cell) < step;
        if is_wall || hides.iter().any(|other| other.distance(point) < step) {
            return far;
        }
    }
    SIGHT_M
}

fn turned(way: Vec2, angle: f32) -> Vec2 {
    Vec2::new(libm::cosf(angle), libm::sinf(angle)).rotate(way)
}

#[derive(Clone, Debug)]
struct Explorer {
    expert: Expert,
    mark: Vec2,
    seen: Vec<bool>,
    /// Leaves of doors, where they hang when shut, and what they hide then.
    leaves: Vec<(usize, Vec3, Obstacle)>,
    look_left: f32,
}

impl Explorer {
    fn new(plan: &WorldPlan) -> Self {
        let expert = Expert::new(plan);
        let leaves = plan.world.bodies.values().enumerate();
        Explorer {
            mark: expert.goal(),
            seen: vec![false; expert.free_space().len()],
            leaves: leaves
                .filter(|(_, body)| {
                    body.class == "door" && body.motion != terrella_spec::world::Motion::Fixed
                })
                .map(|(index, body)| (index, body.position_m.into(), space::footprint(body)))
                .collect(),
            expert,
            look_left: 0.0,
        }
    }

    /// Looks about and goes where it has not.
    fn look_about(&mut self, view: &StepView<'_>, here: Vec2) {
        let grid = self.expert.free_space();
        let shut = self.leaves.iter().filter(|(body, place, _)| {
            view.body(*body).position_m.distance(*place) < SHUT_M && place.truncate().distance(here) < SIGHT_M
        });
        let hides: Vec<Obstacle> = shut.map(|(.., leaf)| *leaf).collect();
        for ray in 0..RAYS {
            let way = turned(Vec2::X, 2.0 * PI * ray as f32 / RAYS as f32);
            look(grid, &hides, here, way, |cell| self.seen[cell] = true);
        }
        if self.seen[grid.cell(self.mark)] {
            self.expert.drive_to(self.mark);
            return;
        }
        // The way to the nearest cell that it has not seen leads over those that it has.
        let ways = grid.ways(here, ROBOT_RADIUS_M, 1);
        let unseen = (0..grid.len())
            .filter(|cell| !self.seen[*cell] && ways.reach(*cell) && grid.clearance(*cell) >= ROBOT_RADIUS_M);
        let nearest = unseen.min_by(|one, other| ways.cost_m(*one).total_cmp(&ways.cost_m(*other)));
        let goal = nearest.map_or(self.mark, |cell| grid.center(cell));
        self.expert.drive_to(goal);
    }
}

impl Policy for Explorer {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.look_left -= view.record_secs();
        if self.look_left <= 0.0 {
            self.look_left = LOOK_SECS;
            self.look_about(view, view.body_named("robot").position_m.truncate());
        }
        self.expert.act(view, rng, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

#[derive(Clone, Debug)]
struct WallHugger {
    expert: Expert,
    /// 1: the wall is on its left; -1: on its right; 0: not yet decided.
    side: f32,
}

impl WallHugger {
    fn new(plan: &WorldPlan) -> Self {
        WallHugger {
            expert: Expert::new(plan),
            side: 0.0,
        }
    }
}

impl Policy for WallHugger {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if self.side == 0.0 {
            self.side = if rng.chance(0.5) { 1.0 } else { -1.0 };
        }
        let state = view.body_named("robot");
        let robot = Robot::new(state.position_m, state.rotation);
        let movers = self.expert.movers();
        let hides: Vec<Obstacle> = movers
            .map(|(body, radius)| Obstacle::Disc(view.body(body).position_m.truncate(), radius))
            .collect();
        let free = |angle: f32| {
            let way = turned(robot.heading, self.side * angle);
            look(self.expert.free_space(), &hides, robot.here, way, |_| {})
        };
        let ahead = free(0.0).min(free(0.35)).min(free(-0.35));
        // As far from the wall as the nearest that it sees on its side.
        let beside = [0.8, 1.2, 1.57, 1.9]
            .map(free)
            .into_iter()
            .fold(f32::INFINITY, f32::min);
        let [speed, turn] = if ahead < ROBOT_RADIUS_M + 0.2 {
            [0.0, -1.4]
        } else if beside > 2.5 * BESIDE_M {
            // Around the corner that it lost.
            [0.6 * ALONG_MPS, 0.6 * ALONG_MPS / BESIDE_M]
        } else {
            [ALONG_MPS, (3.0 * (beside - BESIDE_M)).clamp(-0.8, 0.8)]
        };
        tell(action, [speed, 0.0, self.side * turn]);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// A random place that is free and whose way from here is so long, m.
pub(super) fn any_place(grid: &Grid, here: Vec2, [least, most]: [f32; 2], rng: &mut Rng) -> Option<Vec2> {
    let room = ROBOT_RADIUS_M + 0.1;
    let ways = grid.ways(here, room, 1);
    let fits = |cell: &usize| {
        let cost = ways.cost_m(*cell);
        ways.reach(*cell) && grid.clearance(*cell) >= room && (least..most).contains(&cost)
    };
    let cell = (0..400).map(|_| rng.below(grid.len())).find(fits);
    cell.map(|cell| grid.center(cell))
}

#[derive(Clone, Debug)]
struct Tour {
    expert: Expert,
    places: Vec<Vec2>,
    next: usize,
    /// How long it has been on the way to the next place, s.
    under_way: f32,
}

impl Tour {
    fn new(plan: &WorldPlan) -> Self {
        Tour {
            expert: Expert::new(plan),
            places: Vec::new(),
            next: 0,
            under_way: 0.0,
        }
    }

    /// Two places, and where it is now.
    fn choose(&mut self, here: Vec2, rng: &mut Rng) {
        let mut place = |least: f32| any_place(self.expert.free_space(), here, [least, 7.0], rng);
        self.places = [place(2.5), place(1.0), Some(here)]
            .into_iter()
            .flatten()
            .collect();
    }
}

impl Policy for Tour {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let here = view.body_named("robot").position_m.truncate();
        if self.places.is_empty() {
            self.choose(here, rng);
        }
        self.under_way += view.record_secs();
        if here.distance(self.places[self.next]) < THERE_M || self.under_way > GIVE_UP_SECS {
            self.next = (self.next + 1) % self.places.len();
            self.under_way = 0.0;
        }
        self.expert.drive_to(self.places[self.next]);
        self.expert.act(view, rng, action);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
