//! Four rotors on a body, and the controller that holds the body rates that it is told.
//!
//! Thrust and torque are proportional to the square of a rotor's speed, which follows its command with a first-order lag
//! (Mahony, Kumar and Corke, "Multirotor Aerial Vehicles", IEEE Robotics & Automation Magazine 19(3), 2012). Drag is linear in the
//! velocity through the air, in the rotors' plane (Faessler, Franchi and Scaramuzza, "Differential Flatness of Quadrotor
//! Dynamics Subject to Rotor Drag", RA-L 3(2), 2018). Near the ground a rotor of radius `R` at height `z` gives
//! `1 / (1 - (R / 4z)^2)` times the thrust (Cheeseman and Bennett, ARC R&M 3021, 1955). Where the rotors cannot give all that
//! is asked, yaw is given up first and then collective thrust (after Faessler, Falanga and Scaramuzza, "Thrust Mixing,
//! Saturation, and Body-Rate Control", RA-L 2(2), 2017). A battery's voltage falls by a fifth while it empties, and sags under load;
//! speeds fall with it. Not modelled: inertia of the rotors, translational lift, rotors in each other's wake.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Mat3, Quat, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::{InteractionGroups, Ray};
use rapier3d::pipeline::{PhysicsWorld, QueryFilter};
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, RotorInputs};

/// Voltage lost from a full battery to an empty one: 4.2 to 3.4 V a cell.
const EMPTY_LOSS: f32 = 0.2;
/// The ground is felt up to so many radii below: there it still adds 0.2 %.
const GROUND_RADII: f32 = 6.0;
/// The formula for the ground has a pole at a quarter of a radius; it was measured down to half of one.
const NEAREST_RADII: f32 = 0.5;
/// From the front left on, counter-clockwise: where along x and y, and which way each twists the body about z.
const PLACES: [[f32; 3]; 4] = [
    [1.0, 1.0, 1.0],
    [-1.0, 1.0, -1.0],
    [-1.0, -1.0, 1.0],
    [1.0, -1.0, -1.0],
];

/// What they are called, in that order.
const NAMES: [&str; 4] = ["front_left", "rear_left", "rear_right", "front_right"];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rotors {
    body: usize,
    /// Inertia of the body about its centre of mass, in its own frame, kg m^2.
    inertia: Mat3,
    /// Distance of the rotors from the body's x and y axes, m.
    aside: f32,
    height: f32,
    radius: f32,
    thrust_coefficient: f32,
    torque_coefficient: f32,
    max_speed: f32,
    lag: f32,
    efficiency: f32,
    drag: f32,
    battery: Option<f32>,
    sag: f32,
    max_thrust: f32,
    max_rate: f32,
    gain: f32,
    wind: Option<usize>,
    faulty: Option<usize>,
    inputs: RotorInputs,
    /// Speeds of the rotors, rad/s.
    speeds: [f32; 4],
    /// Work done so far, J.
    spent: f32,
    voltage: f32,
}

