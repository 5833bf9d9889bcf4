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

mod field;
mod net;

use crate::parts::Coat;
use crate::plan::Gloss;
use field::Field;
use glam::Vec3;
use net::Net;
use terrella_spec::shape::Paint;
use terrella_spec::world::World;

/// How a liquid shines.
const GLOSS: Gloss = Gloss {
    strength: 0.35,
    power: 48,
};

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
    field: Field,
    net: Net,
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
        if self.field.make(positions, spacing) {
            self.net.make(&self.field, vertices, triangles);
        }
    }
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

    #[test]
    fn far_from_the_origin_where_places_are_coarser_than_the_grid_nothing_breaks() {
        for far in [1e4, 1e6, 3e7, 1e12] {
            let positions: Vec<[f32; 3]> = (block([6, 6, 6]).iter())
                .map(|[x, y, z]| [far + x * 20.0, y - far, z + 0.3 * far])
                .collect();
            let (vertices, triangles) = surface(&positions);
            assert!(vertices.iter().all(|vertex| vertex.is_finite()));
            let corners = triangles.as_flattened().iter();
            assert!(
                corners
                    .max()
                    .is_none_or(|corner| (*corner as usize) < vertices.len())
            );
        }
    }

    #[test]
    fn the_mesh_is_the_same_to_the_bit_as_one_of_a_grid_that_is_full_of_nodes() {
        // A pool, and drops far from it in the same rows of nodes, and elsewhere.
        let mut positions = block([9, 7, 5]);
        positions.extend((0..60).map(|drop| {
            let along = drop as f32;
            [
                0.031 * along,
                0.3 - 0.004 * along,
                0.02 + 0.0007 * along * (along - 30.0),
            ]
        }));
        let (vertices, triangles) = surface(&positions);
        let words = vertices
            .iter()
            .flat_map(|vertex| vertex.to_array().map(f32::to_bits))
            .chain(triangles.as_flattened().iter().copied());
        let hash = words.fold(0xcbf2_9ce4_8422_2325_u64, |hash, word| {
            (hash ^ u64::from(word)).wrapping_mul(0x100_0000_01b3)
        });
        assert_eq!((vertices.len(), triangles.len()), (1701, 3340));
        assert_eq!(hash, 0xb896_072f_8ec5_f62e, "{hash:x}");
    }
}
