//! The surface of a soft body about its vertices: a tube around a rope or each cord of a net, a sheet through a cloth, the boundary of a jelly.
//!
//! **Invariant:** only operations that are rounded once, in one order: the same mesh everywhere.

use crate::trail::{Pieces, Trail};
use glam::Vec3;
use std::collections::HashMap;
use terrella_spec::soft::{Soft, SoftForm};

/// Directions around a tube, as shares of its two cross axes: an octagon.
const AROUND: [[f32; 2]; 8] = {
    const D: f32 = std::f32::consts::FRAC_1_SQRT_2;
    [
        [1.0, 0.0],
        [D, D],
        [0.0, 1.0],
        [-D, D],
        [-1.0, 0.0],
        [-D, -D],
        [0.0, -1.0],
        [D, -D],
    ]
};
/// Rings of a tube for each segment of a rope.
const RINGS: usize = 3;
/// The same of a cord of a net, of which there are many.
const CORD_RINGS: usize = 1;

/// How a soft body is covered.
#[derive(Debug)]
pub(crate) struct Skin {
    cover: Cover,
    /// It is told of by its corners, that is by the ends of each segment of a rope or net and the three of each triangle of another's
    /// surface: corners in one place are one vertex.
    can_tear: bool,
}

/// How the vertices of a soft body are covered.
#[derive(Debug)]
enum Cover {
    /// A tube along each of these lines.
    Tubes {
        lines: Vec<Vec<u32>>,
        radius: f32,
        /// For each of its segments.
        rings: usize,
    },
    /// Triangles between them.
    Sheet { triangles: Vec<[u32; 3]> },
    /// Triangles between those on the outside, counter-clockwise seen from there, and so far from them, m.
    Block { triangles: Vec<[u32; 3]>, radius: f32 },
}

impl Skin {
    pub(crate) fn new(soft: &Soft<f32>) -> Skin {
        let radius = soft.radius_m;
        let cover = match &soft.form {
            SoftForm::Rope { .. } | SoftForm::Net { .. } => Cover::Tubes {
                lines: soft.form.lines(),
                radius,
                rings: match soft.form {
                    SoftForm::Net { .. } => CORD_RINGS,
                    _ => RINGS,
                },
            },
            SoftForm::Cloth { segments, .. } => {
                let mut triangles = Vec::new();
                let [along, across] = *segments;
                face(along, across, |i, j| i * (across + 1) + j, &mut triangles);
                Cover::Sheet { triangles }
            }
            SoftForm::Jelly { segments, .. } => Cover::Block {
                triangles: boundary(*segments),
                radius,
            },
        };
        Skin {
            cover,
            can_tear: soft.tear_strain > 0.0,
        }
    }

    /// Writes the surface: none where a vertex is not finite or one is missing.
    pub(crate) fn surface(
        &self,
        positions: &[[f32; 3]],
        vertices: &mut Vec<Vec3>,
        triangles: &mut Vec<[u32; 3]>,
    ) {
        vertices.clear();
        triangles.clear();
        let points: Vec<Vec3> = positions
            .iter()
            .map(|position| Vec3::from_array(*position))
            .collect();
        if !points.iter().all(|point| point.is_finite()) {
            return;
        }
        if self.can_tear {
            let (points, corners) = weld(&points);
            match &self.cover {
                Cover::Tubes { radius, rings, .. } => strands(&points, &corners, |strand| {
                    tube(strand, *radius, *rings, vertices, triangles);
                }),
                Cover::Sheet { .. } | Cover::Block { .. } => {
                    self.cover(&points, corners.as_chunks().0, vertices, triangles);
                }
            }
            return;
        }
        let there = |corner: &u32| (*corner as usize) < points.len();
        match &self.cover {
            Cover::Tubes { lines, radius, rings } => {
                if lines.iter().flatten().all(there) {
                    for line in lines {
                        let line: Vec<Vec3> = line.iter().map(|vertex| points[*vertex as usize]).collect();
                        tube(&line, *radius, *rings, vertices, triangles);
                    }
                }
            }
            Cover::Sheet { triangles: own } | Cover::Block { triangles: own, .. } => {
                if own.as_flattened().iter().all(there) {
                    self.cover(&points, own, vertices, triangles);
                }
            }
        }
    }

