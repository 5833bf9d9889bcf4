//! Exact optical flow: where the same point of the same body is seen at another moment.
//!
//! **Invariant:** what stood still before a camera that stood still has a flow of exactly 0.

use super::Look;
use crate::lens::Projection;
use crate::renderer::Renderer;
use crate::trail::Trail;
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

    fn point(&self, point: DVec3) -> DVec3 {
        self.rotation * point + self.translation
    }

    fn after(&self, inner: &Map) -> Map {
        Map {
            rotation: self.rotation * inner.rotation,
            translation: self.rotation * inner.translation + self.translation,
        }
    }
}

/// Appends, for each pixel of `look`, how far right and down of it its point of its body is seen by `view` when the bodies
/// are at `poses` and liquids and soft bodies as `trails` tell, pixels: `height * width * 2` numbers. To the next picture it is
/// forward flow, to the last one backward flow. It follows the point whether or not something hides it there. A point of a
/// cloth or a jelly goes with its triangle, one of a rope with its segment; points of liquids, of what tore in between, and of
/// what no trail tells of, count as standing still. Sky turns with the camera and is endlessly far away. 0 where that moment has no pixel for it:
/// behind the camera or out of the lens's sight.
pub fn flow(
    renderer: &Renderer,
    look: &Look,
    (view, poses, trails): (&View, &[Pose], &[Trail]),
    into: &mut Vec<f32>,
) {
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
    // What a liquid does within the world nobody knows of a point of its surface.
    let still = (!same_view).then(|| there_from_world.after(&world_from_here));
    maps.resize(maps.len() + renderer.made_of_points(), still);
    let moves: Vec<Option<(&Trail, &Trail)>> = (look.trails().iter().zip(trails))
        .map(|(here, there)| here.leads_to(there).then_some((here, there)))
        .collect();
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
            (_, Some(point)) => {
                let (body, point) = (renderer.body_of(seen.part[pixel]), point.as_dvec3());
                let soft = body.checked_sub(look.poses().len());
                let moves = soft.and_then(|soft| *moves.get(soft)?);
                let followed = moves.and_then(|(here, there)| {
                    here.follow(there, seen.face[pixel], world_from_here.point(point))
                });
                match followed {
                    Some(goes) => Some(there_from_world.point(goes)),
                    None => maps[body].map(|map| map.point(point)),
                }
            }
        };
        let there = there.and_then(|point| projection.pixel(point.to_array()));
        into.extend(there.map_or([0.0; 2], |there| {
            [0, 1].map(|axis| (there[axis] - at[axis]) as f32)
        }));
    }
}
