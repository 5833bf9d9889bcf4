//! `terrella inspect --html` as it is typed: the page of small datasets, and the truth of what it says.
//!
//! The truth is counted here from the dataset's rows with plain loops, by none of the code that makes the page.

mod page;

use page::{bars, check, check_safe, dataset, figures, page, plain, section, table};
use std::collections::BTreeMap;
use std::fs;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::record::episode::EpisodeMeta;
use terrella_app::record::numbers::numbers;
use terrella_app::spec::columns::Table;
use terrella_app::spec::factor::FactorValue;

/// The sections of a page, in order.
const SECTIONS: [&str; 11] = [
    "overview",
    "columns",
    "factors",
    "actions",
    "outcomes",
    "returns",
    "coverage",
    "contacts",
    "films",
    "speed",
    "integrity",
];

const DOOR: &[&str] = &[
    "door_passage",
    "-n",
    "14",
    "--steps",
    "20",
    "--size",
    "24",
    "--shard-episodes",
    "4",
    "--set",
    "splits=[{name=\"train\",share=0.6},{name=\"test_ood\",share=0.4,ood=\"one\"}]",
];

#[test]
fn a_page_has_every_section() {
    let folder = dataset(DOOR);
    let page = page(folder.path());
    let found: Vec<&str> = page
        .split("<section id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(found, SECTIONS);
    for id in SECTIONS {
        assert!(page.contains(&format!("<a href=\"#{id}\">")), "{id} is linked");
        assert!(plain(section(&page, id)).len() > 80, "{id} says something");
    }
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    let manifest =
        fs::read_to_string(folder.path().join("set/meta/terrella/manifest.json")).expect("it is there");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("it is JSON");
    for key in ["title", "question", "doc", "run_digest"] {
        let text = manifest[key].as_str().expect("it is a text");
        // What is between backquotes is code there.
        let text = text.replace('`', "");
        assert!(plain(&page).contains(&text), "{key}: {text}");
    }
}

#[test]
fn outcomes_and_factors_are_those_of_the_episode_table() {
    let folder = dataset(DOOR);
    let page = page(folder.path());
    let dataset = OpenDataset::open(&folder.path().join("set")).expect("it is whole");
    let metas: Vec<EpisodeMeta> = dataset
        .episodes()
        .map(|meta| meta.expect("it can be read"))
        .collect();
    let mut by_policy: BTreeMap<&str, Vec<&EpisodeMeta>> = BTreeMap::new();
    for meta in &metas {
        by_policy.entry(&meta.policy).or_default().push(meta);
    }
    let rows = table(&page, "Outcomes by policy");
    assert_eq!(rows.len(), by_policy.len());
    for (row, (policy, metas)) in rows.iter().zip(&by_policy) {
        let solved = metas.iter().filter(|meta| meta.success).count();
        let share = 100.0 * solved as f64 / metas.len() as f64;
        let mean = metas.iter().map(|meta| meta.episode_return).sum::<f64>() / metas.len() as f64;
        assert_eq!(row[0], *policy);
        assert_eq!(row[1], metas.len().to_string());
        assert_eq!(row[2], format!("{share:.1} %"));
        let told: f64 = row[5].parse().expect("it is a number");
        assert!((told - mean).abs() <= 2e-3 * mean.abs(), "{told} is not {mean}");
    }
    let returns = figures(section(&page, "returns"));
    assert_eq!(bars(returns["by policy"]), (metas.len() as u64, 0));

    let figures = figures(section(&page, "factors"));
    assert!(figures.len() > 5);
    let mut out = 0;
    for (name, figure) in &figures {
        let (mut inside, mut outside) = (0, 0);
        let mut words: BTreeMap<&str, u64> = BTreeMap::new();
        for meta in &metas {
            let count = match meta.factors.get(name) {
                None => 0,
                Some(FactorValue::Word(word)) => {
                    *words.entry(word).or_default() += 1;
                    continue;
                }
                Some(FactorValue::Real(_) | FactorValue::Count(_)) => 1,
                Some(FactorValue::Reals(values)) => values.len() as u64,
                Some(FactorValue::Counts(values)) => values.len() as u64,
                Some(FactorValue::Words(_)) => panic!("no door has a list of words"),
            };
            match meta.ood.contains(name) {
                true => outside += count,
                false => inside += count,
            }
        }
        assert_eq!(bars(figure), (inside, outside), "{name}");
        out += outside;
        for row in words
            .keys()
            .next()
            .map(|_| table(figure, "How often"))
            .unwrap_or_default()
        {
            let told: u64 = row[1].parse::<u64>().expect("a count") + row[2].parse::<u64>().expect("a count");
            assert_eq!(
                told,
                words.get(row[0].as_str()).copied().unwrap_or(0),
                "{name}: {row:?}"
            );
        }
    }
    assert!(out > 0, "some were drawn out of distribution");
    let limits = plain(figures["door_width_m"]);
    assert!(
        limits.contains("in distribution: uniform 0.7 to 1.1 m"),
        "{limits}"
    );
    assert!(
        limits.contains("out of distribution: uniform 1.2 to 1.4 m"),
        "{limits}"
    );
}

#[test]
fn actions_and_contacts_are_those_of_the_rows() {
    let folder = dataset(DOOR);
    let page = page(folder.path());
    let dataset = OpenDataset::open(&folder.path().join("set")).expect("it is whole");
    let (mut contacts, mut touching, mut steps) = (0, 0, 0);
    let mut pairs: BTreeMap<String, u64> = BTreeMap::new();
    for meta in dataset.episodes() {
        let meta = meta.expect("it can be read");
        let batch = dataset.rows(Table::Sim, meta.episode).expect("it can be read");
        let bodies = numbers(&batch, "contacts.bodies").expect("they are numbers");
        for row in 0..bodies.rows() {
            touching += u64::from(!bodies.row(row).is_empty());
            for pair in bodies.row(row).chunks(2) {
                let mut classes = [0, 1].map(|side| meta.body_classes[pair[side] as usize].as_str());
                classes.sort();
                *pairs.entry(classes.join(" – ")).or_default() += 1;
                contacts += 1;
            }
        }
        steps += bodies.rows() as u64 - 1;
    }
    let said = plain(section(&page, "contacts"));
    let rows = steps + 14;
    let wanted = format!(
        "{contacts} contacts in {rows} rows, {:.0} %",
        100.0 * touching as f64 / rows as f64
    );
    assert!(said.contains(&wanted), "{wanted} in\n{said}");
    let told: BTreeMap<String, u64> = table(&page, "Pairs of classes that touched")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].parse().expect("a count")))
        .collect();
    assert_eq!(told, pairs);
    let figures = figures(section(&page, "actions"));
    assert_eq!(figures.len(), 4);
    for (name, figure) in figures {
        assert_eq!(bars(figure), (steps, 0), "{name}");
    }
}

