//! 2-D lidar: distances along beams in a plane, from the same equations as pictures.

use crate::renderer::Renderer;
use crate::rigid::Rigid;
use crate::seen::Seen;
use crate::view::{Intrinsics, View};
use glam::{Mat3, Vec3};
use terrella_spec::camera::{Lens, Lidar};
use terrella_spec::pose::Pose;

/// A picture of one pixel, whose ray is the optical axis.
const BEAM: Intrinsics = Intrinsics {
    width: 1,
    height: 1,
    fx: 1e4,
    fy: 1e4,
    cx: 0.0,
    cy: 0.0,
    lens: Lens::Pinhole {},
};

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
    let mut seen = Seen::default();
    for beam in 0..lidar.beams {
        let share = (f64::from(beam) + 0.5) / f64::from(lidar.beams) - 0.5;
        let angle = f64::from(lidar.fov_deg) * share * (std::f64::consts::PI / 180.0);
        let (sine, cosine) = (libm::sin(angle) as f32, libm::cos(angle) as f32);
        // Right, down and forward of a camera along the beam.
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
            intrinsics: BEAM,
            world_from_camera: Pose {
                position_m: along.translation.to_array(),
                rotation_xyzw: along.quaternion_xyzw(),
            },
        };
        renderer.look(&view, poses, &mut seen);
        let distance = if seen.is_sky(0) {
            lidar.range_m
        } else {
            1.0 / seen.w[0]
        };
        into.push(distance.min(lidar.range_m));
    }
}
