//! 2-D lidar: distances along beams in a plane, from the same equations as pictures.

use crate::renderer::Renderer;
use crate::rigid::Rigid;
use crate::seen::Seen;
use crate::view::{Intrinsics, View};
use glam::{Mat3, Vec3};
use terrella_spec::camera::{Lens, Lidar};
use terrella_spec::pose::Pose;

/// Widest part of a scan that is cast at once, degrees.
const SECTOR_DEG: f32 = 80.0;

/// Appends the distance along each beam to what is nearest, m; `range_m` where nothing is nearer. `mount` is the pose of
/// the body that the lidar rides on, `poses` are those of all bodies.
pub fn scan(
    renderer: &mut Renderer,
    lidar: &Lidar<f32>,
    mount: Option<&Pose>,
    poses: &[Pose],
    into: &mut Vec<f32>,
) {
    let own = Rigid::new(lidar.position_m, lidar.rotation.quaternion_xyzw());
    let world_from_lidar = mount.map_or(own, |mount| Rigid::of_pose(mount).after(&own));
    let step = f64::from(lidar.fov_deg) / f64::from(lidar.beams) * (std::f64::consts::PI / 180.0);
    let angle = |beam: f64| step * (beam + 0.5 - 0.5 * f64::from(lidar.beams));
    let sectors = (lidar.fov_deg / SECTOR_DEG).ceil().max(1.0) as u32;
    let mut seen = Seen::default();
    for sector in 0..sectors {
        let first = lidar.beams * sector / sectors;
        let width = lidar.beams * (sector + 1) / sectors - first;
        let middle = 0.5 * (f64::from(width) - 1.0);
        let intrinsics = row(width, step);
        let (sine, cosine) = {
            let angle = angle(f64::from(first) + middle);
            (libm::sin(angle) as f32, libm::cos(angle) as f32)
        };
        // Right, down and forward of a camera along the middle of the sector.
        let turn = Mat3::from_cols(
            Vec3::new(sine, -cosine, 0.0),
            Vec3::NEG_Z,
            Vec3::new(cosine, sine, 0.0),
        );
        let along = world_from_lidar.after(&Rigid {
            rotation: turn,
            translation: Vec3::ZERO,
        });
        let view = View {
            intrinsics,
            world_from_camera: Pose {
                position_m: along.translation.to_array(),
                rotation_xyzw: along.quaternion_xyzw(),
            },
        };
        renderer.look(&view, poses, &mut seen);
        // Beams go counter-clockwise, columns to the right.
        for column in (0..width as usize).rev() {
            let aside = step * (column as f64 - middle);
            let depth = 1.0 / seen.w[column];
            let distance = match seen.is_sky(column) {
                true => lidar.range_m,
                false => depth / libm::cos(aside) as f32,
            };
            into.push(distance.min(lidar.range_m));
        }
    }
}

/// A picture of one row, whose columns are as many radians apart as the beams.
fn row(width: u32, step: f64) -> Intrinsics {
    let focal = (1.0 / step) as f32;
    Intrinsics {
        width,
        height: 1,
        fx: focal,
        fy: focal,
        cx: 0.5 * (width as f32 - 1.0),
        cy: 0.0,
        // The distance from the middle is the angle.
        lens: Lens::Fisheye {
            k1: 0.0,
            k2: 0.0,
            k3: 0.0,
            k4: 0.0,
        },
    }
}
