//! Cups on their blocks, and the mark of the one that is to be filled.

use super::goal::OTHERS;
use super::hidden;
use super::vessel::{HALF_WALL_M, Vessel};
use crate::looks;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, World};

/// Height of the block that a cup stands on, m: what is spilled lies lower than what is not.
const STAND_M: f32 = 0.10;

/// Height of the floor of every cup, m.
pub(super) const CUP_FLOOR_M: f32 = STAND_M + 2.0 * HALF_WALL_M;

/// A cup on its block, around x.
fn add(world: &mut World<f32>, name: &str, cup: &Vessel, x: f32) {
    let outer = cup.apothem + 2.0 * HALF_WALL_M;
    let half_extents_m = [outer, outer, 0.5 * STAND_M];
    let stand = Body::new("stand", Shape::Box { half_extents_m })
        .fixed()
        .at([x, 0.0, 0.5 * STAND_M])
        .painted(Paint::plain(looks::WALL));
    let (seen, unseen) = cup.parts([0.0; 3]);
    let fixed = |parts: Vec<Part<f32>>| {
        Body::new("cup", Shape::Compound { parts })
            .fixed()
            .at([x, 0.0, CUP_FLOOR_M])
    };
    let clear = Paint::plain([0.93, 0.94, 0.95]);
    let stand_name = if name == "cup" {
        "stand".to_string()
    } else {
        format!("{name}_stand")
    };
    world.bodies.insert(stand_name, stand);
    world.bodies.insert(name.into(), fixed(seen).painted(clear));
    world
        .bodies
        .insert(format!("{name}_pane"), fixed(unseen).painted(hidden()));
}

/// The cup that is to be filled, with its mark at `level`.
pub(super) fn add_goal(world: &mut World<f32>, cup: &Vessel, x: f32, level: f32) {
    add(world, "cup", cup, x);
    let outer = cup.apothem + 2.0 * HALF_WALL_M;
    // A bar across the back, inside, and one at each side, outside.
    let bar = |x: f32, y: f32, half_x: f32, half_y: f32| {
        let half_extents_m = [half_x, half_y, 0.004];
        Part::new(Shape::Box { half_extents_m }, [x, y, 0.0])
    };
    let half_flat = cup.apothem * libm::tanf(std::f32::consts::PI / cup.walls as f32);
    let mut parts = vec![
        bar(-outer, 0.0, 0.003, 0.9 * half_flat),
        bar(outer, 0.0, 0.003, 0.9 * half_flat),
    ];
    if cup.walls.is_multiple_of(4) {
        parts.push(bar(0.0, cup.apothem, 0.9 * half_flat, 0.003));
    }
    let mark = Body::new("mark", Shape::Compound { parts }).fixed().untouchable();
    world.bodies.insert(
        "mark".into(),
        mark.at([x, 0.0, CUP_FLOOR_M + level])
            .painted(Paint::plain(looks::PALETTE[0])),
    );
}

/// The cups that are not to be filled.
pub(super) fn add_others(world: &mut World<f32>, cup: &Vessel, places: &[f32]) {
    for (name, x) in OTHERS.into_iter().zip(places) {
        add(world, name, cup, *x);
    }
}
