//! What a full disk lacks: its error says how much is needed and how much there is.

use std::io::{Error, ErrorKind};
use std::path::Path;

/// A full disk's error, with numbers.
#[derive(Debug, thiserror::Error)]
#[error("{source}{}", numbers(*needed_bytes, *room))]
struct Full {
    source: Error,
    needed_bytes: Option<u64>,
    room: Option<Room>,
}

/// The room on a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    bytes: u64,
    /// How many more files fit; none where the file system sets no limit.
    files: Option<u64>,
}

/// Adds to the error of a full disk or a spent quota what was needed and what is free; other errors stay as they are. Its
/// kind is kept.
pub(crate) fn explain(source: Error, path: &Path, needed_bytes: Option<u64>) -> Error {
    let is_full = matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let is_explained = source.get_ref().is_some_and(|inner| inner.is::<Full>());
    if !is_full || is_explained {
        return source;
    }
    let kind = source.kind();
    // The room on a disk says nothing of a quota.
    let room = (kind == ErrorKind::StorageFull).then(|| room_at(path)).flatten();
    Error::new(
        kind,
        Full {
            source,
            needed_bytes,
            room,
        },
    )
}

fn numbers(needed_bytes: Option<u64>, room: Option<Room>) -> String {
    let needed = needed_bytes.map(|bytes| format!("at least {bytes} more bytes are needed"));
    // Both numbers: by the time a disk is asked, another thread may have removed the file for which a name lacked.
    let free = room.map(|room| match room.files {
        Some(files) => format!("{} bytes are free, and room for {files} more files", room.bytes),
        None => format!("{} bytes are free", room.bytes),
    });
    let said: Vec<String> = needed.into_iter().chain(free).collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("; {}", said.join(", ")),
    }
}

/// The room where a path is, or where it would be.
#[cfg(unix)]
fn room_at(path: &Path) -> Option<Room> {
    let here = std::iter::once(Path::new("."));
    let found = path
        .ancestors()
        .filter(|path| !path.as_os_str().is_empty())
        .chain(here)
        .find_map(|path| rustix::fs::statvfs(path).ok())?;
    Some(Room {
        bytes: found.f_bavail.saturating_mul(found.f_frsize),
        files: (found.f_files > 0).then_some(found.f_favail),
    })
}

#[cfg(not(unix))]
fn room_at(_: &Path) -> Option<Room> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_says_what_it_lacks_and_stays_a_full_disk() {
        let full = explain(Error::from_raw_os_error(28), Path::new("not/there"), Some(4096));
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        let said = full.to_string();
        assert!(
            said.contains("at least 4096 more bytes are needed, ") && said.contains(" bytes are free"),
            "{said}"
        );
        let again = explain(full, Path::new("."), Some(1)).to_string();
        assert_eq!(said, again, "it is explained once");
    }

    #[test]
    fn a_disk_tells_of_names_too_even_when_one_was_freed_before_it_was_asked() {
        let said = |files| numbers(None, Some(Room { bytes: 9, files }));
        assert_eq!(said(Some(0)), "; 9 bytes are free, and room for 0 more files");
        assert_eq!(said(Some(1)), "; 9 bytes are free, and room for 1 more files");
        assert_eq!(said(None), "; 9 bytes are free");
        assert_eq!(numbers(None, None), "");
    }

    #[test]
    fn other_errors_stay_as_they_are() {
        let error = explain(Error::from_raw_os_error(5), Path::new("."), Some(1));
        assert_eq!(error.raw_os_error(), Some(5));
    }
}
