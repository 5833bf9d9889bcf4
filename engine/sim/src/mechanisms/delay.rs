//! Commands on their way: what a mechanism is told now, it does some steps later.

use super::Names;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Delay {
    secs: f32,
    /// The commands on their way, the oldest first; those of one step stand side by side.
    waiting: VecDeque<f32>,
}

impl Delay {
    /// A delay as the field `delay_secs` of a mechanism says.
    pub(super) fn new(names: &Names<'_>, secs: f32) -> Result<Self, LaneError> {
        if !(0.0..=1.0).contains(&secs) {
            let reason = format!("wants 0 to 1 s, not {secs}");
            return Err(LaneError::invalid(names.place("delay_secs"), reason));
        }
        let waiting = VecDeque::new();
        Ok(Delay { secs, waiting })
    }

    /// Takes the commands of this step and gives those that arrive in it: zeros before the first ones do.
    pub(super) fn pass(&mut self, dt_secs: f32, commands: &[f32]) -> Vec<f32> {
        let steps = (self.secs / dt_secs).round() as usize;
        self.waiting.resize(steps * commands.len(), 0.0);
        self.waiting.extend(commands);
        self.waiting.drain(..commands.len()).collect()
    }

    /// The commands on their way, the oldest first.
    pub(super) fn waiting(&self) -> &VecDeque<f32> {
        &self.waiting
    }
}
