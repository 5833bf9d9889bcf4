//! Where a picture is taken from: intrinsics and extrinsics of a pinhole camera.
//!
//! **Invariant:** the camera's frame is OpenCV's: x right, y down, z forward. Pixel centres are at integer
//! coordinates.

use crate::rigid::Rigid;
use glam::{Mat3, Vec3};
use terrella_spec::pose::Pose;
use terrella_spec::world::Camera;

/// A pinhole: the point (x, y, z) of the camera's frame is seen at pixel (fx x / z + cx, fy y / z + cy).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intrinsics {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Focal length along x, pixels.
    pub fx: f32,
    /// Focal length along y, pixels.
    pub fy: f32,
    /// Column of the optical axis.
    pub cx: f32,
    /// Row of the optical axis.
    pub cy: f32,
}

impl Intrinsics {
    /// Square pixels with the optical axis in the middle, from the vertical field of view in degrees.
    pub fn from_fov(width: u32, height: u32, fov_deg: f32) -> Intrinsics {
        let half_angle = fov_deg * (std::f32::consts::PI / 360.0);
        let focal = 0.5 * height as f32 / libm::tanf(half_angle);
        Intrinsics {
            width,
            height,
            fx: focal,
            fy: focal,
            cx: 0.5 * (width as f32 - 1.0),
            cy: 0.5 * (height as f32 - 1.0),
        }
    }

    /// The 3 x 3 matrix K, row by row.
    pub fn matrix(&self) -> [f32; 9] {
        [self.fx, 0.0, self.cx, 0.0, self.fy, self.cy, 0.0, 0.0, 1.0]
    }
}

/// A camera that is placed in the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// How it projects.
    pub intrinsics: Intrinsics,
    /// Where it is: maps the camera's frame (x right, y down, z forward) to the world's.
    pub world_from_camera: Pose,
}

impl View {
    /// The view of a scene's camera. `mount` is the pose of the body that it rides on.
    ///
    /// Where the camera looks along its own up direction, another direction is taken for up.
    pub fn of(camera: &Camera<f32>, mount: Option<&Pose>, width: u32, height: u32) -> View {
        let eye = Vec3::from_array(camera.position_m);
        let forward = (Vec3::from_array(camera.look_at_m) - eye).normalize_or(Vec3::X);
        let right = [Vec3::from_array(camera.up), Vec3::Y, Vec3::X]
            .into_iter()
            .map(|up| forward.cross(up.normalize_or_zero()))
            .find(|right| right.length_squared() > 1e-8)
            .map_or(Vec3::Y, Vec3::normalize);
        let down = forward.cross(right);
        let local = Rigid {
            rotation: Mat3::from_cols(right, down, forward),
            translation: eye,
        };
        let world_from_camera = match mount {
            Some(pose) => Rigid::of_pose(pose).after(&local),
            None => local,
        };
        View {
            intrinsics: Intrinsics::from_fov(width, height, camera.fov_deg),
            world_from_camera: Pose {
                position_m: world_from_camera.translation.to_array(),
                rotation_xyzw: world_from_camera.quaternion_xyzw(),
            },
        }
    }

    /// The extrinsic 4 x 4 matrix, row by row: maps homogeneous points of the world to the camera's frame.
    pub fn camera_from_world_matrix(&self) -> [f32; 16] {
        matrix(&self.camera_from_world())
    }

    /// Its inverse, row by row: maps homogeneous points of the camera's frame to the world.
    pub fn world_from_camera_matrix(&self) -> [f32; 16] {
        matrix(&Rigid::of_pose(&self.world_from_camera))
    }

    pub(crate) fn camera_from_world(&self) -> Rigid {
        Rigid::of_pose(&self.world_from_camera).inverse()
    }
}

fn matrix(map: &Rigid) -> [f32; 16] {
    let (x, y, z, t) = (
        map.rotation.x_axis,
        map.rotation.y_axis,
        map.rotation.z_axis,
        map.translation,
    );
    [
        x.x, y.x, z.x, t.x, x.y, y.y, z.y, t.y, x.z, y.z, z.z, t.z, 0.0, 0.0, 0.0, 1.0,
    ]
}
