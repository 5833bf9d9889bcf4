//! Ellipsoids, images, shadows of lamps that are points, and liquids, each by itself.

use super::{Difference, compare, dressed, frames, gpu, random};
use terrella_render::gpu::{BatchLimits, Job};
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::camera::Lens;
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Lamp, Liquid, Shadows, World};

/// A floor and some bodies around the origin.
fn bodies(shapes: impl IntoIterator<Item = Shape<f32>>) -> World<f32> {
    let mut world = World::default();
    let floor = Body::new("floor", Shape::HalfSpace {}).painted(Paint::plain([0.8; 3]));
    world.bodies.insert("floor".into(), floor);
    for (index, shape) in shapes.into_iter().enumerate() {
        let turn = index as f32 * 2.4;
        let away = 0.55 * (index as f32).sqrt();
        let body = Body::new("thing", shape).at([
            away * libm::cosf(turn),
            away * libm::sinf(turn),
            0.5 + 0.1 * (index % 4) as f32,
        ]);
        let rotation = Rotation::RpyDeg([37.0 * index as f32, 21.0 * index as f32, 73.0 * index as f32]);
        world
            .bodies
            .insert(format!("body {index}"), Body { rotation, ..body });
    }
    world
}

fn eggs() -> impl Iterator<Item = Shape<f32>> {
    let radius = |at: usize| 0.08 + 0.04 * (at * 7 % 8) as f32;
    (0..9).map(move |at| Shape::Ellipsoid {
        radii_m: [radius(at), radius(at + 3), radius(at + 5)],
    })
}

/// Asserts that so many pixels of two pictures differ.
fn differ(some: &[Frame], others: &[Frame], least: usize) {
    let pixels = |frames: &[Frame]| -> Vec<[u8; 3]> {
        let all = frames.iter().flat_map(|frame| frame.rgb.as_chunks::<3>().0);
        all.copied().collect()
    };
    let (some, others) = (pixels(some), pixels(others));
    let count = some.iter().zip(&others).filter(|(a, b)| a != b).count();
    println!("{count} of {} pixels show it", some.len());
    assert!(count >= least, "{count} of {}", some.len());
}

#[test]
fn ellipsoids_and_their_shadows_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    let views = [
        ([2.0, -1.6, 1.4], 45.0),
        ([0.1, -1.0, 0.6], 100.0),
        // Within one.
        ([0.02, 0.01, 0.51], 90.0),
    ];
    let mut all = Vec::new();
    for (number, (eye, fov_deg)) in (0..).zip(views.repeat(2)) {
        let mut world = bodies(eggs());
        world.light.sun_direction = [0.5, 0.3 - 0.2 * number as f32, 0.6];
        if number >= 3 {
            world.light.shadows = Shadows::Soft { angle_deg: 9.0 };
            for body in world.bodies.values_mut() {
                body.paint.specular = 0.6;
                body.paint.second_color = [0.1; 3];
                body.paint.pattern = [Pattern::Checker, Pattern::Noise][number % 2];
                body.paint.pattern_size_m = 0.15;
            }
        }
        let view = View::of(&Camera::looking(eye, [0.0, 0.3, 0.4], fov_deg), None, 90, 70);
        all.push((world, view, 1 + number as u32 % 2));
    }
    let drawn = compare(&mut gpu, &all, "ellipsoids");
    let seen = drawn.iter().flat_map(|frame| &frame.ids).filter(|id| **id > 1);
    assert!(seen.count() > 4000, "they are seen");
    let mut plain = all.clone();
    for (world, ..) in &mut plain {
        world.light.shadows = Shadows::None;
    }
    differ(&drawn, &compare(&mut gpu, &plain, "without shadows"), 2000);
}

/// A tent whose image lies as its corners say.
fn tent() -> Shape<f32> {
    Shape::Mesh {
        vertices_m: vec![
            [-0.4, -0.4, 0.0],
            [0.4, -0.4, 0.0],
            [0.4, 0.4, 0.0],
            [-0.4, 0.4, 0.0],
            [0.0, 0.0, 0.5],
        ],
        triangles: vec![[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]],
        uvs: (0..4)
            .map(|at| [[0.3 * at as f32, 0.1], [0.9, 0.2 * at as f32], [0.5, 1.7]])
            .collect(),
    }
}

#[test]
fn images_on_bodies_and_in_the_sky_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    let mut all = Vec::new();
    for number in 0..8 {
        let (mut world, mut camera) = random::scene(600 + number);
        world
            .bodies
            .insert("tent".into(), Body::new("tent", tent()).at([0.0, 0.0, 0.6]));
        // 10: images on every other body, and lamps; 14: and in the sky.
        dressed::dress(&mut world, [10, 14][number as usize % 2]);
        world.lights.clear();
        for (index, body) in world.bodies.values_mut().enumerate() {
            body.paint.images = vec![["quilt", "sky"][index % 2].into()];
            body.paint.pattern_size_m = [0.1, 0.5, 2.0][(index + number as usize) % 3];
            body.paint.smooth = number % 4 == 1;
        }
        if number >= 6 {
            camera.lens = Lens::Fisheye {
                k1: -0.02,
                k2: 0.003,
                k3: 0.0,
                k4: 0.0,
            };
            camera.fov_deg = 170.0;
        }
        let view = View::of(&camera, None, 90, 70);
        all.push((world, view, 1 + number as u32 % 2));
    }
    let drawn = compare(&mut gpu, &all, "images");
    let mut plain = all.clone();
    for (world, ..) in &mut plain {
        world.light.sky_images.clear();
        for body in world.bodies.values_mut() {
            body.paint.images.clear();
        }
    }
    differ(&drawn, &compare(&mut gpu, &plain, "without images"), 30_000);
}

