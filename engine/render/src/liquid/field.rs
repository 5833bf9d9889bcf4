//! The field whose zero is a liquid's surface, at the nodes near its particles.
//!
//! A liquid that is poured is in few of the places of the box about it. Of each row of nodes along x only the stretch between
//! its first and last particle is kept, and rows without particles are not there at all.

use glam::Vec3;

/// Reach of a particle, in spacings.
const REACH: f32 = 1.9;
/// Distance between nodes, in spacings.
const CELL: f32 = 0.7;
/// The radius, in spacings: a ball of it has the volume of one particle at rest. It is more than half of the longest way
/// through a cell, so that a single drop has a node within it.
const RADIUS: f32 = 0.62;
/// Nodes of a grid; where a liquid is scattered so far that this is not enough, cells are larger.
const MOST_NODES: f32 = 4e6;
/// Nodes that are worked on at once: more than a particle reaches in a row.
const LANES: usize = 8;
const _: () = assert!(2.0 * REACH / CELL + 2.0 <= LANES as f32);

/// A grid of nodes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Grid {
    origin: Vec3,
    pub(super) cell: f32,
    pub(super) size: [usize; 3],
}

impl Grid {
    /// Around all particles that are somewhere.
    pub(super) fn about(positions: &[[f32; 3]], spacing: f32) -> Option<Grid> {
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for position in positions.iter().map(|position| Vec3::from_array(*position)) {
            if position.is_finite() {
                low = low.min(position);
                high = high.max(position);
            }
        }
        if !low.is_finite() {
            return None;
        }
        let mut cell = CELL * spacing;
        let edge = REACH * spacing;
        loop {
            // A node more on each side: the field is 0 there, so every surface is closed.
            let extent = (high - low + 2.0 * edge) / cell + 3.0;
            if extent.x * extent.y * extent.z <= MOST_NODES {
                let size = extent.to_array().map(|nodes| nodes as usize + 1);
                return Some(Grid {
                    origin: low - edge - cell,
                    cell,
                    size,
                });
            }
            cell *= 1.5;
        }
    }

    pub(super) fn place(&self, at: [usize; 3]) -> Vec3 {
        self.origin + Vec3::new(at[0] as f32, at[1] as f32, at[2] as f32) * self.cell
    }

    /// Rows of nodes along x.
    fn rows(&self) -> usize {
        self.size[1] * self.size[2]
    }

    /// The nodes within reach of a place.
    fn span(&self, position: Vec3, reach: f32) -> Span {
        let first = ((position - reach - self.origin) / self.cell)
            .max(Vec3::ZERO)
            .to_array();
        let last = ((position + reach - self.origin) / self.cell).to_array();
        // Far from the origin rounding may lead out of the grid.
        let range = |axis: usize| {
            let end = (last[axis] as usize + 1).min(self.size[axis]);
            (first[axis] as usize).min(end)..end
        };
        Span {
            first: (first[0] as usize).min(self.size[0]),
            y: range(1),
            z: range(2),
        }
    }

    /// Words with a bit for each node of a row, and for the lanes that reach out of it.
    pub(super) fn words(&self) -> usize {
        (self.size[0] + LANES).div_ceil(64)
    }
}

/// The nodes of a row that are kept: a multiple of [`LANES`] of them, from a multiple on.
#[derive(Clone, Copy, Debug)]
struct Row {
    first: u32,
    /// The first one behind them; 0: there are none.
    end: u32,
    /// Where they are in the lists of all.
    at: u32,
}

const EMPTY: Row = Row {
    first: u32::MAX,
    end: 0,
    at: 0,
};

/// What is known at the nodes.
#[derive(Debug, Default)]
pub(super) struct Field {
    pub(super) grid: Grid,
    rows: Vec<Row>,
    /// Sums of weights, and of places times weights.
    sums: [Vec<f32>; 4],
    /// Above 0 inside.
    values: Vec<f32>,
    /// Where nothing is near.
    outside: f32,
    /// A bit for each node that is inside: [`Grid::words`] for each row, kept or not.
    pub(super) inside: Vec<u64>,
}

/// The nodes that a particle reaches: the first of each row, and rows.
struct Span {
    first: usize,
    y: std::ops::Range<usize>,
    z: std::ops::Range<usize>,
}

impl Field {
    /// Of particles so far apart at rest. False: there are none.
    pub(super) fn make(&mut self, positions: &[[f32; 3]], spacing: f32) -> bool {
        let Some(grid) = Grid::about(positions, spacing) else {
            return false;
        };
        self.grid = grid;
        self.outside = -RADIUS * spacing;
        self.keep_rows(positions, REACH * spacing);
        self.splat(positions, REACH * spacing);
        self.measure(RADIUS * spacing);
        true
    }

    /// The value at a node of a row, by its x.
    #[inline]
    pub(super) fn value(&self, row: usize, x: usize) -> f32 {
        let Row { first, end, at } = self.rows[row];
        let x = x as u32;
        if first <= x && x < end {
            self.values[(at + x - first) as usize]
        } else {
            self.outside
        }
    }

