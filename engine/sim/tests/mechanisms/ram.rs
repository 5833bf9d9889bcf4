//! A ram pushes with the strength that it is told, as softly as it is made, and reports how hard it pushes; a lift can stay, or turn.

use super::*;
use terrella_sim::observe::heading;

/// A ram whose head, of 0.5 kg, moves freely; with 20 N at an error of 1 m/s.
fn ram(full_force_error_mps: Option<f32>, delay_secs: Option<f32>) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let shape = Shape::Box {
        half_extents_m: [0.02; 3],
    };
    for name in ["carriage", "head"] {
        let mut body = Body::new("ram", shape.clone()).untouchable();
        body.material.mass_kg = Some(0.5);
        world.bodies.insert(name.into(), body);
    }
    let frame = Body::new("rail", shape).fixed().untouchable();
    world.bodies.insert("rail".into(), frame);
    let slider = |parent: &str, child: &str, axis: [f32; 3]| Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m: [0.0; 3],
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Slider { axis, limits_m: None },
        motor: None,
        contacts: false,
        reduced: true,
        damping: 0.0,
    };
    world
        .joints
        .insert("along".into(), slider("rail", "carriage", [0.0, 1.0, 0.0]));
    world
        .joints
        .insert("out".into(), slider("carriage", "head", [1.0, 0.0, 0.0]));
    world.mechanisms.insert(
        "ram".into(),
        Mechanism::Ram {
            sliders: ["out".into(), "along".into()],
            max_speed_mps: 4.0,
            max_force_n: 20.0,
            full_force_error_mps,
            delay_secs,
        },
    );
    world
}

#[test]
fn a_ram_gains_speed_by_the_force_that_it_reports() {
    let mut lane = lane(ram(None, None));
    let fx = (lane.view().readings().iter())
        .position(|reading| reading.name == "ram.fx")
        .expect("it reports its force");
    let secs = lane.view().record_secs();
    let mut before = 0.0;
    for _ in 0..6 {
        lane.step(&[4.0, 0.0, 2.0]).expect("the world stays sound");
        let view = lane.view();
        let speed = view.body_named("head").linear_velocity_mps.x;
        near(view.telemetry()[fx], 2.0, 1e-4);
        near(0.5 * (speed - before) / secs, 2.0, 0.05);
        before = speed;
    }
}

#[test]
fn a_soft_ram_pushes_less_the_nearer_it_is_to_its_speed() {
    let mut lane = lane(ram(Some(1.0), None));
    // 20 N s/m and 0.5 kg: the error falls as exp(-t / 0.025 s).
    lane.step(&[0.8, 0.0, 20.0]).expect("the world stays sound");
    let gone = lane.view().record_secs() / 0.025;
    let speed = lane.view().body_named("head").linear_velocity_mps.x;
    near(speed, 0.8 * (1.0 - libm::expf(-gone)), 0.05);
    let mut stiff = super::lane(ram(None, None));
    stiff.step(&[0.8, 0.0, 20.0]).expect("the world stays sound");
    assert!(stiff.view().body_named("head").linear_velocity_mps.x > 0.78);
}

#[test]
fn a_late_ram_starts_late_and_what_is_on_its_way_is_part_of_its_state() {
    let mut lane = lane(ram(None, Some(0.1)));
    let speed = |lane: &Lane| lane.view().body_named("head").linear_velocity_mps.x;
    for _ in 0..2 {
        lane.step(&[1.0, 0.0, 20.0]).expect("the world stays sound");
        near(speed(&lane), 0.0, 1e-6);
    }
    let mut fork = lane.fork();
    lane.step(&[0.0; 3]).expect("the world stays sound");
    near(speed(&lane), 1.0, 0.02);
    fork.step(&[0.0; 3]).expect("the world stays sound");
    assert_eq!(lane.digest(), fork.digest());
    fork.step(&[1.0; 3]).expect("the world stays sound");
    lane.step(&[0.0; 3]).expect("the world stays sound");
    assert_ne!(lane.digest(), fork.digest());
}

#[test]
fn a_lift_that_stays_goes_there_once() {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let shape = Shape::Box {
        half_extents_m: [0.1; 3],
    };
    let bar = Body::new("bar", shape).kinematic().at([0.0, 0.0, 1.0]);
    world.bodies.insert("bar".into(), bar);
    world.mechanisms.insert(
        "bar".into(),
        Mechanism::Lift {
            body: "bar".into(),
            to_m: [0.0, 0.0, 0.0],
            speed_mps: 2.0,
            turn_rad: None,
            pause_secs: 0.5,
            stays: true,
        },
    );
    let mut lane = lane(world);
    for (secs, share) in [(0.5, 0.0), (0.75, 0.5), (1.0, 1.0), (3.0, 1.0), (9.0, 1.0)] {
        while lane.view().time_secs() < secs - 1e-4 {
            lane.step(&[]).expect("the world stays sound");
        }
        near(state(&lane, "bar"), share, 0.02);
        near(lane.view().body_named("bar").position_m.z, 1.0 - share, 0.02);
    }
}

/// One that only turns does so as fast as a point 1 m from its axis goes.
#[test]
fn a_lift_may_turn_what_it_moves() {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let shape = Shape::Cylinder {
        radius_m: 0.3,
        half_height_m: 0.01,
    };
    let table = Body::new("table", shape).kinematic().at([0.2, 0.0, 0.0]);
    world.bodies.insert("table".into(), table);
    world.mechanisms.insert(
        "swap".into(),
        Mechanism::Lift {
            body: "table".into(),
            to_m: [0.2, 0.0, 0.0],
            speed_mps: 1.5,
            turn_rad: Some(3.0),
            pause_secs: 0.5,
            stays: true,
        },
    );
    let mut lane = lane(world);
    for (secs, turned_rad) in [(0.5, 0.0), (1.5, 1.5), (2.5, 3.0), (4.0, 3.0)] {
        while lane.view().time_secs() < secs - 1e-4 {
            lane.step(&[]).expect("the world stays sound");
        }
        let table = lane.view().body_named("table");
        let (sine, cosine) = heading(table.rotation);
        near(libm::atan2f(sine, cosine), turned_rad, 0.03);
        near(table.position_m.x, 0.2, 1e-6);
    }
}
