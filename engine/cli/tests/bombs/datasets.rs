//! Folders of datasets that somebody else made: records that lie, are too large, or lead out of the folder.

use crate::refusal::{pipe, refused, run, text};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

const MANIFEST: &str = "meta/terrella/manifest.json";
const RUN: &str = "meta/terrella/run.json";
const COMMIT: &str = "meta/terrella/commits/shard-000000.json";
const DATA: &str = "data/chunk-000/file-000.parquet";

fn generate(out: &Path) {
    let made = Command::new(env!("CARGO_BIN_EXE_terrella"))
        .args([
            "generate",
            "drop_bounce",
            "--episodes",
            "4",
            "--steps",
            "5",
            "--size",
            "16",
        ])
        .args([
            "--set",
            "files.shard_episodes=2",
            "--threads",
            "1",
            "--quiet",
            "--out",
        ])
        .arg(out)
        .status()
        .expect("the binary starts");
    assert!(made.success());
}

/// JSON with the seal that the engine puts under its records: anybody can make one.
fn sealed(json: &str) -> Vec<u8> {
    let body = json.trim_end().strip_suffix('}').unwrap_or(json).trim_end();
    let hash = blake3::hash(body.as_bytes()).to_hex();
    format!("{body},\n  \"seal\": \"{hash}\"\n}}\n").into_bytes()
}

fn read(path: PathBuf) -> Value {
    let mut value: Value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    value.as_object_mut().expect("an object").remove("seal");
    value
}

/// `terrella inspect`, `replay` and `verify` all refuse it.
#[track_caller]
fn refused_by_all(name: &str, dataset: &Path, expected: &str) {
    let dataset = text(dataset);
    refused(name, &["inspect", dataset], 65, &[expected]);
    refused(name, &["replay", dataset, "--episode", "1"], 65, &[expected]);
    // Verify may know the run from elsewhere; then it names the file.
    let said = run(&["verify", dataset, "--threads", "1"]);
    assert!(
        matches!(said.code, Some(65 | 73 | 74)),
        "{name}: {:?} {}",
        said.code,
        said.text
    );
}

