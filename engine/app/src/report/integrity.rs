//! Whether the files are those that the manifest names, and which worlds failed.

use super::Facts;
use super::html::{Html, tag};
use super::number::{bytes, counted, thousands};
use super::page::{Cell, data_table, heading, note};
use std::collections::BTreeMap;
use terrella_exporters::BadEpisode;
use terrella_exporters::commit::FileRecord;
use terrella_exporters::read::OpenDataset;

/// Rows of the lists.
const LISTED: usize = 50;

/// A file that is not what the manifest says.
pub(super) struct Wrong {
    path: String,
    wanted: u64,
    found: Option<u64>,
}

fn files(dataset: &OpenDataset) -> impl Iterator<Item = &FileRecord> {
    let manifest = dataset.manifest();
    manifest
        .shards
        .iter()
        .flat_map(|shard| &shard.files)
        .chain(&manifest.files)
}

/// The files that are missing or of another size.
pub(super) fn wrong_files(dataset: &OpenDataset) -> Vec<Wrong> {
    files(dataset)
        .filter_map(|file| {
            let found = std::fs::metadata(dataset.root().join(&file.path))
                .ok()
                .map(|found| found.len());
            (found != Some(file.bytes)).then(|| Wrong {
                path: file.path.clone(),
                wanted: file.bytes,
                found,
            })
        })
        .collect()
}

/// The section.
pub(super) fn html(facts: &Facts<'_>, wrong: &[Wrong], bad: &[BadEpisode]) -> Html {
    let mut html = Html::new();
    let count = files(facts.dataset).count() as u64;
    html.add(verdict(count, wrong));
    if !wrong.is_empty() {
        let rows = wrong.iter().take(LISTED).map(|wrong| {
            vec![
                Cell::head(&wrong.path),
                Cell::number(thousands(wrong.wanted)),
                Cell::number(wrong.found.map_or_else(|| "missing".into(), thousands)),
            ]
        });
        let caption = format!("Files that differ ({} in all)", thousands(wrong.len() as u64));
        html.add(data_table(
            &caption,
            &["file", "bytes in the manifest", "bytes there"],
            rows,
        ));
    }
    html.add(note(
        "Sizes were compared just now; `terrella verify` also compares the BLAKE3 of every file, and re-makes episodes.",
    ));
    html.add(by_kind(facts.dataset));
    html.add(heading("Worlds that failed"));
    html.add(failed(facts.manifest().bad_episodes, bad));
    html
}

fn verdict(count: u64, wrong: &[Wrong]) -> Html {
    if wrong.is_empty() {
        let said = format!(
            "All {} are there, each of the size in the manifest.",
            counted(count, "file")
        );
        return tag("p").add(tag("span").class("fine").text(said)).into();
    }
    let said = format!(
        "{} of {} missing or of another size than the manifest says. The sections that need them are left out.",
        thousands(wrong.len() as u64),
        if count == 1 {
            "1 file is".into()
        } else {
            format!("{} files are", thousands(count))
        },
    );
    let word = tag("span").class("wrong").text(said);
    tag("p").class("warning").attr("role", "alert").add(word).into()
}

/// Bytes by what files are for.
fn by_kind(dataset: &OpenDataset) -> Html {
    let mut kinds: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for file in files(dataset) {
        let kind = match file.path.split('/').next() {
            Some(kind @ ("data" | "sim")) => kind,
            _ if file.path.starts_with("meta/episodes/") => "meta/episodes",
            _ => "what describes them",
        };
        let entry = kinds.entry(kind).or_default();
        entry.0 += 1;
        entry.1 += file.bytes;
    }
    let rows = kinds.into_iter().map(|(kind, (files, size))| {
        vec![
            Cell::head(kind),
            Cell::number(thousands(files)),
            Cell::number(bytes(size)),
        ]
    });
    data_table("Files by folder", &["folder", "files", "size"], rows)
}

fn failed(count: u64, bad: &[BadEpisode]) -> Html {
    if count == 0 && bad.is_empty() {
        return tag("p")
            .add(tag("span").class("fine").text("No world failed."))
            .into();
    }
    let mut html = note(&format!(
        "{} failed while the dataset was made. Each was listed and drawn anew, so that no episode of the dataset is one of \
         them. The commands are for the dataset's folder.",
        counted(count, "world")
    ));
    let rows = bad.iter().take(LISTED).map(|failed| {
        vec![
            Cell::head(failed.episode),
            Cell::number(failed.attempt),
            Cell::number(failed.step),
            Cell::text(&failed.reason),
            Cell::html(tag("code").text(&failed.replay_command)),
        ]
    });
    let caption = if bad.len() > LISTED {
        format!("The first {LISTED} of {}", thousands(bad.len() as u64))
    } else {
        "Worlds that failed".into()
    };
    let head = ["episode", "attempt", "step", "reason", "see it again"];
    html.add(data_table(&caption, &head, rows));
    html
}
