//! `terrella replay`: makes an episode again from its run, and compares it with what is stored.

use crate::job::size;
use crate::preview::{check_episode, make_film, viewing_size};
use crate::table::table;
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::ExitCode;
use terrella_app::exporters::read::OpenDataset;
use terrella_app::pictures::{self, Broken, Show, stored};
use terrella_app::registries::Registries;
use terrella_app::rollout::{Failure, Rollout};
use terrella_app::sim::task::Outcome;
use terrella_app::spec::columns::Table;
use terrella_app::spec::seed::SeedPath;
use terrella_app::{AppError, RunKit, folder, quiet};

/// Action channels up to which each has its own column.
const WIDE: usize = 6;

/// Make an episode again and compare it with what is stored
#[derive(ClapArgs, Debug)]
#[command(after_help = "Examples:
  terrella replay data/drop --episode 12 --every 10
  terrella replay data/drop --episode 12 --out film.gif --size 320
  terrella replay data/drop --episode 12 --json | jq .equal
  terrella replay data/drop --episode 40 --attempt 0

The last one shows a world that failed, as `terrella inspect` lists them.
A dataset without pictures can be looked at as well: they are drawn from the states.
Exits with 65 where the replay differs from what is stored.")]
pub struct Args {
    /// The dataset's folder
    dataset: PathBuf,
    /// The episode
    #[arg(long)]
    episode: u64,
    /// Another attempt at the episode than the one that was recorded: a world that failed
    #[arg(long)]
    attempt: Option<u32>,
    /// Print every so many steps
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// Draw it in place of the table: .png for a film strip, .gif for an animation
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Size of the drawn pictures: 256, or 320x240
    #[arg(long, value_parser = size)]
    size: Option<[u32; 2]>,
    /// How many moments are on the strip
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=200))]
    frames: u32,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let kind = args.out.as_deref().map(pictures::kind_of).transpose()?;
    let (kit, dataset) = source(&args)?;
    check_episode(args.episode, kit.dataset.run.spec.episodes)?;
    let stored = dataset
        .as_ref()
        .map(|dataset| Stored::read(dataset, args.episode))
        .transpose()?;
    let attempt = args
        .attempt
        .or(stored.as_ref().map(|stored| stored.attempt))
        .unwrap_or(0);
    let seed = SeedPath {
        run: kit.dataset.run.spec.seed,
        episode: args.episode,
        attempt,
    };
    let replay = Replay::play(&kit, seed)?;
    let stored = stored.filter(|stored| stored.attempt == attempt);
    let verdict = match (&stored, &dataset) {
        (Some(stored), Some(dataset)) => compare(&kit, dataset, stored, &replay),
        _ => Verdict {
            equal: None,
            first_difference: None,
            words: alone(&replay, attempt, dataset.as_ref())?,
        },
    };
    if args.json {
        crate::print(&format!("{:#}\n", replay.json(seed, &verdict, args.every)))?;
    } else {
        if args.out.is_none() {
            crate::print(&replay.table(&kit, args.every))?;
        }
        crate::print(&format!(
            "episode {}, attempt {attempt}: {}\n",
            args.episode, verdict.words
        ))?;
    }
    // Without a world there is nothing to draw; the verdict says so.
    if let (Some(out), Some(kind), false) = (&args.out, kind, replay.rows.is_empty()) {
        let size = args
            .size
            .unwrap_or(viewing_size(kit.dataset.run.spec.image_size, kind));
        let last_step = replay.rows.last().map_or(0, |row| row.step);
        let made = make_film(
            &Show {
                kit: &kit,
                seed,
                size,
                last_step,
            },
            out,
            kind,
            args.frames,
        )?;
        // With --json, standard output is JSON alone.
        if !args.json {
            crate::print(&made)?;
        }
    }
    Ok(if verdict.equal == Some(false) {
        ExitCode::from(65)
    } else {
        ExitCode::SUCCESS
    })
}

/// The run of a dataset. Worlds that failed can be seen before the dataset is finished.
fn source(args: &Args) -> Result<(RunKit, Option<OpenDataset>), AppError> {
    let registries = Registries::default();
    let kit = |run| RunKit::from_resolved(run, args.dataset.clone(), &registries);
    match stored::open(&args.dataset) {
        Ok(dataset) => Ok((kit(dataset.manifest().run.clone())?, Some(dataset))),
        Err(error) => match (args.attempt, folder::run_of(&args.dataset)) {
            (Some(_), Ok(run)) => Ok((kit(run)?, None)),
            _ => Err(error),
        },
    }
}

/// What a dataset says of an episode.
struct Stored {
    attempt: u32,
    plan_digest: String,
    state_digests: Vec<i64>,
}

