//! `terrella bench --families`: what each family's time goes into.

use crate::job::{JobArgs, UntrustedArgs};
use crate::table::thousands;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use terrella_app::bench_families::{Spent, spent};
use terrella_app::registries::Registries;

/// How long a measurement takes where nothing is said of its episodes: in short ones files weigh more than in a real run.
const MEASURED: Duration = Duration::from_secs(2);
const MOST_EPISODES: u64 = 1000;
/// The columns, with how wide each is: rows are printed as they are measured.
const COLUMNS: [(&str, usize); 8] = [
    ("family", 20),
    ("transitions/s", 13),
    ("physics", 7),
    ("acting", 6),
    ("worlds", 6),
    ("sensors", 7),
    ("rendering", 9),
    ("writing", 7),
];

/// Measures every family whose name has `only` in it, so many times.
pub fn run(
    episodes: Option<u64>,
    rounds: usize,
    only: Option<&str>,
    scratch: &Path,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let registries = Registries::default();
    if !as_json {
        if cfg!(debug_assertions) {
            eprintln!(
                "this is a development build; figures to quote come from `cargo run --release -- bench`"
            );
        }
        print_row(COLUMNS.map(|(name, _)| name.to_string()))?;
        print_row(COLUMNS.map(|(_, width)| "-".repeat(width)))?;
    }
    let mut records = Vec::new();
    for family in &registries.families.0 {
        let name = family.card().name;
        if only.is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let count = match episodes {
            Some(asked) => asked,
            None => enough_episodes(&name, scratch, &registries)?,
        };
        let mut measured = (0..rounds.max(1))
            .map(|_| measure(&name, count, scratch, &registries))
            .collect::<anyhow::Result<Vec<Spent>>>()?;
        measured.sort_by_key(Spent::total);
        let spent = measured[measured.len() / 2];
        if as_json {
            records.push(record(&name, &spent));
        } else {
            let percent = |part: Duration| format!("{:.0} %", 100.0 * share(&spent, part));
            print_row([
                name,
                thousands(rate(&spent) as u64),
                percent(spent.physics),
                percent(spent.acting),
                percent(spent.making),
                percent(spent.sensing),
                percent(spent.rendering),
                percent(spent.writing),
            ])?;
        }
    }
    if as_json {
        let all = json!({ "optimised": !cfg!(debug_assertions), "results": records });
        crate::print(&format!("{all:#}\n"))?;
    } else {
        crate::print(
            "acting: policies and tasks; some experts look ahead in copies of the world, which is physics\n",
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_row(cells: [String; COLUMNS.len()]) -> anyhow::Result<()> {
    let cells = cells.iter().zip(COLUMNS);
    let row: Vec<String> = cells
        .map(|(cell, (_, width))| format!("{cell:<width$}"))
        .collect();
    crate::print(&format!("{}\n", row.join("  ").trim_end()))
}

/// How many episodes take [`MEASURED`], found by making one, four, sixteen ... until the guess is not one of cold memory.
fn enough_episodes(name: &str, scratch: &Path, registries: &Registries) -> anyhow::Result<u64> {
    let mut episodes = 1;
    loop {
        let took = measure(name, episodes, scratch, registries)?.total();
        if took >= MEASURED / 8 || episodes >= MOST_EPISODES {
            let fit = episodes as f64 * MEASURED.as_secs_f64() / took.as_secs_f64();
            return Ok((fit.ceil() as u64).clamp(1, MOST_EPISODES));
        }
        episodes *= 4;
    }
}

fn measure(name: &str, episodes: u64, scratch: &Path, registries: &Registries) -> anyhow::Result<Spent> {
    let mut job = JobArgs::of(name.into(), UntrustedArgs::default());
    job.episodes = Some(episodes);
    // A twin is made together with what it is the twin of: each episode stands for itself here.
    job.sets = vec![
        format!("files.shard_episodes={episodes}"),
        "splits=[]".into(),
        "healthy_twins=false".into(),
    ];
    let root = scratch.join(format!("terrella-bench-{}-{name}", std::process::id()));
    let result = job.resolve(root.clone(), registries).and_then(|kit| spent(&kit));
    if root.exists() {
        std::fs::remove_dir_all(&root)?;
    }
    Ok(result?)
}

fn rate(spent: &Spent) -> f64 {
    spent.transitions as f64 / spent.total().as_secs_f64().max(f64::MIN_POSITIVE)
}

fn share(spent: &Spent, part: Duration) -> f64 {
    part.as_secs_f64() / spent.total().as_secs_f64().max(f64::MIN_POSITIVE)
}

fn record(name: &str, spent: &Spent) -> serde_json::Value {
    json!({
        "family": name, "transitions": spent.transitions, "transitions_per_second": rate(spent),
        "shares": {
            "physics": share(spent, spent.physics), "acting": share(spent, spent.acting),
            "worlds": share(spent, spent.making),
            "sensors": share(spent, spent.sensing), "rendering": share(spent, spent.rendering),
            "writing": share(spent, spent.writing),
        },
    })
}
