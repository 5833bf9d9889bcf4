//! `terrella generate`: makes a dataset.

use crate::job::{JobArgs, say_who_draws};
use crate::shell;
use crate::table::{bytes, thousands};
use crate::work::{self, Ended, Resources};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use terrella_app::RunKit;
use terrella_app::batch::{Progress, Report, Work};
use terrella_app::episode::{self, Attempts};
use terrella_app::exporters::committed;
use terrella_app::folder::Partition;
use terrella_app::registries::Registries;

/// Share of bad episodes above which a run says that something is wrong.
const BAD_SHARE: f64 = 0.01;

/// Make a dataset
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella generate drop_bounce --out data/drop
  terrella generate door_passage --out data/door --episodes 1000 --size 128 --sensors rgb,depth,segmentation,bodies
  terrella generate push_planar --out data/push --size 224 --images jpeg
  terrella generate my_scene.toml --out data/mine --policies smooth_random --seed 7
  terrella generate drop_bounce --out data/moon --set factors.gravity_mps2=1.62 --dry-run
  terrella generate drop_bounce --out data/big --episodes 100000 --partition 2/8

Stopped at any moment, the same command goes on where it was and ends with the same bytes.")]
pub struct Args {
    #[command(flatten)]
    job: JobArgs,
    /// The dataset's folder: new, empty, or holding the same run, which is then gone on with
    #[arg(long, short)]
    out: PathBuf,
    #[command(flatten)]
    resources: Resources,
    /// Episodes in a shard
    #[arg(long)]
    shard_episodes: Option<u64>,
    /// Make only every n-th shard: 2/3 is the second of three processes, on any machines; `terrella finalize` closes
    #[arg(long, value_parser = work::partition, value_name = "I/N")]
    partition: Option<Partition>,
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
    if !args.quiet {
        say_who_draws(&kit);
    }
    if args.dry_run {
        return dry_run(&kit, args.resources.threads(), args.json);
    }
    if args.resume {
        terrella_app::folder::run_of(&args.out)?;
    }
    let kit = Arc::new(kit);
    let work = args.partition.map_or(Work::Run, Work::Partition);
    match work::run(&kit, work, &args.resources, !args.quiet && !args.json)? {
        Ok(ended) => conclude(&args, &kit, ended),
        Err(code) => Ok(code),
    }
}

fn conclude(args: &Args, kit: &RunKit, ended: Ended) -> anyhow::Result<ExitCode> {
    let Ended { report, secs } = ended;
    let Report {
        outcome,
        progress,
        bad,
    } = report;
    let Some(finished) = outcome? else {
        return partition_done(args, kit, &progress);
    };
    let rate = progress.transitions as f64 / secs.max(1e-9);
    if args.json {
        let summary = json!({
            "path": args.out.to_string_lossy(), "manifest": finished.manifest.to_string_lossy(), "run_digest": kit.dataset.run.digest(),
            "content": finished.content, "episodes": finished.episodes, "rows": finished.rows, "shards": finished.shards,
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

/// A partition leaves the closing to whoever sees that all are there.
fn partition_done(args: &Args, kit: &RunKit, progress: &Progress) -> anyhow::Result<ExitCode> {
    let mut missing = 0;
    for shard in &kit.shards {
        missing += u64::from(committed(&kit.dataset, shard)?.is_none());
    }
    if args.json {
        let summary = json!({
            "path": args.out.to_string_lossy(), "run_digest": kit.dataset.run.digest(), "shards": progress.shards,
            "missing_shards": missing, "bad_episodes": progress.bad,
            "made": { "episodes": progress.episodes_made, "transitions": progress.transitions },
        });
        crate::print(&format!("{summary:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = args.out.display();
    let next = match missing {
        0 => format!(
            "All shards are there. Close the dataset with:\n  terrella finalize {}",
            shell::path(&args.out)
        ),
        missing => format!(
            "{} shards of other partitions are not in this folder; when they are: terrella finalize {}",
            thousands(missing),
            shell::path(&args.out)
        ),
    };
    crate::print(&format!(
        "{path}: this partition's {} shards are there\n{next}\n",
        thousands(progress.shards)
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What is said of a finished dataset, and how it is loaded.
pub(crate) fn summary(
    out: &Path,
    finished: &terrella_app::exporters::Finished,
    progress: &Progress,
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
    episode::record(kit, 0, &Attempts::default(), &mut bad)?;
    let spec = &kit.dataset.run.spec;
    let secs = start.elapsed().as_secs_f64() / spec.together() as f64;
    let raw = kit.raw_bytes();
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
