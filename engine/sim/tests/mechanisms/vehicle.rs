//! A vehicle against what textbooks say of it: braking distance, cornering, top speed, coming to rest.

use super::*;
use glam::Vec3;
use terrella_spec::world::{Physics, Powertrain, Preset, Suspension, Tyre, VehicleCommand, Wheel};

const MASS_KG: f32 = 1200.0;
const G: f32 = 9.81;
const WHEELBASE_M: f32 = 2.6;
/// Steer, throttle, brake.
const COAST: [f32; 3] = [0.0; 3];
const BRAKE: [f32; 3] = [0.0, 0.0, 1.0];

/// A car of 1200 kg at the origin on a floor of this friction, at this speed along +x.
fn road(friction: f32, speed_mps: f32) -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        physics: Physics {
            preset: Preset::Fast,
            step_hz: None,
        },
        ..World::default()
    };
    let mut floor = Body::new("floor", Shape::HalfSpace {}).fixed();
    floor.material.friction = friction;
    world.bodies.insert("floor".into(), floor);
    let mut car = Body::new(
        "car",
        Shape::Box {
            half_extents_m: [2.1, 0.9, 0.3],
        },
    )
    .at([0.0, 0.0, 0.486]);
    car.material.mass_kg = Some(MASS_KG);
    car.linear_velocity_mps = [speed_mps, 0.0, 0.0];
    world.bodies.insert("car".into(), car);
    let corners = [
        ("front_left", 1.3, 0.75),
        ("front_right", 1.3, -0.75),
        ("rear_left", -1.3, 0.75),
        ("rear_right", -1.3, -0.75),
    ];
    let wheel = |(name, x, y): (&str, f32, f32)| {
        let wheel = Wheel {
            position_m: [x, y, -0.25],
            radius_m: 0.32,
            steers: x > 0.0,
            drives: x > 0.0,
            body: None,
        };
        (name.to_string(), wheel)
    };
    world.mechanisms.insert(
        "drive".into(),
        Mechanism::Vehicle {
            body: "car".into(),
            wheels: corners.into_iter().map(wheel).collect(),
            suspension: Suspension {
                stiffness_npm: 35_000.0,
                damping_nspm: 3_500.0,
                travel_m: 0.2,
            },
            tyre: Tyre::default(),
            powertrain: Powertrain {
                max_force_n: 5_000.0,
                max_power_w: 60_000.0,
                max_brake_n: 1.6 * MASS_KG * G,
                antilock: false,
                drag_area_m2: 0.0,
            },
            max_steer_rad: 0.6,
            max_steer_radps: 5.0,
            command: VehicleCommand::pedals(),
        },
    );
    world
}

/// Changes the vehicle of a world.
fn tune(world: &mut World<f32>, change: impl FnOnce(&mut Tyre<f32>, &mut Powertrain<f32>)) {
    let Some(Mechanism::Vehicle { tyre, powertrain, .. }) = world.mechanisms.get_mut("drive") else {
        unreachable!("it is a vehicle");
    };
    change(tyre, powertrain);
}

fn drive(lane: &mut Lane, action: [f32; 3], secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&action).expect("the world stays sound");
    }
}

fn speed(lane: &Lane) -> f32 {
    lane.view().body_named("car").linear_velocity_mps.length()
}

/// Brakes from 15 m/s until it stands: how far it went, m.
fn braking_distance(world: World<f32>) -> f32 {
    let mut lane = lane(world);
    for _ in 0..20 * HZ {
        lane.step(&BRAKE).expect("the world stays sound");
        if speed(&lane) < 0.01 {
            return lane.view().body_named("car").position_m.x;
        }
    }
    panic!("it does not stop: {:?}", lane.view().body_named("car"));
}

/// v^2 / (2 mu g) within 3 %, with locked wheels; with antilock brakes, which use 0.95 of the grip, within 3 % of that.
#[test]
fn braking_distance_is_that_of_coulomb_friction() {
    for friction in [0.3_f32, 0.5, 0.8, 1.0] {
        let wanted = 15.0 * 15.0 / (2.0 * friction * G);
        let locked = braking_distance(road(friction, 15.0));
        near(locked, wanted, 0.03 * wanted);
        let mut world = road(friction, 15.0);
        tune(&mut world, |_, powertrain| powertrain.antilock = true);
        let wanted = wanted / 0.95;
        near(braking_distance(world), wanted, 0.03 * wanted);
    }
}

