//! What follows a target, what hangs until its time, what is active from the start.

use super::{lane, near, refused};
use terrella_sim::lane::Lane;
use terrella_spec::shape::Shape;
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
