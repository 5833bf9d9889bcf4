//! Joints: limits, motors, signs and energies against closed forms, for both solvers that can hold a joint.

use std::f32::consts::PI;
use std::sync::Arc;
use terrella_sim::lane::Lane;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Rotation, Shape};
use terrella_spec::world::{
    Body, FreeAxis, Freedom, Joint, JointAxis, Mechanism, Motor, Physics, Preset, World,
};

const GRAVITY: f32 = 9.81;
const BALL_RADIUS_M: f32 = 0.05;
const LENGTH_M: f32 = 0.8;
const MASS_KG: f32 = 1.5;
/// Of the pendulum about its hinge, kg m^2.
const INERTIA: f32 = MASS_KG * (LENGTH_M * LENGTH_M + 0.4 * BALL_RADIUS_M * BALL_RADIUS_M);

fn empty(gravity: f32) -> World<f32> {
    World {
        control_hz: 240,
        gravity_mps2: [0.0, 0.0, -gravity],
        physics: Physics {
            preset: Preset::Jointed,
            step_hz: None,
        },
        ..World::default()
    }
}

fn ball() -> Body<f32> {
    let mut body = Body::new(
        "ball",
        Shape::Ball {
            radius_m: BALL_RADIUS_M,
        },
    );
    body.material.mass_kg = Some(MASS_KG);
    body
}

fn joint(freedom: Freedom<f32>, reduced: bool) -> Joint<f32> {
    Joint {
        parent: "world".into(),
        child: "ball".into(),
        anchor_parent_m: [0.0; 3],
        anchor_child_m: [0.0; 3],
        freedom,
        motor: None,
        contacts: false,
        reduced,
        damping: 0.0,
    }
}

fn hinge() -> Freedom<f32> {
    Freedom::Hinge {
        axis: [0.0, 1.0, 0.0],
        limits_rad: None,
    }
}

fn slider(limits_m: Option<[f32; 2]>) -> Freedom<f32> {
    Freedom::Slider {
        axis: [1.0, 0.0, 0.0],
        limits_m,
    }
}

/// A ball that hangs from the world's origin by a massless rod, turned about Y by `angle_rad`.
fn pendulum(gravity: f32, angle_rad: f32, reduced: bool) -> World<f32> {
    let mut world = empty(gravity);
    let mut body = ball().at([
        -LENGTH_M * libm::sinf(angle_rad),
        0.0,
        -LENGTH_M * libm::cosf(angle_rad),
    ]);
    body.rotation = Rotation::RpyDeg([0.0, angle_rad.to_degrees(), 0.0]);
    world.bodies.insert("ball".into(), body);
    let hinge = Joint {
        anchor_child_m: [0.0, 0.0, LENGTH_M],
        ..joint(hinge(), reduced)
    };
    world.joints.insert("hinge".into(), hinge);
    world
}

/// A ball on a rail along X.
fn rail(reduced: bool) -> World<f32> {
    let mut world = empty(0.0);
    world.bodies.insert("ball".into(), ball());
    world.joints.insert("rail".into(), joint(slider(None), reduced));
    world
}

fn lane(world: World<f32>) -> Lane {
    Lane::new(Arc::new(WorldPlan {
        world,
        ..WorldPlan::default()
    }))
    .expect("the world is right")
}

fn run(lane: &mut Lane, steps: usize, action: &[f32]) {
    for _ in 0..steps {
        lane.step(action).expect("no fault");
    }
}

fn drive(world: &mut World<f32>, joint: &str) {
    let drive = Mechanism::Drive {
        joint: joint.into(),
        max_force: 100.0,
        pulley_radius_m: None,
        delay_secs: 0.0,
    };
    world.mechanisms.insert("drive".into(), drive);
}

#[track_caller]
fn near(value: f32, expected: f32, tolerance: f32) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not within {tolerance} of {expected}"
    );
}

#[test]
fn the_period_of_a_pendulum_is_the_formulas() {
    for reduced in [false, true] {
        let angle = 0.1f32;
        let mut lane = lane(pendulum(GRAVITY, angle, reduced));
        let mut crossings = Vec::new();
        let mut last = lane.view().joint_position(0);
        for step in 1..240 * 20 {
            lane.step(&[]).expect("no fault");
            let now = lane.view().joint_position(0);
            if last < 0.0 && now >= 0.0 {
                crossings.push((step as f32 - now / (now - last)) / 240.0);
            }
            last = now;
        }
        let periods = crossings.len() - 1;
        assert!(periods >= 9, "{periods} periods in 20 s");
        let period = (crossings[periods] - crossings[0]) / periods as f32;
        let small = 2.0 * PI * (INERTIA / (MASS_KG * GRAVITY * LENGTH_M)).sqrt();
        let formula = small * (1.0 + angle * angle / 16.0);
        near(period / formula, 1.0, 1e-3);
    }
}