impl Rotors {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Rotors {
            body,
            arm_m,
            height_m,
            radius_m,
            thrust_coefficient_ns2,
            torque_coefficient_nms2,
            max_speed_radps,
            start_speed_radps,
            lag_secs,
            efficiency,
            drag_nspm,
            battery_j,
            sag,
            max_thrust_n,
            max_rate_radps,
            rate_gain_per_s,
            wind,
            faulty,
            inputs,
        } = mechanism
        else {
            unreachable!("called for rotors")
        };
        for (field, value) in [
            ("arm_m", *arm_m),
            ("radius_m", *radius_m),
            ("thrust_coefficient_ns2", *thrust_coefficient_ns2),
            ("torque_coefficient_nms2", *torque_coefficient_nms2),
            ("max_speed_radps", *max_speed_radps),
            ("max_thrust_n", *max_thrust_n),
            ("max_rate_radps", *max_rate_radps),
            ("battery_j", battery_j.unwrap_or(1.0)),
        ] {
            names.above_zero(field, value)?;
        }
        for (field, value) in [
            ("start_speed_radps", start_speed_radps),
            ("lag_secs", lag_secs),
            ("efficiency", efficiency),
            ("drag_nspm", drag_nspm),
            ("sag", sag),
            ("rate_gain_per_s", rate_gain_per_s),
        ] {
            names.zero_or_more(field, *value)?;
        }
        if let Some(rotor) = faulty.filter(|rotor| *rotor > 3) {
            let reason = format!("wants a rotor, 0 to 3, not {rotor}");
            return Err(LaneError::invalid(names.place("faulty"), reason));
        }
        let index = names.body("body", body)?;
        let own = &mut physics.bodies[bodies[index]];
        if !own.is_dynamic() {
            let reason = format!("`{body}` must be a dynamic body");
            return Err(LaneError::invalid(names.place("body"), reason));
        }
        own.recompute_mass_properties_from_colliders(&physics.colliders);
        let inertia = own.mass_properties().local_mprops.reconstruct_inertia_matrix();
        let wind = wind
            .as_ref()
            .map(|name| names.mechanism("wind", name))
            .transpose()?;
        Ok(Rotors {
            body: index,
            inertia,
            aside: arm_m * std::f32::consts::FRAC_1_SQRT_2,
            height: *height_m,
            radius: *radius_m,
            thrust_coefficient: *thrust_coefficient_ns2,
            torque_coefficient: *torque_coefficient_nms2,
            max_speed: *max_speed_radps,
            lag: *lag_secs,
            efficiency: *efficiency,
            drag: *drag_nspm,
            battery: *battery_j,
            sag: *sag,
            max_thrust: *max_thrust_n,
            max_rate: *max_rate_radps,
            gain: *rate_gain_per_s,
            wind,
            faulty: faulty.map(|rotor| rotor as usize),
            inputs: *inputs,
            speeds: [start_speed_radps.min(*max_speed_radps); 4],
            spent: 0.0,
            voltage: 1.0,
        })
    }

    /// The speeds that give this thrust (N) and bring the body to these rates (rad/s) from those it has, both in its own
    /// frame. Without thrust the motors are off.
    fn wanted(&self, thrust: f32, rates: Vec3, rates_now: Vec3) -> [f32; 4] {
        self.mixed(thrust, self.gain * (rates - rates_now), rates_now)
    }

    /// The speeds that give this thrust (N) and this angular acceleration (rad/s^2), as far as they can.
    fn mixed(&self, thrust: f32, spin_up: Vec3, rates_now: Vec3) -> [f32; 4] {
        if thrust <= 0.0 {
            return [0.0; 4];
        }
        let most = self.most();
        let torque = self.inertia * spin_up + rates_now.cross(self.inertia * rates_now);
        let twist = self.torque_coefficient / self.thrust_coefficient;
        let mut tilting = PLACES.map(|[x, y, _]| (y * torque.x - x * torque.y) / (4.0 * self.aside));
        let (low, high) = ends(&tilting);
        let share = (most / (high - low).max(1e-9)).min(1.0);
        tilting = tilting.map(|part| share * part);
        let yawing = PLACES.map(|[_, _, z]| z * torque.z / (4.0 * twist));
        // The largest share of yaw that leaves every two rotors within what one can differ from another.
        let mut share = 1.0_f32;
        for (tilt, yaw) in tilting.iter().zip(&yawing) {
            for (other_tilt, other_yaw) in tilting.iter().zip(&yawing) {
                let (gap, grows) = (tilt - other_tilt, yaw - other_yaw);
                if grows > 0.0 {
                    share = share.min((most - gap).max(0.0) / grows);
                }
            }
        }
        let parts: [f32; 4] = std::array::from_fn(|index| tilting[index] + share * yawing[index]);
        let (low, high) = ends(&parts);
        let level = (0.25 * thrust).clamp(-low, (most - high).max(-low));
        parts.map(|part| ((level + part).clamp(0.0, most) / self.thrust_coefficient).sqrt())
    }

    /// The largest thrust of a rotor, N.
    fn most(&self) -> f32 {
        self.thrust_coefficient * self.max_speed * self.max_speed
    }

    /// The thrust of each rotor, N, that [`Rotors::mixed`] comes to.
    pub(super) fn thrusts(&self, thrust: f32, spin_up: Vec3, rates_now: Vec3) -> [f32; 4] {
        let speeds = self.mixed(thrust, spin_up, rates_now);
        speeds.map(|speed| self.thrust_coefficient * speed * speed)
    }

    /// Lets the rotors' speeds and the battery go on by a step.
    fn spin(&mut self, wanted: [f32; 4], dt_secs: f32) {
        let cubed = |speed: f32| speed * speed * speed;
        let power: f32 = self
            .speeds
            .iter()
            .map(|speed| self.torque_coefficient * cubed(*speed))
            .sum();
        let load = power / (4.0 * self.torque_coefficient * cubed(self.max_speed));
        let used = self.battery.map_or(0.0, |full| self.spent / full);
        self.spent += power * dt_secs;
        self.voltage = if used < 1.0 {
            (1.0 - EMPTY_LOSS * used - self.sag * load).max(0.0)
        } else {
            0.0
        };
        let near = if self.lag > 0.0 {
            1.0 - libm::expf(-dt_secs / self.lag)
        } else {
            1.0
        };
        for (speed, wanted) in self.speeds.iter_mut().zip(wanted) {
            *speed += near * (self.voltage * wanted - *speed);
        }
    }

    /// How much more thrust the ground gives a rotor that is here.
    fn ground(&self, scope: &Scope<'_>, place: Vec3) -> f32 {
        let reach = GROUND_RADII * self.radius;
        // What touches nothing is in no group. A payload is no ground.
        let filter = QueryFilter::exclude_dynamic()
            .groups(InteractionGroups::all())
            .exclude_sensors();
        let queries = scope.physics.query_pipeline_with_filter(filter);
        let Some((_, height)) = queries.cast_ray(&Ray::new(place, -Vec3::Z), reach, true) else {
            return 1.0;
        };
        let part = self.radius / (4.0 * height.max(NEAREST_RADII * self.radius));
        1.0 / (1.0 - part * part)
    }
}

