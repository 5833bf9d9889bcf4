//! What stands in the doorways: nothing, a step, stairs, a ramp, leaves that the robot pushes open, a shutter that rises or a leaf that
//! slides aside before it, a shutter that rises for good when the robot was on a plate elsewhere in the room, or a door that does not
//! open: a locked one, or one that jams and looks as if it swung.

use super::ROBOT_RADIUS_M;
use super::floor_plan::{Doorway, FloorPlan};
use super::furniture::free_place;
use super::space::footprint;
use crate::doors::{
    LEAF_GAP_M, LEAF_HALF_M, WALL_HALF_M, closer, hinge_friction, leaf_body, leaf_joint, leaf_middle_m, wall,
};
use crate::draw::PlanError;
use crate::grid::{Grid, Obstacle};
use crate::looks;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Pattern, Shape};
use terrella_spec::world::{Body, Freedom, Mechanism, World};

/// What can stand in a doorway that must be passed.
pub(super) const KINDS: [&str; 10] = [
    "open", "step", "stairs", "ramp", "swing", "double", "saloon", "shutter", "sliding", "plate",
];
/// What stands in a doorway out of distribution only: a leaf that swings both ways and falls shut, and a shutter that rises some time
/// after the robot was on a plate.
pub(super) const KINDS_OOD: [&str; 2] = ["spring", "delayed"];
/// Those that plates open.
pub(super) const PLATED: [&str; 2] = ["plate", "delayed"];
/// How far a ramp, and the lowest of some stairs, reaches from the wall's middle, m.
const RAMP_REACH_M: f32 = 0.6;
/// Height of a step, m.
const STEP_M: f32 = 0.03;
/// How many stairs lead up, and down again, how high each is, and how deep, m.
const STAIRS: usize = 3;
const STAIR_M: f32 = 0.035;
const TREAD_M: f32 = 0.16;
/// Height of a ramp, m.
const RAMP_M: f32 = 0.1;
/// How far to each side a leaf with a spring swings, rad.
const SWING_RAD: f32 = 1.6;
/// The same of one that stays where it is pushed: so far past square that who came through gets by on its hinge's side, and has not
/// walled itself in.
const WIDE_RAD: f32 = 2.6;
/// How far a shutter rises, m.
const RISE_M: f32 = 1.1;
/// A leaf that has slid aside covers so much of its doorway still, m.
const SLID_LEFT_M: f32 = 0.06;
/// How long after the robot was on its plate a delayed door opens, s.
const DELAY_SECS: f32 = 1.0;
/// How far the mat before a shutter reaches from the wall's middle, m.
const MAT_REACH_M: f32 = 0.75;
/// Half of the side of a plate, m.
const PLATE_HALF_M: f32 = 0.22;
/// How far from its door a plate lies, m.
const PLATE_AWAY_M: [f32; 2] = [0.95, 3.0];
/// Colours of doors that plates open, and of their plates.
const PLATE_COLORS: [[f32; 3]; 3] = [[0.85, 0.30, 0.65], [0.10, 0.66, 0.66], [0.55, 0.40, 0.85]];
/// The colour of what does not open.
const LOCKED: [f32; 3] = [0.70, 0.16, 0.14];
/// Colours of leaves that swing, of those that fall shut, and of their mats; of those that slide.
const SWING: [f32; 3] = [0.24, 0.50, 0.80];
const SWING_MAT: [f32; 3] = [0.30, 0.52, 0.78];
const SPRUNG: [f32; 3] = [0.93, 0.76, 0.20];
const SPRUNG_MAT: [f32; 3] = [0.86, 0.70, 0.24];
const SLIDING: [f32; 3] = [0.45, 0.72, 0.76];

/// What is drawn of all doors.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoorDraws {
    pub(super) mass_kg: f32,
    pub(super) friction_nm: f32,
    pub(super) closer_nmprad: f32,
}

