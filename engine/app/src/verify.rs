//! Looks whether a dataset is what was made: its files against their records, its episodes against their worlds.
//!
//! **Invariant:** nothing is written, and nothing depends on the number of threads.

use crate::episode::{self, Attempts};
use crate::error::AppError;
use crate::folder;
use crate::kit::RunKit;
use crate::registries::Registries;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use terrella_exporters::check::{Checker, Depth, Fault, Finding};
use terrella_exporters::compare::first_difference;
use terrella_exporters::inside;
use terrella_exporters::lerobot::paths;
use terrella_exporters::read::OpenDataset;
use terrella_exporters::untrusted::{RECORD_BYTES, read_json};
use terrella_record::episode::Episode;
use terrella_spec::run::{RendererKind, ResolvedRun};

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Names, sizes, footers and records.
    Quick,
    /// Every byte of every file.
    Full,
    /// Every byte, and so many episodes made again, spread over the dataset; all where it is none.
    Deep(Option<u64>),
}

/// An episode that came out otherwise when it was made again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EpisodeDifference {
    /// The episode.
    pub episode: u64,
    /// The first step that differs; none where no row does, or where it cannot be made.
    pub step: Option<usize>,
    /// The body whose state differs, where bodies are recorded.
    pub body: Option<String>,
    /// The column, and the number in it.
    pub column: String,
    /// What is stored.
    pub stored: String,
    /// What was made.
    pub made: String,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verification {
    /// Files that are not what they must be.
    pub findings: Vec<Finding>,
    /// Episodes that are not what their worlds give.
    pub differences: Vec<EpisodeDifference>,
    /// Shards that were looked at.
    pub shards: u64,
    /// Episodes that were made again.
    pub episodes_made: u64,
    /// A version that made the dataset and is not this program's: its name, theirs, ours.
    pub other_version: Option<(String, String, String)>,
    /// A GPU drew the pictures: of those that were made again it was asked whether they show the same, within a tolerance.
    pub near_pictures: bool,
}

impl Verification {
    /// True where nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.differences.is_empty()
    }
}

/// The run of the dataset in a folder: the manifest's, or where that is damaged, that of the run file; the one that the
/// shards' records belong to.
pub fn open_kit(root: &Path, registries: &Registries) -> Result<RunKit, AppError> {
    if !root.is_dir() {
        return Err(AppError::OtherContent {
            path: root.to_path_buf(),
            reason: "is no folder".into(),
        });
    }
    let manifest = OpenDataset::open(root).map(|dataset| dataset.manifest().run.clone());
    let file = folder::run_of(root);
    let known = recorded_runs(root);
    let belongs = |run: &ResolvedRun| known.is_empty() || known.contains(&run.digest());
    let run = match (manifest, file) {
        (Ok(run), _) if belongs(&run) => run,
        (_, Ok(run)) if belongs(&run) => run,
        (Err(_), Err(error)) => return Err(error),
        _ => {
            return Err(AppError::Damaged {
                path: root.to_path_buf(),
                reason: format!(
                    "neither its manifest nor {} tells the run that its shards are of; remove both and start the \
                     `terrella generate` command that began it",
                    folder::RUN_FILE
                ),
            });
        }
    };
    RunKit::from_resolved(run, root.to_path_buf(), registries)
}

/// What is read of a commit record to know whose it is.
#[derive(Deserialize)]
struct OfRun {
    run_digest: String,
}

/// The digests of the runs that the commit records are of.
fn recorded_runs(root: &Path) -> BTreeSet<String> {
    let first = paths::commit(0);
    let (folder, _) = first.rsplit_once('/').unwrap_or_default();
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            read_json(root, &path).ok().map(|OfRun { run_digest }| run_digest)
        })
        .collect()
}

