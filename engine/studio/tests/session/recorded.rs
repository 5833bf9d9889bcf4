//! Worlds played as a batch plays them, and episodes of datasets.

use super::*;
use terrella_app::spec::run::PolicySpec;

/// 200 steps of a family in the studio are those of a dataset.
#[test]
fn the_studio_plays_what_a_batch_records() {
    is_played_as_recorded("drop_bounce", "scripted", 3);
    is_played_as_recorded("push_planar", "smooth_random", 1);
}

/// It acted as it does where a run says nothing of it.
#[test]
fn a_policy_has_the_parameters_that_its_run_gives_it() {
    let session = family("push_planar");
    let run = session.project.run().expect("it is right");
    let noisy = run.policies.iter().find(|policy| policy.name == "noisy");
    let usual = PolicySpec::new("noisy", 1.0).epsilon;
    assert_ne!(noisy.expect("it is in the preset").epsilon, usual);
    is_played_as_recorded("push_planar", "noisy", 2);
    let run =
        "world.family = \"push_planar\"\npolicies = [{ name = \"replay\", actions = [[0.125, 0.0625]] }]\n";
    let mut session = Session::new(Project::of_text("run.toml", run));
    session.run(Command::StepForward);
    assert_eq!(session.play().expect("it is drawn").now().action, [0.125, 0.0625]);
}

