//! The order of system calls that makes a power cut harmless: a killed process loses nothing that it wrote, a machine that
//! goes down loses what was not flushed. So the order itself is checked: flushed before renamed, each folder on the way
//! flushed before the record is renamed, the manifest last.

use crate::strace::{Call, MKDIR, watch};
use crate::tiny::{self, Start};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the order is made of.
pub const CALLS: &[&str] = &["openat", "write", MKDIR, "fsync", "renameat"];

/// What would be lost when the power goes at the wrong moment.
pub fn careless(calls: &[Call], root: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    // Files with bytes that are not on the disk yet, and folders with such names.
    let mut unflushed: BTreeSet<PathBuf> = BTreeSet::new();
    for call in calls.iter().filter(|call| call.is_in(root)) {
        let path = &call.paths[0];
        let name = path.strip_prefix(root).unwrap_or(path).display();
        match call.name.as_str() {
            "openat" if call.line.contains("O_CREAT") && is_final(path) => {
                wrong.push(format!("{name} is written under its final name"));
            }
            "write" => drop(unflushed.insert(path.clone())),
            MKDIR if call.line.contains(" = 0") => unflushed.extend(path.parent().map(Path::to_path_buf)),
            "fsync" if call.line.contains(" = 0") => drop(unflushed.remove(path)),
            "renameat" => {
                let to = &call.paths[1];
                if unflushed.contains(path) {
                    wrong.push(format!("{name} is renamed before it is flushed"));
                }
                // These say that others stand.
                let is_record = to.starts_with(root.join("meta/terrella/commits"));
                if is_record || to.ends_with("manifest.json") {
                    let before = unflushed
                        .iter()
                        .filter(|path| is_named(path, root) && !(is_record && path.ends_with("commits")));
                    wrong.extend(before.map(|path| format!("{name} is renamed before {}", path.display())));
                }
                unflushed.extend(to.parent().map(Path::to_path_buf));
            }
            _ => {}
        }
    }
    wrong.extend(
        unflushed
            .iter()
            .filter(|path| is_named(path, root))
            .map(|path| format!("{} is never flushed", path.display())),
    );
    wrong
}

/// Under its final name: neither a temporary file nor the lock.
fn is_final(path: &Path) -> bool {
    !path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .starts_with('.')
}

/// A folder of the dataset or a file that is there for good.
fn is_named(path: &Path, root: &Path) -> bool {
    is_final(path) && (path.starts_with(root) || root.starts_with(path))
}

#[test]
fn what_is_flushed_when_makes_a_power_cut_harmless() {
    for start in Start::ALL {
        let scratch = tiny::scratch();
        let root = scratch.path().join("data");
        start.prepare(&root);
        let watched = watch(scratch.path(), CALLS, None, &tiny::command(&root, 1));
        let wrong = careless(&watched.calls, &root);
        assert!(wrong.is_empty(), "{start:?}: {wrong:#?}");
        let mut renamed = watched.calls.iter().filter(|call| call.name == "renameat");
        let last = renamed.next_back().expect("it renames").place(&root);
        assert!(
            last.ends_with("meta/terrella/manifest.json"),
            "the last rename is {last}"
        );
    }
}
