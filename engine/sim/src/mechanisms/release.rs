//! A release lets bodies hang in the air until their times come.

use super::{Act, Names, Scope, Signal, waiting};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::{LockedAxes, RigidBodyHandle};
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Hung {
    body: usize,
    at_secs: f32,
    linear: Vec3,
    angular: Vec3,
    falls: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Release {
    hung: Vec<Hung>,
    /// Physics steps so far: a time that does not drift.
    steps: u32,
}

impl Release {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Release {
            bodies: list,
            at_secs,
        } = mechanism
        else {
            unreachable!("called for a release");
        };
        names.one_for_each("at_secs", at_secs.len(), "time", list.len(), "bodies")?;
        for secs in at_secs {
            names.zero_or_more("at_secs", *secs)?;
        }
        let held = waiting::hold(names, "bodies", list, bodies, physics)?;
        let hang = |(index, secs): (usize, &f32)| {
            let body = &mut physics.bodies[bodies[index]];
            let (linear, angular) = (body.linvel(), body.angvel());
            // What is locked would go on with the velocity it has.
            body.set_linvel(Vec3::ZERO, false);
            body.set_angvel(Vec3::ZERO, false);
            Hung {
                body: index,
                at_secs: *secs,
                linear,
                angular,
                falls: false,
            }
        };
        Ok(Release {
            hung: held.into_iter().zip(at_secs).map(hang).collect(),
            steps: 0,
        })
    }

    fn falling(&self) -> f32 {
        self.hung.iter().filter(|hung| hung.falls).count() as f32
    }
}

impl Act for Release {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let now = self.steps as f32 * scope.dt_secs();
        self.steps += 1;
        for hung in self
            .hung
            .iter_mut()
            .filter(|hung| !hung.falls && hung.at_secs <= now)
        {
            hung.falls = true;
            let body = &mut scope.physics.bodies[scope.bodies[hung.body]];
            body.set_locked_axes(LockedAxes::empty(), true);
            body.set_linvel(hung.linear, true);
            body.set_angvel(hung.angular, true);
        }
        Signal {
            active: self.hung.iter().all(|hung| hung.falls),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        self.falling()
    }

    fn memory(&self) -> [f32; 3] {
        [self.falling(), self.steps as f32, 0.0]
    }
}
