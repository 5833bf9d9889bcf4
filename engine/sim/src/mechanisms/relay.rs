//! A relay is active while one of several mechanisms is, and for a while from the start.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Relay {
    of: Vec<usize>,
    from_start_secs: f32,
    /// Physics steps so far: a time that does not drift.
    steps: u32,
    active: bool,
}

impl Relay {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Relay { of, from_start_secs } = mechanism else {
            unreachable!("called for a relay");
        };
        names.zero_or_more("from_start_secs", *from_start_secs)?;
        Ok(Relay {
            of: of
                .iter()
                .map(|name| names.mechanism("of", name))
                .collect::<Result<_, _>>()?,
            from_start_secs: *from_start_secs,
            steps: 0,
            active: *from_start_secs > 0.0,
        })
    }
}

impl Act for Relay {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let now = self.steps as f32 * scope.dt_secs();
        self.steps += 1;
        let begun = now < self.from_start_secs;
        self.active = begun || self.of.iter().any(|index| scope.signals[*index].active);
        Signal {
            active: self.active,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.active { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.steps as f32, 0.0]
    }
}
