//! Bodies by shape: where each comes to rest, what it weighs, what is refused, and that copies are bit-equal.
//!
//! Heights follow from the geometry alone. A solver with soft contacts sinks a little: a millimetre is allowed.

mod ellipsoids;

use std::f32::consts::PI;
use std::sync::Arc;
use terrella_sim::fault::LaneError;
use terrella_sim::glam::Vec3;
use terrella_sim::lane::Lane;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Mechanism, World};

const GRAVITY: f32 = 9.81;
const BALL_RADIUS_M: f32 = 0.05;

fn floor() -> Body<f32> {
    Body::new("floor", Shape::HalfSpace {}).fixed()
}

fn ball(radius_m: f32) -> Body<f32> {
    Body::new("ball", Shape::Ball { radius_m })
}

fn cuboid(half_extents_m: [f32; 3]) -> Shape<f32> {
    Shape::Box { half_extents_m }
}

fn part(shape: Shape<f32>, position_m: [f32; 3]) -> Part<f32> {
    Part::new(shape, position_m)
}

/// A closed pyramid: its base, `base_m` wide, at -`half_height_m`, its apex at +`half_height_m`.
fn pyramid(base_m: f32, half_height_m: f32) -> Shape<f32> {
    let (side, low) = (0.5 * base_m, -half_height_m);
    Shape::Mesh {
        vertices_m: vec![
            [-side, -side, low],
            [side, -side, low],
            [side, side, low],
            [-side, side, low],
            [0.0, 0.0, half_height_m],
        ],
        triangles: vec![[0, 2, 1], [0, 3, 2], [0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]],
        uvs: Vec::new(),
    }
}

/// A wedge as a hull: its square face of 0.2 m down at -0.05 m, its ridge along y at +0.1 m.
fn wedge() -> Shape<f32> {
    let points = [
        [-0.1, -0.1, -0.05],
        [0.1, -0.1, -0.05],
        [-0.1, 0.1, -0.05],
        [0.1, 0.1, -0.05],
        [0.0, -0.1, 0.1],
        [0.0, 0.1, 0.1],
    ];
    Shape::Hull {
        points_m: points.to_vec(),
    }
}

/// A stool: a seat above two legs that reach down to -0.15 m.
fn stool() -> Shape<f32> {
    Shape::Compound {
        parts: vec![
            part(cuboid([0.15, 0.1, 0.02]), [0.0, 0.0, 0.02]),
            part(cuboid([0.02, 0.1, 0.075]), [-0.1, 0.0, -0.075]),
            part(cuboid([0.02, 0.1, 0.075]), [0.1, 0.0, -0.075]),
        ],
    }
}

fn try_lane(world: World<f32>) -> Result<Lane, LaneError> {
    Lane::new(Arc::new(WorldPlan {
        world,
        ..WorldPlan::default()
    }))
}

fn lane(bodies: impl IntoIterator<Item = (&'static str, Body<f32>)>) -> Lane {
    let mut world = World::default();
    for (name, body) in bodies {
        world.bodies.insert(name.into(), body);
    }
    try_lane(world).expect("the world is right")
}

fn go(lane: &mut Lane, secs: f32) {
    let steps = (secs / lane.view().record_secs()).round() as u32;
    for _ in 0..steps {
        lane.step(&[]).expect("no fault");
    }
}

fn ellipsoid(radii_m: [f32; 3]) -> Shape<f32> {
    Shape::Ellipsoid { radii_m }
}

fn place(lane: &Lane, name: &str) -> Vec3 {
    lane.view().body_named(name).position_m
}

#[track_caller]
fn near(what: &str, value: f32, expected: f32, tolerance: f32) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{what}: {value} is not within {tolerance} of {expected}"
    );
}