/// The grip of the tyres counts as the road's friction does.
#[test]
fn worn_tyres_brake_as_on_a_slippery_road() {
    let mut world = road(1.0, 15.0);
    tune(&mut world, |tyre, _| tyre.grip = 0.5);
    let wanted = 15.0 * 15.0 / (2.0 * 0.5 * G);
    near(braking_distance(world), wanted, 0.03 * wanted);
}

/// Drives round with this steering at about this speed: radius (m) and speed (m/s) once it goes round evenly.
fn circle(friction: f32, steer: f32, speed_mps: f32) -> (f32, f32) {
    let mut lane = lane(road(friction, speed_mps));
    for _ in 0..6 * HZ {
        let throttle = (0.5 * (speed_mps - speed(&lane))).clamp(0.0, 1.0);
        lane.step(&[steer, throttle, 0.0]).expect("the world stays sound");
    }
    let car = lane.view().body_named("car");
    let speed = car.linear_velocity_mps.truncate().length();
    (speed / car.angular_velocity_radps.z.abs(), speed)
}

/// Where tyres hardly slip a car goes round at the radius of the bicycle model, wheelbase / tan(steer), measured at its
/// centre; with equal tyres and the mass in the middle it neither over- nor understeers.
#[test]
fn cornering_radius_is_that_of_the_bicycle_model() {
    for (steer, speed_mps) in [(0.1_f32, 5.0), (0.2, 5.0), (-0.2, 5.0), (0.05, 12.0)] {
        let rear = WHEELBASE_M / libm::tanf(steer.abs());
        let wanted = (rear * rear + 0.25 * WHEELBASE_M * WHEELBASE_M).sqrt();
        let (radius, _) = circle(1.0, steer, speed_mps);
        near(radius, wanted, 0.04 * wanted);
    }
}

/// Nobody goes round faster than friction allows: v^2 / R <= mu g.
#[test]
fn a_car_that_is_too_fast_slides_out_of_its_curve() {
    let (radius, speed) = circle(0.3, 0.2, 12.0);
    let lateral = speed * speed / radius;
    assert!(lateral < 1.05 * 0.3 * G, "{lateral} m/s^2");
    let bicycle = WHEELBASE_M / libm::tanf(0.2);
    assert!(
        radius > 2.0 * bicycle,
        "radius {radius} m, on dry road {bicycle} m"
    );
}

/// At top speed the power is what drag and rolling resistance take.
#[test]
fn top_speed_is_where_drag_takes_the_power() {
    let mut world = road(1.0, 50.0);
    tune(&mut world, |_, powertrain| powertrain.drag_area_m2 = 0.7);
    let mut lane = lane(world);
    drive(&mut lane, [0.0, 1.0, 0.0], 60.0);
    let top = speed(&lane);
    let needs = (0.6 * 0.7 * top * top + 0.012 * MASS_KG * G) * top;
    near(needs, 60_000.0, 0.02 * 60_000.0);
}

/// It coasts v^2 / (2 c g), and stands then.
#[test]
fn it_rolls_to_rest_and_stays_there() {
    let mut world = road(1.0, 3.0);
    tune(&mut world, |tyre, _| tyre.rolling_resistance = 0.05);
    let mut lane = lane(world);
    drive(&mut lane, COAST, 10.0);
    let there = lane.view().body_named("car").position_m;
    let wanted = 3.0 * 3.0 / (2.0 * 0.05 * G);
    near(there.x, wanted, 0.03 * wanted);
    drive(&mut lane, COAST, 10.0);
    let moved = (lane.view().body_named("car").position_m - there).length();
    assert!(moved < 1e-3, "it crept {moved} m");
}

/// Wheels take the friction of what they stand on: on ice it needs longer, and of a patch under one side it turns.
#[test]
fn wheels_slip_on_the_patch_that_they_stand_on() {
    let patch = |low_y: f32, high_y: f32| {
        let mut world = road(1.0, 15.0);
        let half_extents_m = [50.0, 0.5 * (high_y - low_y), 0.01];
        let mut ice = Body::new("ice", Shape::Box { half_extents_m }).fixed();
        ice.position_m = [0.0, 0.5 * (low_y + high_y), 0.0];
        ice.material.friction = 0.2;
        world.bodies.insert("ice".into(), ice);
        world
    };
    let wanted = 15.0 * 15.0 / (2.0 * 0.2 * G);
    // The patch ends after 50 m.
    let far = braking_distance(patch(-2.0, 2.0));
    assert!(far > 47.0 && far < wanted, "{far} m");
    let mut lane = lane(patch(0.0, 2.0));
    drive(&mut lane, BRAKE, 1.0);
    let spin = lane.view().body_named("car").angular_velocity_radps.z;
    assert!(spin < -0.2, "ice on the left turns it to the right: {spin} rad/s");
}

