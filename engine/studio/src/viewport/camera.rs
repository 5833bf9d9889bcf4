//! The viewport's camera: it goes round a point, in the world's frame (Z up).

use bevy::math::{Mat3, Quat, Vec2, Vec3};
use terrella_app::render::{Intrinsics, View};
use terrella_app::spec::pose::Pose;

/// How far up or down it looks, rad: never straight, where right and left would be lost.
pub const STEEPEST: f32 = 1.553;

/// A grid is seen from at least so many times as far away as its lines are apart.
const GRID_REACH: f32 = 1.5;

/// A camera that goes round a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrbitCamera {
    /// The point that it looks at, m.
    pub target_m: Vec3,
    /// Direction from which it looks, about Z from -Y, rad: 0 looks along +Y.
    pub yaw_rad: f32,
    /// How high it stands above the point, rad.
    pub pitch_rad: f32,
    /// How far away it is, m.
    pub distance_m: f32,
    /// Vertical field of view, degrees.
    pub fov_deg: f32,
}

impl Default for OrbitCamera {
    fn default() -> Self {
        OrbitCamera {
            target_m: Vec3::new(0.0, 0.0, 0.3),
            yaw_rad: 0.5,
            pitch_rad: 0.45,
            distance_m: 4.0,
            fov_deg: 45.0,
        }
    }
}

impl OrbitCamera {
    /// The direction in which it looks.
    pub fn forward(&self) -> Vec3 {
        let (sin_yaw, cos_yaw) = self.yaw_rad.sin_cos();
        let (sin_pitch, cos_pitch) = self.pitch_rad.sin_cos();
        Vec3::new(-sin_yaw * cos_pitch, cos_yaw * cos_pitch, -sin_pitch)
    }

    /// To the right of the picture.
    pub fn right(&self) -> Vec3 {
        let (sin_yaw, cos_yaw) = self.yaw_rad.sin_cos();
        Vec3::new(cos_yaw, sin_yaw, 0.0)
    }

    /// To the upper edge of the picture.
    pub fn up(&self) -> Vec3 {
        self.right().cross(self.forward())
    }

    /// Where it is, m.
    pub fn eye_m(&self) -> Vec3 {
        self.target_m - self.forward() * self.distance_m
    }

    /// How far apart the lines of the grid are, m: a power of ten, so that a few of them are seen from here.
    pub fn grid_m(&self) -> f32 {
        let reach = self.distance_m / GRID_REACH;
        [100.0, 10.0, 1.0, 0.1]
            .into_iter()
            .find(|spacing| reach >= *spacing)
            .unwrap_or(0.01)
    }

    /// Goes round its point by a movement of the mouse, points of the screen.
    pub fn orbit(&mut self, moved: Vec2) {
        self.yaw_rad -= moved.x * 0.008;
        self.pitch_rad = (self.pitch_rad + moved.y * 0.008).clamp(-STEEPEST, STEEPEST);
    }

    /// Moves sideways with the mouse: what is at the target's distance stays under it. `height` is that of the picture, in the same
    /// points.
    pub fn pan(&mut self, moved: Vec2, height: f32) {
        let metres = 2.0 * self.distance_m * (self.fov_deg.to_radians() / 2.0).tan() / height.max(1.0);
        self.target_m += (self.up() * moved.y - self.right() * moved.x) * metres;
    }

    /// Comes nearer by some clicks of the wheel.
    pub fn zoom(&mut self, clicks: f32) {
        self.distance_m = (self.distance_m * 0.88f32.powf(clicks)).clamp(0.02, 2000.0);
    }

    /// Flies: right, forward and up, m.
    pub fn fly(&mut self, [right, forward, up]: [f32; 3]) {
        self.target_m += self.right() * right + self.forward() * forward + Vec3::Z * up;
    }

    /// Turns about itself by a movement of the mouse.
    pub fn look_around(&mut self, moved: Vec2) {
        let eye = self.eye_m();
        self.orbit(moved * Vec2::new(0.5, 0.5));
        self.target_m = eye + self.forward() * self.distance_m;
    }

    /// Brings a ball into the middle.
    pub fn focus(&mut self, center_m: Vec3, radius_m: f32) {
        self.target_m = center_m;
        self.distance_m = (radius_m.max(0.05) * 1.1 / (self.fov_deg.to_radians() / 2.0).sin()).min(2000.0);
    }