#[test]
fn a_reduced_pendulum_keeps_its_energy_for_30_s() {
    let mut lane = lane(pendulum(GRAVITY, 1.5, true));
    let energy = |lane: &Lane| {
        let speed = lane.view().joint_velocity(0);
        let lift = LENGTH_M * (1.0 - libm::cosf(lane.view().joint_position(0)));
        0.5 * INERTIA * speed * speed + MASS_KG * GRAVITY * lift
    };
    let start = energy(&lane);
    let mut worst = 0.0f32;
    for _ in 0..240 * 30 {
        lane.step(&[]).expect("no fault");
        worst = worst.max((energy(&lane) / start - 1.0).abs());
    }
    assert!(worst < 5e-3, "the energy is off by {worst}");
}

#[test]
fn a_joint_starts_where_and_as_fast_as_its_bodies() {
    for reduced in [false, true] {
        let mut world = pendulum(0.0, 1.0, reduced);
        let body = &mut world.bodies["ball"];
        let spin = 2.0f32;
        body.angular_velocity_radps = [0.0, spin, 0.0];
        // omega x r with r from the hinge to the ball.
        let [x, _, z] = body.position_m;
        body.linear_velocity_mps = [spin * z, 0.0, -spin * x];
        let mut lane = lane(world);
        near(lane.view().joint_position(0), 1.0, 1e-5);
        near(lane.view().joint_velocity(0), spin, 1e-5);
        run(&mut lane, 120, &[]);
        near(lane.view().joint_position(0), 1.0 + 0.5 * spin, 2e-3);
        near(lane.view().joint_velocity(0), spin, 2e-3);

        let mut world = rail(reduced);
        let body = &mut world.bodies["ball"];
        body.position_m = [0.3, 0.0, 0.0];
        body.linear_velocity_mps = [-0.5, 0.0, 0.0];
        let mut lane = self::lane(world);
        near(lane.view().joint_position(0), 0.3, 1e-6);
        run(&mut lane, 240, &[]);
        near(lane.view().joint_position(0), -0.2, 1e-3);
        near(lane.view().joint_velocity(0), -0.5, 1e-4);
    }
}

#[test]
fn the_velocity_of_a_swinging_joint_is_the_change_of_its_position() {
    for reduced in [false, true] {
        let mut lane = lane(pendulum(GRAVITY, 0.7, reduced));
        let mut positions = vec![lane.view().joint_position(0)];
        let mut velocities = vec![0.0];
        for _ in 0..200 {
            lane.step(&[]).expect("no fault");
            positions.push(lane.view().joint_position(0));
            velocities.push(lane.view().joint_velocity(0));
        }
        for step in 1..200 {
            let change = (positions[step + 1] - positions[step - 1]) * 120.0;
            near(velocities[step], change, 0.02);
        }
    }
}

#[test]
fn a_drive_accelerates_by_effort_over_inertia_and_in_its_direction() {
    for reduced in [false, true] {
        for torque in [0.6f32, -0.6] {
            let mut world = pendulum(0.0, 0.3, reduced);
            drive(&mut world, "hinge");
            let mut lane = lane(world);
            run(&mut lane, 240, &[torque]);
            near(
                lane.view().joint_velocity(0),
                torque / INERTIA,
                0.02 * (torque / INERTIA).abs(),
            );
            let turned = lane.view().joint_position(0) - 0.3;
            near(turned, 0.5 * torque / INERTIA, 0.02 * (torque / INERTIA).abs());
        }
        for force in [2.0f32, -2.0] {
            let mut world = rail(reduced);
            drive(&mut world, "rail");
            let mut lane = lane(world);
            run(&mut lane, 240, &[force]);
            near(lane.view().joint_velocity(0), force / MASS_KG, 0.02);
            near(lane.view().joint_position(0), 0.5 * force / MASS_KG, 0.02);
            // A push lasts as long as its command.
            run(&mut lane, 240, &[0.0]);
            near(lane.view().joint_velocity(0), force / MASS_KG, 0.02);
        }
    }
}

