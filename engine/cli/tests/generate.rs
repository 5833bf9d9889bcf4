//! `terrella generate` as a user meets it: the real binary in a scratch folder.

mod same;

use same::{assert_equal, content};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn terrella() -> Command {
    Command::new(env!("CARGO_BIN_EXE_terrella"))
}

#[track_caller]
fn run(arguments: &[&str]) -> Output {
    terrella().args(arguments).output().expect("the binary starts")
}

#[track_caller]
fn succeed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(
        output.status.success(),
        "{arguments:?}: {}\n{out}\n{err}",
        output.status
    );
    out
}

#[track_caller]
fn fail(arguments: &[&str], code: i32, message: &str) {
    let output = run(arguments);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{err}");
    assert!(err.contains(message), "wanted: {message}\ngot: {err}");
}

/// A small run: several shards, two splits, one of them out of distribution.
const SMALL: [&str; 12] = [
    "drop_bounce",
    "--episodes",
    "12",
    "--steps",
    "30",
    "--size",
    "32",
    "--seed",
    "5",
    "--shard-episodes",
    "2",
    "--quiet",
];

fn small(out: &Path, more: &[&str]) -> Vec<String> {
    let mut arguments = vec!["generate".to_string()];
    arguments.extend(SMALL.map(String::from));
    arguments.extend(["--out".to_string(), out.display().to_string()]);
    arguments.extend(more.iter().map(|word| word.to_string()));
    arguments
}

#[track_caller]
fn make_small(out: &Path, more: &[&str]) -> String {
    let arguments = small(out, more);
    succeed(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn same_bytes_on_1_2_and_8_threads() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    for threads in ["1", "2", "8"] {
        make_small(&scratch.path().join(threads), &["--threads", threads]);
    }
    assert_equal(&scratch.path().join("1"), &scratch.path().join("2"));
    assert_equal(&scratch.path().join("1"), &scratch.path().join("8"));
}

#[test]
fn another_seed_is_another_dataset() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (one, other) = (scratch.path().join("one"), scratch.path().join("other"));
    make_small(&one, &[]);
    make_small(&other, &["--set", "seed=6"]);
    let file = Path::new("data/chunk-000/file-000.parquet");
    assert_ne!(fs::read(one.join(file)).ok(), fs::read(other.join(file)).ok());
}

#[test]
fn another_shard_size_changes_files_not_worlds() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let digests = |out: &Path, size: &str| {
        make_small(out, &["--set", &format!("files.shard_episodes={size}")]);
        (0..12)
            .map(|episode| {
                let path = out.display().to_string();
                succeed(&["replay", &path, "--episode", &episode.to_string(), "--json"])
            })
            .collect::<Vec<_>>()
    };
    let (one, other) = (scratch.path().join("one"), scratch.path().join("other"));
    let normal = |rows: Vec<String>, out: &Path| {
        rows.into_iter()
            .map(|row| row.replace(&out.display().to_string(), ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        normal(digests(&one, "2"), &one),
        normal(digests(&other, "5"), &other)
    );
}

#[test]
fn killed_and_started_again_it_ends_with_the_same_bytes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (whole, killed) = (scratch.path().join("whole"), scratch.path().join("killed"));
    make_small(&whole, &[]);
    // Killed again and again, each time a little later, until it comes through.
    let mut deaths = 0;
    for pause in (5..).step_by(25) {
        let mut child = terrella()
            .args(small(&killed, &["--threads", "2"]))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(Duration::from_millis(pause));
        child.kill().expect("a signal");
        if child.wait().expect("a status").success() {
            break;
        }
        deaths += 1;
        assert!(deaths < 400, "it never ends");
    }
    assert!(deaths > 0, "it was never killed while it worked");
    make_small(&killed, &[]);
    let mut left = content(&killed);
    // A killed process cannot remove its lock file; nothing else may be left.
    left.remove(Path::new("meta/terrella/.lock"));
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        content(&whole).keys().collect::<Vec<_>>()
    );
    assert_equal(&whole, &killed);
}

