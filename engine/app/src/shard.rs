//! One shard, made by one worker: the unit of work.

use crate::batch::Counters;
use crate::episode::{self, Attempts};
use crate::error::AppError;
use crate::kit::RunKit;
use std::sync::atomic::{AtomicBool, Ordering};
use terrella_exporters::ClosedShard;
use terrella_spec::shards::Shard;

/// Makes a shard up to its commit. Stops between two episodes when `stop` is set; then nothing of it is left.
pub(crate) fn make(
    kit: &RunKit,
    shard: &Shard,
    attempts: &Attempts,
    stop: &AtomicBool,
    counters: &Counters,
) -> Result<ClosedShard, AppError> {
    let mut writer = kit.exporter.start_shard(&kit.dataset, shard)?;
    let mut bad = Vec::new();
    let mut written = 0;
    for number in shard.episodes.clone() {
        if stop.load(Ordering::Relaxed) {
            return Err(AppError::Interrupted);
        }
        let listed = bad.len();
        let episode = match &kit.recorded {
            Some(recorded) => recorded.episode(kit, number, &mut bad)?,
            None => episode::record(kit, number, attempts, &mut bad)?,
        };
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
