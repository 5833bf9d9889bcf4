//! The studio without a window: edits and their undoing, playing, files.

mod arranging;
mod files;
mod overlays;
mod placing;
mod playing;
mod recorded;
mod undoing;

use bevy::math::{Quat, Vec3};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::pictures::stored::integers;
use terrella_app::sim::lane::Tug;
use terrella_app::spec::columns::Table;
use terrella_studio::change;
use terrella_studio::commands::{COMMANDS, Command, find};
use terrella_studio::compare::{Comparison, difference};
use terrella_studio::document::Edit;
use terrella_studio::generate::{Making, Order};
use terrella_studio::pieces::{ASSEMBLIES, PIECES, Target, put, put_assembly};
use terrella_studio::play::{MOST_STEPS, Moment, Play};
use terrella_studio::project::{Choices, Project};
use terrella_studio::session::{Answer, Dialog, Leaving, Session, Tool, Wish, aside};
use terrella_studio::snapping::Snapping;
use terrella_studio::takes::Played;
use terrella_studio::viewport::camera::OrbitCamera;
use terrella_studio::viewport::picture::{Dress, Picture};
use terrella_studio::viewport::scaling::scaled;
use terrella_studio::viewport::{Drag, Viewport, reach_m};

const SCENE: &str = include_str!("../../../../scenes/examples/marble_run.toml");

/// A scene with a table and something that stands on it.
const TABLE: &str = "format = 1\nname = \"table\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
[world.bodies.table]\nmotion = \"fixed\"\nshape.box.half_extents_m = [0.5, 0.5, 0.2]\nposition_m = [0, 0, 0.2]\n";

fn marbles() -> Session {
    Session::new(Project::of_scene("marble_run.toml", SCENE))
}

fn last_body(session: &Session) -> String {
    let bodies = &session.world().expect("it is drawn").bodies;
    bodies.keys().last().expect("there are bodies").clone()
}

/// Makes a dataset of states with one policy, and opens it.
fn generate(session: &Session, policy: &str, change: impl FnOnce(&mut Order)) -> (TempDir, OpenDataset) {
    let folder = tempfile::tempdir().expect("a folder");
    let kit = session.kit().expect("it is resolved");
    let mut order = Order {
        out: folder.path().join("data").display().to_string(),
        sensors: vec!["bodies".into()],
        policies: vec![(policy.into(), 1.0)],
        ..Order::of(&session.project, kit, session.choices.seed).expect("it is right")
    };
    change(&mut order);
    let made = Making::start(order.kit(&session.project).expect("it is right"));
    let out = made.out.clone();
    made.wait().expect("it is made");
    (folder, OpenDataset::open(&out).expect("it is a dataset"))
}

fn state_digests(dataset: &OpenDataset, episode: u64) -> Vec<i64> {
    integers(dataset, Table::Sim, episode, "state_digest").expect("it is recorded")
}

fn family(name: &str) -> Session {
    Session::new(Project::open(Path::new(name)).expect("it is a family"))
}

#[test]
fn an_edit_changes_its_line_and_no_other() {
    let mut session = marbles();
    let before: Vec<String> = SCENE.lines().map(String::from).collect();
    let body = last_body(&session);
    session.edit(
        "class",
        None,
        &[Edit::set(
            format!("{}.class", change::body_path(&body)),
            "\"changed\"",
        )],
    );
    let after: Vec<String> = session
        .project
        .document
        .text()
        .lines()
        .map(String::from)
        .collect();
    let same = before.iter().filter(|line| after.contains(line)).count();
    assert!(
        same + 1 >= before.len(),
        "{same} of {} lines are as they were",
        before.len()
    );
    assert!(SCENE.contains('#'), "the scene has comments to keep");
}

#[test]
fn a_drag_is_one_step() {
    let mut session = marbles();
    let body = last_body(&session);
    for step in 1..=5 {
        let values = session.values().clone();
        session.edit(
            "move",
            Some("drag"),
            &change::move_by(&values, &body, [0.01 * step as f32, 0.0, 0.0]),
        );
    }
    assert!(session.project.document.is_dirty());
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), SCENE);
}

