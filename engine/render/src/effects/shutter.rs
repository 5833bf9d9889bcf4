//! Rolling shutter: every row is a picture of its own moment.

use crate::frame::{Frame, Outputs};
use crate::renderer::Renderer;
use crate::view::{Intrinsics, View};
use terrella_spec::pose::Pose;

/// What each row of a picture sees while the world goes from one moment to another: the view of that row, and the poses of the
/// bodies. The last row is of the later moment, the first `share` of the way before it. Places move along straight lines,
/// orientations turn evenly enough.
pub fn shutter_rows<'a>(
    share: f32,
    (from_view, from_poses): (&'a View, &'a [Pose]),
    (view, poses): (&'a View, &'a [Pose]),
) -> impl Iterator<Item = (View, Vec<Pose>)> + 'a {
    let Intrinsics { height, cy, .. } = view.intrinsics;
    (0..height).map(move |row| {
        let read = (row + 1) as f32 / height as f32;
        let part = 1.0 - share * (1.0 - read);
        let between = from_poses.iter().zip(poses);
        let small = View {
            intrinsics: Intrinsics {
                height: 1,
                cy: cy - row as f32,
                ..view.intrinsics
            },
            world_from_camera: blend(&from_view.world_from_camera, &view.world_from_camera, part),
        };
        (small, between.map(|(from, to)| blend(from, to, part)).collect())
    })
}

/// Draws colours row by row: see [`shutter_rows`].
pub fn rolling_shutter(
    renderer: &mut Renderer,
    share: f32,
    from: (&View, &[Pose]),
    (view, poses): (&View, &[Pose]),
    frame: &mut Frame,
) {
    let Intrinsics { width, height, .. } = view.intrinsics;
    frame.resize(width, height, Outputs::RGB);
    let mut one = Frame::default();
    let rows = shutter_rows(share, from, (view, poses));
    for (line, (view, poses)) in frame.rgb.chunks_exact_mut(width as usize * 3).zip(rows) {
        renderer.render(&view, &poses, Outputs::RGB, &mut one);
        line.copy_from_slice(&one.rgb);
    }
}

/// The pose `part` of the way; 1 is `to` itself.
fn blend(from: &Pose, to: &Pose, part: f32) -> Pose {
    if part >= 1.0 || from == to {
        return *to;
    }
    let mix = |from: f32, to: f32| from + (to - from) * part;
    let near: f32 = (0..4)
        .map(|axis| from.rotation_xyzw[axis] * to.rotation_xyzw[axis])
        .sum();
    // Of the two quaternions of an orientation, the nearer.
    let side = if near < 0.0 { -1.0 } else { 1.0 };
    let turned: [f32; 4] =
        std::array::from_fn(|axis| mix(from.rotation_xyzw[axis], side * to.rotation_xyzw[axis]));
    let length = turned.iter().map(|part| part * part).sum::<f32>().sqrt();
    Pose {
        position_m: std::array::from_fn(|axis| mix(from.position_m[axis], to.position_m[axis])),
        rotation_xyzw: turned.map(|part| part / length),
    }
}
