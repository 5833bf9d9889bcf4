//! What drives on roads: the parts of a vehicle, and the lanes and agents of its traffic. How they move stands in
//! `engine/sim/src/mechanisms/vehicle.rs` and `engine/sim/src/mechanisms/traffic/`.

use crate::shape::yes;
use crate::world::{Number, zero};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A wheel of a vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Wheel<N> {
    /// Its centre with the suspension at rest length, in the vehicle's frame, m.
    pub position_m: [N; 3],
    /// Its radius, m.
    pub radius_m: N,
    /// True: it turns with the steering.
    #[serde(default)]
    pub steers: bool,
    /// True: the engine drives it.
    #[serde(default)]
    pub drives: bool,
    /// The kinematic body that shows it: it is put where the wheel is, steered and rolled. Its orientation at the start is
    /// that of the wheel straight ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// The springs and dampers of a vehicle, one for each wheel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Suspension<N> {
    /// Stiffness, N/m.
    pub stiffness_npm: N,
    /// Damping, N s/m.
    pub damping_nspm: N,
    /// How far a wheel may go up from where its spring is at rest length, m. Below that place it hangs in the air.
    pub travel_m: N,
}

/// The tyres of a vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Tyre<N> {
    /// Grip: friction is this times the friction of what the wheel stands on.
    #[serde(default = "one::<N>")]
    pub grip: N,
    /// Cornering stiffness as a share of the load, 1/rad: side force = this * load * slip angle while that is small.
    #[serde(default = "cornering::<N>")]
    pub cornering_per_rad: N,
    /// Rolling resistance as a share of the load.
    #[serde(default = "rolling::<N>")]
    pub rolling_resistance: N,
}

impl<N: Number> Default for Tyre<N> {
    fn default() -> Self {
        Tyre {
            grip: one(),
            cornering_per_rad: cornering(),
            rolling_resistance: rolling(),
        }
    }
}

/// What makes a vehicle faster and slower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Powertrain<N> {
    /// Largest force of the engine on the road, N, shared evenly by the wheels that it drives.
    pub max_force_n: N,
    /// Largest power, W: at speed v the force is at most this / v.
    pub max_power_w: N,
    /// Largest force of the brakes on the road, N, shared evenly by all wheels.
    pub max_brake_n: N,
    /// True: the brakes never lock a wheel, so that it can still be steered.
    #[serde(default = "yes")]
    pub antilock: bool,
    /// Drag coefficient times frontal area, m^2, in air of 1.2 kg/m^3.
    #[serde(default = "zero::<N>")]
    pub drag_area_m2: N,
}

/// What a vehicle is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum VehicleCommand<N> {
    /// The steering angle and both pedals.
    Pedals {},
    /// The curvature of its way and its acceleration along it. What comes of them is exact while the tyres hold and hardly slip: the
    /// steering angle is that at which wheels that do not slip roll along such a circle, and engine and brakes give the force of that
    /// acceleration, with what slope, drag and rolling take of it, as far as they are able to. It does not
    /// go backwards: who stands and is not told to go is held by the brakes.
    Curvature {
        /// Largest acceleration that can be asked for, m/s^2.
        max_acceleration_mps2: N,
        /// Largest braking that can be asked for, m/s^2.
        max_braking_mps2: N,
    },
}

impl<N> VehicleCommand<N> {
    /// Steering angle and pedals.
    pub fn pedals() -> Self {
        VehicleCommand::Pedals {}
    }

    /// True for steering angle and pedals.
    pub fn is_pedals(&self) -> bool {
        matches!(self, VehicleCommand::Pedals {})
    }
}

/// A lane: a line that agents follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct TrafficLane<N> {
    /// Its corners in driving direction, at least two, m. Who comes to its end drives on straight ahead.
    pub points_m: Vec<[N; 3]>,
    /// True: its end joins its start.
    #[serde(default)]
    pub closed: bool,
    /// The lanes in the same direction into which one may change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
    /// Where it gives way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gives_way: Vec<GiveWay<N>>,
    /// Where one stops: at a red light, or at a stop sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<StopLine<N>>,
}

