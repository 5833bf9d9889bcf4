//! A satellite receiver: where a body is and how fast, with noise, or nothing where it hears no satellite.
//!
//! Its noise is a function of a seed and of the number of the record. **Invariant:** nothing of the future depends on it.

use super::errors::errors;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Receiver {
    body: usize,
    hears: bool,
    /// Of the position and of the velocity.
    noise: [f32; 2],
    seed: u64,
    count: u32,
    /// Position, m, and velocity, m/s; zeros where it hears nothing.
    fix: [f32; 6],
}

impl Receiver {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Receiver {
            body,
            hears,
            position_noise_m,
            velocity_noise_mps,
            seed,
        } = mechanism
        else {
            unreachable!("called for a receiver")
        };
        names.zero_or_more("position_noise_m", *position_noise_m)?;
        names.zero_or_more("velocity_noise_mps", *velocity_noise_mps)?;
        Ok(Receiver {
            body: names.body("body", body)?,
            hears: *hears,
            noise: [*position_noise_m, *velocity_noise_mps],
            seed: u64::from(seed.to_bits()),
            count: 0,
            fix: [0.0; 6],
        })
    }

    /// What it tells: position, m, and velocity, m/s, in the world's frame.
    pub(super) fn fix(&self) -> [f32; 6] {
        self.fix
    }
}

impl Act for Receiver {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        if !self.hears {
            return;
        }
        let mut rng = errors(self.seed, self.count, "receiver");
        self.count += 1;
        let [x, y, z, _, _, _, _, vx, vy, vz, ..] = seen.states[self.body];
        let truth = [x, y, z, vx, vy, vz];
        self.fix = std::array::from_fn(|axis| truth[axis] + self.noise[axis / 3] * rng.normal() as f32);
    }

    fn shown(&self) -> f32 {
        f32::from(self.hears)
    }

    fn memory(&self) -> [f32; 3] {
        [0.0; 3]
    }
}
