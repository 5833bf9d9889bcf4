//! Scene and run files that are too deep, too long, too large, or ask for what cannot be.

use crate::refusal::{names_line, pipe, refused, run, text};
use std::fs::{self, File};

/// A run with this line.
fn a_run(line: &str) -> String {
    format!("world.family = \"drop_bounce\"\n{line}\n")
}

/// A scene of one ball with these lines in its world.
fn a_world(lines: &str) -> String {
    format!("name = \"bomb\"\n[world]\n{lines}\n[world.bodies.ball]\nshape.ball.radius_m = 0.1\n")
}

/// A scene of one ball with this line in its body.
fn a_body(line: &str) -> String {
    format!("name = \"bomb\"\n[world.bodies.ball]\n{line}\n")
}

fn ball(radius: &str) -> String {
    a_body(&format!("shape.ball.radius_m = {radius}"))
}

/// Each text is refused with line and this message.
#[track_caller]
fn check(bombs: Vec<(&str, String, &str)>) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let file = scratch.path().join("bomb.toml");
    for (name, content, expected) in bombs {
        fs::write(&file, content).expect("a file");
        let said = run(&["validate", text(&file)]);
        assert_eq!(said.code, Some(2), "{name}: {}", said.text);
        assert!(
            said.text.contains(expected),
            "{name}: wanted: {expected}\ngot: {}",
            said.text
        );
        assert!(
            names_line(&said.text, "bomb.toml"),
            "{name} names no line: {}",
            said.text
        );
    }
}

#[test]
fn deep_texts() {
    let deep = |open: &str, close: &str, count: usize| {
        a_run(&format!(
            "factors.a = {}1{}",
            open.repeat(count),
            close.repeat(count)
        ))
    };
    let mixed = format!(
        "[{}a]\n{}b = {}1{}\n",
        "a.".repeat(60),
        "b.".repeat(60),
        "{c.d=".repeat(20),
        "}".repeat(20)
    );
    let expected = "nests deeper than the limit of 72";
    check(vec![
        ("arrays", deep("[", "]", 1_000_000), expected),
        ("inline tables", deep("{a=", "}", 1_000_000), expected),
        ("open arrays", format!("a = {}", "[".repeat(5_000_000)), expected),
        (
            "a dotted key",
            a_run(&format!("a{} = 1", ".a".repeat(1_000_000))),
            expected,
        ),
        (
            "a header",
            a_run(&format!("[a{}]", ".a".repeat(1_000_000))),
            expected,
        ),
        (
            "an array's header",
            a_run(&format!("[[a{}]]", ".a".repeat(1_000_000))),
            expected,
        ),
        ("a little of everything", mixed, expected),
        (
            "dotted keys in inline tables",
            deep("{a.a.a.a.a.a.a.a=", "}", 100),
            expected,
        ),
    ]);
}

#[test]
fn long_texts() {
    let many = |one: &dyn Fn(usize) -> String, count: usize| (0..count).map(one).collect::<String>();
    let tokens = "more than 1000000 words";
    let word = "a word or text of";
    check(vec![
        (
            "eight million zeros",
            a_run(&format!("a = [{}]", "0,".repeat(8_000_000))),
            tokens,
        ),
        (
            "a million choices",
            ball(&format!("{{ choice = [{}] }}", "1,".repeat(1_000_000))),
            tokens,
        ),
        ("keys", many(&|index| format!("k{index} = 0\n"), 400_000), tokens),
        ("tables", many(&|index| format!("[t{index}]\n"), 400_000), tokens),
        ("tables of one array", "[[t]]\n".repeat(400_000), tokens),
        (
            "inline tables",
            format!("a = [{}]", "{},".repeat(1_000_000)),
            tokens,
        ),
        ("commas", format!("a = [{}]", ",".repeat(10_000_000)), tokens),
        ("equals signs", "=".repeat(10_000_000), tokens),
        ("lines", "\n".repeat(16_000_000), tokens),
        ("comments", "#\n".repeat(8_000_000), tokens),
        (
            "digits",
            a_run(&format!("seed = {}", "9".repeat(15_000_000))),
            word,
        ),
        (
            "a text",
            a_run(&format!("x = \"{}\"", "x".repeat(15_000_000))),
            word,
        ),
        (
            "a text without end",
            a_run(&format!("x = \"\"\"{}", "x\n".repeat(5_000_000))),
            word,
        ),
        ("a key", format!("{} = 1", "k".repeat(15_000_000)), word),
        (
            "twenty thousand mistakes",
            format!(
                "name = \"bomb\"\n{}",
                many(
                    &|index| format!("[world.bodies.b{index}]\nshape.ball.radius_m = 0\n"),
                    20_000
                )
            ),
            "and 19980 more things are wrong",
        ),
    ]);
}

