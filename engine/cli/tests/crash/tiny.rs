//! The tiny run that every test hurts, and the states in which its folder can be found.

use crate::tree::{self, Tree};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// Shards of two episodes of eight steps, without pictures.
const RUN: [&str; 7] = [
    "generate",
    "drop_bounce",
    "--steps=8",
    "--sensors=none",
    "--seed=5",
    "--shard-episodes=2",
    "--quiet",
];

/// The program.
pub const TERRELLA: &str = env!("CARGO_BIN_EXE_terrella");

/// Episodes of the tiny run: four shards, 60 ms.
pub const EPISODES: u32 = 8;
/// Episodes of a run that is long enough to be met at work: a quarter of a second.
pub const MANY_EPISODES: u32 = 100;

/// What an undisturbed tiny run leaves.
pub static WHOLE: LazyLock<Tree> = LazyLock::new(|| whole(EPISODES));
/// What an undisturbed run of many episodes leaves.
pub static WHOLE_OF_MANY: LazyLock<Tree> = LazyLock::new(|| whole(MANY_EPISODES));

fn whole(episodes: u32) -> Tree {
    let scratch = scratch();
    let root = scratch.path().join("whole");
    let output = Command::new(TERRELLA)
        .args(words(&root, 2, episodes))
        .output()
        .expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    tree::read(&root)
}

/// A folder on the disk that the tests' machine keeps for such.
pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a scratch folder")
}

/// The command, `words` after the program.
pub fn words(root: &Path, threads: u32, episodes: u32) -> Vec<OsString> {
    let mut out = OsString::from("--out=");
    out.push(root);
    RUN.iter()
        .map(OsString::from)
        .chain([format!("--threads={threads}").into()])
        .chain([format!("--episodes={episodes}").into(), out])
        .collect()
}

/// The tiny run into a folder.
pub fn command(root: &Path, threads: u32) -> Command {
    let mut command = Command::new(TERRELLA);
    command.args(words(root, threads, EPISODES));
    command
}

/// The run of many episodes into a folder, with what it says kept.
pub fn many(root: &Path, threads: u32) -> Command {
    let mut command = Command::new(TERRELLA);
    command
        .args(words(root, threads, MANY_EPISODES))
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// What a process said on standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Gives the same command again, undisturbed, and says what is wrong with what then stands there.
pub fn resume(root: &Path) -> Vec<String> {
    let output = command(root, 1).output().expect("the binary starts");
    if output.status.code() != Some(0) {
        return vec![format!(
            "cannot be gone on with: {}: {}",
            output.status,
            said(&output)
        )];
    }
    tree::differences(root, &WHOLE)
}

/// In which state a run finds its folder. Counters of system calls are per thread, and the thread that comes first is
/// hit: so each thread is put first once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Start {
    /// There is no folder.
    Nothing,
    /// Only the run is written down: those who commit are the first to rename.
    Begun,
    /// Two of four shards stand, and of the third a file without a record, and what a killed writer left.
    Half,
    /// All shards stand, and nothing that describes the dataset.
    Unfinished,
}

impl Start {
    /// All of them.
    pub const ALL: [Start; 4] = [Start::Nothing, Start::Begun, Start::Half, Start::Unfinished];

    /// Makes a folder be in this state.
    pub fn prepare(self, root: &Path) {
        let keep = |wanted: &[&str]| -> Tree {
            let wanted = |name: &str| wanted.iter().any(|part| name.contains(part));
            let files = WHOLE.iter();
            files
                .filter(|(name, _)| wanted(&name.to_string_lossy()))
                .map(|(name, bytes)| (name.clone(), bytes.clone()))
                .collect()
        };
        let mut tree = match self {
            Start::Nothing => return,
            Start::Begun => keep(&["run.json"]),
            Start::Half => keep(&[
                "run.json",
                "file-000",
                "file-001",
                "data/chunk-000/file-002",
                "shard-000000",
                "shard-000001",
            ]),
            Start::Unfinished => keep(&["run.json", "file-0", "shard-0"]),
        };
        if self == Start::Half {
            tree.insert(
                "sim/chunk-000/.file-002.parquet.a1b2c3.tmp".into(),
                b"PAR1".to_vec(),
            );
            tree.insert("meta/terrella/.lock".into(), b"1".to_vec());
        }
        tree::write(root, &tree);
    }
}