/// Walls of one colour.
pub(super) fn add_walls(world: &mut World<f32>, plan: &FloorPlan, color: [f32; 3]) {
    for (index, [from, to]) in plan.walls.iter().enumerate() {
        let thick = Vec2::splat(WALL_HALF_M);
        // Along its own line a wall ends where a doorway starts, and reaches into corners that others fill.
        let (low, high) = (from.min(*to), from.max(*to));
        let along = (high - low).normalize_or_zero();
        let beside = thick - along * WALL_HALF_M;
        let (low, high) = (low - beside, high + beside);
        if (high - low).min_element() < 0.01 {
            continue;
        }
        let body = wall(low.to_array(), high.to_array()).painted(Paint::plain(color));
        world.bodies.insert(format!("wall_{index}"), body);
    }
}

/// Half extents (along, across) in the wall's frame as half extents along x and y.
fn turned(door: &Doorway, along: f32, through: f32) -> [f32; 2] {
    (door.along() * along + door.through() * through).to_array()
}

/// A mark on the floor before and behind a door, as wide as it.
fn mat(door: &Doorway, reach: f32, color: [f32; 3]) -> Body<f32> {
    let [x, y] = turned(door, 0.5 * door.width_m, reach);
    let shape = Shape::Box {
        half_extents_m: [x, y, 0.002],
    };
    Body::new("mat", shape)
        .fixed()
        .untouchable()
        .at([door.at.x, door.at.y, 0.003])
        .painted(Paint::plain(color))
}

/// Fills the doorway number `index` with what `kind` says.
pub(super) fn add(world: &mut World<f32>, index: usize, door: &Doorway, kind: &str, draws: &DoorDraws) {
    let name = format!("door_{index}");
    match kind {
        "step" => {
            let [x, y] = turned(door, 0.5 * door.width_m, 0.12);
            let shape = Shape::Box {
                half_extents_m: [x, y, 0.5 * STEP_M],
            };
            let step = Body::new("step", shape)
                .fixed()
                .at([door.at.x, door.at.y, 0.5 * STEP_M])
                .painted(Paint::plain([0.85, 0.62, 0.18]));
            world.bodies.insert(name, step);
        }
        "stairs" => {
            world.bodies.insert(name, stairs(door));
        }
        "ramp" => {
            world.bodies.insert(name, ramp(door));
        }
        "swing" | "spring" => {
            let width = door.width_m - 2.0 * LEAF_GAP_M;
            add_leaf(
                world,
                &name,
                door,
                -1.0,
                width,
                draws.mass_kg,
                draws,
                kind == "spring",
            );
            world
                .bodies
                .insert(format!("mat_{index}"), mat(door, 0.3, SWING_MAT));
        }
        "saloon" | "double" => {
            let width = 0.5 * (door.width_m - 3.0 * LEAF_GAP_M);
            let closes = kind == "saloon";
            for side in [-1.0, 1.0] {
                let leaf = format!("{name}_{}", if side < 0.0 { "low" } else { "high" });
                add_leaf(
                    world,
                    &leaf,
                    door,
                    side,
                    width,
                    0.5 * draws.mass_kg,
                    draws,
                    closes,
                );
            }
            let color = if closes { SPRUNG_MAT } else { SWING_MAT };
            world.bodies.insert(format!("mat_{index}"), mat(door, 0.3, color));
        }
        "shutter" | "sliding" => {
            let opens = if kind == "sliding" {
                let half = turned(door, 0.5 * door.width_m - LEAF_GAP_M, LEAF_HALF_M);
                add_sliding(world, index, door, leaf_body(half, draws.mass_kg, SLIDING))
            } else {
                add_shutter(world, index, door, draws.mass_kg, [0.62, 0.66, 0.70])
            };
            let body = mat(door, MAT_REACH_M, [0.22, 0.24, 0.27]);
            world.bodies.insert(format!("mat_{index}"), body);
            open_from(world, index, "mat", opens, [0.0, 0.5]);
        }
        "plate" | "delayed" => {
            add_shutter(world, index, door, draws.mass_kg, plate_color(index));
        }
        "locked" => add_fixed_leaf(world, name, door, 0.5 * door.width_m, LOCKED),
        "jammed" => {
            add_fixed_leaf(world, name, door, 0.5 * door.width_m - LEAF_GAP_M, SWING);
            world
                .bodies
                .insert(format!("mat_{index}"), mat(door, 0.3, SWING_MAT));
        }
        _ => {}
    }
}

