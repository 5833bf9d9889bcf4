//! Files as users write them: what parses, and what the message says when it does not.

use terrella_spec::document::Document;
use terrella_spec::world::World;

const BALL: &str = r#"
name = "ball"
steps = 40
[world]
control_hz = 20
[world.bodies.floor]
motion = "fixed"
shape.half_space = {}
[world.bodies.ball]
position_m = [0, 0, { uniform = [0.5, 2.0], ood = { uniform = [3, 4] } }]
shape.ball.radius_m = 0.1
[world.cameras.front]
position_m = [0, -3, 1]
look_at_m = [0, 0, 0.5]
"#;

const WATER: &str = r#"
[world.liquids.water]
fill = [{ low_m = [0.8, 0.8, 0.1], high_m = [1, 1, 0.5] }]
viscosity_pas = 0.1
"#;

#[test]
fn a_scene_parses_and_is_told_from_a_run() {
    let document = Document::new("ball.toml", BALL);
    assert!(document.is_scene());
    let scene = document.scene().expect("it is right");
    assert_eq!(scene.world.bodies.keys().collect::<Vec<_>>(), ["floor", "ball"]);
    let run = Document::new("run.toml", "world.family = \"drop_bounce\"\nepisodes = 3\n");
    assert!(!run.is_scene());
    assert_eq!(run.run().expect("it is right").episodes, 3);
    let mixture = Document::new(
        "mixture.toml",
        "[world]\nfamilies = [\"drop_bounce\", \"push_planar\"]\n",
    );
    assert!(!mixture.is_scene(), "it was taken for a scene");
    mixture.run().expect("it is right");
}

#[test]
fn a_drawn_world_is_a_scene_again() {
    let world = World::<f32> {
        control_hz: 50,
        ..World::default()
    };
    let text = serde_json::to_string(&world).expect("plain data");
    let back: World<f32> = serde_json::from_str(&text).expect("plain data");
    assert_eq!(world, back);
}

/// A scene with a liquid, and what is told where it is wrong.
#[test]
fn liquids_are_checked() {
    let wet = format!("{BALL}{WATER}");
    let scene = Document::new("ball.toml", &wet).scene().expect("it is right");
    let water = &scene.world.liquids["water"];
    assert_eq!(water.spacing_m.bounds(), (0.02, 0.02));
    assert_eq!(water.fill.len(), 1);
    // A world without liquids is written as it always was.
    let dry = Document::new("ball.toml", BALL).scene().expect("it is right");
    let text = serde_json::to_string(&dry.world).expect("plain data");
    assert!(!text.contains("liquids"), "{text}");
    for (from, to, expected) in [
        (
            "high_m = [1, 1, 0.5]",
            "high_m = [1, 1, -0.5]",
            "`high_m` must lie above `low_m`",
        ),
        (
            "high_m = [1, 1, 0.5]",
            "high_m = [9, 9, 9]",
            "make `spacing_m` larger",
        ),
        (
            "high_m = [1, 1, 0.5]",
            "high_m = [9, 9, 9]",
            "--limit liquid_particles=NUMBER",
        ),
        ("viscosity_pas = 0.1", "viscosity_pas = -0.1", "must be 0 or more"),
        (
            "viscosity_pas = 0.1",
            "surface_tension_npm = -1",
            "must be 0 or more",
        ),
        ("viscosity_pas = 0.1", "density_kgpm3 = 0", "must be above 0"),
        (
            "viscosity_pas = 0.1",
            "spacing_m = 0",
            "world.liquids.water.spacing_m",
        ),
        (
            "viscosity_pas = 0.1",
            "viscosity = 0.1",
            "did you mean `viscosity_pas`?",
        ),
        ("viscosity_pas = 0.1", "color = [0, 0, 2]", "must be in 0..=1"),
    ] {
        assert!(wet.contains(from), "{from}");
        check_message(&wet.replace(from, to), expected);
    }
}

const ROPE: &str = r#"
[world.softs.rope]
form.rope = { along_m = [[0, 0, 1], [1, 0, 1]], segments = 20 }
radius_m = 0.01
pins = [{ vertices = [0] }, { vertices = [20], to = "ball" }]
"#;

