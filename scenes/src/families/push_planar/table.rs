//! What `push_planar` is played on: the table, its rims, a patch of other friction.

use super::{HALF_TABLE_M, against_blocks};
use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::{Body, World};

/// A square of other friction in the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    center_m: [f32; 2],
    half_m: f32,
    /// Friction between it and the blocks.
    friction: f32,
    sticky: bool,
}

impl Patch {
    pub(super) fn draw(friction: f32, sticky: bool, layout: &mut Rng) -> Self {
        Patch {
            half_m: layout.uniform_f32(0.12, 0.22),
            center_m: [layout.uniform_f32(-0.25, 0.25), layout.uniform_f32(-0.25, 0.25)],
            friction,
            sticky,
        }
    }
}

/// The table with its rims, on a floor.
pub(super) fn add_table(
    world: &mut World<f32>,
    table_look: &str,
    friction: f32,
    patch: Option<Patch>,
    look: &mut Rng,
) {
    world
        .bodies
        .insert("floor".into(), looks::floor(0.25).at([0.0, 0.0, -0.04]));
    let shade = look.uniform_f32(0.50, 0.64);
    let (light, dark) = (
        [shade, shade, 0.96 * shade],
        [0.88 * shade, 0.88 * shade, 0.88 * shade],
    );
    let pattern = match table_look {
        "checker" => Pattern::Checker,
        "stripes" => Pattern::Stripes,
        _ => Pattern::Plain,
    };
    let paint = Paint {
        pattern,
        ..Paint::checker(light, dark, 0.125)
    };
    let half = HALF_TABLE_M + 0.02;
    let mut table = Body::new(
        "table",
        Shape::Box {
            half_extents_m: [half, half, 0.02],
        },
    )
    .fixed()
    .at([0.0, 0.0, -0.02])
    .painted(paint);
    table.material.friction = against_blocks(friction);
    if patch.is_some() {
        // Only seen: what carries lies in pieces about the patch.
        table = table.untouchable();
    }
    world.bodies.insert("table".into(), table);
    if let Some(patch) = patch {
        add_pieces(world, half, friction, patch);
    }
    let middle = HALF_TABLE_M + 0.01;
    for (name, at, half) in [
        ("rim_east", [middle, 0.0], [0.01, middle + 0.01]),
        ("rim_west", [-middle, 0.0], [0.01, middle + 0.01]),
        ("rim_north", [0.0, middle], [HALF_TABLE_M, 0.01]),
        ("rim_south", [0.0, -middle], [HALF_TABLE_M, 0.01]),
    ] {
        let rim = Body::new(
            "rim",
            Shape::Box {
                half_extents_m: [half[0], half[1], 0.015],
            },
        )
        .fixed()
        .at([at[0], at[1], 0.015])
        .painted(Paint::plain(looks::WALL));
        world.bodies.insert(name.into(), rim);
    }
}

/// A table cut up about a patch. Where two bodies lay level with each other under a block, each would carry a share of its
/// weight, and the patch's friction would be none of its own.
fn add_pieces(world: &mut World<f32>, half: f32, friction: f32, patch: Patch) {
    let [x, y] = patch.center_m;
    let (west, east) = (x - patch.half_m, x + patch.half_m);
    let (south, north) = (y - patch.half_m, y + patch.half_m);
    for (name, low, high, friction) in [
        ("table_west", [-half, -half], [west, half], friction),
        ("table_east", [east, -half], [half, half], friction),
        ("table_south", [west, -half], [east, south], friction),
        ("table_north", [west, north], [east, half], friction),
        ("patch", [west, south], [east, north], patch.friction),
    ] {
        let shape = Shape::Box {
            half_extents_m: [0.5 * (high[0] - low[0]), 0.5 * (high[1] - low[1]), 0.02],
        };
        let middle = [0.5 * (high[0] + low[0]), 0.5 * (high[1] + low[1]), -0.02];
        let class = if name == "patch" { "patch" } else { "table" };
        let mut piece = Body::new(class, shape).fixed().at(middle);
        piece.material.friction = against_blocks(friction);
        piece.paint.visible = false;
        world.bodies.insert(name.into(), piece);
    }
    let color = if patch.sticky {
        [0.42, 0.31, 0.22]
    } else {
        [0.28, 0.38, 0.46]
    };
    let shape = Shape::Box {
        half_extents_m: [patch.half_m, patch.half_m, 0.0003],
    };
    let seen = Body::new("patch", shape)
        .fixed()
        .at([x, y, 0.0003])
        .painted(Paint::plain(color))
        .untouchable();
    world.bodies.insert("patch_paint".into(), seen);
}
