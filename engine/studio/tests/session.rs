//! The studio without a window: edits and their undoing, playing, files.

use bevy::math::{Quat, Vec3};
use proptest::prelude::*;
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
use terrella_studio::document::Edit;
use terrella_studio::generate::{Making, Order};
use terrella_studio::pieces::{PIECES, Target, put};
use terrella_studio::play::{Moment, Play};
use terrella_studio::project::{Choices, Project};
use terrella_studio::session::{Answer, Leaving, Session, Tool, Wish, aside};
use terrella_studio::takes::Played;
use terrella_studio::viewport::camera::OrbitCamera;
use terrella_studio::viewport::picture::{Dress, Picture};
use terrella_studio::viewport::scaling::scaled;
use terrella_studio::viewport::{Drag, Viewport, reach_m};

const SCENE: &str = include_str!("../../../scenes/examples/marble_run.toml");

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

/// What a person may do to a scene.
fn doing() -> impl Strategy<Value = (u8, usize, f32)> {
    (0u8..12, 0usize..40, -0.5f32..0.5)
}

/// Does one of them.
fn act(session: &mut Session, (what, which, much): (u8, usize, f32)) {
    let bodies: Vec<String> = session
        .world()
        .map(|world| world.bodies.keys().cloned().collect())
        .unwrap_or_default();
    if bodies.is_empty() {
        return;
    }
    let body = bodies[which % bodies.len()].clone();
    let path = change::body_path(&body);
    session.select(&path, which % 3 == 0);
    let values = session.values().clone();
    match what {
        0 => session.run(Command::Duplicate),
        1 => session.run(Command::Delete),
        2 => session.run(Command::DropToSurface),
        3 => session.edit(
            "move",
            Some("drag"),
            &change::move_by(&values, &body, [much, 0.0, much]),
        ),
        4 => session.edit(
            "turn",
            None,
            &change::turn_to(&values, &body, [0.0, much, 0.0, (1.0 - much * much).sqrt()]),
        ),
        5 => session.edit(
            "scale",
            None,
            &change::scale_by(&values, &body, [1.0 + much, 1.0, 1.2]),
        ),
        6 => session.edit(
            "rename",
            None,
            &[Edit::Rename {
                path,
                name: format!("body {which}"),
            }],
        ),
        7 => session.edit("class", None, &[Edit::set(format!("{path}.class"), "\"thing\"")]),
        8 => session.edit(
            "law",
            None,
            &[Edit::set(
                format!("{path}.material.friction"),
                "{ uniform = [0.1, 0.9] }",
            )],
        ),
        9 => session.edit(
            "reset",
            None,
            &[Edit::Remove {
                path: format!("{path}.material"),
            }],
        ),
        10 => session.edit(
            "type",
            Some("typing"),
            &[Edit::Text(format!(
                "{}\n# {much}\n",
                session.project.document.text()
            ))],
        ),
        _ => {
            session.run(Command::StepForward);
            session.run(Command::WritePoses);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn undo_and_redo_restore_the_document_exactly(doings in proptest::collection::vec(doing(), 1..14)) {
        let mut session = marbles();
        let mut texts = vec![session.project.document.text().to_string()];
        for doing in doings {
            act(&mut session, doing);
            session.project.document.end_drag();
            let text = session.project.document.text().to_string();
            if texts.last() != Some(&text) {
                texts.push(text);
            }
        }
        for text in texts.iter().rev().skip(1) {
            session.run(Command::Undo);
            prop_assert_eq!(session.project.document.text(), text);
        }
        prop_assert!(session.project.document.undo().is_none());
        prop_assert!(!session.project.document.is_dirty());
        for text in texts.iter().skip(1) {
            session.run(Command::Redo);
            prop_assert_eq!(session.project.document.text(), text);
        }
    }
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

/// 200 steps of a family in the studio are those of a dataset.
#[test]
fn the_studio_plays_what_a_batch_records() {
    for (name, policy, episode) in [
        ("drop_bounce", "scripted", 3),
        ("push_planar", "smooth_random", 1),
    ] {
        let mut session = family(name);
        session.choices.policy = policy.into();
        session.choices.seed = 11;
        session.episode = episode;
        session.refresh();
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        let play = session.play_mut().expect("it is drawn");
        for _ in 0..200 {
            assert!(play.step(None, None), "{:?}", play.failed());
        }
        let mine: Vec<i64> = play
            .moments()
            .iter()
            .map(|moment| moment.recorded_digest())
            .collect();
        let (_folder, dataset) = generate(&session, policy, |order| {
            order.episodes = 5;
            order.steps = 200;
        });
        let rows = state_digests(&dataset, episode);
        assert_eq!(rows.len(), 201);
        let differs = mine.iter().zip(&rows).position(|(mine, row)| mine != row);
        assert_eq!(differs, None, "{name}: the first step that differs");
    }
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
fn a_file_is_saved_whole_and_read_again_when_it_changes_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, SCENE).expect("it is written");
    let mut session = Session::new(Project::open(&path).expect("it opens"));
    assert!(!session.project.document.is_dirty());
    session.select("world.bodies.floor", false);
    session.edit("name", None, &[Edit::set("doc", "\"mine\"")]);
    assert!(session.project.document.is_dirty());
    session.put_aside();
    assert!(aside(&path).exists());
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), SCENE);
    session.run(Command::Save);
    assert!(!session.project.document.is_dirty());
    assert!(!aside(&path).exists());
    assert_eq!(
        std::fs::read_to_string(&path).expect("it is there"),
        session.project.document.text()
    );
    std::fs::write(&path, SCENE.replacen("marble", "pebble", 1)).expect("it is written");
    session.run(Command::Reload);
    assert!(session.project.document.text().contains("pebble"));
    session.run(Command::Undo);
    assert!(session.project.document.text().contains("\"mine\""));
}

