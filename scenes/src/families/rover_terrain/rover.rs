//! The rover: a chassis on four legs, or on two sprung rockers, with a bogie in front on each side where it has six wheels.

use super::legs::{self, LEGS_M};
use crate::looks;
use terrella_sim::glam::Vec3;
use terrella_spec::shape::{Paint, Part, Pattern, Shape};
use terrella_spec::world::{Body, Combine, Freedom, Joint, Mechanism, Motor, World};

pub(super) const WHEEL_M: f32 = 0.13;
/// Half of the distance between the wheels of an axle, m.
pub(super) const HALF_TRACK_M: f32 = 0.29;
/// Half of the distance between the front and rear axles, m.
const HALF_BASE_M: f32 = 0.30;
/// Height of the chassis' origin over the axles, m.
const CHASSIS_M: f32 = 0.13;
/// Of wheels, and of those that legs walk like.
pub(super) const MAX_SPEED_RADPS: f32 = 9.0;
/// The largest torque that a rover can be told, N m: that of the strongest motors.
const MAX_TORQUE_NM: f32 = 8.0;
/// Where the eyes on the mast look out, in the chassis' frame, m.
pub(super) const EYES_M: [f32; 3] = [0.31, 0.0, 0.27];

/// What it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drive {
    FourWheels,
    SixWheels,
    Legs,
}

/// What differs between rovers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rover {
    pub(super) drive: Drive,
    pub(super) mass_kg: f32,
    pub(super) payload_kg: f32,
    pub(super) payload_height_m: f32,
    /// Stiffness of each rocker's spring, or of the motor of each of a leg's joints, N m/rad.
    pub(super) spring_nmprad: f32,
    /// Of the motor of each wheel, or of those in a leg before their gears, N m.
    pub(super) torque_nm: f32,
    /// True where it is told torques in place of speeds.
    pub(super) by_torques: bool,
}

pub(super) fn cuboid(half_extents_m: [f32; 3]) -> Shape<f32> {
    Shape::Box { half_extents_m }
}

/// A ball: a balloon tyre. Cylinders and capsules roll as well on level ground, but creep where they are to stand, or have
/// edges to catch on those of a height field.
fn wheel() -> Body<f32> {
    let mut body = Body::new("wheel", Shape::Ball { radius_m: WHEEL_M }).painted(Paint {
        pattern: Pattern::Stripes,
        ..Paint::checker([0.13, 0.13, 0.15], [0.50, 0.50, 0.54], 0.5 * WHEEL_M)
    });
    body.material.mass_kg = Some(0.6);
    // The ground and the rocks alone say how they grip. Where two rules differ, the geometric mean wins over all others: a wheel
    // that kept that default would feel the root of what the ground says.
    body.material.friction = 1.0;
    body.material.friction_combine = Combine::Multiply;
    body
}

pub(super) fn hinge(parent: &str, child: &str, anchor_parent_m: Vec3, anchor_child_m: Vec3) -> Joint<f32> {
    Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m: anchor_parent_m.to_array(),
        anchor_child_m: anchor_child_m.to_array(),
        freedom: Freedom::Hinge {
            axis: [0.0, 1.0, 0.0],
            limits_rad: None,
        },
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    }
}

/// It lies between its wheels, so close that it would touch those of another beam: only seen.
fn beam(half_m: f32) -> Body<f32> {
    let mut body = Body::new("rocker", cuboid([half_m, 0.02, 0.025]))
        .untouchable()
        .painted(Paint::plain([0.30, 0.32, 0.36]));
    body.material.mass_kg = Some(0.5);
    body
}

impl Rover {
    /// Puts it above ground of this height, not turned, with its mechanism `drive`.
    pub(super) fn add(&self, world: &mut World<f32>, ground: Vec3) {
        let stands_m = match self.drive {
            Drive::Legs => LEGS_M,
            Drive::FourWheels | Drive::SixWheels => WHEEL_M + CHASSIS_M,
        };
        let middle = ground + Vec3::Z * stands_m;
        let mut chassis = Body::new("chassis", chassis_shape()).at(middle.to_array());
        chassis.material.mass_kg = Some(self.mass_kg);
        chassis.paint = Paint {
            pattern: Pattern::Stripes,
            ..Paint::checker([0.95, 0.95, 0.97], [0.90, 0.30, 0.10], 10.0)
        };
        world.bodies.insert("chassis".into(), chassis);
        let mechanism = match self.drive {
            Drive::Legs => legs::add(world, middle, self),
            Drive::FourWheels | Drive::SixWheels => self.add_wheels(world, middle - Vec3::Z * CHASSIS_M),
        };
        world.mechanisms.insert("drive".into(), mechanism);
        if self.payload_kg > 0.0 {
            self.add_payload(world, middle);
        }
    }

