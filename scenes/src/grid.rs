//! Free space on a grid: how far each place is from what stands there, and the shortest ways over it.
//!
//! **Invariant:** costs are integers and ties fall by cell number, so a way is a function of what it is asked.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use terrella_sim::glam::Vec2;

/// Side of a cell, m.
pub const CELL_M: f32 = 0.1;
/// Distances from obstacles are known up to this, m.
pub const FAR_M: f32 = 0.8;
/// Room beside a body that makes a way comfortable, m.
const COMFORT_M: f32 = 0.15;

/// Something in the way, seen from above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Obstacle {
    /// A rectangle between two corners, m.
    Rect(Vec2, Vec2),
    /// A disc: its middle and radius, m.
    Disc(Vec2, f32),
}

impl Obstacle {
    /// A rectangle about a middle, m.
    pub fn about(middle: Vec2, half: Vec2) -> Self {
        Obstacle::Rect(middle - half, middle + half)
    }

    /// Distance of a point, m; 0 inside.
    pub fn distance(&self, point: Vec2) -> f32 {
        match self {
            Obstacle::Rect(low, high) => (point - point.clamp(*low, *high)).length(),
            Obstacle::Disc(middle, radius) => (point.distance(*middle) - radius).max(0.0),
        }
    }

    fn bounds(&self) -> (Vec2, Vec2) {
        match self {
            Obstacle::Rect(low, high) => (*low, *high),
            Obstacle::Disc(middle, radius) => {
                (*middle - Vec2::splat(*radius), *middle + Vec2::splat(*radius))
            }
        }
    }
}

/// Distances from obstacles over a rectangle of the floor.
#[derive(Clone, Debug)]
pub struct Grid {
    low: Vec2,
    columns: usize,
    rows: usize,
    clearances: Vec<f32>,
}

impl Grid {
    /// An empty floor between two corners, m; beyond it there is no way.
    pub fn new(low: Vec2, high: Vec2) -> Self {
        let count = |length: f32| libm::ceilf(length / CELL_M).max(1.0) as usize;
        let (columns, rows) = (count(high.x - low.x), count(high.y - low.y));
        Grid {
            low,
            columns,
            rows,
            clearances: vec![FAR_M; columns * rows],
        }
    }

    /// Puts something there.
    pub fn put(&mut self, obstacle: &Obstacle) {
        let (low, high) = obstacle.bounds();
        let index = |value: f32, most: usize| (libm::floorf(value / CELL_M).max(0.0) as usize).min(most - 1);
        let [from, to] = [
            low - self.low - Vec2::splat(FAR_M),
            high - self.low + Vec2::splat(FAR_M),
        ];
        for row in index(from.y, self.rows)..=index(to.y, self.rows) {
            for column in index(from.x, self.columns)..=index(to.x, self.columns) {
                let cell = row * self.columns + column;
                let distance = obstacle.distance(self.center(cell));
                self.clearances[cell] = self.clearances[cell].min(distance);
            }
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.clearances.len()
    }

    /// True where there is no cell, which never is.
    pub fn is_empty(&self) -> bool {
        self.clearances.is_empty()
    }

    /// The middle of a cell, m.
    pub fn center(&self, cell: usize) -> Vec2 {
        let (column, row) = (cell % self.columns, cell / self.columns);
        self.low + Vec2::new(column as f32 + 0.5, row as f32 + 0.5) * CELL_M
    }

    /// The cell of a place, the nearest one beyond the rim.
    pub fn cell(&self, point: Vec2) -> usize {
        let at = (point - self.low) / CELL_M;
        let index = |value: f32, most: usize| (value.max(0.0) as usize).min(most - 1);
        index(at.y, self.rows) * self.columns + index(at.x, self.columns)
    }

    /// Distance of a cell's middle from the nearest obstacle, m, at most [`FAR_M`].
    pub fn clearance(&self, cell: usize) -> f32 {
        self.clearances[cell]
    }

    /// The shortest ways from `from` to everywhere for a disc of `radius_m`. `narrow` is what a cell without comfortable
    /// room costs: 1 for the shortest way, more for one that keeps off.
    pub fn ways(&self, from: Vec2, radius_m: f32, narrow: u32) -> Ways<'_> {
        let mut ways = Ways {
            grid: self,
            costs: vec![u32::MAX; self.len()],
            parents: vec![usize::MAX; self.len()],
        };
        let first = self.cell(from);
        ways.costs[first] = 0;
        let mut open = BinaryHeap::from([Reverse((0u32, first))]);
        while let Some(Reverse((cost, cell))) = open.pop() {
            if cost > ways.costs[cell] {
                continue;
            }
            let (column, row) = (cell % self.columns, cell / self.columns);
            for next_row in row.saturating_sub(1)..=(row + 1).min(self.rows - 1) {
                for next_column in column.saturating_sub(1)..=(column + 1).min(self.columns - 1) {
                    let next = next_row * self.columns + next_column;
                    let room = self.clearances[next] - radius_m;
                    // Out of a place that is too narrow it goes wherever there is more room.
                    if room < 0.0 && self.clearances[next] <= self.clearances[cell] {
                        continue;
                    }
                    let length = if next_row != row && next_column != column {
                        7
                    } else {
                        5
                    };
                    let total = cost + length * if room < COMFORT_M { narrow } else { 1 };
                    if total < ways.costs[next] {
                        ways.costs[next] = total;
                        ways.parents[next] = cell;
                        open.push(Reverse((total, next)));
                    }
                }
            }
        }
        ways
    }

