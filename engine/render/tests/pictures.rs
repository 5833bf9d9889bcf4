//! Contracts of single pictures: projection, independent outputs, odd cameras, shadows, what is invisible.

use terrella_render::{Frame, Intrinsics, Outputs, RenderError, Renderer, View};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Part, Pattern, Shape};
use terrella_spec::world::{Body, Camera, World};

fn world(bodies: Vec<(&str, Body<f32>)>) -> World<f32> {
    World {
        bodies: bodies
            .into_iter()
            .map(|(name, body)| (name.to_string(), body))
            .collect(),
        ..World::default()
    }
}

fn draw(world: &World<f32>, view: &View, outputs: Outputs, per_side: u32) -> Frame {
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(world).unwrap().supersampled(per_side);
    renderer.render(view, &world.start_poses(), outputs, &mut frame);
    frame
}

fn ball(radius_m: f32) -> Body<f32> {
    Body::new("ball", Shape::Ball { radius_m }).painted(Paint::plain([0.9, 0.2, 0.2]))
}

fn floor() -> Body<f32> {
    Body::new("floor", Shape::HalfSpace {})
        .fixed()
        .painted(Paint::plain([0.7, 0.7, 0.7]))
}

fn every_shape() -> World<f32> {
    let tetrahedron = vec![
        [0.0, 0.0, 0.5],
        [0.5, 0.0, -0.3],
        [-0.3, 0.4, -0.3],
        [-0.3, -0.4, -0.3],
    ];
    let part = |shape| Part::new(shape, [0.0, 0.0, 0.2]);
    let shapes = vec![
        Shape::Ball { radius_m: 0.4 },
        Shape::Box {
            half_extents_m: [0.3, 0.4, 0.5],
        },
        Shape::Capsule {
            radius_m: 0.2,
            half_height_m: 0.3,
        },
        Shape::Cylinder {
            radius_m: 0.3,
            half_height_m: 0.4,
        },
        Shape::Cone {
            radius_m: 0.3,
            half_height_m: 0.4,
        },
        Shape::Hull {
            points_m: tetrahedron.clone(),
        },
        Shape::Mesh {
            vertices_m: tetrahedron,
            triangles: vec![[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]],
            uvs: Vec::new(),
        },
        Shape::HeightField {
            size_m: [0.8, 0.8],
            columns: 3,
            heights_m: vec![0.0, 0.2, 0.1, 0.3, 0.5, 0.0, 0.1, 0.1, 0.2],
        },
        Shape::Compound {
            parts: vec![
                part(Shape::Ball { radius_m: 0.3 }),
                part(Shape::Box {
                    half_extents_m: [0.5, 0.1, 0.1],
                }),
            ],
        },
    ];
    let mut world = world(vec![("floor", floor())]);
    for (index, shape) in shapes.into_iter().enumerate() {
        let at = [
            (index % 3) as f32 * 1.3 - 1.3,
            (index / 3) as f32 * 1.3 - 1.3,
            0.6,
        ];
        world
            .bodies
            .insert(format!("body {index}"), Body::new("thing", shape).at(at));
    }
    for (index, body) in world.bodies.values_mut().enumerate() {
        body.paint.pattern = [Pattern::Checker, Pattern::Stripes, Pattern::Plain][index % 3];
        body.paint.pattern_size_m = 0.2;
    }
    world
}

#[test]
fn known_points_project_into_their_bodies() {
    let centers = [
        [0.0, 3.0, 0.5],
        [1.2, 4.0, 0.9],
        [-1.5, 5.0, 1.4],
        [0.7, 6.0, -0.6],
    ];
    let world = world(
        centers
            .iter()
            .zip(["a", "b", "c", "d"])
            .map(|(at, name)| (name, ball(0.12).at(*at)))
            .collect(),
    );
    let mount = Pose {
        position_m: [0.2, -1.0, 0.3],
        rotation_xyzw: [0.0, 0.0, 0.1, 0.994_987_4],
    };
    let camera = Camera::looking([0.0, 0.1, 0.2], [0.1, 5.0, 0.3], 60.0);
    for (view, name) in [
        (View::of(&camera, None, 160, 120), "fixed"),
        (View::of(&camera, Some(&mount), 160, 120), "mounted"),
    ] {
        let frame = draw(&world, &view, Outputs::ALL, 1);
        let (m, k) = (view.camera_from_world_matrix(), view.intrinsics.matrix());
        for (index, [x, y, z]) in centers.into_iter().enumerate() {
            let row = |at: usize| m[at] * x + m[at + 1] * y + m[at + 2] * z + m[at + 3];
            let (cx, cy, cz) = (row(0), row(4), row(8));
            let (u, v) = (k[0] * cx / cz + k[2], k[4] * cy / cz + k[5]);
            let pixel = (v + 0.5) as usize * 160 + (u + 0.5) as usize;
            assert_eq!(frame.ids[pixel], index as u16 + 1, "{name} camera, ball {index}");
            assert!(
                (frame.depth_m[pixel] - (cz - 0.12)).abs() < 0.03,
                "{name} camera, ball {index}"
            );
        }
    }
}

