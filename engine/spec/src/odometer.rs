//! Where a robot believes to be.

use crate::world::{Number, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Errors of a robot that adds up how far its wheels rolled: where it believes to be, seen from where it started, x ahead.
/// It knows of no slip, veering or bump.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Odometer<N> {
    /// Error of each distance, as a share of it: 0.02 tells 2 % more.
    #[serde(default = "zero::<N>")]
    pub scale_error: N,
    /// Bias of the heading, for each metre driven, rad/m.
    #[serde(default = "zero::<N>")]
    pub bias_radpm: N,
    /// Random error of the distance: its standard deviation after one metre, m; it grows with the root of the way.
    #[serde(default = "zero::<N>")]
    pub noise_m: N,
    /// Random error of the heading: its standard deviation after one metre driven, or after one radian turned, rad; it
    /// grows with the root of either.
    #[serde(default = "zero::<N>")]
    pub noise_rad: N,
    /// Which random errors: another number makes others.
    #[serde(default = "zero::<N>")]
    pub seed: N,
}

impl<N: Number> Default for Odometer<N> {
    fn default() -> Self {
        Odometer {
            scale_error: zero(),
            bias_radpm: zero(),
            noise_m: zero(),
            noise_rad: zero(),
            seed: zero(),
        }
    }
}
