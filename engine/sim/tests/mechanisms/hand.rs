//! The hand with two fingers: it follows, yields, grasps, slips, lets go and presses.

use super::*;
use terrella_sim::glam::Vec3;
use terrella_sim::observe::Observer;
use terrella_spec::world::{Observe, Quantity};

/// Where the palm starts; its fingertips are 0.12 m below.
const HIGH_M: f32 = 0.4;
const STILL: [f32; 7] = [0.0; 7];

/// A floor and a hand of 1.5 kg above the origin: 0.5 m/s, 2 rad/s, 60 N, fingers 0.08 m apart that close with 20 N.
fn world(hold_limit_n: Option<f32>) -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    let mut part = |name: &str, half_extents_m: [f32; 3], at: [f32; 3], mass: f32| {
        let mut body = Body::new("hand", Shape::Box { half_extents_m }).at(at);
        body.material.mass_kg = Some(mass);
        body.material.friction = 1.0;
        world.bodies.insert(name.into(), body);
    };
    part("palm", [0.02, 0.07, 0.03], [0.0, 0.0, HIGH_M], 1.2);
    part("left", [0.012, 0.006, 0.045], [0.0, 0.046, HIGH_M - 0.075], 0.15);
    part(
        "right",
        [0.012, 0.006, 0.045],
        [0.0, -0.046, HIGH_M - 0.075],
        0.15,
    );
    world.mechanisms.insert(
        "hand".into(),
        Mechanism::Hand {
            body: "palm".into(),
            fingers: ["left".into(), "right".into()],
            tip_m: [0.0, 0.0, -0.12],
            travel_m: 0.04,
            grip_force_n: 20.0,
            hold_limit_n,
            holding: None,
            max_speed_mps: 0.5,
            max_turn_radps: 2.0,
            max_force_n: 60.0,
            max_torque_nm: 3.0,
            max_tilt_rad: 0.5,
            keeps_attitude: false,
            low_m: [-0.4, -0.4, 0.05],
            high_m: [0.4, 0.4, 0.6],
        },
    );
    world
}

/// A cube of 4 cm on the floor below the hand.
fn cube(world: &mut World<f32>, mass: f32) {
    let half_extents_m = [0.02; 3];
    let mut body = Body::new("cube", Shape::Box { half_extents_m }).at([0.0, 0.0, 0.02]);
    body.material.mass_kg = Some(mass);
    body.material.friction = 1.0;
    world.bodies.insert("cube".into(), body);
}

fn run(lane: &mut Lane, action: [f32; 7], secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&action).expect("the world stays sound");
    }
}

fn at(lane: &Lane, body: &str) -> Vec3 {
    lane.view().body_named(body).position_m
}

/// Lowers the hand around the cube, closes, and lifts it by 0.2 m.
fn lift(lane: &mut Lane) {
    run(lane, [0.0, 0.0, -0.4, 0.0, 0.0, 0.0, 0.0], 0.65);
    run(lane, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 0.8);
    run(lane, [0.0, 0.0, 0.4, 0.0, 0.0, 0.0, 1.0], 0.5);
}

