//! The site: a storage hall with racks, a dispatch hall, a shutter between them, robots in their bays, loads, places.

use super::elevator;
use crate::doors::{LEAF_GAP_M, LEAF_HALF_M, WALL_HALF_M, leaf_body, leaf_joint, leaf_middle_m, wall};
use crate::draw::PlanError;
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Pattern, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Mechanism, World};

/// Robots of every site.
pub(super) const ROBOTS: usize = 3;
/// A robot's radius, m.
pub(super) const ROBOT_RADIUS_M: f32 = 0.25;
/// Half the side of a load, m.
pub(super) const LOAD_HALF_M: f32 = 0.4;
/// Half of the site along x and y, m.
pub(super) const HALF: Vec2 = Vec2::new(4.0, 3.6);
/// The wall between the halls: storage lies at greater y, m.
pub(super) const DIVIDER_Y_M: f32 = 0.2;
/// Width of the door in it, m.
pub(super) const DOOR_M: f32 = 1.8;
/// Half the thickness of a rack, m.
const RACK_HALF_M: f32 = 0.22;
/// Where racks start and end along y, m.
const RACK_Y_M: [f32; 2] = [1.75, 3.5];
/// Where every second rack starts that is shorter than its neighbours, m.
const SHORT_FROM_Y_M: f32 = 2.35;
/// Where an aisle across the racks starts and ends along y, m.
const CROSS_Y_M: [f32; 2] = [2.4, 2.9];
/// No aisle is narrower, m: a load on a robot passes.
const NARROWEST_M: f32 = 1.24;
/// What lies in a rack takes so much of it along y, m.
const CRATE_ROOM_M: f32 = 0.55;

/// How racks stand.
pub(super) const LAYOUTS: [&str; 3] = ["rows", "uneven", "stepped"];
/// How they stand out of distribution only.
pub(super) const LAYOUTS_OOD: [&str; 1] = ["cross"];
/// Height of the underside of a load, m: a robot that has less than a hand above it sticks to the floor.
const DECK_M: f32 = 0.68;
/// Height of a load's origin where it stands, m.
pub(super) const LOAD_Z_M: f32 = DECK_M + 0.03;
/// How far the shutter rises, m.
const RISE_M: f32 = 1.2;

/// Names and colours that go by the robot's number.
pub(super) const COLORS: [[f32; 3]; ROBOTS] = [[0.92, 0.38, 0.12], [0.20, 0.52, 0.88], [0.62, 0.36, 0.74]];

/// Outer walls, the wall between the halls with its shutter, and the mat that opens it.
pub(super) fn add_halls(world: &mut World<f32>, door_x: f32, robots: &[String]) {
    let thick = 2.0 * WALL_HALF_M;
    let (x, y) = (HALF.x, HALF.y);
    let walls = [
        ("wall_south", [-x - thick, -y - thick], [x + thick, -y]),
        ("wall_north", [-x - thick, y], [x + thick, y + thick]),
        ("wall_west", [-x - thick, -y], [-x, y]),
        ("wall_east", [x, -y], [x + thick, y]),
        (
            "divider_west",
            [-x, DIVIDER_Y_M - WALL_HALF_M],
            [door_x - 0.5 * DOOR_M, DIVIDER_Y_M + WALL_HALF_M],
        ),
        (
            "divider_east",
            [door_x + 0.5 * DOOR_M, DIVIDER_Y_M - WALL_HALF_M],
            [x, DIVIDER_Y_M + WALL_HALF_M],
        ),
    ];
    for (name, low, high) in walls {
        let body = wall(low, high).painted(Paint::plain(looks::WALL));
        world.bodies.insert(name.into(), body);
    }
    let closed = [door_x, DIVIDER_Y_M, leaf_middle_m()];
    let half = [0.5 * DOOR_M - LEAF_GAP_M, LEAF_HALF_M];
    let mut leaf = leaf_body(half, 12.0, [0.66, 0.70, 0.74]).at(closed);
    // Counterweighted.
    leaf.gravity_scale = 0.0;
    world.bodies.insert("shutter".into(), leaf);
    let freedom = Freedom::Slider {
        axis: [0.0, 0.0, 1.0],
        limits_m: Some([0.0, RISE_M]),
    };
    world
        .joints
        .insert("shutter".into(), leaf_joint("world", "shutter", closed, freedom));
    let shape = Shape::Box {
        half_extents_m: [0.5 * DOOR_M, 1.0, 0.002],
    };
    let mat = Body::new("mat", shape)
        .fixed()
        .untouchable()
        .at([door_x, DIVIDER_Y_M, 0.003])
        .painted(Paint::plain([0.25, 0.27, 0.30]));
    world.bodies.insert("mat".into(), mat);
    world.mechanisms.insert(
        "door_sensor".into(),
        Mechanism::Button {
            body: "mat".into(),
            pressed_by: robots.to_vec(),
            hold_secs: 1.0,
            delay_secs: 0.0,
        },
    );
    world.mechanisms.insert(
        "opener".into(),
        Mechanism::Opener {
            joint: "shutter".into(),
            button: "door_sensor".into(),
            closed_at: 0.0,
            open_at: 0.98 * RISE_M,
            max_velocity: 1.5,
            max_force: 500.0,
        },
    );
}

