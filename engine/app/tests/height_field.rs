//! What is seen of a height field is what is felt: renderer and solver cut its cells along the same diagonal.
//!
//! The field is a gutter: its lowest samples are opposite corners of one cell, so that the other cut would make a
//! ridge of the gutter, 0.4 m higher.

use std::sync::Arc;
use terrella_app::render::{Frame, Outputs, Renderer, View};
use terrella_app::sim::glam::{Quat, Vec3};
use terrella_app::sim::lane::Lane;
use terrella_app::spec::plan::WorldPlan;
use terrella_app::spec::shape::{Rotation, Shape};
use terrella_app::spec::world::{Body, Camera, World};

const BALL_RADIUS_M: f32 = 0.05;
const SIZE_PX: u32 = 160;
const FIELD: usize = 0;
const BALL: usize = 1;

/// The gutter, moved and turned, with a ball above it that no picture shows.
fn world() -> World<f32> {
    let (o, h, top) = (0.0, 0.4, 0.6);
    let heights_m = vec![
        h, h, h, top, //
        h, o, h, h, //
        h, h, o, h, //
        h, h, h, h,
    ];
    let shape = Shape::HeightField {
        size_m: [0.9, 1.2],
        columns: 4,
        heights_m,
    };
    let mut field = Body::new("field", shape).fixed().at([0.5, -0.3, 0.2]);
    field.rotation = Rotation::RpyDeg([0.0, 0.0, 30.0]);
    let mut ball = Body::new(
        "ball",
        Shape::Ball {
            radius_m: BALL_RADIUS_M,
        },
    )
    .at([0.5, -0.3, 0.8]);
    ball.angular_damping = 5.0;
    // So that the place under it is seen.
    ball.paint.visible = false;
    let mut world = World::default();
    world.bodies.insert("field".into(), field);
    world.bodies.insert("ball".into(), ball);
    world
}

/// The points of the world that a camera above sees, m, with the index of their body.
fn seen(lane: &Lane, camera: &Camera<f32>) -> Vec<(usize, Vec3)> {
    let mut poses = Vec::new();
    lane.view().poses(&mut poses);
    let view = View::of(camera, None, SIZE_PX, SIZE_PX);
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(lane.view().world()).expect("it can be drawn");
    renderer.render(&view, &poses, Outputs::ALL, &mut frame);
    let eye = Vec3::from_array(view.world_from_camera.position_m);
    let turn = Quat::from_array(view.world_from_camera.rotation_xyzw);
    let intrinsics = view.intrinsics;
    let pixels = frame.ids.iter().zip(&frame.depth_m).enumerate();
    pixels
        .filter(|(_, (id, _))| **id > 0)
        .map(|(index, (id, depth_m))| {
            let (row, column) = (index as u32 / SIZE_PX, index as u32 % SIZE_PX);
            let ray = Vec3::new(
                (column as f32 - intrinsics.cx) / intrinsics.fx,
                (row as f32 - intrinsics.cy) / intrinsics.fy,
                1.0,
            );
            (usize::from(*id) - 1, eye + turn * (ray * *depth_m))
        })
        .collect()
}

#[test]
fn a_height_field_is_seen_where_a_ball_touches_it() {
    let mut lane = Lane::new(Arc::new(WorldPlan {
        world: world(),
        ..WorldPlan::default()
    }))
    .expect("the world is right");
    for _ in 0..100 {
        lane.step(&[]).expect("no fault");
    }
    let ball = lane.view().body(BALL);
    assert!(ball.linear_velocity_mps.length() < 0.01, "it rests: {ball:?}");
    let gap_m = lane.view().distance_to_body(FIELD, ball.position_m) - BALL_RADIUS_M;
    assert!(gap_m.abs() < 0.001, "it touches: {gap_m}");

    for eye in [[0.5, -0.3, 2.5], [0.9, -0.9, 2.2]] {
        let points = seen(&lane, &Camera::looking(eye, [0.5, -0.3, 0.3], 40.0));
        assert!(
            points.len() > 8000,
            "the field fills the picture: {}",
            points.len()
        );
        for (body, point) in &points {
            assert_eq!(*body, FIELD, "the ball is not drawn");
            let off_m = lane.view().distance_to_body(FIELD, *point);
            assert!(
                off_m < 0.001,
                "seen at {point}, {off_m} m off the surface that is felt"
            );
        }
        let nearest_m = points
            .iter()
            .map(|(_, point)| point.distance(ball.position_m))
            .fold(f32::INFINITY, f32::min);
        assert!(
            (nearest_m - BALL_RADIUS_M).abs() < 0.01,
            "the surface that is seen comes as near as {nearest_m} m to the ball's centre"
        );
    }
}
