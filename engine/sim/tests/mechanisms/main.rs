//! What mechanisms do: here those of an agent among doors (walker, latch, button, opener) and others that are small; each of the
//! modules has one kind.

mod aim;
mod elevator;
mod equipment;
mod flight;
mod game;
mod grains;
mod hand;
mod legs;
mod lever;
mod movers;
mod pulley;
mod ram;
mod rearranger;
mod robots;
mod stiction;
mod strikes;
mod timing;
mod toggle;
mod traffic;
mod traffic_light;
mod vehicle;
mod wheels;

use std::sync::Arc;
use terrella_sim::lane::Lane;
use terrella_spec::liquid::{Fill, Liquid};
use terrella_spec::plan::WorldPlan;
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Mechanism, Motion, Motor, World};

/// Records a second in these worlds.
const HZ: u32 = 20;
const REST: [f32; 4] = [0.0; 4];
const FORWARD: [f32; 4] = [1.0, 0.0, 0.0, 0.0];

/// A floor and a walker at the origin that faces +x: 1 m/s, 2 rad/s, reach 0.7 m, 100 N.
fn room() -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    let agent = Body::new(
        "agent",
        Shape::Capsule {
            radius_m: 0.2,
            half_height_m: 0.3,
        },
    );
    world
        .bodies
        .insert("agent".into(), agent.kinematic().at([0.0, 0.0, 0.51]));
    world.mechanisms.insert(
        "walk".into(),
        Mechanism::Walker {
            body: "agent".into(),
            max_speed_mps: 1.0,
            max_yaw_radps: 2.0,
            reach_m: 0.7,
            push_force_n: 100.0,
        },
    );
    world
}

/// A fixed block.
fn block(world: &mut World<f32>, name: &str, at: [f32; 3], half_extents_m: [f32; 3]) {
    let body = Body::new("wall", Shape::Box { half_extents_m }).fixed().at(at);
    world.bodies.insert(name.into(), body);
}

/// A door leaf of 20 kg, 0.9 m wide, across the walker's way at x = 1, hinged at y = -0.45. Angles above 0 swing it
/// towards the walker.
fn hinged_door(world: &mut World<f32>, limits_rad: [f32; 2], motor: Option<Motor<f32>>) {
    block(world, "jamb", [1.0, -0.7, 0.7], [0.05, 0.2, 0.7]);
    let mut leaf = Body::new(
        "door",
        Shape::Box {
            half_extents_m: [0.03, 0.45, 0.65],
        },
    )
    .at([1.0, 0.0, 0.67]);
    leaf.material.mass_kg = Some(20.0);
    world.bodies.insert("leaf".into(), leaf);
    world.joints.insert(
        "hinge".into(),
        Joint {
            parent: "jamb".into(),
            child: "leaf".into(),
            anchor_parent_m: [0.0, 0.25, 0.0],
            anchor_child_m: [0.0, -0.45, 0.03],
            freedom: Freedom::Hinge {
                axis: [0.0, 0.0, 1.0],
                limits_rad: Some(limits_rad),
            },
            motor,
            contacts: false,
            reduced: false,
            damping: 0.0,
        },
    );
}

/// Dry friction of a hinge.
fn friction(torque_nm: f32) -> Option<Motor<f32>> {
    Some(Motor {
        target_position: 0.0,
        target_velocity: 0.0,
        stiffness: 0.0,
        damping: 50.0,
        max_force: torque_nm,
    })
}

fn lane(world: World<f32>) -> Lane {
    Lane::new(Arc::new(WorldPlan {
        world,
        ..WorldPlan::default()
    }))
    .expect("the world is sound")
}

/// What is said of a world that cannot be.
fn refused(world: World<f32>) -> String {
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    Lane::new(Arc::new(plan))
        .err()
        .expect("it is refused")
        .to_string()
}

fn go(lane: &mut Lane, action: [f32; 4], secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&action).expect("the world stays sound");
    }
}

fn agent(lane: &Lane) -> [f32; 3] {
    lane.view().body_named("agent").position_m.to_array()
}

fn joint(lane: &Lane) -> f32 {
    lane.view().joint_position(0)
}

fn state(lane: &Lane, name: &str) -> f32 {
    lane.view()
        .mechanism_state(lane.view().mechanism_index(name).expect("it exists"))
}

#[track_caller]
fn near(got: f32, want: f32, tolerance: f32) {
    assert!(
        (got - want).abs() <= tolerance,
        "got {got}, want {want} within {tolerance}"
    );
}

#[test]
fn a_walker_walks_as_fast_as_it_is_told_and_stays_on_the_floor() {
    let mut lane = lane(room());
    go(&mut lane, [0.5, 0.0, 0.0, 0.0], 2.0);
    near(agent(&lane)[0], 1.0, 0.01);
    near(agent(&lane)[1], 0.0, 1e-3);
    near(agent(&lane)[2], 0.51, 0.012);
    near(lane.view().body_named("agent").linear_velocity_mps.x, 0.5, 0.01);
}

