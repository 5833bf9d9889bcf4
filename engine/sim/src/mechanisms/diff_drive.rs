//! A robot on two driven wheels. What its wheels are told comes late, is limited, and is not all that it does: they slip,
//! are of unequal size, and stand still when told to creep.
//!
//! It is kinematic and stays upright on ramps. Wheels that are blocked go on turning, so its odometry goes on too.

use super::delay::Delay;
use super::odometer::Odometer;
use super::{Act, Names, Scope, Signal, upright};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FaultKind, Mechanism};

/// A push yields over the last of this share of the largest speed.
const YIELD_SHARE: f32 = 0.25;
/// What is met at a flatter angle than this (its cosine) is passed, not pushed.
const GRAZE: f32 = 0.05;
/// Between two leaves it is a wedge: it pushes aside at no less than this share of its speed.
const WEDGE: f32 = 0.35;
/// It is blocked where it gets less far than this share of its way.
const BLOCKED_SHARE: f32 = 0.7;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DiffDrive {
    body: usize,
    max_speed: f32,
    max_yaw: f32,
    max_acceleration: f32,
    max_yaw_acceleration: f32,
    push_force: f32,
    climb: f32,
    reach: f32,
    grip: f32,
    veer: f32,
    stiction: f32,
    track: f32,
    delay: Option<Delay>,
    odometer: Odometer,
    /// What the wheels do: m/s ahead and rad/s to the left.
    wheels: [f32; 2],
    fall_speed: f32,
    blocked: bool,
    /// What it was told last, before that was late: m/s and rad/s.
    setpoint: [f32; 2],
    /// How fast its wheels speed up, m/s^2.
    acceleration: f32,
}

impl DiffDrive {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::DiffDrive {
            body,
            max_speed_mps,
            max_yaw_radps,
            max_acceleration_mps2,
            max_acceleration_radps2,
            push_force_n,
            climb_m,
            reach_m,
            slip,
            veer_radpm,
            stiction_mps,
            track_m,
            delay_secs,
            odometer,
        } = mechanism
        else {
            unreachable!("called for a diff_drive");
        };
        if !(0.0..=1.0).contains(slip) {
            let reason = format!("wants 0 to 1, not {slip}");
            return Err(LaneError::invalid(names.place("slip"), reason));
        }
        Ok(DiffDrive {
            body: names.kinematic_body("body", body)?,
            max_speed: *max_speed_mps,
            max_yaw: *max_yaw_radps,
            max_acceleration: *max_acceleration_mps2,
            max_yaw_acceleration: *max_acceleration_radps2,
            push_force: *push_force_n,
            climb: *climb_m,
            reach: *reach_m,
            grip: 1.0 - slip,
            veer: *veer_radpm,
            stiction: *stiction_mps,
            track: *track_m,
            delay: delay_secs.map(|secs| Delay::new(names, secs)).transpose()?,
            odometer: Odometer::new(odometer),
            wheels: [0.0; 2],
            fall_speed: 0.0,
            blocked: false,
            setpoint: [0.0; 2],
            acceleration: 0.0,
        })
    }

    /// Where it believes to be by its wheels, in the frame of its start: m, m, rad.
    pub(crate) fn odometry(&self) -> [f32; 3] {
        self.odometer.pose()
    }

    /// What the wheels are to do: those told to creep stand.
    fn target(&self, told: [f32; 2]) -> [f32; 2] {
        let half = 0.5 * self.track * told[1];
        let [left, right] = [told[0] - half, told[0] + half]
            .map(|speed| if speed.abs() < self.stiction { 0.0 } else { speed });
        if self.stiction > 0.0 && self.track > 0.0 {
            [0.5 * (left + right), (right - left) / self.track]
        } else {
            told
        }
    }
}

impl Act for DiffDrive {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![
            ActionChannel::symmetric(name, "v", "m/s", self.max_speed),
            ActionChannel::symmetric(name, "omega", "rad/s", self.max_yaw),
        ]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let mut told = [inputs[0], inputs[1]];
        self.setpoint = told;
        if let Some(delay) = &mut self.delay {
            let late = delay.pass(dt, &told);
            told = [late[0], late[1]];
        }
        let target = self.target(told);
        let strength = scope.faults.strength();
        let limits = [self.max_acceleration, self.max_yaw_acceleration].map(|most| most * strength * dt);
        let before = self.wheels[0];
        for ((wheel, target), limit) in self.wheels.iter_mut().zip(target).zip(limits) {
            *wheel += (target - *wheel).clamp(-limit, limit);
        }
        let [rolled, spun] = self.wheels;
        self.odometer.count(rolled * dt, spun * dt);
        self.acceleration = (rolled - before) / dt;
        let grip = self.grip * (1.0 - scope.faults.severity(FaultKind::Slip));
        let speed = grip * rolled;
        let yaw = (grip * spun + self.veer * speed) * dt;

        let handle = scope.bodies[self.body];
        let pose = *scope.physics.bodies[handle].position();
        let turned = (Quat::from_rotation_z(yaw) * pose.rotation).normalize();
        let heading = turned * Vec3::X;
        self.fall_speed -= scope.physics.gravity.z * dt;
        let wanted = (heading * speed - Vec3::Z * self.fall_speed) * dt;
        let moved = upright::go(scope, handle, turned, wanted, self.climb);
        if moved.grounded {
            self.fall_speed = 0.0;
        }
        let gone = (moved.next.translation - pose.translation).dot(heading);
        let way = speed * dt;
        self.blocked = !moved.met.is_empty() && gone * way.signum() < BLOCKED_SHARE * way.abs();
        let ahead = heading * speed.signum();
        for meeting in &moved.met {
            let facing = ahead.dot(meeting.into);
            if speed == 0.0 || facing < GRAZE {
                continue;
            }
            upright::push(
                scope.physics,
                meeting.collider,
                meeting.point,
                meeting.into,
                speed.abs() * facing.max(WEDGE),
                YIELD_SHARE * self.max_speed,
                self.push_force,
            );
        }
        Signal {
            active: self.reach > 0.0,
            reach: Some((moved.next.translation, self.reach)),
            ..Signal::default()
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        let [v, omega] = self.setpoint;
        let [rolled, spun] = self.wheels;
        vec![v, omega, self.acceleration, rolled, spun, self.shown()]
    }

    fn shown(&self) -> f32 {
        if self.blocked { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.fall_speed, 0.0]
    }

    fn waiting(&self) -> Vec<f32> {
        let late = self
            .delay
            .iter()
            .flat_map(|delay| delay.waiting().iter().copied());
        self.wheels
            .into_iter()
            .chain(self.odometer.memory())
            .chain(late)
            .collect()
    }
}
