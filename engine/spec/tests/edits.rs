//! Edits of scene files: what changes, and what stays as it was.

use terrella_spec::document::Document;
use terrella_spec::scene::SceneSpec;
use terrella_spec::world::World;

const SWING: &str = r#"# A swing.
name = "swing" # as it is called
[world]
control_hz = 20

# The beam stands still.
[world.bodies.beam]
motion = "fixed"
shape.box.half_extents_m = [1, 0.1, 0.1] # wide
position_m = [0, 0, 2]

[world.bodies.seat] # moves
shape.box = { half_extents_m = [0.3, 0.2, 0.05] }
position_m = [0, 0, { uniform = [0.5, 1.0] }]
class = "seat"

[world.joints.rope]
parent = "beam"
child = "seat"
freedom.rope = { length_m = 1.5 }

[world.cameras.front]
position_m = [0, -4, 1]
look_at_m = [0, 0, 1]
track = "seat"
"#;

fn swing() -> Document {
    Document::new("swing.toml", SWING)
}

/// The lines that two texts do not share.
fn changed(before: &str, after: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("-{line}"));
    let come = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("+{line}"));
    gone.chain(come).collect()
}

#[test]
fn setting_a_field_keeps_the_comment_behind_it() {
    let mut document = swing();
    document
        .set("world.bodies.beam.shape.box.half_extents_m[0]", "1.5")
        .unwrap();
    document.set("name", "see_saw").unwrap();
    let expected = [
        "-name = \"swing\" # as it is called",
        "-shape.box.half_extents_m = [1, 0.1, 0.1] # wide",
        "+name = \"see_saw\" # as it is called",
        "+shape.box.half_extents_m = [1.5, 0.1, 0.1] # wide",
    ];
    assert_eq!(changed(SWING, &document.text), expected);
}

#[test]
fn a_field_that_was_not_there_is_added_and_removed_again() {
    let mut document = swing();
    document
        .set("world.bodies.seat.material.friction", "{ uniform = [0.2, 0.4] }")
        .unwrap();
    let scene = document.scene().expect("it is right");
    assert_eq!(scene.world.bodies["seat"].material.friction.bounds(), (0.2, 0.4));
    document.remove("world.bodies.seat.material").unwrap();
    assert_eq!(document.text, SWING);
    let missing = document.remove("world.bodies.nobody").unwrap_err();
    assert_eq!(missing.message, "there is no such field");
    assert_eq!(document.text, SWING);
}

#[test]
fn a_body_is_put_behind_the_others() {
    let mut document = swing();
    document
        .put(
            "world.bodies.ball",
            "shape.ball.radius_m = 0.1\nposition_m = [1, 0, 1]\n",
        )
        .unwrap();
    let scene = document.scene().expect("it is right");
    assert_eq!(
        scene.world.bodies.keys().collect::<Vec<_>>(),
        ["beam", "seat", "ball"]
    );
    let place = |text: &str| document.text.find(text).expect("it is there");
    assert!(
        place("[world.bodies.seat]") < place("[world.bodies.ball]"),
        "{}",
        document.text
    );
    assert!(
        place("[world.bodies.ball]") < place("[world.joints.rope]"),
        "{}",
        document.text
    );
    let again = document.put("world.bodies.ball", "class = \"x\"").unwrap_err();
    assert_eq!(again.message, "is there already");
    // The first of its kind makes its own heading.
    document.put("world.lidars.scan", "mount = \"seat\"\n").unwrap();
    assert!(document.text.contains("[world.lidars.scan]"), "{}", document.text);
}

#[test]
fn a_copy_stands_beside_what_it_is_of() {
    let mut document = swing();
    document.copy("world.bodies.seat", "seat_2").unwrap();
    let scene = document.scene().expect("it is right");
    assert_eq!(scene.world.bodies["seat_2"], scene.world.bodies["seat"]);
    assert!(document.copy("world.bodies.seat", "beam").is_err());
}

