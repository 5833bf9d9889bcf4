//! How an upright kinematic body that goes by itself moves: it slides along what stops it, climbs, falls, and pushes
//! what is loose.

use super::Scope;
use glam::{Quat, Vec3};
use rapier3d::control::{
    CharacterAutostep, CharacterCollision, CharacterLength, KinematicCharacterController,
};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::{ColliderHandle, InteractionGroups};
use rapier3d::math::Pose;
use rapier3d::pipeline::{PhysicsWorld, QueryFilter};

/// What it meets with a steeper normal than this is ground or ceiling, not a wall.
const WALL_NORMAL_Z: f32 = 0.7;

/// What an upright body met on its way.
pub(super) struct Meeting {
    pub(super) collider: ColliderHandle,
    pub(super) point: Vec3,
    /// Into what was met.
    pub(super) into: Vec3,
}

/// A step of an upright body.
pub(super) struct Moved {
    pub(super) next: Pose,
    pub(super) grounded: bool,
    /// Each wall, box or person that it met, once.
    pub(super) met: Vec<Meeting>,
}

/// What an upright body sees when it looks for what is in its way. What touches nothing is in no group and must not stop
/// it either.
pub(super) fn others(handle: RigidBodyHandle) -> QueryFilter<'static> {
    QueryFilter::default()
        .groups(InteractionGroups::all())
        .exclude_rigid_body(handle)
        .exclude_sensors()
}

/// Moves a body by `wanted` (m) with this orientation, as far as it can, in the physics step that comes. It climbs steps
/// up to `climb_m`.
pub(super) fn go(
    scope: &mut Scope<'_>,
    handle: RigidBodyHandle,
    rotation: Quat,
    wanted: Vec3,
    climb_m: f32,
) -> Moved {
    let dt = scope.dt_secs();
    let pose = *scope.physics.bodies[handle].position();
    let controller = KinematicCharacterController {
        up: Vec3::Z,
        offset: CharacterLength::Absolute(0.01),
        slide: true,
        autostep: (climb_m > 0.0).then_some(CharacterAutostep {
            max_height: CharacterLength::Absolute(climb_m),
            min_width: CharacterLength::Absolute(0.1),
            include_dynamic_bodies: false,
        }),
        max_slope_climb_angle: std::f32::consts::FRAC_PI_4,
        min_slope_slide_angle: std::f32::consts::FRAC_PI_4,
        snap_to_ground: Some(CharacterLength::Absolute(0.1)),
        ..Default::default()
    };
    let collider = scope.physics.bodies[handle].colliders()[0];
    let shape = scope.physics.colliders[collider].shared_shape().clone();
    let queries = scope.physics.query_pipeline_with_filter(others(handle));
    let here = Pose { rotation, ..pose };
    let mut hits: Vec<CharacterCollision> = Vec::new();
    let moved = controller.move_shape(dt, &queries, &*shape, &here, wanted, |hit| hits.push(hit));
    let next = Pose {
        translation: pose.translation + moved.translation,
        rotation,
        ..pose
    };
    scope.physics.bodies[handle].set_next_kinematic_position(next);
    let mut met = Vec::new();
    for (index, hit) in hits.iter().enumerate() {
        // Sliding meets the same thing several times within one step.
        let known = hits[..index].iter().any(|earlier| earlier.handle == hit.handle);
        let into = -hit.hit.normal1;
        if !known && into.z.abs() < WALL_NORMAL_Z {
            met.push(Meeting {
                collider: hit.handle,
                point: hit.hit.witness1,
                into,
            });
        }
    }
    Moved {
        next,
        grounded: moved.grounded,
        met,
    }
}

/// Pushes a dynamic body at `point` along `way` with up to `force_n`, less as that point nears `speed_mps`: it yields
/// over the last `margin_mps`, so that no push makes anything faster than who pushes.
pub(super) fn push(
    physics: &mut PhysicsWorld,
    collider: ColliderHandle,
    point: Vec3,
    way: Vec3,
    speed_mps: f32,
    margin_mps: f32,
    force_n: f32,
) {
    let Some(target) = physics.colliders[collider].parent() else {
        return;
    };
    let target = &mut physics.bodies[target];
    if !target.is_dynamic() {
        return;
    }
    let missing = (speed_mps - target.velocity_at_point(point).dot(way)) / margin_mps;
    let force = force_n * missing.clamp(0.0, 1.0);
    target.add_force_at_point(way * force, point, true);
}
