//! A run with everything it names found and filled in: what every worker shares.

use crate::agents;
use crate::base_columns::{base_columns, padded_columns};
use crate::cameras::{Cameras, PICTURES, Wanted};
use crate::drawing::{Drawing, Gpu};
use crate::error::AppError;
use crate::lane_sensors::LaneSensors;
use crate::mixed::{self, Padding};
use crate::recorded::Recorded;
use crate::registries::Registries;
use crate::rollout::Failure;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use terrella_exporters::{Dataset, Exporter, video};
use terrella_scenes::Family;
use terrella_scenes::agents::Agent;
use terrella_scenes::draw::override_factors;
use terrella_scenes::from_file::SceneFamily;
use terrella_scenes::mixture::Mixture;
use terrella_scenes::policies::PolicyKind;
use terrella_sense::{AgentsObservation, Proprioception, Sensor, SensorKind, SensorSetup};
use terrella_sim::action::ActionSpace;
use terrella_sim::lane::Lane;
use terrella_spec::columns::{ColumnSpec, Extent, Table};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{PolicySpec, RendererKind, ResolvedRun, RunSpec, SplitSpec, WorldSource};
use terrella_spec::scene::SceneSpec;
use terrella_spec::seed::SeedPath;
use terrella_spec::shards::{
    FILES_PER_CHUNK, MAX_CHUNKS, Shard, Split, default_shard_episodes, shard_count, shards, splits,
};
use terrella_spec::world::World;

/// The sensors of liquids and of soft bodies.
const LIQUIDS: &str = "liquids";
const SOFTS: &str = "softs";

/// Transitions of an episode where neither run nor scene says.
const DEFAULT_STEPS: u32 = 100;
/// Worlds that are looked at before a GPU draws a run.
const LOOKED_AT: u64 = 16;

/// A run, ready to be made.
pub struct RunKit {
    /// What the files are made of and say.
    pub dataset: Dataset,
    /// Where worlds come from.
    pub family: Arc<dyn Family>,
    /// Who acts, with weights.
    pub policies: Vec<(&'static PolicyKind, PolicySpec)>,
    /// The splits with their episodes.
    pub splits: Vec<Split>,
    /// The shards, in order.
    pub shards: Vec<Shard>,
    /// Who writes the files.
    pub exporter: &'static dyn Exporter,
    /// True when a sensor wants contacts.
    pub needs_contacts: bool,
    /// The action's channels, the same in every world of the run; none where families are mixed.
    pub action_space: ActionSpace,
    /// The agents, the same in every world of the run; none where families are mixed.
    pub(crate) agents: Vec<Agent>,
    /// The dataset that episodes are taken from, pictures aside; where there is none, they are simulated.
    pub recorded: Option<Arc<Recorded>>,
    /// Who draws pictures.
    pub drawing: Drawing,
    /// Where the run left it open: who draws, and why.
    pub drawing_note: Option<String>,
    /// How many of the dataset's columns are filled without a sensor; they come first.
    pub(crate) base_columns: usize,
    /// Bytes of an episode's values, as the first world promises; another world can have more bodies or fewer.
    pub(crate) episode_bytes: u64,
    sensors: Vec<SensorKind>,
    cameras: Vec<String>,
    wanted: Wanted,
    /// Where families are mixed.
    padding: Option<Padding>,
}

impl RunKit {
    /// Finds what a run names and fills in what it leaves open. `scene` is the parsed scene of a `world.scene`.
    pub fn resolve(
        spec: RunSpec,
        scene: Option<SceneSpec>,
        root: PathBuf,
        registries: &Registries,
    ) -> Result<RunKit, AppError> {
        let kit = RunKit::open(spec, scene, root, registries)?;
        if kit.records_pictures() {
            kit.drawing.ready()?;
            if let Drawing::Gpu(gpu) = &kit.drawing {
                kit.draws_by(gpu)?;
            }
        }
        Ok(kit)
    }