/// Racks side by side along x, as a layout says; gives the middles of the aisles between them, m.
pub(super) fn add_racks(world: &mut World<f32>, count: usize, layout: &str, rng: &mut Rng) -> Vec<f32> {
    let aisles = aisle_widths(count, layout == "uneven", rng);
    let [from, to] = RACK_Y_M;
    let mut x = -HALF.x;
    let mut middles = Vec::new();
    for (index, aisle) in aisles.into_iter().enumerate() {
        middles.push(x + 0.5 * aisle);
        x += aisle + RACK_HALF_M;
        if index == count {
            break;
        }
        let name = format!("rack_{index}");
        match layout {
            "stepped" if index % 2 == 1 => {
                world.bodies.insert(name, rack(x, [SHORT_FROM_Y_M, to]));
            }
            "cross" => {
                let [gap_from, gap_to] = CROSS_Y_M;
                world.bodies.insert(name.clone(), rack(x, [from, gap_from]));
                world.bodies.insert(format!("{name}_far"), rack(x, [gap_to, to]));
            }
            _ => {
                world.bodies.insert(name, rack(x, [from, to]));
            }
        }
        x += RACK_HALF_M;
    }
    middles
}

/// Widths of the aisles between, before and behind so many racks, m: all the same, or what is more than the least is shared by chance.
fn aisle_widths(racks: usize, uneven: bool, rng: &mut Rng) -> Vec<f32> {
    let count = racks + 1;
    let all = 2.0 * HALF.x - 2.0 * RACK_HALF_M * racks as f32;
    let shares: Vec<f32> = (0..count)
        .map(|_| if uneven { rng.uniform_f32(0.0, 1.0) } else { 1.0 })
        .collect();
    let sum: f32 = shares.iter().sum();
    let spare = all - NARROWEST_M * count as f32;
    shares
        .iter()
        .map(|share| NARROWEST_M + spare * share / sum.max(1e-3))
        .collect()
}

/// A rack with what lies in it.
fn rack(x: f32, [from, to]: [f32; 2]) -> Body<f32> {
    let half_y = 0.5 * (to - from);
    let shelf = |z: f32| {
        let half_extents_m = [RACK_HALF_M, half_y, 0.03];
        Part::new(Shape::Box { half_extents_m }, [0.0, 0.0, z])
    };
    let mut parts = vec![shelf(0.1), shelf(0.65), shelf(1.2)];
    for side in [-1.0, 1.0] {
        let half_extents_m = [RACK_HALF_M, 0.03, 0.65];
        parts.push(Part::new(
            Shape::Box { half_extents_m },
            [0.0, side * (half_y - 0.03), 0.65],
        ));
    }
    let crates = libm::floorf(2.0 * half_y / CRATE_ROOM_M) as usize;
    for index in 0..crates {
        let along = CRATE_ROOM_M * (index as f32 - 0.5 * (crates as f32 - 1.0));
        let half_extents_m = [0.17, 0.2, 0.18];
        parts.push(Part::new(Shape::Box { half_extents_m }, [0.0, along, 0.31]));
    }
    Body::new("rack", Shape::Compound { parts })
        .fixed()
        .at([x, 0.5 * (from + to), 0.0])
        .painted(Paint::plain([0.28, 0.40, 0.58]))
}

