//! What stands about: poles, trees, a hall.

use super::parts::FRAME_M;
use super::way::Way;
use crate::looks;
use terrella_sim::glam::Vec3;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Pattern, Shape};
use terrella_spec::world::{Body, World};

/// The way is at least this far from the surface of a pole or trunk, m.
const CLEAR_M: f32 = 0.75;
const POLE_HEIGHT_M: f32 = 3.6;
/// Crowns are above all gates and leave room to the way, m: where they begin and end, and their radius.
const CROWN_M: [f32; 2] = [3.0, 5.0];
const CROWN_RADIUS_M: f32 = 0.55;
/// Trees that stand so far beside the way are only looked at, m; and how many there are.
const BESIDE_M: [f32; 2] = [5.0, 12.0];
const BESIDE_COUNT: usize = 14;
/// A hall's walls are so far beyond the way, m, and so high.
const HALL_MARGIN_M: f32 = 3.4;
const HALL_HEIGHT_M: f32 = 5.0;
const WALL_M: f32 = 0.1;

/// What stands about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenery {
    Open,
    Forest,
    Hall,
}

impl Scenery {
    pub(super) fn of(word: &str) -> Self {
        match word {
            "forest" => Scenery::Forest,
            "hall" => Scenery::Hall,
            _ => Scenery::Open,
        }
    }
}

/// Adds poles, or in a forest trees, as far as there is room for them; gives how many.
pub(super) fn add_poles(
    world: &mut World<f32>,
    way: &Way,
    (count, scenery): (usize, Scenery),
    rng: &mut Rng,
) -> usize {
    let end = way.at(way.length_m());
    let mut put: Vec<[f32; 2]> = Vec::new();
    for _ in 0..20 * count {
        if put.len() == count {
            break;
        }
        let radius = rng.uniform_f32(0.06, 0.16);
        let x = rng.uniform_f32(1.0, end.x + 2.0);
        let y = rng.uniform_f32(end.y.min(0.0) - 3.0, end.y.max(0.0) + 3.0);
        let crowded = put
            .iter()
            .any(|[px, py]| (px - x) * (px - x) + (py - y) * (py - y) < 0.8);
        if crowded || way.clearance_m(x, y) < CLEAR_M + FRAME_M + radius {
            continue;
        }
        let body = match scenery {
            Scenery::Forest => tree(radius, x, y),
            _ => pole(radius, x, y),
        };
        world.bodies.insert(format!("pole_{}", put.len()), body);
        put.push([x, y]);
    }
    put.len()
}

/// What is farther off: the rest of the forest, or the walls and the ceiling of the hall.
pub(super) fn add_surroundings(world: &mut World<f32>, way: &Way, scenery: Scenery, rng: &mut Rng) {
    match scenery {
        Scenery::Open => {}
        Scenery::Forest => add_forest(world, way, rng),
        Scenery::Hall => add_hall(world, way),
    }
}

fn pole(radius_m: f32, x: f32, y: f32) -> Body<f32> {
    let shape = Shape::Cylinder {
        radius_m,
        half_height_m: 0.5 * POLE_HEIGHT_M,
    };
    Body::new("pole", shape)
        .fixed()
        .at([x, y, 0.5 * POLE_HEIGHT_M])
        .painted(Paint {
            pattern: Pattern::Checker,
            ..Paint::checker([0.42, 0.30, 0.20], [0.34, 0.42, 0.22], 0.6)
        })
}

/// A trunk like a pole, and a crown.
fn tree(radius_m: f32, x: f32, y: f32) -> Body<f32> {
    let [low, high] = CROWN_M;
    let trunk = Shape::Cylinder {
        radius_m,
        half_height_m: 0.5 * low,
    };
    let crown = Shape::Cone {
        radius_m: CROWN_RADIUS_M,
        half_height_m: 0.5 * (high - low),
    };
    let parts = vec![
        Part::new(trunk, [0.0, 0.0, 0.5 * low]),
        Part::new(crown, [0.0, 0.0, 0.5 * (low + high)]),
    ];
    let bark = Paint {
        pattern: Pattern::Noise,
        pattern_size_m: 0.3,
        ..Paint::checker([0.28, 0.36, 0.18], [0.36, 0.27, 0.17], 0.3)
    };
    Body::new("tree", Shape::Compound { parts })
        .fixed()
        .at([x, y, 0.0])
        .painted(bark)
}

/// Trees far beside the way, on the side that the camera outside looks at and beyond its end.
fn add_forest(world: &mut World<f32>, way: &Way, rng: &mut Rng) {
    let end = way.at(way.length_m());
    let [near, far] = BESIDE_M;
    for index in 0..BESIDE_COUNT {
        let radius = rng.uniform_f32(0.1, 0.2);
        let x = rng.uniform_f32(-4.0, end.x + 8.0);
        let y = end.y.max(0.0) + rng.uniform_f32(near, far);
        world.bodies.insert(format!("beside_{index}"), tree(radius, x, y));
    }
}

/// A back wall, two ends and a ceiling; the side from which the camera outside looks is open.
fn add_hall(world: &mut World<f32>, way: &Way) {
    let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
    let mut along = 0.0;
    while along < way.length_m() {
        (low, high) = (low.min(way.at(along)), high.max(way.at(along)));
        along += 0.2;
    }
    let (low, high) = (low - HALL_MARGIN_M, high + HALL_MARGIN_M);
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    let up = 0.5 * HALL_HEIGHT_M;
    let brick = Paint::checker(looks::WALL, looks::WALL.map(|part| 0.85 * part), 0.8);
    for (name, half_extents_m, at) in [
        ("wall_back", [half.x, WALL_M, up], [middle.x, high.y, up]),
        ("wall_start", [WALL_M, half.y, up], [low.x, middle.y, up]),
        ("wall_end", [WALL_M, half.y, up], [high.x, middle.y, up]),
        (
            "ceiling",
            [half.x, half.y, WALL_M],
            [middle.x, middle.y, HALL_HEIGHT_M + WALL_M],
        ),
    ] {
        let body = Body::new("wall", Shape::Box { half_extents_m })
            .fixed()
            .at(at)
            .painted(brick.clone());
        world.bodies.insert(name.into(), body);
    }
}
