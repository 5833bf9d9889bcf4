//! The lift of a body that spins as it flies, across its way: the Magnus effect, linear in spin and speed as for a ball that
//! spins slowly (Rubinow and Keller, "The transverse force on a spinning sphere moving in a viscous fluid", J. Fluid Mech. 11, 1961).

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SpinLift {
    body: usize,
    share: f32,
    force: f32,
}

impl SpinLift {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::SpinLift { body, share } = mechanism else {
            unreachable!("called for a spin lift");
        };
        let index = names.body("body", body)?;
        if names.world.bodies[index].motion != Motion::Dynamic {
            let reason = format!("`{body}` must have motion = \"dynamic\"");
            return Err(LaneError::invalid(names.place("body"), reason));
        }
        names.zero_or_more("share", *share)?;
        Ok(SpinLift {
            body: index,
            share: *share,
            force: 0.0,
        })
    }
}

impl Act for SpinLift {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let body = &mut scope.physics.bodies[scope.bodies[self.body]];
        let force = self.share * body.mass() * body.angvel().cross(body.linvel());
        body.add_force(force, true);
        self.force = force.length();
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.force
    }
}
