//! Vehicles that steer by their sides: how far wheels of each shape take them, and what the motors can.

use super::*;
use terrella_spec::world::{Fault, FaultKind};

const RADIUS_M: f32 = 0.12;
const TRACK_M: f32 = 0.44;
/// A chassis of 6 kg and four wheels of half a kilogram.
const MASS_KG: f32 = 8.0;

/// A cart on four wheels of this shape and turn, on ground of this shape.
fn cart(wheel: &Shape<f32>, ground: Shape<f32>, max_torque_nm: f32) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let mut floor = Body::new("floor", ground).fixed();
    floor.material.friction = 0.8;
    world.bodies.insert("floor".into(), floor);
    let shape = Shape::Box {
        half_extents_m: [0.3, 0.16, 0.05],
    };
    let mut chassis = Body::new("chassis", shape).at([0.0, 0.0, 0.2]);
    chassis.material.mass_kg = Some(6.0);
    world.bodies.insert("chassis".into(), chassis);
    for (name, x, y) in [
        ("fl", 1.0, 1.0),
        ("fr", 1.0, -1.0),
        ("rl", -1.0, 1.0),
        ("rr", -1.0, -1.0),
    ] {
        let mut body = Body::new("wheel", wheel.clone()).at([0.25 * x, 0.5 * TRACK_M * y, RADIUS_M]);
        body.material.mass_kg = Some(0.5);
        body.material.friction = 0.8;
        world.bodies.insert(name.into(), body);
        let joint = Joint {
            parent: "chassis".into(),
            child: name.into(),
            anchor_parent_m: [0.25 * x, 0.5 * TRACK_M * y, RADIUS_M - 0.2],
            anchor_child_m: [0.0; 3],
            freedom: Freedom::Hinge {
                axis: [0.0, 1.0, 0.0],
                limits_rad: None,
            },
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        };
        world.joints.insert(name.into(), joint);
    }
    let names = |side: &[&str]| side.iter().map(|name| name.to_string()).collect();
    world.mechanisms.insert(
        "wheels".into(),
        Mechanism::Wheels {
            left: names(&["fl", "rl"]),
            right: names(&["fr", "rr"]),
            max_speed_radps: 10.0,
            max_torque_nm,
            torques_nm: None,
            faulty: None,
        },
    );
    world
}

/// Lies along y.
fn lying(shape: Shape<f32>) -> Shape<f32> {
    let mut part = Part::new(shape, [0.0; 3]);
    part.rotation = Rotation::RpyDeg([-90.0, 0.0, 0.0]);
    Shape::Compound { parts: vec![part] }
}

fn ball() -> Shape<f32> {
    Shape::Ball { radius_m: RADIUS_M }
}

fn cylinder() -> Shape<f32> {
    lying(Shape::Cylinder {
        radius_m: RADIUS_M,
        half_height_m: 0.04,
    })
}

fn capsule() -> Shape<f32> {
    lying(Shape::Capsule {
        radius_m: RADIUS_M,
        half_height_m: 0.04,
    })
}

/// Flat, as a grid of 0.2 m.
fn field() -> Shape<f32> {
    Shape::HeightField {
        size_m: [20.0, 20.0],
        columns: 101,
        heights_m: vec![0.0; 101 * 101],
    }
}

/// Drives; gives the chassis's state at the end.
fn drive(lane: &mut Lane, left: f32, right: f32, secs: f32) -> terrella_sim::view::BodyState {
    for _ in 0..(secs * HZ as f32).round() as usize {
        lane.step(&[left, right]).expect("sound");
    }
    lane.view().body_named("chassis")
}

/// Driven, balls, capsules and cylinders all roll within 0.02 %.
#[test]
fn wheels_roll_as_far_as_they_turn() {
    for (name, wheel) in [("ball", ball()), ("capsule", capsule()), ("cylinder", cylinder())] {
        for (what, ground) in [("plane", Shape::HalfSpace {}), ("field", field())] {
            let mut lane = lane(cart(&wheel, ground, 3.0));
            let before = drive(&mut lane, 5.0, 5.0, 2.0);
            let mut angle = 0.0;
            for _ in 0..60 {
                drive(&mut lane, 5.0, 5.0, 0.05);
                angle += lane.view().joint_velocity(0) / HZ as f32;
            }
            let end = lane.view().body_named("chassis");
            let error = (end.position_m.x - before.position_m.x) / (RADIUS_M * angle) - 1.0;
            assert!(error.abs() < 0.001, "{name} on {what}: error {error}");
            near(end.position_m.y, 0.0, 0.02);
            near(end.position_m.z, 0.2, 0.001);
        }
    }
}

