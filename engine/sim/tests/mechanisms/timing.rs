//! What follows a target, what hangs until its time, what is active from the start, what starts together, who comes in first and what
//! is touched first.

use super::{lane, near, refused, state};
use terrella_sim::lane::Lane;
use terrella_spec::shape::{Rotation, Shape};
use terrella_spec::world::{Body, Mechanism, Observe, Quantity, World};

const HZ: u32 = 10;

fn carriage(max_speed_mps: f32) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let body = Body::new("pusher", Shape::Ball { radius_m: 0.1 }).kinematic();
    world.bodies.insert("pusher".into(), body);
    world.mechanisms.insert(
        "pusher".into(),
        Mechanism::Carriage {
            body: "pusher".into(),
            axes: "xy".into(),
            max_step_m: 0.2,
            unit_m: None,
            rate_per_s: 10.0,
            max_speed_mps,
            low_m: [-0.5, -0.5, 0.0],
            high_m: [0.5, 0.5, 0.0],
        },
    );
    world
}

fn x(lane: &Lane) -> f32 {
    lane.view().body_named("pusher").position_m.x
}

/// From rest, a critically damped spring of 10 per second has gone 1 - 2/e of its way after 0.1 s. The next command counts
/// from there.
#[test]
fn a_carriage_follows_a_target_that_counts_from_where_it_is() {
    let mut lane = lane(carriage(5.0));
    let names: Vec<String> = (lane.view().action_space().channels.iter())
        .map(|channel| format!("{} {}", channel.name, channel.unit))
        .collect();
    assert_eq!(names, ["pusher.dx m", "pusher.dy m"]);
    lane.step(&[0.1, 0.0]).expect("sound");
    near(x(&lane), 0.1 * (1.0 - 2.0 / std::f32::consts::E), 1e-5);
    for _ in 0..10 {
        lane.step(&[0.0, 0.0]).expect("sound");
    }
    // It stops where it was when it was told so, but for its way to rest.
    let rests = x(&lane);
    for _ in 0..20 {
        lane.step(&[0.1, 0.0]).expect("sound");
    }
    assert!(x(&lane) > rests + 0.3, "steps add up: {}", x(&lane));
    for _ in 0..40 {
        lane.step(&[0.2, 0.0]).expect("sound");
    }
    near(x(&lane), 0.5, 1e-3);
}

#[test]
fn a_carriage_is_no_faster_than_it_may_be() {
    let mut lane = lane(carriage(0.2));
    for _ in 0..10 {
        lane.step(&[0.2, 0.0]).expect("sound");
    }
    near(x(&lane), 0.2, 0.01);
}

fn hung(at_secs: Vec<f32>) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    for (index, z) in [5.0, 6.0].into_iter().enumerate() {
        let mut body = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([index as f32, 0.0, z]);
        body.angular_velocity_radps = [0.0, 0.0, 3.0];
        world.bodies.insert(format!("ball_{index}"), body);
    }
    let bodies = vec!["ball_0".into(), "ball_1".into()];
    world
        .mechanisms
        .insert("release".into(), Mechanism::Release { bodies, at_secs });
    world.observe.push(Observe::new("release", Quantity::State));
    world
}

#[test]
fn what_is_released_hangs_still_until_its_time_and_then_falls_with_its_spin() {
    let mut lane = lane(hung(vec![0.2, 0.5]));
    let state = |lane: &Lane, index| lane.view().body_named(&format!("ball_{index}"));
    for _ in 0..2 {
        lane.step(&[]).expect("sound");
    }
    near(state(&lane, 0).position_m.z, 5.0, 1e-6);
    near(state(&lane, 0).angular_velocity_radps.z, 0.0, 1e-6);
    for _ in 0..3 {
        lane.step(&[]).expect("sound");
    }
    near(state(&lane, 0).position_m.z, 5.0 - 0.5 * 9.81 * 0.09, 0.02);
    near(state(&lane, 0).angular_velocity_radps.z, 3.0, 0.01);
    near(state(&lane, 1).position_m.z, 6.0, 1e-6);
    for _ in 0..5 {
        lane.step(&[]).expect("sound");
    }
    near(state(&lane, 1).position_m.z, 6.0 - 0.5 * 9.81 * 0.25, 0.02);
}

