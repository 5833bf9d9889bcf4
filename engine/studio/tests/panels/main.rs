//! The panels without a window: clicked, typed into, and what becomes of the session.

mod hands;
mod inspector;
mod library;
mod looking;
mod mouse;
mod orders;
mod worlds;

use bevy::math::{Quat, Vec3};
use bevy_egui::egui::accesskit::Role;
use bevy_egui::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::time::Duration;
use terrella_studio::commands::Command;
use terrella_studio::generate::Making;
use terrella_studio::panels::{Panels, Tab};
use terrella_studio::pieces::{Target, put};
use terrella_studio::project::Project;
use terrella_studio::script::{Script, Stage};
use terrella_studio::session::{Dialog, Leaving, Session};
use terrella_studio::viewport::Drag;

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

/// The text of the document.
fn text_of(harness: &Harness<'static, Window>) -> String {
    harness.state().session.project.document.text().to_string()
}

/// Where the number is that is shown as this.
fn number_at(harness: &Harness<'static, Window>, shown: &str) -> egui::Rect {
    let fields: Vec<_> = harness.get_all_by_role(Role::SpinButton).collect();
    let all: Vec<String> = fields.iter().filter_map(|field| field.value()).collect();
    let found = fields
        .iter()
        .find(|field| field.value().as_deref() == Some(shown));
    found
        .unwrap_or_else(|| panic!("{shown} is none of {all:?}"))
        .rect()
}

/// Types a number in the place of one that is shown.
fn type_over(harness: &mut Harness<'static, Window>, shown: &str, text: &str) {
    let at = number_at(harness, shown).center();
    type_at(harness, at, text);
}

