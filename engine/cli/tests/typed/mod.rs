//! The command as it is typed in a folder, and a small run.

use std::path::Path;
use std::process::{Command, Output};

fn terrella(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terrella"));
    let command = command.current_dir(folder).args(words);
    command.output().expect("the command starts")
}

/// Runs it, demands this exit code, and gives what was said.
#[track_caller]
pub fn check(folder: &Path, words: &[&str], code: i32) -> String {
    let output = terrella(folder, words);
    let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    let said = said.concat();
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{said}");
    said
}

/// A small run.
const SMALL: &[&str] = &[
    "-n",
    "6",
    "--steps",
    "15",
    "--seed",
    "3",
    "--size",
    "24",
    "--shard-episodes",
    "2",
    "--quiet",
];

/// Makes a small dataset of a family.
pub fn generate(folder: &Path, family: &str, out: &str, extra: &[&str]) {
    let words = [&["generate", family, "--out", out], SMALL, extra].concat();
    check(folder, &words, 0);
}
