//! Who looks whether what is soft is as it should be.

use super::knot::{KNOTTED, TIGHT, knotted_at_first_m, knotted_now_m, writhe};
use super::wound::{nearest_m, winding};
use super::{CHAIN, COVER, CURTAIN, DRAPE, JELLY, KNOT, PULL, TEAR, UNCOVER, UNWIND, chain, vertices, width};
use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;

/// For so many records it must stay as it should be.
const STAYS_RECORDS: u32 = 8;
/// How far from the ball a net is, and from the post's middle a rope, that has left it alone, m.
const CLEAR_M: [f32; 2] = [0.03, 0.12];
/// So many turns about a post, to either side, and a rope is not wound round it.
const FREE_TURNS: f32 = 0.5;

/// Looks whether it is as it should be.
#[derive(Clone, Debug)]
pub(super) struct Judge {
    task: String,
    grip: usize,
    goal: Vec3,
    /// Radius of the peg or ball, m; width of the curtain, or length of the knot, at the start, m.
    size_m: f32,
    stays_for: u32,
}

impl Judge {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let world = &plan.world;
        let goal = &world.bodies["goal"];
        let size_m = match (&goal.shape, plan.task.as_str()) {
            (_, CURTAIN) => width(&plan.world.softs["soft"]),
            (_, KNOT) => knotted_at_first_m(&plan.world.softs["soft"]),
            (Shape::Ball { radius_m } | Shape::Cylinder { radius_m, .. }, _) => *radius_m,
            _ => unreachable!("goals are balls, pegs, posts and marks"),
        };
        Judge {
            task: plan.task.clone(),
            grip: world.mechanisms.get_index_of("grip").expect("it is there"),
            goal: goal.position_m.into(),
            size_m,
            stays_for: 0,
        }
    }

    /// How far from what it should be, m, and whether that is near enough.
    fn error(&self, view: &StepView<'_>) -> (f32, bool) {
        let at = |name: &str| view.body_named(name).position_m;
        let (handle, load) = (at("handle"), at("load"));
        let points = || view.soft_positions(0).iter().map(|point| Vec3::from(*point));
        match self.task.as_str() {
            DRAPE | CHAIN => {
                let line: Vec<Vec3> = match self.task.as_str() {
                    CHAIN => chain::line(view),
                    _ => points().collect(),
                };
                let over = line
                    .iter()
                    .filter(|point| (point.x - self.goal.x).abs() < self.size_m);
                let over = over.map(|point| point.z).fold(f32::NEG_INFINITY, f32::max);
                let missing = (self.goal.z + self.size_m - over).clamp(0.0, 0.5);
                let apart = (handle.x - self.goal.x) * (load.x - self.goal.x) < 0.0;
                let low = handle.z.max(load.z) < self.goal.z - 0.05;
                (missing, missing < 0.005 && apart && low)
            }
            PULL | JELLY => {
                let away = (load - self.goal).truncate().length();
                let still = view.body_named("load").linear_velocity_mps.length() < 0.05;
                (away, away < 0.06 && still)
            }
            COVER => {
                let aside = |point: Vec3| (point - self.goal).truncate().length();
                let top = points().filter(|point| point.z > self.goal.z + 0.8 * self.size_m);
                let near = top.map(aside).fold(0.5, f32::min);
                // Around it: on all four sides something lies within reach of the ball.
                let around = [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y]
                    .into_iter()
                    .all(|side| {
                        points().any(|point| {
                            let off = point - self.goal;
                            off.dot(side) > 0.5 * self.size_m
                                && aside(point) < 1.8 * self.size_m
                                && off.z > -0.9 * self.size_m
                        })
                    });
                (near, near < 0.05 && around)
            }
            UNCOVER => {
                let missing = (self.size_m + CLEAR_M[0] - nearest_m(points(), self.goal)).max(0.0);
                (missing, missing == 0.0)
            }
            UNWIND => {
                let line = vertices(view);
                let wound = (winding(&line, self.goal).abs() - FREE_TURNS).max(0.0);
                let missing = (CLEAR_M[1] - nearest_m(points(), self.goal)).max(0.0);
                // The way around the post, as long as it is wound, m.
                let around = wound * std::f32::consts::TAU * self.size_m;
                (missing + around, missing + around == 0.0)
            }
            KNOT => {
                let line = vertices(view);
                let missing = (knotted_now_m(view, &line) - TIGHT * self.size_m).max(0.0);
                (missing, missing == 0.0 && writhe(&line).abs() > KNOTTED)
            }
            TEAR => {
                let away = (handle - self.goal).truncate().length();
                let is_torn = view.soft_pieces(0) > 1;
                let lies = is_torn && handle.z < 0.1;
                // Half a metre more as long as it hangs.
                (away + if is_torn { 0.0 } else { 0.5 }, lies && away < 0.1)
            }
            _ => {
                let xs = points().map(|point| point.x);
                let open = (load.x - self.far_end(view).x).abs();
                let widest = xs.clone().fold(f32::NEG_INFINITY, f32::max) - xs.fold(f32::INFINITY, f32::min);
                let share = open.max(0.8 * widest) / self.size_m;
                ((share - 0.5).max(0.0), share < 0.5)
            }
        }
    }

    /// Where the curtain is fixed.
    fn far_end(&self, view: &StepView<'_>) -> Vec3 {
        view.soft_positions(0)[0].into()
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (error, near) = self.error(view);
        let free = view.held_by(self.grip).is_none();
        self.stays_for = if near && free { self.stays_for + 1 } else { 0 };
        let success = self.stays_for >= STAYS_RECORDS;
        Outcome {
            reward: -error,
            success,
            terminated: success,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
