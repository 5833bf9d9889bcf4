//! A dispatcher: it drives all robots with an order at once over the free space of the site, and lets them through the gate
//! one after the other.
//!
//! It sees true poses. A robot goes in before its load, straight under it, and waits for the lift; when all have theirs, they
//! bring them out to their places in turn, each leaving its aisle while the one before it is still setting down, and back out
//! from under them. It calls the elevator once the load that goes up is set down; that waits until the robot is out.

use super::orders::arrived;
use super::{ROBOTS, elevator, fleet, grid, lift_state, site};
use crate::grid::{Grid, Obstacle};
use crate::pursuit::{Robot, follow};
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;

const SPEED_MPS: f32 = 1.1;
const YAW_RADPS: f32 = 1.6;
/// It plans anew after this, s.
const PLAN_SECS: f32 = 0.5;
/// Room for a robot alone, and with a load, m: whoever follows a way cuts its corners.
const ALONE_M: f32 = 0.42;
const LOADED_M: f32 = 0.72;
/// A robot starts under its load from here, before its middle, m.
const BEFORE_M: f32 = 1.0;
/// It has arrived within this, m.
const THERE_M: f32 = 0.06;

/// A robot waits before the gate on either side of it, this far from its wall, m.
const CLEAR_OF_GATE_M: f32 = 1.0;
/// Who comes later stands while another is so near ahead of it, m.
const NEAR_M: f32 = 0.85;

/// What a robot is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// In its bay until the gate is free.
    Wait,
    /// To the place before its load.
    Before,
    /// Straight under it.
    Under,
    /// It stands, and the load is being lifted; how long, s.
    Lift(f32),
    /// With its load, until it is its turn to bring it out.
    Ready,
    /// To the load's place.
    Bring,
    /// Back from under it; from where.
    Out(Vec2),
    Done,
}

/// One robot with an order.
#[derive(Clone, Debug)]
struct Job {
    stage: Stage,
    from: Vec2,
    path: Vec<Vec2>,
    plan_left: f32,
}

impl Job {
    /// Goes on to a stage, for which it plans at once.
    fn to(&mut self, stage: Stage) {
        (self.stage, self.plan_left) = (stage, 0.0);
        self.path.clear();
    }
}

/// The expert.
#[derive(Clone, Debug)]
pub(super) struct Dispatcher {
    grid: Grid,
    jobs: Vec<Job>,
    /// The order whose load goes up.
    lifted: Option<usize>,
    /// Share of its speed at which it brings each load: the way to stop grows with the mass.
    pace: Vec<f32>,
}

pub(super) fn flat(view: &StepView<'_>, name: &str, index: usize) -> Vec2 {
    view.body_named(&format!("{name}_{index}")).position_m.truncate()
}

impl Dispatcher {
    pub(super) fn new(plan: &WorldPlan) -> Dispatcher {
        let loads = plan.world.bodies.keys().filter(|name| name.starts_with("load_"));
        let job = Job {
            stage: Stage::Wait,
            from: Vec2::ZERO,
            path: Vec::new(),
            plan_left: 0.0,
        };
        let count = loads.count();
        let pace = |index: usize| {
            let load_kg = plan.world.bodies[&format!("load_{index}")].material.mass_kg;
            (fleet::MASS_KG / (fleet::MASS_KG + load_kg.unwrap_or(0.0))).sqrt()
        };
        Dispatcher {
            grid: grid(plan),
            jobs: vec![job; count],
            lifted: elevator::order(plan),
            pace: (0..count).map(pace).collect(),
        }
    }

    /// How many robots have an order.
    pub(super) fn orders(&self) -> usize {
        self.jobs.len()
    }

    /// Sends a robot for its load, whoever else is about.
    pub(super) fn take(&mut self, index: usize) {
        self.jobs[index].to(Stage::Before);
    }

    /// True of a robot that is under its load, or on its way in or out.
    pub(super) fn is_under(&self, index: usize) -> bool {
        matches!(
            self.jobs[index].stage,
            Stage::Under | Stage::Lift(_) | Stage::Out(_)
        )
    }

