//! What acts on bodies from outside of the solver, gathered over the physics steps of a record: mechanisms, liquids, hands.
//!
//! With the contacts it tells what else there is in a body's motion: the forces of joints.

use crate::contacts::touches;
use crate::joints::{Handle, LaneJoint};
use crate::softs::SOFT;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;

/// Impulses from outside since the last record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pushes {
    /// On each body, N s; nothing on those that forces do not move.
    pub(crate) impulses_ns: Vec<Vec3>,
    /// Velocities of the bodies before anything acted in this physics step, m/s.
    before_mps: Vec<Vec3>,
}

impl Pushes {
    /// Begins a record.
    pub(crate) fn clear(&mut self, bodies: usize) {
        self.impulses_ns.clear();
        self.impulses_ns.resize(bodies, Vec3::ZERO);
    }

    /// Begins a physics step, before anything acts.
    pub(crate) fn begin(&mut self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) {
        self.before_mps.clear();
        let velocities = bodies.iter().map(|handle| physics.bodies[*handle].linvel());
        self.before_mps.extend(velocities);
    }

    /// Adds what has acted since then: velocities that were changed, and forces that the solver is about to integrate.
    pub(crate) fn add(&mut self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) {
        let dt_secs = physics.integration_parameters.dt;
        let each = self.impulses_ns.iter_mut().zip(&self.before_mps);
        for (handle, (impulse, before)) in bodies.iter().zip(each) {
            let body = &physics.bodies[*handle];
            if body.is_dynamic() {
                *impulse += body.mass() * (body.linvel() - *before) + body.user_force() * dt_secs;
            }
        }
    }
}

/// The bodies that the solver joins beside the joints of the plan, as a grip does; none is the fixed world.
pub(crate) fn other_links(
    physics: &PhysicsWorld,
    bodies: &[RigidBodyHandle],
    joints: &[LaneJoint],
) -> Vec<[Option<usize>; 2]> {
    let is_planned = |found| joints.iter().any(|joint| joint.handle == Handle::Impulse(found));
    let index = |handle| bodies.iter().position(|own| *own == handle);
    let others = physics
        .impulse_joints
        .iter()
        .filter(|(handle, _)| !is_planned(*handle));
    others
        .map(|(_, joint)| [joint.body1(), joint.body2()].map(index))
        .collect()
}

/// True where a soft body touches a body.
pub(crate) fn touches_soft(physics: &PhysicsWorld, body: RigidBodyHandle) -> bool {
    let found = touches(physics, body);
    found.iter().any(|(other, _)| *other == SOFT as usize)
}
