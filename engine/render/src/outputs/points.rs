//! Point clouds: where in the world each pixel's surface is.

use super::Look;
use crate::rigid::Rigid;

/// Appends x, y, z of each pixel's point in the world's frame, m: `height * width * 3` numbers, 0 0 0 for sky.
pub fn points(look: &Look, into: &mut Vec<f32>) {
    let world_from_camera = Rigid::of_pose(&look.view().world_from_camera);
    for pixel in 0..look.seen().pixels() {
        let point = look.point(pixel).map(|point| world_from_camera.point(point));
        into.extend(point.map_or([0.0; 3], |point| point.to_array()));
    }
}
