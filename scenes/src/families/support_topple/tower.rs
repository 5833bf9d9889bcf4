//! Towers of boxes whose margin of stability is set, not found.
//!
//! Offsets between blocks are drawn, then scaled so that the weakest seam of the tower is exactly as stable as asked: the
//! centre of mass of everything above it lies that far inside the edge of what it stands on. Below zero, it falls.

use crate::draw::PlanError;
use terrella_spec::seed::Rng;

/// What lies between two blocks at the start, m.
const GAP_M: f32 = 0.0002;
/// Between neighbours of a row, m.
const ROW_GAP_M: f32 = 0.004;
/// Blocks that bear a bridge's column: three supports and the beam.
const BRIDGE_BELOW: usize = 4;

/// A block at its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) half: [f32; 3],
    pub(super) center: [f32; 3],
    pub(super) density: f32,
    /// The blocks that bear it, each an equal share; none: the table.
    pub(super) rests_on: Vec<usize>,
}

impl Block {
    /// Its mass, kg.
    pub(super) fn mass(&self) -> f32 {
        8.0 * self.half.iter().product::<f32>() * self.density
    }

    fn top(&self) -> f32 {
        self.center[2] + self.half[2]
    }
}

/// What towers are made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Material {
    /// Half of the edges of each block, from the lowest upwards, m.
    pub(super) halves: Vec<[f32; 3]>,
    /// kg/m^3.
    pub(super) densities: Vec<f32>,
    /// How far the centre of mass must lie inside the support, m.
    pub(super) margin: f32,
    /// Sideways shift of the weight for each metre of height: the tangents of the table's tilt along x and y.
    pub(super) lean: [f32; 2],
    /// True: it must be as stable without its topmost block.
    pub(super) without_top: bool,
}

/// A tower: its blocks from the bottom upwards and which of them is marked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tower {
    pub(super) blocks: Vec<Block>,
    pub(super) marked: usize,
    /// Pairs of neighbours that may be glued.
    pub(super) seams: Vec<[usize; 2]>,
}

impl Tower {
    /// The same with its topmost block marked.
    pub(super) fn marked_on_top(self) -> Tower {
        Tower {
            marked: self.blocks.len() - 1,
            ..self
        }
    }
}

/// How many blocks a tower of this arrangement has that was to have `asked`.
pub(super) fn block_count(arrangement: &str, asked: usize) -> usize {
    match arrangement {
        "bridge" => asked.max(BRIDGE_BELOW + 1),
        "pyramid" => rows_of(base_of(asked)).sum(),
        _ => asked.max(2),
    }
}

/// Blocks of the lowest row of the largest pyramid of at most so many, of two rows at least.
fn base_of(count: usize) -> usize {
    (2..=count)
        .rev()
        .find(|base| rows_of(*base).sum::<usize>() <= count)
        .unwrap_or(2)
}

/// How many blocks stand in each row of a pyramid.
fn rows_of(base: usize) -> impl Iterator<Item = usize> {
    (1..=base).rev()
}

/// One block on another; the top one is marked.
pub(super) fn column(material: &Material, rng: &mut Rng) -> Result<Tower, PlanError> {
    let blocks = stacked(material, &[], 0.0, rng)?;
    Ok(Tower {
        marked: blocks.len() - 1,
        seams: (1..blocks.len()).map(|upper| [upper - 1, upper]).collect(),
        blocks,
    })
}

/// Three supports in a row, a beam across the outer two, a column on the beam. The middle support is marked: it is a
/// hair shorter, so it looks like the others and bears nothing.
pub(super) fn bridge(material: &Material, rng: &mut Rng) -> Result<Tower, PlanError> {
    let [drawn_width, _, drawn_height] = material.halves[0];
    // As tall as three flat blocks, so that a hand fits under the beam.
    let [width, depth, height] = [0.8 * drawn_width, drawn_width, 2.2 * drawn_height];
    let spacing = 2.0 * width + 0.03;
    let supports = [(-spacing, height), (0.0, height - 0.0005), (spacing, height)];
    let mut blocks: Vec<Block> = supports
        .into_iter()
        .zip(&material.densities)
        .map(|((x, half_height), density)| Block {
            half: [width, depth, half_height],
            center: [x, 0.0, half_height + GAP_M],
            density: *density,
            rests_on: Vec::new(),
        })
        .collect();
    let beam = [spacing + width, 0.9 * depth, 0.6 * height];
    let top_of_supports = blocks[0].top();
    blocks.push(Block {
        half: beam,
        center: [0.0, 0.0, top_of_supports + GAP_M + beam[2]],
        density: material.densities[3],
        rests_on: vec![0, 2],
    });
    let x = rng.uniform_f32(-0.5, 0.5) * spacing;
    let blocks = stacked(material, &blocks, x, rng)?;
    Ok(Tower {
        marked: 1,
        seams: (BRIDGE_BELOW..blocks.len())
            .map(|upper| [upper - 1, upper])
            .collect(),
        blocks,
    })
}

