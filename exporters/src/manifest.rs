//! The manifest: everything a program needs to know of a finished dataset.
//!
//! **Invariant:** it is written last, so a dataset with a manifest is complete.

use crate::commit::FileRecord;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use terrella_spec::columns::ColumnSpec;
use terrella_spec::factor::{FactorKind, FactorSpec};
use terrella_spec::run::ResolvedRun;

/// Everything a program needs to know of a finished dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// The exporter that wrote it.
    pub exporter: String,
    /// Name of the family or scene.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What the worlds are.
    pub doc: String,
    /// The question that the dataset lets one ask of a model.
    pub question: String,
    /// Digest of the run.
    pub run_digest: String,
    /// BLAKE3 over the content hashes of all shards' tables, hexadecimal: equal in datasets that hold the same values.
    pub content: String,
    /// The determinism domain.
    pub domain: BTreeMap<String, String>,
    /// The run with every default filled in.
    pub run: ResolvedRun,
    /// Steps in a second.
    pub fps: u32,
    /// Episodes.
    pub episodes: u64,
    /// Rows of the data table.
    pub rows: u64,
    /// Rows of an episode.
    pub rows_per_episode: u64,
    /// Bytes of all files below.
    pub bytes: u64,
    /// Worlds that failed and were drawn anew.
    pub bad_episodes: u64,
    /// The tasks, by `task_index`.
    pub tasks: Vec<String>,
    /// The splits in order.
    pub splits: Vec<SplitRecord>,
    /// The columns of `data/`.
    pub data_columns: Vec<ColumnSpec>,
    /// The columns of `sim/`.
    pub sim_columns: Vec<ColumnSpec>,
    /// Where families are mixed, in the order of their turns: what the numbers of each are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyRecord>,
    /// What varies between episodes: name, unit, doc, each, kind and its range in and out of distribution.
    pub factors: Vec<Value>,
    /// The shards in order.
    pub shards: Vec<ShardRecord>,
    /// The files that describe the dataset.
    pub files: Vec<FileRecord>,
}

/// One of the families that a dataset mixes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyRecord {
    /// Its name: the value of `factor.family`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The question that its worlds let one ask of a model.
    pub question: String,
    /// What counts as success in it.
    pub success: String,
    /// Its tasks.
    pub tasks: Vec<String>,
    /// What the first numbers of `action` are.
    pub action: Vec<ChannelRecord>,
    /// Whose they are, where its worlds have agents, in the order of the first numbers of `agents.reward`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<AgentRecord>,
    /// What the first numbers of `observation.state` are.
    pub state: Vec<ChannelRecord>,
    /// What its cameras `main` and `second` are called where it stands alone.
    pub cameras: Vec<String>,
}

/// An agent of a world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentRecord {
    /// Its name.
    pub name: String,
    /// Its channels of the action.
    pub action: Vec<String>,
    /// Its discrete actions, by their numbers in the column [`DISCRETE`]; none where families are mixed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discrete: Vec<DiscreteRecord>,
}

/// The column of each agent's own action.
pub const ACTIONS: &str = "agents.action";
/// The column that says which of its discrete actions each agent takes.
pub const DISCRETE: &str = "agents.discrete_action";

/// A discrete action of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscreteRecord {
    /// Its name.
    pub name: String,
    /// Values of the agent's channels, in physical units.
    pub values: Vec<f32>,
}

/// A number of an action or an observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelRecord {
    /// Its name.
    pub name: String,
    /// Its unit, empty where it has none.
    pub unit: String,
    /// Of an action: its smallest and largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f32; 2]>,
}

/// A split of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRecord {
    /// Its name.
    pub name: String,
    /// Its episodes.
    pub episodes: Range<u64>,
    /// The chunk folders that hold it.
    pub chunks: Vec<u64>,
}

/// A shard of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardRecord {
    /// Its number.
    pub shard: u64,
    /// Its split.
    pub split: String,
    /// Its episodes.
    pub episodes: Range<u64>,
    /// Chunk folder of its files.
    pub chunk: u64,
    /// Number of its files in the chunk folder.
    pub file: u64,
    /// Its files.
    pub files: Vec<FileRecord>,
}

/// A factor as the manifest describes it.
pub fn factor_record(factor: &FactorSpec) -> Value {
    let (kind, range) = match &factor.kind {
        FactorKind::Real(dist) => ("real", json!({ "law": dist })),
        FactorKind::Count { low, high, ood } => ("count", json!({ "low": low, "high": high, "ood": ood })),
        FactorKind::Choice { options, ood } => ("choice", json!({ "options": options, "ood": ood })),
    };
    json!({
        "name": factor.name,
        "column": format!("{}{}", terrella_record::table::FACTOR, factor.name),
        "unit": factor.unit,
        "doc": factor.doc,
        "each": factor.each,
        "kind": kind,
        "range": range,
    })
}
