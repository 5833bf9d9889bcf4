//! Where the objects of `drop_bounce` fall: the tray, what lies around it, and what hides it.

use super::{TRAY_HALF_M, TRAY_WALL_M};
use crate::looks;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Motor, World};

/// A net's half extents along x and y, its height, how far its middle is from the world's, m, its meshes along x and y, and half of
/// the thickness of a cord, m. What is thinner than a mesh falls through.
const NET_HALF_M: [f32; 2] = [0.32, 0.5];
const NET_M: f32 = 0.34;
const NET_AWAY_M: f32 = 1.1;
const NET_MESHES: [usize; 2] = [6, 9];
const CORD_M: f32 = 0.007;
/// How far a net gives way, m, and how stiffly, N/m and N s/m.
const NET_GIVES_M: f32 = 0.26;
const NET_NPM: f32 = 600.0;
const NET_NSPM: f32 = 8.0;
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

/// A net in a frame on four legs: what falls into it is caught, or thrown back. It gives way as a whole: of cloth, it would be no body
/// of which a pose is recorded, and what was recorded without cloths could not be drawn.
fn add_net(world: &mut World<f32>, side: f32) {
    let [half_x, half_y] = NET_HALF_M;
    let bar = |half_extents_m: [f32; 3], at: [f32; 3]| Part::new(Shape::Box { half_extents_m }, at);
    let half = 0.5 * (NET_M - 0.02);
    let mut parts = Vec::new();
    for end in [-1.0, 1.0] {
        let (x, y) = (end * (half_x + 0.03), end * (half_y + 0.03));
        parts.push(bar([0.02, half_y + 0.05, 0.02], [x, 0.0, NET_M]));
        parts.push(bar([half_x + 0.01, 0.02, 0.02], [0.0, y, NET_M]));
        for other in [-1.0, 1.0] {
            parts.push(bar([0.02, 0.02, half], [x, other * y, half]));
        }
    }
    let middle = [side * NET_AWAY_M, 0.0];
    let frame = Body::new("frame", Shape::Compound { parts })
        .fixed()
        .at([middle[0], middle[1], 0.0])
        .painted(Paint::plain(looks::WALL));
    world.bodies.insert("frame".into(), frame);

    let [columns, rows] = NET_MESHES;
    let place = |index: usize, count: usize, half: f32| half * (2.0 * index as f32 / count as f32 - 1.0);
    let along = (0..=columns).map(|index| {
        bar(
            [CORD_M, half_y, CORD_M],
            [place(index, columns, half_x), 0.0, 0.0],
        )
    });
    let across =
        (0..=rows).map(|index| bar([half_x, CORD_M, CORD_M], [0.0, place(index, rows, half_y), 0.0]));
    let parts = along.chain(across).collect();
    let mut net = Body::new("net", Shape::Compound { parts })
        .at([middle[0], middle[1], NET_M])
        .painted(Paint::plain([0.16, 0.38, 0.56]));
    net.material.mass_kg = Some(0.6);
    // It hangs on its frame.
    net.gravity_scale = 0.0;
    world.bodies.insert("net".into(), net);
    let gives = Joint {
        parent: "frame".into(),
        child: "net".into(),
        anchor_parent_m: [0.0, 0.0, NET_M],
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Slider {
            axis: [0.0, 0.0, 1.0],
            limits_m: Some([-NET_GIVES_M, 0.02]),
        },
        motor: Some(Motor {
            target_position: 0.0,
            target_velocity: 0.0,
            stiffness: NET_NPM,
            damping: NET_NSPM,
            max_force: 2000.0,
        }),
        contacts: false,
        reduced: false,
        damping: 0.0,
    };
    world.joints.insert("net".into(), gives);
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
