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

/// A net that is held at its four corners catches a ball that is larger than its meshes; one that is smaller falls through. A fork goes on
/// as its original, bit by bit.
#[test]
fn a_net_catches_what_is_larger_than_its_meshes() {
    const MESHES: u32 = 4;
    let vertex = |i: u32, j: u32| i * (MESHES + 1) + j;
    let (mut knots_m, mut cords) = (Vec::new(), Vec::new());
    for i in 0..=MESHES {
        for j in 0..=MESHES {
            knots_m.push([0.1 * i as f32 - 0.2, 0.1 * j as f32 - 0.2, 0.0]);
            cords.extend((i < MESHES).then(|| [vertex(i, j), vertex(i + 1, j)]));
            cords.extend((j < MESHES).then(|| [vertex(i, j), vertex(i, j + 1)]));
        }
    }
    let corners = [(0, 0), (0, MESHES), (MESHES, 0), (MESHES, MESHES)].map(|(i, j)| vertex(i, j));
    let mut world = world(Soft {
        pins: vec![at(&corners, "world")],
        ..Soft::new(SoftForm::Net {
            knots_m,
            cords,
            segments: 2,
        })
    });
    for (name, radius_m, x) in [("large", 0.09, 0.0), ("small", 0.03, 0.15)] {
        let mut ball = Body::new(name, Shape::Ball { radius_m }).at([x, -x, 0.2]);
        ball.material.mass_kg = Some(0.3);
        world.bodies.insert(name.into(), ball);
    }
    let mut lane = lane(world);
    pass(&mut lane, 1.0);
    let mut fork = lane.fork();
    pass(&mut lane, 1.0);
    pass(&mut fork, 1.0);
    assert_eq!(lane.digest(), fork.digest());
    let view = lane.view();
    let z = |name: &str| view.body_named(name).position_m.z;
    eprintln!("large {}, small {}", z("large"), z("small"));
    assert!((-0.3..0.1).contains(&z("large")), "it is caught");
    assert!(z("small") < -1.5, "it falls through");
    assert!(view.soft_positions(0)[corners[0] as usize][2].abs() < 1e-3);
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

/// Triangles, or the segments of a rope, by their corners.
fn corners(lane: &Lane, each: usize) -> Vec<Vec<u32>> {
    let all = lane.view().soft_corners(0);
    all.chunks_exact(each).map(<[u32]>::to_vec).collect()
}

/// A rope that a weight is too heavy for tears; nothing of it is lost, its vertices keep their places in the list, and the new ones
/// are the last.
#[test]
fn a_rope_that_bears_too_little_tears() {
    let hang = |tear_strain: f32| {
        let mut soft = rope(vec![[0.0; 3], [0.0, 0.0, -0.6]], 20, vec![0]);
        soft.pins.push(at(&[20], "weight"));
        soft.tear_strain = tear_strain;
        let mut world = world(soft);
        let mut weight = Body::new("weight", Shape::Ball { radius_m: 0.05 }).at([0.0, 0.0, -0.65]);
        weight.material.mass_kg = Some(3.0);
        world.bodies.insert("weight".into(), weight);
        let mut lane = lane(world);
        pass(&mut lane, 2.0);
        lane
    };
    let strong = hang(5.0);
    assert_eq!(strong.view().soft_pieces(0), 1);
    assert_eq!(corners(&strong, 2).len(), 20);
    let stretched = length(strong.view().soft_positions(0)) / 0.6 - 1.0;
    eprintln!("it bears a strain of {stretched}");
    assert!(stretched > 0.02);

    let weak = hang(0.8 * stretched);
    let view = weak.view();
    let (points, segments) = (view.soft_positions(0), corners(&weak, 2));
    let pieces = view.soft_pieces(0);
    assert!((2..=5).contains(&pieces), "{pieces} pieces");
    assert_eq!((points.len(), segments.len()), (20 + pieces, 20));
    assert!(
        points[0][2] > -0.01,
        "where it is pinned it stays: {:?}",
        points[0]
    );
    assert!(
        points[20][2] < -1.5,
        "the end with the weight falls: {:?}",
        points[20]
    );
    let of = |vertex: u32| segments.iter().filter(|ends| ends.contains(&vertex)).count();
    let ends = (0..points.len() as u32).filter(|vertex| of(*vertex) == 1);
    assert_eq!(ends.count(), 2 * pieces, "each piece has two ends: {segments:?}");
    let longest = segments
        .iter()
        .map(|ends| distance(points[ends[0] as usize], points[ends[1] as usize]));
    assert!(longest.fold(0.0, f32::max) < 0.05, "what is joined is together");
    let weight = view.body_named("weight").position_m;
    assert!((weight.z - points[20][2]).abs() < 0.1, "and tied to it still");
}

/// A sheet that is held above and pulled by a weight below tears: the triangles that there were are there still, in two pieces, and forks and
/// second runs are bit-equal on the way.
#[test]
fn a_sheet_tears_and_no_triangle_is_lost() {
    let segments = [8u32, 8];
    let vertex = |i: u32, j: u32| i * (segments[1] + 1) + j;
    let top: Vec<u32> = (0..=segments[0]).map(|i| vertex(i, 0)).collect();
    let bottom: Vec<u32> = (3..=5).map(|i| vertex(i, segments[1])).collect();
    let mut world = world(Soft {
        tear_strain: 0.25,
        mass_kg: 0.1,
        pins: vec![at(&top, "world"), at(&bottom, "weight")],
        ..Soft::new(SoftForm::Cloth {
            corner_m: [-0.2, 0.0, 0.0],
            along_m: [0.4, 0.0, 0.0],
            across_m: [0.0, 0.0, -0.4],
            segments,
        })
    });
    let mut weight = Body::new("weight", Shape::Ball { radius_m: 0.05 }).at([0.0, 0.0, -0.46]);
    weight.material.mass_kg = Some(40.0);
    world.bodies.insert("weight".into(), weight);
    let (mut first, mut second) = (lane(world.clone()), lane(world));
    let whole = corners(&first, 3).len();
    assert_eq!(whole, 128, "two for each square");
    let mut fork = None;
    for step in 0..40 {
        first.step(&[]).expect("it stays sound");
        second.step(&[]).expect("it stays sound");
        assert_eq!(first.digest(), second.digest(), "step {step}");
        if fork.is_none() && first.view().soft_positions(0).len() > 81 {
            fork = Some(first.fork());
        } else if let Some(fork) = &mut fork {
            fork.step(&[]).expect("it stays sound");
            assert_eq!(first.digest(), fork.digest(), "step {step} after the fork");
        }
    }
    let view = first.view();
    let points = view.soft_positions(0);
    eprintln!("{} vertices, {} pieces", points.len(), view.soft_pieces(0));
    assert!(view.soft_pieces(0) >= 2, "{} pieces", view.soft_pieces(0));
    assert!(points.len() > 85, "{} vertices", points.len());
    let triangles = corners(&first, 3);
    assert_eq!(triangles.len(), whole);
    let used: std::collections::BTreeSet<u32> = triangles.concat().into_iter().collect();
    assert_eq!(used.len(), points.len(), "every vertex is one of a triangle");
    assert!(top.iter().all(|vertex| points[*vertex as usize][2].abs() < 1e-3));
}

/// What a piece that came off touches is no body of the world: its colliders say so as those of the whole did.
#[test]
fn a_piece_that_falls_on_a_body_is_not_taken_for_one() {
    let mut soft = rope(vec![[-0.3, 0.0, 0.0], [0.3, 0.0, 0.0]], 20, vec![0]);
    soft.pins.push(at(&[20], "weight"));
    soft.tear_strain = 0.2;
    let mut world = world(soft);
    let ball = |at: [f32; 3]| Body::new("ball", Shape::Ball { radius_m: 0.05 }).at(at);
    let mut weight = ball([0.36, 0.0, 0.0]);
    weight.material.mass_kg = Some(1.5);
    world.bodies.insert("weight".into(), weight);
    let slab = Shape::Box {
        half_extents_m: [1.0, 1.0, 0.1],
    };
    world.bodies.insert(
        "slab".into(),
        Body::new("slab", slab).fixed().at([0.0, 0.0, -1.0]),
    );
    let mut lane = lane(world);
    pass(&mut lane, 3.0);
    let view = lane.view();
    assert!(view.soft_pieces(0) >= 2);
    let lies = view.soft_positions(0).iter().filter(|point| point[2] < -0.85);
    assert!(lies.count() > 3, "a piece lies on the slab");
    let contacts = view.contacts();
    assert!(
        contacts.iter().all(|contact| contact.a != 0 && contact.b != 0),
        "the floor, which is body 0, is far below: {contacts:?}"
    );
}

/// A jelly tears as well: what was inside becomes surface.
#[test]
fn a_jelly_tears_and_has_more_surface() {
    let mut world = world(Soft {
        mass_kg: 0.5,
        tear_strain: 0.2,
        pins: Vec::new(),
        ..Soft::new(SoftForm::Jelly {
            center_m: [0.0; 3],
            half_extents_m: [0.06, 0.06, 0.2],
            segments: [2, 2, 6],
            young_pa: 1e4,
        })
    });
    let layer = |z: u32| (0..9).map(|at| at * 7 + z).collect::<Vec<u32>>();
    world.softs["soft"].pins = vec![at(&layer(6), "world"), at(&layer(0), "weight")];
    let mut weight = Body::new("weight", Shape::Ball { radius_m: 0.05 }).at([0.0, 0.0, -0.3]);
    weight.material.mass_kg = Some(8.0);
    world.bodies.insert("weight".into(), weight);
    let mut lane = lane(world);
    let whole = corners(&lane, 3).len();
    pass(&mut lane, 2.0);
    let torn = corners(&lane, 3).len();
    eprintln!(
        "{whole} triangles, then {torn}; {} pieces",
        lane.view().soft_pieces(0)
    );
    assert!(torn > whole, "{torn} triangles, {whole} before");
    assert!(lane.view().soft_pieces(0) >= 2);
}
