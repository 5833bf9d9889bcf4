//! Sun, ambient light and sky of a world, in linear light.

use crate::color::linear;
use glam::Vec3;
use terrella_spec::world::Light;

/// Light on a surface that faces the sun, as a factor on its colour.
const EXPOSURE: f32 = 1.1;
/// Ambient light on a surface that faces sideways; one that faces up gets 1.
const AMBIENT_SIDEWAYS: f32 = 0.72;
/// Distance at which half of the endless floor's colour is haze, m.
const HAZE_M: f32 = 60.0;

/// Light of a world, and what of it depends on the camera.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lighting {
    /// Unit vector towards the sun, in the world's frame.
    pub(crate) sun_direction: Vec3,
    /// The factors of sun and ambient light on a surface's colour.
    pub(crate) sun: f32,
    ambient: f32,
    zenith: Vec3,
    pub(crate) horizon: Vec3,
}

impl Lighting {
    pub(crate) fn new(light: &Light<f32>) -> Lighting {
        let share = light.sun_share.clamp(0.0, 1.0);
        Lighting {
            sun_direction: Vec3::from_array(light.sun_direction).normalize_or(Vec3::Z),
            sun: share * EXPOSURE,
            ambient: (1.0 - share) * EXPOSURE,
            zenith: linear(light.sky_zenith),
            horizon: linear(light.sky_horizon),
        }
    }

    /// Ambient light on a surface by the sine of its normal's elevation: brighter from above.
    #[inline(always)]
    pub(crate) fn ambient(&self, normal_up: f32) -> f32 {
        self.ambient * (AMBIENT_SIDEWAYS + (1.0 - AMBIENT_SIDEWAYS) * normal_up)
    }

    /// The sky by the sine of the elevation; below the horizon it is the horizon's colour.
    #[inline(always)]
    pub(crate) fn sky(&self, up: f32) -> Vec3 {
        let up = up.clamp(0.0, 1.0);
        self.horizon + (self.zenith - self.horizon) * (up * (2.0 - up))
    }

    /// Share of haze over an endless floor by the square of the distance in m^2.
    #[inline(always)]
    pub(crate) fn haze(&self, distance_squared: f32) -> f32 {
        distance_squared / (distance_squared + HAZE_M * HAZE_M)
    }
}
