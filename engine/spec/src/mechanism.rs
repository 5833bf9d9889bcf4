//! Mechanisms: what worlds do beyond rigid bodies, as data. How each acts stands in `engine/sim/src/mechanisms/`.

pub use crate::drive_train::{Bearing, Coupling, Course, ElectricMotor, Imbalance, LoadProfile, Thermal};
pub use crate::odometer::Odometer;
use crate::road::{Agent, Lanes, LightHead, Powertrain, Suspension, Tyre, VehicleCommand, Wheel};
use crate::shape::{yes, zeros};
use crate::world::{Number, one, zero};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A leg of [`Mechanism::Legs`]: two hinges about +y of what it carries. Where both are at 0 the leg hangs straight down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// The hinge of the thigh.
    pub hip: String,
    /// The hinge of the shin.
    pub knee: String,
}

/// What the inputs of [`Mechanism::Rotors`] are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RotorInputs {
    /// The thrust of all and body rates, which a controller holds.
    #[default]
    Rates,
    /// The thrust of each rotor.
    Motors,
}

impl RotorInputs {
    fn is_default(&self) -> bool {
        *self == RotorInputs::default()
    }
}

/// The ray by which [`Mechanism::Grip`] picks what it holds. It starts at the grip's point and, at 0, goes along the holder's -z.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct GripAim<N> {
    /// The axis of the holder that it turns about: `x` (towards +y) or `y` (towards -x).
    pub about: String,
    /// Smallest and largest angle, rad.
    pub limits_rad: [N; 2],
    /// Largest speed, rad/s.
    pub max_speed_radps: N,
    /// A kinematic body that goes with the holder and shows where the ray goes: a nozzle.
    pub nozzle: String,
}

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
    /// Holds a body by a weld. Inputs: `hold`, 0..1; at 0.5 and above it holds what is in reach, below it lets go; with an
    /// aim also `aim`, rad: where the ray goes that picks what is held. While it holds, the ray stays.
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
        /// Holds only what a ray meets first. When absent: what is nearest to the point.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aim: Option<GripAim<N>>,
        /// With how much spin a body begins when it is let go, in the holder's frame, rad/s. When absent: as it was held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spin_radps: Option<[N; 3]>,
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
        /// Largest impulse, N s: the range of each input, and the length of all of them together, which is cut to it.
        max_impulse_ns: N,
        /// Commands below this are none, N s.
        min_impulse_ns: N,
        /// It is struck only while slower than this, m/s.
        rest_speed_mps: N,
    },
    /// The lift of a body that spins as it flies (Magnus): an acceleration of `share` times its spin (rad/s) cross its velocity
    /// (m/s). No inputs. State: the force, N.
    SpinLift {
        /// The dynamic body.
        body: String,
        /// The share: 0.01 to 0.05 for light balls.
        share: N,
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
    /// A button that a walker or a hand presses. State: 1 while active, 0 else.
    Button {
        /// The body that is the button.
        body: String,
        /// The mechanisms that can press it: a walker with `interact` in reach, a hand with its fingertips.
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
    /// Tells how much of a liquid is in a box of a body's frame. No inputs. State: the share of all its particles, 0..1. It
    /// reports `level`: how far above `floor_m` the liquid's surface is, m, along the world's z; 0 where the box is empty. The
    /// surface is that of most of the area: of columns two spacings wide it is the median of the places of their highest particles,
    /// half a spacing on; so a splash or a jet that comes down is none.
    Gauge {
        /// The liquid.
        liquid: String,
        /// The body in whose frame the box lies.
        body: String,
        /// Lowest corner, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
        /// The place, in the body's frame, from whose height the level is told, m: the middle of a vessel's floor.
        #[serde(default = "zeros::<N, 3>")]
        floor_m: [N; 3],
    },
    /// Pushes with two sliders, one riding on the other, by velocity and with a strength that is commanded too. Inputs: `vx` and
    /// `vy`, the velocity of the first and the second slider, m/s; `force`, the most that either motor gives, N. It reports the
    /// force of each motor, the mean since the last record.
    Ram {
        /// The two sliders.
        sliders: [String; 2],
        /// Largest speed of each, m/s.
        max_speed_mps: N,
        /// Largest force of each, N.
        max_force_n: N,
        /// How far its velocity must be from the commanded one for a motor to push with all its force, m/s; with less it pushes
        /// less. A tenth of `max_speed_mps` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        full_force_error_mps: Option<N>,
        /// How long a command takes to reach it, s; at most 1. At once when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay_secs: Option<N>,
    },
    /// Two bodies attract each other along the line between their centres of mass: with `strength` over the square of their
    /// distance (below 0 they repel), at most `max_force`. No inputs. State: the force, N.
    Attraction {
        /// The two bodies.
        bodies: [String; 2],
        /// Strength, N m^2.
        strength_nm2: N,
        /// Largest force, N.
        max_force_n: N,
    },
    /// A robot on two driven wheels: an upright kinematic body that turns and drives where it faces, slides along what
    /// stops it and pushes what is loose. Of a compound, the first part is what moves: a ball or an upright capsule,
    /// because flat bottoms catch on steps. Inputs: `v` m/s (ahead) and `omega` rad/s (to the left). With a `max_lateral_mps`
    /// above 0 it stands on four wheels that drive it sideways too, and its inputs are `vx` m/s (ahead), `vy` m/s (to the left)
    /// and `omega`. State: 1 while something is in its way, 0 else.
    DiffDrive {
        /// The kinematic body; it faces along its own x.
        body: String,
        /// Largest speed, m/s.
        max_speed_mps: N,
        /// Largest speed to the left and to the right, m/s; 0: it cannot go sideways.
        #[serde(default = "zero::<N>")]
        max_lateral_mps: N,
        /// Largest turning speed, rad/s.
        max_yaw_radps: N,
        /// Largest acceleration, ahead and sideways, m/s^2.
        max_acceleration_mps2: N,
        /// Largest acceleration of its turning, rad/s^2.
        max_acceleration_radps2: N,
        /// Its mass, kg: while a lifter of its body carries a load, all accelerations are smaller by its share of both masses. Loads do not
        /// matter to it when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mass_kg: Option<N>,
        /// Force with which it pushes what is loose, N.
        push_force_n: N,
        /// Height of the steps that it climbs, m.
        #[serde(default = "zero::<N>")]
        climb_m: N,
        /// Buttons that name it in `pressed_by` and latches that it releases feel it within this distance of its origin, m.
        #[serde(default = "zero::<N>")]
        reach_m: N,
        /// Share of the wheels' motion that is lost on the ground, 0..1.
        #[serde(default = "zero::<N>")]
        slip: N,
        /// How far it turns to the left for each metre that it drives, as wheels of unequal size make it, rad/m.
        #[serde(default = "zero::<N>")]
        veer_radpm: N,
        /// Friction of the drive: a wheel that is told to roll more slowly than this stands, m/s.
        #[serde(default = "zero::<N>")]
        stiction_mps: N,
        /// Distance between the wheels, m.
        #[serde(default = "wheel_track::<N>")]
        track_m: N,
        /// How long a command takes to reach it, s; at most 1. At once when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay_secs: Option<N>,
        /// How it adds up the motion of its wheels.
        #[serde(default)]
        odometer: Odometer<N>,
    },
    /// Somebody who walks: an upright kinematic body goes from waypoint to waypoint and round again, pauses at each, and
    /// stops before what is in its way. No inputs. State: 1 while it walks, 0 while it stands.
    Stroller {
        /// The kinematic body; it faces along its own x. Its height stays.
        body: String,
        /// Where it goes, x and y, m; from its place to the first, and from the last to the first.
        waypoints_m: Vec<[N; 2]>,
        /// Its speed, m/s.
        speed_mps: N,
        /// How long it stands at each waypoint, s.
        #[serde(default = "zero::<N>")]
        pause_secs: N,
        /// How far ahead something makes it stop, m.
        #[serde(default = "stop_distance::<N>")]
        stop_m: N,
        /// How long it waits for a free way before it goes back the way it came, s.
        #[serde(default = "patience::<N>")]
        patience_secs: N,
    },
    /// Takes kinematic bodies elsewhere while nobody looks: each once, level and straight, not before its watcher has seen it, and
    /// only after the watcher has not for a while. What comes into sight stops, and so does what has something in its way. The watcher
    /// sees all around itself whatever no body hides. No inputs. State: how many bodies stand elsewhere than at the start. Its telemetry
    /// also tells which one it moved last, whether it moves one, and how many the watcher has not seen since.
    Rearranger {
        /// The body that looks.
        watcher: String,
        /// Height of its eye over its origin, m.
        eye_m: N,
        /// How far it sees, m.
        sight_m: N,
        /// The kinematic bodies.
        bodies: Vec<String>,
        /// Where each goes, x and y, m.
        places_m: Vec<[N; 2]>,
        /// For how long the watcher must not have seen a body before it moves, s.
        unseen_secs: N,
        /// How fast bodies move, m/s.
        speed_mps: N,
    },
    /// Lifts a kinematic load that its carrier stands under, carries it, and sets it down where the carrier stands at its
    /// place. Each load is carried once, and weighs the `mass_kg` of its material, or nothing. No inputs. State: loads set down, and a
    /// half more while it carries one.
    Lifter {
        /// The body that carries.
        body: String,
        /// The loads.
        loads: Vec<String>,
        /// Where each is to go, x and y, m.
        places_m: Vec<[N; 2]>,
        /// How near the carrier must stand to the middle of a load, or of its place, m.
        within_m: N,
        /// How high it lifts, m.
        lift_m: N,
    },
    /// Orders that come in over time, one for each lifter: to bring that lifter's loads to their places. No inputs. State: how many have
    /// come in. Its telemetry also tells how many of those are delivered, how many that is an hour, and how long they took on average.
    Orders {
        /// The lifters.
        lifters: Vec<String>,
        /// When each order comes in, s after the start.
        arrive_secs: Vec<N>,
    },
    /// Wind: the same air everywhere, whose velocity is a mean and gusts. It drags the bodies it names with half the air's
    /// density (1.225 kg/m^3) times drag area times speed squared. No inputs. State: the air's speed, m/s.
    Wind {
        /// Drag coefficient times area of each body it drags, m^2.
        drag_area_m2: IndexMap<String, N>,
        /// Mean velocity of the air, m/s, in the world's frame.
        mean_mps: [N; 3],
        /// Standard deviation of the gusts along x and along y, m/s; half as much along z.
        #[serde(default = "zero::<N>")]
        gust_mps: N,
        /// Time over which gusts are alike, s: the longer, the slower they are.
        #[serde(default = "one::<N>")]
        gust_secs: N,
        /// Picks the gusts: other numbers, other gusts.
        #[serde(default = "zero::<N>")]
        gust_seed: N,
    },
    /// Four rotors that push a dynamic body along its own +z, in an X about its origin, and the controller that holds body
    /// rates with them. From the front left on, counter-clockwise seen from above; the first turns clockwise, so it twists
    /// the body counter-clockwise, and each turns against its neighbours. Inputs: `thrust` of all, N; body rates `roll`,
    /// `pitch`, `yaw` about the body's own x, y and z, rad/s. Or, with `inputs = "motors"`, the thrust of each rotor in that order, N:
    /// `front_left`, `rear_left`, `rear_right`, `front_right`, which is turned into a speed; the controller is off. State: the battery's voltage as a share of a full one's.
    Rotors {
        /// The dynamic body.
        body: String,
        /// Distance of each rotor from the body's own z axis, m.
        arm_m: N,
        /// Height of the rotors over the body's origin, m.
        #[serde(default = "zero::<N>")]
        height_m: N,
        /// Radius of a rotor, m: near the ground, within four of it, the same speed gives more thrust.
        radius_m: N,
        /// Thrust over the square of a rotor's speed, N s^2.
        thrust_coefficient_ns2: N,
        /// Torque about its axis over the square of a rotor's speed, N m s^2.
        torque_coefficient_nms2: N,
        /// Largest speed of a rotor with a full battery, rad/s.
        max_speed_radps: N,
        /// Speed of the rotors at the start, rad/s.
        #[serde(default = "zero::<N>")]
        start_speed_radps: N,
        /// Time in which a rotor comes within 37 % of another speed, s.
        #[serde(default = "zero::<N>")]
        lag_secs: N,
        /// Share of the thrust that the controller counts on which the rotors give: below 1, worn propellers.
        #[serde(default = "one::<N>")]
        efficiency: N,
        /// Drag along the body's own x and y over the speed through the air, N s/m.
        #[serde(default = "zero::<N>")]
        drag_nspm: N,
        /// Work that the rotors do until the battery is empty and they stop, J; a battery that never empties when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        battery_j: Option<N>,
        /// Share of its voltage that a battery loses while the rotors do all the work they can.
        #[serde(default = "zero::<N>")]
        sag: N,
        /// Largest thrust that can be asked for, N; of a single rotor, half of it.
        max_thrust_n: N,
        /// Largest body rate that can be asked for, rad/s.
        max_rate_radps: N,
        /// How fast an error of a body rate is taken away, 1/s.
        rate_gain_per_s: N,
        /// The wind it flies in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wind: Option<String>,
        /// The rotor that its faults hit, 0..3 in the order above; all when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        faulty: Option<u32>,
        /// What its inputs are.
        #[serde(default, skip_serializing_if = "RotorInputs::is_default")]
        inputs: RotorInputs,
    },
    /// An inertial measuring unit that sits in a body: an accelerometer, which feels acceleration less gravity, and a gyroscope, both in
    /// the body's frame, at every physics step. The sensor `imu` records its samples. No inputs. State: the specific force that it
    /// feels, m/s^2.
    Imu {
        /// The body.
        body: String,
        /// Where it sits, in the body's frame, m.
        #[serde(default = "zeros::<N, 3>")]
        position_m: [N; 3],
        /// Standard deviation of each sample's specific force, along each axis, m/s^2.
        #[serde(default = "zero::<N>")]
        accelerometer_noise_mps2: N,
        /// What is added to every specific force, m/s^2.
        #[serde(default = "zeros::<N, 3>")]
        accelerometer_bias_mps2: [N; 3],
        /// Standard deviation of each sample's angular rate, about each axis, rad/s.
        #[serde(default = "zero::<N>")]
        gyro_noise_radps: N,
        /// What is added to every angular rate, rad/s.
        #[serde(default = "zeros::<N, 3>")]
        gyro_bias_radps: [N; 3],
        /// Which noise: another number makes another.
        #[serde(default = "zero::<N>")]
        seed: N,
    },
    /// A satellite receiver on a body: tells its position and velocity at every record (the quantity `fix`). No inputs. State: 1 while
    /// it hears satellites, else 0.
    Receiver {
        /// The body.
        body: String,
        /// False where it hears no satellite, as in a hall: it tells zeros.
        #[serde(default = "yes")]
        hears: bool,
        /// Standard deviation of the position along each axis, m.
        #[serde(default = "zero::<N>")]
        position_noise_m: N,
        /// Standard deviation of the velocity along each axis, m/s.
        #[serde(default = "zero::<N>")]
        velocity_noise_mps: N,
        /// Which noise: another number makes another.
        #[serde(default = "zero::<N>")]
        seed: N,
    },
    /// Counts the gates that a body passes in their order: each is passed when the body's origin crosses the gate's own
    /// plane x = 0 towards +x, within its opening. No inputs. State: how many were passed.
    Course {
        /// The body.
        body: String,
        /// The bodies that are the gates, in their order.
        gates: Vec<String>,
        /// Half of the width (along a gate's own y) and half of the height (along its z) of the openings, m.
        half_opening_m: [N; 2],
        /// A kinematic body that jumps to the gate that is next, and stays at the last one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<String>,
    },
    /// Drives the wheels of a vehicle that steers by its sides. Inputs: `left` and `right`, the speed of the wheels of each
    /// side, rad/s, held by a motor of limited torque in each wheel; or, with `torques_nm`, the torque of each of these motors, N m, which
    /// turns a wheel until it is as fast as it can be. State: the torque of all motors as a share of what
    /// they can, 0..1.
    Wheels {
        /// The hinges of the left wheels.
        left: Vec<String>,
        /// The hinges of the right wheels.
        right: Vec<String>,
        /// Largest speed, rad/s.
        max_speed_radps: N,
        /// Largest torque of each motor, N m.
        max_torque_nm: N,
        /// Largest torque that can be asked for, N m, where the inputs are torques; they are speeds when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        torques_nm: Option<N>,
        /// The hinge whose motor its faults hit; all when absent. Reports of all wheels drift or drop out together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        faulty: Option<String>,
    },
    /// Walks on legs that a central pattern generator moves: coupled phases, of which neighbours are half a turn apart (four legs
    /// trot, six walk on tripods), and a stride on each side that its input asks for. Inputs: `left` and `right`, the speed of a
    /// wheel of `wheel_m` that would move that side as fast, rad/s. Where both are near 0 it stands. Its feet stay below it on slopes.
    /// State: the torque of all motors as a share of what they can, 0..1.
    Legs {
        /// The left legs, from the front.
        left: Vec<Leg>,
        /// The right legs, from the front.
        right: Vec<Leg>,
        /// From the hip to the knee, m.
        thigh_m: N,
        /// From the knee to the middle of the foot, m.
        shin_m: N,
        /// Height of the hips over the feet where it stands, m.
        stand_m: N,
        /// How far a foot is lifted when it swings forward, m.
        lift_m: N,
        /// Radius of the wheel whose speed the inputs tell, m.
        wheel_m: N,
        /// Largest speed of that wheel, rad/s.
        max_speed_radps: N,
        /// Steps of each leg a second: where it hardly moves, and at the largest speed, Hz.
        step_hz: [N; 2],
        /// Stiffness of the motor of each joint, N m/rad.
        stiffness_nmprad: N,
        /// Largest torque of each motor, N m.
        max_torque_nm: N,
        /// The hip of the leg whose motors its faults hit; all legs when absent. Reports of all legs drift or drop out together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        faulty: Option<String>,
    },
    /// A vehicle on wheels: a dynamic body that rides on springs over what is below its wheels, and drives along its own +x.
    /// Inputs: `steer` rad (to the left), `throttle` 0..1, `brake` 0..1, of which the difference counts; or, as `command` says,
    /// `curvature` 1/m (to the left, of the way of the axle that does not steer) and `acceleration` m/s^2 (below 0: braking). State:
    /// the steering angle, rad.
    Vehicle {
        /// The dynamic body. Its own shape should not reach the ground.
        body: String,
        /// Its wheels by name.
        wheels: IndexMap<String, Wheel<N>>,
        /// Its springs and dampers.
        suspension: Suspension<N>,
        /// Its tyres.
        #[serde(default)]
        tyre: Tyre<N>,
        /// Its engine and brakes.
        powertrain: Powertrain<N>,
        /// Largest steering angle, rad.
        max_steer_rad: N,
        /// How fast the steering turns, rad/s.
        max_steer_radps: N,
        /// What its inputs are.
        #[serde(
            default = "VehicleCommand::<N>::pedals",
            skip_serializing_if = "VehicleCommand::<N>::is_pedals"
        )]
        command: VehicleCommand<N>,
    },
    /// Tells how a body rides: its horizontal acceleration along and across its heading, each a mean over `window_secs`, and their
    /// jerk, how they have changed from one such window to the next, per second of it; 0 until there is one. It is comfortable while
    /// no limit is passed. No inputs. State: how long it was not, s.
    Comfort {
        /// The body; it heads along its +x.
        body: String,
        /// How long the windows are, s; at least a record.
        window_secs: N,
        /// Largest acceleration along its heading, m/s^2.
        max_acceleration_mps2: N,
        /// Largest braking, m/s^2.
        max_braking_mps2: N,
        /// Largest acceleration across its heading, m/s^2.
        max_lateral_mps2: N,
        /// Largest jerk along or across its heading, m/s^3.
        max_jerk_mps3: N,
    },
    /// Other cars, and people on foot: kinematic bodies that follow lanes, keep their distance, change lanes, give way, stop at
    /// red lights and stop signs, and do what they are ordered to. Where a lane climbs they climb with it; cars pitch, people stay upright. They stop where
    /// they run into a body that can move. No inputs. State: how many of them have.
    Traffic {
        /// The lanes by name.
        lanes: Lanes<N>,
        /// The agents by the names of their bodies.
        agents: IndexMap<String, Agent<N>>,
        /// Further bodies that the agents see: the vehicle of the one who learns first.
        #[serde(default)]
        sees: Vec<String>,
        /// Room for so many agents in the columns of the sensor `traffic`, which are as wide in every world of a dataset. As many
        /// as there are when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slots: Option<u32>,
    },
    /// Tells how a body goes along a line. No inputs. State: distance along the line, m; see the quantity `route` for more.
    Route {
        /// The body.
        body: String,
        /// The line's corners, at least two, m.
        points_m: Vec<[N; 3]>,
        /// Bodies that can be in the way.
        #[serde(default)]
        sees: Vec<String>,
        /// Half of the width in which a body is in the way, m.
        half_width_m: N,
        /// How far ahead bodies are seen, m: the gap where nothing is in the way.
        range_m: N,
    },
    /// A floating hand with two fingers: a palm that follows a commanded velocity with limited force and torque, as a
    /// compliant arm's wrist does, and two fingers that close along the palm's own y with limited force. What they squeeze,
    /// friction holds; with `hold_limit_n` a weld helps it. Its weight is borne; a load makes it sag a little. Inputs: `dx`,
    /// `dy`, `dz` m/s and, unless it `keeps_attitude`, `droll`, `dpitch`, `dyaw` rad/s about the world's axes, `gripper` 0..1
    /// (open..closed). State: how far the fingers are closed, 0..1. A button that lists it is pressed by its fingertips.
    Hand {
        /// The palm: a dynamic body.
        body: String,
        /// The fingers: two dynamic bodies, turned as the palm, placed where they are when open. The first is on the side
        /// of the palm's +y, the second on the other.
        fingers: [String; 2],
        /// The point between the fingertips, in the palm's frame, m.
        tip_m: [N; 3],
        /// How far each finger goes from open to closed, m.
        travel_m: N,
        /// Force with which each finger closes, N.
        grip_force_n: N,
        /// With it, a weld holds what both fingers squeeze, until it is pulled by more than this, N, or the fingers are told
        /// to open; then it slips, and is not held anew for 0.3 s. Without it, the fingers' friction is all there is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold_limit_n: Option<N>,
        /// The body that is welded to the palm from the start, as it is placed, where there is a `hold_limit_n`; a command of
        /// `gripper` below 0.5 lets it go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holding: Option<String>,
        /// Largest speed along an axis, m/s.
        max_speed_mps: N,
        /// Largest turning speed about an axis, rad/s.
        max_turn_radps: N,
        /// Largest force with which it follows its command, N; reached at 2 cm behind it.
        max_force_n: N,
        /// Largest torque, N m; reached at 0.1 rad behind, or later where the hand is too light for that.
        max_torque_nm: N,
        /// Largest angle between its own z and where that pointed at the start, rad.
        max_tilt_rad: N,
        /// True: it keeps the attitude of the start, gives way where what it holds turns it, and comes back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        keeps_attitude: bool,
        /// Lowest corner of the box that its origin is led through, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
    },
    /// Puts a waiting body somewhere, once, when `place` rises to 0.5 and above; not where it would be inside of something: it
    /// goes on waiting then. Until then its bodies stand still where they are, whatever pushes them. Inputs: a place along each
    /// of `axes`, m; `pick` 0..1 where there are several bodies; `place` 0..1. State: 0 while it waits, then 1 for the first
    /// body, 2 for the second ...
    Placer {
        /// The dynamic bodies of which one is placed: `pick` is spread evenly over them.
        bodies: Vec<String>,
        /// The axes along which the place is chosen: `xz`, `xyz` ... Along the others it is the middle of the box.
        axes: String,
        /// Lowest corner of the box in which it may be placed, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
    },
    /// A lever that is pulled, as far as one likes and back again: a motor of limited strength and speed holds a hinge or slider at a
    /// share of its way from 0 to `pulled_at`. Without a joint its input does nothing: so worlds in which no lever stands have the
    /// same action as those with one. Input: `pull` 0..1. State: how far the lever is pulled, as a share.
    Lever {
        /// The joint.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        joint: Option<String>,
        /// Its position when it is pulled all the way, rad or m.
        pulled_at: N,
        /// Largest velocity, rad/s or m/s.
        max_velocity: N,
        /// Largest torque or force, N m or N.
        max_force: N,
    },
    /// Becomes active, for good, when a body comes near: a pressure plate, a coin, a key, a block that breaks, a lock.
    /// No inputs. State: 1 once active.
    Trigger {
        /// The body near which something must come.
        body: String,
        /// The bodies that set it off.
        by: Vec<String>,
        /// How near their origins must come to the surface of `body`, m.
        within_m: N,
        /// How fast they must be, m/s.
        #[serde(default = "zero::<N>")]
        min_speed_mps: N,
        /// Mechanisms that must all be active at that moment.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        needs: Vec<String>,
        /// Where `body`, a kinematic one, is put when that happens, m: out of sight, as a rule. It stays where it is when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goes_to_m: Option<[N; 3]>,
    },
    /// Moves a kinematic body to a place and back, again and again, or there once, and may turn it on the way. No inputs. State: the
    /// share of the way, 0..1.
    Lift {
        /// The kinematic body; it starts where it stands.
        body: String,
        /// Where it goes, m.
        to_m: [N; 3],
        /// Its speed, m/s.
        speed_mps: N,
        /// By how much it turns about its own z on the way, rad; a point 1 m from that axis is no faster than `speed_mps`. When absent:
        /// not at all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turn_rad: Option<N>,
        /// How long it stops at each end, s; at the start too.
        pause_secs: N,
        /// True: it goes there once, and stays.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stays: bool,
    },
    /// An agent of a game: an upright body that runs, falls and jumps, is carried by lifts, pushes what is loose, and throws
    /// what it carries. Inputs: `move_x` m/s (and `move_y`, by `axes`), `jump` 0..1, `use` 0..1 (at 0.5 and above it is active
    /// for triggers), and `throw` 0..1 where it has bodies to throw. State: how many of those are left.
    Platformer {
        /// The kinematic body.
        body: String,
        /// The axes it moves along: `x`, `y` or `xy`.
        axes: String,
        /// Largest speed, m/s.
        max_speed_mps: N,
        /// Speed at which it leaves the ground, m/s.
        jump_mps: N,
        /// Force with which it pushes what is loose, N.
        push_force_n: N,
        /// Dynamic bodies that wait, standing still, until they are thrown, one after the other.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        throws: Vec<String>,
        /// Speed of what it throws, in the direction in which it moved last, m/s.
        #[serde(default = "zero::<N>")]
        throw_mps: N,
        /// Bodies whose blow stuns it: its inputs count for nothing for a while.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stunned_by: Vec<String>,
        /// How long, s.
        #[serde(default = "zero::<N>")]
        stun_secs: N,
        /// A kinematic body that goes with it and turns about the vertical to where it faces: a head, on which a camera over
        /// its shoulder rides. It starts facing along x.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        head: Option<String>,
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
    /// A conveyor: the upper side of a body carries what lies on it along, while the body stands still. A kinematic body is a
    /// turntable: it turns, and its speed is that of its rim. A drive of limited force holds the belt's speed; friction of the belt and
    /// of what it carries slows it. Input: `speed`, m/s. Its telemetry reports a stall where it has hardly moved for 1 s though it was
    /// told to.
    Belt {
        /// The fixed body, or the kinematic one, which turns about its origin.
        body: String,
        /// Where the upper side moves, in the body's frame; level. Of a turntable, the upright axis about which it turns.
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
    /// A beam of light across a line, in the world's frame. No inputs. State: 1 while something is in it, as reported. Its telemetry
    /// also counts how often something came into it.
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
        /// What loads it beside the commanded torque; nothing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        load_profile: Option<LoadProfile<N>>,
    },
    /// Shakes a kinematic body to and fro along an axis, about where it is at the start. Input: `amplitude`, m, which it takes
    /// on within a period; none where it shakes always. State: its amplitude, m.
    Shaker {
        /// The kinematic body.
        body: String,
        /// The axis: `x`, `y` or `z`.
        axis: String,
        /// Strokes to and fro a second, Hz.
        frequency_hz: N,
        /// Largest amplitude, m.
        max_amplitude_m: N,
        /// True: nobody is asked, it shakes with its largest amplitude.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        always: bool,
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
    /// A platform that goes up while it is called and down when it is not, and takes along the bodies that stand on it. It
    /// stands still while one of the bodies that it names is over or under it and does not ride. Input: `call`, 0..1; called at
    /// 0.5 and above. State: how far it is up, 0..1.
    Elevator {
        /// The platform, a kinematic body; it starts at its lower place.
        body: String,
        /// How far it goes up, m.
        rise_m: N,
        /// Its speed, m/s.
        speed_mps: N,
        /// Half of what it covers along x and y, about the platform's origin, m.
        half_m: [N; 2],
        /// Kinematic bodies that it takes along: those whose origins are above it and as high above it as they were above the floor
        /// at the start.
        carries: Vec<String>,
        /// Bodies for which it waits besides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        waits_for: Vec<String>,
    },
    /// Moves a kinematic body after a target. Every command sets the target anew, seen from where the body is at that record,
    /// and the body goes there as a critically damped spring would. It yields as a gantry does. Inputs: a step for each of
    /// `axes`, m, or in units of `unit_m`.
    Carriage {
        /// The kinematic body.
        body: String,
        /// The axes it moves along: `xyz`, `xy`, `x` ...
        axes: String,
        /// Largest step along an axis, m.
        max_step_m: N,
        /// Natural frequency of the spring, 1/s: the square root of its gain on the way that is left; twice this is its gain on
        /// the speed.
        rate_per_s: N,
        /// Largest speed along an axis, m/s.
        max_speed_mps: N,
        /// Lowest corner of the box its origin stays in, m.
        low_m: [N; 3],
        /// Highest corner, m.
        high_m: [N; 3],
        /// The step that an input of 1 stands for along x, y and z, m; below 0 where it is against the axis. When absent: 1 m.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_m: Option<[N; 3]>,
    },
    /// Lets bodies hang where they are until their times come; then they move as they were to at the start. State: how many it
    /// has let go.
    Release {
        /// The bodies, which are dynamic.
        bodies: Vec<String>,
        /// When each is let go, s from the start.
        at_secs: Vec<N>,
    },
    /// Is active while one of other mechanisms is, and for a while from the start: what holds a door that stands open.
    Relay {
        /// The other mechanisms, which come before it.
        of: Vec<String>,
        /// How long it is active from the start on, s.
        #[serde(default = "zero::<N>")]
        from_start_secs: N,
    },
    /// Holds bodies by welds from the start, as they are placed, while another mechanism is active, and lets go of all of them, for
    /// good, when it no longer is: what starts at the same moment as what a grip lets go. No inputs. State: how many it holds.
    Clamp {
        /// The body that holds.
        body: String,
        /// The bodies that it holds, which are dynamic.
        holds: Vec<String>,
        /// The other mechanism, which comes before it.
        mechanism: String,
    },
    /// The finish of a race: takes down who comes first, and when. A body comes in when its origin first passes a plane. Times are
    /// found between physics steps. No inputs. State: 0, then 1 where the first of `bodies` came first, 2 where the second did ...
    /// Its telemetry tells that, and the times at which the first and the second to come came in, s from the start; 0 until then.
    Finish {
        /// The bodies.
        bodies: Vec<String>,
        /// A point of the plane, m.
        at_m: [N; 3],
        /// The way they go through it, along its normal.
        toward: [N; 3],
    },
    /// Tells by which of several others a body is touched first, at any physics step. No inputs. State: 0, then, for good, 1 where it
    /// is the first of `by`, 2 where it is the second ...; of those that touch it in one step the first.
    FirstTouch {
        /// The body.
        body: String,
        /// The others; what is not among them does not count.
        by: Vec<String>,
    },
    /// Dry friction that is greater at rest: a body's material has `static_friction` while it is slower than `below_mps`, and its own
    /// friction else. Speeds are those over the ground: it is meant for what lies on fixed bodies. No inputs. State: 1 at rest.
    Stiction {
        /// The body.
        body: String,
        /// Friction of its material at rest; combined with that of what it lies on as any friction is.
        static_friction: N,
        /// Below this speed it is at rest, m/s.
        #[serde(default = "slow::<N>")]
        below_mps: N,
    },
    /// The spring of a switch: it drives a hinge or slider to the nearer of two rest positions, over a dead point halfway between.
    /// Active while on. No inputs. State: 1 while it is on.
    Toggle {
        /// The joint.
        joint: String,
        /// Where it rests while off, rad or m.
        off_at: N,
        /// Where it rests while on.
        on_at: N,
        /// Largest torque or force of the spring, N m or N; all of it at the dead point.
        max_force: N,
        /// How it is at the start: the side on which the joint stands.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        on: bool,
    },
    /// A rope over two fixed points, without mass or friction, that ties two dynamic bodies, each free or on a slider: the first
    /// part and `ratio` times the second are together no longer than `length_m`. It pulls and never pushes; where it becomes taut at
    /// speed the jerk takes energy, as an inelastic impact does. No inputs. State: the tension in the first part, N.
    Pulley {
        /// The two bodies.
        bodies: [String; 2],
        /// Where each hangs on the rope, in its frame, m.
        anchors_m: [[N; 3]; 2],
        /// The point of the world that each part comes from, m.
        over_m: [[N; 3]; 2],
        /// How often the second part counts: 2 where the rope goes down and up again.
        #[serde(default = "one::<N>")]
        ratio: N,
        /// Length of the rope, m.
        length_m: N,
        /// Kinematic capsules that show each part: they are laid along it, from its point to its body, one over the other where it
        /// is shorter than all of them.
        #[serde(default)]
        seen: [Vec<String>; 2],
    },
    /// The traffic light of a junction: two stages that are green in turn, each for half of the period less amber and clear, and
    /// red for the rest. The lanes of a `traffic` that stands after it may have lines at which it lets nobody pass. Lamps are kinematic bodies: those
    /// that are lit come forward, along their own +x, out of what hides them. No inputs. State: the first stage's colour: 0 green, 1 amber,
    /// 2 red, 3 off.
    TrafficLight {
        /// After so long it begins anew, s; 0: it is off.
        period_secs: N,
        /// How far it is in its period at the start, s; at 0 the first stage turns green.
        #[serde(default = "zero::<N>")]
        offset_secs: N,
        /// How long amber is, s.
        #[serde(default = "amber::<N>")]
        amber_secs: N,
        /// How long both stages are red after each amber, s.
        #[serde(default = "clear::<N>")]
        clear_secs: N,
        /// How far lamps come forward, m.
        #[serde(default = "lit::<N>")]
        lit_m: N,
        /// What shows it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        heads: Vec<LightHead>,
    },
}

fn slow<N: Number>() -> N {
    N::fixed(0.01)
}
fn amber<N: Number>() -> N {
    N::fixed(3.0)
}
fn clear<N: Number>() -> N {
    N::fixed(1.0)
}
fn lit<N: Number>() -> N {
    N::fixed(0.2)
}

fn wheel_track<N: Number>() -> N {
    N::fixed(0.4)
}
fn stop_distance<N: Number>() -> N {
    N::fixed(0.6)
}
fn patience<N: Number>() -> N {
    N::fixed(4.0)
}

fn ahead<N: Number>() -> [N; 3] {
    [1.0, 0.0, 0.0].map(N::fixed)
}
fn rolling<N: Number>() -> N {
    N::fixed(0.03)
}
