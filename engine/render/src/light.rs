//! Sun, light from everywhere, and sky of a world.
//!
//! A surface of sRGB colour c is drawn as c sqrt(light), cut at c: that is its linear colour times light, encoded with
//! a gamma of 2. Light is ambient (0.72 + 0.28 s) + sun max(s, 0), where s is the normal's part along the sun; in a
//! shadow the last is missing.

use crate::parts::byte_scale;
use crate::plan;
use glam::Vec3;
use terrella_spec::world::Light;

/// Light on a surface that faces the sun.
const EXPOSURE: f32 = 1.1;
/// Share of the light from everywhere on a surface along the sun's rays; one that faces the sun gets all.
const SIDEWAYS: f32 = 0.72;

/// Light of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lighting {
    /// Unit vector towards the sun, in the world's frame.
    pub(crate) sun_direction: Vec3,
    sun: f32,
    ambient: f32,
    zenith: [f32; 3],
    horizon: [f32; 3],
}

impl Lighting {
    pub(crate) fn new(light: &Light<f32>) -> Lighting {
        let share = light.sun_share.clamp(0.0, 1.0);
        Lighting {
            sun_direction: Vec3::from_array(light.sun_direction).normalize_or(Vec3::Z),
            sun: share * EXPOSURE,
            ambient: (1.0 - share) * EXPOSURE,
            zenith: light.sky_zenith.map(byte_scale),
            horizon: light.sky_horizon.map(byte_scale),
        }
    }

    /// True where there is something that shadows can take.
    pub(crate) fn sunny(&self) -> bool {
        self.sun > 0.0
    }

    /// As a kernel needs it; `up` is the world's in the camera's frame.
    pub(crate) fn plan(&self, up: Vec3) -> plan::Light {
        plan::Light {
            ambient: self.ambient * SIDEWAYS,
            turned: self.ambient * (1.0 - SIDEWAYS),
            sun: self.sun,
            up: up.to_array(),
            horizon: self.horizon,
            rise: std::array::from_fn(|at| self.zenith[at] - self.horizon[at]),
        }
    }
}
