//! Equipment: belts, positioners, photo-eyes, drive trains; what they report, and their faults.

use super::*;
use terrella_sim::fault::LaneError;
use terrella_sim::observe::Observer;
use terrella_spec::mechanism::{Bearing, Coupling, Course, ElectricMotor, Imbalance, LoadProfile, Thermal};
use terrella_spec::world::{Fault, FaultKind, Observe, Physics, Preset, Quantity};

fn fault(mechanism: &str, kind: FaultKind, onset_secs: f32, severity: f32) -> Fault<f32> {
    Fault {
        mechanism: mechanism.into(),
        kind,
        onset_secs,
        ramp_secs: 0.0,
        severity,
        fails_at: None,
        mended_secs: None,
    }
}

fn sick(mut world: World<f32>, fault: Fault<f32>) -> World<f32> {
    world.faults.insert("fault".into(), fault);
    world
}

/// What a mechanism reports under this name.
fn reported(lane: &Lane, name: &str) -> f32 {
    let view = lane.view();
    let index = view.readings().iter().position(|reading| reading.name == name);
    view.telemetry()[index.unwrap_or_else(|| panic!("nothing reports {name}"))]
}

fn run(lane: &mut Lane, action: &[f32], records: u32) {
    for _ in 0..records {
        lane.step(action).expect("the world stays sound");
    }
}

/// A belt along +y with a parcel of 2 kg on it, a stop, and an eye across the belt half a metre on.
fn line() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let cuboid = |half_extents_m| Shape::Box { half_extents_m };
    let bed = Body::new("belt", cuboid([0.3, 2.0, 0.1]))
        .fixed()
        .at([0.0, 1.0, 0.4]);
    world.bodies.insert("bed".into(), bed);
    let mut parcel = Body::new("parcel", cuboid([0.1, 0.1, 0.08])).at([0.0, 0.0, 0.58]);
    parcel.material.mass_kg = Some(2.0);
    world.bodies.insert("parcel".into(), parcel);
    let belt = Mechanism::Belt {
        body: "bed".into(),
        direction: [0.0, 1.0, 0.0],
        max_speed_mps: 0.5,
        max_force_n: 40.0,
        moving_mass_kg: 8.0,
        drag_n: 4.0,
        load_drag: 0.05,
        stopped_by: Some("stop".into()),
    };
    world.mechanisms.insert("stop".into(), Mechanism::Stop {});
    world.mechanisms.insert("belt".into(), belt);
    let eye = Mechanism::PhotoEye {
        from_m: [-0.5, 0.5, 0.58],
        to_m: [0.5, 0.5, 0.58],
        sees: Vec::new(),
    };
    world.mechanisms.insert("eye".into(), eye);
    world
}

fn parcel(lane: &Lane) -> [f32; 3] {
    lane.view().body_named("parcel").position_m.to_array()
}

/// The drive is short of its friction's share of a tenth of the largest speed: 4 N and 5 % of 19.6 N of 40 N.
#[test]
fn a_belt_carries_what_lies_on_it_at_its_speed() {
    let mut lane = lane(line());
    run(&mut lane, &[0.0, 0.4], 20);
    let speed = 0.4 - 0.05 * (4.0 + 0.05 * 2.0 * 9.81) / 40.0;
    near(reported(&lane, "belt.speed"), 0.4, 1e-6);
    let feedback = lane.view().telemetry()[3];
    near(feedback, speed, 1e-3);
    let before = parcel(&lane);
    run(&mut lane, &[0.0, 0.4], 10);
    let after = parcel(&lane);
    near(after[1] - before[1], 0.5 * speed, 2e-3);
    near(after[0], 0.0, 1e-3);
    near(after[2], 0.58, 2e-3);
    run(&mut lane, &[1.0, 0.4], 10);
    let stopped = parcel(&lane);
    run(&mut lane, &[1.0, 0.4], 10);
    near(parcel(&lane)[1], stopped[1], 1e-3);
    near(state(&lane, "stop"), 1.0, 0.0);
}

