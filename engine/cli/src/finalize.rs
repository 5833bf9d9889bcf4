//! `terrella finalize`: closes a dataset whose shards were made by partitions.

use crate::table::{bytes, thousands};
use crate::work::{self, Resources};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use terrella_app::batch::Work;
use terrella_app::registries::Registries;
use terrella_app::verify;

/// Close a dataset whose shards were made in partitions
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella generate drop_bounce --out data/drop --partition 1/3    # on three machines, 1/3 to 3/3
  terrella finalize data/drop                                      # once, when all three are done

The partitions write into one shared folder, or into folders of their own that are then copied into one.
The closed dataset has the bytes that one process would have made.
Exits with 75 while shards are missing or a partition is still at work.")]
pub struct Args {
    /// The dataset's folder
    dataset: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let kit = Arc::new(verify::open_kit(&args.dataset, &Registries::default())?);
    let ended = match work::run(&kit, Work::Finalize, &Resources::default(), false)? {
        Ok(ended) => ended,
        Err(code) => return Ok(code),
    };
    let Some(finished) = ended.report.outcome? else {
        return Ok(ExitCode::SUCCESS);
    };
    if args.json {
        let summary = json!({
            "path": args.dataset.to_string_lossy(), "manifest": finished.manifest.to_string_lossy(), "run_digest": kit.dataset.run.digest(),
            "content": finished.content, "episodes": finished.episodes, "rows": finished.rows, "shards": finished.shards,
            "bytes": finished.bytes, "bad_episodes": finished.bad_episodes,
        });
        crate::print(&format!("{summary:#}\n"))?;
    } else {
        crate::print(&format!(
            "{}: closed; {} episodes, {} rows, {} shards, {}\n",
            args.dataset.display(),
            thousands(finished.episodes),
            thousands(finished.rows),
            thousands(finished.shards),
            bytes(finished.bytes)
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
