//! Contract: a rope is seen as a tube, a cloth as a sheet with two sides, a jelly as a block, in every output.

use terrella_render::outputs::{Alone, Classes, Look, flow};
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

/// Behind a board that hides half of the picture, each has the mask of a picture of itself alone, and counts what is seen of it.
#[test]
fn masks_are_those_of_each_alone() {
    let (mut world, points) = world();
    let half_extents_m = [0.4, 1.0, 0.01];
    let board = Body::new("board", Shape::Box { half_extents_m }).at([-0.2, 0.0, 1.0]);
    world.bodies.insert("board".into(), board);
    let mut camera = Camera::looking([0.0, 0.0, 2.3], [0.0, 0.0, 0.3], 45.0);
    camera.up = [0.0, 1.0, 0.0];
    let view = View::of(&camera, None, SIDE as u32, SIDE as u32);
    let mut renderer = Renderer::new(&world).expect("it can be drawn");
    let mut alone = Alone::new(&world).expect("it can be drawn");
    // At a second moment everything has moved.
    for shift in [0.0, 0.1] {
        let points: Vec<Vec<[f32; 3]>> = (points.iter())
            .map(|own| own.iter().map(|[x, y, z]| [x + shift, *y, *z]).collect())
            .collect();
        renderer.set_points(&points);
        let mut look = Look::default();
        look.take(&mut renderer, &view, &world.start_poses());
        let mut seen = Frame::default();
        renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut seen);
        let masks = alone.masks(&renderer, &look);
        assert_eq!(masks.len(), 6, "two bodies, a liquid, and the soft bodies");
        let mut hidden = 0;
        for (thing, (name, soft)) in world.softs.iter().enumerate() {
            let mask = &masks[3 + thing];
            let mut own = World::default();
            own.softs.insert(name.clone(), soft.clone());
            let mut only = Renderer::new(&own).expect("it can be drawn");
            only.set_points(&points[1 + thing..=1 + thing]);
            let mut picture = Frame::default();
            only.render(&view, &[], Outputs::ALL, &mut picture);
            let covered = (mask.runs.iter()).flat_map(|(first, length)| *first..first + length);
            let drawn = (0..SIDE * SIDE).filter(|pixel| picture.ids[*pixel] == 1);
            assert!(covered.eq(drawn.clone().map(|pixel| pixel as u32)), "{name}");
            assert_eq!(mask.amodal_pixels as usize, drawn.clone().count());
            let columns = drawn.map(|pixel| (pixel % SIDE) as u32);
            let wide = [columns.clone().min(), columns.max().map(|last| last + 1)];
            assert_eq!(wide, [Some(mask.amodal_box.x0), Some(mask.amodal_box.x1)]);
            let id = 4 + thing as u16;
            let shows = seen.ids.iter().filter(|other| **other == id).count();
            assert_eq!(mask.visible_pixels as usize, shows, "{name}");
            assert!(mask.amodal_pixels > 100, "{name}: {}", mask.amodal_pixels);
            hidden += usize::from(mask.visible_fraction() < 0.9);
        }
        assert!(hidden >= 2, "the board hides {hidden}");
        let [floor, ..] = masks else {
            unreachable!("there are six")
        };
        assert!(floor.visible_pixels < floor.amodal_pixels);
    }
}