/// A plate with a rim of 0.5 m, which a belt's drive turns about an axis, with the parcel 0.3 m from its middle.
fn turntable(axis: [f32; 3]) -> World<f32> {
    let mut world = line();
    let plate = Shape::Cylinder {
        radius_m: 0.5,
        half_height_m: 0.1,
    };
    let plate = Body::new("belt", plate).kinematic().at([0.0, 0.0, 0.4]);
    world.bodies.insert("bed".into(), plate);
    world.bodies["parcel"].position_m = [0.3, 0.0, 0.58];
    let Mechanism::Belt { direction, .. } = &mut world.mechanisms["belt"] else {
        unreachable!("a line has a belt")
    };
    *direction = axis;
    world
}

#[test]
fn a_body_that_is_moved_turns_as_a_belt_does_and_takes_along_what_lies_on_it() {
    let mut lane = lane(turntable([0.0, 0.0, 1.0]));
    let plate = |lane: &Lane| lane.view().body_named("bed").rotation;
    run(&mut lane, &[0.0, 0.25], 20);
    let (before, stood) = (parcel(&lane), plate(&lane));
    run(&mut lane, &[0.0, 0.25], 40);
    let after = parcel(&lane);
    let turned = (plate(&lane) * stood.inverse()).to_scaled_axis();
    let rim = lane.view().telemetry()[3];
    assert!(rim > 0.2, "{rim}");
    near(turned.z, 2.0 * rim / 0.5, 1e-2);
    let angle = |at: [f32; 3]| libm::atan2f(at[1], at[0]);
    near(angle(after) - angle(before), turned.z, 1e-2);
    near(libm::hypotf(after[0], after[1]), 0.3, 1e-2);
}

#[test]
fn a_belt_that_turns_wants_an_upright_axis() {
    let (place, reason) = refused(turntable([0.0, 1.0, 0.0]));
    assert_eq!(place, "mechanisms.belt.direction");
    assert_eq!(reason, "a body that turns wants an upright axis");
}

#[test]
fn belts_that_slip_jam_or_rub_carry_less_and_say_so_as_they_can() {
    let end = |kind, severity| {
        let mut lane = lane(sick(line(), fault("belt", kind, 0.5, severity)));
        run(&mut lane, &[0.0, 0.4], 40);
        (
            parcel(&lane)[1],
            lane.view().telemetry()[2],
            lane.view().telemetry()[3],
        )
    };
    let (healthy, force, speed) = end(FaultKind::Slip, 0.0);
    assert!(healthy > 0.7 && speed > 0.39, "{healthy} {speed}");
    // The encoder sits on the drum: it does not know of the slip.
    let (slips, _, reports) = end(FaultKind::Slip, 0.5);
    assert!(slips < 0.75 * healthy, "{slips}");
    near(reports, speed, 1e-3);
    let (jammed, effort, still) = end(FaultKind::Jam, 1.0);
    assert!(jammed < 0.3, "{jammed}");
    near(still, 0.0, 0.0);
    near(effort, 40.0, 1e-3);
    let (_, rubs, _) = end(FaultKind::Drag, 0.5);
    near(rubs, force + 20.0, 0.5);
    let (_, weak, slow) = end(FaultKind::Weak, 0.95);
    near(weak, 2.0, 1e-3);
    assert!(slow < 0.1, "{slow}");
    let (_, _, drifts) = end(FaultKind::Drift, 1.0);
    near(drifts, speed + 0.125, 1e-3);
}

/// A belt that runs askew carries to the right of its way, and a belt that jams reports that it stalls.
#[test]
fn a_belt_that_runs_askew_carries_aside_and_one_that_jams_reports_a_stall() {
    let end = |kind, severity| {
        let mut lane = lane(sick(line(), fault("belt", kind, 0.5, severity)));
        run(&mut lane, &[0.0, 0.4], 10);
        let start = parcel(&lane);
        run(&mut lane, &[0.0, 0.4], 30);
        let [x, y, _] = parcel(&lane);
        ([x - start[0], y - start[1]], reported(&lane, "belt.stalled"))
    };
    let ([aside, along], stalls) = end(FaultKind::Skew, 0.0);
    near(aside, 0.0, 1e-3);
    assert!(along > 0.35 && stalls == 0.0, "{along} {stalls}");
    for severity in [0.5, 1.0] {
        // It goes along +y, so its right is +x.
        let ([aside, along], _) = end(FaultKind::Skew, severity);
        near(aside / along, severity / 3.0, 0.02);
    }
    assert_eq!(end(FaultKind::Jam, 1.0).1, 1.0);
    // Pressing the stop is no stall.
    let mut lane = lane(line());
    run(&mut lane, &[1.0, 0.4], 40);
    assert_eq!(reported(&lane, "belt.stalled"), 0.0);
}

