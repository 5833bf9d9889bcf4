//! Manifests, commit records and runs that are read back: a dataset may come from anybody.
//!
//! **Invariants:** what passes names files inside of its folder only, and its numbers can be added and multiplied as this crate
//! does. Memory is bounded before it is parsed. Whether the files are what their records say, `check` finds out.

use crate::commit::{CommitRecord, FileRecord};
use crate::error::ExportError;
use crate::inside;
use crate::manifest::Manifest;
use serde::de::DeserializeOwned;
use std::path::Path;
use terrella_record::stats::Summary;
use terrella_spec::asset;
use terrella_spec::columns::{ColumnSpec, Extent};
use terrella_spec::run::ResolvedRun;
use terrella_spec::shards::{shards, splits};

/// Bytes of a manifest, a commit record, a run file or statistics.
pub const RECORD_BYTES: u64 = 64 << 20;
/// Values of such a file: each takes up to some hundred bytes in memory.
const VALUES: usize = 1_500_000;
/// Largest number of bytes, rows or pixels that is added up: a thousandth of what overflows.
const LARGEST: u64 = 1 << 53;

/// Reads a file of JSON, `path` seen from `root`.
pub fn read_json<T: DeserializeOwned>(root: &Path, path: &str) -> Result<T, ExportError> {
    let bytes = inside::read(root, path, RECORD_BYTES)?;
    json(&bytes).map_err(|reason| refused(root, path, reason))
}

/// The run file at `path`, checked.
pub fn read_run(root: &Path, path: &str) -> Result<ResolvedRun, ExportError> {
    let run: ResolvedRun = read_json(root, path)?;
    run.check()
        .map(|()| run)
        .map_err(|reason| refused(root, path, reason))
}

pub(crate) fn refused(root: &Path, path: &str, reason: String) -> ExportError {
    ExportError::Refused {
        path: root.join(path),
        reason,
    }
}

/// JSON of a bounded number of values. The parser itself bounds how deep they nest.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let (mut values, mut in_text, mut escaped) = (0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    if values > VALUES {
        return Err(format!("holds {values} values; the limit is {VALUES}"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let mut reason = error.to_string();
        reason.truncate(reason.floor_char_boundary(400));
        format!("does not hold what it must: {reason}")
    })
}

fn require(holds: bool, reason: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason.to_string()) }
}

fn check_files(files: &[FileRecord]) -> Result<u64, String> {
    let mut bytes = 0_u64;
    for file in files {
        asset::inside(&file.path).map_err(|reason| format!("names a file that is refused: {reason}"))?;
        let hash = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        require(
            hash(&file.blake3) && file.content.as_ref().is_none_or(hash),
            "has a hash that is none",
        )?;
        bytes = bytes.saturating_add(file.bytes);
    }
    require(bytes < LARGEST, "names files of more bytes than there can be")?;
    Ok(bytes)
}

impl CommitRecord {
    /// A record of these bytes that can be worked with.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let record: CommitRecord = json(bytes)?;
        record.check().map(|()| record)
    }

    fn check(&self) -> Result<(), String> {
        check_files(&self.files)?;
        let counts = [self.first_episode, self.episodes, self.rows];
        require(
            counts.iter().all(|count| *count < LARGEST),
            "counts more than there can be",
        )?;
        for (feature, summary) in &self.summaries {
            let fits = match summary {
                Summary::Numbers(numbers) => {
                    let width = numbers.mean.len();
                    let ordered = numbers
                        .low
                        .iter()
                        .zip(&numbers.high)
                        .all(|(low, high)| low <= high);
                    width > 0
                        && [numbers.deviations.len(), numbers.low.len(), numbers.high.len()] == [width; 3]
                        && ordered
                        && numbers.count <= self.rows
                }
                Summary::Pictures(pictures) => {
                    let sums = pictures.levels.iter().map(|levels| {
                        let sum = levels.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
                        levels.len() == 256 && sum < LARGEST
                    });
                    sums.into_iter().all(|fits| fits) && pictures.count <= self.rows
                }
            };
            require(
                fits,
                &format!("has a summary of `{}` that is none", feature.escape_debug()),
            )?;
        }
        Ok(())
    }
}

impl Manifest {
    /// A manifest of these bytes that can be worked with.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Manifest = json(bytes)?;
        manifest.check().map(|()| manifest)
    }

    fn check(&self) -> Result<(), String> {
        self.run.check()?;
        let episodes = self.run.spec.episodes;
        let per_episode = self.run.rows_per_episode();
        require(
            self.episodes == episodes && self.rows_per_episode == per_episode,
            "counts other episodes or rows than its run",
        )?;
        require(
            episodes.checked_mul(per_episode) == Some(self.rows),
            "counts other rows than its episodes have",
        )?;
        let mut bytes = check_files(&self.files)?;
        for shard in &self.shards {
            bytes = bytes.saturating_add(check_files(&shard.files)?);
        }
        require(bytes == self.bytes, "counts other bytes than its files")?;
        let wanted = splits(&self.run.spec);
        let same_splits = self.splits.len() == wanted.len()
            && self
                .splits
                .iter()
                .zip(&wanted)
                .all(|(split, wanted)| split.name == wanted.name && split.episodes == wanted.episodes);
        require(same_splits, "has other splits than its run")?;
        let derived = shards(&self.run);
        let same_shards = self.shards.len() == derived.len()
            && self.shards.iter().zip(&derived).all(|(shard, wanted)| {
                shard.shard == wanted.number
                    && shard.episodes == wanted.episodes
                    && shard.chunk == wanted.chunk
                    && shard.file == wanted.file
                    && self
                        .splits
                        .get(wanted.split)
                        .is_some_and(|split| split.name == shard.split)
            });
        require(same_shards, "has other shards than its run")?;
        self.data_columns
            .iter()
            .chain(&self.sim_columns)
            .try_for_each(check_column)
    }
}

fn check_column(column: &ColumnSpec) -> Result<(), String> {
    let size = match column.extent {
        Extent::Scalar => 1,
        Extent::Fixed(width) | Extent::List(width) => width as u64,
        Extent::Grid(height, width) | Extent::Picture(height, width) => {
            (height as u64).saturating_mul(width as u64)
        }
    };
    let name = column.name.escape_debug();
    require(size < 1 << 32, &format!("has a column `{name}` that is too wide"))
}
