//! Welds: how what is held hangs on what holds it.

use rapier3d::dynamics::{FixedJointBuilder, ImpulseJointHandle, RigidBodyHandle};
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;

/// Welds a body to its holder as the two stand now; they no longer touch each other.
pub(super) fn weld(
    physics: &mut PhysicsWorld,
    holder: RigidBodyHandle,
    child: RigidBodyHandle,
) -> ImpulseJointHandle {
    let relative = physics.bodies[holder].position().inverse() * *physics.bodies[child].position();
    let joint = FixedJointBuilder::new()
        .local_frame1(relative)
        .local_frame2(Pose::IDENTITY)
        .contacts_enabled(false);
    physics.insert_impulse_joint(holder, child, joint)
}
