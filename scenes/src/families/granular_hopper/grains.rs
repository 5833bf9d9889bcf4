//! The grains of `granular_hopper`: their shapes, and how they lie at the start.

use super::silo::shoulder_m;
use super::{HALF_DEPTH_M, HALF_WIDTH_M, OUTLET_Z_M, TOP_Z_M};
use crate::draw::{Draw, PlanError};
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Material, World};

/// Share of the room that heaped grains fill.
const PACKING: f32 = 0.58;

/// What grains of a world have in common.
pub(super) struct Grains {
    pub(super) count: usize,
    /// Volume of all of them, m^3.
    pub(super) fill_m3: f32,
    pub(super) shape: String,
    /// Largest deviation of the size, as a share of the mean.
    pub(super) spread: f32,
    pub(super) friction: f32,
    pub(super) density_kgpm3: f32,
}

impl Grains {
    /// Radius of a ball with a mean grain's volume, m.
    pub(super) fn radius_m(&self) -> f32 {
        radius_m(self.count, self.fill_m3)
    }
}

/// Radius of a ball with a mean grain's volume, m, where all of them have this volume.
pub(super) fn radius_m(count: usize, fill_m3: f32) -> f32 {
    libm::cbrtf(fill_m3 / count as f32 / (4.0 / 3.0 * std::f32::consts::PI))
}

/// How high grains of this volume lie on this area, m.
pub(super) fn level_m(volume_m3: f32, area_m2: f32) -> f32 {
    volume_m3 / PACKING / area_m2
}

/// A grain with about the volume of a ball of this radius.
fn grain(word: &str, radius_m: f32) -> Shape<f32> {
    match word {
        "ball" => Shape::Ball { radius_m },
        "brick" => Shape::Box {
            half_extents_m: [1.1, 0.7, 0.66].map(|share| share * radius_m),
        },
        "box" => Shape::Box {
            half_extents_m: [0.8 * radius_m; 3],
        },
        other => unreachable!("`{other}` is not among the options of grain_shape"),
    }
}

/// How far an upright grain reaches aside and upwards, in radii of a ball of its volume.
fn reach(word: &str) -> [f32; 2] {
    match word {
        "box" => [1.14, 0.8],
        "brick" => [1.31, 0.66],
        _ => [1.0, 1.0],
    }
}

/// In layers from the outlet upwards, a little apart and out of line, so that they fall into a heap.
pub(super) fn add_grains(
    world: &mut World<f32>,
    draw: &Draw<'_>,
    grains: &Grains,
    (half_outlet_m, slope_rad): (f32, f32),
) -> Result<(), PlanError> {
    let (mut layout, mut look) = (draw.rng("layout"), draw.rng("color"));
    let Grains {
        count, shape, spread, ..
    } = grains;
    let radius = grains.radius_m();
    let apart = 2.0 * radius * (1.0 + spread) * 1.04;
    let [pitch, rise] = reach(shape).map(|reach| reach * apart);
    let rows = |room: f32| ((room / pitch) as usize).max(1);
    let deep = rows(2.0 * HALF_DEPTH_M);
    // How many fit beside each other in a layer: its lower edge is the narrower one.
    let shoulder = shoulder_m(half_outlet_m, slope_rad);
    let columns = |height: f32| {
        let up = ((height - 0.5 * rise - OUTLET_Z_M) / (shoulder - OUTLET_Z_M)).min(1.0);
        let half = half_outlet_m + (HALF_WIDTH_M - half_outlet_m) * up;
        rows(2.0 * half - 0.01)
    };
    let mut height = OUTLET_Z_M + 0.5 * rise;
    let mut place_of = (0, 0);
    for index in 0..*count {
        if place_of.1 == deep {
            place_of = (0, 0);
            height += rise;
        }
        if height > TOP_Z_M {
            return Err(PlanError::no_fit("the grains are more than the hopper holds"));
        }
        let (column, row) = place_of;
        let across = columns(height);
        place_of = if column + 1 < across {
            (column + 1, row)
        } else {
            (0, row + 1)
        };
        let along = |place: usize, of: usize| (place as f32 + 0.5 - 0.5 * of as f32) * pitch;
        let slack = 0.02 * radius;
        let place = [
            along(column, across) + layout.uniform_f32(-slack, slack),
            along(row, deep) + layout.uniform_f32(-slack, slack),
            height,
        ];
        let size = radius * (1.0 + layout.uniform_f32(-*spread, *spread));
        let shade = look.uniform_f32(0.75, 1.0);
        let color = [0.92, 0.70, 0.28].map(|part| part * shade);
        let mut body = Body::new("grain", grain(shape, size))
            .at(place)
            .painted(Paint::plain(color));
        if shape != "ball" {
            // Upright, or they would not fit beside each other.
            body.rotation = Rotation::RpyDeg([0.0, 0.0, look.uniform_f32(-180.0, 180.0)]);
        }
        body.material = Material {
            density_kgpm3: grains.density_kgpm3,
            friction: grains.friction,
            ..Material::default()
        };
        // Real grains are not round, and do not roll on and on.
        body.angular_damping = 4.0;
        world.bodies.insert(format!("grain_{index:04}"), body);
    }
    Ok(())
}