#[test]
fn a_pulley_turns_torque_into_force_and_a_delay_holds_it_back() {
    let mut world = rail(true);
    let (radius, delay_secs) = (0.05, 0.1);
    let mechanism = Mechanism::Drive {
        joint: "rail".into(),
        max_force: 1.0,
        pulley_radius_m: Some(radius),
        delay_secs,
    };
    world.mechanisms.insert("drive".into(), mechanism);
    let mut lane = lane(world);
    assert_eq!(lane.view().action_space().channels[0].name, "drive.torque");
    run(&mut lane, 24, &[0.2]);
    near(lane.view().joint_velocity(0), 0.0, 1e-6);
    run(&mut lane, 216, &[0.2]);
    near(lane.view().joint_velocity(0), 0.9 * 0.2 / radius / MASS_KG, 0.02);
}

#[test]
fn a_drive_between_free_bodies_keeps_their_momentum() {
    let mut world = empty(0.0);
    world.bodies.insert("ball".into(), ball().at([0.4, 0.2, 0.0]));
    let mut base = Body::new(
        "base",
        Shape::Box {
            half_extents_m: [0.1, 0.1, 0.1],
        },
    );
    base.material.mass_kg = Some(4.0);
    world.bodies.insert("base".into(), base);
    let rail = Joint {
        parent: "base".into(),
        anchor_parent_m: [0.4, 0.2, 0.0],
        ..joint(slider(None), false)
    };
    world.joints.insert("rail".into(), rail);
    drive(&mut world, "rail");
    let mut lane = lane(world);
    run(&mut lane, 120, &[3.0]);
    let (ball, base) = (lane.view().body_named("ball"), lane.view().body_named("base"));
    let momentum = ball.linear_velocity_mps * MASS_KG + base.linear_velocity_mps * 4.0;
    assert!(momentum.length() < 1e-3, "momentum {momentum}");
    // About the origin: orbits and spins.
    let base_inertia = 4.0 * 2.0 * 0.1 * 0.1 / 3.0;
    let ball_inertia = 0.4 * MASS_KG * BALL_RADIUS_M * BALL_RADIUS_M;
    let angular = ball.position_m.cross(ball.linear_velocity_mps) * MASS_KG
        + base.position_m.cross(base.linear_velocity_mps) * 4.0
        + ball.angular_velocity_radps * ball_inertia
        + base.angular_velocity_radps * base_inertia;
    assert!(angular.length() < 5e-3, "angular momentum {angular}");
    assert!(lane.view().joint_velocity(0) > 0.5, "the ball moves outwards");
}

#[test]
fn limits_stop_a_slider_on_both_sides() {
    for reduced in [false, true] {
        for sign in [1.0f32, -1.0] {
            let mut world = rail(reduced);
            world.joints["rail"].freedom = slider(Some([-0.2, 0.35]));
            drive(&mut world, "rail");
            let mut lane = lane(world);
            run(&mut lane, 720, &[3.0 * sign]);
            near(
                lane.view().joint_position(0),
                if sign > 0.0 { 0.35 } else { -0.2 },
                3e-3,
            );
            near(lane.view().joint_velocity(0), 0.0, 1e-2);
        }
    }
}

#[test]
fn motors_reach_positions_and_velocities_and_no_more_than_their_force() {
    let motor = |target_position, target_velocity, stiffness, damping, max_force| {
        Some(Motor {
            target_position,
            target_velocity,
            stiffness,
            damping,
            max_force,
        })
    };
    for reduced in [false, true] {
        let mut world = pendulum(0.0, 0.0, reduced);
        world.joints["hinge"].motor = motor(0.9, 0.0, 40.0, 8.0, 100.0);
        let mut lane = lane(world);
        run(&mut lane, 960, &[]);
        near(lane.view().joint_position(0), 0.9, 2e-3);

        let mut world = rail(reduced);
        world.joints["rail"].motor = motor(0.0, -0.7, 0.0, 50.0, 100.0);
        let mut lane = self::lane(world);
        run(&mut lane, 240, &[]);
        near(lane.view().joint_velocity(0), -0.7, 2e-3);

        let mut world = rail(reduced);
        world.joints["rail"].motor = motor(0.0, 5.0, 0.0, 1000.0, 0.3);
        let mut lane = self::lane(world);
        run(&mut lane, 240, &[]);
        near(lane.view().joint_velocity(0), 0.3 / MASS_KG, 4e-3);
    }
}

