//! What fills the rooms: furniture that stays, boxes that can be pushed, floors, and free places.

use super::floor_plan::{FloorPlan, Room};
use crate::doors::WALL_HALF_M;
use crate::grid::{Grid, Obstacle};
use crate::looks;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, World};

/// Sets of furniture.
pub(super) const SETS: [&str; 2] = ["home", "office"];
/// The set that appears out of distribution only.
pub(super) const SETS_OOD: [&str; 1] = ["workshop"];
/// Furniture leaves this much room about a doorway's middle, m.
pub(super) const DOOR_ROOM_M: f32 = 1.0;
/// Between two pieces there is no room, or at least this much, m.
const GAP_M: f32 = 0.75;

/// A piece of furniture: its half extents along x and y (m), its parts, its colour.
struct Piece {
    half: Vec2,
    parts: Vec<Part<f32>>,
    color: [f32; 3],
}

fn block(low: [f32; 3], high: [f32; 3]) -> Part<f32> {
    let half_extents_m = [0, 1, 2].map(|axis| 0.5 * (high[axis] - low[axis]));
    let middle = [0, 1, 2].map(|axis| 0.5 * (high[axis] + low[axis]));
    Part::new(Shape::Box { half_extents_m }, middle)
}

fn pole(radius_m: f32, low: f32, high: f32) -> Part<f32> {
    let half_height_m = 0.5 * (high - low);
    Part::new(
        Shape::Cylinder {
            radius_m,
            half_height_m,
        },
        [0.0, 0.0, 0.5 * (high + low)],
    )
}

/// A piece of a set, not turned.
fn piece(set: &str, rng: &mut Rng) -> Piece {
    let brown = [0.52, 0.36, 0.24];
    let make = |half: [f32; 2], parts, color| Piece {
        half: half.into(),
        parts,
        color,
    };
    match (set, rng.below(3)) {
        // A sofa with its back along one side.
        ("home", 0) => make(
            [0.65, 0.35],
            vec![
                block([-0.65, -0.35, 0.0], [0.65, 0.35, 0.36]),
                block([-0.65, 0.17, 0.36], [0.65, 0.35, 0.75]),
            ],
            [0.44, 0.30, 0.52],
        ),
        // A cupboard.
        ("home", 1) => make(
            [0.5, 0.22],
            vec![block([-0.5, -0.22, 0.0], [0.5, 0.22, 1.25])],
            brown,
        ),
        // A plant in a pot.
        ("home", _) => make(
            [0.2, 0.2],
            vec![
                pole(0.2, 0.0, 0.4),
                Part::new(Shape::Ball { radius_m: 0.27 }, [0.0, 0.0, 0.66]),
            ],
            [0.22, 0.46, 0.26],
        ),
        // A desk with closed sides.
        ("office", 0) => make(
            [0.6, 0.35],
            vec![
                block([-0.6, -0.35, 0.0], [0.6, 0.35, 0.68]),
                block([-0.25, 0.1, 0.68], [0.25, 0.16, 1.02]),
            ],
            [0.72, 0.60, 0.44],
        ),
        // A shelf.
        ("office", 1) => make(
            [0.7, 0.18],
            vec![block([-0.7, -0.18, 0.0], [0.7, 0.18, 1.3])],
            [0.36, 0.42, 0.50],
        ),
        // A water cooler.
        ("office", _) => make(
            [0.18, 0.18],
            vec![
                block([-0.18, -0.18, 0.0], [0.18, 0.18, 0.8]),
                Part::new(
                    Shape::Cylinder {
                        radius_m: 0.14,
                        half_height_m: 0.18,
                    },
                    [0.0, 0.0, 0.98],
                ),
            ],
            [0.56, 0.70, 0.80],
        ),
        // A bench with a vice.
        (_, 0) => make(
            [0.55, 0.3],
            vec![
                block([-0.55, -0.3, 0.0], [0.55, 0.3, 0.8]),
                block([0.2, -0.3, 0.8], [0.42, -0.05, 0.98]),
            ],
            [0.30, 0.44, 0.36],
        ),
        // Barrels.
        (_, 1) => make([0.3, 0.3], vec![pole(0.3, 0.0, 0.88)], [0.24, 0.36, 0.58]),
        // A pallet with sacks.
        (_, _) => make(
            [0.5, 0.4],
            vec![
                block([-0.5, -0.4, 0.0], [0.5, 0.4, 0.4]),
                block([-0.4, -0.3, 0.4], [0.25, 0.3, 0.7]),
            ],
            [0.66, 0.55, 0.34],
        ),
    }
}

