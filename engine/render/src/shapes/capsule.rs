//! A capsule along its own z: where a ray meets the endless cylinder tells which of side and end balls it meets.

use super::Solid;
use super::cylinder::ALONG_AXIS;
use crate::rigid::Rigid;
use crate::samples::{HitRow, SunRow, larger, smaller};
use glam::{Mat3, Vec3};

/// A capsule and where it is.
#[derive(Debug)]
pub(crate) struct Capsule {
    radius: f32,
    half_height: f32,
    center: Vec3,
    axis: Vec3,
    part_from_camera: Mat3,
    sun: Vec3,
}

impl Capsule {
    pub(crate) fn new(radius: f32, half_height: f32) -> Capsule {
        Capsule {
            radius,
            half_height,
            center: Vec3::ZERO,
            axis: Vec3::Z,
            part_from_camera: Mat3::IDENTITY,
            sun: Vec3::Z,
        }
    }
}

impl Solid for Capsule {
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
            let side = if beside { c / (root - b) } else { (-b - root) / a };
            let height = from.z + ray.z * side;
            let end_z = if height > 0.0 { half_height } else { -half_height };
            let on_side = (height < half_height) & (height > -half_height);
            // The ball at that end, seen from the ray's start.
            let to_end = Vec3::new(-from.x, -from.y, end_z - from.z);
            let end_square = radius_squared * ray.length_squared() - to_end.cross(ray).length_squared();
            let end = (to_end.dot(ray) - end_square.sqrt()) / ray.length_squared();
            let w = 1.0 / (if on_side { side } else { end });
            let hit = (square >= 0.0) & (on_side | (end_square >= 0.0));
            (if hit { w } else { 0.0 }, 0)
        });
    }

    #[inline(always)]
    fn normal(&self, point: Vec3, _face: u32) -> Vec3 {
        let offset = point - self.center;
        let along = smaller(larger(offset.dot(self.axis), -self.half_height), self.half_height);
        (offset - self.axis * along) * (1.0 / self.radius)
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        let sun = self.sun;
        let a = larger(sun.x * sun.x + sun.y * sun.y, ALONG_AXIS);
        let inverse_a = 1.0 / a;
        let (center, part_from_camera) = (self.center, self.part_from_camera);
        let (half_height, radius_squared) = (self.half_height, self.radius * self.radius);
        row.darken(|x, y, z| {
            let from = part_from_camera * (Vec3::new(x, y, z) - center);
            // The point of the axis that is nearest to the ray, moved into the capsule's axis: if that ball is
            // missed, the whole capsule is.
            let b = from.x * sun.x + from.y * sun.y;
            let height = from.z - sun.z * b * inverse_a;
            let nearest = smaller(larger(height, -half_height), half_height);
            let to_ball = Vec3::new(-from.x, -from.y, nearest - from.z);
            let along = to_ball.dot(sun);
            let aside = to_ball - sun * along;
            (along > 0.0) & (aside.length_squared() < radius_squared)
        });
    }
}
