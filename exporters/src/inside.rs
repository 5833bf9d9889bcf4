//! Opens a file by a path that somebody else wrote: inside a folder, a regular file, of a size that is bounded.
//!
//! **Invariants:** nothing is opened that lies outside of the folder, also not through a link. Nothing is opened that could
//! wait for somebody (a pipe, a device). No more is read than was asked for.

use crate::error::{At, ExportError};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use terrella_spec::asset;

/// Opens the file at `path`, seen from `root`, and says how large it is.
pub fn open(root: &Path, path: &str) -> Result<(File, u64), ExportError> {
    let full = root.join(path);
    let refused = |reason: &str| ExportError::Refused {
        path: full.clone(),
        reason: reason.to_string(),
    };
    asset::inside(path).map_err(|reason| ExportError::Refused {
        path: root.to_path_buf(),
        reason: format!("names a file that is refused: {reason}"),
    })?;
    let real = match has_link(root, path).at("read", &full)? {
        false => full.clone(),
        true => {
            let root = if root.as_os_str().is_empty() {
                Path::new(".")
            } else {
                root
            };
            let real = fs::canonicalize(&full).at("read", &full)?;
            if !real.starts_with(fs::canonicalize(root).at("find", root)?) {
                return Err(refused(
                    "is a link that leads out of the folder; copy the file into it",
                ));
            }
            real
        }
    };
    // Looked at before it is opened: opening a pipe waits until somebody writes.
    if !fs::metadata(&real).at("read", &full)?.is_file() {
        return Err(refused("is no regular file"));
    }
    let file = File::open(&real).at("read", &full)?;
    let bytes = file.metadata().at("read", &full)?.len();
    Ok((file, bytes))
}

/// True when a part of `path` is a link. Where none is, its name is not asked for: a folder may be reached by a way that
/// has no name here, such as the root of a process in another mount namespace.
fn has_link(root: &Path, path: &str) -> io::Result<bool> {
    let mut at = root.to_path_buf();
    for part in Path::new(path) {
        at.push(part);
        if fs::symlink_metadata(&at)?.is_symlink() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the file at `path`, seen from `root`, of at most `most` bytes.
pub fn read(root: &Path, path: &str, most: u64) -> Result<Vec<u8>, ExportError> {
    let (file, bytes) = open(root, path)?;
    let full = root.join(path);
    if bytes > most {
        return Err(ExportError::Refused {
            path: full,
            reason: format!("has {bytes} bytes; the limit is {most}"),
        });
    }
    let mut content = Vec::with_capacity(bytes as usize);
    file.take(most).read_to_end(&mut content).at("read", &full)?;
    Ok(content)
}

/// True where an error says that there is no such file.
pub fn is_absent(error: &ExportError) -> bool {
    matches!(error, ExportError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(root: &Path, path: &str, expected: &str) {
        let message = read(root, path, 10).expect_err(path).to_string();
        assert!(message.contains(expected), "wanted: {expected}\ngot: {message}");
    }

    #[test]
    fn files_inside_are_read_and_no_others() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let root = scratch.path().join("root");
        fs::create_dir_all(root.join("inner")).expect("a folder");
        fs::write(root.join("inner/file"), "inside").expect("a file");
        fs::write(root.join("large"), "more than ten").expect("a file");
        fs::write(scratch.path().join("secret"), "outside").expect("a file");
        assert_eq!(read(&root, "inner/file", 10).expect("a file"), b"inside");
        check_refused(&root, "../secret", "leads out of the folder");
        check_refused(&root, "inner/../../secret", "leads out of the folder");
        check_refused(&root, "/etc/passwd", "is an absolute path");
        check_refused(&root, "large", "has 13 bytes; the limit is 10");
        check_refused(&root, "inner", "is no regular file");
        let absent = read(&root, "absent", 10).expect_err("it is not there");
        assert!(is_absent(&absent), "{absent}");
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_refused_and_links_within_are_followed() {
        use std::os::unix::fs::symlink;
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let root = scratch.path().join("root");
        fs::create_dir_all(root.join("inner")).expect("a folder");
        fs::write(root.join("file"), "inside").expect("a file");
        fs::write(scratch.path().join("secret"), "outside").expect("a file");
        symlink("../file", root.join("inner/link")).expect("a link");
        symlink(scratch.path().join("secret"), root.join("out")).expect("a link");
        symlink(scratch.path(), root.join("folder")).expect("a link");
        symlink("loop", root.join("loop")).expect("a link");
        symlink("/dev/zero", root.join("zero")).expect("a link");
        assert_eq!(read(&root, "inner/link", 10).expect("a file"), b"inside");
        check_refused(&root, "out", "leads out of the folder");
        check_refused(&root, "folder/secret", "leads out of the folder");
        check_refused(&root, "zero", "leads out of the folder");
        check_refused(&root, "loop", "cannot read");
    }
}