    /// A random place that a robot, with its load or without, has a way to.
    pub(super) fn any_place(
        &self,
        view: &StepView<'_>,
        index: usize,
        loaded: bool,
        rng: &mut Rng,
    ) -> Option<Vec2> {
        let room = if loaded { LOADED_M } else { ALONE_M };
        let ways = self.grid.ways(flat(view, "amr", index), room, 3);
        let fits = |cell: &usize| ways.reach(*cell) && self.grid.clearance(*cell) >= room;
        let cell = (0..200).map(|_| rng.below(self.grid.len())).find(fits);
        cell.map(|cell| self.grid.center(cell))
    }

    /// Drives a robot, with its load or without, to a place: m/s and rad/s.
    pub(super) fn drive_to(
        &mut self,
        view: &StepView<'_>,
        index: usize,
        place: Vec2,
        loaded: bool,
    ) -> [f32; 2] {
        let state = view.body_named(&format!("amr_{index}"));
        let robot = Robot::new(state.position_m, state.rotation);
        self.jobs[index].plan_left -= view.record_secs();
        if self.jobs[index].plan_left <= 0.0 {
            self.plan(view, index, place, if loaded { LOADED_M } else { ALONE_M });
        }
        if self.is_blocked(view, index, robot) {
            return [0.0; 2];
        }
        let job = &self.jobs[index];
        let pace = if loaded { 0.8 * self.pace[index] } else { 1.0 };
        follow(robot, job.from, &job.path, pace * SPEED_MPS, 0.7 * YAW_RADPS)
    }

    /// True while a robot may leave its bay: it has an order, and those before it are through the gate.
    fn may_enter(&self, view: &StepView<'_>, index: usize) -> bool {
        let has_order = index < arrived(view);
        has_order
            && (0..index).all(|other| {
                flat(view, "amr", other).y > site::DIVIDER_Y_M + CLEAR_OF_GATE_M
                    || matches!(self.jobs[other].stage, Stage::Done)
            })
    }

    /// True while a robot may bring its load towards the gate: all have theirs, and those before it are through.
    fn may_leave(&self, view: &StepView<'_>, index: usize) -> bool {
        let all = (0..self.jobs.len()).all(|other| lift_state(view, other) >= 0.5);
        all && (0..index).all(|other| {
            self.jobs[other].stage != Stage::Ready
                && flat(view, "amr", other).y < site::DIVIDER_Y_M - CLEAR_OF_GATE_M
        })
    }

    /// True where a robot with a load stands before the gate, because somebody is still setting one down behind it.
    fn holds(&self, index: usize, here: Vec2) -> bool {
        let before_gate = here.y > site::DIVIDER_Y_M && here.y < site::DIVIDER_Y_M + CLEAR_OF_GATE_M;
        before_gate && (0..index).any(|other| self.jobs[other].stage != Stage::Done)
    }

    /// True where another robot that has precedence is close ahead.
    fn is_blocked(&self, view: &StepView<'_>, index: usize, robot: Robot) -> bool {
        (0..index).any(|other| {
            let apart = flat(view, "amr", other) - robot.here;
            apart.length() < NEAR_M && apart.dot(robot.heading) > 0.3 * apart.length()
        })
    }

    /// A way to a place around everything else that stands on the site.
    fn plan(&mut self, view: &StepView<'_>, index: usize, to: Vec2, radius_m: f32) {
        let here = flat(view, "amr", index);
        let mut grid = self.grid.clone();
        for other in 0..ROBOTS {
            if other != index {
                grid.put(&Obstacle::Disc(flat(view, "amr", other), site::ROBOT_RADIUS_M));
            }
            // Its own load stands in its way until it is carried.
            let carried = other == index && lift_state(view, other) == 0.5;
            if other < self.jobs.len() && !carried {
                let at = flat(view, "load", other);
                grid.put(&Obstacle::about(at, Vec2::splat(site::LOAD_HALF_M)));
            }
        }
        let found = [radius_m, radius_m - 0.08, radius_m - 0.14]
            .into_iter()
            .find_map(|radius| grid.ways(here, radius, 3).path(here, to, radius));
        let job = &mut self.jobs[index];
        job.from = here;
        job.path = found.unwrap_or_default();
        job.plan_left = PLAN_SECS;
    }

