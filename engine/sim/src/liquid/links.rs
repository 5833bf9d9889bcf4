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
    /// For each pair: its share of density, the steepness of that, 1/m^2, and how much of the difference of their velocities
    /// each takes over.
    shares: Vec<f32>,
    steeps: Vec<f32>,
    drags: Vec<f32>,
}

impl Links {
    /// The links of a particle.
    #[inline(always)]
    pub(super) fn of(&self, one: usize) -> impl Iterator<Item = (&[Four; LANES], &[u32; LANES])> {
        let own = self.starts[one] as usize..self.starts[one + 1] as usize;
        self.gradients[own.clone()].iter().zip(&self.others[own])
    }

    /// Links all pairs, adds their densities, and lets neighbours slow each other down: `spread` is the viscosity times the
    /// step, m^2. Each pair is solved implicitly, so that no viscosity is too much for a step.
    pub(super) fn make(
        &mut self,
        kernel: &Kernel,
        spread: f32,
        pairs: &Pairs,
        places: &[Four],
        velocities: &mut [Four],
        densities: &mut [f32],
    ) {
        let count = pairs.ends.len();
        let found = pairs.ends.last().map_or(0, |end| *end as usize);
        self.measure(pairs, places, found);
        self.weigh(kernel, spread, found);
        // The starts are counts of links so far.
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
        let gradients = self.gradients.as_flattened_mut();
        let others = self.others.as_flattened_mut();
        let nexts = &mut self.nexts[..];
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let own = at..*end as usize;
            at = own.end;
            let mut next = nexts[one] as usize;
            let mut velocity = velocities[one];
            let mut density = kernel.own;
            let place = places[one];
            let weights = self.steeps[own.clone()]
                .iter()
                .zip(&self.shares[own.clone()])
                .zip(&self.drags[own.clone()]);
            for (other, ((steep, share), drag)) in pairs.others[own.clone()].iter().zip(weights) {
                others[next] = *other;
                let other = *other as usize;
                let gradient = (places[other] - place) * *steep;
                gradients[next] = gradient;
                next += 1;
                let back = nexts[other] as usize;
                nexts[other] += 1;
                gradients[back] = -gradient;
                others[back] = one as u32;
                density += share;
                densities[other] += share;
                let change = (velocities[other] - velocity) * *drag;
                velocity += change;
                velocities[other] -= change;
            }
            velocities[one] = velocity;
            densities[one] += density;
            // All links of this one are there: those of earlier ones, and its own.
            let end = self.starts[one + 1] as usize * LANES;
            gradients[next..end].fill(Four::default());
            others[next..end].fill(count as u32);
        }
    }

    /// Squared distances in place of the shares, and counts of links in place of the starts.
    fn measure(&mut self, pairs: &Pairs, places: &[Four], found: usize) {
        self.starts.clear();
        self.starts.resize(pairs.ends.len() + 1, 0);
        self.shares.resize(found, 0.0);
        let starts = &mut self.starts[..];
        let mut at = 0;
        for (one, end) in pairs.ends.iter().enumerate() {
            let own = at..*end as usize;
            at = own.end;
            starts[one] += own.len() as u32;
            let place = places[one];
            let shares = &mut self.shares[own.clone()];
            for (other, share) in pairs.others[own].iter().zip(shares) {
                let way = places[*other as usize] - place;
                *share = way.dot(way);
                starts[*other as usize] += 1;
            }
        }
    }

    /// Shares, steepnesses and drags of squared distances.
    fn weigh(&mut self, kernel: &Kernel, spread: f32, found: usize) {
        self.steeps.resize(found, 0.0);
        self.drags.resize(found, 0.0);
        // The gradient of the kernel over distance makes the Laplacian (Morris 1997); `own` is the kernel's value at 0 over
        // what is full, a volume of one particle.
        let weights = self.steeps.iter_mut().zip(&mut self.drags);
        for (share, (steep, drag)) in self.shares.iter_mut().zip(weights) {
            (*share, *steep) = kernel.pair(*share);
            let rate = 2.0 * spread * *steep;
            *drag = rate / (1.0 + 2.0 * rate);
        }
    }
}
