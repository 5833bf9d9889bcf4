//! The hopper of `granular_hopper`, its gate, and the scoop below: a slab between two plates of glass.

use super::{GATE_HALF_THICK_M, HALF_DEPTH_M, HALF_WIDTH_M, OUTLET_Z_M, SCOOP_HALF_M, SCOOP_Z_M, TOP_Z_M};
use crate::looks;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Material, World};

/// Half of the thickness of the hopper's and the scoop's walls: so thick that nothing falls through, m.
const WALL_HALF_M: f32 = 0.03;
/// Half of the thickness of the scoop's sides, m.
const SIDE_HALF_M: f32 = 0.015;
/// Height of the scoop's sides above its floor, m.
pub(super) const SIDE_M: f32 = 0.28;
/// Half of the thickness of the glass, m.
const GLASS_HALF_M: f32 = 0.02;
/// How far the gate's plate overlaps the outlet, m.
pub(super) const OVERLAP_M: f32 = 0.04;

fn block(half_extents_m: [f32; 3], position_m: [f32; 3], pitch_deg: f32) -> Part<f32> {
    Part {
        rotation: Rotation::RpyDeg([0.0, pitch_deg, 0.0]),
        ..Part::new(Shape::Box { half_extents_m }, position_m)
    }
}

/// The height at which the sloping walls end and the upright ones begin, m.
pub(super) fn shoulder_m(half_outlet_m: f32, slope_rad: f32) -> f32 {
    let slope = libm::sinf(slope_rad) / libm::cosf(slope_rad);
    OUTLET_Z_M + (HALF_WIDTH_M - half_outlet_m) * slope
}

/// Sloping and upright walls, as one body whose origin is in the middle of the outlet.
fn hopper(half_outlet_m: f32, slope_rad: f32) -> Body<f32> {
    let shoulder = shoulder_m(half_outlet_m, slope_rad) - OUTLET_Z_M;
    let length = shoulder / libm::sinf(slope_rad);
    let upright = 0.5 * (TOP_Z_M - OUTLET_Z_M - shoulder);
    let mut parts = Vec::new();
    for side in [-1.0f32, 1.0] {
        // The middle of the inner face, and from there into the wall.
        let face = [0.5 * (half_outlet_m + HALF_WIDTH_M), 0.5 * shoulder];
        let (sine, cosine) = (libm::sinf(slope_rad), libm::cosf(slope_rad));
        let middle = [face[0] + WALL_HALF_M * sine, face[1] - WALL_HALF_M * cosine];
        parts.push(block(
            [0.5 * length, HALF_DEPTH_M, WALL_HALF_M],
            [side * middle[0], 0.0, middle[1]],
            -side * slope_rad.to_degrees(),
        ));
        parts.push(block(
            [WALL_HALF_M, HALF_DEPTH_M, upright],
            [side * (HALF_WIDTH_M + WALL_HALF_M), 0.0, shoulder + upright],
            0.0,
        ));
    }
    Body::new("hopper", Shape::Compound { parts })
        .kinematic()
        .at([0.0, 0.0, OUTLET_Z_M])
        .painted(Paint::plain(looks::WALL))
}

/// A floor and two sides; its origin is in the middle of the floor.
fn scoop(x: f32) -> Body<f32> {
    let side = |side: f32| {
        block(
            [SIDE_HALF_M, HALF_DEPTH_M, 0.5 * SIDE_M + 0.01],
            [side * (SCOOP_HALF_M + SIDE_HALF_M), 0.0, 0.5 * SIDE_M - 0.01],
            0.0,
        )
    };
    let floor = block(
        [SCOOP_HALF_M + 2.0 * SIDE_HALF_M, HALF_DEPTH_M, 0.0125],
        [0.0, 0.0, -0.0125],
        0.0,
    );
    let parts = vec![floor, side(-1.0), side(1.0)];
    Body::new("scoop", Shape::Compound { parts })
        .kinematic()
        .at([x, 0.0, SCOOP_Z_M])
        .painted(Paint::plain(looks::PALETTE[3]))
}

/// Adds floor, glass, scoop, hopper, gate, and the marks of the level that is wanted.
pub(super) fn add_silo(
    world: &mut World<f32>,
    (half_outlet_m, slope_rad): (f32, f32),
    clearance_m: f32,
    (scoop_x_m, level_m): (f32, f32),
    friction: f32,
) {
    let walls = Material {
        friction,
        ..Material::default()
    };
    // Glass is smooth: grains hang on walls and on each other.
    let glass = Material {
        friction: 0.05,
        ..Material::default()
    };
    let mut add = |name: &str, mut body: Body<f32>, material: &Material<f32>| {
        body.material = material.clone();
        world.bodies.insert(name.into(), body);
    };
    add("floor", looks::floor(0.2), &walls);
    for (name, side) in [("back", 1.0f32), ("front", -1.0)] {
        let half = [0.8, GLASS_HALF_M, 0.5 * TOP_Z_M + 0.1];
        let pane = Body::new("glass", Shape::Box { half_extents_m: half })
            .fixed()
            .at([0.0, side * (HALF_DEPTH_M + GLASS_HALF_M), half[2]])
            .painted(Paint {
                // The front pane would hide all of it.
                visible: side > 0.0,
                ..Paint::plain([0.86, 0.88, 0.90])
            });
        add(name, pane, &glass);
    }
    add("scoop", scoop(scoop_x_m), &walls);
    add("hopper", hopper(half_outlet_m, slope_rad), &walls);
    // A little deeper than the hopper, so that it is seen before its walls.
    let gate = Shape::Box {
        half_extents_m: [half_outlet_m + OVERLAP_M, HALF_DEPTH_M + 0.008, GATE_HALF_THICK_M],
    };
    let gate = Body::new("gate", gate)
        .kinematic()
        .at([0.0, 0.0, OUTLET_Z_M - clearance_m - GATE_HALF_THICK_M])
        .painted(Paint::plain(looks::AGENT));
    add("gate", gate, &walls);
    // In front of the pane, on both sides of where the scoop belongs.
    let mark = |side: f32| {
        block(
            [0.05, 0.012, 0.009],
            [side * (SCOOP_HALF_M + 0.075), -HALF_DEPTH_M - 0.06, 0.0],
            0.0,
        )
    };
    let parts = vec![mark(-1.0), mark(1.0)];
    let level = Body::new("level", Shape::Compound { parts })
        .fixed()
        .at([0.0, 0.0, SCOOP_Z_M + level_m])
        .untouchable()
        .painted(Paint::plain(looks::GOAL));
    add("level", level, &glass);
}
