//! Stiction: friction that is greater at rest than in motion, which a solver with one coefficient does not have.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stiction {
    body: usize,
    /// Of its material, moving and at rest.
    friction: [f32; 2],
    below_mps: f32,
    rests: bool,
}

impl Stiction {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Stiction {
            body,
            static_friction,
            below_mps,
        } = mechanism
        else {
            unreachable!("called for stiction");
        };
        let body = names.body("body", body)?;
        let kinetic = names.world.bodies[body].material.friction;
        if *static_friction < kinetic {
            return Err(LaneError::invalid(
                names.place("static_friction"),
                format!("must not be less than the friction of the body's material, {kinetic}"),
            ));
        }
        Ok(Stiction {
            body,
            friction: [kinetic, *static_friction],
            below_mps: *below_mps,
            rests: false,
        })
    }
}

impl Act for Stiction {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let body = &scope.physics.bodies[scope.bodies[self.body]];
        let rests = body.linvel().length() < self.below_mps;
        if rests != self.rests {
            self.rests = rests;
            for collider in body.colliders().to_vec() {
                scope.physics.colliders[collider].set_friction(self.friction[usize::from(rests)]);
            }
        }
        Signal::default()
    }

    fn shown(&self) -> f32 {
        f32::from(u8::from(self.rests))
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), 0.0, 0.0]
    }
}
