//! Rotors, wind, and courses of gates: held against the formulas that they name.

use super::*;
use terrella_sim::glam::{Quat, Vec3};
use terrella_sim::observe::Observer;
use terrella_spec::world::{Fault, FaultKind, Observe, Quantity, RotorInputs};

const MASS_KG: f32 = 0.8;
const G: f32 = 9.81;
const COEFFICIENT: f32 = 2.0e-6;
const TWIST: f32 = 0.016 * COEFFICIENT;
const RADIUS_M: f32 = 0.06;
const NO_RATES: [f32; 3] = [0.0; 3];

/// The speed at which four rotors carry the weight, rad/s.
fn hover_speed() -> f32 {
    (0.25 * MASS_KG * G / COEFFICIENT).sqrt()
}

/// A drone at rest 10 m up, its rotors at the speed that carries it.
fn air(edit: impl FnOnce(&mut Mechanism<f32>)) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let floor = Body::new("floor", Shape::HalfSpace {}).fixed();
    world.bodies.insert("floor".into(), floor);
    let shape = Shape::Box {
        half_extents_m: [0.1, 0.1, 0.03],
    };
    let mut drone = Body::new("drone", shape).at([0.0, 0.0, 10.0]);
    drone.material.mass_kg = Some(MASS_KG);
    world.bodies.insert("drone".into(), drone);
    let mut rotors = Mechanism::Rotors {
        body: "drone".into(),
        arm_m: 0.15,
        height_m: 0.0,
        radius_m: RADIUS_M,
        thrust_coefficient_ns2: COEFFICIENT,
        torque_coefficient_nms2: TWIST,
        max_speed_radps: 2200.0,
        start_speed_radps: hover_speed(),
        lag_secs: 0.03,
        efficiency: 1.0,
        drag_nspm: 0.0,
        battery_j: None,
        sag: 0.0,
        max_thrust_n: 30.0,
        max_rate_radps: 6.0,
        rate_gain_per_s: 15.0,
        wind: None,
        faulty: None,
        inputs: RotorInputs::Rates,
    };
    edit(&mut rotors);
    world.mechanisms.insert("rotors".into(), rotors);
    world
}

fn fly(lane: &mut Lane, thrust: f32, rates: [f32; 3], secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as usize {
        lane.step(&[thrust, rates[0], rates[1], rates[2]]).expect("sound");
    }
}

fn drone(lane: &Lane) -> terrella_sim::view::BodyState {
    lane.view().body_named("drone")
}

/// The least mean acceleration upwards in 4 s decides: half a percent of the weight would be 0.05 m/s^2.
#[test]
fn the_thrust_that_hovers_is_the_weight() {
    for share in [0.995, 1.005] {
        let mut lane = lane(air(|_| ()));
        fly(&mut lane, share * MASS_KG * G, NO_RATES, 4.0);
        let climb = drone(&lane).linear_velocity_mps.z;
        assert_eq!(
            climb > 0.0,
            share > 1.0,
            "at {share} of the weight it moves at {climb} m/s"
        );
        near(climb, 4.0 * (share - 1.0) * G, 0.01);
    }
}

#[test]
fn more_thrust_climbs_as_the_mass_says() {
    let mut lane = lane(air(|_| ()));
    fly(&mut lane, 1.5 * MASS_KG * G, NO_RATES, 1.0);
    // The lag keeps the climb back: rotors' speeds, not thrusts, come near exponentially, so by a little more than
    // the lag's own time.
    let expected = 0.5 * G * (1.0 - 0.03);
    near(drone(&lane).linear_velocity_mps.z, expected, 0.03);
    let spin = drone(&lane).angular_velocity_radps.length();
    assert!(spin < 1e-3, "balanced rotors do not turn it: {spin}");
}

#[test]
fn with_rotors_off_it_falls_freely() {
    let mut lane = lane(air(|rotors| {
        let Mechanism::Rotors {
            start_speed_radps, ..
        } = rotors
        else {
            unreachable!()
        };
        *start_speed_radps = 0.0;
    }));
    // Body rates are not held without thrust either.
    fly(&mut lane, 0.0, [6.0, 6.0, 6.0], 1.0);
    near(drone(&lane).linear_velocity_mps.z, -G, 0.001);
    assert_eq!(drone(&lane).angular_velocity_radps, Vec3::ZERO);
}

