//! The dialogs of datasets to be made, of what was played by hand, and of saving.

use super::{BOXES, Window, boxes, retype, text_of, type_over, window};
use bevy_egui::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::folder::Partition;
use terrella_app::spec::diagnostic::Diagnostics;
use terrella_app::spec::limits::Limits;
use terrella_app::spec::run::{ImageFormat, OodKeyword, OodSpec, RendererKind, Rows, SplitSpec};
use terrella_app::spec::shape::Shape;
use terrella_studio::commands::Command;
use terrella_studio::document::Edit;
use terrella_studio::generate::{Making, Order};
use terrella_studio::play::Play;
use terrella_studio::project::Project;
use terrella_studio::session::Session;
use terrella_studio::takes::Played;

fn family(name: &str) -> Session {
    Session::new(Project::open(Path::new(name)).expect("it is a family"))
}

fn order_of(session: &Session) -> Order {
    let kit = session.kit().expect("it is resolved");
    let order = Order::of(&session.project, kit, session.choices.seed).expect("it is right");
    Order {
        sensors: vec!["bodies".into()],
        ..order
    }
}

/// Plays a world by hand, another way in each.
fn play(session: &mut Session, world: u64, steps: usize) -> Played {
    session.episode = world;
    session.hand = None;
    session.refresh();
    session.run(Command::Hand);
    let inputs = session.hand.as_ref().expect("a hand").len();
    session.hand = Some(vec![0.1 * (world as f32 + 1.0); inputs]);
    (0..steps).for_each(|_| session.run(Command::StepForward));
    Played::of(session).expect("it can be recorded")
}

/// What was played in world 5 was recorded in world 0.
#[test]
fn what_is_played_in_another_world_than_the_first_is_recorded_in_that() {
    let mut session = family("push_planar");
    session.choices.seed = 3;
    let take = play(&mut session, 5, 12);
    let plan = session.play().expect("it is drawn").plan().clone();
    let folder = tempfile::tempdir().expect("a folder");
    let order = Order {
        out: folder.path().join("data").display().to_string(),
        ..order_of(&session).record(&[take])
    };
    let said = Making::of_order(&order, &session.project)
        .expect("it is right")
        .wait();
    let said = said.expect("it is made");
    assert!(said.contains("every state is the one that was played"), "{said}");
    let dataset = OpenDataset::open(Path::new(&order.out)).expect("a dataset");
    let meta = dataset.episode(0).expect("it is there");
    assert_eq!(meta.policy, "human");
    assert_eq!(meta.factors, plan.factors);
    assert_eq!(meta.policy_parameters, "{\"seed\":3,\"world\":5}");
}

/// One of them was a dataset of its own, which the next could not join.
#[test]
fn several_takes_are_one_dataset_each_in_the_split_of_its_world() {
    let mut session = family("push_planar");
    let splits = session.kit().expect("it is resolved").splits.clone();
    let last = splits.last().expect("it has splits").clone();
    assert!(last.ood.is_some());
    let takes = [
        play(&mut session, last.episodes.start, 5),
        play(&mut session, 2, 9),
        play(&mut session, 1, 7),
    ];
    let ood = session.kit().expect("it is resolved").clone();
    let ood = ood
        .start_episode(last.episodes.start)
        .expect("it starts")
        .1
        .lane
        .plan()
        .ood
        .clone();
    let folder = tempfile::tempdir().expect("a folder");
    let order = Order {
        out: folder.path().join("data").display().to_string(),
        ..order_of(&session).record(&takes)
    };
    let said = Making::of_order(&order, &session.project)
        .expect("it is right")
        .wait();
    assert!(
        said.expect("it is made")
            .contains("every state is the one that was played")
    );
    let dataset = OpenDataset::open(Path::new(&order.out)).expect("a dataset");
    let metas: Vec<_> = (0..3)
        .map(|episode| dataset.episode(episode).expect("it is there"))
        .collect();
    let found: Vec<&str> = metas.iter().map(|meta| meta.split.as_str()).collect();
    assert_eq!(found, ["train", "train", last.name.as_str()]);
    assert_eq!(metas[2].ood, ood);
}