/// A robot at a place, facing `yaw_deg`, dark where it is out of service. A ball that nobody sees is what touches floors and walls.
pub(super) fn robot(index: usize, at: Vec2, yaw_deg: f32, serves: bool) -> Body<f32> {
    let mut ball = Part::new(
        Shape::Ball {
            radius_m: ROBOT_RADIUS_M,
        },
        [0.0; 3],
    );
    ball.visible = false;
    let disc = Shape::Cylinder {
        radius_m: ROBOT_RADIUS_M,
        half_height_m: 0.12,
    };
    let parts = vec![ball, Part::new(disc, [0.0, 0.0, -0.12])];
    let shade = if serves { 1.0 } else { 0.3 };
    let paint = Paint {
        pattern: Pattern::Stripes,
        ..Paint::checker(COLORS[index].map(|part| shade * part), looks::AGENT, 10.0)
    };
    let mut body = Body::new("robot", Shape::Compound { parts })
        .kinematic()
        .at([at.x, at.y, ROBOT_RADIUS_M + 0.01])
        .painted(paint);
    body.rotation = Rotation::RpyDeg([0.0, 0.0, yaw_deg]);
    body
}

/// A table with a crate on it, high enough to drive under. Nobody sees what it weighs.
pub(super) fn load(index: usize, at: Vec2, mass_kg: f32) -> Body<f32> {
    let mut parts = vec![Part::new(
        Shape::Box {
            half_extents_m: [LOAD_HALF_M, LOAD_HALF_M, 0.03],
        },
        [0.0; 3],
    )];
    for (x, y) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        let half_extents_m = [0.02, 0.02, 0.5 * DECK_M - 0.01];
        let leg = LOAD_HALF_M - 0.02;
        parts.push(Part::new(
            Shape::Box { half_extents_m },
            [x * leg, y * leg, -0.5 * DECK_M - 0.02],
        ));
    }
    let half_extents_m = [0.27, 0.27, 0.16];
    parts.push(Part::new(Shape::Box { half_extents_m }, [0.0, 0.0, 0.19]));
    let light = COLORS[index].map(|part| 0.55 + 0.45 * part);
    let mut load = Body::new("load", Shape::Compound { parts })
        .kinematic()
        .at([at.x, at.y, LOAD_Z_M])
        .painted(Paint::plain(light));
    load.material.mass_kg = Some(mass_kg);
    load
}

/// A mark of the load's colour where it is to go.
pub(super) fn place(index: usize, at: Vec2) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [0.5, 0.5, 0.002],
    };
    Body::new("place", shape)
        .fixed()
        .untouchable()
        .at([at.x, at.y, 0.006])
        .painted(Paint::plain(COLORS[index]))
}

/// Bays of the robots in the dispatch hall, m, in an order drawn by `rng`.
pub(super) fn bays(rng: &mut Rng) -> [Vec2; ROBOTS] {
    let mut left = vec![Vec2::new(-3.5, -0.7), Vec2::new(3.5, -0.7), Vec2::new(-3.5, -1.7)];
    [0; ROBOTS].map(|_| left.swap_remove(rng.below(left.len())))
}

/// Where places are along x, m; the elevator stands at one of them.
pub(super) const PLACES_X_M: [f32; ROBOTS] = [-2.2, 0.0, 2.2];

/// Places for loads in the dispatch hall, m, in an order drawn by `rng`; that at the elevator is in the middle of its platform.
pub(super) fn places(elevator_x: f32, rng: &mut Rng) -> [Vec2; ROBOTS] {
    let mut left = PLACES_X_M.to_vec();
    [0; ROBOTS].map(|_| {
        let x: f32 = left.swap_remove(rng.below(left.len()));
        let off = rng.uniform_f32(-0.25, 0.25);
        let y = rng.uniform_f32(-2.8, -2.4);
        if x == elevator_x {
            Vec2::new(x, elevator::Y_M)
        } else {
            Vec2::new(x + off, y)
        }
    })
}

/// Where loads wait: each in its own aisle.
pub(super) fn slots(aisles: &[f32], count: usize, rng: &mut Rng) -> Result<Vec<Vec2>, PlanError> {
    if aisles.len() < count {
        return Err(PlanError::no_fit("there are fewer aisles than loads"));
    }
    let mut left = aisles.to_vec();
    Ok((0..count)
        .map(|_| Vec2::new(left.swap_remove(rng.below(left.len())), rng.uniform_f32(2.4, 2.9)))
        .collect())
}

/// Half of a rack's extents along x and y, m: those of its shelves.
pub(super) fn rack_half(rack: &Body<f32>) -> Vec2 {
    match &rack.shape {
        Shape::Compound { parts } => match parts[0].shape {
            Shape::Box {
                half_extents_m: [x, y, _],
            } => Vec2::new(x, y),
            _ => unreachable!("shelves are boxes"),
        },
        _ => unreachable!("racks have shelves"),
    }
}
