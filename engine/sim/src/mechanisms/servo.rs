//! A servo holds the velocity of a hinge or slider with a motor of limited strength.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism, Motor};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Servo {
    joint: usize,
    turns: bool,
    max_velocity: f32,
    max_force: f32,
}

impl Servo {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Servo {
            joint,
            max_velocity,
            max_force,
        } = mechanism
        else {
            unreachable!("called for a servo")
        };
        let index = names.joint("joint", joint)?;
        let turns = match names.world.joints[index].freedom {
            Freedom::Hinge { .. } => true,
            Freedom::Slider { .. } => false,
            _ => {
                return Err(LaneError::invalid(
                    names.place("joint"),
                    format!("`{joint}` must be a hinge or a slider"),
                ));
            }
        };
        Ok(Servo {
            joint: index,
            turns,
            max_velocity: *max_velocity,
            max_force: *max_force,
        })
    }
}

impl Act for Servo {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let unit = if self.turns { "rad/s" } else { "m/s" };
        vec![ActionChannel::symmetric(
            name,
            "velocity",
            unit,
            self.max_velocity,
        )]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let motor = Motor {
            target_position: 0.0,
            target_velocity: inputs[0],
            stiffness: 0.0,
            // Full effort at a tenth of the largest velocity's error.
            damping: 10.0 * self.max_force / self.max_velocity.max(1e-6),
            max_force: self.max_force,
        };
        scope.joints[self.joint].drive(scope.physics, &motor);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        0.0
    }
}