/// A net is told by its knots and cords, and what is wrong with it by the cord or the knot.
#[test]
fn nets_are_checked() {
    const NET: &str = "
[world.softs.net]
form.net = { knots_m = [[0, 0, 1], [1, 0, 1], [1, 1, 1]], cords = [[0, 1], [1, 2]], segments = 3 }
pins = [{ vertices = [6] }]
";
    let net = format!("{BALL}{NET}");
    let scene = Document::new("ball.toml", &net).scene().expect("it is right");
    let form = &scene.world.softs["net"].form;
    assert_eq!(form.vertices(), 7);
    assert_eq!(form.lines(), [[0, 3, 4, 1], [1, 5, 6, 2]]);
    for (from, to, expected) in [
        ("[1, 2]]", "[1, 3]]", "world.softs.net.form.net.cords[1]"),
        ("[1, 2]]", "[2, 2]]", "wants two knots out of 0 to 2"),
        ("[[0, 1], [1, 2]]", "[[0, 1]]", "knot 2 is on no cord"),
        ("segments = 3", "segments = 0", "`segments` must be 1 or more"),
        ("segments = 3", "segments = 2", "its vertices are 0 to 4"),
        (
            "segments = 3",
            "segments = 4294967295",
            "--limit soft_vertices=NUMBER",
        ),
    ] {
        assert!(net.contains(from), "{from}");
        check_message(&net.replace(from, to), expected);
    }
}

/// A scene with a soft body, and what is told where it is wrong.
#[test]
fn soft_bodies_are_checked() {
    let soft = format!("{BALL}{ROPE}");
    let scene = Document::new("ball.toml", &soft).scene().expect("it is right");
    let rope = &scene.world.softs["rope"];
    assert_eq!(rope.form.vertices(), 21);
    assert_eq!(rope.pins[0].to, "world");
    // A world without soft bodies is written as it always was.
    let hard = Document::new("ball.toml", BALL).scene().expect("it is right");
    let text = serde_json::to_string(&hard.world).expect("plain data");
    assert!(!text.contains("softs"), "{text}");
    for (from, to, expected) in [
        ("segments = 20", "segments = 0", "`segments` must be 1 or more"),
        ("segments = 20", "segments = 9", "its vertices are 0 to 9"),
        (
            "segments = 20",
            "segments = 4294967295",
            "--limit soft_vertices=NUMBER",
        ),
        ("to = \"ball\"", "to = \"bull\"", "there is no body called `bull`"),
        ("radius_m = 0.01", "radius_m = 0", "world.softs.rope.radius_m"),
        ("radius_m = 0.01", "mass_kg = -1", "world.softs.rope.mass_kg"),
        ("radius_m = 0.01", "bend_hz = -1", "must be 0 or more"),
        ("radius_m = 0.01", "color = [0, 0, 2]", "must be in 0..=1"),
        (
            "[[0, 0, 1], [1, 0, 1]]",
            "[[0, 0, 1]]",
            "wants at least two points",
        ),
        ("radius_m = 0.01", "radus_m = 0.01", "did you mean `radius_m`?"),
    ] {
        // Of the rope, not of the ball before it.
        let (before, rope) = soft.split_at(BALL.len());
        assert!(rope.contains(from), "{from}");
        check_message(&format!("{before}{}", rope.replace(from, to)), expected);
    }
}

#[track_caller]
fn check_message(text: &str, expected: &str) {
    let document = Document::new("bad.toml", text);
    let message = if document.is_scene() {
        document.scene().map(|_| ()).expect_err("it is wrong").to_string()
    } else {
        document.run().map(|_| ()).expect_err("it is wrong").to_string()
    };
    assert!(message.contains(expected), "wanted: {expected}\ngot: {message}");
}

#[test]
fn messages_name_line_field_and_remedy() {
    let wrong = BALL.replace("radius_m = 0.1", "radus_m = 0.1");
    check_message(&wrong, "bad.toml:11:");
    check_message(&wrong, "did you mean `radius_m`?");
    check_message(&BALL.replace("0.5, 2.0", "2.0, 0.5"), "bad.toml:10:");
    check_message(&BALL.replace("0.5, 2.0", "2.0, 0.5"), "wants finite low <= high");
    check_message(
        &BALL.replace("steps = 40", "steps = 0"),
        "bad.toml:3:1: steps: must be in 1..=",
    );
    check_message("world.family = \"x\"\nepisode = 4", "did you mean `episodes`?");
    check_message("world.family = \"x\"\nepisodes = -4", "bad.toml:2:");
    check_message(
        "world.family = \"x\"\npolicies = [{ name = \"a\", weight = nan }]",
        "policies[0].weight",
    );
    check_message("world.family = ", "bad.toml:1:");
    check_message(
        &BALL.replace("ball.radius_m = 0.1", "ball.radius_m = \"a\""),
        "world.bodies.ball.shape.ball.radius_m",
    );
    check_message(
        &BALL.replace("control_hz = 20", "control_hz = 21"),
        "must be a multiple of control_hz",
    );
}

