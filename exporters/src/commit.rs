//! The record that says a shard is there: published last of its files, so that resuming needs no ledger.
//!
//! **Invariant:** a record stands only when all files it names stood whole before it.

use crate::error::{At, ExportError};
use crate::publish::{ClosedFile, publish_all, write_bytes};
use crate::untrusted::{self, RECORD_BYTES};
use crate::{Dataset, inside, lerobot::paths, seal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};
use terrella_record::stats::Summary;
use terrella_spec::seed::SeedPath;
use terrella_spec::shards::Shard;

/// Version of commit records and manifests.
pub const FORMAT: u32 = 1;

/// What one shard consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommitRecord {
    /// Version of this format.
    pub format: u32,
    /// Number of the shard.
    pub shard: u64,
    /// Digest of the run.
    pub run_digest: String,
    /// The determinism domain.
    pub domain: BTreeMap<String, String>,
    /// Its first episode.
    pub first_episode: u64,
    /// Its episodes.
    pub episodes: u64,
    /// Rows of its data file.
    pub rows: u64,
    /// Its files.
    pub files: Vec<FileRecord>,
    /// For each feature, what the statistics of the dataset are merged from.
    pub summaries: BTreeMap<String, Summary>,
    /// Worlds that failed on the way.
    pub bad_episodes: Vec<BadEpisode>,
}

/// A file of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its path from the dataset's folder, with slashes.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes, hexadecimal.
    pub blake3: String,
    /// Rows, for a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// BLAKE3 of its values whatever the encoding, hexadecimal, for a table of a shard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A world that failed and was drawn anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadEpisode {
    /// The episode.
    pub episode: u64,
    /// Fingerprint of the seed path of the attempt that failed.
    pub seed: i64,
    /// The attempt that failed.
    pub attempt: u32,
    /// The step at which it failed.
    pub step: u64,
    /// Why.
    pub reason: String,
    /// A command that shows it again.
    pub replay_command: String,
}

impl BadEpisode {
    /// The attempt of this seed path, which failed at this step.
    pub fn new(seed: SeedPath, step: u64, reason: String) -> Self {
        let SeedPath { episode, attempt, .. } = seed;
        BadEpisode {
            episode,
            seed: seed.fingerprint(),
            attempt,
            step,
            reason,
            replay_command: format!("terrella replay . --episode {episode} --attempt {attempt}"),
        }
    }
}

/// What is read of a record of any format.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// The record of a shard that is there with all its files, or none where it must be made.
///
/// Sizes are compared, not hashes: this is for resuming. A record of another run is an error, lest two runs mix.
pub fn committed(dataset: &Dataset, shard: &Shard) -> Result<Option<CommitRecord>, ExportError> {
    let name = paths::commit(shard.number);
    let path = dataset.root.join(&name);
    let bytes = match inside::read(&dataset.root, &name, RECORD_BYTES) {
        Err(error) if inside::is_absent(&error) => return Ok(None),
        bytes => bytes?,
    };
    let differs = |what: &str| {
        Err(ExportError::OtherRun {
            path: path.clone(),
            what: what.to_string(),
        })
    };
    // A record that is no record proves nothing: the shard is made anew, which is always right.
    if !seal::is_whole(&bytes) {
        return Ok(None);
    }
    if let Ok(Version { format }) = untrusted::json(&bytes)
        && format != FORMAT
    {
        return differs("the format of the record");
    }
    let Ok(record) = CommitRecord::from_json(&bytes) else {
        return Ok(None);
    };
    if record.run_digest != dataset.run.digest() {
        return differs("the run");
    }
    if record.domain != dataset.full_domain() {
        return differs("the versions");
    }
    for file in &record.files {
        let path = dataset.root.join(&file.path);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.len() == file.bytes => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).at("look at", &path),
        }
    }
    Ok(Some(record))
}

/// A shard whose files are written to their end, under temporary names. Dropping it removes them.
pub struct ClosedShard {
    files: Vec<ClosedFile>,
    record_file: ClosedFile,
    record: CommitRecord,
}

impl ClosedShard {
    /// The shard of this record, which names these files.
    pub fn new(
        dataset_root: &Path,
        files: Vec<ClosedFile>,
        record: CommitRecord,
    ) -> Result<Self, ExportError> {
        let path = dataset_root.join(paths::commit(record.shard));
        let bytes = serde_json::to_vec(&record).expect("plain data with text keys");
        Ok(ClosedShard {
            files,
            record_file: write_bytes(&path, &seal::seal(&bytes))?,
            record,
        })
    }

    /// Puts the files in place, and then the record that says so. Takes no work, only time: it waits for the disk.
    pub fn commit(self) -> Result<CommitRecord, ExportError> {
        publish_all(self.files)?;
        let path = self.record_file.path().to_path_buf();
        // A record that may not be on the disk is taken back: the shard is made anew.
        publish_all(vec![self.record_file]).inspect_err(|_| drop(fs::remove_file(path)))?;
        Ok(self.record)
    }
}

/// Indented JSON with a newline at the end.
pub(crate) fn json_bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("plain data with text keys");
    bytes.push(b'\n');
    bytes
}
