//! The bodies that a liquid touches: how fast they go, and what the liquid gives back to them.

use super::four::Four;
use glam::Vec3;
use rapier3d::dynamics::{RigidBody, RigidBodyHandle};
use rapier3d::math::AngularInertia;
use rapier3d::pipeline::PhysicsWorld;

/// A body for the length of one step.
#[derive(Debug)]
pub(super) struct Mover {
    pub(super) handle: RigidBodyHandle,
    /// About which it turns, m: its centre of mass, or a kinematic body's origin.
    pub(super) center: Vec3,
    /// Velocity there at the end of the step, m/s.
    pub(super) linear: Vec3,
    /// Angular velocity, rad/s.
    pub(super) angular: Vec3,
    /// What it can be pushed by, 1/kg and 1/(kg m^2); none for what forces do not move.
    pub(super) free: Option<(Vec3, AngularInertia)>,
    /// Whether it neither moves nor can be pushed.
    pub(super) is_still: bool,
    /// Velocities before the liquid pushed.
    before: [Vec3; 2],
}

impl Mover {
    pub(super) fn new(physics: &PhysicsWorld, handle: RigidBodyHandle) -> Mover {
        let body = &physics.bodies[handle];
        let dt = physics.integration_parameters.dt;
        let (center, linear, angular, free) = if body.is_dynamic() {
            // The solver adds gravity after the liquid has pushed: what holds a floater up holds against that.
            let falls = physics.gravity * (body.gravity_scale() * dt);
            let mass = body.mass_properties();
            // A link of reduced joints keeps its velocities elsewhere: the liquid sees it move and cannot push it.
            let reduced = physics.multibody_joints.rigid_body_link(handle).is_some();
            let free = (!reduced).then_some((mass.effective_inv_mass, mass.effective_world_inv_inertia));
            (body.center_of_mass(), body.linvel() + falls, body.angvel(), free)
        } else if body.is_kinematic() {
            let (linear, angular) = kinematic(body, 1.0 / dt);
            (body.translation(), linear, angular, None)
        } else {
            (body.translation(), Vec3::ZERO, Vec3::ZERO, None)
        };
        Mover {
            handle,
            center,
            linear,
            angular,
            free,
            is_still: free.is_none() && linear == Vec3::ZERO && angular == Vec3::ZERO,
            before: [linear, angular],
        }
    }

    /// Velocity at an arm from its centre, m/s; w is 0.
    pub(super) fn velocity_at(&self, arm: Vec3) -> Four {
        if self.is_still {
            Four::default()
        } else {
            Four::new(self.linear + self.angular.cross(arm))
        }
    }

    /// By how much the velocity at this arm along a unit direction grows with an impulse of 1 N s along it, 1/kg.
    pub(super) fn mobility(&self, arm: Vec3, way: Vec3) -> f32 {
        self.free.map_or(0.0, |(inv_mass, inv_inertia)| {
            let turn = arm.cross(way);
            (inv_mass * way).dot(way) + turn.dot(inv_inertia * turn)
        })
    }

    /// Takes an impulse, N s.
    #[inline]
    pub(super) fn push(&mut self, arm: Vec3, impulse: Vec3) {
        if let Some((inv_mass, inv_inertia)) = self.free {
            self.linear += inv_mass * impulse;
            self.angular += inv_inertia * arm.cross(impulse);
        }
    }

    /// Gives the body what the liquid gave.
    pub(super) fn apply(&self, physics: &mut PhysicsWorld) {
        let [linear, angular] = [self.linear - self.before[0], self.angular - self.before[1]];
        if self.free.is_none() || (linear == Vec3::ZERO && angular == Vec3::ZERO) {
            return;
        }
        let body = &mut physics.bodies[self.handle];
        body.set_linvel(body.linvel() + linear, false);
        body.set_angvel(body.angvel() + angular, false);
    }
}

/// The velocities that bring a kinematic body to its next pose within a step.
fn kinematic(body: &RigidBody, per_step: f32) -> (Vec3, Vec3) {
    let (now, next) = (body.position(), body.next_position());
    let turn = next.rotation * now.rotation.inverse();
    let turn = if turn.w < 0.0 { -turn } else { turn };
    // A turn within a step is small: the sine of half an angle is half the angle.
    let angular = Vec3::new(turn.x, turn.y, turn.z) * (2.0 * per_step);
    ((next.translation - now.translation) * per_step, angular)
}
