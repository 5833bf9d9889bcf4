//! Surface tension: a liquid's surface draws together.
//!
//! How full space is of the liquid is told to the nodes of a grid, smoothly. Where that changes is the surface; it has the stress of a
//! surface in its plane, tension * (|g| I - g g^T / |g|), where g is the gradient (the continuum surface stress of Lafaurie et
//! al. 1994), so that its unit is that of tension whatever the grid. What the stress of a cell does to its corners sums to
//! nothing, and what a node takes goes to the particles about it by their shares: so no momentum is made.
//!
//! Trap: forces between neighbours do not round a drop. Particles of the surface, drawn to each other, get in each other's way,
//! and that pushes them apart as much: they stick together and stay as they are. The stress has to reach across several.

use super::four::Four;
use glam::Vec3;

/// Width of the grid's cells, in spacings.
const WIDTH: f32 = 1.5;
/// Most nodes along an axis: what is farther than half of them from the liquid's middle is not drawn together.
const MOST_NODES: usize = 96;
/// Nodes from a particle to the edge of the grid at least: two that it fills, one next to those, one next to that.
const MARGIN: f32 = 3.0;
/// Gradients below this, in units of 1 over the width, are rounding.
const LEAST: f32 = 1e-5;

/// Room for one step. Between steps all of its nodes are empty.
#[derive(Debug, Default)]
pub(super) struct Tension {
    /// Along each axis, from a node to the next.
    steps: [usize; 3],
    nodes: Vec<Node>,
    /// Nodes with particles about them, and those next to them, in the order they were met.
    filled: Vec<u32>,
    near: Vec<u32>,
    /// What a step does to each particle, m/s.
    changes: Vec<Four>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// How full it is there: 1 is full.
    fill: f32,
    /// What the stress does to it, over how full it is about it.
    pull: Vec3,
    /// Change of velocity of what is there, m/s.
    change: Vec3,
    is_filled: bool,
    is_near: bool,
}

/// Where a grid is.
struct Frame {
    /// Of its first node, in widths.
    low: Vec3,
    per_width: f32,
    /// Particles beyond are left out, in widths.
    end: Vec3,
}

/// The nodes about a particle: the first, and weights along each axis.
struct Share {
    first: usize,
    weights: [Vec3; 3],
}

impl Tension {
    /// Finds what it does to each particle in `dt` seconds: `tension` is over density, m^3/s^2. That holds as long as the
    /// neighbours do.
    pub(super) fn find(&mut self, tension: f32, spacing: f32, places: &[Four], dt: f32) {
        let width = WIDTH * spacing;
        let frame = self.lay(places, width);
        for place in places {
            if let Some(share) = self.share(&frame, *place) {
                self.fill(&share);
            }
        }
        self.stress();
        // The stress was reckoned with widths for lengths.
        self.share_out(tension * dt / (width * width));
        let mut changes = std::mem::take(&mut self.changes);
        changes.clear();
        changes.extend(places.iter().map(|place| {
            let share = self.share(&frame, *place);
            share.map_or_else(Four::default, |share| Four::new(self.change(&share)))
        }));
        self.changes = changes;
        for at in self.near.drain(..) {
            self.nodes[at as usize] = Node::default();
        }
        self.filled.clear();
    }

    /// Does it.
    pub(super) fn pull(&self, velocities: &mut [Four]) {
        for (velocity, change) in velocities.iter_mut().zip(&self.changes) {
            *velocity += *change;
        }
    }

    /// Lays the grid about the particles; its nodes stay where they are in the world.
    fn lay(&mut self, places: &[Four], width: f32) -> Frame {
        let per_width = 1.0 / width;
        let (mut low, mut high, mut sum) = (Vec3::INFINITY, Vec3::NEG_INFINITY, Vec3::ZERO);
        for place in places {
            let place = place.vector();
            sum += place;
            low = low.min(place);
            high = high.max(place);
        }
        // A drop that falls for ever does not take the grid along.
        let middle = sum * (per_width / places.len() as f32);
        let low = (low * per_width).max(middle - 0.5 * MOST_NODES as f32).floor() - MARGIN;
        let counts = (high * per_width).ceil() + MARGIN - low + 1.0;
        let counts = counts.to_array().map(|count| (count as usize).min(MOST_NODES));
        self.steps = [1, counts[0], counts[0] * counts[1]];
        let all = self.steps[2] * counts[2];
        if self.nodes.len() < all {
            self.nodes.resize(all, Node::default());
        }
        Frame {
            low,
            per_width,
            end: Vec3::from(counts.map(|count| count as f32)) - MARGIN - 1.0,
        }
    }

    /// Shares of a particle in the nodes about it: quadratic B-splines.
    #[inline(always)]
    fn share(&self, frame: &Frame, place: Four) -> Option<Share> {
        let at = place.vector() * frame.per_width - frame.low;
        if !(at.cmpge(Vec3::splat(MARGIN)).all() && at.cmple(frame.end).all()) {
            return None;
        }
        let first = (at - 0.5).floor();
        let way = at - first;
        let [before, middle, after] = [Vec3::splat(1.5) - way, way - 1.0, way - 0.5];
        let [_, along_y, along_z] = self.steps;
        Some(Share {
            first: first.x as usize + first.y as usize * along_y + first.z as usize * along_z,
            weights: [
                0.5 * before * before,
                Vec3::splat(0.75) - middle * middle,
                0.5 * after * after,
            ],
        })
    }

