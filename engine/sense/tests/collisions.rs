//! The event graph of collisions.

use std::sync::Arc;
use terrella_sense::column::{Column, Values};
use terrella_sense::{SENSORS, SensorSetup};
use terrella_sim::lane::Lane;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::SeedPath;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, World};

const RADIUS_M: f32 = 0.1;

/// Balls in a row without gravity, at these places along x (m) and with these speeds (m/s), and a wall at x = 3 m.
fn row(balls: &[(f32, f32)]) -> World<f32> {
    let mut world = World::<f32> {
        gravity_mps2: [0.0; 3],
        ..World::default()
    };
    let wall = Shape::Box {
        half_extents_m: [0.1, 1.0, 1.0],
    };
    let wall = Body::new("wall", wall).fixed().at([3.1, 0.0, 0.0]);
    world.bodies.insert("wall".into(), wall);
    for (index, (x, speed)) in balls.iter().enumerate() {
        let mut ball = Body::new("ball", Shape::Ball { radius_m: RADIUS_M }).at([*x, 0.0, 0.0]);
        ball.linear_velocity_mps = [*speed, 0.0, 0.0];
        ball.material.restitution = 1.0;
        ball.material.friction = 0.0;
        world.bodies.insert(format!("ball_{index}"), ball);
    }
    world
}

/// What is sensed of a world in so many records: bodies, times, and what came before.
fn sensed(world: World<f32>, records: usize) -> (Vec<i32>, Vec<f32>, Vec<i32>, Vec<Column>) {
    let kind = SENSORS.iter().find(|kind| kind.name == "collisions");
    let kind = kind.expect("a sensor");
    assert!(kind.needs_contacts);
    let setup = SensorSetup {
        world: &world,
        cameras: &[],
        image_size: [64, 64],
        seed: SeedPath {
            run: 0,
            episode: 0,
            attempt: 0,
        },
    };
    let mut sensor = (kind.make)(&setup).expect("it suits the world");
    let mut columns: Vec<Column> = sensor.columns().into_iter().map(Column::new).collect();
    let plan = WorldPlan {
        world: world.clone(),
        ..WorldPlan::default()
    };
    let mut lane = Lane::new(Arc::new(plan)).expect("a world");
    lane.gather_contacts();
    sensor.read(&lane.view(), &mut columns);
    for _ in 0..records {
        lane.step(&[]).expect("sound");
        sensor.read(&lane.view(), &mut columns);
    }
    let ints = |column: &Column| match &column.values {
        Values::Int32(values) => values.clone(),
        _ => panic!("{} holds no integers", column.spec.name),
    };
    let Values::Float32(secs) = &columns[1].values else {
        panic!("no times");
    };
    (ints(&columns[0]), secs.clone(), ints(&columns[2]), columns)
}

/// The first ball strikes the second, that one the third, and that one comes back from the wall: each event follows from the one
/// before, and the wall links nothing.
#[test]
fn a_collision_follows_from_the_last_ones_of_its_bodies() {
    let world = row(&[(0.0, 2.0), (1.0, 0.0), (2.0, 0.0)]);
    let (bodies, secs, after, columns) = sensed(world, 45);
    assert_eq!(bodies, [1, 2, 2, 3, 0, 3, 2, 3, 1, 2]);
    assert_eq!(after, [-1, -1, 0, -1, -1, 1, 1, 2, 0, 3]);
    // Gaps of 0.8, 0.8 and 0.9 m at 2 m/s, and back.
    for (found, expected) in secs.iter().zip([0.4, 0.8, 1.25, 1.7, 2.1]) {
        assert!((found - expected).abs() < 0.02, "{found} s, not {expected}");
    }
    for column in &columns {
        assert_eq!(column.rows(), 46);
    }
}

/// Who lies on the floor collides with it once, and again after it has been in the air.
#[test]
fn who_stays_does_not_collide_again() {
    let mut world = row(&[(0.0, 0.0)]);
    world.gravity_mps2 = [0.0, 0.0, -9.81];
    let floor = Body::new("floor", Shape::HalfSpace {}).fixed();
    world.bodies.insert("floor".into(), floor.at([0.0, 0.0, -0.5]));
    world.bodies["ball_0"].material.restitution = 0.0;
    let (bodies, secs, after, _) = sensed(world.clone(), 60);
    assert_eq!(
        (bodies.as_slice(), after.as_slice()),
        ([1, 2].as_slice(), [-1, -1].as_slice())
    );
    // 0.4 m down.
    assert!((secs[0] - (0.8f32 / 9.81).sqrt()).abs() < 0.02, "{secs:?}");
    world.bodies["ball_0"].material.restitution = 0.8;
    let (_, secs, after, _) = sensed(world, 20);
    assert_eq!(secs.len(), 2, "a bounce of 0.46 s: {secs:?}");
    assert_eq!(after, [-1, -1, 0, -1]);
}