#[test]
fn body_rates_are_reached_and_yaw_by_reaction_torque_alone() {
    for axis in 0..3 {
        let mut lane = lane(air(|_| ()));
        let mut rates = NO_RATES;
        rates[axis] = 1.0;
        fly(&mut lane, MASS_KG * G, rates, 0.8);
        let view = drone(&lane);
        let seen = view.rotation.inverse() * view.angular_velocity_radps;
        near(seen[axis], 1.0, 0.02);
        near(seen.length(), 1.0, 0.02);
    }
}

/// Far more is asked than there is: the clockwise pair runs at its fastest, the other stands, and the torque about z is
/// twice the coefficient times the square of that speed.
#[test]
fn a_yaw_step_starts_with_the_torque_that_the_coefficients_give() {
    let mut lane = lane(air(|rotors| {
        let Mechanism::Rotors {
            lag_secs,
            rate_gain_per_s,
            ..
        } = rotors
        else {
            unreachable!()
        };
        *lag_secs = 0.0;
        *rate_gain_per_s = 1000.0;
    }));
    let inertia = MASS_KG / 12.0 * (0.2 * 0.2 + 0.2 * 0.2);
    fly(&mut lane, MASS_KG * G, [0.0, 0.0, 6.0], 0.05);
    let spin = drone(&lane).angular_velocity_radps;
    let formula = 2.0 * TWIST * 2200.0 * 2200.0 / inertia * 0.05;
    near(spin.z, formula, 0.01 * formula);
    near(spin.x, 0.0, 1e-4);
    near(spin.y, 0.0, 1e-4);
}

#[test]
fn near_the_ground_the_same_speed_gives_more_thrust() {
    let lift = |height: f32| {
        let mut world = air(|_| ());
        world.bodies["drone"].position_m[2] = height;
        let mut lane = lane(world);
        fly(&mut lane, MASS_KG * G, NO_RATES, 0.1);
        drone(&lane).linear_velocity_mps.z / 0.1 / G
    };
    let formula = |height: f32| {
        let part = RADIUS_M / (4.0 * height);
        1.0 / (1.0 - part * part) - 1.0
    };
    // The first step meets no ground yet, and it rises on its cushion meanwhile.
    near(lift(0.05), formula(0.05), 0.1 * formula(0.05));
    near(lift(0.08), formula(0.08), 0.1 * formula(0.08));
    near(lift(1.0), 0.0, 1e-3);
}

/// In a steady wind a drone that holds its attitude drifts, drag over mass per second nearer to the wind's velocity.
#[test]
fn rotors_drag_is_linear_in_the_velocity_through_the_air() {
    let mut world = air(|rotors| {
        let Mechanism::Rotors { drag_nspm, wind, .. } = rotors else {
            unreachable!()
        };
        *drag_nspm = 0.4;
        *wind = Some("wind".into());
    });
    let wind = Mechanism::Wind {
        drag_area_m2: Default::default(),
        mean_mps: [3.0, -1.0, 2.0],
        gust_mps: 0.0,
        gust_secs: 1.0,
        gust_seed: 0.0,
    };
    world.mechanisms.insert("wind".into(), wind);
    let mut lane = lane(world);
    near(state(&lane, "wind"), 14.0_f32.sqrt(), 1e-5);
    fly(&mut lane, MASS_KG * G, NO_RATES, 2.0);
    let came = 1.0 - libm::expf(-0.4 / MASS_KG * 2.0);
    let velocity = drone(&lane).linear_velocity_mps;
    near(velocity.x, 3.0 * came, 0.01);
    near(velocity.y, -came, 0.01);
    near(velocity.z, 0.0, 0.01);
}

