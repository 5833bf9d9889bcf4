//! A dataset's folder: whose it is, and who works in it.

use crate::error::AppError;
use crate::making;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use terrella_exporters::untrusted::{self, RECORD_BYTES};
use terrella_exporters::{Dataset, ExportError, inside, publish};
use terrella_spec::run::ResolvedRun;

/// Where the resolved run stands, from the dataset's folder.
pub const RUN_FILE: &str = "meta/terrella/run.json";
const LOCK_FILE: &str = "meta/terrella/.lock";

/// Who shares the folder with others: every n-th shard is this process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// From 0.
    pub index: u64,
    /// How many there are.
    pub count: u64,
}

impl Partition {
    /// True when the shard of this number is this partition's.
    pub fn holds(self, shard: u64) -> bool {
        shard % self.count == self.index
    }

    fn lock_name(self) -> String {
        format!("{LOCK_FILE}-{}-of-{}", self.index + 1, self.count)
    }
}

/// The right to write in a folder; given up when dropped.
#[derive(Debug)]
pub struct FolderLock {
    /// In the order in which they were taken.
    _locks: Vec<LockFile>,
}

/// A lock on a file, which is removed with it.
#[derive(Debug)]
struct LockFile {
    /// Held open: the lock is the file's.
    file: File,
    path: PathBuf,
    shared: bool,
}

impl LockFile {
    /// Writes into the file whose it is.
    fn sign(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        write!(self.file, "{}", std::process::id())?;
        self.file.flush()
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Of those who share a lock, the last one has it alone.
        if self.shared && (self.file.unlock().is_err() || self.file.try_lock().is_err()) {
            return;
        }
        // Removed while still locked, so that nobody finds it between. A failure leaves an empty file behind.
        if same_file(&self.file, &self.path).unwrap_or(false) && fs::remove_file(&self.path).is_ok() {
            let _ = self.file.unlock();
        }
    }
}

/// Takes the folder of a dataset for writing, whole or one partition of it, and makes sure that it holds this run or
/// nothing.
pub fn take(dataset: &Dataset, partition: Option<Partition>) -> Result<FolderLock, AppError> {
    let root = &dataset.root;
    refuse_other_content(root)?;
    let meta = root.join("meta/terrella");
    publish::make_folder(&meta)?;
    let mut locks = vec![lock(root, LOCK_FILE, partition.is_some())?];
    match partition {
        Some(partition) => {
            locks.push(lock(root, &partition.lock_name(), false)?);
            refuse_other_count(root, partition)?;
        }
        // Nobody else is here: what partitions left that were killed is of no use.
        None => {
            for (name, _) in partition_locks(root)? {
                drop(lock(root, &name, false)?);
            }
        }
    }
    refuse_other_run(dataset)?;
    Ok(FolderLock { _locks: locks })
}

/// The files of this module, from the dataset's folder.
pub fn own_files(root: &Path) -> Result<Vec<String>, AppError> {
    let locks = partition_locks(root)?.into_iter().map(|(name, _)| name);
    let marks = making::marked(root).into_iter();
    let marks = marks.map(making::mark_name);
    let names = [RUN_FILE.to_string(), LOCK_FILE.to_string()];
    Ok(names.into_iter().chain(locks).chain(marks).collect())
}

/// Partitions of another count would make the same shards at the same time.
fn refuse_other_count(root: &Path, partition: Partition) -> Result<(), AppError> {
    for (name, count) in partition_locks(root)? {
        if count != partition.count {
            // Given back at once: what can be locked was left by a killed process.
            drop(lock(root, &name, false)?);
        }
    }
    Ok(())
}

/// The names of the partitions' locks that are there, each with the number of partitions.
fn partition_locks(root: &Path) -> Result<Vec<(String, u64)>, AppError> {
    let folder = root.join("meta/terrella");
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|source| io("list", &folder, source))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| io("list", &folder, source))?;
        let name = format!("meta/terrella/{}", entry.file_name().to_string_lossy());
        let count = name
            .strip_prefix(LOCK_FILE)
            .and_then(|rest| rest.rsplit_once("-of-"))
            .and_then(|(_, count)| count.parse().ok());
        if let Some(count) = count {
            found.push((name, count));
        }
    }
    found.sort();
    Ok(found)
}