    #[inline(always)]
    fn fill(&mut self, share: &Share) {
        let volume = 1.0 / (WIDTH * WIDTH * WIDTH);
        let [_, along_y, along_z] = self.steps;
        for (z, by_z) in share.weights.iter().enumerate() {
            for (y, by_y) in share.weights.iter().enumerate() {
                let row = share.first + z * along_z + y * along_y;
                for (x, by_x) in share.weights.iter().enumerate() {
                    let node = &mut self.nodes[row + x];
                    if !node.is_filled {
                        node.is_filled = true;
                        self.filled.push((row + x) as u32);
                    }
                    node.fill += volume * by_z.z * by_y.y * by_x.x;
                }
            }
        }
    }

    #[inline(always)]
    fn change(&self, share: &Share) -> Vec3 {
        let [_, along_y, along_z] = self.steps;
        let mut sum = Vec3::ZERO;
        for (z, by_z) in share.weights.iter().enumerate() {
            for (y, by_y) in share.weights.iter().enumerate() {
                let row = share.first + z * along_z + y * along_y;
                for (x, by_x) in share.weights.iter().enumerate() {
                    sum += self.nodes[row + x].change * (by_z.z * by_y.y * by_x.x);
                }
            }
        }
        sum
    }

    /// A node and those next to it, the diagonals included, as far from the first of them, and their weights in a sum.
    fn neighbours(&self) -> [(usize, f32); 27] {
        let [_, along_y, along_z] = self.steps;
        std::array::from_fn(|index| {
            let [x, y, z] = [index % 3, index / 3 % 3, index / 9];
            let weight = [x, y, z].map(|part| if part == 1 { 0.5 } else { 0.25 });
            (x + y * along_y + z * along_z, weight[0] * weight[1] * weight[2])
        })
    }

    /// What the stress of each cell does to its corners.
    fn stress(&mut self) {
        let [along_x, along_y, along_z] = self.steps;
        let back = along_x + along_y + along_z;
        let neighbours = self.neighbours();
        for at in &self.filled {
            for (step, _) in &neighbours {
                let at = *at as usize + step - back;
                let node = &mut self.nodes[at];
                if !node.is_near {
                    node.is_near = true;
                    self.near.push(at as u32);
                }
            }
        }
        // Each corner's part in the gradient.
        let corners: [(usize, Vec3); 8] = std::array::from_fn(|index| {
            let parts = [index & 1, index >> 1 & 1, index >> 2];
            let step = parts[0] * along_x + parts[1] * along_y + parts[2] * along_z;
            (step, Vec3::from(parts.map(|part| 0.5 * part as f32 - 0.25)))
        });
        for first in &self.near {
            let cell = &mut self.nodes[*first as usize..];
            let slope: Vec3 = corners.iter().map(|(step, part)| *part * cell[*step].fill).sum();
            let steep = slope.length();
            if steep > LEAST {
                let normal = slope / steep;
                for (step, part) in &corners {
                    cell[*step].pull -= *part * steep - slope * normal.dot(*part);
                }
            }
        }
    }

    /// Gives what the nodes take to the particles: to those about each node and its neighbours, since nodes at the rim hardly
    /// have any of their own.
    fn share_out(&mut self, amount: f32) {
        let back: usize = self.steps.iter().sum();
        let neighbours = self.neighbours();
        for at in &self.near {
            let first = *at as usize - back;
            let about = neighbours
                .iter()
                .map(|(step, weight)| self.nodes[first + step].fill * weight);
            let about: f32 = about.sum();
            if about > 0.0 {
                self.nodes[*at as usize].pull *= amount / about;
            }
        }
        for at in &self.filled {
            let first = *at as usize - back;
            let pulls = neighbours
                .iter()
                .map(|(step, weight)| self.nodes[first + step].pull * *weight);
            self.nodes[*at as usize].change = pulls.sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What holds the two halves of a bar together is the tension times the way around it.
    #[test]
    fn a_bar_is_held_by_its_surface() {
        let (spacing, tension, dt) = (0.01, 0.4, 0.004);
        for [wide, high] in [[8, 8], [12, 6], [16, 16]] {
            let (mut places, mut velocities) = (Vec::new(), Vec::new());
            for x in 0..40 {
                for y in 0..wide {
                    for z in 0..high {
                        let at = [x, y, z].map(|part| (part as f32 + 0.3) * spacing);
                        places.push(Four::new(at.into()));
                        velocities.push(Four::default());
                    }
                }
            }
            let mut room = Tension::default();
            room.find(tension, spacing, &places, dt);
            room.pull(&mut velocities);
            let sum = |near: bool| {
                let halves = places.iter().zip(&velocities);
                let half = halves.filter(|(place, _)| (place.vector().x < 20.0 * spacing) == near);
                half.map(|(_, velocity)| velocity.vector()).sum::<Vec3>()
            };
            let [near, far] = [sum(true), sum(false)];
            // Of a density of 1: a particle has its volume for a mass.
            let force = near.x * spacing * spacing * spacing / dt;
            let around = 2.0 * (wide + high) as f32 * spacing;
            println!("{wide} {high}: {} of the tension", force / (tension * around));
            assert!((near + far).length() < 1e-4 * near.length(), "{near} {far}");
            assert!((force / (tension * around) - 1.0).abs() < 0.15);
        }
    }
}