#[test]
fn a_battery_sags_under_load_and_its_end_stops_the_rotors() {
    let mut lane = lane(air(|rotors| {
        let Mechanism::Rotors { battery_j, sag, .. } = rotors else {
            unreachable!()
        };
        // Hovering costs four times the torque times the speed: some 125 W.
        *battery_j = Some(4.0 * 4.0 * TWIST * hover_speed().powi(3));
        *sag = 0.1;
    }));
    let load = (hover_speed() / 2200.0).powi(3);
    fly(&mut lane, MASS_KG * G, NO_RATES, 0.05);
    near(state(&lane, "rotors"), 1.0 - 0.1 * load, 0.004);
    fly(&mut lane, MASS_KG * G, NO_RATES, 3.0);
    // A lower voltage lowers the speeds, so that it has begun to fall.
    assert!(drone(&lane).linear_velocity_mps.z < -0.5);
    let voltage = state(&lane, "rotors");
    assert!((0.8..0.9).contains(&voltage), "{voltage}");
    fly(&mut lane, MASS_KG * G, NO_RATES, 3.5);
    near(state(&lane, "rotors"), 0.0, 0.0);
}

/// Half of one rotor's thrust is missing from a second on: until then all is as it was, bit for bit; then the drone sinks, and
/// tilts towards the weak rotor, the first, which is in front on the left.
#[test]
fn a_weak_rotor_pushes_less_from_its_onset_on() {
    let mut world = air(|rotors| {
        let Mechanism::Rotors {
            faulty,
            rate_gain_per_s,
            ..
        } = rotors
        else {
            unreachable!()
        };
        *faulty = Some(0);
        *rate_gain_per_s = 0.0;
    });
    let mut healthy = lane(world.clone());
    let fault = Fault {
        mechanism: "rotors".into(),
        kind: FaultKind::Weak,
        onset_secs: 1.0,
        ramp_secs: 0.0,
        severity: 0.5,
        fails_at: None,
        mended_secs: None,
    };
    world.faults.insert("blade".into(), fault);
    let mut weak = lane(world.clone());
    fly(&mut healthy, MASS_KG * G, NO_RATES, 1.0);
    fly(&mut weak, MASS_KG * G, NO_RATES, 1.0);
    assert_eq!(healthy.digest(), weak.digest());
    let before = drone(&weak);
    fly(&mut weak, MASS_KG * G, NO_RATES, 0.05);
    let after = drone(&weak);
    // An eighth of all thrust is missing.
    let lost = before.linear_velocity_mps.z - after.linear_velocity_mps.z;
    near(lost, G / 8.0 * 0.05, 0.05 * G / 8.0 * 0.05);
    let spin = after.angular_velocity_radps;
    assert!(spin.x < -0.1 && spin.y > 0.1, "{spin}");
    // And a half of its own torque, which turns the body counter-clockwise.
    assert!(spin.z < -0.01, "{spin}");

    let Mechanism::Rotors { faulty, .. } = &mut world.mechanisms["rotors"] else {
        unreachable!()
    };
    *faulty = Some(4);
    assert!(refused(world).contains("mechanisms.rotors.faulty"));
}

#[test]
fn what_rotors_do_next_is_part_of_a_lanes_state() {
    let mut lane = lane(air(|_| ()));
    fly(&mut lane, 20.0, [3.0, -2.0, 1.0], 0.4);
    let mut fork = lane.fork();
    fly(&mut lane, 5.0, [0.0, 4.0, 1.0], 0.4);
    fly(&mut fork, 5.0, [0.0, 4.0, 1.0], 0.4);
    assert_eq!(lane.digest(), fork.digest());
}

#[test]
fn rotors_that_cannot_be_are_refused_by_their_field() {
    let error = refused(air(|rotors| {
        let Mechanism::Rotors { arm_m, .. } = rotors else {
            unreachable!()
        };
        *arm_m = 0.0;
    }));
    assert!(error.contains("mechanisms.rotors.arm_m"), "{error}");
    let mut world = air(|_| ());
    world.bodies["drone"].motion = Motion::Kinematic;
    let error = refused(world);
    assert!(error.contains("mechanisms.rotors.body"), "{error}");
}

