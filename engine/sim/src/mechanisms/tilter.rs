//! A tilter moves a kinematic body along x and z and tilts it about its own y, as a wrist that pours does.
//!
//! Like a gantry it yields where it is pressed into something: it does not go on that way.

use super::gantry::yields;
use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::math::Pose;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tilter {
    body: usize,
    /// What moves with it, and where it is in the body's frame.
    carries: Vec<(usize, Vec3, Quat)>,
    /// Orientation without tilt.
    upright: Quat,
    /// Largest velocity and acceleration of x, z (m) and tilt (rad), and the range each stays in.
    most: [f32; 3],
    agility: [f32; 3],
    low: [f32; 3],
    high: [f32; 3],
    velocity: [f32; 3],
    tilt: f32,
}

impl Tilter {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Tilter {
            body,
            carries,
            max_speed_mps,
            max_acceleration_mps2,
            low_m,
            high_m,
            max_tilt_radps,
            max_tilt_acceleration_radps2,
            tilt_rad,
        } = mechanism
        else {
            unreachable!("called for a tilter");
        };
        let index = names.body("body", body)?;
        let start = &names.world.bodies[index];
        let kinematic = |field: &str, index: usize| {
            let (name, body) = names.world.bodies.get_index(index).expect("it was found");
            let reason = || format!("`{name}` must have motion = \"kinematic\"");
            let right = body.motion == Motion::Kinematic;
            right
                .then_some(())
                .ok_or_else(|| LaneError::invalid(names.place(field), reason()))
        };
        kinematic("body", index)?;
        let upright = Quat::from_array(start.rotation.quaternion_xyzw());
        let origin = Vec3::from(start.position_m);
        let mut carried = Vec::new();
        for name in carries {
            let index = names.body("carries", name)?;
            kinematic("carries", index)?;
            let own = &names.world.bodies[index];
            let rotation = Quat::from_array(own.rotation.quaternion_xyzw());
            let back = upright.inverse();
            let offset = back * (Vec3::from(own.position_m) - origin);
            carried.push((index, offset, back * rotation));
        }
        if !(tilt_rad[0] <= 0.0 && tilt_rad[1] >= 0.0) {
            return Err(LaneError::invalid(
                names.place("tilt_rad"),
                "must go from 0 or less to 0 or more: the body starts without tilt",
            ));
        }
        Ok(Tilter {
            body: index,
            carries: carried,
            upright,
            most: [*max_speed_mps, *max_speed_mps, *max_tilt_radps],
            agility: [
                *max_acceleration_mps2,
                *max_acceleration_mps2,
                *max_tilt_acceleration_radps2,
            ],
            low: [low_m[0], low_m[1], tilt_rad[0]],
            high: [high_m[0], high_m[1], tilt_rad[1]],
            velocity: [0.0; 3],
            tilt: 0.0,
        })
    }
}

impl Act for Tilter {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![
            ActionChannel::symmetric(name, "vx", "m/s", self.most[0]),
            ActionChannel::symmetric(name, "vz", "m/s", self.most[1]),
            ActionChannel::symmetric(name, "tilt", "rad/s", self.most[2]),
        ]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let handle = scope.bodies[self.body];
        let start = scope.physics.bodies[handle].translation();
        let mut at = [start.x, start.z, self.tilt];
        for (axis, command) in inputs.iter().enumerate() {
            let most = self.agility[axis] * dt;
            let velocity = self.velocity[axis] + (command - self.velocity[axis]).clamp(-most, most);
            let free = at[axis] + velocity * dt;
            // A start outside the range is left alone until the command leads back in.
            let kept = free.clamp(self.low[axis].min(at[axis]), self.high[axis].max(at[axis]));
            self.velocity[axis] = if kept == free { velocity } else { 0.0 };
            at[axis] = kept;
        }
        let mut next = Vec3::new(at[0], start.y, at[1]);
        let mut velocity = Vec3::new(self.velocity[0], 0.0, self.velocity[1]);
        let is_pressed = yields(scope.physics, handle, &mut next, &mut velocity);
        next.y = start.y;
        self.velocity = [velocity.x, velocity.z, self.velocity[2]];
        if is_pressed {
            // Which way a tilt presses is not looked into: pressed, it keeps its tilt.
            self.velocity[2] = 0.0;
        } else {
            self.tilt = at[2];
        }
        let turned = self.upright * Quat::from_rotation_y(self.tilt);
        let mut place = |handle: RigidBodyHandle, translation: Vec3, rotation: Quat| {
            scope.physics.bodies[handle].set_next_kinematic_position(Pose {
                translation,
                rotation,
                ..Pose::IDENTITY
            });
        };
        place(handle, next, turned);
        for (index, offset, rotation) in &self.carries {
            place(scope.bodies[*index], next + turned * *offset, turned * *rotation);
        }
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.tilt
    }

    fn memory(&self) -> [f32; 3] {
        self.velocity
    }
}