#[test]
fn a_family_becomes_a_scene_that_moves_the_same_way() {
    let mut session = family("drop_bounce");
    session.choices.policy = "replay".into();
    session.refresh();
    let play = session.play_mut().expect("it is drawn");
    (0..40).for_each(|_| assert!(play.step(None, None)));
    let before: Vec<u64> = play.moments().iter().map(|moment| moment.digest).collect();
    session.run(Command::EditAsScene);
    assert!(session.project.is_scene);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.choices.policy = "replay".into();
    session.refresh();
    let play = session.play_mut().expect("it is drawn");
    (0..40).for_each(|_| assert!(play.step(None, None)));
    let after: Vec<u64> = play.moments().iter().map(|moment| moment.digest).collect();
    assert_eq!(before, after);
}

#[test]
fn what_a_hand_played_becomes_an_episode_of_the_policy_human() {
    let mut session = family("push_planar");
    session.run(Command::Hand);
    let inputs = session.hand.as_ref().expect("a hand").len();
    session.hand = Some((0..inputs).map(|index| 0.05 * (index as f32 + 1.0)).collect());
    (0..20).for_each(|_| session.run(Command::StepForward));
    let play = session.play().expect("it is drawn");
    let digest = play.now().recorded_digest();
    let take = Played::of(&session).expect("nobody pulled");
    assert_eq!(take.steps(), 20);
    let (_folder, dataset) = generate(&session, "human", |order| order.takes = vec![take]);
    assert_eq!(dataset.episode(0).expect("it is there").policy, "human");
    let rows = state_digests(&dataset, 0);
    assert_eq!(rows[20], digest);
    // Opened again, it is what was played.
    session.open_path(dataset.root()).expect("it opens");
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let tape = session.play_mut().expect("it is shown");
    assert_eq!(tape.moments().len(), 21);
    assert!(!tape.is_live());
    tape.show(20);
    assert_eq!(tape.now().action.len(), inputs);
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
fn a_body_beside_a_height_field_is_dropped_without_a_panic() {
    let field = "name = \"x\"\n[world.bodies.hill]\nmotion = \"fixed\"\nshape.height_field = { size_m = [1, 1], columns = 3, heights_m = [0, 0, 0, 0, 0.2, 0, 0, 0, 0] }\n\
        [world.bodies.ball]\nshape.ball.radius_m = 0.1\nposition_m = [X, 0, 1]\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\nposition_m = [0, 0, -0.5]\n[world.cameras.main]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 0]\n";
    for (x, z) in [(0.0, 0.3), (3.0, -0.4), (-0.62, -0.4), (0.55, 0.08)] {
        let mut session = Session::new(Project::of_scene("x", &field.replace('X', &format!("{x:?}"))));
        assert!(session.problems.is_empty(), "{:?}", session.problems);
        session.select("world.bodies.ball", false);
        session.run(Command::DropToSurface);
        let ball = session.world().expect("it is drawn").bodies["ball"].position_m[2];
        assert!((ball - z).abs() < 0.03, "at {x} it is dropped to {ball}");
    }
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
fn a_text_that_was_left_unsaved_can_be_taken_up_or_thrown_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scene.toml");
    std::fs::write(&file, SCENE).expect("it is written");
    let open = || Session::new(Project::open(&file).expect("it is a scene"));
    let mut session = open();
    assert!(session.left().is_empty());
    session.edit("task", None, &[Edit::set("task", "\"another\"")]);
    session.put_aside();
    let edited = session.project.document.text().to_string();
    drop(session);

    // As after a crash.
    let mut session = open();
    assert_eq!(session.left(), [aside(&file)]);
    session.edit("task", None, &[Edit::set("task", "\"a third\"")]);
    // What was left is not written over by what is done now.
    session.put_aside();
    session.run(Command::TakeUp);
    assert_eq!(session.project.document.text(), edited);
    session.run(Command::Undo);
    assert!(session.project.document.text().contains("a third"));
    session.run(Command::Redo);
    session.run(Command::Save);
    assert!(open().left().is_empty());
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), edited);

    session.edit("task", None, &[Edit::set("task", "\"a fourth\"")]);
    session.put_aside();
    drop(session);
    let mut session = open();
    session.run(Command::ThrowAway);
    assert!(session.left().is_empty() && !aside(&file).exists());
    assert_eq!(session.project.document.text(), edited);
}

