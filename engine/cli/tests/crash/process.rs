//! Processes that are waited for, with an end to patience.

use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

/// No process here takes nearly as long: one that does hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// Waits for a process to end by itself.
#[track_caller]
pub fn finish(mut child: Child) -> Output {
    let begin = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        if begin.elapsed() > LIMIT {
            child.kill().expect("a signal");
            panic!("it does not end by itself");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("what it said")
}

/// Waits until a run has written down what it makes, and so is at work. False when it ended before.
pub fn is_at_work(child: &mut Child, root: &Path) -> bool {
    let run = root.join("meta/terrella/run.json");
    while !run.exists() {
        if child.try_wait().expect("a status").is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Sends a signal: `INT` or `TERM`.
pub fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .stderr(std::process::Stdio::null())
        .status();
    status.expect("kill starts");
}

/// The command that an interrupted run says to go on with.
#[track_caller]
pub fn command_to_go_on(said: &str) -> String {
    let (_, command) = said
        .split_once("Go on with:\n  ")
        .unwrap_or_else(|| panic!("no command: {said}"));
    let command = command.strip_suffix('\n').expect("a line");
    assert!(!command.contains('\n'), "one line: {command}");
    command.to_string()
}

/// Runs a line of a shell in a folder.
pub fn shell(line: &str, folder: &Path) -> Output {
    Command::new("bash")
        .args(["-c", line])
        .current_dir(folder)
        .output()
        .expect("bash starts")
}
