//! A robot on two driven wheels, or on four that drive it sideways too. What its wheels are told comes late, is limited, and is
//! not all that it does: they slip, are of unequal size, and stand still when told to creep.
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
    /// 0 where it cannot go sideways.
    max_lateral: f32,
    max_yaw: f32,
    max_acceleration: f32,
    max_yaw_acceleration: f32,
    /// Its mass, kg, and the lifters that load it, by index; none where loads do not matter.
    mass: Option<(f32, Vec<usize>)>,
    push_force: f32,
    climb: f32,
    reach: f32,
    grip: f32,
    veer: f32,
    stiction: f32,
    track: f32,
    delay: Option<Delay>,
    odometer: Odometer,
    /// What the wheels do: m/s ahead, m/s to the left and rad/s to the left.
    wheels: [f32; 3],
    fall_speed: f32,
    blocked: bool,
    /// What it was told last, before that was late: m/s, m/s and rad/s.
    setpoint: [f32; 3],
    /// How fast its wheels speed up, m/s^2.
    acceleration: f32,
    /// How far it has gone over the floor, m: its true way, which pushes and slopes have a part in.
    way: f32,
}

impl DiffDrive {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::DiffDrive {
            body,
            max_speed_mps,
            max_lateral_mps,
            max_yaw_radps,
            max_acceleration_mps2,
            max_acceleration_radps2,
            mass_kg,
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
        names.zero_or_more("max_lateral_mps", *max_lateral_mps)?;
        let mass = mass_kg.map(|mass_kg| {
            names.above_zero("mass_kg", mass_kg)?;
            let loads_it =
                |other: &Mechanism<f32>| matches!(other, Mechanism::Lifter { body: own, .. } if own == body);
            let all = names.world.mechanisms.values().enumerate();
            let lifters = all.filter(|(_, other)| loads_it(other)).map(|(index, _)| index);
            Ok((mass_kg, lifters.collect()))
        });
        Ok(DiffDrive {
            body: names.kinematic_body("body", body)?,
            max_speed: *max_speed_mps,
            max_lateral: *max_lateral_mps,
            max_yaw: *max_yaw_radps,
            max_acceleration: *max_acceleration_mps2,
            max_yaw_acceleration: *max_acceleration_radps2,
            mass: mass.transpose()?,
            push_force: *push_force_n,
            climb: *climb_m,
            reach: *reach_m,
            grip: 1.0 - slip,
            veer: *veer_radpm,
            stiction: *stiction_mps,
            track: *track_m,
            delay: delay_secs.map(|secs| Delay::new(names, secs)).transpose()?,
            odometer: Odometer::new(odometer),
            wheels: [0.0; 3],
            fall_speed: 0.0,
            blocked: false,
            setpoint: [0.0; 3],
            acceleration: 0.0,
            way: 0.0,
        })
    }

    /// Where it believes to be by its wheels, in the frame of its start: m, m, rad.
    pub(crate) fn odometry(&self) -> [f32; 3] {
        self.odometer.pose()
    }

    /// Share of its accelerations that is left under what it carries.
    fn agility(&self, scope: &Scope<'_>) -> f32 {
        self.mass.as_ref().map_or(1.0, |(mass, lifters)| {
            let load: f32 = lifters.iter().map(|index| scope.signals[*index].load_kg).sum();
            mass / (mass + load)
        })
    }

    /// True where its wheels drive it sideways too.
    fn is_holonomic(&self) -> bool {
        self.max_lateral > 0.0
    }

    /// What was commanded: m/s ahead, m/s to the left, rad/s.
    fn told(&self, inputs: &[f32]) -> [f32; 3] {
        match inputs {
            [ahead, left, yaw] => [*ahead, *left, *yaw],
            [ahead, yaw] => [*ahead, 0.0, *yaw],
            _ => unreachable!("it has two or three channels"),
        }
    }