#[test]
fn a_scene_of_no_file_is_put_aside_in_the_home() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Some(folder.path().join("terrella"));
    let mut session = marbles();
    session.home.clone_from(&home);
    session.edit("task", None, &[Edit::set("task", "\"another\"")]);
    session.put_aside();
    let edited = session.project.document.text().to_string();
    drop(session);

    let mut session = Session::new(Project::empty());
    session.home = home;
    session.look_for_left();
    session.run(Command::TakeUp);
    assert_eq!(session.project.document.text(), edited);
    let file = folder.path().join("marbles.toml");
    session.save_to(&file);
    session.look_for_left();
    assert!(session.left().is_empty());
    assert_eq!(
        std::fs::read_dir(folder.path().join("terrella"))
            .expect("it is there")
            .count(),
        0
    );
}

/// A scene with a table and something that stands on it.
const TABLE: &str = "format = 1\nname = \"table\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
[world.bodies.table]\nmotion = \"fixed\"\nshape.box.half_extents_m = [0.5, 0.5, 0.2]\nposition_m = [0, 0, 0.2]\n";

#[test]
fn a_body_that_is_dropped_on_a_table_stands_on_it_and_is_taken_back_in_one_step() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    for name in ["ball", "box", "cylinder", "capsule", "cone", "pebble"] {
        let piece = PIECES.iter().find(|piece| piece.name == name).expect("it is one");
        let target = Target {
            body: Some("table".into()),
            surface: Some(([0.2, -0.1, 0.4], [0.0, 0.0, 1.0])),
        };
        put(&mut session, piece, &target);
        assert_eq!(session.selection, [change::body_path(name)]);
        let world = session.world().expect("it is drawn");
        let [x, y, z] = world.bodies[name].position_m;
        assert!((x - 0.2).abs() < 1e-3 && (y + 0.1).abs() < 1e-3, "{name}");
        assert!((0.45..0.65).contains(&z), "{name} is at {z}");
        let fall = session.fall_m(name).expect("there is a table below it");
        assert!(fall.abs() < 1e-3, "{name} is {fall} m above the table");
        session.run(Command::Undo);
        assert_eq!(session.project.document.text(), TABLE, "{name}");
    }
}

#[test]
fn a_material_is_put_on_a_body_and_a_sense_is_added() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    let target = Target {
        body: Some("table".into()),
        surface: None,
    };
    for name in ["ice", "position"] {
        let piece = PIECES.iter().find(|piece| piece.name == name).expect("it is one");
        put(&mut session, piece, &target);
    }
    let world = session.world().expect("it is drawn");
    assert_eq!(world.bodies["table"].material.friction, 0.03);
    assert_eq!(world.bodies["table"].material.density_kgpm3, 917.0);
    assert_eq!(world.observe.len(), 1);
    assert!(
        TABLE
            .lines()
            .all(|line| session.project.document.text().contains(line))
    );
}

#[test]
fn what_is_locked_stays_as_it_is() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    session.locked.insert(change::body_path("table"));
    session.selection = vec![change::body_path("table")];
    session.run(Command::Delete);
    session.run(Command::DropToSurface);
    assert_eq!(session.project.document.text(), TABLE);
    session.run(Command::SelectAll);
    assert_eq!(session.selection, [change::body_path("floor")]);
}

/// Another scene that was begun forgot what was left, and wrote over it.
#[test]
fn what_was_left_is_still_offered_when_another_scene_is_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = marbles();
    session.home = Some(folder.path().to_path_buf());
    session.edit("task", None, &[Edit::set("task", "\"another\"")]);
    session.put_aside();
    let edited = session.project.document.text().to_string();
    drop(session);

    let mut session = Session::new(Project::empty());
    session.home = Some(folder.path().to_path_buf());
    session.run(Command::New);
    session.edit("task", None, &[Edit::set("task", "\"a third\"")]);
    session.put_aside();
    session.run(Command::TakeUp);
    assert_eq!(session.project.document.text(), edited);
}

