//! Which particles are near each other: a grid of cells, filled by a counting sort.
//!
//! **Invariant:** particles of a cell keep their order, so that what follows is the same on every machine.

use glam::Vec3;

/// Most cells along an axis. Particles farther out share the outermost cells: that is slower and as right, since two
/// neighbours never end up more than a cell apart.
const MOST_CELLS: usize = 64;

/// Distances that are reckoned at once.
const LANES: usize = 8;

/// Cells as wide as the kernel's reach.
#[derive(Debug, Default)]
pub(super) struct Grid {
    counts: [usize; 3],
    /// The cell of each particle, in the order of particles.
    cells: Vec<u32>,
    /// Where each cell begins in the sorted order, and the end.
    starts: Vec<u32>,
    /// Particles in the order of cells.
    pub(super) order: Vec<u32>,
}

/// Pairs of neighbours, each once, in the sorted order: those of particle `i` are `ends[i - 1]..ends[i]`.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) ends: Vec<u32>,
    pub(super) others: Vec<u32>,
    /// Squared distances, m^2.
    pub(super) squares: Vec<f32>,
}

impl Grid {
    /// Sorts particles into cells of this width.
    pub(super) fn sort(&mut self, positions: &[[f32; 3]], width: f32) {
        let (mut low, mut high, mut sum) = (Vec3::INFINITY, Vec3::NEG_INFINITY, Vec3::ZERO);
        for position in positions {
            let position = Vec3::from(*position);
            low = low.min(position);
            high = high.max(position);
            sum += position;
        }
        let mean = sum / positions.len().max(1) as f32;
        let most = MOST_CELLS as f32 * width;
        for axis in 0..3 {
            if high[axis] - low[axis] > most {
                low[axis] = mean[axis] - 0.5 * most;
                high[axis] = low[axis] + most;
            }
            self.counts[axis] = (((high[axis] - low[axis]) / width) as usize + 1).min(MOST_CELLS);
        }
        let cell = |position: &[f32; 3]| {
            let at = |axis: usize| {
                let along = (position[axis] - low[axis]) / width;
                (along as i32).clamp(0, self.counts[axis] as i32 - 1) as usize
            };
            (at(2) * self.counts[1] + at(1)) * self.counts[0] + at(0)
        };
        let count = self.counts.iter().product::<usize>();
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        self.cells.clear();
        self.cells
            .extend(positions.iter().map(|position| cell(position) as u32));
        for cell in &self.cells {
            self.starts[*cell as usize + 1] += 1;
        }
        for index in 0..count {
            self.starts[index + 1] += self.starts[index];
        }
        self.order.resize(positions.len(), 0);
        // Filled from the end, each start becomes the place of the cell's first particle again.
        for (index, cell) in self.cells.iter().enumerate().rev() {
            let end = &mut self.starts[*cell as usize + 1];
            *end -= 1;
            self.order[*end as usize] = index as u32;
        }
        // Now `starts[cell + 1]` is where the cell begins: moved down by one, and the end put behind.
        self.starts.remove(0);
        self.starts.push(positions.len() as u32);
    }

