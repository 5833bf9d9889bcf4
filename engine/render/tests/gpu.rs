//! Contract: a GPU draws what the CPU draws, but for rounding, however jobs are split into batches.
//!
//! Where there is no GPU the tests say so and pass; with TERRELLA_GPU=required they fail.

#[path = "random/dressed.rs"]
mod dressed;
#[path = "gpu/looks.rs"]
mod looks;
mod random;

use terrella_render::gpu::{BatchLimits, GpuError, GpuRenderer, Job, WorldId, wgpu};
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::camera::Lens;
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::{Body, Camera, Lamp, World};

fn gpu() -> Option<GpuRenderer> {
    match GpuRenderer::new() {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            let required = std::env::var("TERRELLA_GPU").is_ok_and(|value| value == "required");
            assert!(!required, "TERRELLA_GPU=required: {error}");
            println!("skipped: {error}");
            None
        }
    }
}

/// What a GPU's pictures differ by from the CPU's.
#[derive(Debug, Default)]
struct Difference {
    pixels: usize,
    /// Pixels with a channel off by more than 1.
    colors: usize,
    /// Pixels with a channel off by 1.
    rounded: usize,
    ids: usize,
    /// Pixels with the same id and another depth by more than a thousandth.
    depths: usize,
}

impl Difference {
    fn add(&mut self, cpu: &Frame, gpu: &Frame) {
        assert_eq!((cpu.width, cpu.height), (gpu.width, gpu.height));
        assert_eq!(cpu.rgb.len(), gpu.rgb.len());
        assert_eq!(cpu.depth_m.len(), gpu.depth_m.len());
        assert_eq!(cpu.ids.len(), gpu.ids.len());
        self.pixels += (cpu.width * cpu.height) as usize;
        for (a, b) in cpu.rgb.chunks(3).zip(gpu.rgb.chunks(3)) {
            let off = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max();
            self.colors += usize::from(off > Some(1));
            self.rounded += usize::from(off == Some(1));
        }
        for (index, (a, b)) in cpu.ids.iter().zip(&gpu.ids).enumerate() {
            if a != b {
                self.ids += 1;
            } else if let (Some(a), Some(b)) = (cpu.depth_m.get(index), gpu.depth_m.get(index)) {
                self.depths += usize::from((a - b).abs() > 1e-3 * a);
            }
        }
    }

    /// Colours and ids may differ in so many of a hundred thousand pixels.
    fn check(&self, what: &str) {
        println!("{what}: {self:?}");
        let most = self.pixels.div_ceil(100_000);
        assert!(self.pixels > 0, "{what}: nothing was compared");
        assert!(self.colors <= most, "{what}: {self:?}");
        assert!(self.ids <= most, "{what}: {self:?}");
        assert!(self.depths <= most, "{what}: {self:?}");
    }
}

/// A random world; every other one has patterns on all of its bodies.
fn world(seed: u64) -> (World<f32>, Camera<f32>) {
    let (mut world, camera) = random::scene(seed);
    if seed.is_multiple_of(2) {
        let kinds = [
            Paint::checker([0.9, 0.6, 0.3], [0.2, 0.3, 0.5], 0.3),
            Paint {
                pattern: Pattern::Stripes,
                ..Paint::checker([0.8, 0.8, 0.7], [0.5, 0.1, 0.2], 0.25)
            },
        ];
        for (index, body) in world.bodies.values_mut().enumerate() {
            body.paint = kinds[(index + seed as usize / 2) % 2].clone();
        }
    }
    (world, camera)
}

fn cpu_frame(world: &World<f32>, view: &View, poses: &[Pose], outputs: Outputs) -> Frame {
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(world).unwrap();
    renderer.render(view, poses, outputs, &mut frame);
    frame
}

