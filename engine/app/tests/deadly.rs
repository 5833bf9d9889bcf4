//! Worlds that panic, leave all bounds, take too long or kill the whole process cost one attempt each; the other
//! episodes are as if nothing had happened.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use terrella_app::exporters::read::OpenDataset;
use terrella_app::spec::columns::Table;
use terrella_app::spec::factor::FactorValue;

/// The example `deadly`, which Cargo builds beside the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("target/PROFILE/deps/TEST");
    folder.join("examples/deadly")
}

fn run(root: &Path, traps: bool) -> ExitStatus {
    let mut command = Command::new(program());
    command.arg(root).stderr(std::process::Stdio::null());
    if traps {
        command.arg("TRAPS");
    }
    command.status().expect("`cargo test` has built the example")
}

/// A step that waited counted as one that took too long: a process that was stopped for a minute and went on drew an episode anew.
#[test]
fn sixty_deadly_worlds_are_listed_and_the_others_stay_as_they_are() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let [sound, trapped] = ["sound", "trapped"].map(|name| scratch.path().join(name));
    assert!(run(&sound, false).success());

    // The first process dies of a full stack; the second makes the shards in processes of their own.
    assert_eq!(run(&trapped, true).code(), None, "a full stack kills the process");
    assert!(run(&trapped, true).success(), "what kills a child is listed");

    let [sound, trapped] = [&sound, &trapped].map(|root| OpenDataset::open(root).expect("finished"));
    let (mut redrawn, mut waited) = (0, 0);
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for episode in 0..sound.manifest().episodes {
        let bad = trapped.bad_episodes_of(episode).expect("a list");
        for bad in &bad {
            *reasons
                .entry(
                    bad.reason
                        .split([':', '`'])
                        .next()
                        .unwrap_or_default()
                        .to_string(),
                )
                .or_default() += 1;
        }
        let meta = trapped.episode(episode).expect("an episode");
        let FactorValue::Real(trap) = meta.factors["trap"] else {
            panic!("a real factor");
        };
        waited += u32::from((4.0..4.2).contains(&trap));
        assert_eq!(
            bad.len(),
            meta.attempt as usize,
            "every attempt before the one that held is listed"
        );
        if meta.attempt > 0 {
            redrawn += 1;
            continue;
        }
        for table in [Table::Data, Table::Sim] {
            let [one, other] = [&sound, &trapped].map(|dataset| dataset.rows(table, episode).expect("rows"));
            assert!(one == other, "episode {episode} is another one");
        }
    }
    assert!(waited >= 1, "episodes that waited stand as they are");
    assert!(redrawn >= 40, "{redrawn} episodes were drawn anew");
    assert!(reasons.values().sum::<usize>() >= 60, "{reasons:?}");
    for reason in [
        "body ",
        "panic",
        "the step took longer than 0.5 s",
        "the whole process died, twice",
    ] {
        assert!(
            reasons.get(reason).is_some_and(|count| *count >= 8),
            "{reason}: {reasons:?}"
        );
    }
    assert!(
        !trapped.root().join("meta/terrella/making").exists(),
        "no mark is left"
    );
}
