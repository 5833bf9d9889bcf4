//! Somebody who walks from waypoint to waypoint, pauses at each, and stops before what is in the way.
//!
//! It is kinematic and walks on level ground. Who waits too long goes back, so that two who meet do not wait for ever.

use super::{Act, Names, Scope, Signal, upright};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec2, Vec3};
use rapier3d::math::Pose;
use rapier3d::parry::query::ShapeCastOptions;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// How fast it turns to where it goes, rad/s.
const TURN_RADPS: f32 = 4.0;
/// It walks once it faces its way to within this, rad.
const FACES_RAD: f32 = 0.4;
/// It is at a waypoint within this distance, m.
const THERE_M: f32 = 0.02;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stroller {
    body: usize,
    waypoints: Vec<[f32; 2]>,
    speed: f32,
    pause: f32,
    stop: f32,
    patience: f32,
    /// The waypoint it goes to.
    next: usize,
    /// True on the way back.
    back: bool,
    pause_left: f32,
    /// How long it has been waiting for a free way, s.
    waited: f32,
    walks: bool,
}

impl Stroller {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Stroller {
            body,
            waypoints_m,
            speed_mps,
            pause_secs,
            stop_m,
            patience_secs,
        } = mechanism
        else {
            unreachable!("called for a stroller");
        };
        if waypoints_m.is_empty() {
            let reason = "wants at least one waypoint";
            return Err(LaneError::invalid(names.place("waypoints_m"), reason));
        }
        Ok(Stroller {
            body: names.kinematic_body("body", body)?,
            waypoints: waypoints_m.clone(),
            speed: *speed_mps,
            pause: *pause_secs,
            stop: *stop_m,
            patience: *patience_secs,
            next: 0,
            back: false,
            pause_left: 0.0,
            waited: 0.0,
            walks: false,
        })
    }

    /// Turns to the waypoint after this one, or to the one before it on the way back.
    fn go_on(&mut self) {
        let count = self.waypoints.len();
        let step = if self.back { count - 1 } else { 1 };
        self.next = (self.next + step) % count;
        self.waited = 0.0;
    }

    /// Moves for a step of `dt`: gives where it is then and which way it faces.
    fn walk(&mut self, scope: &Scope<'_>, pose: &Pose, dt: f32) -> (Vec3, Quat) {
        self.walks = false;
        let (here, stays) = (pose.translation, (pose.translation, pose.rotation));
        if self.pause_left > 0.0 {
            self.pause_left -= dt;
            return stays;
        }
        let left = Vec2::from(self.waypoints[self.next]) - here.truncate();
        let distance = left.length();
        if distance < THERE_M {
            self.pause_left = self.pause;
            self.go_on();
            return stays;
        }
        let way = left / distance;
        let ahead = (pose.rotation * Vec3::X).truncate();
        let off = libm::atan2f(ahead.perp_dot(way), ahead.dot(way));
        let turn = off.clamp(-TURN_RADPS * dt, TURN_RADPS * dt);
        let rotation = (Quat::from_rotation_z(turn) * pose.rotation).normalize();
        if (off - turn).abs() > FACES_RAD {
            return (here, rotation);
        }
        if self.is_stopped(scope, pose, way.extend(0.0), distance) {
            self.waited += dt;
            if self.waited > self.patience {
                self.back = !self.back;
                self.go_on();
            }
            return (here, rotation);
        }
        self.waited = 0.0;
        self.walks = true;
        let step = (self.speed * dt).min(distance);
        (here + (way * step).extend(0.0), rotation)
    }

    fn is_stopped(&self, scope: &Scope<'_>, pose: &Pose, way: Vec3, distance: f32) -> bool {
        let handle = scope.bodies[self.body];
        let collider = &scope.physics.colliders[scope.physics.bodies[handle].colliders()[0]];
        let filter = upright::others(handle);
        let options = ShapeCastOptions {
            // As far as it will go, and no farther: a wall behind a waypoint does not stop it.
            max_time_of_impact: self.stop.min(distance),
            stop_at_penetration: false,
            ..ShapeCastOptions::default()
        };
        let queries = scope.physics.query_pipeline_with_filter(filter);
        queries.cast_shape(pose, way, collider.shape(), options).is_some()
    }
}

impl Act for Stroller {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let handle = scope.bodies[self.body];
        let pose = *scope.physics.bodies[handle].position();
        let (translation, rotation) = self.walk(scope, &pose, dt);
        let next = Pose {
            translation,
            rotation,
            ..pose
        };
        scope.physics.bodies[handle].set_next_kinematic_position(next);
        Signal {
            active: self.walks,
            reach: None,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.walks { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        let way = if self.back { -1.0 } else { 1.0 };
        [self.next as f32 * way + way, self.pause_left, self.waited]
    }

    fn waiting(&self) -> Vec<f32> {
        vec![self.shown()]
    }
}
