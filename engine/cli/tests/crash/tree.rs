//! What stands in a dataset's folder, and whether it may.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Every file below a folder, by its path from there.
pub type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Reads a folder; one that is not there has no files.
pub fn read(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            assert!(!folder.exists(), "{} cannot be listed", folder.display());
            continue;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_path_buf();
                match fs::read(&path) {
                    // A child of a killed process ends a moment after it.
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    bytes => drop(tree.insert(name, bytes.expect("a file"))),
                }
            }
        }
    }
    tree
}

/// Writes these files below a folder.
pub fn write(root: &Path, tree: &Tree) {
    for (name, bytes) in tree {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}

/// What is wrong with a folder that a run was torn out of: what stands under a final name must be what an undisturbed
/// run leaves there, and a record must not stand before what it vouches for.
pub fn torn(root: &Path, whole: &Tree) -> Vec<String> {
    let left = read(root);
    let mut wrong = Vec::new();
    for (name, bytes) in left.iter().filter(|(name, _)| !is_passing(name)) {
        match whole.get(name) {
            None => wrong.push(format!("{} should not be there", name.display())),
            Some(wanted) if wanted != bytes => wrong.push(format!(
                "{} is torn: {} of {} bytes",
                name.display(),
                bytes.len(),
                wanted.len()
            )),
            Some(_) => {}
        }
        for vouched in vouched_by(name, whole) {
            if !left.contains_key(&vouched) {
                wrong.push(format!("{} stands before {}", name.display(), vouched.display()));
            }
        }
    }
    wrong
}

/// How a folder differs from that of an undisturbed run; nothing where all is as it should be.
pub fn differences(root: &Path, whole: &Tree) -> Vec<String> {
    let left = read(root);
    let missing = whole.keys().filter(|name| !left.contains_key(*name));
    let mut wrong: Vec<String> = missing
        .map(|name| format!("{} is missing", name.display()))
        .collect();
    for (name, bytes) in &left {
        match whole.get(name) {
            None => wrong.push(format!("{} is left over", name.display())),
            Some(wanted) if wanted != bytes => wrong.push(format!("{} differs", name.display())),
            Some(_) => {}
        }
    }
    wrong
}

/// Files that only a run at work has.
pub fn passing(root: &Path) -> impl Iterator<Item = PathBuf> {
    read(root).into_keys().filter(|name| is_passing(name))
}

/// Files of a run at work: temporary files, locks and the marks of shards.
fn is_passing(name: &Path) -> bool {
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.')
        && (name.ends_with(".tmp") || name.starts_with(".lock") || name.starts_with(".making-"))
}

/// What must stand when this file does.
fn vouched_by(name: &Path, whole: &Tree) -> Vec<PathBuf> {
    if name.ends_with("meta/terrella/manifest.json") {
        return whole.keys().cloned().collect();
    }
    if !name.starts_with("meta/terrella/commits") {
        return Vec::new();
    }
    let record: serde_json::Value =
        serde_json::from_slice(&whole[name]).expect("a record of the undisturbed run");
    let files = record["files"].as_array().expect("a list of files");
    let path = |file: &serde_json::Value| PathBuf::from(file["path"].as_str().expect("a path"));
    files.iter().map(path).collect()
}

#[test]
fn a_torn_file_a_stray_file_and_an_early_record_are_seen() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let record = br#"{"files":[{"path":"data/file"}]}"#.to_vec();
    let whole = Tree::from([
        ("data/file".into(), b"whole".to_vec()),
        ("meta/terrella/commits/shard.json".into(), record.clone()),
    ]);
    let seen = |files: &[(&str, &[u8])]| {
        let root = tempfile::tempdir_in(&scratch).expect("a folder");
        let tree = files.iter().map(|(name, bytes)| (name.into(), bytes.to_vec()));
        write(root.path(), &tree.collect());
        (
            torn(root.path(), &whole).len(),
            differences(root.path(), &whole).len(),
        )
    };
    let record = ("meta/terrella/commits/shard.json", &record[..]);
    assert_eq!(seen(&[]), (0, 2));
    assert_eq!(seen(&[("data/file", b"whole"), record]), (0, 0));
    assert_eq!(seen(&[("data/file", b"who"), record]), (1, 1));
    assert_eq!(seen(&[("data/other", b"")]), (1, 3));
    assert_eq!(seen(&[record]), (1, 1));
    assert_eq!(
        seen(&[("data/.file.x1.tmp", b"who"), ("meta/terrella/.lock", b"7")]),
        (0, 4)
    );
}
