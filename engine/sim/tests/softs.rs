//! Soft bodies against what is known of ropes, cloth and jelly, and that they are forked and repeated bit by bit.

use std::sync::Arc;
use terrella_sim::lane::Lane;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::Shape;
use terrella_spec::soft::{Pin, Soft, SoftForm};
use terrella_spec::world::{Body, World};

fn world(soft: Soft<f32>) -> World<f32> {
    let mut world = World::<f32>::default();
    world.bodies.insert(
        "floor".into(),
        Body::new("floor", Shape::HalfSpace {})
            .fixed()
            .at([0.0, 0.0, -2.0]),
    );
    world.softs.insert("soft".into(), soft);
    world
}

fn lane(world: World<f32>) -> Lane {
    let plan = WorldPlan {
        world,
        ..WorldPlan::default()
    };
    Lane::new(Arc::new(plan)).expect("the world is sound")
}

fn pass(lane: &mut Lane, secs: f32) {
    for _ in 0..(secs * 20.0) as u32 {
        lane.step(&[]).expect("it stays sound");
    }
}

fn distance(one: [f32; 3], other: [f32; 3]) -> f32 {
    (0..3)
        .map(|axis| (one[axis] - other[axis]) * (one[axis] - other[axis]))
        .sum::<f32>()
        .sqrt()
}

fn length(points: &[[f32; 3]]) -> f32 {
    points.windows(2).map(|ends| distance(ends[0], ends[1])).sum()
}

fn rope(along_m: Vec<[f32; 3]>, segments: u32, pinned: Vec<u32>) -> Soft<f32> {
    Soft {
        pins: vec![Pin {
            vertices: pinned,
            to: "world".into(),
        }],
        ..Soft::new(SoftForm::Rope { along_m, segments })
    }
}

fn at(pins: &[u32], to: &str) -> Pin {
    Pin {
        vertices: pins.to_vec(),
        to: to.into(),
    }
}

/// A rope of 1 m that is let go from the side hangs straight down in the end, at most 2 % longer.
#[test]
fn a_hanging_rope_keeps_its_length() {
    let mut lane = lane(world(rope(vec![[0.0; 3], [1.0, 0.0, 0.0]], 25, vec![0])));
    let mut longest = 0.0f32;
    for _ in 0..200 {
        lane.step(&[]).expect("it stays sound");
        longest = longest.max(length(lane.view().soft_positions(0)));
    }
    let points = lane.view().soft_positions(0);
    let long = length(points);
    eprintln!("hanging {long}, at most {longest}, end {:?}", points[25]);
    assert!((long - 1.0).abs() < 0.02, "it is {long} m long");
    assert!(longest < 1.08, "swinging it is {longest} m long");
    assert!(points[25][2] < -0.95, "it hangs: {:?}", points[25]);
}

/// Between two nails the rope sags as a chain does: a cosh(x / a) of the same length.
#[test]
fn a_rope_between_two_nails_hangs_as_a_catenary() {
    let (span, segments) = (0.7f32, 30);
    // As a V at the start, so that it is 1 m long.
    let low = -(0.25f32 - 0.35 * 0.35).sqrt();
    let along = vec![[-0.35, 0.0, 0.0], [0.0, 0.0, low], [0.35, 0.0, 0.0]];
    let mut lane = lane(world(rope(along, segments, vec![0, segments])));
    pass(&mut lane, 10.0);
    let points = lane.view().soft_positions(0);
    let long = length(points);
    // 2 a sinh(span / 2 a) = length, by bisection.
    let (mut short, mut wide) = (0.05f32, 5.0f32);
    for _ in 0..60 {
        let a = 0.5 * (short + wide);
        if 2.0 * a * libm::sinhf(0.5 * span / a) > long {
            short = a;
        } else {
            wide = a;
        }
    }
    let a = 0.5 * (short + wide);
    let sag = a * (libm::coshf(0.5 * span / a) - 1.0);
    let worst = points
        .iter()
        .map(|[x, _, z]| (z - (a * (libm::coshf(x / a) - 1.0) - sag)).abs())
        .fold(0.0, f32::max);
    eprintln!("length {long}, sag {sag}, off the catenary by {worst}");
    assert!((long - 1.0).abs() < 0.02, "it is {long} m long");
    assert!(worst < 0.01, "{worst} m off a catenary that sags by {sag} m");
}

/// A weight on a rope pulls it, and hangs where the rope ends.
#[test]
fn a_rope_holds_a_weight_that_is_tied_to_it() {
    let mut soft = rope(vec![[0.0; 3], [0.0, 0.0, -0.6]], 20, vec![0]);
    soft.pins.push(at(&[20], "weight"));
    let mut world = world(soft);
    let mut weight = Body::new("weight", Shape::Ball { radius_m: 0.05 }).at([0.0, 0.0, -0.65]);
    weight.material.mass_kg = Some(0.4);
    world.bodies.insert("weight".into(), weight);
    let mut lane = lane(world);
    pass(&mut lane, 4.0);
    let view = lane.view();
    let end = view.soft_positions(0)[20];
    let weight = view.body_named("weight");
    eprintln!("end {end:?}, weight {:?}", weight.position_m);
    assert!((end[2] + 0.6).abs() < 0.03, "the end is at {end:?}");
    assert!((weight.position_m.z + 0.65).abs() < 0.04);
    assert!(weight.linear_velocity_mps.length() < 0.1);
}