/// A feather in gusts: heavy drag on a light body takes on the air's velocity.
fn gusty(gust_mps: f32, gust_seed: f32) -> World<f32> {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let mut feather = Body::new("feather", Shape::Ball { radius_m: 0.1 });
    feather.material.mass_kg = Some(0.01);
    world.bodies.insert("feather".into(), feather);
    world.mechanisms.insert(
        "wind".into(),
        Mechanism::Wind {
            drag_area_m2: [("feather".to_string(), 0.02)].into_iter().collect(),
            mean_mps: [2.0, 0.0, 0.0],
            gust_mps,
            gust_secs: 1.0,
            gust_seed,
        },
    );
    world
}

/// Drag that is quadratic brings a body from rest to `u^2 k t / (1 + u k t)` in time t, with `k = rho CdA / 2m`.
#[test]
fn steady_wind_drags_by_the_square_of_the_speed() {
    let mut lane = lane(gusty(0.0, 0.0));
    for _ in 0..20 {
        lane.step(&[]).expect("sound");
    }
    let k = 0.5 * 1.225 * 0.02 / 0.01;
    let formula = 2.0 * (2.0 * k) / (1.0 + 2.0 * k);
    near(
        lane.view().body_named("feather").linear_velocity_mps.x,
        formula,
        0.01,
    );
}

#[test]
fn gusts_have_their_spread_their_seed_and_no_memory_but_the_time() {
    let speeds = |seed: f32| -> Vec<f32> {
        let mut lane = lane(gusty(1.5, seed));
        (0..4000)
            .map(|_| {
                lane.step(&[]).expect("sound");
                state(&lane, "wind")
            })
            .collect()
    };
    let one = speeds(1.0);
    assert_eq!(one, speeds(1.0));
    assert_ne!(one, speeds(2.0));
    // The mean square of the speed is the mean velocity's square and the variances of the three axes.
    let square = one.iter().map(|speed| speed * speed).sum::<f32>() / one.len() as f32;
    near(square, 4.0 + 1.5 * 1.5 * 2.25, 1.0);
}

#[test]
fn gates_count_in_their_order_from_the_right_side_and_through_the_opening_only() {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.1 }).at([-1.0, 0.0, 0.0]);
    ball.linear_velocity_mps = [2.0, 0.0, 0.0];
    world.bodies.insert("ball".into(), ball);
    let gate = |at: [f32; 3], yaw: f32| {
        let shape = Shape::Box {
            half_extents_m: [0.01; 3],
        };
        let mut gate = Body::new("gate", shape).fixed().untouchable().at(at);
        gate.rotation = Rotation::RpyDeg([0.0, 0.0, yaw]);
        gate
    };
    world.bodies.insert("first".into(), gate([0.0, 0.3, 0.0], 0.0));
    world
        .bodies
        .insert("backwards".into(), gate([1.0, 0.0, 0.0], 180.0));
    world.bodies.insert("aside".into(), gate([1.0, 0.5, 0.0], 0.0));
    let mark = Body::new("mark", Shape::Ball { radius_m: 0.1 });
    world.bodies.insert("mark".into(), mark.kinematic().untouchable());
    let course = |gates: &[&str]| Mechanism::Course {
        body: "ball".into(),
        gates: gates.iter().map(|gate| gate.to_string()).collect(),
        half_opening_m: [0.4, 0.4],
        mark: Some("mark".into()),
    };
    let run = |gates: &[&str]| {
        let mut world = world.clone();
        world.mechanisms.insert("course".into(), course(gates));
        let mut lane = lane(world);
        let start = lane.view().body_named("mark").position_m.to_array();
        for _ in 0..30 {
            lane.step(&[]).expect("sound");
        }
        let end = lane.view().body_named("mark");
        assert_eq!(end.linear_velocity_mps, Vec3::ZERO, "a jump has no speed");
        (state(&lane, "course"), start, end.position_m.to_array())
    };
    assert_eq!(run(&["first"]), (1.0, [0.0, 0.3, 0.0], [0.0, 0.3, 0.0]));
    assert_eq!(
        run(&["first", "backwards"]),
        (1.0, [0.0, 0.3, 0.0], [1.0, 0.0, 0.0])
    );
    assert_eq!(run(&["aside", "first"]), (0.0, [1.0, 0.5, 0.0], [1.0, 0.5, 0.0]));
}