/// Balls stay within 1 mm in 5 s where capsules creep 2 mm: why the rover rolls on balls.
#[test]
fn balls_that_are_told_to_stand_stand() {
    let mut lane = lane(cart(&ball(), field(), 3.0));
    let before = drive(&mut lane, 0.0, 0.0, 1.0).position_m;
    let crept = drive(&mut lane, 0.0, 0.0, 5.0).position_m.distance(before);
    assert!(crept < 0.001, "creeps {crept} m in 5 s");
}

#[test]
fn different_sides_turn_it_on_the_spot() {
    let mut lane = lane(cart(&ball(), Shape::HalfSpace {}, 3.0));
    let end = drive(&mut lane, -4.0, 4.0, 3.0);
    let spin = end.angular_velocity_radps;
    assert!(spin.z > 0.5, "to the left: {spin}");
    near(end.position_m.truncate().length(), 0.0, 0.1);
}

/// On flat ground that grips, four motors at their largest torque push with four times torque over radius.
#[test]
fn motors_push_with_the_torque_they_have() {
    let torque = 0.4;
    let mut lane = lane(cart(&ball(), Shape::HalfSpace {}, torque));
    drive(&mut lane, 0.0, 0.0, 0.5);
    near(state(&lane, "wheels"), 0.0, 0.01);
    let before = lane.view().body_named("chassis").linear_velocity_mps.x;
    let end = drive(&mut lane, 10.0, 10.0, 0.4);
    near(state(&lane, "wheels"), 1.0, 0.01);
    // A ball that rolls counts as 1.4 times its mass.
    let formula = 4.0 * torque / RADIUS_M / (MASS_KG + 0.4 * 2.0) * 0.4;
    near(end.linear_velocity_mps.x - before, formula, 0.03 * formula);
}

/// A cart that has this fault from the start, at the front left wheel or at all.
fn ailing(max_torque_nm: f32, kind: FaultKind, severity: f32, which: Option<&str>) -> World<f32> {
    let mut world = cart(&ball(), Shape::HalfSpace {}, max_torque_nm);
    let Mechanism::Wheels { faulty, .. } = &mut world.mechanisms["wheels"] else {
        unreachable!()
    };
    *faulty = which.map(str::to_string);
    let fault = Fault {
        mechanism: "wheels".into(),
        kind,
        onset_secs: 0.0,
        ramp_secs: 0.0,
        severity,
        fails_at: None,
        mended_secs: None,
    };
    world.faults.insert("motor".into(), fault);
    world
}

/// A motor without torque on the left: the rover pulls with three, and to the left.
#[test]
fn a_weak_motor_pulls_the_rover_to_its_side() {
    let torque = 0.4;
    let mut lane = lane(ailing(torque, FaultKind::Weak, 1.0, Some("fl")));
    drive(&mut lane, 0.0, 0.0, 0.5);
    let before = lane.view().body_named("chassis").linear_velocity_mps.x;
    let end = drive(&mut lane, 10.0, 10.0, 0.4);
    near(state(&lane, "wheels"), 0.75, 0.01);
    let formula = 3.0 * torque / RADIUS_M / (MASS_KG + 0.4 * 2.0) * 0.4;
    near(end.linear_velocity_mps.x - before, formula, 0.05 * formula);
    assert!(
        end.angular_velocity_radps.z > 0.0,
        "{}",
        end.angular_velocity_radps
    );
}

/// What is told torques gets them, until its wheels are as fast as they can be.
fn by_torques(mut world: World<f32>) -> World<f32> {
    let Mechanism::Wheels { torques_nm, .. } = &mut world.mechanisms["wheels"] else {
        unreachable!()
    };
    *torques_nm = Some(4.0);
    world
}

