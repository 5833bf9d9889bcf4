//! The workload of `terrella bench --families`: each family's own preset on one thread, and what its time goes into.

use crate::episode::{Attempts, Stage, record_watched};
use crate::error::AppError;
use crate::kit::RunKit;
use std::time::{Duration, Instant};

/// What the episodes of a family took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Transitions that were made.
    pub transitions: u64,
    /// Drawing and making worlds, policies and tasks.
    pub making: Duration,
    /// Policies and tasks, with the physics of experts that look ahead in copies of the world.
    pub acting: Duration,
    /// Mechanisms and solver.
    pub physics: Duration,
    /// Columns of numbers, and digests.
    pub sensing: Duration,
    /// Pictures.
    pub rendering: Duration,
    /// Encoding, compressing and writing a closed shard.
    pub writing: Duration,
}

impl Spent {
    /// All of it.
    pub fn total(&self) -> Duration {
        self.making + self.acting + self.physics + self.sensing + self.rendering + self.writing
    }

    fn stage(&mut self, stage: Stage) -> &mut Duration {
        match stage {
            Stage::Making => &mut self.making,
            Stage::Acting => &mut self.acting,
            Stage::Physics => &mut self.physics,
            Stage::Sensing => &mut self.sensing,
            Stage::Rendering => &mut self.rendering,
        }
    }
}

/// Makes the first shard of a run on this thread, as a worker does, and leaves it uncommitted.
pub fn spent(kit: &RunKit) -> Result<Spent, AppError> {
    let shard = &kit.shards[0];
    let attempts = Attempts::default();
    let mut bad = Vec::new();
    let mut spent = Spent::default();
    let mut last = Instant::now();
    let mut writer = kit.exporter.start_shard(&kit.dataset, shard)?;
    for episode in shard.episodes.clone() {
        spent.writing += last.elapsed();
        last = Instant::now();
        let made = record_watched(kit, episode, &attempts, &mut bad, &mut |stage| {
            let now = Instant::now();
            *spent.stage(stage) += now - last;
            last = now;
        })?;
        // Columns are put together at the end.
        spent.sensing += last.elapsed();
        last = Instant::now();
        writer.write(made)?;
        spent.transitions += u64::from(kit.dataset.run.steps());
    }
    drop(writer.close(bad)?);
    spent.writing += last.elapsed();
    Ok(spent)
}