#[test]
fn a_release_wants_a_time_for_each_body() {
    let error = refused(hung(vec![0.2]));
    assert!(error.contains("mechanisms.release.at_secs"), "{error}");
}

#[test]
fn a_relay_is_active_from_the_start_for_its_time() {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let relay = Mechanism::Relay {
        of: Vec::new(),
        from_start_secs: 0.3,
    };
    world.mechanisms.insert("relay".into(), relay);
    let mut lane = lane(world);
    let mut seen = Vec::new();
    for _ in 0..5 {
        lane.step(&[]).expect("sound");
        let index = lane.view().mechanism_index("relay").expect("it is there");
        seen.push(lane.view().mechanism_state(index));
    }
    assert_eq!(seen, [1.0, 1.0, 1.0, 0.0, 0.0]);
}

/// Inputs in units of their own are the same steps, and one may count against its axis.
#[test]
fn a_carriage_may_count_in_units_of_its_own() {
    let mut world = carriage(5.0);
    let Mechanism::Carriage { unit_m, .. } = &mut world.mechanisms["pusher"] else {
        panic!("a carriage");
    };
    *unit_m = Some([0.2, -0.2, 1.0]);
    let mut own = lane(world.clone());
    for channel in &own.view().action_space().channels {
        assert_eq!((channel.unit, channel.low, channel.high), ("", -1.0, 1.0));
    }
    let mut metres = lane(carriage(5.0));
    for (x, y) in [(0.5, 1.0), (1.0, -0.25), (-0.25, 0.5)] {
        own.step(&[x, y]).expect("sound");
        metres.step(&[0.2 * x, -0.2 * y]).expect("sound");
        let at = |lane: &Lane| lane.view().body_named("pusher").position_m;
        assert_eq!(at(&own), at(&metres));
    }
    let Mechanism::Carriage { unit_m, .. } = &mut world.mechanisms["pusher"] else {
        panic!("a carriage");
    };
    *unit_m = Some([0.2, 0.0, 1.0]);
    let error = refused(world);
    assert!(error.contains("mechanisms.pusher.unit_m"), "{error}");
}

/// A held ball and, clamped beside it, one that starts half a metre lower; the finish is a level plane.
fn race() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let hand = Body::new("hand", Shape::Ball { radius_m: 0.05 }).at([0.0, 0.0, 4.2]);
    world.bodies.insert("hand".into(), hand.fixed());
    for (name, x, z) in [("held", 0.0, 4.0), ("clamped", 1.0, 3.5)] {
        let ball = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([x, 0.0, z]);
        world.bodies.insert(name.into(), ball);
    }
    let grip = Mechanism::Grip {
        body: "hand".into(),
        point_m: [0.0; 3],
        reach_m: 0.2,
        holds: vec!["held".into()],
        holding: Some("held".into()),
        aim: None,
        spin_radps: None,
    };
    world.mechanisms.insert("grip".into(), grip);
    let clamp = Mechanism::Clamp {
        body: "hand".into(),
        holds: vec!["clamped".into()],
        mechanism: "grip".into(),
    };
    world.mechanisms.insert("clamp".into(), clamp);
    let finish = Mechanism::Finish {
        bodies: vec!["held".into(), "clamped".into()],
        at_m: [0.0, 0.0, 2.0],
        toward: [0.0, 0.0, -2.0],
    };
    world.mechanisms.insert("finish".into(), finish);
    world
}

