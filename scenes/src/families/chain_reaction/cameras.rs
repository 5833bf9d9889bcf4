//! Cameras that fit the chain: as near as all of it, and what is placed over its start, fits into the picture.

use super::row::HALF_DEPTH_M;
use terrella_sim::glam::Vec3;
use terrella_spec::world::Camera;

/// Vertical field of view of both, degrees.
const FOV_DEG: f32 = 36.0;
/// From the chain to them: straight from before, and from the right and above.
const FRONT: Vec3 = Vec3::new(0.0, -1.0, 0.02);
const OBLIQUE: Vec3 = Vec3::new(1.0, -2.2, 0.65);
/// Room around the chain, m.
const MARGIN_M: f32 = 0.03;
/// The handle of a lever is before the pane by so much, m.
const BEFORE_M: f32 = 0.08;

/// What is to be in the picture: from where to where in x and in z, m.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub x_m: [f32; 2],
    pub z_m: [f32; 2],
}

impl Extent {
    /// The cameras, with their names.
    pub fn cameras(self) -> [(&'static str, Camera<f32>); 2] {
        [("front", self.fitted(FRONT)), ("oblique", self.fitted(OBLIQUE))]
    }

    fn corners(self) -> impl Iterator<Item = Vec3> {
        let ys = [-HALF_DEPTH_M - BEFORE_M, HALF_DEPTH_M];
        self.x_m
            .into_iter()
            .flat_map(move |x| ys.map(|y| (x, y)))
            .flat_map(move |(x, y)| self.z_m.map(|z| Vec3::new(x, y, z)))
    }

    /// A camera in this direction from the middle, so far away that all corners are in a square picture.
    fn fitted(self, direction: Vec3) -> Camera<f32> {
        let back = direction.normalize();
        let right = Vec3::Z.cross(back).normalize();
        let up = back.cross(right);
        let tangent = libm::tanf(0.5 * FOV_DEG.to_radians());
        let middle = Vec3::new(
            0.5 * (self.x_m[0] + self.x_m[1]),
            0.0,
            0.5 * (self.z_m[0] + self.z_m[1]),
        );
        let away = self
            .corners()
            .map(|corner| {
                let from_middle = corner - middle;
                let across = from_middle.dot(right).abs().max(from_middle.dot(up).abs());
                (across + MARGIN_M) / tangent + from_middle.dot(back)
            })
            .fold(0.0, f32::max);
        Camera::looking((middle + away * back).to_array(), middle.to_array(), FOV_DEG)
    }
}