#[test]
fn every_shape_rests_at_the_height_of_its_geometry() {
    let lying = [0.0, 90.0, 0.0];
    let upright = [0.0; 3];
    let capsule = || Shape::Capsule {
        radius_m: 0.06,
        half_height_m: 0.1,
    };
    let cylinder = || Shape::Cylinder {
        radius_m: 0.08,
        half_height_m: 0.12,
    };
    let cone = Shape::Cone {
        radius_m: 0.1,
        half_height_m: 0.09,
    };
    let cases = [
        ("ball", Shape::Ball { radius_m: 0.1 }, upright, 0.1),
        ("ellipsoid", ellipsoid([0.2, 0.15, 0.1]), upright, 0.1),
        (
            "ellipsoid on its side",
            ellipsoid([0.2, 0.1, 0.15]),
            [90.0, 0.0, 0.0],
            0.1,
        ),
        ("box", cuboid([0.1, 0.15, 0.2]), upright, 0.2),
        ("box on its side", cuboid([0.1, 0.15, 0.2]), lying, 0.1),
        (
            "box on its front",
            cuboid([0.1, 0.15, 0.2]),
            [90.0, 0.0, 0.0],
            0.15,
        ),
        ("capsule", capsule(), upright, 0.16),
        ("capsule that lies", capsule(), lying, 0.06),
        ("cylinder", cylinder(), upright, 0.12),
        ("cylinder that lies", cylinder(), lying, 0.08),
        ("cone on its base", cone, upright, 0.09),
        ("hull", wedge(), upright, 0.05),
        ("compound", stool(), upright, 0.15),
        ("closed mesh", pyramid(0.2, 0.07), upright, 0.07),
    ];
    for (name, shape, rpy_deg, height_m) in cases {
        let mut body = Body::new("thing", shape).at([0.3, -0.2, height_m + 0.005]);
        body.rotation = Rotation::RpyDeg(rpy_deg);
        body.angular_damping = 1.0;
        let mut lane = lane([("floor", floor()), ("thing", body)]);
        go(&mut lane, 2.0);
        near(name, place(&lane, "thing").z, height_m, 0.001);
        let speed = lane.view().body_named("thing").linear_velocity_mps.length();
        near(name, speed, 0.0, 0.002);
    }
}

/// Extent of the terraces along x and y, m.
const SIZE_M: [f32; 2] = [1.2, 0.8];
const COLUMNS: usize = 6;
const ROWS: usize = 5;

/// Four terraces, one in each quarter, every one at a height of its own; row by row from -y, each from -x.
fn terraces() -> Vec<f32> {
    let height = |row: usize, column: usize| match (row < 2, column < 3) {
        (true, true) => 0.1,
        (true, false) => 0.25,
        (false, true) => 0.4,
        (false, false) => 0.55,
    };
    (0..ROWS)
        .flat_map(|row| (0..COLUMNS).map(move |column| height(row, column)))
        .collect()
}

fn height_field(heights_m: Vec<f32>) -> Shape<f32> {
    Shape::HeightField {
        size_m: SIZE_M,
        columns: COLUMNS as u32,
        heights_m,
    }
}

/// The same surface as triangles.
fn mesh(heights_m: &[f32]) -> Shape<f32> {
    let at = |index: usize, count: usize, size: f32| (index as f32 / (count - 1) as f32 - 0.5) * size;
    let vertices_m = (0..ROWS * COLUMNS)
        .map(|index| {
            let (row, column) = (index / COLUMNS, index % COLUMNS);
            [
                at(column, COLUMNS, SIZE_M[0]),
                at(row, ROWS, SIZE_M[1]),
                heights_m[index],
            ]
        })
        .collect();
    let mut triangles = Vec::new();
    for row in 0..ROWS - 1 {
        for column in 0..COLUMNS - 1 {
            let low = (row * COLUMNS + column) as u32;
            let high = low + COLUMNS as u32;
            triangles.push([low, low + 1, high + 1]);
            triangles.push([low, high + 1, high]);
        }
    }
    Shape::Mesh {
        vertices_m,
        triangles,
        uvs: Vec::new(),
    }
}