/// From one picture to another, of a camera that moves, and back: a pixel that shows a vertex goes as the vertex does. The rope is
/// turned and drawn out, the cloth tilted, the jelly moved. What stands still has no flow.
#[test]
fn flow_follows_the_vertices() {
    let (world, before) = world();
    let turned = |at: &[f32; 3]| {
        let (x, y) = (at[0] + 0.6, at[1] + 0.4);
        [
            1.1 * (0.96 * x - 0.28 * y) - 0.6,
            1.1 * (0.28 * x + 0.96 * y) - 0.4,
            at[2] + 0.05,
        ]
    };
    let tilted = |at: &[f32; 3]| [at[0], at[1] + 0.1, at[2] + 0.4 * (at[0] + 0.35)];
    let moved = |at: &[f32; 3]| [at[0] + 0.05, at[1] - 0.03, at[2] + 0.1];
    let after = vec![
        Vec::new(),
        before[1].iter().map(turned).collect::<Vec<_>>(),
        before[2].iter().map(tilted).collect(),
        before[3].iter().map(moved).collect(),
    ];
    let view = |x: f32| {
        let mut camera = Camera::looking([x, 0.0, 2.3], [x, 0.0, 0.3], 45.0);
        camera.up = [0.0, 1.0, 0.0];
        View::of(&camera, None, SIDE as u32, SIDE as u32)
    };
    let mut renderer = Renderer::new(&world).expect("it can be drawn");
    let mut look = |view: &View, points: &[Vec<[f32; 3]>]| {
        renderer.set_points(points);
        let mut look = Look::default();
        look.take(&mut renderer, view, &world.start_poses());
        let mut ids = Frame::default();
        renderer.render(view, &world.start_poses(), Outputs::ALL, &mut ids);
        (look, ids.ids)
    };
    let views = [view(0.0), view(0.1)];
    let [(here, ids), (there, other)] = [look(&views[0], &before), look(&views[1], &after)];
    let renderer = Renderer::new(&world).expect("it can be drawn");
    let mut steps = Vec::new();
    for (from, to, ids, points) in [
        (&here, &there, &ids, [&before, &after]),
        (&there, &here, &other, [&after, &before]),
    ] {
        steps.clear();
        flow(&renderer, from, (to.view(), to.poses(), to.trails()), &mut steps);
        let mut checked = [0; 3];
        for (pixel, id) in ids.iter().enumerate().filter(|(_, id)| **id >= ROPE) {
            let soft = usize::from(*id - ROPE);
            let at = [(pixel % SIDE) as f64, (pixel / SIDE) as f64];
            let seen = |view: &View, place: [f32; 3]| {
                view.project(place)
                    .expect("it is before the camera")
                    .map(f64::from)
            };
            let lift = if soft == 1 { 0.0 } else { 0.04 };
            let all = &points[0][soft + 1];
            for (one, place) in all.iter().enumerate() {
                let raised = |place: &[f32; 3]| [place[0], place[1], place[2] + lift];
                let here = seen(from.view(), raised(place));
                if soft == 2 && one % 2 == 0 || (here[0] - at[0]).abs() > 0.5 || (here[1] - at[1]).abs() > 0.5
                {
                    continue;
                }
                let goes = seen(to.view(), raised(&points[1][soft + 1][one]));
                for axis in 0..2 {
                    let step = f64::from(steps[pixel * 2 + axis]);
                    let wanted = goes[axis] - here[axis];
                    assert!(
                        (step - wanted).abs() < 0.3,
                        "{id} at {at:?}: {step}, not {wanted}"
                    );
                }
                checked[soft] += 1;
            }
        }
        assert!(
            checked[0] >= 8 && checked[1] >= 12 && checked[2] >= 2,
            "{checked:?}"
        );
    }
    steps.clear();
    flow(
        &renderer,
        &here,
        (here.view(), here.poses(), here.trails()),
        &mut steps,
    );
    assert!(steps.iter().all(|step| *step == 0.0));
}

/// A sheet of two triangles that can tear falls by 0.2 m: where it holds, its flow says so; where it tore in between, it counts as
/// standing still.
#[test]
fn flow_of_what_tore_is_none() {
    let mut world = World::<f32>::default();
    let cloth = SoftForm::Cloth {
        corner_m: [-0.5, -0.5, 1.0],
        along_m: [1.0, 0.0, 0.0],
        across_m: [0.0, 1.0, 0.0],
        segments: [1, 1],
    };
    let soft = Soft {
        tear_strain: 0.1,
        ..Soft::new(cloth)
    };
    world.softs.insert("cloth".into(), soft);
    // Its corners, of which one may be apart from that of the other triangle.
    let sheet = |z: f32, apart: f32| {
        let [a, b, c, d] = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]].map(|[x, y]| [x, y, z]);
        vec![vec![a, b, c, a, [c[0], c[1] + apart, z], d]]
    };
    let mut camera = Camera::looking([0.0, 0.0, 3.0], [0.0, 0.0, 1.0], 45.0);
    camera.up = [0.0, 1.0, 0.0];
    let view = View::of(&camera, None, SIDE as u32, SIDE as u32);
    let mut renderer = Renderer::new(&world).expect("it can be drawn");
    let mut look = |points: Vec<Vec<[f32; 3]>>| {
        renderer.set_points(&points);
        let mut look = Look::default();
        look.take(&mut renderer, &view, &[]);
        look
    };
    let [here, whole, torn] = [sheet(1.0, 0.0), sheet(0.8, 0.0), sheet(0.8, 0.1)].map(&mut look);
    let renderer = Renderer::new(&world).expect("it can be drawn");
    let step = |there: &Look| {
        let mut steps = Vec::new();
        flow(
            &renderer,
            &here,
            (there.view(), there.poses(), there.trails()),
            &mut steps,
        );
        // A bit to the left of the middle.
        let pixel = (SIDE / 2) * SIDE + 36;
        assert!(!here.seen().is_sky(pixel));
        [steps[pixel * 2], steps[pixel * 2 + 1]]
    };
    // From 2 m to 2.2 m away it comes nearer to the middle by an eleventh.
    let off = 36.0 - 0.5 * (SIDE as f32 - 1.0);
    assert!((step(&whole)[0] + off / 11.0).abs() < 1e-3, "{:?}", step(&whole));
    assert_eq!(step(&torn), [0.0; 2]);
}
