//! A ram pushes with two sliders, one riding on the other, by velocity and with a strength that is commanded too.

use super::delay::Delay;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism, Motor};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ram {
    sliders: [usize; 2],
    max_speed: f32,
    max_force: f32,
    /// Force for each m/s that a motor's velocity is from the commanded one, N s/m.
    damping: f32,
    delay: Delay,
    setpoints: [f32; 3],
    /// Of the steps since the last record: the sum of each motor's force, N, and how many there were.
    pushed: ([f32; 2], u32),
    /// What was measured at the last record: each motor's mean force, N, and velocity, m/s.
    forces: [f32; 2],
    velocities: [f32; 2],
}

impl Ram {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Ram {
            sliders,
            max_speed_mps,
            max_force_n,
            full_force_error_mps,
            delay_secs,
        } = mechanism
        else {
            unreachable!("called for a ram")
        };
        let slider = |name: &String| {
            let index = names.joint("sliders", name)?;
            match names.world.joints[index].freedom {
                Freedom::Slider { .. } => Ok(index),
                _ => Err(LaneError::invalid(
                    names.place("sliders"),
                    format!("`{name}` must be a slider"),
                )),
            }
        };
        let error = full_force_error_mps.unwrap_or(0.1 * max_speed_mps);
        if error <= 0.0 && full_force_error_mps.is_some() {
            return Err(LaneError::invalid(
                names.place("full_force_error_mps"),
                "must be above 0",
            ));
        }
        Ok(Ram {
            sliders: [slider(&sliders[0])?, slider(&sliders[1])?],
            max_speed: *max_speed_mps,
            max_force: *max_force_n,
            damping: max_force_n / error.max(1e-6),
            delay: Delay::new(names, delay_secs.unwrap_or(0.0))?,
            setpoints: [0.0; 3],
            pushed: ([0.0; 2], 0),
            forces: [0.0; 2],
            velocities: [0.0; 2],
        })
    }
}

impl Act for Ram {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![
            ActionChannel::symmetric(name, "vx", "m/s", self.max_speed),
            ActionChannel::symmetric(name, "vy", "m/s", self.max_speed),
            ActionChannel::new(name, "force", "N", 0.0, self.max_force),
        ]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        self.setpoints.copy_from_slice(inputs);
        let inputs = self.delay.pass(scope.dt_secs(), inputs);
        let strength = inputs[2];
        for (index, slider) in self.sliders.iter().enumerate() {
            let motor = Motor {
                target_position: 0.0,
                target_velocity: inputs[index],
                stiffness: 0.0,
                // Whatever strength is commanded.
                damping: self.damping,
                max_force: strength,
            };
            let joint = scope.joints[*slider];
            let missing = motor.target_velocity - joint.velocity(scope.physics);
            self.pushed.0[index] += (self.damping * missing).clamp(-strength, strength);
            joint.drive(scope.physics, &motor);
        }
        self.pushed.1 += 1;
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        let (sums, steps) = std::mem::take(&mut self.pushed);
        self.forces = sums.map(|sum| sum / steps.max(1) as f32);
        self.velocities = self
            .sliders
            .map(|slider| seen.joints[slider].velocity(seen.physics));
    }

    fn telemetry(&self) -> Vec<f32> {
        [&self.setpoints[..], &self.forces, &self.velocities].concat()
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn waiting(&self) -> Vec<f32> {
        self.delay.waiting().iter().copied().collect()
    }
}