/// It was taken for a scene, of which it has no field.
#[test]
fn a_family_whose_factors_were_changed_is_taken_up_as_a_family() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = family("drop_bounce");
    session.home = Some(folder.path().to_path_buf());
    session.edit("steps", None, &[Edit::set("steps", "77")]);
    session.put_aside();
    drop(session);

    let mut session = Session::new(Project::empty());
    session.home = Some(folder.path().to_path_buf());
    session.look_for_left();
    session.run(Command::TakeUp);
    assert!(
        !session.project.is_scene && session.problems.is_empty(),
        "{:?}",
        session.problems
    );
    assert!(session.project.document.text().contains("steps = 77"));
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

/// A file with `SCENE` in a folder of its own.
fn scene_file() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scene.toml");
    std::fs::write(&file, SCENE).expect("it is written");
    (folder, file)
}

fn open_file(file: &Path) -> Session {
    Session::new(Project::open(file).expect("it is a scene"))
}

/// Saving deleted the side file of a crash before anybody had looked at it.
#[test]
fn what_was_left_beside_a_file_outlives_a_save() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    session.edit("task", None, &[Edit::set("task", "\"lost\"")]);
    session.put_aside();
    drop(session);

    let mut session = open_file(&file);
    session.edit("task", None, &[Edit::set("task", "\"new\"")]);
    session.put_aside();
    session.run(Command::Save);
    assert_eq!(session.left(), [aside(&file)]);
    session.run(Command::TakeUp);
    assert!(session.project.document.text().contains("lost"));
    assert!(session.left().is_empty());
}

/// Texts of no file shared one side file.
#[test]
fn two_sessions_put_their_texts_aside_each_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let begin = |word: &str| {
        let mut session = marbles();
        session.home = Some(folder.path().to_path_buf());
        session.look_for_left();
        session.edit("task", None, &[Edit::set("task", format!("\"{word}\""))]);
        session.put_aside();
        session
    };
    let (one, other) = (begin("one"), begin("other"));
    let mut third = begin("third");
    // They live: their texts are not left.
    third.look_for_left();
    assert!(third.left().is_empty(), "{:?}", third.left());
    drop((one, other));
    third.look_for_left();
    assert_eq!(third.left().len(), 2);
    let texts: Vec<String> = third
        .left()
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("it is there"))
        .collect();
    for word in ["\"one\"", "\"other\""] {
        assert!(texts.iter().any(|text| text.contains(word)), "{word}");
    }
}

/// A new scene, or another file, took the place of an unsaved text without a word.
#[test]
fn before_an_unsaved_text_is_left_it_is_asked() {
    let (folder, file) = scene_file();
    let edited = || {
        let mut session = open_file(&file);
        session.edit("task", None, &[Edit::set("task", "\"edited\"")]);
        session.put_aside();
        session
    };
    let mut session = edited();
    session.run(Command::New);
    assert_eq!(session.question(), Some(&Leaving::New));
    session.answer(Answer::Stay);
    assert!(session.question().is_none() && session.project.document.text().contains("edited"));

    session.run(Command::Quit);
    assert_eq!(session.question(), Some(&Leaving::Close));
    assert!(!session.wishes.contains(&Wish::Close));
    session.answer(Answer::Discard);
    assert!(session.wishes.contains(&Wish::Close));
    session.put_aside();
    assert!(!aside(&file).exists());
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), SCENE);
    drop(session);

    let mut session = edited();
    let other = folder.path().join("other.toml");
    std::fs::write(&other, TABLE).expect("it is written");
    session.leave(Leaving::Open(other.clone())).expect("it asks");
    session.answer(Answer::Save(file.clone()));
    assert_eq!(session.project.document.path(), Some(other.as_path()));
    assert!(
        std::fs::read_to_string(&file)
            .expect("it is there")
            .contains("edited")
    );
    // Nothing is unsaved now: nothing is asked.
    session.run(Command::New);
    assert!(session.question().is_none());
    assert_eq!(session.project.document.path(), None);
}

/// What somebody took up after a crash, or made of a family's world, counted as saved although it was in no file.
#[test]
fn a_text_that_was_never_in_a_file_is_asked_about() {
    let mut session = family("drop_bounce");
    session.run(Command::EditAsScene);
    assert!(session.project.is_scene && session.project.document.is_dirty());
    session.run(Command::New);
    assert_eq!(session.question(), Some(&Leaving::New));
}

