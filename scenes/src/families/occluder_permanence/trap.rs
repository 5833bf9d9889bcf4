//! The trap of `occluder_permanence`: a hole in the floor behind what hides, into which the target falls before the wall that stops it.
//!
//! Who sees neither hole nor wall sees something go in and not come out; who opens what hides sees why.

use super::bodies::keeps;
use crate::looks;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, World};

/// Half of the hole's width, m: the other planes are beyond it.
const HALF_WIDTH_M: f32 = 0.19;
const DEPTH_M: f32 = 0.45;
/// How thick its dark lining is, m.
const LINING_M: f32 = 0.008;
/// How far the deck with the hole goes to each side, m: beyond, where its tiles are too small to be told apart, the floor without an
/// end goes on below it.
const FAR_M: f32 = 10.0;
/// How far below the deck that is, m.
const BELOW_M: f32 = DEPTH_M + 0.1;

/// How long the hole is for what is so large, m: it falls in whole.
pub(super) fn length_m(size_m: f32) -> f32 {
    2.6 * size_m + 0.04
}

/// A deck with a hole from one x to the other, m, and below it the floor, which looks the same; `bounce` is the share of a mover's
/// bounce that either leaves.
pub(super) fn add(world: &mut World<f32>, from: f32, to: f32, bounce: f32) {
    let (low, high) = (from.min(to), from.max(to));
    let slab = |x: [f32; 2], y: [f32; 2], z: [f32; 2]| {
        let half = |of: [f32; 2]| 0.5 * (of[1] - of[0]);
        let middle = |of: [f32; 2]| 0.5 * (of[1] + of[0]);
        let half_extents_m = [half(x), half(y), half(z)];
        Part::new(Shape::Box { half_extents_m }, [middle(x), middle(y), middle(z)])
    };
    let (deep, wide) = ([-DEPTH_M, 0.0], [-HALF_WIDTH_M, HALF_WIDTH_M]);
    // No mover goes over a seam: each plane has a slab of its own.
    let parts = vec![
        slab([-FAR_M, low], wide, deep),
        slab([high, FAR_M], wide, deep),
        slab([-FAR_M, FAR_M], [-FAR_M, -HALF_WIDTH_M], deep),
        slab([-FAR_M, FAR_M], [HALF_WIDTH_M, FAR_M], deep),
    ];
    let mut floor = looks::floor(0.4).at([0.0, 0.0, -BELOW_M]);
    floor.material = keeps(bounce);
    let mut deck = Body::new("floor", Shape::Compound { parts })
        .fixed()
        .painted(floor.paint.clone());
    deck.material = keeps(bounce);
    world.bodies.insert("floor".into(), floor);
    world.bodies.insert("deck".into(), deck);
    let below = [-DEPTH_M, -0.001];
    let sides = vec![
        slab([low, high], wide, [-BELOW_M, -DEPTH_M]),
        slab([low, low + LINING_M], wide, below),
        slab([high - LINING_M, high], wide, below),
        slab([low, high], [-HALF_WIDTH_M, LINING_M - HALF_WIDTH_M], below),
        slab([low, high], [HALF_WIDTH_M - LINING_M, HALF_WIDTH_M], below),
    ];
    let mut lining = Body::new("trap", Shape::Compound { parts: sides })
        .fixed()
        .painted(Paint::plain([0.06, 0.06, 0.07]));
    lining.material = keeps(0.0);
    world.bodies.insert("trap".into(), lining);
}