#[test]
fn moving_a_distribution_moves_all_of_it() {
    let text = "name = \"x\"\n[world.bodies.ball]\nshape.ball.radius_m = 0.1\nposition_m = [0, 0, { uniform = [0.5, 2.0], ood = { uniform = [3, 4] } }]\n";
    let mut session = Session::new(Project::of_scene("x", text));
    let values = session.values().clone();
    session.edit("move", None, &change::move_by(&values, "ball", [0.0, 0.25, 0.5]));
    let text = session.project.document.text();
    assert!(
        text.contains("position_m = [0, 0.25, { uniform = [1, 2.5], ood = { uniform = [3.5, 4.5] } }]"),
        "{text}"
    );
}

#[test]
fn stepping_back_and_forth_changes_nothing() {
    let mut session = family("push_planar");
    session.choices.policy = "noisy".into();
    session.refresh();
    let kit = session.kit().expect("it is resolved").clone();
    let digests = |play: &Play| {
        play.moments()
            .iter()
            .map(|moment| moment.digest)
            .collect::<Vec<_>>()
    };
    let mut straight = Play::start(&kit, 0).expect("it starts");
    (0..60).for_each(|_| assert!(straight.step(None, None)));
    // By hand for a while, then back to where the policy acted, and on.
    let mut play = Play::start(&kit, 0).expect("it starts");
    (0..45).for_each(|_| assert!(play.step(None, None)));
    let rest = vec![0.0; play.action_space().len()];
    (0..5).for_each(|_| assert!(play.step(Some(&rest), None)));
    assert!(play.is_by_hand());
    play.show(33);
    assert!(!play.is_by_hand());
    assert!(play.step(Some(&straight.moments()[34].action), None));
    for _ in 34..60 {
        assert!(play.step(None, None));
    }
    assert_eq!(digests(&play), digests(&straight));
}

#[test]
fn playing_never_changes_the_document_and_a_command_writes_poses() {
    let mut session = marbles();
    for _ in 0..30 {
        session.run(Command::StepForward);
    }
    assert_eq!(session.project.document.text(), SCENE);
    session.run(Command::WritePoses);
    assert_ne!(session.project.document.text(), SCENE);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), SCENE);
}

#[test]
fn a_broken_text_lists_its_problems_and_keeps_the_last_good_world() {
    let mut session = marbles();
    let bodies = session.world().expect("it is drawn").bodies.len();
    let broken = SCENE.replacen("motion", "motoin", 1);
    session.edit("typing", None, &[Edit::Text(broken)]);
    assert!(!session.problems.is_empty());
    assert!(session.problems[0].line > 0, "{:?}", session.problems);
    assert_eq!(session.world().expect("the last good one").bodies.len(), bodies);
    let problem = session.problems[0].clone();
    session.go_to(&problem);
    assert_eq!(session.line, Some(problem.line));
    session.run(Command::Undo);
    assert!(session.problems.is_empty());
}

#[test]
fn every_command_is_in_the_table_once_and_no_key_means_two_things() {
    for (index, entry) in COMMANDS.iter().enumerate() {
        for other in &COMMANDS[index + 1..] {
            assert_ne!(entry.command, other.command);
            assert_ne!(entry.name, other.name);
            assert!(
                entry.key.is_none() || entry.key != other.key,
                "{} and {}",
                entry.name,
                other.name
            );
        }
    }
    assert_eq!(find("undo")[0].command, Command::Undo);
    assert_eq!(find("stpfw")[0].command, Command::StepForward);
}

#[test]
fn commands_never_panic_whatever_is_open() {
    let projects = [
        Project::empty(),
        Project::of_scene("broken", "name = 3"),
        Project::open(Path::new("door_passage")).expect("a family"),
    ];
    for project in projects {
        let mut session = Session::new(project);
        for entry in COMMANDS {
            if entry.command != Command::Save {
                session.run(entry.command);
            }
        }
    }
}

#[test]
fn a_run_is_resolved_once_for_all_of_its_worlds() {
    let mut session = family("drop_bounce");
    let kit = session.kit().expect("it is resolved").clone();
    session.run(Command::NextWorld);
    assert!(Arc::ptr_eq(&kit, session.kit().expect("it is resolved")));
    session.choices = Choices {
        seed: 5,
        ..session.choices.clone()
    };
    session.refresh();
    assert!(!Arc::ptr_eq(&kit, session.kit().expect("it is resolved")));
}

