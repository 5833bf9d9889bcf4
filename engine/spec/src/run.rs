//! A run: which worlds, how many episodes, what is recorded, in which files.

use crate::check;
use crate::factor::FactorOverride;
use crate::limits::Limits;
use crate::scene::SceneSpec;
use crate::shards::{FILES_PER_CHUNK, MAX_CHUNKS, shard_count};
use crate::world::{Camera, Physics};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the run and scene formats that this engine reads.
pub const FORMAT: u32 = 1;

/// A run file, as typed: everything but the world has a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Version of this format.
    #[serde(default = "format")]
    pub format: u32,
    /// Where worlds come from.
    pub world: WorldSource,
    /// Seed of all randomness.
    #[serde(default)]
    pub seed: u64,
    /// Number of episodes, over all splits.
    #[serde(default = "episodes")]
    pub episodes: u64,
    /// Episodes in pairs, in worlds in which something goes wrong: episode 2k as ever, and 2k + 1 its healthy twin, the same world and
    /// actions with every fault's severity 0, or, of `twin_site`, on the ideal site. `branch_parent` in the episode table says whose twin an episode is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub healthy_twins: bool,
    /// Transitions in an episode; the family's or 100 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// Records, and actions, a second, in place of the world's own, for which its expert was made; 20 where families are mixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_hz: Option<u32>,
    /// What is recorded: rgb, depth, segmentation, classes, normals, flow, amodal, boxes, points, lidar, bodies, joints,
    /// mechanisms, liquids, softs, contacts. `liquids` and `softs` are left out of worlds without any.
    #[serde(default = "sensors")]
    pub sensors: Vec<String>,
    /// Which of the world's cameras are recorded; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cameras: Option<Vec<String>>,
    /// Cameras beside the world's own, by name, in every episode; one of the same name stands in its place.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub extra_cameras: IndexMap<String, Camera<f32>>,
    /// Width and height of pictures, pixels.
    #[serde(default = "image_size")]
    pub image_size: [u32; 2],
    /// Samples along each side of a pixel, 1 to 4: 1 is about three times as fast as 2, 2 has smooth edges.
    #[serde(default = "supersample")]
    pub supersample: u32,
    /// What draws pictures: cpu, gpu, or auto for the GPU where there is one that can. Pictures of a GPU are those of the
    /// CPU but for rounding, and not the same bytes on every machine.
    #[serde(default, skip_serializing_if = "RendererKind::is_cpu")]
    pub renderer: RendererKind,
    /// Who acts: a policy is drawn for every episode by weight. The family's own mixture when empty.
    #[serde(default)]
    pub policies: Vec<PolicySpec>,
    /// Episodes that somebody played, in order: the world of each, and what was done in it. There are as many episodes, and
    /// `human` or `replay` acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<Take>,
    /// Splits in order; all episodes are `train` when empty.
    #[serde(default)]
    pub splits: Vec<SplitSpec>,
    /// Factors that differ from the family's own laws.
    #[serde(default)]
    pub factors: IndexMap<String, FactorOverride>,
    /// Integrator in place of the world's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physics: Option<Physics>,
    /// How the files are laid out.
    #[serde(default)]
    pub files: FileSpec,
}

/// Where worlds come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WorldSource {
    /// A procedural family, by name.
    Family(String),
    /// Several families, by name, by turns: one dataset with one schema.
    Families(Vec<String>),
    /// A scene file; a relative path is seen from the run file.
    Scene(String),
}

/// A policy and its share of the episodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    /// Its name, by the names that `terrella describe` lists.
    pub name: String,
    /// Its share; the shares need not sum to 1.
    #[serde(default = "weight")]
    pub weight: f64,
    /// How often a `noisy` policy acts at random: the probability at every step.
    #[serde(default = "epsilon")]
    pub epsilon: f64,
    /// For `replay`: the actions, one row of numbers for each step; the last is repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Vec<f32>>,
}

impl PolicySpec {
    /// The policy `name` with this weight.
    pub fn new(name: &str, weight: f64) -> Self {
        PolicySpec {
            name: name.to_string(),
            weight,
            epsilon: epsilon(),
            actions: Vec::new(),
        }
    }
}

