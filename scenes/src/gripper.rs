//! The hand that families of manipulation share: a palm with a short mast, two fingers, a camera at the wrist.

use crate::looks;
use terrella_sim::glam::{Quat, Vec3};
use terrella_sim::view::StepView;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};

/// The palm, and its two fingers.
pub const HAND: &str = "hand";
const FINGERS: [&str; 2] = ["finger_left", "finger_right"];
/// From the palm's origin down to the fingertips, m.
pub const TIP_M: f32 = 0.105;
/// How far each finger goes, m; open, the fingers are twice as far apart.
pub const TRAVEL_M: f32 = 0.04;
/// Largest speed along an axis, m/s, and about one, rad/s.
const SPEED_MPS: f32 = 0.4;
const TURN_RADPS: f32 = 2.0;

const FINGER_HALF: [f32; 3] = [0.011, 0.005, 0.0425];

/// How a hand starts and what it can.
pub struct Gripper {
    /// The palm's origin at the start, m.
    pub at: Vec3,
    /// Its yaw, degrees.
    pub yaw_deg: f32,
    /// What it holds from the start.
    pub holding: Option<String>,
    /// Pull at which what it holds slips, N.
    pub hold_limit_n: f32,
    /// Force of each finger, N.
    pub grip_force_n: f32,
    /// Whether it keeps its attitude: its action is then a velocity and the fingers, 4 numbers in place of 7.
    pub keeps_attitude: bool,
    /// The box that its fingertips are led through, m.
    pub low: [f32; 3],
    pub high: [f32; 3],
}

impl Gripper {
    /// Adds the hand's bodies, its mechanism, its channels of observation, and its camera called `wrist`. What it holds must
    /// be there already.
    pub fn add(&self, world: &mut World<f32>) {
        let turn = Quat::from_rotation_z(self.yaw_deg.to_radians());
        let mut part = |name: &str, shape: Shape<f32>, offset: Vec3, mass: f32, color: [f32; 3]| {
            let mut body = Body::new("hand", shape)
                .at((self.at + turn * offset).to_array())
                .painted(Paint::plain(color));
            body.rotation = Rotation::RpyDeg([0.0, 0.0, self.yaw_deg]);
            body.material.mass_kg = Some(mass);
            body.material.friction = 1.0;
            world.bodies.insert(name.into(), body);
        };
        let block = |half_extents_m: [f32; 3]| Shape::Box { half_extents_m };
        let palm = Shape::Compound {
            parts: vec![
                Part::new(block([0.02, 0.055, 0.025]), [0.0; 3]),
                Part::new(block([0.012, 0.012, 0.05]), [0.0, 0.0, 0.075]),
            ],
        };
        part(HAND, palm, Vec3::ZERO, 1.2, looks::AGENT);
        for (name, side) in FINGERS.iter().zip([1.0, -1.0]) {
            let offset = Vec3::new(0.0, side * (TRAVEL_M + FINGER_HALF[1]), FINGER_HALF[2] - TIP_M);
            part(name, block(FINGER_HALF), offset, 0.15, [0.95, 0.66, 0.12]);
        }
        let lifted = |corner: [f32; 3]| [corner[0], corner[1], corner[2] + TIP_M];
        world.mechanisms.insert(
            HAND.into(),
            Mechanism::Hand {
                body: HAND.into(),
                fingers: FINGERS.map(String::from),
                tip_m: [0.0, 0.0, -TIP_M],
                travel_m: TRAVEL_M,
                grip_force_n: self.grip_force_n,
                hold_limit_n: Some(self.hold_limit_n),
                holding: self.holding.clone(),
                max_speed_mps: SPEED_MPS,
                max_turn_radps: TURN_RADPS,
                max_force_n: 50.0,
                // A wrist that nobody turns gives way to what it holds.
                max_torque_nm: if self.keeps_attitude { 1.0 } else { 3.0 },
                max_tilt_rad: 0.6,
                keeps_attitude: self.keeps_attitude,
                low_m: lifted(self.low),
                high_m: lifted(self.high),
            },
        );
        world.observe.push(Observe::new(HAND, Quantity::Position));
        world.observe.push(Observe::new(HAND, Quantity::Rotation));
        world.observe.push(Observe::new(HAND, Quantity::State));
        // What it feels.
        for finger in FINGERS {
            world.observe.push(Observe::new(finger, Quantity::Touch));
        }
        let mut wrist = Camera::looking([0.085, 0.0, -0.01], [-0.005, 0.0, -0.12], 75.0);
        wrist.up = [0.0, 0.0, 1.0];
        wrist.mount = Some(HAND.into());
        world.cameras.insert("wrist".into(), wrist);
    }
}

/// Where an expert wants the palm, and how fast it goes there.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// The palm's origin, m.
    pub place: Vec3,
    /// Its orientation.
    pub rotation: Quat,
    /// Largest speed, m/s.
    pub speed: f32,
}

impl Aim {
    /// The fingertips there, the palm upright and turned by this yaw, rad.
    pub fn tips(place: Vec3, yaw: f32, speed: f32) -> Self {
        Aim {
            place: place + Vec3::Z * TIP_M,
            rotation: Quat::from_rotation_z(yaw),
            speed,
        }
    }

    /// How far the palm is from there, m, and how much it is turned away, rad.
    pub fn error(&self, view: &StepView<'_>) -> (Vec3, Vec3) {
        let palm = view.body_named(HAND);
        let turn = self.rotation * palm.rotation.inverse();
        let turn = if turn.w < 0.0 { -turn } else { turn };
        (self.place - palm.position_m, turn.to_scaled_axis())
    }

    /// Writes the action that goes there with the gripper commanded to `grip`; a hand that keeps its attitude is not turned.
    pub fn act(&self, view: &StepView<'_>, grip: f32, action: &mut [f32]) {
        let (way, turn) = self.error(view);
        let velocity = (way * 5.0).clamp_length_max(self.speed);
        let turning = (turn * 4.0).clamp_length_max(TURN_RADPS);
        action[..3].copy_from_slice(&velocity.to_array());
        if let Some(turns) = action.get_mut(3..6) {
            turns.copy_from_slice(&turning.to_array());
        }
        action[action.len() - 1] = grip;
    }
}

/// The yaw of a rotation, rad.
pub fn yaw_of(rotation: Quat) -> f32 {
    let ahead = rotation * Vec3::X;
    libm::atan2f(ahead.y, ahead.x)
}

/// The angle nearest to zero that differs from `angle` by a multiple of `period`, rad.
pub fn nearest_turn(angle: f32, period: f32) -> f32 {
    angle - period * libm::roundf(angle / period)
}