    /// Stands where a camera of the world stands, and sees as wide.
    pub fn stand_at(&mut self, world_from_camera: &Pose, fov_deg: f32) {
        let rotation = Quat::from_array(world_from_camera.rotation_xyzw);
        let forward = rotation * Vec3::Z;
        let eye = Vec3::from_array(world_from_camera.position_m);
        self.fov_deg = fov_deg;
        self.pitch_rad = (-forward.z).asin().clamp(-STEEPEST, STEEPEST);
        self.yaw_rad = if forward.truncate().length_squared() > 1e-8 {
            (-forward.x).atan2(forward.y)
        } else {
            // It looks straight down or up: what is up in its picture says which way it is turned.
            let up = rotation * Vec3::NEG_Y * forward.z.signum() * -1.0;
            (-up.x).atan2(up.y)
        };
        self.target_m = eye + self.forward() * self.distance_m;
    }

    /// The renderer's view, for a picture of this size.
    pub fn view(&self, width: u32, height: u32) -> View {
        // OpenCV's frame: x right, y down, z forward.
        let axes = Mat3::from_cols(self.right(), -self.up(), self.forward());
        View {
            intrinsics: Intrinsics::from_fov(width, height, self.fov_deg),
            world_from_camera: Pose {
                position_m: self.eye_m().to_array(),
                rotation_xyzw: Quat::from_mat3(&axes).to_array(),
            },
        }
    }

    /// Bevy's frame of it: x right, y up, looking along -z.
    pub fn rotation(&self) -> Quat {
        Quat::from_mat3(&Mat3::from_cols(self.right(), self.up(), -self.forward()))
    }

    /// The ray of a pixel: where it begins, and its unit direction. `at` counts from the upper left corner of a picture of this size.
    pub fn ray(&self, at: Vec2, size: Vec2) -> (Vec3, Vec3) {
        let half = (self.fov_deg.to_radians() / 2.0).tan();
        let x = (2.0 * at.x / size.x - 1.0) * half * size.x / size.y;
        let y = (1.0 - 2.0 * at.y / size.y) * half;
        let direction = self.forward() + self.right() * x + self.up() * y;
        (self.eye_m(), direction.normalize())
    }

    /// Where a point is seen in a picture of this size, and how far away it is along the optical axis, m. None: behind the camera.
    pub fn project(&self, point_m: Vec3, size: Vec2) -> Option<(Vec2, f32)> {
        let away = point_m - self.eye_m();
        let depth = away.dot(self.forward());
        if depth <= 1e-4 {
            return None;
        }
        let focal = size.y / 2.0 / (self.fov_deg.to_radians() / 2.0).tan();
        let (x, y) = (away.dot(self.right()) / depth, away.dot(self.up()) / depth);
        Some((
            Vec2::new(size.x / 2.0 + x * focal, size.y / 2.0 - y * focal),
            depth,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_goes_through_the_point_that_is_seen_there() {
        let mut camera = OrbitCamera::default();
        camera.orbit(Vec2::new(130.0, -60.0));
        let size = Vec2::new(640.0, 400.0);
        let point = Vec3::new(0.4, -0.3, 0.8);
        let (at, depth) = camera.project(point, size).expect("it is in front");
        let (eye, direction) = camera.ray(at, size);
        let along = (point - eye).dot(direction);
        assert!((eye + direction * along - point).length() < 1e-4);
        assert!((direction.dot(camera.forward()) * along - depth).abs() < 1e-4);
    }

    #[test]
    fn what_is_panned_stays_under_the_mouse() {
        let mut camera = OrbitCamera::default();
        let size = Vec2::new(800.0, 600.0);
        let (before, _) = camera.project(camera.target_m, size).expect("in front");
        let point = camera.target_m;
        camera.pan(Vec2::new(40.0, -25.0), size.y);
        let (after, _) = camera.project(point, size).expect("in front");
        assert!(
            (after - before - Vec2::new(40.0, -25.0)).length() < 0.1,
            "{before} {after}"
        );
    }

    #[test]
    fn standing_at_a_camera_sees_what_it_sees() {
        let mut camera = OrbitCamera::default();
        let there = OrbitCamera {
            yaw_rad: 2.1,
            pitch_rad: 0.9,
            ..camera
        };
        let view = there.view(64, 64);
        camera.stand_at(&view.world_from_camera, 60.0);
        assert!((camera.eye_m() - there.eye_m()).length() < 1e-4);
        assert!(camera.forward().dot(there.forward()) > 0.99999);
    }
}