    /// How the points of the surface of these vertices can be followed, where this is its mesh.
    pub(crate) fn trail(&self, positions: &[[f32; 3]], vertices: &[Vec3], triangles: &[[u32; 3]]) -> Trail {
        if triangles.is_empty() {
            return Trail::default();
        }
        let points: Vec<Vec3> = positions.iter().copied().map(Vec3::from).collect();
        let pieces = match &self.cover {
            Cover::Tubes { .. } if self.can_tear => Pieces::Segments(points.as_chunks::<2>().0.to_vec()),
            Cover::Tubes { lines, .. } => {
                let segments = lines.iter().flat_map(|line| line.windows(2));
                let ends = |ends: &[u32]| [ends[0], ends[1]].map(|vertex| points[vertex as usize]);
                Pieces::Segments(segments.map(ends).collect())
            }
            Cover::Sheet { .. } | Cover::Block { .. } => Pieces::Triangles(
                (triangles.iter())
                    .map(|corners| corners.map(|corner| vertices[corner as usize]))
                    .collect(),
            ),
        };
        let joins = if self.can_tear {
            weld(&points).1
        } else {
            Vec::new()
        };
        Trail { pieces, joins }
    }

    /// Covers vertices with a surface, of which these are joined.
    fn cover(
        &self,
        points: &[Vec3],
        own: &[[u32; 3]],
        vertices: &mut Vec<Vec3>,
        triangles: &mut Vec<[u32; 3]>,
    ) {
        match &self.cover {
            Cover::Tubes { .. } => {}
            Cover::Sheet { .. } => {
                vertices.extend_from_slice(points);
                triangles.extend_from_slice(own);
            }
            Cover::Block { radius, .. } => {
                let mut outwards = vec![Vec3::ZERO; points.len()];
                for triangle in own {
                    let [a, b, c] = triangle.map(|corner| points[corner as usize]);
                    for corner in triangle {
                        outwards[*corner as usize] += (b - a).cross(c - a);
                    }
                }
                let moved = points.iter().zip(&outwards);
                vertices.extend(moved.map(|(point, out)| *point + out.normalize_or_zero() * *radius));
                triangles.extend_from_slice(own);
            }
        }
    }
}

/// Corners in one place are one vertex: the vertices, and which of them each corner is.
fn weld(corners: &[Vec3]) -> (Vec<Vec3>, Vec<u32>) {
    let mut known = HashMap::with_capacity(corners.len());
    let mut vertices = Vec::new();
    let of = |corner: &Vec3| {
        *known
            .entry(corner.to_array().map(f32::to_bits))
            .or_insert_with(|| {
                vertices.push(*corner);
                vertices.len() as u32 - 1
            })
    };
    let numbers = corners.iter().map(of).collect();
    (vertices, numbers)
}

/// The ropes that segments are joined to, one after the other.
fn strands(points: &[Vec3], corners: &[u32], mut each: impl FnMut(&[Vec3])) {
    let segments = corners.as_chunks::<2>().0;
    for strand in segments.chunk_by(|one, next| one[1] == next[0]) {
        let first = strand[..1].iter().map(|[from, _]| from);
        let along = first.chain(strand.iter().map(|[_, to]| to));
        let line: Vec<Vec3> = along.map(|vertex| points[*vertex as usize]).collect();
        each(&line);
    }
}

/// Two triangles for each square of a grid, with diagonals that take turns.
fn face(along: u32, across: u32, vertex: impl Fn(u32, u32) -> u32, triangles: &mut Vec<[u32; 3]>) {
    for i in 0..along {
        for j in 0..across {
            let [a, b, c, d] = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| vertex(i, j));
            if (i + j) % 2 == 0 {
                triangles.extend([[a, b, c], [a, c, d]]);
            } else {
                triangles.extend([[a, b, d], [b, c, d]]);
            }
        }
    }
}

/// The triangles around a grid whose z runs fastest, then y.
fn boundary(segments: [u32; 3]) -> Vec<[u32; 3]> {
    let [_, ny, nz] = segments.map(|count| count + 1);
    let vertex = |at: [u32; 3]| (at[0] * ny + at[1]) * nz + at[2];
    let mut triangles = Vec::new();
    for axis in 0..3 {
        let (first, second) = ((axis + 1) % 3, (axis + 2) % 3);
        for end in [false, true] {
            let place = |i: u32, j: u32| {
                let mut at = [0; 3];
                at[axis] = if end { segments[axis] } else { 0 };
                // Seen from the other end the same walk goes the other way round.
                (at[first], at[second]) = if end { (i, j) } else { (j, i) };
                vertex(at)
            };
            let (along, across) = if end {
                (segments[first], segments[second])
            } else {
                (segments[second], segments[first])
            };
            face(along, across, place, &mut triangles);
        }
    }
    triangles
}

