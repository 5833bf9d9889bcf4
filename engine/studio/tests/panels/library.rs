//! What is dragged from the library into the world.

use super::{BOXES, Window, text_of, window};
use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use terrella_app::spec::shape::Shape;
use terrella_studio::document::Edit;
use terrella_studio::panels::Tab;
use terrella_studio::pieces::put_mesh;
use terrella_studio::project::Project;
use terrella_studio::session::{Answer, Leaving};

/// A window with the library in front, tall enough for all of it.
fn library(project: Project) -> Harness<'static, Window> {
    let mut harness = window(project);
    harness.state_mut().panels.show_tab(Tab::Library);
    harness.set_size(egui::vec2(1400.0, 2400.0));
    harness.run_steps(3);
    harness
}

/// Where the world is seen, with its picture drawn anew.
fn world_rect(harness: &mut Harness<'static, Window>) -> egui::Rect {
    let Window { session, panels } = harness.state_mut();
    panels.viewport.draw(session);
    panels.viewport.rect.expect("it is seen")
}

/// Drags what has this name to a place of the window.
fn drag(harness: &mut Harness<'static, Window>, name: &str, to: egui::Pos2) {
    let from = harness.get_by_label(name).rect().center();
    harness.drag_at(from);
    harness.run_steps(2);
    harness.hover_at(from + (to - from) / 2.0);
    harness.run_steps(2);
    harness.hover_at(to);
    harness.run_steps(2);
    harness.drop_at(to);
    harness.run_steps(3);
}

/// They could be clicked and not dragged.
#[test]
fn a_family_that_is_dragged_into_the_world_is_opened() {
    let mut harness = library(Project::of_scene("boxes.toml", BOXES));
    // Let go elsewhere, it is not.
    let elsewhere = harness.get_by_label("File").rect().center();
    drag(&mut harness, "push_planar", elsewhere);
    assert_eq!(text_of(&harness), BOXES);
    let to = world_rect(&mut harness).center();
    drag(&mut harness, "push_planar", to);
    let session = &harness.state().session;
    assert!(!session.project.is_scene);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let kit = session.kit().expect("it is resolved");
    assert_eq!(kit.family.card().name, "push_planar");
}

#[test]
fn a_family_that_is_dragged_over_what_is_not_saved_asks_first() {
    let mut harness = library(Project::of_scene("boxes.toml", BOXES));
    let edit = Edit::set("doc", "\"edited\"");
    harness.state_mut().session.edit("doc", None, &[edit]);
    harness.run_steps(2);
    let edited = text_of(&harness);
    let to = world_rect(&mut harness).center();
    drag(&mut harness, "push_planar", to);
    let wanted = Leaving::Open(PathBuf::from("push_planar"));
    assert_eq!(harness.state().session.question(), Some(&wanted));
    assert_eq!(text_of(&harness), edited);
    harness.state_mut().session.answer(Answer::Discard);
    harness.run_steps(3);
    assert!(!harness.state().session.project.is_scene);
}

/// A click said that what is open was not saved, and that was all.
#[test]
fn an_example_asks_before_it_takes_the_place_of_what_is_not_saved() {
    let mut harness = library(Project::of_scene("boxes.toml", BOXES));
    let to = world_rect(&mut harness).center();
    drag(&mut harness, "conveyor", to);
    assert!(text_of(&harness).contains("conveyor"));
    let edit = Edit::set("doc", "\"edited\"");
    harness.state_mut().session.edit("doc", None, &[edit]);
    harness.run_steps(2);
    harness.get_by_label("dam_break").click();
    harness.run_steps(3);
    harness.get_by_label("Discard").click();
    harness.run_steps(3);
    let session = &harness.state().session;
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    assert!(!session.world().expect("it is drawn").liquids.is_empty());
}