/// A body that is thrown, turned on its side and spinning: in free flight nothing is felt; on a floor 9.81 upwards.
#[test]
fn an_imu_reads_in_the_bodys_own_frame() {
    let mut world = air(|_| ());
    world.mechanisms.clear();
    world.observe = vec![
        Observe::new("drone", Quantity::Gyro),
        Observe::axes("drone", Quantity::Accelerometer, "zx"),
    ];
    let turn = Quat::from_rotation_x(std::f32::consts::FRAC_PI_2);
    world.bodies["drone"].rotation = Rotation::Xyzw(turn.to_array());
    world.bodies["drone"].angular_velocity_radps = [0.0, 0.0, 2.0];
    let observer = Observer::new(&world).expect("they exist");
    let names: Vec<&str> = observer
        .channels()
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "drone.gyro.x",
            "drone.gyro.y",
            "drone.gyro.z",
            "drone.accelerometer.z",
            "drone.accelerometer.x"
        ]
    );
    let read = |lane: &Lane| {
        let mut row = Vec::new();
        observer.read(&lane.view(), &mut row);
        row
    };
    let mut lane = lane(world.clone());
    let row = read(&lane);
    // The world's z is the body's y.
    near(row[1], 2.0, 1e-5);
    near(row[0].abs() + row[2].abs(), 0.0, 1e-5);
    lane.step(&[]).expect("sound");
    near(read(&lane)[3], 0.0, 0.01);

    world.bodies["drone"].rotation = Rotation::default();
    world.bodies["drone"].angular_velocity_radps = [0.0; 3];
    world.bodies["drone"].position_m[2] = 0.03;
    let mut lane = self::lane(world);
    for _ in 0..20 {
        lane.step(&[]).expect("sound");
    }
    near(read(&lane)[3], G, 0.01);
    near(read(&lane)[4], 0.0, 0.01);
}

/// A drone that is told other things at every record, with a unit in it and a receiver on it, at so many records a second.
fn sensing(control_hz: u32, edit: impl FnOnce(&mut World<f32>)) -> World<f32> {
    let mut world = air(|_| ());
    world.control_hz = control_hz;
    let imu = Mechanism::Imu {
        body: "drone".into(),
        position_m: [0.0; 3],
        accelerometer_noise_mps2: 0.0,
        accelerometer_bias_mps2: [0.0; 3],
        gyro_noise_radps: 0.0,
        gyro_bias_radps: [0.0; 3],
        seed: 0.0,
    };
    world.mechanisms.insert("imu".into(), imu);
    let receiver = Mechanism::Receiver {
        body: "drone".into(),
        hears: true,
        position_noise_m: 0.0,
        velocity_noise_mps: 0.0,
        seed: 0.0,
    };
    world.mechanisms.insert("gps".into(), receiver);
    edit(&mut world);
    world
}

/// A lane that is recorded at every physics step tells at each what the unit of another one kept between its records.
#[test]
fn an_imu_keeps_a_sample_of_every_physics_step() {
    let (mut slow, mut fast) = (lane(sensing(20, |_| ())), lane(sensing(240, |_| ())));
    let imu = slow.view().mechanism_index("imu").expect("it is there");
    let drone = slow.view().body_index("drone").expect("it is there");
    let still = [0.0, 0.0, G, 0.0, 0.0, 0.0];
    assert_eq!(slow.view().imu_samples(imu), [still; 12]);
    for record in 0..10 {
        let action = [MASS_KG * (G + record as f32), 0.5 * record as f32, -1.0, 0.3];
        slow.step(&action).expect("sound");
        let samples = slow.view().imu_samples(imu);
        assert_eq!(samples.len(), 12);
        for sample in samples {
            fast.step(&action).expect("sound");
            let state = fast.view().body(drone);
            let rates = state.rotation.inverse() * state.angular_velocity_radps;
            let felt = fast.view().specific_force(drone);
            for axis in 0..3 {
                near(sample[axis], felt[axis], 0.01);
                near(sample[3 + axis], rates[axis], 1e-4);
            }
        }
    }
    let fork = slow.view().fork();
    assert_eq!(fork.view().imu_samples(imu), slow.view().imu_samples(imu));
}