/// A tube along a smooth line through the points, round at both ends.
fn tube(points: &[Vec3], radius: f32, rings: usize, vertices: &mut Vec<Vec3>, triangles: &mut Vec<[u32; 3]>) {
    let [first, .., last] = points else {
        return;
    };
    let mut line = Vec::with_capacity(points.len() * rings + 1);
    for index in 0..points.len() - 1 {
        let before = points[index.saturating_sub(1)];
        let after = points[(index + 2).min(points.len() - 1)];
        for ring in 0..rings {
            let share = ring as f32 / rings as f32;
            line.push(between([before, points[index], points[index + 1], after], share));
        }
    }
    line.push(*last);
    let ahead = |index: usize| {
        let (from, to) = (
            line[index.saturating_sub(1)],
            line[(index + 1).min(line.len() - 1)],
        );
        (to - from).normalize_or(Vec3::X)
    };
    // A cross axis that turns with the line and not about it.
    let start = ahead(0);
    let mut side = start.any_orthonormal_vector();
    let mut ring = |center: Vec3, ahead: Vec3, radius: f32| {
        side = (side - ahead * side.dot(ahead)).normalize_or(ahead.any_orthonormal_vector());
        let other = ahead.cross(side);
        vertices.extend(AROUND.map(|[a, b]| center + (side * a + other * b) * radius));
    };
    // The ends are rounded by a ring that is narrower and lies further out.
    ring(*first - start * (0.7 * radius), start, 0.7 * radius);
    for (index, center) in line.iter().enumerate() {
        ring(*center, ahead(index), radius);
    }
    let end = ahead(line.len() - 1);
    ring(*last + end * (0.7 * radius), end, 0.7 * radius);
    let around = AROUND.len() as u32;
    let rings = line.len() as u32 + 2;
    // Others may stand before it in the mesh.
    let base = vertices.len() as u32 - rings * around;
    for ring in 0..rings - 1 {
        for step in 0..around {
            let (a, b) = (
                base + ring * around + step,
                base + ring * around + (step + 1) % around,
            );
            let (c, d) = (b + around, a + around);
            triangles.extend([[a, b, c], [a, c, d]]);
        }
    }
    let tips = [*first - start * radius, *last + end * radius];
    for (tip, ring) in tips.into_iter().zip([0, rings - 1]) {
        let middle = vertices.len() as u32;
        vertices.push(tip);
        for step in 0..around {
            let (a, b) = (
                base + ring * around + step,
                base + ring * around + (step + 1) % around,
            );
            triangles.push(if ring == 0 { [middle, b, a] } else { [middle, a, b] });
        }
    }
}

