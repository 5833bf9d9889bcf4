//! Signals: the first one asks for a safe stop, the second one ends the process at once.
//!
//! A safe point is reached between two episodes. Where that takes too long (an episode of hours, a disk that hangs), the
//! process leaves all the same: a run can be killed at any moment, and only what is not finished is made anew.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

/// How long a safe point is waited for: a second less than is promised.
const PATIENCE: Duration = Duration::from_secs(9);

/// What signals set.
pub struct Signals {
    /// Stop at the next safe point.
    pub stop: Arc<AtomicBool>,
    /// The signal that came; 0 while none has.
    pub number: Arc<AtomicUsize>,
}

/// Watches for signals from now on. `too_late` is called when no safe point was reached in time; then the process leaves.
pub fn watch(too_late: impl FnOnce() + Send + 'static) -> std::io::Result<Signals> {
    let signals = Signals {
        stop: Arc::default(),
        number: Arc::default(),
    };
    for number in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(number, 128 + number, signals.stop.clone())?;
        // The number first: who sees `stop` asks for it.
        flag::register_usize(number, signals.number.clone(), number as usize)?;
        flag::register(number, signals.stop.clone())?;
    }
    let mut first = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            if let Some(number) = first.forever().next() {
                std::thread::sleep(PATIENCE);
                too_late();
                std::process::exit(128 + number);
            }
        })?;
    Ok(signals)
}