#[test]
fn a_walker_goes_sideways_turns_and_then_goes_where_it_faces() {
    let mut lane = lane(room());
    go(&mut lane, [0.0, 0.5, 0.0, 0.0], 1.0);
    near(agent(&lane)[1], 0.5, 0.01);
    go(&mut lane, [0.0, 0.0, 0.5 * std::f32::consts::PI, 0.0], 1.0);
    go(&mut lane, FORWARD, 1.0);
    near(agent(&lane)[0], 0.0, 0.02);
    near(agent(&lane)[1], 1.5, 0.02);
}

#[test]
fn a_walkers_diagonal_is_no_faster() {
    let mut lane = lane(room());
    go(&mut lane, [1.0, 1.0, 0.0, 0.0], 1.0);
    let [x, y, _] = agent(&lane);
    near((x * x + y * y).sqrt(), 1.0, 0.02);
}

#[test]
fn a_walker_stops_at_a_wall_and_slides_along_it() {
    let mut world = room();
    block(&mut world, "wall", [1.0, 0.0, 0.7], [0.1, 5.0, 0.7]);
    let mut lane = lane(world);
    go(&mut lane, FORWARD, 2.0);
    near(agent(&lane)[0], 0.69, 0.02);
    go(&mut lane, [0.7, 0.7, 0.0, 0.0], 2.0);
    near(agent(&lane)[0], 0.69, 0.02);
    near(agent(&lane)[1], 1.4, 0.1);
}

#[test]
fn a_walker_climbs_a_step_of_a_hands_breadth_and_no_table() {
    for (height, climbs) in [(0.1_f32, true), (0.5, false)] {
        let mut world = room();
        block(
            &mut world,
            "step",
            [1.5, 0.0, 0.5 * height],
            [0.8, 2.0, 0.5 * height],
        );
        let mut lane = lane(world);
        go(&mut lane, FORWARD, 1.5);
        assert_eq!(agent(&lane)[0] > 1.2, climbs, "{height} m: at {:?}", agent(&lane));
        near(agent(&lane)[2], if climbs { 0.51 + height } else { 0.51 }, 0.02);
    }
}

#[test]
fn what_is_only_seen_does_not_stop_a_walker() {
    let mut world = room();
    let mark = Body::new(
        "mark",
        Shape::Box {
            half_extents_m: [0.1, 0.5, 0.5],
        },
    )
    .fixed()
    .at([0.7, 0.0, 0.6]);
    world.bodies.insert("mark".into(), mark.untouchable());
    let mut lane = lane(world);
    go(&mut lane, FORWARD, 1.5);
    near(agent(&lane)[0], 1.5, 0.02);
}

#[test]
fn walking_into_a_light_box_pushes_it_and_a_heavy_one_stays() {
    for (mass_kg, moves) in [(4.0, true), (200.0, false)] {
        let mut world = room();
        let mut crate_ = Body::new(
            "box",
            Shape::Box {
                half_extents_m: [0.2, 0.2, 0.2],
            },
        )
        .at([0.6, 0.0, 0.2]);
        crate_.material.mass_kg = Some(mass_kg);
        world.bodies.insert("crate".into(), crate_);
        let mut lane = lane(world);
        go(&mut lane, FORWARD, 2.0);
        let x = lane.view().body_named("crate").position_m.x;
        assert_eq!(x > 1.0, moves, "{mass_kg} kg: at {x}");
        assert!(
            lane.view().body_named("crate").linear_velocity_mps.length() < 1.1,
            "faster than the walker"
        );
    }
}

#[test]
fn hands_push_a_door_open_from_a_distance() {
    let mut world = room();
    hinged_door(&mut world, [-1.9, 0.0], friction(2.0));
    let mut lane = lane(world);
    go(&mut lane, FORWARD, 0.4);
    near(joint(&lane), 0.0, 0.01);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 1.0);
    assert!(joint(&lane) < -0.3, "at {}", joint(&lane));
    near(agent(&lane)[0], 0.4, 0.02);
}

#[test]
fn a_walker_goes_through_a_door_that_opens_away() {
    let mut world = room();
    hinged_door(&mut world, [-1.9, 0.0], friction(2.0));
    let mut lane = lane(world);
    go(&mut lane, [0.7, 0.0, 0.0, 1.0], 4.0);
    assert!(
        agent(&lane)[0] > 1.4,
        "at {:?}, door at {}",
        agent(&lane),
        joint(&lane)
    );
}

