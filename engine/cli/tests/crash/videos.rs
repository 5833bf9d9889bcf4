//! A run whose pictures are videos, killed where it writes, flushes and renames: a shard's videos come and go with it.

use crate::kills::points;
use crate::strace::{Injection, hit, watch};
use crate::tiny::{self, TERRELLA};
use crate::tree::{self, Tree};
use crate::{order, parallel};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

const CALLS: [&str; 3] = ["write", "fsync", "renameat"];

/// Two shards of two episodes of three steps, seen by two cameras.
fn command(root: &Path) -> Command {
    let mut command = Command::new(TERRELLA);
    command
        .args([
            "generate",
            "door_passage",
            "--steps=3",
            "--sensors=rgb",
            "--size=16",
            "--images=mp4",
        ])
        .args([
            "--seed=5",
            "--episodes=4",
            "--shard-episodes=2",
            "--threads=1",
            "--quiet",
        ])
        .arg("--out")
        .arg(root);
    command
}

fn run(root: &Path) {
    let output = command(root).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{}", tiny::said(&output));
}

static WHOLE: LazyLock<Tree> = LazyLock::new(|| {
    let scratch = tiny::scratch();
    let root = scratch.path().join("whole");
    run(&root);
    tree::read(&root)
});

/// Kills the run at a call. Gives where, if it was reached, and what is wrong.
fn kill_at(call: &'static str, when: usize) -> (Option<String>, Vec<String>) {
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    let injection = Injection {
        call,
        what: "signal=KILL",
        when,
    };
    let watched = watch(scratch.path(), &[call], Some(injection), &command(&root));
    let killed = watched.output.status.signal() == Some(9);
    let place = hit(&watched.calls, injection)
        .filter(|_| killed)
        .map(|call| call.place(&root));
    let mut wrong = tree::torn(&root, &WHOLE);
    run(&root);
    wrong.extend(tree::differences(&root, &WHOLE));
    let at = format!("{call} {when} ({})", place.as_deref().unwrap_or("not hit"));
    (
        place,
        wrong.into_iter().map(|wrong| format!("{at}: {wrong}")).collect(),
    )
}

#[test]
fn a_run_with_videos_is_killed_and_gone_on_with_like_any_other() {
    let videos = WHOLE
        .keys()
        .filter(|name| name.extension().is_some_and(|ending| ending == "mp4"));
    assert_eq!(videos.count(), 4, "a video for each camera and shard");
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    let watched = watch(scratch.path(), order::CALLS, None, &command(&root));
    assert_eq!(order::careless(&watched.calls, &root), Vec::<String>::new());
    let cases: Vec<(&'static str, usize)> = points(&watched.calls, &root)
        .into_iter()
        .filter_map(|(name, when)| Some((CALLS.into_iter().find(|call| *call == name)?, when)))
        .collect();
    let outcomes = parallel::map(&cases, |(call, when)| kill_at(call, *when));
    let reached: BTreeSet<&str> = outcomes
        .iter()
        .filter_map(|(place, _)| place.as_deref())
        .collect();
    // Several threads flush at once, and which of them is the first to be hit is not ours to choose; that all of it is
    // flushed in time, `careless` has found.
    for call in ["write", "renameat"] {
        let at_a_video = |place: &&&str| place.starts_with(call) && place.contains(".mp4");
        assert!(
            reached.iter().any(|place| at_a_video(&place)),
            "never killed at the {call} of a video: {reached:#?}"
        );
    }
    let wrong = outcomes.iter().flat_map(|(_, wrong)| wrong.clone()).collect();
    parallel::assert_none_wrong(cases.len(), wrong);
}
