//! What is seen of a world and of what was recorded: channels, lidars, stored pictures.

use super::{Window, drag, window};
use bevy_egui::egui;
use bevy_egui::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use terrella_app::spec::columns::Extent;
use terrella_app::spec::run::ImageFormat;
use terrella_studio::commands::{COMMANDS, Command};
use terrella_studio::gauges;
use terrella_studio::generate::Making;
use terrella_studio::panels::Tab;
use terrella_studio::play::Play;
use terrella_studio::previews::{pictures, scans, short};
use terrella_studio::project::Project;
use terrella_studio::session::Session;
use terrella_studio::tape::{element_name, elements};

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

/// The other one was a small picture in a corner.
#[test]
fn two_episodes_stand_side_by_side_with_what_differs_in_numbers() {
    let project = Project::open(Path::new("push_planar")).expect("it is a family");
    let (_folder, out, _) = record(&project, &["bodies"]);
    let mut harness = window(Project::empty());
    let state = harness.state_mut();
    state.session.open_path(&out).expect("it is a dataset");
    harness.run_steps(4);
    let whole = harness.state().panels.viewport.rect.expect("it is seen");
    harness.state_mut().session.put_beside(Some(1));
    harness.run_steps(8);
    let own = harness.state().panels.viewport.rect.expect("it is seen");
    assert!(
        (own.width() - whole.width() / 2.0).abs() < 2.0,
        "{own:?} of {whole:?}"
    );
    assert!(
        (own.height() - whole.height() / 2.0).abs() < 2.0,
        "{own:?} of {whole:?}"
    );

    // The mouse looks from the other one's part as well.
    let before = harness.state().panels.viewport.camera;
    let at = own.center() + egui::vec2(whole.width() / 2.0, 0.0);
    drag(
        &mut harness,
        egui::PointerButton::Secondary,
        at,
        egui::vec2(40.0, 0.0),
    );
    assert_ne!(harness.state().panels.viewport.camera.yaw_rad, before.yaw_rad);

    // A click on the curve goes to a step, one on a row selects what is apart most, the link goes to where they part.
    let end = harness.get_by_label("End").rect();
    let curve = egui::pos2(whole.right() - 9.0, end.bottom() + 36.0);
    drag(
        &mut harness,
        egui::PointerButton::Primary,
        curve,
        egui::Vec2::ZERO,
    );
    let shown =
        |harness: &Harness<'static, Window>| harness.state().session.play().expect("it is shown").shown();
    assert_eq!(shown(&harness), 3);
    let session = &harness.state().session;
    let (play, there) = (session.play().expect("A"), session.other_moment().expect("B"));
    let apart = session
        .comparison()
        .expect("they are compared")
        .at(play.now(), there);
    let rows = harness.get_all_by_label_contains(&apart[0].name);
    let row = rows
        .into_iter()
        .find(|row| own.contains(row.rect().center() - own.size()));
    row.expect("it is told").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session.selection, [apart[0].path.clone()]);
    harness.get_by_label("differ from step 0 (0.00 s) on").click();
    harness.run_steps(3);
    assert_eq!(shown(&harness), 0);
    harness.get_by_label("End").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session.beside, None);
    assert_eq!(harness.state().panels.viewport.rect, Some(whole));
}

/// The other one's picture was that of some frames ago.
#[test]
fn two_episodes_side_by_side_are_seen_at_the_same_step_while_they_play() {
    let project = Project::open(Path::new("push_planar")).expect("it is a family");
    let (_folder, out, _) = record(&project, &["bodies"]);
    let mut harness = window(Project::empty());
    let state = harness.state_mut();
    state.session.open_path(&out).expect("it is a dataset");
    state.session.put_beside(Some(1));
    harness.run_steps(8);
    let mut seen = Vec::new();
    for frame in 0..30 {
        let Window { session, panels } = harness.state_mut();
        // It goes on in every frame, as a window lets it that is fast enough; then it stops.
        if frame < 20 {
            session.run(Command::StepForward);
        }
        if frame % 4 == 3 {
            session.run(Command::Reset);
        }
        let own = panels.viewport.step(session);
        panels.viewport.draw(session);
        harness.run_steps(1);
        let beside = harness.state().panels.viewport.step_beside();
        assert!(
            own.is_some() && own == beside,
            "frame {frame}: {own:?} and {beside:?}"
        );
        seen.extend(own);
    }
    let state = harness.state();
    assert_eq!(
        seen.last().copied(),
        state.session.play().map(|play| play.shown())
    );
    // No picture is left out for another one that is on its way.
    let changes = seen.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(changes > 15, "{seen:?}");
}

