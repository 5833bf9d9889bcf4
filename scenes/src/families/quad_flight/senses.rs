//! What tells the drone how it moves: an inertial measuring unit, and a satellite receiver that may hear nothing.

use crate::draw::Draw;
use terrella_sim::glam::Vec3;
use terrella_spec::seed::Rng;
use terrella_spec::world::{Mechanism, World};

const IMU: &str = "imu";
pub(super) const GPS: &str = "gps";

/// Adds both, with the errors that are drawn for them.
pub(super) fn add(world: &mut World<f32>, draw: &mut Draw<'_>) {
    let mut rng = draw.rng("senses");
    let [felt, turned] = [(); 2].map(|()| direction(&mut rng));
    let imu = Mechanism::Imu {
        body: "drone".into(),
        position_m: [0.0; 3],
        accelerometer_noise_mps2: draw.real("accelerometer_noise_mps2"),
        accelerometer_bias_mps2: (draw.real("accelerometer_bias_mps2") * felt).to_array(),
        gyro_noise_radps: draw.real("gyro_noise_radps"),
        gyro_bias_radps: (draw.real("gyro_bias_radps") * turned).to_array(),
        seed: rng.uniform_f32(0.0, 1e6),
    };
    world.mechanisms.insert(IMU.into(), imu);
    let noise = draw.real("gps_noise_m");
    let receiver = Mechanism::Receiver {
        body: "drone".into(),
        hears: draw.word("positioning") == "gps",
        position_noise_m: noise,
        velocity_noise_mps: noise,
        seed: rng.uniform_f32(0.0, 1e6),
    };
    world.mechanisms.insert(GPS.into(), receiver);
}

fn direction(rng: &mut Rng) -> Vec3 {
    let parts = [(); 3].map(|()| rng.normal() as f32);
    Vec3::from_array(parts).normalize_or(Vec3::X)
}
