//! Compares what stands in a dataset's folder with what its records say must stand there.
//!
//! Quick: every file is there with its size, every table has its rows, every record fits the run. Full: the hashes too.
//! Commit records and manifest are sealed, so each proves itself; every other file is named by one of them.
//!
//! **Invariants:** nothing is written. A shard's findings depend on its own files alone.

use crate::commit::{CommitRecord, FORMAT, FileRecord};
use crate::error::{At, ExportError};
use crate::lerobot::paths;
use crate::manifest::{Manifest, ShardRecord};
use crate::publish::hash_file;
use crate::untrusted::RECORD_BYTES;
use crate::{Dataset, inside, seal, video};
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use terrella_spec::columns::Table;
use terrella_spec::shards::{Shard, shards};

/// How closely files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Names, sizes, footers, records: no more reading than a few kilobytes a file.
    Quick,
    /// Every byte.
    Full,
}

/// A file that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its path from the dataset's folder.
    pub path: String,
    /// Its shard; none for a file that describes the whole, or that nothing names.
    pub shard: Option<u64>,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fault {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// It is shorter or longer.
    #[error("has {is} bytes, not {should}")]
    Size {
        /// Its size.
        is: u64,
        /// What its record says.
        should: u64,
    },
    /// Its bytes are others.
    #[error("holds other bytes than were written")]
    Bytes,
    /// It is no table, or has another number of rows.
    #[error("is no table of {rows} rows: {reason}")]
    Table {
        /// Rows that it must have.
        rows: u64,
        /// What was found.
        reason: String,
    },
    /// A record that is of no use.
    #[error("is no record of this run: {reason}")]
    Record {
        /// Why.
        reason: String,
    },
    /// No record names it.
    #[error("belongs to nothing here")]
    Unknown,
}

/// Compares a folder with its records.
pub struct Checker<'a> {
    dataset: &'a Dataset,
    depth: Depth,
    /// The versions that made the files: the manifest's, or where there is none, ours.
    domain: BTreeMap<String, String>,
}

impl<'a> Checker<'a> {
    /// For the dataset in this folder, of this run.
    pub fn new(dataset: &'a Dataset, depth: Depth) -> Result<Self, ExportError> {
        let manifest = read_sealed(&dataset.root, paths::MANIFEST, Manifest::from_json)?;
        let of_this_run = manifest.ok().filter(|manifest| manifest.run == dataset.run);
        let domain = of_this_run.map_or_else(|| dataset.full_domain(), |manifest| manifest.domain);
        Ok(Checker {
            dataset,
            depth,
            domain,
        })
    }

    /// The first version that made the files and is not ours, with ours.
    pub fn other_version(&self) -> Option<(String, String, String)> {
        let ours = self.dataset.full_domain();
        let (name, theirs) = self
            .domain
            .iter()
            .find(|(name, version)| ours.get(*name) != Some(version))?;
        let ours = ours.get(name).map_or("none", String::as_str);
        Some((name.clone(), theirs.clone(), ours.to_string()))
    }

    /// What is wrong with a shard's files.
    pub fn shard(&self, shard: &Shard) -> Result<Vec<Finding>, ExportError> {
        let root = &self.dataset.root;
        let path = paths::commit(shard.number);
        let finding = |path: String, fault| Finding {
            path,
            shard: Some(shard.number),
            fault,
        };
        let record = match read_sealed(root, &path, CommitRecord::from_json)? {
            Ok(record) => record,
            Err(fault) => return Ok(vec![finding(path, fault)]),
        };
        if let Some(reason) = self.unfit(shard, &record) {
            return Ok(vec![finding(path, Fault::Record { reason })]);
        }
        let mut findings = Vec::new();
        for file in &record.files {
            if let Some(fault) = check_file(root, file, self.depth)? {
                findings.push(finding(file.path.clone(), fault));
            }
        }
        Ok(findings)
    }

