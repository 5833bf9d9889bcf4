//! The inspector's fields: numbers, laws, several things at once, steps of undo.

use super::{BOXES, Window, boxes, drag_over, number_at, retype, text_of, type_over, window};
use bevy_egui::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use terrella_app::spec::shape::Shape;
use terrella_studio::change::shown_number;
use terrella_studio::project::Project;

/// The scene of boxes with another line for the crate, which is selected.
fn crate_with(line: &str) -> Harness<'static, Window> {
    let scene = BOXES.replace("position_m = [0, 0, 0.2]", line);
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    harness.state_mut().session.select("world.bodies.crate", false);
    // Tall enough that every field is seen.
    harness.set_size(egui::vec2(1600.0, 2400.0));
    harness.run_steps(4);
    harness
}

fn undo(harness: &mut Harness<'static, Window>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
}

/// It was shown as 0, and any edit of it wrote [0, 0].
#[test]
fn a_number_of_a_millionth_is_shown_and_stays_what_it_is() {
    let law = "linear_damping = { log_uniform = [1.0e-6, 4.25e-6] } # small";
    let mut harness = crate_with(law);
    number_at(&harness, "1e-6");
    type_over(&mut harness, "4.25e-6", "5e-6");
    let text = text_of(&harness);
    // The other bound is as it was typed, and so is what stands behind them.
    assert!(text.contains("log_uniform = [1.0e-6, 5e-6] } # small"), "{text}");
    let drawn = harness.state().session.world().expect("it is drawn").bodies["crate"].linear_damping;
    assert!((1e-6..5e-6).contains(&drawn), "{drawn}");
}

/// Four decimals were kept of what was only looked at.
#[test]
fn a_number_that_is_left_as_it_is_shown_keeps_all_of_its_digits() {
    let mut harness = crate_with("linear_damping = 0.123456789123");
    let at = number_at(&harness, "0.123457").center();
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(text_of(&harness).contains("linear_damping = 0.123456789123"));
}

/// It became "no number", and its editor was gone in the middle of the drag.
#[test]
fn a_bound_of_a_logarithmic_law_cannot_be_dragged_to_nothing() {
    let mut harness = crate_with("linear_damping = { log_uniform = [0.02, 0.4] }");
    drag_over(&mut harness, "0.02", &[-20.0, -200.0, -200.0]);
    let session = &harness.state().session;
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    number_at(&harness, "0.4");
    let text = text_of(&harness);
    assert!(
        text.contains("log_uniform = [") && !text.contains("log_uniform = [0,"),
        "{text}"
    );
}

/// They changed places under the mouse.
#[test]
fn a_low_bound_stops_at_the_high_one() {
    let mut harness = crate_with("linear_damping = { uniform = [0.21, 0.4] }");
    drag_over(&mut harness, "0.21", &[100.0, 400.0]);
    let text = text_of(&harness);
    assert!(text.contains("uniform = [0.4, 0.4]"), "{text}");
    drag_over(&mut harness, "0.4", &[-50.0]);
    let text = text_of(&harness);
    assert!(text.contains(", 0.4]") && !text.contains("[0.4,"), "{text}");
}

/// There was nothing to mend it by.
#[test]
fn what_is_no_law_is_shown_with_what_is_wrong() {
    let harness = crate_with("linear_damping = { uniform = [2, 1] }");
    assert!(!harness.state().session.problems.is_empty());
    harness.get_by_label_contains("wants finite low <= high");
}

/// Only the last thing was changed.
#[test]
fn an_edit_is_of_all_things_that_are_selected() {
    let scene = format!(
        "{BOXES}\n[world.bodies.ball]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0.1]\nlinear_damping = {{ uniform = [0, 1] }}\n\
         [world.bodies.held]\nshape.ball.radius_m = 0.1\nposition_m = [2, 0, 0.1]\n"
    );
    let scene = scene.replace("[0.2, 0.2, 0.2]", "[0.27, 0.2, 0.2]");
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    harness.set_size(egui::vec2(1600.0, 2400.0));
    let session = &mut harness.state_mut().session;
    session.locked.insert("world.bodies.held".into());
    session.select("world.bodies.held", false);
    session.select("world.bodies.ball", true);
    session.select("world.bodies.crate", true);
    harness.run_steps(4);
    // `swept` is the one that is not ticked.
    harness.get_by_label("no").click();
    harness.run_steps(3);
    let bodies = |harness: &Harness<'static, Window>| {
        let world = harness.state().session.world().expect("it is drawn");
        ["crate", "ball", "held"].map(|name| world.bodies[name].clone())
    };
    assert_eq!(bodies(&harness).map(|body| body.swept), [true, true, false]);
    // What only the crate has is changed of it alone.
    let session = &mut harness.state_mut().session;
    session.select("world.bodies.crate", false);
    session.select("world.bodies.ball", true);
    session.select("world.bodies.crate", true);
    session.select("world.bodies.crate", true);
    harness.run_steps(4);
    type_over(&mut harness, "0.27", "0.3");
    let session = &harness.state().session;
    assert!(
        session.problems.is_empty(),
        "{:?} {:?}",
        session.problems,
        session.log
    );
    assert!(text_of(&harness).contains("[0.3, 0.2, 0.2] # a cube"));
    assert!(matches!(bodies(&harness)[1].shape, Shape::Ball { radius_m } if radius_m == 0.1));
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(text_of(&harness), scene);
}