fn ends(parts: &[f32; 4]) -> (f32, f32) {
    let low = parts.iter().copied().fold(f32::INFINITY, f32::min);
    let high = parts.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    (low, high)
}

impl Act for Rotors {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let rate = |input| ActionChannel::symmetric(name, input, "rad/s", self.max_rate);
        let rotor = |input| ActionChannel::new(name, input, "N", 0.0, 0.5 * self.max_thrust);
        match self.inputs {
            RotorInputs::Rates => vec![
                ActionChannel::new(name, "thrust", "N", 0.0, self.max_thrust),
                rate("roll"),
                rate("pitch"),
                rate("yaw"),
            ],
            RotorInputs::Motors => NAMES.map(rotor).to_vec(),
        }
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let handle = scope.bodies[self.body];
        let body = &scope.physics.bodies[handle];
        let (turn, at, velocity): (Quat, Vec3, Vec3) = (*body.rotation(), body.translation(), body.linvel());
        let rates_now = turn.inverse() * body.angvel();
        let wanted = match self.inputs {
            RotorInputs::Rates => {
                self.wanted(inputs[0], Vec3::new(inputs[1], inputs[2], inputs[3]), rates_now)
            }
            RotorInputs::Motors => std::array::from_fn(|index| {
                (inputs[index].clamp(0.0, self.most()) / self.thrust_coefficient).sqrt()
            }),
        };
        self.spin(wanted, scope.dt_secs());

        let axis = turn * Vec3::Z;
        let mut pushes = [(Vec3::ZERO, at); 4];
        let mut twist = 0.0;
        for (index, [x, y, z]) in PLACES.into_iter().enumerate() {
            let place = at + turn * Vec3::new(x * self.aside, y * self.aside, self.height);
            // A weak rotor turns as fast as it is told and pushes less, as one with a broken blade.
            let hit = self.faulty.is_none_or(|rotor| rotor == index);
            let strength = if hit { scope.faults.strength() } else { 1.0 };
            let squared = strength * self.efficiency * self.speeds[index] * self.speeds[index];
            twist += z * self.torque_coefficient * squared;
            let thrust = self.thrust_coefficient * squared * self.ground(scope, place);
            pushes[index] = (thrust * axis, place);
        }
        let air = self.wind.map_or(Vec3::ZERO, |index| scope.signals[index].air_mps);
        let against = turn.inverse() * (air - velocity);
        let drag = turn * (self.drag * Vec3::new(against.x, against.y, 0.0));

        let body = &mut scope.physics.bodies[handle];
        for (push, place) in pushes {
            body.add_force_at_point(push, place, true);
        }
        body.add_torque(twist * axis, true);
        body.add_force(drag, true);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.voltage
    }

    fn memory(&self) -> [f32; 3] {
        [self.voltage, self.spent, 0.0]
    }

    fn waiting(&self) -> Vec<f32> {
        self.speeds.to_vec()
    }
}
