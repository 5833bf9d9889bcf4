//! `terrella bench --families`: what each family's time goes into.

use crate::job::{JobArgs, UntrustedArgs};
use crate::table::{table, thousands};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use terrella_app::bench_families::{Spent, spent};
use terrella_app::registries::Registries;

/// Episodes of the first measurement, which finds cold memory and says how many make a good one.
const FIRST_EPISODES: u64 = 8;
/// How long a measurement takes where nothing is said of its episodes: in short ones files weigh more than in a real run.
const MEASURED: Duration = Duration::from_secs(2);
const MOST_EPISODES: u64 = 1000;

/// Measures every family whose name has `only` in it, so many times.
pub fn run(
    episodes: Option<u64>,
    rounds: usize,
    only: Option<&str>,
    scratch: &Path,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let registries = Registries::default();
    let mut lines: Vec<(String, Spent)> = Vec::new();
    for family in &registries.families.0 {
        let name = family.card().name;
        if only.is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let first = measure(&name, FIRST_EPISODES, scratch, &registries)?;
        let fit = FIRST_EPISODES as f64 * MEASURED.as_secs_f64() / first.total().as_secs_f64();
        let episodes = episodes.unwrap_or((fit as u64).clamp(FIRST_EPISODES, MOST_EPISODES));
        let mut measured = (0..rounds.max(1))
            .map(|_| measure(&name, episodes, scratch, &registries))
            .collect::<anyhow::Result<Vec<Spent>>>()?;
        measured.sort_by_key(Spent::total);
        lines.push((name, measured[measured.len() / 2]));
    }
    if as_json {
        let results: Vec<_> = lines.iter().map(|(name, spent)| record(name, spent)).collect();
        let all = json!({ "optimised": !cfg!(debug_assertions), "results": results });
        crate::print(&format!("{all:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    if cfg!(debug_assertions) {
        eprintln!("this is a development build; figures to quote come from `cargo run --release -- bench`");
    }
    let rows: Vec<Vec<String>> = (lines.iter())
        .map(|(name, spent)| {
            let percent = |part: Duration| format!("{:.0} %", 100.0 * share(spent, part));
            vec![
                name.clone(),
                thousands(rate(spent) as u64),
                percent(spent.physics),
                percent(spent.acting),
                percent(spent.making),
                percent(spent.sensing),
                percent(spent.rendering),
                percent(spent.writing),
            ]
        })
        .collect();
    let head = [
        "family",
        "transitions/s",
        "physics",
        "acting",
        "worlds",
        "sensors",
        "rendering",
        "writing",
    ];
    crate::print(&table(&head, &rows))?;
    crate::print(
        "acting: policies and tasks; some experts look ahead in copies of the world, which is physics\n",
    )?;
    Ok(ExitCode::SUCCESS)
}

fn measure(name: &str, episodes: u64, scratch: &Path, registries: &Registries) -> anyhow::Result<Spent> {
    let mut job = JobArgs::of(name.into(), UntrustedArgs::default());
    job.episodes = Some(episodes);
    job.sets = vec![format!("files.shard_episodes={episodes}"), "splits=[]".into()];
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
