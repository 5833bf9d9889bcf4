//! What `billiard_collide` is played on: felt with four holes, cushions, and the mark of one pocket or of the target.

use super::{CUSHION_HEIGHT_M, CUSHION_M, DEPTH_M, HALF_FIELD_M, POCKET_M, pockets};
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Material, World};

/// The table with its holes, the cushions, and the mark under one pocket where one is marked.
pub(super) fn add_table(
    world: &mut World<f32>,
    table: &Material<f32>,
    cushion: &Material<f32>,
    marked: Option<Vec2>,
) {
    let block = |half: [f32; 3], at: [f32; 3]| Part::new(Shape::Box { half_extents_m: half }, at);
    world
        .bodies
        .insert("floor".into(), looks::floor(0.25).at([0.0, 0.0, -DEPTH_M]));
    let half = HALF_FIELD_M;
    // Two boxes in a cross leave the four corners open.
    let parts = vec![
        block(
            [half.x, half.y - POCKET_M, 0.5 * DEPTH_M],
            [0.0, 0.0, -0.5 * DEPTH_M],
        ),
        block(
            [half.x - POCKET_M, half.y, 0.5 * DEPTH_M],
            [0.0, 0.0, -0.5 * DEPTH_M],
        ),
    ];
    let mut felt = Body::new("table", Shape::Compound { parts })
        .fixed()
        .painted(Paint::plain([0.20, 0.36, 0.56]));
    felt.material = table.clone();
    world.bodies.insert("table".into(), felt);
    // Down to the floor, so that the pockets have walls.
    let thick = 0.5 * CUSHION_M;
    let (half_z, z) = (
        0.5 * (CUSHION_HEIGHT_M + DEPTH_M),
        0.5 * (CUSHION_HEIGHT_M - DEPTH_M),
    );
    let parts = vec![
        block([thick, half.y + 2.0 * thick, half_z], [half.x + thick, 0.0, z]),
        block([thick, half.y + 2.0 * thick, half_z], [-half.x - thick, 0.0, z]),
        block([half.x, thick, half_z], [0.0, half.y + thick, z]),
        block([half.x, thick, half_z], [0.0, -half.y - thick, z]),
    ];
    let mut rail = Body::new("cushion", Shape::Compound { parts }).fixed();
    rail.paint = Paint::plain([0.45, 0.28, 0.16]);
    rail.material = cushion.clone();
    world.bodies.insert("cushion".into(), rail);
    let half_pocket = 0.5 * POCKET_M;
    for (index, corner) in pockets()
        .into_iter()
        .filter(|corner| Some(*corner) != marked)
        .enumerate()
    {
        let pit = Body::new(
            "pit",
            Shape::Box {
                half_extents_m: [half_pocket, half_pocket, 0.002],
            },
        );
        let pit = pit
            .fixed()
            .at([corner.x, corner.y, 0.002 - DEPTH_M])
            .untouchable();
        world.bodies.insert(
            format!("pit_{index}"),
            pit.painted(Paint::plain([0.08, 0.08, 0.09])),
        );
    }
    let Some(pocket) = marked else { return };
    let parts = vec![
        block([half_pocket, half_pocket, 0.002], [0.0, 0.0, 0.002 - DEPTH_M]),
        // On the rails, where it is seen from every side.
        block(
            [thick, half_pocket, 0.004],
            [pocket.x.signum() * (half_pocket + thick), 0.0, CUSHION_HEIGHT_M],
        ),
        block(
            [half_pocket, thick, 0.004],
            [0.0, pocket.y.signum() * (half_pocket + thick), CUSHION_HEIGHT_M],
        ),
    ];
    let mark = Body::new("mark", Shape::Compound { parts })
        .fixed()
        .at([pocket.x, pocket.y, 0.0]);
    world.bodies.insert(
        "mark".into(),
        mark.untouchable().painted(Paint::plain(looks::GOAL)),
    );
}

/// The mark where the target is: a disc on the felt.
pub(super) fn add_target_mark(world: &mut World<f32>, target: Vec2, radius_m: f32) {
    let disc = Shape::Cylinder {
        radius_m: 1.6 * radius_m,
        half_height_m: 0.001,
    };
    let mark = Body::new("mark", disc).fixed().at([target.x, target.y, 0.0]);
    world.bodies.insert(
        "mark".into(),
        mark.untouchable().painted(Paint::plain(looks::GOAL)),
    );
}
