//! A convex solid as planes: box and hull.
//!
//! The inverse depth of a plane is linear in the picture. Faces towards the camera bound it from above, the others
//! from below, so a row is a few sums and comparisons for each face.

use super::Solid;
use crate::rigid::Rigid;
use crate::samples::{HitRow, NEAR_W, SunRow, larger, smaller};
use glam::Vec3;

/// How many samples are worked on at once.
const CHUNK: usize = 16;

/// The points with `normal . point <= offset` are inside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    pub(crate) normal: Vec3,
    pub(crate) offset: f32,
}

/// A convex solid and where it is. Its faces are its planes.
#[derive(Debug, Default)]
pub(crate) struct Convex {
    planes: Vec<Plane>,
    /// Normals in the camera's frame.
    normals: Vec<Vec3>,
    /// Inverse depth for a ray, and face, of planes that the camera is outside of.
    fronts: Vec<(Vec3, u32)>,
    /// Inverse depth for a ray of the other planes.
    backs: Vec<Vec3>,
    /// Distance from a point to where its ray to the sun crosses a plane inwards: `normal . point + offset`.
    entries: Vec<Plane>,
    /// The same outwards.
    exits: Vec<Plane>,
}

impl Convex {
    pub(crate) fn new(planes: Vec<Plane>) -> Convex {
        Convex {
            planes,
            ..Convex::default()
        }
    }

    pub(crate) fn of_box(half_extents: Vec3) -> Convex {
        let planes = [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y, Vec3::Z, Vec3::NEG_Z].map(|normal| Plane {
            normal,
            offset: half_extents.dot(normal.abs()),
        });
        Convex::new(planes.to_vec())
    }
}

/// The number, or one a little off 0 with its sign.
fn off_zero(value: f32) -> f32 {
    if value < 0.0 {
        smaller(value, -1e-9)
    } else {
        larger(value, 1e-9)
    }
}

impl Solid for Convex {
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        self.normals.clear();
        self.fronts.clear();
        self.backs.clear();
        self.entries.clear();
        self.exits.clear();
        for (face, plane) in self.planes.iter().enumerate() {
            let normal = camera_from_part.rotation * plane.normal;
            let offset = plane.offset + normal.dot(camera_from_part.translation);
            self.normals.push(normal);
            let w = normal * (1.0 / off_zero(offset));
            if offset < 0.0 {
                self.fronts.push((w, face as u32));
            } else {
                self.backs.push(w);
            }
            // A plane along the sun's rays is crossed endlessly far away.
            let rate = off_zero(normal.dot(sun));
            let crossing = Plane {
                normal: normal * (-1.0 / rate),
                offset: offset / rate,
            };
            if rate < 0.0 {
                self.entries.push(crossing);
            } else {
                self.exits.push(crossing);
            }
        }
    }

    fn cover(&self, row: &mut HitRow<'_>) {
        // The camera is inside.
        if self.fronts.is_empty() {
            return;
        }
        for start in (0..row.xs.len()).step_by(CHUNK) {
            let count = CHUNK.min(row.xs.len() - start);
            let end = start + count;
            let mut xs = [0.0_f32; CHUNK];
            xs[..count].copy_from_slice(&row.xs[start..end]);
            let mut front = [f32::INFINITY; CHUNK];
            let mut front_face = [0_u32; CHUNK];
            for (scaled, face) in &self.fronts {
                let base = scaled.y * row.y + scaled.z;
                for index in 0..CHUNK {
                    let w = scaled.x * xs[index] + base;
                    let lower = w < front[index];
                    front[index] = if lower { w } else { front[index] };
                    front_face[index] = if lower { *face } else { front_face[index] };
                }
            }
            let mut back = [0.0_f32; CHUNK];
            for scaled in &self.backs {
                let base = scaled.y * row.y + scaled.z;
                for index in 0..CHUNK {
                    back[index] = larger(scaled.x * xs[index] + base, back[index]);
                }
            }
            let (w, part) = (&mut row.w[start..end], &mut row.part[start..end]);
            let face = &mut row.face[start..end];
            for index in 0..count {
                let new = front[index];
                let (old, old_part, old_face) = (w[index], part[index], face[index]);
                let nearer = (new > old) & (new >= back[index]) & (new < NEAR_W);
                w[index] = if nearer { new } else { old };
                part[index] = if nearer { row.own } else { old_part };
                face[index] = if nearer { front_face[index] } else { old_face };
            }
        }
    }

    #[inline(always)]
    fn normal(&self, _point: Vec3, face: u32) -> Vec3 {
        self.normals[face as usize]
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        for start in (0..row.sun.len()).step_by(CHUNK) {
            let count = CHUNK.min(row.sun.len() - start);
            let end = start + count;
            let load = |from: &[f32]| {
                let mut chunk = [0.0_f32; CHUNK];
                chunk[..count].copy_from_slice(&from[start..end]);
                chunk
            };
            let (x, y, z) = (load(row.x), load(row.y), load(row.z));
            let along = |plane: &Plane, index: usize| {
                plane.normal.x * x[index]
                    + plane.normal.y * y[index]
                    + plane.normal.z * z[index]
                    + plane.offset
            };
            let mut enter = [0.0_f32; CHUNK];
            for plane in &self.entries {
                for (index, enter) in enter.iter_mut().enumerate() {
                    *enter = larger(along(plane, index), *enter);
                }
            }
            let mut leave = [f32::INFINITY; CHUNK];
            for plane in &self.exits {
                for (index, leave) in leave.iter_mut().enumerate() {
                    *leave = smaller(along(plane, index), *leave);
                }
            }
            let (part, sun) = (&row.part[start..end], &mut row.sun[start..end]);
            for index in 0..count {
                let old = sun[index];
                let dark = (enter[index] < leave[index]) & (part[index] != row.own);
                sun[index] = if dark { 0.0 } else { old };
            }
        }
    }
}
