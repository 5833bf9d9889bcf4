//! The ray by which a grip picks what it holds.

use super::*;
use terrella_spec::world::GripAim;

/// A hand in the air, a ball 0.2 m below it and one 0.2 m before it (+y), that no force moves.
fn between_two_balls() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let hand = Body::new("hand", Shape::Ball { radius_m: 0.05 }).kinematic();
    world.bodies.insert("hand".into(), hand);
    let tip = Body::new("nozzle", Shape::Ball { radius_m: 0.01 }).kinematic();
    let tip = tip.untouchable().at([0.0, 0.0, -0.05]);
    world.bodies.insert("nozzle".into(), tip);
    for (name, at) in [("below", [0.0, 0.0, -0.2]), ("ahead", [0.0, 0.2, 0.0])] {
        let ball = Body::new("ball", Shape::Ball { radius_m: 0.05 }).at(at);
        world.bodies.insert(name.into(), ball);
    }
    let grip = Mechanism::Grip {
        body: "hand".into(),
        point_m: [0.0; 3],
        reach_m: 0.16,
        holds: vec!["below".into(), "ahead".into()],
        holding: None,
        aim: Some(GripAim {
            about: "x".into(),
            limits_rad: [0.0, 1.6],
            max_speed_radps: 4.0,
            nozzle: "nozzle".into(),
        }),
        spin_radps: None,
    };
    world.mechanisms.insert("grip".into(), grip);
    world
}

/// What is held after a second of aiming and one step of holding.
fn held(lane: &mut Lane, aim: f32) -> Option<String> {
    for _ in 0..HZ {
        lane.step(&[0.0, aim]).expect("sound");
    }
    lane.step(&[1.0, aim]).expect("sound");
    let view = lane.view();
    let index = view.held_by(view.mechanism_index("grip").expect("there is one"))?;
    Some(view.world().bodies.get_index(index).expect("a body").0.clone())
}

#[test]
fn a_grip_holds_what_its_ray_meets_first() {
    let held = |world: World<f32>, aim: f32| held(&mut lane(world), aim);
    assert_eq!(held(between_two_balls(), 0.0).as_deref(), Some("below"));
    assert_eq!(held(between_two_balls(), 1.57).as_deref(), Some("ahead"));
    // Between the two there is nothing.
    assert_eq!(held(between_two_balls(), 0.785), None);
    // What cannot be held hides what is behind it.
    let mut world = between_two_balls();
    block(&mut world, "screen", [0.0, 0.12, 0.0], [0.05, 0.01, 0.05]);
    assert_eq!(held(world, 1.57), None);
}

#[test]
fn a_nozzle_goes_with_its_holder_turns_as_fast_as_it_may_and_stays_while_it_holds() {
    let mut world = between_two_balls();
    let gantry = Mechanism::Gantry {
        body: "hand".into(),
        axes: "x".into(),
        max_speed_mps: 1.0,
        max_acceleration_mps2: 100.0,
        low_m: [-1.0; 3],
        high_m: [1.0; 3],
        delay_secs: None,
    };
    world.mechanisms.insert("gantry".into(), gantry);
    world.mechanisms.move_index(1, 0);
    let mut lane = lane(world);
    for _ in 0..HZ / 4 {
        lane.step(&[1.0, 0.0, 1.6]).expect("sound");
    }
    // A radian in a quarter of a second, and a quarter of a metre.
    let (hand, tip) = (lane.view().body_named("hand"), lane.view().body_named("nozzle"));
    let way = tip.position_m - hand.position_m;
    near(way.x, 0.0, 1e-3);
    near(way.y, 0.05 * libm::sinf(1.0), 1e-3);
    near(way.z, -0.05 * libm::cosf(1.0), 1e-3);
    // Sealed, it does not turn.
    let mut lane = self::lane(between_two_balls());
    assert_eq!(held(&mut lane, 0.0).as_deref(), Some("below"));
    for _ in 0..HZ {
        lane.step(&[1.0, 1.6]).expect("sound");
    }
    near(lane.view().body_named("nozzle").position_m.y, 0.0, 1e-4);
}

#[test]
fn a_ray_that_cannot_be_is_refused() {
    let with = |change: fn(&mut GripAim<f32>)| {
        let mut world = between_two_balls();
        let Mechanism::Grip { aim: Some(aim), .. } = &mut world.mechanisms["grip"] else {
            unreachable!("it aims")
        };
        change(aim);
        refused(world)
    };
    let about = with(|aim| aim.about = "z".into());
    assert!(about.contains("mechanisms.grip.aim.about"), "{about}");
    let limits = with(|aim| aim.limits_rad = [0.5, 1.0]);
    assert!(limits.contains("mechanisms.grip.aim.limits_rad"), "{limits}");
    let nozzle = with(|aim| aim.nozzle = "below".into());
    assert!(nozzle.contains("mechanisms.grip.aim.nozzle"), "{nozzle}");
}
