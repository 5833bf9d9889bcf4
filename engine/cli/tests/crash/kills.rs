//! Killed at each system call of a tiny run, in each state of its folder: nothing torn, and resumed to the same bytes.

use crate::parallel;
use crate::strace::{Call, Injection, MKDIR, UNLINK, hit, watch};
use crate::tiny::{self, Start, WHOLE};
use crate::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

/// What changes a folder, and what makes a change last.
pub const CALLS: [&str; 8] = [
    "openat",
    "write",
    "fsync",
    "renameat",
    "close",
    MKDIR,
    UNLINK,
    "ftruncate",
];

/// What a point came to.
struct Outcome {
    /// Where it was killed; none when it came through.
    place: Option<String>,
    wrong: Vec<String>,
}

/// For each kind of call, which n-th calls of a thread have to do with the folder.
pub fn points(calls: &[Call], root: &Path) -> BTreeSet<(String, usize)> {
    let mut counts: BTreeMap<(u64, &str), usize> = BTreeMap::new();
    let mut points = BTreeSet::new();
    for call in calls {
        let count = counts.entry((call.thread, &call.name)).or_default();
        *count += 1;
        if call.is_in(root) {
            points.insert((call.name.clone(), *count));
        }
    }
    points
}

/// The system calls of an undisturbed run from this start.
pub fn undisturbed(start: Start, kinds: &[&str]) -> (Vec<Call>, BTreeSet<(String, usize)>, Vec<String>) {
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    start.prepare(&root);
    let watched = watch(scratch.path(), kinds, None, &tiny::command(&root, 1));
    let wrong = tree::differences(&root, &WHOLE);
    assert!(watched.output.status.success() && wrong.is_empty(), "{wrong:?}");
    let points = points(&watched.calls, &root);
    let places = watched.calls.iter().filter(|call| call.is_in(&root));
    let places = places.map(|call| call.place(&root)).collect();
    (watched.calls, points, places)
}

fn kill_at(start: Start, call: &'static str, when: usize) -> Outcome {
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    start.prepare(&root);
    let injection = Injection {
        call,
        what: "signal=KILL",
        when,
    };
    let watched = watch(scratch.path(), &[call], Some(injection), &tiny::command(&root, 1));
    let killed = watched.output.status.signal() == Some(9);
    let place = hit(&watched.calls, injection)
        .filter(|_| killed)
        .map(|call| call.place(&root));
    let mut wrong = tree::torn(&root, &WHOLE);
    if !killed {
        wrong.extend(tree::differences(&root, &WHOLE));
    }
    wrong.extend(tiny::resume(&root));
    let at = format!(
        "{start:?}, {call} {when} ({})",
        place.as_deref().unwrap_or("not hit")
    );
    Outcome {
        place,
        wrong: wrong.into_iter().map(|wrong| format!("{at}: {wrong}")).collect(),
    }
}

#[test]
fn killed_at_each_system_call_nothing_is_torn_and_the_same_command_ends_with_the_same_bytes() {
    let mut cases = Vec::new();
    let mut changes = BTreeSet::new();
    for start in Start::ALL {
        let (_, points, places) = undisturbed(start, &CALLS);
        let is_change = |place: &String| {
            let call = place.split(' ').next().unwrap_or_default();
            ["write", "renameat", "ftruncate"].contains(&call)
        };
        changes.extend(places.into_iter().filter(is_change));
        for (name, when) in points {
            // Closing changes nothing and makes nothing last: once is enough.
            if name == "close" && start != Start::Nothing {
                continue;
            }
            let call = CALLS
                .into_iter()
                .find(|call| *call == name)
                .expect("one of those watched");
            cases.push((start, call, when));
        }
    }
    let outcomes = parallel::map(&cases, |(start, call, when)| kill_at(*start, call, *when));
    let reached: BTreeSet<String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.place.clone())
        .collect();
    let killed = outcomes.iter().filter(|outcome| outcome.place.is_some()).count();
    println!(
        "killed at {killed} of {} points, {} different places",
        cases.len(),
        reached.len()
    );
    let wrong = outcomes.into_iter().flat_map(|outcome| outcome.wrong).collect();
    parallel::assert_none_wrong(cases.len(), wrong);
    assert!(killed >= 200, "only {killed} points were reached");
    // Between two of these the folder does not change: so it was seen in every state that it goes through. The shard's
    // number is left out, because two threads write for the first time and only one of them can be hit.
    let kinds = |places: &BTreeSet<String>| -> BTreeSet<String> {
        let kind = |place: &String| place.replace(|letter: char| letter.is_ascii_digit(), "*");
        places.iter().map(kind).collect()
    };
    let (changes, reached) = (kinds(&changes), kinds(&reached));
    let missed: Vec<&String> = changes.difference(&reached).collect();
    assert!(missed.is_empty(), "never killed at: {missed:#?}");
}
