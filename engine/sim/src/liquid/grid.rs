//! Which particles are near each other: a grid of cells, filled by a counting sort.
//!
//! **Invariant:** particles of a cell keep their order, so that what follows is the same on every machine.

use super::four::Four;
use glam::Vec3;

/// Most cells along an axis. Particles farther out share the outermost cells: that is slower and as right, since two
/// neighbours never end up more than a cell apart.
const MOST_CELLS: usize = 64;

/// Distances that are reckoned at once.
pub(super) const LANES: usize = 8;

/// Cells as wide as the kernel's reach.
#[derive(Debug, Default)]
pub(super) struct Grid {
    counts: [usize; 3],
    /// The cell of each particle that is sorted, in the order of particles.
    cells: Vec<u32>,
    /// Where each cell begins in the sorted order, behind a zero, and the end.
    starts: Vec<u32>,
    /// Particles in the order of cells.
    pub(super) order: Vec<u32>,
}

/// Pairs of neighbours, each once, in the sorted order: those of particle `i` are `ends[i - 1]..ends[i]`.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) ends: Vec<u32>,
    /// With room behind the last.
    pub(super) others: Vec<u32>,
    /// Room for what may be near the particles of one cell.
    blocks: Vec<Block>,
}

impl Grid {
    /// Sorts these particles, in their order, into cells of this width.
    pub(super) fn sort(&mut self, positions: &[[f32; 3]], particles: &[u32], width: f32) {
        let (mut low, mut high, mut sum) = (Vec3::INFINITY, Vec3::NEG_INFINITY, Vec3::ZERO);
        for particle in particles {
            let position = Vec3::from(positions[*particle as usize]);
            low = low.min(position);
            high = high.max(position);
            sum += position;
        }
        let mean = sum / particles.len().max(1) as f32;
        let most = MOST_CELLS as f32 * width;
        for axis in 0..3 {
            if high[axis] - low[axis] > most {
                low[axis] = mean[axis] - 0.5 * most;
                high[axis] = low[axis] + most;
            }
            self.counts[axis] = (((high[axis] - low[axis]) / width) as usize + 1).min(MOST_CELLS);
        }
        let per_width = 1.0 / width;
        let cell = |position: &[f32; 3]| {
            let at = |axis: usize| {
                let along = (position[axis] - low[axis]) * per_width;
                (along as i32).clamp(0, self.counts[axis] as i32 - 1) as usize
            };
            (at(2) * self.counts[1] + at(1)) * self.counts[0] + at(0)
        };
        let count = self.counts.iter().product::<usize>();
        self.starts.clear();
        self.starts.resize(count + 2, 0);
        self.cells.resize(positions.len(), 0);
        for particle in particles {
            let cell = cell(&positions[*particle as usize]);
            self.cells[*particle as usize] = cell as u32;
            self.starts[cell + 1] += 1;
        }
        // There may be many more cells than particles: no sum waits for the one before it to be read.
        let mut sum = 0;
        for start in &mut self.starts[1..] {
            sum += *start;
            *start = sum;
        }
        self.order.resize(particles.len(), 0);
        // Filled from the end, each end becomes the place of the cell's first particle.
        for particle in particles.iter().rev() {
            let end = &mut self.starts[self.cells[*particle as usize] as usize + 1];
            *end -= 1;
            self.order[*end as usize] = *particle;
        }
    }

