//! Boxes around bodies in space: the smallest ones along each body's own axes.

use crate::rigid::Rigid;
use glam::Vec3;
use terrella_spec::pose::Pose;
use terrella_spec::shape::Shape;
use terrella_spec::world::World;

/// The box of a body in its own frame; both 0 where the body has no end (a half space).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BodyBox {
    /// Its middle, m.
    pub center_m: [f32; 3],
    /// Half of its edges, m.
    pub half_extents_m: [f32; 3],
}

impl BodyBox {
    /// The box with its body at `pose`, in the frame that the pose is in: its middle, and its axes' orientation as a unit
    /// quaternion x, y, z, w, which is the body's.
    pub fn at(&self, pose: &Pose) -> Pose {
        Pose {
            position_m: Rigid::of_pose(pose)
                .point(Vec3::from_array(self.center_m))
                .to_array(),
            rotation_xyzw: pose.rotation_xyzw,
        }
    }

    /// The same seen from a camera: in its frame.
    pub fn seen_from(&self, pose: &Pose, world_from_camera: &Pose) -> Pose {
        let camera_from_body = Rigid::of_pose(world_from_camera)
            .inverse()
            .after(&Rigid::of_pose(pose));
        self.at(&Pose {
            position_m: camera_from_body.translation.to_array(),
            rotation_xyzw: camera_from_body.quaternion_xyzw(),
        })
    }
}

/// The boxes of all bodies, in their order.
pub fn body_boxes(world: &World<f32>) -> Vec<BodyBox> {
    world
        .bodies
        .values()
        .map(|body| {
            let mut low = Vec3::INFINITY;
            let mut high = Vec3::NEG_INFINITY;
            let ends = reach(&body.shape, &Rigid::IDENTITY, &mut low, &mut high);
            if !ends || low.x > high.x {
                return BodyBox::default();
            }
            BodyBox {
                center_m: ((low + high) * 0.5).to_array(),
                half_extents_m: ((high - low) * 0.5).to_array(),
            }
        })
        .collect()
}

/// Widens low..high by a shape at its place in the body. False: it has no end.
fn reach(shape: &Shape<f32>, body_from_part: &Rigid, low: &mut Vec3, high: &mut Vec3) -> bool {
    if let Shape::Compound { parts } = shape {
        return parts.iter().fold(true, |ends, part| {
            let place = Rigid::new(part.position_m, part.rotation.quaternion_xyzw());
            reach(&part.shape, &body_from_part.after(&place), low, high) && ends
        });
    }
    for axis in 0..3 {
        // The body's axis in the part's frame.
        let along = body_from_part.rotation.row(axis);
        let (Some(up), Some(down)) = (support(shape, along), support(shape, -along)) else {
            return false;
        };
        let middle = body_from_part.translation[axis];
        high[axis] = high[axis].max(middle + up);
        low[axis] = low[axis].min(middle - down);
    }
    true
}

/// How far a shape reaches from its origin along a unit vector. None: it has no end.
fn support(shape: &Shape<f32>, along: Vec3) -> Option<f32> {
    let across = (along.x * along.x + along.y * along.y).sqrt();
    let farthest = |points: &[[f32; 3]]| {
        points
            .iter()
            .map(|point| along.dot(Vec3::from_array(*point)))
            .fold(f32::NEG_INFINITY, f32::max)
    };
    Some(match shape {
        Shape::Ball { radius_m } => *radius_m,
        Shape::Ellipsoid { radii_m } => (along * Vec3::from_array(*radii_m)).length(),
        Shape::Box { half_extents_m } => along.abs().dot(Vec3::from_array(*half_extents_m)),
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => radius_m + half_height_m * along.z.abs(),
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => radius_m * across + half_height_m * along.z.abs(),
        Shape::Cone {
            radius_m,
            half_height_m,
        } => (half_height_m * along.z).max(radius_m * across - half_height_m * along.z),
        Shape::Hull { points_m } => farthest(points_m),
        Shape::Mesh { vertices_m, .. } => farthest(vertices_m),
        Shape::HeightField {
            size_m,
            columns,
            heights_m,
        } => {
            let columns = (*columns as usize).max(2);
            let rows = (heights_m.len() / columns).max(2);
            let place =
                |index: usize, count: usize, size: f32| (index as f32 / (count - 1) as f32 - 0.5) * size;
            heights_m
                .iter()
                .enumerate()
                .map(|(index, height)| {
                    let x = place(index % columns, columns, size_m[0]);
                    let y = place(index / columns, rows, size_m[1]);
                    along.dot(Vec3::new(x, y, *height))
                })
                .fold(f32::NEG_INFINITY, f32::max)
        }
        Shape::HalfSpace {} | Shape::MeshFile { .. } | Shape::Compound { .. } => return None,
    })
}
