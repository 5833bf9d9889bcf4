//! Files that appear whole or not at all.
//!
//! A file is written under a temporary name in its own folder, flushed to the disk, renamed, and its folder flushed. The
//! temporary name starts with a dot and ends with `.tmp`, so no reader's glob ever sees it. Writing takes a processor,
//! flushing only waits for the disk: so the two can be done apart, and several files wait together.
//!
//! **Invariant:** what stands under a final name is complete and its hash is known; a dropped [`Publication`] or
//! [`ClosedFile`] leaves nothing.

use crate::error::{At, ExportError};
use crate::space;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::{NamedTempFile, TempPath};

/// What stands on the disk after publishing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Size of the file.
    pub bytes: u64,
    /// BLAKE3 of the file, hexadecimal.
    pub blake3: String,
}

/// A file being written.
pub struct Publication {
    path: PathBuf,
    temporary: TempPath,
    file: BufWriter<HashedFile>,
}

/// Below the buffer, so that it hashes and writes in large pieces.
struct HashedFile {
    /// Its final name, for errors.
    path: PathBuf,
    file: File,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A file that is written to its end, still under its temporary name.
pub struct ClosedFile {
    path: PathBuf,
    temporary: TempPath,
    file: File,
    published: Published,
}

impl Publication {
    /// Starts a file that will be called `path`. Makes its folder, and removes what an interrupted writer of it left.
    pub fn start(path: &Path) -> Result<Self, ExportError> {
        let folder = folder_of(path);
        make_folder(folder)?;
        remove_stale(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o644));
        }
        let (file, temporary) = builder
            .tempfile_in(folder)
            .at("create a file in", folder)?
            .into_parts();
        Ok(Publication {
            path: path.to_path_buf(),
            temporary,
            file: BufWriter::with_capacity(
                1 << 18,
                HashedFile {
                    path: path.to_path_buf(),
                    file,
                    hasher: blake3::Hasher::new(),
                    bytes: 0,
                },
            ),
        })
    }

    /// Its final name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the file; nothing waits for the disk yet.
    pub fn close(self) -> Result<ClosedFile, ExportError> {
        let HashedFile {
            file, hasher, bytes, ..
        } = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .at("write", &self.path)?;
        Ok(ClosedFile {
            path: self.path,
            temporary: self.temporary,
            file,
            published: Published {
                bytes,
                blake3: hasher.finalize().to_hex().to_string(),
            },
        })
    }
}

impl Write for Publication {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self
            .file
            .write(bytes)
            .map_err(|error| space::explain(error, &self.path, Some(bytes.len() as u64)))?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl ClosedFile {
    /// Its final name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What will stand on the disk.
    pub fn published(&self) -> &Published {
        &self.published
    }
}

/// Puts files in place. Each is on the disk before any is renamed, and their folders are when this returns. A failure
/// leaves nothing half written under a final name.
pub fn publish_all(files: Vec<ClosedFile>) -> Result<(), ExportError> {
    all_at_once(&files, |file| {
        file.file
            .sync_all()
            .map_err(|error| space::explain(error, &file.path, Some(file.published.bytes)))
            .at("flush to the disk", &file.path)
    })?;
    let folders: BTreeSet<PathBuf> = files
        .iter()
        .map(|file| folder_of(&file.path).to_path_buf())
        .collect();
    for file in files {
        NamedTempFile::from_parts(file.file, file.temporary)
            .persist(&file.path)
            .map_err(|failed| failed.error)
            .at("rename into place", &file.path)?;
    }
    let folders: Vec<PathBuf> = folders.into_iter().collect();
    all_at_once(&folders, |folder| sync_folder(folder))
}

/// Does what waits for the disk for all items together: a disk serves several for little more than the price of one.
fn all_at_once<T: Sync>(
    items: &[T],
    wait: impl Fn(&T) -> Result<(), ExportError> + Sync,
) -> Result<(), ExportError> {
    let Some((last, others)) = items.split_last() else {
        return Ok(());
    };
    std::thread::scope(|scope| {
        let waits: Vec<_> = others.iter().map(|item| scope.spawn(|| wait(item))).collect();
        let own = wait(last);
        // The first failure in the order of the items.
        waits
            .into_iter()
            .try_for_each(|wait| {
                wait.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .and(own)
    })
}

/// Publishes these bytes under this name.
pub fn publish_bytes(path: &Path, bytes: &[u8]) -> Result<Published, ExportError> {
    let file = write_bytes(path, bytes)?;
    let published = file.published().clone();
    publish_all(vec![file])?;
    Ok(published)
}

/// Publishes these bytes in the place of a file that somebody keeps by hand: where `path` leads through symbolic links, and with the
/// permissions that the file has.
pub fn replace_bytes(path: &Path, bytes: &[u8]) -> Result<Published, ExportError> {
    let path = &where_it_leads(path);
    let mut file = Publication::start(path)?;
    if let Ok(old) = fs::metadata(path) {
        // Before anything is in it that others may not read.
        fs::set_permissions(&file.temporary, old.permissions()).at("keep the permissions of", path)?;
    }
    file.write_all(bytes).at("write", path)?;
    let file = file.close()?;
    let published = file.published().clone();
    publish_all(vec![file])?;
    Ok(published)
}

/// The name of the file behind symbolic links; it need not be there yet.
fn where_it_leads(path: &Path) -> PathBuf {
    let mut at = path.to_path_buf();
    // As many as Linux follows.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&at) else { return at };
        at = folder_of(&at).join(next);
    }
    path.to_path_buf()
}

/// Writes these bytes to a file that will be called `path`.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<ClosedFile, ExportError> {
    let mut file = Publication::start(path)?;
    file.write_all(bytes).at("write", path)?;
    file.close()
}

/// The size and hash of a file that stands, to compare with what was published.
pub fn hash_file(path: &Path) -> Result<Published, ExportError> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(path).at("open", path)?;
    let bytes = io::copy(&mut file, &mut hasher).at("read", path)?;
    let blake3 = hasher.finalize().to_hex().to_string();
    Ok(Published { bytes, blake3 })
}

