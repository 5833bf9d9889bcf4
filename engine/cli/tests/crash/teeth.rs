//! The checks have teeth: a writer who writes straight under the final names, and who takes what is there for whole when
//! it is started again, fails them. `cp --no-clobber` is such a writer.

use crate::order;
use crate::strace::{Injection, watch};
use crate::tiny::{self, WHOLE};
use crate::{parallel, tree};
use std::path::Path;
use std::process::Command;

const CALLS: [&str; 6] = ["openat", "write", "copy_file_range", "close", "fsync", "renameat"];

/// Writes the dataset at `from` to `to`, without care.
fn naive_writer(from: &Path, to: &Path) -> Command {
    let mut command = Command::new("cp");
    command.args(["--recursive", "--no-clobber", "--reflink=never"]);
    command.arg(from.join(".")).arg(to);
    command
}

/// How often the dataset is torn, and how often something is wrong after another start, when the writer is hurt so.
fn hurt(what: &'static str) -> (usize, usize) {
    let source = tiny::scratch();
    tree::write(source.path(), &WHOLE);
    let cases: Vec<(&str, usize)> = CALLS
        .into_iter()
        .flat_map(|call| (1..=30).map(move |when| (call, when)))
        .collect();
    let outcomes = parallel::map(&cases, |(call, when)| {
        let scratch = tiny::scratch();
        let root = scratch.path().join("data");
        let command = naive_writer(source.path(), &root);
        let injection = Injection {
            call,
            what,
            when: *when,
        };
        watch(scratch.path(), &CALLS, Some(injection), &command);
        let torn = !tree::torn(&root, &WHOLE).is_empty();
        naive_writer(source.path(), &root).output().expect("cp starts");
        (torn, !tree::differences(&root, &WHOLE).is_empty())
    });
    (
        outcomes.iter().filter(|(torn, _)| *torn).count(),
        outcomes.iter().filter(|(_, differs)| *differs).count(),
    )
}

#[test]
fn a_naive_writer_is_caught_when_it_is_killed() {
    let (torn, differing) = hurt("signal=KILL");
    println!("naive writer, killed: {torn} torn, {differing} differing after another start");
    assert!(torn >= 10 && differing >= 10, "{torn} {differing}");
}

#[test]
fn a_naive_writer_is_caught_when_the_disk_is_full() {
    let (torn, differing) = hurt("error=ENOSPC");
    println!("naive writer, refused: {torn} torn, {differing} differing after another start");
    assert!(torn >= 10 && differing >= 10, "{torn} {differing}");
}

#[test]
fn a_naive_writer_is_caught_by_the_order_of_its_calls() {
    let scratch = tiny::scratch();
    let [source, root] = ["source", "data"].map(|name| scratch.path().join(name));
    tree::write(&source, &WHOLE);
    let watched = watch(scratch.path(), order::CALLS, None, &naive_writer(&source, &root));
    let wrong = order::careless(&watched.calls, &root);
    assert!(!wrong.is_empty());
}
