//! How fast a world is played, and what is kept of what somebody hid, locked and pinned.

use super::*;

fn shown(session: &Session) -> usize {
    session.play().expect("it is drawn").shown()
}

/// No more than eight steps were made in a frame: at sixteen times the speed a world went half as fast as it said.
#[test]
fn a_world_goes_as_fast_as_it_is_told_and_as_it_can() {
    let mut session = family("drop_bounce");
    let hz = f64::from(session.world().expect("it is drawn").control_hz);
    for _ in 0..6 {
        session.run(Command::Faster);
    }
    assert_eq!((session.speed, session.speed_told().as_str()), (64.0, "64 x"));
    session.run(Command::PlayPause);
    // A busy machine may take longer than it is let in one frame, but not in all of them.
    let steps_due = (0.25 * 64.0 * hz) as usize;
    let goes = |session: &mut Session, secs: f64| {
        let before = shown(session);
        session.tick(secs);
        shown(session) - before
    };
    assert!((0..50).any(|_| goes(&mut session, 0.25 / 16.0) >= steps_due / 16));
    session.run(Command::Faster);
    assert_eq!(
        (session.speed, session.speed_told().as_str()),
        (f64::INFINITY, "at most")
    );
    session.run(Command::Faster);
    // It asks for no time that has passed.
    assert!(goes(&mut session, 0.0) > 0);
    session.run(Command::Slower);
    assert_eq!(session.speed, 64.0);
    let before = shown(&session);
    session.tick(0.0);
    assert_eq!(shown(&session), before, "nothing is left to be made up for");
    (0..20).for_each(|_| session.run(Command::Slower));
    assert_eq!(session.speed, 1.0 / 16.0);
}

/// They were forgotten with the window.
#[test]
fn what_is_hidden_locked_and_pinned_is_so_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = folder.path().join("table.toml");
    std::fs::write(&scene, TABLE).expect("it is written");
    let start = || {
        let mut session = Session::new(Project::empty());
        session.home = Some(folder.path().join("home"));
        session
    };
    let mut session = start();
    session.open_path(&scene).expect("it opens");
    session.select("world.bodies.table", false);
    session.run(Command::Hide);
    session.run(Command::Lock);
    // Another one is opened in its place.
    session.open_path(Path::new("drop_bounce")).expect("it opens");
    assert!(session.hidden.is_empty() && session.locked.is_empty());
    session.episode = 7;
    session.run(Command::PinWorld);
    session.keep_marks();
    drop(session);
    let mut session = start();
    session.open_path(Path::new("drop_bounce")).expect("it opens");
    assert_eq!(
        session.pinned.iter().copied().collect::<Vec<_>>(),
        [(session.choices.seed, 7)]
    );
    session.open_path(&scene).expect("it opens");
    let marks = [&session.hidden, &session.locked];
    assert!(
        marks.iter().all(|marks| marks.contains("world.bodies.table")),
        "{marks:?}"
    );
    assert!(session.pinned.is_empty());
    // What is shown again is forgotten.
    session.run(Command::ShowAll);
    session.locked.clear();
    session.keep_marks();
    let mut session = start();
    session.open_path(&scene).expect("it opens");
    assert!(session.hidden.is_empty() && session.locked.is_empty());
    // A file that holds something else is none of ours.
    std::fs::write(folder.path().join("home/marks.json"), "[3]").expect("it is written");
    session.open_path(Path::new("drop_bounce")).expect("it opens");
    assert!(session.pinned.is_empty());
}
