//! One recorded episode: attempts until a world holds, each failure listed.

use crate::base_columns::BaseColumns;
use crate::clock;
use crate::error::AppError;
use crate::kit::RunKit;
use crate::quiet;
use crate::rollout::{Failure, Rollout};
use crate::twins::{Played, told_apart};
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use terrella_exporters::read::OpenDataset;
use terrella_exporters::{BadEpisode, ExportError};
use terrella_record::episode::{Episode, EpisodeMeta};
use terrella_sense::column::Column;
use terrella_spec::seed::SeedPath;

/// How often an episode is drawn before the run gives up.
pub const MAX_ATTEMPTS: u32 = 50;

/// How an attempt ended that gave no episode.
enum Ended {
    /// The draws fit no world, or the task was solved at the start: drawn again without a word.
    Unsuitable(String),
    /// The world failed at a step: drawn again, and listed.
    Failed { step: u64, reason: String },
    /// Nothing another attempt would mend.
    Final(AppError),
}

/// How attempts are made.
pub struct Attempts {
    /// Attempts that are not made but listed as they are: they would kill the process.
    pub known: Vec<BadEpisode>,
    /// Hears of each attempt, by episode and number, before it is made.
    pub starting: Option<Box<dyn Fn(u64, u32) + Send + Sync>>,
    /// An attempt in which a single step takes longer than this on a processor is given up.
    pub step_limit: Duration,
}

impl Attempts {
    /// Leaves out what a dataset lists as failed of an episode and of those that are made together with it.
    pub(crate) fn known_of(kit: &RunKit, stored: &OpenDataset, episode: u64) -> Result<Self, ExportError> {
        let mut known = Vec::new();
        for number in kit.together_with(episode) {
            known.extend(stored.bad_episodes_of(number)?);
        }
        Ok(Attempts {
            known,
            ..Attempts::default()
        })
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Attempts {
            known: Vec::new(),
            starting: None,
            step_limit: Duration::from_secs(60),
        }
    }
}

/// What a recorder's time goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Drawing and making the world, the policy and the task.
    Making,
    /// Policy and task. Experts that look ahead in copies of the world do physics here.
    Acting,
    /// Mechanisms and solver.
    Physics,
    /// Columns of numbers, and the digests.
    Sensing,
    /// Pictures.
    Rendering,
}

/// Records an episode. Adds to `bad` what failed on the way.
pub fn record(
    kit: &RunKit,
    episode: u64,
    attempts: &Attempts,
    bad: &mut Vec<BadEpisode>,
) -> Result<Episode, AppError> {
    record_watched(kit, episode, attempts, bad, &mut |_| {})
}

/// As [`record`]; `lap` hears at the end of each stage which one it was.
pub(crate) fn record_watched(
    kit: &RunKit,
    episode: u64,
    attempts: &Attempts,
    bad: &mut Vec<BadEpisode>,
    lap: &mut dyn FnMut(Stage),
) -> Result<Episode, AppError> {
    let numbers = kit.together_with(episode);
    let at = (episode - numbers.start) as usize;
    let mut failed = Vec::new();
    let made = record_together(kit, numbers, attempts, &mut failed, lap);
    bad.extend(failed.into_iter().filter(|bad| bad.episode == episode));
    made.map(|mut made| made.swap_remove(at))
}

