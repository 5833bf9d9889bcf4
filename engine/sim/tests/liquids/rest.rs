//! Liquid that has come to rest sleeps, wakes for what comes near, and for nothing else.

use super::*;

fn is_asleep(lane: &Lane) -> bool {
    lane.view()
        .liquid_velocities(0)
        .iter()
        .all(|velocity| *velocity == [0.0; 3])
}

/// A hand that moves this body at up to 0.5 m/s and tilts it at up to 1 rad/s.
fn hand(body: &str) -> Mechanism<f32> {
    Mechanism::Tilter {
        body: body.into(),
        carries: Vec::new(),
        max_speed_mps: 0.5,
        max_acceleration_mps2: 10.0,
        low_m: [-1.0, -1.0],
        high_m: [1.0, 1.0],
        max_tilt_radps: 1.0,
        max_tilt_acceleration_radps2: 20.0,
        tilt_rad: [-2.0, 2.0],
    }
}

/// A tank of 18 x 15 cm, and something that a hand moves.
fn with_hand(tank_body: Body<f32>, others: Vec<(&str, Body<f32>)>, held: &str, liquid: Liquid<f32>) -> Lane {
    let mut bodies = vec![("tank", tank_body)];
    bodies.extend(others);
    let mut world = world(bodies, liquid);
    world.mechanisms.insert("hand".into(), hand(held));
    lane(world)
}

fn shallow() -> Liquid<f32> {
    water(&[[[-0.09, -0.075, 0.0], [0.09, 0.075, 0.06]]])
}

/// Lets it come to rest, for 12 s at the most.
fn settle(lane: &mut Lane) {
    for _ in 0..240 {
        go(lane, &[0.0; 3], 0.05);
        if is_asleep(lane) {
            return;
        }
    }
    panic!("it never sleeps");
}

#[test]
fn a_liquid_that_came_to_rest_sleeps_with_its_volume() {
    let full = water(&[[[-0.09, -0.075, 0.0], [0.09, 0.075, 0.12]]]);
    let mut lane = lane(world(vec![("tank", tank([0.09, 0.075], 0.3).fixed())], full));
    let mut records = 0;
    while records == 0 || !is_asleep(&lane) {
        go(&mut lane, &[], 0.05);
        records += 1;
        assert!(records < 200, "awake after 10 s");
    }
    println!("asleep after {records} records");
    // Not before the waves are gone.
    assert!(records > 40);
    let before = positions(&lane).to_vec();
    let level = 2.0 * mean(before.iter().map(|place| place[2]));
    near(level, 0.12, 0.06 * 0.12);
    go(&mut lane, &[], 2.0);
    assert!(is_asleep(&lane) && positions(&lane) == before);
}

#[test]
fn it_wakes_when_its_tank_is_moved() {
    for action in [[0.1, 0.0, 0.0], [0.0, 0.0, 0.2]] {
        let tank = tank([0.09, 0.075], 0.2).kinematic();
        let mut lane = with_hand(tank, Vec::new(), "tank", shallow());
        settle(&mut lane);
        go(&mut lane, &action, 0.5);
        assert!(!is_asleep(&lane), "{action:?}");
        let pose = lane.view().body_named("tank");
        for place in positions(&lane) {
            let own = pose.rotation.inverse() * (Vec3::from(*place) - pose.position_m);
            assert!(
                own.x.abs() < 0.09 && own.z > 0.0,
                "{action:?}: a particle at {own}"
            );
        }
        settle(&mut lane);
    }
}

/// A stick far away does not wake it, one that comes down into it does, before it touches; it makes room for the stick.
#[test]
fn it_wakes_for_a_wall_that_comes_near_and_for_none_that_moves_elsewhere() {
    let half_extents_m = [0.02, 0.02, 0.1];
    let stick = Body::new("stick", Shape::Box { half_extents_m }).kinematic();
    let others = vec![("stick", stick.at([0.0, 0.0, 0.4]))];
    let mut lane = with_hand(tank([0.09, 0.075], 0.2).fixed(), others, "stick", shallow());
    settle(&mut lane);
    let before = positions(&lane).to_vec();
    let top = before.iter().map(|place| place[2]).fold(0.0, f32::max);
    go(&mut lane, &[0.1, 0.0, 0.0], 0.4);
    go(&mut lane, &[-0.1, 0.0, 0.0], 0.4);
    assert!(is_asleep(&lane) && positions(&lane) == before);
    while is_asleep(&lane) {
        let bottom = lane.view().body_named("stick").position_m.z - 0.1;
        assert!(bottom > top, "it sleeps with a stick in it");
        go(&mut lane, &[0.0, -0.1, 0.0], 0.05);
    }
    go(&mut lane, &[0.0, -0.1, 0.0], 0.7);
    go(&mut lane, &[0.0; 3], 0.5);
    let pose = lane.view().body_named("stick").position_m;
    assert!(pose.z - 0.1 < 0.04, "the stick is in it");
    let inside = |place: &&[f32; 3]| {
        (place[0] - pose.x).abs() < 0.02 && place[1].abs() < 0.02 && place[2] > pose.z - 0.1
    };
    assert_eq!(positions(&lane).iter().filter(inside).count(), 0);
}

