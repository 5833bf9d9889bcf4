//! Refused by the system at chosen calls: it says what, where and why, tears nothing, and goes on when the cause is gone.

use crate::kills::undisturbed;
use crate::parallel;
use crate::strace::{Call, Injection, MKDIR, UNLINK, watch};
use crate::tiny::{self, Start, WHOLE};
use crate::tree;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the system can say, what it says it to, and how it reads.
const ERRORS: [(&str, &str, &[&str]); 6] = [
    (
        "error=ENOSPC",
        "No space left on device",
        &["openat", "write", "fsync", "renameat", MKDIR],
    ),
    (
        "error=EIO",
        "Input/output error",
        &[
            "openat",
            "read",
            "pread64",
            "write",
            "fsync",
            "renameat",
            UNLINK,
            "getdents64",
            "statx",
        ],
    ),
    ("error=EDQUOT", "Disk quota exceeded", &["write", "fsync", MKDIR]),
    (
        "error=EROFS",
        "Read-only file system",
        &["openat", "renameat", MKDIR, UNLINK],
    ),
    ("error=EMFILE", "Too many open files", &["openat"]),
    (
        "error=EACCES",
        "Permission denied",
        &["openat", "renameat", MKDIR, UNLINK],
    ),
];

struct Case {
    start: Start,
    injection: Injection,
    reason: &'static str,
}

/// What an injection came to.
struct Outcome {
    /// Calls in the folder that failed because they were made to.
    injected: usize,
    /// The run went on all the same, and ended well.
    harmless: bool,
    wrong: Vec<String>,
}

fn inject(case: &Case) -> Outcome {
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    case.start.prepare(&root);
    let kinds = [case.injection.call, "renameat"];
    let command = tiny::command(&root, 1);
    let watched = watch(scratch.path(), &kinds, Some(case.injection), &command);
    // The folder above is touched too: the dataset's name stands in it.
    let injected: Vec<&Call> = watched
        .calls
        .iter()
        .filter(|call| call.is_injected() && call.is_in(scratch.path()))
        .collect();
    let said = tiny::said(&watched.output);
    let mut wrong = tree::torn(&root, &WHOLE);
    let code = watched.output.status.code();
    // A lock that could not be removed, or not be recognised as one's own, stays behind and hinders nobody.
    let lock = Path::new("meta/terrella/.lock");
    if injected.iter().any(|call| call.paths[0].ends_with(lock)) {
        fs::remove_file(root.join(lock)).ok();
    }
    match code {
        Some(0) => wrong.extend(tree::differences(&root, &WHOLE)),
        Some(74) => {
            // It cannot say anything where standard error is refused too.
            let deaf = |call: &Call| call.is_injected() && call.line.starts_with("write(2<");
            if !watched.calls.iter().any(deaf) {
                wrong.extend(untold(&said, case.reason, &injected, &root));
            }
            wrong.extend(record_after_failed_flush(&watched.calls, &root));
            if case.injection.call != UNLINK {
                wrong.extend(tree::passing(&root).map(|name| format!("{} is left", name.display())));
            }
        }
        _ => wrong.push(format!("{}: {said}", watched.output.status)),
    }
    wrong.extend(tiny::resume(&root));
    let places: Vec<String> = injected.iter().map(|call| call.place(&root)).collect();
    let Injection { what, when, .. } = case.injection;
    let at = format!("{:?}, {what} {when} at {}", case.start, places.join(", "));
    Outcome {
        injected: injected.len(),
        harmless: code == Some(0),
        wrong: wrong.into_iter().map(|wrong| format!("{at}: {wrong}")).collect(),
    }
}

/// What the error does not say, of: what was tried, where, and why.
fn untold(said: &str, reason: &str, injected: &[&Call], root: &Path) -> Option<String> {
    // The file as it will be called, or the folder that it is in.
    let names = injected.iter().flat_map(|call| &call.paths).flat_map(|path| {
        let place = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let stable = place
            .strip_suffix(".tmp")
            .and_then(|rest| rest.rsplit_once('.'))
            .map(|(rest, _)| rest.replacen("/.", "/", 1));
        let stable = stable.map(|name| name.strip_prefix('.').unwrap_or(&name).to_string());
        [path.clone(), root.join(stable.unwrap_or(place))]
    });
    let named = names
        .flat_map(|path| [path.parent().map(Path::to_path_buf), Some(path)])
        .flatten()
        .any(|path| said.contains(&path.display().to_string()));
    let told = said.starts_with("error: cannot ") && said.contains(reason) && named;
    let counted = reason != "No space left on device" || said.contains("bytes are free");
    (!(told && counted)).then(|| format!("says only: {said}"))
}