/// Away from the middle of what spins it feels what flies outwards.
#[test]
fn an_imu_feels_where_it_sits() {
    let mut world = sensing(20, |world| {
        world.mechanisms.shift_remove("rotors");
        world.bodies["drone"].angular_velocity_radps = [0.0, 0.0, 5.0];
        let Mechanism::Imu { position_m, .. } = &mut world.mechanisms["imu"] else {
            unreachable!()
        };
        *position_m = [0.1, 0.0, 0.0];
    });
    world.gravity_mps2 = [0.0; 3];
    let mut lane = lane(world);
    lane.step(&[]).expect("sound");
    let imu = lane.view().mechanism_index("imu").expect("it is there");
    for sample in lane.view().imu_samples(imu) {
        near(sample[0], -5.0 * 5.0 * 0.1, 0.05);
        near(sample[2], 0.0, 1e-3);
    }
}

/// Errors are as large as they are said to be: of 240 samples the mean is the bias within four times its own spread.
#[test]
fn an_imu_and_a_receiver_err_as_they_say() {
    let mut lane = lane(sensing(20, |world| {
        world.mechanisms.shift_remove("rotors");
        world.gravity_mps2 = [0.0; 3];
        let Mechanism::Imu {
            accelerometer_noise_mps2,
            accelerometer_bias_mps2,
            gyro_noise_radps,
            ..
        } = &mut world.mechanisms["imu"]
        else {
            unreachable!()
        };
        (*accelerometer_noise_mps2, *gyro_noise_radps) = (0.1, 0.02);
        *accelerometer_bias_mps2 = [0.5, 0.0, 0.0];
        let Mechanism::Receiver { position_noise_m, .. } = &mut world.mechanisms["gps"] else {
            unreachable!()
        };
        *position_noise_m = 0.2;
    }));
    let [imu, gps] = ["imu", "gps"].map(|name| lane.view().mechanism_index(name).expect("it is there"));
    let (mut samples, mut heights) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        lane.step(&[]).expect("sound");
        samples.extend(lane.view().imu_samples(imu));
        heights.push(lane.view().fix(gps)[2] - 10.0);
    }
    let spread = |values: Vec<f32>, mean: f32| {
        let squares = values.iter().map(|value| (value - mean) * (value - mean));
        (squares.sum::<f32>() / values.len() as f32).sqrt()
    };
    let column = |axis: usize| samples.iter().map(|sample| sample[axis]).collect::<Vec<f32>>();
    near(column(0).iter().sum::<f32>() / 240.0, 0.5, 0.026);
    near(spread(column(0), 0.5), 0.1, 0.02);
    near(spread(column(4), 0.0), 0.02, 0.004);
    near(spread(heights, 0.0), 0.2, 0.1);
    near(state(&lane, "gps"), 1.0, 0.0);
}

/// Told thrusts are given, each rotor by itself: more at the left rolls it to the right.
#[test]
fn rotors_give_the_thrusts_that_they_are_told() {
    let mut lane = lane(air(|rotors| {
        let Mechanism::Rotors { inputs, lag_secs, .. } = rotors else {
            unreachable!()
        };
        (*inputs, *lag_secs) = (RotorInputs::Motors, 0.0);
    }));
    let quarter = 0.25 * MASS_KG * G;
    for _ in 0..HZ {
        lane.step(&[1.2 * quarter; 4]).expect("sound");
    }
    near(drone(&lane).linear_velocity_mps.z, 0.2 * G, 0.02);
    near(drone(&lane).angular_velocity_radps.length(), 0.0, 1e-3);
    // What is mixed for an angular acceleration gives it.
    let rotors = lane.view().mechanism_index("rotors").expect("it is there");
    let wanted = Vec3::new(3.0, -2.0, 0.5);
    let told = lane.view().rotor_thrusts(rotors, MASS_KG * G, wanted, Vec3::ZERO);
    let told = told.expect("they are rotors");
    near(told.iter().sum(), MASS_KG * G, 0.01);
    assert!(told[0] > told[3], "{told:?}");
    lane.step(&told).expect("sound");
    let gained = drone(&lane).angular_velocity_radps * HZ as f32;
    for axis in 0..3 {
        near(gained[axis], wanted[axis], 0.05);
    }
}