#[test]
fn pushing_a_door_that_opens_towards_the_walker_fails_and_pulling_it_works() {
    let mut world = room();
    hinged_door(&mut world, [0.0, 1.9], friction(2.0));
    let mut lane = lane(world);
    go(&mut lane, [0.7, 0.0, 0.0, 1.0], 3.0);
    near(joint(&lane), 0.0, 0.02);
    near(agent(&lane)[0], 0.76, 0.03);
    go(&mut lane, [-0.3, 0.0, 0.0, 1.0], 1.5);
    assert!(joint(&lane) > 0.3, "at {}", joint(&lane));
}

/// A door that opens away, latched, with `released_by` as its release and the others' mechanisms before it.
fn latched(world: &mut World<f32>, released_by: &str, closed: bool) {
    let spring = Motor {
        target_position: 0.0,
        target_velocity: 0.0,
        stiffness: 20.0,
        damping: 10.0,
        max_force: 60.0,
    };
    hinged_door(world, [-1.9, 0.0], Some(spring));
    world.mechanisms.insert(
        "latch".into(),
        Mechanism::Latch {
            joint: "hinge".into(),
            closed_at: 0.0,
            catches_within: 0.03,
            released_by: released_by.into(),
            closed,
        },
    );
}

#[test]
fn a_latch_holds_against_a_push_and_lets_go_for_a_hand_in_reach() {
    let mut world = room();
    latched(&mut world, "walk", true);
    let mut lane = lane(world);
    go(&mut lane, FORWARD, 2.0);
    assert_eq!(state(&lane, "latch"), 1.0);
    near(joint(&lane), 0.0, 0.02);
    go(&mut lane, [0.7, 0.0, 0.0, 1.0], 1.0);
    assert_eq!(state(&lane, "latch"), 0.0);
    assert!(joint(&lane) < -0.3, "at {}", joint(&lane));
}

#[test]
fn a_hand_out_of_reach_releases_no_latch() {
    let mut world = room();
    latched(&mut world, "walk", true);
    let mut lane = lane(world);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 1.0);
    assert_eq!(state(&lane, "latch"), 1.0);
}

#[test]
fn a_latch_catches_again_when_the_door_returns() {
    let mut world = room();
    latched(&mut world, "walk", true);
    let mut lane = lane(world);
    go(&mut lane, FORWARD, 0.5);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 1.0);
    assert_eq!(state(&lane, "latch"), 0.0);
    go(&mut lane, REST, 4.0);
    assert_eq!(state(&lane, "latch"), 1.0);
    near(joint(&lane), 0.0, 0.01);
    go(&mut lane, FORWARD, 1.0);
    near(joint(&lane), 0.0, 0.02);
}

#[test]
fn a_latch_that_starts_free_stays_free_until_the_door_has_been_away() {
    let mut world = room();
    latched(&mut world, "walk", false);
    let mut lane = lane(world);
    go(&mut lane, REST, 1.0);
    assert_eq!(state(&lane, "latch"), 0.0);
    go(&mut lane, FORWARD, 1.5);
    assert!(joint(&lane) < -0.05, "at {}", joint(&lane));
    go(&mut lane, [-1.0, 0.0, 0.0, 0.0], 4.0);
    assert_eq!(state(&lane, "latch"), 1.0);
}

/// A button at arm's length beside the walker.
fn button(world: &mut World<f32>, delay_secs: f32, hold_secs: f32) {
    block(world, "knob", [0.0, 0.6, 0.5], [0.1, 0.1, 0.1]);
    let pressed_by = vec!["walk".into()];
    world.mechanisms.insert(
        "button".into(),
        Mechanism::Button {
            body: "knob".into(),
            pressed_by,
            hold_secs,
            delay_secs,
        },
    );
}

#[test]
fn a_button_waits_its_delay_and_holds_its_time() {
    let mut world = room();
    button(&mut world, 0.5, 1.0);
    let mut lane = lane(world);
    go(&mut lane, REST, 0.5);
    assert_eq!(state(&lane, "button"), 0.0);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 0.1);
    let mut active = Vec::new();
    for _ in 0..40 {
        go(&mut lane, REST, 0.05);
        active.push(state(&lane, "button"));
    }
    let first = active
        .iter()
        .position(|state| *state == 1.0)
        .expect("it became active");
    let count = active.iter().filter(|state| **state == 1.0).count();
    assert!((7..=10).contains(&first), "active from record {first}");
    assert!((19..=21).contains(&count), "active for {count} records");
    assert_eq!(active.last(), Some(&0.0));
}

#[test]
fn holding_a_button_down_neither_starves_nor_ends_it() {
    let mut world = room();
    button(&mut world, 0.5, 0.5);
    let mut lane = lane(world);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 0.4);
    assert_eq!(state(&lane, "button"), 0.0);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 2.0);
    assert_eq!(state(&lane, "button"), 1.0);
    go(&mut lane, REST, 0.7);
    assert_eq!(state(&lane, "button"), 0.0);
}

