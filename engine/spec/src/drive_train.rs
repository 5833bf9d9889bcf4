//! The parts of the mechanism `drive_train`: what somebody reads on the plates of a motor, a coupling and a bearing.

use crate::world::{Number, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An electric motor under a drive that limits its torque.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct ElectricMotor<N> {
    /// Largest torque up to the base speed, N m.
    pub max_torque_nm: N,
    /// Speed of the motor's shaft above which the largest torque falls as 1/speed, rad/s.
    pub base_speed_radps: N,
    /// Torque for each ampere, N m/A.
    pub torque_constant_nmpa: N,
    /// Resistance of its windings, which current heats, ohm.
    pub resistance_ohm: N,
}

/// A gear with a coupling behind it, which twists and has play. Angles and torques are those of the load's shaft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Coupling<N> {
    /// Turns of the motor for a turn of the load.
    pub gear_ratio: N,
    /// Stiffness, N m/rad.
    pub stiffness_nmprad: N,
    /// Damping while it is under torque, N m s/rad.
    pub damping_nmsprad: N,
    /// Play: how far one end turns freely while the other stands, rad.
    #[serde(default = "zero::<N>")]
    pub backlash_rad: N,
}

/// The bearing of the load's shaft, which wears. Its life falls with the cube of the load torque.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Bearing<N> {
    /// Friction when new, N m.
    pub friction_nm: N,
    /// Friction at the end of its life, N m. Between the two it grows with a power of the wear; then it seizes.
    pub worn_friction_nm: N,
    /// That power: at 1 friction grows evenly; the larger, the later and the more steeply.
    #[serde(default = "square::<N>")]
    pub growth_exponent: N,
    /// Load torque at which its life is `life_revolutions`, N m.
    pub rated_load_nm: N,
    /// Turns of the load's shaft until it fails, at the rated load.
    pub life_revolutions: N,
    /// The wear that it starts with, 0 new .. 1 failed.
    #[serde(default = "zero::<N>")]
    pub wear: N,
}

/// How the motor warms up: C dT/dt = heat - (T - ambient) / R.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Thermal<N> {
    /// Temperature of the surroundings, and the motor's at the start, degC.
    pub ambient_c: N,
    /// Thermal resistance to the surroundings, K/W.
    pub resistance_kpw: N,
    /// Heat capacity, J/K.
    pub capacity_jpk: N,
    /// Temperature at which the drive switches the motor off for good, degC.
    pub trip_c: N,
}

/// A mass off the axis of the load's shaft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Imbalance<N> {
    /// Mass times its distance from the axis, kg m.
    pub moment_kgm: N,
    /// Where it sits: an angle about the hinge's axis in the load's own frame, rad. Where the axis is x, 0 is +y and a
    /// quarter turn +z.
    pub phase_rad: N,
}

/// A load that comes and goes by itself, on top of the one that is commanded: what the machine works on is not always equally hard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct LoadProfile<N> {
    /// Its course over a cycle.
    pub course: Course,
    /// Largest torque, N m.
    pub torque_nm: N,
    /// How long a cycle takes, s.
    pub period_secs: N,
}

/// The course of a load over a cycle. All have half of the largest torque on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// Nothing in the first half, the largest torque in the second.
    Pulses,
    /// It rises evenly from nothing to the largest torque, and drops.
    Ramp,
    /// It swells and ebbs like a sine, from nothing on.
    Sine,
}

fn square<N: Number>() -> N {
    N::fixed(2.0)
}