/// Makes sure that the folder's run is this one; writes it down where there is none.
fn refuse_other_run(dataset: &Dataset) -> Result<(), AppError> {
    let root = &dataset.root;
    let path = root.join(RUN_FILE);
    let text = run_text(&dataset.run);
    loop {
        match inside::read(root, RUN_FILE, RECORD_BYTES) {
            Ok(bytes) if bytes == text => return Ok(()),
            Ok(_) => break,
            Err(error) if inside::is_absent(&error) => {}
            Err(error) => return Err(error.into()),
        }
        match publish::publish_bytes(&path, &text) {
            Ok(_) => return Ok(()),
            // Another partition began at the same time, and removed what looked like left over: look again.
            Err(ExportError::Io { source, .. }) if source.kind() == ErrorKind::NotFound && path.exists() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let there = run_of(root)?;
    if there == dataset.run {
        return Ok(());
    }
    Err(AppError::OtherContent {
        path: root.clone(),
        reason: format!(
            "holds another run ({}); take another folder, or remove this one",
            difference(&there, &dataset.run)
        ),
    })
}

/// The bytes of [`RUN_FILE`].
pub fn run_text(run: &ResolvedRun) -> Vec<u8> {
    serde_json::to_vec_pretty(run).expect("a run is plain data")
}

/// The run of a dataset that was begun in this folder.
pub fn run_of(root: &Path) -> Result<ResolvedRun, AppError> {
    untrusted::read_run(root, RUN_FILE).map_err(|error| match error {
        error if inside::is_absent(&error) => AppError::OtherContent {
            path: root.to_path_buf(),
            reason: "holds no dataset of this engine: meta/terrella/run.json is missing".into(),
        },
        ExportError::Refused { path, reason } => AppError::OtherContent {
            path,
            reason: format!("is not a run of this engine: {reason}"),
        },
        error => error.into(),
    })
}

fn refuse_other_content(root: &Path) -> Result<(), AppError> {
    let meta = root.join("meta/terrella");
    let is_ours = || meta.try_exists().map_err(|source| io("look at", &meta, source));
    // Asked again at the end: what was found there may be of a run that began meanwhile.
    if is_ours()? || !holds_a_file(root)? || is_ours()? {
        return Ok(());
    }
    Err(AppError::OtherContent {
        path: root.to_path_buf(),
        reason: "is not empty and holds no dataset of this engine; take another folder".into(),
    })
}

/// True when anything but folders is in a folder: a run that was killed at its start leaves some of them.
fn holds_a_file(root: &Path) -> Result<bool, AppError> {
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.map_err(|source| io("list", &folder, source))?,
        };
        for entry in entries {
            let entry = entry.map_err(|source| io("list", &folder, source))?;
            let kind = entry
                .file_type()
                .map_err(|source| io("look at", &entry.path(), source))?;
            if !kind.is_dir() {
                return Ok(true);
            }
            folders.push(entry.path());
        }
    }
    Ok(false)
}

fn lock(root: &Path, name: &str, shared: bool) -> Result<LockFile, AppError> {
    let path = root.join(name);
    loop {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| io("open", &path, source))?;
        let locked = match shared {
            true => file.try_lock_shared(),
            false => file.try_lock(),
        };
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Where a locked file cannot be read, the folder is busy all the same.
                let holder = holder(&mut file).unwrap_or_else(|_| "?".to_string());
                return Err(AppError::Busy {
                    path: root.to_path_buf(),
                    holder,
                });
            }
            Err(TryLockError::Error(source)) => return Err(io("lock", &path, source)),
        }
        // The last holder removes the file: what was locked may be nowhere any more.
        if !same_file(&file, &path).map_err(|source| io("look at", &path, source))? {
            continue;
        }
        // From here on dropped, and so removed, if anything fails.
        let mut lock = LockFile { file, path, shared };
        lock.sign().map_err(|source| io("write", &lock.path, source))?;
        return Ok(lock);
    }
}

/// Who signed a lock. Between locking and signing it is still empty, or has the name of one who was killed: so it counts
/// when it is read twice.
fn holder(file: &mut File) -> std::io::Result<String> {
    let mut last = String::new();
    for _ in 0..20 {
        let mut name = String::new();
        file.rewind()?;
        file.read_to_string(&mut name)?;
        if !name.is_empty() && name == last {
            return Ok(name);
        }
        last = name;
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok("?".to_string())
}

/// True when this path leads to this file; an error is not taken for another file, lest one waits for ever.
#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let one = file.metadata()?;
    match fs::metadata(path) {
        Ok(other) => Ok(one.ino() == other.ino() && one.dev() == other.dev()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> std::io::Result<bool> {
    path.try_exists()
}

/// The first field in which two runs differ.
fn difference(there: &ResolvedRun, wanted: &ResolvedRun) -> String {
    let [theirs, ours] = [there, wanted].map(|run| run.spec.renderer.name());
    if theirs != ours {
        return format!("its pictures are drawn by the {theirs}, these would be by the {ours}");
    }
    let [there, wanted] = [there, wanted].map(|run| serde_json::to_value(run).expect("a run is plain data"));
    fn first(path: &str, one: &serde_json::Value, other: &serde_json::Value) -> Option<String> {
        if one == other {
            return None;
        }
        if let (Some(one), Some(other)) = (one.as_object(), other.as_object()) {
            let keys = one
                .keys()
                .chain(other.keys().filter(|key| !one.contains_key(*key)));
            let null = serde_json::Value::Null;
            return keys.into_iter().find_map(|key| {
                let inner = format!("{path}.{key}");
                first(
                    &inner,
                    one.get(key).unwrap_or(&null),
                    other.get(key).unwrap_or(&null),
                )
            });
        }
        Some(format!(
            "{} is {one} there and {other} here",
            path.trim_start_matches(".spec.").trim_start_matches('.')
        ))
    }
    first("", &there, &wanted).unwrap_or_else(|| "they differ".into())
}

fn io(operation: &'static str, path: &Path, source: std::io::Error) -> AppError {
    terrella_exporters::ExportError::io(operation, path, source).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_run_killed_at_its_start_are_no_other_content() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("meta")).unwrap();
        refuse_other_content(root.path()).unwrap();
        fs::write(root.path().join("meta/thesis.tex"), "precious").unwrap();
        assert_eq!(refuse_other_content(root.path()).unwrap_err().exit_code(), 73);
    }

    #[test]
    fn a_lock_that_was_removed_and_taken_anew_is_another_file() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lock");
        let file = File::create(&path).unwrap();
        assert!(same_file(&file, &path).unwrap());
        fs::remove_file(&path).unwrap();
        assert!(!same_file(&file, &path).unwrap());
        File::create(&path).unwrap();
        assert!(!same_file(&file, &path).unwrap());
        // What cannot be told is an error: taken for another file, it would be waited for without end.
        assert!(same_file(&file, &path.join("below")).is_err());
    }
}
