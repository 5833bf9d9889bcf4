//! What each output beside colours costs, 64 x 64 pixels, 20 bodies; a lens and a lidar too.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use terrella_render::effects::Sensor;
use terrella_render::outputs::{Alone, Classes, Look, flow, normals, points, scan};
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::camera::{Camera, Effects, Lens, Lidar};
use terrella_spec::pose::Pose;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, World};

fn world() -> World<f32> {
    let mut world = World::default();
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}));
    for index in 0..20_u8 {
        let shape = match index % 3 {
            0 => Shape::Ball { radius_m: 0.1 },
            1 => Shape::Box {
                half_extents_m: [0.1, 0.08, 0.09],
            },
            _ => Shape::Cylinder {
                radius_m: 0.08,
                half_height_m: 0.1,
            },
        };
        let place = [
            0.28 * (f32::from(index % 5) - 2.0),
            0.28 * (f32::from(index / 5) - 1.5),
            0.12,
        ];
        world
            .bodies
            .insert(format!("body {index}"), Body::new("thing", shape).at(place));
    }
    world
}

fn outputs(criterion: &mut Criterion) {
    let world = world();
    let poses: Vec<Pose> = (world.bodies.values())
        .map(|body| Pose {
            position_m: body.position_m,
            ..Pose::IDENTITY
        })
        .collect();
    let camera = Camera::looking([0.0, -2.6, 1.2], [0.0, 0.0, 0.2], 45.0);
    let view = View::of(&camera, None, 64, 64);
    let next = View::of(
        &Camera::looking([0.1, -2.6, 1.2], [0.0, 0.0, 0.2], 45.0),
        None,
        64,
        64,
    );
    let mut renderer = Renderer::new(&world).expect("it can be drawn").supersampled(1);
    let mut alone = Alone::new(&world).expect("it can be drawn");
    let mut look = Look::default();
    let mut group = criterion.benchmark_group("outputs 64 px");
    group.bench_function("look", |bencher| {
        bencher.iter(|| look.take(&mut renderer, black_box(&view), &poses));
    });
    let (mut bytes, mut numbers, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    let classes = Classes::new(&world);
    group.bench_function("classes", |bencher| {
        bencher.iter(|| {
            ids.clear();
            classes.write(&renderer, &look, &mut ids);
        });
    });
    group.bench_function("normals", |bencher| {
        bencher.iter(|| {
            bytes.clear();
            normals(&renderer, &look, &mut bytes);
        });
    });
    group.bench_function("flow", |bencher| {
        bencher.iter(|| {
            numbers.clear();
            flow(&renderer, &look, (black_box(&next), &poses, &[]), &mut numbers);
        });
    });
    group.bench_function("points", |bencher| {
        bencher.iter(|| {
            numbers.clear();
            points(&look, &mut numbers);
        });
    });
    group.bench_function("amodal masks", |bencher| {
        bencher.iter(|| alone.masks(&renderer, &look).len());
    });
    group.bench_function("lidar of 180 beams", |bencher| {
        bencher.iter(|| {
            numbers.clear();
            let lidar = Lidar {
                position_m: [0.0, 0.0, 0.1],
                ..Lidar::default()
            };
            scan(&mut renderer, &lidar, None, &poses, &mut numbers);
        });
    });
    let mut frame = Frame::default();
    group.bench_function("colours", |bencher| {
        bencher.iter(|| renderer.render(black_box(&view), &poses, Outputs::RGB, &mut frame));
    });
    let effects = Effects {
        blur_px: Some(0.8),
        vignette: Some(0.4),
        shot_noise: Some(0.05),
        noise: Some(0.01),
        ..Effects::default()
    };
    let mut sensor = Sensor::new(&effects, 1);
    group.bench_function("effects", |bencher| {
        bencher.iter(|| sensor.expose(black_box(3), &mut frame));
    });
    let lens = Lens::Fisheye {
        k1: -0.02,
        k2: 0.002,
        k3: 0.0,
        k4: 0.0,
    };
    let bent = View::of(
        &Camera {
            lens,
            ..camera.clone()
        },
        None,
        64,
        64,
    );
    group.bench_function("colours through a fisheye", |bencher| {
        bencher.iter(|| renderer.render(black_box(&bent), &poses, Outputs::RGB, &mut frame));
    });
    group.finish();
}

criterion_group!(benches, outputs);
criterion_main!(benches);