/// The window's last words: what it puts aside when a bug ends it.
#[test]
fn an_unsaved_text_is_put_aside_apart_from_its_session() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    assert!(session.unsaved().is_none());
    session.edit("task", None, &[Edit::set("task", "\"edited\"")]);
    let unsaved = session.unsaved().expect("it is not saved");
    let text = session.project.document.text().to_string();
    drop(session);
    let path = unsaved.put_aside().expect("it is put aside");
    assert_eq!(std::fs::read_to_string(path).expect("it is there"), text);
    assert_eq!(open_file(&file).left(), [aside(&file)]);
}

/// A file that was changed outside took the place of edits that were not saved.
#[test]
fn a_change_outside_waits_while_the_text_is_not_saved() {
    let (_folder, file) = scene_file();
    let mut session = open_file(&file);
    let outside = SCENE.replacen("marble", "pebble", 1);
    std::fs::write(&file, &outside).expect("it is written");
    session.look_at_file();
    assert_eq!(
        session.project.document.text(),
        outside,
        "nothing is lost by reading it"
    );

    session.edit("task", None, &[Edit::set("task", "\"mine\"")]);
    let mine = session.project.document.text().to_string();
    std::fs::write(&file, SCENE).expect("it is written");
    session.look_at_file();
    assert!(session.is_changed_outside());
    assert_eq!(session.project.document.text(), mine);
    session.run(Command::KeepText);
    assert!(!session.is_changed_outside() && session.project.document.is_dirty());
    assert_eq!(session.project.document.text(), mine);

    std::fs::write(&file, &outside).expect("it is written");
    session.look_at_file();
    session.run(Command::Reload);
    assert_eq!(session.project.document.text(), outside);
    assert!(!session.is_changed_outside() && !session.project.document.is_dirty());
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), mine);
}

/// Meshes were looked for beside the file that the scene was opened from.
#[test]
fn a_scene_saved_elsewhere_looks_for_its_files_there() {
    let (from, to) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let scene = "name = \"x\"\n[world.bodies.rock]\nshape.mesh_file = { path = \"rock.obj\", hull = true }\n";
    let rock = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n";
    std::fs::write(from.path().join("a.toml"), scene).expect("it is written");
    std::fs::write(from.path().join("rock.obj"), rock).expect("it is written");
    let mut session = open_file(&from.path().join("a.toml"));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.save_to(&to.path().join("a.toml"));
    assert!(!session.problems.is_empty(), "there is no rock.obj beside it");
    std::fs::write(to.path().join("rock.obj"), rock).expect("it is written");
    session.save_to(&to.path().join("b.toml"));
    session.edit("doc", None, &[Edit::set("doc", "\"again\"")]);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
}