#[cfg(unix)]
#[test]
fn interrupted_it_stops_at_a_safe_point_and_says_how_to_go_on() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (whole, stopped) = (scratch.path().join("whole"), scratch.path().join("stopped"));
    make_small(&whole, &[]);
    let child = terrella()
        .args(small(&stopped, &["--threads", "1"]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // Once its run file is there, it is at work.
    while !stopped.join("meta/terrella/run.json").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("kill");
    let output = child.wait_with_output().expect("a status");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(143), "{err}");
    assert!(
        err.contains("Go on with:") && err.contains("generate drop_bounce"),
        "{err}"
    );
    let unfinished = content(&stopped);
    assert!(
        unfinished
            .keys()
            .all(|name| !name.to_string_lossy().ends_with(".tmp")),
        "{:?}",
        unfinished.keys()
    );
    make_small(&stopped, &["--resume"]);
    assert_equal(&whole, &stopped);
}

#[test]
fn a_folder_with_another_run_is_refused() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("data");
    make_small(&out, &[]);
    let before = content(&out);
    let path = out.display().to_string();
    fail(
        &["generate", "drop_bounce", "--out", &path, "--seed", "6"],
        73,
        "holds another run",
    );
    assert_eq!(before, content(&out), "nothing is touched");
    let other = scratch.path().join("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("thesis.tex"), "precious").expect("a file");
    fail(
        &["generate", "drop_bounce", "--out", &other.display().to_string()],
        73,
        "is not empty",
    );
    assert_eq!(content(&other).len(), 1);
}

#[test]
fn a_second_run_in_the_same_folder_leaves_at_once() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("data");
    let long = ["--set", "episodes=4000"];
    let mut first = terrella()
        .args(small(&out, &long))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    while !out.join("meta/terrella/run.json").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let second = terrella()
        .args(small(&out, &long))
        .output()
        .expect("the binary starts");
    let err = String::from_utf8_lossy(&second.stderr).into_owned();
    first.kill().expect("a signal");
    first.wait().expect("a status");
    assert_eq!(second.status.code(), Some(75), "{err}");
    assert!(err.contains(&format!("process {}", first.id())), "{err}");
}

#[test]
fn a_bad_scene_gets_line_field_and_remedy() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let scene = scratch.path().join("scene.toml");
    let out = scratch.path().join("out").display().to_string();
    let write = |body: &str| {
        let text = format!(
            "name = \"bad\"\n[world.bodies.ball]\n{body}\n[world.cameras.front]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 0]\n"
        );
        fs::write(&scene, text).expect("a file");
    };
    let path = scene.display().to_string();
    let arguments = ["generate", &path, "--out", &out];
    write("shape.ball.radus_m = 0.1");
    fail(&arguments, 2, "scene.toml:3:");
    fail(&arguments, 2, "did you mean `radius_m`?");
    write("shape.ball.radius_m = 0");
    fail(&arguments, 2, "scene.toml:3:");
    fail(&arguments, 2, "must be above 0");
    write("shape.hull.points_m = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]");
    fail(&arguments, 2, "not in one plane");
    assert!(!Path::new(&out).exists(), "nothing is made of a bad scene");
}

#[test]
fn wrong_words_name_what_there_is() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("out").display().to_string();
    let with = |more: &[&str], message: &str| {
        let mut arguments = vec!["generate", "drop_bounce", "--out", &out];
        arguments.extend(more);
        fail(&arguments, 2, message);
    };
    fail(
        &["generate", "drop_bonce", "--out", &out],
        2,
        "families: drop_bounce",
    );
    with(&["--sensors", "rbg"], "there are: rgb, depth");
    with(&["--policies", "oracle"], "there are: scripted");
    with(&["--cameras", "left"], "there are: side, top");
    with(&["--set", "factors.gravity=3"], "gravity_mps2");
    with(&["--set", "factors.ground=hole"], "flat, slope");
    with(&["--episodes", "0"], "episodes: must be in");
    with(&["--set", "episodse=4"], "did you mean `episodes`?");
    fail(
        &["generate", "drop_bounce", "--out", &out, "--resume"],
        73,
        "holds no dataset",
    );
    fail(&["generate", "missing.toml", "--out", &out], 2, "missing.toml");
}

