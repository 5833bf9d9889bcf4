//! `terrella generate`: makes a dataset.

use crate::job::JobArgs;
use crate::progress::ProgressPlugin;
use crate::table::{bytes, thousands};
use crate::{shell, signals};
use bevy_app::App;
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use terrella_app::batch::{Batch, Report, run_to_end};
use terrella_app::registries::Registries;
use terrella_app::{AppError, RunKit, TerrellaPlugins, episode};

/// Share of bad episodes above which a run says that something is wrong.
const BAD_SHARE: f64 = 0.01;

/// Make a dataset
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella generate drop_bounce --out data/drop
  terrella generate door_passage --out data/door --episodes 1000 --size 128 --sensors rgb,depth,segmentation,bodies
  terrella generate my_scene.toml --out data/mine --policies smooth_random --seed 7
  terrella generate drop_bounce --out data/moon --set factors.gravity_mps2=1.62 --dry-run

Stopped at any moment, the same command goes on where it was and ends with the same bytes.")]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,
    /// The dataset's folder: new, empty, or holding the same run, which is then gone on with
    #[arg(long, short)]
    out: PathBuf,
    /// Worker threads; all cores when absent. Never changes the data
    #[arg(long, short = 'j')]
    threads: Option<usize>,
    /// Episodes in a shard
    #[arg(long)]
    shard_episodes: Option<u64>,
    /// Go on with a run that is there, or fail when there is none
    #[arg(long)]
    resume: bool,
    /// Only say what would be made, how large, and how long it takes
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let registries = Registries::default();
    let mut job = args.job.clone();
    job.sets.extend(
        args.shard_episodes
            .map(|size| format!("files.shard_episodes={size}")),
    );
    let kit = job.resolve(args.out.clone(), &registries)?;
    let threads = args.threads.unwrap_or_else(cores);
    if args.dry_run {
        return dry_run(&kit, threads, args.json);
    }
    if args.resume {
        terrella_app::folder::run_of(&args.out)?;
    }
    let kit = Arc::new(kit);
    let signals = signals::watch(|| {
        crate::complain(&format!(
            "stopped before a safe point: shards that are not finished are made anew. Go on with:\n  {}",
            command_line()
        ));
    })?;
    let start = Instant::now();
    let (batch, progress) = Batch::new(kit.clone(), threads, signals.stop)?;
    let mut app = App::new();
    app.add_plugins(TerrellaPlugins)
        .insert_resource(batch)
        .insert_resource(progress);
    if !args.quiet && !args.json {
        app.add_plugins(ProgressPlugin);
    }
    let report = run_to_end(app);
    let secs = start.elapsed().as_secs_f64();
    conclude(&args, &kit, report, secs, signals.number.load(Ordering::Relaxed))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get())
}

fn conclude(args: &Args, kit: &RunKit, report: Report, secs: f64, signal: usize) -> anyhow::Result<ExitCode> {
    let Report {
        outcome,
        progress,
        bad,
    } = report;
    let finished = match outcome {
        Ok(finished) => finished,
        Err(AppError::Interrupted) => {
            crate::complain(&format!(
                "stopped: {} of {} shards are safe. Go on with:\n  {}",
                progress.shards_done,
                progress.shards,
                command_line()
            ));
            return Ok(ExitCode::from(128 + signal.max(2) as u8));
        }
        Err(error) => return Err(error.into()),
    };
    let rate = progress.transitions as f64 / secs.max(1e-9);
    if args.json {
        let summary = json!({
            "path": args.out.to_string_lossy(), "manifest": finished.manifest.to_string_lossy(), "run_digest": kit.dataset.run.digest(),
            "episodes": finished.episodes, "rows": finished.rows, "shards": finished.shards,
            "bytes": finished.bytes, "bad_episodes": finished.bad_episodes,
            "made": { "episodes": progress.episodes_made, "transitions": progress.transitions,
                      "successes": progress.successes, "seconds": secs, "transitions_per_second": rate },
        });
        crate::print(&format!("{summary:#}\n"))?;
    } else {
        crate::print(&summary(&args.out, &finished, &progress, secs, rate))?;
    }
    for failed in bad.iter().take(5) {
        crate::complain(&format!(
            "episode {} attempt {} failed at step {} and was drawn anew: {}\n  see it: {}",
            failed.episode, failed.attempt, failed.step, failed.reason, failed.replay_command
        ));
    }
    let share = finished.bad_episodes as f64 / finished.episodes.max(1) as f64;
    if share > BAD_SHARE {
        crate::complain(&format!(
            "error: {} worlds of {} episodes failed, over {:.0} %; they are listed in {}",
            finished.bad_episodes,
            finished.episodes,
            100.0 * BAD_SHARE,
            args.out.join("meta/terrella/quarantine").display()
        ));
        return Ok(ExitCode::from(3));
    }
    Ok(ExitCode::SUCCESS)
}

