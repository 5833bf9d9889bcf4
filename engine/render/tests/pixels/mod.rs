//! Pictures of one sample a pixel, and the rays of their pixels.

use crate::brute_force::{quaternion, vector};
use glam::DVec3;
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::world::World;

/// All outputs of a world at its start.
pub fn draw(world: &World<f32>, view: &View) -> Frame {
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(world).unwrap().supersampled(1);
    renderer.render(view, &world.start_poses(), Outputs::ALL, &mut frame);
    frame
}

/// Where a pixel's ray starts, and its direction with a part of 1 along the optical axis.
pub fn ray(view: &View, pixel: usize) -> (DVec3, DVec3) {
    let lens = &view.intrinsics;
    let (column, row) = (pixel % lens.width as usize, pixel / lens.width as usize);
    let x = (column as f64 - f64::from(lens.cx)) / f64::from(lens.fx);
    let y = (row as f64 - f64::from(lens.cy)) / f64::from(lens.fy);
    let turn = quaternion(view.world_from_camera.rotation_xyzw);
    (
        vector(view.world_from_camera.position_m),
        turn * DVec3::new(x, y, 1.0),
    )
}