/// Records the episodes `numbers`: one, or a pair ([`RunKit::together_with`]), which is drawn anew together where either
/// fails. Adds to `bad` what failed on the way.
pub(crate) fn record_together(
    kit: &RunKit,
    numbers: Range<u64>,
    attempts: &Attempts,
    bad: &mut Vec<BadEpisode>,
    lap: &mut dyn FnMut(Stage),
) -> Result<Vec<Episode>, AppError> {
    let mut last = String::new();
    'attempts: for attempt in 0..MAX_ATTEMPTS {
        let known = |bad: &&BadEpisode| bad.attempt == attempt && numbers.contains(&bad.episode);
        if let Some(known) = attempts.known.iter().find(known) {
            last = known.reason.clone();
            bad.push(known.clone());
            continue;
        }
        let mut made = Vec::new();
        let mut taken = None;
        for episode in numbers.clone() {
            if let Some(starting) = &attempts.starting {
                starting(episode, attempt);
            }
            let seed = SeedPath {
                run: kit.dataset.run.spec.seed,
                episode,
                attempt,
            };
            let mut step = 0;
            let limit = attempts.step_limit;
            let before = taken.take();
            let caught = quiet::catch(AssertUnwindSafe(|| {
                attempt_at(kit, seed, before.as_ref(), limit, &mut step, lap)
            }));
            let ended = match caught {
                Ok(Ok((episode, played))) => {
                    made.push(episode);
                    taken = Some(played);
                    continue;
                }
                Ok(Err(ended)) => ended,
                Err(message) => Ended::Failed {
                    step,
                    reason: format!("panic: {message}"),
                },
            };
            match ended {
                Ended::Final(error) => return Err(error),
                Ended::Unsuitable(reason) => last = reason,
                Ended::Failed { step, reason } => {
                    bad.push(kit.bad_episode(seed, step, reason.clone()));
                    last = reason;
                }
            }
            continue 'attempts;
        }
        return Ok(made);
    }
    Err(AppError::Hopeless {
        episode: numbers.start,
        attempts: MAX_ATTEMPTS,
        reason: last,
    })
}

/// `before` is what was done in the episode whose twin this one is.
fn attempt_at(
    kit: &RunKit,
    seed: SeedPath,
    before: Option<&Played>,
    limit: Duration,
    at: &mut u64,
    lap: &mut dyn FnMut(Stage),
) -> Result<(Episode, Played), Ended> {
    let started = match before {
        None => kit.start(seed),
        Some(played) => kit.start_twin(seed, played.actions.clone()),
    };
    let mut rollout = started.map_err(|failure| match failure {
        Failure::NoFit(reason) => Ended::Unsuitable(reason),
        Failure::Final(error) => Ended::Final(error),
    })?;
    if rollout.starts_solved() {
        return Err(Ended::Unsuitable("the task is solved at the start".into()));
    }
    lap(Stage::Making);
    let mut sensors = kit
        .sensors(&rollout.lane.plan().world, seed)
        .map_err(Ended::Final)?;
    let cameras = sensors.describe_cameras(&rollout.lane.view());
    lap(Stage::Rendering);
    let mut columns: Vec<Column> = kit.dataset.columns.iter().cloned().map(Column::new).collect();
    let (base, sensed) = columns.split_at_mut(kit.base_columns);
    let mut base = BaseColumns::new(base, &kit.agents);
    let steps = kit.dataset.run.steps();
    let fingerprint = kit.root_of(seed).fingerprint();
    // Hashed at the end: BLAKE3 is several times faster over much at once.
    let (mut actions, mut states) = (Vec::new(), Vec::new());
    let mut taken = Vec::with_capacity(steps as usize);
    let mut told = Vec::new();
    let (mut episode_return, mut success_step, mut last_success) = (0.0, -1i64, false);
    let mut stepped = clock::thread();
    for step in 0..=steps {
        *at = u64::from(step);
        if kit.dataset.run.spec.healthy_twins {
            told.push(rollout.lane.view().telemetry().to_vec());
        }
        let digest = rollout.lane.digest();
        states.extend_from_slice(&digest.to_le_bytes());
        let pictures = sensors.read_states(&rollout.lane.view(), sensed);
        lap(Stage::Sensing);
        sensors.read_pictures(&rollout.lane.view(), pictures);
        lap(Stage::Rendering);
        base.state(
            fingerprint,
            step == 0,
            step == steps,
            rollout.terminated(),
            digest,
            rollout.action().len(),
        );
        if step == steps {
            base.end(rollout.terminated(), last_success);
            sensors.finish(sensed).map_err(Ended::Final)?;
            lap(Stage::Rendering);
            break;
        }
        let failed = |reason: String| Ended::Failed {
            step: u64::from(step),
            reason,
        };
        rollout.choose();
        lap(Stage::Acting);
        rollout.advance().map_err(|fault| failed(fault.to_string()))?;
        lap(Stage::Physics);
        let outcome = rollout.judge();
        lap(Stage::Acting);
        // The one clock of a run: it can only give up an attempt, and not before a step took ten thousand times its due. It counts
        // this thread's time on a processor: a process that is stopped for an hour and goes on makes the same episodes.
        let now = clock::thread();
        if now - std::mem::replace(&mut stepped, now) > limit {
            return Err(failed(format!(
                "the step took longer than {} s",
                limit.as_secs_f64()
            )));
        }
        taken.push(rollout.action().to_vec());
        for value in rollout.action() {
            actions.extend_from_slice(&value.to_le_bytes());
        }
        episode_return += f64::from(outcome.reward);
        last_success = outcome.success;
        if outcome.success && success_step < 0 {
            success_step = i64::from(step);
        }
        base.transition(
            rollout.action(),
            &outcome,
            rollout.lane.plan().world.agents.len(),
            rollout.task.agent_rewards(),
            step + 1 == steps,
        );
        if step == 0 {
            // The first row says how long a row is.
            sensed
                .iter_mut()
                .for_each(|column| column.reserve_rows(steps as usize));
        }
    }
    let meta = meta(
        kit,
        seed,
        &rollout,
        cameras,
        Totals {
            episode_return,
            success_step,
            differs_from: before
                .and_then(|before| told_apart(rollout.lane.view().readings(), &before.told, &told)),
        },
        [&actions, &states].map(|bytes| blake3::hash(bytes).to_hex().to_string()),
    );
    let played = Played {
        actions: Arc::new(taken),
        told,
    };
    Ok((Episode { meta, columns }, played))
}