    /// True where a disc gets straight from one place to another.
    pub fn is_straight(&self, from: Vec2, to: Vec2, radius_m: f32) -> bool {
        let count = libm::ceilf(from.distance(to) / (0.5 * CELL_M)).max(1.0) as usize;
        (0..=count).all(|index| {
            let point = from.lerp(to, index as f32 / count as f32);
            self.clearances[self.cell(point)] >= radius_m
        })
    }
}

/// The ways from one place.
pub struct Ways<'a> {
    grid: &'a Grid,
    costs: Vec<u32>,
    parents: Vec<usize>,
}

impl Ways<'_> {
    /// True where there is a way to this cell.
    pub fn reach(&self, cell: usize) -> bool {
        self.costs[cell] != u32::MAX
    }

    /// What the way to a cell costs, m where every cell costs 1; counted along the grid.
    pub fn cost_m(&self, cell: usize) -> f32 {
        self.costs[cell] as f32 * CELL_M / 5.0
    }

    /// The way to a place: its corners, from the first after the start to the place itself, pulled straight for a disc of
    /// `radius_m`. Nothing where there is none.
    pub fn path(&self, from: Vec2, to: Vec2, radius_m: f32) -> Option<Vec<Vec2>> {
        let mut cell = self.grid.cell(to);
        if !self.reach(cell) {
            return None;
        }
        let mut cells = vec![to];
        while self.parents[cell] != usize::MAX {
            cell = self.parents[cell];
            cells.push(self.grid.center(cell));
        }
        cells.reverse();
        cells[0] = from;
        let mut path = Vec::new();
        let (mut here, mut index) = (from, 0);
        while index + 1 < cells.len() {
            // The farthest that can be gone to straight; the next one in any case.
            let mut next = index + 1;
            for (far, corner) in cells.iter().enumerate().skip(index + 2) {
                if !self.grid.is_straight(here, *corner, radius_m) {
                    break;
                }
                next = far;
            }
            path.push(cells[next]);
            (here, index) = (cells[next], next);
        }
        if path.is_empty() {
            path.push(to);
        }
        Some(path)
    }
}

/// Length of a way from a place over its corners, m.
pub fn length_m(from: Vec2, path: &[Vec2]) -> f32 {
    let mut here = from;
    let mut sum = 0.0;
    for corner in path {
        sum += here.distance(*corner);
        here = *corner;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A floor of 4 m with a wall across it, open at one end.
    fn floor() -> Grid {
        let mut grid = Grid::new(Vec2::splat(-2.0), Vec2::splat(2.0));
        grid.put(&Obstacle::Rect(Vec2::new(-2.0, -0.05), Vec2::new(1.0, 0.05)));
        grid
    }

    #[test]
    fn a_way_goes_around_a_wall_and_is_as_short_as_it_can_be() {
        let grid = floor();
        let (from, to) = (Vec2::new(-1.0, -1.0), Vec2::new(-1.0, 1.0));
        assert!(!grid.is_straight(from, to, 0.2));
        let path = grid
            .ways(from, 0.2, 1)
            .path(from, to, 0.2)
            .expect("there is a way");
        let length = length_m(from, &path);
        // Twice the way to the wall's end, and around it at 0.2 m; a grid of 0.1 m may cost some percent more.
        let taut = 2.0 * Vec2::new(1.0, -0.05).distance(from) + 0.55;
        assert!(
            length > 0.95 * taut && length < 1.05 * taut,
            "{length} m, not {taut}"
        );
        let mut here = from;
        for next in path {
            assert!(grid.is_straight(here, next, 0.19), "{here} to {next}");
            here = next;
        }
    }

    #[test]
    fn there_is_no_way_through_a_gap_that_is_too_narrow() {
        let grid = floor();
        let (from, to) = (Vec2::new(0.0, -1.0), Vec2::new(0.0, 1.0));
        let far = grid.cell(to);
        assert!(grid.ways(from, 0.4, 1).reach(far));
        let mut closed = floor();
        closed.put(&Obstacle::Disc(Vec2::new(1.5, 0.0), 0.2));
        assert!(!closed.ways(from, 0.4, 1).reach(far));
        assert!(closed.ways(from, 0.4, 1).path(from, to, 0.4).is_none());
    }

    #[test]
    fn who_stands_in_an_obstacle_finds_out_of_it() {
        let grid = floor();
        let from = Vec2::new(0.0, 0.1);
        assert!(grid.ways(from, 0.3, 1).reach(grid.cell(Vec2::new(0.0, 1.0))));
    }
}
