//! One shard, made by one worker: the unit of work.

use crate::batch::Counters;
use crate::budget::Budget;
use crate::episode::{self, Attempts};
use crate::error::AppError;
use crate::kit::RunKit;
use std::sync::atomic::{AtomicBool, Ordering};
use terrella_exporters::ClosedShard;
use terrella_record::episode::Episode;
use terrella_spec::shards::Shard;

/// How often an episode's values are in memory while the writer takes them in: as they were recorded, and encoded.
const PASSES: u64 = 2;

/// Makes a shard up to its commit. Stops between two episodes when `stop` is set; then nothing of it is left.
pub(crate) fn make(
    kit: &RunKit,
    shard: &Shard,
    attempts: &Attempts,
    stop: &AtomicBool,
    budget: &Budget,
    counters: &Counters,
) -> Result<ClosedShard, AppError> {
    if kit.records_pictures() {
        kit.drawing.ready()?;
    }
    let mut writer = kit.exporter.start_shard(&kit.dataset, shard)?;
    let mut bad = Vec::new();
    let mut written = 0;
    let mut next = shard.episodes.start;
    while next < shard.episodes.end {
        if stop.load(Ordering::Relaxed) {
            return Err(AppError::Interrupted);
        }
        let numbers = kit.together_with(next);
        next = numbers.end;
        let listed = bad.len();
        let mut held = budget
            .take(kit.dataset.run.spec.together() * PASSES * kit.episode_bytes, stop)
            .ok_or(AppError::Interrupted)?;
        let episodes = match &kit.recorded {
            Some(recorded) => numbers
                .map(|number| recorded.episode(kit, number, &mut bad))
                .collect::<Result<_, _>>()?,
            None => episode::record_together(kit, numbers, attempts, &mut bad, &mut |_| {})?,
        };
        held.settle(PASSES * episodes.iter().map(Episode::bytes).sum::<u64>());
        let mut failed = bad.len() - listed;
        for episode in episodes {
            let success = episode.meta.success;
            writer.write(episode)?;
            counters.episode(
                kit.dataset.run.steps(),
                success,
                std::mem::take(&mut failed),
                writer.bytes_written() - written,
            );
            written = writer.bytes_written();
        }
    }
    Ok(writer.close(bad)?)
}
