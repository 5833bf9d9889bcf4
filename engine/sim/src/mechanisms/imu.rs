//! An inertial measuring unit: specific force and angular rate at every physics step, with its own errors.
//!
//! What it reads between two records is kept until the next one begins. Noise is a function of a seed and of the number of the
//! sample, and is added when somebody reads: where nobody does, a sample costs a subtraction.
//!
//! **Invariant:** nothing of the future depends on it, so the digest leaves it out.

use super::errors::errors;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// Specific force, m/s^2, and angular rate, rad/s, in the body's frame.
pub type ImuSample = [f32; 6];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Imu {
    body: usize,
    position: Vec3,
    bias: ImuSample,
    /// Of the accelerometer and of the gyroscope.
    noise: [f32; 2],
    seed: u64,
    /// Its velocity at the last sample, m/s.
    velocity: Option<Vec3>,
    /// What it would read without errors, the oldest first.
    since: Vec<ImuSample>,
    /// True once a record is made: the next sample begins another.
    recorded: bool,
    /// How many samples there were before those.
    count: u32,
}

impl Imu {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Imu {
            body,
            position_m,
            accelerometer_noise_mps2,
            accelerometer_bias_mps2,
            gyro_noise_radps,
            gyro_bias_radps,
            seed,
        } = mechanism
        else {
            unreachable!("called for an imu")
        };
        names.zero_or_more("accelerometer_noise_mps2", *accelerometer_noise_mps2)?;
        names.zero_or_more("gyro_noise_radps", *gyro_noise_radps)?;
        Ok(Imu {
            body: names.body("body", body)?,
            position: Vec3::from_array(*position_m),
            bias: six(
                Vec3::from_array(*accelerometer_bias_mps2),
                Vec3::from_array(*gyro_bias_radps),
            ),
            noise: [*accelerometer_noise_mps2, *gyro_noise_radps],
            seed: u64::from(seed.to_bits()),
            velocity: None,
            since: Vec::new(),
            recorded: false,
            count: 0,
        })
    }

    /// What it reads of this moment without errors.
    fn sample(&mut self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) -> ImuSample {
        let body = &physics.bodies[bodies[self.body]];
        let turn = *body.rotation();
        let velocity = body.velocity_at_point(body.translation() + turn * self.position);
        let before = self.velocity.replace(velocity).unwrap_or(velocity);
        let acceleration = (velocity - before) / physics.integration_parameters.dt;
        let back = turn.inverse();
        six(back * (acceleration - physics.gravity), back * body.angvel())
    }

    /// What it read since the record before, the oldest first.
    pub(super) fn samples(&self) -> Vec<ImuSample> {
        let read = |(truth, number): (&ImuSample, u32)| {
            let mut rng = errors(self.seed, number, "imu");
            std::array::from_fn(|axis| {
                truth[axis] + self.bias[axis] + self.noise[axis / 3] * rng.normal() as f32
            })
        };
        self.since.iter().zip(self.count..).map(read).collect()
    }
}

fn six(first: Vec3, second: Vec3) -> ImuSample {
    [first.x, first.y, first.z, second.x, second.y, second.z]
}

impl Act for Imu {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        if self.recorded {
            self.recorded = false;
            self.count += self.since.len() as u32;
            self.since.clear();
        } else {
            let sample = self.sample(scope.physics, scope.bodies);
            self.since.push(sample);
        }
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        let starts = self.velocity.is_none();
        let sample = self.sample(seen.physics, seen.bodies);
        // At the start nothing was measured yet: as many samples as later, as if it had moved on without being pushed.
        let rate = seen.record_secs / seen.physics.integration_parameters.dt;
        let more = if starts { libm::roundf(rate) as usize } else { 1 };
        self.since.extend(std::iter::repeat_n(sample, more));
        self.recorded = true;
    }

    fn shown(&self) -> f32 {
        let sum = |sample: &ImuSample| sample[..3].iter().map(|part| part * part).sum::<f32>();
        self.since.last().map_or(0.0, |sample| sum(sample).sqrt())
    }

    fn memory(&self) -> [f32; 3] {
        [0.0; 3]
    }
}
