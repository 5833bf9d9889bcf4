//! Mechanisms: what worlds do beyond rigid bodies, as data. How each acts stands in `engine/sim/src/mechanisms/`.

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
    /// Shakes a kinematic body to and fro along an axis, about where it is at the start. Input: `amplitude`, m, which it takes
    /// on within a period. State: its amplitude, m.
    Shaker {
        /// The kinematic body.
        body: String,
        /// The axis: `x`, `y` or `z`.
        axis: String,
        /// Strokes to and fro a second, Hz.
        frequency_hz: N,
        /// Largest amplitude, m.
        max_amplitude_m: N,
    },
    /// Weighs the bodies of a class whose origins are in a box of a body's frame. No inputs. State: their mass, kg.
    Weigher {
        /// The class of what is weighed.
        class: String,
        /// The body in whose frame the box lies.
        body: String,
        /// Lowest corner, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
    },
    /// Tells whether a container is clogged: its gate is open, bodies of a class are left in a box of its frame, and for some
    /// time none of them has come out. No inputs. State: 1 while it is clogged, 0 else.
    Clog {
        /// The class of what should come out.
        class: String,
        /// The container, in whose frame the box lies.
        body: String,
        /// Lowest corner, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
        /// The gate.
        gate: String,
        /// How far from its place at the start the gate is open, m.
        open_m: N,
        /// For how long nothing comes out, s.
        after_secs: N,
    },
}
