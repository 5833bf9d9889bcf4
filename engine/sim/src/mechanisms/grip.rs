//! A grip holds a body by a weld: suction, a magnet, a hand.

use super::weld::weld;
use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::distance_to;
use glam::Vec3;
use rapier3d::dynamics::{ImpulseJointHandle, RigidBodyHandle};
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grip {
    holder: usize,
    point: Vec3,
    reach: f32,
    candidates: Vec<usize>,
    held: Option<(usize, ImpulseJointHandle)>,
}

impl Grip {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Grip {
            body,
            point_m,
            reach_m,
            holds,
            holding,
        } = mechanism
        else {
            unreachable!("called for a grip");
        };
        let holder = names.body("body", body)?;
        let candidates = if holds.is_empty() {
            let dynamic = |(index, (_, body)): (usize, (&String, &terrella_spec::world::Body<f32>))| {
                (body.motion == Motion::Dynamic && index != holder).then_some(index)
            };
            names
                .world
                .bodies
                .iter()
                .enumerate()
                .filter_map(dynamic)
                .collect()
        } else {
            holds
                .iter()
                .map(|name| names.body("holds", name))
                .collect::<Result<Vec<_>, _>>()?
        };
        let mut grip = Grip {
            holder,
            point: (*point_m).into(),
            reach: *reach_m,
            candidates,
            held: None,
        };
        if let Some(name) = holding {
            let target = names.body("holding", name)?;
            grip.weld(physics, bodies, target);
        }
        Ok(grip)
    }

    /// Welds a body to the holder as the two stand now.
    fn weld(&mut self, physics: &mut PhysicsWorld, bodies: &[RigidBodyHandle], target: usize) {
        self.held = Some((target, weld(physics, bodies[self.holder], bodies[target])));
    }
}

impl Act for Grip {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![ActionChannel::new(name, "hold", "", 0.0, 1.0)]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let wants = inputs[0] >= 0.5;
        match self.held {
            Some((_, joint)) if !wants => {
                scope.physics.remove_impulse_joint(joint);
                self.held = None;
            }
            None if wants => {
                let point = *scope.physics.bodies[scope.bodies[self.holder]].position() * self.point;
                let nearest = self
                    .candidates
                    .iter()
                    .map(|index| (distance_to(scope.physics, scope.bodies[*index], point), *index))
                    .filter(|(distance, _)| *distance <= self.reach)
                    .min_by(|one, other| one.0.total_cmp(&other.0));
                if let Some((_, target)) = nearest {
                    self.weld(scope.physics, scope.bodies, target);
                }
            }
            _ => {}
        }
        Signal {
            active: self.held.is_some(),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.held.is_some() { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        [self.held.map_or(-1.0, |(target, _)| target as f32), 0.0, 0.0]
    }

    fn held(&self) -> Option<usize> {
        self.held.map(|(target, _)| target)
    }
}