/// Up to the doorway's plane, and down: the lowest first, each on all of the floor that it covers.
fn stairs(door: &Doorway) -> Body<f32> {
    let parts = (0..STAIRS).map(|stair| {
        let [x, y] = turned(door, 0.5 * door.width_m, RAMP_REACH_M - TREAD_M * stair as f32);
        let half_height = 0.5 * STAIR_M * (stair + 1) as f32;
        let half_extents_m = [x, y, half_height];
        Part::new(Shape::Box { half_extents_m }, [0.0, 0.0, half_height])
    });
    let paint = Paint::checker([0.85, 0.62, 0.18], [0.62, 0.42, 0.12], TREAD_M);
    Body::new(
        "stairs",
        Shape::Compound {
            parts: parts.collect(),
        },
    )
    .fixed()
    .at([door.at.x, door.at.y, 0.0])
    .painted(paint)
}

/// Up, over the doorway's plane, and down.
fn ramp(door: &Doorway) -> Body<f32> {
    let half = 0.5 * door.width_m;
    let point = |along: f32, through: f32, z: f32| {
        let flat = door.along() * along + door.through() * through;
        [flat.x, flat.y, z]
    };
    let profile = [
        (-RAMP_REACH_M, 0.0),
        (-0.12, RAMP_M),
        (0.12, RAMP_M),
        (RAMP_REACH_M, 0.0),
    ];
    let points_m = profile
        .into_iter()
        .flat_map(|(through, z)| [point(-half, through, z), point(half, through, z)])
        .collect();
    let light = [0.55, 0.50, 0.62];
    let paint = Paint {
        pattern: Pattern::Checker,
        ..Paint::checker(light, light.map(|part| 0.75 * part), 0.2)
    };
    Body::new("ramp", Shape::Hull { points_m })
        .fixed()
        .at([door.at.x, door.at.y, 0.0])
        .painted(paint)
}

/// A leaf that swings both ways on the doorway's edge on `side` of its middle.
#[expect(
    clippy::too_many_arguments,
    reason = "two callers, and each number is a leaf's own"
)]
fn add_leaf(
    world: &mut World<f32>,
    name: &str,
    door: &Doorway,
    side: f32,
    width: f32,
    mass_kg: f32,
    draws: &DoorDraws,
    closes: bool,
) {
    let hinge = door.at + door.along() * (side * (0.5 * door.width_m - LEAF_GAP_M));
    let offset = door.along() * (-side * 0.5 * width);
    let middle = hinge + offset;
    let color = if closes { SPRUNG } else { SWING };
    let leaf = leaf_body(turned(door, 0.5 * width, LEAF_HALF_M), mass_kg, color);
    world
        .bodies
        .insert(name.into(), leaf.at([middle.x, middle.y, leaf_middle_m()]));
    let motor = if closes {
        closer(draws.closer_nmprad, 0.5, mass_kg, width)
    } else {
        hinge_friction(draws.friction_nm)
    };
    let most = if closes { SWING_RAD } else { WIDE_RAD };
    let freedom = Freedom::Hinge {
        axis: [0.0, 0.0, 1.0],
        limits_rad: Some([-most, most]),
    };
    // A leaf passes through the end of the wall that it hangs on, as one with a rebate does.
    let frame = format!("wall_{}", door.walls[usize::from(side > 0.0)]);
    let [x, y, z] = world.bodies[&frame].position_m;
    let anchor = [hinge.x - x, hinge.y - y, leaf_middle_m() - z];
    let mut joint = leaf_joint(&frame, name, anchor, freedom);
    joint.anchor_child_m = [-offset.x, -offset.y, 0.0];
    joint.motor = Some(motor);
    world.joints.insert(name.into(), joint);
}