/// Of both pedals the difference counts: with throttle and brake at random a car was hardly ever driven.
#[test]
fn of_both_pedals_the_difference_counts() {
    let after = |action: [f32; 3]| {
        let mut lane = lane(road(1.0, 5.0));
        drive(&mut lane, action, 1.0);
        speed(&lane)
    };
    near(after([0.0, 0.9, 0.4]), after([0.0, 0.5, 0.0]), 1e-4);
    near(after([0.0, 0.2, 0.3]), after([0.0, 0.0, 0.1]), 1e-4);
}

/// Locked wheels do not steer; antilock brakes do.
#[test]
fn antilock_brakes_leave_the_steering() {
    let aside = |antilock: bool| {
        let mut world = road(0.8, 15.0);
        tune(&mut world, |_, powertrain| powertrain.antilock = antilock);
        let mut lane = lane(world);
        drive(&mut lane, [0.1, 0.0, 1.0], 2.0);
        lane.view().body_named("car").position_m.y
    };
    assert!(aside(false).abs() < 0.1, "locked: {} m", aside(false));
    assert!(aside(true) > 0.5, "antilock: {} m", aside(true));
}

#[test]
fn the_bodies_of_wheels_follow_steer_and_roll() {
    let mut world = road(1.0, 10.0);
    let tyre = Shape::Cylinder {
        radius_m: 0.32,
        half_height_m: 0.1,
    };
    let mut body = Body::new("wheel", tyre)
        .kinematic()
        .untouchable()
        .at([1.3, 0.75, 0.32]);
    body.rotation = Rotation::RpyDeg([90.0, 0.0, 0.0]);
    world.bodies.insert("wheel".into(), body);
    let Some(Mechanism::Vehicle { wheels, .. }) = world.mechanisms.get_mut("drive") else {
        unreachable!("it is a vehicle");
    };
    wheels["front_left"].body = Some("wheel".into());
    let mut lane = lane(world);
    drive(&mut lane, [0.3, 0.0, 0.0], 1.0);
    let (car, wheel) = (lane.view().body_named("car"), lane.view().body_named("wheel"));
    let local = car.rotation.inverse() * (wheel.position_m - car.position_m);
    near(local.x, 1.3, 0.01);
    near(local.y, 0.75, 0.01);
    near(wheel.position_m.z, 0.32, 0.02);
    // Its axis is that of the axle, turned with the steering.
    let axis = car.rotation.inverse() * wheel.rotation * Vec3::Z;
    near(libm::atan2f(axis.x, -axis.y).abs(), 0.3, 0.01);
    // It rolls: 10 m/s / 0.32 m.
    let spin = wheel.angular_velocity_radps.length();
    assert!((25.0..35.0).contains(&spin), "{spin} rad/s");
}

#[test]
fn a_fork_of_a_vehicle_goes_on_bit_for_bit() {
    let mut lane = lane(road(0.7, 12.0));
    drive(&mut lane, [0.2, 0.3, 0.0], 1.0);
    let mut fork = lane.fork();
    for step in 0..60 {
        let action = [
            0.3 * libm::sinf(step as f32 * 0.2),
            0.5,
            if step > 30 { 0.6 } else { 0.0 },
        ];
        lane.step(&action).expect("the world stays sound");
        fork.step(&action).expect("the world stays sound");
        assert_eq!(lane.digest(), fork.digest(), "step {step}");
    }
    fork.step(&[0.0, 0.0, 1.0]).expect("the world stays sound");
    lane.step(&COAST).expect("the world stays sound");
    assert_ne!(lane.digest(), fork.digest());
}

