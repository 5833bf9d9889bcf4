//! A walker: an agent that slides along walls, climbs small steps, and pushes or pulls what is in reach.
//!
//! It is kinematic: a door that swings against it stops there, or presses it slowly aside.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::control::{
    CharacterAutostep, CharacterCollision, CharacterLength, KinematicCharacterController,
};
use rapier3d::geometry::{ColliderHandle, InteractionGroups, Ray};
use rapier3d::math::Pose;
use rapier3d::pipeline::{PhysicsWorld, QueryFilter};
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

/// Walking into a loose thing pushes it with this share of the hands' force.
const LEAN_SHARE: f32 = 0.5;
/// A push yields over the last of this share of the largest speed.
const YIELD_SHARE: f32 = 0.25;
/// What it meets with a steeper normal than this is ground or ceiling, not a wall.
const WALL_NORMAL_Z: f32 = 0.7;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Walker {
    body: usize,
    max_speed: f32,
    max_yaw: f32,
    reach: f32,
    push_force: f32,
    fall_speed: f32,
    interacts: bool,
}

impl Walker {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Walker {
            body,
            max_speed_mps,
            max_yaw_radps,
            reach_m,
            push_force_n,
        } = mechanism
        else {
            unreachable!("called for a walker");
        };
        let index = names.body("body", body)?;
        if names.world.bodies[index].motion != Motion::Kinematic {
            return Err(LaneError::invalid(
                names.place("body"),
                format!("`{body}` must have motion = \"kinematic\""),
            ));
        }
        Ok(Walker {
            body: index,
            max_speed: *max_speed_mps,
            max_yaw: *max_yaw_radps,
            reach: *reach_m,
            push_force: *push_force_n,
            fall_speed: 0.0,
            interacts: false,
        })
    }
}

impl Walker {
    /// Pushes a dynamic body along `way` with a share of its strength, less as the pushed point nears `speed_mps`:
    /// no push makes anything faster than the walker itself.
    fn push(
        &self,
        physics: &mut PhysicsWorld,
        collider: ColliderHandle,
        point: Vec3,
        way: Vec3,
        speed_mps: f32,
        share: f32,
    ) {
        let Some(target) = physics.colliders[collider].parent() else {
            return;
        };
        let target = &mut physics.bodies[target];
        if !target.is_dynamic() {
            return;
        }
        let missing = (speed_mps - target.velocity_at_point(point).dot(way)) / (YIELD_SHARE * self.max_speed);
        let force = self.push_force * share * missing.clamp(0.0, 1.0);
        target.add_force_at_point(way * force, point, true);
    }
}

impl Act for Walker {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![
            ActionChannel::symmetric(name, "forward", "m/s", self.max_speed),
            ActionChannel::symmetric(name, "lateral", "m/s", self.max_speed),
            ActionChannel::symmetric(name, "yaw", "rad/s", self.max_yaw),
            ActionChannel::new(name, "interact", "", 0.0, 1.0),
        ]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let [forward, lateral, yaw, interact] = [inputs[0], inputs[1], inputs[2], inputs[3]];
        let handle = scope.bodies[self.body];
        let pose = *scope.physics.bodies[handle].position();
        let turned = (Quat::from_rotation_z(yaw * dt) * pose.rotation).normalize();
        let heading = turned * Vec3::X;
        let mut velocity = heading * forward + (turned * Vec3::Y) * lateral;
        // Diagonals are no faster.
        velocity = velocity.clamp_length_max(self.max_speed);
        self.fall_speed -= scope.physics.gravity.z * dt;
        let wanted = (velocity - Vec3::Z * self.fall_speed) * dt;

        let controller = KinematicCharacterController {
            up: Vec3::Z,
            offset: CharacterLength::Absolute(0.01),
            slide: true,
            autostep: Some(CharacterAutostep {
                max_height: CharacterLength::Absolute(0.2),
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
        // What touches nothing is in no group and must not stop it either.
        let filter = QueryFilter::default()
            .groups(InteractionGroups::all())
            .exclude_rigid_body(handle)
            .exclude_sensors();
        let queries = scope.physics.query_pipeline_with_filter(filter);
        let here = Pose {
            rotation: turned,
            ..pose
        };
        let mut met: Vec<CharacterCollision> = Vec::new();
        let moved = controller.move_shape(dt, &queries, &*shape, &here, wanted, |hit| met.push(hit));
        if moved.grounded {
            self.fall_speed = 0.0;
        }
        let next = Pose {
            translation: pose.translation + moved.translation,
            rotation: turned,
            ..pose
        };
        scope.physics.bodies[handle].set_next_kinematic_position(next);

        for (index, meeting) in met.iter().enumerate() {
            // Sliding meets the same thing several times within one step.
            let known = met[..index]
                .iter()
                .any(|earlier| earlier.handle == meeting.handle);
            let into = -meeting.hit.normal1;
            if !known && into.z.abs() < WALL_NORMAL_Z {
                let speed = velocity.dot(into);
                self.push(
                    scope.physics,
                    meeting.handle,
                    meeting.hit.witness1,
                    into,
                    speed,
                    LEAN_SHARE,
                );
            }
        }

        self.interacts = interact >= 0.5;
        if self.interacts {
            // Its hands push while it walks forward or stands, and pull while it walks backward.
            let ray = Ray::new(next.translation, heading);
            let queries = scope.physics.query_pipeline_with_filter(filter);
            if let Some((collider, distance)) = queries.cast_ray(&ray, self.reach, true) {
                let way = if forward < 0.0 { -heading } else { heading };
                let point = next.translation + heading * distance;
                self.push(scope.physics, collider, point, way, self.max_speed, 1.0);
            }
        }
        Signal {
            active: self.interacts,
            reach: Some((next.translation, self.reach)),
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.interacts { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.fall_speed, 0.0]
    }
}