#[track_caller]
fn is_played_as_recorded(name: &str, policy: &str, episode: u64) {
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

/// A dataset of one short episode, opened.
fn recorded() -> (TempDir, Session) {
    let (folder, dataset) = generate(&family("drop_bounce"), "replay", |order| {
        order.episodes = 1;
        order.steps = 5;
    });
    let mut session = Session::new(Project::empty());
    session.open_path(dataset.root()).expect("it opens");
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    (folder, session)
}

/// A dialog said that the document is wrong, nine worlds were none, and a run that is JSON could be typed in and saved.
#[test]
fn a_dataset_is_looked_at_and_neither_changed_nor_made_anew() {
    let (_folder, mut session) = recorded();
    let text = session.project.document.text().to_string();
    session.wishes.clear();
    for command in [
        Command::Generate,
        Command::Record,
        Command::Sheet,
        Command::Save,
        Command::SaveAs,
        Command::Hand,
    ] {
        let why = session.refuses(command).expect("it is refused");
        session.run(command);
        assert_eq!(session.log.last().map(String::as_str), Some(why));
        assert!(session.wishes.is_empty() && session.hand.is_none(), "{command:?}");
    }
    session.edit("typing", None, &[Edit::Text("steps = 3".into())]);
    assert_eq!(session.project.document.text(), text);
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    session.run(Command::EditAsScene);
    assert!(session.dataset.is_none() && session.refuses(Command::Save).is_none());
}

/// It was taken for an edit of the dataset's run, and its side file removed.
#[test]
fn what_was_left_unsaved_is_taken_up_while_a_dataset_is_open() {
    let (folder, mut session) = recorded();
    let mut left = family("push_planar");
    left.home = Some(folder.path().to_path_buf());
    left.edit("steps", None, &[Edit::set("steps", "77")]);
    left.put_aside();
    drop(left);
    session.home = Some(folder.path().to_path_buf());
    session.look_for_left();
    session.run(Command::TakeUp);
    assert!(session.dataset.is_none());
    assert!(session.project.document.text().contains("steps = 77"));
}

/// It went round for ever.
#[test]
fn what_was_recorded_stops_at_its_end_where_it_does_not_loop() {
    let (_folder, mut session) = recorded();
    session.run(Command::PlayPause);
    (0..20).for_each(|_| session.tick(0.1));
    assert!(session.playing, "it goes round");
    session.run(Command::Loop);
    (0..20).for_each(|_| session.tick(0.1));
    let shown = |session: &Session| session.play().expect("it is shown").shown();
    assert_eq!((session.playing, shown(&session)), (false, 5));
    // Played once more, it begins anew.
    session.run(Command::PlayPause);
    assert_eq!((session.playing, shown(&session)), (true, 0));
}

/// They were lines over the picture: nobody told how far things are apart, nor since when.
#[test]
fn a_twin_is_compared_with_its_episode_from_the_step_on_at_which_they_part() {
    let (_folder, dataset) = generate(&family("line_cell"), "noisy", |order| {
        order.episodes = 2;
        order.steps = 150;
        order.healthy_twins = true;
    });
    let mut session = Session::new(Project::empty());
    session.open_path(dataset.root()).expect("it opens");
    assert!(session.comparison().is_none());
    session.put_beside(Some(1));
    let (play, other) = (session.play().expect("A"), session.other().expect("B"));
    let comparison = session.comparison().expect("they are compared");
    let first = comparison.first_step().expect("its fault shows");
    let (here, there) = (play.moments(), other.moments());
    assert!(first > 0 && comparison.alone().is_empty());
    assert!((0..first).all(|step| here[step].poses == there[step].poses));
    assert_ne!(here[first].poses, there[first].poses);
    assert_eq!(comparison.largest_m().len(), 151);
    assert!(comparison.largest_m()[..first].iter().all(|far| *far == 0.0));
    assert!(comparison.at(&here[first - 1], &there[first - 1]).is_empty());
    let apart = comparison.at(&here[150], &there[150]);
    assert!(apart.is_sorted_by(|one, other| one.distance_m >= other.distance_m));
    let place = |play: &Play| {
        let body = play.plan().world.bodies.get_index_of(&apart[0].name);
        Vec3::from_array(play.moments()[150].poses[body.expect("both have it")].position_m)
    };
    assert_eq!(apart[0].distance_m, place(play).distance(place(other)));
    assert_eq!(apart[0].distance_m, comparison.largest_m()[150]);

    // Of another episode it is another comparison, and none once nothing is beside it.
    session.episode = 1;
    session.refresh();
    let comparison = session.comparison().expect("they are compared");
    assert_eq!(comparison.first_step(), None);
    session.put_beside(None);
    assert!(session.comparison().is_none() && session.other_moment().is_none());
}

#[test]
fn angles_between_episodes_are_exact_where_they_are_small() {
    let scene = "name = \"turned\"\n[world.bodies.box]\nmotion = \"fixed\"\nshape.box.half_extents_m = [0.1, 0.1, 0.1]\n\
        rotation.rpy_deg = [0, 0, { choice = [0, 0.01] }]\n";
    let session = Session::new(Project::of_scene("turned.toml", scene));
    let kit = session.kit().expect("it is resolved");
    let plays: Vec<Play> = (0..8)
        .map(|world| Play::start(kit, world).expect("it starts"))
        .collect();
    let is_turned = |play: &&Play| play.now().poses[0].rotation_xyzw[2] != 0.0;
    let turned = plays.iter().find(is_turned).expect("one is turned");
    let straight = plays.iter().find(|play| !is_turned(play)).expect("one is not");
    let comparison = Comparison::new(turned, straight);
    let apart = comparison.at(turned.now(), straight.now());
    let angle = apart[0].angle_rad.expect("it is a body").to_degrees();
    assert!((angle - 0.01).abs() < 1e-5, "{angle}");
    assert_eq!((comparison.first_step(), apart[0].distance_m), (Some(0), 0.0));
}

#[test]
fn the_picture_of_a_difference_shows_what_differs_and_how_much_of_it_does() {
    let (rgba, share) = difference(&[10, 10, 10, 200, 200, 200], &[10, 12, 10, 200, 100, 200]);
    assert_eq!(rgba[..3], [11, 6, 9]);
    assert_eq!(rgba[4..], [255, 90, 205, 255]);
    assert_eq!(share, 0.5);
}
