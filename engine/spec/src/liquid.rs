//! Liquids: where they are at the start, how finely they are divided, how they flow. How they move stands in
//! `engine/sim/src/liquid/`.

use crate::world::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kinematic viscosity that a liquid has at least, over the spacing of its particles, m/s: what keeps the particles of water in step.
pub const LEAST_VISCOSITY_MPS: f32 = 0.002;

/// A liquid: particles of equal volume, `spacing_m` cubed each. It touches every body that collides and pushes those that
/// can move; two liquids of one world do not touch each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Liquid<N> {
    /// Where it is at the start: boxes, filled with particles on a cubic lattice. Places nearer than 0.3 spacings to a body,
    /// or inside of one, stay empty; so do those of a box that an earlier box has filled.
    pub fill: Vec<Fill<N>>,
    /// Distance between particles at rest, m. Walls should be at least half as thick.
    #[serde(default = "spacing::<N>")]
    pub spacing_m: N,
    /// Density, kg/m^3.
    #[serde(default = "density::<N>")]
    pub density_kgpm3: N,
    /// Dynamic viscosity of a Newtonian liquid, Pa s: water 0.001, oil 0.1, honey 10. What is thinner than
    /// density * spacing * 0.002 m/s moves as if it had that viscosity.
    #[serde(default = "viscosity::<N>")]
    pub viscosity_pas: N,
    /// Surface tension, N/m: how strongly its surface draws together, so that drops are round and splashes hold together. At 0
    /// there is none, and nothing to reckon. Drops are round up to a size of sqrt(tension / (density * 9.81 m/s^2)): water's
    /// 0.07 shows in particles of a millimetre. Walls are not wetted. At 240 physics steps a second up to density * spacing^3 *
    /// 4000 / s^2 stays steady.
    #[serde(default = "tension::<N>")]
    pub surface_tension_npm: N,
    /// Colour, sRGB in 0..1.
    #[serde(default = "color::<N>")]
    pub color: [N; 3],
}

impl<N: Number> Default for Liquid<N> {
    fn default() -> Self {
        Liquid {
            fill: Vec::new(),
            spacing_m: spacing(),
            density_kgpm3: density(),
            viscosity_pas: viscosity(),
            surface_tension_npm: tension(),
            color: color(),
        }
    }
}

/// A box along the world's axes that is full at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Fill<N> {
    /// Lowest corner, m.
    pub low_m: [N; 3],
    /// Highest corner, m.
    pub high_m: [N; 3],
}

impl Fill<f32> {
    /// How many particles fit along each axis; none where the box is empty or its numbers are not finite.
    pub fn counts(&self, spacing_m: f32) -> [usize; 3] {
        std::array::from_fn(|axis| {
            let fits = (self.high_m[axis] - self.low_m[axis]) / spacing_m;
            // A box of a whole number of spacings holds that number, whatever its corners were rounded to.
            (fits + 0.01).max(0.0) as usize
        })
    }
}

fn spacing<N: Number>() -> N {
    N::fixed(0.02)
}
fn density<N: Number>() -> N {
    N::fixed(1000.0)
}
fn viscosity<N: Number>() -> N {
    N::fixed(0.001)
}
fn tension<N: Number>() -> N {
    N::fixed(0.0)
}
fn color<N: Number>() -> [N; 3] {
    [0.16, 0.45, 0.80].map(N::fixed)
}