/// Every frame drew two shapes for each step that was ever made, and every point of a line.
#[test]
fn what_was_played_for_long_is_drawn_in_few_shapes() {
    let text = "name = \"ball\"\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {}\n\
         [world.bodies.ball]\nshape.ball.radius_m = 0.1\nposition_m = [0, 0, 0.1]\n";
    let mut harness = window(Project::of_scene("ball.toml", text));
    harness.state_mut().panels.show_tab(Tab::Timeline);
    harness.state_mut().panels.show_tab(Tab::Plots);
    let play = harness.state_mut().session.play_mut().expect("it is drawn");
    (0..6000).for_each(|_| assert!(play.step(None, None)));
    harness.run_steps(3);
    let shapes = &harness.output().shapes;
    assert!(shapes.len() < 4000, "{} shapes", shapes.len());
    let points = shapes.iter().map(|shape| match &shape.shape {
        egui::Shape::Path(path) => path.points.len(),
        _ => 0,
    });
    let most = points.max().unwrap_or_default();
    assert!((1000..=2000).contains(&most), "{most} points of a line");
}

/// There were none of them, and no arrow: as if nothing touched.
#[test]
fn contacts_that_were_not_recorded_are_told_not_to_be() {
    let project = Project::open(Path::new("drop_bounce")).expect("it is a family");
    for (sensors, told) in [
        (&["bodies"][..], "contacts were not recorded"),
        (&["bodies", "contacts"][..], "contacts (0)"),
    ] {
        let (_folder, out, _) = record(&project, sensors);
        let mut session = Session::new(Project::empty());
        session.open_path(&out).expect("it is a dataset");
        sensors_of(session).get_by_label(told);
    }
}

/// What did not fit was cut off: pictures of sensors on the right, buttons of worlds, and both ends of the help.
#[test]
fn panels_and_help_fit_into_a_small_window() {
    let mut harness = window(Project::open(Path::new("push_planar")).expect("it is a family"));
    harness.set_size(egui::vec2(1000.0, 640.0));
    harness.state_mut().panels.show_tab(Tab::Worlds);
    harness.run_steps(12);
    let timeline = harness.get_by_label("Act by hand").rect().left();
    let names = [
        "top",
        "depth.top",
        "segmentation.top",
        "front",
        "depth.front",
        "segmentation.front",
    ];
    let mut rows = BTreeSet::new();
    for name in names {
        let own = harness.get_all_by_label(name).map(|own| own.rect());
        let own = own.max_by(|one, other| one.top().total_cmp(&other.top()));
        let own = own.expect("its picture has a name");
        assert!(own.right() < timeline, "{name} is at {own:?}");
        rows.insert(own.top() as i32);
    }
    assert!(rows.len() > 1, "they are on several lines: {rows:?}");
    let nine = harness.get_by_label("nine").rect();
    assert!(nine.right() < 1000.0, "{nine:?}");
    harness.state_mut().session.run(Command::Help);
    harness.run_steps(12);
    for entry in COMMANDS.iter().take(8) {
        let doc = harness.get_by_label(entry.doc).rect();
        assert!(
            doc.left() > 0.0 && doc.right() < 1000.0,
            "{}: {doc:?}",
            entry.name
        );
        assert!(
            harness
                .get_all_by_label(entry.name)
                .any(|name| name.rect().left() > 0.0)
        );
    }
}

/// The mouse turned the view about its target while keys moved it.
#[test]
fn who_flies_looks_around() {
    let mut harness = window(Project::open(Path::new("push_planar")).expect("it is a family"));
    let mut at = harness.state().panels.viewport.rect.expect("it is seen").center();
    let right = |at: egui::Pos2, pressed: bool| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Secondary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let key = |pressed: bool| egui::Event::Key {
        key: egui::Key::W,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    let drag = |harness: &mut Harness<'static, Window>, at: &mut egui::Pos2| {
        let before = harness.state().panels.viewport.camera;
        *at += egui::vec2(40.0, 0.0);
        harness.hover_at(*at);
        harness.run_steps(2);
        let after = harness.state().panels.viewport.camera;
        assert_ne!(before.yaw_rad, after.yaw_rad);
        (before, after)
    };
    harness.hover_at(at);
    harness.run_steps(2);
    harness.event(right(at, true));
    harness.run_steps(2);
    let (before, after) = drag(&mut harness, &mut at);
    assert_eq!(before.target_m, after.target_m, "it goes round its target");
    let eye_m = after.eye_m();
    harness.event(key(true));
    harness.run_steps(3);
    harness.event(key(false));
    harness.run_steps(2);
    assert!(
        harness.state().panels.viewport.camera.eye_m().distance(eye_m) > 1e-3,
        "it flies"
    );
    let (before, after) = drag(&mut harness, &mut at);
    assert!(before.eye_m().distance(after.eye_m()) < 1e-4);
    assert!(before.target_m.distance(after.target_m) > 0.01);
    harness.event(right(at, false));
    harness.run_steps(2);
}