    /// Finds which nodes are near particles.
    fn keep_rows(&mut self, positions: &[[f32; 3]], reach: f32) {
        self.rows.clear();
        self.rows.resize(self.grid.rows(), EMPTY);
        for position in finite(positions) {
            let Span { first, y, z } = self.grid.span(position, reach);
            let lanes = LANES as u32;
            let (first, end) = (
                first as u32 / lanes * lanes,
                (first as u32 + lanes).next_multiple_of(lanes),
            );
            for z in z {
                for row in &mut self.rows[z * self.grid.size[1]..][y.clone()] {
                    row.first = row.first.min(first);
                    row.end = row.end.max(end);
                }
            }
        }
        let mut nodes = 0;
        for row in &mut self.rows {
            row.at = nodes;
            nodes += row.end.saturating_sub(row.first);
        }
        for sums in &mut self.sums {
            sums.clear();
            sums.resize(nodes as usize, 0.0);
        }
    }

    /// Adds each particle to the nodes about it.
    fn splat(&mut self, positions: &[[f32; 3]], reach: f32) {
        let squared = 1.0 / (reach * reach);
        let [weights, xs, ys, zs] = &mut self.sums.each_mut().map(|sums| sums.as_mut_slice());
        for position in finite(positions) {
            let Span { first, y, z } = self.grid.span(position, reach);
            let mut along = [0.0_f32; LANES];
            let start = self.grid.origin.x - position.x;
            for (lane, along) in along.iter_mut().enumerate() {
                let way = start + (first + lane) as f32 * self.grid.cell;
                *along = way * way;
            }
            for z in z {
                for y in y.clone() {
                    let start = self.grid.place([0, y, z]) - position;
                    let aside = start.y * start.y + start.z * start.z;
                    if aside * squared >= 1.0 {
                        continue;
                    }
                    let row = self.rows[z * self.grid.size[1] + y];
                    let at = (row.at + first as u32 - row.first) as usize;
                    let mut shares = [0.0_f32; LANES];
                    for lane in 0..LANES {
                        let share = 1.0 - (along[lane] + aside) * squared;
                        let share = if share > 0.0 { share } else { 0.0 };
                        shares[lane] = share * share * share;
                    }
                    add(&mut weights[at..], &shares, 1.0);
                    add(&mut xs[at..], &shares, position.x);
                    add(&mut ys[at..], &shares, position.y);
                    add(&mut zs[at..], &shares, position.z);
                }
            }
        }
    }

    /// The field at each node.
    fn measure(&mut self, radius: f32) {
        let Grid { cell, size, origin } = self.grid;
        let words = self.grid.words();
        self.inside.clear();
        self.inside.resize(self.grid.rows() * words, 0);
        self.values.resize(self.sums[0].len(), 0.0);
        for (index, row) in self.rows.iter().enumerate() {
            let (y, z) = (index % size[1], index / size[1]);
            let place = self.grid.place([0, y, z]);
            // The surface is closed: what is at the rim is outside.
            let within = (1..size[1] - 1).contains(&y) && (1..size[2] - 1).contains(&z);
            let end = if within { size[0] as u32 - 1 } else { 0 };
            for x in (row.first..row.end).step_by(LANES) {
                let at = (row.at + x - row.first) as usize;
                let [weights, xs, ys, zs] = [0, 1, 2, 3].map(|axis| lanes(&self.sums[axis][at..]));
                let values = lanes_mut(&mut self.values[at..]);
                for lane in 0..LANES {
                    let along = origin.x + (x as usize + lane) as f32 * cell;
                    let weight = weights[lane];
                    let way = [
                        along - xs[lane] / weight,
                        place.y - ys[lane] / weight,
                        place.z - zs[lane] / weight,
                    ];
                    let length = (way[0] * way[0] + way[1] * way[1] + way[2] * way[2]).sqrt();
                    let within = (1..end).contains(&(x + lane as u32));
                    values[lane] = if within && weight > 0.0 {
                        radius - length
                    } else {
                        -radius
                    };
                }
                let mut bits = 0;
                for (lane, value) in values.iter().enumerate() {
                    bits |= u64::from(*value > 0.0) << lane;
                }
                self.inside[index * words + x as usize / 64] |= bits << (x % 64);
            }
        }
    }
}

fn finite(positions: &[[f32; 3]]) -> impl Iterator<Item = Vec3> {
    let all = positions.iter().map(|position| Vec3::from_array(*position));
    all.filter(|position| position.is_finite())
}

#[inline]
fn lanes(of: &[f32]) -> &[f32; LANES] {
    of.first_chunk().expect("whole lanes")
}

#[inline]
fn lanes_mut(of: &mut [f32]) -> &mut [f32; LANES] {
    of.first_chunk_mut().expect("whole lanes")
}

#[inline]
fn add(to: &mut [f32], shares: &[f32; LANES], value: f32) {
    let to = lanes_mut(to);
    for lane in 0..LANES {
        to[lane] += value * shares[lane];
    }
}