/// A door of 0.8 m x 2 m in the accurate preset.
fn door(reduced: bool, limits_rad: Option<[f32; 2]>) -> World<f32> {
    let mut world = empty(GRAVITY);
    world.physics.preset = Preset::Accurate;
    let mut leaf = Body::new(
        "door",
        Shape::Box {
            half_extents_m: [0.4, 0.02, 1.0],
        },
    )
    .at([0.4, 0.0, 1.0]);
    leaf.material.mass_kg = Some(20.0);
    world.bodies.insert("ball".into(), leaf);
    let freedom = Freedom::Hinge {
        axis: [0.0, 0.0, 1.0],
        limits_rad,
    };
    let hinge = Joint {
        anchor_parent_m: [0.0, 0.0, 1.0],
        anchor_child_m: [-0.4, 0.0, 0.0],
        ..joint(freedom, reduced)
    };
    world.joints.insert("hinge".into(), hinge);
    world
}

/// The two solvers differ here: impulses along a hinge converge slowly for a body that is small against its distance
/// from the hinge, so a servo on such a one wants a reduced joint.
#[test]
fn a_servo_turns_a_door_at_the_commanded_rate() {
    for reduced in [false, true] {
        let mut world = door(reduced, None);
        let servo = Mechanism::Servo {
            joint: "hinge".into(),
            max_velocity: 2.0,
            max_force: 50.0,
        };
        world.mechanisms.insert("servo".into(), servo);
        let mut lane = lane(world);
        run(&mut lane, 180, &[-1.2]);
        near(lane.view().joint_velocity(0), -1.2, 0.02);
        run(&mut lane, 180, &[0.4]);
        near(lane.view().joint_velocity(0), 0.4, 0.02);
    }
}

#[test]
fn a_door_comes_to_rest_at_its_limits() {
    for reduced in [false, true] {
        for sign in [1.0f32, -1.0] {
            let mut world = door(reduced, Some([-0.5, 0.8]));
            drive(&mut world, "hinge");
            let mut lane = lane(world);
            run(&mut lane, 960, &[5.0 * sign]);
            near(
                lane.view().joint_position(0),
                if sign > 0.0 { 0.8 } else { -0.5 },
                5e-3,
            );
            near(lane.view().joint_velocity(0), 0.0, 1e-2);
        }
    }
}

#[test]
fn every_reduced_joint_keeps_its_own_damping() {
    let mut world = empty(0.0);
    let (first, second) = (0.5f32, 0.0);
    for (index, damping) in [first, second].into_iter().enumerate() {
        let name = format!("ball_{index}");
        let mut body = ball().at([0.0, index as f32, 0.0]);
        body.linear_velocity_mps = [1.0, 0.0, 0.0];
        world.bodies.insert(name.clone(), body);
        let rail = Joint {
            child: name.clone(),
            anchor_parent_m: [0.0, index as f32, 0.0],
            damping,
            ..joint(slider(None), true)
        };
        world.joints.insert(name, rail);
    }
    let mut lane = lane(world);
    run(&mut lane, 240, &[]);
    near(lane.view().joint_velocity(0), libm::expf(-first / MASS_KG), 2e-3);
    near(lane.view().joint_velocity(1), 1.0, 1e-4);
}

#[test]
fn a_weld_keeps_the_bodies_turned_as_they_are() {
    for reduced in [false, true] {
        let mut world = empty(GRAVITY);
        let mut body = ball().at([0.0, 0.0, 1.0]);
        body.rotation = Rotation::RpyDeg([20.0, 0.0, 35.0]);
        world.bodies.insert("ball".into(), body);
        let weld = Joint {
            anchor_parent_m: [0.0, 0.0, 1.0],
            ..joint(Freedom::Weld {}, reduced)
        };
        world.joints.insert("weld".into(), weld);
        let mut lane = lane(world);
        let start = lane.view().body(0);
        run(&mut lane, 240, &[]);
        let end = lane.view().body(0);
        assert!(
            start.position_m.distance(end.position_m) < 1e-3,
            "it is at {}",
            end.position_m
        );
        let turned = start.rotation.angle_between(end.rotation);
        assert!(turned < 2e-3, "it turned by {turned} rad");
    }
}