fn frames(gpu: &mut GpuRenderer, jobs: &[Job<'_>], outputs: Outputs) -> Vec<Frame> {
    let mut frames = Vec::new();
    gpu.render_batch(jobs, outputs, |job, frame| {
        assert_eq!(job, frames.len(), "pictures come in the jobs' order");
        frames.push(frame.clone());
    })
    .unwrap();
    assert_eq!(frames.len(), jobs.len());
    frames
}

#[test]
fn random_scenes_of_every_shape_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    println!("GPU: {}", gpu.adapter());
    for size in [64, 100, 224] {
        let all: Vec<(World<f32>, View, Vec<Pose>, WorldId)> = (1..=32)
            .map(|seed| {
                let (world, camera) = world(seed);
                let (poses, id) = (world.start_poses(), gpu.add(&world).unwrap());
                (world, View::of(&camera, None, size, size), poses, id)
            })
            .collect();
        let mut difference = Difference::default();
        for (drawn, (world, view, poses, _)) in frames(&mut gpu, &jobs(&all), Outputs::ALL).iter().zip(&all) {
            difference.add(&cpu_frame(world, view, poses, Outputs::ALL), drawn);
        }
        difference.check(&format!("{size} px"));
    }
}

/// Random worlds and views of these sizes.
fn some(gpu: &mut GpuRenderer, sizes: &[[u32; 2]]) -> Vec<(World<f32>, View, Vec<Pose>, WorldId)> {
    (0..)
        .zip(sizes)
        .map(|(index, [width, height])| {
            let (world, camera) = world(40 + index % 6);
            let (poses, id) = (world.start_poses(), gpu.add(&world).unwrap());
            (world, View::of(&camera, None, *width, *height), poses, id)
        })
        .collect()
}

fn jobs(all: &[(World<f32>, View, Vec<Pose>, WorldId)]) -> Vec<Job<'_>> {
    let job = |own| {
        let (_, view, poses, world): &(World<f32>, View, Vec<Pose>, WorldId) = own;
        Job {
            world: *world,
            view: *view,
            poses,
            points: &[],
        }
    };
    all.iter().map(job).collect()
}

#[test]
fn pictures_do_not_depend_on_how_jobs_are_split_into_batches() {
    let Some(mut gpu) = gpu() else { return };
    // Sizes change in the midst, and widths are not multiples of 4 or of 8.
    let mut sizes = vec![[64, 64]; 7];
    sizes.extend([[61, 47]; 3]);
    sizes.extend([[64, 64], [2, 3], [1, 1]]);
    let all = some(&mut gpu, &sizes);
    let jobs = jobs(&all);
    let whole = frames(&mut gpu, &jobs, Outputs::ALL);
    let mut difference = Difference::default();
    for (drawn, (world, view, poses, _)) in whole.iter().zip(&all) {
        difference.add(&cpu_frame(world, view, poses, Outputs::ALL), drawn);
    }
    difference.check("sizes that change");
    // One view, three views, and as many as fit in so many bytes: 64 px with all outputs and keys are 53,248.
    for limits in [
        BatchLimits::new(1, u64::MAX),
        BatchLimits::new(3, u64::MAX),
        BatchLimits::new(u32::MAX, 160_000),
        BatchLimits::new(u32::MAX, 54_000),
    ] {
        gpu = gpu.limited(limits);
        assert!(frames(&mut gpu, &jobs, Outputs::ALL) == whole, "{limits:?}");
    }
}

#[test]
fn each_output_is_the_same_whichever_others_are_on() {
    let Some(mut gpu) = gpu() else { return };
    let all = some(&mut gpu, &[[61, 47]; 6]);
    let jobs = jobs(&all);
    let whole = frames(&mut gpu, &jobs, Outputs::ALL);
    for wanted in 0..8 {
        let outputs = Outputs {
            rgb: wanted & 1 != 0,
            depth: wanted & 2 != 0,
            ids: wanted & 4 != 0,
        };
        for (drawn, whole) in frames(&mut gpu, &jobs, outputs).iter().zip(&whole) {
            let expected = Frame {
                rgb: if outputs.rgb {
                    whole.rgb.clone()
                } else {
                    Vec::new()
                },
                depth_m: if outputs.depth {
                    whole.depth_m.clone()
                } else {
                    Vec::new()
                },
                ids: if outputs.ids {
                    whole.ids.clone()
                } else {
                    Vec::new()
                },
                ..*drawn
            };
            assert!(*drawn == expected, "{outputs:?}");
        }
    }
}

