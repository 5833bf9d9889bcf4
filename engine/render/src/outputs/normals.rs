//! Surface normals in the camera's frame.

use super::Look;
use crate::renderer::Renderer;

/// Length of a unit normal as stored.
const UNIT: f32 = 127.0;

/// Appends the outward unit normal of each pixel's surface in the camera's frame (x right, y down, z forward), each
/// component times 127 and rounded: `height * width * 3` numbers, 0 0 0 for sky. `renderer` took this look last.
pub fn normals(renderer: &Renderer, look: &Look, into: &mut Vec<i8>) {
    let seen = look.seen();
    for pixel in 0..seen.pixels() {
        let normal = look.point(pixel).map_or([0.0; 3], |point| {
            renderer
                .normal(seen.part[pixel], point, seen.face[pixel])
                .to_array()
        });
        into.extend(normal.map(|part| {
            let scaled = part * UNIT;
            (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i8
        }));
    }
}