#[test]
fn a_dry_run_writes_nothing() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("out");
    let said = make_small(&out, &["--dry-run"]);
    assert!(
        said.contains("12 episodes of 30 steps at 20 Hz in 7 shards"),
        "{said}"
    );
    assert!(!out.exists());
    let json = make_small(&out, &["--dry-run", "--json"]);
    let plan: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(plan["shards"], 7);
}

#[test]
fn a_scene_file_makes_a_dataset_with_its_distributions_as_factors() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("out");
    let scene = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../scenes/examples/marble_run.toml"
    );
    succeed(&["validate", scene]);
    let path = out.display().to_string();
    succeed(&[
        "generate",
        scene,
        "--out",
        &path,
        "--episodes",
        "4",
        "--steps",
        "20",
        "--size",
        "32",
        "--quiet",
    ]);
    let inspected = succeed(&["inspect", &path, "--json"]);
    let inspected: serde_json::Value = serde_json::from_str(&inspected).expect("JSON");
    assert!(
        inspected.to_string().contains("world.bodies.marble")
            || inspected.to_string().contains("bodies.marble")
    );
}

#[test]
fn every_preset_validates_and_the_help_has_examples() {
    let presets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenes/presets");
    let mut count = 0;
    for entry in fs::read_dir(presets).expect("the presets").flatten() {
        succeed(&["validate", &entry.path().display().to_string()]);
        count += 1;
    }
    let families: serde_json::Value = serde_json::from_str(&succeed(&["families", "--json"])).expect("JSON");
    assert_eq!(
        families.as_array().map(Vec::len),
        Some(count),
        "one preset a family"
    );
    for command in [
        "generate", "families", "describe", "preview", "inspect", "replay", "validate", "schema", "bench",
    ] {
        let help = succeed(&[command, "--help"]);
        assert!(help.contains("Example"), "{command} has no example");
    }
}

#[test]
fn the_schemas_are_json_schemas() {
    for format in ["scene", "run"] {
        let schema: serde_json::Value = serde_json::from_str(&succeed(&["schema", format])).expect("JSON");
        assert!(schema["properties"].is_object() && schema["$defs"].is_object());
        let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/schema/");
        let there = fs::read_to_string(format!("{checked_in}{format}.schema.json")).expect("checked in");
        let fresh = succeed(&["schema", format]);
        assert_eq!(
            there, fresh,
            "renew it: terrella schema {format} > assets/schema/{format}.schema.json"
        );
    }
}

#[cfg(not(feature = "gpu"))]
#[test]
fn a_build_without_a_gpu_says_so_and_draws_by_the_cpu_where_it_may() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let [plain, auto, gpu] = ["plain", "auto", "gpu"].map(|name| scratch.path().join(name));
    let make = |out: &Path, more: &[&str]| {
        let arguments = small(out, more);
        run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for (out, more) in [
        (&gpu, ["--renderer", "gpu"]),
        (&gpu, ["--set", "renderer=\"gpu\""]),
    ] {
        let refused = make(out, &more);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(
            said.contains("renderer") && said.contains("built without GPU support"),
            "{said}"
        );
        assert!(said.contains("--features gpu"), "the remedy: {said}");
    }
    assert!(!gpu.exists(), "nothing was begun");
    fail(
        &["generate", "drop_bounce", "--out", "x", "--renderer", "best"],
        2,
        "there are: auto, cpu, gpu",
    );
    assert!(make(&plain, &[]).status.success());
    assert!(make(&auto, &["--renderer", "auto"]).status.success());
    assert_equal(&plain, &auto);
    // Who draws is said, and the run of the CPU is the one it always was.
    let mut talking = small(&scratch.path().join("dry"), &["--renderer", "auto", "--dry-run"]);
    talking.retain(|argument| argument != "--quiet");
    let said = run(&talking.iter().map(String::as_str).collect::<Vec<_>>());
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        said.contains("the CPU draws: this program was built without GPU support"),
        "{said}"
    );
    let run_file = fs::read_to_string(auto.join("meta/terrella/run.json")).expect("a run");
    assert!(!run_file.contains("renderer"));
    let no_bench = [
        "bench",
        "--render",
        "--renderer",
        "gpu",
        "--sizes",
        "8",
        "--seconds",
        "0",
    ];
    fail(&no_bench, 2, "built without GPU support");
}
