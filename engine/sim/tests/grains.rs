//! Grains, at the preset for them, against what is known of sand: a hopper empties at a rate that does not ask how full it is
//! (Beverloo, 1961), and nothing is lost through walls.

use std::sync::Arc;
use terrella_sim::lane::Lane;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;
use terrella_spec::world::{Body, Physics, Preset, World};

/// Radius of a grain, m.
const RADIUS: f32 = 0.0125;
/// Half of the distance between the panes of glass, m.
const HALF_DEPTH: f32 = 0.03;
/// Half of a wall's thickness, m.
const WALL: f32 = 0.02;

/// Half of the distance between the walls at both ends, m.
const HALF_LENGTH: f32 = 0.9;

/// A floor, two smooth panes of glass above it, and walls at both ends.
fn slab() -> World<f32> {
    let mut world = World::<f32> {
        physics: Physics {
            preset: Preset::Granular,
            step_hz: None,
        },
        ..World::default()
    };
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}).fixed());
    for (name, side) in [("front", -1.0), ("back", 1.0)] {
        let y = side * (HALF_DEPTH + WALL);
        block(&mut world, name, [0.0, y, 0.5], [1.0, WALL, 0.5], 0.0);
    }
    for (name, side) in [("left_end", -1.0), ("right_end", 1.0)] {
        let x = side * (HALF_LENGTH + WALL);
        block(&mut world, name, [x, 0.0, 0.5], [WALL, HALF_DEPTH, 0.5], 0.0);
    }
    world
}

fn block(world: &mut World<f32>, name: &str, at: [f32; 3], half_extents_m: [f32; 3], friction: f32) {
    let mut body = Body::new("wall", Shape::Box { half_extents_m }).fixed().at(at);
    body.material.friction = friction;
    world.bodies.insert(name.into(), body);
}

/// Grains in rows of `across`, two deep, from a height upwards.
fn pour(world: &mut World<f32>, count: usize, across: usize, bottom: f32, friction: f32) {
    let pitch = 2.0 * RADIUS * 1.03;
    for index in 0..count {
        let (row, place) = (index / (2 * across), index % (2 * across));
        // Every other row is a bit aside, as bricks are: on top of each other they would stand.
        let shift = if row % 2 == 0 { 0.2 } else { -0.2 };
        let x = ((place / 2) as f32 + 0.5 - 0.5 * across as f32 + shift) * pitch;
        let y = ((place % 2) as f32 - 0.5) * pitch;
        let z = bottom + (row as f32 + 0.5) * pitch;
        let mut body = Body::new("grain", Shape::Ball { radius_m: RADIUS }).at([x, y, z]);
        body.material.friction = friction;
        body.angular_damping = 4.0;
        world.bodies.insert(format!("grain_{index:03}"), body);
    }
    world.bodies["floor"].material.friction = friction;
}

fn lane(world: World<f32>) -> Lane {
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    Lane::new(Arc::new(plan)).expect("the world is sound")
}

/// Places of all grains.
fn grains(lane: &Lane) -> Vec<[f32; 3]> {
    let view = lane.view();
    let all = view.world().bodies.values().zip(view.body_rows());
    all.filter(|(body, _)| body.class == "grain")
        .map(|(_, row)| [row[0], row[1], row[2]])
        .collect()
}

/// All grains are between the panes and walls, and above the floor.
fn check_none_is_lost(lane: &Lane) {
    for [x, y, z] in grains(lane) {
        let inside = x.abs() < HALF_LENGTH && y.abs() < HALF_DEPTH && z > 0.5 * RADIUS;
        assert!(inside, "a grain got to {x} {y} {z}");
    }
}

#[test]
fn a_hopper_empties_at_a_rate_that_does_not_ask_how_full_it_is() {
    let (half_width, outlet_z, half_outlet) = (0.15, 0.4, 6.0 * RADIUS);
    let mut world = slab();
    for (name, side) in [("left", -1.0f32), ("right", 1.0)] {
        let x = side * (half_width + WALL);
        block(
            &mut world,
            &format!("{name}_side"),
            [x, 0.0, 0.7],
            [WALL, HALF_DEPTH, 0.3],
            0.3,
        );
        let half = 0.5 * (half_width - half_outlet);
        let x = side * (half_outlet + half);
        block(
            &mut world,
            &format!("{name}_bottom"),
            [x, 0.0, outlet_z - WALL],
            [half, HALF_DEPTH, WALL],
            0.3,
        );
    }
    let count = 480;
    pour(&mut world, count, 10, outlet_z, 0.3);
    let mut lane = lane(world);
    // When each tenth of them has left, s, and how high those that are left lie then, m.
    let (mut times, mut heights) = (Vec::new(), Vec::new());
    for step in 1..=120 {
        lane.step(&[]).expect("it stays sound");
        let places = grains(&lane);
        let left = places.iter().filter(|place| place[2] > outlet_z).count();
        while times.len() < (count - left) * 10 / count {
            times.push(step as f32 * 0.05);
            let z = places.iter().map(|place| place[2]).fold(0.0, f32::max);
            heights.push(z - outlet_z);
        }
    }
    check_none_is_lost(&lane);
    assert!(times.len() >= 6, "it clogged: {times:?}");
    // From a tenth to three tenths, and from three to five.
    let (early, late) = (times[2] - times[0], times[4] - times[2]);
    assert!(heights[4] < 0.75 * heights[0], "{heights:?}");
    assert!((late / early - 1.0).abs() < 0.3, "{early} s and then {late} s");
}
