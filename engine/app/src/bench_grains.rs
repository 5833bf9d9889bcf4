//! The physics stress of `terrella bench`: `granular_hopper` with 2,000 grains, on one thread.

use crate::episode::{Attempts, Stage, record_watched};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::registries::Registries;
use std::time::{Duration, Instant};
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorOverride;
use terrella_spec::run::{PolicySpec, RunSpec, WorldSource};

/// Grains in the hopper.
pub const GRAINS: u64 = 2000;
/// Records of a measurement, a twentieth of a second each: the grains fall into a heap, and the gate opens.
pub const RECORDS: u32 = 40;

/// What an episode took.
#[derive(Clone, Copy, Debug)]
pub struct Stress {
    /// Transitions that were made.
    pub transitions: u64,
    /// Steps of the solver that were made for them.
    pub steps: u64,
    /// Mechanisms and solver.
    pub physics: Duration,
    /// All: drawing the world, policy, physics and the columns of numbers; neither pictures nor files.
    pub total: Duration,
}

/// Records an episode of `records` transitions in memory. An error where a guard gave up the world.
pub fn stress(records: u32) -> Result<Stress, AppError> {
    let mut spec = RunSpec::new(WorldSource::Family("granular_hopper".into()));
    (spec.episodes, spec.steps) = (1, Some(records));
    spec.sensors = ["bodies", "mechanisms"].map(String::from).to_vec();
    spec.policies = vec![PolicySpec::new("scripted", 1.0)];
    let count = FactorOverride::Dist(Dist::fixed(GRAINS as f64));
    spec.factors.insert("grain_count".into(), count);
    spec.factors
        .insert("fill_m3".into(), FactorOverride::Dist(Dist::fixed(0.0095)));
    let shape = FactorOverride::Word("ball".into());
    spec.factors.insert("grain_shape".into(), shape);
    let kit = RunKit::resolve(spec, None, "".into(), &Registries::default())?;
    let physics = kit.sample()?.world.physics;

    let mut bad = Vec::new();
    let start = Instant::now();
    let mut last = start;
    let mut spent = Duration::ZERO;
    record_watched(&kit, 0, &Attempts::default(), &mut bad, &mut |stage| {
        let now = Instant::now();
        if stage == Stage::Physics {
            spent += now - last;
        }
        last = now;
    })?;
    if let Some(failed) = bad.first() {
        return Err(AppError::run("granular", failed.reason.clone()));
    }
    let transitions = u64::from(records);
    Ok(Stress {
        transitions,
        steps: transitions * u64::from(physics.step_hz() / kit.dataset.fps),
        physics: spent,
        total: start.elapsed(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_thousand_grains_can_be_measured() {
        let took = stress(2).expect("no guard fires");
        assert_eq!((took.transitions, took.steps), (2, 24));
        assert!(Duration::ZERO < took.physics && took.physics < took.total);
    }
}