#[test]
fn a_button_out_of_reach_stays_as_it_is() {
    let mut world = room();
    button(&mut world, 0.0, 1.0);
    let mut lane = lane(world);
    go(&mut lane, [0.0, -1.0, 0.0, 0.0], 0.5);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 0.5);
    assert_eq!(state(&lane, "button"), 0.0);
}

#[test]
fn a_button_releases_a_latch_only_while_it_is_active() {
    let mut world = room();
    button(&mut world, 0.0, 0.5);
    latched(&mut world, "button", true);
    let mut lane = lane(world);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 0.1);
    assert_eq!(state(&lane, "latch"), 0.0);
    go(&mut lane, REST, 1.0);
    assert_eq!(
        state(&lane, "latch"),
        1.0,
        "a door that nobody opened locks again"
    );
}

/// A door that slides along y, opened by the button.
fn sliding(world: &mut World<f32>, mass_kg: f32) {
    button(world, 0.0, 3.0);
    block(world, "wall", [1.1, 1.2, 0.7], [0.05, 0.7, 0.7]);
    let mut leaf = Body::new(
        "door",
        Shape::Box {
            half_extents_m: [0.03, 0.45, 0.65],
        },
    )
    .at([1.0, 0.0, 0.67]);
    leaf.material.mass_kg = Some(mass_kg);
    world.bodies.insert("leaf".into(), leaf);
    world.joints.insert(
        "rail".into(),
        Joint {
            parent: "wall".into(),
            child: "leaf".into(),
            anchor_parent_m: [-0.1, -1.2, 0.0],
            anchor_child_m: [0.0, 0.0, 0.03],
            freedom: Freedom::Slider {
                axis: [0.0, 1.0, 0.0],
                limits_m: Some([0.0, 0.9]),
            },
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        },
    );
    world.mechanisms.insert(
        "opener".into(),
        Mechanism::Opener {
            joint: "rail".into(),
            button: "button".into(),
            closed_at: 0.0,
            open_at: 0.85,
            max_velocity: 0.6,
            max_force: 200.0,
        },
    );
}

#[test]
fn an_opener_opens_while_its_button_is_active_and_then_closes() {
    for mass_kg in [5.0, 60.0] {
        let mut world = room();
        sliding(&mut world, mass_kg);
        let mut lane = lane(world);
        go(&mut lane, REST, 0.5);
        near(joint(&lane), 0.0, 0.005);
        go(&mut lane, [0.0, 0.0, 0.0, 1.0], 0.1);
        assert_eq!(state(&lane, "opener"), 1.0);
        go(&mut lane, REST, 0.5);
        assert!(
            lane.view().joint_velocity(0) < 0.65,
            "too fast: {}",
            lane.view().joint_velocity(0)
        );
        go(&mut lane, REST, 2.2);
        near(joint(&lane), 0.85, 0.01);
        go(&mut lane, REST, 4.0);
        near(joint(&lane), 0.0, 0.01);
    }
}

#[test]
fn an_opener_stops_at_somebody_who_stands_in_the_way() {
    let mut world = room();
    sliding(&mut world, 20.0);
    let mut lane = lane(world);
    go(&mut lane, [0.0, 0.0, 0.0, 1.0], 0.1);
    go(&mut lane, REST, 2.0);
    go(&mut lane, FORWARD, 1.0);
    near(agent(&lane)[0], 1.0, 0.05);
    go(&mut lane, REST, 4.0);
    // Its edge rests at the walker's side and presses it a little along.
    near(joint(&lane) - 0.45, agent(&lane)[1] + 0.2, 0.02);
    near(agent(&lane)[1], 0.0, 0.15);
}

#[test]
fn a_fork_goes_on_as_its_parent_does() {
    let mut world = room();
    button(&mut world, 0.3, 1.0);
    latched(&mut world, "button", true);
    let mut parent = lane(world);
    go(&mut parent, [0.5, 0.0, 0.3, 1.0], 0.4);
    let mut child = parent.fork();
    go(&mut parent, [0.9, 0.1, -0.3, 1.0], 2.0);
    go(&mut child, [0.9, 0.1, -0.3, 1.0], 2.0);
    assert_eq!(parent.digest(), child.digest());
}

#[test]
fn a_walker_must_be_kinematic() {
    let mut world = room();
    world.bodies["agent"].motion = terrella_spec::world::Motion::Dynamic;
    world.bodies["agent"].rotation = Rotation::default();
    let error = Lane::new(Arc::new(WorldPlan {
        world,
        ..WorldPlan::default()
    }))
    .err()
    .expect("it is refused");
    assert!(error.to_string().contains("kinematic"), "{error}");
}
