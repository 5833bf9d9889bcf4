//! Which particles are neighbours, as both of them need it, and how strongly.

use super::four::Four;
use super::grid::Pairs;
use super::kernel::Kernel;

/// Neighbours that are reckoned at once: the links of each particle are padded to a multiple.
const LANES: usize = 4;

/// The neighbours of each particle, in the sorted order, and the gradient of its density along its own place that each gives,
/// 1/m, w is 0. What pads them has no gradient and is the particle behind the last.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Where the chunks of each particle begin, and the end.
    starts: Vec<u32>,
    gradients: Vec<[Four; LANES]>,
    others: Vec<[u32; LANES]>,
    /// Where the next link of each particle goes.
    nexts: Vec<u32>,
    /// Where the links of each particle to later ones begin: one for each of its pairs, in their order.
    fronts: Vec<u32>,
    /// For each pair: where the later one's link is, its share of density, the steepness of that, 1/m^2, and how much of the
    /// difference of their velocities each takes over.
    backs: Vec<u32>,
    shares: Vec<f32>,
    steeps: Vec<f32>,
    drags: Vec<f32>,
}

impl Links {
    /// Which links are a particle's: from the first to before the second.
    pub(super) fn range(&self, one: usize) -> [u32; 2] {
        [self.starts[one], self.starts[one + 1]]
    }

    /// Those links.
    #[inline(always)]
    pub(super) fn of(&self, [first, end]: [u32; 2]) -> impl Iterator<Item = (&[Four; LANES], &[u32; LANES])> {
        let own = first as usize..end as usize;
        self.gradients[own.clone()].iter().zip(&self.others[own])
    }

    /// Links all pairs.
    pub(super) fn tie(&mut self, pairs: &Pairs) {
        let count = pairs.ends.len();
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        // Counts of links at first.
        let starts = &mut self.starts[..];
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let own = at..*end as usize;
            at = own.end;
            starts[one] += own.len() as u32;
            for other in &pairs.others[own] {
                starts[*other as usize] += 1;
            }
        }
        let mut chunks = 0;
        self.nexts.clear();
        for start in &mut self.starts {
            let links = *start as usize;
            *start = chunks as u32;
            self.nexts.push((chunks * LANES) as u32);
            chunks += links.div_ceil(LANES);
        }
        if self.others.len() < chunks {
            self.gradients.resize(chunks, [Four::default(); LANES]);
            self.others.resize(chunks, [0; LANES]);
        }
        self.fronts.clear();
        self.backs.clear();
        let others = self.others.as_flattened_mut();
        let gradients = self.gradients.as_flattened_mut();
        let nexts = &mut self.nexts[..];
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let own = &pairs.others[at..*end as usize];
            at = *end as usize;
            // Those of earlier ones are there.
            let front = nexts[one];
            self.fronts.push(front);
            let next = front as usize + own.len();
            others[front as usize..next].copy_from_slice(own);
            self.backs.extend(own.iter().map(|other| {
                let back = nexts[*other as usize];
                nexts[*other as usize] += 1;
                others[back as usize] = one as u32;
                back
            }));
            let end = self.starts[one + 1] as usize * LANES;
            gradients[next..end].fill(Four::default());
            others[next..end].fill(count as u32);
        }
    }

    /// Measures all links, and adds their densities.
    pub(super) fn measure(&mut self, kernel: &Kernel, pairs: &Pairs, places: &[Four], densities: &mut [f32]) {
        self.shares.resize(self.backs.len(), 0.0);
        self.steeps.resize(self.backs.len(), 0.0);
        let gradients = self.gradients.as_flattened_mut();
        let mut at = 0;
        for ((end, front), place) in pairs.ends.iter().zip(&self.fronts).zip(places) {
            let own = at..*end as usize;
            at = own.end;
            let ways = &mut gradients[*front as usize..][..own.len()];
            let shares = &mut self.shares[own.clone()];
            for ((other, way), share) in pairs.others[own].iter().zip(ways).zip(shares) {
                *way = places[*other as usize] - *place;
                *share = way.dot(*way);
            }
        }
        for (share, steep) in self.shares.iter_mut().zip(&mut self.steeps) {
            (*share, *steep) = kernel.pair(*share);
        }
        let mut at = 0;
        for (one, (end, front)) in pairs.ends.iter().zip(&self.fronts).enumerate() {
            let own = at..*end as usize;
            at = own.end;
            let mut density = kernel.own;
            let weights = self.steeps[own.clone()].iter().zip(&self.shares[own.clone()]);
            let ends = pairs.others[own.clone()].iter().zip(&self.backs[own]);
            for (index, ((other, back), (steep, share))) in ends.zip(weights).enumerate() {
                let way = &mut gradients[*front as usize + index];
                *way = *way * *steep;
                gradients[*back as usize] = -*way;
                density += share;
                densities[*other as usize] += share;
            }
            densities[one] += density;
        }
    }

    /// Lets neighbours slow each other down: `spread` is the viscosity times the time, m^2. Each pair is solved implicitly, so
    /// that no viscosity is too much.
    pub(super) fn drag(&mut self, spread: f32, pairs: &Pairs, velocities: &mut [Four]) {
        // The gradient of the kernel over distance makes the Laplacian (Morris 1997); `own` is the kernel's value at 0 over
        // what is full, a volume of one particle.
        self.drags.clear();
        self.drags.extend(self.steeps.iter().map(|steep| {
            let rate = 2.0 * spread * *steep;
            rate / (1.0 + 2.0 * rate)
        }));
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let own = at..*end as usize;
            at = own.end;
            let mut velocity = velocities[one];
            for (other, drag) in pairs.others[own.clone()].iter().zip(&self.drags[own]) {
                let other = &mut velocities[*other as usize];
                let change = (*other - velocity) * *drag;
                velocity += change;
                *other -= change;
            }
            velocities[one] = velocity;
        }
    }
}
