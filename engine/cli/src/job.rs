//! From what was typed to a resolved run: a family, a scene file or a run file, with the flags on top.

use clap::Args;
use std::path::{Path, PathBuf};
use terrella_app::registries::Registries;
use terrella_app::source::{self, Trust};
use terrella_app::spec::diagnostic::Diagnostics;
use terrella_app::spec::document::Document;
use terrella_app::spec::limits::Limits;
use terrella_app::spec::run::{ImageFormat, RendererKind, WorldSource};
use terrella_app::{AppError, RunKit};

/// Transitions of an episode where all families are mixed.
const ALL_STEPS: u32 = 160;

/// What to make, and what of it differs from the preset or the file.
#[derive(Args, Clone, Debug)]
pub struct JobArgs {
    /// A family (see `terrella families`), a scene file or a run file
    #[arg(value_name = "FAMILY|SCENE.toml|RUN.toml", required_unless_present = "all")]
    pub what: Option<PathBuf>,
    /// All families in one dataset with one schema, episode by episode in turn
    #[arg(long, conflicts_with = "what")]
    pub all: bool,
    /// Number of episodes, over all splits
    #[arg(long, short = 'n')]
    pub episodes: Option<u64>,
    /// Follow every episode by its healthy twin: the same world and actions without what goes wrong. They count as episodes
    #[arg(long)]
    pub healthy_twins: bool,
    /// Transitions in an episode
    #[arg(long)]
    pub steps: Option<u32>,
    /// Seed of all randomness
    #[arg(long)]
    pub seed: Option<u64>,
    /// Cameras to record, by name
    #[arg(long, value_delimiter = ',')]
    pub cameras: Option<Vec<String>>,
    /// Size of pictures: 64, or 320x240
    #[arg(long, value_parser = size)]
    pub size: Option<[u32; 2]>,
    /// How pictures are stored: ppm, png, jpeg (lossy), qoi, mp4 (lossy videos)
    #[arg(long, value_name = "FORMAT", value_parser = images)]
    pub images: Option<ImageFormat>,
    /// What draws: cpu (the reference, the same bytes everywhere), gpu, or auto: the GPU where there is one that can
    #[arg(long, value_name = "NAME", value_parser = renderer)]
    pub renderer: Option<RendererKind>,
    /// What is recorded: rgb, depth, segmentation, classes, normals, flow, amodal, boxes, points, lidar, bodies, joints, mechanisms, liquids, softs, contacts, telemetry, faults, traffic; `none` for proprioception only
    #[arg(long, value_delimiter = ',')]
    pub sensors: Option<Vec<String>>,
    /// Who acts, with weights: scripted=1,random=0.5
    #[arg(long, value_delimiter = ',', value_name = "NAME[=WEIGHT]")]
    pub policies: Option<Vec<String>>,
    /// Set any field of the run: factors.gravity_mps2=9.81, files.rows=transitions, physics.preset=fast ...
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    #[command(flatten)]
    pub untrusted: UntrustedArgs,
}

/// How far a file is trusted.
#[derive(Args, Clone, Debug, Default)]
pub struct UntrustedArgs {
    /// Raise or lower a limit on what a file may ask for: bodies=200000, mesh_bytes=1000000000 ...
    #[arg(long = "limit", value_name = "NAME=NUMBER")]
    limits: Vec<String>,
    /// The folder inside of which a scene's mesh files are; the scene file's own when absent
    #[arg(long, value_name = "FOLDER")]
    asset_root: Option<PathBuf>,
}

impl UntrustedArgs {
    fn trust(&self) -> Result<Trust, AppError> {
        let mut limits = Limits::default();
        for text in &self.limits {
            limits
                .parse(text)
                .map_err(|reason| AppError::run("--limit", reason))?;
        }
        Ok(Trust {
            limits,
            asset_root: self.asset_root.clone(),
        })
    }
}

/// A format of pictures, by name.
pub fn images(text: &str) -> Result<ImageFormat, String> {
    let known = ImageFormat::ALL.into_iter().find(|format| format.name() == text);
    known.ok_or_else(|| {
        let names = ImageFormat::ALL.map(ImageFormat::name);
        format!("there is no format `{text}`; there are: {}", names.join(", "))
    })
}

/// A renderer, by name.
pub fn renderer(text: &str) -> Result<RendererKind, String> {
    let known = RendererKind::ALL.into_iter().find(|kind| kind.name() == text);
    known.ok_or_else(|| {
        let names = RendererKind::ALL.map(RendererKind::name);
        format!("there is no renderer `{text}`; there are: {}", names.join(", "))
    })
}

/// Says who draws where the run left it open.
pub fn say_who_draws(kit: &RunKit) {
    if let Some(note) = &kit.drawing_note {
        crate::complain(&format!("renderer auto: {note}"));
    }
}

pub fn size(text: &str) -> Result<[u32; 2], String> {
    let side = |text: &str| {
        text.trim()
            .parse::<u32>()
            .map_err(|_| format!("`{text}` is not a number of pixels"))
    };
    match text.split_once(['x', 'X']) {
        Some((width, height)) => Ok([side(width)?, side(height)?]),
        None => side(text).map(|side| [side, side]),
    }
}