/// Rows of three, two and one, or of more or fewer; the topmost block is marked. All have the length and depth of the first, and
/// each row stands before or behind the one below.
pub(super) fn pyramid(material: &Material, rng: &mut Rng) -> Result<Tower, PlanError> {
    let base = base_of(material.halves.len());
    let [width, depth, _] = material.halves[0];
    let steps: Vec<f32> = (0..base).map(|_| rng.uniform_f32(-1.0, 1.0)).collect();
    let rows = |scale: f32| {
        let mut blocks: Vec<Block> = Vec::new();
        let (mut y, mut floor, mut row_below) = (0.0, 0.0, 0);
        for (row, count) in rows_of(base).enumerate() {
            let first = blocks.len();
            y += if row == 0 { 0.0 } else { scale * steps[row] };
            let height = material.halves[first][2];
            for place in 0..count {
                let x = (place as f32 - 0.5 * (count - 1) as f32) * (2.0 * width + ROW_GAP_M);
                let below = row_below + place;
                blocks.push(Block {
                    half: [width, depth, height],
                    center: [x, y, floor + GAP_M + height],
                    density: material.densities[first + place],
                    rests_on: if row == 0 { vec![] } else { vec![below, below + 1] },
                });
            }
            floor = blocks[first].top();
            row_below = first;
        }
        blocks
    };
    let blocks = rows(scale_for(material, rows)?);
    let neighbours = |(upper, block): (usize, &Block)| block.rests_on.first().map(|lower| [*lower, upper]);
    Ok(Tower {
        seams: blocks.iter().enumerate().filter_map(neighbours).collect(),
        marked: blocks.len() - 1,
        blocks,
    })
}

/// The blocks of `ground` and a column of all others on the last of them, at this x, as stable as asked.
fn stacked(material: &Material, ground: &[Block], x: f32, rng: &mut Rng) -> Result<Vec<Block>, PlanError> {
    let halves = &material.halves[ground.len()..];
    let steps: Vec<[f32; 2]> = halves
        .iter()
        .map(|_| [rng.uniform_f32(-1.0, 1.0), rng.uniform_f32(-0.6, 0.6)])
        .collect();
    let column = |scale: f32| {
        let mut blocks = ground.to_vec();
        for (index, (half, step)) in halves.iter().zip(&steps).enumerate() {
            let below = blocks.last();
            let [at_x, at_y, _] = below.map_or([0.0; 3], |below| below.center);
            let [step_x, step_y] = step.map(|step| if below.is_some() { scale * step } else { 0.0 });
            // Along a beam it stands anywhere.
            let at_x = if index == 0 { x } else { at_x + step_x };
            let top = below.map_or(0.0, Block::top);
            blocks.push(Block {
                half: *half,
                center: [at_x, at_y + step_y, top + GAP_M + half[2]],
                density: material.densities[blocks.len()],
                rests_on: blocks.len().checked_sub(1).into_iter().collect(),
            });
        }
        blocks
    };
    Ok(column(scale_for(material, column)?))
}

/// The factor on the steps from block to block that makes the weakest seam as stable as asked.
fn scale_for(material: &Material, blocks: impl Fn(f32) -> Vec<Block>) -> Result<f32, PlanError> {
    let margin = |scale: f32| {
        let blocks = blocks(scale);
        let whole = least_margin(&blocks, material.lean);
        if material.without_top {
            whole.min(least_margin(&blocks[..blocks.len() - 1], material.lean))
        } else {
            whole
        }
    };
    let (mut low, mut high) = (0.0f32, 0.12f32);
    if margin(low) < material.margin {
        return Err(PlanError::no_fit(
            "the blocks are too narrow for this margin and tilt",
        ));
    }
    if margin(high) > material.margin {
        return Err(PlanError::no_fit("these offsets never come near the margin"));
    }
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if margin(middle) >= material.margin {
            low = middle
        } else {
            high = middle
        }
    }
    Ok(low)
}