/// Types a number into the field that is here.
fn type_at(harness: &mut Harness<'static, Window>, at: egui::Pos2, text: &str) {
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(3);
    harness.event(egui::Event::Text(text.into()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

/// Types a text in the place of one that stands in a field.
fn retype(harness: &mut Harness<'static, Window>, before: impl Fn(&str) -> bool, text: &str) {
    let field = harness
        .get_all_by_role(Role::TextInput)
        .find(|field| field.value().is_some_and(|value| before(&value)))
        .expect("there is such a field");
    let letters = field.value().map_or(0, |value| value.chars().count());
    field.focus();
    harness.run_steps(2);
    for _ in 0..letters {
        harness.key_press(Key::Backspace);
    }
    harness.run_steps(2);
    harness.event(egui::Event::Text(text.into()));
    harness.run_steps(2);
}

/// Presses a button of the mouse somewhere, moves it so far, and lets it go.
fn drag(
    harness: &mut Harness<'static, Window>,
    button: egui::PointerButton,
    from: egui::Pos2,
    by: egui::Vec2,
) {
    let press = |pos: egui::Pos2, pressed: bool| egui::Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.hover_at(from);
    harness.run_steps(2);
    harness.event(press(from, true));
    harness.run_steps(2);
    for share in [0.25, 0.5, 0.75, 1.0] {
        harness.hover_at(from + by * share);
        harness.run_steps(1);
    }
    harness.event(press(from + by, false));
    harness.run_steps(2);
}

/// Drags a number that is shown by so many points.
fn drag_over(harness: &mut Harness<'static, Window>, shown: &str, ways: &[f32]) {
    let mut at = number_at(harness, shown).center();
    harness.drag_at(at);
    harness.run_steps(2);
    for way in ways {
        at.x += way;
        harness.hover_at(at);
        harness.run_steps(2);
    }
    harness.drop_at(at);
    harness.run_steps(3);
}

#[test]
fn a_click_in_the_hierarchy_selects() {
    let mut harness = boxes();
    harness.get_by_label("crate").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session.selection, ["world.bodies.crate"]);
}

/// Shift was what Ctrl is, and what was found stayed in a closed list.
#[test]
fn the_hierarchy_selects_ranges_and_opens_where_something_is_found() {
    let more = ["a", "b", "c"].map(|name| {
        format!("[world.bodies.{name}_ball]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0.5]\n")
    });
    let lamp = "[world.lights.lantern]\npoint = { position_m = [0, 0, 2] }\n";
    let scene = format!("{BOXES}{}{lamp}", more.concat());
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    harness.get_by_label("a_ball").click();
    harness.run_steps(3);
    harness.get_by_label("c_ball").click_modifiers(Modifiers::SHIFT);
    harness.run_steps(3);
    let selected = |harness: &Harness<'static, Window>| harness.state().session.selected_bodies();
    assert_eq!(selected(&harness), ["a_ball", "b_ball", "c_ball"]);
    harness.get_by_label("crate").click_modifiers(Modifiers::SHIFT);
    harness.run_steps(3);
    assert_eq!(selected(&harness), ["a_ball", "crate"]);
    harness.get_by_label("c_ball").click_modifiers(Modifiers::COMMAND);
    harness.run_steps(3);
    assert_eq!(selected(&harness), ["a_ball", "crate", "c_ball"]);
    assert!(harness.query_by_label("lantern").is_none(), "lights are closed");
    let fields = harness.get_all_by_role(Role::TextInput);
    let search = fields.min_by(|one, other| one.rect().top().total_cmp(&other.rect().top()));
    search.expect("the search").focus();
    harness.run_steps(2);
    harness.event(egui::Event::Text("la".into()));
    harness.run_steps(8);
    harness.get_by_label("lantern");
    harness.key_press(Key::Backspace);
    harness.key_press(Key::Backspace);
    harness.run_steps(8);
    assert!(
        harness.query_by_label("lantern").is_none(),
        "they are as they were"
    );
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
    // A joint that can be driven, and a motor that can fail.
    let scene = format!(
        "{BOXES}\n[world.bodies.door]\nshape.box.half_extents_m = [0.4, 0.02, 0.4]\nposition_m = [2, 0, 0.5]\n\
         [world.joints.hinge_of_door]\nparent = \"world\"\nchild = \"door\"\nanchor_parent_m = [1.6, 0, 0.5]\nanchor_child_m = [-0.4, 0, 0]\n\
         freedom.hinge = {{ axis = [0, 0, 1] }}\n[world.mechanisms.motor]\nservo = {{ joint = \"hinge_of_door\", max_velocity = 1, max_force = 5 }}\n"
    );
    for piece in terrella_studio::pieces::PIECES {
        let mut session = Session::new(Project::of_scene("boxes.toml", &scene));
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        session.select("world.bodies.crate", false);
        let target = Target::selected(&session);
        put(&mut session, piece, &target);
        let (kind, name) = (piece.kind, piece.name);
        assert!(
            session.problems.is_empty(),
            "{kind} {name}: {:?}",
            session.problems
        );
        assert_ne!(
            session.project.document.text(),
            scene,
            "{kind} {name}: {:?}",
            session.log
        );
        session.run(Command::StepForward);
        assert_eq!(session.play().expect("it is drawn").shown(), 1, "{kind} {name}");
    }
}

#[test]
fn every_example_of_the_library_is_right() {
    for name in ["marble_run", "conveyor", "dam_break", "lookout", "studio"] {
        let mut harness = window(Project::empty());
        harness.state_mut().panels.show_tab(Tab::Library);
        harness.set_size(egui::vec2(1400.0, 2400.0));
        harness.run_steps(3);
        harness.get_by_label(name).click();
        harness.run_steps(3);
        let session = &harness.state().session;
        assert!(session.problems.is_empty(), "{name}: {:?}", session.problems);
        assert!(session.world().expect("it is drawn").bodies.len() > 1, "{name}");
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
    // The text comes to the front and takes the line from the session.
    harness.run_steps(4);
    assert_eq!(harness.state().session.line, None, "the text has gone there");
    assert_eq!(harness.state().session.selection, ["world.bodies.crate"]);
    let text = BOXES.replace("shape.box", "shape.bax");
    let shown = harness.get_all_by_role(Role::MultilineTextInput);
    let mut shown = shown.filter(|node| node.value().is_some_and(|value| value == text));
    assert!(shown.next().is_some(), "the text is in front");
    assert_eq!(harness.state().session.project.document.text(), text);
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

#[test]
fn a_piece_is_dragged_from_the_library_onto_a_body() {
    let mut harness = boxes();
    harness.state_mut().panels.show_tab(Tab::Library);
    harness.run_steps(3);
    let Window { session, panels } = harness.state_mut();
    panels.viewport.draw(session).expect("it is drawn");
    let middle = panels.viewport.rect.expect("it is seen").center();
    for (piece, label) in [("rubber", "material"), ("ball", "bodies.ball")] {
        let from = harness.get_by_label(piece).rect().center();
        harness.drag_at(from);
        harness.run_steps(2);
        harness.hover_at((from + middle.to_vec2()) / 2.0);
        harness.run_steps(2);
        harness.hover_at(middle);
        harness.run_steps(2);
        harness.drop_at(middle);
        harness.run_steps(3);
        let text = harness.state().session.project.document.text();
        assert!(text.contains(label), "{piece}: {text}");
    }
    let session = &harness.state().session;
    let world = session.world().expect("it is drawn");
    assert_eq!(
        world.bodies["crate"].material.restitution, 0.8,
        "{:?}",
        session.log
    );
    // The camera looks at the crate's front, before which there is the floor.
    let [_, y, z] = world.bodies["ball"].position_m;
    assert!((-0.35..-0.3).contains(&y), "it touches the crate: {y}");
    assert!((z - 0.1).abs() < 0.01, "it stands on the floor: {z}");
}

#[test]
fn the_inspector_shortens_and_lengthens_a_list() {
    let scene = BOXES.replace(
        "[world.bodies.floor]",
        "[world]\nobserve = [\n  { of = \"crate\", quantity = \"position\" }, # where\n  { of = \"crate\", quantity = \"velocity\" },\n]\n[world.bodies.floor]",
    );
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    harness.state_mut().session.select("world", false);
    harness.run_steps(3);
    let items = |harness: &Harness<'static, Window>| {
        let world = harness.state().session.world().expect("it is drawn");
        world.observe.len()
    };
    assert_eq!(items(&harness), 2);
    harness
        .get_all_by_label("×")
        .last()
        .expect("there are two")
        .click();
    harness.run_steps(3);
    assert_eq!(items(&harness), 1);
    let text = harness.state().session.project.document.text();
    assert!(text.contains("# where") && !text.contains("velocity"), "{text}");
}

#[test]
fn the_mouse_acts_on_the_pad() {
    let mut harness = window(Project::open(Path::new("push_planar")).expect("it is a family"));
    harness.state_mut().panels.show_tab(Tab::Timeline);
    harness.state_mut().session.run(Command::Hand);
    harness.run_steps(3);
    let slider = harness
        .get_all_by_role(Role::Slider)
        .last()
        .expect("a channel")
        .rect();
    // The pad is the square left of the sliders' names.
    let stays = harness.get_by_label("stays").rect();
    let at = egui::pos2(stays.left() + 90.0, slider.top() + 4.0);
    harness.drag_at(at);
    harness.run_steps(2);
    let hand = harness.state().session.hand.clone().expect("it acts");
    assert!(hand[0] > 0.0, "{hand:?}");
    harness.drop_at(at);
    harness.run_steps(2);
    assert_eq!(harness.state().session.hand, Some(vec![0.0; hand.len()]));
}

#[test]
fn a_healthy_twin_is_shown_beside_the_episode_that_it_branched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("data");
    let project = Project::open(Path::new("line_cell")).expect("it is a family");
    let kit = project.resolve(out.clone(), |spec| {
        spec.episodes = 2;
        spec.steps = Some(10);
        spec.sensors = vec!["bodies".into()];
        spec.healthy_twins = true;
    });
    let making = Making::start(kit.expect("it is right"));
    making.wait().expect("it is made");

    let mut harness = window(Project::empty());
    harness
        .state_mut()
        .session
        .open_path(&out)
        .expect("it is a dataset");
    harness.run_steps(4);
    harness.get_by_label("of 0").click();
    harness.run_steps(4);
    let session = &harness.state().session;
    assert_eq!((session.episode, session.beside), (1, Some(0)));
    assert!(session.other().is_some(), "{:?}", session.log);
}

fn type_letters(harness: &mut Harness<'static, Window>, letters: &str) {
    harness.event(egui::Event::Text(letters.into()));
    harness.run_steps(2);
}

/// The field of the text panel, with the keyboard.
fn text_panel(harness: &mut Harness<'static, Window>) {
    harness.state_mut().panels.show_tab(Tab::Text);
    harness.run_steps(3);
    harness.get_by_role(Role::MultilineTextInput).focus();
    harness.run_steps(2);
}

/// Each text began at the same version, so the panel went on showing the one before; a letter put it in place of the new one.
#[test]
fn the_text_panel_shows_the_text_that_was_opened_last() {
    let mut harness = boxes();
    text_panel(&mut harness);
    let other = BOXES.replace("crate", "chest");
    let project = Project::of_scene("chest.toml", &other);
    harness.state_mut().session.open(project);
    harness.run_steps(3);
    text_panel(&mut harness);
    type_letters(&mut harness, "#");
    let text = harness.state().session.project.document.text().to_string();
    assert_eq!(text.replace('#', ""), other.replace('#', ""));
    assert_ne!(text, other);
}

/// They acted on the scene.
#[test]
fn keys_that_edit_a_field_are_the_fields() {
    let mut harness = boxes();
    let edit = terrella_studio::document::Edit::set("doc", "\"edited\"");
    harness.state_mut().session.edit("doc", None, &[edit]);
    let edited = harness.state().session.project.document.text().to_string();
    harness
        .get_all_by_role(Role::TextInput)
        .next()
        .expect("the search field")
        .focus();
    harness.run_steps(2);
    type_letters(&mut harness, "cr");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(2);
    assert!(harness.state().session.selection.is_empty());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(harness.state().session.project.document.text(), edited);
}

#[test]
fn what_is_typed_in_the_text_is_undone_there() {
    let mut harness = boxes();
    text_panel(&mut harness);
    type_letters(&mut harness, "#");
    assert_ne!(harness.state().session.project.document.text(), BOXES);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(harness.state().session.project.document.text(), BOXES);
    type_letters(&mut harness, "#");
    let text = harness.state().session.project.document.text();
    assert_eq!(text.matches('#').count(), BOXES.matches('#').count() + 1);
}

/// All that was typed until the field lost the keyboard was one step.
#[test]
fn who_stops_typing_for_a_while_begins_another_step() {
    let mut harness = boxes();
    text_panel(&mut harness);
    type_letters(&mut harness, "#a");
    let first = harness.state().session.project.document.text().to_string();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    type_letters(&mut harness, "b");
    harness.state_mut().session.run(Command::Undo);
    assert_eq!(harness.state().session.project.document.text(), first);
    harness.state_mut().session.run(Command::Undo);
    assert_eq!(harness.state().session.project.document.text(), BOXES);
}

/// Ctrl+N and its like acted behind dialogs.
#[test]
fn no_shortcut_acts_behind_a_dialog() {
    let mut harness = boxes();
    harness.key_press(Key::F1);
    harness.run_steps(3);
    assert!(harness.state().panels.has_dialog());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_steps(3);
    let session = &harness.state().session;
    assert!(session.selection.is_empty());
    assert_eq!(session.project.document.text(), BOXES);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!harness.state().panels.has_dialog());
}

/// What was selected stayed displaced where Escape, Space or Delete came while the handles were held.
#[test]
fn a_drag_of_the_handles_is_cancelled() {
    let drag = Drag {
        offset_m: Vec3::X,
        turn: Quat::IDENTITY,
        scale: Vec3::ONE,
    };
    let (none, ctrl) = (Modifiers::NONE, Modifiers::COMMAND);
    for (modifiers, key, stays) in [
        (none, Key::Escape, true),
        (ctrl, Key::Z, true),
        (none, Key::Space, true),
        (none, Key::Delete, false),
    ] {
        let mut harness = boxes();
        let edit = terrella_studio::document::Edit::set("doc", "\"edited\"");
        let Window { session, panels } = harness.state_mut();
        session.edit("doc", None, &[edit]);
        session.select("world.bodies.crate", false);
        panels.viewport.drag(drag);
        harness.key_press_modifiers(modifiers, key);
        harness.run_steps(2);
        let Window { session, panels } = harness.state_mut();
        assert!(!panels.viewport.is_dragged(), "{key:?}");
        assert!(panels.viewport.takes_back(), "{key:?}: the handles are let go");
        assert!(session.project.document.text().contains("edited"), "{key:?}");
        assert_eq!(session.selection.is_empty(), !stays, "{key:?}");
    }
}

#[test]
fn an_unsaved_text_is_saved_before_another_is_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("boxes.toml");
    std::fs::write(&file, BOXES).expect("it is written");
    let mut harness = window(Project::open(&file).expect("it is a scene"));
    let edit = terrella_studio::document::Edit::set("doc", "\"edited\"");
    harness.state_mut().session.edit("doc", None, &[edit]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_steps(3);
    assert_eq!(harness.state().session.question(), Some(&Leaving::New));
    assert!(harness.state().panels.has_dialog());
    harness.get_by_label("Cancel").click();
    harness.run_steps(3);
    assert!(harness.state().session.project.document.path().is_some());

    harness.key_press_modifiers(Modifiers::COMMAND, Key::Q);
    harness.run_steps(3);
    assert!(!harness.state().panels.is_closing());
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    assert!(harness.state().panels.is_closing());
    let saved = std::fs::read_to_string(&file).expect("it is there");
    assert!(saved.contains("edited"), "{saved}");
}

/// A problem's line was marked for one frame.
#[test]
fn the_line_of_a_problem_stays_marked_until_the_text_changes() {
    let broken = BOXES.replace("shape.box", "shape.bax");
    let mut harness = window(Project::of_scene("broken.toml", &broken));
    let session = &mut harness.state_mut().session;
    let problem = session.problems.first().cloned().expect("it is wrong");
    session.go_to(&problem);
    harness.run_steps(8);
    assert_eq!(harness.state().panels.marked_line(), Some(7));
    text_panel(&mut harness);
    type_letters(&mut harness, "#");
    assert_eq!(harness.state().panels.marked_line(), None);
}

/// The timeline was in front, and only a title told that something is wrong.
#[test]
fn the_problems_of_a_file_that_is_wrong_come_to_the_front() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("broken.toml");
    std::fs::write(&file, BOXES.replace("shape.box", "shape.bax")).expect("it is written");
    let mut harness = window(Project::empty());
    let opened = harness.state_mut().session.open_path(&file);
    opened.expect("it is a file");
    harness.run_steps(4);
    harness.get_by_label_contains("line 7");
}

