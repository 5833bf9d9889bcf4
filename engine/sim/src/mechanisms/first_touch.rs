//! By which of several others a body is touched first.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FirstTouch {
    body: usize,
    by: Vec<usize>,
    /// Which of the others it was, counted from 1; 0 while there was none.
    first: u16,
}

impl FirstTouch {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::FirstTouch { body, by } = mechanism else {
            unreachable!("called for a first touch");
        };
        let by = by.iter().map(|name| names.body("by", name));
        Ok(FirstTouch {
            body: names.body("body", body)?,
            by: by.collect::<Result<_, _>>()?,
            first: 0,
        })
    }

    /// Looks at what pushes on the body since the last physics step.
    fn look(&mut self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) {
        if self.first != 0 {
            return;
        }
        let touched = touched(physics, bodies[self.body]);
        let numbered = (1u16..).zip(&self.by);
        let mut found = numbered.filter(|(_, other)| touched.contains(&bodies[**other]));
        self.first = found.next().map_or(0, |(number, _)| number);
    }
}

/// The bodies that push on a body.
fn touched(physics: &PhysicsWorld, body: RigidBodyHandle) -> Vec<RigidBodyHandle> {
    let mut touched = Vec::new();
    for collider in physics.bodies[body].colliders() {
        for pair in physics.narrow_phase.contact_pairs_with(*collider) {
            let points = pair
                .solver_manifolds()
                .iter()
                .flat_map(|manifold| &manifold.points);
            // What is only near has a contact too, without an impulse.
            if points.map(|point| point.data.impulse).sum::<f32>() <= 0.0 {
                continue;
            }
            for handle in [pair.collider1, pair.collider2] {
                touched.extend(physics.colliders[handle].parent().filter(|other| *other != body));
            }
        }
    }
    touched
}

impl Act for FirstTouch {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.look(scope.physics, scope.bodies);
        Signal {
            active: self.first != 0,
            ..Signal::default()
        }
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.look(seen.physics, seen.bodies);
    }

    fn shown(&self) -> f32 {
        f32::from(self.first)
    }
}
