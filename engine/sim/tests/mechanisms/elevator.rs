//! An elevator: it goes where it is called, takes along what stands on it, and waits for what is in its way.

use super::*;

/// A platform at the origin that rises by 1 m at 0.5 m/s, a load on it, one beside it, and a gantry that may come under it.
fn shaft() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let cuboid = |half_extents_m| Shape::Box { half_extents_m };
    let plate = Body::new("plate", cuboid([0.5, 0.5, 0.01])).kinematic();
    world.bodies.insert("plate".into(), plate.untouchable());
    for (name, x) in [("load", 0.1), ("other", 2.0)] {
        let load = Body::new("load", cuboid([0.3; 3])).kinematic().at([x, 0.0, 0.4]);
        world.bodies.insert(name.into(), load);
    }
    let robot = Body::new("robot", cuboid([0.1; 3]))
        .kinematic()
        .at([1.0, 0.0, 0.05]);
    world.bodies.insert("robot".into(), robot.untouchable());
    let elevator = Mechanism::Elevator {
        body: "plate".into(),
        rise_m: 1.0,
        speed_mps: 0.5,
        half_m: [0.5, 0.5],
        carries: vec!["load".into(), "other".into()],
        waits_for: vec!["robot".into()],
    };
    world.mechanisms.insert("elevator".into(), elevator);
    let gantry = Mechanism::Gantry {
        body: "robot".into(),
        axes: "x".into(),
        max_speed_mps: 1.0,
        max_acceleration_mps2: 100.0,
        low_m: [0.0, 0.0, 0.05],
        high_m: [1.0, 0.0, 0.05],
        delay_secs: None,
    };
    world.mechanisms.insert("robot".into(), gantry);
    world
}

fn go(lane: &mut Lane, call: f32, robot_mps: f32, secs: f32) {
    for _ in 0..(secs * HZ as f32) as u32 {
        lane.step(&[call, robot_mps]).expect("the world stays sound");
    }
}

fn height(lane: &Lane, body: &str) -> f32 {
    lane.view().body_named(body).position_m.z
}

fn up(lane: &Lane) -> f32 {
    lane.view().mechanism_state(0)
}

#[test]
fn an_elevator_takes_along_what_stands_on_it() {
    let mut lane = lane(shaft());
    let channels = &lane.view().action_space().channels;
    assert_eq!(channels[0].name, "elevator.call");
    // Less than a half is no call.
    go(&mut lane, 0.49, 0.0, 1.0);
    assert_eq!(up(&lane), 0.0);
    go(&mut lane, 1.0, 0.0, 1.0);
    near(up(&lane), 0.5, 0.01);
    near(height(&lane, "load"), 0.9, 0.01);
    go(&mut lane, 1.0, 0.0, 1.5);
    assert_eq!(up(&lane), 1.0);
    near(height(&lane, "plate"), 1.0, 1e-5);
    near(height(&lane, "load"), 1.4, 1e-5);
    near(height(&lane, "other"), 0.4, 1e-5);
    let mut fork = lane.fork();
    for lane in [&mut lane, &mut fork] {
        go(lane, 0.0, 0.0, 2.5);
    }
    assert_eq!(lane.view().digest(), fork.view().digest());
    near(height(&lane, "load"), 0.4, 1e-5);
    assert_eq!(up(&lane), 0.0);
}

#[test]
fn an_elevator_waits_for_who_is_under_what_it_carries() {
    let mut lane = lane(shaft());
    go(&mut lane, 0.0, -1.0, 1.0);
    go(&mut lane, 1.0, 0.0, 1.0);
    assert_eq!(up(&lane), 0.0, "a robot is under the load");
    go(&mut lane, 1.0, 1.0, 4.0);
    assert_eq!(up(&lane), 1.0);
    // It does not come down on it either.
    go(&mut lane, 1.0, -1.0, 1.0);
    go(&mut lane, 0.0, 0.0, 1.0);
    assert_eq!(up(&lane), 1.0);
    near(height(&lane, "load"), 1.4, 1e-5);
}

#[test]
fn what_an_elevator_lacks_is_named() {
    let refused_after = |change: &dyn Fn(&mut Mechanism<f32>)| {
        let mut world = shaft();
        change(&mut world.mechanisms["elevator"]);
        refused(world)
    };
    let error = refused_after(&|elevator| {
        let Mechanism::Elevator { rise_m, .. } = elevator else {
            unreachable!("it is one");
        };
        *rise_m = 0.0;
    });
    assert!(error.contains("mechanisms.elevator.rise_m"), "{error}");
    let error = refused_after(&|elevator| {
        let Mechanism::Elevator { carries, .. } = elevator else {
            unreachable!("it is one");
        };
        carries.push("crate".into());
    });
    assert!(
        error.contains("mechanisms.elevator.carries") && error.contains("crate"),
        "{error}"
    );
}
