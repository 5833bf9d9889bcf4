//! What turns or moves a kinematic body: tilter, turret, and gantries that are late; and what strikes one.

use super::*;

/// What the gauge reports.
fn level(lane: &Lane) -> f32 {
    let view = lane.view();
    let at = (view.readings().iter()).position(|reading| reading.name == "gauge.level");
    view.telemetry()[at.expect("a gauge reports it")]
}

/// A tilter's body, what it carries, and a gauge in its frame.
#[test]
fn a_tilter_moves_tilts_and_carries_within_its_ranges() {
    let mut world = World::<f32> {
        control_hz: HZ,
        ..World::default()
    };
    let cube = |half: f32| {
        let shape = Shape::Box {
            half_extents_m: [half; 3],
        };
        Body::new("cup", shape).kinematic()
    };
    world.bodies.insert("cup".into(), cube(0.05).at([0.0, 0.2, 1.0]));
    world.bodies.insert("mark".into(), cube(0.01).at([0.0, 0.2, 1.1]));
    world.liquids.insert(
        "water".into(),
        Liquid {
            fill: vec![Fill {
                low_m: [-0.06, 0.14, 1.2],
                high_m: [0.06, 0.26, 1.24],
            }],
            ..Liquid::default()
        },
    );
    world.mechanisms.insert(
        "hand".into(),
        Mechanism::Tilter {
            body: "cup".into(),
            carries: vec!["mark".into()],
            max_speed_mps: 0.5,
            max_acceleration_mps2: 100.0,
            low_m: [-0.1, 0.9],
            high_m: [0.3, 1.2],
            max_tilt_radps: 2.0,
            max_tilt_acceleration_radps2: 400.0,
            tilt_rad: [0.0, 0.5 * std::f32::consts::PI],
        },
    );
    world.mechanisms.insert(
        "gauge".into(),
        Mechanism::Gauge {
            liquid: "water".into(),
            body: "cup".into(),
            low_m: [-0.061, -0.06, 0.19],
            high_m: [0.0, 0.06, 0.3],
            floor_m: [0.0, 0.0, 0.05],
        },
    );
    let mut lane = lane(world.clone());
    near(state(&lane, "gauge"), 0.5, 1e-6);
    // The water is filled in up to 1.24 m, and the cup ends at 1.05 m.
    near(level(&lane), 0.19, 1e-5);
    for _ in 0..20 {
        lane.step(&[0.2, 0.0, 9.0]).expect("the world stays sound");
    }
    // A quarter turn about y takes what was above to +x.
    let view = lane.view();
    near(state(&lane, "hand"), 0.5 * std::f32::consts::PI, 1e-4);
    let (cup, mark) = (
        view.body_named("cup").position_m,
        view.body_named("mark").position_m,
    );
    near(cup.x, 0.2, 0.01);
    near(cup.z, 1.0, 1e-4);
    near(mark.x - cup.x, 0.1, 1e-3);
    near(mark.z - cup.z, 0.0, 1e-3);
    near(mark.y, 0.2, 1e-4);
    for _ in 0..40 {
        lane.step(&[0.5, 0.5, -2.0]).expect("the world stays sound");
    }
    let pose = Pose {
        position_m: [0.0; 3],
        rotation_xyzw: [0.0, 0.0, 0.0, 1.0],
    };
    let cup = lane.view().body_named("cup").position_m;
    near(cup.x, 0.3, 1e-4);
    near(cup.z, 1.2, 1e-4);
    near(state(&lane, "hand"), 0.0, 1e-4);
    assert_eq!(
        lane.view().liquid_particles_in(0, &pose, [-99.0; 3], [99.0; 3]),
        72
    );

    world.bodies["mark"].motion = Motion::Dynamic;
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    let error = Lane::new(Arc::new(plan))
        .map(|_| ())
        .expect_err("what is carried is kinematic");
    assert!(error.to_string().contains("mechanisms.hand.carries"), "{error}");
}

/// A kinematic body called `head` at the origin, turned by 90 degrees to the left.
fn head(mechanism: Mechanism<f32>) -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        ..World::default()
    };
    let mut body = Body::new("head", Shape::Ball { radius_m: 0.1 }).kinematic();
    body.rotation = Rotation::RpyDeg([0.0, 0.0, 90.0]);
    world.bodies.insert("head".into(), body);
    world.mechanisms.insert("move".into(), mechanism);
    world
}

fn turret(yaw_limits_rad: [f32; 2]) -> Mechanism<f32> {
    Mechanism::Turret {
        body: "head".into(),
        max_speed_radps: 1.0,
        max_acceleration_radps2: 100.0,
        yaw_limits_rad,
        pitch_limits_rad: [-0.3, 0.4],
    }
}

#[test]
fn a_turret_looks_left_and_up_at_the_commanded_rates_and_stops_at_its_limits() {
    let mut lane = lane(head(turret([-1.0, 1.0])));
    let ahead = |lane: &Lane| lane.view().body_named("head").rotation * terrella_sim::glam::Vec3::X;
    for _ in 0..10 {
        lane.step(&[0.6, 0.4]).expect("sound");
    }
    // 0.3 rad to the left of +y, and 0.2 rad up; each a hair less for the start from rest.
    let seen = ahead(&lane);
    near(seen.z, libm::sinf(0.2), 0.003);
    near(libm::atan2f(-seen.x, seen.y), 0.3, 0.003);
    for _ in 0..60 {
        lane.step(&[-1.0, 1.0]).expect("sound");
    }
    let seen = ahead(&lane);
    near(seen.z, libm::sinf(0.4), 1e-4);
    near(libm::atan2f(seen.x, seen.y), 1.0, 1e-4);
}