#[cfg(unix)]
#[test]
fn saving_keeps_links_and_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, file) = scene_file();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("they are set");
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink("scene.toml", &link).expect("it is made");
    let mut session = open_file(&link);
    session.edit("task", None, &[Edit::set("task", "\"edited\"")]);
    session.run(Command::Save);
    assert!(
        std::fs::symlink_metadata(&link)
            .expect("it is there")
            .is_symlink()
    );
    assert!(
        std::fs::read_to_string(&file)
            .expect("it is there")
            .contains("edited")
    );
    let mode = std::fs::metadata(&file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// A body that was pulled and went panicked in the next frame.
#[test]
fn a_body_that_goes_while_it_is_pulled_is_let_go() {
    let mut session = marbles();
    let body = last_body(&session);
    let index = session.world().expect("it is drawn").bodies.len() - 1;
    session.tug = Some(Tug {
        body: index,
        anchor_m: [0.0; 3],
        target_m: [0.0; 3],
    });
    session.select(&change::body_path(&body), false);
    session.run(Command::Delete);
    assert!(session.world().expect("it is drawn").bodies.len() <= index);
    assert_eq!(session.tug, None);
    Viewport::default().lines(&session, &session.tools.clone());
}

/// A body, and everything that can name one.
const MACHINE: &str = "format = 1\nname = \"machine\"\ngoal = { body = \"arm\", center_m = [5, 0, 0], half_extents_m = [1, 1, 1] }\n\
    [world]\nobserve = [\n  { of = \"base\", quantity = \"position\" }, # stays\n  { of = \"arm\", quantity = \"position\" },\n  { of = \"swing\", quantity = \"joint_position\" },\n]\n\
    [world.bodies.base]\nmotion = \"fixed\"\nshape.ball.radius_m = 0.1\n\
    [world.bodies.arm]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0]\n\
    [world.bodies.fixed]\nshape.ball.radius_m = 0.1\nposition_m = [0, 1, 0]\n\
    [world.joints.swing]\nparent = \"base\"\nchild = \"arm\"\nanchor_parent_m = [1, 0, 0]\nfreedom.hinge = { axis = [0, 1, 0] }\n\
    [world.mechanisms.motor]\nservo = { joint = \"swing\", max_velocity = 1, max_force = 1 }\n\
    [world.mechanisms.push]\nforce = { body = \"base\", axes = \"x\", max_force_n = 1 }\n\
    [world.mechanisms.motor_2]\nservo = { joint = \"swing\", max_velocity = 1, max_force = 1 }\n\
    [world.agents]\none = [\"motor\", \"push\"]\ntwo = [\"motor_2\"]\n\
    [world.cameras.main]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 0]\ntrack = \"arm\"\n\
    [world.cameras.rider]\nposition_m = [0, 0, 1]\nlook_at_m = [1, 0, 0]\nmount = \"arm\"\n";

/// What named a deleted body stayed, and the document was wrong.
#[test]
fn what_names_a_deleted_body_goes_with_it() {
    let machine = MACHINE.replace("force = { body = \"base\"", "force = { body = \"fixed\"");
    let mut session = Session::new(Project::of_scene("machine.toml", &machine));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.select("world.bodies.arm", false);
    session.run(Command::Delete);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let text = session.project.document.text().to_string();
    for gone in ["goal", "swing", "motor", "two", "rider", "track", "arm"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    for kept in [
        "push",
        "one = [\"push\"]",
        "cameras.main",
        "# stays",
        "motion = \"fixed\"",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), machine);
    // A word that is like a body's name is no name where words stand.
    session.select("world.bodies.fixed", false);
    session.run(Command::Delete);
    assert!(session.project.document.text().contains("[world.bodies.base]"));
}

#[test]
fn the_world_itself_is_not_deleted() {
    let mut session = marbles();
    for place in ["", "world", "world.light", "world.bodies"] {
        session.select(place, false);
        session.run(Command::Delete);
        assert_eq!(session.project.document.text(), SCENE, "{place}");
    }
}

/// Only bodies were forgotten: what an undo took away stayed selected.
#[test]
fn what_an_undo_takes_away_is_selected_no_more() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    let piece = PIECES
        .iter()
        .find(|piece| piece.name == "lamp")
        .expect("it is one");
    put(&mut session, piece, &Target::default());
    assert_eq!(session.selection, ["world.lights.lamp"]);
    session.run(Command::Undo);
    assert!(session.selection.is_empty(), "{:?}", session.selection);
}

/// A copy lay in what it was of, and the two burst apart.
#[test]
fn a_copy_stands_beside_what_it_is_of() {
    let mut session = Session::new(Project::of_scene("table.toml", TABLE));
    session.select("world.bodies.table", false);
    session.run(Command::Duplicate);
    assert_eq!(session.selection, ["world.bodies.table_2"]);
    let world = session.world().expect("it is drawn");
    let [table, copy] = ["table", "table_2"].map(|name| &world.bodies[name]);
    let reach = reach_m(&table.shape, Quat::IDENTITY).expect("it ends").x;
    assert!(copy.position_m[0] - table.position_m[0] > 2.0 * reach);
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), TABLE);
}

/// Each fell as far as it could in the world as it was: those on others stayed in the air.
#[test]
fn a_stack_is_dropped_as_one() {
    let boxes: String = [0.5, 1.5, 3.0]
        .iter()
        .enumerate()
        .map(|(index, z)| format!("[world.bodies.box{index}]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, {z:?}]\n"))
        .collect();
    let scene =
        format!("name = \"x\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {{}}\n{boxes}");
    let mut session = Session::new(Project::of_scene("x", &scene));
    session.selection = (0..3)
        .rev()
        .map(|index| format!("world.bodies.box{index}"))
        .collect();
    session.run(Command::DropToSurface);
    let world = session.world().expect("it is drawn");
    for (index, height) in [0.1, 0.3, 0.5].iter().enumerate() {
        let z = world.bodies[&format!("box{index}")].position_m[2];
        assert!((z - height).abs() < 0.005, "box {index} is at {z}");
    }
}

