//! Mechanisms: what worlds do beyond rigid bodies, as data. How each acts stands in `engine/sim/src/mechanisms/`.

pub use crate::drive_train::{Bearing, Coupling, ElectricMotor, Imbalance, Thermal};
use crate::shape::{yes, zeros};
use crate::world::{Number, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A mechanism: one file each in `engine/sim/src/mechanisms/`. Those with inputs make the action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub enum Mechanism<N> {
    /// Moves a kinematic body by commanded velocity inside a box. It yields: where it, or what it holds, is pressed into
    /// something, it does not go on that way. Inputs: one velocity for each of `axes`, m/s.
    Gantry {
        /// The kinematic body.
        body: String,
        /// The axes it moves along: `xyz`, `xy`, `x` ...
        axes: String,
        /// Largest speed along an axis, m/s.
        max_speed_mps: N,
        /// Largest acceleration along an axis, m/s^2.
        max_acceleration_mps2: N,
        /// Lowest corner of the box its origin stays in, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
        /// How long a command takes to reach it, s; at most 1. At once when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay_secs: Option<N>,
    },
    /// Turns a kinematic body that looks along its own +x: about the world's Z and about its own y, as a camera's head
    /// does. Angles count from its orientation at the start. Inputs: `yaw` rad/s (to the left) and `pitch` rad/s (up).
    Turret {
        /// The kinematic body.
        body: String,
        /// Largest speed about each axis, rad/s.
        max_speed_radps: N,
        /// Largest acceleration about each axis, rad/s^2.
        max_acceleration_radps2: N,
        /// Smallest and largest yaw, rad.
        yaw_limits_rad: [N; 2],
        /// Smallest and largest pitch, rad.
        pitch_limits_rad: [N; 2],
    },
    /// Holds a body by a weld. Input: `hold`, 0..1; at 0.5 and above it holds what is in reach, below it lets go.
    Grip {
        /// The body that holds.
        body: String,
        /// Where it holds, in the holder's frame, m.
        #[serde(default = "zeros::<N, 3>")]
        point_m: [N; 3],
        /// How far a surface may be from that point to be caught, m.
        reach_m: N,
        /// The bodies that can be caught; empty: every dynamic one.
        #[serde(default)]
        holds: Vec<String>,
        /// The body that is held from the start, as it is placed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holding: Option<String>,
    },
    /// Pushes a body with a force at its centre of mass, in the world's frame. Inputs: a force for each of `axes`, N.
    Force {
        /// The body.
        body: String,
        /// The axes: `xyz`, `xy`, `x` ...
        axes: String,
        /// Largest force along an axis, N.
        max_force_n: N,
    },
    /// Strikes a body that is at rest, once for each command of at least `min_impulse_ns`. Inputs: an impulse for each of `axes`, N s.
    Strike {
        /// The body.
        body: String,
        /// The axes: `xy`, `xyz` ...
        axes: String,
        /// Largest impulse along an axis, N s.
        max_impulse_ns: N,
        /// Commands below this are none, N s.
        min_impulse_ns: N,
        /// It is struck only while slower than this, m/s.
        rest_speed_mps: N,
    },
    /// Drives a hinge or slider. Input: torque (N m), or force (N) of a slider without a pulley.
    Drive {
        /// The joint.
        joint: String,
        /// Largest torque or force, N m or N.
        max_force: N,
        /// Radius of the pulley through which a motor's torque pulls a slider, m.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pulley_radius_m: Option<N>,
        /// How long a command takes to reach the motor, s; at most 1.
        #[serde(default = "zero::<N>")]
        delay_secs: N,
    },
    /// Drives a hinge or slider by velocity. Input: velocity (rad/s or m/s), held by a motor of limited strength.
    Servo {
        /// The joint.
        joint: String,
        /// Largest velocity, rad/s or m/s.
        max_velocity: N,
        /// Largest torque or force, N m or N.
        max_force: N,
    },
    /// A walking agent: an upright capsule that slides along walls, climbs small steps, and pushes what is light.
    /// Inputs: `forward` m/s, `lateral` m/s, `yaw` rad/s, `interact` 0..1.
    Walker {
        /// The kinematic body.
        body: String,
        /// Largest speed, m/s.
        max_speed_mps: N,
        /// Largest turning speed, rad/s.
        max_yaw_radps: N,
        /// How far it reaches to interact, m.
        reach_m: N,
        /// Force with which it pushes or pulls while interacting, N.
        push_force_n: N,
    },
    /// Holds a joint near its closed position until released; catches again when it returns. State: 1 closed, 0 free.
    Latch {
        /// The hinge or slider.
        joint: String,
        /// The position it holds, rad or m.
        closed_at: N,
        /// How near it must be to be caught, rad or m.
        catches_within: N,
        /// The mechanism that opens it while active: a button, or a walker whose `interact` reaches the joint's child.
        released_by: String,
        /// False: free at the start although in reach.
        #[serde(default = "yes")]
        closed: bool,
    },
    /// A button that a walker, or any body of those listed, presses. State: 1 while active, 0 else.
    Button {
        /// The body that is the button.
        body: String,
        /// The walker mechanisms that can press it with `interact` in reach.
        #[serde(default)]
        pressed_by: Vec<String>,
        /// How long it stays active after a press, s.
        hold_secs: N,
        /// How long after a press it becomes active, s.
        #[serde(default = "zero::<N>")]
        delay_secs: N,
    },
    /// Opens a hinge or slider with a motor while its button is active, and closes it again otherwise.
    Opener {
        /// The hinge or slider.
        joint: String,
        /// The button mechanism.
        button: String,
        /// Closed position, rad or m.
        closed_at: N,
        /// Open position, rad or m.
        open_at: N,
        /// Largest speed, rad/s or m/s.
        max_velocity: N,
        /// Largest torque or force, N m or N.
        max_force: N,
    },
    /// Moves a kinematic body along x and z and tilts it about its own y, by commanded velocity, as a wrist that pours does.
    /// It yields as a gantry does. Inputs: `vx` m/s, `vz` m/s, `tilt` rad/s. State: the tilt, rad.
    Tilter {
        /// The kinematic body; it tilts about its origin.
        body: String,
        /// Kinematic bodies that move with it, as if they were one: a pane, a handle, a mark.
        #[serde(default)]
        carries: Vec<String>,
        /// Largest speed along an axis, m/s.
        max_speed_mps: N,
        /// Largest acceleration along an axis, m/s^2.
        max_acceleration_mps2: N,
        /// Lowest x and z of its origin, m.
        low_m: [N; 2],
        /// Highest x and z, m.
        high_m: [N; 2],
        /// Largest tilting speed, rad/s.
        max_tilt_radps: N,
        /// Largest acceleration of the tilt, rad/s^2.
        max_tilt_acceleration_radps2: N,
        /// Smallest and largest tilt against the orientation at the start, rad.
        tilt_rad: [N; 2],
    },
    /// Tells how much of a liquid is in a box of a body's frame. No inputs. State: the share of all its particles, 0..1.
    Gauge {
        /// The liquid.
        liquid: String,
        /// The body in whose frame the box lies.
        body: String,
        /// Lowest corner, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
    },
    /// Holds a hinge or slider at a commanded position with a motor of limited strength and speed, as a diverter or a
    /// pusher is held. Input: `position`, rad or m.
    Positioner {
        /// The joint.
        joint: String,
        /// Lowest and highest position, rad or m.
        limits: [N; 2],
        /// Largest velocity, rad/s or m/s.
        max_velocity: N,
        /// Largest torque or force, N m or N.
        max_force: N,
    },
    /// A conveyor: the upper side of a body carries what lies on it along, while the body stands still. A drive of
    /// limited force holds the belt's speed; friction of the belt and of what it carries slows it. Input: `speed`, m/s.
    Belt {
        /// The fixed body.
        body: String,
        /// Where the upper side moves, in the body's frame; level.
        #[serde(default = "ahead::<N>")]
        direction: [N; 3],
        /// Largest speed, m/s.
        max_speed_mps: N,
        /// Largest force of its drive, N.
        max_force_n: N,
        /// Mass of belt and rollers, kg.
        moving_mass_kg: N,
        /// Friction of the empty belt, N.
        drag_n: N,
        /// Friction for each newton that it carries.
        #[serde(default = "rolling::<N>")]
        load_drag: N,
        /// A `stop` that halts it while pressed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped_by: Option<String>,
    },
    /// A beam of light across a line, in the world's frame. No inputs. State: 1 while something is in it, as reported.
    PhotoEye {
        /// Where the beam starts, m.
        from_m: [N; 3],
        /// Where it ends, m.
        to_m: [N; 3],
        /// The bodies that it sees; empty: every dynamic one.
        #[serde(default)]
        sees: Vec<String>,
    },
    /// Halts the belts that name it. Input: `pressed`, 0..1; pressed at 0.5 and above. State: 1 while pressed.
    Stop {},
    /// A motor that turns a load through a gear and a coupling: it warms up, trips when too hot, and its bearing wears until
    /// it fails. The drive holds the load's speed with a torque in proportion to what is missing, all of it at a tenth
    /// of the largest speed. Inputs: `speed` of the load's shaft, rad/s, and `load`, a torque that brakes it, N m.
    /// State: 0 runs, 1 tripped, 2 failed.
    DriveTrain {
        /// The hinge on which the motor's shaft turns.
        motor_shaft: String,
        /// The hinge on which the load's shaft turns. Both shafts turn the same way.
        load_shaft: String,
        /// Largest speed of the load's shaft that can be asked for, rad/s.
        max_speed_radps: N,
        /// Largest load torque, N m.
        max_load_nm: N,
        /// The motor.
        motor: ElectricMotor<N>,
        /// Gear and coupling.
        coupling: Coupling<N>,
        /// The bearing of the load's shaft.
        bearing: Bearing<N>,
        /// The motor's warmth.
        thermal: Thermal<N>,
        /// What makes the load's shaft shake; balanced when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        imbalance: Option<Imbalance<N>>,
    },
}

fn ahead<N: Number>() -> [N; 3] {
    [1.0, 0.0, 0.0].map(N::fixed)
}
fn rolling<N: Number>() -> N {
    N::fixed(0.03)
}