/// Balls rest on terraces at the heights of the grid: this pins which way its rows and columns run.
fn check_terraces(shape: Shape<f32>) {
    let offset = Vec3::new(2.0, -1.0, 0.5);
    let spots = [
        ("one", [-0.4, -0.3], 0.1),
        ("two", [0.4, -0.3], 0.25),
        ("three", [-0.4, 0.2], 0.4),
        ("four", [0.4, 0.2], 0.55),
    ];
    let ground = Body::new("ground", shape).fixed().at(offset.to_array());
    let mut bodies = vec![("ground", ground)];
    for (name, [x, y], height_m) in spots {
        let start = offset + Vec3::new(x, y, height_m + BALL_RADIUS_M + 0.1);
        bodies.push((name, ball(BALL_RADIUS_M).at(start.to_array())));
    }
    let mut lane = lane(bodies);
    go(&mut lane, 2.0);
    for (name, [x, y], height_m) in spots {
        let local = place(&lane, name) - offset;
        near(name, local.z, height_m + BALL_RADIUS_M, 0.001);
        near(name, local.x, x, 0.01);
        near(name, local.y, y, 0.01);
    }
}

#[test]
fn balls_rest_on_a_height_field_at_the_heights_of_its_grid() {
    check_terraces(height_field(terraces()));
}

#[test]
fn balls_rest_on_a_mesh_at_the_heights_of_its_corners() {
    check_terraces(mesh(&terraces()));
}

/// A field of bumps within high rims keeps a rain of small balls.
#[test]
fn nothing_falls_through_bumps() {
    let bumps: Vec<f32> = (0..ROWS * COLUMNS)
        .map(|index| {
            let (row, column) = (index / COLUMNS, index % COLUMNS);
            let rim = row == 0 || row == ROWS - 1 || column == 0 || column == COLUMNS - 1;
            if rim {
                0.8
            } else {
                0.1 * ((row + column) % 2) as f32
            }
        })
        .collect();
    for shape in [height_field(bumps.clone()), mesh(&bumps)] {
        let mut world = World::default();
        world
            .bodies
            .insert("ground".into(), Body::new("ground", shape).fixed());
        for index in 0..24u8 {
            let (column, row, layer) = (index % 4, (index / 4) % 3, index / 12);
            let at = [
                0.08 * f32::from(column) - 0.12,
                0.08 * f32::from(row) - 0.08,
                0.7 + 0.2 * f32::from(layer),
            ];
            world.bodies.insert(format!("ball_{index}"), ball(0.02).at(at));
        }
        let mut lane = try_lane(world).expect("the world is right");
        go(&mut lane, 4.0);
        for index in 0..24 {
            let at = place(&lane, &format!("ball_{index}"));
            assert!(
                at.z > 0.019 && at.z < 0.8 && at.x.abs() < 0.6 && at.y.abs() < 0.4,
                "ball {index} is at {at}"
            );
        }
    }
}

#[test]
fn fixed_and_kinematic_bodies_stay_and_carry() {
    let slab = || Body::new("slab", cuboid([0.2, 0.2, 0.05]));
    for support in [slab().fixed(), slab().kinematic()] {
        let mut lane = lane([
            ("support", support.at([0.0, 0.0, 1.0])),
            ("ball", ball(BALL_RADIUS_M).at([0.0, 0.0, 1.3])),
        ]);
        go(&mut lane, 2.0);
        assert_eq!(place(&lane, "support"), Vec3::new(0.0, 0.0, 1.0));
        near("ball", place(&lane, "ball").z, 1.05 + BALL_RADIUS_M, 0.001);
        let index = lane.view().body_index("support").expect("it is there");
        assert_eq!(lane.view().mass_kg(index), 0.0);
    }
}

