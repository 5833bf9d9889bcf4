//! Telemetry: what equipment reports of itself, in four roles, and what faults do to the reports.
//!
//! Which readings there are follows from the world alone, so that every world of a family has the same columns.

use crate::mechanisms::{axes, letter};
use terrella_spec::world::{Fault as Defect, FaultKind, Freedom, Mechanism, VehicleCommand, World};

/// What a reading tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the mechanism was told.
    Setpoint,
    /// How hard it works: force, torque, current.
    Effort,
    /// What it does, as its own encoder or sensor tells.
    Feedback,
    /// What else is known: temperature, vibration.
    Context,
}

impl Role {
    /// All roles, in the order of their columns.
    pub const ALL: [Role; 4] = [Role::Setpoint, Role::Effort, Role::Feedback, Role::Context];
}

/// One number that a mechanism reports at every record.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The mechanism, by its index.
    pub mechanism: usize,
    /// Its role.
    pub role: Role,
    /// `MECHANISM.WHAT`, such as `belt.speed`.
    pub name: String,
    /// Its unit, empty where it has none.
    pub unit: &'static str,
    /// How far it ranges, in its unit: the measure of a drift.
    pub span: f32,
}

/// What all mechanisms of a world report, in their order. [`crate::view::StepView::telemetry`] has the values.
pub fn readings(world: &World<f32>) -> Vec<Reading> {
    let mut all = Vec::new();
    for (index, (name, mechanism)) in world.mechanisms.iter().enumerate() {
        for (role, what, unit, span) in of(world, mechanism) {
            all.push(Reading {
                mechanism: index,
                role,
                name: format!("{name}.{what}"),
                unit,
                span,
            });
        }
    }
    all
}