#[test]
fn bent_lenses_and_their_blind_pixels_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    let fisheye = Lens::Fisheye {
        k1: -0.02,
        k2: 0.003,
        k3: 0.0,
        k4: 0.0,
    };
    let opencv = Lens::Opencv {
        k1: -0.28,
        k2: 0.09,
        p1: 1e-3,
        p2: -5e-4,
        k3: 0.0,
        k4: 0.0,
        k5: 0.0,
        k6: 0.0,
    };
    let mut all = Vec::new();
    for seed in 50..62 {
        let (world, camera) = world(seed);
        let (lens, fov_deg) = if seed % 2 == 0 {
            (fisheye, 170.0)
        } else {
            (opencv, 70.0)
        };
        let camera = Camera {
            lens,
            fov_deg,
            ..camera
        };
        let (poses, id) = (world.start_poses(), gpu.add(&world).unwrap());
        all.push((world, View::of(&camera, None, 100, 72), poses, id));
    }
    let mut difference = Difference::default();
    let mut blind = 0;
    for (drawn, (world, view, poses, _)) in frames(&mut gpu, &jobs(&all), Outputs::ALL).iter().zip(&all) {
        let cpu = cpu_frame(world, view, poses, Outputs::ALL);
        for (at, pixel) in cpu.rgb.chunks(3).enumerate() {
            if pixel == [0; 3] && cpu.ids[at] == 0 {
                blind += 1;
                assert_eq!(drawn.rgb[at * 3..][..3], [0; 3], "a blind pixel is black");
            }
        }
        difference.add(&cpu, drawn);
    }
    assert!(blind > 100, "{blind} blind pixels");
    difference.check("bent lenses");
}

/// Adds a world with so many samples along each side of a pixel at edges, and compares its pictures.
fn compare(gpu: &mut GpuRenderer, all: &[(World<f32>, View, u32)], what: &str) -> Vec<Frame> {
    let renderer = |world: &World<f32>, per_side: u32| Renderer::new(world).unwrap().supersampled(per_side);
    let poses: Vec<Vec<Pose>> = all.iter().map(|(world, ..)| world.start_poses()).collect();
    let jobs: Vec<Job<'_>> = (all.iter().zip(&poses))
        .map(|((world, view, per_side), poses)| Job {
            world: gpu.add_prepared(renderer(world, *per_side)).unwrap(),
            view: *view,
            poses,
            points: &[],
        })
        .collect();
    let drawn = frames(gpu, &jobs, Outputs::ALL);
    let mut difference = Difference::default();
    for ((drawn, (world, view, per_side)), poses) in drawn.iter().zip(all).zip(&poses) {
        let mut frame = Frame::default();
        renderer(world, *per_side).render(view, poses, Outputs::ALL, &mut frame);
        difference.add(&frame, drawn);
    }
    difference.check(what);
    drawn
}

#[test]
fn edges_are_smoothed_in_the_same_pixels_by_the_same_samples() {
    let Some(mut gpu) = gpu() else { return };
    let bent = Lens::Fisheye {
        k1: -0.02,
        k2: 0.003,
        k3: 0.0,
        k4: 0.0,
    };
    // Numbers of samples change in the midst, widths are not multiples of 4 or of 8, and a lens has pixels without a ray.
    let all: Vec<_> = (100..124)
        .map(|seed| {
            let (world, mut camera) = world(seed);
            if seed % 5 == 0 {
                (camera.lens, camera.fov_deg) = (bent, 170.0);
            }
            let [width, height] = [[64, 64], [61, 47], [130, 70]][seed as usize % 3];
            let view = View::of(&camera, None, width, height);
            (world, view, 1 + (seed as u32 / 2) % 4)
        })
        .collect();
    let drawn = compare(&mut gpu, &all, "smooth edges");
    let rough: Vec<_> = all
        .iter()
        .map(|(world, view, _)| (world.clone(), *view, 1))
        .collect();
    let rough = compare(&mut gpu, &rough, "the same without samples");
    let (mut smoothed, mut pixels) = (0, 0);
    for ((drawn, rough), (_, _, per_side)) in drawn.iter().zip(&rough).zip(&all) {
        assert!(drawn.ids == rough.ids && drawn.depth_m == rough.depth_m);
        assert!(*per_side > 1 || drawn == rough);
        let pairs = drawn.rgb.chunks(3).zip(rough.rgb.chunks(3));
        smoothed += pairs.filter(|(a, b)| a != b).count();
        pixels += drawn.ids.len();
    }
    println!("{smoothed} of {pixels} pixels are smoothed");
    assert!(
        smoothed * 50 > pixels && smoothed * 3 < pixels,
        "{smoothed} of {pixels}"
    );
}

