//! Bodies that wait: they stand still where they are, whatever pushes them, until they are set free somewhere.

use super::Names;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::{LockedAxes, RigidBodyHandle};
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;
use terrella_spec::world::Motion;

/// Finds dynamic bodies by name and lets them wait.
pub(super) fn hold(
    names: &Names<'_>,
    field: &str,
    list: &[String],
    bodies: &[RigidBodyHandle],
    physics: &mut PhysicsWorld,
) -> Result<Vec<usize>, LaneError> {
    let mut held = Vec::with_capacity(list.len());
    for name in list {
        let index = names.body(field, name)?;
        if names.world.bodies[index].motion != Motion::Dynamic {
            return Err(LaneError::invalid(
                names.place(field),
                format!("`{name}` must have motion = \"dynamic\""),
            ));
        }
        physics.bodies[bodies[index]].set_locked_axes(LockedAxes::all(), true);
        held.push(index);
    }
    Ok(held)
}

/// Sets a waiting body free at a place, with a velocity. Its orientation stays.
pub(super) fn release(physics: &mut PhysicsWorld, body: RigidBodyHandle, place: Vec3, velocity: Vec3) {
    let body = &mut physics.bodies[body];
    let pose = Pose {
        translation: place,
        ..*body.position()
    };
    body.set_locked_axes(LockedAxes::empty(), true);
    body.set_position(pose, true);
    body.set_linvel(velocity, true);
    body.set_angvel(Vec3::ZERO, true);
}