type Described = (Role, String, &'static str, f32);

/// The readings of a mechanism, in the order of the values that its `Act::telemetry` gives.
fn of(world: &World<f32>, mechanism: &Mechanism<f32>) -> Vec<Described> {
    use Role::{Context, Effort, Feedback, Setpoint};
    let slides = |joint: &str| {
        let joint = world.joints.get(joint);
        joint.is_some_and(|joint| matches!(joint.freedom, Freedom::Slider { .. }))
    };
    let row = |role, what: &str, unit, span| (role, what.to_string(), unit, span);
    match mechanism {
        Mechanism::Gantry {
            axes: letters,
            max_speed_mps,
            ..
        } => {
            let axes = axes(letters).unwrap_or_default();
            let of = |role| {
                let name = move |axis: &usize| (role, format!("v{}", letter(*axis)), "m/s", *max_speed_mps);
                axes.iter().map(name).collect::<Vec<_>>()
            };
            [of(Setpoint), of(Feedback)].concat()
        }
        Mechanism::Carriage {
            axes: letters,
            max_step_m,
            max_speed_mps,
            ..
        } => {
            let axes = axes(letters).unwrap_or_default();
            let steps = axes.iter().map(|axis| {
                let name = format!("d{}", letter(*axis));
                (Setpoint, name, "m", *max_step_m)
            });
            let speeds = axes.iter().map(|axis| {
                let name = format!("v{}", letter(*axis));
                (Feedback, name, "m/s", *max_speed_mps)
            });
            steps.chain(speeds).collect()
        }
        Mechanism::Drive {
            joint,
            max_force,
            pulley_radius_m,
            ..
        } => {
            let pushes = slides(joint) && pulley_radius_m.is_none();
            let (input, unit) = if pushes { ("force", "N") } else { ("torque", "N m") };
            let speed = if pushes { "m/s" } else { "rad/s" };
            vec![
                row(Setpoint, input, unit, *max_force),
                row(Effort, input, unit, *max_force),
                row(Feedback, "velocity", speed, 1.0),
            ]
        }
        Mechanism::Servo {
            joint,
            max_velocity,
            max_force,
        } => {
            let (speed, unit) = if slides(joint) {
                ("m/s", "N")
            } else {
                ("rad/s", "N m")
            };
            vec![
                row(Setpoint, "velocity", speed, *max_velocity),
                row(Effort, "effort", unit, *max_force),
                row(Feedback, "velocity", speed, *max_velocity),
            ]
        }
        Mechanism::Positioner {
            joint,
            limits,
            max_force,
            ..
        } => {
            let (place, unit) = if slides(joint) { ("m", "N") } else { ("rad", "N m") };
            let span = limits[1] - limits[0];
            vec![
                row(Setpoint, "position", place, span),
                row(Effort, "effort", unit, *max_force),
                row(Feedback, "position", place, span),
            ]
        }
        Mechanism::Ram {
            max_speed_mps,
            max_force_n,
            ..
        } => vec![
            row(Setpoint, "vx", "m/s", *max_speed_mps),
            row(Setpoint, "vy", "m/s", *max_speed_mps),
            row(Setpoint, "force", "N", *max_force_n),
            row(Effort, "fx", "N", *max_force_n),
            row(Effort, "fy", "N", *max_force_n),
            row(Feedback, "vx", "m/s", *max_speed_mps),
            row(Feedback, "vy", "m/s", *max_speed_mps),
        ],
        Mechanism::Belt {
            max_speed_mps,
            max_force_n,
            ..
        } => vec![
            row(Setpoint, "speed", "m/s", *max_speed_mps),
            row(Effort, "force", "N", *max_force_n),
            row(Feedback, "speed", "m/s", *max_speed_mps),
            row(Context, "stalled", "", 1.0),
        ],
        Mechanism::PhotoEye { .. } => vec![row(Feedback, "blocked", "", 1.0), row(Context, "count", "", 1.0)],
        Mechanism::Stop {} => vec![row(Setpoint, "pressed", "", 1.0)],
        Mechanism::Weigher { .. } => vec![row(Feedback, "mass", "kg", 1.0)],
        Mechanism::DriveTrain {
            max_speed_radps,
            max_load_nm,
            motor,
            ..
        } => vec![
            row(Setpoint, "speed", "rad/s", *max_speed_radps),
            row(Setpoint, "load", "N m", *max_load_nm),
            row(
                Effort,
                "current",
                "A",
                motor.max_torque_nm / motor.torque_constant_nmpa,
            ),
            row(Feedback, "speed", "rad/s", *max_speed_radps),
            row(Context, "temperature", "degC", 100.0),
            row(Context, "vibration", "m/s^2", 10.0),
            row(Context, "tripped", "", 1.0),
        ],
        Mechanism::DiffDrive {
            max_speed_mps,
            max_lateral_mps,
            max_yaw_radps,
            max_acceleration_mps2,
            ..
        } => {
            let speeds = |role| {
                let yaw = row(role, "omega", "rad/s", *max_yaw_radps);
                if *max_lateral_mps > 0.0 {
                    let ahead = row(role, "vx", "m/s", *max_speed_mps);
                    return vec![ahead, row(role, "vy", "m/s", *max_lateral_mps), yaw];
                }
                vec![row(role, "v", "m/s", *max_speed_mps), yaw]
            };
            let effort = row(Effort, "acceleration", "m/s^2", *max_acceleration_mps2);
            let context = vec![row(Context, "blocked", "", 1.0), row(Context, "way", "m", 1.0)];
            [speeds(Setpoint), vec![effort], speeds(Feedback), context].concat()
        }
        Mechanism::Rearranger { .. } => vec![
            row(Context, "moved", "", 1.0),
            row(Context, "moving", "", 1.0),
            row(Context, "body", "", 1.0),
            row(Context, "unnoticed", "", 1.0),
        ],
        // What lifts loads has no force in these worlds, so no effort.
        Mechanism::Lifter { lift_m, .. } => vec![
            row(Setpoint, "height", "m", *lift_m),
            row(Feedback, "height", "m", *lift_m),
            row(Context, "loaded", "", 1.0),
            row(Context, "mass", "kg", 1.0),
        ],
        Mechanism::Orders { .. } => vec![
            row(Context, "arrived", "", 1.0),
            row(Context, "delivered", "", 1.0),
            row(Context, "per_hour", "1/h", 1.0),
            row(Context, "mean_secs", "s", 1.0),
        ],
        Mechanism::Elevator { rise_m, .. } => vec![
            row(Setpoint, "call", "", 1.0),
            row(Feedback, "height", "m", *rise_m),
            row(Context, "waits", "", 1.0),
        ],
        Mechanism::Finish { .. } => vec![
            row(Context, "first", "", 1.0),
            row(Context, "first_secs", "s", 1.0),
            row(Context, "second_secs", "s", 1.0),
        ],
        Mechanism::Vehicle {
            wheels,
            powertrain,
            max_steer_rad,
            command,
            ..
        } => {
            let most = powertrain.max_force_n.max(powertrain.max_brake_n);
            let mut all = match command {
                VehicleCommand::Pedals {} => vec![
                    row(Setpoint, "steer", "rad", *max_steer_rad),
                    row(Setpoint, "throttle", "", 1.0),
                    row(Setpoint, "brake", "", 1.0),
                ],
                VehicleCommand::Curvature { max_braking_mps2, .. } => vec![
                    row(Setpoint, "curvature", "1/m", 0.1),
                    row(Setpoint, "acceleration", "m/s^2", *max_braking_mps2),
                ],
            };
            all.extend([
                row(Effort, "engine", "N", powertrain.max_force_n),
                row(Effort, "tyres", "N", most),
                row(Feedback, "steer", "rad", *max_steer_rad),
                row(Feedback, "speed", "m/s", 30.0),
            ]);
            let names = wheels.keys().map(|name| format!("wheel_{name}"));
            all.extend(names.map(|name| row(Feedback, &name, "rad/s", 100.0)));
            all
        }
        Mechanism::Wheels {
            max_speed_radps,
            torques_nm,
            ..
        } => sides(*max_speed_radps, *torques_nm),
        Mechanism::Legs { max_speed_radps, .. } => sides(*max_speed_radps, None),
        Mechanism::Comfort { .. } => vec![
            row(Context, "longitudinal", "m/s^2", 10.0),
            row(Context, "lateral", "m/s^2", 10.0),
            row(Context, "longitudinal_jerk", "m/s^3", 10.0),
            row(Context, "lateral_jerk", "m/s^3", 10.0),
            row(Context, "comfortable", "", 1.0),
            row(Context, "uncomfortable", "s", 1.0),
        ],
        // A vessel is a fraction of a metre deep.
        Mechanism::Gauge { .. } => vec![row(Feedback, "level", "m", 0.1)],
        // Both stages: 0 green, 1 amber, 2 red, 3 off, and the time until that changes.
        Mechanism::TrafficLight { period_secs, .. } => vec![
            row(Context, "color", "", 1.0),
            row(Context, "changes_in", "s", *period_secs),
            row(Context, "cross_color", "", 1.0),
            row(Context, "cross_changes_in", "s", *period_secs),
        ],
        _ => Vec::new(),
    }
}

/// Of what steers by its sides: what these were told, speeds or torques, and how fast the first and the last hinge of each turn.
fn sides(max_speed_radps: f32, torques_nm: Option<f32>) -> Vec<Described> {
    let (unit, most) = torques_nm.map_or(("rad/s", max_speed_radps), |most| ("N m", most));
    let told = ["left", "right"].map(|side| (Role::Setpoint, side.to_string(), unit, most));
    let ends = ["front_left", "rear_left", "front_right", "rear_right"];
    let turn = ends.map(|end| (Role::Feedback, end.to_string(), "rad/s", max_speed_radps));
    let effort = (Role::Effort, "share".to_string(), "", 1.0);
    told.into_iter().chain([effort]).chain(turn).collect()
}

/// The faults of one mechanism at one moment: the severity of each kind, 0 for those that it has not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Faults([f32; FaultKind::ALL.len()]);

impl Faults {
    /// The faults of a mechanism at a time. Of two of one kind the worse counts.
    pub(crate) fn of<'a>(mechanism: &str, all: impl Iterator<Item = &'a Defect<f32>>, secs: f32) -> Faults {
        let mut faults = Faults::default();
        for fault in all.filter(|fault| fault.mechanism == mechanism) {
            let severity = &mut faults.0[fault.kind as usize];
            *severity = severity.max(fault.severity_at(secs).clamp(0.0, 1.0));
        }
        faults
    }

    /// The severity of a kind, 0..1.
    pub(crate) fn severity(&self, kind: FaultKind) -> f32 {
        self.0[kind as usize]
    }

    /// What is left of the largest effort.
    pub(crate) fn strength(&self) -> f32 {
        1.0 - self.severity(FaultKind::Weak)
    }

    /// True while a fault of this kind, which is there or not, is there.
    pub(crate) fn has(&self, kind: FaultKind) -> bool {
        self.severity(kind) >= 0.5
    }

    /// What is reported in place of `value`. `last` is the report before, `chance` a number in 0..1 for this report.
    pub(crate) fn report(&self, value: f32, span: f32, last: Option<f32>, chance: f32) -> f32 {
        if let Some(last) = last
            && chance < self.severity(FaultKind::Dropout)
        {
            return last;
        }
        let drift = self.severity(FaultKind::Drift);
        // Without a drift the value stays as it is, to the bit.
        if drift > 0.0 {
            value + 0.25 * span * drift
        } else {
            value
        }
    }
}

/// A number in 0..1 that is a function of a record and a reading: which reports a dropout takes.
pub(crate) fn chance(step: u32, reading: usize) -> f32 {
    // SplitMix64.
    let mut bits = (u64::from(step) << 32 | reading as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 40) as f32 / (1u64 << 24) as f32
}
