//! The planes and edges of a convex hull, found point by point in f64.

use crate::surface::Plane;
use glam::{DVec3, Vec3};

/// Points this near to a plane are on it, as a share of the extent of all points.
const FLATNESS: f64 = 1e-6;
/// Cosine above which two planes are one.
const SAME_PLANE: f64 = 1.0 - 1e-8;

#[derive(Clone, Copy)]
struct Face {
    corners: [usize; 3],
    normal: DVec3,
    offset: f64,
}

impl Face {
    fn new(points: &[DVec3], corners: [usize; 3]) -> Face {
        let [a, b, c] = corners.map(|index| points[index]);
        let normal = (b - a).cross(c - a).normalize_or_zero();
        Face {
            corners,
            normal,
            offset: normal.dot(a),
        }
    }

    /// Its edges, each in the direction in which it goes round.
    fn edges(&self) -> [[usize; 2]; 3] {
        let [a, b, c] = self.corners;
        [[a, b], [b, c], [c, a]]
    }

    fn height(&self, point: DVec3) -> f64 {
        self.normal.dot(point) - self.offset
    }
}

/// The planes that bound these points. None where they lie in one plane.
pub(crate) fn planes(points_m: &[[f32; 3]]) -> Option<Vec<Plane>> {
    let points = in_f64(points_m);
    let mut planes: Vec<(DVec3, f64)> = Vec::new();
    for face in faces(&points)?.iter().filter(|face| face.normal != DVec3::ZERO) {
        if planes
            .iter()
            .all(|(normal, _)| normal.dot(face.normal) < SAME_PLANE)
        {
            let offset = points
                .iter()
                .map(|point| face.normal.dot(*point))
                .fold(face.offset, f64::max);
            planes.push((face.normal, offset));
        }
    }
    Some(
        planes
            .into_iter()
            .map(|(normal, offset)| {
                let normal = Vec3::new(normal.x as f32, normal.y as f32, normal.z as f32);
                Plane {
                    normal,
                    offset: offset as f32,
                }
            })
            .collect(),
    )
}

/// The edges of the convex hull of these points, each once; none where they lie in one plane. An edge on which there are points may come in
/// pieces.
pub fn edges(points_m: &[[f32; 3]]) -> Vec<[[f32; 3]; 2]> {
    let faces = faces(&in_f64(points_m)).unwrap_or_default();
    let mut edges = Vec::new();
    for face in &faces {
        for [from, to] in face.edges().into_iter().filter(|[from, to]| from < to) {
            let beyond = faces.iter().find(|other| other.edges().contains(&[to, from]));
            let is_flat = beyond.is_some_and(|other| other.normal.dot(face.normal) >= SAME_PLANE);
            if !is_flat {
                edges.push([points_m[from], points_m[to]]);
            }
        }
    }
    edges
}

fn in_f64(points_m: &[[f32; 3]]) -> Vec<DVec3> {
    points_m
        .iter()
        .map(|point| DVec3::from_array(point.map(f64::from)))
        .collect()
}

/// The triangles of the hull. None where the points lie in one plane.
fn faces(points: &[DVec3]) -> Option<Vec<Face>> {
    let first = *points.first()?;
    let extent = points
        .iter()
        .map(|point| (*point - first).length())
        .fold(0.0, f64::max);
    let tolerance = extent * FLATNESS;
    let mut faces = first_faces(points, tolerance)?;
    for (index, point) in points.iter().enumerate() {
        let (seen, kept): (Vec<Face>, Vec<Face>) =
            faces.iter().partition(|face| face.height(*point) > tolerance);
        if seen.is_empty() {
            continue;
        }
        // The horizon: edges of faces that the point sees whose other side it does not see.
        let edges: Vec<[usize; 2]> = seen.iter().flat_map(Face::edges).collect();
        faces = kept;
        for [a, b] in edges.iter().copied().filter(|[a, b]| !edges.contains(&[*b, *a])) {
            faces.push(Face::new(points, [a, b, index]));
        }
    }
    Some(faces)
}

/// A tetrahedron of points that are far apart, its faces counter-clockwise seen from outside.
fn first_faces(points: &[DVec3], tolerance: f64) -> Option<Vec<Face>> {
    let farthest = |measure: &dyn Fn(DVec3) -> f64| {
        let mut best = (0, f64::NEG_INFINITY);
        for (index, point) in points.iter().enumerate() {
            let value = measure(*point);
            if value > best.1 {
                best = (index, value);
            }
        }
        (best.1 > tolerance).then_some(best.0)
    };
    let a = 0;
    let b = farthest(&|point| (point - points[a]).length())?;
    let line = (points[b] - points[a]).normalize_or_zero();
    let c = farthest(&|point| (point - points[a]).cross(line).length())?;
    let base = Face::new(points, [a, b, c]);
    let d = farthest(&|point| base.height(point).abs())?;
    let [b, c] = if base.height(points[d]) > 0.0 {
        [c, b]
    } else {
        [b, c]
    };
    Some(
        [[a, b, c], [a, d, b], [b, d, c], [c, d, a]]
            .map(|corners| Face::new(points, corners))
            .to_vec(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(points: &[[f32; 3]], expected: usize) {
        let planes = planes(points).expect("a hull");
        assert_eq!(planes.len(), expected);
        for point in points {
            for plane in &planes {
                assert!(plane.normal.dot(Vec3::from_array(*point)) <= plane.offset + 1e-5);
            }
        }
    }

    #[test]
    fn a_cube_with_points_on_its_faces_edges_and_inside_has_six_planes() {
        let mut points = Vec::new();
        for x in -2..=2 {
            for y in -2..=2 {
                for z in -2..=2 {
                    points.push([x as f32 * 0.5, y as f32 * 0.5, z as f32 * 0.5]);
                }
            }
        }
        check(&points, 6);
    }

    #[test]
    fn a_tetrahedron_and_an_octahedron() {
        check(
            &[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            4,
        );
        let octahedron = [
            [1.0, 0.0, 0.0],
            [-1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, -1.0, 0.0],
            [0.0, 0.0, 1.0],
            [0.0, 0.0, -1.0],
        ];
        check(&octahedron, 8);
    }

    #[test]
    fn flat_points_have_no_hull() {
        assert!(planes(&[]).is_none());
        assert!(planes(&[[1.0, 2.0, 3.0]; 5]).is_none());
        assert!(planes(&[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]).is_none());
    }
}
