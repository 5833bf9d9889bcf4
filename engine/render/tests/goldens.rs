//! Contract: these pictures have these bits, on every machine and at every optimisation level.
//!
//! A golden is (bytes, digest): the first tells whether the encoding changed, the second the values. Mint anew only
//! when a change of the pictures is wanted, and say why here: the failing test prints the new pair.
//!
//! Minted 2026-11-23: first version of the renderer.
//! Minted 2026-11-25: fused multiply-adds, light and mixing of colours in encoded space, more samples at edges only.
//! Minted 2026-11-26: looks (lamps, soft shadows, highlights, clouds, fog); all others are as before. All looks at once have
//! images too, and bulbs throw shadows.

#[path = "random/dressed.rs"]
mod dressed;

use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Camera, World};

/// FNV-1a of all outputs, little-endian.
fn digest(frame: &Frame) -> (usize, u64) {
    let mut bytes = frame.rgb.clone();
    bytes.extend(
        frame
            .depth_m
            .iter()
            .flat_map(|depth| depth.to_bits().to_le_bytes()),
    );
    bytes.extend(frame.ids.iter().flat_map(|id| id.to_le_bytes()));
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (bytes.len(), hash)
}

fn world() -> World<f32> {
    let points = vec![
        [0.0, 0.0, 0.5],
        [0.5, 0.0, -0.3],
        [-0.3, 0.4, -0.3],
        [-0.3, -0.4, -0.3],
    ];
    let part = |shape, position_m| Part {
        shape,
        position_m,
        rotation: Rotation::RpyDeg([0.0, 30.0, 0.0]),
        visible: true,
    };
    let shapes = vec![
        Shape::HalfSpace {},
        Shape::Ball { radius_m: 0.4 },
        Shape::Box {
            half_extents_m: [0.3, 0.4, 0.5],
        },
        Shape::Capsule {
            radius_m: 0.2,
            half_height_m: 0.3,
        },
        Shape::Cylinder {
            radius_m: 0.3,
            half_height_m: 0.4,
        },
        Shape::Cone {
            radius_m: 0.3,
            half_height_m: 0.4,
        },
        Shape::Hull {
            points_m: points.clone(),
        },
        Shape::Mesh {
            vertices_m: points,
            triangles: vec![[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]],
            uvs: Vec::new(),
        },
        Shape::HeightField {
            size_m: [0.8, 0.8],
            columns: 3,
            heights_m: vec![0.0, 0.2, 0.1, 0.3, 0.5, 0.0, 0.1, 0.1, 0.2],
        },
        Shape::Compound {
            parts: vec![
                part(Shape::Ball { radius_m: 0.3 }, [0.0, 0.1, 0.2]),
                part(
                    Shape::Box {
                        half_extents_m: [0.5, 0.1, 0.1],
                    },
                    [0.1, 0.0, 0.0],
                ),
            ],
        },
    ];
    let mut world = World::default();
    for (index, shape) in shapes.into_iter().enumerate() {
        let spread = |step: usize| (index * step % 9) as f32;
        let paint = Paint {
            color: [0.1 * spread(1), 0.9 - 0.1 * spread(1), 0.1 * spread(5)],
            second_color: [0.9, 0.9, 0.8],
            pattern: [Pattern::Checker, Pattern::Stripes, Pattern::Plain][index % 3],
            pattern_size_m: 0.25,
            ..Paint::default()
        };
        let body = Body::new("thing", shape).painted(paint);
        let body = if index == 0 {
            body
        } else {
            let rotation = Rotation::RpyDeg([11.0 * spread(1), 13.0 * spread(2), 17.0 * spread(4)]);
            let place = [
                ((index - 1) % 3) as f32 * 1.2 - 1.2,
                ((index - 1) / 3) as f32 * 1.2 - 1.2,
                0.7,
            ];
            Body {
                rotation,
                ..body.at(place)
            }
        };
        world.bodies.insert(format!("body {index}"), body);
    }
    world
}

#[track_caller]
fn check(eye: [f32; 3], target: [f32; 3], size: [u32; 2], per_side: u32, golden: (usize, u64)) {
    check_world(&world(), (eye, target), size, per_side, golden);
}

/// Looks are made by [`dressed::dress`].
#[track_caller]
fn check_look(look: u64, golden: (usize, u64)) {
    let mut world = world();
    dressed::dress(&mut world, look);
    check_world(&world, ([2.5, -3.5, 2.0], [0.0, 0.0, 0.5]), [64, 64], 2, golden);
}

#[track_caller]
fn check_world(
    world: &World<f32>,
    (eye, target): ([f32; 3], [f32; 3]),
    size: [u32; 2],
    per_side: u32,
    golden: (usize, u64),
) {
    let poses: Vec<Pose> = world.start_poses();
    let view = View::of(&Camera::looking(eye, target, 50.0), None, size[0], size[1]);
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(world).unwrap().supersampled(per_side);
    renderer.render(&view, &poses, Outputs::ALL, &mut frame);
    let got = digest(&frame);
    assert_eq!(got, golden, "got ({}, {:#018x})", got.0, got.1);
}

#[test]
fn small_and_smooth() {
    check(
        [2.5, -3.5, 2.0],
        [0.0, 0.0, 0.5],
        [64, 64],
        2,
        (36864, 0x9050_f777_1cc2_c0bd),
    );
}

#[test]
fn small_and_plain() {
    check(
        [2.5, -3.5, 2.0],
        [0.0, 0.0, 0.5],
        [64, 64],
        1,
        (36864, 0x55f0_3829_c2da_4935),
    );
}

#[test]
fn wide_and_low() {
    check(
        [-3.0, -3.0, 0.4],
        [0.0, 0.0, 0.6],
        [150, 60],
        2,
        (81000, 0x0bb2_676b_d99a_cddc),
    );
}

#[test]
fn straight_down() {
    check(
        [0.0, 0.0, 6.0],
        [0.0, 0.0, 0.0],
        [97, 101],
        1,
        (88173, 0x1bac_4f4b_fdc8_b7e8),
    );
}

#[test]
fn in_the_midst() {
    check(
        [0.5, 0.6, 0.7],
        [-1.2, -1.2, 0.7],
        [80, 80],
        3,
        (57600, 0x7d20_dbb0_c4c5_36ed),
    );
}

#[test]
fn soft_shadows() {
    check_look(1, (36864, 0x3658_4ccc_02d2_65d4));
}

#[test]
fn fog() {
    check_look(2, (36864, 0x3318_eb14_bf6b_4bac));
}

#[test]
fn a_second_sun() {
    check_look(4, (36864, 0x067d_d8dc_c411_3dcd));
}

#[test]
fn a_bulb_and_a_head_light() {
    check_look(8, (36864, 0xdf3d_2cbf_fb68_e092));
}

#[test]
fn highlights() {
    check_look(16, (36864, 0x1542_e97b_735d_a387));
}

#[test]
fn clouds() {
    check_look(32, (36864, 0xc9ba_0514_57d2_5d7c));
}

#[test]
fn every_look_at_once() {
    check_look(63, (36864, 0xe3c5_d7fc_3d58_c847));
}

#[test]
fn smooth_meshes() {
    check_look(18, (36864, 0xad56_5595_d833_2194));
}