impl Stored {
    fn read(dataset: &OpenDataset, episode: u64) -> Result<Self, AppError> {
        let meta = dataset
            .episode(episode)
            .map_err(|error| stored::damaged(dataset.root(), error))?;
        let state_digests = stored::integers(dataset, Table::Sim, episode, "state_digest")?;
        Ok(Stored {
            attempt: meta.attempt,
            plan_digest: meta.plan_digest,
            state_digests,
        })
    }
}

/// One moment of a replay, with the action that was taken there.
struct Row {
    step: u32,
    time_secs: f32,
    state_digest: i64,
    contacts: Vec<(String, String, f32)>,
    /// What followed; none for the last state.
    taken: Option<(Vec<f32>, Outcome)>,
}

/// An episode that was made again.
#[derive(Default)]
struct Replay {
    plan_digest: String,
    policy: String,
    channels: Vec<String>,
    starts_solved: bool,
    rows: Vec<Row>,
    broken: Option<Broken>,
}

impl Replay {
    fn play(kit: &RunKit, seed: SeedPath) -> Result<Self, AppError> {
        let started = quiet::catch(AssertUnwindSafe(|| kit.start(seed)));
        let mut rollout = match started {
            Ok(Ok(rollout)) => rollout,
            Ok(Err(Failure::Final(error))) => return Err(error),
            Ok(Err(Failure::NoFit(reason))) => return Ok(Replay::without_world(reason)),
            Err(panic) => return Ok(Replay::without_world(format!("panic: {panic}"))),
        };
        rollout.lane.gather_contacts();
        let mut replay = Replay {
            plan_digest: rollout.lane.plan().digest(),
            policy: rollout.policy_spec.name.clone(),
            channels: kit
                .action_space
                .channels
                .iter()
                .map(|channel| channel.name.clone())
                .collect(),
            starts_solved: rollout.starts_solved(),
            rows: Vec::new(),
            broken: None,
        };
        let steps = kit.dataset.run.steps();
        for step in 0..=steps {
            let mut row = row(&rollout, step);
            if step < steps {
                match rollout.attempt_step(None) {
                    Ok(outcome) => row.taken = Some((rollout.action().to_vec(), outcome)),
                    Err(reason) => replay.broken = Some(Broken { step, reason }),
                }
            }
            replay.rows.push(row);
            if replay.broken.is_some() {
                break;
            }
        }
        Ok(replay)
    }

    fn without_world(reason: String) -> Self {
        Replay {
            broken: Some(Broken { step: 0, reason }),
            ..Replay::default()
        }
    }

    fn table(&self, kit: &RunKit, every: u32) -> String {
        let wide = self.channels.len() > WIDE;
        let actions: Vec<String> = if wide {
            vec!["action".into()]
        } else {
            let units = kit.action_space.channels.iter().map(|channel| channel.unit);
            self.channels
                .iter()
                .zip(units)
                .map(|(name, unit)| named(name, unit))
                .collect()
        };
        let mut header = vec!["step", "time (s)"];
        header.extend(actions.iter().map(String::as_str));
        header.extend(["reward", "solved", "contacts (N s)"]);
        let rows: Vec<Vec<String>> = self
            .shown(every)
            .map(|row| {
                let mut cells = vec![row.step.to_string(), format!("{:.3}", row.time_secs)];
                match &row.taken {
                    Some((action, _)) if wide => {
                        cells.push(
                            action
                                .iter()
                                .map(|number| format!("{number:.2}"))
                                .collect::<Vec<_>>()
                                .join(" "),
                        );
                    }
                    Some((action, _)) => cells.extend(action.iter().map(|number| format!("{number:.3}"))),
                    None => cells.extend(actions.iter().map(|_| String::new())),
                }
                let outcome = row.taken.as_ref().map(|(_, outcome)| outcome);
                cells.push(outcome.map_or(String::new(), |outcome| format!("{:.4}", outcome.reward)));
                cells.push(
                    outcome
                        .filter(|outcome| outcome.success)
                        .map_or(String::new(), |_| "yes".into()),
                );
                let contact = |(a, b, impulse_ns): &(String, String, f32)| format!("{a}-{b} {impulse_ns:.3}");
                cells.push(row.contacts.iter().map(contact).collect::<Vec<_>>().join(", "));
                cells
            })
            .collect();
        table(&header, &rows)
    }

    /// Every so many rows, and the last.
    fn shown(&self, every: u32) -> impl Iterator<Item = &Row> {
        let last = self.rows.len().saturating_sub(1);
        self.rows
            .iter()
            .enumerate()
            .filter_map(move |(index, row)| (row.step.is_multiple_of(every) || index == last).then_some(row))
    }