#[test]
fn a_hand_goes_and_turns_as_it_is_told_within_its_box_and_its_tilt() {
    let mut lane = lane(world(None));
    run(&mut lane, [0.2, -0.1, 0.05, 0.0, 0.0, 1.0, 0.0], 1.0);
    run(&mut lane, STILL, 0.5);
    let palm = at(&lane, "palm");
    near(palm.x, 0.2, 0.004);
    near(palm.y, -0.1, 0.004);
    near(palm.z, HIGH_M + 0.05, 0.004);
    let ahead = lane.view().body_named("palm").rotation * Vec3::X;
    near(libm::atan2f(ahead.y, ahead.x), 1.0, 0.02);
    // Further than its box, and tilted about the world's x by more than 0.5 rad.
    run(&mut lane, [0.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 2.0);
    let palm = at(&lane, "palm");
    near(palm.x, 0.4, 0.004);
    let up = lane.view().body_named("palm").rotation * Vec3::Z;
    near(libm::atan2f(-up.y, up.z), 0.5, 0.02);
    // The fingers went along.
    near(at(&lane, "left").distance(palm), 0.088, 0.002);
}

#[test]
fn a_hand_leans_on_a_floor_with_limited_force_and_comes_back_at_once() {
    let mut lane = lane(world(None));
    run(&mut lane, [0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0], 3.0);
    let pressed = at(&lane, "palm").z;
    // The fingertips, 0.12 m below the palm's origin, are on the floor and not in it.
    assert!((0.1185..0.125).contains(&pressed), "{pressed}");
    run(&mut lane, [0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0], 0.2);
    assert!(at(&lane, "palm").z > pressed + 0.05, "it has wound up");
}

/// A peg in the hand was pressed 12 mm into a ball of lead that lay on the table, in one of 1,000 worlds of chance: the solver's
/// contacts are as stiff as what they push is heavy.
#[test]
fn a_hand_does_not_press_through_what_is_light() {
    let mut world = world(None);
    let half = 0.012;
    let mut thing = Body::new(
        "thing",
        Shape::Box {
            half_extents_m: [half; 3],
        },
    )
    .at([0.0, 0.0, half]);
    thing.material.mass_kg = Some(0.02);
    world.bodies.insert("thing".into(), thing);
    let mut lane = lane(world);
    run(&mut lane, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 0.5);
    for _ in 0..2 * HZ {
        lane.step(&[0.0, 0.0, -0.4, 0.0, 0.0, 0.0, 1.0])
            .expect("nothing is inside of anything");
        let (palm, thing) = (at(&lane, "palm"), at(&lane, "thing"));
        let deep = thing.z + half - (palm.z - 0.12);
        assert!(thing.truncate().length() > 0.02 || deep < 0.008, "{deep} m deep");
    }
}

#[test]
fn fingers_lift_what_they_squeeze_and_let_it_go() {
    let mut world = world(Some(40.0));
    cube(&mut world, 0.5);
    let mut lane = lane(world);
    lift(&mut lane);
    let hand = lane.view().mechanism_index("hand").expect("there is one");
    let offset = |lane: &Lane| at(lane, "cube") - at(lane, "palm");
    let caught = offset(&lane);
    assert_eq!(lane.view().held_by(hand), lane.view().body_index("cube"));
    assert!(at(&lane, "cube").z > 0.15);
    near(state(&lane, "hand"), 0.5, 0.03);
    // Carried about, it does not creep out of the fingers.
    for _ in 0..4 {
        run(&mut lane, [0.4, 0.0, 0.0, 0.0, 0.5, 1.0, 1.0], 0.5);
        run(&mut lane, [-0.4, 0.0, 0.0, 0.0, -0.5, -1.0, 1.0], 0.5);
    }
    assert!(offset(&lane).distance(caught) < 0.002);
    let mut fork = lane.fork();
    for _ in 0..10 {
        lane.step(&STILL).expect("sound");
        fork.step(&STILL).expect("sound");
        assert_eq!(lane.digest(), fork.digest());
    }
    assert_eq!(lane.view().held_by(hand), None);
    run(&mut lane, STILL, 0.5);
    near(at(&lane, "cube").z, 0.02, 0.002);
}

#[test]
fn friction_alone_lifts_and_lets_a_load_creep_down() {
    let mut world = world(None);
    cube(&mut world, 0.5);
    let mut lane = lane(world);
    lift(&mut lane);
    assert!(at(&lane, "cube").z > 0.15);
    let start = at(&lane, "cube").z;
    run(&mut lane, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 3.0);
    let way = start - at(&lane, "cube").z;
    assert!((0.0005..0.03).contains(&way), "crept by {way} m in 3 s");
}

/// What weighs 196 N stays where it is: the fingers slip off at their limit, the world stays sound.
#[test]
fn a_pull_beyond_the_limit_slips() {
    for (limit, rises) in [(2.0, false), (40.0, true)] {
        let mut world = world(Some(limit));
        cube(&mut world, 2.0);
        world.bodies["cube"].material.friction = 0.05;
        let mut lane = lane(world);
        lift(&mut lane);
        let height = at(&lane, "cube").z;
        assert_eq!(height > 0.1, rises, "limit {limit} N: at {height} m");
    }
    let mut world = world(Some(15.0));
    cube(&mut world, 20.0);
    let mut lane = lane(world);
    lift(&mut lane);
    run(&mut lane, [0.0, 0.0, 0.4, 0.0, 0.0, 0.0, 1.0], 1.0);
    assert!(at(&lane, "cube").z < 0.03);
    assert!(at(&lane, "palm").z > 0.3, "it has slipped off");
}

#[test]
fn fingertips_press_a_button() {
    let mut world = world(None);
    block(&mut world, "cap", [0.1, 0.0, 0.02], [0.02, 0.02, 0.02]);
    world.mechanisms.insert(
        "button".into(),
        Mechanism::Button {
            body: "cap".into(),
            pressed_by: vec!["hand".into()],
            hold_secs: 0.5,
            delay_secs: 0.0,
        },
    );
    let mut lane = lane(world);
    let closed = |dx: f32, dz: f32| [dx, 0.0, dz, 0.0, 0.0, 0.0, 1.0];
    run(&mut lane, closed(0.2, 0.0), 0.5);
    assert_eq!(state(&lane, "button"), 0.0);
    run(&mut lane, closed(0.0, -0.3), 1.5);
    assert_eq!(state(&lane, "button"), 1.0);
    run(&mut lane, closed(0.0, 0.3), 1.5);
    assert_eq!(state(&lane, "button"), 0.0);
}

#[test]
fn a_hand_of_the_wrong_parts_is_refused() {
    let mut wrong = world(None);
    wrong.bodies["palm"].motion = Motion::Kinematic;
    assert!(refused(wrong).contains("mechanisms.hand.body"));
    let mut wrong = world(None);
    wrong.bodies["left"].position_m[1] = -0.05;
    assert!(refused(wrong).contains("mechanisms.hand.fingers"));
    let mut wrong = world(None);
    if let Mechanism::Hand { grip_force_n, .. } = &mut wrong.mechanisms["hand"] {
        *grip_force_n = 0.0;
    }
    assert!(refused(wrong).contains("mechanisms.hand.grip_force_n"));
}

#[test]
fn a_hand_holds_something_from_the_start() {
    let mut held = world(Some(40.0));
    cube(&mut held, 0.3);
    held.bodies["cube"].position_m = [0.0, 0.0, HIGH_M - 0.1];
    if let Mechanism::Hand { holding, .. } = &mut held.mechanisms["hand"] {
        *holding = Some("cube".into());
    }
    let mut without_weld = held.clone();
    let mut lane = lane(held);
    for grip in [0.6, 1.0, 0.6] {
        run(&mut lane, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, grip], 0.8);
        near(at(&lane, "cube").z, HIGH_M - 0.1, 0.005);
    }
    run(&mut lane, STILL, 0.8);
    near(at(&lane, "cube").z, 0.02, 0.002);
    if let Mechanism::Hand { hold_limit_n, .. } = &mut without_weld.mechanisms["hand"] {
        *hold_limit_n = None;
    }
    assert!(refused(without_weld).contains("mechanisms.hand.holding"));
}

