//! Play: one random speed and load after another, each held for a while once the wheel has come to it.

use super::expert::Expert;
use super::{MAX_LOAD_NM, MAX_SPEED_RADPS, Target};
use crate::play::Subgoals;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Share of subgoals at standstill, and without load.
const STANDS: f64 = 0.1;
const UNLOADED: f64 = 0.25;
/// Smallest speed otherwise, as a share of the largest, and largest load, as a multiple of the one asked for: with more, most machines
/// trip within seconds.
const SLOWEST: f32 = 0.1;
const MOST: f32 = 1.2;
/// It has come to a speed within this, rad/s, and holds it so long, s.
const THERE_RADPS: f32 = 0.8;
const HOLDS_SECS: [f32; 2] = [0.5, 2.0];

/// Speeds and loads, and who brings them about.
#[derive(Clone, Debug)]
pub(super) struct Setpoints {
    controller: Expert,
    most_nm: f32,
    /// For how long the present one is still to be held, s.
    left_secs: f32,
}

impl Setpoints {
    pub(super) fn new(controller: Expert) -> Self {
        Setpoints {
            most_nm: (MOST * controller.target().load).min(MAX_LOAD_NM),
            controller,
            left_secs: 0.0,
        }
    }
}

impl Subgoals for Setpoints {
    const PATIENCE_SECS: f32 = 5.0;

    fn draw(&mut self, _: &StepView<'_>, rng: &mut Rng) -> bool {
        let (stands, unloaded) = (rng.chance(STANDS), rng.chance(UNLOADED));
        let speed = rng.uniform_f32(SLOWEST, 1.0) * MAX_SPEED_RADPS;
        let load = rng.uniform_f32(0.0, self.most_nm);
        self.controller.aim_at(Target {
            speed: if stands { 0.0 } else { speed },
            load: if unloaded { 0.0 } else { load },
        });
        self.left_secs = rng.uniform_f32(HOLDS_SECS[0], HOLDS_SECS[1]);
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        let shaft = view.joint_index("wheel_shaft").expect("a wheel");
        let off = view.joint_velocity(shaft) - self.controller.target().speed;
        if off.abs() < THERE_RADPS {
            self.left_secs -= view.record_secs();
        }
        self.left_secs < 0.0
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.controller.act(view, rng, action);
    }
}