/// A line at which agents stop. Before amber they stop where 3 m/s^2 are enough; those who drive aggressively pass it, and a red
/// that is less than 1 s old, if they get there in time; those who are distracted may see it too late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct StopLine<N> {
    /// Where it is, along the lane, m.
    pub line_m: N,
    /// The traffic light that says when: a mechanism that comes before the traffic. Absent: a stop sign, at which everybody comes to a
    /// halt and then goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
    /// The stage of the light: 0 or 1.
    #[serde(default)]
    pub stage: u32,
}

/// The lamps that show a stage of a traffic light.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LightHead {
    /// The stage: 0 or 1.
    pub stage: u32,
    /// The green lamp: a kinematic body that stands where it is dark.
    pub green: String,
    /// The amber lamp.
    pub amber: String,
    /// The red lamp.
    pub red: String,
}

/// A line at which agents wait while others come on another lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct GiveWay<N> {
    /// Where they wait, along their own lane, m.
    pub line_m: N,
    /// The lane that has priority.
    pub to: String,
    /// Where the lanes meet, along that lane, m.
    pub meets_m: N,
    /// They wait for whoever is less than this before that place, s, or not yet one length behind it.
    pub gap_secs: N,
}

/// How an agent drives: the parameters of the intelligent driver model (Treiber, Hennecke and Helbing 2000).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Headway 1.5 s, gap 2 m, acceleration 1.5, braking 2 m/s^2; looks ten times a second.
    #[default]
    Normal,
    /// Headway 0.7 s, gap 1.2 m, acceleration 2.5, braking 3.5 m/s^2; changes lanes for small gains and into small gaps.
    Aggressive,
    /// As normal, but looks up only every 1.5 s and does what it saw until then.
    Distracted,
    /// On foot: headway 0.3 s, gap 0.8 m, acceleration and braking 2 m/s^2; stops at the end of its lane.
    Walking,
}

/// Somebody in the traffic: a kinematic body that starts where it stands, on the lane that it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Agent<N> {
    /// The lane that it follows at first.
    pub lane: String,
    /// Its speed at the start, m/s.
    #[serde(default = "zero::<N>")]
    pub speed_mps: N,
    /// The speed that it wants, m/s.
    pub wants_mps: N,
    /// How it drives.
    #[serde(default)]
    pub style: Style,
    /// True: it changes lanes where that helps (MOBIL: Kesting, Treiber and Helbing 2007).
    #[serde(default)]
    pub changes_lanes: bool,
    /// What it does against its nature, in this order: a cut-in, a sudden stop, a step into the road.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order<N>>,
}

/// Something that an agent does once, when all that is given of `after_secs`, `near_m` and `ahead_m` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Order<N> {
    /// So long after the start, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_secs: Option<N>,
    /// The first body of the traffic's `sees` is at most so far away, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_m: Option<N>,
    /// It is at least so far ahead of that body, along that body's own x, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead_m: Option<N>,
    /// The lane that it goes to, whoever is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// The speed that it wants from then on, m/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wants_mps: Option<N>,
    /// How hard it brakes to come down to that speed, m/s^2; as its style does when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brakes_mps2: Option<N>,
}

impl<N> Default for Order<N> {
    fn default() -> Self {
        Order {
            after_secs: None,
            near_m: None,
            ahead_m: None,
            lane: None,
            wants_mps: None,
            brakes_mps2: None,
        }
    }
}

/// Lanes by name.
pub type Lanes<N> = IndexMap<String, TrafficLane<N>>;

fn one<N: Number>() -> N {
    N::fixed(1.0)
}
fn cornering<N: Number>() -> N {
    N::fixed(15.0)
}
fn rolling<N: Number>() -> N {
    N::fixed(0.012)
}
