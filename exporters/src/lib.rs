//! Writes episodes as shards that appear whole or not at all, in the LeRobot v3 layout.
//!
//! An [`Exporter`] is one file format: a shard writer takes episodes one by one and commits them together, and `finalize`
//! writes what describes the whole dataset. Adding a format is one module plus one line in [`EXPORTERS`].
//!
//! **Invariant:** the bytes of a shard are a function of the dataset's description and of its episodes; no clock, thread
//! or host enters them.
//!
//! **Must not import:** Bevy, sim, wgpu.

pub mod check;
pub mod commit;
pub mod compare;
pub mod content;
pub mod error;
pub mod inside;
pub mod lerobot;
pub mod manifest;
pub mod picture;
pub mod publish;
pub mod read;
mod read_file;
mod seal;
mod space;
pub mod untrusted;
pub mod video;

pub use commit::{BadEpisode, ClosedShard, CommitRecord, committed};
pub use error::ExportError;
pub use manifest::{AgentRecord, FamilyRecord, Manifest};

use std::collections::BTreeMap;
use std::path::PathBuf;
use terrella_record::episode::Episode;
use terrella_spec::columns::ColumnSpec;
use terrella_spec::factor::FactorSpec;
use terrella_spec::run::ResolvedRun;
use terrella_spec::shards::Shard;

/// All formats, by the names that a run file uses.
pub static EXPORTERS: &[&dyn Exporter] = &[&lerobot::LeRobot];

/// The format of this name.
pub fn exporter(name: &str) -> Option<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|exporter| exporter.name() == name)
}

/// A file format of datasets.
pub trait Exporter: Send + Sync {
    /// Its name in run files.
    fn name(&self) -> &'static str;

    /// What it is, in a sentence.
    fn doc(&self) -> &'static str;

    /// Starts the files of a shard under temporary names.
    fn start_shard(&self, dataset: &Dataset, shard: &Shard) -> Result<Box<dyn ShardWriter>, ExportError>;

    /// Writes what describes the dataset, once all shards are committed. Doing it again gives the same bytes.
    fn finalize(&self, dataset: &Dataset) -> Result<Finished, ExportError>;
}

/// Writes one shard. Dropping it without a commit removes its files.
pub trait ShardWriter: Send {
    /// Adds the next episode; episodes come in order. After an error the writer is good for nothing but dropping.
    fn write(&mut self, episode: Episode) -> Result<(), ExportError>;

    /// Bytes on the disk so far.
    fn bytes_written(&self) -> u64;

    /// Writes the files to their end. `bad` lists the worlds that failed on the way. What is left is to commit the shard,
    /// which only waits for the disk.
    fn close(self: Box<Self>, bad: Vec<BadEpisode>) -> Result<ClosedShard, ExportError>;
}

/// Everything a shard writer needs beside the episodes.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The folder that holds it.
    pub root: PathBuf,
    /// The run that makes it.
    pub run: ResolvedRun,
    /// The columns that sensors fill, of both tables, without the bookkeeping.
    pub columns: Vec<ColumnSpec>,
    /// Who acts, where there are several: each agent with its channels of the action.
    pub agents: Vec<AgentRecord>,
    /// Steps in a second.
    pub fps: u32,
    /// What varies between episodes.
    pub factors: Vec<FactorSpec>,
    /// Every task an episode can have, in order; an episode's `task_index` counts in it.
    pub tasks: Vec<String>,
    /// Name of the family or scene.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What the worlds are, in a sentence or two.
    pub doc: String,
    /// The question that the dataset lets one ask of a model.
    pub question: String,
    /// Where families are mixed, in the order of their turns: what the numbers of each are.
    pub families: Vec<FamilyRecord>,
    /// Versions of the engine, the physics and the renderer: what else the bytes depend on.
    pub domain: BTreeMap<String, String>,
}

impl Dataset {
    /// The determinism domain, with the versions of the libraries that encode files.
    pub fn full_domain(&self) -> BTreeMap<String, String> {
        let mut domain = self.domain.clone();
        let parquet = parquet::file::properties::DEFAULT_CREATED_BY
            .rsplit(' ')
            .next()
            .unwrap_or_default();
        domain.insert("parquet".to_string(), parquet.to_string());
        if !video::keys(&self.columns, self.run.spec.files.images).is_empty() {
            domain.insert("h264".to_string(), video::encoder_version());
        }
        domain
    }
}

/// What a finished dataset amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The manifest, written last.
    pub manifest: PathBuf,
    /// Hash of all values, hexadecimal; empty where the format takes none.
    pub content: String,
    /// Episodes.
    pub episodes: u64,
    /// Rows of the data table.
    pub rows: u64,
    /// Shards.
    pub shards: u64,
    /// Bytes of all files but the manifest and the commit records.
    pub bytes: u64,
    /// Worlds that failed and were drawn anew.
    pub bad_episodes: u64,
}
