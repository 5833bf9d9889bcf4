//! Commands as a fault lets them through: what is stuck holds the last one that it had.

use serde::{Deserialize, Serialize};
use terrella_spec::world::FaultKind;

use crate::telemetry::Faults;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Command {
    /// The commands that are followed.
    followed: Vec<f32>,
    stuck: bool,
}

impl Command {
    /// Takes the commands of this step and gives those that are followed.
    pub(super) fn take(&mut self, faults: &Faults, commands: &[f32]) -> &[f32] {
        self.stuck = faults.has(FaultKind::Stuck);
        if !self.stuck {
            self.followed.clear();
            self.followed.extend_from_slice(commands);
        }
        self.followed.resize(commands.len(), 0.0);
        &self.followed
    }

    /// What the future depends on: a command that is held.
    pub(super) fn waiting(&self) -> &[f32] {
        if self.stuck { &self.followed } else { &[] }
    }
}