/// The eye counts each parcel once.
#[test]
fn a_photo_eye_counts_what_came_into_its_beam() {
    let mut lane = lane(line());
    run(&mut lane, &[0.0, 0.4], 10);
    assert_eq!(reported(&lane, "eye.count"), 0.0);
    run(&mut lane, &[0.0, 0.4], 50);
    assert_eq!(reported(&lane, "eye.count"), 1.0);
}

#[test]
fn a_photo_eye_sees_what_passes_and_a_stuck_one_does_not() {
    let seen = |world: World<f32>| {
        let mut lane = lane(world);
        let look = |lane: &mut Lane| {
            run(lane, &[0.0, 0.4], 1);
            state(lane, "eye") as u32
        };
        (0..50).map(|_| look(&mut lane)).collect::<Vec<_>>()
    };
    let healthy = seen(line());
    // 0.2 m at 0.4 m/s are 10 records.
    let blocked: u32 = healthy.iter().sum();
    assert!((9..=11).contains(&blocked), "{healthy:?}");
    assert_eq!(healthy[49], 0);
    let stuck = seen(sick(line(), fault("eye", FaultKind::Stuck, 1.25, 1.0)));
    assert_eq!(stuck[..20], healthy[..20]);
    assert_eq!(stuck[49], 1, "{stuck:?}");
}

/// A fault is nothing before its onset, and nothing at all at a severity of 0; forks go on as their lane does.
#[test]
fn a_world_with_a_fault_is_its_healthy_twin_until_the_onset_bit_for_bit() {
    for kind in FaultKind::ALL {
        let twins = [0.0, 0.8].map(|severity| sick(line(), fault("belt", kind, 1.0, severity)));
        let [mut healthy, mut faulty] = twins.map(lane);
        let (mut forked, mut differs) = (None, false);
        for record in 0..60 {
            let action = [0.0, if record % 20 < 10 { 0.4 } else { 0.2 }];
            run(&mut healthy, &action, 1);
            run(&mut faulty, &action, 1);
            let same = healthy.digest() == faulty.digest()
                && healthy.view().telemetry() == faulty.view().telemetry();
            assert!(same || record >= 19, "{kind:?} {record}");
            differs |= healthy.view().telemetry() != faulty.view().telemetry();
            if record == 30 {
                forked = Some(faulty.fork());
            } else if let Some(fork) = &mut forked {
                run(fork, &action, 1);
                assert_eq!(fork.digest(), faulty.digest(), "{kind:?} {record}");
                assert_eq!(fork.view().telemetry(), faulty.view().telemetry());
            }
        }
        differs |= healthy.view().body_rows() != faulty.view().body_rows();
        assert!(differs, "{kind:?} does something");
    }
}

#[test]
fn reports_are_missing_in_the_share_that_a_dropout_has() {
    let mut lane = lane(sick(line(), fault("belt", FaultKind::Dropout, 0.0, 0.3)));
    let (mut held, mut last) = (0, -1.0);
    for record in 0..400u16 {
        // A speed that never stays, so that a report that stays is a missing one.
        run(&mut lane, &[0.0, 0.2 + 0.1 * f32::from(record % 7) / 7.0], 1);
        let report = lane.view().telemetry()[3];
        held += u32::from(report == last);
        last = report;
    }
    assert!((80..160).contains(&held), "{held} of 400");
}

