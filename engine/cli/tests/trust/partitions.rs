//! However a run is divided, it makes the same bytes.

use crate::folder::{assert_content, content, expect, text};
use std::path::Path;

/// The families that the program knows.
fn families() -> Vec<String> {
    let families = terrella_app::registries::Registries::default().families.0;
    families.iter().map(|family| family.card().name).collect()
}

fn generate(family: &str, root: &Path, threads: &str, more: &[&str]) {
    let fixed = [
        "generate",
        family,
        "--out",
        text(root),
        "-n",
        "7",
        "--steps",
        "6",
        "--size",
        "16",
        "--seed",
        "3",
        "--set",
        "supersample=1",
        // Pairs would not stand in shards of one episode.
        "--set",
        "healthy_twins=false",
        "--shard-episodes",
        "1",
        "--quiet",
        "-j",
        threads,
    ];
    expect(0, &[&fixed, more].concat());
}

fn one_digest(family: &str) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let alone = scratch.path().join("alone");
    generate(family, &alone, "1", &[]);
    let wanted = content(&alone);
    for threads in ["1", "2", "3", "8"] {
        // Each way of dividing is tried with one family; with the others, each number of threads and of partitions once.
        let counts = match (family, threads) {
            ("drop_bounce", _) => vec![1, 2, 3, 7],
            (_, "1") => vec![7],
            (_, "2") => vec![3],
            (_, "3") => vec![2],
            _ => vec![1],
        };
        for count in counts {
            let root = scratch.path().join(format!("{threads}-{count}"));
            for index in 1..=count {
                generate(
                    family,
                    &root,
                    threads,
                    &["--partition", &format!("{index}/{count}")],
                );
            }
            expect(0, &["finalize", text(&root)]);
            let when = format!("{family}, {threads} threads, {count} partitions");
            assert_content(&root, &wanted, &when);
        }
    }
}

#[test]
fn every_family_has_one_digest_whatever_the_threads_and_partitions() {
    let families = families();
    // Two at a time: a process of its own may have eight threads.
    std::thread::scope(|scope| {
        for half in families.chunks(families.len().div_ceil(2)) {
            scope.spawn(move || half.iter().for_each(|family| one_digest(family)));
        }
    });
}

#[test]
fn partitions_of_their_own_folders_are_copied_into_one() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let alone = scratch.path().join("alone");
    generate("drop_bounce", &alone, "2", &[]);
    let joined = scratch.path().join("joined");
    for index in 1..=3 {
        let own = scratch.path().join(format!("machine-{index}"));
        generate("drop_bounce", &own, "1", &["--partition", &format!("{index}/3")]);
        crate::folder::write(&joined, &content(&own));
        let code = if index < 3 { 75 } else { 0 };
        expect(code, &["finalize", text(&joined)]);
    }
    assert_content(&joined, &content(&alone), "joined");
}

#[test]
fn a_whole_run_goes_on_where_partitions_ended_and_finishes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let [alone, mixed] = ["alone", "mixed"].map(|name| scratch.path().join(name));
    generate("support_topple", &alone, "2", &[]);
    generate("support_topple", &mixed, "1", &["--partition", "2/2"]);
    generate("support_topple", &mixed, "2", &[]);
    assert_content(&mixed, &content(&alone), "mixed");
}

#[test]
fn a_partition_that_there_is_not_is_refused() {
    for wrong in ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"] {
        let output = crate::folder::terrella(&[
            "generate",
            "drop_bounce",
            "--out",
            "nowhere",
            &format!("--partition={wrong}"),
        ]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("2/3 for the second of three"),
            "{wrong}"
        );
    }
}