    fn json(&self, seed: SeedPath, verdict: &Verdict, every: u32) -> Value {
        let rows: Vec<Value> = self.shown(every).map(|row| {
            let outcome = row.taken.as_ref().map(|(_, outcome)| outcome);
            let contacts: Vec<Value> = row
                .contacts
                .iter()
                .map(|(a, b, impulse_ns)| json!({ "a": a, "b": b, "impulse_ns": impulse_ns }))
                .collect();
            json!({
                "step": row.step, "time_secs": row.time_secs, "action": row.taken.as_ref().map(|(action, _)| action),
                "reward": outcome.map(|outcome| outcome.reward), "success": outcome.map(|outcome| outcome.success),
                "terminated": outcome.map(|outcome| outcome.terminated), "contacts": contacts,
                "state_digest": row.state_digest,
            })
        }).collect();
        let failed = self
            .broken
            .as_ref()
            .map(|broken| json!({ "step": broken.step, "reason": broken.reason }));
        json!({
            "episode": seed.episode, "attempt": seed.attempt, "policy": self.policy, "equal": verdict.equal,
            "first_difference": verdict.first_difference, "failed": failed, "verdict": verdict.words,
            "action_channels": self.channels, "rows": rows,
        })
    }
}

fn named(name: &str, unit: &str) -> String {
    if unit.is_empty() {
        name.to_string()
    } else {
        format!("{name} ({unit})")
    }
}

fn row(rollout: &Rollout, step: u32) -> Row {
    let view = rollout.lane.view();
    let name = |index: u32| {
        let body = view.world().bodies.get_index(index as usize);
        body.map_or(index.to_string(), |(name, _)| name.clone())
    };
    let contacts = view
        .contacts()
        .iter()
        .map(|contact| (name(contact.a), name(contact.b), contact.impulse_ns));
    Row {
        step,
        time_secs: view.time_secs(),
        // 63 bits, as the dataset holds it.
        state_digest: (rollout.lane.digest() >> 1) as i64,
        contacts: contacts.collect(),
        taken: None,
    }
}

/// How the replay stands to what is stored.
struct Verdict {
    /// None where there is nothing to compare with.
    equal: Option<bool>,
    first_difference: Option<u64>,
    words: String,
}

fn compare(kit: &RunKit, dataset: &OpenDataset, stored: &Stored, replay: &Replay) -> Verdict {
    let replayed: Vec<i64> = replay.rows.iter().map(|row| row.state_digest).collect();
    // A dataset of transitions holds all states but the last.
    let first = stored
        .state_digests
        .iter()
        .enumerate()
        .find(|(step, digest)| replayed.get(*step) != Some(digest));
    let made_by = &dataset.manifest().domain;
    let here = kit.dataset.full_domain();
    let other = made_by
        .iter()
        .find(|(name, version)| here.get(*name) != Some(version));
    let versions = other.map_or(String::new(), |(name, version)| {
        let ours = here.get(name).map_or("none", String::as_str);
        format!("; the dataset was made by {name} {version}, this is {ours}")
    });
    let words = match (first, &replay.broken) {
        (None, _) => format!(
            "equal: all {} states are those of the dataset",
            stored.state_digests.len()
        ),
        (Some((step, _)), Some(broken)) if step as u32 > broken.step => {
            format!(
                "differs: the replay fails at step {}: {}{versions}",
                broken.step, broken.reason
            )
        }
        (Some((step, _)), _) if replay.plan_digest != stored.plan_digest => {
            format!("differs from step {step} on: the drawn world is another one{versions}")
        }
        (Some((step, digest)), _) => {
            let ours = replayed.get(step).copied().unwrap_or_default();
            format!(
                "differs from step {step} on: state digest {digest} in the dataset, {ours} here{versions}"
            )
        }
    };
    Verdict {
        equal: Some(first.is_none()),
        first_difference: first.map(|(step, _)| step as u64),
        words,
    }
}

/// What is to be said of an attempt that is not the recorded one.
fn alone(replay: &Replay, attempt: u32, dataset: Option<&OpenDataset>) -> Result<String, AppError> {
    let Some(broken) = &replay.broken else {
        return Ok(match replay.starts_solved {
            true => "can be played to its end, but is solved at the start: a run draws such an episode anew"
                .into(),
            false => format!(
                "can be played to its end; {} states, nothing to compare them with",
                replay.rows.len()
            ),
        });
    };
    if replay.rows.is_empty() {
        return Ok(format!("gives no world: {}", broken.reason));
    }
    let listed = dataset.map(stored::bad_episodes).transpose()?.unwrap_or_default();
    let known = listed.iter().any(|bad| {
        bad.attempt == attempt && bad.step == u64::from(broken.step) && bad.reason == broken.reason
    });
    let as_listed = if known { ", as the dataset lists it" } else { "" };
    Ok(format!(
        "fails at step {}{as_listed}: {}",
        broken.step, broken.reason
    ))
}
