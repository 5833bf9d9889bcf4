//! A drive turns a hinge or pushes a slider with a commanded torque or force, at once or after a delay.

use super::command::Command;
use super::delay::Delay;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Drive {
    joint: usize,
    input: Input,
    max_force: f32,
    /// Effort on the joint for a command of 1.
    gain: f32,
    delay: Delay,
    faulty: Command,
    setpoint: f32,
    effort: f32,
    velocity: f32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Input {
    Torque,
    Force,
}

impl Drive {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Drive {
            joint,
            max_force,
            pulley_radius_m,
            delay_secs,
        } = mechanism
        else {
            unreachable!("called for a drive");
        };
        let index = names.joint("joint", joint)?;
        let (input, gain) = match (&names.world.joints[index].freedom, pulley_radius_m) {
            (Freedom::Hinge { .. }, None) => (Input::Torque, 1.0),
            (Freedom::Slider { .. }, None) => (Input::Force, 1.0),
            (Freedom::Slider { .. }, Some(radius)) if *radius > 0.0 => (Input::Torque, 1.0 / radius),
            (Freedom::Slider { .. } | Freedom::Hinge { .. }, Some(_)) => {
                let reason = "a pulley wants a slider, and a radius above 0";
                return Err(LaneError::invalid(names.place("pulley_radius_m"), reason));
            }
            _ => {
                let reason = format!("`{joint}` must be a hinge or a slider");
                return Err(LaneError::invalid(names.place("joint"), reason));
            }
        };
        Ok(Drive {
            joint: index,
            input,
            max_force: *max_force,
            gain,
            delay: Delay::new(names, *delay_secs)?,
            faulty: Command::default(),
            setpoint: 0.0,
            effort: 0.0,
            velocity: 0.0,
        })
    }
}

impl Act for Drive {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let (input, unit) = match self.input {
            Input::Torque => ("torque", "N m"),
            Input::Force => ("force", "N"),
        };
        vec![ActionChannel::symmetric(name, input, unit, self.max_force)]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        // Before the first command arrives the motor is off.
        let arrived = self.delay.pass(scope.dt_secs(), inputs);
        let command = self.faulty.take(&scope.faults, &arrived)[0];
        let strength = self.max_force * scope.faults.strength();
        self.setpoint = inputs[0];
        self.effort = command.clamp(-strength, strength);
        scope.joints[self.joint].push(scope.physics, self.effort * self.gain);
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        // Of the motor's shaft, where the motor pulls through a pulley.
        self.velocity = seen.joints[self.joint].velocity(seen.physics) * self.gain;
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.setpoint, self.effort, self.velocity]
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn memory(&self) -> [f32; 3] {
        let waiting = self.delay.waiting();
        let ends = (waiting.front(), waiting.back());
        let weighted = waiting
            .iter()
            .zip(1u16..)
            .map(|(value, place)| value * f32::from(place))
            .sum();
        [
            ends.0.copied().unwrap_or(0.0),
            ends.1.copied().unwrap_or(0.0),
            weighted,
        ]
    }

    fn waiting(&self) -> Vec<f32> {
        self.faulty.waiting().to_vec()
    }
}