/// A cloth that falls on a ball lies over it: no vertex gets inside, and none falls through.
#[test]
fn a_cloth_on_a_ball_does_not_fall_through() {
    let mut world = world(Soft {
        bend_hz: 2.0,
        ..Soft::new(SoftForm::Cloth {
            corner_m: [-0.24, -0.24, 0.25],
            along_m: [0.48, 0.0, 0.0],
            across_m: [0.0, 0.48, 0.0],
            segments: [12, 12],
        })
    });
    let ball = Body::new("ball", Shape::Ball { radius_m: 0.15 }).fixed();
    world.bodies.insert("ball".into(), ball);
    let mut lane = lane(world);
    pass(&mut lane, 3.0);
    let points = lane.view().soft_positions(0);
    let nearest = points.iter().map(|point| distance(*point, [0.0; 3]));
    let nearest = nearest.fold(f32::INFINITY, f32::min);
    eprintln!(
        "nearest {nearest}, centre {:?}, corner {:?}",
        points[84], points[0]
    );
    assert!(
        nearest > 0.145,
        "a vertex is {nearest} m from the middle of the ball"
    );
    assert!(points[84][2] > 0.14, "its middle lies on top: {:?}", points[84]);
    assert!(points[0][2] < 0.0, "its corners hang: {:?}", points[0]);
}

/// A jelly that falls wobbles, and stands in the end: above the floor, and hardly smaller.
#[test]
fn a_jelly_stands_on_the_floor_and_keeps_its_volume() {
    let mut world = world(Soft {
        mass_kg: 1.0,
        ..Soft::new(SoftForm::Jelly {
            center_m: [0.0, 0.0, -1.8],
            half_extents_m: [0.1; 3],
            segments: [3; 3],
            young_pa: 2e4,
        })
    });
    world.softs["soft"].friction = 0.8;
    let mut lane = lane(world);
    pass(&mut lane, 4.0);
    let points = lane.view().soft_positions(0);
    let low = points.iter().map(|point| point[2]).fold(f32::INFINITY, f32::min);
    let high = points
        .iter()
        .map(|point| point[2])
        .fold(f32::NEG_INFINITY, f32::max);
    let extent = |axis: usize| {
        let all = points.iter().map(|point| point[axis]);
        all.clone().fold(f32::NEG_INFINITY, f32::max) - all.fold(f32::INFINITY, f32::min)
    };
    let volume = extent(0) * extent(1) * (high - low) / 0.008;
    eprintln!("low {low}, high {high}, volume {volume}");
    assert!(low > -2.005, "{low}");
    assert!((high - low - 0.2).abs() < 0.03, "it is {} m high", high - low);
    assert!((volume - 1.0).abs() < 0.15, "{volume}");
}

/// A fork goes on as its original, and a second run as the first, bit by bit: a rope, a cloth and a jelly that touch bodies.
#[test]
fn forks_and_second_runs_are_bit_equal() {
    let mut world = world(rope(vec![[-0.5, 0.0, 0.3], [0.5, 0.0, 0.3]], 20, vec![0]));
    world.softs["soft"].pins.push(at(&[20], "weight"));
    world.softs.insert(
        "cloth".into(),
        Soft::new(SoftForm::Cloth {
            corner_m: [-0.2, -0.2, 0.5],
            along_m: [0.4, 0.0, 0.0],
            across_m: [0.0, 0.4, 0.0],
            segments: [6, 6],
        }),
    );
    world.softs.insert(
        "jelly".into(),
        Soft::new(SoftForm::Jelly {
            center_m: [0.0, 0.0, 0.8],
            half_extents_m: [0.05; 3],
            segments: [2; 3],
            young_pa: 1e4,
        }),
    );
    let ball = |at: [f32; 3]| Body::new("ball", Shape::Ball { radius_m: 0.08 }).at(at);
    world.bodies.insert("peg".into(), ball([0.0, 0.0, 0.1]).fixed());
    world.bodies.insert("weight".into(), ball([0.5, 0.0, 0.2]));
    let mut first = lane(world.clone());
    let mut second = lane(world);
    for step in 0..60 {
        first.step(&[]).expect("it stays sound");
        second.step(&[]).expect("it stays sound");
        assert_eq!(first.digest(), second.digest(), "step {step}");
    }
    let mut fork = first.fork();
    let before = first.digest();
    for step in 0..60 {
        first.step(&[]).expect("it stays sound");
        fork.step(&[]).expect("it stays sound");
        assert_eq!(first.digest(), fork.digest(), "step {step} after the fork");
    }
    assert_ne!(before, first.digest(), "the digest follows what moves");
}

/// Pins that name no vertex or no body are told by their place.
#[test]
fn pins_that_hold_nothing_are_told() {
    for (pin, expected) in [
        (at(&[9], "world"), "softs.soft.pins[0].vertices"),
        (at(&[1], "nobody"), "softs.soft.pins[0].to"),
    ] {
        let mut soft = rope(vec![[0.0; 3], [1.0, 0.0, 0.0]], 5, Vec::new());
        soft.pins = vec![pin];
        let plan = WorldPlan {
            world: world(soft),
            ..WorldPlan::default()
        };
        let error = Lane::new(Arc::new(plan)).err().expect("it is wrong");
        assert!(error.to_string().contains(expected), "{error}");
    }
}
