//! `generate --all`: a dataset over all families.

#[expect(dead_code, reason = "other tests use the rest")]
mod typed;

use terrella_app::exporters::read::OpenDataset;
use terrella_app::registries::Registries;
use terrella_app::spec::columns::Extent;
use typed::check;

/// Sixteen records of every family, twice.
const SMALL: &[&str] = &[
    "--steps",
    "15",
    "--seed",
    "3",
    "--size",
    "24",
    "--sensors",
    "rgb,bodies,contacts",
    "--quiet",
];

/// It was taken for a scene.
#[test]
fn a_run_file_that_mixes_families_is_generated() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = "world.families = [\"drop_bounce\", \"push_planar\"]\nepisodes = 4\n";
    std::fs::write(folder.path().join("run.toml"), run).expect("it is written");
    let words = [&["generate", "run.toml", "--out", "two"], SMALL].concat();
    check(folder.path(), &words, 0);
    let dataset = OpenDataset::open(&folder.path().join("two")).expect("a dataset");
    let told: Vec<&str> = (dataset.manifest().families.iter())
        .map(|family| family.name.as_str())
        .collect();
    assert_eq!(told, ["drop_bounce", "push_planar"]);
    assert_eq!(dataset.episodes().count(), 4);
}

#[test]
fn all_families_make_one_dataset_that_can_be_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (Registries::default().families.0.iter())
        .map(|family| family.card().name)
        .collect();
    let episodes = (2 * names.len()).to_string();
    let words = [&["generate", "--all", "--out", "all", "-n", &episodes], SMALL].concat();
    check(folder.path(), &words, 0);
    check(
        folder.path(),
        &["verify", "all", "--level", "deep", "-n", &episodes],
        0,
    );

    let dataset = OpenDataset::open(&folder.path().join("all")).expect("a dataset");
    let manifest = dataset.manifest();
    let told: Vec<&String> = manifest.families.iter().map(|family| &family.name).collect();
    assert_eq!(told, names.iter().collect::<Vec<_>>());
    let widest = manifest.families.iter().map(|family| family.action.len()).max();
    let action = manifest
        .data_columns
        .iter()
        .find(|column| column.name == "action");
    assert_eq!(
        action.map(|column| column.extent.clone()),
        widest.map(Extent::Fixed)
    );
    let rewards = manifest
        .data_columns
        .iter()
        .find(|column| column.name == "agents.reward");
    assert_eq!(
        rewards.map(|column| column.extent.clone()),
        Some(Extent::Fixed(4))
    );
    let with_agents = manifest
        .families
        .iter()
        .filter(|family| !family.agents.is_empty());
    let with_agents: Vec<_> = with_agents
        .map(|family| (family.name.as_str(), family.agents.len()))
        .collect();
    assert_eq!(with_agents, [("game_arena", 4)]);
    // A film of an episode, and the page of all: readers of ours take it as any other.
    check(folder.path(), &["replay", "all", "--episode", "1"], 0);
    check(folder.path(), &["inspect", "all"], 0);
}

#[test]
fn what_cannot_be_mixed_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |more: &[&str], message: &str| {
        let words = [&["generate", "--all", "--out", "all", "-n", "4"], SMALL, more].concat();
        let said = check(folder.path(), &words, 2);
        assert!(said.contains(message), "{said}");
    };
    refused(
        &["--set", "world.families=[\"drop_bounce\", \"drop_bounce\"]"],
        "names a family twice",
    );
    refused(&["--set", "world.families=[]"], "names no family");
    refused(
        &["--set", "world.families=[\"drop_bouncy\"]"],
        "there is no family called `drop_bouncy`",
    );
    refused(
        &["--set", "factors.\"drop_bounce.gravity\"=3"],
        "there is no such factor",
    );
    let both = check(
        folder.path(),
        &["generate", "drop_bounce", "--all", "--out", "all"],
        2,
    );
    assert!(both.contains("cannot be used with"), "{both}");
}

/// A family of another rate is recorded at the rate that is asked for.
#[test]
fn a_run_says_how_often_it_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = [
        "generate",
        "linkage_control",
        "--out",
        "slow",
        "-n",
        "2",
        "--set",
        "control_hz=20",
    ];
    check(folder.path(), &[&words, SMALL].concat(), 0);
    let dataset = OpenDataset::open(&folder.path().join("slow")).expect("a dataset");
    assert_eq!(dataset.manifest().fps, 20);
    let wrong = [
        "generate",
        "linkage_control",
        "--out",
        "no",
        "--set",
        "control_hz=0",
    ];
    assert!(check(folder.path(), &wrong, 2).contains("must be in 1..=1000"));
}
