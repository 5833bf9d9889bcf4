//! Furniture that is taken elsewhere in its room while the robot does not see it, once the robot has.
//!
//! **Invariant:** wherever a piece is on its way, the robot gets past it from the start to the goal and to every plate.

use super::doorways::plated;
use super::floor_plan::FloorPlan;
use super::furniture::{DOOR_ROOM_M, place_in};
use super::space::footprint;
use super::{ROBOT_RADIUS_M, SIGHT_M};
use crate::draw::Draw;
use crate::grid::{Grid, Obstacle};
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::world::{Mechanism, Motion, World};

/// The mechanism that moves it.
const REARRANGER: &str = "rearranger";
/// It begins when the robot has not seen a piece for so long, s.
const UNSEEN_SECS: f32 = 2.0;
/// How fast pieces go, m/s.
const SPEED_MPS: f32 = 0.5;
/// A piece goes at least so far, m: a change that shows at 64 px.
const LEAST_M: f32 = 0.8;
/// Room about start and goal that pieces leave, m.
const ENDS_M: f32 = 0.9;
/// The same about plates, and about loose boxes, m.
const PLATE_ROOM_M: f32 = 0.6;
const BOX_ROOM_M: f32 = 0.4;
/// Gap between two pieces, m.
const GAP_M: f32 = 0.05;

/// A rectangle of the floor: two corners, m.
type Rect = (Vec2, Vec2);

fn rect(obstacle: Obstacle) -> Rect {
    match obstacle {
        Obstacle::Rect(low, high) => (low, high),
        Obstacle::Disc(..) => unreachable!("footprints are rectangles"),
    }
}

/// Chooses pieces and where they go, makes them movable, and puts what they sweep into `grid`, in which boxes stand already.
pub(super) fn add(
    world: &mut World<f32>,
    draw: &mut Draw<'_>,
    plan: &FloorPlan,
    grid: &mut Grid,
    ends: [Vec2; 2],
    eye_m: f32,
) {
    let wanted = draw.count("change_count");
    let mut rng = draw.rng("changes");
    let pieces = world.bodies.iter().filter(|(_, body)| body.class == "furniture");
    let pieces: Vec<(String, Rect)> = pieces
        .map(|(name, body)| (name.clone(), rect(footprint(body))))
        .collect();
    let mut left: Vec<usize> = (0..pieces.len()).collect();
    let (mut bodies, mut places_m, mut swept) = (Vec::new(), Vec::new(), Vec::new());
    while bodies.len() < wanted && !left.is_empty() {
        let own = left.swap_remove(rng.below(left.len()));
        let (name, from) = &pieces[own];
        let others = pieces.iter().filter(|(other, _)| other != name);
        let taken: Vec<Rect> = others
            .map(|(_, rect)| *rect)
            .chain(swept.iter().copied())
            .collect();
        let Some((by, way)) = way(world, plan, grid, ends, *from, &taken, &mut rng) else {
            continue;
        };
        grid.put(&Obstacle::Rect(way.0, way.1));
        swept.push(way);
        let body = &mut world.bodies[name];
        body.motion = Motion::Kinematic;
        places_m.push([body.position_m[0] + by.x, body.position_m[1] + by.y]);
        bodies.push(name.clone());
    }
    draw.count_came_to("change_count", bodies.len());
    world.mechanisms.insert(
        REARRANGER.into(),
        Mechanism::Rearranger {
            watcher: "robot".into(),
            eye_m,
            sight_m: SIGHT_M,
            bodies,
            places_m,
            unseen_secs: UNSEEN_SECS,
            speed_mps: SPEED_MPS,
        },
    );
}

/// How far a piece that stands at `from` goes within its room, and a rectangle about all that it sweeps on the way.
fn way(
    world: &World<f32>,
    plan: &FloorPlan,
    grid: &Grid,
    ends: [Vec2; 2],
    from: Rect,
    taken: &[Rect],
    rng: &mut Rng,
) -> Option<(Vec2, Rect)> {
    let (middle, half) = (0.5 * (from.0 + from.1), 0.5 * (from.1 - from.0));
    let room = plan.rooms.iter().find(|room| room.contains(middle))?;
    let plates: Vec<Vec2> = plated(world).into_iter().flat_map(|door| door.plates).collect();
    let boxes = world.bodies.values().filter(|body| body.class == "box");
    let boxes: Vec<Vec2> = boxes
        .map(|body| Vec2::new(body.position_m[0], body.position_m[1]))
        .collect();
    let doors: Vec<Vec2> = plan.doorways.iter().map(|door| door.at).collect();
    let radius = ROBOT_RADIUS_M + 0.05;
    (0..30).find_map(|_| {
        let by = place_in(room, half, rng)? - middle;
        let (low, high) = (from.0.min(from.0 + by), from.1.max(from.1 + by));
        let swept = Obstacle::Rect(low, high);
        let keeps_off =
            |places: &[Vec2], least: f32| places.iter().all(|place| swept.distance(*place) > least);
        let apart = |other: &Rect| (other.0 - high).max(low - other.1).max_element() > GAP_M;
        let fits = by.length() >= LEAST_M
            && keeps_off(&doors, DOOR_ROOM_M)
            && keeps_off(&ends, ENDS_M)
            && keeps_off(&plates, PLATE_ROOM_M)
            && keeps_off(&boxes, BOX_ROOM_M)
            && taken.iter().all(apart);
        if !fits {
            return None;
        }
        let mut full = grid.clone();
        full.put(&swept);
        let ways = full.ways(ends[0], radius, 1);
        let passes = |place: &Vec2| ways.reach(full.cell(*place));
        (passes(&ends[1]) && plates.iter().all(passes)).then_some((by, (low, high)))
    })
}
