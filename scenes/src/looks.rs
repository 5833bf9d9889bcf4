//! Colours and floors that the families share, so that pictures of all of them are of one kind.

use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::Body;

/// Colours that are told apart at 64 pixels, sRGB in 0..1.
pub const PALETTE: [[f32; 3]; 9] = [
    [0.90, 0.29, 0.24],
    [0.95, 0.77, 0.06],
    [0.18, 0.74, 0.42],
    [0.20, 0.55, 0.86],
    [0.58, 0.35, 0.72],
    [0.92, 0.50, 0.14],
    [0.10, 0.72, 0.64],
    [0.93, 0.94, 0.95],
    [0.90, 0.30, 0.58],
];

/// The colour of what the agent moves.
pub const AGENT: [f32; 3] = [0.16, 0.18, 0.22];
/// The colour of a goal.
pub const GOAL: [f32; 3] = [0.36, 0.72, 0.42];
/// The colour of walls and furniture that stay.
pub const WALL: [f32; 3] = [0.78, 0.74, 0.68];

/// `count` colours of the palette, without repetition as long as there are enough.
pub fn colors(rng: &mut Rng, count: usize) -> Vec<[f32; 3]> {
    let mut left: Vec<[f32; 3]> = Vec::new();
    (0..count)
        .map(|_| {
            if left.is_empty() {
                left = PALETTE.to_vec();
            }
            left.swap_remove(rng.below(left.len()))
        })
        .collect()
}

/// An endless checkered floor at z = 0.
pub fn floor(size_m: f32) -> Body<f32> {
    Body::new("floor", Shape::HalfSpace {})
        .fixed()
        .painted(Paint::checker([0.68, 0.70, 0.72], [0.60, 0.62, 0.65], size_m))
}