/// Removes the temporary files that an interrupted writer of `path` left.
pub fn remove_stale(path: &Path) -> Result<(), ExportError> {
    let folder = folder_of(path);
    let prefix = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.at("list", folder)?,
    };
    for entry in entries {
        let entry = entry.at("list", folder)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&prefix) && name.ends_with(".tmp") {
            fs::remove_file(entry.path()).at("remove", &entry.path())?;
        }
    }
    Ok(())
}

/// Makes a folder and those above it that are missing. Their names last as long as what is put in them: each stands in
/// the folder above it, which is flushed.
pub fn make_folder(folder: &Path) -> Result<(), ExportError> {
    // One at a time, so that nobody uses a folder that another has made and not flushed yet.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    fn make(folder: &Path) -> Result<(), ExportError> {
        let there = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir();
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).at("look at", folder),
            _ => {}
        }
        let above = folder_of(folder);
        if above != folder {
            make(above)?;
        }
        match fs::create_dir(folder) {
            // Another process was faster.
            Err(error) if there(&error) => {}
            made => made.at("make folder", folder)?,
        }
        sync_folder(above)
    }
    make(folder)
}

/// Removes a file, for good.
pub fn remove_if_there(path: &Path) -> Result<(), ExportError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).at("remove", path),
        Ok(()) => sync_folder(folder_of(path)),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Makes a rename last: the name stands in the folder, not in the file.
fn sync_folder(folder: &Path) -> Result<(), ExportError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .at("flush to the disk", folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_with_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/file.json");
        let published = publish_bytes(&path, b"hello").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"hello");
        assert_eq!(published.bytes, 5);
        assert_eq!(hash_file(&path).unwrap(), published);
        assert_eq!(published.blake3, blake3::hash(b"hello").to_hex().to_string());
        assert_eq!(names(path.parent().unwrap()), ["file.json"]);
        publish_bytes(&path, b"again").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"again");
    }

    /// A file that was replaced became a plain one that everybody could read.
    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_links_and_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("far")).unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("far/file"));
        symlink("far/file", &link).unwrap();
        replace_bytes(&link, b"first").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        replace_bytes(&link, b"second").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"second");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn an_abandoned_file_leaves_nothing_and_its_temporary_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file-000.parquet");
        let mut file = Publication::start(&path).unwrap();
        file.write_all(b"half").unwrap();
        let [name] = &names(folder.path())[..] else {
            panic!("one temporary file")
        };
        assert!(name.starts_with(".file-000.parquet.") && name.ends_with(".tmp"));
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn closed_files_are_hidden_until_all_are_published_and_a_dropped_one_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a/one", "b/two", "b/three"].map(|name| folder.path().join(name));
        let files: Vec<ClosedFile> = paths
            .iter()
            .map(|path| write_bytes(path, path.to_string_lossy().as_bytes()).unwrap())
            .collect();
        let dropped = write_bytes(&folder.path().join("b/four"), b"four").unwrap();
        assert_eq!(dropped.published().bytes, 4);
        assert!(paths.iter().all(|path| !path.exists()));
        publish_all(files).unwrap();
        drop(dropped);
        for path in &paths {
            assert_eq!(fs::read(path).unwrap(), path.to_string_lossy().as_bytes());
        }
        assert_eq!(names(&folder.path().join("b")), ["three", "two"]);
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_when_the_file_is_started_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".file-000.parquet.x1y2.tmp"), "half").unwrap();
        fs::write(folder.path().join(".file-001.parquet.x1y2.tmp"), "of another").unwrap();
        publish_bytes(&folder.path().join("file-000.parquet"), b"whole").unwrap();
        assert_eq!(
            names(folder.path()),
            [".file-001.parquet.x1y2.tmp", "file-000.parquet"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_is_published() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        publish_bytes(&path, b"").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
    }

    #[test]
    fn an_error_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let error = publish_bytes(&folder.path().join("file/below"), b"").unwrap_err();
        assert!(error.to_string().contains("file"), "{error}");
    }
}
