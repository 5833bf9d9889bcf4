//! A dataset on one page: what was made and how, for reading in a browser and for keeping beside the data.
//!
//! The page is one file without scripts: charts are SVG written here, pictures are within it. Numbers over all episodes
//! come from the episode table and the statistics, numbers over rows from a bounded sample that the page names.
//!
//! **Invariants:** the dataset is read and never changed. The page is a function of the dataset but for the section on
//! speed, which is measured while the page is made and says so. A dataset whose files are missing or of another size
//! still gets a page, with what the manifest alone can tell.

mod actions;
mod bins;
mod chart;
mod columns;
mod contacts;
mod coverage;
mod factors;
mod films;
mod gather;
mod html;
mod integrity;
pub mod number;
mod outcomes;
mod overview;
mod page;
mod sample;
mod speed;
mod state;

use crate::error::AppError;
use crate::kit::RunKit;
use crate::pictures::stored;
use crate::registries::Registries;
use gather::Gathered;
use html::Html;
use page::{Section, note};
use sample::Sample;
use serde_json::Value;
use terrella_exporters::Manifest;
use terrella_exporters::lerobot::paths;
use terrella_exporters::read::OpenDataset;

/// What the sections tell of.
struct Facts<'a> {
    dataset: &'a OpenDataset,
    /// The statistics of the dataset; null where files are missing.
    stats: Value,
    /// The run, ready to be made again, or why it cannot be.
    kit: Result<RunKit, String>,
    /// The episode table; none where files are missing.
    gathered: Option<Gathered>,
}

impl Facts<'_> {
    fn manifest(&self) -> &Manifest {
        self.dataset.manifest()
    }
}

/// The page of a dataset.
pub fn report(dataset: &OpenDataset, registries: &Registries) -> Result<String, AppError> {
    let manifest = dataset.manifest();
    let wrong = integrity::wrong_files(dataset);
    let whole = wrong.is_empty();
    let mut facts = Facts {
        dataset,
        stats: Value::Null,
        kit: RunKit::from_resolved(manifest.run.clone(), dataset.root().to_path_buf(), registries)
            .map_err(|error| error.to_string()),
        gathered: None,
    };
    let mut bad = Vec::new();
    if whole {
        facts.stats = stats(dataset)?;
        facts.gathered = Some(Gathered::read(dataset)?);
        bad = stored::bad_episodes(dataset)?;
    }
    let section = |id: &'static str, title: &'static str, body: Html| Section { id, title, body };
    let mut sections = Vec::new();
    if !whole {
        sections.push(section(
            "integrity",
            "Integrity",
            integrity::html(&facts, &wrong, &bad),
        ));
    }
    sections.push(section("overview", "Overview", overview::html(&facts)));
    sections.push(section("columns", "Columns", columns::html(&facts)));
    if let Some(gathered) = &facts.gathered {
        let mut sample = Sample::read(dataset, &facts.stats, facts.kit.as_ref().ok())?;
        let absent = || {
            note(
                "Not recorded here: add `bodies` to the run's sensors, as in `--sensors rgb,bodies,contacts`.",
            )
        };
        sections.push(section("factors", "Factors", factors::html(&facts, gathered)));
        let acted = match &sample.actions {
            Some(actions) => actions.html(&sample),
            None => note("Nobody acts in these worlds."),
        };
        sections.push(section("actions", "Actions", acted));
        sections.push(section("outcomes", "Outcomes", outcomes::html(&facts, gathered)));
        sections.push(section("returns", "Returns", outcomes::returns(gathered)));
        let coverage = sample.coverage.take();
        let places = coverage.map_or_else(absent, |coverage| coverage.html(&sample));
        sections.push(section("coverage", "Coverage", places.with(state::html(&facts))));
        let touched = match &sample.contacts {
            Some(contacts) => contacts.html(&sample),
            None => note(
                "Not recorded here: add `contacts` to the run's sensors, as in `--sensors rgb,bodies,contacts`.",
            ),
        };
        sections.push(section("contacts", "Contacts", touched));
        sections.push(section("films", "Film strips", films::html(&facts, gathered)?));
        let speed = match gathered.films.first() {
            Some(meta) => speed::html(&facts, meta)?,
            None => note("There is no episode to measure."),
        };
        sections.push(section("speed", "Speed", speed));
        sections.push(section(
            "integrity",
            "Integrity",
            integrity::html(&facts, &wrong, &bad),
        ));
    }
    let version = env!("CARGO_PKG_VERSION");
    let footer = format!(
        "Made by terrella {version} from the dataset's own files. The page holds all it shows and asks for nothing else."
    );
    let title = format!("{} – Terrella dataset report", manifest.title);
    Ok(page::page(&title, overview::header(&facts), sections, &footer))
}

fn stats(dataset: &OpenDataset) -> Result<Value, AppError> {
    let path = dataset.root().join(paths::STATS);
    let bytes = std::fs::read(&path).map_err(|error| error.to_string());
    let stats = bytes.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()));
    stats.map_err(|reason| AppError::Damaged {
        path: dataset.root().to_path_buf(),
        reason: format!("{}: {reason}", path.display()),
    })
}
