//! The surface of a liquid that is given as particles: a mesh about the places that are near the mean of the particles around
//! them (Zhu and Bridson, Animating Sand as a Fluid, 2005).
//!
//! At each node of a grid x' is the mean of the particles within r, weighed by (1 - d^2 / r^2)^3, and the field is a radius
//! less the distance to x': a plane of particles gives a plane, and a single one a ball. A cell in which the field crosses the level gets
//! one vertex, at the mean of the crossings of its edges (surface nets); each edge of the grid that crosses joins the vertices
//! of the four cells about it. Then vertices move towards the mean of their neighbours, which smooths what is left of single
//! particles.
//!
//! **Invariant:** particles are taken in their order and cells in theirs; only operations that are rounded once: the same
//! mesh everywhere.

use crate::parts::Coat;
use crate::plan::Gloss;
use glam::Vec3;
use terrella_spec::shape::Paint;
use terrella_spec::world::World;

/// How a liquid shines.
const GLOSS: Gloss = Gloss {
    strength: 0.35,
    power: 48,
};

/// Reach of a particle, in spacings.
const REACH: f32 = 1.9;
/// Distance between nodes, in spacings.
const CELL: f32 = 0.7;
/// The radius, in spacings: a ball of it has the volume of one particle at rest. It is more than half of the longest way
/// through a cell, so that a single drop has a node within it.
const RADIUS: f32 = 0.62;
/// Nodes of a grid; where a liquid is scattered so far that this is not enough, cells are larger.
const MOST_NODES: f32 = 4e6;
/// How far a vertex goes towards the mean of its neighbours, round by round: in and out again by a little more, so that drops
/// do not shrink (Taubin, 1995).
const ROUNDS: [f32; 4] = [0.5, -0.53, 0.5, -0.53];

/// What liquids look like.
pub(crate) fn coats(world: &World<f32>) -> impl Iterator<Item = Coat> {
    world.liquids.values().map(|liquid| Coat {
        smooth: true,
        gloss: GLOSS,
        ..Coat::plain(&Paint::plain(liquid.color))
    })
}

/// Room that is kept between surfaces.
#[derive(Debug, Default)]
pub(crate) struct Surfacer {
    /// Weights, and places times weights, about each node.
    means: Vec<(f32, Vec3)>,
    /// Above 0 inside.
    field: Vec<f32>,
    /// The vertex of each cell; [`NONE`] where it has none.
    cells: Vec<u32>,
    sums: Vec<(Vec3, f32)>,
}

const NONE: u32 = u32::MAX;

/// A grid of nodes.
#[derive(Clone, Copy, Debug)]
struct Grid {
    origin: Vec3,
    cell: f32,
    size: [usize; 3],
}

impl Grid {
    /// Around all particles that are somewhere.
    fn about(positions: &[[f32; 3]], spacing: f32) -> Option<Grid> {
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

    fn nodes(&self) -> usize {
        self.size[0] * self.size[1] * self.size[2]
    }

    fn strides(&self) -> [usize; 3] {
        [1, self.size[0], self.size[0] * self.size[1]]
    }

    fn place(&self, at: [usize; 3]) -> Vec3 {
        self.origin + Vec3::new(at[0] as f32, at[1] as f32, at[2] as f32) * self.cell
    }
}

impl Surfacer {
    /// Writes the surface of particles, `spacing` apart at rest: corners, and triangles that are counter-clockwise seen from
    /// outside.
    pub(crate) fn surface(
        &mut self,
        positions: &[[f32; 3]],
        spacing: f32,
        vertices: &mut Vec<Vec3>,
        triangles: &mut Vec<[u32; 3]>,
    ) {
        vertices.clear();
        triangles.clear();
        let Some(grid) = Grid::about(positions, spacing) else {
            return;
        };
        self.splat(&grid, positions, REACH * spacing);
        self.measure(&grid, RADIUS * spacing);
        self.place_vertices(&grid, vertices);
        self.join(&grid, triangles);
        for share in ROUNDS {
            self.smooth(vertices, triangles, share);
        }
    }