#[test]
fn what_is_wrong_with_a_vehicle_is_said() {
    let refused = |change: &dyn Fn(&mut World<f32>), place: &str| {
        let mut world = road(1.0, 0.0);
        change(&mut world);
        let plan = WorldPlan {
            world,
            ..WorldPlan::default()
        };
        let error = Lane::new(Arc::new(plan)).map(|_| ()).expect_err("it is wrong");
        assert!(error.to_string().contains(place), "{error}");
    };
    refused(
        &|world| world.bodies["car"].motion = Motion::Kinematic,
        "mechanisms.drive.body",
    );
    refused(
        &|world| {
            let Some(Mechanism::Vehicle { wheels, .. }) = world.mechanisms.get_mut("drive") else {
                unreachable!("it is a vehicle");
            };
            wheels["rear_left"].radius_m = 0.0;
        },
        "mechanisms.drive.wheels.rear_left.radius_m",
    );
}

/// What a car's bus carries: what it is told, its forces, and what its wheels tell. Locked wheels tell of no speed.
#[test]
fn a_vehicle_reports_pedals_forces_and_wheels() {
    let world = road(0.8, 12.0);
    let names: Vec<String> = terrella_sim::telemetry::readings(&world)
        .into_iter()
        .map(|reading| reading.name)
        .collect();
    let wheels = ["front_left", "front_right", "rear_left", "rear_right"];
    let known = ["steer", "throttle", "brake", "engine", "tyres", "steer", "speed"].map(String::from);
    let all = known
        .into_iter()
        .chain(wheels.map(|wheel| format!("wheel_{wheel}")))
        .map(|name| format!("drive.{name}"));
    assert_eq!(names, all.collect::<Vec<_>>());
    let told = |lane: &mut Lane, action: [f32; 3]| {
        for _ in 0..10 {
            lane.step(&action).expect("the world stays sound");
        }
        lane.view().telemetry().to_vec()
    };
    let mut lane = lane(world.clone());
    let drives = told(&mut lane, [0.1, 0.5, 0.0]);
    let speed = lane.view().body_named("car").linear_velocity_mps.length();
    assert_eq!(drives[..3], [0.1, 0.5, 0.0]);
    // Its power limits it at this speed: 60 kW.
    let engine = 0.5 * 60_000.0 / speed;
    near(drives[3], engine, 30.0);
    near(drives[4], engine - 0.012 * MASS_KG * G, 50.0);
    near(drives[5], 0.1, 1e-3);
    near(drives[6], speed, 0.2);
    near(drives[7] * 0.32, speed, 0.4);
    let mut lane = super::lane(world);
    let brakes = told(&mut lane, BRAKE);
    near(brakes[4], -0.8 * MASS_KG * G, 300.0);
    near(brakes[6], 0.0, 0.0);
}

/// A car that is told curvature and acceleration, on a road of friction 1 that climbs by `grade` along +x.
fn asked(grade: f32, speed_mps: f32) -> Lane {
    let mut world = road(1.0, speed_mps);
    tune(&mut world, |_, powertrain| powertrain.drag_area_m2 = 0.7);
    let climbs = libm::atanf(grade);
    let (sin, cos) = (libm::sinf(climbs), libm::cosf(climbs));
    world.gravity_mps2 = [-G * sin, 0.0, -G * cos];
    let Some(Mechanism::Vehicle { command, .. }) = world.mechanisms.get_mut("drive") else {
        unreachable!("it is a vehicle");
    };
    *command = VehicleCommand::Curvature {
        max_acceleration_mps2: 4.0,
        max_braking_mps2: 8.0,
    };
    lane(world)
}

/// It gets the acceleration that it is told, uphill and downhill and against the air, as far as the engine is able to.
#[test]
fn a_vehicle_that_is_told_an_acceleration_has_it() {
    for (grade, told) in [
        (0.0, 1.5_f32),
        (0.1, 1.5),
        (-0.1, 1.5),
        (0.1, -3.0),
        (-0.1, -3.0),
        (0.0, 0.0),
    ] {
        let mut lane = asked(grade, 15.0);
        for _ in 0..2 * HZ {
            lane.step(&[0.0, told]).expect("the world stays sound");
        }
        // Braking it dives, and believes the slope to be 0.3 degrees steeper.
        near((speed(&lane) - 15.0) / 2.0, told, 0.08);
    }
    let mut lane = asked(0.0, 15.0);
    for _ in 0..HZ {
        lane.step(&[0.0, 4.0]).expect("the world stays sound");
    }
    let most = (60_000.0 / 16.5 - 0.012 * MASS_KG * G - 0.6 * 0.7 * 16.5 * 16.5) / MASS_KG;
    near(speed(&lane) - 15.0, most, 0.1);
}

