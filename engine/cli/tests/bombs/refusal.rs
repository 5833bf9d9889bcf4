//! Runs the binary with little memory and little patience.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Address space of the whole program, KiB.
const MEMORY_KIB: u32 = 256 << 10;
const PATIENCE: Duration = Duration::from_secs(10);

/// What the program said.
pub struct Said {
    pub code: Option<i32>,
    pub text: String,
}

/// Runs the binary; None where it did not end in time.
pub fn run(arguments: &[&str]) -> Said {
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_terrella"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    // What it says fits a pipe: nothing it says repeats a file without end.
    let start = Instant::now();
    let ended = loop {
        match child.try_wait().expect("a child") {
            Some(_) => break true,
            None if start.elapsed() > PATIENCE => break false,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    if !ended {
        child.kill().expect("it runs");
    }
    let output = child.wait_with_output().expect("a child");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(ended, "{arguments:?} takes more than {PATIENCE:?}: {said}");
    assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    assert!(said.len() < 20_000, "{arguments:?} says {} bytes", said.len());
    if std::env::var_os("BOMBS_TIMES").is_some() {
        eprintln!("{:.2} s: {arguments:?}", start.elapsed().as_secs_f32());
    }
    Said {
        code: output.status.code(),
        text: said,
    }
}

/// The binary must leave with this code and say each of these.
#[track_caller]
pub fn refused(name: &str, arguments: &[&str], code: i32, expected: &[&str]) {
    let said = run(arguments);
    assert_eq!(said.code, Some(code), "{name}: {}", said.text);
    for expected in expected {
        assert!(
            said.text.contains(expected),
            "{name}: wanted: {expected}\ngot: {}",
            said.text
        );
    }
}

/// True where a message names a line of this file.
pub fn names_line(text: &str, file: &str) -> bool {
    text.match_indices(&format!("{file}:"))
        .any(|(at, found)| text[at + found.len()..].starts_with(|next: char| next.is_ascii_digit()))
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a scratch folder with a plain name")
}

/// A pipe that nobody writes into.
pub fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("coreutils");
    assert!(made.success());
}
