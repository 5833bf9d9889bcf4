//! Contract: where cameras of a scene file stand and what they see: orbits, targets, calibrations, rolling shutters.

use glam::{Quat, Vec3};
use terrella_render::effects::rolling_shutter;
use terrella_render::{Frame, Intrinsics, Outputs, Renderer, Rig, View};
use terrella_spec::camera::{Calibration, Camera, Lens, Orbit};
use terrella_spec::pose::Pose;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::world::{Body, World};

const SIZE: u32 = 64;

fn at(position_m: [f32; 3]) -> Pose {
    Pose {
        position_m,
        ..Pose::IDENTITY
    }
}

#[track_caller]
fn near<const K: usize>(got: [f32; K], wanted: [f32; K], slack: f32) {
    let close = got.iter().zip(&wanted).all(|(a, b)| (a - b).abs() <= slack);
    assert!(close, "{got:?} is not {wanted:?}");
}

#[test]
fn an_orbit_is_where_its_angle_says_and_keeps_looking() {
    let camera = Camera {
        orbit: Some(Orbit {
            center_m: [1.0, 0.0, 0.0],
            axis: [0.0, 0.0, 2.0],
            speed_degps: 90.0,
            start_deg: 90.0,
        }),
        ..Camera::looking([4.0, 0.0, 1.0], [1.0, 0.0, 1.0], 50.0)
    };
    for (seconds, eye) in [
        (0.0, [1.0, 3.0, 1.0]),
        (1.0, [-2.0, 0.0, 1.0]),
        (2.0, [1.0, -3.0, 1.0]),
        (403.0, [4.0, 0.0, 1.0]),
    ] {
        let rig = Rig {
            seconds,
            ..Rig::default()
        };
        let view = View::on(&camera, &rig, SIZE, SIZE);
        near(view.world_from_camera.position_m, eye, 1e-5);
        near(view.project([1.0, 0.0, 1.0]).expect("ahead"), [31.5, 31.5], 1e-3);
    }
}

#[test]
fn a_tracking_camera_has_its_body_in_the_middle_even_from_a_moving_mount() {
    let camera = Camera {
        track: Some("ball".into()),
        mount: Some("cart".into()),
        ..Camera::looking([0.2, 0.0, 0.5], [0.0, 0.1, 0.0], 50.0)
    };
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let cart = Pose {
        position_m: [2.0, -1.0, 0.3],
        rotation_xyzw: [0.0, 0.0, half, half],
    };
    for place in [[5.0, 1.0, 0.0], [-3.0, 2.0, 1.0], [2.0, -4.0, 2.0]] {
        let ball = Pose {
            rotation_xyzw: cart.rotation_xyzw,
            ..at(place)
        };
        let rig = Rig {
            mount: Some(&cart),
            track: Some(&ball),
            seconds: 0.0,
        };
        let view = View::on(&camera, &rig, SIZE, SIZE);
        near(view.world_from_camera.position_m, [2.0, -0.8, 0.8], 1e-5);
        // The point of the ball at y = 0.1, which its turn takes to x = -0.1.
        let target = [place[0] - 0.1, place[1], place[2]];
        near(view.project(target).expect("ahead"), [31.5, 31.5], 1e-3);
    }
}

/// Place and heading are the mount's; what it looks at does not sway as the mount pitches and rolls.
#[test]
fn a_level_camera_stays_upright_on_what_pitches_and_rolls() {
    let camera = Camera {
        mount: Some("car".into()),
        level: true,
        up: [1.0, 0.0, 0.0],
        ..Camera::looking([2.0, 0.0, 10.0], [2.0, 0.0, 0.0], 90.0)
    };
    let place = [3.0, -1.0, 0.5];
    for yaw in [0.0_f32, 0.7, -2.0, 3.0] {
        for (pitch, roll) in [(0.0, 0.0), (0.2, 0.0), (-0.3, 0.4), (0.1, -1.2)] {
            let turn = |angle: f32, axis: Vec3| {
                let (sine, cosine) = (libm::sinf(0.5 * angle), libm::cosf(0.5 * angle));
                Quat::from_vec4((axis * sine).extend(cosine))
            };
            let rotation = turn(yaw, Vec3::Z) * turn(pitch, Vec3::Y) * turn(roll, Vec3::X);
            let car = Pose {
                rotation_xyzw: rotation.to_array(),
                ..at(place)
            };
            let view = View::of(&camera, Some(&car), SIZE, SIZE);
            // So far ahead of the car and to its left, on the ground; a metre there is as many pixels everywhere.
            let px_per_m = view.intrinsics.fx / 10.5;
            for (ahead, left) in [(0.0, 0.0), (2.0, 0.0), (6.0, 3.0), (-1.0, -4.0)] {
                let (sine, cosine) = (libm::sinf(yaw), libm::cosf(yaw));
                let x = place[0] + ahead * cosine - left * sine;
                let y = place[1] + ahead * sine + left * cosine;
                let pixel = view.project([x, y, 0.0]).expect("below");
                let wanted = [31.5 - px_per_m * left, 31.5 - px_per_m * (ahead - 2.0)];
                near(pixel, wanted, 1e-3);
            }
        }
    }
}