    /// What is wrong with the files that describe the whole, and which files nothing names. `ours` are files that the
    /// engine keeps beside the layout's own.
    pub fn whole(&self, ours: &[String]) -> Result<Vec<Finding>, ExportError> {
        let root = &self.dataset.root;
        let finding = |path: &str, fault| Finding {
            path: path.to_string(),
            shard: None,
            fault,
        };
        let mut known: BTreeSet<String> = ours.iter().cloned().collect();
        known.insert(paths::MANIFEST.to_string());
        let mut findings = Vec::new();
        match read_sealed(root, paths::MANIFEST, Manifest::from_json)? {
            Err(fault) => {
                findings.push(finding(paths::MANIFEST, fault));
                // What cannot be judged without it is not called unknown.
                known.extend([paths::INFO, paths::STATS, paths::TASKS, paths::PREVIEW].map(String::from));
            }
            Ok(manifest) => {
                if let Some(reason) = self.unfit_manifest(&manifest) {
                    findings.push(finding(paths::MANIFEST, Fault::Record { reason }));
                }
                for file in &manifest.files {
                    known.insert(file.path.clone());
                    if let Some(fault) = check_file(root, file, self.depth)? {
                        findings.push(finding(&file.path, fault));
                    }
                }
            }
        }
        for shard in &shards(&self.dataset.run) {
            known.extend(shard_paths(self.dataset, shard));
            known.insert(paths::commit(shard.number));
            let failed = match read_sealed(root, &paths::commit(shard.number), CommitRecord::from_json)? {
                Ok(record) => !record.bad_episodes.is_empty(),
                // Its shard is made again, and this file with it.
                Err(_) => true,
            };
            if failed {
                known.insert(paths::quarantine(shard.number));
            }
        }
        for folder in paths::FOLDERS {
            let mut unknown = Vec::new();
            unknown_files(root, folder, &known, &mut unknown)?;
            findings.extend(unknown.iter().map(|path| finding(path, Fault::Unknown)));
        }
        Ok(findings)
    }

    /// Why a commit record is not one of this shard of this run.
    fn unfit(&self, shard: &Shard, record: &CommitRecord) -> Option<String> {
        let run = &self.dataset.run;
        let episodes = shard.episodes.end - shard.episodes.start;
        let named: BTreeSet<String> = record.files.iter().map(|file| file.path.clone()).collect();
        let mut wanted = BTreeSet::from_iter(shard_paths(self.dataset, shard));
        if !record.bad_episodes.is_empty() {
            wanted.insert(paths::quarantine(shard.number));
        }
        first_false(&[
            (record.format == FORMAT, "its format is another one"),
            (record.shard == shard.number, "it is of another shard"),
            (record.run_digest == run.digest(), "it is of another run"),
            (
                record.domain == self.domain,
                "it is of another version of the engine",
            ),
            (
                record.first_episode == shard.episodes.start && record.episodes == episodes,
                "it is of other episodes",
            ),
            (
                record.rows == episodes * run.rows_per_episode(),
                "it has another number of rows",
            ),
            (named == wanted, "it names other files"),
        ])
    }

    fn unfit_manifest(&self, manifest: &Manifest) -> Option<String> {
        let shards = shards(&self.dataset.run);
        let run = &self.dataset.run;
        let reason = first_false(&[
            (manifest.format == FORMAT, "its format is another one"),
            (
                manifest.run_digest == run.digest() && manifest.run == *run,
                "it is of another run",
            ),
            (
                manifest.domain == self.domain,
                "it is of another version of the engine",
            ),
            (
                manifest
                    .shards
                    .iter()
                    .map(|shard| shard.shard)
                    .eq(shards.iter().map(|shard| shard.number)),
                "it names other shards",
            ),
        ]);
        // A shard whose own record is bad is a finding of its own.
        let differs = |shard: &ShardRecord| {
            let path = paths::commit(shard.shard);
            let record = read_sealed(&self.dataset.root, &path, CommitRecord::from_json)
                .ok()?
                .ok()?;
            let reason = format!("it names other files of shard {} than its record", shard.shard);
            (record.files != shard.files).then_some(reason)
        };
        reason.or_else(|| manifest.shards.iter().find_map(differs))
    }
}

