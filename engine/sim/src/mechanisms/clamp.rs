//! A clamp holds bodies while another mechanism is active: what is to start together with what a grip lets go.

use super::weld::weld;
use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use rapier3d::dynamics::{ImpulseJointHandle, RigidBodyHandle};
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Clamp {
    /// The mechanism that it holds with.
    mechanism: usize,
    /// The welds; none once it has let go.
    welds: Vec<ImpulseJointHandle>,
}

impl Clamp {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Clamp {
            body,
            holds,
            mechanism: other,
        } = mechanism
        else {
            unreachable!("called for a clamp");
        };
        let holder = names.body("body", body)?;
        let mut welds = Vec::with_capacity(holds.len());
        for name in holds {
            let index = names.body("holds", name)?;
            if index == holder || names.world.bodies[index].motion != Motion::Dynamic {
                let reason = format!("`{name}` must be another body with motion = \"dynamic\"");
                return Err(LaneError::invalid(names.place("holds"), reason));
            }
            welds.push(weld(physics, bodies[holder], bodies[index]));
        }
        let mechanism = names.mechanism("mechanism", other)?;
        Ok(Clamp { mechanism, welds })
    }
}

impl Act for Clamp {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        if !scope.signals[self.mechanism].active {
            for weld in self.welds.drain(..) {
                scope.physics.remove_impulse_joint(weld);
            }
        }
        Signal {
            active: !self.welds.is_empty(),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        self.welds.len() as f32
    }
}
