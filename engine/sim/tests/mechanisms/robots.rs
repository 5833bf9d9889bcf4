//! Robots on wheels, their odometry and what they lift, and people who walk about.

use super::*;
use terrella_sim::observe::Observer;
use terrella_spec::world::{Fault, FaultKind, Observe, Odometer, Quantity};

/// A drive without faults: 1 m/s, 2 rad/s, 2 m/s^2, 8 rad/s^2, 60 N.
fn drive(body: &str) -> Mechanism<f32> {
    Mechanism::DiffDrive {
        body: body.into(),
        max_speed_mps: 1.0,
        max_lateral_mps: 0.0,
        max_yaw_radps: 2.0,
        max_acceleration_mps2: 2.0,
        max_acceleration_radps2: 8.0,
        mass_kg: None,
        push_force_n: 60.0,
        climb_m: 0.06,
        reach_m: 0.0,
        slip: 0.0,
        veer_radpm: 0.0,
        stiction_mps: 0.0,
        track_m: 0.4,
        delay_secs: None,
        odometer: Odometer::default(),
    }
}

/// A floor and a robot at the origin that faces +x.
fn hall(mechanism: Mechanism<f32>) -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    let shape = Shape::Ball { radius_m: 0.25 };
    let robot = Body::new("robot", shape).kinematic().at([0.0, 0.0, 0.26]);
    world.bodies.insert("robot".into(), robot);
    world.mechanisms.insert("drive".into(), mechanism);
    world
}

fn roll<const N: usize>(lane: &mut Lane, action: [f32; N], secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&action).expect("the world stays sound");
    }
}

fn at(lane: &Lane, name: &str) -> [f32; 3] {
    lane.view().body_named(name).position_m.to_array()
}

fn odometry(lane: &Lane) -> [f32; 3] {
    lane.view().odometry(0)
}

#[test]
fn a_robot_drives_an_arc_and_its_odometry_agrees() {
    let mut lane = lane(hall(drive("robot")));
    roll(&mut lane, [0.5, 0.5], 4.0);
    roll(&mut lane, [0.0, 0.0], 1.0);
    let [x, y, z] = at(&lane, "robot");
    // A circle of 1 m: after about 2 rad it is at sin 2, 1 - cos 2.
    near(x, 0.91, 0.12);
    near(y, 1.42, 0.12);
    near(z, 0.26, 0.012);
    let [ox, oy, yaw] = odometry(&lane);
    near(ox, x, 0.01);
    near(oy, y, 0.01);
    let ahead = lane.view().body_named("robot").rotation * terrella_sim::glam::Vec3::X;
    near(ahead.truncate().to_angle(), yaw, 0.01);
}

#[test]
fn a_robot_gains_speed_no_faster_than_its_acceleration() {
    let mut lane = lane(hall(drive("robot")));
    roll(&mut lane, [1.0, 0.0], 0.25);
    near(lane.view().body_named("robot").linear_velocity_mps.x, 0.5, 0.03);
}

#[test]
fn slip_and_veering_move_a_robot_off_its_odometry() {
    let mut mechanism = drive("robot");
    if let Mechanism::DiffDrive { slip, veer_radpm, .. } = &mut mechanism {
        (*slip, *veer_radpm) = (0.2, 0.1);
    }
    let mut lane = lane(hall(mechanism));
    roll(&mut lane, [1.0, 0.0], 3.0);
    let [ox, oy, _] = odometry(&lane);
    near(oy, 0.0, 1e-4);
    let [x, y, _] = at(&lane, "robot");
    near((x * x + y * y).sqrt() / ox, 0.8, 0.01);
    // An arc of curvature 0.1: its chord stands off by half the angle.
    near(
        terrella_sim::glam::Vec2::new(x, y).to_angle(),
        0.05 * 0.8 * ox,
        0.01,
    );
}

/// A drive that goes sideways at up to 0.5 m/s too.
fn holonomic() -> Mechanism<f32> {
    let mut mechanism = drive("robot");
    if let Mechanism::DiffDrive { max_lateral_mps, .. } = &mut mechanism {
        *max_lateral_mps = 0.5;
    }
    mechanism
}