#[test]
fn the_timed_episode_equals_the_stored_one() {
    let folder = dataset(DOOR);
    let page = page(folder.path());
    let said = plain(section(&page, "speed"));
    assert!(
        said.contains("All 21 states that were made again equal those in the dataset."),
        "{said}"
    );
    for stage in ["plan", "build", "physics", "digest", "sensors", "pictures"] {
        assert!(
            table(&page, "Time by stage").iter().any(|row| row[0] == stage),
            "{stage}"
        );
    }
}

/// A manifest as somebody writes it who knows how: with the hash of all before it at its end.
fn sealed(mut manifest: serde_json::Value) -> String {
    manifest.as_object_mut().expect("an object").remove("seal");
    let text = manifest.to_string();
    let body = text.strip_suffix('}').expect("an object");
    let seal = blake3::hash(body.as_bytes());
    format!("{body},\n  \"seal\": \"{seal}\"\n}}\n")
}

#[test]
fn another_world_is_told_from_the_stored_one() {
    let folder = dataset(DOOR);
    let manifest = folder.path().join("set/meta/terrella/manifest.json");
    let mut text: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).expect("it is there")).expect("it is JSON");
    text["run"]["spec"]["seed"] = 1.into();
    fs::write(&manifest, sealed(text)).expect("there is room");
    let said = plain(section(&page(folder.path()), "speed"));
    assert!(
        said.contains("differ from those in the dataset from step 0 on"),
        "{said}"
    );
}

