//! Soft bodies: ropes, nets, sheets of cloth, blocks of jelly. How they move stands in `engine/sim/src/softs.rs`.

use crate::shape::zeros;
use crate::world::{Number, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A soft body: vertices with springs between them. It touches every body that collides, and is held where it is pinned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Soft<N> {
    /// What it is at the start, where nothing is strained.
    pub form: SoftForm<N>,
    /// Half of its thickness, m: a rope's or cord's radius, half of a cloth's thickness, the skin around a jelly.
    #[serde(default = "radius::<N>")]
    pub radius_m: N,
    /// Its mass, kg.
    #[serde(default = "mass::<N>")]
    pub mass_kg: N,
    /// How stiff it is against stretching, as the frequency of its springs, Hz. More than a quarter of the solver's
    /// steps (960 a second in `accurate`) is no stiffer.
    #[serde(default = "stretch::<N>")]
    pub stretch_hz: N,
    /// How stiff it is against bending, Hz; 0: it bends freely. Of no meaning for a jelly.
    #[serde(default = "zero::<N>")]
    pub bend_hz: N,
    /// The strain at which it tears, as a share of its length at rest; 0: it never does.
    #[serde(default = "zero::<N>")]
    pub tear_strain: N,
    /// Friction against what it touches.
    #[serde(default = "friction::<N>")]
    pub friction: N,
    /// Damping of its velocity by the air, 1/s.
    #[serde(default = "damping::<N>")]
    pub damping: N,
    /// True: it touches itself as well, which costs time.
    #[serde(default)]
    pub touches_itself: bool,
    /// Where it is held.
    #[serde(default)]
    pub pins: Vec<Pin>,
    /// Colour, sRGB in 0..1.
    #[serde(default = "color::<N>")]
    pub color: [N; 3],
}

impl<N: Number> Soft<N> {
    /// One of this form, and of ordinary make.
    pub fn new(form: SoftForm<N>) -> Self {
        Soft {
            form,
            radius_m: radius(),
            mass_kg: mass(),
            stretch_hz: stretch(),
            bend_hz: zero(),
            tear_strain: zero(),
            friction: friction(),
            damping: damping(),
            touches_itself: false,
            pins: Vec::new(),
            color: color(),
        }
    }
}

/// What a soft body is at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum SoftForm<N> {
    /// A rope along a line. Vertices: from the first point to the last, equally far apart.
    Rope {
        /// Its points, at least two, m; it is as long as the line through them.
        along_m: Vec<[N; 3]>,
        /// Straight pieces; there is one vertex more.
        segments: u32,
    },
    /// Cords between knots: a net, a sling, a ladder. Vertices: the knots, in their order, and then those within each cord, cord by
    /// cord, from its first knot to its second, equally far apart.
    Net {
        /// The knots, m.
        knots_m: Vec<[N; 3]>,
        /// The two knots of each cord, by their numbers.
        cords: Vec<[u32; 2]>,
        /// Straight pieces of each cord; there is one vertex less within it.
        segments: u32,
    },
    /// A rectangle of cloth. Vertices: `corner_m` + i/first `along_m` + j/second `across_m`; j runs faster.
    Cloth {
        /// A corner, m.
        #[serde(default = "zeros::<N, 3>")]
        corner_m: [N; 3],
        /// From there along one edge, m.
        along_m: [N; 3],
        /// And along the other, m.
        across_m: [N; 3],
        /// Squares along each edge; there is one vertex more.
        segments: [u32; 2],
    },
    /// A box of jelly along the world's axes. Vertices: a grid, of which z runs fastest, then y.
    Jelly {
        /// Its middle, m.
        #[serde(default = "zeros::<N, 3>")]
        center_m: [N; 3],
        /// Half of its extents, m.
        half_extents_m: [N; 3],
        /// Cubes along each axis; there is one vertex more.
        segments: [u32; 3],
        /// Young's modulus, Pa: soft rubber 1e5, a pudding 3e3.
        #[serde(default = "young::<N>")]
        young_pa: N,
    },
}

impl<N> SoftForm<N> {
    /// Its segments along each axis of its grid, of which it has up to three; along each of its cords.
    pub fn segments(&self) -> &[u32] {
        match self {
            SoftForm::Rope { segments, .. } | SoftForm::Net { segments, .. } => {
                std::slice::from_ref(segments)
            }
            SoftForm::Cloth { segments, .. } => segments,
            SoftForm::Jelly { segments, .. } => segments,
        }
    }

    /// How many vertices there are; the largest number where they are more than can be counted.
    pub fn vertices(&self) -> usize {
        if let SoftForm::Net {
            knots_m,
            cords,
            segments,
        } = self
        {
            let within = (*segments as usize).saturating_sub(1).saturating_mul(cords.len());
            return knots_m.len().saturating_add(within);
        }
        let along = self.segments().iter();
        let along = along.map(|segments| (*segments as usize).saturating_add(1));
        along.fold(1, usize::saturating_mul)
    }

    /// The vertices of each line that it is made of, in order along it: a rope is one, a net has one for each cord, and what has a surface
    /// none. The form is sound.
    pub fn lines(&self) -> Vec<Vec<u32>> {
        match self {
            SoftForm::Rope { segments, .. } => vec![(0..=*segments).collect()],
            SoftForm::Net {
                knots_m,
                cords,
                segments,
            } => {
                let mut next = knots_m.len() as u32;
                let line = |[from, to]: &[u32; 2]| {
                    let within = next..next + segments.saturating_sub(1);
                    next = within.end;
                    std::iter::once(*from).chain(within).chain([*to]).collect()
                };
                cords.iter().map(line).collect()
            }
            SoftForm::Cloth { .. } | SoftForm::Jelly { .. } => Vec::new(),
        }
    }
}

/// Vertices that are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Their numbers.
    pub vertices: Vec<u32>,
    /// The body that holds them as they lie at the start, and that they pull; `world`: they stay where they are.
    #[serde(default = "world")]
    pub to: String,
}

fn world() -> String {
    "world".to_string()
}
fn radius<N: Number>() -> N {
    N::fixed(0.01)
}
fn mass<N: Number>() -> N {
    N::fixed(0.2)
}
fn stretch<N: Number>() -> N {
    N::fixed(120.0)
}
fn friction<N: Number>() -> N {
    N::fixed(0.5)
}
fn damping<N: Number>() -> N {
    N::fixed(0.3)
}
fn young<N: Number>() -> N {
    N::fixed(1e4)
}
fn color<N: Number>() -> [N; 3] {
    [0.80, 0.62, 0.36].map(N::fixed)
}