#[test]
fn what_is_clamped_starts_with_what_is_let_go_and_the_finish_tells_who_came_first_and_when() {
    let mut lane = lane(race());
    let names: Vec<&str> = (lane.view().readings().iter())
        .map(|reading| reading.name.as_str())
        .collect();
    assert_eq!(names, ["finish.first", "finish.first_secs", "finish.second_secs"]);
    for _ in 0..3 {
        lane.step(&[1.0]).expect("sound");
    }
    near(state(&lane, "clamp"), 1.0, 0.0);
    near(lane.view().body_named("held").position_m.z, 4.0, 1e-3);
    near(lane.view().body_named("clamped").position_m.z, 3.5, 1e-3);
    assert_eq!(lane.view().telemetry(), [0.0; 3]);
    for _ in 0..6 {
        lane.step(&[0.0]).expect("sound");
    }
    near(state(&lane, "clamp"), 0.0, 0.0);
    near(state(&lane, "finish"), 2.0, 0.0);
    for _ in 0..4 {
        lane.step(&[1.0]).expect("sound");
    }
    // Both fall from rest at 0.3 s: 1.5 m and 2 m.
    let fall = |height_m: f32| 0.3 + (2.0 * height_m / 9.81).sqrt();
    let [first, first_secs, second_secs] = lane.view().telemetry() else {
        panic!("three readings");
    };
    near(*first, 2.0, 0.0);
    near(*first_secs, fall(1.5), 0.003);
    near(*second_secs, fall(2.0), 0.003);
}

/// The spin is told in the frame of who holds: here its y is the world's -x.
#[test]
fn what_is_let_go_with_a_spin_begins_with_it() {
    let mut world = race();
    world.bodies["hand"].rotation = Rotation::RpyDeg([0.0, 0.0, 90.0]);
    let Mechanism::Grip { spin_radps, .. } = &mut world.mechanisms["grip"] else {
        panic!("a grip");
    };
    *spin_radps = Some([0.0, 6.0, 0.0]);
    let mut lane = lane(world);
    let spin = |lane: &Lane, name: &str| lane.view().body_named(name).angular_velocity_radps;
    lane.step(&[1.0]).expect("sound");
    near(spin(&lane, "held").length(), 0.0, 1e-3);
    lane.step(&[0.0]).expect("sound");
    near(spin(&lane, "held").x, -6.0, 1e-3);
    near(spin(&lane, "held").length(), 6.0, 1e-3);
    near(spin(&lane, "clamped").length(), 0.0, 1e-3);
}

#[test]
fn a_clamp_holds_what_forces_move_and_a_finish_has_a_way_through() {
    let mut world = race();
    world.bodies["clamped"].motion = terrella_spec::world::Motion::Fixed;
    let error = refused(world);
    assert!(error.contains("mechanisms.clamp.holds"), "{error}");
    let mut world = race();
    let finish = Mechanism::Finish {
        bodies: vec!["held".into()],
        at_m: [0.0; 3],
        toward: [0.0; 3],
    };
    world.mechanisms.insert("finish".into(), finish);
    let error = refused(world);
    assert!(error.contains("mechanisms.finish.toward"), "{error}");
}

/// A ball without gravity flies at the second of three in a row, past the first at 2 mm; a bounce takes one physics step of many.
#[test]
fn what_is_touched_first_is_known_however_short_the_touch() {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    for (name, x, y) in [
        ("cue", -1.1, 0.0),
        ("near", -0.5, 0.202),
        ("struck", 0.0, 0.0),
        ("beyond", 0.5, 0.0),
    ] {
        let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([x, y, 0.0]);
        ball.material.restitution = 0.9;
        if name == "cue" {
            ball.linear_velocity_mps = [4.0, 0.0, 0.0];
        }
        world.bodies.insert(name.into(), ball);
    }
    let first = Mechanism::FirstTouch {
        body: "cue".into(),
        by: ["near", "beyond", "struck"].map(String::from).to_vec(),
    };
    world.mechanisms.insert("first".into(), first);
    let mut lane = lane(world);
    let mut seen = Vec::new();
    for _ in 0..6 {
        lane.step(&[]).expect("sound");
        seen.push(state(&lane, "first"));
    }
    // It has 0.9 m to go at 4 m/s.
    assert_eq!(seen, [0.0, 0.0, 3.0, 3.0, 3.0, 3.0]);
}
