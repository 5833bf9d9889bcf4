//! The panels without a window: clicked, typed into, and what becomes of the session.

use bevy_egui::egui::accesskit::Role;
use bevy_egui::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use terrella_studio::panels::{Panels, Tab};
use terrella_studio::project::Project;
use terrella_studio::session::Session;

const BOXES: &str = "name = \"boxes\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\n[world.bodies.crate]\n\
    shape.box.half_extents_m = [0.2, 0.2, 0.2] # a cube\nposition_m = [0, 0, 0.2]\n\n[world.cameras.eye]\nposition_m = [0, -3, 1.6]\nlook_at_m = [0, 0, 0]\n";

struct Window {
    session: Session,
    panels: Panels,
}

fn window(project: Project) -> Harness<'static, Window> {
    let state = Window {
        session: Session::new(project),
        panels: Panels::default(),
    };
    let mut harness = Harness::builder().with_size([1400.0, 900.0]).build_ui_state(
        |ui, window: &mut Window| window.panels.show(ui, &mut window.session),
        state,
    );
    harness.run_steps(4);
    harness
}

fn boxes() -> Harness<'static, Window> {
    window(Project::of_scene("boxes.toml", BOXES))
}

#[test]
fn a_click_in_the_hierarchy_selects() {
    let mut harness = boxes();
    harness.get_by_label("crate").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session.selection, ["world.bodies.crate"]);
}

#[test]
fn the_library_puts_a_body_in_and_undo_takes_it_out() {
    let mut harness = boxes();
    harness.state_mut().panels.show_tab(Tab::Library);
    harness.run_steps(3);
    harness.get_by_label("pebble").click();
    harness.run_steps(3);
    let session = &harness.state().session;
    assert!(
        session.project.document.text().contains("[world.bodies.pebble]"),
        "{:?}",
        session.log
    );
    assert_eq!(session.selection, ["world.bodies.pebble"]);
    assert_eq!(session.world().expect("it is drawn").bodies.len(), 3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().session.project.document.text(), BOXES);
}

#[test]
fn every_piece_of_the_library_makes_a_scene_that_is_right() {
    for piece in terrella_studio::panels::PIECES {
        let mut session = Session::new(Project::of_scene("boxes.toml", BOXES));
        session.select("world.bodies.crate", false);
        terrella_studio::panels::put(&mut session, piece);
        assert!(
            session.problems.is_empty(),
            "{} {}: {:?}",
            piece.kind,
            piece.name,
            session.problems
        );
        assert_ne!(
            session.project.document.text(),
            BOXES,
            "{} {}: {:?}",
            piece.kind,
            piece.name,
            session.log
        );
    }
}

#[test]
fn the_inspector_changes_one_field_and_keeps_comments() {
    let mut harness = boxes();
    harness.state_mut().session.select("world.bodies.crate", false);
    harness.run_steps(3);
    // Of the two boxes to tick, `collides` is ticked and `swept` is not.
    harness.get_by_label("no").click();
    harness.run_steps(3);
    let text = harness.state().session.project.document.text().to_string();
    let added: Vec<&str> = text.lines().filter(|line| !BOXES.contains(line)).collect();
    assert_eq!(added, ["swept = true"]);
    assert!(BOXES.lines().all(|line| text.contains(line)), "{text}");
}

#[test]
fn the_palette_finds_and_does() {
    let mut harness = boxes();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    assert!(harness.state().panels.has_dialog());
    harness.event(bevy_egui::egui::Event::Text("step forw".into()));
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(!harness.state().panels.has_dialog());
    assert_eq!(harness.state().session.play().expect("it is drawn").shown(), 1);
}

#[test]
fn a_problem_leads_to_its_line() {
    let mut harness = window(Project::of_scene(
        "broken.toml",
        &BOXES.replace("shape.box", "shape.bax"),
    ));
    harness.state_mut().panels.show_tab(Tab::Problems);
    harness.run_steps(3);
    let problem = harness
        .state()
        .session
        .problems
        .first()
        .cloned()
        .expect("it is wrong");
    assert_eq!(problem.line, 7);
    harness.get_by_label_contains("line 7").click();
    harness.run_steps(1);
    assert_eq!(
        harness.state().session.project.document.text(),
        BOXES.replace("shape.box", "shape.bax")
    );
}

#[test]
fn letters_typed_into_a_field_are_no_shortcuts() {
    let mut harness = boxes();
    harness.state_mut().session.select("world.bodies.crate", false);
    harness.run_steps(3);
    // The search field has the keyboard: Delete edits its text, not the scene.
    harness
        .get_all_by_role(Role::TextInput)
        .next()
        .expect("the search field")
        .focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert_eq!(harness.state().session.project.document.text(), BOXES);
}

#[test]
fn all_panels_show_any_project() {
    let projects = [
        Project::empty(),
        Project::open(Path::new("rooms_nav")).expect("a family"),
        Project::of_scene("broken", "name = 3"),
    ];
    for project in projects {
        let mut harness = window(project);
        for tab in Tab::ALL {
            harness.state_mut().panels.show_tab(tab);
            harness.run_steps(2);
        }
    }
}
