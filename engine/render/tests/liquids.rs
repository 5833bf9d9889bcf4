//! Contract: a liquid is seen as a surface about its particles, in every output.

use terrella_render::outputs::{Alone, Classes, Look, flow};
use terrella_render::{Frame, InstructionSet, Outputs, Renderer, View};
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::{Body, Camera, Liquid, World};

const SPACING_M: f32 = 0.03;

/// A floor, a post, and a pool of 24 x 24 x 5 particles with its lowest corner at the origin.
fn pool() -> (World<f32>, Vec<Vec<[f32; 3]>>) {
    let mut world = World::default();
    let floor = Body::new("floor", Shape::HalfSpace {}).painted(Paint::plain([0.8; 3]));
    world.bodies.insert("floor".into(), floor);
    let post = Shape::Box {
        half_extents_m: [0.05, 0.05, 0.4],
    };
    world
        .bodies
        .insert("post".into(), Body::new("post", post).at([1.1, 0.2, 0.4]));
    let liquid = Liquid {
        spacing_m: SPACING_M,
        color: [0.1, 0.3, 0.9],
        ..Liquid::default()
    };
    world.liquids.insert("water".into(), liquid);
    let place = |at: usize| (at as f32 + 0.5) * SPACING_M;
    let lattice = (0..5)
        .flat_map(move |z| (0..24).flat_map(move |y| (0..24).map(move |x| [place(x), place(y), place(z)])));
    (world, vec![lattice.collect()])
}

fn view() -> View {
    View::of(
        &Camera::looking([0.4, -1.6, 1.5], [0.36, 0.36, 0.0], 45.0),
        None,
        96,
        96,
    )
}

fn renderer(world: &World<f32>) -> Renderer {
    Renderer::new(world).unwrap()
}

#[test]
fn a_pool_is_seen_at_the_height_of_its_surface_with_an_id_after_the_bodies() {
    let (world, liquids) = pool();
    let view = view();
    let mut renderer = renderer(&world);
    let mut frame = Frame::default();
    renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
    assert!(frame.ids.iter().all(|id| *id != 3), "no particles, no liquid");
    renderer.set_points(&liquids);
    renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
    let mut seen = Look::default();
    seen.take(&mut renderer, &view, &world.start_poses());
    let mut heights = Vec::new();
    let rig = &view.world_from_camera;
    for row in 0..96_usize {
        for column in 0..96_usize {
            let pixel = row * 96 + column;
            if frame.ids[pixel] != 3 {
                continue;
            }
            let lens = &view.intrinsics;
            let z = frame.depth_m[pixel];
            let local = [
                (column as f32 - lens.cx) / lens.fx * z,
                (row as f32 - lens.cy) / lens.fy * z,
                z,
            ];
            let turn = glam::Quat::from_array(rig.rotation_xyzw);
            let point = turn * glam::Vec3::from_array(local) + glam::Vec3::from_array(rig.position_m);
            if (0.1..0.6).contains(&point.x) && (0.1..0.6).contains(&point.y) {
                heights.push(point.z / SPACING_M);
            }
            // Blue, if not for a highlight.
            assert!(frame.rgb[pixel * 3 + 2] >= frame.rgb[pixel * 3]);
        }
    }
    assert!(heights.len() > 300, "{}", heights.len());
    assert!(
        heights.iter().all(|height| (height - 5.0).abs() < 0.15),
        "{heights:?}"
    );
}

#[test]
fn all_outputs_know_of_liquids_and_all_instruction_sets_agree() {
    let (mut world, mut liquids) = pool();
    // Some drops too, and a second liquid that is not there.
    liquids[0].extend([[0.4, 0.3, 0.5], [0.42, 0.3, 0.55], [0.9, -0.2, 0.3]]);
    world.liquids.insert("oil".into(), Liquid::default());
    let view = view();
    let draw = |set: InstructionSet| {
        let mut frame = Frame::default();
        let mut renderer = renderer(&world).with_instruction_set(set);
        renderer.set_points(&liquids);
        renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
        frame
    };
    let plain = draw(InstructionSet::Scalar);
    assert!(plain.ids.iter().filter(|id| **id == 3).count() > 900);
    assert!(plain.ids.iter().all(|id| *id <= 3));
    for set in InstructionSet::ALL.into_iter().filter(|set| set.available()) {
        assert!(draw(set) == plain, "{}", set.name());
    }
    let mut renderer = renderer(&world);
    renderer.set_points(&liquids);
    let (mut here, mut there) = (Look::default(), Look::default());
    here.take(&mut renderer, &view, &world.start_poses());
    let mut classes = Vec::new();
    let names = Classes::new(&world);
    names.write(&renderer, &here, &mut classes);
    assert_eq!(names.names(), ["floor", "liquid", "post"]);
    let same = classes
        .iter()
        .zip(&plain.ids)
        .all(|(class, id)| (*class == 2) == (*id == 3));
    assert!(same);
    let masks = Alone::new(&world).unwrap().masks(&renderer, &here).to_vec();
    assert_eq!(masks.len(), 4);
    let water = plain.ids.iter().filter(|id| **id == 3).count();
    assert_eq!(masks[2].visible_pixels as usize, water);
    assert!(masks[2].amodal_pixels >= masks[2].visible_pixels);
    assert_eq!(masks[3].amodal_pixels, 0, "there is no oil");
    assert!(masks[0].visible_pixels < masks[0].amodal_pixels);
    let moved = View::of(
        &Camera::looking([0.5, -1.6, 1.5], [0.36, 0.36, 0.0], 45.0),
        None,
        96,
        96,
    );
    there.take(&mut renderer, &moved, &world.start_poses());
    let mut steps = Vec::new();
    flow(
        &renderer,
        &here,
        (there.view(), there.poses(), there.trails()),
        &mut steps,
    );
    let of_liquid = plain.ids.iter().zip(steps.chunks(2)).filter(|(id, _)| **id == 3);
    let moved = of_liquid.filter(|(_, step)| step[0].abs() > 0.1).count();
    assert!(moved > 300, "it goes by as the camera does: {moved}");
}