#[test]
fn a_holonomic_robot_goes_sideways_while_it_turns_and_its_odometry_and_way_agree() {
    let start = lane(hall(holonomic()));
    let channels = &start.view().action_space().channels;
    let told: Vec<(&str, f32)> = channels
        .iter()
        .map(|channel| (channel.name.as_str(), channel.high))
        .collect();
    assert_eq!(told, [("drive.vx", 1.0), ("drive.vy", 0.5), ("drive.omega", 2.0)]);
    let mut aside = lane(hall(holonomic()));
    roll(&mut aside, [0.0, 0.5, 0.0], 2.0);
    let [x, y, _] = at(&aside, "robot");
    near(x, 0.0, 1e-4);
    near(y, 0.94, 0.03);
    near(odometry(&aside)[1], y, 1e-3);
    // Ahead and to the left, turning half round on the way: straight in its own frame is an arc in the world's.
    roll(&mut aside, [0.4, 0.3, 1.0], 3.0);
    let [x, y, _] = at(&aside, "robot");
    let [ox, oy, yaw] = odometry(&aside);
    near(ox, x, 0.01);
    near(oy, y, 0.01);
    near(yaw, 2.9, 0.1);
    let readings = terrella_sim::telemetry::readings(aside.view().world());
    let way = readings.iter().position(|reading| reading.name == "drive.way");
    let way = aside.view().telemetry()[way.expect("it is reported")];
    near(way, 0.94 + 3.0 * 0.5, 0.05);
}

#[test]
fn a_wall_beside_a_holonomic_robot_blocks_it() {
    let mut world = hall(holonomic());
    block(&mut world, "wall", [0.0, 1.0, 0.5], [2.0, 0.1, 0.5]);
    let mut lane = lane(world);
    roll(&mut lane, [0.3, 0.0, 0.0], 0.5);
    assert_eq!(state(&lane, "drive"), 0.0);
    roll(&mut lane, [0.0, 0.5, 0.0], 2.5);
    near(at(&lane, "robot")[1], 0.64, 0.02);
    assert_eq!(state(&lane, "drive"), 1.0);
}

#[test]
fn a_wheel_with_stiction_does_not_creep() {
    let mut mechanism = drive("robot");
    if let Mechanism::DiffDrive { stiction_mps, .. } = &mut mechanism {
        *stiction_mps = 0.1;
    }
    let mut lane = lane(hall(mechanism));
    roll(&mut lane, [0.09, 0.0], 1.0);
    assert_eq!(at(&lane, "robot")[0], 0.0);
    roll(&mut lane, [0.2, 0.0], 1.0);
    near(at(&lane, "robot")[0], 0.19, 0.02);
}

#[test]
fn a_late_robot_starts_late() {
    let mut mechanism = drive("robot");
    if let Mechanism::DiffDrive { delay_secs, .. } = &mut mechanism {
        *delay_secs = Some(0.4);
    }
    let mut lane = lane(hall(mechanism));
    roll(&mut lane, [1.0, 0.0], 0.4);
    assert_eq!(at(&lane, "robot")[0], 0.0);
    roll(&mut lane, [1.0, 0.0], 0.4);
    assert!(at(&lane, "robot")[0] > 0.1);
}

#[test]
fn a_wall_blocks_a_robot_and_its_wheels_go_on() {
    let mut world = hall(drive("robot"));
    block(&mut world, "wall", [1.0, 0.0, 0.5], [0.1, 2.0, 0.5]);
    let mut lane = lane(world);
    roll(&mut lane, [1.0, 0.0], 0.5);
    assert_eq!(state(&lane, "drive"), 0.0);
    roll(&mut lane, [1.0, 0.0], 1.5);
    near(at(&lane, "robot")[0], 0.64, 0.02);
    assert_eq!(state(&lane, "drive"), 1.0);
    assert!(odometry(&lane)[0] > 1.5);
}

#[test]
fn a_robot_climbs_its_step_and_no_higher_one_and_drives_up_a_ramp() {
    for (height, climbs) in [(0.04_f32, true), (0.12, false)] {
        let mut world = hall(drive("robot"));
        block(
            &mut world,
            "step",
            [1.5, 0.0, 0.5 * height],
            [0.8, 2.0, 0.5 * height],
        );
        let mut lane = lane(world);
        roll(&mut lane, [1.0, 0.0], 2.0);
        assert_eq!(
            at(&lane, "robot")[0] > 1.0,
            climbs,
            "{height} m: at {:?}",
            at(&lane, "robot")
        );
    }
    let mut world = hall(drive("robot"));
    block(&mut world, "ramp", [2.0, 0.0, 0.0], [1.5, 2.0, 0.05]);
    world.bodies["ramp"].rotation = Rotation::RpyDeg([0.0, -8.0, 0.0]);
    let mut lane = lane(world);
    roll(&mut lane, [1.0, 0.0], 3.0);
    let [x, _, z] = at(&lane, "robot");
    assert!(x > 2.2, "stuck at {x}");
    near(z, 0.26 + 0.05 + (x - 2.0) * 0.14, 0.06);
}