/// Three balls in a row, each of which turned about itself.
#[test]
fn a_group_turns_about_the_body_that_has_the_handles() {
    let scene = "name = \"x\"\n[world.bodies.a]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [1, 0, 0]\n\
        [world.bodies.b]\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [2, 0, 0]\n";
    let mut session = Session::new(Project::of_scene("x", scene));
    session.selection = vec!["world.bodies.b".into(), "world.bodies.a".into()];
    let mut viewport = Viewport::default();
    viewport.drag(Drag {
        offset_m: Vec3::ZERO,
        turn: Quat::from_rotation_z(std::f32::consts::FRAC_PI_2),
        scale: Vec3::ONE,
    });
    viewport.drop_drag(&mut session);
    let world = session.world().expect("it is drawn");
    let at = |name: &str| Vec3::from_array(world.bodies[name].position_m);
    assert!(at("a").distance(Vec3::X) < 1e-4, "{}", at("a"));
    assert!(at("b").distance(Vec3::new(1.0, 1.0, 0.0)) < 1e-3, "{}", at("b"));
    session.run(Command::Undo);
    assert_eq!(session.project.document.text(), scene);
}

#[test]
fn a_shape_is_shown_as_large_as_the_handles_will_make_it() {
    let shapes = [
        "ball.radius_m = 0.1",
        "box.half_extents_m = [0.1, 0.2, 0.3]",
        "ellipsoid.radii_m = [0.1, 0.2, 0.3]",
        "capsule = { radius_m = 0.1, half_height_m = 0.2 }",
        "cylinder = { radius_m = 0.1, half_height_m = 0.2 }",
        "cone = { radius_m = 0.1, half_height_m = 0.2 }",
    ];
    for shape in shapes {
        for factors in [[1.5, 1.0, 1.0], [1.0, 0.5, 2.0], [1.0, 1.0, 3.0]] {
            let scene = format!("name = \"x\"\n[world.bodies.a]\nshape.{shape}\n");
            let mut session = Session::new(Project::of_scene("x", &scene));
            let own = |session: &Session| session.world().expect("it is drawn").bodies["a"].shape.clone();
            let shown = scaled(&own(&session), Vec3::from_array(factors)).expect("it has lengths");
            let values = session.values().clone();
            session.edit("scale", None, &change::scale_by(&values, "a", factors));
            let (made, turn) = (own(&session), Quat::IDENTITY);
            let reach = |shape| reach_m(shape, turn).expect("it ends");
            assert!(
                reach(&shown).distance(reach(&made)) < 1e-4,
                "{shape}: {shown:?} {made:?}"
            );
        }
    }
}

/// Where no centre of mass was written down, the origin was shown.
#[test]
fn the_centre_of_mass_is_the_physics_own() {
    let scene = "name = \"x\"\n[world.bodies.a]\n\
        shape.compound.parts = [{ shape.box.half_extents_m = [0.1, 0.1, 0.1], position_m = [1, 0, 0] }]\n\
        [world.bodies.b]\nmotion = \"fixed\"\nshape.ball.radius_m = 0.1\n";
    let session = Session::new(Project::of_scene("x", scene));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let centres = session.play().expect("it is drawn").centres_m();
    let own = Vec3::from_array(centres[0].expect("it has a mass"));
    assert!(own.distance(Vec3::X) < 1e-5, "{own}");
    assert_eq!(centres[1], None);
}

/// Cameras, lamps and joints had no handles.
#[test]
fn a_camera_and_a_joint_are_moved_with_handles() {
    let mut session = Session::new(Project::of_scene("machine.toml", MACHINE));
    let mut viewport = Viewport::default();
    let drag = |offset_m: Vec3, turn: Quat| Drag {
        offset_m,
        turn,
        scale: Vec3::ONE,
    };
    session.edit(
        "free",
        None,
        &[Edit::Remove {
            path: "world.cameras.main.track".into(),
        }],
    );
    session.select("world.cameras.main", false);
    let pose = viewport.handled(&session).expect("it has handles");
    assert_eq!(pose.position_m, [0.0, -3.0, 1.0]);
    viewport.drag(drag(Vec3::Z, Quat::IDENTITY));
    viewport.drop_drag(&mut session);
    session.tools.tool = Tool::Rotate;
    viewport.drag(drag(
        Vec3::ZERO,
        Quat::from_rotation_z(std::f32::consts::FRAC_PI_2),
    ));
    viewport.drop_drag(&mut session);
    let camera = &session.world().expect("it is drawn").cameras["main"];
    assert_eq!(camera.position_m, [0.0, -3.0, 2.0]);
    let look = Vec3::from_array(camera.look_at_m);
    assert!(look.distance(Vec3::new(-3.0, -3.0, 0.0)) < 1e-3, "{look}");

    session.tools.tool = Tool::Move;
    session.select("world.joints.swing", false);
    viewport.drag(drag(Vec3::Y * 0.5, Quat::IDENTITY));
    viewport.drop_drag(&mut session);
    let joint = &session.world().expect("it is drawn").joints["swing"];
    assert_eq!(
        (joint.anchor_parent_m, joint.anchor_child_m),
        ([1.0, 0.5, 0.0], [0.0, 0.5, 0.0])
    );
    session.tools.tool = Tool::Scale;
    let hint = viewport.handled(&session).expect_err("a joint has no size");
    assert!(!hint.is_empty());
}