#[test]
fn a_calibration_is_the_same_view_at_every_size() {
    let camera = Camera {
        intrinsics: Some(Calibration {
            size: [640, 480],
            fx: 500.0,
            fy: None,
            cx: Some(330.0),
            cy: Some(250.0),
        }),
        ..Camera::looking([0.0, -3.0, 1.0], [0.0; 3], 50.0)
    };
    let point = [0.4, 0.2, 0.1];
    let large = View::of(&camera, None, 640, 480);
    assert_eq!(large.intrinsics.matrix()[..3], [500.0, 0.0, 330.0]);
    let [column, row] = large.project(point).expect("ahead");
    let small = View::of(&camera, None, 160, 120).project(point).expect("ahead");
    // Edges of pixels are at halves: those are what scales.
    near(small, [(column + 0.5) / 4.0 - 0.5, (row + 0.5) / 4.0 - 0.5], 1e-3);
}

/// 30 degrees off the axis are a third of the way to the edge of 180 degrees, less any distortion.
#[test]
fn a_fisheye_s_field_of_view_is_an_angle() {
    let camera = Camera {
        lens: Lens::Fisheye {
            k1: 0.0,
            k2: 0.0,
            k3: 0.0,
            k4: 0.0,
        },
        ..Camera::looking([0.0; 3], [1.0, 0.0, 0.0], 179.0)
    };
    let own = Intrinsics::of(&camera, 100, 100);
    let view = View::of(&camera, None, 100, 100);
    let [column, row] = view.project([3.0_f32.sqrt(), -1.0, 0.0]).expect("ahead");
    near([column - own.cx, row - own.cy], [50.0 * 30.0 / 89.5, 0.0], 1e-2);
    let rays = view.rays().expect("it bends");
    assert!(
        !rays.inside[0] && rays.inside[50],
        "corners are beyond 89 degrees, edges are not"
    );
}

#[test]
fn pixels_without_a_ray_are_black_and_show_nothing() {
    let mut world = World::<f32>::default();
    world
        .bodies
        .insert("floor".into(), Body::new("floor", Shape::HalfSpace {}));
    let camera = Camera {
        lens: Lens::Fisheye {
            k1: 0.0,
            k2: 0.0,
            k3: 0.0,
            k4: 0.0,
        },
        ..Camera::looking([0.0, 0.0, 1.0], [0.0, 0.0, 0.0], 170.0)
    };
    let view = View::of(&camera, None, 24, 24);
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(&world).unwrap();
    renderer.render(&view, &[Pose::IDENTITY], Outputs::ALL, &mut frame);
    assert_eq!((frame.ids[0], frame.depth_m[0]), (0, 0.0));
    assert_eq!(frame.rgb[..3], [0; 3]);
    let middle = 12 * 24 + 12;
    assert_eq!(frame.ids[middle], 1);
    assert!((frame.depth_m[middle] - 1.0).abs() < 1e-3 && frame.rgb[middle * 3] > 50);
}

/// A pole that moves sideways leans: each row shows it where it was when the row was read.
#[test]
fn a_rolling_shutter_leans_what_moves() {
    let mut world = World::<f32>::default();
    let pole = Shape::Box {
        half_extents_m: [0.05, 0.05, 3.0],
    };
    let pole = Body::new("pole", pole).painted(Paint::plain([1.0, 0.0, 0.0]));
    world.bodies.insert("pole".into(), pole);
    let view = View::of(
        &Camera::looking([0.0, -2.0, 0.0], [0.0; 3], 50.0),
        None,
        SIZE,
        SIZE,
    );
    let (from, to) = ([at([-0.2, 0.0, 0.0])], [at([0.2, 0.0, 0.0])]);
    let mut renderer = Renderer::new(&world).unwrap().supersampled(1);
    let mut still = Frame::default();
    renderer.render(&view, &to, Outputs::RGB, &mut still);
    let middle = |frame: &Frame, row: u32| {
        let row = &frame.rgb[(row * SIZE * 3) as usize..][..(SIZE * 3) as usize];
        let red = |pixel: &[u8]| pixel[0] > pixel[2].saturating_add(40);
        let at: Vec<usize> = (0..SIZE as usize)
            .filter(|at| red(&row[at * 3..at * 3 + 3]))
            .collect();
        at.iter().sum::<usize>() as f32 / at.len() as f32
    };
    let mut frame = Frame::default();
    for share in [0.0, 0.5, 1.0] {
        rolling_shutter(&mut renderer, share, (&view, &from), (&view, &to), &mut frame);
        let last = (SIZE - 1) * SIZE * 3;
        assert_eq!(
            frame.rgb[last as usize..],
            still.rgb[last as usize..],
            "the last row is of now"
        );
        // It moves by 0.4 m, 2 m away.
        let step = 0.4 * view.intrinsics.fx / 1.95;
        let lean = middle(&frame, SIZE - 1) - middle(&frame, 0);
        let wanted = share * step * (1.0 - 1.0 / SIZE as f32);
        assert!(
            (lean - wanted).abs() < 1.5,
            "share {share}: {lean} px, not {wanted}"
        );
    }
    rolling_shutter(&mut renderer, 0.0, (&view, &from), (&view, &to), &mut frame);
    assert_eq!(frame.rgb, still.rgb);
}