#[test]
fn what_was_not_played_or_was_pulled_is_not_recorded() {
    let mut session = family("push_planar");
    assert!(Played::of(&session).is_err());
    session.run(Command::Record);
    let state = Window {
        session,
        panels: terrella_studio::panels::Panels::default(),
    };
    let mut harness = Harness::builder().with_size([1400.0, 900.0]).build_ui_state(
        |ui, window: &mut Window| window.panels.show(ui, &mut window.session),
        state,
    );
    harness.run_steps(3);
    assert!(!harness.state().panels.has_dialog());
    let log = harness.state().session.log.last().cloned();
    assert_eq!(log.as_deref(), Some("nothing was played yet"));
}

#[test]
fn takes_are_kept_until_they_are_recorded() {
    let mut harness = window(Project::open(Path::new("push_planar")).expect("it is a family"));
    for world in [4, 6] {
        play(&mut harness.state_mut().session, world, 3);
        harness.state_mut().session.run(Command::Record);
        harness.run_steps(4);
        harness.get_by_label_contains(&format!("world {world} of seed"));
        if world == 4 {
            harness.get_by_label("Keep, and play another").click();
            harness.run_steps(4);
            assert!(!harness.state().panels.has_dialog());
        }
    }
    harness.get_by_label_contains("world 4 of seed");
    // Whose world it is, is not chosen here: there is no seed to be typed.
    assert!(harness.query_all_by_label("seed").next().is_none());
}

/// It named a folder as it is and left out what was changed: its words made another dataset, or none.
#[test]
fn the_command_tells_all_that_was_ordered() {
    let mut session = family("push_planar");
    let plain = order_of(&session)
        .command(&session.project)
        .expect("there is one");
    assert!(
        plain.starts_with("terrella generate push_planar --out data/push_planar --episodes"),
        "{plain}"
    );
    for word in ["--limit", "--asset-root", "--resume"] {
        assert!(!plain.contains(word), "{plain}");
    }
    session.edit("physics", None, &[Edit::set("physics.preset", "\"fast\"")]);
    session.edit(
        "more",
        None,
        &[Edit::set("supersample", "1"), Edit::set("seed", "4")],
    );
    let order = Order {
        out: "my data/it's".into(),
        policies: vec![("scripted".into(), 1.0), ("random".into(), 0.5)],
        images: ImageFormat::Qoi,
        splits: vec![SplitSpec {
            name: "test".into(),
            share: 1.0,
            ood: Some(OodSpec::Keyword(OodKeyword::All)),
        }],
        size: [32, 48],
        threads: Some(2),
        memory_mib: Some(512),
        partition: Some(Partition { index: 1, count: 3 }),
        cameras: Some(vec!["top".into()]),
        renderer: RendererKind::Auto,
        supersample: 3,
        control_hz: Some(10),
        rows: Rows::Transitions,
        shard_episodes: Some(4),
        limits: vec![("steps".into(), 2_000_000), ("image_side".into(), 64)],
        asset_root: "my meshes".into(),
        resume: true,
        ..order_of(&session)
    };
    let spec = order
        .kit(&session.project)
        .expect("it is right")
        .dataset
        .run
        .spec
        .clone();
    assert_eq!(
        (
            spec.supersample,
            spec.control_hz,
            spec.files.rows,
            spec.files.shard_episodes
        ),
        (3, Some(10), Rows::Transitions, Some(4))
    );
    assert_eq!(spec.cameras.as_deref(), Some(&["top".to_string()][..]));
    let told = order.command(&session.project).expect("there is one");
    for word in [
        r"--out 'my data/it'\''s'",
        "--size 32x48",
        "--policies scripted=1.0,random=0.5",
        "--set 'physics={",
        "--set supersample=3",
        "--set control_hz=10",
        "--set 'cameras=[\"top\"]'",
        "--set 'renderer=\"auto\"'",
        "--set 'files.rows=\"transitions\"'",
        "--set files.shard_episodes=4",
        "--memory 512M",
        "--partition 2/3",
        "--set 'files.images=\"qoi\"'",
        "ood = \"all\"",
        "--threads 2",
        "--limit steps=2000000",
        "--limit image_side=64",
        "--asset-root 'my meshes'",
        "--resume",
    ] {
        assert!(told.contains(word), "{word} is not in {told}");
    }
    // What a policy has beside its weight stays.
    let spec = order_of(&session)
        .kit(&session.project)
        .expect("it is right")
        .dataset
        .run
        .spec
        .policies
        .clone();
    assert_eq!(spec, session.project.run().expect("it is right").policies);
    let unsaved = Session::new(Project::of_scene("boxes.toml", BOXES));
    assert!(order_of(&unsaved).command(&unsaved.project).is_err());
}