/// What is said of a world that cannot be: the place, and the reason or what is missing there.
fn refused(world: World<f32>) -> (String, String) {
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    match Lane::new(Arc::new(plan)).err().expect("it is refused") {
        LaneError::Invalid { place, reason } => (place, reason),
        LaneError::Missing { place, name, .. } => (place, name),
        other => panic!("{other}"),
    }
}

#[test]
fn a_fault_that_a_mechanism_cannot_have_is_refused_with_those_that_it_can() {
    let (place, reason) = refused(sick(line(), fault("eye", FaultKind::Slip, 0.0, 1.0)));
    assert_eq!(place, "faults.fault.kind");
    assert_eq!(reason, "`eye` cannot be slip; it can have: stuck, dropout");
    let (place, name) = refused(sick(line(), fault("arm", FaultKind::Weak, 0.0, 1.0)));
    assert_eq!((place.as_str(), name.as_str()), ("faults.fault.mechanism", "arm"));
}

/// A flap of 1 kg on an upright hinge.
fn flap() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let shape = Shape::Box {
        half_extents_m: [0.2, 0.01, 0.05],
    };
    let mut flap = Body::new("flap", shape).at([0.2, 0.0, 1.0]);
    flap.material.mass_kg = Some(1.0);
    world.bodies.insert("flap".into(), flap);
    world.joints.insert(
        "pivot".into(),
        Joint {
            parent: "world".into(),
            child: "flap".into(),
            anchor_parent_m: [0.0, 0.0, 1.0],
            anchor_child_m: [-0.2, 0.0, 0.0],
            freedom: Freedom::Hinge {
                axis: [0.0, 0.0, 1.0],
                limits_rad: None,
            },
            motor: None,
            contacts: false,
            reduced: true,
            damping: 0.0,
        },
    );
    let positioner = Mechanism::Positioner {
        joint: "pivot".into(),
        limits: [-1.0, 1.0],
        max_velocity: 2.0,
        max_force: 4.0,
    };
    world.mechanisms.insert("flap".into(), positioner);
    world.observe.push(Observe::new("flap", Quantity::Feedback));
    world
}

#[test]
fn a_positioner_goes_where_it_is_told_and_a_stuck_one_stays() {
    let mut healthy = lane(flap());
    run(&mut healthy, &[0.8], 4);
    let on_its_way = healthy.view().telemetry()[2];
    assert!(
        on_its_way > 0.2 && on_its_way < 0.42,
        "2 rad/s for 0.2 s: {on_its_way}"
    );
    run(&mut healthy, &[0.8], 26);
    near(healthy.view().joint_position(0), 0.8, 0.01);
    let observer = Observer::new(&flap()).expect("its channels exist");
    assert_eq!(observer.channels()[0].name, "flap.feedback.position");
    assert_eq!(observer.channels()[0].unit, "rad");
    let mut seen = Vec::new();
    observer.read(&healthy.view(), &mut seen);
    assert_eq!(seen, healthy.view().telemetry()[2..]);
    let mut stuck = lane(sick(flap(), fault("flap", FaultKind::Stuck, 1.0, 1.0)));
    run(&mut stuck, &[0.5], 20);
    run(&mut stuck, &[-0.5], 20);
    near(stuck.view().joint_position(0), 0.5, 0.01);
    near(reported(&stuck, "flap.position"), -0.5, 0.0);
}

