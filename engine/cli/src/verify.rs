//! `terrella verify` and `terrella repair`: looks whether a dataset is what was made, and makes it so.

use crate::shell;
use crate::table::thousands;
use crate::work::{self, Resources};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use terrella_app::registries::Registries;
use terrella_app::repair::Repair;
use terrella_app::verify::{Level, Verification, open_kit, verify as look};
use terrella_app::{AppError, RunKit};

/// How many findings are printed one by one.
const LISTED: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LevelName {
    /// Names, sizes, footers and records
    Quick,
    /// Every byte, by its hash
    Full,
    /// Every byte, and episodes made again and compared step by step
    Deep,
}

/// Look whether a dataset is what was made
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  terrella verify data/drop
  terrella verify data/drop --level quick
  terrella verify data/drop --level deep --episodes 50
  terrella verify data/drop --json | jq .findings

Exits with 65 where something is wrong, and says what and where; `terrella repair` mends it.")]
pub struct VerifyArgs {
    /// The dataset's folder
    dataset: PathBuf,
    /// How closely to look
    #[arg(long, short, value_enum, default_value = "full")]
    level: LevelName,
    /// Episodes that are made again at the level deep, spread over the dataset; all when absent
    #[arg(long, short = 'n')]
    episodes: Option<u64>,
    /// Worker threads; all cores when absent
    #[arg(long, short = 'j')]
    threads: Option<usize>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

/// Make the damaged and missing parts of a dataset again, byte for byte
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  terrella repair data/drop
  terrella repair data/drop --dry-run

Looks at every byte first. Only shards with something wrong are made again; no other file is touched. Files in data/,
sim/ and meta/ that belong to nothing are removed: readers would take them for data.")]
pub struct RepairArgs {
    /// The dataset's folder
    dataset: PathBuf,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    resources: Resources,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
}

/// Runs `terrella verify`.
pub fn verify(args: VerifyArgs) -> anyhow::Result<ExitCode> {
    let kit = open_kit(&args.dataset, &Registries::default())?;
    let level = match args.level {
        LevelName::Quick => Level::Quick,
        LevelName::Full => Level::Full,
        LevelName::Deep => Level::Deep(args.episodes),
    };
    let found = look_with_bar(
        &kit,
        level,
        args.threads.unwrap_or_else(work::cores),
        !args.quiet && !args.json,
    )?;
    if args.json {
        let mut value = serde_json::to_value(&found)?;
        value["clean"] = found.is_clean().into();
        crate::print(&format!("{value:#}\n"))?;
    } else {
        crate::print(&words(&args.dataset, &found, args.level))?;
    }
    Ok(if found.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(65)
    })
}

/// Runs `terrella repair`.
pub fn repair(args: RepairArgs) -> anyhow::Result<ExitCode> {
    let kit = Arc::new(open_kit(&args.dataset, &Registries::default())?);
    let bar = !args.quiet && !args.json;
    let found = look_with_bar(&kit, Level::Full, args.resources.threads(), bar)?;
    let repair = Repair::of(&found);
    if !args.json {
        crate::print(&listed(&found))?;
    }
    let (shards, removed) = (repair.shards.clone(), repair.remove.clone());
    if !found.is_clean() && !args.dry_run {
        let work = repair.begin(&kit, &found)?;
        let ended = match work::run(&kit, work, &args.resources, bar)? {
            Ok(ended) => ended,
            Err(code) => return Ok(code),
        };
        ended.report.outcome?;
        let after = look_with_bar(&kit, Level::Full, args.resources.threads(), false)?;
        if !after.is_clean() {
            let reason = format!(
                "something else writes in it while it is repaired:\n{}",
                listed(&after)
            );
            return Err(AppError::Damaged {
                path: args.dataset,
                reason,
            }
            .into());
        }
    }
    if args.json {
        let summary = json!({
            "path": args.dataset.to_string_lossy(), "findings": found.findings, "shards": shards, "removed": removed,
            "repaired": !args.dry_run,
        });
        crate::print(&format!("{summary:#}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = args.dataset.display();
    let said = match (found.is_clean(), args.dry_run) {
        (true, _) => format!("{path}: nothing is wrong\n"),
        (false, true) => format!(
            "{path}: would make {} shards again and remove {} files; nothing was done\n",
            shards.len(),
            removed.len()
        ),
        (false, false) => format!(
            "{path}: whole again; {} shards made again, {} files removed\n",
            shards.len(),
            removed.len()
        ),
    };
    crate::print(&said)?;
    Ok(ExitCode::SUCCESS)
}

fn look_with_bar(
    kit: &RunKit,
    level: Level,
    threads: usize,
    visible: bool,
) -> Result<Verification, AppError> {
    let bar = if visible {
        ProgressBar::new(0)
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) =
        ProgressStyle::with_template("{elapsed_precise} [{bar:32}] {pos}/{len} checked  ETA {eta}")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    let found = look(kit, level, threads, &|done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    found
}

fn words(path: &Path, found: &Verification, level: LevelName) -> String {
    let looked = match level {
        LevelName::Quick => "names, sizes, footers and records",
        LevelName::Full => "every byte",
        LevelName::Deep => "every byte, and the episodes made again",
    };
    let again = match found.episodes_made {
        0 => String::new(),
        episodes => format!(", {} episodes made again", thousands(episodes)),
    };
    let versions = found
        .other_version
        .as_ref()
        .map_or(String::new(), |(name, theirs, ours)| {
            format!("note: the dataset was made by {name} {theirs}, this is {ours}\n")
        });
    let near = if found.near_pictures {
        "note: a GPU drew the pictures; those made again may differ by a rounding, all else by nothing\n"
    } else {
        ""
    };
    let versions = versions + near;
    let shown = path.display();
    if found.is_clean() {
        let shards = thousands(found.shards);
        return format!("{versions}{shown}: sound ({shards} shards{again}; {looked})\n");
    }
    let mut text = versions + &listed(found);
    if !found.findings.is_empty() {
        text += &format!("mend it: terrella repair {}\n", shell::path(path));
    }
    if let Some(first) = found.differences.first() {
        text += &format!(
            "see one: terrella replay {} --episode {}\n",
            shell::path(path),
            first.episode
        );
    }
    text
}

fn listed(found: &Verification) -> String {
    let findings = found.findings.iter().map(|finding| match finding.shard {
        Some(shard) => format!("shard {shard}: {} {}\n", finding.path, finding.fault),
        None => format!("{} {}\n", finding.path, finding.fault),
    });
    let differences = found.differences.iter().map(|difference| {
        let place = match (&difference.step, &difference.body) {
            (Some(step), Some(body)) => format!("from step {step} on, first the body `{body}`"),
            (Some(step), None) => format!("from step {step} on"),
            _ => "as a whole".to_string(),
        };
        format!(
            "episode {} differs {place}: {} is {} in the dataset, {} when it is made again\n",
            difference.episode, difference.column, difference.stored, difference.made
        )
    });
    let all: Vec<String> = findings.chain(differences).collect();
    let more = match all.len().checked_sub(LISTED) {
        None | Some(0) => String::new(),
        Some(more) => format!("and {} more (all with --json)\n", thousands(more as u64)),
    };
    all.into_iter().take(LISTED).collect::<String>() + &more
}
