//! What hands do to bodies, as edits of the text, and names in the hierarchy.

use super::{BOXES, Window, boxes, retype, text_of, type_over, window};
use bevy::math::{Quat, Vec3};
use bevy_egui::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use terrella_studio::change;
use terrella_studio::commands::Command;
use terrella_studio::panels::Tab;
use terrella_studio::project::Project;
use terrella_studio::session::Session;
use terrella_studio::viewport::Drag;

fn quaternion(axis: usize, degrees: f32) -> [f32; 4] {
    let half = degrees.to_radians() / 2.0;
    let mut turn = [0.0, 0.0, 0.0, bevy::math::ops::cos(half)];
    turn[axis] = bevy::math::ops::sin(half);
    turn
}

/// The distribution was replaced by a fixed angle, and its held-out law with it.
#[test]
fn turning_a_body_moves_the_law_of_its_angle() {
    let law = "rotation.rpy_deg = [0, 0, { uniform = [-20, 20], ood = { uniform = [40, 60] } }] # yaw";
    let scene = BOXES.replace("position_m = [0, 0, 0.2]", law);
    let mut session = Session::new(Project::of_scene("boxes.toml", &scene));
    let drawn = session.world().expect("it is drawn").bodies["crate"]
        .rotation
        .clone();
    let turned = {
        let [_, _, z, w] = drawn.quaternion_xyzw();
        quaternion(2, 2.0 * bevy::math::ops::atan2(z, w).to_degrees() + 30.0)
    };
    let values = session.values().clone();
    session.edit("turn", None, &change::turn(&values, "crate", &drawn, turned));
    let text = session.project.document.text();
    let moved = "rpy_deg = [0, 0, { uniform = [10, 50], ood = { uniform = [70, 90] } }] # yaw";
    assert!(text.contains(moved), "{text}");
    assert_eq!(change::cannot_turn(&values, "crate"), None);

    let law = "rotation.xyzw = [0, 0, { uniform = [0, 0.1] }, 1]";
    let scene = BOXES.replace("position_m = [0, 0, 0.2]", law);
    let mut session = Session::new(Project::of_scene("boxes.toml", &scene));
    let drawn = session.world().expect("it is drawn").bodies["crate"]
        .rotation
        .clone();
    let values = session.values().clone();
    assert!(change::turn(&values, "crate", &drawn, turned).is_empty());
    let why = change::cannot_turn(&values, "crate").expect("it says why");
    assert!(why.contains("rpy_deg"), "{why}");
}

/// The angles of an orientation are not unique: a pitch over 90 degrees was turned into half a turn of everything.
#[test]
fn a_steep_law_is_turned_by_as_much_as_the_body() {
    let scene = BOXES.replace(
        "position_m = [0, 0, 0.2]",
        "rotation.rpy_deg = [0, { uniform = [100, 100] }, 0]",
    );
    let mut session = Session::new(Project::of_scene("boxes.toml", &scene));
    let drawn = session.world().expect("it is drawn").bodies["crate"]
        .rotation
        .clone();
    let values = session.values().clone();
    let edits = change::turn(&values, "crate", &drawn, quaternion(1, 130.0));
    session.edit("turn", None, &edits);
    let text = session.project.document.text();
    assert!(
        text.contains("rpy_deg = [0, { uniform = [130, 130] }, 0]"),
        "{text}"
    );
}