    /// As [`RunKit::resolve`], though nobody be there to draw.
    fn open(
        spec: RunSpec,
        scene: Option<SceneSpec>,
        root: PathBuf,
        registries: &Registries,
    ) -> Result<RunKit, AppError> {
        let family = family(&spec, scene.as_ref(), registries)?;
        let factors = override_factors(family.factors(), &spec.factors)?;
        let card = family.card();
        let mut spec = spec;
        spec.steps = spec
            .steps
            .or(scene.as_ref().map(|scene| scene.steps))
            .or(Some(DEFAULT_STEPS));
        if spec.splits.is_empty() {
            spec.splits = vec![SplitSpec {
                name: "train".into(),
                share: 1.0,
                ood: None,
            }];
        }
        let exporter = registries
            .exporters
            .0
            .iter()
            .copied()
            .find(|known| known.name() == spec.files.exporter);
        let exporter = exporter.ok_or_else(|| {
            let known: Vec<&str> = registries
                .exporters
                .0
                .iter()
                .map(|exporter| exporter.name())
                .collect();
            unknown("files.exporter", "exporter", &spec.files.exporter, &known)
        })?;
        let sensors = sensor_kinds(&spec, registries)?;
        let mut kit = RunKit {
            dataset: Dataset {
                root,
                run: ResolvedRun { spec, scene },
                columns: Vec::new(),
                agents: Vec::new(),
                fps: 0,
                factors,
                tasks: card.tasks,
                name: card.name,
                title: card.title,
                doc: card.doc,
                question: card.question,
                families: Vec::new(),
                domain: domain(),
            },
            family,
            policies: Vec::new(),
            splits: Vec::new(),
            shards: Vec::new(),
            exporter,
            needs_contacts: sensors.iter().any(|kind| kind.needs_contacts),
            action_space: ActionSpace::default(),
            agents: Vec::new(),
            recorded: None,
            drawing: Drawing::Cpu,
            drawing_note: None,
            base_columns: 0,
            episode_bytes: 0,
            sensors,
            cameras: Vec::new(),
            wanted: Wanted::default(),
            padding: None,
        };
        kit.resolve_mixture()?;
        kit.splits = splits(&kit.dataset.run.spec);
        let sample = kit.sample()?;
        kit.check_twins()?;
        kit.resolve_points(&sample.world);
        kit.resolve_cameras(&sample.world)?;
        kit.resolve_policies(&sample, registries)?;
        kit.resolve_columns(&sample)?;
        mixed::check_columns(&kit)?;
        kit.check_videos()?;
        kit.resolve_renderer();
        kit.resolve_shards(&sample)?;
        Ok(kit)
    }

    /// The kit of a run that is resolved already, as a dataset's manifest holds it. Where it is drawn by a GPU and there is
    /// none, the CPU draws it to be looked at and compared; no shard of it is made.
    pub fn from_resolved(
        run: ResolvedRun,
        root: PathBuf,
        registries: &Registries,
    ) -> Result<RunKit, AppError> {
        let path = root.clone();
        RunKit::open(run.spec, run.scene, root, registries).map_err(|error| match error {
            AppError::Run { .. } | AppError::Lane(_) | AppError::Render(_) | AppError::Hopeless { .. } => {
                let reason = format!("this engine cannot make its run: {error}");
                AppError::Damaged { path, reason }
            }
            error => error,
        })
    }

    /// The first world of the run: its schema is that of all.
    pub fn sample(&self) -> Result<WorldPlan, AppError> {
        first_fit(|attempt| {
            self.plan(SeedPath {
                run: self.dataset.run.spec.seed,
                episode: 0,
                attempt,
            })
        })
    }

    /// Finds the schema that mixed families share.
    fn resolve_mixture(&mut self) -> Result<(), AppError> {
        let families = mixed::records(self)?;
        if !families.is_empty() {
            self.padding = Some(Padding::over(&families));
            self.dataset.families = families;
            self.dataset.run.spec.control_hz.get_or_insert(mixed::CONTROL_HZ);
        }
        Ok(())
    }

    /// Nobody records liquids or soft bodies of worlds without any, nor where families are mixed, of which most have none: the
    /// sensors are on by default, and off there.
    fn resolve_points(&mut self, world: &World<f32>) {
        let mixed = self.padding.is_some();
        for (sensor, none) in [
            (LIQUIDS, mixed || world.liquids.is_empty()),
            (SOFTS, mixed || world.softs.is_empty()),
        ] {
            if none {
                self.sensors.retain(|kind| kind.name != sensor);
                self.dataset.run.spec.sensors.retain(|name| name != sensor);
            }
        }
    }