    /// Drives a robot: m/s and rad/s.
    pub(super) fn drive(&mut self, view: &StepView<'_>, index: usize, dt: f32) -> [f32; 2] {
        let state = view.body_named(&format!("amr_{index}"));
        let robot = Robot::new(state.position_m, state.rotation);
        let load = flat(view, "load", index);
        let stands = [0.0; 2];
        self.jobs[index].plan_left -= dt;
        let due = self.jobs[index].plan_left <= 0.0;
        match self.jobs[index].stage {
            Stage::Wait => {
                if self.may_enter(view, index) {
                    self.jobs[index].to(Stage::Before);
                }
                stands
            }
            Stage::Before => {
                let to = load - Vec2::Y * BEFORE_M;
                if robot.here.distance(to) < THERE_M {
                    self.jobs[index].to(Stage::Under);
                }
                if due {
                    self.plan(view, index, to, ALONE_M);
                }
                if self.is_blocked(view, index, robot) {
                    return stands;
                }
                let job = &self.jobs[index];
                follow(robot, job.from, &job.path, SPEED_MPS, YAW_RADPS)
            }
            Stage::Under => {
                let left = load.y - robot.here.y;
                if left < THERE_M {
                    self.jobs[index].to(Stage::Lift(0.0));
                    return stands;
                }
                // Along the load's middle line.
                let off = robot.off(Vec2::new(load.x, robot.here.y + 0.5));
                if off.abs() > 0.25 {
                    return [0.0, (2.5 * off).clamp(-YAW_RADPS, YAW_RADPS)];
                }
                [(1.2 * left).clamp(0.15, 0.5), 2.5 * off]
            }
            Stage::Lift(stood) => {
                self.jobs[index].stage = Stage::Lift(stood + dt);
                if lift_state(view, index) == 0.5 && stood > 1.2 {
                    self.jobs[index].to(Stage::Ready);
                } else if stood > 2.5 {
                    // It missed the middle: once more.
                    self.jobs[index].to(Stage::Out(robot.here));
                }
                stands
            }
            Stage::Ready => {
                if self.may_leave(view, index) {
                    self.jobs[index].to(Stage::Bring);
                }
                stands
            }
            Stage::Bring => {
                let place = flat(view, "place", index);
                if lift_state(view, index) >= 1.0 {
                    self.jobs[index].to(Stage::Out(robot.here));
                    return stands;
                }
                if robot.here.distance(place) < THERE_M || self.holds(index, robot.here) {
                    return stands;
                }
                if due {
                    self.plan(view, index, place, LOADED_M);
                }
                let job = &self.jobs[index];
                let most = 0.8 * SPEED_MPS * self.pace[index];
                let [speed, yaw] = follow(robot, job.from, &job.path, most, 0.7 * YAW_RADPS);
                // It creeps over the last of the way no more slowly than its wheels can.
                [if speed > 0.0 { speed.max(0.12) } else { speed }, yaw]
            }
            Stage::Out(from) => {
                if robot.here.distance(from) > 0.95 {
                    let done = lift_state(view, index) >= 1.0;
                    self.jobs[index].to(if done { Stage::Done } else { Stage::Before });
                }
                [-0.5, 0.0]
            }
            Stage::Done => stands,
        }
    }
}

impl Policy for Dispatcher {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.fill(0.0);
        for index in 0..self.jobs.len() {
            let told = self.drive(view, index, view.record_secs());
            action[2 * index..2 * index + 2].copy_from_slice(&told);
        }
        let set_down = |index: usize| lift_state(view, index) >= 1.0;
        let call = view.action_space().index("elevator.call");
        action[call.expect("every site's")] = f32::from(u8::from(self.lifted.is_some_and(set_down)));
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
