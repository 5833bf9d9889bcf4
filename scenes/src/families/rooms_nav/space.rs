//! Where one can go in a drawn world: read off its bodies, by who plans it, who judges it and who acts in it.

use super::furniture::free_place;
use crate::draw::PlanError;
use crate::grid::{Grid, Obstacle, length_m};
use terrella_sim::glam::{Vec2, Vec3};
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Motion, World};

/// What is higher than this does not stand in anybody's way, m.
const OVERHEAD_M: f32 = 1.5;

/// Half of a shape's extents along x, y and z, m.
fn half_extents(shape: &Shape<f32>) -> [f32; 3] {
    match shape {
        Shape::Box { half_extents_m } => *half_extents_m,
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => [*radius_m, *radius_m, *half_height_m],
        Shape::Ball { radius_m } => [*radius_m; 3],
        other => unreachable!("nothing that stands here is {other:?}"),
    }
}

/// What a body takes of the floor.
pub(super) fn footprint(body: &Body<f32>) -> Obstacle {
    let (mut low, mut high) = (Vec2::splat(f32::INFINITY), Vec2::splat(f32::NEG_INFINITY));
    let mut add = |shape: &Shape<f32>, at: [f32; 3]| {
        let [x, y, z] = half_extents(shape);
        if at[2] - z < OVERHEAD_M {
            let middle = Vec2::new(at[0], at[1]);
            low = low.min(middle - Vec2::new(x, y));
            high = high.max(middle + Vec2::new(x, y));
        }
    };
    match &body.shape {
        Shape::Compound { parts } => parts.iter().for_each(
            |Part {
                 shape, position_m, ..
             }| add(shape, *position_m),
        ),
        shape => add(shape, [0.0; 3]),
    }
    if let Rotation::RpyDeg([_, _, yaw]) = body.rotation
        && yaw != 0.0
    {
        // A quarter turn.
        (low, high) = (Vec2::new(-high.y, low.x), Vec2::new(-low.y, high.x));
    }
    let at = Vec2::new(body.position_m[0], body.position_m[1]);
    Obstacle::Rect(at + low, at + high)
}

/// True of furniture that is taken elsewhere during the episode.
pub(super) fn is_moved(body: &Body<f32>) -> bool {
    body.class == "furniture" && body.motion == Motion::Kinematic
}

/// What stands in the way: walls, furniture, locked doors, and the sides of ramps and stairs, which are too high to climb.
fn blocks<'a>(bodies: impl Iterator<Item = &'a Body<f32>>) -> Vec<Obstacle> {
    let mut blocks = Vec::new();
    for body in bodies {
        match (&body.shape, body.class.as_str()) {
            (Shape::HalfSpace {}, _) | (_, "step") => {}
            (Shape::Hull { points_m }, _) => {
                let at = Vec2::new(body.position_m[0], body.position_m[1]);
                let flat = |point: &[f32; 3]| at + Vec2::new(point[0], point[1]);
                // Its points come in pairs, one on each side.
                for side in [0, 1] {
                    let first = flat(&points_m[side]);
                    let last = flat(&points_m[points_m.len() - 2 + side]);
                    blocks.push(Obstacle::Rect(first.min(last), first.max(last)));
                }
            }
            (Shape::Compound { parts }, "stairs") => {
                let at = Vec2::new(body.position_m[0], body.position_m[1]);
                let half = |part: &Part<f32>| Vec3::from_array(half_extents(&part.shape)).truncate();
                let (lowest, highest) = (half(&parts[0]), half(&parts[parts.len() - 1]));
                // All are as wide.
                let (wide, deep) = if lowest.x == highest.x {
                    (Vec2::X, Vec2::Y)
                } else {
                    (Vec2::Y, Vec2::X)
                };
                for side in [-1.0, 1.0] {
                    blocks.push(Obstacle::about(at + wide * side * lowest, deep * lowest));
                }
            }
            _ => blocks.push(footprint(body)),
        }
    }
    blocks
}

/// What makes somebody go straight through a door's leaves: strips on both sides of the doorway, this far, m.
const LANE_M: f32 = 0.4;

/// How much of the doorway a leaf takes that stands open, m.
const OPEN_LEAF_M: f32 = 0.07;

