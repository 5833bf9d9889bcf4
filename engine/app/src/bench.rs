//! The workloads that `terrella bench` measures: recording against the bare solver, side by side in one run.

use crate::batch::{Batch, Report, Work, run_to_end};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::plugins::batch_app;
use crate::registries::Registries;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use terrella_scenes::draw::{Draw, PlanError};
use terrella_scenes::{Card, Family};
use terrella_sim::lane::Lane;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Task, Watch};
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{PolicySpec, RunSpec, WorldSource};
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, Camera, Physics, Preset, World};

/// Ten boxes and ten balls dropped on a plane, recorded at 60 Hz.
pub struct Drop20;

impl Family for Drop20 {
    fn card(&self) -> Card {
        Card {
            name: "bench_drop20".into(),
            title: "Twenty bodies dropped".into(),
            question: String::new(),
            doc: "Ten boxes and ten balls dropped on a plane.".into(),
            tasks: vec!["watch".into()],
            success: "Nothing is asked.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        Vec::new()
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let mut rng = draw.rng("places");
        let mut world = World::<f32> {
            control_hz: 60,
            ..World::default()
        };
        world
            .bodies
            .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
        for index in 0..20u8 {
            let shape = if index % 2 == 0 {
                Shape::Box {
                    half_extents_m: [0.1; 3],
                }
            } else {
                Shape::Ball { radius_m: 0.1 }
            };
            let (row, column) = (f32::from(index / 5), f32::from(index % 5));
            let jitter = [rng.uniform_f32(-0.04, 0.04), rng.uniform_f32(-0.04, 0.04)];
            let place = [
                0.28 * (column - 2.0) + jitter[0],
                0.28 * (row - 1.5) + jitter[1],
                0.3 + 0.12 * row,
            ];
            world
                .bodies
                .insert(format!("body_{index}"), Body::new("object", shape).at(place));
        }
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -2.6, 1.2], [0.0, 0.0, 0.2], 45.0),
        );
        Ok((world, "watch".into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Watch)
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        None
    }

    fn preset(&self) -> &str {
        "world.family = \"bench_drop20\"\n"
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workload {
    /// The integrator.
    pub preset: Preset,
    /// Worker threads.
    pub threads: usize,
    /// Episodes of 200 records.
    pub episodes: u64,
    /// Side of pictures in pixels, or none.
    pub pictures: Option<u32>,
}

/// How long a measurement took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Transitions that were made.
    pub transitions: u64,
    /// By the clock on the wall, s.
    pub wall_secs: f64,
    /// Of all of this process's threads on processors, s: what a busy machine disturbs least.
    pub cpu_secs: f64,
}

/// A stopwatch.
struct Watching {
    start: Instant,
    cpu_secs: f64,
}

impl Watching {
    fn start() -> Self {
        Watching {
            start: Instant::now(),
            cpu_secs: crate::clock::process().as_secs_f64(),
        }
    }

    fn stop(self, transitions: u64) -> Took {
        Took {
            transitions,
            wall_secs: self.start.elapsed().as_secs_f64(),
            cpu_secs: crate::clock::process().as_secs_f64() - self.cpu_secs,
        }
    }
}

/// Records in an episode.
pub const STEPS: u32 = 200;

impl Workload {
    fn kit(&self, root: &Path) -> Result<RunKit, AppError> {
        let mut registries = Registries::default();
        registries.families.0.push(Arc::new(Drop20));
        let mut spec = RunSpec::new(WorldSource::Family("bench_drop20".into()));
        spec.episodes = self.episodes;
        spec.steps = Some(STEPS);
        spec.sensors = vec!["bodies".into()];
        spec.policies = vec![PolicySpec::new("replay", 1.0)];
        spec.physics = Some(Physics {
            preset: self.preset,
            step_hz: None,
        });
        if let Some(side) = self.pictures {
            spec.sensors.push("rgb".into());
            spec.image_size = [side, side];
        }
        RunKit::resolve(spec, None, root.to_path_buf(), &registries)
    }

    /// Makes the dataset in `root`, closed files and all.
    pub fn record(&self, root: &Path) -> Result<Took, AppError> {
        let kit = Arc::new(self.kit(root)?);
        let watching = Watching::start();
        let (batch, progress) = Batch::new(kit, Work::Run, self.threads, Arc::default())?;
        let app = batch_app((batch, progress));
        let Report {
            outcome, progress, ..
        } = run_to_end(app);
        outcome?;
        Ok(watching.stop(progress.transitions))
    }

    /// Steps the same worlds with the solver alone.
    pub fn bare(&self) -> Result<Took, AppError> {
        let kit = self.kit(Path::new(""))?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .map_err(|error| AppError::run("threads", error.to_string()))?;
        let watching = Watching::start();
        pool.install(|| {
            (0..self.episodes).into_par_iter().try_for_each(|episode| {
                let plan = kit.plan(SeedPath {
                    run: 0,
                    episode,
                    attempt: 0,
                });
                let plan = plan.map_err(|failure| AppError::run("world", format!("{failure:?}")))?;
                let mut lane = Lane::new(Arc::new(plan))?;
                for _ in 0..STEPS {
                    lane.step_bare();
                }
                Ok::<(), AppError>(())
            })
        })?;
        Ok(watching.stop(self.episodes * u64::from(STEPS)))
    }
}
