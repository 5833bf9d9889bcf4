//! Pictures a second by several threads: `cargo run --release -p terrella-render --example two_threads -- [THREADS]`.
//!
//! Twenty bodies (boxes, balls, capsules, cylinders) on a checker floor below the sky, a thousand different scenes.

use std::time::Instant;
use terrella_render::{Frame, InstructionSet, Outputs, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, World};

/// Numbers that look random: xorshift.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * ((self.0 >> 40) as f32 / (1_u64 << 24) as f32)
    }
}

/// A world of `count` bodies, where they are, and a camera.
fn scene(seed: u64, count: usize, mixed: bool) -> (World<f32>, Vec<Pose>, Camera<f32>) {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ (seed << 20));
    let mut world = World::default();
    world.light.sun_direction = [
        numbers.between(-0.6, 0.6),
        numbers.between(-0.6, 0.6),
        numbers.between(0.8, 1.3),
    ];
    let checker = Paint::checker([0.62, 0.64, 0.66], [0.48, 0.50, 0.53], 1.0);
    world.bodies.insert(
        "floor".into(),
        Body::new("floor", Shape::HalfSpace {}).fixed().painted(checker),
    );
    for index in 0..count {
        let kind = if mixed { index % 4 } else { index % 2 };
        let size = numbers.between(0.12, 0.32);
        let shape = match kind {
            0 => Shape::Box {
                half_extents_m: [size, numbers.between(0.1, 0.35), numbers.between(0.1, 0.35)],
            },
            1 => Shape::Ball { radius_m: size },
            2 => Shape::Capsule {
                radius_m: 0.6 * size,
                half_height_m: numbers.between(0.12, 0.35),
            },
            _ => Shape::Cylinder {
                radius_m: 0.8 * size,
                half_height_m: numbers.between(0.1, 0.35),
            },
        };
        let lift = if numbers.between(0.0, 1.0) < 0.55 {
            0.0
        } else {
            numbers.between(0.0, 1.4)
        };
        let place = [
            numbers.between(-1.9, 1.9),
            numbers.between(-1.9, 1.9),
            size + lift,
        ];
        let color = [
            numbers.between(0.1, 1.0),
            numbers.between(0.1, 1.0),
            numbers.between(0.1, 1.0),
        ];
        let tilt = if index % 5 < 3 { 0.0 } else { 90.0 };
        let rotation = Rotation::RpyDeg([
            numbers.between(-tilt, tilt),
            numbers.between(-tilt, tilt),
            numbers.between(0.0, 180.0),
        ]);
        let body = Body::new("thing", shape).at(place).painted(Paint::plain(color));
        world
            .bodies
            .insert(format!("thing {index}"), Body { rotation, ..body });
    }
    let poses = world
        .bodies
        .values()
        .map(|body| Pose {
            position_m: body.position_m,
            rotation_xyzw: body.rotation.quaternion_xyzw(),
        })
        .collect();
    let turn = numbers.between(0.0, std::f32::consts::TAU);
    let distance = numbers.between(3.6, 5.2);
    let eye = [
        distance * libm::cosf(turn),
        distance * libm::sinf(turn),
        numbers.between(1.4, 3.2),
    ];
    (world, poses, Camera::looking(eye, [0.0, 0.0, 0.45], 50.0))
}

fn main() {
    let threads: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(2);
    let mixed = std::env::args().nth(2).is_some_and(|text| text == "mixed");
    let exact = Outputs::ALL;
    for set in InstructionSet::ALL.into_iter().filter(|set| set.available()) {
        for (size, seconds) in [(64, 1.0), (128, 1.0), (224, 1.0)] {
            for (name, outputs, shadows, side) in [
                ("rgb", Outputs::RGB, false, 1),
                ("rgb + shadows", Outputs::RGB, true, 1),
                ("rgb + depth + ids + shadows", exact, true, 1),
                ("rgb + shadows, smooth", Outputs::RGB, true, 2),
            ] {
                if set == InstructionSet::Scalar && size > 64 {
                    continue;
                }
                let counts: Vec<f64> = std::thread::scope(|scope| {
                    let runs: Vec<_> = (0..threads)
                        .map(|thread| {
                            scope.spawn(move || {
                                measure(set, thread as u64, size, outputs, (shadows, side, mixed), seconds)
                            })
                        })
                        .collect();
                    runs.into_iter().map(|run| run.join().unwrap_or(0.0)).collect()
                });
                let sum: f64 = counts.iter().sum();
                println!("{} {size} px {name}: {sum:.0} frames/s", set.name());
            }
        }
    }
}

/// The best rate of several stretches: other work on the machine only slows.
fn measure(
    set: InstructionSet,
    seed: u64,
    size: u32,
    outputs: Outputs,
    (shadows, side, mixed): (bool, u32, bool),
    seconds: f64,
) -> f64 {
    let mut all: Vec<(Renderer, View, Vec<Pose>)> = (0..64)
        .map(|index| {
            let (mut world, poses, camera) = scene(seed * 1000 + index + 1, 20, mixed);
            if !shadows {
                world.light.sun_share = 0.0;
            }
            let renderer = Renderer::new(&world)
                .expect("a world that can be drawn")
                .supersampled(side)
                .with_instruction_set(set);
            (renderer, View::of(&camera, None, size, size), poses)
        })
        .collect();
    let mut frame = Frame::default();
    let start = Instant::now();
    let mut best = f64::INFINITY;
    while start.elapsed().as_secs_f64() < seconds {
        let round = Instant::now();
        for (renderer, view, poses) in &mut all {
            renderer.render(view, poses, outputs, &mut frame);
        }
        best = best.min(round.elapsed().as_secs_f64() / all.len() as f64);
    }
    1.0 / best
}