#[test]
fn intrinsics_come_from_the_vertical_field_of_view() {
    let lens = Intrinsics::from_fov(200, 100, 90.0);
    assert!((lens.fy - 50.0).abs() < 1e-4 && lens.fx == lens.fy);
    assert_eq!((lens.cx, lens.cy), (99.5, 49.5));
}

#[test]
fn extrinsics_and_their_inverse_cancel() {
    let view = View::of(
        &Camera::looking([1.0, 2.0, 3.0], [-1.0, 0.5, 0.0], 50.0),
        None,
        8,
        8,
    );
    let (a, b) = (view.camera_from_world_matrix(), view.world_from_camera_matrix());
    for row in 0..4 {
        for column in 0..4 {
            let sum: f32 = (0..4).map(|at| a[row * 4 + at] * b[at * 4 + column]).sum();
            assert!((sum - f32::from(u8::from(row == column))).abs() < 1e-5);
        }
    }
    // The world's up is up in the picture: along -y.
    assert!(a[6] < 0.0);
}

#[test]
fn outputs_are_independent_of_one_another() {
    let world = every_shape();
    let view = View::of(
        &Camera::looking([3.0, -4.0, 2.5], [0.0, 0.0, 0.5], 50.0),
        None,
        61,
        47,
    );
    for per_side in [1, 2, 3] {
        let all = draw(&world, &view, Outputs::ALL, per_side);
        for bits in 0..8 {
            let outputs = Outputs {
                rgb: bits & 1 > 0,
                depth: bits & 2 > 0,
                ids: bits & 4 > 0,
            };
            let some = draw(&world, &view, outputs, per_side);
            assert!(
                some.rgb == if outputs.rgb { all.rgb.clone() } else { vec![] },
                "{outputs:?}"
            );
            assert!(
                some.depth_m
                    == if outputs.depth {
                        all.depth_m.clone()
                    } else {
                        vec![]
                    },
                "{outputs:?}"
            );
            assert!(
                some.ids == if outputs.ids { all.ids.clone() } else { vec![] },
                "{outputs:?}"
            );
        }
    }
}

#[test]
fn depth_and_ids_are_the_same_at_any_supersampling() {
    let world = every_shape();
    let view = View::of(
        &Camera::looking([3.0, -4.0, 2.5], [0.0, 0.0, 0.5], 50.0),
        None,
        40,
        40,
    );
    let one = draw(&world, &view, Outputs::ALL, 1);
    let two = draw(&world, &view, Outputs::ALL, 2);
    assert!(one.depth_m == two.depth_m && one.ids == two.ids && one.rgb != two.rgb);
}

#[test]
fn pictures_are_the_same_from_a_used_renderer_and_a_new_one() {
    let world = every_shape();
    let mut renderer = Renderer::new(&world).unwrap();
    let mut used = Frame::default();
    for (width, height) in [(64, 64), (300, 17), (31, 90)] {
        let view = View::of(
            &Camera::looking([3.0, -4.0, 2.5], [0.0, 0.0, 0.5], 50.0),
            None,
            width,
            height,
        );
        renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut used);
        assert!(used == draw(&world, &view, Outputs::ALL, 2), "{width} x {height}");
    }
}

#[test]
fn any_camera_gives_a_whole_picture() {
    let world = every_shape();
    let mut eyes: Vec<[f32; 3]> = world.bodies.values().map(|body| body.position_m).collect();
    eyes.extend([
        [0.0, 0.0, 0.0],
        [0.0, 0.0, -1.0],
        [0.0, 0.0, 1e-6],
        [1e6, 0.0, 1.0],
        [-0.9, -1.3, 0.6],
    ]);
    for eye in eyes {
        for towards in [
            [0.0, 0.0, 1.0],
            [0.0, 0.0, -1.0],
            [1.0, 0.0, 0.0],
            [0.3, -0.5, 0.1],
            [0.0, 0.0, 0.0],
        ] {
            let target = [eye[0] + towards[0], eye[1] + towards[1], eye[2] + towards[2]];
            let view = View::of(&Camera::looking(eye, target, 70.0), None, 24, 20);
            let frame = draw(&world, &view, Outputs::ALL, 2);
            assert_eq!(
                (frame.rgb.len(), frame.depth_m.len(), frame.ids.len()),
                (1440, 480, 480)
            );
            for (depth, id) in frame.depth_m.iter().zip(&frame.ids) {
                assert!(
                    depth.is_finite() && (*depth > 0.0) == (*id > 0),
                    "depth {depth} of id {id} from {eye:?}"
                );
            }
        }
    }
}

