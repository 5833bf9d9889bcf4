//! A dataset being made beside the window: the same run as on the command line, in a thread of its own.

use crate::project::{Project, about, diagnostics};
use crate::takes::{self, Played};
use bevy::app::{App, Plugin, Update};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Res;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use terrella_app::batch::{Batch, BatchSet, Progress, Work, run_to_end};
use terrella_app::command;
use terrella_app::folder::{Partition, run_of};
use terrella_app::source::Trust;
use terrella_app::spec::diagnostic::Diagnostics;
use terrella_app::spec::document::Document;
use terrella_app::spec::limits::Limits;
use terrella_app::spec::run::{ImageFormat, PolicySpec, RendererKind, Rows, RunSpec, SplitSpec, WorldSource};
use terrella_app::spec::write::in_line;
use terrella_app::{RunKit, batch_app};

/// Why there is no command.
const SAVE_FIRST: &str = "a command reads files: save this first";

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
    /// Width and height of pictures, pixels.
    pub size: [u32; 2],
    /// How pictures are stored.
    pub images: ImageFormat,
    /// Samples along each side of a pixel.
    pub supersample: u32,
    /// What draws pictures.
    pub renderer: RendererKind,
    /// Which cameras are recorded; all of the world's when absent.
    pub cameras: Option<Vec<String>>,
    /// Records, and actions, a second; the world's own when absent.
    pub control_hz: Option<u32>,
    /// What is recorded.
    pub sensors: Vec<String>,
    /// Which rows are written.
    pub rows: Rows,
    /// Episodes in a shard; as many as make a file of a good size when absent.
    pub shard_episodes: Option<u64>,
    /// Who acts, with weights.
    pub policies: Vec<(String, f64)>,
    /// The splits.
    pub splits: Vec<SplitSpec>,
    /// True where every episode is followed by its healthy twin.
    pub healthy_twins: bool,
    /// Threads that make it; all cores but one when absent.
    pub threads: Option<usize>,
    /// Memory that episodes being made may hold together, MiB; as much as they want when absent.
    pub memory_mib: Option<u64>,
    /// The part of the shards that is made here; all of them when absent.
    pub partition: Option<Partition>,
    /// Limits on what the run and its files may ask for that are others than usual, by their names.
    pub limits: Vec<(String, u64)>,
    /// The folder inside of which a scene's mesh files are; the scene file's own when empty.
    pub asset_root: String,
    /// True: a run is gone on with that is in the folder already, and none is begun.
    pub resume: bool,
    /// What was played by hand, one episode each, in place of what policies do.
    pub takes: Vec<Played>,
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
            size: spec.image_size,
            images: spec.files.images,
            supersample: spec.supersample,
            renderer: spec.renderer,
            cameras: spec.cameras.clone(),
            control_hz: spec.control_hz,
            sensors: spec.sensors.clone(),
            rows: spec.files.rows,
            shard_episodes: spec.files.shard_episodes,
            policies: spec
                .policies
                .iter()
                .map(|policy| (policy.name.clone(), policy.weight))
                .collect(),
            splits: spec.splits.clone(),
            healthy_twins: spec.healthy_twins,
            threads: None,
            memory_mib: None,
            partition: None,
            limits: Vec::new(),
            asset_root: String::new(),
            resume: false,
            takes: Vec::new(),
        })
    }

    /// The order of what was played, in a folder of its own.
    pub fn record(self, takes: &[Played]) -> Order {
        Order {
            out: format!("{}_by_hand", self.out),
            episodes: takes.len() as u64,
            takes: takes::in_order(takes),
            ..self
        }
    }

    /// The command that makes the same dataset; an error says why there is none. A scene must be saved: a command reads files.
    pub fn command(&self, project: &Project) -> Result<String, String> {
        let told = |Diagnostics(wrong): Diagnostics| match wrong.first() {
            Some(wrong) => wrong.message.clone(),
            None => "the document is wrong".to_string(),
        };
        let path = project.document.path().map(|path| path.display().to_string());
        let mut wanted = project.run().map_err(told)?;
        let (what, base) = match (path, &wanted.world) {
            (Some(path), _) if project.is_scene => (path, wanted.clone()),
            (Some(path), _) => {
                let saved = project.document.saved_text().ok_or(SAVE_FIRST)?;
                let saved = Document::new("saved", saved);
                (path, saved.run().map_err(told)?)
            }
            (None, WorldSource::Family(name)) if !project.is_scene => {
                let family = project.registries.family(name);
                let preset = family.as_ref().map_or("", |family| family.preset());
                let preset = Document::new("preset", preset).run().map_err(told)?;
                (name.clone(), preset)
            }
            _ => return Err(SAVE_FIRST.into()),
        };
        self.change(&mut wanted);
        let mut words = command::generate(&what, &base, &wanted, Path::new(&self.out))?;
        let mut flag = |name: &str, value: Option<String>| {
            words.extend(value.into_iter().flat_map(|value| [format!("--{name}"), value]));
        };
        flag("threads", self.threads.map(|threads| threads.to_string()));
        flag("memory", self.memory_mib.map(|size| format!("{size}M")));
        let partition = |own: Partition| format!("{}/{}", own.index + 1, own.count);
        flag("partition", self.partition.map(partition));
        for (name, value) in &self.limits {
            flag("limit", Some(format!("{name}={value}")));
        }
        flag(
            "asset-root",
            self.asset_root().map(|root| root.display().to_string()),
        );
        words.extend(self.resume.then(|| "--resume".to_string()));
        Ok(command::line(&words))
    }

    /// The run.
    pub fn kit(&self, project: &Project) -> Result<RunKit, Diagnostics> {
        let trust = self.trust(project).map_err(|reason| about("limits", &reason));
        let trust = trust.map_err(|wrong| Diagnostics(vec![wrong]))?;
        if self.takes.is_empty() {
            let mut wanted = project.run()?;
            self.change(&mut wanted);
            check(&wanted, &trust.limits)?;
        }
        project.resolve_within(&trust, PathBuf::from(&self.out), |spec| self.change(spec))
    }

    fn asset_root(&self) -> Option<PathBuf> {
        let root = self.asset_root.trim();
        (!root.is_empty()).then(|| root.into())
    }

    /// How far the files of the run are trusted.
    fn trust(&self, project: &Project) -> Result<Trust, String> {
        let mut trust = project.trust.clone();
        for (name, value) in &self.limits {
            trust.limits.parse(&format!("{name}={value}"))?;
        }
        trust.asset_root = self.asset_root().or(trust.asset_root);
        Ok(trust)
    }

    /// Makes the run of a text that which is ordered.
    fn change(&self, spec: &mut RunSpec) {
        spec.episodes = self.episodes;
        spec.steps = Some(self.steps);
        spec.seed = self.seed;
        spec.image_size = self.size;
        spec.files.images = self.images;
        spec.files.rows = self.rows;
        spec.files.shard_episodes = self.shard_episodes;
        spec.supersample = self.supersample;
        spec.renderer = self.renderer;
        spec.cameras.clone_from(&self.cameras);
        spec.control_hz = self.control_hz;
        spec.sensors.clone_from(&self.sensors);
        spec.healthy_twins = self.healthy_twins;
        spec.splits.clone_from(&self.splits);
        let mut written = std::mem::take(&mut spec.policies);
        for (name, weight) in &self.policies {
            // What else the text says of it stays.
            let own = written.iter().position(|policy| policy.name == *name);
            let own = own.map_or_else(|| PolicySpec::new(name, *weight), |own| written.remove(own));
            spec.policies.push(PolicySpec {
                weight: *weight,
                ..own
            });
        }
        if !self.takes.is_empty() {
            takes::put(spec, &self.takes);
        }
    }
}

