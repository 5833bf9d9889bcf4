//! One shard, made by one worker: the unit of work.

use crate::batch::Counters;
use crate::budget::Budget;
use crate::episode::{self, Attempts};
use crate::error::AppError;
use crate::kit::RunKit;
use std::sync::atomic::{AtomicBool, Ordering};
use terrella_exporters::ClosedShard;
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
    for number in shard.episodes.clone() {
        if stop.load(Ordering::Relaxed) {
            return Err(AppError::Interrupted);
        }
        let listed = bad.len();
        let mut held = budget
            .take(PASSES * kit.episode_bytes, stop)
            .ok_or(AppError::Interrupted)?;
        let episode = match &kit.recorded {
            Some(recorded) => recorded.episode(kit, number, &mut bad)?,
            None => episode::record(kit, number, attempts, &mut bad)?,
        };
        held.settle(PASSES * episode.bytes());
        let success = episode.meta.success;
        writer.write(episode)?;
        counters.episode(
            kit.dataset.run.steps(),
            success,
            bad.len() - listed,
            writer.bytes_written() - written,
        );
        written = writer.bytes_written();
    }
    Ok(writer.close(bad)?)
}