/// It stood still at (0.016, 2.340) once, told to drive on: pressed to the floor, its way ended where it began.
#[test]
fn a_robot_is_not_stuck_to_the_floor() {
    for start in 0..40 {
        let mut world = hall(drive("robot"));
        world.bodies["robot"].position_m = [0.016, 2.3 + 0.001 * start as f32, 0.26];
        world.bodies["robot"].rotation = Rotation::RpyDeg([0.0, 0.0, 91.7]);
        let mut lane = lane(world);
        for _ in 0..60 {
            let before = at(&lane, "robot")[1];
            roll(&mut lane, [0.5, 0.01], 0.5);
            assert!(
                at(&lane, "robot")[1] > before + 0.1,
                "start {start}: stuck at {before}"
            );
        }
        near(at(&lane, "robot")[2], 0.26, 0.005);
    }
}

#[test]
fn a_robot_falls_off_an_edge_to_the_floor() {
    let mut world = hall(drive("robot"));
    block(&mut world, "stage", [0.0, 0.0, 0.25], [1.0, 1.0, 0.25]);
    world.bodies["robot"].position_m[2] = 0.77;
    let mut lane = lane(world);
    roll(&mut lane, [0.5, 0.0], 1.0);
    near(at(&lane, "robot")[2], 0.76, 0.015);
    roll(&mut lane, [0.5, 0.0], 3.0);
    near(at(&lane, "robot")[2], 0.26, 0.015);
}

#[test]
fn a_robot_pushes_a_light_box() {
    let mut world = hall(drive("robot"));
    let shape = Shape::Box {
        half_extents_m: [0.2; 3],
    };
    let mut light = Body::new("box", shape).at([0.7, 0.0, 0.2]);
    light.material.mass_kg = Some(4.0);
    world.bodies.insert("box".into(), light);
    let mut lane = lane(world);
    roll(&mut lane, [1.0, 0.0], 2.0);
    assert!(at(&lane, "box")[0] > 1.0, "at {:?}", at(&lane, "box"));
}

/// The random errors of odometry are a function of its seed, grow, and are the same in a fork.
#[test]
fn odometry_drifts_by_its_seed_and_forks_with_it() {
    let noisy = |number: f32| {
        let mut mechanism = drive("robot");
        if let Mechanism::DiffDrive { odometer, .. } = &mut mechanism {
            *odometer = Odometer {
                scale_error: 0.05,
                noise_m: 0.02,
                noise_rad: 0.02,
                seed: number,
                ..Odometer::default()
            };
        }
        let mut lane = lane(hall(mechanism));
        roll(&mut lane, [1.0, 0.0], 4.0);
        lane
    };
    let mut first = noisy(1.0);
    let [again, other] = [noisy(1.0), noisy(2.0)];
    assert_eq!(odometry(&first), odometry(&again));
    assert_ne!(odometry(&first), odometry(&other));
    // Their bodies agree: only what they believe differs, and the digest tells.
    assert_eq!(at(&first, "robot"), at(&other, "robot"));
    assert_ne!(first.view().digest(), other.view().digest());
    near(odometry(&first)[0] / at(&first, "robot")[0], 1.05, 0.04);
    let mut fork = first.fork();
    for lane in [&mut first, &mut fork] {
        roll(lane, [0.5, 0.5], 1.0);
    }
    assert_eq!(odometry(&first), odometry(&fork));
    assert_eq!(first.view().digest(), fork.view().digest());
}

