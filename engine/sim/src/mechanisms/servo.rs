//! A servo holds the velocity of a hinge or slider with a motor of limited strength.

use super::command::Command;
use super::{Act, Measured, Names, Scope, Signal};
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
    command: Command,
    setpoint: f32,
    effort: f32,
    velocity: f32,
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
            command: Command::default(),
            setpoint: 0.0,
            effort: 0.0,
            velocity: 0.0,
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
        let strength = self.max_force * scope.faults.strength();
        let motor = Motor {
            target_position: 0.0,
            target_velocity: self.command.take(&scope.faults, inputs)[0],
            stiffness: 0.0,
            // Full effort at a tenth of the largest velocity's error.
            damping: 10.0 * self.max_force / self.max_velocity.max(1e-6),
            max_force: strength,
        };
        let joint = scope.joints[self.joint];
        let missing = motor.target_velocity - joint.velocity(scope.physics);
        joint.drive(scope.physics, &motor);
        self.setpoint = inputs[0];
        self.effort = (motor.damping * missing).clamp(-strength, strength);
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.velocity = seen.joints[self.joint].velocity(seen.physics);
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.setpoint, self.effort, self.velocity]
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn waiting(&self) -> Vec<f32> {
        self.command.waiting().to_vec()
    }
}
