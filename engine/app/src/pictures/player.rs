//! Plays an episode for eyes: the cameras of a world at any moment, whether or not the run records them.

use super::canvas::Tone;
use crate::cameras::{Cameras, Wanted};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::rollout::{Failure, Rollout};
use terrella_exporters::picture::Rgb;
use terrella_render::Outputs;
use terrella_sense::SensorSetup;
use terrella_sim::task::Outcome;
use terrella_spec::seed::SeedPath;

/// A world failed while it was played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The step that could not be made.
    pub step: u32,
    /// Why.
    pub reason: String,
}

/// What is seen at one moment of an episode.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Steps made before.
    pub step: u32,
    /// Time since the start, s.
    pub time_secs: f32,
    /// True while the task is solved.
    pub success: bool,
    /// True from a terminal state on.
    pub terminated: bool,
    /// A picture of each camera.
    pub pictures: Vec<Rgb>,
}

impl Moment {
    /// The time, and what is the case.
    pub fn caption(&self) -> (String, Tone) {
        let time = format!("{:.2} s", self.time_secs);
        match (self.success, self.terminated) {
            (true, _) => (format!("{time} solved"), Tone::Good),
            (false, true) => (format!("{time} over"), Tone::Marked),
            (false, false) => (time, Tone::Plain),
        }
    }
}

/// One episode being played with its cameras.
pub struct Player {
    /// The world with who acts in it.
    pub rollout: Rollout,
    cameras: Cameras,
    names: Vec<String>,
    step: u32,
    success: bool,
}

impl Player {
    /// Starts an attempt at an episode, with pictures of this width and height, pixels.
    pub fn start(kit: &RunKit, seed: SeedPath, size: [u32; 2]) -> Result<Self, Failure> {
        let mut rollout = kit.start(seed)?;
        let success = rollout.starts_solved();
        let player = Player::of(kit, seed, rollout, size).map_err(Failure::Final)?;
        Ok(Player { success, ..player })
    }

    /// Starts an episode with the attempt that [`RunKit::start_episode`] finds.
    pub fn start_episode(kit: &RunKit, episode: u64, size: [u32; 2]) -> Result<Self, AppError> {
        let (seed, rollout) = kit.start_episode(episode)?;
        Player::of(kit, seed, rollout, size)
    }

    /// The cameras round a world that has not gone on yet.
    fn of(kit: &RunKit, seed: SeedPath, rollout: Rollout, size: [u32; 2]) -> Result<Self, AppError> {
        let world = &rollout.lane.plan().world;
        let mut names = kit.dataset.run.spec.cameras.clone().unwrap_or_default();
        if names.is_empty() {
            // A run may record no camera at all; one wants to see its worlds all the same.
            names = world.cameras.keys().cloned().collect();
        }
        if names.is_empty() {
            return Err(AppError::run(
                "world.cameras",
                "this world has no camera to see it by",
            ));
        }
        let setup = SensorSetup {
            world,
            cameras: &names,
            image_size: size,
            seed: kit.root_of(seed),
        };
        let supersample = kit.dataset.run.spec.supersample;
        let cameras = Cameras::new(&setup, Wanted::RGB, supersample, None)?;
        Ok(Player {
            rollout,
            cameras,
            names,
            step: 0,
            success: false,
        })
    }

    /// The cameras' names, in the order of a moment's pictures.
    pub fn camera_names(&self) -> &[String] {
        &self.names
    }

    /// Steps made so far.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Makes a step. A panic of the world is caught.
    pub fn advance(&mut self) -> Result<Outcome, Broken> {
        let broken = |reason| Broken {
            step: self.step,
            reason,
        };
        let outcome = self.rollout.attempt_step(None).map_err(broken)?;
        self.step += 1;
        self.success = outcome.success;
        Ok(outcome)
    }

    /// What is seen now.
    pub fn moment(&mut self) -> Moment {
        let view = self.rollout.lane.view();
        let pictures = (0..self.names.len())
            .map(|index| {
                let frame = self.cameras.draw(&view, index, Outputs::RGB);
                Rgb {
                    width: frame.width,
                    height: frame.height,
                    bytes: frame.rgb.clone(),
                }
            })
            .collect();
        Moment {
            step: self.step,
            time_secs: view.time_secs(),
            success: self.success,
            terminated: self.rollout.terminated(),
            pictures,
        }
    }

    /// Plays on and hands over the moments at `steps`, which are in order. Ends early where the world fails, and says
    /// how.
    pub fn show(
        &mut self,
        steps: &[u32],
        see: &mut dyn FnMut(Moment) -> Result<(), AppError>,
    ) -> Result<Option<Broken>, AppError> {
        for wanted in steps {
            while self.step < *wanted {
                if let Err(broken) = self.advance() {
                    return Ok(Some(broken));
                }
            }
            let moment = self.moment();
            see(moment)?;
        }
        Ok(None)
    }
}