#[test]
fn snapping_has_steps_and_ctrl_does_the_other() {
    let mut session = marbles();
    assert_eq!(session.tools.snapping.steps(false), None);
    assert!(session.tools.snapping.steps(true).is_some());
    session.run(Command::Snap);
    session.tools.snapping.turn_deg = 30.0;
    let steps = session.tools.snapping.steps(false).expect("they snap");
    assert_eq!((steps.move_m, steps.scale), (0.05, 0.1));
    assert!((steps.turn_rad - std::f32::consts::FRAC_PI_6).abs() < 1e-6);
    assert_eq!(session.tools.snapping.steps(true), None);
    // What somebody set is set in the next scene too.
    let before = session.tools.snapping;
    session.open(Project::empty());
    assert_eq!(session.tools.snapping, before);
}

#[test]
fn snapping_is_kept_and_steps_that_cannot_be_are_passed_over() {
    let snapping = Snapping {
        on: true,
        move_m: 0.3,
        turn_deg: 7.5,
        scale: 0.25,
    };
    let json = snapping.write();
    assert_eq!(
        json.to_string(),
        r#"{"move_m":0.3,"on":true,"scale":0.25,"turn_deg":7.5}"#
    );
    assert_eq!(Snapping::read(&json), snapping);
    let wrong = serde_json::json!({ "move_m": 0, "on": 3, "scale": -1, "turn_deg": "many" });
    assert_eq!(Snapping::read(&wrong), Snapping::default());
    assert_eq!(Snapping::read(&serde_json::Value::Null), Snapping::default());
}

/// A camera was wanted to see a world by, which the viewport has one of its own for.
#[test]
fn a_scene_without_a_camera_is_shown() {
    let mut session = Session::new(Project::of_scene(
        "ball.toml",
        "format = 1\nname = \"ball\"\n[world.bodies.ball]\nshape.ball.radius_m = 0.1\n",
    ));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.run(Command::StepForward);
    assert_eq!(session.play().expect("it is drawn").shown(), 1);
}

#[test]
fn hidden_liquids_and_soft_bodies_are_not_drawn() {
    for (name, kind) in [("pour_flow", "liquids"), ("rope_soft", "softs")] {
        let session = family(name);
        let kit = session.kit().expect("it is resolved");
        let play = Play::start(kit, 0).expect("it starts");
        let world = &play.plan().world;
        let draw = |hidden: &BTreeSet<String>, points: &[Vec<[f32; 3]>]| {
            let mut picture = Picture::new(world, hidden).expect("it is drawn");
            let moment = (&play.now().poses[..], points);
            picture
                .draw(&OrbitCamera::default(), [96, 96], moment, &Dress::default())
                .to_vec()
        };
        let names = world.liquids.keys().chain(world.softs.keys());
        let all = names.map(|name| change::place(kind, name)).collect();
        let without = draw(&BTreeSet::new(), &[]);
        assert_eq!(draw(&all, &play.now().points), without, "{name}");
        assert_ne!(draw(&BTreeSet::new(), &play.now().points), without, "{name}");
    }
}

/// It stopped in silence.
#[test]
fn a_world_of_which_no_more_steps_are_kept_says_so() {
    let scene = "name = \"floor\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n";
    let mut session = Session::new(Project::of_scene("floor.toml", scene));
    let play = session.play_mut().expect("it is drawn");
    (0..MOST_STEPS).for_each(|_| assert!(play.step(None, None)));
    assert_eq!(play.shown(), MOST_STEPS);
    let told = |session: &Session| session.log.iter().filter(|line| line.contains("20000")).count();
    session.run(Command::PlayPause);
    session.tick(1.0);
    assert!(!session.playing);
    assert_eq!(told(&session), 1, "{:?}", session.log);
    session.run(Command::StepForward);
    assert_eq!(told(&session), 2, "{:?}", session.log);
}

#[test]
fn a_world_is_looked_at_along_each_axis_from_both_sides() {
    let session = marbles();
    let mut viewport = Viewport::default();
    for (command, forward) in [
        (Command::ViewFront, Vec3::Y),
        (Command::ViewBack, Vec3::NEG_Y),
        (Command::ViewRight, Vec3::NEG_X),
        (Command::ViewLeft, Vec3::X),
        (Command::ViewTop, Vec3::NEG_Z),
        (Command::ViewBelow, Vec3::Z),
    ] {
        viewport.command(command, &session);
        let seen = viewport.camera.forward();
        assert!(seen.dot(forward) > 0.999, "{command:?}: {seen}");
    }
}