/// An episode that somebody played.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The episode whose world it is, in a run of the same worlds.
    pub world: u64,
    /// The seed of that run; this run's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The actions, one row of numbers for each step; the last is repeated where the episode is longer.
    pub actions: Vec<Vec<f32>>,
}

/// A split of the dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitSpec {
    /// Its name: `train`, `validation`, `test`, `test_ood` ...
    pub name: String,
    /// Its share of the episodes; the shares need not sum to 1. The first split takes what rounding leaves.
    #[serde(default = "weight")]
    pub share: f64,
    /// Factors drawn out of distribution in this split: `"one"` picks one of those that can for each episode, `"all"`
    /// takes all of them, or a list of names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ood: Option<OodSpec>,
}

/// Which factors a split draws out of distribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OodSpec {
    /// `"one"` or `"all"`.
    Keyword(OodKeyword),
    /// These.
    Factors(Vec<String>),
}

/// Short ways to say which factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OodKeyword {
    /// One of them, another for each episode.
    One,
    /// All of them.
    All,
}

/// Which rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// T + 1 rows an episode: row t holds o_t and the action taken there; the last row the final observation.
    #[default]
    Trajectories,
    /// T rows an episode, each a whole tuple with `next.observation.state`.
    Transitions,
}

/// How pictures are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// Raw PPM, which zstd compresses over the frames of an episode at once: smaller and faster than PNG, and opened by
    /// whatever opens that. Readers that keep a copy of what they read (LeRobot, `datasets`) keep it uncompressed. Lossless.
    #[default]
    Ppm,
    /// PNG, written fast: each picture stands alone. Lossless.
    Png,
    /// JPEG of quality 95 with full colour resolution (4:4:4). Lossy: the pixels are near those that were drawn.
    Jpeg,
    /// QOI: quick in C and Rust, but slow in Python, where Pillow (9.5 and later) decodes it without C. Lossless.
    Qoi,
    /// Videos beside the tables, one MP4 (H.264) for each camera and shard: LeRobot's video features, the smallest of all.
    /// LeRobot reads them; readers of Parquet alone see no pictures. Lossy, with colour at half the resolution (4:2:0); width
    /// and height are even.
    Mp4,
}

impl ImageFormat {
    /// Every format, in the order of their documentation.
    pub const ALL: [ImageFormat; 5] = [
        ImageFormat::Ppm,
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Qoi,
        ImageFormat::Mp4,
    ];

    /// The ending of its files' names, which is also its name in a run.
    pub fn name(self) -> &'static str {
        match self {
            ImageFormat::Png => "png",
            ImageFormat::Ppm => "ppm",
            ImageFormat::Jpeg => "jpeg",
            ImageFormat::Qoi => "qoi",
            ImageFormat::Mp4 => "mp4",
        }
    }

    /// True where decoding gives the very pixels that were encoded.
    pub fn is_lossless(self) -> bool {
        !matches!(self, ImageFormat::Jpeg | ImageFormat::Mp4)
    }

    /// True where pictures stand in files of their own, many in one, and not in the rows of the data table.
    pub fn is_video(self) -> bool {
        self == ImageFormat::Mp4
    }
}

/// What draws pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RendererKind {
    /// The GPU where there is one that is no software and can draw the run's worlds, else the CPU. A resolved run says which.
    Auto,
    /// The CPU: the reference, the same bytes on every machine.
    #[default]
    Cpu,
    /// A GPU.
    Gpu,
}

impl RendererKind {
    /// Every one, in the order of their documentation.
    pub const ALL: [RendererKind; 3] = [RendererKind::Auto, RendererKind::Cpu, RendererKind::Gpu];

    /// Its name in a run.
    pub fn name(self) -> &'static str {
        match self {
            RendererKind::Auto => "auto",
            RendererKind::Cpu => "cpu",
            RendererKind::Gpu => "gpu",
        }
    }

    /// Runs of the CPU do not mention it: their digests are those they always had.
    fn is_cpu(&self) -> bool {
        *self == RendererKind::Cpu
    }
}

