//! Play: what is held is carried to one random place after another and at some time let go, at rest or in passing.

use crate::play::{Subgoals, place_in};
use terrella_sim::glam::Vec3;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::world::Mechanism;

/// It is there where it is this near, m.
const THERE_M: f32 = 0.06;
/// Slowest and fastest speed to a place, m/s.
const SPEEDS_MPS: [f32; 2] = [0.3, 1.0];
/// How probable it is that it lets go on its way to a place.
const LETS_GO: f64 = 0.35;
/// Where on that way, as a share: thrown at the start, laid aside at the end.
const LATEST: f32 = 0.9;

/// Places for the hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// The box that the hand is led through, m.
    low: Vec3,
    high: Vec3,
    to: Vec3,
    speed_mps: f32,
    /// So near to the place it lets go, m; below 0: it holds on.
    opens_m: f32,
    holds: bool,
}

impl Places {
    pub(super) fn new(plan: &WorldPlan) -> Self {
        let Mechanism::Gantry { low_m, high_m, .. } = &plan.world.mechanisms["hand"] else {
            unreachable!("the hand is a gantry")
        };
        Places {
            low: Vec3::from(*low_m),
            high: Vec3::from(*high_m),
            to: Vec3::ZERO,
            speed_mps: 0.0,
            opens_m: -1.0,
            holds: true,
        }
    }
}

impl Subgoals for Places {
    const PATIENCE_SECS: f32 = 3.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        self.to = place_in(self.low, self.high, rng);
        self.speed_mps = rng.uniform_f32(SPEEDS_MPS[0], SPEEDS_MPS[1]);
        let (lets_go, share) = (rng.chance(LETS_GO), rng.uniform_f32(0.0, LATEST));
        let far = view.body_named("hand").position_m.distance(self.to);
        self.opens_m = if lets_go { far * (1.0 - share) } else { -1.0 };
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        view.body_named("hand").position_m.distance(self.to) < THERE_M
    }

    fn pursue(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let way = self.to - view.body_named("hand").position_m;
        self.holds &= way.length() > self.opens_m;
        let velocity = (way * 4.0).clamp_length_max(self.speed_mps);
        action[..3].copy_from_slice(&velocity.to_array());
        action[3] = f32::from(u8::from(self.holds));
    }
}
