//! Runs a program under `strace`, which cuts it off or lies to it at a chosen system call.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Makes a folder; newer machines have no call without `at`.
pub const MKDIR: &str = if cfg!(target_arch = "x86_64") {
    "mkdir"
} else {
    "mkdirat"
};

/// Removes a file.
pub const UNLINK: &str = if cfg!(target_arch = "x86_64") {
    "unlink"
} else {
    "unlinkat"
};

/// What is done to a system call.
#[derive(Clone, Copy, Debug)]
pub struct Injection {
    /// Its name.
    pub call: &'static str,
    /// What is done to it: `signal=KILL`, or `error=ENOSPC`.
    pub what: &'static str,
    /// To which calls of a thread: from 1.
    pub when: usize,
}

/// A system call that was seen.
#[derive(Clone, Debug)]
pub struct Call {
    /// The thread.
    pub thread: u64,
    /// Its name.
    pub name: String,
    /// The paths it names, or the one of its file.
    pub paths: Vec<PathBuf>,
    /// Its line, with how it ended.
    pub line: String,
}

impl Call {
    /// True when it failed because it was made to.
    pub fn is_injected(&self) -> bool {
        self.line.contains("(INJECTED)")
    }

    /// True when it names something in this folder.
    pub fn is_in(&self, root: &Path) -> bool {
        self.paths.iter().any(|path| path.starts_with(root))
    }

    /// The call and its paths from the folder, with the random part of temporary names left out.
    pub fn place(&self, root: &Path) -> String {
        let paths: Vec<String> = self.paths.iter().map(|path| stable_name(path, root)).collect();
        format!("{} {}", self.name, paths.join(" "))
    }
}

/// A run that was watched.
pub struct Watched {
    /// How it ended. Cut off, it was killed by signal 9.
    pub output: Output,
    /// The calls of the chosen kinds, in the order in which they began.
    pub calls: Vec<Call>,
}

/// Runs a command and lists its system calls of these kinds; does something to some of them. The trace is kept in
/// `scratch`, which must not be the folder that the command works in.
pub fn watch(scratch: &Path, calls: &[&str], injection: Option<Injection>, command: &Command) -> Watched {
    let trace = scratch.join("trace");
    let mut strace = Command::new("strace");
    // Paths of file numbers are shown, contents are not.
    strace.args(["-f", "-y", "-s", "0", "-e"]);
    strace.arg(format!("trace={}", calls.join(",")));
    if let Some(Injection { call, what, when }) = injection {
        strace.args(["-e", &format!("inject={call}:{what}:when={when}")]);
    }
    // Where cargo sets it, the loader looks for libraries in a hundred places.
    strace
        .env_remove("LD_LIBRARY_PATH")
        .args([OsStr::new("-o"), trace.as_os_str(), OsStr::new("--")])
        .arg(command.get_program())
        .args(command.get_args());
    let output = strace
        .output()
        .expect("strace starts; it is in the package `strace`");
    let calls = parse(&fs::read_to_string(&trace).unwrap_or_default());
    assert!(
        !calls.is_empty(),
        "strace saw nothing: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Watched { output, calls }
}

/// The call that a kill hit: the first to be the n-th of its thread.
pub fn hit(calls: &[Call], injection: Injection) -> Option<&Call> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    calls
        .iter()
        .filter(|call| call.name == injection.call)
        .find(|call| {
            let count = counts.entry(call.thread).or_default();
            *count += 1;
            *count == injection.when
        })
}

fn parse(trace: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut open: BTreeMap<u64, usize> = BTreeMap::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let (Ok(thread), rest) = (thread.parse(), rest.trim_start()) else {
            continue;
        };
        if rest.starts_with("<... ") {
            if let Some(index) = open.remove(&thread) {
                calls[index].line += rest;
            }
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else {
            continue;
        };
        if rest.ends_with("<unfinished ...>") {
            open.insert(thread, calls.len());
        }
        calls.push(Call {
            thread,
            name: name.to_string(),
            paths: paths(arguments),
            line: rest.to_string(),
        });
    }
    calls
}

/// `4</the/file>, ...` has the path of its file, `"/the/file", ...` names it.
fn paths(arguments: &str) -> Vec<PathBuf> {
    if arguments.starts_with(|letter: char| letter.is_ascii_digit()) {
        let path = arguments
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'));
        return path.map(|(path, _)| path.into()).into_iter().collect();
    }
    arguments
        .split('"')
        .skip(1)
        .step_by(2)
        .map(PathBuf::from)
        .collect()
}

/// The path from the folder, without the random part of a temporary name.
fn stable_name(path: &Path, root: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path).display().to_string();
    match path.strip_suffix(".tmp").and_then(|rest| rest.rsplit_once('.')) {
        Some((rest, _)) => format!("{rest}.tmp"),
        None => path,
    }
}

#[test]
fn a_trace_is_read() {
    let trace = "\
7 write(4</a/.x.json.q1w2.tmp>, \"\"..., 12) = 12
8 fsync(5</a/b> <unfinished ...>
7 renameat(AT_FDCWD</home>, \"/a/.x.json.q1w2.tmp\", AT_FDCWD</home>, \"/a/x.json\") = ?
8 <... fsync resumed>) = -1 EIO (Input/output error) (INJECTED)
7 +++ killed by SIGKILL +++
";
    let calls = parse(trace);
    let places: Vec<String> = calls.iter().map(|call| call.place(Path::new("/a"))).collect();
    assert_eq!(
        places,
        ["write .x.json.tmp", "fsync b", "renameat .x.json.tmp x.json"]
    );
    assert_eq!(
        calls.iter().map(Call::is_injected).collect::<Vec<_>>(),
        [false, true, false]
    );
    let second = Injection {
        call: "fsync",
        what: "signal=KILL",
        when: 1,
    };
    assert_eq!(hit(&calls, second).map(|call| call.thread), Some(8));
}