/// Shards whose bytes or names may not be on the disk, and which count as there all the same.
fn record_after_failed_flush(calls: &[Call], root: &Path) -> Option<String> {
    let failed = calls
        .iter()
        .position(|call| call.name == "fsync" && call.is_injected())?;
    // A folder that could not be flushed held the name of what was renamed last.
    let renamed = calls[..failed].iter().rev().find(|call| call.name == "renameat");
    let places = std::iter::once(&calls[failed]).chain(renamed);
    let number = places.flat_map(|call| &call.paths).find_map(|path| {
        let name = path.file_name()?.to_str()?;
        let digits = ["file-", "shard-"]
            .iter()
            .find_map(|word| name.split_once(word))?
            .1;
        digits.split('.').next()?.parse::<u64>().ok()
    })?;
    let record = format!("meta/terrella/commits/shard-{number:06}.json");
    root.join(&record)
        .exists()
        .then(|| format!("{record} stands after a failed flush"))
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for start in [Start::Nothing, Start::Unfinished] {
        for (what, reason, calls) in ERRORS {
            // Half the work: the second state is for those calls that only reading and finishing make.
            if start == Start::Unfinished && what != "error=EIO" {
                continue;
            }
            let (_, points, _) = undisturbed(start, calls);
            // Every other one, or all: a whole round takes minutes.
            let stride = if std::env::var_os("TERRELLA_THOROUGH").is_some() {
                1
            } else {
                2
            };
            cases.extend(points.into_iter().step_by(stride).map(|(name, when)| Case {
                start,
                injection: Injection {
                    call: calls.iter().find(|call| **call == name).expect("watched"),
                    what,
                    when,
                },
                reason,
            }));
        }
    }
    cases
}

#[test]
fn refused_at_a_system_call_it_says_so_tears_nothing_and_goes_on_later() {
    let cases = cases();
    let outcomes = parallel::map(&cases, inject);
    let injections = outcomes.iter().filter(|outcome| outcome.injected > 0).count();
    let harmless = outcomes
        .iter()
        .filter(|outcome| outcome.injected > 0 && outcome.harmless)
        .count();
    println!(
        "{injections} injections in {} runs, {harmless} of them harmless",
        cases.len()
    );
    let wrong = outcomes.into_iter().flat_map(|outcome| outcome.wrong).collect();
    parallel::assert_none_wrong(cases.len(), wrong);
    assert!(injections >= 300, "only {injections} injections");
}

#[test]
fn with_few_files_open_at_a_time_it_works_or_says_so() {
    let limits: Vec<u32> = (4..=24).collect();
    let refused = parallel::map(&limits, |limit| {
        let scratch = tiny::scratch();
        let root = scratch.path().join("data");
        let output = Command::new("sh")
            .args([
                "-c",
                "ulimit -n $0 && exec \"$@\"",
                &limit.to_string(),
                tiny::TERRELLA,
            ])
            .args(tiny::words(&root, 2, tiny::EPISODES))
            .output()
            .expect("sh starts");
        let said = tiny::said(&output);
        assert_eq!(tree::torn(&root, &WHOLE), [""; 0], "{limit}");
        match output.status.code() {
            Some(0) => assert_eq!(tree::differences(&root, &WHOLE), [""; 0], "{limit}"),
            code => {
                assert_eq!(code, Some(74), "{limit}: {said}");
                assert!(said.contains("Too many open files"), "{limit}: {said}");
            }
        }
        assert_eq!(tiny::resume(&root), [""; 0], "{limit}");
        !output.status.success()
    });
    let refused = refused.into_iter().filter(|refused| *refused).count();
    assert!((5..limits.len()).contains(&refused), "{refused} were refused");
}