/// The files that every shard has.
fn shard_paths(dataset: &Dataset, shard: &Shard) -> Vec<String> {
    let mut paths = vec![
        paths::table(Table::Data, shard.chunk, shard.file),
        paths::table(Table::Sim, shard.chunk, shard.file),
        paths::episodes(shard),
    ];
    let keys = video::keys(&dataset.columns, dataset.run.spec.files.images);
    paths.extend(keys.iter().map(|key| paths::video(key, shard.chunk, shard.file)));
    paths
}

/// A sealed file as what it holds, or why it holds nothing of use.
fn read_sealed<T>(
    root: &Path,
    path: &str,
    parse: fn(&[u8]) -> Result<T, String>,
) -> Result<Result<T, Fault>, ExportError> {
    let bytes = match inside::read(root, path, RECORD_BYTES) {
        Err(error) if inside::is_absent(&error) => return Ok(Err(Fault::Missing)),
        Err(ExportError::Refused { reason, .. }) => return Ok(Err(Fault::Record { reason })),
        bytes => bytes?,
    };
    if !seal::is_whole(&bytes) {
        return Ok(Err(Fault::Bytes));
    }
    Ok(parse(&bytes).map_err(|reason| Fault::Record { reason }))
}

fn first_false(facts: &[(bool, &str)]) -> Option<String> {
    let (_, reason) = facts.iter().find(|(holds, _)| !holds)?;
    Some(reason.to_string())
}

/// What is wrong with a file that a record names.
pub fn check_file(root: &Path, record: &FileRecord, depth: Depth) -> Result<Option<Fault>, ExportError> {
    let path = root.join(&record.path);
    let is = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Fault::Missing)),
        Err(error) => return Err(error).at("look at", &path),
        Ok(metadata) if !metadata.is_file() => {
            let reason = "it is no regular file".to_string();
            return Ok(Some(Fault::Record { reason }));
        }
        Ok(metadata) => metadata.len(),
    };
    if is != record.bytes {
        return Ok(Some(Fault::Size {
            is,
            should: record.bytes,
        }));
    }
    if depth == Depth::Full {
        return Ok((hash_file(&path)?.blake3 != record.blake3).then_some(Fault::Bytes));
    }
    match record.rows {
        Some(rows) if record.path.ends_with(".parquet") => check_footer(&path, rows),
        _ => Ok(None),
    }
}

fn check_footer(path: &Path, rows: u64) -> Result<Option<Fault>, ExportError> {
    let file = File::open(path).at("open", path)?;
    let reason = match SerializedFileReader::new(file) {
        Err(error) => error.to_string(),
        Ok(reader) => match u64::try_from(reader.metadata().file_metadata().num_rows()) {
            Ok(found) if found == rows => return Ok(None),
            Ok(found) => format!("it has {found}"),
            Err(_) => "it has fewer than none".to_string(),
        },
    };
    Ok(Some(Fault::Table { rows, reason }))
}

/// Files below a folder that are not known, in order. Links are files here: nothing of ours is one.
fn unknown_files(
    root: &Path,
    folder: &str,
    known: &BTreeSet<String>,
    into: &mut Vec<String>,
) -> Result<(), ExportError> {
    let path = root.join(folder);
    let entries = match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.at("list", &path)?,
    };
    let mut entries: Vec<fs::DirEntry> = entries.collect::<io::Result<_>>().at("list", &path)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().at("look at", &entry.path())?.is_dir() {
            unknown_files(root, &name, known, into)?;
        } else if !known.contains(&name) {
            into.push(name);
        }
    }
    Ok(())
}
