//! Contract: what a run holds in memory is bounded by its budget and does not depend on how many episodes it makes; the
//! budget never changes the bytes.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Runs the command to its end. The most memory it was seen to hold, MiB.
#[track_caller]
fn peak_mib(arguments: &[&str]) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_terrella"))
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let status = loop {
        // The kernel keeps the high-water mark; it is gone with the process.
        let text = fs::read_to_string(&status_file).unwrap_or_default();
        let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = mark.and_then(|mark| mark.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) >> 10);
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success(), "{arguments:?}: {status}");
    peak
}

fn hashes(root: &Path) -> String {
    fs::read_to_string(root.join("meta/terrella/manifest.json")).expect("a manifest")
}

fn generate(root: &Path, more: &str) -> u64 {
    let fixed = [
        "generate",
        "drop_bounce",
        "--quiet",
        "--set",
        "supersample=1",
        "--out",
    ];
    let root = root.to_str().expect("a plain path");
    peak_mib(&[&fixed[..], &[root], &more.split(' ').collect::<Vec<_>>()].concat())
}

#[test]
fn a_budget_bounds_what_many_workers_hold_and_changes_no_byte() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    // An episode's pictures are 41 x 192 KiB, 8 MiB, and are held twice: as they were drawn, and encoded.
    let run = |name: &str, memory: &str| {
        let root = scratch.path().join(name);
        let shape =
            "-n 24 --steps 40 --size 256 --shard-episodes 1 --sensors rgb --set cameras=[\"side\"] -j 12";
        let peak = generate(&root, &format!("{shape} --memory {memory}"));
        (peak, hashes(&root))
    };
    let (free, one) = run("free", "4G");
    let (bounded, other) = run("bounded", "34M");
    assert_eq!(one, other);
    // Twelve workers, who are not all at their largest at once, held 57 MiB more than two, who have room at a time.
    assert!(
        bounded + 25 < free,
        "{bounded} MiB with a budget, {free} MiB without"
    );
}

#[test]
fn ten_times_the_episodes_need_no_more_memory() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let run = |folder: usize, episodes: &str| {
        generate(
            &scratch.path().join(folder.to_string()),
            &format!("-n {episodes} --steps 30 --size 64 --shard-episodes 8 -j 2"),
        )
    };
    // What the allocator keeps differs by a third from run to run.
    let few = (0..4).map(|folder| run(folder, "160")).max().unwrap_or(0);
    let many = run(4, "1600");
    assert!(
        many <= few + few / 4 + 4,
        "{many} MiB for 1,600 episodes, {few} MiB for 160"
    );
}
