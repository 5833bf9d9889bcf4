//! A dataset's folder: whose it is, and who works in it.

use crate::error::AppError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use terrella_exporters::{Dataset, publish};
use terrella_spec::run::ResolvedRun;

/// Where the resolved run stands, from the dataset's folder.
pub const RUN_FILE: &str = "meta/terrella/run.json";
const LOCK_FILE: &str = "meta/terrella/.lock";

/// The right to write in a folder; given up when dropped.
#[derive(Debug)]
pub struct FolderLock {
    /// Held open: the lock is the file's.
    file: File,
    path: PathBuf,
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Removed while still locked, so that nobody finds it between. A failure leaves an empty file behind.
        if fs::remove_file(&self.path).is_ok() {
            let _ = self.file.unlock();
        }
    }
}

/// Takes the folder of a dataset for writing: locks it and makes sure that it holds this run or nothing.
pub fn take(dataset: &Dataset) -> Result<FolderLock, AppError> {
    let root = &dataset.root;
    refuse_other_content(root)?;
    let meta = root.join("meta/terrella");
    fs::create_dir_all(&meta).map_err(|source| io("create", &meta, source))?;
    let lock = lock(root)?;
    let path = root.join(RUN_FILE);
    match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let text = serde_json::to_vec_pretty(&dataset.run).expect("a run is plain data");
            publish::publish_bytes(&path, &text)?;
        }
        Err(source) => return Err(io("read", &path, source)),
        Ok(bytes) => {
            let there: ResolvedRun =
                serde_json::from_slice(&bytes).map_err(|error| AppError::OtherContent {
                    path: path.clone(),
                    reason: format!("is not a run of this engine ({error}); take another folder"),
                })?;
            if there != dataset.run {
                return Err(AppError::OtherContent {
                    path: root.clone(),
                    reason: format!(
                        "holds another run ({}); take another folder, or remove this one",
                        difference(&there, &dataset.run)
                    ),
                });
            }
        }
    }
    Ok(lock)
}

/// The run of a dataset that was begun in this folder.
pub fn run_of(root: &Path) -> Result<ResolvedRun, AppError> {
    let path = root.join(RUN_FILE);
    let bytes = fs::read(&path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => AppError::OtherContent {
            path: root.to_path_buf(),
            reason: "holds no dataset of this engine: meta/terrella/run.json is missing".into(),
        },
        _ => io("read", &path, source),
    })?;
    serde_json::from_slice(&bytes).map_err(|error| AppError::OtherContent {
        path,
        reason: format!("is not a run of this engine: {error}"),
    })
}

fn refuse_other_content(root: &Path) -> Result<(), AppError> {
    if root.join(RUN_FILE).exists() || root.join("meta/terrella").exists() {
        return Ok(());
    }
    let mut entries = match fs::read_dir(root) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|source| io("list", root, source))?,
    };
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(AppError::OtherContent {
            path: root.to_path_buf(),
            reason: "is not empty and holds no dataset of this engine; take another folder".into(),
        }),
    }
}

fn lock(root: &Path) -> Result<FolderLock, AppError> {
    let path = root.join(LOCK_FILE);
    loop {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| io("open", &path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder);
                let known = read.is_ok() && !holder.trim().is_empty();
                let holder = if known {
                    holder.trim().to_string()
                } else {
                    "?".to_string()
                };
                return Err(AppError::Busy {
                    path: root.to_path_buf(),
                    holder,
                });
            }
            Err(TryLockError::Error(source)) => return Err(io("lock", &path, source)),
        }
        // The last holder removes the file: what was locked may be nowhere any more.
        if !same_file(&file, &path) {
            continue;
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()))
            .and_then(|()| file.flush());
        written.map_err(|source| io("write", &path, source))?;
        return Ok(FolderLock { file, path });
    }
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(one), Ok(other)) => one.ino() == other.ino() && one.dev() == other.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The first field in which two runs differ.
fn difference(there: &ResolvedRun, wanted: &ResolvedRun) -> String {
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
    terrella_exporters::ExportError::Io {
        operation,
        path: path.to_path_buf(),
        source,
    }
    .into()
}
