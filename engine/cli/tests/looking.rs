//! `preview`, `inspect` and `replay` as they are typed: the real command on small datasets in a scratch folder.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use terrella_app::exporters::picture::{Rgb, decode};

/// Five episodes of 12 steps, a shard each.
const SMALL: &[&str] = &["-n", "5", "--steps", "12", "--shard-episodes", "1", "--quiet"];

fn terrella(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terrella"));
    command
        .current_dir(folder)
        .args(words)
        .output()
        .expect("the command starts")
}

#[track_caller]
fn check(folder: &Path, words: &[&str], code: i32) -> Output {
    let output = terrella(folder, words);
    let said = format!(
        "{words:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{said}");
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with a dataset called `set`.
fn dataset(extra: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room");
    let words = [&["generate", "drop_bounce", "--out", "set"], SMALL, extra].concat();
    check(folder.path(), &words, 0);
    folder
}

#[track_caller]
fn picture(path: &Path) -> Rgb {
    let bytes = fs::read(path).expect("the picture is there");
    let picture = decode("a picture", &bytes).expect("it is a picture");
    assert!(colors(&picture.bytes) > 50, "{} is nearly empty", path.display());
    picture
}

fn colors(rgb: &[u8]) -> usize {
    rgb.chunks_exact(3)
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}

#[test]
fn a_preview_is_a_sheet_a_strip_or_an_animation() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    let output = check(
        at,
        &["preview", "drop_bounce", "--worlds", "4", "--cameras", "side"],
        0,
    );
    assert!(
        stdout(&output).starts_with("drop_bounce.png: 4 worlds of drop_bounce, "),
        "{}",
        stdout(&output)
    );
    let sheet = picture(&at.join("drop_bounce.png"));
    // Two by two or wider, never narrower than the worlds that stand beside each other.
    assert!(
        sheet.width >= 2 * 128 && sheet.height >= 128,
        "{} x {}",
        sheet.width,
        sheet.height
    );

    let words = [
        "preview",
        "drop_bounce",
        "--film",
        "--frames",
        "5",
        "--steps",
        "12",
        "--cameras",
        "side",
        "--size",
        "96",
    ];
    let film = |out: &str| {
        check(at, &[&words[..], &["--out", out]].concat(), 0);
        picture(&at.join(out))
    };
    let (one, same) = (film("one.png"), film("same.png"));
    assert!(
        one.width > 5 * 96 && one.height > 96,
        "{} x {}",
        one.width,
        one.height
    );
    assert_eq!(one, same);

    let words = [
        "preview",
        "drop_bounce",
        "--steps",
        "12",
        "--cameras",
        "side,top",
        "--size",
        "80",
        "--out",
        "film.gif",
    ];
    check(at, &words, 0);
    let file = fs::read(at.join("film.gif")).expect("the animation is there");
    let mut reader = gif::DecodeOptions::new()
        .read_info(&file[..])
        .expect("it is a GIF");
    assert!(reader.width() > 2 * 80 && reader.height() > 80);
    let (mut frames, mut time_cs) = (0, 0);
    while let Some(frame) = reader.read_next_frame().expect("it is whole") {
        frames += 1;
        time_cs += u32::from(frame.delay);
    }
    // 13 moments at 20 Hz, and a second of rest.
    assert_eq!((frames, time_cs), (13, 13 * 5 + 100));
}

#[test]
fn a_preview_that_cannot_be_made_says_why() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    let output = check(at, &["preview", "drop_bounce", "--out", "sheet.jpg"], 2);
    assert!(stderr(&output).contains(".png"), "{}", stderr(&output));
    let output = check(at, &["preview", "drop_bounce", "--out", "nowhere/sheet.png"], 74);
    assert!(
        stderr(&output).contains("nowhere/sheet.png"),
        "{}",
        stderr(&output)
    );
    let output = check(at, &["preview", "drop_bounce", "-n", "5", "--episode", "5"], 2);
    assert!(stderr(&output).contains("0 to 4"), "{}", stderr(&output));
    assert_eq!(fs::read_dir(at).expect("it is a folder").count(), 0);
}

#[test]
fn a_dataset_is_told_in_words_numbers_and_pictures() {
    let folder = dataset(&["--policies", "scripted"]);
    let at = folder.path();
    let said = stdout(&check(at, &["inspect", "set", "--out", "first.png"], 0));
    for wanted in [
        "Drop and bounce",
        "5 episodes of 13 rows",
        "scripted",
        "observation.state",
        "no bad episodes",
    ] {
        assert!(said.contains(wanted), "{wanted} in\n{said}");
    }
    picture(&at.join("first.png"));
    let output = check(at, &["inspect", "set", "--json"], 0);
    let facts: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(facts["rows"], 65);
    assert_eq!(facts["by_policy"]["scripted"]["episodes"], 5);
    let splits = facts["by_split"].as_object().expect("it is an object");
    assert_eq!(
        splits
            .values()
            .map(|split| split["episodes"].as_u64().expect("a count"))
            .sum::<u64>(),
        5
    );
}