/// Nothing came of it, and nothing was said.
#[test]
fn every_shape_grows_or_says_that_it_cannot() {
    let shapes = [
        (
            "shape.hull.points_m = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, { uniform = [1, 2] }]] # a tip",
            "shape.hull.points_m = [[0, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, { uniform = [3, 6] }]] # a tip",
        ),
        (
            "shape.mesh = { vertices_m = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], triangles = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]] }",
            "vertices_m = [[0, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 3]]",
        ),
        (
            "shape.mesh_file = { path = \"cup.obj\", scale = 0.001 }",
            "shape.mesh_file = { path = \"cup.obj\", scale = 0.003 }",
        ),
        (
            "shape.mesh_file = { path = \"cup.obj\" }",
            "shape.mesh_file = { path = \"cup.obj\", scale = 3 }",
        ),
        (
            "shape.height_field = { size_m = [1, 1], columns = 2, heights_m = [0, 0.1, 0.2, 0.3] }",
            "shape.height_field = { size_m = [2, 1], columns = 2, heights_m = [0, 0.3, 0.6, 0.9] }",
        ),
        (
            "shape.compound.parts = [{ shape = { box = { half_extents_m = [1, 1, 1] } }, position_m = [1, 0, 1] }]",
            "shape.compound.parts = [{ shape = { box = { half_extents_m = [2, 1, 3] } }, position_m = [2, 0, 3] }]",
        ),
        (
            "shape.compound.parts = [{ shape = { ball = { radius_m = 0.1 } }, position_m = [1, 0, 0], rotation = { rpy_deg = [0, 0, 90] } }]",
            "shape.compound.parts = [{ shape = { ball = { radius_m = 0.3 } }, position_m = [3, 0, 0], rotation = { rpy_deg = [0, 0, 90] } }]",
        ),
    ];
    for (before, after) in shapes {
        let scene = BOXES.replace("shape.box.half_extents_m = [0.2, 0.2, 0.2] # a cube", before);
        let mut session = Session::new(Project::of_scene("boxes.toml", &scene));
        let values = session.values().clone();
        let edits = change::scale_by(&values, "crate", [2.0, 1.0, 3.0]);
        session.edit("scale", None, &edits);
        let text = session.project.document.text();
        assert!(text.contains(after), "{text}");
        assert_eq!(change::cannot_scale(&values, "crate"), None);
    }
    let mut session = Session::new(Project::of_scene("boxes.toml", BOXES));
    let values = session.values().clone();
    assert!(change::scale_by(&values, "floor", [2.0; 3]).is_empty());
    let why = change::cannot_scale(&values, "floor").expect("it says why");
    assert!(why.contains("endless"), "{why}");
}

/// The other thing of that name was selected, and Delete took it away.
#[test]
fn a_name_that_is_taken_leaves_everything_as_it_is() {
    let mut harness = boxes();
    let path = "world.bodies.crate";
    harness.state_mut().session.locked.clear();
    harness.state_mut().session.hidden.insert(path.into());
    for (name, is_taken) in [("floor", true), ("chest", false)] {
        harness.get_by_label("crate").click_secondary();
        harness.run_steps(3);
        retype(&mut harness, |field| field == "crate", name);
        harness.key_press(Key::Enter);
        harness.run_steps(4);
        if is_taken {
            assert_eq!(harness.state().session.selection, [path]);
            assert_eq!(text_of(&harness), BOXES);
            harness.key_press(Key::Escape);
            harness.run_steps(3);
        }
    }
    let session = &harness.state().session;
    assert_eq!(session.selection, ["world.bodies.chest"], "{:?}", session.log);
    // What was hidden is hidden under its new name.
    assert_eq!(session.hidden.iter().collect::<Vec<_>>(), ["world.bodies.chest"]);
}

/// The steps of the handles were what they were.
#[test]
fn the_steps_of_snapping_are_set_in_the_toolbar_and_kept_with_the_layout() {
    let mut harness = boxes();
    harness.get_by_label("0.05 m").click();
    harness.run_steps(3);
    type_over(&mut harness, "0.05 m", "0.25");
    type_over(&mut harness, "15°", "30");
    assert_eq!(harness.state().session.tools.snapping.move_m, 0.25);
    assert_eq!(harness.state().session.tools.snapping.turn_deg, 30.0);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    // The button tells the step of the tool in hand.
    harness.get_by_label("0.25 m");
    harness.key_press(Key::E);
    harness.run_steps(3);
    harness.get_by_label("30°");

    let Window { session, panels } = harness.state_mut();
    assert_eq!(panels.viewport.steps(session), None);
    harness.key_press(Key::G);
    harness.run_steps(3);
    let Window { session, panels } = harness.state_mut();
    let steps = panels.viewport.steps(session).expect("they snap");
    assert_eq!(steps.move_m, 0.25);
    harness.input_mut().modifiers = Modifiers::COMMAND;
    harness.run_steps(2);
    let Window { session, panels } = harness.state_mut();
    assert_eq!(panels.viewport.steps(session), None, "Ctrl is held");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("layout.json");
    panels.save_layout(&file, session);
    let mut later = boxes();
    let Window { session, panels } = later.state_mut();
    panels.load_layout(&file, session);
    assert!(session.tools.snapping.on);
    assert_eq!(session.tools.snapping.turn_deg, 30.0);
    later.run_steps(3);
    later.get_by_label("0.25 m");
}

