//! A dispatcher: it gives the robots right of way one after the other, and drives each over the free space of the site.
//!
//! It sees true poses. A robot that has the way goes before its load, straight under it, waits for the lift, brings it to
//! its place, waits, and backs out from under it; then the next one has the way.

use super::{ROBOTS, grid, lift_state, site};
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

/// What a robot with the way is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// To the place before its load.
    Before,
    /// Straight under it.
    Under,
    /// It stands, and the load is being lifted; how long, s.
    Lift(f32),
    /// To the load's place.
    Bring,
    /// Back from under it; how far it has come, m.
    Out(Vec2),
    Done,
}

/// The expert.
#[derive(Clone, Debug)]
pub(super) struct Dispatcher {
    grid: Grid,
    orders: usize,
    /// Which robot has the way.
    turn: usize,
    stage: Stage,
    from: Vec2,
    path: Vec<Vec2>,
    plan_left: f32,
}

impl Dispatcher {
    pub(super) fn new(plan: &WorldPlan) -> Dispatcher {
        Dispatcher {
            grid: grid(plan),
            orders: plan
                .world
                .bodies
                .keys()
                .filter(|name| name.starts_with("load_"))
                .count(),
            turn: 0,
            stage: Stage::Before,
            from: Vec2::ZERO,
            path: Vec::new(),
            plan_left: 0.0,
        }
    }

    /// A way to a place around everything else that stands on the site.
    fn plan(&mut self, view: &StepView<'_>, here: Vec2, to: Vec2, radius_m: f32) {
        let mut grid = self.grid.clone();
        for index in 0..ROBOTS {
            let flat = |name: String| view.body_named(&name).position_m.truncate();
            if index != self.turn {
                grid.put(&Obstacle::Disc(
                    flat(format!("amr_{index}")),
                    site::ROBOT_RADIUS_M,
                ));
            }
            // Its own load stands in its way until it is carried.
            let carried = index == self.turn && lift_state(view, index) == 0.5;
            if index < self.orders && !carried {
                let at = flat(format!("load_{index}"));
                grid.put(&Obstacle::about(at, Vec2::splat(site::LOAD_HALF_M)));
            }
        }
        let found = [radius_m, radius_m - 0.08, radius_m - 0.14]
            .into_iter()
            .find_map(|radius| grid.ways(here, radius, 3).path(here, to, radius));
        self.from = here;
        self.path = found.unwrap_or_default();
        self.plan_left = PLAN_SECS;
    }

    /// Drives the robot whose turn it is: m/s and rad/s.
    fn drive(&mut self, view: &StepView<'_>, dt: f32) -> [f32; 2] {
        let index = self.turn;
        let state = view.body_named(&format!("amr_{index}"));
        let robot = Robot::new(state.position_m, state.rotation);
        let flat = |name: &str| view.body_named(&format!("{name}_{index}")).position_m.truncate();
        let load = flat("load");
        self.plan_left -= dt;
        match self.stage {
            Stage::Before => {
                let to = load - Vec2::Y * BEFORE_M;
                if robot.here.distance(to) < THERE_M {
                    self.stage = Stage::Under;
                }
                if self.plan_left <= 0.0 {
                    self.plan(view, robot.here, to, ALONE_M);
                }
                follow(robot, self.from, &self.path, SPEED_MPS, YAW_RADPS)
            }
            Stage::Under => {
                let left = load.y - robot.here.y;
                if left < THERE_M {
                    self.stage = Stage::Lift(0.0);
                    return [0.0; 2];
                }
                // Along the load's middle line.
                let off = robot.off(Vec2::new(load.x, robot.here.y + 0.5));
                if off.abs() > 0.25 {
                    return [0.0, (2.5 * off).clamp(-YAW_RADPS, YAW_RADPS)];
                }
                [(1.2 * left).clamp(0.15, 0.5), 2.5 * off]
            }
            Stage::Lift(stood) => {
                self.stage = Stage::Lift(stood + dt);
                if lift_state(view, index) == 0.5 && stood > 1.2 {
                    (self.stage, self.plan_left) = (Stage::Bring, 0.0);
                } else if stood > 2.5 {
                    // It missed the middle: once more.
                    (self.stage, self.plan_left) = (Stage::Out(robot.here), 0.0);
                }
                [0.0; 2]
            }
            Stage::Bring => {
                let place = flat("place");
                if lift_state(view, index) >= 1.0 {
                    self.stage = Stage::Out(robot.here);
                    return [0.0; 2];
                }
                if robot.here.distance(place) < THERE_M {
                    return [0.0; 2];
                }
                if self.plan_left <= 0.0 {
                    self.plan(view, robot.here, place, LOADED_M);
                }
                let [speed, yaw] = follow(robot, self.from, &self.path, 0.8 * SPEED_MPS, 0.7 * YAW_RADPS);
                // It creeps over the last of the way no more slowly than its wheels can.
                [if speed > 0.0 { speed.max(0.12) } else { speed }, yaw]
            }
            Stage::Out(from) => {
                if robot.here.distance(from) > 0.95 {
                    let done = lift_state(view, index) >= 1.0;
                    (self.stage, self.plan_left) = (if done { Stage::Done } else { Stage::Before }, 0.0);
                }
                [-0.5, 0.0]
            }
            Stage::Done => [0.0; 2],
        }
    }
}

impl Policy for Dispatcher {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        action.fill(0.0);
        if self.stage == Stage::Done && self.turn + 1 < self.orders {
            self.turn += 1;
            (self.stage, self.plan_left) = (Stage::Before, 0.0);
        }
        let told = self.drive(view, view.record_secs());
        action[2 * self.turn..2 * self.turn + 2].copy_from_slice(&told);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