/// Looks at a dataset with `threads` threads. `done` hears how many of how many pieces of work are behind.
pub fn verify(
    kit: &RunKit,
    level: Level,
    threads: usize,
    done: &(dyn Fn(u64, u64) + Sync),
) -> Result<Verification, AppError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .build()
        .map_err(|error| AppError::run("threads", error.to_string()))?;
    let depth = if level == Level::Quick {
        Depth::Quick
    } else {
        Depth::Full
    };
    let checker = Checker::new(&kit.dataset, depth)?;
    let mut findings = run_file_finding(kit)?;
    let episodes = match level {
        Level::Deep(sample) => sampled(kit.dataset.run.spec.episodes, sample),
        _ => Vec::new(),
    };
    let all = (kit.shards.len() + episodes.len()) as u64;
    let behind = std::sync::atomic::AtomicU64::new(0);
    let tick = || done(behind.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, all);
    let of_shards: Vec<Vec<Finding>> = pool.install(|| {
        kit.shards
            .par_iter()
            .map(|shard| {
                let found = checker.shard(shard);
                tick();
                found
            })
            .collect::<Result<_, _>>()
    })?;
    findings.extend(of_shards.into_iter().flatten());
    findings.extend(checker.whole(&folder::own_files(&kit.dataset.root)?)?);
    let mut differences = Vec::new();
    let mut episodes_made = 0;
    if !episodes.is_empty() && !findings.iter().any(|finding| finding.path == paths::MANIFEST) {
        let stored = OpenDataset::open(&kit.dataset.root)?;
        let bad: Vec<u64> = findings.iter().filter_map(|finding| finding.shard).collect();
        let sound = |episode: &u64| {
            let shard = kit.shards.iter().find(|shard| shard.episodes.contains(episode));
            shard.is_some_and(|shard| !bad.contains(&shard.number))
        };
        let episodes: Vec<u64> = episodes.into_iter().filter(sound).collect();
        episodes_made = episodes.len() as u64;
        let together: Vec<&[u64]> = episodes
            .chunk_by(|one, other| kit.together_with(*one) == kit.together_with(*other))
            .collect();
        let made: Vec<Vec<EpisodeDifference>> = pool.install(|| {
            together
                .par_iter()
                .map(|numbers| {
                    let differences = make_again(kit, &stored, numbers);
                    numbers.iter().for_each(|_| tick());
                    differences
                })
                .collect::<Result<_, _>>()
        })?;
        differences = made.into_iter().flatten().collect();
    }
    Ok(Verification {
        findings,
        differences,
        shards: kit.shards.len() as u64,
        episodes_made,
        other_version: checker.other_version(),
        near_pictures: episodes_made > 0 && kit.dataset.run.spec.renderer == RendererKind::Gpu,
    })
}

/// The run file stands beside the layout's files and is no part of them.
fn run_file_finding(kit: &RunKit) -> Result<Vec<Finding>, AppError> {
    let fault = match inside::read(&kit.dataset.root, folder::RUN_FILE, RECORD_BYTES) {
        Ok(bytes) if bytes == folder::run_text(&kit.dataset.run) => return Ok(Vec::new()),
        Ok(_) => Fault::Bytes,
        Err(_) => Fault::Missing,
    };
    Ok(vec![Finding {
        path: folder::RUN_FILE.into(),
        shard: None,
        fault,
    }])
}

/// So many episodes from the first to the last, or all.
fn sampled(episodes: u64, sample: Option<u64>) -> Vec<u64> {
    let count = sample.unwrap_or(episodes).min(episodes);
    let at =
        |index: u64| (u128::from(index) * u128::from(episodes - 1) / u128::from((count - 1).max(1))) as u64;
    (0..count).map(at).collect()
}

/// Makes episodes again that are made together.
fn make_again(
    kit: &RunKit,
    stored: &OpenDataset,
    numbers: &[u64],
) -> Result<Vec<EpisodeDifference>, AppError> {
    // What failed is listed, and need not fail again: some of it would kill this process.
    let attempts = Attempts::known_of(kit, stored, numbers[0])?;
    let together = kit.together_with(numbers[0]);
    let made = match episode::record_together(kit, together, &attempts, &mut Vec::new(), &mut |_| {}) {
        Ok(made) => made,
        Err(error @ AppError::Hopeless { .. }) => {
            let none = |number: &u64| EpisodeDifference {
                episode: *number,
                step: None,
                body: None,
                column: "all".into(),
                stored: "an episode".into(),
                made: error.to_string(),
            };
            return Ok(numbers.iter().map(none).collect());
        }
        Err(error) => return Err(error),
    };
    let differences: Vec<_> = (made.into_iter())
        .filter(|made| numbers.contains(&made.meta.episode))
        .map(|made| difference(kit, stored, made))
        .collect::<Result<_, _>>()?;
    Ok(differences.into_iter().flatten().collect())
}

/// Where an episode that was made again is not what is stored.
fn difference(
    kit: &RunKit,
    stored: &OpenDataset,
    made: Episode,
) -> Result<Option<EpisodeDifference>, AppError> {
    let number = made.meta.episode;
    let names = made.meta.body_names.clone();
    let Some(difference) = first_difference(&kit.dataset, stored, made)? else {
        return Ok(None);
    };
    let spec = kit
        .dataset
        .columns
        .iter()
        .find(|spec| spec.name == difference.column);
    let width = spec.map_or(1, |spec| spec.names.len()).max(1);
    let part = |element: usize| spec.and_then(|spec| spec.names.get(element % width)).cloned();
    let body = difference
        .element
        .filter(|_| difference.column == "bodies")
        .and_then(|element| names.get(element / width).cloned());
    let column = match difference.element.and_then(part) {
        Some(part) => format!("{} {part}", difference.column),
        None => difference.column,
    };
    Ok(Some(EpisodeDifference {
        episode: number,
        step: difference.row,
        body,
        column,
        stored: difference.stored,
        made: difference.made,
    }))
}
