//! Which attempt at an episode is the one that counts: a draw may fit no world, start solved, or fail while it is played.

use crate::episode::MAX_ATTEMPTS;
use crate::error::AppError;
use crate::kit::RunKit;
use crate::quiet;
use crate::rollout::{Failure, Rollout};
use std::panic::AssertUnwindSafe;
use terrella_spec::seed::SeedPath;

impl RunKit {
    /// Starts an episode with the first attempt that fits and is not solved before it began, as a run does. Gives its
    /// seed. A run draws the episode again where such a world fails later: see [`RunKit::settle`].
    pub fn start_episode(&self, episode: u64) -> Result<(SeedPath, Rollout), AppError> {
        self.start_from(episode, 0)
    }

    /// Starts a recorded attempt at an episode again.
    pub fn start_again(&self, seed: SeedPath) -> Result<Rollout, AppError> {
        let start = || {
            let mut rollout = self.start(seed)?;
            // Whoever recorded it looked, and a task may remember it.
            rollout.starts_solved();
            Ok(rollout)
        };
        let reason = match quiet::catch(AssertUnwindSafe(start)) {
            Ok(Ok(rollout)) => return Ok(rollout),
            Ok(Err(Failure::Final(error))) => return Err(error),
            Ok(Err(Failure::NoFit(reason))) => reason,
            Err(panic) => format!("panic: {panic}"),
        };
        Err(AppError::run(
            "DATASET",
            format!(
                "attempt {} at episode {} cannot be simulated again: {reason}",
                seed.attempt, seed.episode
            ),
        ))
    }

    /// The attempt at an episode that a run records: the first one that can be played to its end, with its healthy twin where
    /// it has one.
    pub fn settle(&self, episode: u64) -> Result<u32, AppError> {
        let last = self.together_with(episode).end - 1;
        let mut attempt = 0;
        let mut reason = String::new();
        while attempt < MAX_ATTEMPTS {
            // A twin is only started where what it is the twin of can be played to its end.
            let (found, mut rollout) = self.start_from(last, attempt)?;
            let found = found.attempt;
            match (0..self.dataset.run.steps()).try_for_each(|_| rollout.attempt_step(None).map(|_| ())) {
                Ok(()) => return Ok(found),
                Err(broken) => reason = broken,
            }
            attempt = found + 1;
        }
        Err(AppError::Hopeless {
            episode,
            attempts: MAX_ATTEMPTS,
            reason,
        })
    }

    fn start_from(&self, episode: u64, first: u32) -> Result<(SeedPath, Rollout), AppError> {
        let mut last = String::new();
        for attempt in first..MAX_ATTEMPTS {
            let seed = SeedPath {
                run: self.dataset.run.spec.seed,
                episode,
                attempt,
            };
            let start = || {
                let mut rollout = self.start(seed)?;
                Ok((rollout.starts_solved(), rollout))
            };
            match quiet::catch(AssertUnwindSafe(start)) {
                Ok(Ok((true, _))) => last = "the task is solved at the start".into(),
                Ok(Ok((false, rollout))) => return Ok((seed, rollout)),
                Ok(Err(Failure::NoFit(reason))) => last = reason,
                Ok(Err(Failure::Final(error))) => return Err(error),
                Err(panic) => last = format!("panic: {panic}"),
            }
        }
        Err(AppError::Hopeless {
            episode,
            attempts: MAX_ATTEMPTS,
            reason: last,
        })
    }
}
