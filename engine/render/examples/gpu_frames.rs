//! Pictures a second by a GPU: `cargo run --release -p terrella-render --features gpu --example gpu_frames -- [THREADS]
//! [FRAMES]`.
//!
//! Twenty bodies (boxes, balls, capsules, cylinders) on a checker floor below the sky, with shadows; every picture has
//! other poses. Each thread makes plans for a renderer of its own on one device. `plans` are made only, `on device`
//! pictures stay there, `back` ones reach the memory of the CPU; beside them one thread of the CPU draws the same.

use std::time::Instant;
use terrella_render::gpu::{BatchLimits, GpuRenderer, Job, wgpu};
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::{Body, Camera, World};

/// Different poses of the world.
const POSES: usize = 512;

fn world() -> World<f32> {
    let mut world = World::default();
    let checker = Paint::checker([0.62, 0.64, 0.66], [0.48, 0.50, 0.53], 1.0);
    world.bodies.insert(
        "floor".into(),
        Body::new("floor", Shape::HalfSpace {}).fixed().painted(checker),
    );
    for index in 0..20 {
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
        let shade = (index % 7) as f32 / 7.0;
        let body = Body::new("thing", shape).painted(Paint::plain([0.9, shade, 1.0 - shade]));
        world.bodies.insert(format!("thing {index}"), body);
    }
    world
}

/// The bodies spread over a square of 4 m, a little further on with each step.
fn poses(world: &World<f32>, step: usize) -> Vec<Pose> {
    let place = |index: usize| {
        let along = |by: f32| {
            let turns = (index as f32 + 1.0) * by + step as f32 * 0.003;
            (turns - turns.floor()) * 3.8 - 1.9
        };
        let [x, y, z, w] = [0.3, 0.1 * (index % 5) as f32, 0.2, 0.9_f32];
        let length = (x * x + y * y + z * z + w * w).sqrt();
        Pose {
            position_m: [
                along(0.754_877_7),
                along(0.569_840_3),
                0.3 + 0.3 * (index % 5) as f32,
            ],
            rotation_xyzw: [x, y, z, w].map(|part| part / length),
        }
    };
    let floor = Pose {
        position_m: [0.0; 3],
        rotation_xyzw: [0.0, 0.0, 0.0, 1.0],
    };
    std::iter::once(floor)
        .chain((1..world.bodies.len()).map(place))
        .collect()
}

/// Frames a second of work that draws so many.
fn rate(frames: usize, work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    frames as f64 / begin.elapsed().as_secs_f64()
}

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|argument| argument.parse().expect("a number"))
        .collect();
    let threads = numbers.first().copied().unwrap_or(1);
    let wanted = numbers.get(1).copied().unwrap_or(8192);
    let first = match GpuRenderer::new() {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let (device, queue) = first.device();
    let (device, queue) = (device.clone(), queue.clone());
    println!(
        "{}, {threads} threads, 20 bodies with shadows, frames/s",
        first.adapter()
    );
    let world = world();
    let camera = Camera::looking([0.6, -4.4, 2.4], [0.0, 0.0, 0.45], 50.0);
    let places: Vec<Vec<Pose>> = (0..POSES).map(|step| poses(&world, step)).collect();
    println!("size outputs batch      plans  on device       back   CPU, one thread");
    for (size, share) in [(64, 1), (128, 4), (224, 12)] {
        let view = View::of(&camera, None, size, size);
        for (name, outputs) in [("rgb", Outputs::RGB), ("all", Outputs::ALL)] {
            let mut renderer = Renderer::new(&world)
                .expect("a world that can be drawn")
                .supersampled(1);
            let mut frame = Frame::default();
            let cpu = rate(POSES, || {
                for poses in &places {
                    renderer.render(&view, poses, outputs, &mut frame);
                }
            });
            for batch in [64, 512, 4096] {
                let mut gpus: Vec<(GpuRenderer, _)> = (0..threads)
                    .map(|_| {
                        let gpu = GpuRenderer::on(device.clone(), queue.clone()).expect("a device");
                        let mut gpu = gpu.limited(BatchLimits::new(batch, u64::MAX));
                        let id = {
                            let prepared = Renderer::new(&world).expect("a world that can be drawn");
                            gpu.add_prepared(prepared.supersampled(1)).expect("it fits")
                        };
                        (gpu, id)
                    })
                    .collect();
                let frames = wanted / share;
                // Each thread draws all the frames.
                let mut measure = |work: &(dyn Fn(&mut GpuRenderer, &[Job<'_>]) + Sync)| {
                    rate(frames * threads, || {
                        std::thread::scope(|scope| {
                            for (gpu, world) in &mut gpus {
                                let places = &places;
                                scope.spawn(move || {
                                    let jobs: Vec<Job<'_>> = (0..frames)
                                        .map(|at| Job {
                                            world: *world,
                                            view,
                                            poses: &places[at % POSES],
                                            points: &[],
                                        })
                                        .collect();
                                    work(gpu, &jobs);
                                });
                            }
                        });
                        device
                            .poll(wgpu::PollType::wait_indefinitely())
                            .expect("the device is there");
                    })
                };
                let back = |gpu: &mut GpuRenderer, jobs: &[Job<'_>]| {
                    gpu.render_batch(jobs, outputs, |_, _| {}).expect("pictures");
                };
                // Makes the buffers.
                measure(&|gpu, jobs| back(gpu, &jobs[..(2 * batch as usize).min(jobs.len())]));
                let plans = measure(&|gpu, jobs| {
                    gpu.plan_batch(jobs, outputs).expect("plans");
                });
                let stay = measure(&|gpu, jobs| {
                    gpu.render_on_device(jobs, outputs, |_| {}).expect("pictures");
                });
                let back = measure(&back);
                println!("{size:4} {name:7} {batch:5} {plans:10.0} {stay:10.0} {back:10.0} {cpu:10.0}");
            }
        }
    }
}