/// A JSON could be typed in that no edit and no file is made of.
#[test]
fn the_run_of_a_dataset_is_not_typed_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("data");
    let project = Project::of_scene("boxes.toml", BOXES);
    let kit = project.resolve(out.clone(), |spec| {
        spec.episodes = 1;
        spec.steps = Some(3);
        spec.sensors = vec!["bodies".into()];
    });
    let making = Making::start(kit.expect("it is right"));
    making.wait().expect("it is made");
    let mut harness = window(Project::empty());
    let opened = harness.state_mut().session.open_path(&out);
    opened.expect("it is a dataset");
    harness.run_steps(4);
    let before = text_of(&harness);
    assert!(before.starts_with('{'), "{before}");
    text_panel(&mut harness);
    type_letters(&mut harness, "#");
    let shown = harness.get_by_role(Role::MultilineTextInput).value();
    assert_eq!(shown.as_ref(), Some(&before));
    assert_eq!(text_of(&harness), before);
}

/// A session and panels, and no window.
struct NoWindow(Session, Panels);

impl Stage for NoWindow {
    fn session(&mut self) -> &mut Session {
        &mut self.0
    }
    fn panels(&mut self) -> &mut Panels {
        &mut self.1
    }
    fn point(&mut self, _: [f32; 2]) {}
    fn press(&mut self, _: bool) {}
    fn screenshot(&mut self, _: PathBuf) {}
    fn times(&mut self) -> [Duration; 2] {
        [Duration::ZERO; 2]
    }
    fn handle(&mut self, _axis: usize) -> Option<[f32; 2]> {
        None
    }
}

/// It stayed over the window in every picture after that.
#[test]
fn what_a_script_opens_takes_the_place_of_the_dialog() {
    let mut stage = NoWindow(Session::new(Project::empty()), Panels::default());
    stage.1.open_dialog(Dialog::Gallery, &mut stage.0);
    let mut script = Script::new("open drop_bounce");
    assert!((0..100).any(|_| script.perform(&mut stage)), "it ends");
    assert_eq!(script.failed(), None);
    assert!(!stage.1.has_dialog());
}
