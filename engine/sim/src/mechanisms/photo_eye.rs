//! A photo-eye tells whether something is in its beam, and counts how often something came into it.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::Ray;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FaultKind, Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PhotoEye {
    from: Vec3,
    to: Vec3,
    sees: Vec<usize>,
    /// What it reports.
    blocked: bool,
    /// How often it has become blocked.
    count: u32,
    stuck: bool,
}

impl PhotoEye {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::PhotoEye { from_m, to_m, sees } = mechanism else {
            unreachable!("called for a photo-eye")
        };
        let bodies = &names.world.bodies;
        let sees = if sees.is_empty() {
            let moving = |index: &usize| bodies[*index].motion == Motion::Dynamic;
            (0..bodies.len()).filter(moving).collect()
        } else {
            let find = |name: &String| names.body("sees", name);
            sees.iter().map(find).collect::<Result<_, _>>()?
        };
        Ok(PhotoEye {
            from: (*from_m).into(),
            to: (*to_m).into(),
            sees,
            blocked: false,
            count: 0,
            stuck: false,
        })
    }

    fn look(&mut self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) {
        if self.stuck {
            return;
        }
        let ray = Ray::new(self.from, self.to - self.from);
        let before = self.blocked;
        self.blocked = self.sees.iter().any(|index| {
            let mut colliders = physics.bodies[bodies[*index]].colliders().iter();
            colliders.any(|handle| {
                let collider = &physics.colliders[*handle];
                collider.shape().intersects_ray(collider.position(), &ray, 1.0)
            })
        });
        self.count += u32::from(self.blocked && !before);
    }
}

impl Act for PhotoEye {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.stuck = scope.faults.has(FaultKind::Stuck);
        self.look(scope.physics, scope.bodies);
        Signal {
            active: self.blocked,
            reach: None,
            ..Signal::default()
        }
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.look(seen.physics, seen.bodies);
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![f32::from(self.blocked), self.count as f32]
    }

    fn shown(&self) -> f32 {
        f32::from(self.blocked)
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.count as f32, 0.0]
    }
}
