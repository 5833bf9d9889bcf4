//! Boxes, hulls and triangles: the inverse depth of a plane is a linear function of the ray.

use super::bounds::{NEAR_M, of_points};
use super::round::off_zero;
use crate::plan::{self, Label, Line, Side};
use crate::rays::{Bounds, Lens};
use crate::surface::{Mesh, Plane, RUN};
use glam::{Mat3, Vec3};

/// Smallest distance to a plane, m.
const SMALL: f32 = 1e-9;

#[inline]
fn side(normal: Vec3, offset: f32, face: u32, sun: f32) -> Side {
    Side {
        w: (normal * (1.0 / off_zero(offset, SMALL))).to_array(),
        face,
        sun,
    }
}

/// A box. None: the camera is inside.
#[inline]
pub(super) fn brick(
    label: Label,
    center: Vec3,
    rotation: &Mat3,
    half: Vec3,
    sun: Vec3,
) -> Option<plan::Brick> {
    let mut brick = plan::Brick {
        label,
        ..plan::Brick::default()
    };
    let (mut front, mut back) = (0, 6);
    for axis in 0..3 {
        let normal = rotation.col(axis);
        let (middle, towards_sun) = (normal.dot(center), normal.dot(sun));
        for (sign, face) in [(1.0, 0), (-1.0, 1)] {
            let offset = half[axis] + sign * middle;
            let side = side(normal * sign, offset, axis as u32 * 2 + face, towards_sun * sign);
            if offset < 0.0 {
                brick.sides[front] = side;
                front += 1;
            } else {
                back -= 1;
                brick.sides[back] = side;
            }
        }
    }
    brick.fronts = front as u32;
    (front > 0).then_some(brick)
}

/// A hull; its planes are added to `sides`. None: the camera is inside.
pub(super) fn hull(
    label: Label,
    center: Vec3,
    rotation: &Mat3,
    planes: &[Plane],
    sun: Vec3,
    sides: &mut Vec<Side>,
) -> Option<plan::Hull> {
    let first = sides.len();
    let mut fronts = 0;
    for outside in [true, false] {
        for (face, plane) in planes.iter().enumerate() {
            let normal = *rotation * plane.normal;
            let offset = plane.offset + normal.dot(center);
            if (offset < 0.0) == outside {
                sides.push(side(normal, offset, face as u32, normal.dot(sun)));
            }
        }
        if outside {
            fronts = sides.len() - first;
            if fronts == 0 {
                return None;
            }
        }
    }
    Some(plan::Hull {
        label,
        first: first as u32,
        fronts: fronts as u32,
        backs: (planes.len() - fronts) as u32,
    })
}

/// A vertex of a mesh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vertex {
    /// In the camera's frame.
    place: Vec3,
    /// The ray that it is seen along: x / z and y / z.
    ray: [f32; 2],
}

impl Vertex {
    #[inline]
    pub(super) fn new(place: Vec3) -> Vertex {
        Vertex {
            place,
            ray: [place.x / place.z, place.y / place.z],
        }
    }
}

/// The triangles of a mesh that can be seen. `fronts`: those that are seen from their other side are hidden by others.
/// `seen` tells whether the picture shows any of a box.
pub(super) fn triangles(
    label: Label,
    (mesh, fronts): (&Mesh, bool),
    vertices: &[Vertex],
    sun: Vec3,
    lens: &Lens,
    seen: impl Fn((Vec3, Vec3)) -> bool,
    to: &mut Vec<plan::Triangle>,
) {
    let runs = mesh.triangles.chunks(RUN).enumerate();
    let runs = runs.filter(|(run, _)| mesh.runs.get(*run).is_none_or(|around| seen(*around)));
    let faces = runs.flat_map(|(run, triangles)| ((run * RUN) as u32..).zip(triangles));
    for (face, triangle) in faces {
        let vertices = triangle.map(|index| vertices[index as usize]);
        let [a, b, c] = vertices.map(|vertex| vertex.place);
        let normal = (b - a).cross(c - a);
        let offset = normal.dot(a);
        if offset == 0.0 || (a.z <= 0.0 && b.z <= 0.0 && c.z <= 0.0) || (fronts && offset > 0.0) {
            continue;
        }
        let Some(rect) = lens.rect(&bounds(&vertices)) else {
            continue;
        };
        // Seen from its other side all signs turn.
        let edges = if offset < 0.0 {
            [b.cross(a), c.cross(b), a.cross(c)]
        } else {
            [a.cross(b), b.cross(c), c.cross(a)]
        };
        let towards_sun = normal.normalize_or_zero().dot(sun);
        to.push(plan::Triangle {
            label: Label { rect, ..label },
            edges: edges.map(|edge| Line::from(edge.to_array())),
            w: (normal * (1.0 / offset)).to_array(),
            face,
            sun: if offset < 0.0 { towards_sun } else { -towards_sun },
        });
    }
}

/// Between which rays a triangle is.
#[inline]
fn bounds(vertices: &[Vertex; 3]) -> Bounds {
    if vertices.iter().any(|vertex| vertex.place.z <= NEAR_M) {
        return of_points(&vertices.map(|vertex| vertex.place));
    }
    let mut bounds = Bounds::EMPTY;
    for Vertex { ray: [x, y], .. } in vertices {
        bounds.add(*x, *y);
    }
    bounds
}
