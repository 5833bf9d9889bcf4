//! What the mouse does in the viewport: looking, selecting, pulling; and along the time.

use super::{Window, boxes, drag, text_of, window};
use bevy::math::{Quat, Vec2, Vec3};
use bevy_egui::egui::accesskit::Role;
use bevy_egui::egui::{self, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use terrella_studio::change;
use terrella_studio::commands::Command;
use terrella_studio::panels::Tab;
use terrella_studio::project::Project;
use terrella_studio::viewport::Drag;
use terrella_studio::viewport::camera::OrbitCamera;

fn camera(harness: &Harness<'static, Window>) -> OrbitCamera {
    harness.state().panels.viewport.camera
}

fn rect(harness: &Harness<'static, Window>) -> egui::Rect {
    harness.state().panels.viewport.rect.expect("it is seen")
}

/// The picture is drawn, so that something is under the mouse.
fn draw(harness: &mut Harness<'static, Window>) {
    let Window { session, panels } = harness.state_mut();
    panels.viewport.draw(session);
}

/// Within a frame: where frames are slow, two of them are too long for a click.
fn click(harness: &mut Harness<'static, Window>, pos: egui::Pos2) {
    harness.hover_at(pos);
    harness.run_steps(2);
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
    }
    harness.run_steps(3);
}

/// Where a point of the world is in the window.
fn seen_at(harness: &Harness<'static, Window>, point_m: Vec3) -> egui::Pos2 {
    let rect = rect(harness);
    let size = Vec2::new(rect.width(), rect.height());
    let (at, _) = camera(harness).project(point_m, size).expect("it is in front");
    rect.min + egui::vec2(at.x, at.y)
}

#[test]
fn the_mouse_orbits_pans_and_zooms() {
    let mut harness = boxes();
    let at = rect(&harness).center();
    let before = camera(&harness);
    drag(&mut harness, PointerButton::Secondary, at, egui::vec2(60.0, 24.0));
    let turned = camera(&harness);
    assert!(turned.yaw_rad < before.yaw_rad && turned.pitch_rad > before.pitch_rad);
    assert_eq!(
        (turned.target_m, turned.distance_m),
        (before.target_m, before.distance_m)
    );
    drag(&mut harness, PointerButton::Middle, at, egui::vec2(60.0, 24.0));
    let panned = camera(&harness);
    assert_eq!(
        (panned.yaw_rad, panned.pitch_rad, panned.distance_m),
        (turned.yaw_rad, turned.pitch_rad, turned.distance_m)
    );
    let moved = panned.target_m - turned.target_m;
    assert!(
        moved.dot(turned.right()) < 0.0 && moved.dot(turned.up()) > 0.0,
        "{moved}"
    );
    let wheel = |clicks: f32| egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 50.0 * clicks),
        phase: egui::TouchPhase::Move,
        modifiers: egui::Modifiers::NONE,
    };
    harness.hover_at(at);
    harness.event(wheel(2.0));
    harness.run_steps(20);
    let near = camera(&harness);
    assert!(near.distance_m < 0.9 * panned.distance_m, "{}", near.distance_m);
    harness.event(wheel(-4.0));
    harness.run_steps(20);
    assert!(camera(&harness).distance_m > panned.distance_m);
}

#[test]
fn a_frame_selects_what_is_in_it_and_not_the_floor() {
    let mut harness = boxes();
    draw(&mut harness);
    let whole = rect(&harness).shrink(6.0);
    drag(&mut harness, PointerButton::Primary, whole.min, whole.size());
    assert_eq!(harness.state().session.selection, ["world.bodies.crate"]);
    let empty = egui::vec2(30.0, 30.0);
    drag(&mut harness, PointerButton::Primary, whole.min, empty);
    assert!(harness.state().session.selection.is_empty());
    // What is locked is not taken.
    let session = &mut harness.state_mut().session;
    session.locked.insert("world.bodies.crate".into());
    drag(&mut harness, PointerButton::Primary, whole.min, whole.size());
    assert!(harness.state().session.selection.is_empty());
}

