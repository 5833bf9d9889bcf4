//! Rigid transforms as a rotation matrix and a translation.
//!
//! **Invariant:** only glam's scalar types (`Vec3`, `Mat3`) are used, whose operations have one order everywhere.

use glam::{Mat3, Vec3};
use terrella_spec::pose::Pose;

/// Maps points of one frame to another: `rotation * point + translation`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rigid {
    pub(crate) rotation: Mat3,
    pub(crate) translation: Vec3,
}

impl Rigid {
    pub(crate) const IDENTITY: Rigid = Rigid {
        rotation: Mat3::IDENTITY,
        translation: Vec3::ZERO,
    };

    pub(crate) fn new(position_m: [f32; 3], rotation_xyzw: [f32; 4]) -> Rigid {
        let [x, y, z, w] = rotation_xyzw;
        let rotation = Mat3::from_cols(
            Vec3::new(
                1.0 - 2.0 * (y * y + z * z),
                2.0 * (x * y + z * w),
                2.0 * (x * z - y * w),
            ),
            Vec3::new(
                2.0 * (x * y - z * w),
                1.0 - 2.0 * (x * x + z * z),
                2.0 * (y * z + x * w),
            ),
            Vec3::new(
                2.0 * (x * z + y * w),
                2.0 * (y * z - x * w),
                1.0 - 2.0 * (x * x + y * y),
            ),
        );
        Rigid {
            rotation,
            translation: Vec3::from_array(position_m),
        }
    }

    pub(crate) fn of_pose(pose: &Pose) -> Rigid {
        Rigid::new(pose.position_m, pose.rotation_xyzw)
    }

    /// The upright frame at the same place whose x axis points where this one's does, seen from above. Of an x axis that points straight
    /// up or down, the y axis tells where it would point.
    pub(crate) fn upright(&self) -> Rigid {
        let (x, y) = (self.rotation.x_axis, self.rotation.y_axis);
        let flat = |x: f32, y: f32| Vec3::new(x, y, 0.0);
        let ahead = [flat(x.x, x.y), flat(y.y, -y.x)]
            .into_iter()
            .find(|ahead| ahead.length_squared() > 1e-8)
            .map_or(Vec3::X, Vec3::normalize);
        Rigid {
            rotation: Mat3::from_cols(ahead, flat(-ahead.y, ahead.x), Vec3::Z),
            translation: self.translation,
        }
    }

    /// `self` after `inner`: a_from_b times b_from_c is a_from_c.
    pub(crate) fn after(&self, inner: &Rigid) -> Rigid {
        Rigid {
            rotation: self.rotation * inner.rotation,
            translation: self.point(inner.translation),
        }
    }

    pub(crate) fn inverse(&self) -> Rigid {
        let rotation = self.rotation.transpose();
        Rigid {
            rotation,
            translation: -(rotation * self.translation),
        }
    }

    pub(crate) fn point(&self, point: Vec3) -> Vec3 {
        self.rotation * point + self.translation
    }

    /// The same map as a unit quaternion x, y, z, w of its rotation.
    pub(crate) fn quaternion_xyzw(&self) -> [f32; 4] {
        let m = self.rotation.to_cols_array_2d();
        // m[column][row]. The largest of the four squares is computed first, so that no small number divides.
        let squares = [
            1.0 + m[0][0] - m[1][1] - m[2][2],
            1.0 - m[0][0] + m[1][1] - m[2][2],
            1.0 - m[0][0] - m[1][1] + m[2][2],
            1.0 + m[0][0] + m[1][1] + m[2][2],
        ];
        let mut largest = 0;
        for index in 1..4 {
            if squares[index] > squares[largest] {
                largest = index;
            }
        }
        let double = squares[largest].sqrt();
        let scale = 0.5 / double;
        let (xy, xz, yz) = (m[0][1] + m[1][0], m[0][2] + m[2][0], m[1][2] + m[2][1]);
        let (xw, yw, zw) = (m[1][2] - m[2][1], m[2][0] - m[0][2], m[0][1] - m[1][0]);
        let half = 0.5 * double;
        match largest {
            0 => [half, xy * scale, xz * scale, xw * scale],
            1 => [xy * scale, half, yz * scale, yw * scale],
            2 => [xz * scale, yz * scale, half, zw * scale],
            _ => [xw * scale, yw * scale, zw * scale, half],
        }
    }
}
