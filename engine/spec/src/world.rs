//! A world as data: bodies, joints, mechanisms, what is sensed, cameras, light.
//!
//! One definition serves both ends: `World<Dist>` is what a scene file holds, where any number may be a
//! distribution, and `World<f32>` is one drawn world. So a drawn world can be written out as a scene file again.
//!
//! Frames: SI units, Z up, right-handed. A body's pose maps its own frame to the world's.

pub use crate::camera::{Calibration, Camera, Effects, Lens, Lidar, Orbit};
use crate::dist::Dist;
pub use crate::fault::{Fault, FaultKind};
pub use crate::image::Image;
pub use crate::light::{Fog, Lamp, Light, Shadows};
pub use crate::liquid::{Fill, Liquid};
pub use crate::mechanism::{GripAim, Leg, Mechanism, Odometer, RotorInputs};
use crate::pose::Pose;
pub use crate::road::{
    Agent, GiveWay, LightHead, Order, Powertrain, StopLine, Style, Suspension, TrafficLane, Tyre,
    VehicleCommand, Wheel,
};
use crate::shape::{Paint, Rotation, Shape, yes, zeros};
pub use crate::soft::{Pin, Soft, SoftForm};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// A number of a world: drawn (`f32`) or to be drawn ([`Dist`]).
pub trait Number: Clone + Debug + PartialEq + Serialize + DeserializeOwned + JsonSchema + 'static {
    /// The number that is always `value`.
    fn fixed(value: f32) -> Self;
}

impl Number for f32 {
    fn fixed(value: f32) -> Self {
        value
    }
}

impl Number for Dist {
    fn fixed(value: f32) -> Self {
        Dist::fixed(shortest(value))
    }
}

/// The f64 with the shortest text that reads back as `value`: 0.1, not 0.10000000149011612.
fn shortest(value: f32) -> f64 {
    value.to_string().parse().expect("a float's text is a float")
}

/// A world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct World<N> {
    /// Records, and so actions and observations, a second.
    #[serde(default = "control_hz")]
    pub control_hz: u32,
    /// Gravity, m/s^2.
    #[serde(default = "gravity::<N>")]
    pub gravity_mps2: [N; 3],
    /// How it is integrated.
    #[serde(default)]
    pub physics: Physics,
    /// Bodies by name.
    #[serde(default)]
    pub bodies: IndexMap<String, Body<N>>,
    /// Joints by name.
    #[serde(default)]
    pub joints: IndexMap<String, Joint<N>>,
    /// Liquids by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub liquids: IndexMap<String, Liquid<N>>,
    /// Soft bodies by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub softs: IndexMap<String, Soft<N>>,
    /// What the world does beyond rigid bodies, by name. Their inputs, in this order, are the action.
    #[serde(default)]
    pub mechanisms: IndexMap<String, Mechanism<N>>,
    /// Who acts, where there are several: the mechanisms of each agent by its name. Empty: one agent, who has them all.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub agents: IndexMap<String, Vec<String>>,
    /// What each agent may sense: the channels of `agents.observation`, the same for all of them, in this order. In `of` and
    /// `seen_from`, `{agent}` stands for the agent's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents_observe: Vec<Observe>,
    /// What goes wrong with mechanisms, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub faults: IndexMap<String, Fault<N>>,
    /// What the agent may sense: the channels of `observation.state`, in this order.
    #[serde(default)]
    pub observe: Vec<Observe>,
    /// Cameras by name.
    #[serde(default)]
    pub cameras: IndexMap<String, Camera<N>>,
    /// 2-D lidars by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub lidars: IndexMap<String, Lidar<N>>,
    /// Images that paints and the sky name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub images: IndexMap<String, Image>,
    /// Sun and sky.
    #[serde(default)]
    pub light: Light<N>,
    /// Lights beside the sun, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub lights: IndexMap<String, Lamp<N>>,
}

impl<N: Number> Default for World<N> {
    fn default() -> Self {
        World {
            control_hz: control_hz(),
            gravity_mps2: gravity(),
            physics: Physics::default(),
            bodies: IndexMap::new(),
            joints: IndexMap::new(),
            liquids: IndexMap::new(),
            softs: IndexMap::new(),
            mechanisms: IndexMap::new(),
            agents: IndexMap::new(),
            agents_observe: Vec::new(),
            faults: IndexMap::new(),
            observe: Vec::new(),
            cameras: IndexMap::new(),
            lidars: IndexMap::new(),
            images: IndexMap::new(),
            light: Light::default(),
            lights: IndexMap::new(),
        }
    }
}

