//! Scenes with mesh and image files: read once, kept in the run, never needed again.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenes/examples");

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_terrella"))
        .args(arguments)
        .output()
        .expect("the binary starts")
}

#[track_caller]
fn succeed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success(), "{arguments:?}\n{out}\n{err}");
    out
}

fn text(path: &Path) -> String {
    path.to_str().expect("a name in UTF-8").to_string()
}

#[test]
fn a_dataset_does_not_depend_on_where_its_mesh_files_lay() {
    check_moved(
        "boulder_valley.toml",
        &["meshes/boulder.obj", "meshes/valley.stl"],
    );
}

#[test]
fn a_dataset_does_not_depend_on_where_its_image_files_lay() {
    let images = ["wood", "bricks", "crate", "stars", "hills"].map(|name| format!("images/{name}.png"));
    let mut files: Vec<&str> = images.iter().map(String::as_str).collect();
    files.push("meshes/crate.obj");
    check_moved("playroom.toml", &files);
}

/// Makes the scene's dataset here, from a copy, and from a copy apart from its files: all are one.
fn check_moved(scene: &str, files: &[&str]) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let moved = scratch.path().join("moved");
    for folder in ["meshes", "images"] {
        fs::create_dir_all(moved.join(folder)).expect("a folder");
    }
    for file in files.iter().chain([&scene]) {
        fs::copy(format!("{EXAMPLES}/{file}"), moved.join(file)).expect("a copy");
    }
    let make = |scene: &str, name: &str, more: &[&str]| {
        let out = text(&scratch.path().join(name));
        let mut arguments = vec![
            "generate",
            scene,
            "--out",
            &out,
            "--episodes",
            "2",
            "--steps",
            "20",
            "--quiet",
        ];
        arguments.extend(more);
        succeed(&arguments);
        out
    };
    let here = make(&format!("{EXAMPLES}/{scene}"), "here", &[]);
    let there = make(&text(&moved.join(scene)), "there", &[]);
    // The scene elsewhere than its files, which --asset-root finds.
    let alone = scratch.path().join("alone.toml");
    fs::rename(moved.join(scene), &alone).expect("a move");
    let apart = make(&text(&alone), "apart", &["--asset-root", &text(&moved)]);
    fs::remove_dir_all(&moved).expect("a removal");
    let manifest = |out: &str| fs::read(format!("{out}/meta/terrella/manifest.json")).expect("a manifest");
    assert!(manifest(&here) == manifest(&there) && manifest(&here) == manifest(&apart));
    let said = succeed(&["replay", &there, "--episode", "1", "--every", "20"]);
    assert!(said.contains("equal: all 21 states"), "{said}");
}

#[test]
fn a_mesh_that_cannot_be_read_is_told_with_its_line_and_the_scenes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let scene = scratch.path().join("scene.toml");
    let head = "name = \"mesh\"\n[world.bodies.rock]\nmotion = \"fixed\"\n";
    fs::write(&scene, format!("{head}shape.mesh_file.path = \"rock.obj\"\n")).expect("a file");
    let check = |expected: &[&str]| {
        let output = run(&["validate", &text(&scene)]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        for expected in expected {
            assert!(said.contains(expected), "wanted: {expected}\ngot: {said}");
        }
    };
    check(&["scene.toml:4:", "there is no file", "--asset-root"]);
    fs::write(scratch.path().join("rock.obj"), "v 0 0 0\nv 1 zero 0\n").expect("a file");
    check(&["rock.obj:2:1: `zero` is not a finite number", "scene.toml:4:"]);
}

#[test]
fn an_image_that_cannot_be_read_is_told_with_the_scenes_line() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let scene = scratch.path().join("scene.toml");
    let check = |images: &str, paint: &str, expected: &[&str]| {
        let text_of = format!(
            "name = \"image\"\n{images}\n[world.bodies.ball]\nshape.ball.radius_m = 1\npaint.images = [\"{paint}\"]\n"
        );
        fs::write(&scene, text_of).expect("a file");
        let output = run(&["validate", &text(&scene)]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        for expected in expected {
            assert!(said.contains(expected), "wanted: {expected}\ngot: {said}");
        }
    };
    let file = |path: &str| format!("world.images.wood.file.path = \"{path}\"");
    check(&file("a.png"), "wood", &["scene.toml:2:", "there is no file"]);
    check(
        &file("a.png"),
        "stone",
        &["scene.toml:5:", "no image called `stone`"],
    );
    check(
        &file("../a.png"),
        "wood",
        &["scene.toml:2:", "leads out of the folder"],
    );
    fs::write(scratch.path().join("a.png"), "no picture").expect("a file");
    check(&file("a.png"), "wood", &["scene.toml:2:", "a.png", "PNG, JPEG"]);
    let pixels = "world.images.wood.pixels = { width = 2, height = 2, rgb = \"AAAA\" }";
    check(
        pixels,
        "wood",
        &["scene.toml:2:", "has 3 bytes; 2 x 2 pixels take 12"],
    );
}

#[test]
fn a_dynamic_body_of_an_open_mesh_is_refused() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let scene = scratch.path().join("scene.toml");
    fs::write(
        scratch.path().join("sheet.obj"),
        "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    )
    .expect("a file");
    fs::write(
        &scene,
        "name = \"sheet\"\n[world.bodies.sheet]\nshape.mesh_file.path = \"sheet.obj\"\n",
    )
    .expect("a file");
    let output = run(&["validate", &text(&scene)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("scene.toml:3:") && said.contains("a closed mesh"),
        "{said}"
    );
}