/// A leaf that stays where it is.
fn add_fixed_leaf(world: &mut World<f32>, name: String, door: &Doorway, half_width: f32, color: [f32; 3]) {
    let half = turned(door, half_width, LEAF_HALF_M);
    let leaf = leaf_body(half, 1.0, color)
        .fixed()
        .at([door.at.x, door.at.y, leaf_middle_m()]);
    world.bodies.insert(name, leaf);
}

/// How far the leaf of a doorway slides, m.
fn slide_m(door: &Doorway) -> f32 {
    door.width_m - LEAF_GAP_M - SLID_LEFT_M
}

/// The longer of the walls beside a doorway, as 0 or 1, if the doorway's leaf has room in it.
fn pocket(door: &Doorway, walls_m: [f32; 2]) -> Option<usize> {
    let longer = usize::from(walls_m[1] > walls_m[0]);
    (walls_m[longer] > slide_m(door) + WALL_HALF_M).then_some(longer)
}

/// True where a leaf can slide into a wall beside a doorway.
pub(super) fn can_slide(plan: &FloorPlan, door: &Doorway) -> bool {
    let lengths = door.walls.map(|wall| {
        let [from, to] = plan.walls[wall];
        from.distance(to)
    });
    pocket(door, lengths).is_some()
}

/// Puts in a leaf that slides into the wall when something tells it to. Gives how far, m.
fn add_sliding(world: &mut World<f32>, index: usize, door: &Doorway, mut leaf: Body<f32>) -> f32 {
    let name = format!("door_{index}");
    let frames = door.walls.map(|wall| format!("wall_{wall}"));
    let lengths = frames.each_ref().map(|frame| {
        let Shape::Box { half_extents_m } = world.bodies[frame].shape else {
            unreachable!("walls are boxes")
        };
        2.0 * Vec3::from(half_extents_m).truncate().dot(door.along())
    });
    let side = pocket(door, lengths).expect("the plan has room for it");
    // Hung on rollers.
    leaf.gravity_scale = 0.0;
    let closed = Vec3::new(door.at.x, door.at.y, leaf_middle_m());
    world.bodies.insert(name.clone(), leaf.at(closed.to_array()));
    let way = if side == 0 { -door.along() } else { door.along() };
    let freedom = Freedom::Slider {
        axis: way.extend(0.0).to_array(),
        limits_m: Some([0.0, slide_m(door)]),
    };
    // It does not touch the wall into which it slides.
    let anchor = closed - Vec3::from(world.bodies[&frames[side]].position_m);
    let joint = leaf_joint(&frames[side], &name, anchor.to_array(), freedom);
    world.joints.insert(name, joint);
    slide_m(door)
}

/// Puts in a leaf that rises when something tells it to. Gives how far, m.
fn add_shutter(world: &mut World<f32>, index: usize, door: &Doorway, mass_kg: f32, color: [f32; 3]) -> f32 {
    let name = format!("door_{index}");
    let half = turned(door, 0.5 * door.width_m - LEAF_GAP_M, LEAF_HALF_M);
    let mut leaf = leaf_body(half, mass_kg, color);
    // Counterweighted.
    leaf.gravity_scale = 0.0;
    let closed = [door.at.x, door.at.y, leaf_middle_m()];
    world.bodies.insert(name.clone(), leaf.at(closed));
    let freedom = Freedom::Slider {
        axis: [0.0, 0.0, 1.0],
        limits_m: Some([0.0, RISE_M]),
    };
    let joint = leaf_joint("world", &name, closed, freedom);
    world.joints.insert(name, joint);
    RISE_M
}