#[test]
fn a_new_name_reaches_all_that_use_the_old_one_and_no_other_word() {
    let mut document = swing();
    document.rename("world.bodies.seat", "plank").unwrap();
    let scene = document.scene().expect("it is right");
    assert_eq!(scene.world.bodies.keys().collect::<Vec<_>>(), ["beam", "plank"]);
    assert_eq!(scene.world.joints["rope"].child, "plank");
    assert_eq!(scene.world.cameras["front"].track.as_deref(), Some("plank"));
    assert_eq!(scene.world.bodies["plank"].class, "seat");
    let expected = [
        "-[world.bodies.seat] # moves",
        "-child = \"seat\"",
        "-track = \"seat\"",
        "+[world.bodies.plank] # moves",
        "+child = \"plank\"",
        "+track = \"plank\"",
    ];
    assert_eq!(changed(SWING, &document.text), expected);
    assert!(document.rename("world.bodies.plank", "beam").is_err());
}

#[test]
fn a_drawn_world_is_written_as_a_scene_by_hand_would_be() {
    let scene = swing().scene().expect("it is right");
    let text = scene.to_toml();
    let again = Document::new("again.toml", &text).scene().expect("it is right");
    assert_eq!(again, scene);
    assert!(text.contains("[world.bodies.seat]"), "{text}");
    assert!(!text.contains("linear_damping"), "{text}");
    // A world in which nothing varies is a drawn one.
    let still = SWING.replace("{ uniform = [0.5, 1.0] }", "0.3");
    let still = Document::new("still.toml", still).scene().expect("it is right");
    let drawn: World<f32> = serde_json::from_str(&serde_json::to_string(&still.world).unwrap()).unwrap();
    let written = SceneSpec::of_drawn("swing", "", &still.task, still.steps, &drawn).to_toml();
    let read = Document::new("x.toml", &written).scene();
    assert_eq!(read.expect("it is right"), still, "{written}");
}

#[test]
fn an_item_behind_the_last_is_added_to_its_list() {
    let text = "observe = [\n  { of = \"seat\" }, # it moves\n  { of = \"beam\" },\n]\nnone = []\n[[pins]]\nat = 1 # here\n";
    let mut document = Document::new("lists.toml", text);
    document.set("observe[2]", "{ of = \"rope\" }").unwrap();
    document.set("none[0]", "7").unwrap();
    document.set("pins[1]", "{ at = 2 }").unwrap();
    let expected = [
        "-none = []",
        "+  { of = \"rope\" },",
        "+none = [7]",
        "+",
        "+at = 2",
    ];
    assert_eq!(changed(text, &document.text), expected, "{}", document.text);
    assert!(
        document
            .text
            .ends_with("[[pins]]\nat = 1 # here\n\n[[pins]]\nat = 2\n"),
        "{}",
        document.text
    );
    let before = document.text.clone();
    document.set("observe[4]", "1").expect_err("there are three");
    assert_eq!(document.text, before);
}

/// The comment behind an item stands before the next one as the file is parsed: it went with that.
#[test]
fn an_item_that_is_taken_away_takes_its_own_comment_and_no_other() {
    let text = "list = [\n  1, # one\n  2, # two\n  3, # three\n]\n";
    let mut document = Document::new("list.toml", text);
    document.remove("list[1]").unwrap();
    assert_eq!(document.text, "list = [\n  1, # one\n  3, # three\n]\n");
    document.remove("list[1]").unwrap();
    assert_eq!(document.text, "list = [\n  1, # one\n]\n");
    let mut document = Document::new("list.toml", "list = [1, 2, 3]\n");
    document.remove("list[0]").unwrap();
    assert_eq!(document.text, "list = [2, 3]\n");
}

