//! A strike gives a resting body an impulse: a cue, a bat, a kick.

use super::{Act, Names, Scope, Signal, letter};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Strike {
    body: usize,
    axes: Vec<usize>,
    max_impulse: f32,
    min_impulse: f32,
    rest_speed: f32,
    strikes: u32,
}

impl Strike {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Strike {
            body,
            axes,
            max_impulse_ns,
            min_impulse_ns,
            rest_speed_mps,
        } = mechanism
        else {
            unreachable!("called for a strike");
        };
        Ok(Strike {
            body: names.body("body", body)?,
            axes: names.axes(axes)?,
            max_impulse: *max_impulse_ns,
            min_impulse: *min_impulse_ns,
            rest_speed: *rest_speed_mps,
            strikes: 0,
        })
    }
}

impl Act for Strike {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        self.axes
            .iter()
            .map(|axis| {
                ActionChannel::symmetric(name, &format!("j{}", letter(*axis)), "N s", self.max_impulse)
            })
            .collect()
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let mut impulse = Vec3::ZERO;
        for (axis, value) in self.axes.iter().zip(inputs) {
            impulse[*axis] = *value;
        }
        // Each channel has the whole range; aslant they would add up to more.
        let impulse = impulse.clamp_length_max(self.max_impulse);
        let body = &mut scope.physics.bodies[scope.bodies[self.body]];
        // The struck body moves at the next physics step, so one command strikes once.
        if impulse.length() >= self.min_impulse && body.linvel().length() < self.rest_speed {
            body.apply_impulse(impulse, true);
            self.strikes += 1;
        }
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.strikes as f32
    }
}
