//! Marks of the shards that are being made, and the making of a shard in a process of its own.
//!
//! A world can kill the whole process: a stack that overflows, memory that runs out. The mark of its shard stays behind.
//! The next process makes such a shard in a child, and once a child died, all others too: what kills a child twice at the
//! same attempt is listed as a bad episode and drawn anew, and everything else is made as ever. A process that somebody
//! killed leaves marks too; its shards come out of their children as they would have come out of it.
//!
//! **Invariant:** a mark changes how a shard is made, never what is made.

use crate::batch::Counters;
use crate::budget::Budget;
use crate::error::AppError;
use crate::kit::RunKit;
use crate::{episode::Attempts, shard};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use terrella_exporters::{BadEpisode, ExportError};
use terrella_spec::seed::SeedPath;
use terrella_spec::shards::Shard;

/// What the marks' names begin with, from the dataset's folder. Hidden, as everything is that does not last.
const MARK: &str = "meta/terrella/.making-";

/// How often a child may die in one shard before the shard is given up.
const DEATHS: usize = 40;

/// How often it is looked whether a child is done or somebody asked to stop.
const PATIENCE: Duration = Duration::from_millis(10);

/// Starts the program that makes one shard of the dataset in a folder: it calls [`make_as_child`]. The attempts that are
/// known to kill a process come as `EPISODE:ATTEMPT`.
pub type Isolation = Arc<dyn Fn(&Path, &Shard, &[String]) -> Command + Send + Sync>;

/// The mark of a shard, while it is being made. Removed when dropped.
pub(crate) struct Mark {
    path: PathBuf,
}

impl Mark {
    pub(crate) fn set(root: &Path, shard: &Shard) -> Result<Self, AppError> {
        let path = root.join(mark_name(shard.number));
        // From here on dropped, and so removed, if anything fails.
        let mark = Mark { path };
        fs::write(&mark.path, "").map_err(|source| ExportError::io("write", &mark.path, source))?;
        Ok(mark)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // A mark that stays only costs a process.
        let _ = fs::remove_file(&self.path);
    }
}

/// The mark of a shard, from the dataset's folder.
pub(crate) fn mark_name(shard: u64) -> String {
    format!("{MARK}{shard:06}")
}

/// The shards whose marks were left behind.
pub(crate) fn marked(root: &Path) -> BTreeSet<u64> {
    let (folder, prefix) = MARK.rsplit_once('/').unwrap_or_default();
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok())
        .collect()
}

/// Removes the mark of a shard that stands.
pub(crate) fn unmark(root: &Path, shard: u64) {
    let _ = fs::remove_file(root.join(mark_name(shard)));
}

/// Makes a shard in children, up to its commit. The mark says at which attempt a child is.
pub(crate) fn make_isolated(
    kit: &RunKit,
    shard: &Shard,
    isolation: &Isolation,
    stop: &AtomicBool,
    deadly_run: &AtomicBool,
) -> Result<(), AppError> {
    let root = &kit.dataset.root;
    let mark = Mark::set(root, shard)?;
    let mut deadly: Vec<String> = Vec::new();
    let mut last_death = None;
    for _ in 0..DEATHS {
        let mut command = isolation(root, shard, &deadly);
        let worker = |reason: String| AppError::Worker {
            shard: shard.number,
            reason,
        };
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| worker(format!("no process for it: {error}")))?;
        let (status, said) = wait(child, stop).map_err(|error| worker(error.to_string()))?;
        if stop.load(Ordering::Relaxed) {
            return Err(AppError::Interrupted);
        }
        match status.code() {
            Some(0) => return Ok(()),
            Some(_) => return Err(worker(said.trim().trim_start_matches("error: ").to_string())),
            None => {
                deadly_run.store(true, Ordering::Relaxed);
                let at = fs::read_to_string(&mark.path).unwrap_or_default();
                if at.is_empty() {
                    return Err(worker(format!(
                        "its process died before the first episode: {}",
                        said.trim()
                    )));
                }
                if last_death.as_ref() == Some(&at) {
                    deadly.push(at.clone());
                }
                last_death = Some(at);
            }
        }
    }
    Err(AppError::Worker {
        shard: shard.number,
        reason: format!(
            "its process died {DEATHS} times, at last at the attempt {}",
            last_death.unwrap_or_default()
        ),
    })
}

/// Waits for a child; ends it when somebody asked to stop.
fn wait(mut child: Child, stop: &AtomicBool) -> std::io::Result<(std::process::ExitStatus, String)> {
    let stderr = child.stderr.take();
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        // What a dying process could not say any more is no loss.
        let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut said));
        String::from_utf8_lossy(&said).into_owned()
    });
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if stop.load(Ordering::Relaxed) {
            child.kill()?;
        }
        std::thread::sleep(PATIENCE);
    };
    Ok((status, said.join().unwrap_or_default()))
}

/// Makes and commits one shard, for a parent that holds the folder. Ends with its parent.
pub fn make_as_child(
    kit: &RunKit,
    number: u64,
    attempts: Attempts,
    deadly: &[String],
) -> Result<(), AppError> {
    let shard = kit.shards.iter().find(|shard| shard.number == number);
    let shard = shard.ok_or_else(|| AppError::run("shard", format!("there is no shard {number}")))?;
    // The parent holds the other end: when it dies, reading ends.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
    let known = deadly
        .iter()
        .map(|text| death(kit, text))
        .collect::<Result<_, _>>()?;
    let path = kit.dataset.root.join(mark_name(number));
    let starting = move |episode: u64, attempt: u32| {
        // Not flushed to the disk: it is for the parent alone, who outlives this process but not the machine.
        let written = fs::File::create(&path).and_then(|mut mark| write!(mark, "{episode}:{attempt}"));
        drop(written);
    };
    let attempts = Attempts {
        known,
        starting: Some(Box::new(starting)),
        ..attempts
    };
    let closed = shard::make(
        kit,
        shard,
        &attempts,
        &AtomicBool::new(false),
        // Alone in its process, it has nobody to share with.
        &Budget::new(u64::MAX),
        &Counters::default(),
    )?;
    closed.commit()?;
    Ok(())
}

/// The bad episode of an attempt that kills its process.
fn death(kit: &RunKit, text: &str) -> Result<BadEpisode, AppError> {
    let numbers = text
        .split_once(':')
        .and_then(|(episode, attempt)| Some((episode.parse::<u64>().ok()?, attempt.parse::<u32>().ok()?)));
    let (episode, attempt) =
        numbers.ok_or_else(|| AppError::run("deadly", format!("`{text}` is not EPISODE:ATTEMPT")))?;
    let seed = SeedPath {
        run: kit.dataset.run.spec.seed,
        episode,
        attempt,
    };
    Ok(kit.bad_episode(seed, 0, DIED.to_string()))
}

/// The reason that is listed.
pub(crate) const DIED: &str = "the whole process died, twice: out of stack or memory";