    /// Adds each particle to the nodes about it.
    fn splat(&mut self, grid: &Grid, positions: &[[f32; 3]], reach: f32) {
        self.means.clear();
        self.means.resize(grid.nodes(), (0.0, Vec3::ZERO));
        let [_, row, layer] = grid.strides();
        let squared = 1.0 / (reach * reach);
        for position in positions.iter().map(|position| Vec3::from_array(*position)) {
            if !position.is_finite() {
                continue;
            }
            let first = ((position - reach - grid.origin) / grid.cell)
                .max(Vec3::ZERO)
                .to_array();
            let last = ((position + reach - grid.origin) / grid.cell).to_array();
            let range = |axis: usize| first[axis] as usize..(last[axis] as usize + 1).min(grid.size[axis]);
            for z in range(2) {
                for y in range(1) {
                    let line = z * layer + y * row;
                    let start = grid.place([0, y, z]) - position;
                    let aside = start.y * start.y + start.z * start.z;
                    for x in range(0) {
                        let along = start.x + x as f32 * grid.cell;
                        let share = 1.0 - (along * along + aside) * squared;
                        if share > 0.0 {
                            let weight = share * share * share;
                            let mean = &mut self.means[line + x];
                            mean.0 += weight;
                            mean.1 += position * weight;
                        }
                    }
                }
            }
        }
    }

    /// The field at each node.
    fn measure(&mut self, grid: &Grid, radius: f32) {
        self.field.clear();
        let [width, height, depth] = grid.size;
        let mut means = self.means.iter();
        for z in 0..depth {
            for y in 0..height {
                for x in 0..width {
                    let value = match means.next() {
                        Some((weight, sum)) if *weight > 0.0 => {
                            radius - (grid.place([x, y, z]) - *sum / *weight).length()
                        }
                        _ => -radius,
                    };
                    self.field.push(value);
                }
            }
        }
    }

    /// A vertex in each cell that the surface goes through.
    fn place_vertices(&mut self, grid: &Grid, vertices: &mut Vec<Vec3>) {
        let strides = grid.strides();
        self.cells.clear();
        self.cells.resize(grid.nodes(), NONE);
        for z in 0..grid.size[2] - 1 {
            for y in 0..grid.size[1] - 1 {
                for x in 0..grid.size[0] - 1 {
                    let cell = x + y * strides[1] + z * strides[2];
                    let corner = |at: usize| {
                        let bits = [at & 1, at >> 1 & 1, at >> 2];
                        self.field[cell + bits[0] + bits[1] * strides[1] + bits[2] * strides[2]]
                    };
                    let values: [f32; 8] = std::array::from_fn(corner);
                    let inside = values.iter().filter(|value| **value > 0.0).count();
                    if inside == 0 || inside == 8 {
                        continue;
                    }
                    self.cells[cell] = vertices.len() as u32;
                    vertices.push(grid.place([x, y, z]) + crossing(&values) * grid.cell);
                }
            }
        }
    }

    /// Two triangles for each edge of the grid that crosses the surface.
    fn join(&self, grid: &Grid, triangles: &mut Vec<[u32; 3]>) {
        let strides = grid.strides();
        for z in 1..grid.size[2] - 1 {
            for y in 1..grid.size[1] - 1 {
                for x in 1..grid.size[0] - 1 {
                    let node = x + y * strides[1] + z * strides[2];
                    let here = self.field[node] > 0.0;
                    for axis in 0..3 {
                        if here == (self.field[node + strides[axis]] > 0.0) {
                            continue;
                        }
                        let (right, up) = (strides[(axis + 1) % 3], strides[(axis + 2) % 3]);
                        // Counter-clockwise seen against the axis.
                        let [a, b, c, d] =
                            [node - right - up, node - up, node, node - right].map(|cell| self.cells[cell]);
                        if here {
                            triangles.extend([[a, b, c], [a, c, d]]);
                        } else {
                            triangles.extend([[a, c, b], [a, d, c]]);
                        }
                    }
                }
            }
        }
    }