#[test]
fn while_it_plays_the_mouse_pulls_a_body_by_a_spring() {
    let mut harness = boxes();
    draw(&mut harness);
    let crate_m = |harness: &Harness<'static, Window>| {
        let play = harness.state().session.play().expect("it is drawn");
        Vec3::from_array(play.now().poses[1].position_m)
    };
    let before = crate_m(&harness);
    let at = seen_at(&harness, before);
    harness.state_mut().session.playing = true;
    harness.hover_at(at);
    harness.run_steps(2);
    harness.drag_at(at);
    harness.run_steps(1);
    for step in 1..=8 {
        harness.hover_at(at + egui::vec2(20.0 * step as f32, -10.0 * step as f32));
        harness.run_steps(1);
    }
    let tug = harness.state().session.tug.expect("it is held");
    assert_eq!(tug.body, 1);
    (0..30).for_each(|_| harness.state_mut().session.tick(1.0 / 60.0));
    let pulled = crate_m(&harness) - before;
    assert!(pulled.dot(camera(&harness).right()) > 0.05, "{pulled}");
    harness.drop_at(at + egui::vec2(160.0, -80.0));
    harness.run_steps(3);
    assert_eq!(harness.state().session.tug, None);
    assert!(harness.state().session.play().expect("it is drawn").is_by_hand());
}

#[test]
fn the_slider_of_time_goes_to_any_step() {
    let mut harness = boxes();
    let session = &mut harness.state_mut().session;
    let play = session.play_mut().expect("it is drawn");
    (0..20).for_each(|_| assert!(play.step(None, None)));
    harness.state_mut().panels.show_tab(Tab::Timeline);
    harness.run_steps(3);
    // Other panels have shorter ones.
    let sliders = harness.get_all_by_role(Role::Slider).map(|slider| slider.rect());
    let slider = sliders.max_by(|one, other| one.width().total_cmp(&other.width()));
    let slider = slider.expect("it is there");
    let shown =
        |harness: &Harness<'static, Window>| harness.state().session.play().expect("it is drawn").shown();
    for (share, step) in [(0.02, 0), (0.5, 10), (0.98, 20)] {
        let at = egui::pos2(slider.left() + share * slider.width(), slider.center().y);
        drag(&mut harness, PointerButton::Primary, at, egui::Vec2::ZERO);
        let found = shown(&harness) as i64;
        assert!((found - step).abs() <= 1, "{found} in the place of {step}");
    }
}

/// A rope over a floor, and a jelly on it.
const SOFT: &str = "name = \"soft\"\n[world]\nobserve = []\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
    [world.softs.cord]\nradius_m = 0.05\nform.rope = { along_m = [[-0.5, 0, 1], [0.5, 0, { uniform = [1, 1.2] }]], segments = 8 }\n\
    [world.softs.block]\nform.jelly = { center_m = [0, 0, 0.3], half_extents_m = [0.2, 0.2, 0.2], segments = [2, 2, 2] }\n\
    [world.liquids.pool]\nspacing_m = 0.05\nfill = [{ low_m = [1, -0.2, 0.05], high_m = [1.4, 0.2, 0.4] }]\n\
    [world.cameras.eye]\nposition_m = [0.3, -4, 1.5]\nlook_at_m = [0.3, 0, 0.5]\n";