#[test]
fn a_replay_is_equal_to_what_is_stored() {
    // Contacts change nothing, and neither do pictures: this dataset has neither.
    let folder = dataset(&["--sensors", "none"]);
    let at = folder.path();
    for episode in ["0", "4"] {
        let output = check(at, &["replay", "set", "--episode", episode, "--json"], 0);
        let replay: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        assert_eq!(replay["equal"], true, "{}", replay["verdict"]);
        assert_eq!(replay["rows"].as_array().expect("rows").len(), 13);
    }
    let said = stdout(&check(
        at,
        &["replay", "set", "--episode", "1", "--every", "5"],
        0,
    ));
    assert!(
        said.ends_with("equal: all 13 states are those of the dataset\n"),
        "{said}"
    );
    // Header, rule, steps 0, 5, 10 and 12, verdict; a row may take more lines.
    assert!(
        said.lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
            .count()
            == 4,
        "{said}"
    );
    check(
        at,
        &[
            "replay",
            "set",
            "--episode",
            "1",
            "--out",
            "film.png",
            "--frames",
            "3",
        ],
        0,
    );
    picture(&at.join("film.png"));
    let output = check(at, &["inspect", "set", "--out", "first.png"], 2);
    assert!(stderr(&output).contains("no pictures"), "{}", stderr(&output));
}

#[test]
fn transitions_are_replayed_as_well() {
    let folder = dataset(&["--set", "files.rows=\"transitions\""]);
    let said = stdout(&check(folder.path(), &["replay", "set", "--episode", "2"], 0));
    assert!(
        said.ends_with("equal: all 12 states are those of the dataset\n"),
        "{said}"
    );
}

#[test]
fn another_run_is_told_from_what_is_stored() {
    let folder = dataset(&[]);
    let other = dataset(&["--seed", "1"]);
    let manifest = "set/meta/terrella/manifest.json";
    fs::copy(other.path().join(manifest), folder.path().join(manifest)).expect("there is room");
    let said = stdout(&check(folder.path(), &["replay", "set", "--episode", "2"], 65));
    assert!(
        said.contains("differs from step 0 on: the drawn world is another one"),
        "{said}"
    );
}

#[test]
fn what_is_not_there_is_named() {
    let folder = dataset(&[]);
    let at = folder.path();
    let output = check(at, &["replay", "set", "--episode", "5"], 2);
    assert!(stderr(&output).contains("0 to 4"), "{}", stderr(&output));
    let output = check(at, &["inspect", "nowhere"], 65);
    assert!(stderr(&output).contains("no such folder"), "{}", stderr(&output));

    let shard = at.join("set/sim/chunk-000/file-000.parquet");
    let bytes = fs::read(&shard).expect("the shard is there");
    fs::write(&shard, &bytes[..bytes.len() / 2]).expect("there is room");
    check(at, &["replay", "set", "--episode", "0"], 65);
    fs::remove_file(&shard).expect("the shard is there");
    for words in [&["replay", "set", "--episode", "0"][..], &["inspect", "set"]] {
        let output = check(at, words, 65);
        assert!(
            stderr(&output).contains("sim/chunk-000/file-000.parquet"),
            "{}",
            stderr(&output)
        );
    }

    fs::remove_file(at.join("set/meta/terrella/manifest.json")).expect("it is there");
    fs::remove_file(at.join("set/meta/terrella/commits/shard-000001.json")).expect("it is there");
    let output = check(at, &["inspect", "set"], 65);
    assert!(
        stderr(&output).contains("4 of 5 shards are there"),
        "{}",
        stderr(&output)
    );
}

/// Some of these balls are faster than physics can be trusted with.
const CANNON: &str = r#"
name = "cannon"
steps = 10
[world]
control_hz = 20
[world.bodies.floor]
motion = "fixed"
shape.half_space = {}
[world.bodies.ball]
position_m = [0, 0, 1]
linear_velocity_mps = [{ uniform = [0, 2000] }, 0, 0]
shape.ball.radius_m = 0.1
[world.cameras.front]
position_m = [0, -3, 1]
look_at_m = [0, 0, 0.5]
"#;

#[test]
fn a_world_that_failed_fails_again() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    fs::write(at.join("cannon.toml"), CANNON).expect("there is room");
    // Ends with 3: too many of its worlds fail.
    check(
        at,
        &["generate", "cannon.toml", "--out", "set", "-n", "5", "--quiet"],
        3,
    );
    let output = check(at, &["inspect", "set", "--json"], 0);
    let facts: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let bad = &facts["bad_episodes"][0];
    let [episode, attempt] = ["episode", "attempt"].map(|key| bad[key].to_string());
    let words = ["replay", "set", "--episode", &episode, "--attempt", &attempt];
    let said = stdout(&check(at, &words, 0));
    let wanted = format!(
        "fails at step {}, as the dataset lists it: {}",
        bad["step"],
        bad["reason"].as_str().expect("words")
    );
    assert!(said.contains(&wanted), "{wanted} in\n{said}");
    check(at, &[&words[..], &["--out", "failed.png"]].concat(), 0);
    assert!(at.join("failed.png").exists());
}

/// A preset that makes pairs ended the table of families: a shard of one episode holds no pair.
#[test]
fn a_family_whose_preset_makes_pairs_is_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = [
        "bench",
        "--families",
        "--only",
        "twin_site",
        "--episodes",
        "1",
        "--rounds",
        "1",
        "--json",
    ];
    let told: Value = serde_json::from_slice(&check(folder.path(), &words, 0).stdout).expect("JSON");
    let [measured] = told["results"].as_array().expect("a list").as_slice() else {
        panic!("{told}")
    };
    assert_eq!(measured["family"], "twin_site");
    assert!(measured["transitions"].as_u64().expect("a count") > 0);
}
