//! The turntable of some cells: belts bring parcels from behind, and a plate turns them by a quarter onto the last one.
//!
//! Seen from above it turns anticlockwise. The belts before it end where its rim moves as they do, a little above it; the last one
//! begins below it, where it moves along that. Guides keep to the way those that lie askew.

use super::belts::Belts;
use super::cell::{HALF_WIDTH_M, TOP_M, fixed_box, slippery};
use crate::looks;
use std::f32::consts::PI;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, World};

/// The plate and its drive.
pub(super) const TURNTABLE: &str = "turntable";
/// How far from the plate's axis the way of parcels is, and the rim, m.
const WAY_M: f32 = 0.30;
const RIM_M: f32 = 0.46;
/// The plate's middle, m: the way leaves it along the last belt's middle line.
pub(super) const MIDDLE_M: [f32; 2] = [-0.55, WAY_M];
/// Strips of which the plate is made: it has twice as many corners. What lies flat on boxes lies firmly.
const STRIPS: usize = 8;
/// Half of the plate's thickness, m.
const HALF_THICK_M: f32 = 0.02;
/// How far from the way the inner guide is, m.
const INSIDE_M: f32 = 0.13;
/// Where the guides begin about the axis, and where both end, degrees; the inner one begins before the plate, so that nothing is caught.
const OUTER_FROM_DEG: f32 = 180.0;
const INNER_FROM_DEG: f32 = 145.0;
const UNTIL_DEG: f32 = 270.0;
/// Pieces of a guide.
const PIECES: usize = 8;
/// Half of the guides' thickness and height, m.
const RAIL_M: [f32; 2] = [0.012, 0.03];

/// Speed of the rim where parcels are to have this speed, m/s.
pub(super) fn rim_mps(speed: f32) -> f32 {
    speed * RIM_M / WAY_M
}

/// Where a place before the plate is, which lies so far from it along the belts' way and so far to the left of that way, m.
pub(super) fn before(distance: f32, left: f32) -> [f32; 2] {
    [MIDDLE_M[0] - WAY_M + left, MIDDLE_M[1] + distance]
}

/// A place on a circle about the plate's axis, m.
fn around(radius: f32, angle: f32) -> [f32; 2] {
    [
        MIDDLE_M[0] + radius * libm::cosf(angle),
        MIDDLE_M[1] + radius * libm::sinf(angle),
    ]
}

/// Adds the plate, whose upper side is so high, and its guides, which reach so far along the last belt, m.
pub(super) fn add_to(world: &mut World<f32>, belts: &Belts, top_m: f32, guides_end_m: f32) {
    let piece = PI / STRIPS as f32;
    let half_extents_m = [
        RIM_M * libm::cosf(0.5 * piece),
        RIM_M * libm::sinf(0.5 * piece),
        HALF_THICK_M,
    ];
    // A corner lies on the x axis, so that the rim is as far away there as it should be.
    let strip = |index: usize| Part {
        rotation: Rotation::RpyDeg([0.0, 0.0, (piece * (index as f32 + 0.5)).to_degrees()]),
        ..Part::new(Shape::Box { half_extents_m }, [0.0; 3])
    };
    let parts = (0..STRIPS).map(strip).collect();
    let [x, y] = MIDDLE_M;
    let stripes = Paint {
        pattern: Pattern::Stripes,
        ..Paint::checker([0.62, 0.66, 0.70], [0.30, 0.34, 0.40], 0.23)
    };
    let mut plate = Body::new(TURNTABLE, Shape::Compound { parts })
        .kinematic()
        .at([x, y, top_m - HALF_THICK_M])
        .painted(stripes);
    belts.make_grippy(&mut plate);
    world.bodies.insert(TURNTABLE.into(), plate);
    let outside = guide(WAY_M + HALF_WIDTH_M + RAIL_M[0], OUTER_FROM_DEG);
    let inside = guide(WAY_M - INSIDE_M - RAIL_M[0], INNER_FROM_DEG);
    let half = 0.5 * (guides_end_m - x);
    let along = |y: f32| fixed_box("rail", [half, RAIL_M[0], RAIL_M[1]]).at([x + half, y, TOP_M + RAIL_M[1]]);
    for (name, rail) in [
        ("guide_outside", outside),
        ("guide_inside", inside),
        ("guide_front", along(-HALF_WIDTH_M - RAIL_M[0])),
        ("guide_back", along(INSIDE_M + RAIL_M[0])),
    ] {
        let rail = rail.painted(Paint::plain(looks::WALL));
        world.bodies.insert(name.into(), slippery(rail));
    }
}

/// A rail on a circle about the plate's axis, from an angle on to where parcels leave it.
fn guide(radius: f32, from_deg: f32) -> Body<f32> {
    let piece = (UNTIL_DEG - from_deg) / PIECES as f32;
    let half = radius * libm::sinf(0.5 * piece.to_radians());
    let parts = (0..PIECES).map(|index| {
        let angle = from_deg + piece * (index as f32 + 0.5);
        let [x, y] = around(radius, angle.to_radians());
        let half_extents_m = [half + 0.5 * RAIL_M[0], RAIL_M[0], RAIL_M[1]];
        Part {
            rotation: Rotation::RpyDeg([0.0, 0.0, angle + 90.0]),
            ..Part::new(Shape::Box { half_extents_m }, [x, y, TOP_M + RAIL_M[1]])
        }
    });
    let parts = parts.collect();
    Body::new("rail", Shape::Compound { parts }).fixed()
}
