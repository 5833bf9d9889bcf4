//! Two bodies attract each other along the line between their centres of mass, as charges do.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attraction {
    bodies: [usize; 2],
    strength: f32,
    max_force: f32,
    /// N, above 0 where they attract.
    force: f32,
}

impl Attraction {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Attraction {
            bodies: [first, second],
            strength_nm2,
            max_force_n,
        } = mechanism
        else {
            unreachable!("called for an attraction")
        };
        let bodies = [names.body("bodies", first)?, names.body("bodies", second)?];
        if bodies[0] == bodies[1] {
            return Err(LaneError::invalid(
                names.place("bodies"),
                format!("`{first}` cannot attract itself"),
            ));
        }
        Ok(Attraction {
            bodies,
            strength: *strength_nm2,
            max_force: *max_force_n,
            force: 0.0,
        })
    }
}

impl Act for Attraction {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let [first, second] = self.bodies.map(|index| scope.bodies[index]);
        let bodies = &mut scope.physics.bodies;
        let apart = bodies[second].center_of_mass() - bodies[first].center_of_mass();
        let squared = apart.length_squared().max(1e-12);
        self.force = (self.strength / squared).clamp(-self.max_force, self.max_force);
        let pull = apart * (self.force / squared.sqrt());
        bodies[first].add_force(pull, true);
        bodies[second].add_force(-pull, true);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.force
    }
}
