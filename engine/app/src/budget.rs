//! The byte budget between lanes and writers.
//!
//! A worker holds one episode from its first record until the writer has taken it in. With many workers, or large
//! pictures, that is all the memory a run needs: so each worker asks here before it begins an episode, and waits while
//! the others hold too much. It asks for what an episode is thought to need and then says what it did need.
//!
//! **Invariant:** what is held never exceeds the budget, but for an episode that is larger than all of it: that one is
//! made alone. **Invariant:** a budget changes when an episode is made, never what is made.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a worker that waits looks whether it was asked to stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// Bytes that all workers together may hold.
#[derive(Debug)]
pub(crate) struct Budget {
    total: u64,
    held: Mutex<u64>,
    freed: Condvar,
}

/// Bytes that one worker holds; given back when dropped.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Budget {
    pub(crate) fn new(total: u64) -> Self {
        Budget {
            total,
            held: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// Waits until there is room for this much, or nobody else holds anything. None when asked to stop meanwhile.
    pub(crate) fn take(&self, bytes: u64, stop: &AtomicBool) -> Option<Held<'_>> {
        let mut held = self.lock();
        while *held > 0 && held.saturating_add(bytes) > self.total {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            held = self
                .freed
                .wait_timeout(held, PATIENCE)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        *held += bytes;
        Some(Held { budget: self, bytes })
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        // A worker that panicked gave back what it held.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held<'_> {
    /// Corrects what is held to what is needed in truth.
    pub(crate) fn settle(&mut self, bytes: u64) {
        let mut held = self.budget.lock();
        *held = *held - self.bytes + bytes;
        self.bytes = bytes;
        self.budget.freed.notify_all();
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.budget.lock() -= self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn many_workers_never_hold_more_than_the_budget_and_all_get_their_turn() {
        let budget = Budget::new(100);
        let (held, peak, turns) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for worker in 0..8_u64 {
                let (budget, held, peak, turns) = (&budget, &held, &peak, &turns);
                scope.spawn(move || {
                    for turn in 0..200 {
                        let bytes = 10 + (worker * 7 + turn) % 50;
                        let taken = budget.take(bytes, &AtomicBool::new(false)).expect("nobody stops");
                        let now = held.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        peak.fetch_max(now, Ordering::SeqCst);
                        turns.fetch_add(1, Ordering::SeqCst);
                        held.fetch_sub(bytes, Ordering::SeqCst);
                        drop(taken);
                    }
                });
            }
        });
        assert_eq!(turns.into_inner(), 8 * 200);
        assert!(peak.into_inner() <= 100);
        assert_eq!(*budget.lock(), 0);
    }

    #[test]
    fn what_is_larger_than_the_budget_is_made_alone() {
        let budget = Budget::new(100);
        let on = AtomicBool::new(false);
        let large = budget.take(1000, &on).expect("nobody else holds anything");
        assert!(
            budget.take(1, &AtomicBool::new(true)).is_none(),
            "stopped while waiting"
        );
        drop(large);
        assert!(budget.take(1, &on).is_some());
    }

    #[test]
    fn room_that_was_not_needed_is_given_to_others() {
        let budget = Budget::new(100);
        let stopped = AtomicBool::new(true);
        let mut first = budget.take(90, &stopped).expect("nobody else holds anything");
        assert!(budget.take(20, &stopped).is_none());
        first.settle(60);
        assert!(budget.take(20, &stopped).is_some());
    }
}
