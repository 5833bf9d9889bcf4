//! Where the objects of `drop_bounce` fall: the tray, what lies around it, and what hides it.

use super::{TRAY_HALF_M, TRAY_WALL_M};
use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::soft::{Pin, Soft, SoftForm};
use terrella_spec::world::{Body, World};

/// A net's half extents along x and y, its height, how far its middle is from the world's, m, and its squares along x and y.
const NET_HALF_M: [f32; 2] = [0.32, 0.5];
const NET_M: f32 = 0.34;
const NET_AWAY_M: f32 = 1.1;
const NET_SQUARES: [u32; 2] = [4, 6];
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

/// A ramp, stairs or a net behind the tray.
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
        "net" => add_net(world, side),
        _ => {}
    }
}

/// A net in a frame on four legs: what falls into it is caught, or thrown back.
fn add_net(world: &mut World<f32>, side: f32) {
    let ([half_x, half_y], [columns, rows]) = (NET_HALF_M, NET_SQUARES);
    let bar = |half_extents_m: [f32; 3], at: [f32; 3]| Part::new(Shape::Box { half_extents_m }, at);
    let half = 0.5 * (NET_M - 0.02);
    let mut parts = Vec::new();
    for end in [-1.0, 1.0] {
        let (x, y) = (end * (half_x + 0.02), end * (half_y + 0.02));
        parts.push(bar([0.02, half_y + 0.04, 0.02], [x, 0.0, NET_M]));
        parts.push(bar([half_x, 0.02, 0.02], [0.0, y, NET_M]));
        for other in [-1.0, 1.0] {
            parts.push(bar([0.02, 0.02, half], [x, other * y, half]));
        }
    }
    let middle = side * NET_AWAY_M;
    let frame = Body::new("frame", Shape::Compound { parts })
        .fixed()
        .at([middle, 0.0, 0.0])
        .painted(Paint::plain(looks::WALL));
    world.bodies.insert("frame".into(), frame);
    let is_edge = |vertex: &u32| {
        let (column, row) = (vertex / (rows + 1), vertex % (rows + 1));
        column == 0 || column == columns || row == 0 || row == rows
    };
    let net = Soft {
        radius_m: 0.012,
        mass_kg: 0.6,
        stretch_hz: 30.0,
        pins: vec![Pin {
            vertices: (0..(columns + 1) * (rows + 1)).filter(is_edge).collect(),
            to: "world".into(),
        }],
        color: [0.16, 0.38, 0.56],
        ..Soft::new(SoftForm::Cloth {
            corner_m: [middle - half_x, -half_y, NET_M],
            along_m: [2.0 * half_x, 0.0, 0.0],
            across_m: [0.0, 2.0 * half_y, 0.0],
            segments: NET_SQUARES,
        })
    };
    world.softs.insert("net".into(), net);
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