/// A file that says nothing of snapping is a layout all the same.
#[test]
fn a_layout_of_panels_alone_is_taken_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("layout.json");
    std::fs::write(&file, r#"{ "tabs": ["World"], "active": 0 }"#).expect("it is written");
    let mut harness = boxes();
    let Window { session, panels } = harness.state_mut();
    panels.load_layout(&file, session);
    harness.run_steps(3);
    assert!(harness.query_by_label("crate").is_none());
}

/// A floor under two lamps without sun, one of them on a post that is turned.
const LIT: &str = "name = \"lit\"\n[world]\nobserve = []\n[world.light]\nsun_share = 1\nsun_direction = [0, 0, -1]\n\
    [world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
    [world.bodies.post]\nmotion = \"fixed\"\nshape.box.half_extents_m = [0.1, 0.1, 0.2]\nposition_m = [0, 0, 0.2]\nrotation.rpy_deg = [0, 0, 90]\n\
    [world.lights.lamp]\npoint = { position_m = [-1, 0, 1], strength = 0.5 }\n\
    [world.lights.rider]\npoint = { position_m = [0, 0.8, 0.5], strength = 0.2, mount = \"post\" }\n\
    [world.cameras.main]\nposition_m = [0, -3, 3]\nlook_at_m = [0, 0, 0]\n";

/// Its place is told in the upright frame, whatever its mount's rolling.
#[test]
fn a_level_camera_is_dragged_along_the_axes_of_its_upright_frame() {
    let scene = LIT.replace("[0, 0, 90]", "[40, 0, 90]")
        + "[world.cameras.rider]\nposition_m = [0, 0, 2]\nlook_at_m = [0, 0, 0]\nup = [1, 0, 0]\nmount = \"post\"\nlevel = true\n";
    let mut harness = window(Project::of_scene("lit.toml", &scene));
    let Window { session, panels } = harness.state_mut();
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.select(&change::place("cameras", "rider"), false);
    // The post faces along y.
    panels.viewport.drag(Drag {
        offset_m: Vec3::new(0.0, 0.5, 1.0),
        turn: Quat::IDENTITY,
        scale: Vec3::ONE,
    });
    panels.viewport.drop_drag(session);
    let world = session.world().expect("it is drawn");
    let place = Vec3::from_array(world.cameras["rider"].position_m);
    assert!(place.distance(Vec3::new(0.5, 0.0, 3.0)) < 1e-3, "{place}");
}

/// Sides of a grid of cells, of which each has the mean brightness of its part of a picture.
const CELLS: usize = 12;

/// The brightness of the world's picture, drawn anew, cell by cell: hasty pictures have fewer pixels and rougher edges.
fn brightness(harness: &mut Harness<'static, Window>) -> Vec<f64> {
    let Window { session, panels } = harness.state_mut();
    let ([width, height], rgba) = panels.viewport.draw(session).expect("it is drawn anew");
    let (width, height) = (width as usize, height as usize);
    let mut cells = vec![(0.0, 0.0); CELLS * CELLS];
    for (index, pixel) in rgba.as_chunks::<4>().0.iter().enumerate() {
        let (x, y) = (index % width, index / width);
        let cell = &mut cells[y * CELLS / height * CELLS + x * CELLS / width];
        cell.0 += f64::from(pixel[0]) + f64::from(pixel[1]) + f64::from(pixel[2]);
        cell.1 += 3.0;
    }
    cells.iter().map(|(sum, count)| sum / count).collect()
}