    /// What the wheels are to do: those told to creep stand.
    fn target(&self, told: [f32; 3]) -> [f32; 3] {
        if self.stiction <= 0.0 || self.track <= 0.0 {
            return told;
        }
        let [ahead, aside, yaw] = told;
        let half = 0.5 * self.track * yaw;
        let stands = |speed: f32| if speed.abs() < self.stiction { 0.0 } else { speed };
        if !self.is_holonomic() {
            let [left, right] = [ahead - half, ahead + half].map(stands);
            return [0.5 * (left + right), 0.0, (right - left) / self.track];
        }
        // Rollers at 45 degrees: front left, front right, rear left, rear right.
        let [fl, fr, rl, rr] = [
            ahead - aside - half,
            ahead + aside + half,
            ahead + aside - half,
            ahead - aside + half,
        ]
        .map(stands);
        [
            0.25 * (fl + fr + rl + rr),
            0.25 * (fr + rl - fl - rr),
            0.5 * (fr + rr - fl - rl) / self.track,
        ]
    }
}

impl Act for DiffDrive {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let yaw = ActionChannel::symmetric(name, "omega", "rad/s", self.max_yaw);
        if self.is_holonomic() {
            let ahead = ActionChannel::symmetric(name, "vx", "m/s", self.max_speed);
            let aside = ActionChannel::symmetric(name, "vy", "m/s", self.max_lateral);
            return vec![ahead, aside, yaw];
        }
        vec![ActionChannel::symmetric(name, "v", "m/s", self.max_speed), yaw]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        self.setpoint = self.told(inputs);
        let told = match &mut self.delay {
            Some(delay) => {
                let late = delay.pass(dt, inputs);
                self.told(&late)
            }
            None => self.setpoint,
        };
        let target = self.target(told);
        let strength = scope.faults.strength() * self.agility(scope);
        let most = [
            self.max_acceleration,
            self.max_acceleration,
            self.max_yaw_acceleration,
        ];
        let limits = most.map(|most| most * strength * dt);
        let before = self.wheels[0];
        for ((wheel, target), limit) in self.wheels.iter_mut().zip(target).zip(limits) {
            *wheel += (target - *wheel).clamp(-limit, limit);
        }
        let [rolled, slid, spun] = self.wheels;
        self.odometer.count(rolled * dt, slid * dt, spun * dt);
        self.acceleration = (rolled - before) / dt;
        let grip = self.grip * (1.0 - scope.faults.severity(FaultKind::Slip));
        let (speed, aside) = (grip * rolled, grip * slid);
        let yaw = (grip * spun + self.veer * speed) * dt;

        let handle = scope.bodies[self.body];
        let pose = *scope.physics.bodies[handle].position();
        let turned = (Quat::from_rotation_z(yaw) * pose.rotation).normalize();
        let heading = turned * Vec3::X;
        self.fall_speed -= scope.physics.gravity.z * dt;
        let left = turned * Vec3::Y;
        // Where it goes, and how fast.
        let velocity = heading * speed + left * aside;
        let (ahead, pace) = if aside == 0.0 {
            (heading * speed.signum(), speed.abs())
        } else {
            (velocity.normalize(), velocity.length())
        };
        let wanted = (velocity - Vec3::Z * self.fall_speed) * dt;
        let moved = upright::go(scope, handle, turned, wanted, self.climb);
        if moved.grounded {
            self.fall_speed = 0.0;
        }
        let went = moved.next.translation - pose.translation;
        self.way += went.truncate().length();
        self.blocked = !moved.met.is_empty() && went.dot(ahead) < BLOCKED_SHARE * pace * dt;
        for meeting in &moved.met {
            let facing = ahead.dot(meeting.into);
            if pace == 0.0 || facing < GRAZE {
                continue;
            }
            upright::push(
                scope.physics,
                meeting.collider,
                meeting.point,
                meeting.into,
                pace * facing.max(WEDGE),
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
        let speeds = |[ahead, aside, yaw]: [f32; 3]| {
            if self.is_holonomic() {
                vec![ahead, aside, yaw]
            } else {
                vec![ahead, yaw]
            }
        };
        let context = vec![self.shown(), self.way];
        [
            speeds(self.setpoint),
            vec![self.acceleration],
            speeds(self.wheels),
            context,
        ]
        .concat()
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
        let [rolled, slid, spun] = self.wheels;
        let aside = self.is_holonomic().then_some(slid);
        [rolled, spun]
            .into_iter()
            .chain(aside)
            .chain(self.odometer.memory())
            .chain(late)
            .collect()
    }
}