/// They were one step, and off and on again left one that did nothing.
#[test]
fn each_click_is_a_step_of_its_own() {
    let mut harness = boxes();
    harness.state_mut().session.select("world.bodies.crate", false);
    harness.run_steps(3);
    harness.get_by_label("no").click();
    harness.run_steps(3);
    let once = text_of(&harness);
    harness
        .get_all_by_label("yes")
        .last()
        .expect("`swept` is ticked")
        .click();
    harness.run_steps(3);
    assert_ne!(text_of(&harness), once);
    undo(&mut harness);
    assert_eq!(text_of(&harness), once);
    undo(&mut harness);
    assert_eq!(text_of(&harness), BOXES);
}

/// A drag there and back was a step that did nothing.
#[test]
fn a_drag_there_and_back_is_no_step() {
    let mut harness = crate_with("linear_damping = 0.5");
    let before = text_of(&harness);
    drag_over(&mut harness, "0.5", &[20.0, 30.0]);
    let dragged = text_of(&harness);
    assert_ne!(dragged, before);
    undo(&mut harness);
    assert_eq!(text_of(&harness), before, "a drag is one step");
    drag_over(&mut harness, "0.5", &[40.0, -40.0]);
    assert_eq!(text_of(&harness), before);
    let document = &harness.state().session.project.document;
    assert_eq!(document.next_steps().0, None);
}

/// A mass of 0 was written, with which there is no world.
#[test]
fn what_is_set_first_is_something_that_can_be() {
    let mut harness = crate_with("material.friction = 0.5");
    // The material's fields that are not set: mass and centre of mass.
    let plus = harness.get_all_by_label("+").count();
    assert!(plus >= 2, "{plus}");
    for _ in 0..plus {
        let Some(button) = harness.query_all_by_label("+").next() else {
            break;
        };
        button.click();
        harness.run_steps(3);
        let session = &harness.state().session;
        assert!(session.problems.is_empty(), "{:?}", session.problems);
    }
    let material = &harness.state().session.world().expect("it is drawn").bodies["crate"].material;
    assert_eq!(material.mass_kg, Some(1.0));
}

/// Whatever was typed was taken.
#[test]
fn a_number_stays_within_its_range() {
    let mut harness = crate_with("material.restitution = 0.25");
    type_over(&mut harness, "0.25", "7");
    assert!(
        text_of(&harness).contains("restitution = 1"),
        "{}",
        text_of(&harness)
    );
    assert!(harness.state().session.problems.is_empty());
}

/// It was told only to who kept the mouse on the histogram.
#[test]
fn what_is_drawn_of_a_law_is_shown_beside_it() {
    let mut harness = crate_with("linear_damping = { uniform = [0.2, 0.4] }");
    let drawn = |harness: &Harness<'static, Window>| {
        let world = harness.state().session.world().expect("it is drawn");
        f64::from(world.bodies["crate"].linear_damping)
    };
    let shown = |value: f64| format!("= {}", &shown_number(value)[..6]);
    let first = drawn(&harness);
    harness.get_by_label_contains(&shown(first));
    let session = &mut harness.state_mut().session;
    session.episode = 7;
    session.refresh();
    harness.run_steps(4);
    let other = drawn(&harness);
    assert_ne!(first, other);
    harness.get_by_label_contains(&shown(other));
}

/// The button with this label that stands the least below a header.
fn first_below(harness: &Harness<'static, Window>, header: &str, label: &str) -> egui::Pos2 {
    let above = harness.get_by_label_contains(header).rect().center().y;
    let buttons = harness
        .get_all_by_label(label)
        .map(|button| button.rect().center());
    let below = buttons.filter(|at| at.y > above);
    below
        .min_by(|one, other| one.y.total_cmp(&other.y))
        .expect("it is there")
}

/// Clicks what stands the furthest right of all that have this label: the inspector's, and not the hierarchy's.
fn click_rightmost(harness: &mut Harness<'static, Window>, label: &str) {
    let all = harness.get_all_by_label(label).map(|own| own.rect());
    let own = all.max_by(|one, other| one.left().total_cmp(&other.left()));
    click_at(
        harness,
        own.expect("it is there").left_center() + egui::vec2(6.0, 0.0),
    );
}

