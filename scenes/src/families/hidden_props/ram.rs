//! The ram of `hidden_props`: a rail across the board, on it a carriage that slides along it, on that a head that slides out.

use crate::looks;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Combine, Freedom, Joint, Material, Mechanism, World};

/// Half of the head of the ram, m.
pub(super) const HEAD_M: [f32; 3] = [0.02, 0.08, 0.02];
/// Where the head starts, x in m, and how far it can go from there.
pub(super) const HEAD_X_M: f32 = -0.30;
pub(super) const REACH_X_M: f32 = 0.52;
/// How far back it can go.
pub(super) const BACK_M: f32 = 0.04;
/// How far aside the head can go, y in m.
pub(super) const REACH_Y_M: f32 = 0.32;
pub(super) const HEAD_KG: f32 = 0.3;
pub(super) const MAX_SPEED_MPS: f32 = 5.0;
/// What a motor can push with at most, and for each m/s that it is slower than commanded: it is so soft that a puck's mass and
/// friction tell in how fast the head gets.
pub(super) const MAX_FORCE_N: f32 = 30.0;
pub(super) const FORCE_PER_MPS: f32 = 6.0;
/// Commands come so late, s, that a push is over before what comes of it is seen: it cannot be made up for.
pub(super) const DELAY_SECS: f32 = 0.15;

/// Puts the ram at this y.
pub(super) fn add_ram(world: &mut World<f32>, y: f32) {
    let rail_x = HEAD_X_M - 0.16;
    let rail = Shape::Box {
        half_extents_m: [0.03, 0.45, 0.03],
    };
    let rail = Body::new("rail", rail).fixed().at([rail_x, 0.0, 0.06]);
    world
        .bodies
        .insert("rail".into(), rail.painted(Paint::plain(looks::WALL)));
    let box_at =
        |half_extents_m: [f32; 3], position_m: [f32; 3]| Part::new(Shape::Box { half_extents_m }, position_m);
    let dark = Paint::plain(looks::AGENT);
    let parts = vec![box_at([0.05, 0.05, 0.045], [0.0; 3])];
    let mut carriage = Body::new("ram", Shape::Compound { parts })
        .at([rail_x, y, 0.06])
        .untouchable()
        .painted(dark.clone());
    carriage.material.mass_kg = Some(0.3);
    world.bodies.insert("carriage".into(), carriage);
    let parts = vec![
        box_at(HEAD_M, [0.0; 3]),
        // The rod reaches back to the carriage, wherever the head is.
        box_at([0.5 * REACH_X_M, 0.012, 0.008], [-0.5 * REACH_X_M, 0.0, 0.0]),
    ];
    let mut head = Body::new("ram", Shape::Compound { parts })
        .at([HEAD_X_M, y, 0.025])
        .painted(dark);
    head.material = Material {
        mass_kg: Some(HEAD_KG),
        friction: 0.2,
        restitution: 1.0,
        restitution_combine: Combine::Multiply,
        ..Material::default()
    };
    world.bodies.insert("head".into(), head);
    let slider = |parent: &str, child: &str, axis: [f32; 3], limits_m: [f32; 2], anchor: [f32; 3]| Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m: anchor,
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Slider {
            axis,
            limits_m: Some(limits_m),
        },
        motor: None,
        contacts: false,
        reduced: true,
        damping: 0.0,
    };
    // Positions of the sliders count from where they start.
    let sides = [-REACH_Y_M - y, REACH_Y_M - y];
    let along = slider("rail", "carriage", [0.0, 1.0, 0.0], sides, [0.0, y, 0.0]);
    world.joints.insert("along".into(), along);
    let from = [HEAD_X_M - rail_x, 0.0, 0.025 - 0.06];
    let out = slider("carriage", "head", [1.0, 0.0, 0.0], [-BACK_M, REACH_X_M], from);
    world.joints.insert("out".into(), out);
    world.mechanisms.insert(
        "ram".into(),
        Mechanism::Ram {
            sliders: ["out".into(), "along".into()],
            max_speed_mps: MAX_SPEED_MPS,
            max_force_n: MAX_FORCE_N,
            full_force_error_mps: Some(MAX_FORCE_N / FORCE_PER_MPS),
            delay_secs: Some(DELAY_SECS),
        },
    );
}
