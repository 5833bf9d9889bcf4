//! A ram pushes with two sliders, one riding on the other, by velocity and with a strength that is commanded too.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism, Motor};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ram {
    sliders: [usize; 2],
    max_speed: f32,
    max_force: f32,
}

impl Ram {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Ram {
            sliders,
            max_speed_mps,
            max_force_n,
        } = mechanism
        else {
            unreachable!("called for a ram")
        };
        let slider = |name: &String| {
            let index = names.joint("sliders", name)?;
            match names.world.joints[index].freedom {
                Freedom::Slider { .. } => Ok(index),
                _ => Err(LaneError::invalid(
                    names.place("sliders"),
                    format!("`{name}` must be a slider"),
                )),
            }
        };
        Ok(Ram {
            sliders: [slider(&sliders[0])?, slider(&sliders[1])?],
            max_speed: *max_speed_mps,
            max_force: *max_force_n,
        })
    }
}

impl Act for Ram {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![
            ActionChannel::symmetric(name, "vx", "m/s", self.max_speed),
            ActionChannel::symmetric(name, "vy", "m/s", self.max_speed),
            ActionChannel::new(name, "force", "N", 0.0, self.max_force),
        ]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        for (slider, velocity) in self.sliders.iter().zip(inputs) {
            let motor = Motor {
                target_position: 0.0,
                target_velocity: *velocity,
                stiffness: 0.0,
                // Full effort at a tenth of the largest velocity's error, whatever strength is commanded.
                damping: 10.0 * self.max_force / self.max_speed.max(1e-6),
                max_force: inputs[2],
            };
            scope.joints[*slider].drive(scope.physics, &motor);
        }
        Signal::default()
    }

    fn shown(&self) -> f32 {
        0.0
    }
}