    fn resolve_cameras(&mut self, world: &World<f32>) -> Result<(), AppError> {
        let spec = &mut self.dataset.run.spec;
        self.wanted = Wanted {
            poses: self.padding.is_some(),
            ..Wanted::of(&spec.sensors)
        };
        let all: Vec<String> = world.cameras.keys().cloned().collect();
        let chosen = spec.cameras.get_or_insert(all);
        if self.wanted.any() {
            self.cameras = chosen.clone();
        }
        Ok(())
    }

    fn resolve_policies(&mut self, sample: &WorldPlan, registries: &Registries) -> Result<(), AppError> {
        let has_expert = self.family.expert(sample).is_some();
        let spec = &mut self.dataset.run.spec;
        if spec.policies.is_empty() {
            let mixture: &[(&str, f64)] = if has_expert {
                &[
                    ("scripted", 0.2),
                    ("noisy", 0.3),
                    ("smooth_random", 0.2),
                    ("random", 0.1),
                    ("weak", 0.1),
                    ("failure_seeking", 0.1),
                ]
            } else {
                &[("smooth_random", 0.7), ("random", 0.3)]
            };
            spec.policies = mixture
                .iter()
                .map(|(name, weight)| PolicySpec::new(name, *weight))
                .collect();
        }
        for (index, policy) in spec.policies.iter().enumerate() {
            let known = registries.policies_of(&*self.family);
            let kind = (known.iter().copied())
                .find(|kind| kind.name == policy.name)
                .ok_or_else(|| {
                    let names: Vec<&str> = known.iter().map(|kind| kind.name).collect();
                    unknown(&format!("policies[{index}].name"), "policy", &policy.name, &names)
                })?;
            if kind.needs_expert && !has_expert {
                return Err(AppError::run(
                    format!("policies[{index}].name"),
                    format!(
                        "`{}` needs an expert, and `{}` has none: take random or smooth_random",
                        policy.name, self.dataset.name
                    ),
                ));
            }
            self.policies.push((kind, policy.clone()));
        }
        Ok(())
    }

    fn resolve_columns(&mut self, sample: &WorldPlan) -> Result<(), AppError> {
        let lane = Lane::new(Arc::new(sample.clone()))?;
        self.dataset.fps = sample.world.control_hz;
        let base = match self.padding {
            None => {
                self.action_space = lane.view().action_space().clone();
                let discrete = self.family.discrete_actions();
                self.agents = Agent::all(&sample.world, &self.action_space, discrete);
                self.dataset.agents = agents::records(&self.agents, &self.action_space);
                base_columns(&self.action_space, &self.agents)
            }
            Some(padding) => padded_columns(padding.action, padding.agents),
        };
        self.base_columns = base.len();
        // The columns are the same whatever the seed.
        let seed = SeedPath {
            run: self.dataset.run.spec.seed,
            episode: 0,
            attempt: 0,
        };
        let sensors = self.sensors(&sample.world, seed)?;
        self.dataset.columns = base;
        self.dataset.columns.extend(sensors.columns());
        let mut names = std::collections::BTreeSet::new();
        for column in &self.dataset.columns {
            if !names.insert((column.table == Table::Sim, &column.name)) {
                return Err(AppError::run(
                    "sensors",
                    format!("two columns are called `{}`", column.name),
                ));
            }
        }
        Ok(())
    }

    /// Refuses pictures that cannot be videos, where they are to be such.
    fn check_videos(&self) -> Result<(), AppError> {
        let images = self.dataset.run.spec.files.images;
        for column in &self.dataset.columns {
            let Extent::Picture(height, width) = column.extent else {
                continue;
            };
            if !video::is_video(column, images) {
                continue;
            }
            if !video::AVAILABLE {
                let reason = format!("{}; take ppm, png, jpeg or qoi", video::UNAVAILABLE);
                return Err(AppError::run("files.images", reason));
            }
            if let Some(reason) = video::refused_size(height, width) {
                return Err(AppError::run("image_size", reason));
            }
            if self.dataset.run.spec.renderer == RendererKind::Gpu {
                let reason = "videos that a GPU drew could not be verified, because they are compared byte by byte; take cpu, or \
                              files.images = \"ppm\"";
                return Err(AppError::run("renderer", reason));
            }
        }
        Ok(())
    }

