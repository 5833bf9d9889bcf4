//! What games are made of: placers, triggers, lifts, platformers.

use super::*;

fn ball(radius_m: f32) -> Body<f32> {
    Body::new("ball", Shape::Ball { radius_m })
}

fn floor(world: &mut World<f32>) {
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
}

fn empty() -> World<f32> {
    World {
        control_hz: HZ,
        ..World::default()
    }
}

fn run(lane: &mut Lane, action: &[f32], steps: u32) {
    for _ in 0..steps {
        lane.step(action).expect("the world stays sound");
    }
}

fn place(lane: &Lane, body: &str) -> [f32; 3] {
    lane.view().body_named(body).position_m.to_array()
}

fn placer() -> World<f32> {
    let mut world = empty();
    floor(&mut world);
    block(&mut world, "shelf", [0.5, 0.0, 0.4], [0.1, 0.1, 0.1]);
    world
        .bodies
        .insert("small".into(), ball(0.05).at([0.0, 0.0, 2.0]));
    world.bodies.insert("large".into(), ball(0.1).at([0.3, 0.0, 2.0]));
    world.mechanisms.insert(
        "placer".into(),
        Mechanism::Placer {
            bodies: vec!["small".into(), "large".into()],
            axes: "xz".into(),
            low_m: [-1.0, 0.2, 0.2],
            high_m: [1.0, 0.4, 1.5],
        },
    );
    world
}

#[test]
fn a_placer_places_the_picked_body_once() {
    let mut lane = lane(placer());
    run(&mut lane, &[0.0, 1.0, 0.9, 0.0], 20);
    assert_eq!(place(&lane, "large"), [0.3, 0.0, 2.0], "what waits stands still");
    near(state(&lane, "placer"), 0.0, 0.0);
    run(&mut lane, &[-0.4, 1.0, 0.9, 1.0], 1);
    near(state(&lane, "placer"), 2.0, 0.0);
    let large = place(&lane, "large");
    near(large[0], -0.4, 1e-4);
    near(large[1], 0.3, 1e-4);
    near(large[2], 1.0 - 0.5 * 9.81 / 400.0, 0.002);
    // A second rise places nothing any more.
    run(&mut lane, &[-0.4, 1.0, 0.1, 0.0], 30);
    run(&mut lane, &[0.4, 1.4, 0.1, 1.0], 30);
    assert_eq!(place(&lane, "small"), [0.0, 0.0, 2.0]);
    near(place(&lane, "large")[2], 0.1, 0.01);
}

/// In the very first step too, in which it placed anything anywhere.
#[test]
fn a_placer_refuses_a_place_inside_of_something() {
    let mut lane = lane(placer());
    // The shelf is 0.1 m in front of the place, and the large ball is that large.
    let mut world = placer();
    world.bodies["shelf"].position_m[1] = 0.3;
    let mut blocked = super::lane(world);
    for lane in [&mut lane, &mut blocked] {
        run(lane, &[0.5, 0.4, 0.9, 1.0], 2);
    }
    near(state(&lane, "placer"), 2.0, 0.0);
    near(state(&blocked, "placer"), 0.0, 0.0);
    // It goes on waiting, and the next rise finds it.
    run(&mut blocked, &[0.5, 1.2, 0.9, 0.0], 1);
    run(&mut blocked, &[0.5, 1.2, 0.9, 1.0], 1);
    near(state(&blocked, "placer"), 2.0, 0.0);
}

#[test]
fn a_fork_of_a_placer_goes_the_same_way() {
    let mut one = lane(placer());
    run(&mut one, &[0.5, 1.2, 0.9, 0.0], 3);
    let mut other = one.fork();
    for lane in [&mut one, &mut other] {
        run(lane, &[0.45, 1.2, 0.2, 1.0], 30);
    }
    assert_eq!(one.digest(), other.digest());
}

/// A ball that falls past a coin, and a gate that waits for the coin.
fn coin(min_speed_mps: f32, needs: Vec<String>) -> World<f32> {
    let mut world = empty();
    floor(&mut world);
    world.bodies.insert("ball".into(), ball(0.05).at([0.0, 0.0, 1.5]));
    let coin = ball(0.05).kinematic().untouchable().at([0.15, 0.0, 0.5]);
    world.bodies.insert("coin".into(), coin);
    world.mechanisms.insert(
        "coin".into(),
        Mechanism::Trigger {
            body: "coin".into(),
            by: vec!["ball".into()],
            within_m: 0.12,
            min_speed_mps,
            needs,
            goes_to_m: Some([0.0, 0.0, -5.0]),
        },
    );
    world
}