#[test]
fn poses_that_are_no_numbers_do_no_harm() {
    let world = every_shape();
    let view = View::of(
        &Camera::looking([3.0, -4.0, 2.5], [0.0, 0.0, 0.5], 50.0),
        None,
        24,
        24,
    );
    let mut renderer = Renderer::new(&world).unwrap();
    for value in [f32::NAN, f32::INFINITY, 1e30] {
        for moved in 0..world.bodies.len() {
            let mut poses = world.start_poses();
            poses[moved].position_m[1] = value;
            let mut frame = Frame::default();
            renderer.render(&view, &poses, Outputs::ALL, &mut frame);
            assert!(
                frame.depth_m.iter().all(|depth| depth.is_finite()),
                "body {moved} at {value}"
            );
            assert!(frame.ids.iter().any(|id| *id > 0), "the others are still seen");
        }
    }
}

#[test]
fn straight_down_sees_what_is_below_and_straight_up_what_is_above() {
    let world = world(vec![
        ("floor", floor()),
        ("above", ball(0.5).at([0.0, 0.0, 5.0])),
        ("below", ball(0.3).at([0.0, 0.0, 0.3])),
    ]);
    for (target, id, depth) in [([0.0, 0.0, 9.0], 2, 2.5), ([0.0, 0.0, 0.0], 3, 1.4)] {
        let view = View::of(&Camera::looking([0.0, 0.0, 2.0], target, 50.0), None, 21, 21);
        let frame = draw(&world, &view, Outputs::ALL, 1);
        assert_eq!(frame.ids[10 * 21 + 10], id);
        assert!((frame.depth_m[10 * 21 + 10] - depth).abs() < 1e-3);
    }
}

#[test]
fn a_solid_is_not_seen_from_inside_itself() {
    let view = View::of(
        &Camera::looking([0.0, 0.0, 1.0], [1.0, 0.0, 1.0], 50.0),
        None,
        16,
        16,
    );
    let inside = [
        Shape::Ball { radius_m: 0.5 },
        Shape::Box {
            half_extents_m: [0.5; 3],
        },
        Shape::Capsule {
            radius_m: 0.4,
            half_height_m: 0.5,
        },
        Shape::Cylinder {
            radius_m: 0.4,
            half_height_m: 0.5,
        },
        Shape::Cone {
            radius_m: 0.9,
            half_height_m: 0.9,
        },
    ];
    for shape in inside {
        let world = world(vec![
            ("own", Body::new("own", shape).at([0.0, 0.0, 1.0])),
            ("ahead", ball(0.5).at([3.0, 0.0, 1.0])),
        ]);
        let frame = draw(&world, &view, Outputs::ALL, 1);
        assert!(
            frame.ids.iter().all(|id| *id != 1) && frame.ids.contains(&2),
            "{:?}",
            world.bodies[0].shape
        );
    }
}

#[test]
fn a_mesh_is_seen_from_both_sides() {
    let vertices_m = vec![[2.0, -9.0, -9.0], [2.0, 9.0, -9.0], [2.0, 0.0, 9.0]];
    for triangles in [vec![[0, 1, 2]], vec![[0, 2, 1]]] {
        let world = world(vec![(
            "wall",
            Body::new(
                "wall",
                Shape::Mesh {
                    vertices_m: vertices_m.clone(),
                    triangles,
                    uvs: Vec::new(),
                },
            ),
        )]);
        for side in [0.0, 4.0] {
            let view = View::of(
                &Camera::looking([side, 0.0, 0.0], [2.0, 0.0, 0.0], 50.0),
                None,
                9,
                9,
            );
            let frame = draw(&world, &view, Outputs::ALL, 1);
            assert!(frame.ids.iter().all(|id| *id == 1));
            assert!((frame.depth_m[40] - 2.0).abs() < 1e-5);
        }
    }
}

/// Brightness of the floor where the line from the sun through (0, 0, 2) meets it.
#[track_caller]
fn floor_brightness(body: Body<f32>) -> u8 {
    let mut world = world(vec![("floor", floor()), ("thing", body.at([0.0, 0.0, 2.0]))]);
    world.light.sun_direction = [1.0, 0.5, 2.0];
    // Seen from below the body, so that it hides nothing.
    let view = View::of(
        &Camera::looking([-1.0, -3.0, 0.8], [-1.0, -0.5, 0.0], 30.0),
        None,
        33,
        33,
    );
    let frame = draw(&world, &view, Outputs::ALL, 2);
    assert_eq!(frame.ids[16 * 33 + 16], 1);
    frame.rgb[(16 * 33 + 16) * 3]
}

