//! An endless floor: everything below the local plane z = 0. Its inverse depth is linear in the picture.

use super::Solid;
use crate::rigid::Rigid;
use crate::samples::{HitRow, SunRow};
use glam::Vec3;

/// A half space and where it is.
#[derive(Debug)]
pub(crate) struct HalfSpace {
    /// Outward unit normal.
    normal: Vec3,
    /// Height of the camera above it, m.
    height: f32,
    sun: Vec3,
}

impl HalfSpace {
    pub(crate) fn new() -> HalfSpace {
        HalfSpace {
            normal: Vec3::Z,
            height: 0.0,
            sun: Vec3::Z,
        }
    }

    /// How far a ball can sink towards the shade before it is out of sight below the floor, m. None: no limit.
    pub(crate) fn sink(&self, center: Vec3, radius: f32) -> Option<f32> {
        let rate = self.normal.dot(self.sun);
        (self.height > 0.0 && rate > 1e-3).then(|| (self.normal.dot(center) + self.height + radius) / rate)
    }
}

impl Solid for HalfSpace {
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        self.normal = camera_from_part.rotation.z_axis;
        self.height = -self.normal.dot(camera_from_part.translation);
        self.sun = sun;
    }

    fn cover(&self, row: &mut HitRow<'_>) {
        if self.height <= 0.0 {
            return;
        }
        let scaled = self.normal * (-1.0 / self.height);
        let base = scaled.y * row.y + scaled.z;
        row.keep_nearest(|x| (scaled.x * x + base, 0));
    }

    #[inline(always)]
    fn normal(&self, _point: Vec3, _face: u32) -> Vec3 {
        self.normal
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        // Only a floor that the sun is behind hides it, and then from everywhere above.
        if self.normal.dot(self.sun) >= 0.0 {
            return;
        }
        row.darken(|_, _, _| true);
    }
}
