//! The shapes: one file each, with what a picture needs of them.
//!
//! A shape keeps its own size and, between [`Surface::place`] calls, where it is in the camera's frame. Each can
//! draw a stretch of a row, give the normal at a point, and tell which points it hides from the sun.

mod ball;
mod capsule;
mod cone;
mod convex;
mod cylinder;
mod half_space;
mod triangles;

pub(crate) use ball::Ball;
pub(crate) use capsule::Capsule;
pub(crate) use cone::Cone;
pub(crate) use convex::{Convex, Plane};
pub(crate) use cylinder::Cylinder;
pub(crate) use half_space::HalfSpace;
pub(crate) use triangles::Triangles;

use crate::grid::{Grid, Rect};
use crate::rigid::Rigid;
use crate::samples::{HitRow, SunRow};
use glam::Vec3;

/// What every shape can do. The camera's frame has the camera at its origin.
pub(crate) trait Solid {
    /// Puts it at this place; `sun` is the unit vector towards the sun in the camera's frame.
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3);
    /// Draws it into a stretch of a row.
    fn cover(&self, row: &mut HitRow<'_>);
    /// The outward unit normal at a point of its surface, in the camera's frame.
    fn normal(&self, point: Vec3, face: u32) -> Vec3;
    /// Takes the sun from points whose ray towards it meets the shape.
    fn shade(&self, row: &mut SunRow<'_>);
}

/// Any shape but a compound, which is several of them.
#[derive(Debug)]
pub(crate) enum Surface {
    Ball(Ball),
    Capsule(Capsule),
    Cone(Cone),
    /// Box or hull.
    Convex(Convex),
    Cylinder(Cylinder),
    HalfSpace(HalfSpace),
    /// Mesh or height field.
    Triangles(Triangles),
}

macro_rules! each {
    ($surface:expr, $solid:ident => $body:expr) => {
        match $surface {
            Surface::Ball($solid) => $body,
            Surface::Capsule($solid) => $body,
            Surface::Cone($solid) => $body,
            Surface::Convex($solid) => $body,
            Surface::Cylinder($solid) => $body,
            Surface::HalfSpace($solid) => $body,
            Surface::Triangles($solid) => $body,
        }
    };
}

impl Surface {
    pub(crate) fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        each!(self, solid => solid.place(camera_from_part, sun));
    }

    /// Once for each picture, before [`Surface::cover`].
    pub(crate) fn begin(&mut self, grid: &Grid) {
        if let Surface::Triangles(triangles) = self {
            triangles.begin(grid);
        }
    }

    pub(crate) fn cover(&self, row: &mut HitRow<'_>) {
        each!(self, solid => solid.cover(row));
    }

    pub(crate) fn shade(&self, row: &mut SunRow<'_>) {
        each!(self, solid => solid.shade(row));
    }

    /// Writes the unit normal at each of the points, which are on these faces.
    pub(crate) fn normals(&self, points: [&[f32]; 3], faces: &[u32], normals: [&mut [f32]; 3]) {
        each!(self, solid => write_normals(solid, points, faces, normals));
    }

    /// The rectangle it is drawn in; `corners` are those of its bounding box, empty where it has no bounds.
    pub(crate) fn rect(&self, grid: &Grid, corners: &[Vec3]) -> Option<Rect> {
        if corners.is_empty() {
            Some(grid.full())
        } else {
            grid.rect_of_hull(corners)
        }
    }
}

#[inline(always)]
fn write_normals<S: Solid>(solid: &S, points: [&[f32]; 3], faces: &[u32], normals: [&mut [f32]; 3]) {
    let count = faces.len();
    let [x, y, z] = points.map(|axis| &axis[..count]);
    let [to_x, to_y, to_z] = normals;
    let (to_x, to_y, to_z) = (&mut to_x[..count], &mut to_y[..count], &mut to_z[..count]);
    for index in 0..count {
        let normal = solid.normal(Vec3::new(x[index], y[index], z[index]), faces[index]);
        to_x[index] = normal.x;
        to_y[index] = normal.y;
        to_z[index] = normal.z;
    }
}