#[test]
fn a_dataset_is_ordered_made_and_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = folder.path().join("boxes.toml");
    std::fs::write(&scene, format!("steps = 3\n{BOXES}")).expect("it is written");
    let mut harness = window(Project::open(&scene).expect("it is a scene"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::G);
    harness.run_steps(4);
    harness.get_by_label("Generate a dataset");
    // So long that it is told on two lines, wherever temporary folders are.
    let out = folder.path().join("made".repeat(20));
    let typed = out.display().to_string();
    retype(&mut harness, |field| field.starts_with("data/"), &typed);
    type_over(&mut harness, "100", "3");
    harness.get_by_label("Generate").click();
    harness.run_steps(2);
    // What is being made is not lost sight of by a key.
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.state().panels.has_dialog());
    let done = |harness: &Harness<'static, Window>| harness.query_by_label("Open it").is_some();
    for _ in 0..600 {
        harness.run_steps(1);
        if done(&harness) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    // The dialog has grown, and is put in the middle once more: a click where the button was a moment ago meets nothing.
    harness.run_steps(3);
    harness.get_by_label("Open it").click();
    harness.run_steps(4);
    let session = &harness.state().session;
    assert!(!harness.state().panels.has_dialog());
    assert_eq!(session.dataset.as_ref().expect("it is open").root(), out);
}

/// The dialog was gone, and the scene was not saved.
#[test]
fn a_scene_that_cannot_be_saved_there_is_asked_for_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut harness = boxes();
    harness.state_mut().session.run(Command::SaveAs);
    harness.run_steps(4);
    std::fs::write(folder.path().join("file"), "no folder").expect("it is written");
    for (name, is_saved) in [("file/x.toml", false), ("x.toml", true)] {
        let path = folder.path().join(name);
        let typed = path.display().to_string();
        retype(&mut harness, |field| field.ends_with(".toml"), &typed);
        harness.get_by_label("Save").click();
        harness.run_steps(3);
        assert_eq!(harness.state().panels.has_dialog(), !is_saved);
        assert_eq!(path.exists(), is_saved);
    }
    assert!(!harness.state().session.project.document.is_dirty());
    assert_eq!(text_of(&harness), BOXES);
}

/// Ctrl+S put a wrong text in the place of the file without a word.
#[test]
fn who_saves_a_text_that_is_wrong_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("boxes.toml");
    std::fs::write(&file, BOXES).expect("it is written");
    let broken = BOXES.replace("shape.box", "shape.bax");
    let mut harness = window(Project::open(&file).expect("it is a scene"));
    let edit = Edit::Text(broken.clone());
    harness.state_mut().session.edit("typing", None, &[edit]);
    let saved = || std::fs::read_to_string(&file).expect("it is there");
    for (answer, holds) in [("Cancel", BOXES), ("Save", &broken)] {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
        harness.run_steps(4);
        harness.get_by_label_contains("the text is wrong in one place");
        assert_eq!(saved(), BOXES);
        harness.get_by_label(answer).click();
        harness.run_steps(3);
        assert!(!harness.state().panels.has_dialog());
        assert_eq!(saved(), holds);
    }
}

/// A partition is made alone: its shards are there, the others are not, and nothing says that the dataset is whole.
#[test]
fn a_partition_of_an_order_makes_its_own_shards() {
    let session = family("push_planar");
    let folder = tempfile::tempdir().expect("a folder");
    let order = |index: u64| Order {
        out: folder.path().join("data").display().to_string(),
        episodes: 4,
        steps: 3,
        shard_episodes: Some(1),
        partition: Some(Partition { index, count: 2 }),
        memory_mib: Some(64),
        ..order_of(&session)
    };
    let make = |order: &Order| {
        let making = Making::of_order(order, &session.project).expect("it is right");
        making.wait().expect("it is made")
    };
    let said = make(&order(0));
    assert!(said.contains("finalize"), "{said}");
    let root = Path::new(&order(0).out).to_path_buf();
    assert!(OpenDataset::open(&root).is_err());
    make(&order(1));
    let whole = Order {
        partition: None,
        ..order(0)
    };
    make(&whole);
    assert!(OpenDataset::open(&root).is_ok());
}

