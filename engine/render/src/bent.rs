//! Pictures through lenses that bend rays, pixel by pixel: each is a picture of its own whose one ray is straight.
//!
//! Slow and simple: all that draws straight rays draws bent ones too. The pixel's own picture is as wide as the rays of its
//! neighbours are apart, so that edges and patterns are as smooth as elsewhere.

use crate::frame::{Frame, Outputs};
use crate::lens::Rays;
use crate::renderer::Renderer;
use crate::seen::Seen;
use crate::view::{Intrinsics, View};
use terrella_spec::camera::Lens;
use terrella_spec::pose::Pose;

/// The tables of rays of a few lenses.
#[derive(Debug, Default)]
pub(crate) struct RayTables(Vec<(Intrinsics, Rays)>);

impl RayTables {
    /// Takes a table out, made anew where it is not known.
    fn take(&mut self, intrinsics: &Intrinsics) -> Rays {
        match self.0.iter().position(|(of, _)| of == intrinsics) {
            Some(index) => self.0.remove(index).1,
            None => intrinsics.rays().unwrap_or_default(),
        }
    }

    fn put(&mut self, intrinsics: &Intrinsics, rays: Rays) {
        if self.0.len() >= 8 {
            self.0.remove(0);
        }
        self.0.push((*intrinsics, rays));
    }
}

/// Draws a picture; an output of the frame is as large as it is wanted.
pub(crate) fn render(
    renderer: &mut Renderer,
    view: &View,
    poses: &[Pose],
    outputs: Outputs,
    frame: &mut Frame,
) {
    let rays = renderer.rays.take(&view.intrinsics);
    let mut one = Frame::default();
    for (pixel, small) in pixels(view, &rays) {
        renderer.render(&small, poses, outputs, &mut one);
        if outputs.rgb {
            frame.rgb[pixel * 3..pixel * 3 + 3].copy_from_slice(&one.rgb);
        }
        if outputs.depth {
            frame.depth_m[pixel] = one.depth_m[0];
        }
        if outputs.ids {
            frame.ids[pixel] = one.ids[0];
        }
    }
    for pixel in (0..rays.inside.len()).filter(|pixel| !rays.inside[*pixel]) {
        if outputs.rgb {
            frame.rgb[pixel * 3..pixel * 3 + 3].fill(0);
        }
        if outputs.depth {
            frame.depth_m[pixel] = 0.0;
        }
        if outputs.ids {
            frame.ids[pixel] = 0;
        }
    }
    renderer.rays.put(&view.intrinsics, rays);
}

/// Finds what every pixel sees; `seen` is all sky before.
pub(crate) fn look(renderer: &mut Renderer, view: &View, poses: &[Pose], seen: &mut Seen) {
    let rays = renderer.rays.take(&view.intrinsics);
    let mut one = Seen::default();
    for (pixel, small) in pixels(view, &rays) {
        renderer.look(&small, poses, &mut one);
        seen.w[pixel] = one.w[0];
        seen.part[pixel] = one.part[0];
        seen.face[pixel] = one.face[0];
    }
    renderer.rays.put(&view.intrinsics, rays);
}

/// Every pixel that has a ray, with a view of one pixel along it.
fn pixels<'a>(view: &'a View, rays: &'a Rays) -> impl Iterator<Item = (usize, View)> + 'a {
    let Intrinsics {
        width,
        height,
        fx,
        fy,
        ..
    } = view.intrinsics;
    let (width, height) = (width as usize, height as usize);
    // Focal length of a pixel: how many rays there are to a unit of the plane z = 1, between its neighbours.
    let focal = |values: &[f32], (low, high, steps): (usize, usize, usize), otherwise: f32| {
        let apart = (values[high] - values[low]).abs();
        let known = rays.inside[low] && rays.inside[high] && apart > 0.0;
        if known { steps as f32 / apart } else { otherwise }
    };
    (0..width * height)
        .filter(|pixel| rays.inside[*pixel])
        .map(move |pixel| {
            let (column, row) = (pixel % width, pixel / width);
            let (left, right) = (column.saturating_sub(1), (column + 1).min(width - 1));
            let (above, below) = (row.saturating_sub(1), (row + 1).min(height - 1));
            let start = pixel - column;
            let fx = focal(&rays.xs, (start + left, start + right, right - left), fx);
            let (top, bottom) = (above * width + column, below * width + column);
            let fy = focal(&rays.ys, (top, bottom, below - above), fy);
            let small = Intrinsics {
                width: 1,
                height: 1,
                fx,
                fy,
                cx: -rays.xs[pixel] * fx,
                cy: -rays.ys[pixel] * fy,
                lens: Lens::Pinhole {},
            };
            let view = View {
                intrinsics: small,
                ..*view
            };
            (pixel, view)
        })
}