#[test]
fn mass_is_density_times_volume_or_what_is_given() {
    let (radius_m, half_height_m) = (0.06f32, 0.1f32);
    let disc = PI * radius_m * radius_m;
    let sphere = 4.0 / 3.0 * disc * radius_m;
    let pillar = 2.0 * half_height_m * disc;
    let cases = [
        ("ball", Shape::Ball { radius_m }, sphere),
        (
            "ellipsoid",
            ellipsoid([0.1, 0.15, 0.2]),
            4.0 / 3.0 * PI * 0.1 * 0.15 * 0.2,
        ),
        ("box", cuboid([0.1, 0.15, 0.2]), 8.0 * 0.1 * 0.15 * 0.2),
        (
            "capsule",
            Shape::Capsule {
                radius_m,
                half_height_m,
            },
            pillar + sphere,
        ),
        (
            "cylinder",
            Shape::Cylinder {
                radius_m,
                half_height_m,
            },
            pillar,
        ),
        (
            "cone",
            Shape::Cone {
                radius_m,
                half_height_m,
            },
            pillar / 3.0,
        ),
        ("hull", wedge(), 0.5 * 0.2 * 0.15 * 0.2),
        (
            "compound",
            stool(),
            8.0 * 0.1 * (0.15 * 0.02 + 2.0 * 0.02 * 0.075),
        ),
        ("closed mesh", pyramid(0.2, 0.07), 0.2 * 0.2 * 0.14 / 3.0),
    ];
    for (name, shape, volume_m3) in cases {
        let mut by_density = Body::new("thing", shape.clone());
        by_density.material.density_kgpm3 = 700.0;
        let mut given = Body::new("thing", shape).at([2.0, 0.0, 0.0]);
        given.material.density_kgpm3 = 700.0;
        given.material.mass_kg = Some(2.5);
        let lane = lane([("by_density", by_density), ("given", given)]);
        let expected = 700.0 * volume_m3;
        near(name, lane.view().mass_kg(0), expected, 1e-3 * expected);
        near(name, lane.view().mass_kg(1), 2.5, 1e-4);
    }
}

/// How far a flat box with friction 0.5 goes in 3 s down a plane of this slope, m.
fn slid(slope_deg: f32) -> f32 {
    let slope = slope_deg.to_radians();
    let normal = Vec3::new(libm::sinf(slope), 0.0, libm::cosf(slope));
    let rotation = || Rotation::RpyDeg([0.0, slope_deg, 0.0]);
    let mut plane = floor();
    plane.rotation = rotation();
    let mut body = Body::new("box", cuboid([0.1, 0.1, 0.02])).at((normal * 0.0201).to_array());
    body.rotation = rotation();
    for material in [&mut plane.material, &mut body.material] {
        material.friction = 0.5;
    }
    let mut lane = lane([("plane", plane), ("box", body)]);
    let start = place(&lane, "box");
    go(&mut lane, 3.0);
    place(&lane, "box").distance(start)
}

/// The angle of friction 0.5 is atan 0.5 = 26.57 degrees.
#[test]
fn a_box_slides_above_the_angle_of_friction_and_sticks_below() {
    let stuck = slid(26.4);
    assert!(stuck < 0.005, "it crept {stuck} m");
    let slope = 26.7f32.to_radians();
    let acceleration = GRAVITY * (libm::sinf(slope) - 0.5 * libm::cosf(slope));
    near("slid", slid(26.7), 0.5 * acceleration * 9.0, 0.02);
}

#[test]
fn a_ball_bounces_to_the_square_of_its_restitution() {
    for restitution in [0.5, 0.9f32] {
        let mut body = ball(BALL_RADIUS_M).at([0.0, 0.0, 1.0 + BALL_RADIUS_M]);
        body.material.restitution = restitution;
        let mut world = World {
            control_hz: 240,
            ..World::default()
        };
        world.bodies.insert("floor".into(), floor());
        world.bodies.insert("ball".into(), body);
        let mut lane = try_lane(world).expect("the world is right");
        let (mut apex_m, mut has_bounced) = (0.0f32, false);
        for _ in 0..240 {
            lane.step(&[]).expect("no fault");
            let state = lane.view().body_named("ball");
            has_bounced |= state.linear_velocity_mps.z > 0.0;
            if has_bounced {
                apex_m = apex_m.max(state.position_m.z - BALL_RADIUS_M);
            }
        }
        let expected = restitution * restitution;
        near("apex", apex_m, expected, 0.03 * expected);
    }
}