/// A ball that rolls off a tray wakes it.
#[test]
fn it_wakes_for_a_ball_that_falls_into_it() {
    let half_extents_m = [0.06, 0.06, 0.01];
    let tray = Body::new("tray", Shape::Box { half_extents_m }).kinematic();
    let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.03 }).at([-0.06, 0.0, 0.34]);
    ball.material.density_kgpm3 = 2000.0;
    let others = vec![("tray", tray.at([-0.06, 0.0, 0.3])), ("ball", ball)];
    let mut lane = with_hand(tank([0.09, 0.075], 0.2).fixed(), others, "tray", shallow());
    settle(&mut lane);
    let before = positions(&lane).to_vec();
    for _ in 0..60 {
        go(&mut lane, &[0.0, 0.0, 0.3], 0.05);
        if lane.view().body_named("ball").position_m.z > 0.15 {
            assert!(positions(&lane) == before, "awake before the ball is near");
        }
    }
    assert!(
        lane.view().body_named("ball").position_m.z < 0.06,
        "the ball fell"
    );
    assert!(positions(&lane) != before);
}

/// What sleeps in a jug is poured into what sleeps below: each wakes when it is its turn.
#[test]
fn it_wakes_for_liquid_that_falls_into_it() {
    let jug = tank([0.04, 0.04], 0.08).kinematic().at([-0.06, 0.0, 0.3]);
    let fill = water(&[
        [[-0.09, -0.075, 0.0], [0.09, 0.075, 0.06]],
        [[-0.10, -0.04, 0.3], [-0.02, 0.04, 0.36]],
    ]);
    let mut lane = with_hand(tank([0.09, 0.075], 0.2).fixed(), vec![("jug", jug)], "jug", fill);
    settle(&mut lane);
    let count = positions(&lane).iter().filter(|place| place[2] < 0.2).count();
    let below = |lane: &Lane| positions(lane)[..count].to_vec();
    let before = below(&lane);
    let mut woke = false;
    for record in 0..60 {
        go(&mut lane, &[0.0, 0.0, 1.0], 0.05);
        let lowest = positions(&lane)[count..]
            .iter()
            .map(|place| place[2])
            .fold(1.0, f32::min);
        let now = below(&lane) != before;
        assert!(
            now || lowest > 0.06,
            "record {record}: it sleeps under drops at {lowest}"
        );
        assert!(
            !now || woke || lowest < 0.12,
            "record {record}: it woke for drops at {lowest}"
        );
        woke = now;
    }
    assert!(woke, "nothing was poured");
}

/// Through sleep and waking: two runs, and a fork that is taken asleep.
#[test]
fn sleep_and_waking_are_equal_to_the_bit() {
    let make = || {
        let tank = tank([0.09, 0.075], 0.2).kinematic();
        with_hand(tank, Vec::new(), "tank", shallow())
    };
    let (mut one, mut other) = (make(), make());
    settle(&mut one);
    settle(&mut other);
    assert_eq!(one.digest(), other.digest());
    let mut fork = one.fork();
    for record in 0..40 {
        let action = if record < 5 { [0.0; 3] } else { [0.1, 0.0, 0.1] };
        for lane in [&mut one, &mut other, &mut fork] {
            lane.step(&action).expect("sound");
        }
        assert!(one.digest() == other.digest() && one.digest() == fork.digest());
    }
    assert!(!is_asleep(&one));
}

/// What carries a floater must push: it does not sleep, and the floater stays where it is.
#[test]
fn what_carries_a_floater_is_awake() {
    let mut lane = pool(
        Body::new("floater", Shape::Ball { radius_m: 0.04 }).at([0.0, 0.0, 0.14]),
        400.0,
    );
    go(&mut lane, &[], 6.0);
    let before = lane.view().body_named("floater").position_m.z;
    go(&mut lane, &[], 8.0);
    near(lane.view().body_named("floater").position_m.z, before, 0.004);
    assert!(!is_asleep(&lane));
}

/// Slow is not at rest: honey that creeps down a slope goes on.
#[test]
fn honey_that_creeps_does_not_sleep() {
    let mut slope = Body::new(
        "slope",
        Shape::Box {
            half_extents_m: [0.5, 0.3, 0.02],
        },
    );
    slope.rotation = Rotation::RpyDeg([0.0, 10.0, 0.0]);
    let fill = Liquid {
        viscosity_pas: 30.0,
        ..water(&[[[-0.30, -0.06, 0.34], [-0.18, 0.06, 0.385]]])
    };
    let mut lane = lane(world(vec![("slope", slope.fixed().at([0.0, 0.0, 0.25]))], fill));
    go(&mut lane, &[], 1.5);
    for _ in 0..4 {
        let before = mean(positions(&lane).iter().map(|place| place[0]));
        go(&mut lane, &[], 1.0);
        let way = mean(positions(&lane).iter().map(|place| place[0])) - before;
        println!("honey: {way} m in a second");
        assert!(way > 0.005);
    }
}
