//! The workload of `terrella bench --render`: how many pictures a second the CPU draws, or a GPU.
//!
//! Boxes and balls in turn on a checkered floor below a sky, as many as asked for, in a number of scenes that look alike
//! and are different, so that nothing is learned by heart.

use crate::drawing::{Gpu, KeptMoment, Shot, Shots};
use crate::error::AppError;
use std::hint::black_box;
use std::time::{Duration, Instant};
use terrella_render::{Frame, InstructionSet, Outputs, Renderer, View};
use terrella_spec::light::Shadows;
use terrella_spec::pose::Pose;
use terrella_spec::seed::{Rng, SeedPath};
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, World};

/// Scenes of each thread.
const SCENES: u64 = 64;
/// Half of the side of the square that bodies stand on, m.
const REACH_M: f32 = 1.9;
/// Pictures of a scene that a GPU draws at once, as those of an episode.
const BATCHED: u64 = 64;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Frames<'a> {
    /// Side of the pictures, pixels.
    pub size: u32,
    /// Bodies beside the floor.
    pub objects: usize,
    /// Threads, each with scenes of its own.
    pub threads: usize,
    /// What is drawn of each.
    pub outputs: Outputs,
    /// Exact hard shadows.
    pub shadows: bool,
    /// Samples along each side of a pixel at edges.
    pub supersample: u32,
    /// The instructions that draw.
    pub set: InstructionSet,
    /// None: the CPU draws.
    pub gpu: Option<&'a Gpu>,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Pictures a second, of all threads.
    pub frames_per_second: f64,
    /// Share of the pixels that show a body.
    pub coverage: f64,
    /// Pictures a second that the memory could take if nothing had to be drawn.
    pub write_limit: f64,
    /// Fused multiply-adds for which a pixel's time would do at the processor's peak.
    pub fused_per_pixel: f64,
}

struct Scene {
    number: u64,
    renderer: Renderer,
    view: View,
    poses: Vec<Pose>,
}

impl Frames<'_> {
    /// Draws for about this long.
    pub fn measure(&self, time: Duration) -> Result<Drawn, AppError> {
        let mut all = Vec::new();
        for thread in 0..self.threads.max(1) as u64 {
            let scenes = (0..SCENES).map(|scene| self.scene(thread * SCENES + scene));
            all.push(scenes.collect::<Result<Vec<Scene>, AppError>>()?);
        }
        let coverage = coverage(&mut all[0]);
        if let Some(gpu) = self.gpu {
            // Says what is wrong before it is measured.
            self.batch(gpu, &mut all[0][..1], 1)?;
        }
        let frames_per_second = in_threads(&mut all, |scenes| {
            let mut frame = Frame::default();
            rate(time, || {
                if let Some(gpu) = self.gpu {
                    return self.batch(gpu, scenes, BATCHED).unwrap_or(0);
                }
                for scene in scenes.iter_mut() {
                    scene
                        .renderer
                        .render(&scene.view, &scene.poses, self.outputs, &mut frame);
                    black_box(&frame);
                }
                SCENES
            })
        });
        let pixels = f64::from(self.size) * f64::from(self.size);
        let short = time.min(Duration::from_millis(200));
        let mut threads = vec![(); self.threads.max(1)];
        let fused = in_threads(&mut threads, |()| rate(short, || self.set.fuse(100_000)));
        let bytes = self.bytes_per_pixel() * pixels;
        let written = in_threads(&mut threads, |()| {
            // Larger than the caches: a dataset's pictures do not stay in them.
            let mut memory = vec![0_u8; 64 << 20];
            let mut value = 0;
            rate(short, || {
                value ^= 1;
                memory.fill(value);
                black_box(&mut memory);
                memory.len() as u64
            })
        });
        Ok(Drawn {
            frames_per_second,
            coverage,
            write_limit: written / bytes,
            fused_per_pixel: fused / (frames_per_second * pixels),
        })
    }

    /// Draws each scene so often, all at once, its preparation included; gives the number of pictures.
    fn batch(&self, gpu: &Gpu, scenes: &mut [Scene], times: u64) -> Result<u64, AppError> {
        let mut drawn = 0;
        for scene in scenes {
            let shot = |record| Shot {
                view: scene.view,
                record,
                moment: 0,
                rolls: None,
                rows: 1,
            };
            let shots = Shots {
                cameras: &[((0..times as u32).map(shot).collect(), self.outputs)],
                moments: &[KeptMoment {
                    poses: scene.poses.clone(),
                    points: Vec::new(),
                }],
            };
            let renderer = self.scene(scene.number)?.renderer;
            gpu.draw(renderer, &shots, |_, _, frame| {
                black_box(frame);
                drawn += 1;
            })?;
        }
        Ok(drawn)
    }

    fn bytes_per_pixel(&self) -> f64 {
        let Outputs { rgb, depth, ids } = self.outputs;
        f64::from(u8::from(rgb)) * 3.0 + f64::from(u8::from(depth)) * 4.0 + f64::from(u8::from(ids)) * 2.0
    }

    fn scene(&self, number: u64) -> Result<Scene, AppError> {
        let seed = SeedPath {
            run: 0,
            episode: number,
            attempt: 0,
        };
        let mut rng = seed.stream("bench frames");
        let (mut world, camera) = world(self.objects, &mut rng);
        if !self.shadows {
            world.light.shadows = Shadows::None;
        }
        Ok(Scene {
            number,
            poses: world.start_poses(),
            renderer: Renderer::new(&world)?
                .supersampled(self.supersample)
                .with_instruction_set(self.set),
            view: View::of(&camera, None, self.size, self.size),
        })
    }
}

