//! `terrella bench`: how fast this machine makes data, beside the bare solver in the same run.

use crate::table::{table, thousands};
use crate::{bench_families, bench_frames};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terrella_app::bench::{STEPS, Took, Workload};
use terrella_app::bench_grains::{GRAINS, RECORDS, Stress, stress};
use terrella_app::spec::world::Preset;

/// Measure how fast this machine makes data
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella bench
  terrella bench --threads 1,2,8 --rounds 5 --json
  terrella bench --render
  terrella bench --families --only push
  terrella bench --render --sizes 64 --objects 20 --outputs rgb,rgb+depth+ids --threads 2

Twenty bodies (10 boxes, 10 balls) dropped on a plane, 200 records of 1/60 s an episode, written to closed Parquet
files. `bare` steps the same worlds with the solver alone, in turn with the recording, so that a noisy machine is
noisy for both; the ratios are medians over pairs. `by cpu` compares the time on processors, over all threads, and is
disturbed least. Then the physics stress, on one thread: granular_hopper with 2,000 grains, recorded in memory without
pictures. Quote ratios, and figures of a release build.")]
pub struct Args {
    /// Numbers of worker threads
    #[arg(long, short = 'j', value_delimiter = ',')]
    threads: Option<Vec<usize>>,
    /// Episodes in a measurement: 200, or two seconds' worth of each family
    #[arg(long, short = 'n')]
    episodes: Option<u64>,
    /// Measurements of each; the median is printed
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only the workloads, or families, whose name has this in it: accurate, fast, rgb, granular
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Where the files are written for the time being; the system's temporary folder when absent
    #[arg(long)]
    scratch: Option<PathBuf>,
    /// Measure how many pictures are drawn instead
    #[arg(long)]
    render: bool,
    /// Measure every family's own preset instead, on one thread, and what its time goes into
    #[arg(long, conflicts_with = "render")]
    families: bool,
    #[command(flatten)]
    frames: bench_frames::FramesArgs,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Episodes in a measurement, where nothing is said.
const EPISODES: u64 = 200;

struct Line {
    name: String,
    threads: usize,
    rate: f64,
    bare: f64,
    /// Recorded / bare, pair by pair, by the clock and by the time on processors; medians.
    ratio: f64,
    cpu_ratio: f64,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let threads = args
        .threads
        .clone()
        .unwrap_or(if cores > 1 { vec![1, cores] } else { vec![1] });
    if args.render {
        return bench_frames::run(&args.frames, &threads, args.json);
    }
    let scratch = args.scratch.clone().unwrap_or_else(std::env::temp_dir);
    if args.families {
        return bench_families::run(
            args.episodes,
            args.rounds,
            args.only.as_deref(),
            &scratch,
            args.json,
        );
    }
    let asked = args.episodes.unwrap_or(EPISODES);
    let mut lines = Vec::new();
    for (name, preset, pictures) in [
        ("drop20 accurate", Preset::Accurate, None),
        ("drop20 fast", Preset::Fast, None),
        ("drop20 accurate rgb 64", Preset::Accurate, Some(64)),
    ] {
        if args.only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        for threads in &threads {
            let episodes = match pictures {
                None => asked,
                Some(_) => (asked / 4).max(1),
            };
            let workload = Workload {
                preset,
                threads: *threads,
                episodes,
                pictures,
            };
            lines.push(measure(name.to_string(), workload, args.rounds, &scratch)?);
        }
    }
    let wants_grains = args
        .only
        .as_ref()
        .is_none_or(|only| "granular".contains(only.as_str()));
    let grains = wants_grains.then(|| Grains::measure(args.rounds)).transpose()?;
    if args.json {
        let results: Vec<_> = lines
            .iter()
            .map(|line| {
                json!({ "name": line.name, "threads": line.threads, "transitions_per_second": line.rate,
                        "bare_per_second": line.bare, "ratio": line.ratio, "cpu_ratio": line.cpu_ratio })
            })
            .collect();
        let all = json!({ "optimised": !cfg!(debug_assertions), "episodes": asked, "steps": STEPS, "results": results,
                          "granular": grains.map(|grains| grains.json()) });
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
                format!("{:.3}", line.ratio),
                format!("{:.3}", line.cpu_ratio),
            ]
        })
        .collect();
    if let Some(grains) = grains {
        crate::print(&grains.text())?;
    }
    if rows.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    crate::print(&table(
        &[
            "workload",
            "threads",
            "recorded/s",
            "bare/s",
            "recorded/bare",
            "by cpu",
        ],
        &rows,
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// How fast 2,000 grains are; medians.
#[derive(Clone, Copy)]
struct Grains {
    steps_per_second: f64,
    transitions_per_second: f64,
}

impl Grains {
    fn measure(rounds: usize) -> anyhow::Result<Self> {
        let mut took = Vec::new();
        for _ in 0..rounds.max(1) {
            took.push(stress(RECORDS)?);
        }
        let of = |rate: fn(&Stress) -> f64| median(took.iter().map(rate).collect());
        Ok(Grains {
            steps_per_second: of(|took| took.steps as f64 / took.physics.as_secs_f64()),
            transitions_per_second: of(|took| took.transitions as f64 / took.total.as_secs_f64()),
        })
    }

    fn json(&self) -> serde_json::Value {
        json!({ "grains": GRAINS, "records": RECORDS, "steps_per_second": self.steps_per_second,
                "transitions_per_second": self.transitions_per_second })
    }

    fn text(&self) -> String {
        format!(
            "granular: {} grains, {:.1} steps/s, {:.1} transitions/s\n",
            thousands(GRAINS),
            self.steps_per_second,
            self.transitions_per_second
        )
    }
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
    let wall = |took: &Took| took.transitions as f64 / took.wall_secs;
    let cpu = |took: &Took| took.transitions as f64 / took.cpu_secs;
    let pairs = |rate: &dyn Fn(&Took) -> f64| {
        let both = recorded.iter().zip(&alone);
        median(
            both.map(|(recorded, alone)| rate(recorded) / rate(alone))
                .collect(),
        )
    };
    Ok(Line {
        name,
        threads: workload.threads,
        rate: median(recorded.iter().map(wall).collect()),
        bare: median(alone.iter().map(wall).collect()),
        ratio: pairs(&wall),
        cpu_ratio: pairs(&cpu),
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