#[test]
fn shadows_of_point_lamps_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    let mut all = Vec::new();
    for number in 0..10 {
        let (mut world, camera) = random::scene(700 + number);
        world.light.sun_share = 0.2;
        let inside = world.bodies.values().nth(1 + number as usize).unwrap().position_m;
        // Above all, among all, within a body, and below the floor.
        let places = [[0.3, -0.2, 4.0], [0.4, 0.3, 1.2], inside, [0.2, 0.1, -0.5]];
        for (at, position_m) in places.into_iter().enumerate() {
            if (at + number as usize).is_multiple_of(3) {
                continue;
            }
            let lamp = Lamp::Point {
                position_m,
                mount: None,
                color: [[1.0, 0.8, 0.6], [0.5, 0.7, 1.0]][at % 2],
                strength: [6.0, 1.0, 0.5, 0.5][at],
                shadows: true,
            };
            world.lights.insert(format!("lamp {at}"), lamp);
        }
        if number % 3 == 0 {
            world.light.shadows = Shadows::Soft { angle_deg: 4.0 };
        }
        all.push((world, View::of(&camera, None, 90, 70), 1 + number as u32 % 2));
    }
    let drawn = compare(&mut gpu, &all, "point lamps");
    let mut plain = all.clone();
    for (world, ..) in &mut plain {
        for lamp in world.lights.values_mut() {
            if let Lamp::Point { shadows, .. } = lamp {
                *shadows = false;
            }
        }
    }
    differ(&drawn, &compare(&mut gpu, &plain, "without shadows"), 4000);
}

const SPACING_M: f32 = 0.04;

/// A post in a pool, a jet beside it, and a lamp over both.
fn pool() -> World<f32> {
    let post = Shape::Box {
        half_extents_m: [0.05, 0.05, 0.4],
    };
    let mut world = bodies([post, tent()]);
    for (name, color) in [("water", [0.1, 0.3, 0.9]), ("oil", [0.8, 0.6, 0.1])] {
        let liquid = Liquid {
            spacing_m: SPACING_M,
            color,
            ..Liquid::default()
        };
        world.liquids.insert(name.into(), liquid);
    }
    let lamp = Lamp::Point {
        position_m: [0.3, 0.2, 1.5],
        mount: None,
        color: [1.0; 3],
        strength: 0.5,
        shadows: true,
    };
    world.lights.insert("lamp".into(), lamp);
    world
}

/// Particles of the pool and of the jet at a moment.
fn particles(moment: usize) -> Vec<Vec<[f32; 3]>> {
    let place = |at: usize| (at as f32 + 0.5) * SPACING_M;
    let lattice = (0..4_usize).flat_map(|z| (0..12).flat_map(move |y| (0..12).map(move |x| [x, y, z])));
    let wave = |[x, y, z]: [usize; 3]| {
        let rise = 0.02 * libm::sinf(place(x) * 9.0 + moment as f32);
        [place(x) - 0.2, place(y) - 0.3, place(z) + rise]
    };
    let jet = (0..30).map(|at| {
        [
            -0.5,
            0.03 * (at % 3) as f32,
            0.1 + place(at) * 0.7 - 0.02 * moment as f32,
        ]
    });
    vec![lattice.map(wave).collect(), jet.collect()]
}

#[test]
fn liquids_agree_with_the_cpu_at_every_moment_however_jobs_are_split() {
    let Some(mut gpu) = gpu() else { return };
    let world = pool();
    let poses: Vec<Pose> = world.start_poses();
    let moments: Vec<Vec<Vec<[f32; 3]>>> = (0..3).map(particles).collect();
    let eyes = [[0.9, -1.2, 1.0], [-1.1, -0.5, 0.5]];
    let views = eyes.map(|eye| View::of(&Camera::looking(eye, [0.0, 0.0, 0.15], 50.0), None, 72, 56));
    let plain = random::scene(5).0;
    let (other, other_poses) = (gpu.add(&plain).unwrap(), plain.start_poses());
    let id = gpu.add(&world).unwrap();
    // Two cameras at each moment, a world without liquids in between, the first moment again, and nothing poured yet.
    let mut jobs = Vec::new();
    for at in [0, 1, 2, 0] {
        jobs.extend(views.map(|view| Job {
            world: id,
            view,
            poses: &poses,
            points: &moments[at],
        }));
        jobs.push(Job {
            world: other,
            view: views[0],
            poses: &other_poses,
            points: &[],
        });
    }
    jobs.push(Job {
        points: &[],
        ..jobs[0]
    });
    let drawn = frames(&mut gpu, &jobs, Outputs::ALL);
    let mut difference = Difference::default();
    for (drawn, job) in drawn.iter().zip(&jobs) {
        let mut renderer = Renderer::new(if job.world == id { &world } else { &plain }).unwrap();
        renderer.set_points(job.points);
        let mut frame = Frame::default();
        renderer.render(&job.view, job.poses, Outputs::ALL, &mut frame);
        difference.add(&frame, drawn);
    }
    difference.check("liquids");
    let liquid = |frame: &Frame| frame.ids.iter().filter(|id| **id > 3).count();
    assert!(liquid(&drawn[0]) > 200, "{} pixels of liquids", liquid(&drawn[0]));
    assert_eq!(liquid(drawn.last().unwrap()), 0, "before it is poured");
    assert!(drawn[0] == drawn[9] && drawn[0] != drawn[3], "moments differ");
    for limits in [BatchLimits::new(1, u64::MAX), BatchLimits::new(u32::MAX, 400_000)] {
        gpu = gpu.limited(limits);
        assert!(frames(&mut gpu, &jobs, Outputs::ALL) == drawn, "{limits:?}");
    }
}