    /// Episodes of a shard, as the run says or by default. Videos bound how many there are.
    fn shard_episodes(&self, episode_bytes: u64) -> Result<u64, AppError> {
        let run = &self.dataset.run;
        let asked = run.spec.files.shard_episodes;
        let together = run.spec.together();
        let size = default_shard_episodes(run.spec.episodes, episode_bytes).next_multiple_of(together);
        let size = asked.unwrap_or(size);
        if video::keys(&self.dataset.columns, run.spec.files.images).is_empty() {
            return Ok(size);
        }
        let (rows, fps, seconds) = (run.rows_per_episode(), self.dataset.fps, video::MOST_SECONDS);
        let most = video::most_episodes(rows, fps).map(|most| most - most % together);
        let most = most.filter(|most| *most > 0).ok_or_else(|| {
            let what = if together == 1 {
                "an episode"
            } else {
                "a pair of episodes, each"
            };
            let reason = format!(
                "{what} of {rows} rows at {fps} Hz is longer than the {seconds} s that a video may have, within which \
                 readers tell its frames apart; take fewer steps, or files.images = \"ppm\""
            );
            AppError::run("steps", reason)
        })?;
        match asked {
            Some(asked) if asked > most => {
                let reason = format!(
                    "{asked} episodes of {rows} rows at {fps} Hz are longer than the {seconds} s that a video may have, within \
                     which readers tell its frames apart; take {most} or fewer"
                );
                Err(AppError::run("files.shard_episodes", reason))
            }
            _ => Ok(size.min(most)),
        }
    }

    /// Settles who draws, before the run is named by its digest.
    fn resolve_renderer(&mut self) {
        let asked = self.dataset.run.spec.renderer;
        self.drawing = match asked {
            RendererKind::Cpu => Drawing::Cpu,
            RendererKind::Gpu => Gpu::open().map_or_else(Drawing::Missing, Drawing::Gpu),
            RendererKind::Auto => {
                let (drawing, note) = match self.fitting_gpu() {
                    Ok(gpu) => (
                        Drawing::Gpu(gpu.clone()),
                        format!("the GPU {} draws", gpu.adapter()),
                    ),
                    Err(reason) => (Drawing::Cpu, format!("the CPU draws: {reason}")),
                };
                self.drawing_note = Some(note);
                drawing
            }
        };
        self.dataset.run.spec.renderer = match self.drawing {
            Drawing::Cpu => RendererKind::Cpu,
            Drawing::Gpu(_) | Drawing::Missing(_) => RendererKind::Gpu,
        };
        self.dataset
            .domain
            .insert("renderer".into(), self.drawing.domain());
    }

    /// A GPU that can draw this run and is worth it, or why there is none.
    fn fitting_gpu(&self) -> Result<Gpu, String> {
        if !self.records_pictures() {
            return Err("no pictures are recorded".into());
        }
        if !video::keys(&self.dataset.columns, self.dataset.run.spec.files.images).is_empty() {
            return Err("videos are drawn by the CPU".into());
        }
        let gpu = Gpu::open()?;
        if gpu.is_software() {
            return Err(format!("the only GPU here is software ({})", gpu.adapter()));
        }
        match self.draws_by(&gpu) {
            Ok(()) => Ok(gpu),
            Err(AppError::Run { reason, .. }) => Err(reason),
            Err(error) => Err(error.to_string()),
        }
    }

    /// An error where the first worlds of the run have something that this GPU cannot draw.
    fn draws_by(&self, gpu: &Gpu) -> Result<(), AppError> {
        let spec = &self.dataset.run.spec;
        for episode in 0..spec.episodes.min(LOOKED_AT) {
            let seed = SeedPath {
                run: spec.seed,
                episode,
                attempt: 0,
            };
            let world = match self.plan(seed) {
                Ok(plan) => plan.world,
                Err(Failure::NoFit(_)) => continue,
                Err(Failure::Final(error)) => return Err(error),
            };
            self.cameras_by(&world, seed, Some(gpu))?
                .plan_at(&world.start_poses())?;
        }
        Ok(())
    }