impl World<f32> {
    /// Where its bodies are at the start, in their order.
    pub fn start_poses(&self) -> Vec<Pose> {
        let pose = |body: &Body<f32>| Pose {
            position_m: body.position_m,
            rotation_xyzw: body.rotation.quaternion_xyzw(),
        };
        self.bodies.values().map(pose).collect()
    }
}

/// Presets of the integrator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// 240 Hz, 4 iterations, stiff contacts, nothing reused between steps: bounces and stacks are right.
    #[default]
    Accurate,
    /// 60 Hz, 4 iterations, the solver's defaults: about four times as fast, bounces and stacks less exact.
    Fast,
    /// 240 Hz, 16 iterations, no stabilisation: jointed worlds keep their energy. Not for stacks.
    Jointed,
    /// 120 Hz, 4 iterations, stiff contacts that are made anew each step: hundreds of small grains, which the other
    /// fast preset lets sink into each other.
    Granular,
}

/// How a world is integrated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Physics {
    /// The preset.
    #[serde(default)]
    pub preset: Preset,
    /// Physics steps a second in place of the preset's; a multiple of `control_hz`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_hz: Option<u32>,
}

impl Physics {
    /// Physics steps a second.
    pub fn step_hz(&self) -> u32 {
        self.step_hz.unwrap_or(match self.preset {
            Preset::Accurate | Preset::Jointed => 240,
            Preset::Fast => 60,
            Preset::Granular => 120,
        })
    }
}

/// How a body moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// By forces and contacts.
    #[default]
    Dynamic,
    /// Never.
    Fixed,
    /// As a mechanism says; it pushes others and is pushed by none.
    Kinematic,
}

/// A rigid body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Body<N> {
    /// How it moves.
    #[serde(default)]
    pub motion: Motion,
    /// Its shape.
    pub shape: Shape<N>,
    /// Its origin at the start, m.
    #[serde(default = "zeros::<N, 3>")]
    pub position_m: [N; 3],
    /// Its orientation at the start.
    #[serde(default)]
    pub rotation: Rotation<N>,
    /// Linear velocity of its centre of mass at the start, m/s, in the world's frame.
    #[serde(default = "zeros::<N, 3>")]
    pub linear_velocity_mps: [N; 3],
    /// Angular velocity at the start, rad/s, in the world's frame.
    #[serde(default = "zeros::<N, 3>")]
    pub angular_velocity_radps: [N; 3],
    /// What it is made of.
    #[serde(default)]
    pub material: Material<N>,
    /// Damping of its linear velocity, 1/s.
    #[serde(default = "zero::<N>")]
    pub linear_damping: N,
    /// Damping of its angular velocity, 1/s.
    #[serde(default = "zero::<N>")]
    pub angular_damping: N,
    /// Factor on gravity.
    #[serde(default = "one::<N>")]
    pub gravity_scale: N,
    /// False: touches nothing (a mark that is only seen).
    #[serde(default = "yes")]
    pub collides: bool,
    /// True: swept against other moving bodies so that it never tunnels. For small fast ones.
    #[serde(default)]
    pub swept: bool,
    /// What kind of thing it is, for class segmentation: `ball`, `door`, `floor` ...
    #[serde(default = "class")]
    pub class: String,
    /// What it looks like.
    #[serde(default)]
    pub paint: Paint<N>,
}

impl<N: Number> Body<N> {
    /// A dynamic body of this shape at the origin, at rest, of the default material.
    pub fn new(class: &str, shape: Shape<N>) -> Self {
        Body {
            motion: Motion::Dynamic,
            shape,
            position_m: zeros(),
            rotation: Rotation::default(),
            linear_velocity_mps: zeros(),
            angular_velocity_radps: zeros(),
            material: Material::default(),
            linear_damping: zero(),
            angular_damping: zero(),
            gravity_scale: one(),
            collides: true,
            swept: false,
            class: class.to_string(),
            paint: Paint::default(),
        }
    }

    /// The same, fixed.
    pub fn fixed(self) -> Self {
        Body {
            motion: Motion::Fixed,
            ..self
        }
    }

    /// The same, kinematic.
    pub fn kinematic(self) -> Self {
        Body {
            motion: Motion::Kinematic,
            ..self
        }
    }

    /// The same, at this place.
    pub fn at(self, position_m: [N; 3]) -> Self {
        Body { position_m, ..self }
    }

    /// The same, painted.
    pub fn painted(self, paint: Paint<N>) -> Self {
        Body { paint, ..self }
    }

    /// The same, seen but not felt.
    pub fn untouchable(self) -> Self {
        Body {
            collides: false,
            ..self
        }
    }
}

/// How two values of a pair of touching materials become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their geometric mean: the usual for friction.
    #[default]
    GeometricMean,
    /// The larger: the usual for restitution, so that a ball bounces by its own.
    Max,
    /// The smaller.
    Min,
    /// Their mean.
    Average,
    /// Their product.
    Multiply,
}