/// A world in which something moves before a camera, with more lines.
fn scene(more: &str) -> Project {
    let text = format!(
        "name = \"seen\"\n[world]\ncontrol_hz = 20\n[world.bodies.floor]\nmotion = \"fixed\"\nshape.half_space = {{}}\n\
         [world.bodies.ball]\nshape.ball.radius_m = 0.2\nposition_m = [0, 0, 2]\nlinear_velocity_mps = [1, 0, 0]\n\
         paint.color = [0.9, 0.3, 0.1]\n{more}"
    );
    Project::of_scene("seen.toml", &text)
}

fn played(project: Project, steps: usize) -> Session {
    let mut session = Session::new(project);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    let play = session.play_mut().expect("it is drawn");
    (0..steps).for_each(|_| assert!(play.step(None, None)));
    session
}

/// Its beams were spread over a whole turn, beginning ahead.
#[test]
fn a_lidar_that_does_not_look_all_round_is_drawn_as_it_looks() {
    let session = played(
        scene(
            "[world.bodies.post]\nmotion = \"fixed\"\nshape.box.half_extents_m = [0.05, 0.05, 0.5]\nposition_m = [2, 1, 0.5]\n\
             [world.lidars.low]\nposition_m = [0, 0, 0.5]\nfov_deg = 90\nbeams = 91\nrange_m = 8\n",
        ),
        0,
    );
    let scans = scans(session.play().expect("it is drawn"));
    let ranges = scans[0].ranges_m.iter().enumerate();
    let (nearest, range) = ranges
        .min_by(|one, other| one.1.total_cmp(other.1))
        .expect("beams");
    assert!((2.0..2.3).contains(range), "{range}");
    let angle = scans[0].angle_rad(nearest);
    assert!((angle - egui::vec2(2.0, 1.0).angle()).abs() < 0.05, "{angle}");
}

