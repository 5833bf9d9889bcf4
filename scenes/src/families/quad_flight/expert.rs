//! The expert: a geometric controller that follows the way through the gates.
//!
//! After Lee, Leok and McClamroch, "Geometric Tracking Control of a Quadrotor UAV on SE(3)" (CDC 2010): the wanted force gives
//! the thrust along the body's z, and the attitude in which z points along that force. The attitude's error is turned into
//! body rates, which the rotors' own controller holds, or into what each rotor is to give (`motors.rs`). What the rotors do not give of what it asks for, as where one is weak, it
//! learns from accelerometer and gyroscope, and asks for more.

use super::motors::Motors;
use super::way::Way;
use terrella_sim::glam::{Mat3, Quat, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// Acceleration for an error of the place, 1/s^2, of the velocity, 1/s, and of the place's integral, 1/s^3.
const PLACE_GAIN: f32 = 4.5;
const VELOCITY_GAIN: f32 = 3.2;
const INTEGRAL_GAIN: f32 = 1.6;
/// Body rate for an error of the attitude, 1/s.
const ATTITUDE_GAIN: f32 = 7.0;
/// Over so long it learns what its rotors give of the thrust it asks for, and which rates they do not reach, s.
const THRUST_SECS: f32 = 0.2;
const RATE_SECS: f32 = 0.3;
/// Bounds of what it believes: the share of the thrust, and missing rates, rad/s.
const THRUST_SHARES: [f32; 2] = [0.5, 1.2];
const MOST_RADPS: f32 = 2.5;
/// Where the carrot runs away from the drone by this much it waits, m.
const LEASH_M: f32 = 1.0;
/// It does not tilt further than this tangent.
const MAX_TILT: f32 = 1.0;

#[derive(Clone, Debug)]
pub(super) struct Expert {
    pub(super) way: Way,
    /// Speed along the way, m/s.
    pub(super) speed_mps: f32,
    /// Mass that the thrust carries, a payload's included, kg.
    pub(super) mass_kg: f32,
    /// How much higher than the way it flies, for what hangs under it, m.
    pub(super) raised_m: f32,
    /// How it turns the drone, where it commands the rotors themselves.
    motors: Option<Motors>,
    along_m: f32,
    pace_mps: f32,
    integral: Vec3,
    /// What it asked for last: thrust, N, and rates, rad/s.
    asked: Option<(f32, Vec3)>,
    /// The share of the thrust that it gets, and by how much its rates stay below what it asks for, rad/s.
    thrust_share: f32,
    missing_radps: Vec3,
}

impl Expert {
    pub(super) fn new(way: Way, speed_mps: f32, mass_kg: f32, raised_m: f32, motors: Option<Motors>) -> Self {
        Expert {
            way,
            speed_mps,
            mass_kg,
            raised_m,
            motors,
            along_m: 0.0,
            pace_mps: 0.0,
            integral: Vec3::ZERO,
            asked: None,
            thrust_share: 1.0,
            missing_radps: Vec3::ZERO,
        }
    }

    /// From now on it flies this way, from its start.
    pub(super) fn fly(&mut self, way: Way, speed_mps: f32) {
        (self.way, self.speed_mps, self.along_m) = (way, speed_mps, 0.0);
    }

    /// How far a place is from the end of its way, m.
    pub(super) fn left_m(&self, at: Vec3) -> f32 {
        (self.way.at(self.way.length_m()) + Vec3::Z * self.raised_m).distance(at)
    }

    /// Compares what its accelerometer and gyroscope read with what it asked for: a weak rotor, poor propellers and a battery
    /// that sags show there.
    fn learn(&mut self, view: &StepView<'_>, rates: Vec3, dt_secs: f32) {
        let Some((thrust, asked)) = self.asked else {
            return;
        };
        let index = view.body_index("drone").expect("every flight has a drone");
        let share = self.mass_kg * view.specific_force(index).z / thrust.max(0.2 * self.mass_kg * 9.81);
        let near = (dt_secs / THRUST_SECS).min(1.0);
        let [low, high] = THRUST_SHARES;
        self.thrust_share += near * (share.clamp(low, high) - self.thrust_share);
        let near = (dt_secs / RATE_SECS).min(1.0);
        self.missing_radps = (self.missing_radps + near * (asked - rates)).clamp_length_max(MOST_RADPS);
        // Yaw is given up: what it would cost is taken from the thrust that is left.
        self.missing_radps.z = 0.0;
    }

    /// Moves the carrot on; gives its place, velocity and acceleration.
    fn carrot(&mut self, at: Vec3, dt_secs: f32) -> (Vec3, Vec3, Vec3) {
        let raised = Vec3::Z * self.raised_m;
        let behind = (self.way.at(self.along_m) + raised).distance(at);
        let left = self.way.length_m() - self.along_m;
        let wanted = self.speed_mps * (1.3 - behind / LEASH_M).clamp(0.0, 1.0) * (left / 1.2).clamp(0.0, 1.0);
        let most = 2.5 * dt_secs;
        self.pace_mps += (wanted - self.pace_mps).clamp(-most, most);
        self.along_m = (self.along_m + self.pace_mps * dt_secs).min(self.way.length_m());
        let direction = self.way.direction(self.along_m);
        let ahead = self.way.direction(self.along_m + 0.1);
        let curving = (ahead - direction) * (self.pace_mps * self.pace_mps / 0.1);
        (
            self.way.at(self.along_m) + raised,
            direction * self.pace_mps,
            curving.clamp_length_max(4.0),
        )
    }
}

impl Policy for Expert {
    fn act(&mut self, view: &StepView<'_>, _: &mut Rng, action: &mut [f32]) {
        let drone = view.body_named("drone");
        let dt_secs = view.record_secs();
        let rates_now = drone.rotation.inverse() * drone.angular_velocity_radps;
        self.learn(view, rates_now, dt_secs);
        let (place, velocity, acceleration) = self.carrot(drone.position_m, dt_secs);
        let error = place - drone.position_m;
        self.integral = (self.integral + error * dt_secs).clamp_length_max(1.5);
        let gravity = -view.world().gravity_mps2[2];
        let mut force = PLACE_GAIN * error.clamp_length_max(1.2)
            + VELOCITY_GAIN * (velocity - drone.linear_velocity_mps)
            + INTEGRAL_GAIN * self.integral
            + acceleration
            + Vec3::Z * gravity;
        force.z = force.z.max(0.4 * gravity);
        let level = Vec3::new(force.x, force.y, 0.0).clamp_length_max(MAX_TILT * force.z);
        force = Vec3::new(level.x, level.y, force.z);

        let up = drone.rotation * Vec3::Z;
        let direction = self.way.direction(self.along_m + 0.3).with_z(0.0);
        let z = force.normalize();
        let y = z.cross(direction.normalize_or(Vec3::X)).normalize_or(Vec3::Y);
        let wanted = Quat::from_mat3(&Mat3::from_cols(y.cross(z), y, z));
        let missing = drone.rotation.inverse() * wanted;
        let missing = if missing.w < 0.0 { -missing } else { missing };
        let missing = 2.0 * Vec3::new(missing.x, missing.y, missing.z);
        let rates = ATTITUDE_GAIN * missing;
        let thrust = self.mass_kg * force.dot(up).max(0.0) / self.thrust_share;
        self.asked = Some((thrust, rates));
        if let Some(motors) = &mut self.motors {
            let spin_up = motors.spin_up(-missing, rates_now) / self.thrust_share;
            let rotors = view.mechanism_index("rotors").expect("every flight has rotors");
            let thrusts = view.rotor_thrusts(rotors, thrust, spin_up, rates_now);
            action.copy_from_slice(&thrusts.expect("they are rotors"));
            return;
        }
        action[0] = thrust;
        action[1..4].copy_from_slice(&(rates + self.missing_radps).to_array());
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
