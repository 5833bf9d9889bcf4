//! The rooms about the door: walls, painted false doors, buttons on posts, the agent's start, the goal mat.

use super::kinds::{Lock, Opens};
use super::layout::Layout;
use crate::doors::{WALL_HALF_M, WALL_HEIGHT_M, wall};
use crate::draw::PlanError;
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Mechanism, World};

/// Radius of a button's post, m.
pub(super) const POST_RADIUS_M: f32 = 0.07;
/// Nothing else starts nearer to a button's axis, m.
const BUTTON_CLEARANCE_M: f32 = 0.55;
/// The colour of a wall with a door in it.
const DOOR_WALL_COLOR: [f32; 3] = [0.62, 0.58, 0.55];
/// The colour of all buttons where none tells that it opens the door.
const HIDDEN_COLOR: [f32; 3] = [0.62, 0.63, 0.66];
/// How far the agent's centre, half a metre above the floor, may be from a key that it picks up, m.
const KEY_REACH_M: f32 = 0.6;

/// The start room's extent, m. The goal room is as wide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) half_width_m: f32,
    pub(super) depth_m: f32,
}

/// The walls, with a gap for the doorway.
pub(super) fn add_walls(world: &mut World<f32>, room: Room, layout: &Layout) {
    let (half, depth, thick) = (room.half_width_m, room.depth_m, 2.0 * WALL_HALF_M);
    let edge = |way: f32| layout.door_x_m + way * 0.5 * layout.width_m;
    let end = layout.end_y_m();
    let walls = [
        ("wall_low", wall([-half, -WALL_HALF_M], [edge(-1.0), WALL_HALF_M])),
        ("wall_high", wall([edge(1.0), -WALL_HALF_M], [half, WALL_HALF_M])),
        (
            "wall_left",
            wall([-half - thick, -depth - thick], [-half, end + thick]),
        ),
        (
            "wall_right",
            wall([half, -depth - thick], [half + thick, end + thick]),
        ),
        ("wall_back", wall([-half, -depth - thick], [half, -depth])),
        ("wall_goal", wall([-half, end], [half, end + thick])),
    ];
    for (name, body) in walls {
        // The wall with the door differs from the others in every picture.
        let color = if name == "wall_low" || name == "wall_high" {
            DOOR_WALL_COLOR
        } else {
            looks::WALL
        };
        world
            .bodies
            .insert(name.into(), body.painted(Paint::plain(color)));
    }
    if layout.kind.airlock {
        let y = layout.goal_y_m();
        let (low, high) = (y - WALL_HALF_M, y + WALL_HALF_M);
        for (name, body) in [
            ("inner_low", wall([-half, low], [edge(-1.0), high])),
            ("inner_high", wall([edge(1.0), low], [half, high])),
        ] {
            let body = body.painted(Paint::plain(DOOR_WALL_COLOR));
            world.bodies.insert(name.into(), body);
        }
    }
}

/// Painted panels that look like doors, on the other walls of the start room.
pub(super) fn add_false_doors(world: &mut World<f32>, room: Room, colors: &[[f32; 3]], layout: &mut Rng) {
    let (half, depth) = (room.half_width_m, room.depth_m);
    let mut places = vec![
        ([-half, -0.5 * depth], 90.0),
        ([half, -0.5 * depth], -90.0),
        ([0.0, -depth], 0.0),
    ];
    for (index, color) in colors.iter().enumerate() {
        if places.is_empty() {
            return;
        }
        let ([x, y], yaw) = places.swap_remove(layout.below(places.len()));
        let shape = Shape::Box {
            half_extents_m: [0.42, 0.02, 0.67],
        };
        let mut panel = Body::new("false_door", shape)
            .fixed()
            .at([x, y, 0.68])
            .painted(Paint::plain(*color));
        panel.rotation = Rotation::RpyDeg([0.0, 0.0, yaw]);
        world.bodies.insert(format!("false_door_{index}"), panel);
        let shape = Shape::Box {
            half_extents_m: [0.04, 0.08, 0.08],
        };
        let along = Vec2::from_angle(f32::to_radians(yaw)) * 0.32;
        let mut handle = Body::new("handle", shape)
            .fixed()
            .untouchable()
            .at([x + along.x, y + along.y, 0.68])
            .painted(Paint::plain([0.25, 0.26, 0.28]));
        handle.rotation = Rotation::RpyDeg([0.0, 0.0, yaw]);
        world.bodies.insert(format!("false_handle_{index}"), handle);
    }
}