#[test]
fn every_shape_darkens_the_floor_on_the_line_to_the_sun() {
    let lit = floor_brightness(Body {
        paint: Paint {
            visible: false,
            ..Paint::default()
        },
        ..ball(0.4)
    });
    for body in every_shape().bodies.into_values().skip(1) {
        let dark = floor_brightness(Body {
            paint: Paint::default(),
            ..body.clone()
        });
        assert!(dark + 30 < lit, "{:?}: {dark} against {lit}", body.shape);
    }
}

#[test]
fn an_invisible_body_is_in_no_picture_and_throws_no_shadow() {
    let view = View::of(
        &Camera::looking([3.0, -4.0, 2.5], [0.0, 0.0, 0.5], 50.0),
        None,
        32,
        32,
    );
    let hidden = Body {
        paint: Paint {
            visible: false,
            ..Paint::default()
        },
        ..ball(0.5)
    }
    .at([0.0, 0.0, 0.5]);
    let with = draw(
        &world(vec![("floor", floor()), ("ball", hidden)]),
        &view,
        Outputs::ALL,
        2,
    );
    let without = draw(&world(vec![("floor", floor())]), &view, Outputs::ALL, 2);
    assert!(with == without);
}

#[test]
fn a_flat_checker_far_away_is_even() {
    let mut checkered = floor();
    checkered.paint = Paint::checker([1.0, 1.0, 1.0], [0.0, 0.0, 0.0], 0.25);
    let world = world(vec![("floor", checkered)]);
    let view = View::of(
        &Camera::looking([0.3, 0.1, 1.0], [40.0, 17.0, 0.9], 40.0),
        None,
        64,
        64,
    );
    let frame = draw(&world, &view, Outputs::ALL, 1);
    let mut rows = 0;
    for row in 0..64 {
        let pixels: Vec<usize> = (row * 64..(row + 1) * 64).collect();
        if pixels
            .iter()
            .all(|at| frame.ids[*at] == 1 && frame.depth_m[*at] > 30.0)
        {
            let greens: Vec<u8> = pixels.iter().map(|at| frame.rgb[at * 3 + 1]).collect();
            let spread = greens.iter().max().unwrap() - greens.iter().min().unwrap();
            assert!(spread <= 12, "row {row}: {greens:?}");
            rows += 1;
        }
    }
    assert!(rows > 0);
}

#[test]
fn worlds_that_cannot_be_drawn_are_refused() {
    let refused = |shape| Renderer::new(&world(vec![("odd", Body::new("odd", shape))])).unwrap_err();
    let body = || "odd".to_string();
    assert_eq!(
        refused(Shape::Hull {
            points_m: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]
        }),
        RenderError::FlatHull { body: body() }
    );
    assert_eq!(
        refused(Shape::Mesh {
            vertices_m: vec![[0.0; 3]; 3],
            triangles: vec![[0, 1, 3]],
            uvs: Vec::new(),
        }),
        RenderError::MissingVertex {
            body: body(),
            vertex: 3,
            vertices: 3
        }
    );
    assert_eq!(
        refused(Shape::HeightField {
            size_m: [1.0; 2],
            columns: 3,
            heights_m: vec![0.0; 7]
        }),
        RenderError::RaggedHeights {
            body: body(),
            heights: 7,
            columns: 3
        }
    );
}

#[test]
fn a_pane_of_glass_is_not_seen() {
    let mut pane = Part::new(
        Shape::Box {
            half_extents_m: [1.0, 0.01, 1.0],
        },
        [0.0, -0.6, 0.5],
    );
    pane.visible = false;
    let post = Part::new(
        Shape::Box {
            half_extents_m: [0.2, 0.2, 0.5],
        },
        [0.0, 0.0, 0.5],
    );
    let bare = Shape::Compound {
        parts: vec![post.clone()],
    };
    let glazed = Shape::Compound {
        parts: vec![pane, post],
    };
    let camera = Camera::looking([0.5, -3.0, 1.5], [0.0, 0.0, 0.5], 40.0);
    let draw = |shape: Shape<f32>| {
        let mut world = World::default();
        world
            .bodies
            .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}));
        world.bodies.insert("thing".into(), Body::new("thing", shape));
        let mut frame = Frame::default();
        let view = View::of(&camera, None, 64, 64);
        let mut renderer = Renderer::new(&world).unwrap();
        renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
        frame
    };
    assert!(draw(bare) == draw(glazed));
}
