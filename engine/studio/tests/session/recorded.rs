//! Worlds played as a batch plays them, and episodes of datasets.

use super::*;

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