    /// Puts wheels with their axles at `at`.
    fn add_wheels(&self, world: &mut World<f32>, at: Vec3) -> Mechanism<f32> {
        let [left, right] =
            [("l", 1.0), ("r", -1.0)].map(|(letter, sign)| self.add_side(world, at, letter, sign));
        Mechanism::Wheels {
            left,
            right,
            max_speed_radps: MAX_SPEED_RADPS,
            max_torque_nm: self.torque_nm,
            torques_nm: self.by_torques.then_some(MAX_TORQUE_NM),
            faulty: None,
        }
    }

    /// A rocker with its wheels; gives the wheels' hinges.
    fn add_side(&self, world: &mut World<f32>, at: Vec3, letter: &str, sign: f32) -> Vec<String> {
        let inner = Vec3::Y * (sign * (HALF_TRACK_M - 0.09));
        let rocker = format!("rocker_{letter}");
        world
            .bodies
            .insert(rocker.clone(), beam(HALF_BASE_M).at((at + inner).to_array()));
        let mut joint = hinge("chassis", &rocker, inner - Vec3::Z * CHASSIS_M, Vec3::ZERO);
        joint.freedom = Freedom::Hinge {
            axis: [0.0, 1.0, 0.0],
            limits_rad: Some([-0.5, 0.5]),
        };
        joint.motor = Some(Motor {
            target_position: 0.0,
            target_velocity: 0.0,
            stiffness: self.spring_nmprad,
            damping: 0.12 * self.spring_nmprad,
            max_force: 200.0,
        });
        world.joints.insert(rocker.clone(), joint);
        let out = Vec3::Y * (sign * 0.09);
        let mut names = Vec::new();
        let mut add_wheel = |world: &mut World<f32>, which: &str, on: &str, from: Vec3, on_beam: Vec3| {
            let name = format!("{which}{letter}");
            let place = from + on_beam + out;
            world.bodies.insert(name.clone(), wheel().at(place.to_array()));
            world
                .joints
                .insert(name.clone(), hinge(on, &name, on_beam + out, Vec3::ZERO));
            names.push(name);
        };
        let ahead = Vec3::X * HALF_BASE_M;
        if self.drive == Drive::SixWheels {
            // The bogie hangs where the weight is shared by three: a third of the way back from the front.
            let bogie = format!("bogie_{letter}");
            let half = 0.5 * HALF_BASE_M;
            let place = at + inner + Vec3::X * half;
            world
                .bodies
                .insert(bogie.clone(), beam(half).at(place.to_array()));
            let mut joint = hinge(&rocker, &bogie, Vec3::X * half, Vec3::ZERO);
            joint.freedom = Freedom::Hinge {
                axis: [0.0, 1.0, 0.0],
                limits_rad: Some([-0.6, 0.6]),
            };
            world.joints.insert(bogie.clone(), joint);
            add_wheel(world, "f", &bogie, place, Vec3::X * half);
            add_wheel(world, "m", &bogie, place, -Vec3::X * half);
        } else {
            add_wheel(world, "f", &rocker, at + inner, ahead);
        }
        add_wheel(world, "r", &rocker, at + inner, -ahead);
        names
    }

    fn add_payload(&self, world: &mut World<f32>, middle: Vec3) {
        let half = 0.5 * self.payload_height_m;
        let up = Vec3::Z * (0.06 + half);
        let mut crate_ = Body::new("payload", cuboid([0.15, 0.13, half]))
            .at((middle + up).to_array())
            .painted(Paint::plain(looks::PALETTE[1]));
        crate_.material.mass_kg = Some(self.payload_kg);
        world.bodies.insert("payload".into(), crate_);
        let mut weld = hinge("chassis", "payload", up, Vec3::ZERO);
        weld.freedom = Freedom::Weld {};
        world.joints.insert("payload".into(), weld);
    }
}

/// A box with a mast in front, which carries its eyes.
fn chassis_shape() -> Shape<f32> {
    let parts = vec![
        Part::new(cuboid([0.32, 0.16, 0.06]), [0.0; 3]),
        Part::new(cuboid([0.02, 0.02, 0.10]), [0.26, 0.0, 0.16]),
        Part::new(cuboid([0.03, 0.09, 0.03]), [0.27, 0.0, 0.27]),
    ];
    Shape::Compound { parts }
}