fn summary(
    out: &Path,
    finished: &terrella_app::exporters::Finished,
    progress: &terrella_app::batch::Progress,
    secs: f64,
    rate: f64,
) -> String {
    let path = out.display();
    let for_python = shell::python(out);
    let tables = Path::new(&shell::pattern(out)).join("data/*/*.parquet");
    let resumed = match progress.episodes_resumed {
        0 => String::new(),
        episodes => format!(" ({} were there)", thousands(episodes)),
    };
    format!(
        "{path}: {} episodes{resumed}, {} rows, {} shards, {}; {} transitions in {secs:.1} s, {} a second

Load it:
  LeRobot    LeRobotDataset(\"terrella/data\", root={for_python})
  datasets   load_dataset({for_python}, split=\"train\")
  Polars     pl.scan_parquet({})
  DuckDB     select * from '{}'
Look at it:  terrella inspect {}
Its card:    {}
",
        thousands(finished.episodes),
        thousands(finished.rows),
        finished.shards,
        bytes(finished.bytes),
        thousands(progress.transitions),
        thousands(rate as u64),
        shell::python(&tables),
        tables.to_string_lossy().replace('\'', "''"),
        shell::path(out),
        shell::path(&out.join("README.md")),
    )
}

/// Makes the first episode in memory and says what all would come to.
fn dry_run(kit: &RunKit, threads: usize, as_json: bool) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let mut bad = Vec::new();
    episode::record(kit, 0, &mut bad)?;
    let secs = start.elapsed().as_secs_f64();
    let spec = &kit.dataset.run.spec;
    let raw = kit.raw_bytes()?;
    let total_secs = secs * spec.episodes as f64 / threads as f64;
    if as_json {
        let columns: Vec<_> = kit.dataset.columns.iter().collect();
        let plan = json!({
            "run": kit.dataset.run, "run_digest": kit.dataset.run.digest(), "shards": kit.shards.len(),
            "raw_bytes": raw, "estimated_seconds": total_secs, "columns": columns,
        });
        crate::print(&format!("{plan:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!(
        "{}: {} episodes of {} steps at {} Hz in {} shards of up to {}\n",
        kit.dataset.name,
        thousands(spec.episodes),
        kit.dataset.run.steps(),
        kit.dataset.fps,
        thousands(kit.shards.len() as u64),
        spec.files.shard_episodes.unwrap_or(1),
    );
    for split in &kit.splits {
        text += &format!(
            "  {}: {} episodes\n",
            split.name,
            thousands(split.episodes.end - split.episodes.start)
        );
    }
    text += &format!(
        "about {} before compression, and {:.0} s on {threads} threads (from one episode)\nnothing was written\n",
        bytes(raw),
        total_secs.max(1.0)
    );
    crate::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// The command as it was typed, for a person to type again.
fn command_line() -> String {
    std::env::args_os()
        .map(|word| shell::word(&word))
        .collect::<Vec<_>>()
        .join(" ")
}
