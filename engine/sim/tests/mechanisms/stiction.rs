//! Friction that is greater at rest.

use super::*;

const GRAVITY_MPS2: f32 = 9.81;
/// Tangent of the slope: 20 degrees.
const SLOPE: f32 = 0.364;
const KINETIC: f32 = 0.2;

/// A block on a slope, which is a level floor under a slanting gravity, that starts with a speed down the slope. Friction
/// combines by the geometric mean, and the floor's is 1.
fn slope(static_friction: f32, speed_mps: f32) -> World<f32> {
    let angle = libm::atanf(SLOPE);
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [
            GRAVITY_MPS2 * libm::sinf(angle),
            0.0,
            -GRAVITY_MPS2 * libm::cosf(angle),
        ],
        ..World::default()
    };
    let mut floor = Body::new("floor", Shape::HalfSpace {}).fixed();
    floor.material.friction = 1.0;
    world.bodies.insert("floor".into(), floor);
    let half_extents_m = [0.1, 0.1, 0.05];
    let mut block = Body::new("block", Shape::Box { half_extents_m }).at([0.0, 0.0, 0.05]);
    block.material.friction = KINETIC * KINETIC;
    block.linear_velocity_mps = [speed_mps, 0.0, 0.0];
    world.bodies.insert("block".into(), block);
    world.mechanisms.insert(
        "stiction".into(),
        Mechanism::Stiction {
            body: "block".into(),
            static_friction: static_friction * static_friction,
            below_mps: 0.01,
        },
    );
    world
}

/// How far it has come after a second, and whether it rests.
fn after_a_second(world: World<f32>) -> (f32, f32) {
    let mut lane = lane(world);
    for _ in 0..HZ {
        lane.step(&[]).expect("sound");
    }
    let x = lane.view().body_named("block").position_m.x;
    (x, state(&lane, "stiction"))
}

/// Coulomb: it stays where the tangent of the slope is less than the static friction, and slides with the kinetic one else.
#[test]
fn a_block_rests_by_static_friction_and_slides_by_kinetic_friction() {
    let angle = libm::atanf(SLOPE);
    let gain = GRAVITY_MPS2 * (libm::sinf(angle) - KINETIC * libm::cosf(angle));
    let (x, rests) = after_a_second(slope(0.5, 0.0));
    assert!(x.abs() < 0.002 && rests == 1.0, "it has come {x} m");
    // The same block goes on sliding once it slides.
    let (x, rests) = after_a_second(slope(0.5, 0.3));
    near(x, 0.3 + 0.5 * gain, 0.02);
    assert_eq!(rests, 0.0);
    // It begins by itself where the slope is too steep, and is let go by a friction of 0.3 for the first centimetre a second.
    let (x, _) = after_a_second(slope(0.3, 0.0));
    near(x, 0.5 * gain, 0.04);
}

#[test]
fn less_friction_at_rest_than_in_motion_is_refused() {
    let told = refused(slope(0.1, 0.0));
    assert!(
        told.contains("static_friction") && told.contains("must not be less"),
        "{told}"
    );
}
