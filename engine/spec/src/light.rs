//! Sun, sky, fog and further lights. Colours are sRGB in 0..1.
//!
//! Strengths are of light on a surface that faces it: at 1 a surface has its paint's own colour. Light of several
//! sources adds up, and beyond 1 nothing gets brighter. A coloured light's parts are the squares of its sRGB ones.

use crate::shape::{is_zero, yes, zeros};
use crate::world::{Number, one, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sun and sky. Colours are sRGB in 0..1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Light<N> {
    /// Towards the sun; need not be of unit length.
    #[serde(default = "sun::<N>")]
    pub sun_direction: [N; 3],
    /// Share of the light that comes from the sun, 0..1; the rest comes from everywhere.
    #[serde(default = "sun_share::<N>")]
    pub sun_share: N,
    /// The sun's shadows.
    #[serde(default, skip_serializing_if = "Shadows::is_hard")]
    pub shadows: Shadows<N>,
    /// Sky overhead.
    #[serde(default = "zenith::<N>")]
    pub sky_zenith: [N; 3],
    /// Sky at the horizon.
    #[serde(default = "horizon::<N>")]
    pub sky_horizon: [N; 3],
    /// Images, by their names in the world, of which one stands in place of the sky's colours: a panorama all around
    /// (equirectangular), its middle towards +x, its left towards +y, its upper edge overhead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sky_images: Vec<String>,
    /// Which of `sky_images`: 0..1, spread evenly over them.
    #[serde(default = "zero::<N>", skip_serializing_if = "is_zero")]
    pub sky_pick: N,
    /// How far the panorama is turned about the vertical, counter-clockwise seen from above, degrees.
    #[serde(default = "zero::<N>", skip_serializing_if = "is_zero")]
    pub sky_turn_deg: N,
    /// Fog over everything, in place of the haze of far floors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fog: Option<Fog<N>>,
}

impl<N: Number> Default for Light<N> {
    fn default() -> Self {
        Light {
            sun_direction: sun(),
            sun_share: sun_share(),
            shadows: Shadows::Hard,
            sky_zenith: zenith(),
            sky_horizon: horizon(),
            sky_images: Vec::new(),
            sky_pick: zero(),
            sky_turn_deg: zero(),
            fog: None,
        }
    }
}

/// Shadows of the sun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Shadows<N> {
    /// With sharp edges: the sun is a point.
    #[default]
    Hard,
    /// None: the sun shines through everything.
    None,
    /// With soft edges: the sun is a disc, of which 16 points spread evenly over it are asked, always the same. Where so
    /// many of them are hidden, that share of its light is missing.
    Soft {
        /// Angle across the disc, degrees. The real sun: 0.53.
        angle_deg: N,
    },
}

impl<N> Shadows<N> {
    fn is_hard(&self) -> bool {
        matches!(self, Shadows::Hard)
    }
}

/// Fog: of a surface at distance d from the camera, d^2 / (d^2 + half_distance_m^2) is the fog's colour. The sky goes
/// over into it at the horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Fog<N> {
    /// Its colour; the sky's at the horizon when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<[N; 3]>,
    /// Distance at which half of what is seen is fog, m.
    pub half_distance_m: N,
}

/// A light beside the sun. It is not seen itself, only what it shines on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Lamp<N> {
    /// Parallel rays from far away, as another sun.
    Directional {
        /// Towards the light; need not be of unit length.
        direction: [N; 3],
        /// Its colour.
        #[serde(default = "white::<N>")]
        color: [N; 3],
        /// Light on a surface that faces it.
        #[serde(default = "one::<N>")]
        strength: N,
        /// True: it throws hard shadows.
        #[serde(default = "yes")]
        shadows: bool,
    },
    /// Rays from a point. At a distance of d metres its light is strength / d^2, with d at least 0.01.
    Point {
        /// Where it is, m: in the frame of `mount`, or in the world's.
        #[serde(default = "zeros::<N, 3>")]
        position_m: [N; 3],
        /// The body that it is fixed to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mount: Option<String>,
        /// Its colour.
        #[serde(default = "white::<N>")]
        color: [N; 3],
        /// Light on a surface that faces it, 1 m away.
        #[serde(default = "one::<N>")]
        strength: N,
        /// True: it throws hard shadows. A solid shape that the point is in hides nothing.
        #[serde(default = "yes")]
        shadows: bool,
    },
    /// A light at the camera, whichever it is: as strong at any distance, without visible shadows.
    Head {
        /// Its colour.
        #[serde(default = "white::<N>")]
        color: [N; 3],
        /// Light on a surface that faces the camera.
        #[serde(default = "one::<N>")]
        strength: N,
    },
}

fn white<N: Number>() -> [N; 3] {
    [1.0; 3].map(N::fixed)
}
fn sun<N: Number>() -> [N; 3] {
    [0.4, -0.5, 0.9].map(N::fixed)
}
fn sun_share<N: Number>() -> N {
    N::fixed(0.6)
}
fn zenith<N: Number>() -> [N; 3] {
    [0.36, 0.55, 0.82].map(N::fixed)
}
fn horizon<N: Number>() -> [N; 3] {
    [0.82, 0.88, 0.94].map(N::fixed)
}