/// On a slope it stands where it is told to, but for the 2 cm/s at which brakes of this step yield, and does not roll back.
#[test]
fn a_vehicle_that_is_told_to_stand_stands_on_a_slope() {
    for grade in [-0.1, 0.1] {
        let mut lane = asked(grade, 2.0);
        for _ in 0..2 * HZ {
            lane.step(&[0.0, -2.0]).expect("the world stays sound");
        }
        let there = lane.view().body_named("car").position_m;
        for _ in 0..5 * HZ {
            lane.step(&[0.0, -0.5]).expect("the world stays sound");
        }
        let moved = (lane.view().body_named("car").position_m - there).length();
        assert!(moved < 0.1, "it crept {moved} m");
        // Told to go, it goes, uphill too.
        for _ in 0..HZ {
            lane.step(&[0.0, 1.0]).expect("the world stays sound");
        }
        near(speed(&lane), 1.0, 0.1);
    }
}

/// Slow, it goes round on the curvature that it is told; its channels have units and ranges.
#[test]
fn a_vehicle_that_is_told_a_curvature_goes_round_on_it() {
    for told in [0.04_f32, -0.08] {
        let mut lane = asked(0.0, 5.0);
        for _ in 0..6 * HZ {
            lane.step(&[told, 0.0]).expect("the world stays sound");
        }
        let car = lane.view().body_named("car");
        // That of its centre, half a wheelbase in front of the axle that does not steer.
        let wanted = told / (1.0 + 0.25 * WHEELBASE_M * WHEELBASE_M * told * told).sqrt();
        let speed = car.linear_velocity_mps.truncate().length();
        near(car.angular_velocity_radps.z / speed, wanted, 0.04 * wanted.abs());
    }
    let lane = asked(0.0, 5.0);
    let channels = &lane.view().action_space().channels;
    let shown: Vec<_> = channels.iter().map(|own| (own.name.as_str(), own.unit)).collect();
    assert_eq!(
        shown,
        [("drive.curvature", "1/m"), ("drive.acceleration", "m/s^2")]
    );
    near(channels[0].high, libm::tanf(0.6) / WHEELBASE_M, 1e-6);
    assert_eq!((channels[1].low, channels[1].high), (-8.0, 4.0));
}

/// A ride feels what its windows say: a constant acceleration, a constant turn, and nothing at a constant speed; the time over a limit
/// is counted.
#[test]
fn comfort_tells_accelerations_and_jerk() {
    let mut world = road(1.0, 10.0);
    world.mechanisms.insert(
        "comfort".into(),
        Mechanism::Comfort {
            body: "car".into(),
            window_secs: 0.5,
            max_acceleration_mps2: 2.5,
            max_braking_mps2: 3.5,
            max_lateral_mps2: 3.0,
            max_jerk_mps3: 4.0,
        },
    );
    let felt = |lane: &Lane| -> Vec<f32> {
        let view = lane.view();
        let own = |name: &str| name.starts_with("comfort.");
        let all = view.readings().iter().zip(view.telemetry());
        all.filter(|(reading, _)| own(&reading.name))
            .map(|(_, value)| *value)
            .collect()
    };
    // Half of the brakes: 0.8 g, and a jerk while that sets in.
    let mut lane = lane(world.clone());
    drive(&mut lane, COAST, 2.0);
    let [along, across, jerk, _, comfortable, secs] = felt(&lane)[..] else {
        panic!("it reports six numbers");
    };
    near(along, -0.012 * G, 0.05);
    near(across, 0.0, 0.05);
    near(jerk, 0.0, 0.2);
    assert_eq!((comfortable, secs), (1.0, 0.0));
    drive(&mut lane, [0.0, 0.0, 0.4], 0.5);
    let [along, _, jerk, _, comfortable, secs] = felt(&lane)[..] else {
        panic!("it reports six numbers");
    };
    near(along, -(0.4 * 1.6 + 0.012) * G, 0.3);
    near(jerk, -0.4 * 1.6 * G / 0.5, 0.8);
    assert_eq!(comfortable, 0.0);
    assert!(secs > 0.1 && secs < 0.5, "{secs} s");
    let mut lane = self::lane(world);
    drive(&mut lane, [0.06, 0.2, 0.0], 3.0);
    let car = lane.view().body_named("car");
    let wanted = car.linear_velocity_mps.truncate().length() * car.angular_velocity_radps.z;
    near(felt(&lane)[1], wanted, 0.15);
}