/// How the true button answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct ButtonDraws {
    pub(super) delay_secs: f32,
    pub(super) hold_secs: f32,
}

/// The door's button or key in the door's colour, where its kind has one, and buttons that open nothing. Gives the places of
/// all.
pub(super) fn add_buttons(
    world: &mut World<f32>,
    room: Room,
    layout: &Layout,
    draws: ButtonDraws,
    door_color: [f32; 3],
    decoy_colors: &[[f32; 3]],
    rng: &mut Rng,
) -> Result<Vec<Vec2>, PlanError> {
    let mut places: Vec<Vec2> = Vec::new();
    let paint = |own: [f32; 3]| {
        if layout.kind.hidden { HIDDEN_COLOR } else { own }
    };
    if layout.kind.has_button() {
        let place = if layout.kind.far_button {
            far_place(room, layout, &places, rng)?
        } else {
            beside_door(layout, 0.0)
        };
        add_button(world, "button", place, paint(door_color), draws);
        places.push(place);
    }
    if layout.kind.airlock {
        let place = beside_door(layout, layout.goal_y_m());
        add_button(world, "button_1", place, door_color, draws);
        places.push(place);
    }
    if layout.kind.lock == Lock::Key {
        let place = far_place(room, layout, &places, rng)?;
        add_key(world, place, door_color);
        places.push(place);
    }
    for (index, color) in decoy_colors.iter().enumerate() {
        let place = far_place(room, layout, &places, rng)?;
        add_button(world, &format!("decoy_{index}"), place, paint(*color), draws);
        places.push(place);
    }
    Ok(places)
}

/// A place before a door whose plane is at this y, beside it at its broader wall.
fn beside_door(layout: &Layout, y_m: f32) -> Vec2 {
    let way = if layout.door_x_m > 0.0 { -1.0 } else { 1.0 };
    Vec2::new(layout.door_x_m + way * (0.5 * layout.width_m + 0.28), y_m - 0.24)
}

fn add_button(world: &mut World<f32>, name: &str, place: Vec2, color: [f32; 3], draws: ButtonDraws) {
    let part = |shape: Shape<f32>, z: f32| Part::new(shape, [0.0, 0.0, z]);
    let parts = vec![
        part(
            Shape::Cylinder {
                radius_m: POST_RADIUS_M,
                half_height_m: 0.30,
            },
            0.30,
        ),
        part(
            Shape::Cylinder {
                radius_m: 0.12,
                half_height_m: 0.04,
            },
            0.64,
        ),
    ];
    let body = Body::new("button", Shape::Compound { parts });
    world.bodies.insert(
        name.into(),
        body.fixed()
            .at([place.x, place.y, 0.0])
            .painted(Paint::plain(color)),
    );
    let button = Mechanism::Button {
        body: name.into(),
        pressed_by: vec!["walk".into()],
        hold_secs: draws.hold_secs,
        delay_secs: draws.delay_secs,
    };
    world.mechanisms.insert(name.into(), button);
}

/// A key of the door's colour on the floor, which whoever walks over it picks up for good.
fn add_key(world: &mut World<f32>, place: Vec2, color: [f32; 3]) {
    let bar =
        |half_extents_m: [f32; 3], x: f32, y: f32| Part::new(Shape::Box { half_extents_m }, [x, y, 0.0]);
    let bow = Shape::Cylinder {
        radius_m: 0.09,
        half_height_m: 0.02,
    };
    let parts = vec![
        Part::new(bow, [-0.1, 0.0, 0.0]),
        bar([0.13, 0.022, 0.02], 0.1, 0.0),
        bar([0.02, 0.04, 0.02], 0.13, 0.05),
        bar([0.02, 0.04, 0.02], 0.20, 0.05),
    ];
    let body = Body::new("key", Shape::Compound { parts })
        .kinematic()
        .untouchable()
        .at([place.x, place.y, 0.05])
        .painted(Paint::plain(color));
    world.bodies.insert("key".into(), body);
    let key = Mechanism::Trigger {
        body: "key".into(),
        by: vec!["agent".into()],
        within_m: KEY_REACH_M,
        min_speed_mps: 0.0,
        needs: Vec::new(),
        // Under the floor, as in a pocket.
        goes_to_m: Some([0.0, 0.0, -1.0]),
    };
    world.mechanisms.insert("key".into(), key);
}

