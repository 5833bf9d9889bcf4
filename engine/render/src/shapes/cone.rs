//! A cone along its own z with its apex at the top: the lower half of an endless double cone above a base.

use super::Solid;
use super::cylinder::ALONG_AXIS;
use crate::rigid::Rigid;
use crate::samples::{HitRow, SunRow, larger, smaller};
use glam::{Mat3, Vec3};

/// A cone and where it is. Faces: 0 side, 1 base.
#[derive(Debug)]
pub(crate) struct Cone {
    radius: f32,
    half_height: f32,
    apex: Vec3,
    axis: Vec3,
    part_from_camera: Mat3,
    sun: Vec3,
}

impl Cone {
    pub(crate) fn new(radius: f32, half_height: f32) -> Cone {
        Cone {
            radius,
            half_height,
            apex: Vec3::ZERO,
            axis: Vec3::Z,
            part_from_camera: Mat3::IDENTITY,
            sun: Vec3::Z,
        }
    }

    /// Radius gained for each metre below the apex.
    fn slope(&self) -> f32 {
        self.radius / (2.0 * self.half_height)
    }
}

/// Where a ray is in the cone: enters, leaves, enters by the side. `from` is its start as seen from the apex.
#[inline(always)]
fn crossing(from: Vec3, ray: Vec3, slope: f32, height: f32) -> (bool, f32, f32, bool) {
    let slope_squared = slope * slope;
    let steepness = ray.x * ray.x + ray.y * ray.y - slope_squared * (ray.z * ray.z);
    // Nudged off 0, where one of the two crossings is endlessly far away.
    let a = if steepness < 0.0 {
        smaller(steepness, -ALONG_AXIS)
    } else {
        larger(steepness, ALONG_AXIS)
    };
    let b = from.x * ray.x + from.y * ray.y - slope_squared * (from.z * ray.z);
    let aside = (from.x * from.x + from.y * from.y).sqrt();
    let c = (aside - slope * from.z) * (aside + slope * from.z);
    let cross = from.cross(ray);
    let square = slope_squared * (cross.x * cross.x + cross.y * cross.y) - cross.z * cross.z;
    let root = square.sqrt();
    // Both roots in the form that loses no digits to cancellation.
    let receding = b >= 0.0;
    let first = if receding { -b - root } else { root - b };
    let (near, far) = if receding {
        (first / a, c / first)
    } else {
        (c / first, first / a)
    };
    let falling = ray.z < 0.0;
    let inside_out = a < 0.0;
    // A steep ray is inside before it leaves the upper half or after it enters the lower one.
    let side_in = if inside_out & !falling {
        f32::NEG_INFINITY
    } else {
        near
    };
    let side_out = if inside_out & falling { f32::INFINITY } else { far };
    // A flat ray crosses one half only: it must be the lower one.
    let lower = inside_out | (from.z * a - ray.z * b < 0.0);
    let along = if falling {
        smaller(ray.z, -ALONG_AXIS)
    } else {
        larger(ray.z, ALONG_AXIS)
    };
    let base = (-height - from.z) / along;
    let top = -from.z / along;
    let (cap_in, cap_out) = if falling { (top, base) } else { (base, top) };
    let enter = larger(side_in, cap_in);
    let leave = smaller(side_out, cap_out);
    (
        (square >= 0.0) & lower & (enter < leave),
        enter,
        leave,
        falling | (side_in >= cap_in),
    )
}

impl Solid for Cone {
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        self.apex = camera_from_part.point(Vec3::new(0.0, 0.0, self.half_height));
        self.axis = camera_from_part.rotation.z_axis;
        self.part_from_camera = camera_from_part.rotation.transpose();
        self.sun = self.part_from_camera * sun;
    }

    fn cover(&self, row: &mut HitRow<'_>) {
        let from = -(self.part_from_camera * self.apex);
        let (slope, height) = (self.slope(), 2.0 * self.half_height);
        let per_x = self.part_from_camera.x_axis;
        let base = self.part_from_camera.y_axis * row.y + self.part_from_camera.z_axis;
        row.keep_nearest(|x| {
            let (hit, enter, _, by_side) = crossing(from, per_x * x + base, slope, height);
            (if hit { 1.0 / enter } else { 0.0 }, if by_side { 0 } else { 1 })
        });
    }

    #[inline(always)]
    fn normal(&self, point: Vec3, face: u32) -> Vec3 {
        let offset = point - self.apex;
        let radial = offset - self.axis * offset.dot(self.axis);
        let slope = self.slope();
        let length = larger(radial.length(), 1e-9);
        let side = (radial * (1.0 / length) + self.axis * slope) * (1.0 / (1.0 + slope * slope).sqrt());
        if face == 0 { side } else { -self.axis }
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        let (sun, apex, part_from_camera) = (self.sun, self.apex, self.part_from_camera);
        let (slope, height) = (self.slope(), 2.0 * self.half_height);
        row.darken(|x, y, z| {
            let from = part_from_camera * (Vec3::new(x, y, z) - apex);
            let (hit, _, leave, _) = crossing(from, sun, slope, height);
            hit & (leave > 0.0)
        });
    }
}