#[test]
fn numbers_out_of_reason() {
    let length = "must be above 0, in 1e-6..=1e6 m";
    check(vec![
        ("a huge exponent", ball("1e999999999"), "bomb.toml:3:"),
        ("not a number", ball("nan"), "must be a finite number"),
        ("infinity", ball("-inf"), "must be a finite number"),
        ("minus zero", ball("-0.0"), length),
        ("negative", ball("-1"), length),
        ("denormal", ball("1e-310"), length),
        ("too small", ball("1e-30"), length),
        ("too large", ball("1e7"), length),
        ("far too large", ball("1e38"), "is too large"),
        (
            "bounds in reverse",
            ball("{ uniform = [2, 1] }"),
            "wants finite low <= high",
        ),
        ("a logarithm of zero", ball("{ log_uniform = [0, 1] }"), "0 < low"),
        ("a negative deviation", ball("{ normal = [1, -1] }"), "std >= 0"),
        ("no choice", ball("{ choice = [] }"), "at least one"),
        (
            "out of reason out of distribution",
            ball("{ fixed = 1, ood = { normal = [0, 1] } }"),
            length,
        ),
        (
            "a mass",
            a_body("shape.ball.radius_m = 1\nmaterial.mass_kg = 1e38"),
            "is too large",
        ),
        (
            "no density",
            a_body("shape.ball.radius_m = 1\nmaterial.density_kgpm3 = 0"),
            "must be above 0",
        ),
        ("no control", a_world("control_hz = 0"), "must be in 1..=1000"),
        (
            "much control",
            a_world("control_hz = 4294967295"),
            "must be in 1..=1000",
        ),
        (
            "no steps a second",
            a_world("physics.step_hz = 0"),
            "must be in 1..=100000",
        ),
        (
            "many steps a second",
            a_world("physics.step_hz = 4294967280"),
            "must be in 1..=100000",
        ),
        (
            "many steps a second by the run",
            a_run("physics.step_hz = 4294967280"),
            "must be in 1..=100000",
        ),
        ("a negative rate", a_world("control_hz = -1"), "bomb.toml:3:"),
        ("episodes", a_run("episodes = 1000000000000"), "--limit episodes"),
        (
            "a thousand million files",
            a_run("episodes = 1000000000\nfiles.shard_episodes = 1"),
            "readers sort at most",
        ),
        (
            "no episodes in a shard",
            a_run("files.shard_episodes = 0"),
            "must be 1 or more",
        ),
        ("steps", a_run("steps = 4000000000"), "--limit steps"),
        (
            "pictures",
            a_run("image_size = [1000000, 1000000]"),
            "--limit image_side",
        ),
        (
            "pictures of zero width",
            a_run("image_size = [0, 10]"),
            "must be in 1..=",
        ),
        (
            "all pictures of an episode",
            a_run("steps = 1000000\nimage_size = [4096, 4096]"),
            "--limit episode_pixels",
        ),
        ("samples", a_run("supersample = 4294967295"), "must be in 1..=4"),
        ("a seed", a_run("seed = 99999999999999999999999"), "bomb.toml:2:"),
        (
            "weights that overflow",
            a_run(
                "policies = [{ name = \"random\", weight = 1e308 }, { name = \"random\", weight = 1e308 }]",
            ),
            "the sum of the weights must be finite",
        ),
        (
            "shares that overflow",
            a_run("splits = [{ name = \"a\", share = 1e308 }, { name = \"b\", share = 1e308 }]"),
            "the sum of the shares must be finite",
        ),
        (
            "an infinite action",
            a_run("policies = [{ name = \"replay\", actions = [[inf]] }]"),
            "must be finite numbers",
        ),
        ("another format", a_run("format = 4294967295"), "is not known"),
    ]);
}