#[test]
fn positions_are_told_in_the_frame_of_a_body_and_odometry_in_four_numbers() {
    let mut world = hall(drive("robot"));
    block(&mut world, "goal", [1.0, 2.0, 0.16], [0.1; 3]);
    world.observe = vec![
        Observe::axes("goal", Quantity::Position, "xy").seen_from("robot"),
        Observe::new("drive", Quantity::Odometry),
    ];
    let observer = Observer::new(&world).expect("its channels exist");
    let names: Vec<(&str, &str)> = observer
        .channels()
        .iter()
        .map(|channel| (channel.name.as_str(), channel.unit))
        .collect();
    assert_eq!(
        names,
        [
            ("goal.position_from_robot.x", "m"),
            ("goal.position_from_robot.y", "m"),
            ("drive.odometry.x", "m"),
            ("drive.odometry.y", "m"),
            ("drive.odometry.sin", ""),
            ("drive.odometry.cos", ""),
        ]
    );
    world.bodies["robot"].rotation = Rotation::RpyDeg([0.0, 0.0, 90.0]);
    let mut row = Vec::new();
    observer.read(&lane(world.clone()).view(), &mut row);
    for (got, want) in row.iter().zip([2.0, -1.0, 0.0, 0.0, 0.0, 1.0]) {
        near(*got, want, 1e-5);
    }
    world.observe = vec![Observe::new("goal", Quantity::Heading).seen_from("robot")];
    let error = Observer::new(&world)
        .expect_err("a heading has no frame")
        .to_string();
    assert!(error.contains("observe[0].seen_from"), "{error}");
    world.observe = vec![Observe::new("walk", Quantity::Odometry)];
    world.mechanisms.insert("walk".into(), stroller(vec![[0.0, 0.0]]));
    let error = Observer::new(&world).expect_err("it has no wheels").to_string();
    assert!(error.contains("diff_drive"), "{error}");
}

fn stroller(waypoints_m: Vec<[f32; 2]>) -> Mechanism<f32> {
    Mechanism::Stroller {
        body: "person".into(),
        waypoints_m,
        speed_mps: 1.0,
        pause_secs: 1.0,
        stop_m: 0.5,
        patience_secs: 2.0,
    }
}

/// A floor and a person at the origin who faces +x.
fn street(waypoints_m: Vec<[f32; 2]>) -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    let shape = Shape::Capsule {
        radius_m: 0.2,
        half_height_m: 0.6,
    };
    let person = Body::new("person", shape).kinematic().at([0.0, 0.0, 0.81]);
    world.bodies.insert("person".into(), person);
    world.mechanisms.insert("walk".into(), stroller(waypoints_m));
    world
}

fn wait(lane: &mut Lane, secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&[]).expect("the world stays sound");
    }
}

#[test]
fn a_stroller_walks_its_round_and_pauses_at_each_waypoint() {
    let mut lane = lane(street(vec![[2.0, 0.0], [2.0, 1.0]]));
    wait(&mut lane, 1.0);
    near(at(&lane, "person")[0], 1.0, 0.03);
    assert_eq!(state(&lane, "walk"), 1.0);
    wait(&mut lane, 1.5);
    near(at(&lane, "person")[0], 2.0, 0.03);
    assert_eq!(state(&lane, "walk"), 0.0);
    wait(&mut lane, 2.0);
    near(at(&lane, "person")[1], 1.0, 0.05);
    // And back to the first.
    wait(&mut lane, 3.0);
    near(at(&lane, "person")[1], 0.0, 0.05);
    near(at(&lane, "person")[2], 0.81, 1e-5);
}

#[test]
fn a_stroller_stops_before_what_is_in_its_way_and_goes_back_when_it_waited_long() {
    let mut world = street(vec![[4.0, 0.0], [0.0, 0.0]]);
    block(&mut world, "wall", [2.0, 0.0, 0.5], [0.1, 0.5, 0.5]);
    let mut lane = lane(world);
    wait(&mut lane, 3.0);
    let [x, _, _] = at(&lane, "person");
    near(x, 2.0 - 0.1 - 0.2 - 0.5, 0.05);
    assert_eq!(state(&lane, "walk"), 0.0);
    wait(&mut lane, 2.9);
    near(at(&lane, "person")[0], 0.0, 0.05);
}

