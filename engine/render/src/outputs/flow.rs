//! Exact optical flow: where the same point of the same body is seen at another moment.
//!
//! **Invariant:** what stood still before a camera that stood still has a flow of exactly 0.

use super::Look;
use crate::lens::Projection;
use crate::renderer::Renderer;
use crate::view::View;
use glam::{DMat3, DQuat, DVec3};
use terrella_spec::pose::Pose;

/// A rigid map in f64.
#[derive(Clone, Copy)]
struct Map {
    rotation: DMat3,
    translation: DVec3,
}

impl Map {
    fn new(pose: &Pose) -> Map {
        let rotation = DQuat::from_array(pose.rotation_xyzw.map(f64::from)).normalize();
        Map {
            rotation: DMat3::from_quat(rotation),
            translation: DVec3::from_array(pose.position_m.map(f64::from)),
        }
    }

    fn inverse(&self) -> Map {
        let rotation = self.rotation.transpose();
        Map {
            rotation,
            translation: -(rotation * self.translation),
        }
    }

    fn after(&self, inner: &Map) -> Map {
        Map {
            rotation: self.rotation * inner.rotation,
            translation: self.rotation * inner.translation + self.translation,
        }
    }
}

/// Appends, for each pixel of `look`, how far right and down of it its point of its body is seen by `view` when the bodies
/// are at `poses`, pixels: `height * width * 2` numbers. To the next picture it is forward flow, to the last one backward
/// flow. It follows the point whether or not something hides it there. Points of liquids and soft bodies count as standing
/// still. Sky turns with the camera and is endlessly far away. 0 where that moment has no pixel for it: behind the camera or out of the lens's sight.
pub fn flow(renderer: &Renderer, look: &Look, (view, poses): (&View, &[Pose]), into: &mut Vec<f32>) {
    let from = look.view();
    let same_view = from == view;
    let there_from_world = Map::new(&view.world_from_camera).inverse();
    let world_from_here = Map::new(&from.world_from_camera);
    // From this camera's frame to the other's, for each body; None: nothing moves.
    let mut maps: Vec<Option<Map>> = look
        .poses()
        .iter()
        .zip(poses)
        .map(|(here, there)| {
            if same_view && here == there {
                return None;
            }
            let moved = Map::new(there).after(&Map::new(here).inverse());
            Some(there_from_world.after(&moved.after(&world_from_here)))
        })
        .collect();
    // What liquids and soft bodies do within the world nobody knows of a point of their surface.
    let still = (!same_view).then(|| there_from_world.after(&world_from_here));
    maps.resize(maps.len() + renderer.made_of_points(), still);
    let turn = there_from_world.rotation * world_from_here.rotation;
    let projection = Projection::new(&view.intrinsics);
    let seen = look.seen();
    let width = seen.width as usize;
    for pixel in 0..seen.pixels() {
        let at = [(pixel % width) as f64, (pixel / width) as f64];
        let there = match (look.ray(pixel), look.point(pixel)) {
            (None, _) => None,
            (Some([x, y]), None) => {
                let ray = DVec3::new(f64::from(x), f64::from(y), 1.0);
                (!same_view).then(|| turn * ray)
            }
            (_, Some(point)) => maps[renderer.body_of(seen.part[pixel])]
                .map(|map| map.rotation * point.as_dvec3() + map.translation),
        };
        let there = there.and_then(|point| projection.pixel(point.to_array()));
        into.extend(there.map_or([0.0; 2], |there| {
            [0, 1].map(|axis| (there[axis] - at[axis]) as f32)
        }));
    }
}
