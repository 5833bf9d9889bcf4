//! The wheels of a vehicle that steers by its sides: a motor of limited torque in each.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motor};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Wheels {
    /// The hinges of the left and of the right side.
    sides: [Vec<usize>; 2],
    max_speed: f32,
    max_torque: f32,
    /// The joint whose motor faults hit; all where there is none.
    faulty: Option<usize>,
    effort: f32,
}

impl Wheels {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Wheels {
            left,
            right,
            max_speed_radps,
            max_torque_nm,
            faulty,
        } = mechanism
        else {
            unreachable!("called for wheels")
        };
        names.above_zero("max_speed_radps", *max_speed_radps)?;
        names.above_zero("max_torque_nm", *max_torque_nm)?;
        let side = |field: &str, joints: &[String]| -> Result<Vec<usize>, LaneError> {
            joints.iter().map(|name| names.hinge(field, name)).collect()
        };
        let sides = [side("left", left)?, side("right", right)?];
        let faulty = faulty
            .as_ref()
            .map(|name| names.joint("faulty", name))
            .transpose()?;
        if faulty.is_some_and(|joint| !sides.iter().flatten().any(|own| *own == joint)) {
            let reason = "wants one of its own wheels' hinges";
            return Err(LaneError::invalid(names.place("faulty"), reason));
        }
        Ok(Wheels {
            sides,
            max_speed: *max_speed_radps,
            max_torque: *max_torque_nm,
            faulty,
            effort: 0.0,
        })
    }

    /// The motor of a wheel that is to turn so fast, with this share of its torque.
    fn motor(&self, speed: f32, strength: f32) -> Motor<f32> {
        Motor {
            target_position: 0.0,
            target_velocity: speed,
            stiffness: 0.0,
            // Full torque at a tenth of the largest speed's error.
            damping: 10.0 * self.max_torque / self.max_speed,
            max_force: strength * self.max_torque,
        }
    }
}

impl Act for Wheels {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let side = |input| ActionChannel::symmetric(name, input, "rad/s", self.max_speed);
        vec![side("left"), side("right")]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let (mut efforts, mut count) = (0.0, 0.0);
        for (joints, speed) in self.sides.iter().zip(inputs) {
            for index in joints {
                let hit = self.faulty.is_none_or(|joint| joint == *index);
                let strength = if hit { scope.faults.strength() } else { 1.0 };
                let motor = self.motor(*speed, strength);
                let joint = &scope.joints[*index];
                let torque = motor.damping * (speed - joint.velocity(scope.physics));
                efforts += (torque.abs() / self.max_torque).min(strength);
                count += 1.0;
                joint.drive(scope.physics, &motor);
            }
        }
        self.effort = efforts / f32::max(count, 1.0);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.effort
    }
}