/// A motor of 2 N m through a gear of 3:1 on a flywheel of 0.1 kg m^2.
fn machine() -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        physics: Physics {
            preset: Preset::Jointed,
            step_hz: None,
        },
        ..World::default()
    };
    for (name, radius_m, mass, x) in [("motor", 0.04, 1.0, -0.3), ("wheel", 0.2, 5.0, 0.0)] {
        let shape = Shape::Cylinder {
            radius_m,
            half_height_m: 0.03,
        };
        let mut body = Body::new(name, shape).at([x, 0.0, 0.5]);
        body.rotation = Rotation::RpyDeg([0.0, 90.0, 0.0]);
        // Turned as the shaft is: a hinge's axis is the same in both bodies' frames.
        let stand = body.clone().fixed().untouchable();
        world.bodies.insert(format!("{name}_stand"), stand);
        body.material.mass_kg = Some(mass);
        world.bodies.insert(name.into(), body);
        world.joints.insert(
            format!("{name}_shaft"),
            Joint {
                parent: format!("{name}_stand"),
                child: name.into(),
                anchor_parent_m: [0.0; 3],
                anchor_child_m: [0.0; 3],
                freedom: Freedom::Hinge {
                    axis: [0.0, 0.0, 1.0],
                    limits_rad: None,
                },
                motor: None,
                contacts: false,
                reduced: true,
                damping: 0.0,
            },
        );
    }
    world.mechanisms.insert(
        "drive".into(),
        Mechanism::DriveTrain {
            motor_shaft: "motor_shaft".into(),
            load_shaft: "wheel_shaft".into(),
            max_speed_radps: 30.0,
            max_load_nm: 5.0,
            motor: ElectricMotor {
                max_torque_nm: 2.0,
                base_speed_radps: 60.0,
                torque_constant_nmpa: 0.2,
                resistance_ohm: 1.0,
            },
            coupling: Coupling {
                gear_ratio: 3.0,
                stiffness_nmprad: 200.0,
                damping_nmsprad: 1.0,
                backlash_rad: 0.02,
            },
            bearing: Bearing {
                friction_nm: 0.2,
                worn_friction_nm: 1.2,
                growth_exponent: 2.0,
                rated_load_nm: 3.0,
                life_revolutions: 60.0,
                wear: 0.0,
            },
            thermal: Thermal {
                ambient_c: 25.0,
                resistance_kpw: 1.0,
                capacity_jpk: 20.0,
                trip_c: 120.0,
            },
            imbalance: None,
            load_profile: None,
        },
    );
    world
}

fn change(
    world: &mut World<f32>,
    change: impl Fn(&mut Bearing<f32>, &mut Thermal<f32>, &mut Option<Imbalance<f32>>),
) {
    let Some(Mechanism::DriveTrain {
        bearing,
        thermal,
        imbalance,
        ..
    }) = world.mechanisms.get_mut("drive")
    else {
        panic!("a drive train")
    };
    change(bearing, thermal, imbalance);
}

/// What comes on top of the commanded load follows its course, and the motor's current with it.
#[test]
fn a_load_profile_comes_on_top_of_the_commanded_load() {
    let current = |course: Option<Course>, secs: f32| {
        let mut world = machine();
        let Some(Mechanism::DriveTrain { load_profile, .. }) = world.mechanisms.get_mut("drive") else {
            panic!("a drive train")
        };
        *load_profile = course.map(|course| LoadProfile {
            course,
            torque_nm: 1.2,
            period_secs: 8.0,
        });
        let mut lane = lane(world);
        run(&mut lane, &[10.0, 1.0], (secs * HZ as f32) as u32);
        reported(&lane, "drive.current")
    };
    // 1.2 N m of the wheel are 0.4 N m of the motor, and so 2 A.
    let [early, late] = [3.0, 7.0].map(|secs| current(None, secs));
    near(current(Some(Course::Pulses), 3.0), early, 0.05);
    near(current(Some(Course::Pulses), 7.0) - late, 2.0, 0.15);
    near(current(Some(Course::Ramp), 7.0) - late, 2.0 * 7.0 / 8.0, 0.15);
    let share = 0.5 - 0.5 * libm::cosf(std::f32::consts::TAU * 3.0 / 8.0);
    near(current(Some(Course::Sine), 3.0) - early, 2.0 * share, 0.15);
}

/// Torques balance: the motor's, through the gear, is load and friction; it is short of the speed by that torque's
/// share of a tenth of the largest. Heat is current squared times resistance.
#[test]
fn a_drive_train_carries_its_load_and_warms_up() {
    let mut world = machine();
    change(&mut world, |bearing, _, _| bearing.life_revolutions = 1e9);
    let mut lane = lane(world);
    run(&mut lane, &[15.0, 3.0], 60);
    let torque = (3.0 + 0.2) / 3.0;
    near(reported(&lane, "drive.current"), torque / 0.2, 0.05);
    near(lane.view().joint_velocity(1), 15.0 - 3.0 * torque / 2.0, 0.02);
    near(
        lane.view().joint_velocity(0),
        3.0 * lane.view().joint_velocity(1),
        0.05,
    );
    let warm = reported(&lane, "drive.temperature");
    run(&mut lane, &[15.0, 3.0], 20);
    let heat = (torque / 0.2) * (torque / 0.2) - (warm - 25.0);
    near(reported(&lane, "drive.temperature") - warm, heat / 20.0, 0.1);
    near(state(&lane, "drive"), 0.0, 0.0);
}