#[test]
fn manifests_that_lie() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("dataset");
    generate(&root);
    let good = read(root.join(MANIFEST));
    let cases: Vec<(&str, &str, Value, &str)> = vec![
        ("no episodes", "/episodes", json!(0), "other episodes"),
        (
            "no episodes in the run",
            "/run/spec/episodes",
            json!(0),
            "episodes",
        ),
        ("all episodes", "/run/spec/episodes", json!(u64::MAX), "episodes"),
        (
            "a million million episodes",
            "/run/spec/episodes",
            json!(1_u64 << 40),
            "more shards than readers sort",
        ),
        ("all rows", "/rows", json!(u64::MAX), "other rows"),
        (
            "all rows of an episode",
            "/rows_per_episode",
            json!(u64::MAX),
            "other episodes or rows",
        ),
        ("no steps", "/run/spec/steps", json!(0), "steps"),
        ("all steps", "/run/spec/steps", json!(u32::MAX), "steps"),
        ("open steps", "/run/spec/steps", Value::Null, "leaves steps"),
        (
            "open shards",
            "/run/spec/files/shard_episodes",
            Value::Null,
            "files.shard_episodes",
        ),
        (
            "empty shards",
            "/run/spec/files/shard_episodes",
            json!(0),
            "files.shard_episodes",
        ),
        (
            "one endless shard",
            "/run/spec/files/shard_episodes",
            json!(u64::MAX),
            "other shards",
        ),
        ("no splits", "/run/spec/splits", json!([]), "splits"),
        (
            "pictures",
            "/run/spec/image_size",
            json!([u32::MAX, u32::MAX]),
            "image_size",
        ),
        ("no shards", "/shards", json!([]), "other bytes"),
        (
            "episodes backwards",
            "/shards/0/episodes",
            json!({ "start": 3, "end": 1 }),
            "other shards",
        ),
        (
            "another chunk",
            "/shards/0/chunk",
            json!(u64::MAX),
            "other shards",
        ),
        (
            "a path upwards",
            "/shards/0/files/0/path",
            json!("../../../../etc/passwd"),
            "leads out of the folder",
        ),
        (
            "an absolute path",
            "/files/0/path",
            json!("/etc/passwd"),
            "is an absolute path",
        ),
        (
            "all bytes",
            "/files/0/bytes",
            json!(u64::MAX),
            "more bytes than there can be",
        ),
        ("no hash", "/files/0/blake3", json!("x"), "a hash that is none"),
        (
            "a wide column",
            "/data_columns/0/extent",
            json!({ "fixed": u64::MAX }),
            "too wide",
        ),
        (
            "nothing",
            "",
            json!({ "format": 1 }),
            "does not hold what it must",
        ),
        (
            "another format",
            "/format",
            json!(4_000_000_000_u32),
            "this engine reads format 1",
        ),
        (
            "a number for a word",
            "/run/spec/world/family",
            json!(1e300),
            "does not hold what it must",
        ),
    ];
    for (name, pointer, to, expected) in cases {
        let mut value = good.clone();
        *value.pointer_mut(pointer).expect(pointer) = to;
        fs::write(root.join(MANIFEST), sealed(&value.to_string())).expect("a file");
        refused_by_all(name, &root, expected);
    }
    let mut value = good.clone();
    value["run"]["spec"]["world"]["family"] = json!("no_such_family");
    fs::write(root.join(MANIFEST), sealed(&value.to_string())).expect("a file");
    refused(
        "a family",
        &["replay", text(&root), "--episode", "1"],
        65,
        &["no_such_family"],
    );
    for (name, json, expected) in [
        (
            "deep",
            format!("{{\"format\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000)),
            "does not hold what it must",
        ),
        (
            "deep and open",
            format!("{{\"a\":{}", "{\"a\":".repeat(1_000_000)),
            "does not hold what it must",
        ),
        (
            "many",
            format!("{{\"format\": 1, \"factors\": [{}0]}}", "0,".repeat(10_000_000)),
            "values; the limit is",
        ),
        (
            "digits",
            format!("{{\"format\": {}}}", "9".repeat(10_000_000)),
            "does not hold what it must",
        ),
        (
            "a text",
            format!("{{\"format\": 1, \"name\": \"{}\"}}", "x".repeat(30_000_000)),
            "does not hold what it must",
        ),
    ] {
        fs::write(root.join(MANIFEST), sealed(&json)).expect("a file");
        refused_by_all(name, &root, expected);
    }
}

#[test]
fn files_that_are_elsewhere_or_endless() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("dataset");
    generate(&root);
    let other = scratch.path().join("other");
    generate(&other);
    for (name, path) in [
        ("manifest", MANIFEST),
        ("data", DATA),
        ("statistics", "meta/stats.json"),
    ] {
        let path = root.join(path);
        let good = fs::read(&path).expect("a file");
        let again = |make: &dyn Fn()| {
            fs::remove_file(&path).expect("it is there");
            make();
        };
        again(&|| pipe(&path));
        inspect_refuses(name, &root, &["no regular file", "of another size"]);
        again(&|| symlink("/dev/zero", &path).expect("a link"));
        inspect_refuses(name, &root, &["leads out of the folder", "of another size"]);
        let outside = other.join(path.strip_prefix(&root).expect("below the root"));
        again(&|| symlink(&outside, &path).expect("a link"));
        inspect_refuses(name, &root, &["leads out of the folder"]);
        again(&|| {
            File::create(&path)
                .and_then(|file| file.set_len(1 << 40))
                .expect("a file with a hole")
        });
        inspect_refuses(name, &root, &["the limit is", "of another size"]);
        again(&|| fs::write(&path, &good).expect("a file"));
    }
    let said = run(&["inspect", text(&root)]);
    assert_eq!(said.code, Some(0), "{}", said.text);
}

#[track_caller]
fn inspect_refuses(name: &str, root: &Path, any_of: &[&str]) {
    // A contact sheet reads the data files too.
    let sheet = root.parent().expect("a scratch folder").join("sheet.png");
    let said = run(&["inspect", text(root), "--out", text(&sheet)]);
    assert_eq!(said.code, Some(65), "{name}: {}", said.text);
    assert!(
        any_of.iter().any(|expected| said.text.contains(expected)),
        "{name}: {}",
        said.text
    );
}

