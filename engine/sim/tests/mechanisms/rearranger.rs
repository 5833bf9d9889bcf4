//! What is taken elsewhere while its watcher does not look.

use super::*;
use terrella_sim::telemetry::readings;

/// A watcher at the origin behind a wall of 3 m, which `slide` takes past its end; a cupboard on the wall's other side, 1 m from where it
/// is to go.
fn rooms() -> World<f32> {
    let mut world = World {
        control_hz: HZ,
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    let watcher = Body::new("robot", Shape::Ball { radius_m: 0.2 }).kinematic();
    world.bodies.insert("watcher".into(), watcher.at([0.0, 0.0, 0.3]));
    block(&mut world, "wall", [1.0, 0.0, 0.5], [0.05, 1.5, 0.5]);
    let parts = vec![
        Part::new(
            Shape::Box {
                half_extents_m: [0.2, 0.2, 0.2],
            },
            [0.0, 0.0, 0.2],
        ),
        Part::new(
            Shape::Box {
                half_extents_m: [0.1, 0.1, 0.2],
            },
            [0.0, 0.0, 0.6],
        ),
    ];
    let cupboard = Body::new("furniture", Shape::Compound { parts }).kinematic();
    world
        .bodies
        .insert("cupboard".into(), cupboard.at([2.0, 0.0, 0.0]));
    world.mechanisms.insert(
        "slide".into(),
        Mechanism::Gantry {
            body: "watcher".into(),
            axes: "y".into(),
            max_speed_mps: 4.0,
            max_acceleration_mps2: 40.0,
            low_m: [-4.0; 3],
            high_m: [4.0; 3],
            delay_secs: None,
        },
    );
    world.mechanisms.insert(
        "house".into(),
        Mechanism::Rearranger {
            watcher: "watcher".into(),
            eye_m: 0.1,
            sight_m: 8.0,
            bodies: vec!["cupboard".into()],
            places_m: vec![[2.0, 1.0]],
            unseen_secs: 1.5,
            speed_mps: 0.5,
        },
    );
    world
}

fn told(lane: &Lane, what: &str) -> f32 {
    let all = readings(lane.view().world());
    let name = format!("house.{what}");
    let index = all.iter().position(|reading| reading.name == name);
    lane.view().telemetry()[index.expect("it is reported")]
}

fn go(lane: &mut Lane, speed: f32, secs: f32) {
    for _ in 0..(secs * HZ as f32).round() as u32 {
        lane.step(&[speed]).expect("the world stays sound");
    }
}

fn y(lane: &Lane) -> f32 {
    lane.view().body_named("cupboard").position_m.y
}

/// Nothing moves before it was seen, nor while it is in sight; then it goes all of its way, and it is told when, what, and whether the
/// watcher has seen it since.
#[test]
fn what_was_seen_is_moved_while_it_is_not() {
    let mut lane = lane(rooms());
    go(&mut lane, 0.0, 2.0);
    assert_eq!((y(&lane), told(&lane, "moved")), (0.0, 0.0), "nobody has seen it");
    go(&mut lane, 4.0, 1.0);
    go(&mut lane, 0.0, 1.0);
    assert_eq!(y(&lane), 0.0, "it is in sight");
    // Back behind the wall, out of its sight for 0.7 s on the way.
    go(&mut lane, -4.0, 1.0);
    go(&mut lane, 0.0, 0.2);
    assert_eq!(y(&lane), 0.0, "not yet");
    assert_eq!(told(&lane, "body"), -1.0);
    go(&mut lane, 0.0, 1.2);
    assert_eq!(told(&lane, "moving"), 1.0);
    let before = y(&lane);
    assert!((0.2..0.8).contains(&before), "it is under way: {before}");
    // A fork goes on alike.
    let mut fork = lane.fork();
    for lane in [&mut lane, &mut fork] {
        go(lane, 0.0, 2.5);
    }
    assert_eq!(lane.view().digest(), fork.view().digest());
    assert!((y(&lane) - 1.0).abs() < 2e-3, "{}", y(&lane));
    let index = lane.view().body_index("cupboard").expect("it is there");
    let now = ["moved", "moving", "body", "unnoticed"].map(|what| told(&lane, what));
    assert_eq!(now, [1.0, 0.0, index as f32, 1.0]);
    go(&mut lane, 4.0, 1.5);
    assert_eq!(told(&lane, "unnoticed"), 0.0);
    assert_eq!(told(&lane, "moved"), 1.0);
}

/// What comes into sight on its way stands at once, and what has something in its way stands before it.
#[test]
fn what_is_seen_or_stopped_stands() {
    let mut world = rooms();
    block(&mut world, "chest", [2.0, 0.75, 0.2], [0.3, 0.1, 0.2]);
    let mut stopped = lane(world);
    let mut seen = lane(rooms());
    for lane in [&mut stopped, &mut seen] {
        go(lane, 4.0, 1.0);
        go(lane, -4.0, 1.0);
        go(lane, 0.0, 0.2);
    }
    go(&mut stopped, 0.0, 4.0);
    let before = y(&stopped);
    assert!(
        (0.25..0.46).contains(&before),
        "it stands before the chest: {before}"
    );
    go(&mut seen, 0.0, 1.0);
    go(&mut seen, 4.0, 1.0);
    let here = y(&seen);
    assert!((0.2..0.99).contains(&here), "it was under way: {here}");
    go(&mut seen, 0.0, 1.0);
    assert_eq!(y(&seen), here, "it is in sight");
}