#[test]
fn every_kind_of_piece_is_dragged_onto_the_body_that_is_meant() {
    for (name, wanted) in [
        ("hinge", "child = \"crate\""),
        ("push", "force = { body = \"crate\""),
        ("scan", "mount = \"crate\""),
        ("rider", "mount = \"crate\""),
        ("follower", "track = \"crate\""),
        ("position", "of = \"crate\""),
        ("ice", "friction = 0.03"),
    ] {
        let mut harness = library(Project::of_scene("boxes.toml", BOXES));
        let to = world_rect(&mut harness).center();
        drag(&mut harness, name, to);
        let session = &harness.state().session;
        let text = text_of(&harness);
        assert!(session.problems.is_empty(), "{name}: {:?}", session.problems);
        assert!(text.contains(wanted), "{name}: {text}");
    }
}

/// The hinge is where it was dropped, on the crate's near side, in both frames.
#[test]
fn a_joint_is_where_it_is_dropped() {
    let mut harness = library(Project::of_scene("boxes.toml", BOXES));
    let to = world_rect(&mut harness).center();
    drag(&mut harness, "hinge", to);
    let session = &harness.state().session;
    let joint = &session.world().expect("it is drawn").joints["hinge"];
    let [x, y, z] = joint.anchor_parent_m;
    assert!(
        x.abs() < 0.05 && (-0.21..0.21).contains(&y) && (0.1..0.41).contains(&z),
        "{joint:?}"
    );
    let [_, own_y, own_z] = joint.anchor_child_m;
    assert!(
        (own_y - y).abs() < 1e-3 && (own_z - z + 0.2).abs() < 1e-3,
        "{joint:?}"
    );
}

/// It fell to the place that stands in the library's words, wherever it was let go.
#[test]
fn a_body_that_is_dropped_before_the_sky_is_on_the_ground_there() {
    let scene = BOXES.replace(
        "[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n",
        "",
    );
    let mut harness = library(Project::of_scene("boxes.toml", &scene));
    let rect = world_rect(&mut harness);
    let to = rect.center() + egui::vec2(0.3 * rect.width(), 0.0);
    drag(&mut harness, "ball", to);
    let [x, y, z] = harness.state().session.world().expect("it is drawn").bodies["ball"].position_m;
    assert!(
        x > 0.4 && y.abs() < 1.0 && (z - 0.11).abs() < 1e-3,
        "it is at {x} {y} {z}"
    );
}

/// Only bodies took anything.
#[test]
fn a_motor_is_dropped_on_a_joint_in_the_hierarchy() {
    let scene = format!(
        "{BOXES}[world.bodies.door]\nshape.box.half_extents_m = [0.4, 0.02, 0.4]\nposition_m = [2, 0, 0.5]\n\
         [world.joints.first]\nparent = \"world\"\nchild = \"crate\"\nanchor_parent_m = [0, 0, 0.2]\nfreedom.hinge = {{ axis = [0, 0, 1] }}\n\
         [world.joints.second]\nparent = \"world\"\nchild = \"door\"\nanchor_parent_m = [2, 0, 0.5]\nfreedom.hinge = {{ axis = [0, 0, 1] }}\n"
    );
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    harness.get_by_label("joints (2)").click();
    harness.run_steps(20);
    let to = harness.get_by_label("second").rect().center();
    // The two panels share a place: the payload is what the library gives.
    let servo = terrella_studio::pieces::PIECES
        .iter()
        .find(|piece| piece.name == "servo")
        .expect("it is one");
    harness.drag_at(egui::pos2(700.0, 300.0));
    harness.run_steps(1);
    egui::DragAndDrop::set_payload(&harness.ctx, servo);
    harness.hover_at(to);
    harness.run_steps(2);
    harness.drop_at(to);
    harness.run_steps(3);
    let session = &harness.state().session;
    assert_eq!(session.selection, ["world.mechanisms.servo"], "{:?}", session.log);
    assert!(text_of(&harness).contains("servo = { joint = \"second\""));
}