/// The smallest distance, over all seams, from the centre of mass of what bears down there to the edge of the faces that
/// bear it, m; negative where it falls. What stands on several blocks bears on each alike.
pub(super) fn least_margin(blocks: &[Block], lean: [f32; 2]) -> f32 {
    // Mass, and mass times place, of each block and its share of what is above.
    let mut loads: Vec<[f32; 4]> = blocks
        .iter()
        .map(|block| {
            let [x, y, z] = block.center.map(|place| place * block.mass());
            [block.mass(), x, y, z]
        })
        .collect();
    let mut least = f32::INFINITY;
    for (index, block) in blocks.iter().enumerate().rev() {
        if block.rests_on.is_empty() {
            continue;
        }
        let load = loads[index];
        let share = 1.0 / block.rests_on.len() as f32;
        for below in &block.rests_on {
            loads[*below]
                .iter_mut()
                .zip(load)
                .for_each(|(sum, part)| *sum += share * part);
        }
        let seam = block.center[2] - block.half[2];
        for (axis, lean) in lean.into_iter().enumerate() {
            // Where the weight meets the seam: tilted gravity carries it aside on the way down.
            let weight = (load[1 + axis] + lean * (load[3] - load[0] * seam)) / load[0];
            let bears = |side: f32| {
                let edge = |block: &Block| side * (block.center[axis] + side * block.half[axis]);
                let below = block.rests_on.iter().map(|below| edge(&blocks[*below]));
                below.fold(f32::NEG_INFINITY, f32::max).min(edge(block))
            };
            least = least.min(bears(1.0) - weight).min(bears(-1.0) + weight);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use terrella_spec::seed::SeedPath;

    fn block(x: f32, z: f32, below: Option<usize>) -> Block {
        Block {
            half: [0.05, 0.05, 0.02],
            center: [x, 0.0, z],
            density: 1000.0,
            rests_on: below.into_iter().collect(),
        }
    }

    /// The famous overhang: 1/2, 1/4, 1/6 of a length from the top is the edge of falling at every seam.
    #[test]
    fn the_harmonic_overhang_has_no_margin() {
        let steps = [
            0.0,
            0.1 / 6.0,
            0.1 / 6.0 + 0.1 / 4.0,
            0.1 / 6.0 + 0.1 / 4.0 + 0.05,
        ];
        let blocks: Vec<Block> = steps
            .iter()
            .enumerate()
            .map(|(level, x)| block(*x, 0.02 + 0.04 * level as f32, level.checked_sub(1)))
            .collect();
        assert!(least_margin(&blocks, [0.0, 0.0]).abs() < 1e-6);
        assert!(
            least_margin(&blocks, [0.05, 0.0]) < -1e-3,
            "a tilt towards the overhang topples it"
        );
    }

    fn material(count: usize, margin: f32) -> Material {
        Material {
            halves: (0..count)
                .map(|index| [0.045, 0.04, 0.02 + 0.001 * index as f32])
                .collect(),
            densities: (0..count).map(|index| 400.0 + 90.0 * index as f32).collect(),
            margin,
            lean: [0.02, -0.01],
            without_top: false,
        }
    }

    /// All arrangements have the margin that was asked, and as many blocks as they say.
    #[test]
    fn every_tower_is_as_stable_as_asked() {
        let seed = SeedPath {
            run: 1,
            episode: 0,
            attempt: 0,
        };
        let mut made = 0;
        for (asked, margin) in [(3, 0.012), (7, 0.02), (11, 0.004), (9, -0.005)] {
            for arrangement in ["column", "bridge", "pyramid"] {
                let count = block_count(arrangement, asked);
                let (material, mut rng) = (material(count, margin), seed.stream(arrangement));
                let tower = match arrangement {
                    "bridge" => bridge(&material, &mut rng),
                    "pyramid" => pyramid(&material, &mut rng),
                    _ => column(&material, &mut rng),
                };
                let Ok(tower) = tower else { continue };
                assert_eq!(tower.blocks.len(), count, "{arrangement} of {asked}");
                let found = least_margin(&tower.blocks, material.lean);
                let off = (found - margin).abs();
                assert!(off < 1e-4, "{arrangement} of {asked}: {found}, not {margin}");
                made += 1;
            }
        }
        assert!(made >= 10, "only {made} of 12 fit");
        assert_eq!(block_count("pyramid", 2), 3);
        assert_eq!(block_count("pyramid", 9), 6);
        assert_eq!(block_count("pyramid", 12), 10);
    }
}
