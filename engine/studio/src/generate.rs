//! A dataset being made beside the window: the same run as on the command line, in a thread of its own.

use crate::change::quoted_key;
use crate::project::Project;
use bevy::app::{App, Plugin, Update};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Res;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use terrella_app::batch::{Batch, BatchSet, Progress, Work, run_to_end};
use terrella_app::spec::diagnostic::Diagnostics;
use terrella_app::spec::run::PolicySpec;
use terrella_app::spec::run::WorldSource;
use terrella_app::spec::write::in_line;
use terrella_app::{RunKit, batch_app};

/// What of a run the dialog asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The dataset's folder.
    pub out: String,
    /// Number of episodes.
    pub episodes: u64,
    /// Transitions in an episode.
    pub steps: u32,
    /// Seed.
    pub seed: u64,
    /// Side of pictures, pixels.
    pub size: u32,
    /// What is recorded.
    pub sensors: Vec<String>,
    /// Who acts, with weights.
    pub policies: Vec<(String, f64)>,
    /// Actions to be played again in every episode: those of a hand.
    pub actions: Vec<Vec<f32>>,
}

impl Order {
    /// The order of the run as it stands in the text.
    pub fn of(project: &Project, kit: &RunKit, seed: u64) -> Result<Order, Diagnostics> {
        let spec = project.run()?;
        Ok(Order {
            out: format!("data/{}", kit.dataset.name),
            episodes: spec.episodes,
            steps: kit.dataset.run.steps(),
            seed,
            size: spec.image_size[0],
            sensors: spec.sensors.clone(),
            policies: spec
                .policies
                .iter()
                .map(|policy| (policy.name.clone(), policy.weight))
                .collect(),
            actions: Vec::new(),
        })
    }

    /// The command that makes the same dataset. The document must be saved: a command reads files.
    pub fn command(&self, project: &Project) -> String {
        let what = match (project.document.path(), project.run().map(|run| run.world)) {
            (Some(path), _) => path.display().to_string(),
            (None, Ok(WorldSource::Family(name))) if !project.is_scene => name,
            _ => "SCENE.toml".into(),
        };
        let policies: Vec<String> = self
            .policies
            .iter()
            .map(|(name, weight)| format!("{name}={weight}"))
            .collect();
        let mut words = vec![
            format!("terrella generate {what} --out {}", self.out),
            format!(
                "-n {} --steps {} --seed {} --size {}",
                self.episodes, self.steps, self.seed, self.size
            ),
        ];
        let sensors = if self.sensors.is_empty() {
            "none".to_string()
        } else {
            self.sensors.join(",")
        };
        words.push(format!("--sensors {sensors}"));
        if !policies.is_empty() {
            words.push(format!("--policies {}", policies.join(",")));
        }
        if let (None, false) = (project.document.path(), project.is_scene) {
            let values = project.document.document().json().unwrap_or_default();
            for (factor, law) in values["factors"].as_object().into_iter().flatten() {
                words.push(format!("--set 'factors.{}={}'", quoted_key(factor), in_line(law)));
            }
        }
        words.join(" ")
    }

    /// The run.
    pub fn kit(&self, project: &Project) -> Result<RunKit, Diagnostics> {
        project.resolve(PathBuf::from(&self.out), |spec| {
            spec.episodes = self.episodes;
            spec.steps = Some(self.steps);
            spec.seed = self.seed;
            spec.image_size = [self.size; 2];
            spec.sensors.clone_from(&self.sensors);
            let policy = |(name, weight): &(String, f64)| PolicySpec {
                actions: self.actions.clone(),
                ..PolicySpec::new(name, *weight)
            };
            spec.policies = self.policies.iter().map(policy).collect();
        })
    }
}

/// A dataset being made.
pub struct Making {
    /// Its folder.
    pub out: PathBuf,
    stop: Arc<AtomicBool>,
    progress: Arc<Mutex<Progress>>,
    thread: Option<JoinHandle<Result<String, String>>>,
    ended: Option<Result<String, String>>,
}

#[derive(Resource)]
struct Shown(Arc<Mutex<Progress>>);

/// Shows how far the batch is.
struct ShowPlugin(Arc<Mutex<Progress>>);

impl Plugin for ShowPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Shown(self.0.clone()))
            .add_systems(Update, show.in_set(BatchSet::Report));
    }
}

fn show(progress: Res<Progress>, shown: Res<Shown>) {
    if let Ok(mut shown) = shown.0.lock() {
        *shown = *progress;
    }
}

impl Making {
    /// Begins.
    pub fn start(kit: RunKit) -> Making {
        let stop = Arc::new(AtomicBool::new(false));
        let progress = Arc::new(Mutex::new(Progress::default()));
        let out = kit.dataset.root.clone();
        let thread = std::thread::spawn({
            let (stop, progress) = (stop.clone(), progress.clone());
            move || make(Arc::new(kit), stop, progress)
        });
        Making {
            out,
            stop,
            progress,
            thread: Some(thread),
            ended: None,
        }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress.lock().map(|progress| *progress).unwrap_or_default()
    }

    /// Stops at a safe point; what is made stays and can be gone on with.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// What came of it, once it has ended.
    pub fn ended(&mut self) -> Option<&Result<String, String>> {
        if self.thread.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(thread) = self.thread.take()
        {
            self.ended = Some(thread.join().unwrap_or_else(|_| Err("the batch panicked".into())));
        }
        self.ended.as_ref()
    }

    /// Waits for the end.
    pub fn wait(mut self) -> Result<String, String> {
        match self.thread.take() {
            Some(thread) => thread.join().unwrap_or_else(|_| Err("the batch panicked".into())),
            None => self.ended.unwrap_or_else(|| Err("it never began".into())),
        }
    }
}

fn make(kit: Arc<RunKit>, stop: Arc<AtomicBool>, progress: Arc<Mutex<Progress>>) -> Result<String, String> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    // A core is left to the window.
    let threads = cores.saturating_sub(1).max(1);
    let (batch, begun) = Batch::new(kit, Work::Run, threads, stop).map_err(|error| error.to_string())?;
    let mut app = batch_app((batch, begun));
    app.add_plugins(ShowPlugin(progress));
    let report = run_to_end(app);
    match report.outcome {
        Ok(Some(finished)) => Ok(format!(
            "{} episodes, {} rows, {} bytes, {} bad episodes",
            finished.episodes, finished.rows, finished.bytes, finished.bad_episodes
        )),
        Ok(None) => Ok("the shards are made".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// True where a folder can take a new dataset.
pub fn is_free(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
