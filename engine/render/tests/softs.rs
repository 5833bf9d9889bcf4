//! Contract: a rope is seen as a tube, a cloth as a sheet with two sides, a jelly as a block, in every output.

use terrella_render::outputs::{Classes, Look};
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::soft::{Soft, SoftForm};
use terrella_spec::world::{Body, Camera, Liquid, World};

const SIDE: usize = 96;
/// The ids: a body, a liquid, and then the soft bodies.
const ROPE: u16 = 3;
const CLOTH: u16 = 4;
const JELLY: u16 = 5;

/// A floor, a liquid without particles, and a rope, a cloth and a jelly beside each other at z = 0.3.
fn world() -> (World<f32>, Vec<Vec<[f32; 3]>>) {
    let mut world = World::default();
    let floor = Body::new("floor", Shape::HalfSpace {}).painted(Paint::plain([0.8; 3]));
    world.bodies.insert("floor".into(), floor);
    world.liquids.insert("water".into(), Liquid::default());
    let forms = [
        (
            "rope",
            SoftForm::Rope {
                along_m: vec![[-0.6, -0.4, 0.3], [0.6, -0.4, 0.3]],
                segments: 12,
            },
        ),
        (
            "cloth",
            SoftForm::Cloth {
                corner_m: [-0.6, -0.2, 0.3],
                along_m: [0.5, 0.0, 0.0],
                across_m: [0.0, 0.5, 0.0],
                segments: [4, 4],
            },
        ),
        (
            "jelly",
            SoftForm::Jelly {
                center_m: [0.4, 0.1, 0.3],
                half_extents_m: [0.1; 3],
                segments: [1; 3],
                young_pa: 1e4,
            },
        ),
    ];
    for (name, form) in forms {
        let soft = Soft {
            radius_m: 0.04,
            color: [0.9, 0.1, 0.1],
            ..Soft::new(form)
        };
        world.softs.insert(name.into(), soft);
    }
    let rope = (0..13).map(|at| [-0.6 + 0.1 * at as f32, -0.4, 0.3]).collect();
    let cloth = (0..25)
        .map(|at| {
            [
                -0.6 + 0.125 * (at / 5) as f32,
                -0.2 + 0.125 * (at % 5) as f32,
                0.3,
            ]
        })
        .collect();
    let jelly = (0..8)
        .map(|at| {
            let sign = |bit: usize| if at >> bit & 1 == 1 { 0.1 } else { -0.1 };
            [0.4 + sign(2), 0.1 + sign(1), 0.3 + sign(0)]
        })
        .collect();
    (world, vec![Vec::new(), rope, cloth, jelly])
}

/// From a point straight above or below the middle.
fn frame(renderer: &mut Renderer, world: &World<f32>, height: f32) -> Frame {
    let mut camera = Camera::looking([0.0, 0.0, height], [0.0, 0.0, 0.3], 45.0);
    camera.up = [0.0, 1.0, 0.0];
    let view = View::of(&camera, None, SIDE as u32, SIDE as u32);
    let mut frame = Frame::default();
    renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
    frame
}

/// The place and depth, in pixels and m, of all pixels with an id.
fn pixels(frame: &Frame, id: u16) -> Vec<([usize; 2], f32)> {
    let all = (0..SIDE * SIDE).filter(|pixel| frame.ids[*pixel] == id);
    all.map(|pixel| ([pixel % SIDE, pixel / SIDE], frame.depth_m[pixel]))
        .collect()
}

#[test]
fn each_is_seen_where_its_vertices_are_with_an_id_after_bodies_and_liquids() {
    let (world, points) = world();
    let mut renderer = Renderer::new(&world).expect("it can be drawn");
    let before = frame(&mut renderer, &world, 2.3);
    assert!(before.ids.iter().all(|id| *id <= 1), "no vertices, no soft body");
    renderer.set_points(&points);
    let seen = frame(&mut renderer, &world, 2.3);
    // 2 m away, a pixel is 2 tan(22.5 deg) 2 m / 96 wide.
    let pixel_m = 4.0 * 0.41421 / SIDE as f32;
    for (id, area_m2, depth_m) in [(ROPE, 1.2 * 0.08, 1.96), (CLOTH, 0.25, 2.0), (JELLY, 0.0, 1.9)] {
        let own = pixels(&seen, id);
        let nearest = own.iter().map(|(_, depth)| *depth).fold(f32::INFINITY, f32::min);
        let skin = if id == JELLY { 0.04 } else { 0.005 };
        assert!((nearest - depth_m).abs() <= skin, "{id}: {nearest} m away");
        let area = own.len() as f32 * pixel_m * pixel_m;
        if area_m2 > 0.0 {
            assert!((area / area_m2 - 1.0).abs() < 0.15, "{id}: {area} m^2");
        }
        let ([x, y], _) = own[own.len() / 2];
        let color = &seen.rgb[(y * SIDE + x) * 3..][..3];
        assert!(color[0] > 2 * color[1], "{id}: {color:?}");
    }
    // Again without: those that are told of have moved away.
    renderer.set_points(&[Vec::new(), Vec::new(), Vec::new(), Vec::new()]);
    assert_eq!(frame(&mut renderer, &world, 2.3).ids, before.ids);
}

#[test]
fn a_cloth_is_seen_from_below_as_from_above() {
    let (mut world, points) = world();
    world.bodies["floor"].paint.visible = false;
    let mut renderer = Renderer::new(&world).expect("it can be drawn");
    renderer.set_points(&points);
    let above = pixels(&frame(&mut renderer, &world, 2.3), CLOTH).len();
    let below = pixels(&frame(&mut renderer, &world, -1.7), CLOTH).len();
    assert!(above > 500 && above.abs_diff(below) < 60, "{above} and {below}");
}

#[test]
fn their_class_is_soft() {
    let (world, points) = world();
    let mut renderer = Renderer::new(&world).expect("it can be drawn");
    renderer.set_points(&points);
    let classes = Classes::new(&world);
    assert_eq!(classes.names(), ["floor", "liquid", "soft"]);
    let camera = Camera::looking([0.0, -2.0, 1.5], [0.0, 0.0, 0.3], 45.0);
    let view = View::of(&camera, None, SIDE as u32, SIDE as u32);
    let mut look = Look::default();
    look.take(&mut renderer, &view, &world.start_poses());
    let mut ids = Vec::new();
    classes.write(&renderer, &look, &mut ids);
    let mut frame = Frame::default();
    renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
    let soft = frame.ids.iter().filter(|id| (ROPE..=JELLY).contains(*id)).count();
    assert!(soft > 100);
    assert_eq!(ids.iter().filter(|class| **class == 3).count(), soft);
}