    fn resolve_shards(&mut self, sample: &WorldPlan) -> Result<(), AppError> {
        let run = &self.dataset.run;
        let bytes = run
            .rows_per_episode()
            .saturating_mul(row_bytes(&self.dataset.columns, sample));
        self.episode_bytes = bytes;
        let size = self.shard_episodes(bytes)?;
        self.dataset.run.spec.files.shard_episodes = Some(size);
        // Counted before they are listed: there could be a thousand million.
        let count = shard_count(&self.dataset.run);
        if count <= MAX_CHUNKS * FILES_PER_CHUNK {
            self.shards = shards(&self.dataset.run);
        }
        let chunks = self.shards.last().map_or(MAX_CHUNKS + 1, |shard| shard.chunk + 1);
        if chunks > MAX_CHUNKS {
            return Err(AppError::run(
                "files.shard_episodes",
                format!(
                    "{size} episodes in a shard make {count} files; readers sort at most {MAX_CHUNKS} folders of 1000",
                ),
            ));
        }
        Ok(())
    }

    /// True when pictures of any kind are recorded.
    pub(crate) fn records_pictures(&self) -> bool {
        !self.cameras.is_empty()
    }

    /// The sensors of a world; what is random in them follows from `seed`.
    pub fn sensors(&self, world: &World<f32>, seed: SeedPath) -> Result<LaneSensors, AppError> {
        let setup = SensorSetup {
            world,
            cameras: &self.cameras,
            image_size: self.dataset.run.spec.image_size,
            seed: self.root_of(seed),
        };
        let proprioception = Proprioception::new(world)?;
        let mut list: Vec<Box<dyn Sensor>> = vec![Box::new(match self.padding {
            None => proprioception,
            Some(padding) => proprioception.padded(padding.state),
        })];
        // Where families are mixed, most have no agents.
        if self.padding.is_none() {
            list.push(Box::new(AgentsObservation::new(world)?));
        }
        for kind in &self.sensors {
            list.push((kind.make)(&setup)?);
        }
        let cameras = if self.cameras.is_empty() {
            None
        } else {
            Some(self.cameras(world, seed)?)
        };
        Ok(LaneSensors::new(list, cameras))
    }

    /// True when optical flow is recorded.
    pub(crate) fn records_flow(&self) -> bool {
        self.wanted.flow
    }

    /// The recorded cameras of a world.
    pub(crate) fn cameras(&self, world: &World<f32>, seed: SeedPath) -> Result<Cameras, AppError> {
        let gpu = match &self.drawing {
            Drawing::Gpu(gpu) => Some(gpu),
            Drawing::Cpu | Drawing::Missing(_) => None,
        };
        self.cameras_by(world, seed, gpu)
    }

    fn cameras_by(&self, world: &World<f32>, seed: SeedPath, gpu: Option<&Gpu>) -> Result<Cameras, AppError> {
        let spec = &self.dataset.run.spec;
        let setup = SensorSetup {
            world,
            cameras: &self.cameras,
            image_size: spec.image_size,
            seed: self.root_of(seed),
        };
        Cameras::new(&setup, self.wanted, spec.supersample, gpu)
    }

