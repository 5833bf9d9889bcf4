//! Towers of boxes whose margin of stability is set, not found.
//!
//! Offsets between blocks are drawn, then scaled so that the weakest joint of the tower is exactly as stable as asked:
//! the centre of mass of everything above it lies that far inside the edge of what it stands on.

use crate::draw::PlanError;
use terrella_spec::seed::Rng;

/// What lies between two blocks at the start, m.
const GAP_M: f32 = 0.0002;

/// A block at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) half: [f32; 3],
    pub(super) center: [f32; 3],
    pub(super) mass: f32,
}

/// What towers are made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Material {
    /// Half of the edges of each block, m.
    pub(super) halves: Vec<[f32; 3]>,
    /// kg.
    pub(super) masses: Vec<f32>,
    /// How far the centre of mass must lie inside the support, m.
    pub(super) margin: f32,
    /// Sideways shift of the weight for each metre of height: the tangents of the table's tilt along x and y.
    pub(super) lean: [f32; 2],
}

/// A tower: its blocks from the bottom upwards and which of them is marked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tower {
    pub(super) blocks: Vec<Block>,
    pub(super) marked: usize,
    /// Pairs of neighbours that may be glued.
    pub(super) seams: Vec<[usize; 2]>,
}

/// One block on another; the top one is marked.
pub(super) fn column(material: &Material, rng: &mut Rng) -> Result<Tower, PlanError> {
    let offsets = offsets(material.halves.len(), rng);
    let scale = scale_for(material, &offsets)?;
    let blocks = stacked(material, &offsets, scale, [0.0, 0.0], 0.0);
    let marked = blocks.len() - 1;
    Ok(Tower {
        seams: (1..blocks.len()).map(|upper| [upper - 1, upper]).collect(),
        blocks,
        marked,
    })
}

/// Three supports in a row, a beam across the outer two, a column on the beam. The middle support is marked: it is a
/// hair shorter, so it looks like the others and bears nothing.
pub(super) fn bridge(material: &Material, rng: &mut Rng) -> Result<Tower, PlanError> {
    let [width, depth, height] = material.halves[0];
    let spacing = 2.0 * width + 0.03;
    let mut blocks: Vec<Block> = [(-spacing, height), (0.0, height - 0.0005), (spacing, height)]
        .into_iter()
        .map(|(x, half_height)| Block {
            half: [width, depth, half_height],
            center: [x, 0.0, half_height + GAP_M],
            mass: material.masses[0],
        })
        .collect();
    let beam = [spacing + width, 0.9 * depth, 0.6 * height];
    let beam_mass = material.masses[0] * 1.5;
    let top_of_supports = 2.0 * height + GAP_M;
    blocks.push(Block {
        half: beam,
        center: [0.0, 0.0, top_of_supports + GAP_M + beam[2]],
        mass: beam_mass,
    });
    let top = top_of_supports + GAP_M + 2.0 * beam[2];
    let upper = Material {
        halves: material.halves[1..].to_vec(),
        masses: material.masses[1..].to_vec(),
        ..material.clone()
    };
    let drawn = offsets(upper.halves.len(), rng);
    let scale = scale_for(&upper, &drawn)?;
    let place = [rng.uniform_f32(-0.5, 0.5) * spacing, 0.0];
    blocks.extend(stacked(&upper, &drawn, scale, place, top));
    let mut seams: Vec<[usize; 2]> = (5..blocks.len()).map(|upper| [upper - 1, upper]).collect();
    seams.push([3, 4]);
    Ok(Tower {
        blocks,
        marked: 1,
        seams,
    })
}

/// Rows of three, two and one; the topmost is marked. All blocks are alike.
pub(super) fn pyramid(material: &Material) -> Tower {
    let [width, depth, height] = material.halves[0];
    let mut blocks = Vec::new();
    for row in 0..3u8 {
        let count = 3 - row;
        for place in 0..count {
            let x = (f32::from(place) - 0.5 * f32::from(count - 1)) * (2.0 * width + 0.004);
            let z = (2.0 * height + GAP_M) * f32::from(row) + height + GAP_M;
            let mass = material.masses[blocks.len() % material.masses.len()];
            blocks.push(Block {
                half: [width, depth, height],
                center: [x, 0.0, z],
                mass,
            });
        }
    }
    Tower {
        blocks,
        marked: 5,
        seams: vec![[3, 0], [4, 2]],
    }
}

/// Sideways steps from each block to the next, in units that are scaled later.
fn offsets(count: usize, rng: &mut Rng) -> Vec<[f32; 2]> {
    (0..count)
        .map(|_| [rng.uniform_f32(-1.0, 1.0), rng.uniform_f32(-0.6, 0.6)])
        .collect()
}

/// The factor on the offsets that makes the weakest seam as stable as asked.
fn scale_for(material: &Material, offsets: &[[f32; 2]]) -> Result<f32, PlanError> {
    let margin =
        |scale: f32| least_margin(&stacked(material, offsets, scale, [0.0, 0.0], 0.0), material.lean);
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

fn stacked(material: &Material, offsets: &[[f32; 2]], scale: f32, place: [f32; 2], floor: f32) -> Vec<Block> {
    let (mut at, mut top) = (place, floor);
    let parts = material.halves.iter().zip(&material.masses).zip(offsets);
    parts
        .enumerate()
        .map(|(index, ((half, mass), offset))| {
            if index > 0 {
                at = [at[0] + scale * offset[0], at[1] + scale * offset[1]];
            }
            let center = [at[0], at[1], top + GAP_M + half[2]];
            top = center[2] + half[2];
            Block {
                half: *half,
                center,
                mass: *mass,
            }
        })
        .collect()
}

/// The smallest distance, over all seams of a column, from the centre of mass of what is above to the edge of the face
/// that bears it, m; negative where it falls.
pub(super) fn least_margin(blocks: &[Block], lean: [f32; 2]) -> f32 {
    let mut least = f32::INFINITY;
    for upper in 1..blocks.len() {
        let (below, above) = (&blocks[upper - 1], &blocks[upper]);
        let seam = below.center[2] + below.half[2];
        let mass: f32 = blocks[upper..].iter().map(|block| block.mass).sum();
        for (axis, lean) in lean.into_iter().enumerate() {
            // Where the weight meets the seam: tilted gravity carries it aside on the way down.
            let place = |block: &Block| block.mass * (block.center[axis] + lean * (block.center[2] - seam));
            let weight = blocks[upper..].iter().map(place).sum::<f32>() / mass;
            let high = (below.center[axis] + below.half[axis]).min(above.center[axis] + above.half[axis]);
            let low = (below.center[axis] - below.half[axis]).max(above.center[axis] - above.half[axis]);
            least = least.min(high - weight).min(weight - low);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(x: f32, z: f32) -> Block {
        Block {
            half: [0.05, 0.05, 0.02],
            center: [x, 0.0, z],
            mass: 1.0,
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
            .zip(0u8..)
            .map(|(x, level)| block(*x, 0.02 + 0.04 * f32::from(level)))
            .collect();
        assert!(least_margin(&blocks, [0.0, 0.0]).abs() < 1e-6);
        assert!(
            least_margin(&blocks, [0.05, 0.0]) < -1e-3,
            "a tilt towards the overhang topples it"
        );
    }
}
