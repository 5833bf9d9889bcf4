//! A mesh or a height field: triangles with two sides, drawn by homogeneous edge functions.
//!
//! An edge function is linear in the picture also where a corner is behind the camera, so nothing is clipped. The
//! two triangles at an edge get exactly opposite values there, so there are no seams.

use super::Solid;
use crate::bvh::Bvh;
use crate::grid::{Grid, Rect};
use crate::rigid::Rigid;
use crate::samples::{HitRow, NEAR_W, SunRow};
use glam::{Mat3, Vec3};

/// Triangles and where they are. Faces: their indices.
#[derive(Debug)]
pub(crate) struct Triangles {
    vertices: Vec<Vec3>,
    indices: Vec<[u32; 3]>,
    tree: Bvh,
    /// Vertices in the camera's frame.
    placed: Vec<Vec3>,
    part_from_camera: Mat3,
    origin: Vec3,
    sun: Vec3,
    drawn: Vec<Drawn>,
}

/// A triangle as drawn: functions of a ray that are at least 0 inside, and its inverse depth.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    edges: [Vec3; 3],
    w: Vec3,
    rect: Rect,
    face: u32,
}

impl Triangles {
    pub(crate) fn new(vertices: Vec<Vec3>, indices: Vec<[u32; 3]>) -> Triangles {
        let corners: Vec<[Vec3; 3]> = indices
            .iter()
            .map(|triangle| triangle.map(|index| vertices[index as usize]))
            .collect();
        Triangles {
            tree: Bvh::new(&corners),
            placed: Vec::with_capacity(vertices.len()),
            vertices,
            indices,
            part_from_camera: Mat3::IDENTITY,
            origin: Vec3::ZERO,
            sun: Vec3::Z,
            drawn: Vec::new(),
        }
    }

    /// Sets up the triangles for a picture.
    pub(crate) fn begin(&mut self, grid: &Grid) {
        self.drawn.clear();
        for (face, triangle) in self.indices.iter().enumerate() {
            let [a, b, c] = triangle.map(|index| self.placed[index as usize]);
            let normal = (b - a).cross(c - a);
            let offset = normal.dot(a);
            if offset == 0.0 {
                continue;
            }
            let Some(rect) = grid.rect_of_hull(&[a, b, c]) else {
                continue;
            };
            let edges = if offset < 0.0 {
                [b.cross(a), c.cross(b), a.cross(c)]
            } else {
                [a.cross(b), b.cross(c), c.cross(a)]
            };
            self.drawn.push(Drawn {
                edges,
                w: normal * (1.0 / offset),
                rect,
                face: face as u32,
            });
        }
    }
}

impl Solid for Triangles {
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        self.placed.clear();
        self.placed
            .extend(self.vertices.iter().map(|vertex| camera_from_part.point(*vertex)));
        self.part_from_camera = camera_from_part.rotation.transpose();
        self.origin = camera_from_part.translation;
        self.sun = self.part_from_camera * sun;
    }

    fn cover(&self, row: &mut HitRow<'_>) {
        for drawn in &self.drawn {
            if row.index < drawn.rect.y0 || row.index >= drawn.rect.y1 {
                continue;
            }
            let x0 = drawn.rect.x0.max(row.first);
            let x1 = drawn.rect.x1.min(row.first + row.xs.len());
            let base = drawn.edges.map(|edge| edge.y * row.y + edge.z);
            let w_base = drawn.w.y * row.y + drawn.w.z;
            for column in x0..x1 {
                let index = column - row.first;
                let x = row.xs[index];
                let inside = (drawn.edges[0].x * x + base[0] >= 0.0)
                    & (drawn.edges[1].x * x + base[1] >= 0.0)
                    & (drawn.edges[2].x * x + base[2] >= 0.0);
                let w = drawn.w.x * x + w_base;
                if inside & (w > row.w[index]) & (w < NEAR_W) {
                    row.w[index] = w;
                    row.part[index] = row.own;
                    row.face[index] = drawn.face;
                }
            }
        }
    }

    fn normal(&self, point: Vec3, face: u32) -> Vec3 {
        let [a, b, c] = self.indices[face as usize].map(|index| self.placed[index as usize]);
        let normal = (b - a).cross(c - a).normalize_or(Vec3::NEG_Z);
        if normal.dot(point) > 0.0 { -normal } else { normal }
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        // Its own samples too: a mesh need not be convex. They start a little off the surface.
        for index in 0..row.sun.len() {
            if row.sun[index] > 0.0 {
                let point = Vec3::new(row.x[index], row.y[index], row.z[index]);
                let from = self.part_from_camera * (point - self.origin);
                if self.tree.blocks(from, self.sun) {
                    row.sun[index] = 0.0;
                }
            }
        }
    }
}
