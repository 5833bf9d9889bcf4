//! `terrella bench`: how fast this machine makes data, beside the bare solver in the same run.

use crate::table::{table, thousands};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terrella_app::bench::{STEPS, Workload};
use terrella_app::spec::world::Preset;

/// Measure how fast this machine makes data
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella bench
  terrella bench --threads 1,2,8 --rounds 5 --json

Twenty bodies (10 boxes, 10 balls) dropped on a plane, 200 records of 1/60 s an episode, written to closed Parquet
files. `bare` steps the same worlds with the solver alone, in turn with the recording, so that a noisy machine is
noisy for both. Quote the ratio, and figures of a release build.")]
pub struct Args {
    /// Numbers of worker threads
    #[arg(long, short = 'j', value_delimiter = ',')]
    threads: Option<Vec<usize>>,
    /// Episodes in a measurement
    #[arg(long, short = 'n', default_value_t = 200)]
    episodes: u64,
    /// Measurements of each; the median is printed
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Where the files are written for the time being; the system's temporary folder when absent
    #[arg(long)]
    scratch: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

struct Line {
    name: String,
    threads: usize,
    rate: f64,
    bare: f64,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let threads = args
        .threads
        .clone()
        .unwrap_or(if cores > 1 { vec![1, cores] } else { vec![1] });
    let scratch = args.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let mut lines = Vec::new();
    for (preset, name) in [(Preset::Accurate, "accurate"), (Preset::Fast, "fast")] {
        for threads in &threads {
            let workload = Workload {
                preset,
                threads: *threads,
                episodes: args.episodes,
                pictures: None,
            };
            lines.push(measure(
                format!("drop20 {name}"),
                workload,
                args.rounds,
                &scratch,
            )?);
        }
    }
    for threads in &threads {
        let episodes = (args.episodes / 4).max(1);
        let workload = Workload {
            preset: Preset::Accurate,
            threads: *threads,
            episodes,
            pictures: Some(64),
        };
        lines.push(measure(
            "drop20 accurate rgb 64".into(),
            workload,
            args.rounds,
            &scratch,
        )?);
    }
    if args.json {
        let results: Vec<_> = lines
            .iter()
            .map(|line| {
                json!({ "name": line.name, "threads": line.threads, "transitions_per_second": line.rate,
                        "bare_per_second": line.bare, "ratio": line.rate / line.bare })
            })
            .collect();
        let all = json!({ "optimised": !cfg!(debug_assertions), "episodes": args.episodes, "steps": STEPS, "results": results });
        crate::print(&format!("{all:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    if cfg!(debug_assertions) {
        eprintln!("this is a development build; figures to quote come from `cargo run --release -- bench`");
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.name.clone(),
                line.threads.to_string(),
                thousands(line.rate as u64),
                thousands(line.bare as u64),
                format!("{:.3}", line.rate / line.bare),
            ]
        })
        .collect();
    crate::print(&table(
        &["workload", "threads", "recorded/s", "bare/s", "recorded/bare"],
        &rows,
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Measures bare and recorded in turn; medians.
fn measure(name: String, workload: Workload, rounds: usize, scratch: &Path) -> anyhow::Result<Line> {
    let (mut recorded, mut alone) = (Vec::new(), Vec::new());
    for round in 0..rounds.max(1) {
        alone.push(workload.bare()?);
        let root = scratch.join(format!("terrella-bench-{}-{round}", std::process::id()));
        let result = workload.record(&root);
        let removed = std::fs::remove_dir_all(&root);
        recorded.push(result?);
        removed?;
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Ok(Line {
        name,
        threads: workload.threads,
        rate: median(&mut recorded),
        bare: median(&mut alone),
    })
}
