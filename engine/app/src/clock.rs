//! Time on processors: what a process that is stopped, or waits for others, does not spend.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// How long this process's threads have been on processors.
pub(crate) fn process() -> Duration {
    spent(ClockId::ProcessCPUTime)
}

/// How long this thread has been on a processor.
pub(crate) fn thread() -> Duration {
    spent(ClockId::ThreadCPUTime)
}

fn spent(clock: ClockId) -> Duration {
    let spent = clock_gettime(clock);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}
