//! A cylinder along its own z: the part of an endless one between two caps.

use super::Solid;
use crate::rigid::Rigid;
use crate::samples::{HitRow, SunRow, larger, smaller};
use glam::{Mat3, Vec3};

/// Squared sines below this count as a ray along the axis.
pub(super) const ALONG_AXIS: f32 = 1e-12;

/// A cylinder and where it is. Faces: 0 side, 1 cap at +z, 2 cap at -z.
#[derive(Debug)]
pub(crate) struct Cylinder {
    radius: f32,
    half_height: f32,
    center: Vec3,
    axis: Vec3,
    part_from_camera: Mat3,
    sun: Vec3,
}

impl Cylinder {
    pub(crate) fn new(radius: f32, half_height: f32) -> Cylinder {
        Cylinder {
            radius,
            half_height,
            center: Vec3::ZERO,
            axis: Vec3::Z,
            part_from_camera: Mat3::IDENTITY,
            sun: Vec3::Z,
        }
    }
}

impl Solid for Cylinder {
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        self.center = camera_from_part.translation;
        self.axis = camera_from_part.rotation.z_axis;
        self.part_from_camera = camera_from_part.rotation.transpose();
        self.sun = self.part_from_camera * sun;
    }

    fn cover(&self, row: &mut HitRow<'_>) {
        let from = -(self.part_from_camera * self.center);
        let (radius_squared, half_height) = (self.radius * self.radius, self.half_height);
        let aside = (from.x * from.x + from.y * from.y).sqrt();
        let c = (aside - self.radius) * (aside + self.radius);
        let beside = c > 0.0;
        let per_x = self.part_from_camera.x_axis;
        let base = self.part_from_camera.y_axis * row.y + self.part_from_camera.z_axis;
        row.keep_nearest(|x| {
            let ray = per_x * x + base;
            let a = larger(ray.x * ray.x + ray.y * ray.y, ALONG_AXIS);
            let b = from.x * ray.x + from.y * ray.y;
            let cross = from.x * ray.y - from.y * ray.x;
            let square = a * radius_squared - cross * cross;
            let root = square.sqrt();
            // The nearer root in the form that loses no digits to cancellation.
            let side_in = if beside { c / (root - b) } else { (-b - root) / a };
            let side_out = (root - b) / a;
            let rising = ray.z > 0.0;
            let along = if rising {
                larger(ray.z, ALONG_AXIS)
            } else {
                smaller(ray.z, -ALONG_AXIS)
            };
            let bottom = (-half_height - from.z) / along;
            let top = (half_height - from.z) / along;
            let (cap_in, cap_out) = if rising { (bottom, top) } else { (top, bottom) };
            let enter = larger(side_in, cap_in);
            let leave = smaller(side_out, cap_out);
            let hit = (square >= 0.0) & (enter < leave);
            let cap = if rising { 2 } else { 1 };
            (
                if hit { 1.0 / enter } else { 0.0 },
                if side_in >= cap_in { 0 } else { cap },
            )
        });
    }

    #[inline(always)]
    fn normal(&self, point: Vec3, face: u32) -> Vec3 {
        let offset = point - self.center;
        let side = (offset - self.axis * offset.dot(self.axis)) * (1.0 / self.radius);
        let cap = if face == 1 { self.axis } else { -self.axis };
        if face == 0 { side } else { cap }
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        let sun = self.sun;
        let a = larger(sun.x * sun.x + sun.y * sun.y, ALONG_AXIS);
        let along = if sun.z > 0.0 {
            larger(sun.z, ALONG_AXIS)
        } else {
            smaller(sun.z, -ALONG_AXIS)
        };
        let (inverse_a, inverse_along) = (1.0 / a, 1.0 / along);
        let reach = self.half_height * inverse_along.abs();
        let (center, part_from_camera) = (self.center, self.part_from_camera);
        let limit = a * self.radius * self.radius;
        row.darken(|x, y, z| {
            let from = part_from_camera * (Vec3::new(x, y, z) - center);
            let b = from.x * sun.x + from.y * sun.y;
            let cross = from.x * sun.y - from.y * sun.x;
            let square = limit - cross * cross;
            let root = square.sqrt();
            let middle = -from.z * inverse_along;
            let enter = larger((-b - root) * inverse_a, middle - reach);
            let leave = smaller((root - b) * inverse_a, middle + reach);
            (square >= 0.0) & (enter < leave) & (leave > 0.0)
        });
    }
}