/// How far two pictures are apart where they are furthest apart, of 255.
fn apart(one: &[f64], other: &[f64]) -> f64 {
    one.iter()
        .zip(other)
        .map(|(one, other)| (one - other).abs())
        .fold(0.0, f64::max)
}

/// The light moved when the handles were let go.
#[test]
fn a_lamp_that_is_dragged_lights_the_world_while_it_is_dragged() {
    for lamp in ["lamp", "rider"] {
        let mut harness = window(Project::of_scene("lit.toml", LIT));
        // Its lines are as wide as pixels, which are larger in hasty pictures.
        harness.state_mut().session.tools.grid = false;
        assert!(harness.state().session.problems.is_empty());
        harness
            .state_mut()
            .session
            .select(&change::place("lights", lamp), false);
        let drag = Drag {
            offset_m: Vec3::new(1.5, 0.5, 0.0),
            turn: Quat::IDENTITY,
            scale: Vec3::ONE,
        };
        let before = brightness(&mut harness);
        harness.state_mut().panels.viewport.drag(drag);
        let dragged = brightness(&mut harness);
        assert_eq!(text_of(&harness), LIT, "{lamp}: the text changes at the end");
        harness.state_mut().panels.viewport.cancel_drag();
        let cancelled = brightness(&mut harness);
        let Window { session, panels } = harness.state_mut();
        panels.viewport.drag(drag);
        panels.viewport.drop_drag(session);
        let dropped = brightness(&mut harness);
        assert_ne!(text_of(&harness), LIT, "{lamp}");
        let moved = apart(&before, &dragged);
        let off = apart(&dragged, &dropped).max(apart(&before, &cancelled));
        assert!(moved > 20.0 && off < 6.0, "{lamp}: {moved}, and {off}");
    }
}

/// They stood nowhere.
#[test]
fn agents_are_in_the_hierarchy() {
    let scene = format!(
        "{BOXES}\n[world.mechanisms.push]\nforce = {{ body = \"crate\", axes = \"xy\", max_force_n = 5 }}\n[world.agents]\npusher = [\"push\"]\n"
    );
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    assert!(harness.state().session.problems.is_empty());
    harness.get_by_label("agents (1)").click();
    harness.run_steps(20);
    harness.get_by_label("pusher").click();
    harness.run_steps(4);
    assert_eq!(harness.state().session.selection, ["world.agents.pusher"]);
}

/// Nothing could be hidden, locked or renamed, and no panel shown, from the palette or by a key.
#[test]
fn panels_marks_and_names_are_commands() {
    let mut harness = boxes();
    harness.get_by_label("crate");
    harness.state_mut().session.run(Command::Panel(Tab::Hierarchy));
    harness.run_steps(3);
    assert!(harness.query_by_label("crate").is_none(), "it was in front");
    harness.state_mut().session.run(Command::Panel(Tab::Hierarchy));
    harness.run_steps(3);
    harness.get_by_label("crate");
    harness.state_mut().session.run(Command::Panel(Tab::Viewport));
    harness.run_steps(3);
    assert!(harness.state().panels.viewport.rect.is_some(), "the world stays");

    let path = "world.bodies.crate";
    harness.state_mut().session.select(path, false);
    harness.key_press(Key::V);
    harness.run_steps(3);
    assert!(harness.state().session.hidden.contains(path));
    harness.key_press(Key::V);
    harness.run_steps(3);
    assert!(harness.state().session.hidden.is_empty());
    harness.state_mut().session.run(Command::Lock);
    harness.key_press(Key::F2);
    harness.run_steps(3);
    assert!(!harness.state().panels.has_dialog(), "it is locked");
    harness.state_mut().session.run(Command::Lock);
    harness.key_press(Key::F2);
    harness.run_steps(4);
    retype(&mut harness, |field| field == "crate", "chest");
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert!(!harness.state().panels.has_dialog(), "it is called so now");
    assert_eq!(harness.state().session.selection, ["world.bodies.chest"]);
    assert!(text_of(&harness).contains("[world.bodies.chest]"));
}
