//! `--healthy-twins` as it is typed: the promises of a run hold where episodes come in pairs.

mod same;
mod typed;

use same::{assert_equal, content};
use std::fs;
use std::path::Path;
use terrella_app::exporters::read::OpenDataset;
use typed::{check, generate};

/// Pairs of drive trains, in shards of two, with a split.
const PAIRS: &[&str] = &[
    "--healthy-twins",
    "--set",
    "splits=[{name=\"train\",share=0.6},{name=\"test_ood\",share=0.4,ood=[\"fault_onset_secs\",\"fault_severity\"]}]",
    // What is there or not has no severity to draw out of distribution.
    "--set",
    "factors.fault_kind=\"weak\"",
];

fn pairs(folder: &Path, out: &str, extra: &[&str]) {
    generate(folder, "drive_train", out, &[PAIRS, extra].concat());
}

#[test]
fn a_dataset_of_pairs_keeps_every_promise() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    let sensors = ["--sensors", "rgb,bodies,faults,telemetry"];
    pairs(at, "one", &[&sensors[..], &["-j", "1"]].concat());
    pairs(at, "three", &[&sensors[..], &["-j", "3"]].concat());
    assert_equal(&at.join("one"), &at.join("three"));

    let dataset = OpenDataset::open(&at.join("one")).expect("a dataset");
    for parent in [0, 2, 4] {
        let [sick, twin] = [parent, parent + 1].map(|number| dataset.episode(number).expect("an episode"));
        assert_eq!(
            (&twin.split, &twin.action_digest),
            (&sick.split, &sick.action_digest)
        );
        assert_eq!(twin.branch.map(|branch| branch.parent), Some(parent));
        assert_eq!(sick.branch, None);
        // Out of distribution is what was drawn so; a severity of 0 was not drawn.
        let is_test = sick.split == "test_ood";
        assert_eq!(sick.ood.contains(&"fault_severity".to_string()), is_test);
        assert!(!twin.ood.contains(&"fault_severity".to_string()));
        assert_eq!(twin.ood.is_empty(), !is_test);
    }
    check(at, &["verify", "one", "--level", "deep", "-n", "6"], 0);
    for episode in ["4", "5"] {
        let said = check(at, &["replay", "one", "--episode", episode, "--json"], 0);
        assert!(said.contains("\"equal\": true"), "{said}");
    }
    let said = check(at, &["inspect", "one"], 0);
    assert!(said.contains("healthy twin of the one before"), "{said}");
    let card = fs::read_to_string(at.join("one/README.md")).expect("a card");
    assert!(card.contains("## Healthy twins"));

    // Partitions in any order, and a run that goes on where another stopped.
    let cut = [&sensors[..], &["--partition", "2/2"]].concat();
    pairs(at, "parts", &cut);
    pairs(at, "parts", &sensors);
    assert_equal(&at.join("one"), &at.join("parts"));

    // A twin's shard is made again without asking what the rest holds.
    let lost = at.join("parts/sim/chunk-001/file-000.parquet");
    fs::remove_file(&lost).expect("it was there");
    check(at, &["verify", "parts"], 65);
    check(at, &["repair", "parts", "--quiet"], 0);
    assert_equal(&at.join("one"), &at.join("parts"));
}

#[test]
fn pictures_of_twins_can_be_drawn_later() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    for (state, stored, sensors) in [
        ("poses", "poses-stored", "bodies"),
        ("none", "none-stored", "telemetry"),
    ] {
        pairs(at, state, &["--sensors", sensors]);
        pairs(at, stored, &["--sensors", &format!("rgb,{sensors}")]);
        let drawn = format!("{state}-drawn");
        check(at, &["render", state, "--out", &drawn], 0);
        assert_equal(&at.join(stored), &at.join(&drawn));
    }
}

#[test]
fn what_has_no_twins_or_tears_pairs_is_refused() {
    let folder = tempfile::tempdir().expect("there is room");
    let refused = |words: &[&str], code: i32, what: &str| {
        let words = [
            &["generate"],
            words,
            &["--out", "x", "--healthy-twins", "--quiet"],
        ]
        .concat();
        let said = check(folder.path(), &words, code);
        assert!(said.contains(what), "{said}");
    };
    refused(&["drop_bounce", "-n", "4"], 2, "has no faults");
    refused(&["drive_train", "-n", "5"], 2, "must be even");
    refused(
        &["drive_train", "-n", "4", "--shard-episodes", "1"],
        2,
        "must be even",
    );
    refused(&["--all", "-n", "4"], 2, "one family or scene");
    assert!(content(folder.path()).is_empty(), "nothing was written");
}