fn click_at(harness: &mut Harness<'static, Window>, at: egui::Pos2) {
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(3);
}

/// Maps within things were left out.
#[test]
fn bodies_are_put_into_a_wind_and_taken_out_of_it() {
    let scene = format!(
        "{BOXES}\n[world.bodies.leaf]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0.5]\n\
         [world.mechanisms.air]\nwind = {{ drag_area_m2 = {{ crate = 0.05 }}, mean_mps = [3, 0, 0] }}\n"
    );
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    harness.set_size(egui::vec2(1600.0, 2000.0));
    harness.state_mut().session.select("world.mechanisms.air", false);
    harness.run_steps(4);
    type_over(&mut harness, "0.05", "0.07");
    assert!(
        text_of(&harness).contains("crate = 0.07"),
        "{}",
        text_of(&harness)
    );
    let more = first_below(&harness, "drag_area_m2", "+");
    click_at(&mut harness, more);
    click_rightmost(&mut harness, "leaf");
    let text = text_of(&harness);
    assert!(text.contains("crate = 0.07, leaf = 0.07"), "{text}");
    let less = first_below(&harness, "drag_area_m2", "×");
    click_at(&mut harness, less);
    let text = text_of(&harness);
    assert!(text.contains("drag_area_m2 = { leaf = 0.07 }"), "{text}");
    let session = &harness.state().session;
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert_eq!(text_of(&harness), scene);
}

const RUN: &str =
    "world.family = \"push_planar\"\n[extra_cameras.side]\nposition_m = [0, -2, 1]\nlook_at_m = [0, 0, 0]\n";

/// A run of a family, with all of its fields in view.
fn run_fields() -> Harness<'static, Window> {
    let mut harness = window(Project::of_text("run.toml", RUN));
    harness.set_size(egui::vec2(1600.0, 2400.0));
    harness.state_mut().session.select("", false);
    harness.run_steps(4);
    harness
}

/// A run could be changed in its text alone.
#[test]
fn the_fields_of_a_run_are_changed_as_those_of_a_scene() {
    let mut harness = run_fields();
    let run = |harness: &Harness<'static, Window>| {
        let session = &harness.state().session;
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        session.project.run().expect("it is right")
    };
    let before = run(&harness);
    type_over(&mut harness, "100", "7");
    // Of what holds by default all is written down, with the change.
    click_rightmost(&mut harness, "depth");
    type_over(&mut harness, "64", "32");
    let mut wanted = before;
    wanted.episodes = 7;
    wanted.sensors.push("depth".into());
    wanted.image_size = [32, 64];
    assert_eq!(run(&harness), wanted);
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert_eq!(text_of(&harness), RUN);
}

#[test]
fn a_run_gets_a_second_camera_that_begins_as_the_first() {
    let mut harness = run_fields();
    // While the camera is closed, the first `+` below is that of all cameras.
    let more = first_below(&harness, "extra_cameras", "+");
    click_at(&mut harness, more);
    let session = &harness.state().session;
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let cameras = session.project.run().expect("it is right").extra_cameras;
    let mut names: Vec<&String> = cameras.keys().collect();
    names.sort();
    assert_eq!(names, ["side", "side_2"]);
    assert_eq!(cameras["side"], cameras["side_2"]);
}

#[test]
fn a_camera_of_a_run_gets_another_name() {
    let mut harness = run_fields();
    let header = first_below(&harness, "extra_cameras", "side");
    click_at(&mut harness, header);
    harness.run_steps(20);
    retype(&mut harness, |field| field == "side", "left");
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let session = &harness.state().session;
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let cameras = session.project.run().expect("it is right").extra_cameras;
    assert_eq!(cameras.keys().collect::<Vec<_>>(), ["left"]);
}

/// The last number of a colour, and the button that makes a law of it, were cut off.
#[test]
fn colours_fit_into_a_small_window() {
    let mut harness = crate_with("position_m = [0, 0, 0.2]\npaint.color = [0.71, 0.72, 0.73]");
    harness.set_size(egui::vec2(1000.0, 2400.0));
    harness.run_steps(6);
    for shown in ["0.71", "0.72", "0.73"] {
        let at = number_at(&harness, shown);
        let laws = harness.get_all_by_label("~").map(|button| button.rect());
        let law = laws.filter(|law| law.left() > at.right() && (law.center().y - at.center().y).abs() < 2.0);
        let law = law.min_by(|one, other| one.left().total_cmp(&other.left()));
        let law = law.expect("it can be made a law");
        assert!(law.right() < 1000.0, "{shown} is at {at:?}, {law:?}");
    }
}
