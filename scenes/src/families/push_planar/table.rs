//! What `push_planar` is played on: the table, its rims, and patches of other friction.

use super::{HALF_TABLE_M, against_blocks};
use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::{Body, World};

/// The table with its rims, on a floor.
pub(super) fn add_table(world: &mut World<f32>, table_look: &str, friction: f32, look: &mut Rng) {
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
    world.bodies.insert("table".into(), table);
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

/// A square of other friction, level with the table, and its paint.
pub(super) fn add_patch(world: &mut World<f32>, patch: &str, friction: f32, layout: &mut Rng) {
    let half = layout.uniform_f32(0.12, 0.22);
    let (x, y) = (layout.uniform_f32(-0.25, 0.25), layout.uniform_f32(-0.25, 0.25));
    let mut felt = Body::new(
        "patch",
        Shape::Box {
            half_extents_m: [half, half, 0.02],
        },
    )
    .fixed()
    .at([x, y, -0.02]);
    // Table and patch carry a block on it together, each its share of the weight.
    felt.material.friction = against_blocks(friction);
    felt.paint.visible = false;
    world.bodies.insert("patch".into(), felt);
    let color = if patch == "sticky" {
        [0.42, 0.31, 0.22]
    } else {
        [0.28, 0.38, 0.46]
    };
    let seen = Body::new(
        "patch",
        Shape::Box {
            half_extents_m: [half, half, 0.0003],
        },
    )
    .fixed()
    .at([x, y, 0.0003])
    .painted(Paint::plain(color))
    .untouchable();
    world.bodies.insert("patch_paint".into(), seen);
}