    /// The ranges of sorted particles that share a cell, with the cell's index.
    pub(super) fn runs(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let cell = self.cells[*self.order.get(at)? as usize] as usize;
            let run = at..self.starts[cell + 2] as usize;
            at = run.end;
            Some((cell, run))
        })
    }

    /// Finds all pairs nearer than `reach`, at most the width of a cell. `places` are in the sorted order, by axis, with
    /// `LANES` more behind them.
    pub(super) fn pairs(&self, places: &[Vec<f32>; 3], reach: f32, pairs: &mut Pairs) {
        let [nx, ny, nz] = self.counts;
        let starts = &self.starts[1..];
        let limit = Four::splat(reach * reach);
        pairs.ends.clear();
        let mut found = 0;
        for (cell, run) in self.runs() {
            let (x, y, z) = (cell % nx, cell / nx % ny, cell / nx / ny);
            let (left, right) = (x.saturating_sub(1), (x + 1).min(nx - 1));
            pairs.blocks.clear();
            // The rest of the own row, the row behind, and the three rows of the layer above: each pair once.
            let first = (z * ny + y) * nx;
            block(
                &mut pairs.blocks,
                places,
                run.start,
                starts[first + right + 1] as usize,
            );
            let mut row = |y: usize, z: usize| {
                let first = (z * ny + y) * nx;
                let (from, to) = (starts[first + left], starts[first + right + 1]);
                block(&mut pairs.blocks, places, from as usize, to as usize);
            };
            if y + 1 < ny {
                row(y + 1, z);
            }
            if z + 1 < nz {
                for beside in y.saturating_sub(1)..=(y + 1).min(ny - 1) {
                    row(beside, z + 1);
                }
            }
            for (index, one) in run.enumerate() {
                let most = found + pairs.blocks.len() * LANES;
                if pairs.others.len() < most {
                    pairs.others.resize(2 * most, 0);
                }
                let others = &mut pairs.others[..];
                let place = [0, 1, 2].map(|axis| Four::splat(places[axis][one]));
                // Neither it nor those before it are neighbours of what follows.
                let mut wanted = ALL << (index % LANES + 1);
                for block in &pairs.blocks[index / LANES..] {
                    let mask = block.near(place, limit) & wanted;
                    wanted = ALL;
                    // A whole block is written, and counts as far as it is near: no branch to guess wrong.
                    let (lanes, count) = &LANES_OF[(mask & ALL) as usize];
                    let room: &mut [u32; LANES] = others[found..].first_chunk_mut().expect("there is room");
                    let first = block.first;
                    *room = lanes.map(|lane| first + lane);
                    found += *count as usize;
                }
                pairs.ends.push(found as u32);
            }
        }
    }
}

/// Particles that follow each other, as many as are looked at at once.
#[derive(Debug)]
struct Block {
    /// By axis, m.
    places: [[Four; 2]; 3],
    first: u32,
    /// Which lanes are particles of the row.
    lanes: u32,
}

impl Block {
    /// Which lanes are nearer to a place.
    #[inline(always)]
    fn near(&self, place: [Four; 3], limit: Four) -> u32 {
        let half = |half: usize| {
            let [dx, dy, dz] = [0, 1, 2].map(|axis| place[axis] - self.places[axis][half]);
            (dx * dx + dy * dy + dz * dz).below(limit)
        };
        (half(0) | half(1) << 4) & self.lanes
    }
}

/// Adds the sorted particles from `from` to before `to`.
#[inline(always)]
fn block(blocks: &mut Vec<Block>, places: &[Vec<f32>; 3], from: usize, to: usize) {
    for first in (from..to).step_by(LANES) {
        let along = |axis: usize| {
            let [a, b, c, d, e, f, g, h] = *places[axis][first..]
                .first_chunk()
                .expect("the places are padded");
            [Four::of([a, b, c, d]), Four::of([e, f, g, h])]
        };
        blocks.push(Block {
            places: [along(0), along(1), along(2)],
            first: first as u32,
            lanes: (1 << (to - first).min(LANES)) - 1,
        });
    }
}

/// A mask of all lanes.
const ALL: u32 = (1 << LANES) - 1;

/// For each mask of lanes: those it has, from the lowest, with anything behind them; and how many. Of numbers as wide as they
/// are needed, 9 kB: narrower ones would have to be unpacked, which made a whole step a tenth slower.
static LANES_OF: [([u32; LANES], u32); 1 << LANES] = {
    let mut all = [([0; LANES], 0); 1 << LANES];
    let mut mask = 0;
    while mask < all.len() {
        let (mut lane, mut count) = (0, 0);
        while lane < LANES {
            if mask >> lane & 1 == 1 {
                all[mask].0[count] = lane as u32;
                count += 1;
            }
            lane += 1;
        }
        all[mask].1 = count as u32;
        mask += 1;
    }
    all
};

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
            let all: Vec<u32> = (0..positions.len() as u32).collect();
            grid.sort(&positions, &all, reach);
            let places: [Vec<f32>; 3] = std::array::from_fn(|axis| {
                grid.order
                    .iter()
                    .map(|at| positions[*at as usize][axis])
                    .chain([0.0; LANES])
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