/// Opens a doorway's leaf by so many metres when the robot is on the body `WHAT_INDEX`: after the first of the times, for so long as the
/// second, s.
fn open_from(
    world: &mut World<f32>,
    index: usize,
    what: &str,
    opens_m: f32,
    [delay_secs, hold_secs]: [f32; 2],
) {
    let button = format!("{what}_{index}");
    world.mechanisms.insert(
        button.clone(),
        Mechanism::Button {
            body: button.clone(),
            pressed_by: vec!["drive".into()],
            hold_secs,
            delay_secs,
        },
    );
    world.mechanisms.insert(
        format!("opener_{index}"),
        Mechanism::Opener {
            joint: format!("door_{index}"),
            button,
            closed_at: 0.0,
            open_at: 0.98 * opens_m,
            max_velocity: 1.5,
            max_force: 400.0,
        },
    );
}

fn plate_color(index: usize) -> [f32; 3] {
    PLATE_COLORS[index % PLATE_COLORS.len()]
}

/// The plates of a doorway, of its door's colour: one in each of the two rooms, away from all doorways.
pub(super) fn add_plates(
    world: &mut World<f32>,
    (index, kind): (usize, &str),
    plan: &FloorPlan,
    grid: &Grid,
    rng: &mut Rng,
) -> Result<(), PlanError> {
    let door = &plan.doorways[index];
    let [near, far] = PLATE_AWAY_M;
    let mut parts = Vec::new();
    for room in door.rooms.map(|room| plan.rooms[room]) {
        let fits = |place: Vec2| {
            let clear = plan.doorways.iter().all(|other| other.at.distance(place) > near);
            clear && room.contains(place) && door.at.distance(place) < far
        };
        let place = free_place(grid, ROBOT_RADIUS_M + 0.1, rng, fits)
            .ok_or_else(|| PlanError::no_fit("a plate does not fit into its room"))?;
        let half_extents_m = [PLATE_HALF_M, PLATE_HALF_M, 0.002];
        parts.push(Part::new(
            Shape::Box { half_extents_m },
            place.extend(0.004).to_array(),
        ));
    }
    let plates = Body::new("plate", Shape::Compound { parts })
        .fixed()
        .untouchable()
        .painted(Paint::plain(plate_color(index)));
    world.bodies.insert(format!("plate_{index}"), plates);
    // For good: who comes back finds it open.
    let delay_secs = if kind == "delayed" { DELAY_SECS } else { 0.0 };
    open_from(world, index, "plate", RISE_M, [delay_secs, 1e5]);
    Ok(())
}

/// A doorway that plates open, as who wants to pass it sees it.
#[derive(Clone, Debug)]
pub(super) struct Plated {
    /// The plates' mechanism.
    pub(super) button: String,
    pub(super) plates: Vec<Vec2>,
    /// What it takes of the floor while it is shut.
    pub(super) leaf: Obstacle,
}

/// All doorways of a world that plates open.
pub(super) fn plated(world: &World<f32>) -> Vec<Plated> {
    let plates = world.bodies.iter().filter(|(_, body)| body.class == "plate");
    plates
        .map(|(name, body)| {
            let Shape::Compound { parts } = &body.shape else {
                unreachable!("there is one in each room")
            };
            let door = name.replace("plate", "door");
            Plated {
                button: name.clone(),
                plates: parts
                    .iter()
                    .map(|part| Vec3::from(part.position_m).truncate())
                    .collect(),
                leaf: footprint(&world.bodies[&door]),
            }
        })
        .collect()
}

/// The colour of the walls, by a number in 0..1 between warm and cool.
pub(super) fn wall_color(tone: f32) -> [f32; 3] {
    let cool = [0.66, 0.72, 0.78];
    [0, 1, 2].map(|part| looks::WALL[part] + (cool[part] - looks::WALL[part]) * tone)
}