/// Looks whether a run is within its limits, as the command does with what it is told.
fn check(run: &RunSpec, limits: &Limits) -> Result<(), Diagnostics> {
    let mut document = Document::new("what is ordered", "");
    let fields = serde_json::to_value(run).expect("a run is plain data");
    for (key, value) in fields.as_object().into_iter().flatten() {
        let set = document.set(key, &in_line(value));
        set.map_err(|wrong| Diagnostics(vec![wrong]))?;
    }
    document.limits.clone_from(limits);
    document.run().map(drop)
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
        Making::begin(kit, Means::default(), Vec::new())
    }

    /// Begins what was ordered. What was played by hand is compared with what comes of it.
    pub fn of_order(order: &Order, project: &Project) -> Result<Making, Diagnostics> {
        let kit = order.kit(project)?;
        if order.resume {
            run_of(&kit.dataset.root).map_err(diagnostics)?;
        }
        let means = Means {
            threads: order.threads,
            memory_mib: order.memory_mib,
            partition: order.partition,
        };
        Ok(Making::begin(kit, means, order.takes.clone()))
    }

    fn begin(kit: RunKit, means: Means, takes: Vec<Played>) -> Making {
        let stop = Arc::new(AtomicBool::new(false));
        let progress = Arc::new(Mutex::new(Progress::default()));
        let out = kit.dataset.root.clone();
        let thread = std::thread::spawn({
            let (stop, progress) = (stop.clone(), progress.clone());
            move || {
                let root = kit.dataset.root.clone();
                let said = make(Arc::new(kit), &means, stop, progress)?;
                if takes.is_empty() {
                    return Ok(said);
                }
                Ok(format!("{said}; {}", takes::compare(&root, &takes)?))
            }
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

/// What of this machine makes a dataset, and which part of it. Never changes the data.
#[derive(Default)]
struct Means {
    threads: Option<usize>,
    memory_mib: Option<u64>,
    partition: Option<Partition>,
}

fn make(
    kit: Arc<RunKit>,
    means: &Means,
    stop: Arc<AtomicBool>,
    progress: Arc<Mutex<Progress>>,
) -> Result<String, String> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    // A core is left to the window.
    let threads = means.threads.unwrap_or(cores.saturating_sub(1)).max(1);
    let work = means.partition.map_or(Work::Run, Work::Partition);
    let (mut batch, begun) = Batch::new(kit, work, threads, stop).map_err(|error| error.to_string())?;
    if let Some(size) = means.memory_mib {
        batch = batch.memory(size.saturating_mul(1 << 20));
    }
    let mut app = batch_app((batch, begun));
    app.add_plugins(ShowPlugin(progress));
    let report = run_to_end(app);
    match report.outcome {
        Ok(Some(finished)) => Ok(format!(
            "{} episodes, {} rows, {} bytes, {} bad episodes",
            finished.episodes, finished.rows, finished.bytes, finished.bad_episodes
        )),
        Ok(None) => {
            Ok("the shards of this partition are made; when all are there, `terrella finalize` closes the dataset".into())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// True where a folder can take a new dataset.
pub fn is_free(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