    /// The ranges of sorted particles that share a cell, with the cell's index.
    pub(super) fn runs(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let cell = self.cells[*self.order.get(at)? as usize] as usize;
            let run = at..self.starts[cell + 1] as usize;
            at = run.end;
            Some((cell, run))
        })
    }

    /// Finds all pairs nearer than `reach`, at most the width of a cell. `places` are in the sorted order, by axis.
    pub(super) fn pairs(&self, places: &[Vec<f32>; 3], reach: f32, pairs: &mut Pairs) {
        let [nx, ny, nz] = self.counts;
        pairs.ends.clear();
        let mut found = 0;
        let limit = reach * reach;
        let [xs, ys, zs] = places;
        for (cell, run) in self.runs() {
            let (x, y, z) = (cell % nx, cell / nx % ny, cell / nx / ny);
            let (left, right) = (x.saturating_sub(1), (x + 1).min(nx - 1));
            // The rest of the own row, the row behind, and the three rows of the layer above: each pair once.
            let mut rows = [(0, 0); 5];
            let mut count = 1;
            rows[0].1 = self.starts[(z * ny + y) * nx + right + 1] as usize;
            let mut row = |y: usize, z: usize| {
                let first = (z * ny + y) * nx;
                let (from, to) = (self.starts[first + left], self.starts[first + right + 1]);
                if from < to {
                    rows[count] = (from as usize, to as usize);
                    count += 1;
                }
            };
            if y + 1 < ny {
                row(y + 1, z);
            }
            if z + 1 < nz {
                for beside in y.saturating_sub(1)..=(y + 1).min(ny - 1) {
                    row(beside, z + 1);
                }
            }
            for one in run {
                rows[0].0 = one + 1;
                let (px, py, pz) = (xs[one], ys[one], zs[one]);
                for (from, to) in &rows[..count] {
                    let (from, to) = (*from, *to);
                    let most = found + (to - from);
                    if pairs.others.len() < most {
                        pairs.others.resize(2 * most, 0);
                        pairs.squares.resize(2 * most, 0.0);
                    }
                    let (others, squares) = (&mut pairs.others[..most], &mut pairs.squares[..most]);
                    let row = xs[from..to].chunks(LANES).zip(ys[from..to].chunks(LANES));
                    let row = row.zip(zs[from..to].chunks(LANES)).zip((from..).step_by(LANES));
                    for (((xs, ys), zs), first) in row {
                        let mut near = [0.0; LANES];
                        for (((near, x), y), z) in near.iter_mut().zip(xs).zip(ys).zip(zs) {
                            let (dx, dy, dz) = (px - x, py - y, pz - z);
                            *near = dx * dx + dy * dy + dz * dz;
                        }
                        // Written always and kept only where near: no branch to guess wrong.
                        for (index, square) in near[..xs.len()].iter().enumerate() {
                            others[found] = (first + index) as u32;
                            squares[found] = *square;
                            found += usize::from(*square < limit);
                        }
                    }
                }
                pairs.ends.push(found as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use terrella_spec::seed::SeedPath;

    /// Against all pairs, with particles far out, where cells are shared.
    #[test]
    fn the_grid_finds_every_pair_once() {
        let seed = SeedPath {
            run: 1,
            episode: 0,
            attempt: 0,
        };
        for (index, (size, far)) in [(0.5, 0), (3.0, 5), (0.05, 2)].into_iter().enumerate() {
            let mut rng = seed.indexed_stream("grid", index as u32);
            let mut positions: Vec<[f32; 3]> = (0..300)
                .map(|_| std::array::from_fn(|_| rng.uniform_f32(-size, size)))
                .collect();
            for index in 0..far {
                positions[index * 7] = std::array::from_fn(|_| rng.uniform_f32(-90.0, 90.0));
                positions[index * 7 + 1] = positions[index * 7].map(|part| part + 0.03);
            }
            let reach = 0.1;
            let mut grid = Grid::default();
            grid.sort(&positions, reach);
            let places: [Vec<f32>; 3] = std::array::from_fn(|axis| {
                grid.order
                    .iter()
                    .map(|at| positions[*at as usize][axis])
                    .collect()
            });
            let mut pairs = Pairs::default();
            grid.pairs(&places, reach, &mut pairs);
            let (mut found, mut start) = (BTreeSet::new(), 0);
            for (one, end) in pairs.ends.iter().enumerate() {
                for other in &pairs.others[start..*end as usize] {
                    let pair = [grid.order[one], grid.order[*other as usize]];
                    let pair = (pair[0].min(pair[1]), pair[0].max(pair[1]));
                    assert!(found.insert(pair), "{pair:?} twice");
                }
                start = *end as usize;
            }
            let mut wanted = BTreeSet::new();
            for one in 0..positions.len() {
                for other in one + 1..positions.len() {
                    let apart = Vec3::from(positions[one]) - Vec3::from(positions[other]);
                    if apart.length_squared() < reach * reach {
                        wanted.insert((one as u32, other as u32));
                    }
                }
            }
            assert_eq!(found, wanted);
            assert!(wanted.len() >= far);
        }
    }
}
