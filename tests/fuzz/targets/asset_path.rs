//! Paths that a scene or a dataset names: whatever is opened lies inside of the folder.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::LazyLock;
use terrella_exporters::inside;

/// A folder with files and links, beside a file that nobody may read.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let scratch = tempfile::tempdir().expect("a scratch folder").keep();
    let root = scratch.join("root");
    fs::create_dir_all(root.join("a/b")).expect("a folder");
    fs::write(root.join("a/file"), "inside").expect("a file");
    fs::write(scratch.join("secret"), "outside").expect("a file");
    symlink("file", root.join("a/in")).expect("a link");
    symlink("../../../secret", root.join("a/b/out")).expect("a link");
    symlink("../..", root.join("a/up")).expect("a link");
    symlink("/", root.join("root")).expect("a link");
    root
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(path) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(content) = inside::read(&FOLDER, path, 1000) {
        assert_eq!(content, b"inside", "{path:?}");
    }
});