#[test]
fn a_dataset_without_pictures_contacts_or_bodies_has_a_page() {
    let folder = dataset(&["linkage_control", "-n", "4", "--steps", "12", "--sensors", "none"]);
    let page = page(folder.path());
    assert!(
        section(&page, "films").contains("data:image/png;base64,"),
        "its worlds are drawn again"
    );
    for id in ["coverage", "contacts"] {
        assert!(plain(section(&page, id)).contains("Not recorded here"), "{id}");
    }
}

#[test]
fn rows_that_are_transitions_have_an_action_each() {
    let words = ["-n", "3", "--steps", "12", "--set", "files.rows=\"transitions\""];
    let folder = dataset(&[&["drop_bounce"][..], &words].concat());
    let page = page(folder.path());
    for (name, figure) in figures(section(&page, "actions")) {
        assert_eq!(bars(figure), (36, 0), "{name}");
    }
}

/// Names and sentences that end elements and attributes and would run.
const HOSTILE: &str = r#"
name = "hostile"
doc = "</p></section></main><img src=x onerror=alert(2)> `<b>`"
task = "\"><svg onload=alert(3)>"
steps = 10
[world]
observe = [{ of = "<ball onclick='x'>", quantity = "position" }]
[world.bodies.floor]
motion = "fixed"
shape.half_space = {}
[world.bodies."<ball onclick='x'>"]
class = "</title><script>alert(4)</script>"
position_m = [0, 0, { uniform = [0.5, 1.0] }]
shape.ball.radius_m = 0.1
[world.mechanisms."<push>"]
force = { body = "<ball onclick='x'>", axes = "xy", max_force_n = 5 }
[world.cameras."' onerror='alert(5)"]
position_m = [0, -3, 1]
look_at_m = [0, 0, 0.5]
"#;

#[test]
fn hostile_names_are_letters_and_nothing_else() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    fs::write(at.join("hostile.toml"), HOSTILE).expect("there is room");
    check(
        at,
        &[
            "generate",
            "hostile.toml",
            "--out",
            "set",
            "-n",
            "3",
            "--size",
            "16",
            "--quiet",
        ],
        0,
    );
    let page = page(at);
    let said = plain(&page);
    for shown in [
        "alert(2)> <b>",
        "\"><svg onload=alert(3)>",
        "</title><script>alert(4)</script>",
        "' onerror='alert(5)",
    ] {
        assert!(said.contains(shown), "{shown}");
    }
    // The factor of a scene file is named by its path, which holds the body's name.
    let named = |name: &String| name.contains("<ball onclick='x'>");
    assert!(figures(section(&page, "factors")).keys().any(named));
}

#[test]
fn a_hostile_manifest_is_letters_and_nothing_else() {
    let folder = dataset(&["drop_bounce", "-n", "3", "--steps", "4", "--size", "16"]);
    let path = folder.path().join("set/meta/terrella/manifest.json");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).expect("it is there")).expect("it is JSON");
    let mut count = 0;
    let mut spoil = |text: &mut serde_json::Value| {
        let before = text.as_str().expect("it is a text");
        *text = format!("{before}'\"><script>alert({count})</script>\u{202e}").into();
        count += 1;
    };
    for key in ["name", "title", "doc", "question", "run_digest"] {
        spoil(&mut manifest[key]);
    }
    spoil(&mut manifest["tasks"][0]);
    spoil(&mut manifest["domain"]["terrella"]);
    for factor in manifest["factors"].as_array_mut().expect("it is a list") {
        for key in ["unit", "doc"] {
            spoil(&mut factor[key]);
        }
    }
    for table in ["data_columns", "sim_columns"] {
        for column in manifest[table].as_array_mut().expect("it is a list") {
            for key in ["frame", "doc"] {
                spoil(&mut column[key]);
            }
            for key in ["names", "units"] {
                let list = column[key].as_array_mut().expect("it is a list");
                list.iter_mut().for_each(&mut spoil);
            }
        }
    }
    fs::write(&path, sealed(manifest)).expect("there is room");
    let page = page(folder.path());
    let said = plain(&page);
    for shown in [0, 1, 2, 3, 4, 5, 6, 7, 8, count - 1] {
        assert!(
            said.contains(&format!("<script>alert({shown})</script>\u{fffd}")),
            "{shown}"
        );
    }
}