#[test]
fn a_missing_field_names_the_table_it_is_missing_from() {
    check_message(&BALL.replace("look_at_m = [0, 0, 0.5]", ""), "look_at_m");
}

#[test]
fn set_keeps_comments_and_order() {
    let mut document = Document::new(
        "run.toml",
        "# a run\nworld.family = \"x\" # this one\nepisodes = 3\n",
    );
    document.set("episodes", "7").expect("a number");
    document.set("files.images", "ppm").expect("a word");
    document
        .set("factors.gravity_mps2", "{ uniform = [1, 2] }")
        .expect("a table");
    assert!(
        document
            .text
            .starts_with("# a run\nworld.family = \"x\" # this one\nepisodes = 7\n"),
        "{}",
        document.text
    );
    let run = document.run().expect("still right");
    assert_eq!(run.episodes, 7);
    assert_eq!(run.factors.len(), 1);
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    let text = format!(
        "world.family = \"x\"\nfactors.a = {}1{}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(Document::new("deep.toml", text).run().is_err());
}

#[test]
fn what_is_wrong_many_times_is_told_a_few_times_and_counted() {
    let bodies: String = (0..5000)
        .map(|index| format!("[world.bodies.b{index}]\nshape.ball.radius_m = -1\n"))
        .collect();
    let document = Document::new("many.toml", format!("name = \"many\"\n[world]\n{bodies}"));
    let message = document.scene().expect_err("all are wrong").to_string();
    assert!(message.contains("many.toml:4:"), "{message}");
    assert!(message.contains("and 4980 more things are wrong"), "{message}");
    assert!(message.lines().count() < 30, "{message}");
}

#[test]
fn lengths_and_numbers_out_of_reason_are_refused() {
    let radius = |text: &str| BALL.replace("radius_m = 0.1", &format!("radius_m = {text}"));
    check_message(
        &radius("0"),
        "bad.toml:11:12: world.bodies.ball.shape.ball.radius_m: must be above 0, in 1e-6..=1e6 m",
    );
    check_message(&radius("-0.0"), "must be above 0, in 1e-6..=1e6 m");
    check_message(&radius("1e-30"), "must be above 0, in 1e-6..=1e6 m");
    check_message(&radius("1e38"), "is too large");
    check_message(
        &radius("{ normal = [0.1, 0.05] }"),
        "must be above 0, in 1e-6..=1e6 m",
    );
    check_message(
        &radius("{ fixed = 1, ood = { uniform = [-1, 1] } }"),
        "must be above 0, in 1e-6..=1e6 m",
    );
    let physics = |hz: &str| BALL.replace("control_hz = 20", &format!("physics.step_hz = {hz}"));
    check_message(&physics("0"), "world.physics.step_hz: must be in 1..=100000");
    check_message(&physics("4294967280"), "must be in 1..=100000");
    check_message(
        "world.family = \"x\"\nphysics.step_hz = 0",
        "must be in 1..=100000",
    );
    check_message(
        "world.family = \"x\"\nsteps = 1000000\nimage_size = [4096, 4096]",
        "--limit episode_pixels",
    );
}

#[test]
fn long_messages_are_cut() {
    let document = Document::new("long.toml", format!("{} = 1", "k".repeat(60_000)));
    let message = document.run().expect_err("it is wrong").to_string();
    assert!(message.len() < 3000, "{} bytes", message.len());
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_line() {
    let wrong = Document::from_bytes("bad.toml", b"a = 1\nb = \"\xff\"".to_vec(), &Default::default());
    let message = wrong.expect_err("no text").to_string();
    assert!(
        message.starts_with("bad.toml:2:6: is no UTF-8 text here"),
        "{message}"
    );
}

#[test]
fn a_path_without_a_field_cannot_be_set() {
    for path in ["", ".", "...", "[", "[x]"] {
        let mut document = Document::new("run.toml", "episodes = 3\n");
        let said = document.set(path, "7").expect_err(path).to_string();
        assert!(said.contains("names no field"), "{said}");
        assert_eq!(document.text, "episodes = 3\n");
    }
    let mut document = Document::new("run.toml", "episodes = 3\n");
    assert!(document.set("[0]", "7").is_err());
    assert!(document.set(&"a.".repeat(1000), "7").is_err());
}

#[test]
fn what_no_camera_can_be_is_told_by_its_field() {
    let camera = |line: &str| {
        BALL.replace(
            "look_at_m = [0, 0, 0.5]",
            &format!("look_at_m = [0, 0, 0.5]\n{line}"),
        )
    };
    for (line, expected) in [
        ("track = \"bal\"", "world.cameras.front.track"),
        ("every = 0", "must be in 1..=100000"),
        (
            "outputs = [\"rgb\", \"dept\"]",
            "there is no output `dept`; there are: rgb, depth",
        ),
        ("lens.opencv = { k1 = 1e9 }", "world.cameras.front.lens.opencv.k1"),
        ("lens.fish = {}", "fish"),
        (
            "intrinsics = { size = [0, 4], fx = 3 }",
            "world.cameras.front.intrinsics.size",
        ),
        (
            "orbit = { speed_degps = 9, axis = [0, 0, 0] }",
            "must have a direction",
        ),
        (
            "effects.drop_chance = { uniform = [0, 2] }",
            "world.cameras.front.effects.drop_chance",
        ),
        ("level = true", "a camera on nothing does not pitch or roll"),
        ("[world.lidars.spin]\nbeams = 1", "must be in 2..=4096"),
        ("[world.lidars.spin]\nfov_deg = 400", "at most 360 degrees"),
        (
            "[world.lidars.spin]\nmount = \"rover\"",
            "there is no body called `rover`",
        ),
    ] {
        check_message(&camera(line), expected);
    }
    let added = "world.family = \"x\"\n[extra_cameras.top]\nposition_m = [0, 0, 2]\nlook_at_m = [0, 0, 0]\nlevel = true";
    check_message(added, "extra_cameras.top.level");
}

/// A world without the newer fields is written as before: its digest, and so every dataset's, stays.
#[test]
fn a_plain_camera_is_written_as_ever() {
    let camera = terrella_spec::world::Camera::looking([0.0_f32, -3.0, 1.0], [0.0, 0.0, 0.5], 50.0);
    let text = serde_json::to_string(&camera).expect("plain data");
    let wanted =
        r#"{"position_m":[0.0,-3.0,1.0],"look_at_m":[0.0,0.0,0.5],"up":[0.0,0.0,1.0],"fov_deg":50.0}"#;
    assert_eq!(text, wanted);
    let text = serde_json::to_string(&World::<f32>::default()).expect("plain data");
    assert!(!text.contains("lidars"));
}

#[test]
fn what_no_look_can_be_is_told_by_its_field() {
    for (lines, expected) in [
        (
            "[world.light]\nshadows.soft.angle_deg = { uniform = [1, 100] }",
            "must be in 0..=90",
        ),
        ("[world.light]\nfog = { half_distance_m = 0 }", "half_distance_m"),
        (
            "[world.lights.bulb.point]\nmount = \"bal\"",
            "there is no body called `bal`",
        ),
        ("[world.lights.flash.head]\nshadows = true", "shadows"),
        (
            "[world.lights.key.directional]\ndirection = [0, 0, 0]",
            "must have a direction",
        ),
        ("[world.lights.key.head]\ncolor = [1, 2, 1]", "must be in 0..=1"),
        ("[world.bodies.floor.paint]\nspecular = 1.5", "must be in 0..=1"),
        ("[world.bodies.floor.paint]\nshininess = 0", "must be in 1..=1024"),
        ("[world.bodies.floor.paint]\nsmooth = true", "is for meshes"),
    ] {
        check_message(&format!("{BALL}{lines}\n"), expected);
    }
}

#[test]
fn a_plain_look_is_written_as_ever() {
    let text = serde_json::to_string(&World::<f32>::default()).expect("plain data");
    assert!(
        !["lights", "shadows", "fog"]
            .iter()
            .any(|word| text.contains(word)),
        "{text}"
    );
    let scene = Document::new("ball.toml", BALL).scene().expect("it is right");
    let text = serde_json::to_string(&scene).expect("plain data");
    let words = ["specular", "shininess", "smooth", "lights"];
    assert!(!words.iter().any(|word| text.contains(word)), "{text}");
}

/// Agents have mechanisms that exist, and each mechanism has one agent.
#[test]
fn agents_are_checked() {
    let world = |agents: &str| {
        format!(
            "{BALL}[world.mechanisms.push.force]\nbody = \"ball\"\naxes = \"x\"\nmax_force_n = 1\n[world.agents]\n{agents}\n"
        )
    };
    let right = Document::new("ball.toml", world("me = [\"push\"]"))
        .scene()
        .expect("it is right");
    assert_eq!(right.world.agents["me"], ["push"]);
    for (agents, told) in [
        ("me = [\"pull\"]", "there is no mechanism called `pull`"),
        ("me = [\"push\"]\nyou = [\"push\"]", "`push` has an agent already"),
    ] {
        let error = Document::new("ball.toml", world(agents))
            .scene()
            .expect_err("it is wrong");
        assert!(error.to_string().contains(told), "{error}");
    }
}

/// What agents observe is theirs: a world without agents has none of it. A scene of before, which says nothing of it, is right.
#[test]
fn what_agents_observe_wants_agents() {
    let observe = "agents_observe = [{ of = \"{agent}\", quantity = \"position\" }]";
    let scene = |agents: &str| {
        let text = BALL.replace("control_hz = 20", &format!("control_hz = 20\n{observe}"));
        Document::new(
            "ball.toml",
            format!("{text}[world.mechanisms.ball.force]\nbody = \"ball\"\naxes = \"x\"\nmax_force_n = 1\n{agents}"),
        )
        .scene()
    };
    let right = scene("[world.agents]\nball = [\"ball\"]\n").expect("it is right");
    assert_eq!(right.world.agents_observe[0].of, "{agent}");
    let error = scene("").expect_err("nobody is there").to_string();
    assert!(
        error.contains("world.agents_observe: there are no agents"),
        "{error}"
    );
}

/// Columns are as wide as the slots: those who are there have room, and nobody asks for a terabyte.
#[test]
fn slots_of_traffic_are_checked() {
    let scene = |slots: u64| {
        let traffic = "[world.mechanisms.others.traffic]\nlanes.right.points_m = [[0, 0, 0], [9, 0, 0]]\n\
                       agents.ball = { lane = \"right\", wants_mps = 3 }";
        Document::new("ball.toml", format!("{BALL}{traffic}\nslots = {slots}\n")).scene()
    };
    scene(4).expect("it is right");
    for (slots, told) in [
        (0, "has no room for the 1 agents"),
        (4_000_000_000, "must be in 1..="),
    ] {
        let error = scene(slots).expect_err("it is wrong").to_string();
        let place = "world.mechanisms.others.traffic.slots";
        assert!(error.contains(place) && error.contains(told), "{error}");
    }
}

#[test]
fn faults_are_checked_and_may_be_distributions() {
    let scene = |fault: &str| {
        let line = "faults.rub = { mechanism = \"line\", kind = \"drag\", ";
        let belt = "mechanisms.line.belt = { body = \"ball\", max_speed_mps = 1, max_force_n = 50, \
                    moving_mass_kg = 5, drag_n = 2 }";
        BALL.replace(
            "control_hz = 20",
            &format!("control_hz = 20\n{belt}\n{line}{fault} }}"),
        )
    };
    let good = scene("onset_secs = { uniform = [1, 4] }, severity = { uniform = [0.2, 0.9] }");
    let parsed = Document::new("scene.toml", good).scene();
    let fault = &parsed.expect("a scene").world.faults["rub"];
    assert_eq!(fault.onset_secs.bounds(), (1.0, 4.0));
    assert_eq!(fault.ramp_secs.as_fixed(), Some(0.0));
    for (wrong, expected) in [
        ("severity = 1.5", "world.faults.rub.severity: must be in 0..=1"),
        ("fails_at = -0.1", "world.faults.rub.fails_at: must be in 0..=1"),
        (
            "ramp_secs = { uniform = [-1, 1] }",
            "world.faults.rub.ramp_secs: must be 0 or more",
        ),
        ("onset_secs = -1", "must be 0 or more"),
    ] {
        check_message(&scene(wrong), expected);
    }
}

/// The names of factors of mixed families, and of scenes, have dots in them.
#[test]
fn a_name_in_quotes_is_one_step() {
    let mut document = Document::new("run.toml", "world.family = \"any\"\n");
    document
        .set("factors.\"drop_bounce.spin\"", "2")
        .expect("a name in quotes");
    let run = document.run().expect("a run");
    assert_eq!(run.factors.keys().collect::<Vec<_>>(), ["drop_bounce.spin"]);
}
