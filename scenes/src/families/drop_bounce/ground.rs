//! Where the objects of `drop_bounce` fall: the tray, what lies around it, and what hides it.

use super::{TRAY_HALF_M, TRAY_WALL_M};
use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, World};

/// Half the height of the screen before the tray, m.
const SCREEN_HALF_M: f32 = 0.2;

/// An open box on the floor.
pub(super) fn tray_body(center: [f32; 2]) -> Body<f32> {
    let (half, wall, thick) = (TRAY_HALF_M, TRAY_WALL_M, 0.02);
    let side = |x: f32, y: f32, half_x: f32, half_y: f32| {
        Part::new(
            Shape::Box {
                half_extents_m: [half_x, half_y, 0.5 * wall],
            },
            [x, y, 0.5 * wall],
        )
    };
    let parts = vec![
        side(half + thick, 0.0, thick, half + 2.0 * thick),
        side(-half - thick, 0.0, thick, half + 2.0 * thick),
        side(0.0, half + thick, half, thick),
        side(0.0, -half - thick, half, thick),
        Part::new(
            Shape::Box {
                half_extents_m: [half, half, 0.005],
            },
            [0.0, 0.0, 0.005],
        ),
    ];
    Body::new("tray", Shape::Compound { parts })
        .fixed()
        .at([center[0], center[1], 0.0])
        .painted(Paint::plain(looks::GOAL))
}

/// A ramp or stairs behind the tray.
pub(super) fn add_ground(world: &mut World<f32>, ground: &str, tray: [f32; 2], layout: &mut Rng) {
    let side = if tray[0] > 0.0 { -1.0 } else { 1.0 };
    match ground {
        "slope" => {
            let angle = layout.uniform_f32(8.0, 20.0) * side;
            let mut slope = Body::new(
                "slope",
                Shape::Box {
                    half_extents_m: [0.6, 0.8, 0.04],
                },
            )
            .fixed()
            .at([side * 1.3, 0.0, 0.15])
            .painted(Paint::plain(looks::WALL));
            slope.rotation = Rotation::RpyDeg([0.0, -angle, 0.0]);
            world.bodies.insert("slope".into(), slope);
        }
        "steps" => {
            for step in 0..3u8 {
                let rise = 0.08 * f32::from(step + 1);
                let body = Body::new(
                    "step",
                    Shape::Box {
                        half_extents_m: [0.15, 0.8, 0.5 * rise],
                    },
                )
                .fixed()
                .at([side * (0.9 + 0.3 * f32::from(step)), 0.0, 0.5 * rise])
                .painted(Paint::plain(looks::WALL));
                world.bodies.insert(format!("step_{step}"), body);
            }
        }
        _ => {}
    }
}

/// A board between the side camera and the tray: what happens in the tray is seen from above alone.
pub(super) fn add_screen(world: &mut World<f32>, tray: [f32; 2]) {
    let shape = Shape::Box {
        half_extents_m: [TRAY_HALF_M + 0.08, 0.01, SCREEN_HALF_M],
    };
    let screen = Body::new("screen", shape)
        .fixed()
        .at([tray[0], tray[1] - TRAY_HALF_M - 0.12, SCREEN_HALF_M])
        .painted(Paint::plain([0.30, 0.48, 0.46]));
    world.bodies.insert("screen".into(), screen);
}
