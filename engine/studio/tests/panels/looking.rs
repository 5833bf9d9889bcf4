//! What is seen of a world and of what was recorded: channels, lidars, stored pictures.

use super::{Window, window};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use terrella_studio::gauges;
use terrella_studio::generate::Making;
use terrella_studio::panels::Tab;
use terrella_studio::play::Play;
use terrella_studio::project::Project;
use terrella_studio::session::Session;

const LOOKOUT: &str = include_str!("../../../../scenes/examples/lookout.toml");

/// A dataset of two episodes of three steps, with these sensors.
fn record(project: &Project, sensors: &[&str]) -> (TempDir, PathBuf, Play) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("data");
    let kit = || {
        let kit = project.resolve(out.clone(), |spec| {
            spec.episodes = 2;
            spec.steps = Some(3);
            spec.image_size = [32, 24];
            spec.sensors = sensors.iter().map(|name| name.to_string()).collect();
        });
        kit.expect("it is right")
    };
    Making::start(kit()).wait().expect("it is made");
    let mut play = Play::start(&kit(), 0).expect("it starts");
    (0..3).for_each(|_| assert!(play.step(None, None)));
    (folder, out, play)
}

fn sensors_of(session: Session) -> Harness<'static, Window> {
    let mut harness = window(Project::empty());
    harness.state_mut().session = session;
    harness.state_mut().panels.show_tab(Tab::Sensors);
    harness.set_size(bevy_egui::egui::vec2(1600.0, 1600.0));
    harness.run_steps(8);
    harness
}

/// Only poses, actions and observations were: what mechanisms report and what is wrong with them was not.
#[test]
fn any_channel_is_plotted_of_what_is_played_and_of_what_was_recorded() {
    let project = Project::open(Path::new("line_cell")).expect("it is a family");
    let (_folder, out, play) = record(&project, &["bodies", "joints", "telemetry", "faults"]);
    let names = gauges::channels(&play.plan().world);
    assert!(
        names.iter().any(|(name, _)| name.contains("severity")),
        "{names:?}"
    );
    let mut session = Session::new(Project::empty());
    session.open_path(&out).expect("it is a dataset");
    let tape = session.play().expect("it is shown");
    for (step, (recorded, played)) in tape.moments().iter().zip(play.moments()).enumerate() {
        assert_eq!(recorded.gauges.len(), names.len());
        assert_eq!(recorded.gauges, played.gauges, "step {step}");
    }
    // What was not recorded is no number.
    let (_folder, out, _) = record(&project, &["bodies"]);
    session.open_path(&out).expect("it is a dataset");
    let tape = session.play().expect("it is shown");
    assert!(tape.now().gauges.iter().all(|value| value.is_nan()));
}

/// It was nothing of a recorded episode, and of a played one only at its end.
#[test]
fn a_lidar_is_shown_at_every_step_of_what_was_played_or_recorded() {
    let project = Project::of_scene("lookout.toml", LOOKOUT);
    let (_folder, out, _) = record(&project, &["bodies"]);
    let mut session = Session::new(project);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let play = session.play_mut().expect("it is drawn");
    (0..3).for_each(|_| assert!(play.step(None, None)));
    play.show(1);
    sensors_of(session).get_by_label("lidar.spin");
    let mut session = Session::new(Project::empty());
    session.open_path(&out).expect("it is a dataset");
    session.play_mut().expect("it is shown").show(2);
    sensors_of(session).get_by_label("lidar.spin");
}

/// They were drawn anew, and looked as none of them does.
#[test]
fn the_pictures_of_a_dataset_are_those_that_it_stores() {
    let project = Project::open(Path::new("push_planar")).expect("it is a family");
    let (_folder, out, _) = record(&project, &["rgb", "bodies"]);
    let mut session = Session::new(Project::empty());
    session.open_path(&out).expect("it is a dataset");
    let dataset = session.dataset.as_ref().expect("it is open");
    let stored = dataset.pictures(0, 1).expect("they are there");
    let (column, picture) = stored.first().expect("a camera");
    assert_eq!([picture.width, picture.height], [32, 24]);
    // Behind the last row there is none.
    assert!(dataset.pictures(0, 4).expect("nothing is wrong").is_empty());
    let name = format!("{} (stored)", column.trim_start_matches("observation.images."));
    let harness = sensors_of(session);
    harness.get_by_label(&name);
    assert!(
        harness
            .query_by_label(column.trim_start_matches("observation.images."))
            .is_none()
    );
}