/// Puts about `wanted` pieces into each room, most of them along its walls, clear of the doorways. Tells how many there are.
pub(super) fn add_furniture(
    world: &mut World<f32>,
    plan: &FloorPlan,
    set: &str,
    wanted: f32,
    rng: &mut Rng,
) -> usize {
    let mut count = 0;
    for room in &plan.rooms {
        let mut taken: Vec<(Vec2, Vec2)> = Vec::new();
        let size = room.high - room.low;
        // A corridor stays free.
        let here = if size.min_element() < 1.9 { 0.0 } else { wanted };
        let whole = libm::floorf(here);
        let number = whole as usize + usize::from(rng.chance(f64::from(here - whole)));
        for _ in 0..number {
            let piece = piece(set, rng);
            let upright = rng.chance(0.5);
            let half = if upright {
                Vec2::new(piece.half.y, piece.half.x)
            } else {
                piece.half
            };
            let free = (0..20).find_map(|_| {
                let at = place_in(room, half, rng)?;
                let clear = plan
                    .doorways
                    .iter()
                    .all(|door| Obstacle::about(at, half).distance(door.at) > DOOR_ROOM_M);
                let apart = taken.iter().all(|(other, size)| {
                    let gap = (at - *other).abs() - (half + *size);
                    gap.max_element() > GAP_M
                });
                (clear && apart).then_some(at)
            });
            let Some(at) = free else { continue };
            taken.push((at, half));
            let mut body = Body::new("furniture", Shape::Compound { parts: piece.parts })
                .fixed()
                .at([at.x, at.y, 0.0])
                .painted(Paint::plain(piece.color));
            if upright {
                body.rotation = Rotation::RpyDeg([0.0, 0.0, 90.0]);
            }
            world.bodies.insert(format!("furniture_{count}"), body);
            count += 1;
        }
    }
    count
}

/// A place against a wall of a room, or, where there is enough room all around, in its middle.
pub(super) fn place_in(room: &Room, half: Vec2, rng: &mut Rng) -> Option<Vec2> {
    let (low, high) = (
        room.low + half + Vec2::splat(WALL_HALF_M + 0.01),
        room.high - half - Vec2::splat(WALL_HALF_M + 0.01),
    );
    if low.x > high.x || low.y > high.y {
        return None;
    }
    let mut at = Vec2::new(rng.uniform_f32(low.x, high.x), rng.uniform_f32(low.y, high.y));
    match rng.below(5) {
        0 => at.x = low.x,
        1 => at.x = high.x,
        2 => at.y = low.y,
        3 => at.y = high.y,
        _ => {
            let beside = (at - low).min(high - at);
            if beside.min_element() < GAP_M {
                return None;
            }
        }
    }
    Some(at)
}

/// A loose box that stands at `at`.
pub(super) fn loose_box(at: Vec2, half_m: f32, mass_kg: f32, color: [f32; 3], yaw_deg: f32) -> Body<f32> {
    let shape = Shape::Box {
        half_extents_m: [half_m, half_m, half_m],
    };
    let paint = Paint::checker(color, color.map(|part| 0.8 * part), half_m);
    let mut body = Body::new("box", shape)
        .at([at.x, at.y, half_m + 0.001])
        .painted(paint);
    body.material.mass_kg = Some(mass_kg);
    body.material.friction = 0.4;
    body.rotation = Rotation::RpyDeg([0.0, 0.0, yaw_deg]);
    body
}

/// Floors of the rooms, each in its own muted colour.
pub(super) fn add_floors(world: &mut World<f32>, plan: &FloorPlan, field_m: f32, rng: &mut Rng) {
    world.bodies.insert("floor".into(), looks::floor(1.0));
    let colors = looks::colors(rng, plan.rooms.len());
    for (index, (room, color)) in plan.rooms.iter().zip(colors).enumerate() {
        let half = 0.5 * (room.high - room.low);
        let shape = Shape::Box {
            half_extents_m: [half.x, half.y, 0.0005],
        };
        let muted = color.map(|part| 0.62 + 0.22 * part);
        let middle = room.middle();
        let carpet = Body::new("floor", shape)
            .fixed()
            .untouchable()
            .at([middle.x, middle.y, 0.0006])
            .painted(Paint::checker(muted, muted.map(|part| 0.92 * part), field_m));
        world.bodies.insert(format!("carpet_{index}"), carpet);
    }
}

/// A random cell of the grid whose clearance is at least `room_m` and of which `fits` holds.
pub(super) fn free_place(
    grid: &Grid,
    room_m: f32,
    rng: &mut Rng,
    fits: impl Fn(Vec2) -> bool,
) -> Option<Vec2> {
    (0..400).find_map(|_| {
        let cell = rng.below(grid.len());
        let place = grid.center(cell);
        (grid.clearance(cell) >= room_m && fits(place)).then_some(place)
    })
}