/// A place by a wall of the start room, far from the door and the other buttons.
fn far_place(room: Room, layout: &Layout, taken: &[Vec2], rng: &mut Rng) -> Result<Vec2, PlanError> {
    let (half, depth) = (room.half_width_m - 0.24, room.depth_m - 0.24);
    let door = Vec2::new(layout.door_x_m, 0.0);
    let found = (0..100).find_map(|_| {
        let place = match rng.below(3) {
            0 => Vec2::new(-half, rng.uniform_f32(-depth, -0.9)),
            1 => Vec2::new(half, rng.uniform_f32(-depth, -0.9)),
            _ => Vec2::new(rng.uniform_f32(-half, half), -depth),
        };
        // Out of each other's reach, and out of the way of a leaf that swings into the room.
        let apart = taken.iter().all(|other| other.distance(place) > 1.0);
        let clear = place.distance(door) > 1.5 && place.distance(layout.hinge()) > layout.width_m + 0.6;
        (apart && clear).then_some(place)
    });
    found.ok_or_else(|| PlanError::no_fit("the buttons do not fit into the room"))
}

/// Where the agent starts: clear of walls, buttons and a leaf that stands in the room.
pub(super) fn start_place(
    room: Room,
    layout: &Layout,
    buttons: &[Vec2],
    opening: f32,
    rng: &mut Rng,
) -> Result<Vec2, PlanError> {
    let half = room.half_width_m - 0.35;
    let swept = layout.kind.opens == Opens::Toward && opening > 0.0;
    let found = (0..100).find_map(|_| {
        let place = Vec2::new(
            rng.uniform_f32(-half, half),
            rng.uniform_f32(0.35 - room.depth_m, -0.8),
        );
        let free = buttons
            .iter()
            .all(|button| button.distance(place) > BUTTON_CLEARANCE_M);
        let clear = !swept || place.distance(layout.hinge()) > layout.leaf_width_m() + 0.3;
        (free && clear).then_some(place)
    });
    found.ok_or_else(|| PlanError::no_fit("there is no room for the agent to start in"))
}

/// The mat in the goal room.
pub(super) fn goal_mat(room: Room, layout: &Layout, rng: &mut Rng) -> Body<f32> {
    let half = room.half_width_m - 0.45;
    let place = [
        rng.uniform_f32(-half, half),
        rng.uniform_f32(layout.goal_y_m() + 0.8, layout.end_y_m() - 0.4),
    ];
    Body::new(
        "goal",
        Shape::Cylinder {
            radius_m: 0.3,
            half_height_m: 0.005,
        },
    )
    .fixed()
    .untouchable()
    .at([place[0], place[1], 0.006])
    .painted(Paint::plain(looks::GOAL))
}

/// The middle of both rooms in the layout, and the side of a square that holds them, m.
pub(super) fn extent(room: Room, layout: &Layout) -> (Vec2, f32) {
    let end = layout.end_y_m();
    let side = (2.0 * room.half_width_m).max(room.depth_m + end) + 4.0 * WALL_HALF_M;
    (Vec2::new(0.0, 0.5 * (end - room.depth_m)), side)
}

/// A camera over both rooms whose picture they fill: its height and field of view, m and degrees.
pub(super) fn overview(side_m: f32) -> (f32, f32) {
    let height = 11.0;
    let half = libm::atanf(0.5 * side_m / (height - WALL_HEIGHT_M));
    (height, 2.0 * half.to_degrees())
}
