//! What hoppers of grains have: a shaker, scales, and what tells a clog.

use super::*;

/// A tray that is shaken, two grains in it of 0.5 kg each, and a gate.
fn tray() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let tray = Shape::Box {
        half_extents_m: [0.3, 0.3, 0.02],
    };
    world.bodies.insert(
        "tray".into(),
        Body::new("tray", tray).kinematic().at([0.0, 0.0, 1.0]),
    );
    for (name, x) in [("first", -0.1), ("second", 0.1)] {
        let mut grain = Body::new("grain", Shape::Ball { radius_m: 0.05 }).at([x, 0.0, 1.07]);
        grain.material.mass_kg = Some(0.5);
        grain.angular_damping = 20.0;
        world.bodies.insert(name.into(), grain);
    }
    let gate = Shape::Box {
        half_extents_m: [0.05; 3],
    };
    world.bodies.insert(
        "gate".into(),
        Body::new("gate", gate).kinematic().at([1.0, 0.0, 0.0]),
    );
    let (low_m, high_m) = ([-0.3, -0.3, 0.0], [0.3, 0.3, 0.2]);
    let parts = [
        (
            "shake",
            Mechanism::Shaker {
                body: "tray".into(),
                axis: "x".into(),
                frequency_hz: 4.0,
                max_amplitude_m: 0.02,
                always: false,
            },
        ),
        (
            "gate",
            Mechanism::Gantry {
                body: "gate".into(),
                axes: "x".into(),
                max_speed_mps: 1.0,
                max_acceleration_mps2: 100.0,
                low_m: [1.0, 0.0, 0.0],
                high_m: [1.2, 0.0, 0.0],
                delay_secs: None,
            },
        ),
        (
            "scale",
            Mechanism::Weigher {
                class: "grain".into(),
                body: "tray".into(),
                low_m,
                high_m,
            },
        ),
        (
            "clog",
            Mechanism::Clog {
                class: "grain".into(),
                body: "tray".into(),
                low_m,
                high_m,
                gate: "gate".into(),
                open_m: 0.1,
                after_secs: 0.3,
            },
        ),
    ];
    for (name, part) in parts {
        world.mechanisms.insert(name.into(), part);
    }
    world
}

#[test]
fn a_shaker_goes_to_and_fro_by_its_amplitude_and_stops() {
    let mut lane = lane(tray());
    assert_eq!(lane.view().action_space().channels[0].name, "shake.amplitude");
    let mut reach = 0.0f32;
    for step in 0..40 {
        lane.step(&[0.01, 0.0]).expect("the world stays sound");
        if step > 20 {
            reach = reach.max(lane.view().body_named("tray").position_m.x.abs());
        }
    }
    // Records see a stroke of 4 Hz five times.
    assert!((0.009..=0.0101).contains(&reach), "it reaches {reach}");
    near(state(&lane, "shake"), 0.01, 1e-6);
    for _ in 0..20 {
        lane.step(&[0.0, 0.0]).expect("the world stays sound");
    }
    near(lane.view().body_named("tray").position_m.x, 0.0, 1e-6);
    // More than its most is its most.
    for _ in 0..20 {
        lane.step(&[1.0, 0.0]).expect("the world stays sound");
    }
    near(state(&lane, "shake"), 0.02, 1e-6);
}

#[test]
fn a_shaker_that_always_shakes_asks_nobody() {
    let mut world = tray();
    let Mechanism::Shaker { always, .. } = &mut world.mechanisms["shake"] else {
        panic!("it is a shaker");
    };
    *always = true;
    let mut lane = lane(world);
    assert_eq!(lane.view().action_space().len(), 1, "the gate's");
    for _ in 0..20 {
        lane.step(&[0.0]).expect("the world stays sound");
    }
    near(state(&lane, "shake"), 0.02, 1e-6);
}

#[test]
fn a_scale_weighs_what_lies_in_its_box() {
    let lane_of = |x: f32| {
        let mut world = tray();
        world.bodies["second"].position_m[0] = x;
        lane(world)
    };
    near(state(&lane_of(0.1), "scale"), 1.0, 1e-5);
    near(state(&lane_of(0.5), "scale"), 0.5, 1e-5);
    let mut wrong = tray();
    let Mechanism::Weigher { class, .. } = &mut wrong.mechanisms["scale"] else {
        panic!("it is a weigher");
    };
    *class = "tray".into();
    let plan = WorldPlan {
        world: wrong,
        ..WorldPlan::default()
    };
    let error = Lane::new(Arc::new(plan)).err().expect("a tray is kinematic");
    assert!(error.to_string().contains("mechanisms.scale.class"), "{error}");
}

#[test]
fn a_clog_is_told_while_the_gate_is_open_and_nothing_comes_out() {
    let mut lane = lane(tray());
    for _ in 0..20 {
        lane.step(&[0.0, 0.0]).expect("the world stays sound");
    }
    near(state(&lane, "clog"), 0.0, 0.0);
    // It opens within 0.1 s, and is told 0.3 s later.
    for _ in 0..5 {
        lane.step(&[0.0, 1.0]).expect("the world stays sound");
    }
    near(state(&lane, "clog"), 0.0, 0.0);
    for _ in 0..5 {
        lane.step(&[0.0, 1.0]).expect("the world stays sound");
    }
    near(state(&lane, "clog"), 1.0, 0.0);
    // Closed again, it is none.
    for _ in 0..4 {
        lane.step(&[0.0, -1.0]).expect("the world stays sound");
    }
    near(state(&lane, "clog"), 0.0, 0.0);
}
