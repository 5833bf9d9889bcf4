//! Pictures a second on one core: ten bodies with shadows on a checker floor.
//!
//! Supersampled pictures (x2) take four samples for each pixel.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, World};

fn ten_bodies() -> World<f32> {
    let mut world = World::default();
    let checker = Paint::checker([0.62, 0.64, 0.66], [0.48, 0.50, 0.53], 0.5);
    world.bodies.insert(
        "floor".into(),
        Body::new("floor", Shape::HalfSpace {}).fixed().painted(checker),
    );
    for index in 0..10 {
        let shape = match index % 5 {
            0 | 1 => Shape::Ball { radius_m: 0.4 },
            2 | 3 => Shape::Box {
                half_extents_m: [0.4, 0.3, 0.35],
            },
            _ => Shape::Capsule {
                radius_m: 0.25,
                half_height_m: 0.4,
            },
        };
        let (column, row) = ((index % 4) as f32, (index / 4) as f32);
        let place = [column * 1.2 - 1.8, row * 1.2 - 1.2, 0.5 + 0.1 * column];
        let body = Body::new("thing", shape)
            .at(place)
            .painted(Paint::plain([0.9, 0.1 * column, 0.3 * row]));
        let rotation = Rotation::RpyDeg([10.0 * column, 20.0 * row, 30.0]);
        world
            .bodies
            .insert(format!("thing {index}"), Body { rotation, ..body });
    }
    world
}

fn frames(criterion: &mut Criterion) {
    let world = ten_bodies();
    let poses: Vec<Pose> = world
        .bodies
        .values()
        .map(|body| Pose {
            position_m: body.position_m,
            rotation_xyzw: body.rotation.quaternion_xyzw(),
        })
        .collect();
    let camera = Camera::looking([0.6, -5.0, 3.2], [0.0, 0.0, 0.3], 45.0);
    let mut group = criterion.benchmark_group("frames");
    group.throughput(Throughput::Elements(1));
    let exact = Outputs {
        rgb: false,
        depth: true,
        ids: true,
    };
    for (name, size, per_side, outputs) in [
        ("rgb_64_x1", 64, 1, Outputs::RGB),
        ("rgb_64_x2", 64, 2, Outputs::RGB),
        ("depth_ids_64", 64, 1, exact),
        ("rgb_128_x1", 128, 1, Outputs::RGB),
        ("rgb_128_x2", 128, 2, Outputs::RGB),
    ] {
        let view = View::of(&camera, None, size, size);
        let mut renderer = Renderer::new(&world)
            .expect("a world that can be drawn")
            .supersampled(per_side);
        let mut frame = Frame::default();
        group.bench_function(name, |bencher| {
            bencher.iter(|| renderer.render(black_box(&view), black_box(&poses), outputs, &mut frame));
        });
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
