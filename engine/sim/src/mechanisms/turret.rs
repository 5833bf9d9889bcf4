//! A turret turns a kinematic body by commanded rates of yaw and pitch: the head of a camera, a spotlight.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Quat;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Turret {
    body: usize,
    max_speed: f32,
    max_acceleration: f32,
    /// Smallest and largest yaw, then pitch, rad.
    limits: [[f32; 2]; 2],
    /// The orientation that the angles count from.
    start: Quat,
    /// Yaw and pitch, rad.
    angles: [f32; 2],
    /// Their rates, rad/s.
    rates: [f32; 2],
}

impl Turret {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Turret {
            body,
            max_speed_radps,
            max_acceleration_radps2,
            yaw_limits_rad,
            pitch_limits_rad,
        } = mechanism
        else {
            unreachable!("called for a turret");
        };
        let index = names.body("body", body)?;
        let planned = &names.world.bodies[index];
        if planned.motion != Motion::Kinematic {
            let reason = format!("`{body}` must have motion = \"kinematic\"");
            return Err(LaneError::invalid(names.place("body"), reason));
        }
        for (field, limits) in [
            ("yaw_limits_rad", yaw_limits_rad),
            ("pitch_limits_rad", pitch_limits_rad),
        ] {
            // The start must be inside, or the first command would jump.
            if !(limits[0] <= 0.0 && limits[1] >= 0.0) {
                let reason = format!(
                    "wants a smallest angle up to 0 and a largest from 0, not {} and {}",
                    limits[0], limits[1]
                );
                return Err(LaneError::invalid(names.place(field), reason));
            }
        }
        Ok(Turret {
            body: index,
            max_speed: *max_speed_radps,
            max_acceleration: *max_acceleration_radps2,
            limits: [*yaw_limits_rad, *pitch_limits_rad],
            start: Quat::from_array(planned.rotation.quaternion_xyzw()),
            angles: [0.0; 2],
            rates: [0.0; 2],
        })
    }
}

impl Act for Turret {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        ["yaw", "pitch"]
            .iter()
            .map(|input| ActionChannel::symmetric(name, input, "rad/s", self.max_speed))
            .collect()
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        for (axis, command) in inputs.iter().enumerate() {
            let most = self.max_acceleration * dt;
            let rate = self.rates[axis] + (command - self.rates[axis]).clamp(-most, most);
            let free = self.angles[axis] + rate * dt;
            let [low, high] = self.limits[axis];
            let kept = free.clamp(low, high);
            self.rates[axis] = if kept == free { rate } else { 0.0 };
            self.angles[axis] = kept;
        }
        let half = |angle: f32| (libm::sinf(0.5 * angle), libm::cosf(0.5 * angle));
        let ((yaw_sin, yaw_cos), (pitch_sin, pitch_cos)) = (half(self.angles[0]), half(self.angles[1]));
        let yaw = Quat::from_xyzw(0.0, 0.0, yaw_sin, yaw_cos);
        // About -y, so that a pitch above 0 looks up.
        let pitch = Quat::from_xyzw(0.0, -pitch_sin, 0.0, pitch_cos);
        let turned = (yaw * self.start * pitch).normalize();
        scope.physics.bodies[scope.bodies[self.body]].set_next_kinematic_rotation(turned);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn memory(&self) -> [f32; 3] {
        // The angles show in the body's orientation.
        [self.rates[0], self.rates[1], 0.0]
    }
}
