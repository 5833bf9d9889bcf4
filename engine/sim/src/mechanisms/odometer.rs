//! Odometry: where a robot believes to be, from how its wheels rolled. Its random errors are a function of a seed and of
//! how many steps it counted, so a fork has the same ones.

use super::errors::errors;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Odometer as Spec;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Odometer {
    scale: f32,
    bias: f32,
    noise_m: f32,
    noise_rad: f32,
    seed: u64,
    /// Steps in which a wheel rolled.
    count: u32,
    x: f32,
    y: f32,
    yaw: f32,
}

impl Odometer {
    pub(super) fn new(spec: &Spec<f32>) -> Self {
        Odometer {
            scale: 1.0 + spec.scale_error,
            bias: spec.bias_radpm,
            noise_m: spec.noise_m,
            noise_rad: spec.noise_rad,
            seed: u64::from(spec.seed.to_bits()),
            count: 0,
            x: 0.0,
            y: 0.0,
            yaw: 0.0,
        }
    }

    /// Counts how far the wheels took it in one step: m ahead, m to the left, rad to the left.
    pub(super) fn count(&mut self, ahead: f32, left: f32, turned: f32) {
        if ahead == 0.0 && left == 0.0 && turned == 0.0 {
            return;
        }
        let mut rng = errors(self.seed, self.count, "odometer");
        self.count += 1;
        let [first, second, third] = [0; 3].map(|_| rng.normal() as f32);
        let way = ahead.abs() + left.abs();
        let ahead = self.scale * ahead + self.noise_m * ahead.abs().sqrt() * first;
        let left = self.scale * left + self.noise_m * left.abs().sqrt() * third;
        let turned = turned + self.bias * ahead + self.noise_rad * (way + turned.abs()).sqrt() * second;
        let middle = self.yaw + 0.5 * turned;
        let (sine, cosine) = (libm::sinf(middle), libm::cosf(middle));
        self.x += ahead * cosine - left * sine;
        self.y += ahead * sine + left * cosine;
        self.yaw += turned;
    }

    /// Where it believes to be: m, m, rad.
    pub(super) fn pose(&self) -> [f32; 3] {
        [self.x, self.y, self.yaw]
    }

    /// Everything that its future depends on.
    pub(super) fn memory(&self) -> [f32; 4] {
        [self.x, self.y, self.yaw, self.count as f32]
    }
}