#[test]
fn a_drive_train_that_is_too_hot_trips_for_good() {
    let mut world = machine();
    change(&mut world, |_, thermal, _| thermal.trip_c = 40.0);
    let mut lane = lane(world);
    run(&mut lane, &[15.0, 4.5], 200);
    near(state(&lane, "drive"), 1.0, 0.0);
    near(reported(&lane, "drive.tripped"), 1.0, 0.0);
    near(reported(&lane, "drive.current"), 0.0, 0.0);
    near(lane.view().joint_velocity(1), 0.0, 1e-3);
}

/// 60 turns at the rated load wear it out; half of the load makes it last eight times as long.
#[test]
fn a_bearing_wears_with_the_cube_of_its_load_rubs_and_fails() {
    let wear = |load: f32| {
        let mut lane = lane(machine());
        let (mut turned, mut last) = (0.0, 0.0);
        for _ in 0..60 {
            run(&mut lane, &[15.0, load], 1);
            turned += lane.view().joint_velocity(1) / 20.0 / std::f32::consts::TAU;
            last = lane.view().wear(0).expect("it wears").share;
        }
        last / turned
    };
    near(wear(3.0), 1.0 / 60.0, 1e-3);
    near(wear(1.5), 1.0 / 480.0, 2e-4);
    let mut lane = lane(machine());
    run(&mut lane, &[15.0, 3.0], 100);
    let at = lane.view().wear(0).expect("it wears");
    let left = at.remaining_secs.expect("it will fail");
    let records = (left * 20.0) as u32;
    run(&mut lane, &[15.0, 3.0], records - 15);
    near(state(&lane, "drive"), 0.0, 0.0);
    assert!(reported(&lane, "drive.current") > 1.15 * 16.0 / 3.0, "it rubs");
    run(&mut lane, &[15.0, 3.0], 60);
    near(state(&lane, "drive"), 2.0, 0.0);
    near(lane.view().joint_velocity(1), 0.0, 1e-3);
}

/// An imbalance of 0.02 kg m on 5 kg shakes with its moment times the square of the speed.
#[test]
fn an_imbalance_shakes_the_shaft_and_swings_its_speed() {
    let mut world = machine();
    change(&mut world, |_, _, imbalance| {
        *imbalance = Some(Imbalance {
            moment_kgm: 0.02,
            phase_rad: 1.0,
        });
    });
    let mut lane = lane(world);
    run(&mut lane, &[12.0, 0.0], 60);
    let speed = lane.view().joint_velocity(1);
    near(
        reported(&lane, "drive.vibration"),
        0.02 * speed * speed / 5.0,
        0.03,
    );
    let speeds: Vec<f32> = (0..20)
        .map(|_| {
            run(&mut lane, &[12.0, 0.0], 1);
            lane.view().joint_velocity(1)
        })
        .collect();
    let (low, high) = speeds.iter().fold((99.0f32, 0.0f32), |(low, high), speed| {
        (low.min(*speed), high.max(*speed))
    });
    assert!(high - low > 0.02, "gravity pulls at it: {low} {high}");
}

#[test]
fn a_coupling_that_slips_turns_the_motor_and_not_the_load() {
    let mut lane = lane(sick(machine(), fault("drive", FaultKind::Slip, 2.0, 0.9)));
    run(&mut lane, &[15.0, 2.0], 100);
    let [motor, load] = [0, 1].map(|joint| lane.view().joint_velocity(joint));
    near(load, 0.0, 1e-3);
    assert!(motor > 40.0, "{motor}");
}
