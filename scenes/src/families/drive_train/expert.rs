//! Who runs the machine: a PI controller on what the encoder reports, which takes the load off while the motor is hot.

use super::{MAX_SPEED_RADPS, Target};
use terrella_sim::policies::Policy;
use terrella_sim::telemetry::{Reading, Role};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::world::Mechanism;

/// Correction for an error of the speed.
const PROPORTIONAL: f32 = 0.5;
/// The same for each second of it, 1/s.
const INTEGRAL_PER_S: f32 = 1.5;
/// The load is taken off this far below the trip, and put on again at twice that, K.
const MARGIN_K: f32 = 6.0;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    target: Target,
    trip_c: f32,
    integral: f32,
    cools: bool,
}

impl Expert {
    pub(super) fn new(plan: &WorldPlan, target: Target) -> Expert {
        let trip_c = match &plan.world.mechanisms["machine"] {
            Mechanism::DriveTrain { thermal, .. } => thermal.trip_c,
            _ => unreachable!("the machine is a drive train"),
        };
        Expert {
            target,
            trip_c,
            integral: 0.0,
            cools: false,
        }
    }

    /// From now on it brings this about.
    pub(super) fn aim_at(&mut self, target: Target) {
        (self.target, self.integral) = (target, 0.0);
    }

    /// What it brings about.
    pub(super) fn target(&self) -> Target {
        self.target
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        // Setpoint and report of the speed have one name and two roles.
        let read = |role: Role, name: &str| {
            let own = |reading: &Reading| reading.role == role && reading.name == name;
            let index = view.readings().iter().position(own);
            view.telemetry()[index.expect("the machine reports it")]
        };
        let speed = read(Role::Feedback, "machine.speed");
        let temperature = read(Role::Context, "machine.temperature");
        let margin = self.trip_c - temperature;
        self.cools = margin < if self.cools { 2.0 * MARGIN_K } else { MARGIN_K };
        let error = self.target.speed - speed;
        // It spins up unloaded, and does not wind up while it does.
        let near = error.abs() < 0.15 * self.target.speed;
        if near {
            self.integral += INTEGRAL_PER_S * error * view.record_secs();
            self.integral = self.integral.clamp(-3.0, 3.0);
        }
        action[0] = (self.target.speed + PROPORTIONAL * error + self.integral).clamp(0.0, MAX_SPEED_RADPS);
        action[1] = if self.cools || error > 0.3 * self.target.speed {
            0.0
        } else {
            self.target.load
        };
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