#[test]
fn all_looks_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    // Each feature alone, and all 64 looks once.
    let all: Vec<_> = (0..64)
        .map(|number| {
            let (mut world, camera) = random::scene(200 + number);
            dressed::dress(&mut world, number);
            (world, View::of(&camera, None, 96, 80), 1 + number as u32 % 2)
        })
        .collect();
    let looked = compare(&mut gpu, &all, "looks");
    let plain: Vec<_> = (0..64)
        .map(|number| (random::scene(200 + number).0, all[number as usize].1, 1))
        .collect();
    let plain = compare(&mut gpu, &plain, "the same without looks");
    let differ = looked.iter().zip(&plain).filter(|(a, b)| a.rgb != b.rgb).count();
    assert!(differ >= 63, "{differ} of 64 looks are seen");
}

#[test]
fn clouds_and_smooth_meshes_of_every_shape_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    let all: Vec<_> = (300..324)
        .map(|seed| {
            let (mut world, camera) = random::scene(seed);
            for (index, body) in world.bodies.values_mut().enumerate() {
                body.paint.smooth = true;
                body.paint.specular = 0.5;
                if seed % 2 == 0 {
                    let kinds = [Pattern::Noise, Pattern::Checker, Pattern::Stripes, Pattern::Noise];
                    body.paint.pattern = kinds[(index + seed as usize) % 4];
                    body.paint.pattern_size_m = [0.05, 0.3, 1.0][index % 3];
                }
            }
            (world, View::of(&camera, None, 100, 72), 2)
        })
        .collect();
    compare(&mut gpu, &all, "clouds and smooth meshes");
}

/// Cameras within and close to shapes, floors from below, and a sun behind the floor.
#[test]
fn close_views_and_several_floors_agree_with_the_cpu() {
    let Some(mut gpu) = gpu() else { return };
    let mut all = Vec::new();
    for seed in 70..94 {
        let (mut world, _) = world(seed);
        world.bodies.insert(
            "slope".into(),
            Body {
                rotation: terrella_spec::shape::Rotation::RpyDeg([25.0, 8.0, 0.0]),
                ..Body::new("slope", Shape::HalfSpace {})
                    .at([0.0, 0.0, -0.6])
                    .painted(Paint::checker([0.3; 3], [0.8; 3], 0.4))
            },
        );
        if seed % 6 == 0 {
            world.light.sun_direction = [0.4, -0.2, -0.5];
        }
        let body = world.bodies.values().nth(1 + seed as usize % 9).unwrap();
        let [x, y, z] = body.position_m;
        let eye = [[x, y, z], [x + 0.3, y, z + 0.35], [x - 0.9, y + 0.1, z + 0.05]][seed as usize % 3];
        let camera = Camera::looking(eye, [0.1, 0.2, 0.4], 75.0);
        let (poses, id) = (world.start_poses(), gpu.add(&world).unwrap());
        all.push((world, View::of(&camera, None, 96, 96), poses, id));
    }
    let mut difference = Difference::default();
    for (drawn, (world, view, poses, _)) in frames(&mut gpu, &jobs(&all), Outputs::ALL).iter().zip(&all) {
        difference.add(&cpu_frame(world, view, poses, Outputs::ALL), drawn);
    }
    difference.check("close views");
}