/// What a body is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Material<N> {
    /// Density, kg/m^3. Not used where `mass_kg` is given.
    #[serde(default = "density::<N>")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub density_kgpm3: N,
    /// Mass, kg, in place of the density's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub mass_kg: Option<N>,
    /// Where the centre of mass lies in the body's frame, m, in place of the shape's. The inertia about it stays the
    /// shape's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center_of_mass_m: Option<[N; 3]>,
    /// Coulomb friction, static and kinetic.
    #[serde(default = "half::<N>")]
    #[schemars(extend("minimum" = 0))]
    pub friction: N,
    /// Ratio of the normal velocities after and before a bounce.
    #[serde(default = "zero::<N>")]
    #[schemars(extend("minimum" = 0, "maximum" = 1))]
    pub restitution: N,
    /// How friction combines; of two bodies' rules the later in Rapier's order wins.
    #[serde(default)]
    pub friction_combine: Combine,
    /// How restitution combines.
    #[serde(default = "max_combine")]
    pub restitution_combine: Combine,
}

impl<N: Number> Default for Material<N> {
    fn default() -> Self {
        Material {
            density_kgpm3: density(),
            mass_kg: None,
            center_of_mass_m: None,
            friction: half(),
            restitution: zero(),
            friction_combine: Combine::GeometricMean,
            restitution_combine: Combine::Max,
        }
    }
}

/// A joint between two bodies. The joint's frame is at `anchor_*_m` in each body's own frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Joint<N> {
    /// The first body; `world` is the fixed world.
    pub parent: String,
    /// The second body, the one that moves.
    pub child: String,
    /// Where the joint is in the first body's frame, m.
    #[serde(default = "zeros::<N, 3>")]
    pub anchor_parent_m: [N; 3],
    /// Where the joint is in the second body's frame, m.
    #[serde(default = "zeros::<N, 3>")]
    pub anchor_child_m: [N; 3],
    /// What it lets move.
    pub freedom: Freedom<N>,
    /// A motor along its one degree of freedom (hinge or slider).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motor: Option<Motor<N>>,
    /// True: the two bodies touch each other as well.
    #[serde(default)]
    pub contacts: bool,
    /// True: reduced coordinates (a multibody), which keeps its energy and never comes apart. Trees only, from a
    /// fixed parent outwards, parents before children; no ropes or springs.
    #[serde(default)]
    pub reduced: bool,
    /// Viscous friction of a reduced joint, N m s/rad or N s/m.
    #[serde(default = "zero::<N>")]
    pub damping: N,
}

/// What a joint lets move. At position zero the frames of both bodies are parallel; axes are given in that common frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Freedom<N> {
    /// Nothing: the bodies stay turned to each other as they are at the start.
    Weld {},
    /// Rotation about one axis.
    Hinge {
        /// The axis.
        axis: [N; 3],
        /// Smallest and largest angle, rad.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits_rad: Option<[N; 2]>,
    },
    /// Translation along one axis.
    Slider {
        /// The axis.
        axis: [N; 3],
        /// Smallest and largest displacement, m.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits_m: Option<[N; 2]>,
    },
    /// Rotation about all axes.
    Ball {},
    /// A rope: the anchors come no further apart than this.
    Rope {
        /// Length, m.
        length_m: N,
    },
    /// A spring with a damper between the anchors.
    Spring {
        /// Length without force, m.
        rest_length_m: N,
        /// Stiffness, N/m.
        stiffness_npm: N,
        /// Damping, N s/m.
        damping_nspm: N,
    },
    /// Any set of the six degrees of freedom, each with its own limits and motor: pins in slots, limited shoulders,
    /// planar tables.
    Generic {
        /// What is free; everything else is locked.
        free: Vec<FreeAxis<N>>,
    },
}

/// One of the six degrees of freedom of a joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JointAxis {
    /// Translation along x, m.
    X,
    /// Translation along y, m.
    Y,
    /// Translation along z, m.
    Z,
    /// Rotation about x, rad.
    Rx,
    /// Rotation about y, rad.
    Ry,
    /// Rotation about z, rad.
    Rz,
}

/// A free degree of freedom of a generic joint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct FreeAxis<N> {
    /// Which one, in the joint's frame.
    pub axis: JointAxis,
    /// Smallest and largest position, m or rad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<[N; 2]>,
    /// A motor along it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motor: Option<Motor<N>>,
}

