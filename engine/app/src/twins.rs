//! Healthy twins: where a run has them, episode 2k + 1 is episode 2k without what goes wrong there, as its family says
//! ([`terrella_scenes::Family::healthy_twin`]): without its faults, or the ideal site beside the real one. Both have the same seed path
//! and attempt, so the same world, and the very actions that were taken in the first, not what the policy would do in the second.
//!
//! **Invariants:** a pair stands in one split and one shard, and is drawn anew together. Either of it can be made without
//! the files of the other: the faulty one is then simulated first.

use crate::error::AppError;
use crate::kit::RunKit;
use crate::rollout::{Failure, Rollout};
use std::ops::Range;
use std::sync::Arc;
use terrella_exporters::BadEpisode;
use terrella_record::episode::Branch;
use terrella_sim::policies::Replay;
use terrella_sim::telemetry::Reading;
use terrella_spec::run::{PolicySpec, Take};
use terrella_spec::seed::SeedPath;

/// Worlds of which one must have a twin that differs.
const LOOKED_AT: u64 = 64;

/// A reading that is farther from its twin's than this share of its range tells that something is wrong. The episode table says so.
const TELLS_SHARE: f32 = 0.02;

/// The actions of an episode, one row of channels for each step.
pub(crate) type Actions = Arc<Vec<Vec<f32>>>;

/// What was done in an episode, and what its telemetry told at each record where a twin is to come.
pub(crate) struct Played {
    pub(crate) actions: Actions,
    pub(crate) told: Vec<Vec<f32>>,
}

/// The first record at which telemetry tells an episode from its twin.
pub(crate) fn told_apart(readings: &[Reading], one: &[Vec<f32>], other: &[Vec<f32>]) -> Option<usize> {
    one.iter().zip(other).position(|(one, other)| {
        let mut values = readings.iter().zip(one.iter().zip(other));
        values.any(|(reading, (one, other))| (one - other).abs() > TELLS_SHARE * reading.span)
    })
}

impl RunKit {
    /// The episodes that are made together with this one, itself among them.
    pub fn together_with(&self, episode: u64) -> Range<u64> {
        let count = self.dataset.run.spec.together();
        let first = episode - episode % count;
        first..first + count
    }

    /// The episode whose healthy twin this one is.
    pub fn twin_of(&self, episode: u64) -> Option<u64> {
        let first = self.together_with(episode).start;
        (first < episode).then_some(first)
    }

    /// The path from which all that is random in an attempt follows: a twin has that of its faulty episode, and what somebody
    /// played that of the world it was played in.
    pub fn root_of(&self, seed: SeedPath) -> SeedPath {
        if let Some(take) = self.take_of(seed.episode) {
            return SeedPath {
                run: take.seed.unwrap_or(seed.run),
                episode: take.world,
                ..seed
            };
        }
        SeedPath {
            episode: self.together_with(seed.episode).start,
            ..seed
        }
    }

    /// What somebody played, where an episode is that.
    pub fn take_of(&self, episode: u64) -> Option<&Take> {
        self.dataset.run.spec.takes.get(usize::try_from(episode).ok()?)
    }

    /// An attempt that failed.
    pub(crate) fn bad_episode(&self, seed: SeedPath, step: u64, reason: String) -> BadEpisode {
        BadEpisode {
            seed: self.root_of(seed).fingerprint(),
            ..BadEpisode::new(seed, step, reason)
        }
    }

    /// What the episode table says of whose twin an episode is, which telemetry tells apart from a record on.
    pub(crate) fn branch_of(&self, episode: u64, differs_from: Option<usize>) -> Option<Branch> {
        self.twin_of(episode).map(|parent| Branch {
            parent,
            step: 0,
            intervention: self.family.twin_intervention().into(),
            detectable_secs: differs_from.map(|record| record as f64 / f64::from(self.dataset.fps)),
        })
    }

    /// An error where a run asks for twins and its worlds are all as healthy as these.
    pub(crate) fn check_twins(&self) -> Result<(), AppError> {
        let spec = &self.dataset.run.spec;
        if !spec.healthy_twins {
            return Ok(());
        }
        for index in 0..LOOKED_AT {
            let seed = SeedPath {
                run: spec.seed,
                episode: index * spec.together(),
                attempt: 0,
            };
            match self.plan(seed) {
                Ok(plan) if self.family.healthy_twin(plan.clone()).world != plan.world => return Ok(()),
                Ok(_) | Err(Failure::NoFit(_)) => {}
                Err(Failure::Final(error)) => return Err(error),
            }
        }
        let reason = format!(
            "`{}` has no faults in {LOOKED_AT} worlds, so nothing has a healthy twin; take worlds with `faults`, such as \
             those of drive_train, line_cell, quad_flight or rover_terrain, or the real ones of twin_site, or leave \
             `healthy_twins` out",
            self.dataset.name
        );
        Err(AppError::run("healthy_twins", reason))
    }

    /// Starts a twin, which does what was done in its faulty episode.
    pub(crate) fn start_twin(&self, seed: SeedPath, actions: Actions) -> Result<Rollout, Failure> {
        let replay = PolicySpec::new("replay", 1.0);
        self.rollout(self.plan(seed)?, seed, &replay, |_| {
            Ok(Box::new(Replay::new(actions)))
        })
    }

    /// What is done in an attempt at an episode that is nobody's twin.
    pub(crate) fn actions_of(&self, seed: SeedPath) -> Result<Actions, Failure> {
        let episode = seed.episode;
        let failed = |reason| Failure::NoFit(format!("episode {episode}, whose twin it is, {reason}"));
        let mut rollout = self.start(seed)?;
        if rollout.starts_solved() {
            return Err(failed("is solved at the start".into()));
        }
        let mut actions = Vec::new();
        for step in 0..self.dataset.run.steps() {
            rollout
                .step()
                .map_err(|fault| failed(format!("fails at step {step}: {fault}")))?;
            actions.push(rollout.action().to_vec());
        }
        Ok(Arc::new(actions))
    }
}