fn world(objects: usize, rng: &mut Rng) -> (World<f32>, Camera<f32>) {
    let mut world = World::default();
    world.light.sun_direction = [rng.uniform_f32(-0.6, 0.6), rng.uniform_f32(-0.6, 0.6), 1.0];
    let checker = Paint::checker([0.62, 0.64, 0.66], [0.48, 0.50, 0.53], 1.0);
    let floor = Body::new("floor", Shape::HalfSpace {}).fixed().painted(checker);
    world.bodies.insert("floor".into(), floor);
    for index in 0..objects {
        let radius_m = rng.uniform_f32(0.14, 0.34);
        let (shape, tilt_deg) = if index % 2 == 0 {
            let half_extents_m = [radius_m, rng.uniform_f32(0.1, 0.35), rng.uniform_f32(0.1, 0.35)];
            let lies = rng.uniform_f32(0.0, 1.0) < 0.6;
            (Shape::Box { half_extents_m }, if lies { 0.0 } else { 90.0 })
        } else {
            (Shape::Ball { radius_m }, 0.0)
        };
        let lift_m = (rng.uniform_f32(-1.4, 1.4)).max(0.0);
        let [x, y] = [(); 2].map(|()| rng.uniform_f32(-REACH_M, REACH_M));
        let color = [(); 3].map(|()| rng.uniform_f32(0.1, 1.0));
        let turn = [tilt_deg, tilt_deg, 180.0].map(|most| rng.uniform_f32(-most, most.max(1e-3)));
        let body = Body::new("object", shape)
            .at([x, y, radius_m + lift_m])
            .painted(Paint::plain(color));
        let body = Body {
            rotation: Rotation::RpyDeg(turn),
            ..body
        };
        world.bodies.insert(format!("object_{index}"), body);
    }
    let [x, y] = [(); 2].map(|()| rng.uniform_f32(-1.0, 1.0));
    let away = rng.uniform_f32(3.6, 5.2) / (x * x + y * y).sqrt().max(1e-3);
    let eye = [x * away, y * away, rng.uniform_f32(1.4, 3.2)];
    (world, Camera::looking(eye, [0.0, 0.0, 0.45], 50.0))
}

/// Share of the pixels that show a body other than the floor.
fn coverage(scenes: &mut [Scene]) -> f64 {
    let (mut shown, mut all) = (0, 0);
    let ids = Outputs {
        rgb: false,
        depth: false,
        ids: true,
    };
    let mut frame = Frame::default();
    for scene in scenes {
        scene.renderer.render(&scene.view, &scene.poses, ids, &mut frame);
        shown += frame.ids.iter().filter(|id| **id > 1).count();
        all += frame.ids.len();
    }
    shown as f64 / all.max(1) as f64
}

/// The sum of what each thread reaches with its own part.
fn in_threads<T: Send>(parts: &mut [T], work: impl Fn(&mut T) -> f64 + Sync) -> f64 {
    std::thread::scope(|scope| {
        let runs: Vec<_> = parts.iter_mut().map(|part| scope.spawn(|| work(part))).collect();
        runs.into_iter()
            .map(|run| {
                run.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .sum()
    })
}

/// How much a second `work` does, which tells how much it did. The best of the rounds that fit: whatever else is at work on
/// the machine only slows.
fn rate(time: Duration, mut work: impl FnMut() -> u64) -> f64 {
    let start = Instant::now();
    let mut best = 0.0_f64;
    loop {
        let round = Instant::now();
        let done = work();
        best = best.max(done as f64 / round.elapsed().as_secs_f64());
        if start.elapsed() >= time {
            return best;
        }
    }
}