/// A motor: force = stiffness (target position - position) + damping (target velocity - velocity), limited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Motor<N> {
    /// Position it pulls to, rad or m.
    #[serde(default = "zero::<N>")]
    pub target_position: N,
    /// Velocity it pulls to, rad/s or m/s.
    #[serde(default = "zero::<N>")]
    pub target_velocity: N,
    /// Stiffness, N m/rad or N/m.
    #[serde(default = "zero::<N>")]
    pub stiffness: N,
    /// Damping, N m s/rad or N s/m.
    #[serde(default = "zero::<N>")]
    pub damping: N,
    /// Largest torque or force, N m or N.
    pub max_force: N,
}

/// What a channel reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Position of a body's origin, m (axes x y z).
    Position,
    /// Linear velocity of a body's centre of mass, m/s (axes x y z).
    Velocity,
    /// Orientation of a body as a unit quaternion x, y, z, w with w >= 0.
    Rotation,
    /// Heading of a body about Z as sine and cosine.
    Heading,
    /// Angular velocity of a body, rad/s (axes x y z).
    Spin,
    /// Position of a hinge or slider, rad or m.
    JointPosition,
    /// Position of a hinge as sine and cosine.
    JointAngle,
    /// Velocity of a hinge or slider, rad/s or m/s.
    JointVelocity,
    /// What a mechanism shows of its state: `holding` of a grip, `closed` of a latch, `active` of a button ...
    State,
    /// Where a `diff_drive` believes to be by its wheels, in the frame of its start: x and y, m, and the heading's sine and
    /// cosine.
    Odometry,
    /// What a gyroscope on a body reads: its angular velocity in its own frame, rad/s (axes x y z).
    Gyro,
    /// What an accelerometer at a body's centre of mass reads: the mean, since the last record, of its acceleration less
    /// gravity, in its own frame as it is now, m/s^2 (axes x y z). At rest, and at the start, it reads 9.81 upwards.
    Accelerometer,
    /// Speed of a body along its own x, m/s.
    Speed,
    /// How a body went since the last record, in its own frame as it was then: m along its heading (x) and to the left of that (y), and
    /// its turn to the left, rad (yaw). 0 at the start. It is the truth, where odometry errs.
    Step,
    /// How hard a body is touched: the sum of the normal forces at all its contacts in the last physics step, N. 0 at the start.
    Touch,
    /// What a route tells of its body: distance along the line (m), offset to its left (m), heading against it (rad, to the
    /// left), gap to what is in the way ahead (m), and grade of the line there (rise over run, above 0 uphill).
    Route,
    /// What a `receiver` tells: position x y z, m, and velocity vx vy vz, m/s, in the world's frame; zeros where it hears nothing,
    /// which its state tells (`valid`).
    Fix,
    /// What a mechanism reports of what it was told (see the sensor `telemetry`): one channel for each reading.
    Setpoint,
    /// What a mechanism reports of how hard it works.
    Effort,
    /// What a mechanism reports of what it does, as its faults let it.
    Feedback,
    /// What else a mechanism reports: temperature, vibration ...
    Context,
    /// How long a `platformer` that was struck stands still, s; 0 of one that can act.
    Stun,
}

/// Stands for the name of an agent in [`World::agents_observe`].
pub const AGENT: &str = "{agent}";

/// Something that the agent senses: becomes one or more channels of `observation.state`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observe {
    /// The body, joint or mechanism.
    pub of: String,
    /// The quantity.
    pub quantity: Quantity,
    /// Which axes of a vector; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub axes: Option<String>,
    /// The body in whose frame a position is told: where it is seen from there. The world when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_from: Option<String>,
}

impl Observe {
    /// All axes of `quantity` of `of`.
    pub fn new(of: &str, quantity: Quantity) -> Self {
        Observe {
            of: of.to_string(),
            quantity,
            axes: None,
            seen_from: None,
        }
    }

    /// Some axes of `quantity` of `of`.
    pub fn axes(of: &str, quantity: Quantity, axes: &str) -> Self {
        Observe {
            of: of.to_string(),
            quantity,
            axes: Some(axes.to_string()),
            seen_from: None,
        }
    }

    /// The same, in the frame of a body.
    pub fn seen_from(self, body: &str) -> Self {
        Observe {
            seen_from: Some(body.to_string()),
            ..self
        }
    }
}

fn control_hz() -> u32 {
    20
}
fn gravity<N: Number>() -> [N; 3] {
    [0.0, 0.0, -9.81].map(N::fixed)
}
pub(crate) fn zero<N: Number>() -> N {
    N::fixed(0.0)
}
pub(crate) fn one<N: Number>() -> N {
    N::fixed(1.0)
}
fn half<N: Number>() -> N {
    N::fixed(0.5)
}
fn density<N: Number>() -> N {
    N::fixed(1000.0)
}
fn max_combine() -> Combine {
    Combine::Max
}
fn class() -> String {
    "object".to_string()
}
