//! A drive train: a motor turns a load through a gear and a coupling, warms up, and wears its bearing until it fails.
//!
//! The two shafts are bodies on hinges. Everything between and around them is a torque on them, found for the end of
//! the physics step, so that stiff couplings are stable and friction stops a shaft and never turns it back.

use super::command::Command;
use super::{Act, Measured, Names, Scope, Signal, Wear, slowed};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::joints::LaneJoint;
use glam::Vec3;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use std::f32::consts::TAU;
use terrella_spec::mechanism::{Bearing, Coupling, Course, ElectricMotor, Imbalance, LoadProfile, Thermal};
use terrella_spec::world::{FaultKind, Freedom, Mechanism};

/// The drive works at its limit when this share of the largest speed is missing.
const FULL_EFFORT_AT: f32 = 0.1;
/// What seizes or jams holds with this many times the motor's largest torque.
const SEIZED: f32 = 3.0;
/// Loads below this share of the rated one wear the bearing as if they were that.
const LEAST_LOAD: f32 = 0.1;
/// Times a turn that the rolling elements of a worn bearing pass its flaw.
const FLAW_PASSES: f32 = 5.0;
/// Radial force of a worn bearing's flaw for each N m of friction that wear added, N.
const FLAW_NPNM: f32 = 40.0;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DriveTrain {
    motor_shaft: usize,
    load_shaft: usize,
    max_speed: f32,
    max_load: f32,
    motor: ElectricMotor<f32>,
    coupling: Coupling<f32>,
    bearing: Bearing<f32>,
    thermal: Thermal<f32>,
    imbalance: Imbalance<f32>,
    load_profile: Option<LoadProfile<f32>>,
    /// How far the load's cycle is, 0..1.
    cycle: f32,
    speed_command: Command,
    /// How far the coupling is twisted, rad of the load's shaft.
    twist: f32,
    temperature: f32,
    wear: f32,
    tripped: bool,
    /// What is reported of the time since the last record.
    report: Report,
    /// Sums over the physics steps since the last record.
    sums: Sums,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Report {
    setpoint: f32,
    load: f32,
    current: f32,
    speed: f32,
    vibration: f32,
    wear_per_sec: f32,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Sums {
    steps: u32,
    secs: f32,
    current: f32,
    squared_shake: f32,
    wear: f32,
}

impl DriveTrain {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::DriveTrain {
            motor_shaft,
            load_shaft,
            max_speed_radps,
            max_load_nm,
            motor,
            coupling,
            bearing,
            thermal,
            imbalance,
            load_profile,
        } = mechanism
        else {
            unreachable!("called for a drive train")
        };
        let hinge = |field: &str, name: &str| {
            let index = names.joint(field, name)?;
            match names.world.joints[index].freedom {
                Freedom::Hinge { limits_rad: None, .. } => Ok(index),
                _ => {
                    let reason = format!("`{name}` must be a hinge without limits");
                    Err(LaneError::invalid(names.place(field), reason))
                }
            }
        };
        let above_0 = [
            ("max_speed_radps", *max_speed_radps),
            ("motor.max_torque_nm", motor.max_torque_nm),
            ("motor.base_speed_radps", motor.base_speed_radps),
            ("motor.torque_constant_nmpa", motor.torque_constant_nmpa),
            ("coupling.gear_ratio", coupling.gear_ratio),
            ("coupling.stiffness_nmprad", coupling.stiffness_nmprad),
            ("bearing.rated_load_nm", bearing.rated_load_nm),
            ("bearing.life_revolutions", bearing.life_revolutions),
            ("thermal.resistance_kpw", thermal.resistance_kpw),
            ("thermal.capacity_jpk", thermal.capacity_jpk),
        ];
        for (field, value) in above_0 {
            if value <= 0.0 || value.is_nan() {
                let reason = format!("must be above 0, not {value}");
                return Err(LaneError::invalid(names.place(field), reason));
            }
        }
        if let Some(profile) = load_profile {
            names.above_zero("load_profile.period_secs", profile.period_secs)?;
        }
        let balanced = Imbalance {
            moment_kgm: 0.0,
            phase_rad: 0.0,
        };
        Ok(DriveTrain {
            motor_shaft: hinge("motor_shaft", motor_shaft)?,
            load_shaft: hinge("load_shaft", load_shaft)?,
            max_speed: *max_speed_radps,
            max_load: *max_load_nm,
            motor: motor.clone(),
            coupling: coupling.clone(),
            bearing: bearing.clone(),
            thermal: thermal.clone(),
            imbalance: imbalance.clone().unwrap_or(balanced),
            load_profile: load_profile.clone(),
            cycle: 0.0,
            speed_command: Command::default(),
            twist: 0.0,
            temperature: thermal.ambient_c,
            wear: bearing.wear.clamp(0.0, 1.0),
            tripped: false,
            report: Report::default(),
            sums: Sums::default(),
        })
    }

    fn failed(&self) -> bool {
        self.wear >= 1.0
    }

    /// Torque that the work asks for by itself in this step, N m.
    fn next_load(&mut self, dt: f32) -> f32 {
        let Some(profile) = &self.load_profile else {
            return 0.0;
        };
        let share = match profile.course {
            Course::Pulses => f32::from(self.cycle >= 0.5),
            Course::Ramp => self.cycle,
            Course::Sine => 0.5 - 0.5 * libm::cosf(TAU * self.cycle),
        };
        let torque = profile.torque_nm * share;
        let on = self.cycle + dt / profile.period_secs;
        self.cycle = on - on.floor();
        torque
    }

    /// Torque of the motor on its own shaft, N m.
    fn motor_torque(&self, speed: f32, wanted: f32, strength: f32, inertia: f32, dt: f32) -> f32 {
        if self.tripped {
            return 0.0;
        }
        let fading = self.motor.base_speed_radps / speed.abs().max(self.motor.base_speed_radps);
        let limit = self.motor.max_torque_nm * fading * strength;
        // For each rad/s that the motor's own shaft is short of.
        let gain = self.motor.max_torque_nm / (FULL_EFFORT_AT * self.max_speed * self.coupling.gear_ratio);
        let missing = wanted * self.coupling.gear_ratio - speed;
        (gain * missing / (1.0 + gain * dt / inertia)).clamp(-limit, limit)
    }

    /// Torque of the coupling on the load's shaft, N m. `behind` is how much faster the motor's end turns, rad/s;
    /// `softness` the sum of 1/inertia of both ends.
    fn coupling_torque(&mut self, behind: f32, softness: f32, limit: f32, dt: f32) -> f32 {
        let Coupling {
            stiffness_nmprad: stiffness,
            damping_nmsprad: damping,
            backlash_rad,
            ..
        } = self.coupling;
        let play = 0.5 * backlash_rad;
        let before = self.twist;
        self.twist += behind * dt;
        let pressed = self.twist - self.twist.clamp(-play, play);
        if pressed == 0.0 {
            return 0.0;
        }
        let free = stiffness * pressed + damping * behind;
        let torque = free / (1.0 + softness * dt * (damping + stiffness * dt));
        // A coupling pushes and does not pull back.
        let torque = if torque * pressed < 0.0 { 0.0 } else { torque };
        let passed = torque.clamp(-limit, limit);
        if passed != torque {
            // It slips: it is twisted no further.
            self.twist = before;
        }
        passed
    }

    fn act_on_shafts(&mut self, scope: &mut Scope<'_>, wanted: f32, load: f32) {
        let dt = scope.dt_secs();
        let faults = scope.faults;
        let (motor, shaft) = (scope.joints[self.motor_shaft], scope.joints[self.load_shaft]);
        let [motor_inertia, inertia] = [motor, shaft].map(|joint| joint.inertia(scope.physics));
        let [motor_speed, speed] = [motor, shaft].map(|joint| joint.velocity(scope.physics));
        let ratio = self.coupling.gear_ratio;
        let strongest = self.motor.max_torque_nm * ratio;
        let slip = faults.severity(FaultKind::Slip);
        let grip = if slip > 0.0 {
            strongest * (1.0 - slip)
        } else {
            f32::INFINITY
        };
        let softness = 1.0 / inertia + 1.0 / (motor_inertia * ratio * ratio);
        let passed = self.coupling_torque(motor_speed / ratio - speed, softness, grip, dt);
        // What is missing at the end of the step, so that a stiff drive is stable.
        let free = motor_speed - passed / ratio * dt / motor_inertia;
        let drive = self.motor_torque(free, wanted, faults.strength(), motor_inertia, dt);
        motor.push(scope.physics, drive - passed / ratio);

        let heavy_side = shaft.beside_axis(scope.physics, self.imbalance.phase_rad);
        let gravity = scope.physics.gravity;
        let hangs =
            self.imbalance.moment_kgm * heavy_side.cross(gravity).dot(shaft.axis_in_world(scope.physics));
        let grown = self.bearing.worn_friction_nm - self.bearing.friction_nm;
        let rough = grown * libm::powf(self.wear, self.bearing.growth_exponent);
        let mut rubs = self.bearing.friction_nm + rough + strongest * faults.severity(FaultKind::Drag) + load;
        if self.failed() || faults.has(FaultKind::Jam) {
            rubs += SEIZED * strongest;
        }
        let free = speed + (passed + hangs) * dt / inertia;
        let braked = slowed(free, rubs * dt / inertia);
        shaft.push(scope.physics, (braked - speed) * inertia / dt);

        let current = drive / self.motor.torque_constant_nmpa;
        let heat = current * current * self.motor.resistance_ohm;
        let lost = (self.temperature - self.thermal.ambient_c) / self.thermal.resistance_kpw;
        self.temperature += (heat - lost) * dt / self.thermal.capacity_jpk;
        self.tripped |= self.temperature >= self.thermal.trip_c;
        let share = (load / self.bearing.rated_load_nm).max(LEAST_LOAD);
        let worn = speed.abs() * dt / TAU / self.bearing.life_revolutions * share * share * share;
        self.wear = (self.wear + worn).min(1.0);
        let flaw = FLAW_NPNM * rough * libm::sinf(FLAW_PASSES * shaft.position(scope.physics));
        let shaken = self.imbalance.moment_kgm * speed * speed * heavy_side + flaw * Vec3::Z;
        self.sums.steps += 1;
        self.sums.secs += dt;
        self.sums.current += current;
        self.sums.squared_shake += (shaken / scope.physics.bodies[shaft.child].mass()).length_squared();
        self.sums.wear += worn;
    }
}

impl Act for DriveTrain {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![
            ActionChannel::new(name, "speed", "rad/s", 0.0, self.max_speed),
            ActionChannel::new(name, "load", "N m", 0.0, self.max_load),
        ]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        (self.report.setpoint, self.report.load) = (inputs[0], inputs[1]);
        let wanted = self.speed_command.take(&scope.faults, &inputs[..1])[0];
        let load = inputs[1] + self.next_load(scope.dt_secs());
        self.act_on_shafts(scope, wanted, load);
        Signal {
            active: self.shown() == 0.0,
            reach: None,
            ..Signal::default()
        }
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.report.speed = seen.joints[self.load_shaft].velocity(seen.physics);
        if self.sums.steps > 0 {
            let steps = self.sums.steps as f32;
            self.report.current = self.sums.current / steps;
            self.report.vibration = (self.sums.squared_shake / steps).sqrt();
            self.report.wear_per_sec = self.sums.wear / self.sums.secs;
            self.sums = Sums::default();
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![
            self.report.setpoint,
            self.report.load,
            self.report.current,
            self.report.speed,
            self.temperature,
            self.report.vibration,
            f32::from(self.tripped),
        ]
    }

    fn wear(&self) -> Option<Wear> {
        let rate = self.report.wear_per_sec;
        Some(Wear {
            share: self.wear,
            remaining_secs: (rate > 0.0).then(|| (1.0 - self.wear) / rate),
        })
    }

    fn shown(&self) -> f32 {
        match (self.failed(), self.tripped) {
            (true, _) => 2.0,
            (false, true) => 1.0,
            (false, false) => 0.0,
        }
    }

    fn memory(&self) -> [f32; 3] {
        [self.twist, self.temperature, self.wear]
    }

    fn waiting(&self) -> Vec<f32> {
        let own = [f32::from(self.tripped), self.cycle];
        [&own, self.speed_command.waiting()].concat()
    }
}

impl LaneJoint {
    /// Moment of inertia of a hinge's child about the hinge's axis, kg m^2; the axis goes through its centre of mass.
    fn inertia(&self, world: &PhysicsWorld) -> f32 {
        let axis = self.axis_in_world(world);
        let inverse = world.bodies[self.child]
            .mass_properties()
            .effective_world_inv_inertia;
        1.0 / (inverse * axis).dot(axis)
    }
}
