//! Runs a batch from the command line: signals, the progress bar, and what is said when it was stopped.

use crate::progress::ProgressPlugin;
use crate::{memory, shell, signals};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use terrella_app::batch::{Batch, Report, Work, run_to_end};
use terrella_app::episode::Attempts;
use terrella_app::registries::Registries;
use terrella_app::spec::shards::Shard;
use terrella_app::{AppError, RunKit, batch_app, folder, making};

/// What of this machine a run may use. Never changes the data.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Resources {
    /// Worker threads; all cores when absent. Never changes the data
    #[arg(long, short = 'j')]
    threads: Option<usize>,
    /// Memory that the episodes being made may hold together, as 800M or 2G; half of the machine's when absent.
    /// Never changes the data
    #[arg(long, value_name = "SIZE", value_parser = memory::size)]
    memory: Option<u64>,
}

impl Resources {
    /// Worker threads.
    pub fn threads(&self) -> usize {
        self.threads.unwrap_or_else(cores)
    }
}

/// What a batch came to.
pub struct Ended {
    /// What became of it.
    pub report: Report,
    /// How long it took.
    pub secs: f64,
}

/// Does the work, or says that it was stopped and how to go on; then with the exit code that tells so.
pub fn run(
    kit: &Arc<RunKit>,
    work: Work,
    resources: &Resources,
    bar: bool,
) -> anyhow::Result<Result<Ended, ExitCode>> {
    let signals = signals::watch(|| {
        crate::complain(&format!(
            "stopped before a safe point: shards that are not finished are made anew. Go on with:\n  {}",
            command_line()
        ));
    })?;
    let start = Instant::now();
    let (batch, progress) = Batch::new(kit.clone(), work, resources.threads(), signals.stop)?;
    let batch = batch
        .isolate(Arc::new(child))
        .memory(resources.memory.unwrap_or_else(memory::half));
    let mut app = batch_app((batch, progress));
    if bar {
        app.add_plugins(ProgressPlugin);
    }
    let report = run_to_end(app);
    if let Err(AppError::Interrupted) = report.outcome {
        crate::complain(&format!(
            "stopped: {} of {} shards are safe. Go on with:\n  {}",
            report.progress.shards_done,
            report.progress.shards,
            command_line()
        ));
        let signal = signals.number.load(Ordering::Relaxed).max(2);
        return Ok(Err(ExitCode::from(128 + signal as u8)));
    }
    let secs = start.elapsed().as_secs_f64();
    Ok(Ok(Ended { report, secs }))
}

/// This program, told to make one shard.
fn child(root: &Path, shard: &Shard, deadly: &[String]) -> Command {
    // A program that was replaced while it runs has no path any more; then the name must do.
    let program = std::env::current_exe().unwrap_or_else(|_| "terrella".into());
    let mut command = Command::new(program);
    command
        .arg("make-shard")
        .arg("--shard")
        .arg(shard.number.to_string());
    for attempt in deadly {
        command.arg("--deadly").arg(attempt);
    }
    command.arg("--").arg(root);
    command
}

/// Make one shard, as the child of a process that holds the folder
#[derive(clap::Args, Debug)]
pub struct ShardArgs {
    /// The dataset's folder
    dataset: PathBuf,
    /// The shard
    #[arg(long)]
    shard: u64,
    /// An attempt that kills the process, as EPISODE:ATTEMPT
    #[arg(long)]
    deadly: Vec<String>,
}

/// Runs `terrella make-shard`.
pub fn make_shard(args: ShardArgs) -> anyhow::Result<ExitCode> {
    let run = folder::run_of(&args.dataset)?;
    let kit = RunKit::from_resolved(run, args.dataset, &Registries::default())?;
    making::make_as_child(&kit, args.shard, Attempts::default(), &args.deadly)?;
    Ok(ExitCode::SUCCESS)
}

/// As many threads as there are cores.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get())
}

/// A partition as it is typed: 2/3 is the second of three.
pub fn partition(text: &str) -> Result<folder::Partition, String> {
    let numbers = text
        .split_once('/')
        .map(|(index, count)| (index.parse::<u64>(), count.parse::<u64>()));
    match numbers {
        Some((Ok(index), Ok(count))) if (1..=count).contains(&index) => Ok(folder::Partition {
            index: index - 1,
            count,
        }),
        _ => Err(format!(
            "`{text}` is no partition; write 2/3 for the second of three"
        )),
    }
}

/// The command as it was typed, for a person to type again.
fn command_line() -> String {
    std::env::args_os()
        .map(|word| shell::word(&word))
        .collect::<Vec<_>>()
        .join(" ")
}