#[test]
fn torques_push_as_told_until_the_wheels_are_as_fast_as_they_can_be() {
    let mut lane = lane(by_torques(cart(&ball(), Shape::HalfSpace {}, 3.0)));
    let channels = &lane.view().action_space().channels;
    assert_eq!((channels[0].unit, channels[0].high), ("N m", 4.0));
    drive(&mut lane, 0.0, 0.0, 0.5);
    let before = lane.view().body_named("chassis").linear_velocity_mps.x;
    let end = drive(&mut lane, 0.4, 0.4, 0.4);
    let formula = 4.0 * 0.4 / RADIUS_M / (MASS_KG + 0.4 * 2.0) * 0.4;
    near(end.linear_velocity_mps.x - before, formula, 0.03 * formula);
    // Without a torque it rolls on.
    let rolls = drive(&mut lane, 0.0, 0.0, 0.5).linear_velocity_mps.x;
    near(rolls, end.linear_velocity_mps.x, 0.01);
    let fastest = drive(&mut lane, 4.0, 4.0, 3.0).linear_velocity_mps.x;
    near(fastest, 10.0 * RADIUS_M, 0.02);
}

/// Bearings that rub by half of what motors can: a smaller torque moves nothing, a larger one pushes with the rest, and what rolls
/// comes to rest as friction of that torque says.
#[test]
fn bearings_that_rub_take_their_torque() {
    let world = ailing(0.8, FaultKind::Drag, 0.5, None);
    let mut lane = lane(by_torques(world));
    let stands = drive(&mut lane, 0.3, 0.3, 0.5).linear_velocity_mps.x;
    near(stands, 0.0, 0.01);
    let pushed = drive(&mut lane, 0.7, 0.7, 0.4).linear_velocity_mps.x;
    let formula = |torque: f32, secs: f32| 4.0 * torque / RADIUS_M / (MASS_KG + 0.4 * 2.0) * secs;
    near(pushed, formula(0.3, 0.4), 0.05 * formula(0.3, 0.4));
    let slowed = drive(&mut lane, 0.0, 0.0, 0.1).linear_velocity_mps.x;
    near(pushed - slowed, formula(0.4, 0.1), 0.05 * formula(0.4, 0.1));
    near(drive(&mut lane, 0.0, 0.0, 2.0).linear_velocity_mps.x, 0.0, 0.01);
}

/// A jammed wheel is dragged along by the others.
#[test]
fn a_jammed_wheel_does_not_turn() {
    let mut lane = lane(ailing(3.0, FaultKind::Jam, 1.0, Some("fl")));
    let end = drive(&mut lane, 6.0, 6.0, 1.0);
    assert!(end.linear_velocity_mps.x > 0.2, "{}", end.linear_velocity_mps);
    let turns = |name: &str| {
        let joint = lane.view().joint_index(name).expect("a wheel");
        lane.view().joint_velocity(joint)
    };
    near(turns("fl"), 0.0, 0.2);
    assert!(turns("fr") > 4.0, "{}", turns("fr"));
}

/// What encoders tell drifts by a quarter of the largest speed; what wheels do does not.
#[test]
fn encoders_that_drift_tell_higher_speeds() {
    let mut lane = lane(ailing(3.0, FaultKind::Drift, 0.4, None));
    drive(&mut lane, 5.0, 5.0, 1.0);
    let view = lane.view();
    let told = view.readings().iter().zip(view.telemetry());
    let told = told.filter(|(reading, _)| reading.name.starts_with("wheels."));
    let told: Vec<(&str, f32)> = told
        .map(|(reading, value)| (&reading.name[7..], *value))
        .collect();
    assert_eq!(told[..2], [("left", 5.0), ("right", 5.0)]);
    assert_eq!(told[2].0, "share");
    let names = ["front_left", "rear_left", "front_right", "rear_right"];
    for ((name, value), expected) in told[3..].iter().zip(names) {
        assert_eq!(*name, expected);
        near(*value, 6.0, 0.1);
    }
}

#[test]
fn wheels_on_what_is_no_hinge_are_refused() {
    let mut world = cart(&ball(), Shape::HalfSpace {}, 1.0);
    world.joints["rr"].freedom = Freedom::Ball {};
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let error = Lane::new(Arc::new(plan))
        .err()
        .expect("it is refused")
        .to_string();
    assert!(
        error.contains("mechanisms.wheels.right") && error.contains("hinge"),
        "{error}"
    );
}