#[test]
fn failed_worlds_are_listed_with_their_commands() {
    let folder = tempfile::tempdir().expect("there is room");
    let at = folder.path();
    let cannon = r#"
name = "cannon"
steps = 10
[world]
control_hz = 20
[world.bodies.floor]
motion = "fixed"
shape.half_space = {}
[world.bodies.ball]
position_m = [0, 0, 1]
linear_velocity_mps = [{ uniform = [0, 2000] }, 0, 0]
shape.ball.radius_m = 0.1
"#;
    fs::write(at.join("cannon.toml"), cannon).expect("there is room");
    check(
        at,
        &["generate", "cannon.toml", "--out", "set", "-n", "5", "--quiet"],
        3,
    );
    let page = page(at);
    let facts = check(at, &["inspect", "set", "--json"], 0);
    let facts: serde_json::Value = serde_json::from_slice(&facts.stdout).expect("it is JSON");
    let rows = table(&page, "Worlds that failed");
    let bad = facts["bad_episodes"].as_array().expect("they are listed");
    assert_eq!(rows.len(), bad.len());
    for (row, bad) in rows.iter().zip(bad) {
        let number = |key: &str| bad[key].to_string();
        let word = |key: &str| bad[key].as_str().expect("it is a text").to_string();
        let wanted = [
            number("episode"),
            number("attempt"),
            number("step"),
            word("reason"),
            word("replay_command"),
        ];
        assert_eq!(*row, wanted);
    }
    // This world has no camera.
    assert!(
        plain(section(&page, "films")).contains("no camera"),
        "{}",
        plain(section(&page, "films"))
    );
}

#[test]
fn a_damaged_dataset_has_a_page_that_says_so() {
    let folder = dataset(DOOR);
    let at = folder.path();
    fs::remove_file(at.join("set/sim/chunk-000/file-000.parquet")).expect("it is there");
    let shard = at.join("set/data/chunk-000/file-001.parquet");
    let bytes = fs::read(&shard).expect("it is there");
    fs::write(&shard, &bytes[1..]).expect("there is room");
    check(at, &["inspect", "set", "--html", "page.html"], 65);
    let page = fs::read_to_string(at.join("page.html")).expect("the page is there");
    check_safe(&page);
    let rows = table(&page, "Files that differ (2 in all)");
    let found: BTreeMap<&str, &str> = rows
        .iter()
        .map(|row| (row[0].as_str(), row[2].as_str()))
        .collect();
    let size = (bytes.len() - 1).to_string();
    let told = found["data/chunk-000/file-001.parquet"].replace(',', "");
    assert_eq!((told, found["sim/chunk-000/file-000.parquet"]), (size, "missing"));
    assert!(
        page.find("id=\"integrity\"") < page.find("id=\"overview\""),
        "what is wrong comes first"
    );
}

#[test]
fn a_page_has_an_ending_and_a_folder() {
    let folder = dataset(&["drop_bounce", "-n", "2", "--steps", "4", "--sensors", "none"]);
    let at = folder.path();
    check(at, &["inspect", "set", "--html", "page.pdf"], 2);
    check(at, &["inspect", "set", "--html", "nowhere/page.html"], 74);
    // With --json, standard output is JSON alone.
    let output = check(at, &["inspect", "set", "--json", "--html", "page.html"], 0);
    serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("it is JSON");
    assert!(at.join("page.html").exists());
}
