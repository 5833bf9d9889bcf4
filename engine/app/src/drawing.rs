//! Who draws a run's pictures: the CPU, or a GPU where the program was built with one.
//!
//! All workers share one device. Each draws with a renderer of its own, which it takes from a stack and puts back.
//!
//! **Invariant:** a run of the CPU asks for no device, and no build without the feature `gpu` names one.

use crate::error::AppError;
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::pose::Pose;

#[cfg(feature = "gpu")]
use std::sync::{Arc, Mutex, PoisonError};
#[cfg(feature = "gpu")]
use terrella_render::effects::shutter_rows;
#[cfg(feature = "gpu")]
use terrella_render::gpu::{GpuError, GpuRenderer, Job, WorldId};

/// Who draws.
#[derive(Clone, Debug)]
pub enum Drawing {
    /// The CPU.
    Cpu,
    /// A GPU.
    Gpu(Gpu),
    /// A GPU was asked for and there is none: why, and what helps.
    Missing(String),
}

impl Drawing {
    /// What the determinism domain says of it.
    pub(crate) fn domain(&self) -> String {
        match self {
            Drawing::Cpu => "cpu".into(),
            Drawing::Gpu(gpu) => format!("gpu ({})", gpu.adapter()),
            Drawing::Missing(_) => "gpu (none here)".into(),
        }
    }

    /// An error where there is nobody to draw.
    pub(crate) fn ready(&self) -> Result<(), AppError> {
        match self {
            Drawing::Missing(reason) => Err(AppError::run("renderer", reason)),
            _ => Ok(()),
        }
    }
}

/// A picture that is to be drawn, and how many rows show it.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "gpu"),
    expect(dead_code, reason = "only a GPU is told what to draw at the end")
)]
pub(crate) struct Shot {
    pub(crate) view: View,
    pub(crate) record: u32,
    /// Which of the moments that were kept it shows.
    pub(crate) moment: usize,
    /// Where its rows are of moments of their own: from where.
    pub(crate) rolls: Option<Roll>,
    pub(crate) rows: usize,
}

/// The start of a rolling shutter.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "gpu"),
    expect(dead_code, reason = "only a GPU is told what to draw at the end")
)]
pub(crate) struct Roll {
    /// How much of the time between the moments its rows take.
    pub(crate) share: f32,
    pub(crate) view: View,
    /// Which of the moments that were kept.
    pub(crate) moment: usize,
}

/// The bodies at a moment, and the points of liquids and soft bodies.
#[derive(Clone, Debug, Default)]
#[cfg_attr(
    not(feature = "gpu"),
    expect(dead_code, reason = "only a GPU is told what to draw at the end")
)]
pub(crate) struct KeptMoment {
    pub(crate) poses: Vec<Pose>,
    /// Where the particles of each liquid are, m.
    pub(crate) points: Vec<Vec<[f32; 3]>>,
}

/// Pictures of one world.
#[cfg_attr(
    not(feature = "gpu"),
    expect(dead_code, reason = "only a GPU is told what to draw at the end")
)]
pub(crate) struct Shots<'a> {
    /// Of each camera, and which outputs it wants.
    pub(crate) cameras: &'a [(Vec<Shot>, Outputs)],
    pub(crate) moments: &'a [KeptMoment],
}

/// A device that all threads share.
#[derive(Clone)]
pub struct Gpu {
    #[cfg(feature = "gpu")]
    shared: Arc<Shared>,
    /// There is no such thing in this build.
    #[cfg(not(feature = "gpu"))]
    never: std::convert::Infallible,
}

#[cfg(feature = "gpu")]
struct Shared {
    adapter: String,
    is_software: bool,
    /// The first, and those that nobody draws with at the moment.
    first: Mutex<GpuRenderer>,
    idle: Mutex<Vec<GpuRenderer>>,
}

#[cfg(feature = "gpu")]
impl Gpu {
    /// Finds the most powerful GPU of this machine.
    pub fn open() -> Result<Gpu, String> {
        let first = GpuRenderer::new().map_err(|error| error.to_string())?;
        let shared = Shared {
            adapter: first.adapter().to_string(),
            is_software: first.is_software(),
            first: Mutex::new(first),
            idle: Mutex::default(),
        };
        Ok(Gpu {
            shared: Arc::new(shared),
        })
    }

    /// Its name.
    pub fn adapter(&self) -> &str {
        &self.shared.adapter
    }

    /// True where it is a program that runs on the CPU.
    pub fn is_software(&self) -> bool {
        self.shared.is_software
    }