/// How the files are laid out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSpec {
    /// The exporter that writes them.
    #[serde(default = "exporter")]
    pub exporter: String,
    /// Which rows are written.
    #[serde(default)]
    pub rows: Rows,
    /// How pictures are stored.
    #[serde(default)]
    pub images: ImageFormat,
    /// Episodes in a shard; when absent, as many as make about 64 MiB, at most a sixteenth of the dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_episodes: Option<u64>,
}

impl Default for FileSpec {
    fn default() -> Self {
        FileSpec {
            exporter: exporter(),
            rows: Rows::default(),
            images: ImageFormat::default(),
            shard_episodes: None,
        }
    }
}

impl RunSpec {
    /// How many episodes stay together in a split and in a shard: 2 where they come in pairs.
    pub fn together(&self) -> u64 {
        1 + u64::from(self.healthy_twins)
    }

    /// A run of `world` with every default.
    pub fn new(world: WorldSource) -> Self {
        RunSpec {
            format: FORMAT,
            world,
            seed: 0,
            episodes: episodes(),
            healthy_twins: false,
            steps: None,
            control_hz: None,
            sensors: sensors(),
            cameras: None,
            extra_cameras: IndexMap::new(),
            image_size: image_size(),
            supersample: supersample(),
            renderer: RendererKind::default(),
            policies: Vec::new(),
            takes: Vec::new(),
            splits: Vec::new(),
            factors: IndexMap::new(),
            physics: None,
            files: FileSpec::default(),
        }
    }
}

/// A run with every default filled in and its scene inlined: what the bytes of a dataset are a function of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolvedRun {
    /// The run; `steps`, `cameras`, `policies`, `splits` and `files.shard_episodes` are filled in, and `renderer` is the one
    /// that draws.
    pub spec: RunSpec,
    /// The scene, when the world is one.
    pub scene: Option<SceneSpec>,
}

impl ResolvedRun {
    /// Names this run: two runs with the same digest and determinism domain make the same bytes.
    pub fn digest(&self) -> String {
        let text = serde_json::to_vec(self).expect("a run is plain data");
        blake3::hash(&text).to_hex().to_string()
    }

    /// Says what is wrong in a run that somebody else resolved: without it, what follows from a run may not be asked for.
    /// What a user may raise by a flag was his to raise; pictures and steps stay within reason.
    pub fn check(&self) -> Result<(), String> {
        let limits = Limits::of_stored_runs();
        let files = &self.spec.files;
        if self.spec.steps.is_none() || files.shard_episodes.is_none() || self.spec.splits.is_empty() {
            return Err("its run leaves steps, splits or files.shard_episodes open".into());
        }
        if self.spec.renderer == RendererKind::Auto {
            return Err("its run leaves the renderer open".into());
        }
        let mut wrong = check::run(&self.spec, &limits);
        if let Some(scene) = &self.scene {
            wrong.0.extend(check::scene(scene, &limits).0);
        }
        if let Some((path, message, _)) = wrong.0.first() {
            return Err(format!("{path}: {message}"));
        }
        if shard_count(self) > MAX_CHUNKS * FILES_PER_CHUNK {
            return Err("its run has more shards than readers sort".into());
        }
        Ok(())
    }

    /// Transitions in an episode.
    pub fn steps(&self) -> u32 {
        self.spec.steps.expect("a resolved run knows its steps")
    }

    /// Rows in an episode.
    pub fn rows_per_episode(&self) -> u64 {
        let steps = u64::from(self.steps());
        match self.spec.files.rows {
            Rows::Trajectories => steps + 1,
            Rows::Transitions => steps,
        }
    }
}

fn format() -> u32 {
    FORMAT
}
fn episodes() -> u64 {
    100
}
fn sensors() -> Vec<String> {
    ["rgb", "bodies", "liquids", "softs", "contacts"]
        .map(String::from)
        .to_vec()
}
fn image_size() -> [u32; 2] {
    [64, 64]
}
fn supersample() -> u32 {
    2
}
fn weight() -> f64 {
    1.0
}
fn epsilon() -> f64 {
    0.2
}
fn exporter() -> String {
    "lerobot".to_string()
}