#[test]
fn a_fork_of_a_stroller_goes_the_same_way() {
    let mut lane = lane(street(vec![[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]));
    wait(&mut lane, 1.7);
    let mut fork = lane.fork();
    for lane in [&mut lane, &mut fork] {
        wait(lane, 3.0);
    }
    assert_eq!(lane.view().digest(), fork.view().digest());
}

#[test]
fn a_robot_does_not_push_a_person_and_who_is_met_stops() {
    let mut world = hall(drive("robot"));
    let shape = Shape::Capsule {
        radius_m: 0.2,
        half_height_m: 0.6,
    };
    let person = Body::new("person", shape).kinematic().at([2.0, 0.0, 0.81]);
    world.bodies.insert("person".into(), person);
    world
        .mechanisms
        .insert("walk".into(), stroller(vec![[-2.0, 0.0]]));
    let mut lane = lane(world);
    roll(&mut lane, [1.0, 0.0], 3.0);
    let gap = at(&lane, "person")[0] - at(&lane, "robot")[0];
    assert!(gap > 0.44, "inside of each other: {gap} m");
    assert_eq!(state(&lane, "walk"), 0.0);
    assert_eq!(state(&lane, "drive"), 1.0);
}

/// A load of a table's form that stands 1 m ahead, and whose place is at 3 m.
#[test]
fn a_lifter_lifts_carries_and_sets_down_once() {
    let mut world = hall(drive("robot"));
    let shape = Shape::Box {
        half_extents_m: [0.4, 0.4, 0.05],
    };
    let load = Body::new("load", shape).kinematic().at([1.0, 0.0, 0.65]);
    world.bodies.insert("load".into(), load);
    world.mechanisms.insert(
        "lift".into(),
        Mechanism::Lifter {
            body: "robot".into(),
            loads: vec!["load".into()],
            places_m: vec![[2.0, 0.0]],
            within_m: 0.15,
            lift_m: 0.05,
        },
    );
    let orders = Mechanism::Orders {
        lifters: vec!["lift".into()],
        arrive_secs: vec![1.0],
    };
    world.mechanisms.insert("orders".into(), orders);
    let mut lane = lane(world);
    let told = |lane: &Lane| {
        let names = ["arrived", "delivered", "per_hour", "mean_secs"].map(|what| format!("orders.{what}"));
        let readings = terrella_sim::telemetry::readings(lane.view().world());
        names.map(|name| {
            let index = readings.iter().position(|reading| reading.name == name);
            lane.view().telemetry()[index.expect("it is reported")]
        })
    };
    lane.step(&[0.0, 0.0]).expect("the world stays sound");
    assert_eq!(told(&lane)[0], 0.0, "it comes in after 1 s");
    // Past it without a stop: it stays.
    roll(&mut lane, [1.0, 0.0], 2.0);
    near(at(&lane, "load")[0], 1.0, 1e-5);
    assert_eq!(state(&lane, "lift"), 0.0);
    let there = |lane: &mut Lane, x: f32| {
        for _ in 0..100 {
            let left = x - at(lane, "robot")[0];
            lane.step(&[(1.5 * left).clamp(-1.0, 1.0), 0.0])
                .expect("the world stays sound");
        }
        roll(lane, [0.0, 0.0], 1.0);
    };
    assert_eq!(told(&lane), [1.0, 0.0, 0.0, 0.0]);
    there(&mut lane, 1.0);
    assert_eq!(state(&lane, "lift"), 0.5);
    near(at(&lane, "load")[2], 0.7, 1e-4);
    let load = lane.view().body_index("load");
    assert_eq!(lane.view().held_by(1), load);
    let mut fork = lane.fork();
    there(&mut lane, 2.0);
    there(&mut fork, 2.0);
    assert_eq!(lane.view().digest(), fork.view().digest());
    assert_eq!(state(&lane, "lift"), 1.0);
    let [arrived, delivered, per_hour, mean_secs] = told(&lane);
    assert_eq!([arrived, delivered], [1.0, 1.0]);
    near(per_hour, 3600.0 / lane.view().time_secs(), 1.0);
    assert!((6.0..15.0).contains(&mean_secs), "{mean_secs} s");
    near(at(&lane, "load")[0], 2.0, 0.1);
    near(at(&lane, "load")[2], 0.65, 1e-4);
    // Its work is done: it is not taken up again.
    there(&mut lane, 2.0);
    assert_eq!(state(&lane, "lift"), 1.0);
    roll(&mut lane, [-1.0, 0.0], 1.0);
    near(at(&lane, "load")[0], 2.0, 0.1);
}

#[test]
fn what_a_robot_a_person_or_a_lifter_lacks_is_named() {
    let error = refused(hall(drive("floor")));
    assert!(
        error.contains("mechanisms.drive.body") && error.contains("kinematic"),
        "{error}"
    );
    let error = refused(street(Vec::new()));
    assert!(error.contains("mechanisms.walk.waypoints_m"), "{error}");
    let mut world = hall(drive("robot"));
    let lifter = |loads: &[&str]| Mechanism::Lifter {
        body: "robot".into(),
        loads: loads.iter().map(|name| name.to_string()).collect(),
        places_m: vec![[2.0, 0.0]],
        within_m: 0.1,
        lift_m: 0.05,
    };
    world.mechanisms.insert("lift".into(), lifter(&[]));
    let error = refused(world.clone());
    assert!(error.contains("mechanisms.lift.places_m"), "{error}");
    world.mechanisms.insert("lift".into(), lifter(&["crate"]));
    let error = refused(world);
    assert!(
        error.contains("mechanisms.lift.loads") && error.contains("crate"),
        "{error}"
    );
}

fn reported(lane: &Lane, name: &str) -> Vec<f32> {
    let view = lane.view();
    let readings = view.readings().iter().zip(view.telemetry());
    readings
        .filter(|(reading, _)| reading.name == name)
        .map(|(_, value)| *value)
        .collect()
}

/// A drive reports what it was told, how fast its wheels speed up, and what they do.
#[test]
fn a_drive_reports_setpoint_effort_and_feedback() {
    let mut lane = lane(hall(drive("robot")));
    roll(&mut lane, [0.5, 0.2], 0.1);
    assert_eq!(reported(&lane, "drive.v")[0], 0.5);
    near(reported(&lane, "drive.acceleration")[0], 2.0, 1e-3);
    roll(&mut lane, [0.5, 0.2], 1.0);
    near(reported(&lane, "drive.v")[1], 0.5, 1e-4);
    near(reported(&lane, "drive.omega")[1], 0.2, 1e-4);
    near(reported(&lane, "drive.acceleration")[0], 0.0, 1e-3);
    assert_eq!(reported(&lane, "drive.blocked"), [0.0]);
}

/// Wheels that wear slip more and more until they are mended.
#[test]
fn wheels_that_wear_slip_until_they_are_mended() {
    let mut world = hall(drive("robot"));
    let fault = Fault {
        mechanism: "drive".into(),
        kind: FaultKind::Slip,
        onset_secs: 0.0,
        ramp_secs: 4.0,
        severity: 0.8,
        fails_at: None,
        mended_secs: Some(4.0),
    };
    world.faults.insert("wear".into(), fault);
    let mut lane = lane(world);
    let mut speed = |secs: f32| {
        let before = at(&lane, "robot")[0];
        roll(&mut lane, [0.5, 0.0], secs);
        (at(&lane, "robot")[0] - before) / secs
    };
    speed(1.5);
    // Half of the ramp is half of the slip.
    near(speed(1.0), 0.5 * (1.0 - 0.4), 0.01);
    speed(1.0);
    near(speed(0.5), 0.5 * (1.0 - 0.75), 0.01);
    near(speed(1.0), 0.5, 0.01);
}

/// A robot of 40 kg under a load of 60 kg gains 0.4 times as much speed in the same time, and its lifter tells what it carries.
#[test]
fn a_load_that_weighs_makes_its_robot_slow_to_start() {
    let speed = |load_kg: Option<f32>| {
        let mut mechanism = drive("robot");
        if let Mechanism::DiffDrive { mass_kg, .. } = &mut mechanism {
            *mass_kg = Some(40.0);
        }
        let mut world = hall(mechanism);
        let shape = Shape::Box {
            half_extents_m: [0.4, 0.4, 0.05],
        };
        let mut load = Body::new("load", shape).kinematic().at([0.0, 0.0, 0.65]);
        load.material.mass_kg = load_kg;
        world.bodies.insert("load".into(), load);
        world.mechanisms.insert(
            "lift".into(),
            Mechanism::Lifter {
                body: "robot".into(),
                loads: vec!["load".into()],
                places_m: vec![[5.0, 0.0]],
                within_m: 0.15,
                lift_m: 0.05,
            },
        );
        let mut lane = lane(world);
        roll(&mut lane, [0.0, 0.0], 1.0);
        assert_eq!(state(&lane, "lift"), 0.5);
        let readings = terrella_sim::telemetry::readings(lane.view().world());
        let mass = readings.iter().position(|reading| reading.name == "lift.mass");
        let told = lane.view().telemetry()[mass.expect("it is reported")];
        assert_eq!(told, load_kg.unwrap_or(0.0));
        roll(&mut lane, [1.0, 0.0], 0.4);
        lane.view().body_named("robot").linear_velocity_mps.x
    };
    near(speed(None), 0.8, 0.02);
    near(speed(Some(60.0)), 0.32, 0.02);
}
