//! What a camera's look becomes beside colours: one file each.
//!
//! All are made from what every pixel sees ([`Seen`]), the view and the poses, never from each other, so each is the same
//! whichever others are wanted. They are clear scalar code: the fast path draws colours, depth and ids.

mod alone;
mod boxes;
mod classes;
mod flow;
mod lidar;
mod normals;
mod points;

pub use alone::{Alone, Mask, PixelBox};
pub use boxes::{BodyBox, body_boxes};
pub use classes::Classes;
pub use flow::flow;
pub use lidar::scan;
pub use normals::normals;
pub use points::points;

use crate::lens::Rays;
use crate::renderer::Renderer;
use crate::seen::Seen;
use crate::trail::Trail;
use crate::view::View;
use glam::Vec3;
use terrella_spec::pose::Pose;

/// What a camera sees at a moment: where it is, where the bodies are, and what each pixel meets.
#[derive(Clone, Debug, Default)]
pub struct Look {
    view: Option<View>,
    poses: Vec<Pose>,
    trails: Vec<Trail>,
    seen: Seen,
    /// The rays of a lens that bends them.
    rays: Option<Rays>,
}

impl Look {
    /// Looks. `poses` are those of the world's bodies, in their order.
    pub fn take(&mut self, renderer: &mut Renderer, view: &View, poses: &[Pose]) {
        if self.view.is_none_or(|old| old.intrinsics != view.intrinsics) {
            self.rays = view.rays();
        }
        self.view = Some(*view);
        self.poses.clear();
        self.poses.extend_from_slice(poses);
        self.trails.clear();
        self.trails.extend_from_slice(renderer.trails());
        renderer.look(view, poses, &mut self.seen);
    }

    /// The view. Panics before the first look.
    pub fn view(&self) -> &View {
        self.view.as_ref().expect("it looked")
    }

    /// The poses of the bodies.
    pub fn poses(&self) -> &[Pose] {
        &self.poses
    }

    /// How the points of each liquid and soft body can be followed.
    pub fn trails(&self) -> &[Trail] {
        &self.trails
    }

    /// What each pixel meets.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The ray (x, y, 1) of a pixel; None where the lens has none.
    fn ray(&self, pixel: usize) -> Option<[f32; 2]> {
        if let Some(rays) = &self.rays {
            return rays.inside[pixel].then(|| [rays.xs[pixel], rays.ys[pixel]]);
        }
        let own = &self.view().intrinsics;
        let width = own.width as usize;
        Some([
            ((pixel % width) as f32 - own.cx) / own.fx,
            ((pixel / width) as f32 - own.cy) / own.fy,
        ])
    }

    /// The point of the camera's frame that a pixel shows, m; None for sky.
    fn point(&self, pixel: usize) -> Option<Vec3> {
        self.seen.point(pixel, self.ray(pixel)?)
    }
}