#[test]
fn what_does_not_collide_touches_nothing() {
    let marker = Body::new("marker", cuboid([0.2, 0.2, 0.2])).fixed().untouchable();
    let mut lane = lane([
        ("floor", floor()),
        ("marker", marker.at([0.0, 0.0, 0.2])),
        ("ghost", ball(0.1).at([0.0, 0.0, 0.8]).untouchable()),
        ("ball", ball(BALL_RADIUS_M).at([0.0, 0.0, 0.6])),
    ]);
    lane.gather_contacts();
    let mut touched = Vec::new();
    for _ in 0..40 {
        lane.step(&[]).expect("no fault");
        touched.extend(
            lane.view()
                .contacts()
                .iter()
                .map(|contact| (contact.a, contact.b)),
        );
    }
    // The ghost falls freely through marker, ball and floor; the ball lies on the floor within the marker.
    near("ghost", place(&lane, "ghost").z, 0.8 - 0.5 * GRAVITY * 4.0, 0.1);
    near("ball", place(&lane, "ball").z, BALL_RADIUS_M, 0.001);
    assert!(
        !touched.is_empty() && touched.iter().all(|pair| *pair == (0, 3)),
        "{touched:?}"
    );
}

#[test]
fn a_mistake_is_named_with_its_place() {
    let flat = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.1], [0.05, 0.05]];
    let inner = Shape::Compound {
        parts: vec![part(Shape::Ball { radius_m: 0.1 }, [0.0; 3])],
    };
    let cases = [
        (
            "flat hull",
            Shape::Hull {
                points_m: flat.map(|[x, y]| [x, y, 0.0]).to_vec(),
            },
            "bodies.thing.shape.points_m",
        ),
        (
            "hull of three points",
            Shape::Hull {
                points_m: vec![[0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [0.0, 0.1, 0.1]],
            },
            "bodies.thing.shape.points_m",
        ),
        (
            "mesh index",
            Shape::Mesh {
                vertices_m: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
                triangles: vec![[0, 1, 3]],
                uvs: Vec::new(),
            },
            "bodies.thing.shape.triangles",
        ),
        (
            "ragged heights",
            Shape::HeightField {
                size_m: [1.0, 1.0],
                columns: 3,
                heights_m: vec![0.0; 8],
            },
            "bodies.thing.shape.heights_m",
        ),
        ("dynamic half space", Shape::HalfSpace {}, "bodies.thing.shape"),
        (
            "dynamic height field",
            height_field(terraces()),
            "bodies.thing.shape",
        ),
        (
            "nested compound",
            Shape::Compound {
                parts: vec![part(inner, [0.0; 3])],
            },
            "bodies.thing.shape.parts[0]",
        ),
        (
            "empty compound",
            Shape::Compound { parts: vec![] },
            "bodies.thing.shape",
        ),
        (
            "radius 0",
            Shape::Ball { radius_m: 0.0 },
            "bodies.thing.shape.radius_m",
        ),
        (
            "radius 0 of a part",
            Shape::Compound {
                parts: vec![
                    part(cuboid([0.1; 3]), [0.0; 3]),
                    part(Shape::Ball { radius_m: 0.0 }, [0.0; 3]),
                ],
            },
            "bodies.thing.shape.parts[1].radius_m",
        ),
    ];
    for (name, shape, expected) in cases {
        let mut world = World::default();
        world
            .bodies
            .insert("thing".into(), Body::new("thing", shape.clone()));
        let error = try_lane(world)
            .err()
            .unwrap_or_else(|| panic!("{name} is accepted"));
        assert_eq!(error.parts().0, expected, "{name}: {error}");
    }
}

fn hinge(child: &str) -> Joint<f32> {
    Joint {
        parent: "world".into(),
        child: child.into(),
        anchor_parent_m: [0.8, 0.0, 1.0],
        anchor_child_m: [0.0, 0.0, 0.4],
        freedom: Freedom::Hinge {
            axis: [0.0, 1.0, 0.0],
            limits_rad: None,
        },
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    }
}

#[test]
fn a_joint_with_a_missing_body_is_named_with_its_place() {
    let mut world = World::default();
    world.joints.insert("hinge".into(), hinge("pendulum"));
    let error = try_lane(world).err().expect("there is no pendulum");
    assert_eq!(error.parts().0, "joints.hinge.child");
    assert!(error.to_string().contains("`pendulum`"), "{error}");
}