impl JobArgs {
    /// Resolves the run into `root`.
    pub fn resolve(&self, root: PathBuf, registries: &Registries) -> Result<RunKit, AppError> {
        let trust = self.untrusted.trust()?;
        let (mut document, base) = self.document(registries, &trust)?;
        self.apply(&mut document)?;
        let mut spec = document.run()?;
        let scene = source::scene_of(&spec.world, &base, &trust)?;
        if let Some((_, scene)) = &scene {
            // The name, not the path: a run is the same wherever its files lie.
            spec.world = WorldSource::Scene(scene.name.clone());
        }
        let (scene_document, scene) = scene.unzip();
        RunKit::resolve(spec, scene, root, registries)
            .map_err(|error| source::locate(error, &document, scene_document.as_ref()))
    }

    /// The run's text and the folder from which its paths are seen.
    fn document(&self, registries: &Registries, trust: &Trust) -> Result<(Document, PathBuf), AppError> {
        let within = |document: Document| Document {
            limits: trust.limits.clone(),
            ..document
        };
        let Some(what) = &self.what else {
            return Ok((
                within(Document::new("all families", all(registries))),
                PathBuf::new(),
            ));
        };
        let name = what.to_string_lossy();
        if let Some(family) = registries.family(&name) {
            let preset = Document::new(format!("preset {name}"), family.preset());
            return Ok((within(preset), PathBuf::new()));
        }
        let is_file = what.extension().is_some_and(|extension| extension == "toml") || what.exists();
        if !is_file {
            let cards: Vec<String> = registries
                .families
                .0
                .iter()
                .map(|family| family.card().name)
                .collect();
            let reason = format!(
                "there is no family or file called `{name}`; families: {}",
                cards.join(", ")
            );
            return Err(AppError::run("FAMILY|SCENE.toml|RUN.toml", reason));
        }
        let document = source::read(what, &trust.limits)?;
        if document.is_scene() {
            let mut run = within(Document::new("command line", ""));
            run.set("world.scene", &quoted(&name)).map_err(one)?;
            return Ok((run, PathBuf::new()));
        }
        let base = what.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok((document, base))
    }

    /// Puts the flags on top of the run's text.
    fn apply(&self, document: &mut Document) -> Result<(), AppError> {
        let list = |words: &[String]| {
            let words: Vec<String> = words
                .iter()
                .filter(|word| *word != "none")
                .map(|word| quoted(word))
                .collect();
            format!("[{}]", words.join(", "))
        };
        let mut sets: Vec<(String, String)> = Vec::new();
        let mut set =
            |path: &str, value: Option<String>| sets.extend(value.map(|value| (path.to_string(), value)));
        set("episodes", self.episodes.map(|episodes| episodes.to_string()));
        set("healthy_twins", self.healthy_twins.then(|| "true".to_string()));
        set("steps", self.steps.map(|steps| steps.to_string()));
        set("seed", self.seed.map(|seed| seed.to_string()));
        set("cameras", self.cameras.as_deref().map(list));
        set(
            "image_size",
            self.size.map(|[width, height]| format!("[{width}, {height}]")),
        );
        set("sensors", self.sensors.as_deref().map(list));
        set("renderer", self.renderer.map(|kind| quoted(kind.name())));
        set("files.images", self.images.map(|format| quoted(format.name())));
        if let Some(policies) = &self.policies {
            let mut all = Vec::new();
            for policy in policies {
                let (name, weight) = policy.split_once('=').unwrap_or((policy, "1"));
                let weight: f64 = weight.parse().map_err(|_| {
                    AppError::run("--policies", format!("`{policy}`: `{weight}` is not a weight"))
                })?;
                all.push(format!("{{ name = {}, weight = {weight:?} }}", quoted(name)));
            }
            set("policies", Some(format!("[{}]", all.join(", "))));
        }
        for text in &self.sets {
            let (path, value) = text
                .split_once('=')
                .ok_or_else(|| AppError::run("--set", format!("`{text}` wants the form path=value")))?;
            set(path.trim(), Some(value.trim().to_string()));
        }
        for (path, value) in sets {
            document.set(&path, &value).map_err(one)?;
        }
        Ok(())
    }
}

/// The run of all families: ten episodes of each, as long as most of them take.
fn all(registries: &Registries) -> String {
    let names: Vec<String> = (registries.families.0.iter())
        .map(|family| quoted(&family.card().name))
        .collect();
    format!(
        "world.families = [{}]\nepisodes = {}\nsteps = {ALL_STEPS}\nsplits = [\n  {{ name = \"train\", share = 0.8 }},\n  \
         {{ name = \"validation\", share = 0.1 }},\n  {{ name = \"test_ood\", share = 0.1, ood = \"one\" }},\n]\n",
        names.join(", "),
        10 * names.len(),
    )
}

fn one(diagnostic: terrella_app::spec::diagnostic::Diagnostic) -> AppError {
    Diagnostics(vec![diagnostic]).into()
}

/// A TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl JobArgs {
    /// The job of a family or file without any other flags.
    pub fn of(what: PathBuf, untrusted: UntrustedArgs) -> Self {
        JobArgs {
            what: Some(what),
            all: false,
            episodes: None,
            healthy_twins: false,
            steps: None,
            seed: None,
            cameras: None,
            size: None,
            images: None,
            renderer: None,
            sensors: None,
            policies: None,
            sets: Vec::new(),
            untrusted,
        }
    }
}