/// Strips beside every doorway with leaves. They stand there in the mind only.
pub(super) fn lanes(world: &World<f32>) -> Vec<Obstacle> {
    let mut lanes = Vec::new();
    for (name, joint) in &world.joints {
        let (Freedom::Hinge { .. } | Freedom::Slider { .. }) = joint.freedom else {
            continue;
        };
        let leaf = &world.bodies[name];
        let [x, y, _] = half_extents(&leaf.shape);
        let at = Vec2::new(leaf.position_m[0], leaf.position_m[1]);
        let (along, through) = if x > y {
            (Vec2::X, Vec2::Y)
        } else {
            (Vec2::Y, Vec2::X)
        };
        let ends = match joint.freedom {
            // Leaves meet in the middle: only the hinge is at the doorway's edge.
            Freedom::Hinge { .. } if name.ends_with("_low") => vec![-1.0],
            Freedom::Hinge { .. } if name.ends_with("_high") => vec![1.0],
            _ => vec![-1.0, 1.0],
        };
        for end in ends {
            let edge = at + along * (end * x.max(y));
            lanes.push(Obstacle::about(edge, through * LANE_M + along * OPEN_LEAF_M));
        }
    }
    lanes
}

/// The free space between the house's walls at the start.
pub(super) fn grid(world: &World<f32>) -> Grid {
    let mut grid = lasting_grid(world);
    let moved = world.bodies.values().filter(|body| is_moved(body));
    moved.for_each(|body| grid.put(&footprint(body)));
    grid
}

/// The same without the furniture that is taken elsewhere.
pub(super) fn lasting_grid(world: &World<f32>) -> Grid {
    let mut half = Vec2::ZERO;
    for body in world.bodies.values().filter(|body| body.class == "wall") {
        half = half.max(Vec2::new(body.position_m[0], body.position_m[1]).abs());
    }
    let mut grid = Grid::new(-half, half);
    let fixed = |body: &&Body<f32>| body.motion == Motion::Fixed && body.collides;
    let blocks = blocks(world.bodies.values().filter(fixed));
    blocks.iter().for_each(|block| grid.put(block));
    grid
}

/// A start, and a goal in another room to which the shortest way is about as long as wanted. Gives that way's length too.
pub(super) fn errand(
    grid: &Grid,
    radius_m: f32,
    wanted_m: f32,
    room_of: impl Fn(Vec2) -> Option<usize>,
    rng: &mut Rng,
) -> Result<(Vec2, Vec2, f32), PlanError> {
    let no_fit = || PlanError::no_fit("there is no way of the wanted length");
    let mut best: Option<(f32, Vec2, Vec2, f32)> = None;
    for _ in 0..6 {
        let start =
            free_place(grid, radius_m + 0.15, rng, |place| room_of(place).is_some()).ok_or_else(no_fit)?;
        let ways = grid.ways(start, radius_m, 1);
        for _ in 0..60 {
            let cell = rng.below(grid.len());
            let goal = grid.center(cell);
            let fits =
                grid.clearance(cell) >= radius_m + 0.1 && ways.reach(cell) && room_of(goal) != room_of(start);
            let off = (ways.cost_m(cell) - wanted_m).abs();
            if !fits || room_of(goal).is_none() || best.is_some_and(|(least, ..)| least <= off) {
                continue;
            }
            if let Some(path) = ways.path(start, goal, radius_m) {
                best = Some((off, start, goal, length_m(start, &path)));
            }
        }
    }
    let (_, start, goal, length) = best.ok_or_else(no_fit)?;
    if length < 2.0 {
        return Err(no_fit());
    }
    Ok((start, goal, length))
}

/// A round for somebody of this radius who opens no doors: there over some corners, and back the same way.
pub(super) fn round(
    grid: &Grid,
    radius_m: f32,
    rng: &mut Rng,
    fits: impl Fn(Vec2) -> bool,
) -> Option<(Vec2, Vec<[f32; 2]>)> {
    (0..30).find_map(|_| {
        let start = free_place(grid, radius_m + 0.1, rng, &fits)?;
        let ways = grid.ways(start, radius_m, 1);
        let end = free_place(grid, radius_m + 0.1, rng, |place| {
            let cost = ways.cost_m(grid.cell(place));
            fits(place) && ways.reach(grid.cell(place)) && (1.5..6.0).contains(&cost)
        })?;
        let path = ways.path(start, end, radius_m)?;
        let mut waypoints: Vec<[f32; 2]> = path.iter().map(|corner| corner.to_array()).collect();
        let back: Vec<[f32; 2]> = waypoints.iter().rev().skip(1).copied().collect();
        waypoints.extend(back);
        waypoints.push(start.to_array());
        Some((start, waypoints))
    })
}