#[test]
fn a_damaged_table_is_told_not_decoded_without_end() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("dataset");
    generate(&root);
    let path = root.join(DATA);
    let good = fs::read(&path).expect("a file");
    let end = good.len();
    let mut bad: Vec<Vec<u8>> = Vec::new();
    // The length of the footer, then bytes of the footer itself.
    for length in [0, 1, u32::MAX, i32::MAX as u32, end as u32] {
        let mut bytes = good.clone();
        bytes[end - 8..end - 4].copy_from_slice(&length.to_le_bytes());
        bad.push(bytes);
    }
    for place in (9..400).step_by(7).filter(|place| place + 9 < end) {
        for value in [0x00, 0x7f, 0xff] {
            let mut bytes = good.clone();
            bytes[end - place] = value;
            bad.push(bytes);
        }
    }
    for bytes in bad {
        fs::write(&path, &bytes).expect("a file");
        let said = run(&["replay", text(&root), "--episode", "1", "--every", "100"]);
        assert!(
            matches!(said.code, Some(0 | 65)),
            "{:?}: {}",
            said.code,
            said.text
        );
        let said = run(&["verify", text(&root), "--threads", "1"]);
        assert!(
            bytes == good || said.code == Some(65),
            "{:?}: {}",
            said.code,
            said.text
        );
    }
}

#[test]
fn records_that_lie_prove_nothing_and_their_shards_are_made_again() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("dataset");
    generate(&root);
    let [record, data] = [COMMIT, DATA].map(|path| fs::read(root.join(path)).expect("a file"));
    let good = read(root.join(COMMIT));
    let lie = |pointer: &str, to: Value| {
        let mut value = good.clone();
        *value.pointer_mut(pointer).expect(pointer) = to;
        sealed(&value.to_string())
    };
    for bytes in [
        lie("/files/0/path", json!("../../secret")),
        lie("/files/0/bytes", json!(u64::MAX)),
        lie("/rows", json!(u64::MAX)),
        lie(
            "/summaries",
            json!({ "action": { "kind": "pictures", "count": u64::MAX, "levels": [[1], [], []] } }),
        ),
        sealed(&format!("{{\"format\": 1, \"a\": {}", "[".repeat(1_000_000))),
        sealed(&format!(
            "{{\"format\": 1, \"a\": [{}0]}}",
            "0,".repeat(10_000_000)
        )),
        Vec::new(),
    ] {
        fs::remove_file(root.join(MANIFEST)).expect("it is there");
        fs::write(root.join(COMMIT), bytes).expect("a file");
        generate(&root);
        assert!(fs::read(root.join(COMMIT)).expect("a file") == record);
        assert!(fs::read(root.join(DATA)).expect("a file") == data);
    }
}

#[test]
fn run_files_that_lie() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("dataset");
    generate(&root);
    let good = read(root.join(RUN));
    fs::remove_file(root.join(MANIFEST)).expect("it is there");
    let mut huge = good.clone();
    huge["spec"]["episodes"] = json!(u64::MAX);
    let mut open = good;
    open["spec"]["files"]["shard_episodes"] = Value::Null;
    for content in [
        huge.to_string(),
        open.to_string(),
        format!("{{\"spec\": {}", "[".repeat(1_000_000)),
        format!("{{\"spec\": [{}0]}}", "0,".repeat(10_000_000)),
    ] {
        fs::write(root.join(RUN), content).expect("a file");
        refused(
            "inspect",
            &["inspect", text(&root)],
            65,
            &["holds no finished dataset"],
        );
        for command in ["verify", "finalize", "repair"] {
            let said = run(&[command, text(&root)]);
            assert!(
                matches!(said.code, Some(65 | 73)),
                "{command}: {:?} {}",
                said.code,
                said.text
            );
            assert!(
                said.text.contains("is not a run of this engine"),
                "{command}: {}",
                said.text
            );
        }
    }
}