#[test]
fn a_trigger_is_set_off_for_good_and_its_body_goes() {
    let mut near_by = lane(coin(0.0, Vec::new()));
    run(&mut near_by, &[], 5);
    near(state(&near_by, "coin"), 0.0, 0.0);
    near(place(&near_by, "coin")[2], 0.5, 0.0);
    run(&mut near_by, &[], 20);
    near(state(&near_by, "coin"), 1.0, 0.0);
    near(place(&near_by, "coin")[2], -5.0, 1e-5);
    // Fallen through 1 m it is 4.4 m/s fast.
    for (speed, active) in [(4.0, 1.0), (5.0, 0.0)] {
        let mut lane = lane(coin(speed, Vec::new()));
        run(&mut lane, &[], 20);
        near(state(&lane, "coin"), active, 0.0);
    }
}

#[test]
fn a_trigger_needs_what_it_needs() {
    let mut world = coin(0.0, vec!["never".into()]);
    let never = Mechanism::Trigger {
        body: "floor".into(),
        by: Vec::new(),
        within_m: 1.0,
        min_speed_mps: 0.0,
        needs: Vec::new(),
        goes_to_m: None,
    };
    world.mechanisms.insert("never".into(), never);
    let mut lane = lane(world);
    run(&mut lane, &[], 30);
    near(state(&lane, "coin"), 0.0, 0.0);
}

/// A lift that goes 1 m up at 0.5 m/s, with pauses of 0.5 s, and a platformer on it.
fn lift() -> World<f32> {
    let mut world = empty();
    floor(&mut world);
    let shape = Shape::Box {
        half_extents_m: [0.5, 0.5, 0.1],
    };
    let cabin = Body::new("lift", shape).kinematic().at([0.0, 0.0, 0.2]);
    world.bodies.insert("cabin".into(), cabin);
    world.mechanisms.insert(
        "lift".into(),
        Mechanism::Lift {
            body: "cabin".into(),
            to_m: [0.0, 0.0, 1.2],
            speed_mps: 0.5,
            turn_rad: None,
            pause_secs: 0.5,
            stays: false,
        },
    );
    add_player(&mut world, [0.0, 0.0, 0.8]);
    world
}

/// A capsule of 0.5 m: 2 m/s, jumps at 4 m/s; throws one ball.
fn add_player(world: &mut World<f32>, at: [f32; 3]) {
    let shape = Shape::Capsule {
        radius_m: 0.15,
        half_height_m: 0.1,
    };
    let player = Body::new("agent", shape).kinematic().at(at);
    world.bodies.insert("player".into(), player);
    world.bodies.insert("shot".into(), ball(0.06).at([0.0, 0.0, 4.0]));
    world.mechanisms.insert(
        "player".into(),
        Mechanism::Platformer {
            body: "player".into(),
            axes: "xy".into(),
            max_speed_mps: 2.0,
            jump_mps: 4.0,
            push_force_n: 60.0,
            throws: vec!["shot".into()],
            throw_mps: 5.0,
            stunned_by: Vec::new(),
            stun_secs: 0.0,
            head: None,
        },
    );
}

#[test]
fn a_lift_goes_there_and_back_and_carries_who_stands_on_it() {
    let mut lane = lane(lift());
    let mut highest = 0.0f32;
    for step in 1..=100 {
        run(&mut lane, &[0.0; 5], 1);
        let secs = step as f32 / HZ as f32;
        // 0.5 s pause, 2 s up, 0.5 s pause, 2 s down.
        let share = if secs < 2.5 {
            ((secs - 0.5) / 2.0).max(0.0)
        } else {
            1.0 - ((secs - 3.0) / 2.0).clamp(0.0, 1.0)
        };
        near(state(&lane, "lift"), share, 1e-3);
        let (cabin, player) = (place(&lane, "cabin"), place(&lane, "player"));
        near(cabin[2], 0.2 + share, 2e-3);
        if step > 10 {
            near(player[2] - cabin[2], 0.1 + 0.25, 0.04);
        }
        highest = highest.max(player[2]);
    }
    assert!(highest > 1.5, "carried up to {highest} m");
}

fn field() -> World<f32> {
    let mut world = empty();
    floor(&mut world);
    add_player(&mut world, [0.0, 0.0, 0.27]);
    world
}

#[test]
fn a_platformer_runs_and_jumps_as_high_as_its_speed_says() {
    let mut lane = lane(field());
    run(&mut lane, &[2.0, 0.0, 0.0, 0.0, 0.0], 20);
    near(place(&lane, "player")[0], 2.0, 0.03);
    let ground = place(&lane, "player")[2];
    let mut highest = 0.0f32;
    for _ in 0..20 {
        run(&mut lane, &[0.0, 0.0, 1.0, 0.0, 0.0], 1);
        highest = highest.max(place(&lane, "player")[2] - ground);
    }
    // v^2 / 2 g, less what falls between two records.
    near(highest, 16.0 / 19.62, 0.03);
    // With `jump` held it jumps again as it lands: 0.815 s later.
    run(&mut lane, &[0.0; 5], 20);
    near(place(&lane, "player")[2], ground, 0.01);
}