    /// Bytes of the dataset's numbers and pictures before compression.
    pub fn raw_bytes(&self) -> u64 {
        self.episode_bytes.saturating_mul(self.dataset.run.spec.episodes)
    }
}

/// The plan of the first attempt at episode 0 whose draws fit a world.
pub(crate) fn first_fit(plan: impl Fn(u32) -> Result<WorldPlan, Failure>) -> Result<WorldPlan, AppError> {
    let mut reason = String::new();
    for attempt in 0..crate::episode::MAX_ATTEMPTS {
        match plan(attempt) {
            Ok(plan) => return Ok(plan),
            Err(Failure::NoFit(why)) => reason = why,
            Err(Failure::Final(error)) => return Err(error),
        }
    }
    Err(AppError::Hopeless {
        episode: 0,
        attempts: crate::episode::MAX_ATTEMPTS,
        reason,
    })
}

/// Bytes of one row before compression.
fn row_bytes(columns: &[ColumnSpec], sample: &WorldPlan) -> u64 {
    let count = |extent: &Extent| match extent {
        Extent::Scalar => 1,
        Extent::Fixed(width) => *width,
        Extent::Grid(items, width) => items * width,
        Extent::List(width) => width * sample.world.bodies.len(),
        Extent::Picture(height, width) => height * width,
    };
    // A liquid's columns have an item for each particle; as many as its boxes hold, at most.
    let particles = |column: &ColumnSpec| {
        let mut parts = column.name.strip_prefix("liquid.")?.rsplitn(2, '.');
        let liquid = sample.world.liquids.get(parts.nth(1)?)?;
        let counts = liquid.fill.iter().map(|fill| fill.counts(liquid.spacing_m));
        Some(
            3 * counts
                .map(|counts| counts.iter().product::<usize>())
                .sum::<usize>(),
        )
    };
    let vertices = |column: &ColumnSpec| {
        let mut parts = column.name.strip_prefix("soft.")?.rsplitn(2, '.');
        let soft = sample.world.softs.get(parts.nth(1)?)?;
        let corners = column.name.ends_with(".corners");
        // A cloth has two triangles for each vertex.
        let each = if corners && soft.tear_strain > 0.0 { 6 } else { 3 };
        Some(each * soft.form.vertices())
    };
    let numbers = |column: &ColumnSpec| {
        let points = particles(column).or_else(|| vertices(column));
        points.unwrap_or_else(|| count(&column.extent))
    };
    columns
        .iter()
        .map(|column| (column.dtype.bytes() * column.dtype.channels() * numbers(column)) as u64)
        .sum()
}

fn family(
    spec: &RunSpec,
    scene: Option<&SceneSpec>,
    registries: &Registries,
) -> Result<Arc<dyn Family>, AppError> {
    let find = |name: &str, field: &str| {
        registries.family(name).ok_or_else(|| {
            let cards: Vec<String> = registries
                .families
                .0
                .iter()
                .map(|family| family.card().name)
                .collect();
            let known: Vec<&str> = cards.iter().map(String::as_str).collect();
            unknown(field, "family", name, &known)
        })
    };
    match (&spec.world, scene) {
        (WorldSource::Family(name), _) => find(name, "world.family"),
        (WorldSource::Families(names), _) => {
            let members: Result<Vec<_>, AppError> =
                names.iter().map(|name| find(name, "world.families")).collect();
            Ok(Arc::new(Mixture::new(members?)))
        }
        (WorldSource::Scene(_), Some(scene)) => Ok(Arc::new(SceneFamily::new(scene.clone()))),
        (WorldSource::Scene(path), None) => {
            Err(AppError::run("world.scene", format!("`{path}` was not read")))
        }
    }
}

fn sensor_kinds(spec: &RunSpec, registries: &Registries) -> Result<Vec<SensorKind>, AppError> {
    let mut kinds = Vec::new();
    for name in &spec.sensors {
        if PICTURES.iter().any(|(picture, _)| picture == name) {
            continue;
        }
        let kind = registries
            .sensors
            .0
            .iter()
            .find(|kind| kind.name == name)
            .ok_or_else(|| {
                let others = registries.sensors.0.iter().map(|kind| kind.name);
                let known: Vec<&str> = PICTURES.iter().map(|(name, _)| *name).chain(others).collect();
                unknown("sensors", "sensor", name, &known)
            })?;
        kinds.push(*kind);
    }
    Ok(kinds)
}

fn unknown(field: &str, what: &str, name: &str, known: &[&str]) -> AppError {
    AppError::run(
        field,
        format!(
            "there is no {what} called `{name}`; there are: {}",
            known.join(", ")
        ),
    )
}

/// What else than the run the bytes depend on, and who draws: see [`RunKit::resolve_renderer`].
fn domain() -> BTreeMap<String, String> {
    [
        ("terrella", env!("CARGO_PKG_VERSION")),
        ("rapier3d", "0.36.1 enhanced-determinism"),
        ("renderer", "cpu"),
    ]
    .map(|(key, value)| (key.to_string(), value.to_string()))
    .into()
}
