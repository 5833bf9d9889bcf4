//! The robots' drives, and how those of the real site differ from those of the ideal one.

use crate::draw::Draw;
use crate::drawn;
use crate::faults;
use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Fault, FaultKind, Mechanism, Odometer};

/// Accelerations of a sound drive, m/s^2 and rad/s^2.
const ACCELERATION_MPS2: f32 = 2.0;
const ACCELERATION_RADPS2: f32 = 8.0;
/// Mass of a robot, kg.
pub(super) const MASS_KG: f32 = 60.0;
/// What the names of the factors begin with that the ideal site does not use.
const REAL: &str = "real.";

/// The drive of every robot: in the ideal twin all perturbations are 0.
pub(super) fn drive(draw: &mut Draw<'_>, real: bool) -> Mechanism<f32> {
    let mut perturbation = |name: &str| {
        let drawn = draw.real(name);
        if real { drawn } else { 0.0 }
    };
    let slip = perturbation("real.slip");
    let veer_radpm = perturbation("real.veer_radpm");
    let stiction_mps = perturbation("real.stiction_mps");
    let delay_secs = perturbation("real.delay_secs");
    let strength = 1.0 - perturbation("real.motor_loss");
    let noise = perturbation("real.odometry_noise");
    let odometer = Odometer {
        scale_error: perturbation("real.odometry_scale_error"),
        bias_radpm: perturbation("real.odometry_bias_radpm"),
        noise_m: noise,
        noise_rad: noise,
        seed: draw.real("odometry_seed"),
    };
    Mechanism::DiffDrive {
        body: String::new(),
        max_speed_mps: 1.2,
        max_lateral_mps: 0.0,
        max_yaw_radps: 2.0,
        max_acceleration_mps2: ACCELERATION_MPS2 * strength,
        max_acceleration_radps2: ACCELERATION_RADPS2 * strength,
        mass_kg: Some(MASS_KG),
        push_force_n: 60.0,
        climb_m: 0.0,
        reach_m: 0.4,
        slip,
        veer_radpm,
        stiction_mps,
        track_m: 0.4,
        delay_secs: Some(delay_secs),
        odometer,
    }
}

/// That drive in one robot. Those out of service are switched off: they do not speed up.
pub(super) fn of_robot(drive: &Mechanism<f32>, index: usize, name: String, serves: bool) -> Mechanism<f32> {
    let mut drive = drive.clone();
    let Mechanism::DiffDrive {
        body,
        odometer,
        max_acceleration_mps2,
        max_acceleration_radps2,
        ..
    } = &mut drive
    else {
        unreachable!("robots have drives")
    };
    odometer.seed += index as f32;
    *body = name;
    if !serves {
        (*max_acceleration_mps2, *max_acceleration_radps2) = (0.0, 0.0);
    }
    drive
}

/// How wheels wear: not at all in the ideal twin.
pub(super) fn wear(draw: &mut Draw<'_>, real: bool) -> Fault<f32> {
    let [wear, ramp_secs, mended_secs] =
        ["real.wear", "real.wear_secs", "real.maintenance_secs"].map(|name| draw.real(name));
    let maintained = draw.word("real.maintenance") == "wheels";
    Fault {
        mechanism: String::new(),
        kind: FaultKind::Slip,
        onset_secs: 0.0,
        ramp_secs,
        severity: if real { wear } else { 0.0 },
        fails_at: None,
        mended_secs: maintained.then_some(mended_secs),
    }
}

/// The wear of one robot's wheels.
pub(super) fn wear_of(wear: &Fault<f32>, index: usize) -> Fault<f32> {
    Fault {
        mechanism: format!("drive_{index}"),
        ..wear.clone()
    }
}

/// The ideal twin of a world: what the same seed gives where the factor `twin` is `ideal`.
pub(super) fn ideal(plan: WorldPlan) -> WorldPlan {
    let mut plan = faults::healthy(plan);
    let elevator_mps = drawn::real(&plan, "elevator_speed_mps");
    for mechanism in plan.world.mechanisms.values_mut() {
        match mechanism {
            Mechanism::DiffDrive {
                max_acceleration_mps2,
                max_acceleration_radps2,
                slip,
                veer_radpm,
                stiction_mps,
                delay_secs,
                odometer,
                ..
            } => {
                if *max_acceleration_mps2 > 0.0 {
                    *max_acceleration_mps2 = ACCELERATION_MPS2;
                    *max_acceleration_radps2 = ACCELERATION_RADPS2;
                }
                (*slip, *veer_radpm, *stiction_mps, *delay_secs) = (0.0, 0.0, 0.0, Some(0.0));
                *odometer = Odometer {
                    seed: odometer.seed,
                    ..Odometer::default()
                };
            }
            Mechanism::Elevator { speed_mps, .. } => *speed_mps = elevator_mps,
            _ => {}
        }
    }
    plan.factors
        .insert("twin".into(), FactorValue::Word("ideal".into()));
    plan.ood.retain(|name| !name.starts_with(REAL));
    plan
}