/// A mesh of a file had to be typed.
#[test]
fn a_mesh_beside_the_scene_is_put_in_and_another_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = folder.path().join("boxes.toml");
    std::fs::write(&scene, BOXES).expect("it is written");
    std::fs::create_dir(folder.path().join("meshes")).expect("it is made");
    let inside = folder.path().join("meshes/peg.obj");
    let corners = "v 0 0 0\nv 0.2 0 0\nv 0 0.2 0\nv 0 0 0.2\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n";
    std::fs::write(&inside, corners).expect("it is written");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let outside = elsewhere.path().join("peg.obj");
    std::fs::write(&outside, corners).expect("it is written");
    let mut harness = library(Project::open(&scene).expect("it is a scene"));
    harness.get_by_label("mesh file ...").click();
    harness.run_steps(4);
    let session = &mut harness.state_mut().session;
    put_mesh(session, &outside);
    assert_eq!(session.project.document.text(), BOXES);
    let said = session.log.last().expect("it is told");
    assert!(said.contains("copy it there first"), "{said}");
    put_mesh(session, &inside);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    assert_eq!(session.selection, ["world.bodies.peg"]);
    let text = session.project.document.text();
    assert!(text.contains("path = \"meshes/peg.obj\""), "{text}");
    let world = session.world().expect("it is drawn");
    assert!(matches!(&world.bodies["peg"].shape, Shape::Hull { points_m } if points_m.len() == 4));
}

/// Holds files over the window, or drops them.
fn bring(harness: &mut Harness<'static, Window>, file: &Path, dropped: bool) {
    let path = Some(file.to_path_buf());
    let input = harness.input_mut();
    if dropped {
        let file = egui::DroppedFile {
            path,
            ..Default::default()
        };
        input.dropped_files.push(file);
    } else {
        let file = egui::HoveredFile {
            path,
            ..Default::default()
        };
        input.hovered_files.push(file);
    }
    harness.run_steps(1);
    harness.input_mut().hovered_files.clear();
    harness.input_mut().dropped_files.clear();
    harness.run_steps(3);
}

/// A file that was dropped onto the window was passed over without a word.
#[test]
fn what_is_dropped_onto_the_window_is_put_in_or_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path
    };
    let scene = write("boxes.toml", BOXES);
    let mesh = write(
        "peg.OBJ",
        "v 0 0 0\nv 0.2 0 0\nv 0 0.2 0\nv 0 0 0.2\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n",
    );
    let other = write(
        "other.toml",
        "name = \"other\"\n[world.bodies.ball]\nshape.ball.radius_m = 0.1\n",
    );
    let letter = write("letter.txt", "dear reader");
    let mut harness = window(Project::open(&scene).expect("it is a scene"));
    let last =
        |harness: &Harness<'static, Window>| harness.state().session.log.last().cloned().unwrap_or_default();
    bring(&mut harness, &mesh, false);
    assert_eq!(text_of(&harness), BOXES, "it is only held over it");
    bring(&mut harness, &letter, true);
    assert!(
        last(&harness).contains("letter.txt is neither a mesh"),
        "{}",
        last(&harness)
    );
    bring(&mut harness, &mesh, true);
    let session = &harness.state().session;
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    assert_eq!(session.selection, ["world.bodies.peg"]);
    assert!(
        text_of(&harness).contains("path = \"peg.OBJ\""),
        "{}",
        text_of(&harness)
    );
    // What is not saved is asked about first; while it is, nothing is taken.
    bring(&mut harness, &other, true);
    harness.get_by_label("Not saved");
    bring(&mut harness, &mesh, true);
    assert!(
        last(&harness).contains("close the dialog first"),
        "{}",
        last(&harness)
    );
    harness.get_by_label("Discard").click();
    harness.run_steps(4);
    assert!(text_of(&harness).contains("name = \"other\""));
}
