//! Four legs, each a thigh and a shin that ends in a ball.

use super::rover::{MAX_SPEED_RADPS, Rover, WHEEL_M, hinge};
use terrella_sim::glam::Vec3;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Combine, Leg, Mechanism, World};

/// Half of the distance between the hips of the left and the right, and of the front and the rear, m.
const HALF_TRACK_M: f32 = 0.24;
const HALF_BASE_M: f32 = 0.27;
/// Thigh and shin are as long as each other, m.
const LINK_M: f32 = 0.17;
const FOOT_M: f32 = 0.045;
/// Height of the hips over the feet, m.
const STAND_M: f32 = 0.26;
/// Height of the hips over the ground, m: that of the chassis' origin.
pub(super) const LEGS_M: f32 = STAND_M + FOOT_M;
/// Gears make the motors of joints so much stronger than those of wheels are.
const GEAR: f32 = 10.0;
/// A joint is so much stiffer than the springs of rockers.
const STIFFER: f32 = 4.0;
/// How high feet are lifted, m, and how many steps a second they make, at least and at most.
const LIFT_M: f32 = 0.12;
const STEP_HZ: [f32; 2] = [2.0, 3.0];

/// Adds legs to a chassis whose origin is there.
pub(super) fn add(world: &mut World<f32>, middle: Vec3, rover: &Rover) -> Mechanism<f32> {
    let mut side = |letter: &str, sign: f32| {
        let mut leg = |which: &str, ahead_m: f32| {
            let from = Vec3::new(ahead_m, sign * HALF_TRACK_M, 0.0);
            add_leg(world, middle, &format!("{which}{letter}"), from)
        };
        vec![leg("f", HALF_BASE_M), leg("r", -HALF_BASE_M)]
    };
    Mechanism::Legs {
        left: side("l", 1.0),
        right: side("r", -1.0),
        thigh_m: LINK_M,
        shin_m: LINK_M,
        stand_m: STAND_M,
        lift_m: LIFT_M,
        wheel_m: WHEEL_M,
        max_speed_radps: MAX_SPEED_RADPS,
        step_hz: STEP_HZ,
        stiffness_nmprad: STIFFER * rover.spring_nmprad,
        max_torque_nm: GEAR * rover.torque_nm,
        faulty: None,
    }
}

/// Adds a leg that stands, its hip at `from` in the chassis' frame.
fn add_leg(world: &mut World<f32>, middle: Vec3, hip: &str, from: Vec3) -> Leg {
    let half = 0.5 * LINK_M;
    let bend = libm::acosf(0.5 * STAND_M / LINK_M);
    // The knee is behind, the foot below the hip.
    let behind = Vec3::new(-libm::sinf(bend), 0.0, -libm::cosf(bend));
    let ahead = Vec3::new(-behind.x, 0.0, behind.z);
    let (thigh, shin, knee) = (
        format!("{hip}_thigh"),
        format!("{hip}_shin"),
        format!("{hip}_knee"),
    );
    let knee_at = middle + from + LINK_M * behind;
    let turned = |radians: f32| Rotation::RpyDeg([0.0, radians.to_degrees(), 0.0]);
    let mut upper = thigh_body().at((middle + from + half * behind).to_array());
    upper.rotation = turned(bend);
    let mut lower = shin_body().at((knee_at + half * ahead).to_array());
    lower.rotation = turned(-bend);
    world.bodies.insert(thigh.clone(), upper);
    world.bodies.insert(shin.clone(), lower);
    let top = Vec3::Z * half;
    world
        .joints
        .insert(hip.into(), hinge("chassis", &thigh, from, top));
    world.joints.insert(knee.clone(), hinge(&thigh, &shin, -top, top));
    Leg {
        hip: hip.into(),
        knee,
    }
}

/// Beside the chassis and above the shin, which meet the ground first: only seen.
fn thigh_body() -> Body<f32> {
    let shape = Shape::Capsule {
        radius_m: 0.05,
        half_height_m: 0.5 * LINK_M,
    };
    let mut body = Body::new("thigh", shape)
        .untouchable()
        .painted(Paint::plain([0.30, 0.32, 0.36]));
    body.material.mass_kg = Some(0.5);
    body
}

fn shin_body() -> Body<f32> {
    let parts = vec![
        Part::new(
            Shape::Capsule {
                radius_m: 0.03,
                half_height_m: 0.5 * LINK_M,
            },
            [0.0; 3],
        ),
        Part::new(Shape::Ball { radius_m: FOOT_M }, [0.0, 0.0, -0.5 * LINK_M]),
    ];
    let mut body = Body::new("shin", Shape::Compound { parts }).painted(Paint::plain([0.13, 0.13, 0.15]));
    body.material.mass_kg = Some(0.3);
    // As wheels: the ground and the rocks alone say how they grip.
    body.material.friction = 1.0;
    body.material.friction_combine = Combine::Multiply;
    body
}
