//! Where a picture is taken from: intrinsics and extrinsics of a camera.
//!
//! **Invariant:** the camera's frame is OpenCV's: x right, y down, z forward. Pixel centres are at integer
//! coordinates.

use crate::lens::{Projection, Rays};
use crate::rigid::Rigid;
use glam::{Mat3, Vec3};
use terrella_spec::camera::{Camera, Lens, Orbit};
use terrella_spec::pose::Pose;

/// A projection: without a lens, the point (x, y, z) of the camera's frame is seen at pixel (fx x / z + cx, fy y / z + cy).
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
    /// How rays are bent before that.
    pub lens: Lens<f32>,
}

impl Intrinsics {
    /// Square pixels with the optical axis in the middle, from the vertical field of view in degrees.
    pub fn from_fov(width: u32, height: u32, fov_deg: f32) -> Intrinsics {
        let half_angle = fov_deg * (std::f32::consts::PI / 360.0);
        Intrinsics::with_focal(width, height, 0.5 * height as f32 / libm::tanf(half_angle))
    }

    fn with_focal(width: u32, height: u32, focal: f32) -> Intrinsics {
        Intrinsics {
            width,
            height,
            fx: focal,
            fy: focal,
            cx: 0.5 * (width as f32 - 1.0),
            cy: 0.5 * (height as f32 - 1.0),
            lens: Lens::Pinhole {},
        }
    }

    /// The intrinsics of a scene's camera for pictures of this size.
    pub fn of(camera: &Camera<f32>, width: u32, height: u32) -> Intrinsics {
        let own = match (&camera.intrinsics, &camera.lens) {
            (Some(own), _) => {
                let scale = [
                    width as f32 / own.size[0] as f32,
                    height as f32 / own.size[1] as f32,
                ];
                let middle = Intrinsics::with_focal(width, height, 1.0);
                let center = |value: Option<f32>, scale: f32, middle: f32| {
                    value.map_or(middle, |value| (value + 0.5) * scale - 0.5)
                };
                Intrinsics {
                    fx: own.fx * scale[0],
                    fy: own.fy.unwrap_or(own.fx) * scale[1],
                    cx: center(own.cx, scale[0], middle.cx),
                    cy: center(own.cy, scale[1], middle.cy),
                    ..middle
                }
            }
            // A fisheye sees the angle itself, not its tangent.
            (None, Lens::Fisheye { .. }) => {
                let half_angle = camera.fov_deg * (std::f32::consts::PI / 360.0);
                Intrinsics::with_focal(width, height, 0.5 * height as f32 / half_angle)
            }
            (None, _) => Intrinsics::from_fov(width, height, camera.fov_deg),
        };
        Intrinsics {
            lens: camera.lens,
            ..own
        }
    }

    /// The 3 x 3 matrix K, row by row.
    pub fn matrix(&self) -> [f32; 9] {
        [self.fx, 0.0, self.cx, 0.0, self.fy, self.cy, 0.0, 0.0, 1.0]
    }
}

/// What the place of a moving camera depends on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rig<'a> {
    /// Pose of the body that it rides on.
    pub mount: Option<&'a Pose>,
    /// Pose of the body that it looks at.
    pub track: Option<&'a Pose>,
    /// Time since the episode began, s.
    pub seconds: f64,
}

/// The frame in which the place of a camera on this mount is told: the mount's own, or the upright one of a camera that is `level`.
pub fn carrier(camera: &Camera<f32>, mount: &Pose) -> Pose {
    if !camera.level {
        return *mount;
    }
    let upright = Rigid::of_pose(mount).upright();
    Pose {
        position_m: upright.translation.to_array(),
        rotation_xyzw: upright.quaternion_xyzw(),
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
    /// The view of a scene's camera at the start. `mount` is the pose of the body that it rides on.
    pub fn of(camera: &Camera<f32>, mount: Option<&Pose>, width: u32, height: u32) -> View {
        let rig = Rig {
            mount,
            ..Rig::default()
        };
        View::on(camera, &rig, width, height)
    }

    /// The view of a scene's camera at some moment.
    ///
    /// Where the camera looks along its own up direction, another direction is taken for up.
    pub fn on(camera: &Camera<f32>, rig: &Rig<'_>, width: u32, height: u32) -> View {
        let mut eye = Vec3::from_array(camera.position_m);
        if let Some(orbit) = &camera.orbit {
            eye = around(orbit, eye, rig.seconds);
        }
        let world_from_mount =
            (rig.mount).map_or(Rigid::IDENTITY, |mount| Rigid::of_pose(&carrier(camera, mount)));
        let mut target = Vec3::from_array(camera.look_at_m);
        if let Some(track) = rig.track {
            target = world_from_mount
                .inverse()
                .point(Rigid::of_pose(track).point(target));
        }
        let forward = (target - eye).normalize_or(Vec3::X);
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
        let world_from_camera = match rig.mount {
            Some(_) => world_from_mount.after(&local),
            None => local,
        };
        View {
            intrinsics: Intrinsics::of(camera, width, height),
            world_from_camera: Pose {
                position_m: world_from_camera.translation.to_array(),
                rotation_xyzw: world_from_camera.quaternion_xyzw(),
            },
        }
    }

    /// The ray of every pixel where the lens bends them; None for a pinhole.
    pub fn rays(&self) -> Option<Rays> {
        self.intrinsics.rays()
    }

    /// The pixel (column, row) at which a point of the world is seen, whether or not it is within the picture and whether
    /// or not something hides it. None: it is behind the camera or out of the lens's sight.
    pub fn project(&self, point_m: [f32; 3]) -> Option<[f32; 2]> {
        let point = self.camera_from_world().point(Vec3::from_array(point_m));
        let pixel = Projection::new(&self.intrinsics).pixel(point.to_array().map(f64::from))?;
        Some(pixel.map(|part| part as f32))
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

/// A point that goes round an axis (Rodrigues' formula).
fn around(orbit: &Orbit<f32>, point: Vec3, seconds: f64) -> Vec3 {
    let degrees = f64::from(orbit.start_deg) + f64::from(orbit.speed_degps) * seconds;
    let angle = degrees % 360.0 * (std::f64::consts::PI / 180.0);
    let (sine, cosine) = (libm::sin(angle) as f32, libm::cos(angle) as f32);
    let axis = Vec3::from_array(orbit.axis).normalize_or(Vec3::Z);
    let center = Vec3::from_array(orbit.center_m);
    let arm = point - center;
    center + arm * cosine + axis.cross(arm) * sine + axis * (axis.dot(arm) * (1.0 - cosine))
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