/// They were neither picked, framed nor moved.
#[test]
fn liquids_and_soft_bodies_are_picked_and_moved() {
    let mut harness = window(Project::of_scene("soft.toml", SOFT));
    assert!(
        harness.state().session.problems.is_empty(),
        "{:?}",
        harness.state().session.problems
    );
    draw(&mut harness);
    let points = |harness: &Harness<'static, Window>, index: usize| {
        let play = harness.state().session.play().expect("it is drawn");
        play.now().points[index].clone()
    };
    let middle = |points: &[[f32; 3]]| {
        points.iter().map(|point| Vec3::from_array(*point)).sum::<Vec3>() / points.len() as f32
    };
    // Liquids come first.
    for (index, path) in ["world.liquids.pool", "world.softs.cord", "world.softs.block"]
        .into_iter()
        .enumerate()
    {
        draw(&mut harness);
        let before = points(&harness, index);
        let at = seen_at(&harness, middle(&before));
        click(&mut harness, at);
        assert_eq!(harness.state().session.selection, [path]);
        let offset_m = Vec3::new(0.125, 0.25, 0.0);
        let Window { session, panels } = harness.state_mut();
        panels.viewport.drag(Drag {
            offset_m,
            turn: Quat::IDENTITY,
            scale: Vec3::ONE,
        });
        panels.viewport.drop_drag(session);
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        harness.run_steps(3);
        let after = points(&harness, index);
        let moved = middle(&after) - middle(&before);
        assert!(moved.distance(offset_m) < 2e-3, "{path}: {moved}");
    }
    let text = text_of(&harness);
    assert!(
        text.contains("[[-0.375, 0.25, 1], [0.625, 0.25, { uniform = [1, 1.2] }]]"),
        "{text}"
    );
    draw(&mut harness);
    let whole = rect(&harness).shrink(6.0);
    drag(&mut harness, PointerButton::Primary, whole.min, whole.size());
    assert_eq!(harness.state().session.selection.len(), 3);
}

/// They followed when the handles were let go.
#[test]
fn what_is_soft_goes_with_the_handles_while_they_are_dragged() {
    let mut harness = window(Project::of_scene("soft.toml", SOFT));
    harness.state_mut().session.select("world.softs.block", false);
    let picture = |harness: &mut Harness<'static, Window>| {
        let Window { session, panels } = harness.state_mut();
        let (_, rgba) = panels.viewport.draw(session).expect("it is drawn anew");
        rgba.to_vec()
    };
    let before = picture(&mut harness);
    let drag = Drag {
        offset_m: Vec3::new(0.4, 0.0, 0.3),
        turn: Quat::IDENTITY,
        scale: Vec3::ONE,
    };
    harness.state_mut().panels.viewport.drag(drag);
    let dragged = picture(&mut harness);
    assert_eq!(text_of(&harness), SOFT);
    let differ = before
        .iter()
        .zip(&dragged)
        .filter(|(one, other)| one.abs_diff(**other) > 32);
    assert!(differ.count() > 2000);
}

/// Where the overlay was off, nothing showed where a camera is.
#[test]
fn a_camera_is_selected_by_its_icon_and_a_joint_by_that_of_a_selected_body() {
    let scene = format!(
        "{}[world.cameras.side]\nposition_m = [1, 0.5, 0.8]\nlook_at_m = [0, 0, 0]\n\
         [world.joints.hang]\nparent = \"world\"\nchild = \"crate\"\nanchor_parent_m = [0, 0, 0.9]\nanchor_child_m = [0, 0, 0.7]\nfreedom.ball = {{}}\n",
        super::BOXES
    );
    let mut harness = window(Project::of_scene("boxes.toml", &scene));
    assert!(
        harness.state().session.problems.is_empty(),
        "{:?}",
        harness.state().session.problems
    );
    draw(&mut harness);
    let click = |harness: &mut Harness<'static, Window>, point_m: Vec3| {
        let at = seen_at(harness, point_m);
        click(harness, at);
        harness.state().session.selection.clone()
    };
    let (eye, anchor) = (Vec3::new(1.0, 0.5, 0.8), Vec3::new(0.0, 0.0, 0.9));
    assert_eq!(click(&mut harness, eye), ["world.cameras.side"]);
    assert!(!click(&mut harness, anchor).contains(&"world.joints.hang".to_string()));
    harness
        .state_mut()
        .session
        .select(&change::body_path("crate"), false);
    assert_eq!(click(&mut harness, anchor), ["world.joints.hang"]);
    harness.state_mut().session.run(Command::Icons);
    assert!(!click(&mut harness, eye).contains(&"world.cameras.side".to_string()));
}