#[test]
fn shapes_and_names_that_cannot_be() {
    let compound = format!(
        "shape = {}{{ ball = {{ radius_m = 1 }} }}{}",
        "{ compound = { parts = [{ shape = ".repeat(5),
        " }] } }".repeat(5)
    );
    let cameras: String = (0..65)
        .map(|index| format!("[world.cameras.c{index}]\nposition_m = [1, 1, 1]\nlook_at_m = [0, 0, 0]\n"))
        .collect();
    let mesh =
        "shape.mesh = { vertices_m = [[0, 0, 0], [1, 0, 0], [0, 1, 0]], triangles = [[0, 1, 4294967295]] }";
    let hull = format!("shape.hull.points_m = [{}]", "[0, 0, 1],".repeat(5000));
    check(vec![
        (
            "a grid of columns",
            a_body("shape.height_field = { size_m = [1, 1], columns = 100000, heights_m = [0, 0] }"),
            "at least 2 whole rows",
        ),
        (
            "a grid without columns",
            a_body("shape.height_field = { size_m = [1, 1], columns = 0, heights_m = [0, 0] }"),
            "at least 2 whole rows",
        ),
        (
            "a compound of compounds",
            a_body(&compound),
            "a compound holds neither compounds",
        ),
        (
            "a corner that is not there",
            a_body(mesh),
            "corner 4294967295 does not exist",
        ),
        (
            "a corner far away",
            a_body("shape.hull.points_m = [[0, 0, 1e9]]"),
            "of the origin",
        ),
        ("points", a_body(&hull), "--limit hull_points"),
        ("cameras", a_world(&cameras), "--limit cameras"),
        (
            "a long name",
            a_body(&format!(
                "shape.ball.radius_m = 1\n[world.bodies.{}]\nshape.half_space = {{}}",
                "n".repeat(1000)
            )),
            "a name has 1 to 128 bytes",
        ),
        (
            "a name for terminals",
            a_body("shape.ball.radius_m = 1\n[world.bodies.\"\\u001b[2J\"]\nshape.half_space = {}"),
            "no control characters",
        ),
        ("two of one name", a_run("seed = 1\nseed = 2"), "duplicate"),
    ]);
}

#[test]
fn files_that_are_no_texts() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let path = |name: &str| scratch.path().join(name);
    let marble = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../scenes/examples/marble_run.toml"
    );
    let marble = fs::read(marble).expect("an example");
    for (name, content, expected) in [
        ("zeros", vec![0; 1000], "zeros.toml:1:"),
        (
            "zero-within",
            b"seed = 1\nepisodes = \0 2\n".to_vec(),
            "zero-within.toml:2:",
        ),
        (
            "no-text",
            b"seed = 1\nname = \"\xff\xfe\"\n".to_vec(),
            "no-text.toml:2:9: is no UTF-8 text",
        ),
        (
            "utf-16",
            "seed = 1".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16.toml:1:",
        ),
        ("mark-only", b"\xef\xbb\xbf".to_vec(), "missing field `world`"),
        ("half", marble[..marble.len() / 2 + 3].to_vec(), "half.toml:"),
        (
            "binary",
            (0..=255).cycle().take(100_000).collect(),
            "binary.toml:",
        ),
    ] {
        let file = path(&format!("{name}.toml"));
        fs::write(&file, content).expect("a file");
        refused(name, &["validate", text(&file)], 2, &[expected]);
    }
    for (name, bytes) in [("large", (16 << 20) + 1), ("endless", 1 << 40)] {
        let file = path(&format!("{name}.toml"));
        File::create(&file)
            .and_then(|file| file.set_len(bytes))
            .expect("a file with a hole");
        refused(
            name,
            &["validate", text(&file)],
            2,
            &["the limit is 16777216", "--limit file_bytes"],
        );
    }
    pipe(&path("pipe.toml"));
    refused(
        "a pipe",
        &["validate", text(&path("pipe.toml"))],
        2,
        &["is no regular file"],
    );
    fs::create_dir(path("folder.toml")).expect("a folder");
    refused(
        "a folder",
        &["validate", text(&path("folder.toml"))],
        2,
        &["is no regular file"],
    );
    fs::write(path("run.toml"), "world.scene = \"/dev/zero\"\n").expect("a file");
    refused(
        "a device",
        &["validate", text(&path("run.toml"))],
        2,
        &["/dev/zero: is no regular file"],
    );
}

#[test]
fn limits_are_flags() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let file = scratch.path().join("scene.toml");
    fs::write(&file, a_world("control_hz = 20")).expect("a file");
    let with = |limit: &str, code: i32, expected: &[&str]| {
        refused(
            limit,
            &["validate", text(&file), "--limit", limit],
            code,
            expected,
        );
    };
    with("bodies=0", 2, &["1 of them; the limit is 0", "--limit bodies"]);
    with("bodies=1", 0, &[]);
    with("file_bytes=10", 2, &["the limit is 10"]);
    with("bodys=1", 2, &["there are: file_bytes"]);
    with("bodies=many", 2, &["not a whole number"]);
}