#[test]
fn pictures_left_on_a_foreign_device_are_those_that_come_back() {
    let Some(own) = gpu() else { return };
    let (device, queue) = own.device();
    let (device, queue) = (device.clone(), queue.clone());
    let mut gpu = GpuRenderer::on(device.clone(), queue.clone())
        .unwrap()
        .limited(BatchLimits::new(3, u64::MAX));
    let all = some(&mut gpu, &[[61, 47]; 7]);
    let jobs = jobs(&all);
    let back = frames(&mut gpu, &jobs, Outputs::ALL);
    let mut met = 0;
    gpu.render_on_device(&jobs, Outputs::ALL, |batch| {
        assert_eq!(batch.jobs.start, met);
        met = batch.jobs.end;
        let to = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: batch.ids.end,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(batch.buffer, 0, &to, 0, batch.ids.end);
        queue.submit([encoder.finish()]);
        to.map_async(wgpu::MapMode::Read, .., |result| result.unwrap());
        device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let bytes = to.get_mapped_range(..);
        for (view, job) in batch.jobs.clone().enumerate() {
            for row in 0..batch.height as usize {
                let first = (view * batch.height as usize + row) * batch.row_px as usize;
                let width = batch.width as usize;
                let rgb = &bytes[batch.rgb.start as usize + first * 3..][..width * 3];
                assert_eq!(rgb, &back[job].rgb[row * width * 3..][..width * 3]);
                for column in 0..width {
                    let at = batch.ids.start as usize + (first + column) * 2;
                    let id = u16::from_le_bytes([bytes[at], bytes[at + 1]]);
                    assert_eq!(id, back[job].ids[row * width + column]);
                    let at = batch.depth_m.start as usize + (first + column) * 4;
                    let depth = f32::from_le_bytes(std::array::from_fn(|byte| bytes[at + byte]));
                    assert_eq!(depth, back[job].depth_m[row * width + column]);
                }
            }
        }
    })
    .unwrap();
    assert_eq!(met, 7);
}

#[test]
fn what_is_too_large_for_a_buffer_is_refused() {
    let Some(gpu) = gpu() else { return };
    let mut gpu = gpu.limited(BatchLimits::new(u32::MAX, 30_000));
    let all = some(&mut gpu, &[[64, 64]]);
    let error = gpu
        .render_batch(&jobs(&all), Outputs::ALL, |_, _| panic!("a picture"))
        .unwrap_err();
    assert!(matches!(error, GpuError::TooLarge { .. }), "{error}");
    let empty = some(&mut gpu, &[[0, 64]]);
    let error = gpu
        .render_batch(&jobs(&empty), Outputs::ALL, |_, _| panic!("a picture"))
        .unwrap_err();
    assert!(matches!(error, GpuError::Unsupported { .. }), "{error}");
    // And then it goes on.
    let small = some(&mut gpu, &[[32, 32]; 3]);
    assert_eq!(frames(&mut gpu, &jobs(&small), Outputs::ALL).len(), 3);
}

#[test]
fn worlds_that_were_forgotten_leave_nothing() {
    let Some(mut gpu) = gpu() else { return };
    let first = some(&mut gpu, &[[64, 64]; 2]);
    let before = frames(&mut gpu, &jobs(&first), Outputs::ALL);
    gpu.clear();
    // The other way round: the trees of its meshes are elsewhere now.
    let ids: Vec<WorldId> = first
        .iter()
        .rev()
        .map(|(world, ..)| gpu.add(world).unwrap())
        .collect();
    let again: Vec<Job<'_>> = jobs(&first)
        .into_iter()
        .zip(ids.iter().rev())
        .map(|(job, world)| Job { world: *world, ..job })
        .collect();
    assert!(frames(&mut gpu, &again, Outputs::ALL) == before);
}

/// What a GPU does not draw it refuses, by name; it never leaves it out.
#[test]
fn what_is_not_drawn_is_refused() {
    let Some(mut gpu) = gpu() else { return };
    let (plain, camera) = random::scene(1);
    let view = View::of(&camera, None, 16, 16);
    let mut drawn = |change: &dyn Fn(&mut World<f32>)| {
        let mut world = plain.clone();
        change(&mut world);
        gpu.clear();
        let poses = world.start_poses();
        let jobs = [Job {
            world: gpu.add(&world).unwrap(),
            view,
            poses: &poses,
            points: &[],
        }];
        match gpu.render_batch(&jobs, Outputs::ALL, |_, _| ()) {
            Ok(()) => None,
            Err(GpuError::Unsupported { feature }) => Some(feature),
            Err(other) => panic!("{other}"),
        }
    };
    // A pixel has a bit for each lamp whose light may be hidden from it.
    let lamps = |count: usize| {
        move |world: &mut World<f32>| {
            for number in 0..count {
                let lamp = Lamp::Point {
                    position_m: [0.1 * number as f32 - 1.6, 0.4, 3.0],
                    mount: None,
                    color: [1.0; 3],
                    strength: 0.02,
                    shadows: true,
                };
                world.lights.insert(format!("lamp {number}"), lamp);
            }
        }
    };
    assert_eq!(drawn(&lamps(32)), None);
    assert_eq!(drawn(&lamps(33)), Some("shadows of more than 32 lamps"));
}
