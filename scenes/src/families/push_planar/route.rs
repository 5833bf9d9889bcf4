//! Ways over the table for a disc: shortest paths on a grid, pulled straight.
//!
//! **Invariant:** costs are integers and ties fall by cell number, so a way is a function of what it is asked.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use terrella_sim::glam::Vec2;

/// Cells along a side of the table.
const CELLS: usize = 41;
/// How much room beside the disc is comfortable, m.
const COMFORT_M: f32 = 0.015;
/// A cell in which the disc would touch costs this many free ones; it is passed only to get out of touch.
const TOUCHING: u32 = 25;

/// Shortest ways from one place.
pub struct Route {
    start: Vec2,
    half_table_m: f32,
    costs: Vec<u32>,
    parents: Vec<usize>,
}

impl Route {
    /// Ways from `start` for a disc of `radius_m`. `clearance` is the distance of a point from the nearest obstacle, m.
    pub fn new(start: Vec2, half_table_m: f32, radius_m: f32, clearance: impl Fn(Vec2) -> f32) -> Self {
        let mut route = Route {
            start,
            half_table_m,
            costs: vec![u32::MAX; CELLS * CELLS],
            parents: vec![usize::MAX; CELLS * CELLS],
        };
        let mut weights = vec![0u32; CELLS * CELLS];
        let mut weight = |route: &Route, cell: usize| {
            if weights[cell] == 0 {
                let center = route.center(cell);
                let to_rim = half_table_m - center.abs().max_element();
                let room = clearance(center).min(to_rim) - radius_m;
                weights[cell] = if room < 0.0 {
                    TOUCHING
                } else if room < COMFORT_M {
                    3
                } else {
                    1
                };
            }
            weights[cell]
        };
        let first = route.cell(start);
        route.costs[first] = 0;
        let mut open = BinaryHeap::from([Reverse((0u32, first))]);
        while let Some(Reverse((cost, cell))) = open.pop() {
            if cost > route.costs[cell] {
                continue;
            }
            let (column, row) = (cell % CELLS, cell / CELLS);
            for next_row in row.saturating_sub(1)..=(row + 1).min(CELLS - 1) {
                for next_column in column.saturating_sub(1)..=(column + 1).min(CELLS - 1) {
                    let next = next_row * CELLS + next_column;
                    let length = if next_row != row && next_column != column {
                        7
                    } else {
                        5
                    };
                    let total = cost + length * weight(&route, next);
                    if total < route.costs[next] {
                        route.costs[next] = total;
                        route.parents[next] = cell;
                        open.push(Reverse((total, next)));
                    }
                }
            }
        }
        route
    }

    fn cell_size_m(&self) -> f32 {
        2.0 * self.half_table_m / CELLS as f32
    }

    fn cell(&self, point: Vec2) -> usize {
        let index = |value: f32| {
            (((value + self.half_table_m) / self.cell_size_m()).max(0.0) as usize).min(CELLS - 1)
        };
        index(point.y) * CELLS + index(point.x)
    }

    fn center(&self, cell: usize) -> Vec2 {
        Vec2::new((cell % CELLS) as f32 + 0.5, (cell / CELLS) as f32 + 0.5) * self.cell_size_m()
            - Vec2::splat(self.half_table_m)
    }

    /// Cost of the way to a place, as metres of free way.
    pub fn cost_m(&self, to: Vec2) -> f32 {
        self.costs[self.cell(to)] as f32 * self.cell_size_m() / 5.0
    }

    /// The farthest place on the way that can be gone to straight; `to` itself where nothing is in between.
    pub fn waypoint(&self, to: Vec2, radius_m: f32, clearance: impl Fn(Vec2) -> f32) -> Vec2 {
        // From a narrow place it goes on as long as it gets no narrower.
        let needed = radius_m.min(clearance(self.start)) - 0.001;
        let straight = |end: Vec2| {
            let count = libm::ceilf(self.start.distance(end) / 0.008).max(1.0);
            let mut index = 1.0;
            while index <= count {
                if clearance(self.start.lerp(end, index / count)) < needed {
                    return false;
                }
                index += 1.0;
            }
            true
        };
        if straight(to) {
            return to;
        }
        let mut cell = self.cell(to);
        let mut last = to;
        while self.parents[cell] != usize::MAX {
            last = self.center(cell);
            if straight(last) {
                return last;
            }
            cell = self.parents[cell];
        }
        last
    }
}