    /// Moves every vertex by a share of the way to the mean of those it is joined to.
    fn smooth(&mut self, vertices: &mut [Vec3], triangles: &[[u32; 3]], share: f32) {
        self.sums.clear();
        self.sums.resize(vertices.len(), (Vec3::ZERO, 0.0));
        for [a, b, c] in triangles {
            for (to, from) in [(a, b), (b, c), (c, a)] {
                let sum = &mut self.sums[*to as usize];
                sum.0 += vertices[*from as usize];
                sum.1 += 1.0;
            }
        }
        for (vertex, (sum, count)) in vertices.iter_mut().zip(&self.sums) {
            if *count > 0.0 {
                *vertex += (*sum / *count - *vertex) * share;
            }
        }
    }
}

/// The mean of where the edges of a cell cross 0, in cells.
fn crossing(values: &[f32; 8]) -> Vec3 {
    let (mut sum, mut count) = (Vec3::ZERO, 0.0);
    for axis in 0..3 {
        let bit = 1 << axis;
        for first in (0..8_usize).filter(|corner| corner & bit == 0) {
            let (a, b) = (values[first], values[first | bit]);
            if (a > 0.0) != (b > 0.0) {
                let mut place = Vec3::new((first & 1) as f32, (first >> 1 & 1) as f32, (first >> 2) as f32);
                place[axis] = a / (a - b);
                sum += place;
                count += 1.0;
            }
        }
    }
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const SPACING: f32 = 0.02;

    /// Particles on a lattice in a box with one corner at the origin.
    fn block(size: [usize; 3]) -> Vec<[f32; 3]> {
        let place = |at: usize| (at as f32 + 0.5) * SPACING;
        let mut all = Vec::new();
        for z in 0..size[2] {
            for y in 0..size[1] {
                all.extend((0..size[0]).map(|x| [place(x), place(y), place(z)]));
            }
        }
        all
    }

    fn surface(positions: &[[f32; 3]]) -> (Vec<Vec3>, Vec<[u32; 3]>) {
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        Surfacer::default().surface(positions, SPACING, &mut vertices, &mut triangles);
        (vertices, triangles)
    }

    fn volume(vertices: &[Vec3], triangles: &[[u32; 3]]) -> f32 {
        triangles
            .iter()
            .map(|corners| {
                let [a, b, c] = corners.map(|corner| vertices[corner as usize]);
                a.dot(b.cross(c)) / 6.0
            })
            .sum()
    }

    #[test]
    fn a_surface_is_closed_and_holds_the_volume_of_its_particles() {
        let positions = block([16, 14, 12]);
        let (vertices, triangles) = surface(&positions);
        let mut edges: BTreeMap<(u32, u32), i32> = BTreeMap::new();
        for [a, b, c] in &triangles {
            for (from, to) in [(a, b), (b, c), (c, a)] {
                *edges.entry((*from.min(to), *from.max(to))).or_default() += if from < to { 1 } else { -1 };
            }
        }
        assert!(edges.values().all(|count| *count == 0));
        let truth = positions.len() as f32 * SPACING.powi(3);
        let share = volume(&vertices, &triangles) / truth;
        assert!((share - 1.0).abs() < 0.05, "{share}");
    }

    #[test]
    fn a_still_surface_lies_half_a_spacing_above_the_uppermost_particles() {
        let (vertices, _) = surface(&block([20, 20, 8]));
        let top: Vec<f32> = vertices
            .iter()
            .filter(|vertex| (vertex.x - 0.2).abs() < 0.1 && (vertex.y - 0.2).abs() < 0.1 && vertex.z > 0.1)
            .map(|vertex| vertex.z / SPACING)
            .collect();
        let (low, high) = top.iter().fold((f32::INFINITY, 0.0_f32), |(low, high), z| {
            (low.min(*z), high.max(*z))
        });
        assert!(low > 7.9 && high < 8.1, "{low} to {high}");
    }

    #[test]
    fn one_drop_is_round_and_no_particles_have_no_surface() {
        let (vertices, triangles) = surface(&[[0.3, 0.2, 0.1]]);
        assert!(triangles.len() > 20, "{}", triangles.len());
        let distances = vertices
            .iter()
            .map(|vertex| vertex.distance(Vec3::new(0.3, 0.2, 0.1)) / SPACING);
        let (low, high) = distances.fold((f32::INFINITY, 0.0_f32), |(low, high), distance| {
            (low.min(distance), high.max(distance))
        });
        assert!(low > 0.1 && high < 0.66, "{low} to {high}");
        assert!(surface(&[]).1.is_empty());
        assert!(surface(&[[f32::NAN; 3]]).1.is_empty());
    }

    #[test]
    fn drops_far_apart_take_no_more_memory_than_they_may() {
        let (vertices, _) = surface(&[[0.0; 3], [100.0, 100.0, 100.0]]);
        assert!(vertices.iter().all(|vertex| vertex.is_finite()));
    }
}