/// Another seed made them other worlds.
#[test]
fn a_pinned_world_is_of_its_seed() {
    let mut session = family("drop_bounce");
    let seed = session.choices.seed;
    session.episode = 4;
    session.run(Command::PinWorld);
    session.choices.seed = 9;
    session.run(Command::PinWorld);
    assert_eq!(session.pinned.len(), 2);
    session.run(Command::PinWorld);
    assert_eq!(session.pinned.iter().copied().collect::<Vec<_>>(), [(seed, 4)]);
}

/// Episodes of which no poses are recorded were played beyond their end, from the first attempt that starts.
#[test]
fn an_episode_without_poses_is_simulated_again_as_it_was_recorded() {
    let session = family("push_planar");
    let (_folder, dataset) = generate(&session, "smooth_random", |order| {
        order.episodes = 2;
        order.steps = 15;
        order.sensors.clear();
    });
    let mut session = Session::new(Project::empty());
    session.open_path(dataset.root()).expect("it opens");
    let recorded = |episode| state_digests(&dataset, episode);
    let play = session.play_mut().expect("it is shown");
    assert_eq!(play.last(), 15);
    assert!(!play.is_live());
    play.show(15);
    assert_eq!(play.shown(), 15);
    assert!(!play.step(None, None), "it was recorded no further");
    assert!(
        !play.step(Some(&[0.0, 0.0]), None),
        "nobody acts in what was recorded"
    );
    let mine: Vec<i64> = play.moments().iter().map(Moment::recorded_digest).collect();
    assert_eq!(mine, recorded(0));
    assert_eq!(
        play.seed().attempt,
        dataset.episode(0).expect("it is there").attempt
    );

    // The one beside it goes along.
    session.put_beside(Some(1));
    session.tick(0.0);
    let other = session.other().expect("it is beside it");
    let theirs: Vec<i64> = other.moments().iter().map(Moment::recorded_digest).collect();
    assert_eq!(theirs, recorded(1));

    // And there are two episodes.
    session.run(Command::NextWorld);
    session.run(Command::NextWorld);
    assert_eq!(session.episode, 1);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
}

/// They were recorded, and shown as none.
#[test]
fn contacts_of_a_recorded_episode_are_shown() {
    let session = family("drop_bounce");
    let (_folder, dataset) = generate(&session, "replay", |order| {
        order.episodes = 1;
        order.steps = 40;
        order.sensors = vec!["bodies".into(), "contacts".into()];
    });
    let mut recorded = Session::new(Project::empty());
    recorded.open_path(dataset.root()).expect("it opens");
    let mut live = family("drop_bounce");
    live.choices = Choices {
        seed: session.choices.seed,
        policy: "replay".into(),
    };
    live.refresh();
    let play = live.play_mut().expect("it is drawn");
    (0..40).for_each(|_| assert!(play.step(None, None)));
    let contacts = |session: &Session| -> Vec<_> {
        let moments = session.play().expect("it is drawn").moments();
        moments.iter().map(|moment| moment.contacts.clone()).collect()
    };
    let made = contacts(&live);
    assert!(made.iter().any(|row| !row.is_empty()), "it falls on the floor");
    assert_eq!(contacts(&recorded), made);
}

/// Names with points in them were cut at the points.
#[test]
fn a_problem_of_a_quoted_name_selects_its_thing() {
    let mut session = Session::new(Project::of_scene(
        "x",
        "name = \"x\"\n[world]\nobserve = []\n[world.bodies.\"a.b\"]\nshape.ball.radius_m = 0.1\n[world.bodies.a]\nshape.ball.radius_m = 0.1\nposition_m = [1, 0, 0]\n",
    ));
    let mut selects = |field: &str| {
        session.selection.clear();
        session.go_to(&terrella_studio::project::about(field, "is wrong"));
        session.selection.clone()
    };
    assert_eq!(
        selects("world.bodies.\"a.b\".shape.ball"),
        ["world.bodies.\"a.b\""]
    );
    assert_eq!(
        selects("world.bodies.a.b.position_m[2]"),
        ["world.bodies.\"a.b\""]
    );
    assert_eq!(selects("world.bodies.a.position_m[2]"), ["world.bodies.a"]);
    assert_eq!(selects("world.observe[1].of"), ["world"]);
}
