//! A walker: an agent that slides along walls, climbs small steps, and pushes or pulls what is in reach.
//!
//! It is kinematic: a door that swings against it stops there, or presses it slowly aside.

use super::{Act, Names, Scope, Signal, upright};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::geometry::{ColliderHandle, Ray};
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// Walking into a loose thing pushes it with this share of the hands' force.
const LEAN_SHARE: f32 = 0.5;
/// A push yields over the last of this share of the largest speed.
const YIELD_SHARE: f32 = 0.25;
/// Height of the steps that it climbs, m.
const CLIMB_M: f32 = 0.2;

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
        Ok(Walker {
            body: names.kinematic_body("body", body)?,
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
        let margin = YIELD_SHARE * self.max_speed;
        upright::push(
            physics,
            collider,
            point,
            way,
            speed_mps,
            margin,
            self.push_force * share,
        );
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

        let moved = upright::go(scope, handle, turned, wanted, CLIMB_M);
        if moved.grounded {
            self.fall_speed = 0.0;
        }
        for meeting in &moved.met {
            let speed = velocity.dot(meeting.into);
            self.push(
                scope.physics,
                meeting.collider,
                meeting.point,
                meeting.into,
                speed,
                LEAN_SHARE,
            );
        }
        let next = moved.next;

        self.interacts = interact >= 0.5;
        if self.interacts {
            // Its hands push while it walks forward or stands, and pull while it walks backward.
            let ray = Ray::new(next.translation, heading);
            let queries = scope.physics.query_pipeline_with_filter(upright::others(handle));
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
