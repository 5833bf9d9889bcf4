//! `terrella inspect`: what a dataset holds, from its own files.

use crate::describe::{elements, shape};
use crate::preview::{heading, said};
use crate::table::{bytes, table, thousands, wrap};
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terrella_app::AppError;
use terrella_app::exporters::lerobot::paths;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::exporters::untrusted::read_json;
use terrella_app::exporters::{BadEpisode, Manifest};
use terrella_app::pictures::{self, Kind, SeenWorld, stored};
use terrella_app::record::episode::EpisodeMeta;
use terrella_app::recorded::{RecordedEpisode, has_poses};
use terrella_app::registries::Registries;
use terrella_app::report::report;
use terrella_app::spec::columns::{ColumnSpec, Dtype};

/// Episodes on the contact sheet.
const SHEET_EPISODES: u64 = 12;
/// Size of pictures that are drawn because none are stored.
const DRAWN_PX: [u32; 2] = [128, 128];
/// Bad episodes that are listed in words.
const LISTED: usize = 10;

/// Say what a dataset holds
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella inspect data/drop
  terrella inspect data/drop --out first-frames.png
  terrella inspect data/drop --html report.html
  terrella inspect data/drop --json | jq .by_policy")]
pub struct Args {
    /// The dataset's folder
    dataset: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Also write a contact sheet of first frames to this .png file; drawn from the poses where none are stored
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Also write a page about the dataset to this .html file: distributions, coverage, films, integrity
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(out) = &args.out
        && pictures::kind_of(out)? != Kind::Png
    {
        return Err(AppError::run("--out", "a contact sheet is a .png file").into());
    }
    if let Some(page) = &args.html
        && page
            .extension()
            .is_none_or(|ending| !ending.eq_ignore_ascii_case("html"))
    {
        return Err(AppError::run("--html", "a page is an .html file").into());
    }
    let dataset = stored::open(&args.dataset)?;
    if let Some(path) = &args.html {
        // Before the files are checked: a damaged dataset has a page that tells what is wrong.
        let page = report(&dataset, &Registries::default())?;
        pictures::write(path, page.as_bytes())?;
        if !args.json {
            let (name, size) = (args.dataset.display(), bytes(page.len() as u64));
            crate::print(&format!("{}: a page about {name}, {size}\n", path.display()))?;
        }
    }
    stored::check_files(&dataset)?;
    let facts = Facts::gather(&dataset)?;
    let text = if args.json {
        format!("{:#}\n", facts.json(dataset.manifest()))
    } else {
        facts.text(&args.dataset, dataset.manifest())
    };
    crate::print(&text)?;
    if let Some(out) = &args.out {
        let sheet = sheet(&dataset)?;
        let file = pictures::png(&sheet)?;
        pictures::write(out, &file)?;
        // With --json, standard output is JSON alone.
        if !args.json {
            let what = format!("first frames of {}", args.dataset.display());
            crate::print(&said(out, &what, [sheet.width, sheet.height], file.len()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How some episodes went.
#[derive(Default)]
struct Tally {
    episodes: u64,
    successes: u64,
    terminated: u64,
    returns: f64,
}

impl Tally {
    fn add(&mut self, meta: &EpisodeMeta) {
        self.episodes += 1;
        self.successes += u64::from(meta.success);
        self.terminated += u64::from(meta.terminated);
        self.returns += meta.episode_return;
    }

    fn mean_return(&self) -> f64 {
        self.returns / self.episodes.max(1) as f64
    }

    fn json(&self) -> Value {
        json!({ "episodes": self.episodes, "successes": self.successes, "terminated": self.terminated,
                "mean_return": self.mean_return() })
    }

    fn row(&self, name: &str) -> Vec<String> {
        let share = |count: u64| format!("{:.0} %", 100.0 * count as f64 / self.episodes.max(1) as f64);
        let numbers = [
            thousands(self.episodes),
            share(self.successes),
            share(self.terminated),
        ];
        [name.to_string()]
            .into_iter()
            .chain(numbers)
            .chain([format!("{:.3}", self.mean_return())])
            .collect()
    }
}

/// What is gathered over all episodes.
struct Facts {
    by_policy: BTreeMap<String, Tally>,
    by_split: BTreeMap<String, Tally>,
    ood: BTreeMap<String, u64>,
    bad: Vec<BadEpisode>,
    stats: Value,
}

impl Facts {
    fn gather(dataset: &OpenDataset) -> Result<Self, AppError> {
        let root = dataset.root();
        let stats = read_json(root, paths::STATS).map_err(|error| stored::damaged(root, error))?;
        let mut facts = Facts {
            by_policy: BTreeMap::new(),
            by_split: BTreeMap::new(),
            ood: BTreeMap::new(),
            bad: stored::bad_episodes(dataset)?,
            stats,
        };
        for meta in dataset.episodes() {
            let meta = meta.map_err(|error| stored::damaged(root, error))?;
            facts.by_policy.entry(meta.policy.clone()).or_default().add(&meta);
            facts.by_split.entry(meta.split.clone()).or_default().add(&meta);
            for factor in meta.ood {
                *facts.ood.entry(factor).or_default() += 1;
            }
        }
        Ok(facts)
    }

    fn json(&self, manifest: &Manifest) -> Value {
        let tallies = |tallies: &BTreeMap<String, Tally>| -> Value {
            tallies
                .iter()
                .map(|(name, tally)| (name.clone(), tally.json()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        json!({
            "name": manifest.name, "title": manifest.title, "question": manifest.question,
            "run_digest": manifest.run_digest, "domain": manifest.domain, "fps": manifest.fps,
            "episodes": manifest.episodes, "rows": manifest.rows, "rows_per_episode": manifest.rows_per_episode,
            "shards": manifest.shards.len(), "bytes": manifest.bytes, "tasks": manifest.tasks,
            "splits": manifest.splits, "by_policy": tallies(&self.by_policy), "by_split": tallies(&self.by_split),
            "ood_episodes_by_factor": self.ood, "data_columns": manifest.data_columns,
            "sim_columns": manifest.sim_columns, "factors": manifest.factors, "stats": self.stats,
            "bad_episodes": self.bad,
        })
    }

    fn text(&self, root: &Path, manifest: &Manifest) -> String {
        let mut text = format!("{}\n", heading(&manifest.title, &manifest.name));
        if !manifest.question.is_empty() {
            text += &format!("{}\n", wrap(&manifest.question, 100).join("\n"));
        }
        text += &format!(
            "\n{} episodes of {} rows at {} Hz, {} rows, {} shards, {}\n",
            thousands(manifest.episodes),
            manifest.rows_per_episode,
            manifest.fps,
            thousands(manifest.rows),
            manifest.shards.len(),
            bytes(manifest.bytes)
        );
        if manifest.run.spec.healthy_twins {
            text += "in pairs: every odd episode is the healthy twin of the one before it\n";
        }
        let domain: Vec<String> = manifest
            .domain
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        text += &format!("run {}\nmade by {}\n", manifest.run_digest, domain.join(", "));
        let header = |first: &'static str| [first, "episodes", "solved", "terminated", "mean return"];
        let rows: Vec<_> = manifest
            .splits
            .iter()
            .map(|split| {
                self.by_split
                    .get(&split.name)
                    .unwrap_or(&Tally::default())
                    .row(&split.name)
            })
            .collect();
        text += &format!("\n{}", table(&header("split"), &rows));
        let rows: Vec<_> = self
            .by_policy
            .iter()
            .map(|(name, tally)| tally.row(name))
            .collect();
        text += &format!("\n{}", table(&header("policy"), &rows));
        if !self.ood.is_empty() {
            let rows: Vec<_> = self
                .ood
                .iter()
                .map(|(name, count)| vec![name.clone(), thousands(*count)])
                .collect();
            text += &format!("\n{}", table(&["out of distribution", "episodes"], &rows));
        }
        for (columns, title) in [
            (&manifest.data_columns, "data/ column"),
            (&manifest.sim_columns, "sim/ column (privileged)"),
        ] {
            let row = |spec: &ColumnSpec| {
                vec![
                    spec.name.clone(),
                    format!("{} {}", spec.dtype.name(), shape(spec)),
                    elements(spec),
                ]
            };
            let rows: Vec<_> = columns.iter().map(row).collect();
            text += &format!("\n{}", table(&[title, "type", "elements"], &rows));
        }
        let rows: Vec<_> = manifest
            .data_columns
            .iter()
            .flat_map(|spec| self.stats_rows(spec))
            .collect();
        text += &format!(
            "\n{}",
            table(&["feature", "element", "min", "max", "mean", "std"], &rows)
        );
        text + &self.bad_text(root)
    }

    /// A row for each element of a feature. Flags and counters are left out: their statistics say nothing.
    fn stats_rows(&self, spec: &ColumnSpec) -> Vec<Vec<String>> {
        let numbers = |name: &str| -> Vec<f64> {
            let mut flat = Vec::new();
            flatten(&self.stats[&spec.name][name], &mut flat);
            flat
        };
        if !matches!(spec.dtype, Dtype::Float32 | Dtype::Float64 | Dtype::Image) {
            return Vec::new();
        }
        let all = ["min", "max", "mean", "std"].map(numbers);
        let element = |index: usize| match (spec.dtype, index) {
            (Dtype::Image, _) => ["red", "green", "blue"]
                .get(index)
                .map_or(String::new(), |name| name.to_string()),
            _ => spec.names.get(index).cloned().unwrap_or_default(),
        };
        (0..all[0].len())
            .map(|index| {
                let name = if index == 0 {
                    spec.name.clone()
                } else {
                    String::new()
                };
                let number = |values: &Vec<f64>| {
                    values
                        .get(index)
                        .map_or(String::new(), |value| format!("{value:.4}"))
                };
                [name, element(index)]
                    .into_iter()
                    .chain(all.iter().map(number))
                    .collect()
            })
            .collect()
    }

    fn bad_text(&self, root: &Path) -> String {
        if self.bad.is_empty() {
            return "\nno bad episodes\n".into();
        }
        let row = |failed: &BadEpisode| {
            [
                failed.episode.to_string(),
                failed.attempt.to_string(),
                failed.step.to_string(),
                failed.reason.clone(),
            ]
            .into()
        };
        let rows: Vec<Vec<String>> = self.bad.iter().take(LISTED).map(row).collect();
        let first = &self.bad[0];
        format!(
            "\n{} worlds failed and were drawn anew{}\n{}see one: terrella replay {} --episode {} --attempt {}\n",
            self.bad.len(),
            if self.bad.len() > LISTED {
                format!("; the first {LISTED}:")
            } else {
                ":".into()
            },
            table(&["episode", "attempt", "step", "reason"], &rows),
            root.display(),
            first.episode,
            first.attempt
        )
    }
}

/// Numbers of nested lists, in order.
fn flatten(value: &Value, into: &mut Vec<f64>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| flatten(value, into)),
        value => into.extend(value.as_f64()),
    }
}

/// First frames of some episodes, from the stored pictures, or drawn from the poses where there are none.
fn sheet(dataset: &OpenDataset) -> Result<pictures::Rgb, AppError> {
    let manifest = dataset.manifest();
    let (columns, mut cameras): (Vec<String>, Vec<String>) = stored::cameras(dataset).into_iter().unzip();
    if columns.is_empty() {
        if !has_poses(dataset) {
            let reason = "this dataset holds no pictures and no poses to draw; `terrella replay --out` simulates an episode again";
            return Err(AppError::run("--out", reason));
        }
        let spec = &manifest.run.spec;
        let seen = RecordedEpisode::read(dataset, 0, spec.supersample)?;
        cameras = spec.cameras.clone().unwrap_or_default();
        cameras.retain(|camera| seen.world.cameras.contains_key(camera));
        if cameras.is_empty() {
            return Err(AppError::run(
                "--out",
                "the worlds of this dataset have no camera to see them by",
            ));
        }
    }
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let count = manifest.episodes.min(SHEET_EPISODES);
    let mut worlds = Vec::new();
    for index in 0..count {
        // From the first to the last.
        let episode = index * (manifest.episodes - 1) / (count - 1).max(1);
        let meta = dataset
            .episode(episode)
            .map_err(|error| stored::damaged(dataset.root(), error))?;
        let pictures = if columns.is_empty() {
            let mut recorded = RecordedEpisode::read(dataset, episode, manifest.run.spec.supersample)?;
            let drawn = cameras.iter().map(|camera| recorded.picture(0, camera, DRAWN_PX));
            drawn.collect::<Result<_, _>>()?
        } else {
            stored::pictures(dataset, episode, 0, &names)?
        };
        worlds.push(SeenWorld {
            episode,
            factors: meta.factors,
            ood: meta.ood,
            pictures,
        });
    }
    let note = format!(
        "First frames of {count} of {} episodes.",
        thousands(manifest.episodes)
    );
    let title = heading(&manifest.title, &manifest.name);
    Ok(pictures::world_sheet(&title, &note, &cameras, worlds))
}