/// A point between the second and the third of four, on a smooth line through all (Catmull and Rom, 1974).
fn between([a, b, c, d]: [Vec3; 4], share: f32) -> Vec3 {
    let linear = (c - a) * share;
    let square = (a * 2.0 - b * 5.0 + c * 4.0 - d) * (share * share);
    let cube = ((b - c) * 3.0 + d - a) * (share * share * share);
    b + (linear + square + cube) * 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Every edge of a closed surface is walked once in each direction.
    fn is_closed(triangles: &[[u32; 3]]) -> bool {
        let mut edges: BTreeMap<(u32, u32), i32> = BTreeMap::new();
        for [a, b, c] in triangles {
            for (from, to) in [(a, b), (b, c), (c, a)] {
                *edges.entry((*from.min(to), *from.max(to))).or_default() += if from < to { 1 } else { -1 };
            }
        }
        edges.values().all(|count| *count == 0)
    }

    fn volume(vertices: &[Vec3], triangles: &[[u32; 3]]) -> f32 {
        let of = |corners: &[u32; 3]| {
            let [a, b, c] = corners.map(|corner| vertices[corner as usize]);
            a.dot(b.cross(c)) / 6.0
        };
        triangles.iter().map(of).sum()
    }

    #[test]
    fn a_rope_is_a_closed_tube_of_its_length_and_radius() {
        let points: Vec<[f32; 3]> = (0..11).map(|at| [0.1 * at as f32, 0.0, 0.3]).collect();
        let skin = Skin::new(&Soft {
            radius_m: 0.02,
            ..Soft::new(SoftForm::Rope {
                along_m: vec![[0.0; 3], [1.0, 0.0, 0.0]],
                segments: 10,
            })
        });
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        skin.surface(&points, &mut vertices, &mut triangles);
        assert!(is_closed(&triangles));
        // An octagon has 0.9 of the area of its circle.
        let share = volume(&vertices, &triangles) / (std::f32::consts::PI * 0.02 * 0.02);
        assert!((0.88..1.0).contains(&share), "{share}");
        let far = vertices
            .iter()
            .map(|at| (at.y * at.y + (at.z - 0.3) * (at.z - 0.3)).sqrt());
        assert!(far.fold(0.0, f32::max) < 0.0201);
        skin.surface(&[[f32::NAN; 3]; 11], &mut vertices, &mut triangles);
        assert!(triangles.is_empty(), "what is not finite has no surface");
    }

    /// A square of four cords: each is a closed tube of its length.
    #[test]
    fn a_net_is_a_closed_tube_along_each_cord() {
        let knots_m = vec![[0.0; 3], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
        let middles = [[0.5, 0.0, 0.0], [1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.5, 0.0]];
        let points: Vec<[f32; 3]> = knots_m.iter().copied().chain(middles).collect();
        let form = SoftForm::Net {
            knots_m,
            cords: vec![[0, 1], [1, 2], [2, 3], [3, 0]],
            segments: 2,
        };
        assert_eq!(form.vertices(), points.len());
        assert_eq!(form.lines()[3], [3, 7, 0]);
        let skin = Skin::new(&Soft {
            radius_m: 0.02,
            ..Soft::new(form)
        });
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        skin.surface(&points, &mut vertices, &mut triangles);
        assert!(is_closed(&triangles));
        let share = volume(&vertices, &triangles) / (4.0 * std::f32::consts::PI * 0.02 * 0.02);
        assert!((0.88..1.0).contains(&share), "{share}");
        skin.surface(&points[..7], &mut vertices, &mut triangles);
        assert!(triangles.is_empty(), "what lacks a vertex has no surface");
    }

    #[test]
    fn a_jelly_is_a_closed_box_a_skin_larger_than_its_vertices() {
        let segments = [2, 3, 4];
        let mut points = Vec::new();
        for x in 0..=2 {
            for y in 0..=3 {
                points.extend((0..=4).map(|z| [x as f32, y as f32, z as f32]));
            }
        }
        let mut soft = Soft::new(SoftForm::Jelly {
            center_m: [1.0, 1.5, 2.0],
            half_extents_m: [1.0, 1.5, 2.0],
            segments,
            young_pa: 1e4,
        });
        soft.radius_m = 1e-6;
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        Skin::new(&soft).surface(&points, &mut vertices, &mut triangles);
        assert!(is_closed(&triangles));
        let inside = volume(&vertices, &triangles);
        assert!((inside - 24.0).abs() < 0.01, "{inside}");
        soft.radius_m = 0.1;
        Skin::new(&soft).surface(&points, &mut vertices, &mut triangles);
        let larger = volume(&vertices, &triangles);
        assert!(larger > 27.0 && larger < 2.2 * 3.2 * 4.2, "{larger}");
    }

    /// A rope that tore in the middle is two tubes, and a sheet that tore has a gap: what is joined follows from the corners alone.
    #[test]
    fn what_is_torn_has_a_surface_for_each_piece() {
        let rope = Soft {
            radius_m: 0.02,
            tear_strain: 0.1,
            ..Soft::new(SoftForm::Rope {
                along_m: vec![[0.0; 3], [1.0, 0.0, 0.0]],
                segments: 4,
            })
        };
        let at = |x: f32| [x, 0.0, 0.0];
        let whole = [0.0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1.0].map(at);
        let torn = [0.0, 0.25, 0.25, 0.5, 0.6, 0.75, 0.75, 1.0].map(at);
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        let mut volumes = Vec::new();
        for corners in [whole, torn] {
            Skin::new(&rope).surface(&corners, &mut vertices, &mut triangles);
            assert!(is_closed(&triangles));
            volumes.push(volume(&vertices, &triangles));
        }
        assert_eq!(
            vertices.len(),
            2 * ((2 * 3 + 3) * 8 + 2),
            "two tubes of two segments"
        );
        assert!((volumes[1] / volumes[0] - 0.9).abs() < 0.03, "{volumes:?}");

        let cloth = Soft {
            tear_strain: 0.1,
            ..Soft::new(SoftForm::Cloth {
                corner_m: [0.0; 3],
                along_m: [1.0, 0.0, 0.0],
                across_m: [0.0, 1.0, 0.0],
                segments: [1, 1],
            })
        };
        let [a, b, c, d] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(|[x, y]| [x, y, 0.0]);
        let apart = [2.0, 0.0, 0.0];
        for (corners, count) in [([a, b, c, a, c, d], 4), ([a, b, c, apart, c, d], 5)] {
            Skin::new(&cloth).surface(&corners, &mut vertices, &mut triangles);
            assert_eq!((vertices.len(), triangles.len()), (count, 2));
        }
    }

    #[test]
    fn a_cloth_has_two_triangles_for_each_square() {
        let skin = Skin::new(&Soft::new(SoftForm::Cloth {
            corner_m: [0.0; 3],
            along_m: [1.0, 0.0, 0.0],
            across_m: [0.0, 1.0, 0.0],
            segments: [3, 2],
        }));
        let points: Vec<[f32; 3]> = (0..12)
            .map(|at| [(at / 3) as f32, (at % 3) as f32, 0.0])
            .collect();
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        skin.surface(&points, &mut vertices, &mut triangles);
        assert_eq!((vertices.len(), triangles.len()), (12, 12));
        let area: f32 = (triangles.iter())
            .map(|corners| {
                let [a, b, c] = corners.map(|corner| vertices[corner as usize]);
                0.5 * (b - a).cross(c - a).z
            })
            .sum();
        assert_eq!(area, 6.0, "all of them face the same way");
    }
}