/// Each finger is touched with the force with which it squeezes, while what it holds is lifted too.
#[test]
fn fingers_feel_how_hard_they_squeeze() {
    let mut world = world(Some(40.0));
    cube(&mut world, 0.5);
    for finger in ["left", "right"] {
        world.observe.push(Observe::new(finger, Quantity::Touch));
    }
    let observer = Observer::new(&world).expect("its channels exist");
    let names: Vec<&str> = (observer.channels().iter())
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!(names, ["left.touch", "right.touch"]);
    let felt = |lane: &Lane| {
        let mut row = Vec::new();
        observer.read(&lane.view(), &mut row);
        row
    };
    let mut lane = lane(world);
    assert_eq!(felt(&lane), [0.0; 2]);
    run(&mut lane, [0.0, 0.0, -0.4, 0.0, 0.0, 0.0, 0.0], 0.65);
    assert_eq!(felt(&lane), [0.0; 2], "nothing is touched yet");
    run(&mut lane, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 0.8);
    for _ in 0..10 {
        run(&mut lane, [0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 1.0], 0.1);
        for force_n in felt(&lane) {
            near(force_n, 20.0, 3.0);
        }
    }
    run(&mut lane, STILL, 1.0);
    assert_eq!(felt(&lane), [0.0; 2], "it has let go");
}