#[test]
fn a_turret_whose_start_is_outside_its_limits_is_refused() {
    let plan = WorldPlan {
        world: head(turret([0.1, 1.0])),
        ..WorldPlan::default()
    };
    let error = Lane::new(Arc::new(plan))
        .err()
        .expect("it is refused")
        .to_string();
    assert!(error.contains("mechanisms.move.yaw_limits_rad"), "{error}");
}

/// A gantry along x and z whose commands arrive after this time.
fn late(delay_secs: Option<f32>) -> World<f32> {
    head(Mechanism::Gantry {
        body: "head".into(),
        axes: "xz".into(),
        max_speed_mps: 1.0,
        max_acceleration_mps2: 1e4,
        low_m: [-9.0; 3],
        high_m: [9.0; 3],
        delay_secs,
    })
}

#[test]
fn a_gantry_with_a_delay_does_later_what_it_is_told() {
    let (mut prompt, mut late) = (lane(late(None)), lane(late(Some(0.1))));
    let place = |lane: &Lane| lane.view().body_named("head").position_m;
    for step in 0..20 {
        // For a second this way, for another the other way; x and z are not mixed up.
        let command = if step < 10 { [1.0, -0.5] } else { [-1.0, 0.5] };
        prompt.step(&command).expect("sound");
        late.step(&command).expect("sound");
        let (now, then) = (place(&prompt), place(&late));
        if step < 10 {
            near(now.x - then.x, (0.05 * (step + 1) as f32).min(0.1), 1e-4);
            near(now.z - then.z, (-0.025 * (step + 1) as f32).max(-0.05), 1e-4);
        }
    }
    near(place(&late).x - place(&prompt).x, 0.1, 1e-4);
}

#[test]
fn commands_on_their_way_are_part_of_a_lanes_state() {
    let mut lane = lane(late(Some(0.5)));
    let mut other = lane.fork();
    lane.step(&[1.0, 0.0]).expect("sound");
    other.step(&[0.0, 0.0]).expect("sound");
    // Nothing has moved yet, but the two will differ.
    assert_eq!(lane.view().body_rows(), other.view().body_rows());
    assert_ne!(lane.digest(), other.digest());
    let mut fork = lane.fork();
    for _ in 0..20 {
        lane.step(&[0.0, 0.3]).expect("sound");
        fork.step(&[0.0, 0.3]).expect("sound");
    }
    assert_eq!(lane.digest(), fork.digest());
    assert!(lane.view().body_named("head").position_m.x > 0.04);
}

#[test]
fn a_delay_that_is_too_long_is_refused() {
    let plan = WorldPlan {
        world: late(Some(1.5)),
        ..WorldPlan::default()
    };
    let error = Lane::new(Arc::new(plan))
        .err()
        .expect("it is refused")
        .to_string();
    assert!(error.contains("mechanisms.move.delay_secs"), "{error}");
}

/// Each axis had the largest impulse of its own, so that diagonal strikes were 1.7 times as strong as the field says.
#[test]
fn a_diagonal_strike_is_no_stronger_than_others() {
    let struck = |impulse: [f32; 3]| {
        let mut world = World::<f32> {
            control_hz: HZ,
            gravity_mps2: [0.0; 3],
            ..World::default()
        };
        let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.05 });
        ball.material.mass_kg = Some(0.5);
        world.bodies.insert("ball".into(), ball);
        world.mechanisms.insert(
            "cue".into(),
            Mechanism::Strike {
                body: "ball".into(),
                axes: "xyz".into(),
                max_impulse_ns: 1.0,
                min_impulse_ns: 0.1,
                rest_speed_mps: 0.01,
            },
        );
        let mut lane = lane(world);
        lane.step(&impulse).expect("the world stays sound");
        lane.view().body_named("ball").linear_velocity_mps
    };
    near(struck([0.6, 0.0, 0.0]).x, 1.2, 1e-3);
    let diagonal = struck([1.0, -1.0, 1.0]);
    near(diagonal.length(), 2.0, 1e-3);
    near(diagonal.x, 2.0 / 3.0_f32.sqrt(), 1e-3);
    near(diagonal.y, -2.0 / 3.0_f32.sqrt(), 1e-3);
}

/// Without gravity a ball that spins flies in a circle, of radius v / (share * spin), at a constant speed.
#[test]
fn a_ball_that_spins_flies_in_a_circle() {
    let mut world = World::<f32> {
        control_hz: HZ,
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let mut ball = Body::new("ball", Shape::Ball { radius_m: 0.05 });
    ball.linear_velocity_mps = [2.0, 0.0, 0.0];
    // It rolls on, seen along its way: topspin, which bends it down.
    ball.angular_velocity_radps = [0.0, 50.0, 0.0];
    world.bodies.insert("ball".into(), ball);
    let lift = Mechanism::SpinLift {
        body: "ball".into(),
        share: 0.02,
    };
    world.mechanisms.insert("lift".into(), lift);
    let mut lane = lane(world);
    // A quarter of a circle of 2 m takes half of pi seconds.
    let secs = std::f32::consts::FRAC_PI_2;
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&[]).expect("the world stays sound");
    }
    let ball = lane.view().body_named("ball");
    near(ball.position_m.x, 2.0, 0.05);
    near(ball.position_m.z, -2.0, 0.05);
    near(ball.linear_velocity_mps.length(), 2.0, 0.02);
}