/// A picture was taken of the step before, whatever the camera did there, and repeated.
#[test]
fn a_camera_that_repeats_pictures_is_previewed_as_it_is_recorded() {
    const STEPS: u32 = 24;
    let project = scene(
        "[world.cameras.slow]\nposition_m = [0, -3, 1.5]\nlook_at_m = [0, 0, 1]\nevery = 3\n\
         effects = { drop_chance = 0.4, noise = 0.1, rolling_shutter = 0.8 }\n\
         [world.cameras.lossy]\nposition_m = [0, -3, 1]\nlook_at_m = [0, 0, 1]\neffects.drop_chance = 0.6\n\
         [world.cameras.plain]\nposition_m = [0, -3, 2]\nlook_at_m = [0, 0, 1]\n\
         [world.cameras.left_out]\nposition_m = [0, -3, 2]\nlook_at_m = [0, 0, 1]\n",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("data");
    let kit = project.resolve(out.clone(), |spec| {
        spec.episodes = 1;
        spec.steps = Some(STEPS);
        spec.image_size = [24, 16];
        spec.supersample = 1;
        spec.cameras = Some(["slow", "lossy", "plain"].map(String::from).to_vec());
        spec.sensors = ["rgb", "flow", "bodies"].map(String::from).to_vec();
        spec.files.images = ImageFormat::Png;
    });
    Making::start(kit.expect("it is right"))
        .wait()
        .expect("it is made");
    let mut session = Session::new(Project::empty());
    session.open_path(&out).expect("it is a dataset");
    for step in 0..=STEPS as usize {
        session.play_mut().expect("it is shown").show(step);
        let dataset = session.dataset.as_ref().expect("it is open");
        let run = session.run_spec().expect("it has a run");
        let play = session.play().expect("it is shown");
        let stored = dataset.pictures(0, step).expect("they are there");
        let stored: Vec<_> = (stored.into_iter())
            .map(|(column, picture)| (short(&column).to_string(), picture.bytes))
            .collect();
        assert_eq!(stored.len(), 3);
        for outputs in [&["rgb"][..], &["rgb", "flow"]] {
            let outputs: Vec<String> = outputs.iter().map(|name| name.to_string()).collect();
            let drawn = pictures(play, run, &outputs, None).expect("they are drawn");
            let colours = drawn.into_iter().filter(|own| !own.name.starts_with("flow"));
            let colours: Vec<_> = colours.map(|own| (own.name, own.rgb)).collect();
            assert!(colours == stored, "step {step}, {outputs:?}");
        }
    }
}

/// They were 64 pixels wide and high with two samples a side, of all cameras.
#[test]
fn previews_are_of_the_size_and_the_cameras_of_the_run() {
    let project = "world.family = \"push_planar\"\nimage_size = [40, 24]\ncameras = [\"top\"]\n";
    let session = played(Project::of_text("run.toml", project), 1);
    let play = session.play().expect("it is drawn");
    assert!(play.plan().world.cameras.len() > 1);
    let run = session.run_spec().expect("it has a run");
    let all = pictures(play, run, &["rgb".into()], None).expect("they are drawn");
    let told: Vec<_> = all.iter().map(|own| (own.name.as_str(), own.size)).collect();
    assert_eq!(told, [("top", [40, 24])]);
    let large = pictures(play, run, &["rgb".into()], Some(96)).expect("they are drawn");
    assert_eq!(large[0].size, [96, 96]);
}

/// Only poses, actions, states and what mechanisms report could be plotted of what was recorded.
#[test]
fn any_number_that_was_recorded_is_plotted() {
    let project = Project::open(Path::new("game_arena")).expect("it is a family");
    let (_folder, out, play) = record(&project, &["bodies", "contacts"]);
    let mut session = Session::new(Project::empty());
    session.open_path(&out).expect("it is a dataset");
    let dataset = session.dataset.as_ref().expect("it is open");
    let specs: Vec<_> = dataset.number_columns().cloned().collect();
    for spec in &specs {
        let numbers = dataset.numbers(1, spec).expect("they are read");
        assert_eq!(numbers.rows(), 4, "{}", spec.name);
        if let Some(count) = elements(spec) {
            assert!((0..4).all(|row| numbers.row(row).len() == count), "{}", spec.name);
        }
        assert!(numbers.row(4).is_empty());
    }
    let numbers = |name: &str| {
        let spec = specs.iter().find(|spec| spec.name == name);
        let spec = spec.unwrap_or_else(|| panic!("{name} is recorded"));
        (spec, dataset.numbers(0, spec).expect("they are read"))
    };
    // A matrix has the agents' own actions, one after the other; what they are in all is the action.
    let (grid, of_agents) = numbers("agents.action");
    assert!(matches!(grid.extent, Extent::Grid(..)));
    let (_, action) = numbers("action");
    for (row, moment) in play.moments()[1..].iter().enumerate() {
        let wanted: Vec<f64> = moment.action.iter().map(|value| f64::from(*value)).collect();
        assert_eq!(action.row(row), wanted);
        let sum = |values: &[f64]| values.iter().sum::<f64>();
        assert!((sum(of_agents.row(row)) - sum(&wanted)).abs() < 1e-4);
    }
    // A list has as many numbers in a row as there are contacts.
    let (impulses, read) = numbers("contacts.impulse");
    for (row, moment) in play.moments().iter().enumerate() {
        assert_eq!(read.row(row).len(), moment.contacts.len(), "row {row}");
    }
    assert!(element_name(impulses, &[], 2).starts_with("contacts.impulse [2]"));

    let mut harness = window(Project::empty());
    harness.state_mut().session = session;
    harness.state_mut().panels.show_tab(Tab::Plots);
    harness.set_size(egui::vec2(1600.0, 1200.0));
    harness.run_steps(4);
    let hint = "the reward; choose channels to see others";
    harness.get_by_label(hint);
    harness.get_by_label("Channels").click();
    harness.run_steps(4);
    // Only what fits is shown of a long list. The search stands below that of the hierarchy.
    let fields = harness.get_all_by_role(Role::TextInput);
    let search = fields.max_by(|one, other| one.rect().top().total_cmp(&other.rect().top()));
    search.expect("the search").focus();
    harness.run_steps(2);
    harness.event(egui::Event::Text("agents.observation".into()));
    harness.run_steps(4);
    harness.get_by_label_contains("agents.observation (");
    harness
        .get_all_by_label_contains("agents.observation [0]")
        .next()
        .expect("its elements are offered")
        .click();
    harness.run_steps(4);
    assert!(harness.query_by_label(hint).is_none(), "it is drawn");
}
