//! A gauge tells which share of a liquid is in a box of a body's frame: how full a cup is.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::pose_of;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Gauge {
    liquid: usize,
    body: usize,
    low_m: [f32; 3],
    high_m: [f32; 3],
    share: f32,
}

impl Gauge {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Gauge {
            liquid,
            body,
            low_m,
            high_m,
        } = mechanism
        else {
            unreachable!("called for a gauge");
        };
        let index = names.world.liquids.get_index_of(liquid);
        Ok(Gauge {
            liquid: index.ok_or_else(|| LaneError::missing(names.place("liquid"), "liquid", liquid))?,
            body: names.body("body", body)?,
            low_m: *low_m,
            high_m: *high_m,
            share: 0.0,
        })
    }
}

impl Act for Gauge {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        let liquid = &seen.liquids[self.liquid];
        let frame = pose_of(&seen.states[self.body]);
        let inside = liquid.particles_in(&frame, self.low_m, self.high_m);
        self.share = inside as f32 / liquid.positions.len() as f32;
    }

    fn shown(&self) -> f32 {
        self.share
    }
}
