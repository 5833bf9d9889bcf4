//! A ball: inverse depth of a sphere without a division.

use super::Solid;
use crate::rigid::Rigid;
use crate::samples::{HitRow, SunRow};
use glam::Vec3;

/// A ball and where it is.
#[derive(Debug)]
pub(crate) struct Ball {
    radius: f32,
    center: Vec3,
    sun: Vec3,
}

impl Ball {
    pub(crate) fn new(radius: f32) -> Ball {
        Ball {
            radius,
            center: Vec3::ZERO,
            sun: Vec3::Z,
        }
    }
}

impl Solid for Ball {
    fn place(&mut self, camera_from_part: &Rigid, sun: Vec3) {
        self.center = camera_from_part.translation;
        self.sun = sun;
    }

    fn cover(&self, row: &mut HitRow<'_>) {
        let (center, radius_squared, y) = (self.center, self.radius * self.radius, row.y);
        // With k = c.c - r^2 the nearer root t = (c.d - s) / d.d is also k / (c.d + s): so w = 1/t needs no quotient.
        let distance = center.length();
        let k = (distance - self.radius) * (distance + self.radius);
        if k <= 0.0 {
            return;
        }
        let inverse_k = 1.0 / k;
        row.keep_nearest(|x| {
            let ray = Vec3::new(x, y, 1.0);
            // s^2 from the distance of the ray to the centre: it loses no digits to a far centre.
            let square = radius_squared * ray.length_squared() - center.cross(ray).length_squared();
            ((center.dot(ray) + square.sqrt()) * inverse_k, 0)
        });
    }

    #[inline(always)]
    fn normal(&self, point: Vec3, _face: u32) -> Vec3 {
        (point - self.center) * (1.0 / self.radius)
    }

    fn shade(&self, row: &mut SunRow<'_>) {
        let (center, sun, radius_squared) = (self.center, self.sun, self.radius * self.radius);
        row.darken(|x, y, z| {
            let to_center = center - Vec3::new(x, y, z);
            let along = to_center.dot(sun);
            let aside = to_center - sun * along;
            (along > 0.0) & (aside.length_squared() < radius_squared)
        });
    }
}
