//! Killed at random moments while it works with several threads, and while it goes on where it was.

use crate::parallel;
use crate::tiny::{self, WHOLE};
use crate::tree;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Rounds, and all of them where there is time.
fn rounds() -> u64 {
    if std::env::var_os("TERRELLA_THOROUGH").is_some() {
        200
    } else {
        80
    }
}

const DEATHS_PER_ROUND: usize = 2;

/// A fixed sequence of numbers in 0..1: the moments differ from run to run anyway, the attempts need not.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn start(root: &Path, threads: u32) -> Child {
    tiny::command(root, threads)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts")
}

/// How long a run takes here and now, undisturbed.
fn duration() -> Duration {
    let scratch = tiny::scratch();
    let begin = Instant::now();
    let status = start(&scratch.path().join("data"), 3).wait();
    assert!(status.expect("a status").success());
    begin.elapsed()
}

/// Kills runs into one folder until `DEATHS_PER_ROUND` died, then lets one through. Gives the deaths and what is wrong.
fn round(seed: u64, duration: Duration) -> (usize, Vec<String>) {
    let scratch = tiny::scratch();
    let root = scratch.path().join("data");
    let mut moments = Moments(seed);
    let (mut deaths, mut wrong) = (0, Vec::new());
    for attempt in 0.. {
        assert!(attempt < 200, "it always comes through before it is killed");
        let threads = 1 + (seed as u32 + attempt) % 4;
        let mut child = start(&root, threads);
        std::thread::sleep(duration.mul_f64(moments.next()));
        child.kill().expect("a signal");
        if child.wait().expect("a status").success() {
            wrong.extend(tree::differences(&root, &WHOLE));
            fs::remove_dir_all(&root).expect("the dataset is removed");
            continue;
        }
        deaths += 1;
        wrong.extend(tree::torn(&root, &WHOLE));
        if deaths == DEATHS_PER_ROUND {
            break;
        }
    }
    wrong.extend(tiny::resume(&root));
    (deaths, wrong)
}

#[test]
fn killed_at_random_moments_with_threads_nothing_is_torn_and_it_ends_with_the_same_bytes() {
    let duration = duration();
    let seeds: Vec<u64> = (1..=rounds()).collect();
    let rounds = parallel::map(&seeds, |seed| round(*seed, duration));
    let deaths: usize = rounds.iter().map(|(deaths, _)| deaths).sum();
    println!("killed at {deaths} random moments");
    let wrong = rounds.into_iter().flat_map(|(_, wrong)| wrong).collect();
    parallel::assert_none_wrong(deaths, wrong);
    assert!(deaths >= DEATHS_PER_ROUND * seeds.len(), "only {deaths} deaths");
}