#[test]
fn a_field_is_set_and_a_table_put_within_what_is_written_in_line() {
    let mut document = Document::new("a.toml", "list = [{ name = \"x\" }]\ntable = { a = 1 }\n");
    document
        .set("list[0].inner.deep", "2")
        .expect("a table is made in line");
    document
        .set("table.inner.deep", "3")
        .expect("a table is made in line");
    document
        .put("table.put", "b = 1 # why\n[inner]\nc = 2\n")
        .expect("a table is put in line");
    document
        .put("table.new.put", "d = 1")
        .expect("and in a table that is made");
    assert_eq!(
        document.text,
        "list = [{ name = \"x\", inner = { deep = 2 } }]\n\
         table = { a = 1, inner = { deep = 3 }, put = { b = 1, inner = { c = 2 } }, new = { put = { d = 1 } } }\n"
    );
    document.json().expect("it is TOML still");
}

/// The space before the brace went with it.
#[test]
fn a_field_that_is_there_in_line_is_set_and_nothing_else() {
    let mut document = Document::new("a.toml", "table = { a = { b = 1 } } # why\n");
    document.set("table.a.b", "2").expect("it is there");
    assert_eq!(document.text, "table = { a = { b = 2 } } # why\n");
}

/// `[factors]` stood over nothing.
#[test]
fn a_header_goes_with_the_last_of_its_fields_where_it_says_nothing() {
    let run = "world.family = \"drop_bounce\" # balls\nepisodes = 3\n\n[factors]\ngravity_mps2 = 1.62\n\n# how it is stored\n[files]\nimages = \"png\"\n";
    let mut document = Document::new("run", run);
    document.reset("factors.gravity_mps2").unwrap();
    assert_eq!(
        document.text,
        "world.family = \"drop_bounce\" # balls\nepisodes = 3\n\n# how it is stored\n[files]\nimages = \"png\"\n"
    );
    // One with a comment stays, before it or behind it.
    document.reset("files.images").unwrap();
    assert!(
        document.text.ends_with("# how it is stored\n[files]\n"),
        "{}",
        document.text
    );
    let mut document = Document::new("run", run.replace("[factors]", "[factors] # of mine"));
    document.reset("factors.gravity_mps2").unwrap();
    assert!(
        document.text.contains("[factors] # of mine\n"),
        "{}",
        document.text
    );
    // As a value it goes as well, and its comment stays.
    for (field, left) in [
        ("factors = { gravity_mps2 = 2 }\n", ""),
        (
            "factors = { gravity_mps2 = 2 } # mine\n",
            "factors = { } # mine\n",
        ),
    ] {
        let mut document = Document::new("run", format!("world.family = \"drop_bounce\"\n{field}"));
        document.reset("factors.gravity_mps2").unwrap();
        let wanted = format!("world.family = \"drop_bounce\"\n{left}");
        assert_eq!(document.text.replace("{}", "{ }"), wanted);
    }
}

/// What is there by its name alone is not taken away with what it says.
#[test]
fn a_header_that_means_something_stays_when_it_is_empty() {
    let scene = "name = \"x\"\n[world.bodies.ball]\nshape.ball.radius_m = 0.1\n[world.mechanisms.stop.stop]\n\
         [world.bodies.ball.material]\nfriction = 0.3\n[world.joints.pin]\nparent = \"world\"\nchild = \"ball\"\n\
         [world.joints.pin.freedom.hinge]\naxis = [0, 0, 1]\n[world.physics]\npreset = \"fast\"\n";
    let mut document = Document::new("scene", scene);
    document.reset("world.bodies.ball.material.friction").unwrap();
    assert!(!document.text.contains("material"), "{}", document.text);
    // A hinge without an axis is wrong: its header is not what is wrong with it.
    document.reset("world.joints.pin.freedom.hinge.axis").unwrap();
    assert!(
        document.text.contains("[world.joints.pin.freedom.hinge]"),
        "{}",
        document.text
    );
    document.reset("world.physics.preset").unwrap();
    assert!(
        document.text.contains("[world.physics]"),
        "a wrong text keeps all of it"
    );
    document.set("world.joints.pin.freedom", "{ weld = {} }").unwrap();
    assert!(document.text.contains("[world.mechanisms.stop.stop]"));
}
