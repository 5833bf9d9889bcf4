//! Folders of datasets: made, copied, compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the real binary.
#[track_caller]
pub fn terrella(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_terrella"))
        .args(arguments)
        .output();
    output.expect("the binary starts")
}

/// Runs it and wants this exit code.
#[track_caller]
pub fn expect(code: i32, arguments: &[&str]) -> String {
    let output = terrella(arguments);
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
    out
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a scratch folder with a plain name")
}

/// All files below a folder, from it, in order.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path.strip_prefix(root).expect("below the root").to_path_buf()),
            }
        }
    }
    files.sort();
    files
}

/// Every file with its bytes.
pub fn content(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let read = |name: PathBuf| {
        let bytes = fs::read(root.join(&name)).expect("a file");
        (name, bytes)
    };
    files(root).into_iter().map(read).collect()
}

/// Wants the same names with the same bytes.
#[track_caller]
pub fn assert_content(root: &Path, wanted: &BTreeMap<PathBuf, Vec<u8>>, when: &str) {
    let there = content(root);
    assert_eq!(
        there.keys().collect::<Vec<_>>(),
        wanted.keys().collect::<Vec<_>>(),
        "{when}"
    );
    for (name, bytes) in wanted {
        assert!(bytes == &there[name], "{when}: {} differs", name.display());
    }
}

/// Writes these files.
pub fn write(root: &Path, content: &BTreeMap<PathBuf, Vec<u8>>) {
    for (name, bytes) in content {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}