/// A hand on a gantry that carries a ball, a pendulum, and a heap of things that touch.
fn busy_world() -> World<f32> {
    let mut world = World::default();
    let mut add = |name: &str, body: Body<f32>| {
        world.bodies.insert(name.to_string(), body);
    };
    add("floor", floor());
    add("hand", ball(0.03).kinematic().untouchable().at([0.0, 0.0, 0.5]));
    add("held", ball(BALL_RADIUS_M).at([0.0, 0.0, 0.42]));
    for index in 0..6u8 {
        let lift = f32::from(index);
        let at = [0.02 * (lift - 2.5), 0.03 * (lift % 2.0) - 0.6, 0.15 + 0.15 * lift];
        let shape = match index % 3 {
            0 => cuboid([0.06; 3]),
            1 => wedge(),
            _ => stool(),
        };
        add(&format!("thing_{index}"), Body::new("thing", shape).at(at));
    }
    add("pendulum", ball(BALL_RADIUS_M).at([0.8, 0.0, 0.6]));
    world.joints.insert("hinge".into(), hinge("pendulum"));
    world.mechanisms.insert(
        "hand".into(),
        Mechanism::Gantry {
            body: "hand".into(),
            axes: "xyz".into(),
            max_speed_mps: 1.0,
            max_acceleration_mps2: 5.0,
            low_m: [-1.0, -1.0, 0.1],
            high_m: [1.0, 1.0, 1.0],
            delay_secs: None,
        },
    );
    world.mechanisms.insert(
        "grip".into(),
        Mechanism::Grip {
            body: "hand".into(),
            point_m: [0.0; 3],
            reach_m: 0.08,
            holds: vec!["held".into()],
            holding: Some("held".into()),
            aim: None,
            spin_radps: None,
        },
    );
    world.mechanisms.insert(
        "push".into(),
        Mechanism::Force {
            body: "pendulum".into(),
            axes: "x".into(),
            max_force_n: 2.0,
        },
    );
    world
}

/// To and fro through the heap, letting go from time to time.
fn action(step: u32) -> [f32; 5] {
    let wave = |period: u32| {
        if step % period < period / 2 { 0.7 } else { -0.7 }
    };
    let hold = if step % 70 < 60 { 1.0 } else { 0.0 };
    [wave(30), wave(52), wave(44), hold, wave(36)]
}

fn started(steps: u32) -> Lane {
    let mut lane = try_lane(busy_world()).expect("the world is right");
    lane.gather_contacts();
    for step in 0..steps {
        lane.step(&action(step)).expect("no fault");
    }
    lane
}

#[test]
fn a_fork_steps_as_its_parent_to_the_last_bit() {
    let mut parent = started(50);
    let grip = parent.view().mechanism_index("grip").expect("it is there");
    assert!(
        parent.view().held_by(grip).is_some(),
        "it holds while it is forked"
    );
    assert!(
        !parent.view().contacts().is_empty(),
        "things touch while it is forked"
    );
    let mut fork = parent.fork();
    assert_eq!(fork.digest(), parent.digest());
    for step in 50..250 {
        parent.step(&action(step)).expect("no fault");
        fork.step(&action(step)).expect("no fault");
        assert_eq!(fork.digest(), parent.digest(), "step {step}");
        assert_eq!(fork.view().contacts(), parent.view().contacts(), "step {step}");
    }
}

#[test]
fn what_a_fork_does_leaves_its_parent_alone() {
    let mut parent = started(50);
    let mut twin = started(50);
    let mut fork = parent.fork();
    let mut parted = false;
    for step in 50..250 {
        fork.step(&[1.0, -1.0, -1.0, 0.0, 2.0]).expect("no fault");
        parent.step(&action(step)).expect("no fault");
        twin.step(&action(step)).expect("no fault");
        assert_eq!(parent.digest(), twin.digest(), "step {step}");
        parted |= fork.digest() != parent.digest();
    }
    assert!(parted, "the fork was acted on otherwise");
}

#[test]
fn two_lanes_of_one_plan_are_bit_equal() {
    let (mut one, mut other) = (started(0), started(0));
    let start = one.digest();
    for step in 0..200 {
        one.step(&action(step)).expect("no fault");
        other.step(&action(step)).expect("no fault");
        assert_eq!(one.digest(), other.digest(), "step {step}");
    }
    assert_ne!(one.digest(), start, "something moved");
}
