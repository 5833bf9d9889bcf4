//! Worlds that are no longer physics are given up, with what is wrong and where.

use std::sync::Arc;
use terrella_sim::fault::Fault;
use terrella_sim::lane::Lane;
use terrella_spec::mechanism::Mechanism;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, Freedom, Joint, Motion, World};

fn lane(bodies: Vec<(&str, Body<f32>)>) -> Lane {
    let mut world = World::<f32>::default();
    world
        .bodies
        .extend(bodies.into_iter().map(|(name, body)| (name.to_string(), body)));
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    Lane::new(Arc::new(plan)).expect("a sound plan")
}

fn run(lane: &mut Lane, records: u32) -> Result<(), Fault> {
    (0..records).try_for_each(|_| lane.step(&[]))
}

fn block(half_extents_m: [f32; 3]) -> Shape<f32> {
    Shape::Box { half_extents_m }
}

#[test]
fn a_weight_that_sinks_through_what_carries_it_is_given_up() {
    let mut weight = Body::new("weight", block([0.1; 3])).at([0.0, 0.0, 0.35]);
    weight.material.mass_kg = Some(1e6);
    let mut cushion = Body::new("cushion", block([0.1; 3])).at([0.0, 0.0, 0.1]);
    cushion.material.mass_kg = Some(0.01);
    let mut lane = lane(vec![
        ("floor", Body::new("floor", Shape::HalfSpace {}).fixed()),
        ("cushion", cushion),
        ("weight", weight),
    ]);
    let fault = run(&mut lane, 60).expect_err("it is inside");
    let Fault::Inside {
        one,
        other,
        depth_m,
        limit_m,
    } = &fault
    else {
        panic!("{fault}")
    };
    assert!(one == "cushion" || other == "cushion", "{fault}");
    assert!(depth_m > limit_m && *limit_m >= 0.1, "{fault}");
}

#[test]
fn a_heavy_pile_at_rest_is_sound() {
    let mut bodies = vec![("floor", Body::new("floor", Shape::HalfSpace {}).fixed())];
    let names = ["one", "two", "three", "four", "five"];
    for (index, name) in names.into_iter().enumerate() {
        let mut brick = Body::new("brick", block([0.2, 0.1, 0.05])).at([0.0, 0.0, 0.05 + 0.1 * index as f32]);
        brick.material.mass_kg = Some(1.0 + 10.0 * index as f32);
        bodies.push((name, brick));
    }
    assert_eq!(run(&mut lane(bodies), 300), Ok(()));
}

#[test]
fn a_fall_from_a_tower_is_sound() {
    let bodies = vec![
        ("floor", Body::new("floor", Shape::HalfSpace {}).fixed()),
        (
            "ball",
            Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([0.0, 0.0, 100.0]),
        ),
    ];
    assert_eq!(run(&mut lane(bodies), 600), Ok(()));
}

/// A record may end in the very step in which a body arrives: then it is as deep as it moved in that step, whatever it is.
#[test]
fn a_thin_body_that_has_just_arrived_is_not_inside_of_the_floor() {
    for phase in 0..40 {
        let mut plate =
            Body::new("plate", block([0.1, 0.1, 0.004])).at([0.0, 0.0, 9.3 + 0.01 * phase as f32]);
        plate.linear_velocity_mps = [0.0, 0.0, -8.0];
        let bodies = vec![
            ("floor", Body::new("floor", Shape::HalfSpace {}).fixed()),
            ("plate", plate),
        ];
        let mut lane = lane(bodies);
        assert_eq!(run(&mut lane, 60), Ok(()), "from phase {phase}");
        let plate = lane.view().body_named("plate").position_m.z;
        assert!((0.0..0.1).contains(&plate), "it rests on the floor, at {plate}");
    }
}

/// The hand is kinematic: it pressed a block through the floor, and let go, the block flew off with 1000 J.
#[test]
fn a_hand_that_presses_a_block_down_does_not_press_it_through_the_floor() {
    let mut hand = Body::new("hand", block([0.05; 3])).at([0.0, 0.0, 0.5]);
    hand.motion = Motion::Kinematic;
    let mut world = World::<f32>::default();
    for (name, body) in [
        ("floor", Body::new("floor", Shape::HalfSpace {}).fixed()),
        (
            "brick",
            Body::new("brick", block([0.1, 0.1, 0.05])).at([0.0, 0.0, 0.05]),
        ),
        ("hand", hand),
    ] {
        world.bodies.insert(name.into(), body);
    }
    world.mechanisms.insert("gantry".into(), lift());
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let mut lane = Lane::new(Arc::new(plan)).expect("a sound plan");
    for _ in 0..120 {
        lane.step(&[-1.0]).expect("nothing explodes");
        let brick = lane.view().body_named("brick");
        assert!(brick.position_m.z > 0.04, "the brick is at {}", brick.position_m);
    }
    let hand = lane.view().body_named("hand").position_m.z;
    assert!(
        (0.13..0.155).contains(&hand),
        "the hand rests on the brick, at {hand}"
    );
    // Upwards it is free.
    (0..30).for_each(|_| lane.step(&[1.0]).expect("nothing explodes"));
    assert!(lane.view().body_named("hand").position_m.z > hand + 0.3);
}

fn lift() -> Mechanism<f32> {
    Mechanism::Gantry {
        body: "hand".into(),
        axes: "z".into(),
        max_speed_mps: 1.0,
        max_acceleration_mps2: 20.0,
        low_m: [-1.0, -1.0, -1.0],
        high_m: [1.0, 1.0, 1.0],
        delay_secs: None,
    }
}

/// The hand held a brick to which another one was glued, and pressed that one into the floor until a guard ended the world.
#[test]
fn a_hand_feels_what_is_glued_to_the_brick_that_it_holds() {
    let mut hand = Body::new("hand", block([0.05; 3])).at([0.0, 0.0, 0.65]);
    hand.motion = Motion::Kinematic;
    let brick = |z: f32| Body::new("brick", block([0.1, 0.1, 0.05])).at([0.0, 0.0, z]);
    let mut world = World::<f32>::default();
    for (name, body) in [
        ("floor", Body::new("floor", Shape::HalfSpace {}).fixed()),
        ("low", brick(0.4)),
        ("high", brick(0.5)),
        ("hand", hand),
    ] {
        world.bodies.insert(name.into(), body);
    }
    let glue = Joint {
        parent: "low".into(),
        child: "high".into(),
        anchor_parent_m: [0.0, 0.0, 0.05],
        anchor_child_m: [0.0, 0.0, -0.05],
        freedom: Freedom::Weld {},
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    };
    world.joints.insert("glue".into(), glue);
    world.mechanisms.insert("lift".into(), lift());
    let grip = Mechanism::Grip {
        body: "hand".into(),
        point_m: [0.0; 3],
        reach_m: 0.2,
        holds: vec!["high".into()],
        holding: Some("high".into()),
        aim: None,
        spin_radps: None,
    };
    world.mechanisms.insert("grip".into(), grip);
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let mut lane = Lane::new(Arc::new(plan)).expect("a sound plan");
    for _ in 0..120 {
        lane.step(&[-1.0, 1.0]).expect("nothing explodes");
        let low = lane.view().body_named("low").position_m.z;
        assert!(low > 0.04, "the lower brick is at {low}");
    }
    assert!(
        lane.view().body_named("low").position_m.z < 0.07,
        "it was brought down"
    );
}