/// The window made what the command refuses, and could not be told to.
#[test]
fn what_is_ordered_is_within_its_limits_which_can_be_others() {
    let session = family("push_planar");
    let mut order = Order {
        steps: 1_000_001,
        ..order_of(&session)
    };
    let Err(Diagnostics(wrong)) = order.kit(&session.project) else {
        panic!("it is refused")
    };
    assert_eq!(wrong[0].field, "steps");
    assert!(wrong[0].remedy.contains("--limit steps="), "{wrong:?}");
    order.limits = vec![("steps".into(), 2_000_000)];
    order.kit(&session.project).expect("it is within them");
    order.limits = vec![("bodys".into(), 3)];
    let Err(Diagnostics(wrong)) = order.kit(&session.project) else {
        panic!("there is no such limit")
    };
    assert!(wrong[0].message.contains("bodys"), "{wrong:?}");
}

#[test]
fn mesh_files_are_looked_for_in_the_folder_that_is_ordered() {
    let folder = tempfile::tempdir().expect("a folder");
    let corners = "v 0 0 0\nv 0.2 0 0\nv 0 0.2 0\nv 0 0 0.2\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n";
    let bigger = corners.replace("0.2", "0.6");
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).expect("it is made");
    std::fs::write(folder.path().join("peg.obj"), corners).expect("it is written");
    std::fs::write(elsewhere.join("peg.obj"), bigger).expect("it is written");
    let scene = folder.path().join("peg.toml");
    let text = "name = \"peg\"\n[world.bodies.peg]\nshape.mesh_file = { path = \"peg.obj\", hull = true }\n";
    std::fs::write(&scene, text).expect("it is written");
    let session = Session::new(Project::open(&scene).expect("it is a scene"));
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let widest = |asset_root: String| {
        let order = Order {
            asset_root,
            ..order_of(&session)
        };
        let kit = order.kit(&session.project).expect("it is right");
        let play = Play::start(&kit, 0).expect("it starts");
        match &play.plan().world.bodies["peg"].shape {
            Shape::Hull { points_m } => points_m.iter().flatten().copied().fold(0.0, f32::max),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(widest(String::new()), 0.2);
    assert_eq!(widest(elsewhere.display().to_string()), 0.6);
}

/// A folder that is empty, or was mistyped, is not begun with.
#[test]
fn what_is_to_be_gone_on_with_must_be_there() {
    let session = family("push_planar");
    let folder = tempfile::tempdir().expect("a folder");
    let order = |resume: bool| Order {
        out: folder.path().join("data").display().to_string(),
        episodes: 2,
        steps: 3,
        resume,
        ..order_of(&session)
    };
    let begun = |resume: bool| Making::of_order(&order(resume), &session.project);
    assert!(begun(true).is_err());
    assert!(!Path::new(&order(true).out).exists());
    begun(false).expect("it is right").wait().expect("it is made");
    begun(true).expect("there is one").wait().expect("it is there");
}

#[test]
fn limits_mesh_folder_and_going_on_are_asked_in_the_dialog() {
    let mut harness = boxes();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::G);
    // Tall enough for all of it.
    harness.set_size(bevy_egui::egui::vec2(1400.0, 2400.0));
    harness.run_steps(12);
    harness.get_by_label("+ limit").click();
    harness.run_steps(3);
    let (name, usual, _) = Limits::TABLE[0];
    harness.get_by_label("go on");
    harness.get_by_label("mesh files");
    type_over(&mut harness, &usual.to_string(), "77");
    harness.get_by_label("only with a run that is there").click();
    harness.run_steps(3);
    harness.get_by_label_contains("there is no run in this folder");
    assert!(
        harness.query_all_by_value(name).next().is_some(),
        "{name} is its name"
    );
    assert!(harness.query_all_by_value("77").next().is_some());
}
