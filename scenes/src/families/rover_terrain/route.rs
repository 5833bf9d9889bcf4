//! The best way to the goal from everywhere: what steep, rough, slippery and blocked ground costs.
//!
//! **Invariant:** costs are integers and ties fall by cell number, so a way is a function of what it is asked.

use super::ground::{CELL_M, CELLS, Ground, corner};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use terrella_sim::glam::Vec2;

/// A metre of level ground that grips costs this much.
const METRE: f32 = 100.0;
/// Ground that climbs more than this within a step is not for wheels.
const STEEPEST: f32 = 0.75;
/// What is not for wheels costs this many metres a metre: a way that starts there still leads out.
const BLOCKED: f32 = 60.0;
/// Cells this near to the rim are not for wheels, m.
const RIM_M: f32 = 0.45;

/// A rock, or another thing to keep away from: its place and how far away, m.
pub(super) type Obstacle = (Vec2, f32);

/// For each corner of the grid the next one towards the goal.
#[derive(Clone, Debug)]
pub(super) struct Route {
    next: Vec<usize>,
    costs: Vec<u32>,
}

fn index(column: usize, row: usize) -> usize {
    row * (CELLS[0] + 1) + column
}

fn place(index: usize) -> Vec2 {
    corner(index % (CELLS[0] + 1), index / (CELLS[0] + 1))
}

fn nearest(at: Vec2) -> usize {
    let part = |at: f32, axis: usize| {
        let whole = (at / CELL_M + 0.5 * CELLS[axis] as f32).round();
        whole.clamp(0.0, CELLS[axis] as f32) as usize
    };
    index(part(at.x, 0), part(at.y, 1))
}

/// How much harder a place is than level ground, where wheels or feet reach so far to each side; `friction` tells how it grips.
fn hardness(ground: &Ground, at: Vec2, obstacles: &[Obstacle], reach: f32, friction: f32) -> f32 {
    let mut steep = 0.0_f32;
    for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (0.7, 0.7), (0.7, -0.7)] {
        let aside = reach * Vec2::new(dx, dy);
        let rise = ground.height_m(at + aside) - ground.height_m(at - aside);
        steep = steep.max(rise.abs() / (2.0 * reach));
    }
    let half = 0.5 * CELL_M * Vec2::new(CELLS[0] as f32, CELLS[1] as f32);
    let rim = (half - at.abs()).min_element();
    let blocked = obstacles.iter().any(|(rock, away)| rock.distance(at) < *away);
    if blocked || steep > STEEPEST || rim < RIM_M {
        return BLOCKED;
    }
    let grip = (steep / friction.max(0.05)).min(2.0);
    1.0 + 10.0 * steep * steep + 6.0 * grip * grip + 0.6 * (1.0 - friction).max(0.0)
}

impl Route {
    pub(super) fn new(
        ground: &Ground,
        goal: Vec2,
        obstacles: &[Obstacle],
        reach_m: f32,
        friction: impl Fn(Vec2) -> f32,
    ) -> Self {
        let count = (CELLS[0] + 1) * (CELLS[1] + 1);
        let hard: Vec<f32> = (0..count)
            .map(|cell| hardness(ground, place(cell), obstacles, reach_m, friction(place(cell))))
            .collect();
        let mut route = Route {
            next: (0..count).collect(),
            costs: vec![u32::MAX; count],
        };
        let first = nearest(goal);
        route.costs[first] = 0;
        let mut open = BinaryHeap::from([Reverse((0u32, first))]);
        while let Some(Reverse((cost, cell))) = open.pop() {
            if cost > route.costs[cell] {
                continue;
            }
            let (column, row) = (cell % (CELLS[0] + 1), cell / (CELLS[0] + 1));
            for next_row in row.saturating_sub(1)..=(row + 1).min(CELLS[1]) {
                for next_column in column.saturating_sub(1)..=(column + 1).min(CELLS[0]) {
                    let next = index(next_column, next_row);
                    let length = place(cell).distance(place(next));
                    let step = METRE * length * 0.5 * (hard[cell] + hard[next]);
                    let total = cost + step as u32;
                    if total < route.costs[next] {
                        route.costs[next] = total;
                        route.next[next] = cell;
                        open.push(Reverse((total, next)));
                    }
                }
            }
        }
        route
    }

    /// What is left from here in metres of level ground.
    pub(super) fn left_m(&self, at: Vec2) -> f32 {
        self.costs[nearest(at)] as f32 / METRE
    }

    /// The point of the way from here that is this far ahead.
    pub(super) fn ahead(&self, at: Vec2, far_m: f32) -> Vec2 {
        let mut cell = nearest(at);
        while place(cell).distance(at) < far_m && self.next[cell] != cell {
            cell = self.next[cell];
        }
        place(cell)
    }
}