#[test]
fn a_platformer_throws_where_it_goes_and_once() {
    let mut lane = lane(field());
    run(&mut lane, &[0.0, -2.0, 0.0, 0.0, 0.0], 10);
    near(state(&lane, "player"), 1.0, 0.0);
    near(place(&lane, "shot")[2], 4.0, 0.0);
    run(&mut lane, &[0.0, 0.0, 0.0, 0.0, 1.0], 1);
    near(state(&lane, "player"), 0.0, 0.0);
    let velocity = lane.view().body_named("shot").linear_velocity_mps;
    near(velocity.y, -5.0, 0.05);
    near(velocity.x, 0.0, 1e-3);
}

#[test]
fn a_platformer_that_is_struck_stands_for_a_while() {
    let mut world = field();
    let Some(Mechanism::Platformer {
        stunned_by,
        stun_secs,
        ..
    }) = world.mechanisms.get_mut("player")
    else {
        unreachable!("just made");
    };
    (*stunned_by, *stun_secs) = (vec!["stone".into()], 1.0);
    let mut stone = ball(0.06).at([1.0, 0.0, 0.35]);
    stone.linear_velocity_mps = [-6.0, 0.0, 0.0];
    stone.swept = true;
    world.bodies.insert("stone".into(), stone);
    let mut lane = lane(world);
    run(&mut lane, &[0.0, 1.0, 0.0, 0.0, 0.0], 4);
    run(&mut lane, &[0.0, 1.0, 0.0, 0.0, 0.0], 2);
    let struck = place(&lane, "player")[1];
    run(&mut lane, &[0.0, 1.0, 0.0, 0.0, 0.0], 12);
    near(place(&lane, "player")[1], struck, 0.06);
    let stunned = |lane: &Lane| {
        let view = lane.view();
        view.stunned_secs(view.mechanism_index("player").expect("it is there"))
    };
    let left = stunned(&lane);
    assert!((0.1..0.5).contains(&left), "{left} s");
    run(&mut lane, &[0.0, 1.0, 0.0, 0.0, 0.0], 30);
    near(stunned(&lane), 0.0, 0.0);
    assert!(
        place(&lane, "player")[1] > struck + 0.8,
        "it goes on after a second"
    );
}

#[test]
fn a_platformer_pushes_a_crate_and_stops_at_a_wall() {
    let mut world = field();
    let mut crate_body = Body::new(
        "crate",
        Shape::Box {
            half_extents_m: [0.2; 3],
        },
    )
    .at([0.6, 0.0, 0.2]);
    crate_body.material.mass_kg = Some(4.0);
    world.bodies.insert("crate".into(), crate_body);
    block(&mut world, "wall", [0.0, 0.6, 0.5], [0.5, 0.1, 0.5]);
    let mut lane = lane(world);
    run(&mut lane, &[0.0, 2.0, 0.0, 0.0, 0.0], 20);
    near(place(&lane, "player")[1], 0.5 - 0.15 - 0.01, 0.01);
    run(&mut lane, &[0.0, -2.0, 0.0, 0.0, 0.0], 3);
    run(&mut lane, &[1.0, 0.0, 0.0, 0.0, 0.0], 40);
    let pushed = place(&lane, "crate")[0];
    assert!(pushed > 1.2, "the crate is at {pushed}");
}

/// A head stays where it is on its body, and turns to where that goes, the shorter way round and not at once.
#[test]
fn a_head_turns_to_where_a_platformer_goes() {
    let mut world = field();
    let at = world.bodies["player"].position_m;
    let head = ball(0.03)
        .kinematic()
        .untouchable()
        .at([at[0] + 0.1, at[1], at[2] + 0.2]);
    world.bodies.insert("head".into(), head);
    let Some(Mechanism::Platformer { head, .. }) = world.mechanisms.get_mut("player") else {
        unreachable!("it was added")
    };
    *head = Some("head".into());
    let mut lane = lane(world);
    let offset = |lane: &Lane| {
        let view = lane.view();
        view.body_named("head").position_m - view.body_named("player").position_m
    };
    let mut inputs = vec![0.0; lane.view().action_space().len()];
    inputs[0] = -1.0;
    run(&mut lane, &inputs, 1);
    let before = offset(&lane);
    assert!(before.x > 0.0 && before.y.abs() > 0.01, "{before}: it is turning");
    run(&mut lane, &inputs, 20);
    let after = offset(&lane);
    near(after.x, -0.1, 1e-3);
    near(after.y, 0.0, 1e-3);
    near(after.z, 0.2, 1e-3);
}