    /// Lets this thread draw.
    pub fn with<T>(&self, work: impl FnOnce(&mut GpuRenderer) -> T) -> T {
        let idle = || self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut renderer = kept.unwrap_or_else(|| {
            let first = self.shared.first.lock();
            first.unwrap_or_else(PoisonError::into_inner).another()
        });
        // One whose work panics is not put back.
        let result = work(&mut renderer);
        idle().push(renderer);
        result
    }

    /// Draws pictures of a world; `sink` gets camera, number and picture of each, in order.
    pub(crate) fn draw(
        &self,
        renderer: Renderer,
        shots: &Shots<'_>,
        mut sink: impl FnMut(usize, usize, &Frame),
    ) -> Result<(), AppError> {
        self.with(|gpu| {
            gpu.clear();
            let world = gpu.add_prepared(renderer)?;
            for (camera, (own, outputs)) in shots.cameras.iter().enumerate() {
                if outputs.rgb && own.iter().any(|shot| shot.rolls.is_some()) {
                    rolled(gpu, world, (own, *outputs), shots, |number, frame| {
                        sink(camera, number, frame);
                    })?;
                    continue;
                }
                let jobs = jobs(world, own, shots);
                gpu.render_batch(&jobs, *outputs, |number, frame| sink(camera, number, frame))?;
            }
            Ok(())
        })
        .map_err(refused)
    }

    /// Says what of these it would refuse.
    pub(crate) fn plan(&self, renderer: Renderer, shots: &Shots<'_>) -> Result<(), AppError> {
        self.with(|gpu| {
            gpu.clear();
            let world = gpu.add_prepared(renderer)?;
            for (own, outputs) in shots.cameras {
                gpu.plan_batch(&jobs(world, own, shots), *outputs)?;
            }
            Ok(())
        })
        .map_err(refused)
    }
}

#[cfg(feature = "gpu")]
fn refused(error: GpuError) -> AppError {
    AppError::run("renderer", error.to_string())
}

#[cfg(feature = "gpu")]
fn jobs<'a>(world: WorldId, own: &[Shot], shots: &Shots<'a>) -> Vec<Job<'a>> {
    let job = |shot: &Shot| {
        let KeptMoment { poses, points } = &shots.moments[shot.moment];
        Job {
            world,
            view: shot.view,
            poses,
            points,
        }
    };
    own.iter().map(job).collect()
}

/// Draws the pictures of a camera with a rolling shutter: depth and ids of one moment, and colours row by row.
#[cfg(feature = "gpu")]
fn rolled(
    gpu: &mut GpuRenderer,
    world: WorldId,
    (own, outputs): (&[Shot], Outputs),
    shots: &Shots<'_>,
    mut sink: impl FnMut(usize, &Frame),
) -> Result<(), GpuError> {
    let mut picture = Frame::default();
    for (number, shot) in own.iter().enumerate() {
        let job = jobs(world, std::slice::from_ref(shot), shots);
        let still = Outputs {
            rgb: outputs.rgb && shot.rolls.is_none(),
            ..outputs
        };
        gpu.render_batch(&job, still, |_, frame| picture.clone_from(frame))?;
        if let Some(roll) = &shot.rolls {
            let from = (&roll.view, &shots.moments[roll.moment].poses[..]);
            let rows: Vec<_> = shutter_rows(roll.share, from, (&shot.view, job[0].poses)).collect();
            let rows = rows.iter().map(|(view, poses)| Job {
                view: *view,
                poses,
                ..job[0]
            });
            picture.rgb.clear();
            gpu.render_batch(&rows.collect::<Vec<_>>(), Outputs::RGB, |_, row| {
                picture.rgb.extend_from_slice(&row.rgb);
            })?;
        }
        sink(number, &picture);
    }
    Ok(())
}

#[cfg(not(feature = "gpu"))]
impl Gpu {
    /// Says that this build has none.
    pub fn open() -> Result<Gpu, String> {
        Err(
            "this program was built without GPU support: build it with `cargo build --release -p terrella-cli \
             --features gpu`, or take --renderer cpu, whose pictures are the reference"
                .into(),
        )
    }

    /// Its name.
    pub fn adapter(&self) -> &str {
        match self.never {}
    }

    /// True where it is a program that runs on the CPU.
    pub fn is_software(&self) -> bool {
        match self.never {}
    }

    pub(crate) fn draw(
        &self,
        _: Renderer,
        _: &Shots<'_>,
        _: impl FnMut(usize, usize, &Frame),
    ) -> Result<(), AppError> {
        match self.never {}
    }

    pub(crate) fn plan(&self, _: Renderer, _: &Shots<'_>) -> Result<(), AppError> {
        match self.never {}
    }
}

impl std::fmt::Debug for Gpu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Gpu").field(&self.adapter()).finish()
    }
}
