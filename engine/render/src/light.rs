//! Sun, light from everywhere, sky, fog and lamps of a world.
//!
//! A surface of sRGB colour c is drawn as c sqrt(light), cut at c: that is its linear colour times light, encoded with
//! a gamma of 2. Light is ambient (0.72 + 0.28 s) + sun max(s, 0), where s is the normal's part along the sun; in a
//! shadow the last is missing. Light of lamps is added to it, each colour by itself, before the root; highlights are
//! added to the linear colour.

use crate::error::RenderError;
use crate::parts::{self, byte_scale};
use crate::plan;
use glam::Vec3;
use terrella_spec::world::{Image, Lamp as SpecLamp, Light, Shadows, World};

/// Light on a surface that faces the sun.
const EXPOSURE: f32 = 1.1;
/// Share of the light from everywhere on a surface along the sun's rays; one that faces the sun gets all.
const SIDEWAYS: f32 = 0.72;

/// Points of a soft sun that are asked.
pub(crate) const SUN_POINTS: usize = 16;

/// Light of a world.
#[derive(Clone, Debug)]
pub(crate) struct Lighting {
    /// Unit vector towards the sun, in the world's frame.
    pub(crate) sun_direction: Vec3,
    pub(crate) shadows: Shadows<f32>,
    sun: f32,
    ambient: f32,
    zenith: [f32; 3],
    horizon: [f32; 3],
    /// Square of the distance at which half is fog, m^2; 0: none.
    pub(crate) fog_squared: f32,
    pub(crate) lamps: Vec<Lamp>,
    /// An image in place of the sky's colours: which of the world's, how wide it is (texels), and the rows of the turn from
    /// the world's axes to its own.
    pub(crate) panorama: Option<(u32, f32, [[f32; 3]; 3])>,
}

/// A light beside the sun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lamp {
    pub(crate) source: Source,
    /// Linear, red, green and blue.
    light: [f32; 3],
}

/// Where a lamp's light comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// Unit vector towards it in the world's frame, and whether it throws shadows.
    Directional(Vec3, bool),
    /// In the frame of a body, or in the world's, and whether it throws shadows.
    Point(Vec3, Option<usize>, bool),
    Head,
}

impl Lighting {
    pub(crate) fn new(world: &World<f32>) -> Result<Lighting, RenderError> {
        let light: &Light<f32> = &world.light;
        let share = light.sun_share.clamp(0.0, 1.0);
        let lamps: Result<Vec<Lamp>, RenderError> = world
            .lights
            .iter()
            .map(|(name, own)| lamp(world, name, own))
            .collect();
        let fog = light.fog.as_ref();
        let horizon = fog.and_then(|fog| fog.color).unwrap_or(light.sky_horizon);
        let image = parts::image(world, &light.sky_images, light.sky_pick)?;
        let panorama = image.map(|image| {
            let width = match &world.images[image as usize] {
                Image::Pixels(pixels) => pixels.width as f32,
                Image::File { .. } => 1.0,
            };
            let turn = light.sky_turn_deg * (std::f32::consts::PI / 180.0);
            let (s, c) = (libm::sinf(turn), libm::cosf(turn));
            (image, width, [[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
        });
        Ok(Lighting {
            panorama,
            sun_direction: Vec3::from_array(light.sun_direction).normalize_or(Vec3::Z),
            shadows: light.shadows,
            sun: share * EXPOSURE,
            ambient: (1.0 - share) * EXPOSURE,
            zenith: light.sky_zenith.map(byte_scale),
            horizon: horizon.map(byte_scale),
            fog_squared: fog.map_or(0.0, |fog| (fog.half_distance_m * fog.half_distance_m).max(1e-12)),
            lamps: lamps?,
        })
    }

    /// True where there is something that shadows can take.
    pub(crate) fn sunny(&self) -> bool {
        self.sun > 0.0 && self.shadows != Shadows::None
    }

    /// Directions towards points of a soft sun, spread evenly over its disc on a spiral of golden angles.
    pub(crate) fn soft_sun(&self) -> Vec<Vec3> {
        let Shadows::Soft { angle_deg } = self.shadows else {
            return Vec::new();
        };
        if !self.sunny() {
            return Vec::new();
        }
        let radius = libm::tanf(0.5 * angle_deg.clamp(0.0, 90.0) * (std::f32::consts::PI / 180.0));
        let sun = self.sun_direction;
        let across = sun.any_orthonormal_vector();
        let aside = sun.cross(across);
        let golden = std::f32::consts::PI * (3.0 - 5.0_f32.sqrt());
        (0..SUN_POINTS)
            .map(|point| {
                let away = radius * ((point as f32 + 0.5) / SUN_POINTS as f32).sqrt();
                let turn = golden * point as f32;
                let offset = across * libm::cosf(turn) + aside * libm::sinf(turn);
                (sun + offset * away).normalize()
            })
            .collect()
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

impl Lamp {
    /// As a kernel needs it; `at` is in the camera's frame.
    pub(crate) fn plan(&self, at: Vec3) -> plan::Lamp {
        plan::Lamp {
            kind: match self.source {
                Source::Directional(..) => plan::DIRECTIONAL,
                Source::Point(..) => plan::POINT,
                Source::Head => plan::HEAD,
            },
            at: at.to_array(),
            light: self.light,
            casts: u32::from(matches!(
                self.source,
                Source::Directional(_, true) | Source::Point(.., true)
            )),
        }
    }
}

fn lamp(world: &World<f32>, name: &str, lamp: &SpecLamp<f32>) -> Result<Lamp, RenderError> {
    let linear = |color: &[f32; 3], strength: f32| {
        color.map(|part| {
            let part = part.clamp(0.0, 1.0);
            part * part * strength.max(0.0)
        })
    };
    Ok(match lamp {
        SpecLamp::Directional {
            direction,
            color,
            strength,
            shadows,
        } => Lamp {
            source: Source::Directional(Vec3::from_array(*direction).normalize_or(Vec3::Z), *shadows),
            light: linear(color, *strength),
        },
        SpecLamp::Point {
            position_m,
            mount,
            color,
            strength,
            shadows,
        } => {
            let body = match mount {
                Some(mount) => {
                    Some(
                        world
                            .bodies
                            .get_index_of(mount)
                            .ok_or_else(|| RenderError::MissingMount {
                                light: name.to_string(),
                                body: mount.clone(),
                            })?,
                    )
                }
                None => None,
            };
            Lamp {
                source: Source::Point(Vec3::from_array(*position_m), body, *shadows),
                light: linear(color, *strength),
            }
        }
        SpecLamp::Head { color, strength } => Lamp {
            source: Source::Head,
            light: linear(color, *strength),
        },
    })
}
