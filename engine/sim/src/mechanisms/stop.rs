//! A stop that somebody presses: the belts that name it halt.

use super::{Act, Scope, Signal};
use crate::action::ActionChannel;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stop {
    command: f32,
}

impl Act for Stop {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![ActionChannel::new(name, "pressed", "", 0.0, 1.0)]
    }

    fn act(&mut self, _: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        self.command = inputs[0];
        Signal {
            active: self.command >= 0.5,
            reach: None,
            ..Signal::default()
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.command]
    }

    fn shown(&self) -> f32 {
        f32::from(self.command >= 0.5)
    }
}