#[test]
fn a_ball_joint_swings_in_every_direction() {
    for reduced in [false, true] {
        let mut world = pendulum(GRAVITY, 0.4, reduced);
        world.joints["hinge"].freedom = Freedom::Ball {};
        world.bodies["ball"].linear_velocity_mps = [0.0, 0.5, 0.0];
        // The spin that goes with that velocity: r x v / r^2.
        let [x, _, z] = world.bodies["ball"].position_m;
        let square = LENGTH_M * LENGTH_M;
        world.bodies["ball"].angular_velocity_radps = [-z * 0.5 / square, 0.0, x * 0.5 / square];
        let mut lane = lane(world);
        let (mut aside, mut farthest) = (0.0f32, 0.0f32);
        for _ in 0..480 {
            lane.step(&[]).expect("no fault");
            let place = lane.view().body(0).position_m;
            aside = aside.max(place.y.abs());
            farthest = farthest.max((place.length() - LENGTH_M).abs());
        }
        assert!(aside > 0.1, "it swings {aside} m aside");
        assert!(farthest < 2e-3, "the rod is off by {farthest} m");
    }
}

#[test]
fn a_rope_is_slack_up_to_its_length_and_holds_there() {
    let mut world = empty(GRAVITY);
    world.bodies.insert("ball".into(), ball().at([0.0, 0.0, -0.3]));
    world
        .joints
        .insert("rope".into(), joint(Freedom::Rope { length_m: 1.0 }, false));
    let mut lane = lane(world);
    // 0.3 s of free fall: 0.44 m, still slack.
    run(&mut lane, 72, &[]);
    near(
        lane.view().body(0).position_m.z,
        -0.3 - 0.5 * GRAVITY * 0.09,
        0.01,
    );
    run(&mut lane, 240 * 4, &[]);
    near(lane.view().body(0).position_m.length(), 1.0, 5e-3);
}

#[test]
fn a_spring_has_its_stiffness_and_damping() {
    let mut world = empty(GRAVITY);
    world.bodies.insert("ball".into(), ball().at([0.0, 0.0, -0.5]));
    let spring = Freedom::Spring {
        rest_length_m: 0.5,
        stiffness_npm: 100.0,
        damping_nspm: 4.0,
    };
    world.joints.insert("spring".into(), joint(spring, false));
    let mut lane = lane(world);
    // A damped oscillation about the stretched rest.
    let stretch = MASS_KG * GRAVITY / 100.0;
    let decay = 4.0 / (2.0 * MASS_KG);
    let omega = (100.0 / MASS_KG - decay * decay).sqrt();
    for step in 1..=240 {
        lane.step(&[]).expect("no fault");
        let time = step as f32 / 240.0;
        let swing = libm::cosf(omega * time) + decay / omega * libm::sinf(omega * time);
        let expected = -0.5 - stretch * (1.0 - libm::expf(-decay * time) * swing);
        near(lane.view().body(0).position_m.z, expected, 6e-3);
    }
}

#[test]
fn ropes_and_springs_in_reduced_coordinates_are_refused() {
    let mut world = empty(GRAVITY);
    world.bodies.insert("ball".into(), ball().at([0.0, 0.0, -0.3]));
    world
        .joints
        .insert("rope".into(), joint(Freedom::Rope { length_m: 1.0 }, true));
    let error = Lane::new(Arc::new(WorldPlan {
        world,
        ..WorldPlan::default()
    }))
    .err()
    .expect("refused");
    assert!(error.to_string().contains("joints.rope.reduced"), "{error}");
}

#[test]
fn a_generic_joint_frees_its_axes_and_keeps_their_limits_and_motors() {
    let mut world = empty(GRAVITY);
    world.bodies.insert("ball".into(), ball());
    // A pin in a slot: slides along x up to 0.4 m, falls along z to its limit; y and all rotations are locked.
    let free = |axis, limits, motor| FreeAxis { axis, limits, motor };
    let pull = Motor {
        target_position: 0.0,
        target_velocity: 1.0,
        stiffness: 0.0,
        damping: 100.0,
        max_force: 50.0,
    };
    let freedom = Freedom::Generic {
        free: vec![
            free(JointAxis::X, Some([-0.4, 0.4]), Some(pull)),
            free(JointAxis::Z, Some([-0.3, 0.0]), None),
        ],
    };
    world.joints.insert("slot".into(), joint(freedom, false));
    let mut lane = lane(world);
    run(&mut lane, 240 * 3, &[]);
    let ball = lane.view().body(0).position_m;
    near(ball.x, 0.4, 0.02);
    near(ball.y, 0.0, 1e-3);
    near(ball.z, -0.3, 0.02);
}
