//! Folders with names that break careless programs: made, interrupted, gone on with, and looked at by the commands that
//! are printed.

use crate::process::{command_to_go_on, finish, is_at_work, shell, signal};
use crate::tiny::{self, WHOLE_OF_MANY};
use crate::{parallel, tree};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};

const NAMES: [&[u8]; 30] = [
    b"two words",
    b" space around ",
    b"it's",
    b"say \"data\"",
    b"line\nbreak",
    b"return\rtab\tbell\x07escape\x1b[31m",
    b"no text \xff\xfe \xc3",
    b"\xed\xa0\x80 half a surrogate",
    b"-dash",
    b"--out",
    b"-",
    "caf\u{e9}".as_bytes(),
    "cafe\u{301}".as_bytes(),
    "\u{202e}turned around".as_bytes(),
    "\u{1f980}\u{200d}\u{1f30d}".as_bytes(),
    b"dot.",
    b"...",
    b"%20%s%n",
    b"star*",
    b"question?",
    b"[a-z]",
    b"{a,b}",
    b"$HOME",
    b"$(exit 3)`exit 3`",
    b"back\\slash\\n",
    b"~",
    b"a;b&c|d>e<f",
    b"#comment !history",
    b".hidden.tmp",
    b"meta",
];

/// Names that are long: one of the longest a folder can have, and a path near the longest there is.
fn long_names() -> [OsString; 2] {
    let longest = "n".repeat(255);
    [longest.clone().into(), [longest.as_str(); 14].join("/").into()]
}

/// Makes a dataset of this name in an empty folder, interrupted on the way. Gives what is wrong.
fn make(name: &OsStr) -> Vec<String> {
    let scratch = tiny::scratch();
    let root = scratch.path().join(name);
    let mut child = None;
    // On a busy machine the run may have ended when it is noticed; then it is tried again.
    for _ in 0..20 {
        std::fs::remove_dir_all(&root).ok();
        let mut started = Command::new(tiny::TERRELLA)
            .args(tiny::words(Path::new(name), 1, tiny::MANY_EPISODES))
            .current_dir(&scratch)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        is_at_work(&mut started, &root);
        signal(&started, "TERM");
        let output = finish(started);
        if output.status.code() != Some(0) {
            child = Some(output);
            break;
        }
    }
    let Some(output) = child else {
        return vec!["it is never met at work".into()];
    };
    let said = tiny::said(&output);
    if output.status.code() != Some(143) {
        return vec![format!("{}: {said}", output.status)];
    }
    let go_on = command_to_go_on(&said);
    let next = shell(&go_on, scratch.path());
    let printed = String::from_utf8(next.stdout.clone());
    let mut wrong = tree::differences(&root, &WHOLE_OF_MANY);
    if !next.status.success() {
        wrong.push(format!("{go_on}: {}", tiny::said(&next)));
    }
    let Ok(printed) = printed else {
        wrong.push("what it prints is no text".into());
        return wrong;
    };
    let look = printed
        .lines()
        .find_map(|line| line.strip_prefix("Look at it:  terrella "));
    let Some(look) = look else {
        wrong.push(format!("no command to look at it: {printed}"));
        return wrong;
    };
    let path = look.strip_prefix("inspect ").unwrap_or(look);
    let json = |words: &str| format!("{} {words} --json {path} | python3 -m json.tool", tiny::TERRELLA);
    for line in [
        format!("{} {look}", tiny::TERRELLA),
        format!("{go_on} --json | python3 -m json.tool"),
        json("inspect"),
        json("verify"),
        json("repair"),
        json("finalize"),
        json("replay --episode 3"),
    ] {
        let looked = shell(&format!("set -o pipefail; {line}"), scratch.path());
        if !looked.status.success() {
            wrong.push(format!("{line}: {}", tiny::said(&looked)));
        }
    }
    let beside = std::fs::read_dir(&scratch).expect("a folder").count();
    if beside != 1 {
        wrong.push(format!("{beside} entries beside it"));
    }
    wrong
}

#[test]
fn hostile_folder_names_work_and_the_printed_commands_too() {
    let long = long_names();
    let names: Vec<&OsStr> = NAMES
        .iter()
        .map(|name| OsStr::from_bytes(name))
        .chain(long.iter().map(OsString::as_os_str))
        .collect();
    let outcomes = parallel::map(&names, |name| make(name));
    let wrong = names.iter().zip(outcomes).flat_map(|(name, wrong)| {
        let name = name.to_string_lossy().chars().take(30).collect::<String>();
        wrong.into_iter().map(move |wrong| format!("{name:?}: {wrong}"))
    });
    parallel::assert_none_wrong(names.len(), wrong.collect());
}

#[test]
fn a_name_that_no_file_system_takes_is_refused_with_its_reason() {
    let scratch = tiny::scratch();
    let root = scratch.path().join("n".repeat(256));
    let output = tiny::command(&root, 1).output().expect("the binary starts");
    let said = tiny::said(&output);
    assert_eq!(output.status.code(), Some(74), "{said}");
    assert!(said.contains("File name too long"), "{said}");
    assert_eq!(tree::read(scratch.path()).len(), 0);
}
