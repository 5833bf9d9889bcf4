//! Pictures a second on one core: sizes x outputs x object counts x instruction sets.
//!
//! Boxes, balls, capsules and cylinders on a checker floor below the sky. The name of a measurement is
//! `set/size_objects_outputs`: `sun` says that there are shadows, `smooth` that edges have 2 x 2 samples. `looks` are RGB of 20
//! objects at 64 px with hard shadows of the sun and one thing more. `liquid` is a pool of 800 particles and 120 drops about it:
//! its surface, and a picture at 64 px with shadows and smooth edges.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use terrella_render::{Frame, InstructionSet, Outputs, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Fog, Lamp, Liquid, Shadows, World};

fn bodies(count: usize) -> World<f32> {
    let mut world = World::default();
    let checker = Paint::checker([0.62, 0.64, 0.66], [0.48, 0.50, 0.53], 1.0);
    world.bodies.insert(
        "floor".into(),
        Body::new("floor", Shape::HalfSpace {}).fixed().painted(checker),
    );
    for index in 0..count {
        let shape = match index % 4 {
            0 => Shape::Ball { radius_m: 0.24 },
            1 => Shape::Box {
                half_extents_m: [0.25, 0.18, 0.2],
            },
            2 => Shape::Capsule {
                radius_m: 0.14,
                half_height_m: 0.24,
            },
            _ => Shape::Cylinder {
                radius_m: 0.18,
                half_height_m: 0.22,
            },
        };
        // Spread over a square of 4 m by a sequence that fills it evenly.
        let along = |step: f32| {
            let turns = (index as f32 + 1.0) * step;
            (turns - turns.floor()) * 3.8 - 1.9
        };
        let place = [
            along(0.754_877_7),
            along(0.569_840_3),
            0.3 + 0.3 * (index % 5) as f32,
        ];
        let shade = (index % 7) as f32 / 7.0;
        let body = Body::new("thing", shape)
            .at(place)
            .painted(Paint::plain([0.9, shade, 1.0 - shade]));
        let rotation = Rotation::RpyDeg([17.0 * shade, 40.0 * shade, 137.0 * shade]);
        world
            .bodies
            .insert(format!("thing {index}"), Body { rotation, ..body });
    }
    world
}

fn frames(criterion: &mut Criterion) {
    let camera = Camera::looking([0.6, -4.4, 2.4], [0.0, 0.0, 0.45], 50.0);
    for set in InstructionSet::ALL.into_iter().filter(|set| set.available()) {
        let mut group = criterion.benchmark_group(set.name());
        group.throughput(Throughput::Elements(1));
        for (size, count) in [(64, 1), (64, 20), (64, 200), (128, 20), (224, 20)] {
            for (name, outputs, sun, per_side) in [
                ("rgb", Outputs::RGB, false, 1),
                ("rgb_sun", Outputs::RGB, true, 1),
                ("all_sun", Outputs::ALL, true, 1),
                ("rgb_sun_smooth", Outputs::RGB, true, 2),
            ] {
                if set == InstructionSet::Scalar && (size, count) != (64, 20) {
                    continue;
                }
                let mut world = bodies(count);
                if !sun {
                    world.light.sun_share = 0.0;
                }
                let poses: Vec<Pose> = world.start_poses();
                let view = View::of(&camera, None, size, size);
                let mut renderer = Renderer::new(&world)
                    .expect("a world that can be drawn")
                    .supersampled(per_side)
                    .with_instruction_set(set);
                let mut frame = Frame::default();
                group.bench_function(format!("{size}_{count}_{name}"), |bencher| {
                    bencher.iter(|| {
                        renderer.render(black_box(&view), black_box(&poses), outputs, &mut frame);
                    });
                });
            }
        }
        group.finish();
    }
}

/// What else there is to see in a world.
type Look = fn(&mut World<f32>);

const LOOKS: [(&str, Look); 8] = [
    ("plain", |_| {}),
    ("fog", |world| {
        world.light.fog = Some(Fog {
            color: None,
            half_distance_m: 10.0,
        });
    }),
    ("head_light", |world| {
        let (color, strength) = ([1.0; 3], 0.2);
        world.lights.insert("head".into(), Lamp::Head { color, strength });
    }),
    ("point", |world| {
        let lamp = Lamp::Point {
            position_m: [0.5, -0.5, 2.0],
            mount: None,
            color: [1.0, 0.8, 0.6],
            strength: 0.5,
            shadows: true,
        };
        world.lights.insert("bulb".into(), lamp);
    }),
    ("second_sun", |world| {
        let lamp = Lamp::Directional {
            direction: [-1.0, 0.2, 0.8],
            color: [1.0, 0.8, 0.6],
            strength: 0.3,
            shadows: true,
        };
        world.lights.insert("side".into(), lamp);
    }),
    ("soft_sun", |world| {
        world.light.shadows = Shadows::Soft { angle_deg: 4.0 };
    }),
    ("highlights", |world| {
        for body in world.bodies.values_mut() {
            body.paint.specular = 0.5;
        }
    }),
    ("clouds", |world| {
        for body in world.bodies.values_mut() {
            body.paint.pattern = Pattern::Noise;
        }
    }),
];

fn looks(criterion: &mut Criterion) {
    let camera = Camera::looking([0.6, -4.4, 2.4], [0.0, 0.0, 0.45], 50.0);
    let mut group = criterion.benchmark_group("looks");
    group.throughput(Throughput::Elements(1));
    for (name, look) in LOOKS {
        let mut world = bodies(20);
        look(&mut world);
        let poses: Vec<Pose> = world.start_poses();
        let view = View::of(&camera, None, 64, 64);
        let mut renderer = Renderer::new(&world)
            .expect("a world that can be drawn")
            .supersampled(1);
        let mut frame = Frame::default();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                renderer.render(black_box(&view), black_box(&poses), Outputs::RGB, &mut frame);
            });
        });
    }
    group.finish();
}

fn liquid(criterion: &mut Criterion) {
    let mut world = bodies(0);
    let liquid = Liquid::default();
    let spacing = liquid.spacing_m;
    world.liquids.insert("water".into(), liquid);
    let mut particles = Vec::new();
    for index in 0..800 {
        let place = [index % 10, index / 10 % 10, index / 100];
        particles.push(place.map(|at| at as f32 * spacing));
    }
    for index in 0..120 {
        // Over a square of 1 m, by a sequence that fills it evenly.
        let along = |step: f32| (index as f32 * step).fract() - 0.5;
        particles.push([along(0.754_877_7), along(0.569_840_3), 0.002 * index as f32]);
    }
    let points = [particles];
    let camera = Camera::looking([0.1, -1.0, 0.6], [0.05, 0.0, 0.05], 46.0);
    let view = View::of(&camera, None, 64, 64);
    let poses: Vec<Pose> = world.start_poses();
    let mut renderer = Renderer::new(&world).expect("a world that can be drawn");
    let mut frame = Frame::default();
    let mut group = criterion.benchmark_group("liquid");
    group.throughput(Throughput::Elements(1));
    group.bench_function("surface", |bencher| {
        bencher.iter(|| renderer.set_points(black_box(&points)));
    });
    group.bench_function("picture", |bencher| {
        bencher.iter(|| renderer.render(black_box(&view), black_box(&poses), Outputs::RGB, &mut frame));
    });
    group.finish();
}

criterion_group!(benches, frames, looks, liquid);
criterion_main!(benches);