struct Totals {
    episode_return: f64,
    success_step: i64,
    /// The record from which on telemetry tells it from the episode whose twin it is.
    differs_from: Option<usize>,
}

fn meta(
    kit: &RunKit,
    seed: SeedPath,
    rollout: &Rollout,
    cameras: String,
    totals: Totals,
    [action_digest, state_digest]: [String; 2],
) -> EpisodeMeta {
    let plan = rollout.lane.plan();
    let view = rollout.lane.view();
    let (world, plan_digest) = plan.world_and_digest();
    EpisodeMeta {
        episode: seed.episode,
        split: kit.split_of(seed.episode).name.clone(),
        task: plan.task.clone(),
        seed: kit.root_of(seed).fingerprint(),
        attempt: seed.attempt,
        policy: rollout.policy_spec.name.clone(),
        policy_parameters: match (kit.twin_of(seed.episode), kit.take_of(seed.episode)) {
            (Some(parent), _) => serde_json::json!({ "actions_of": parent }),
            (None, Some(take)) => {
                // In the order of the alphabet, which JSON has with and without the feature that keeps another.
                serde_json::json!({ "seed": take.seed.unwrap_or(seed.run), "world": take.world })
            }
            (None, None) => {
                let mut parameters = serde_json::json!({ "epsilon": rollout.policy_spec.epsilon });
                let tried = (rollout.tried().iter())
                    .map(|tried| serde_json::json!({ "action": tried.action, "success": tried.success }));
                let tried: Vec<_> = tried.collect();
                if !tried.is_empty() {
                    parameters["tried"] = tried.into();
                }
                parameters
            }
        }
        .to_string(),
        factors: plan.factors.clone(),
        ood: plan.ood.clone(),
        body_names: plan.world.bodies.keys().cloned().collect(),
        body_classes: plan
            .world
            .bodies
            .values()
            .map(|body| body.class.clone())
            .collect(),
        body_masses_kg: (0..view.body_count()).map(|index| view.mass_kg(index)).collect(),
        cameras,
        world,
        plan_digest,
        action_digest,
        state_digest,
        episode_return: totals.episode_return,
        success: totals.success_step >= 0,
        success_step: totals.success_step,
        terminated: rollout.terminated(),
        branch: kit.branch_of(seed.episode, totals.differs_from),
    }
}
