//! Contract: light of lamps, soft shadows, highlights, clouds and fog are what f64 formulas say.

mod brute_force;
mod pixels;
mod random;

use brute_force::{nearest, primitives, quaternion, vector};
use glam::DVec3;
use pixels::{draw, ray};
use random::scene;
use terrella_render::{Frame, RenderError, Renderer, View};
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::{Body, Camera, Fog, Lamp, Shadows, World};

const SIZE: u32 = 96;

/// A white floor at z = 0.
fn floor() -> Body<f32> {
    Body::new("floor", Shape::HalfSpace {})
        .fixed()
        .painted(Paint::plain([1.0; 3]))
}

fn world(bodies: Vec<Body<f32>>) -> World<f32> {
    let mut world = World::default();
    for (index, body) in bodies.into_iter().enumerate() {
        world.bodies.insert(format!("body {index}"), body);
    }
    world
}

fn ball(radius_m: f32, at: [f32; 3]) -> Body<f32> {
    Body::new("ball", Shape::Ball { radius_m })
        .at(at)
        .painted(Paint::plain([0.5, 0.2, 0.2]))
}

fn view(eye: [f32; 3], target: [f32; 3]) -> View {
    View::of(&Camera::looking(eye, target, 45.0), None, SIZE, SIZE)
}

/// Linear light on a white floor that would give this byte; `distance` away, for its haze towards a horizon of `far`.
fn light_of(byte: u8, far: f64, distance: f64) -> f64 {
    let haze = distance * distance / (distance * distance + 3600.0);
    ((f64::from(byte) - far * haze) / (1.0 - haze) / 255.0).powi(2)
}

/// Light from everywhere on a surface with this part of its normal along the sun.
fn from_everywhere(sun_share: f64, s: f64) -> f64 {
    1.1 * (1.0 - sun_share) * (0.72 + 0.28 * s)
}

#[test]
fn a_soft_shadow_is_the_share_of_the_sun_that_is_hidden() {
    let mut world = world(vec![floor(), ball(0.3, [0.0, 0.0, 0.9])]);
    world.light.shadows = Shadows::Soft { angle_deg: 12.0 };
    world.light.sun_direction = [0.3, 0.2, 1.0];
    let view = view([1.5, -2.5, 2.5], [0.0, 0.0, 0.0]);
    let frame = draw(&world, &view);
    let all = primitives(&world);
    let sun = vector(world.light.sun_direction).normalize();
    let (across, aside) = (
        sun.any_orthonormal_vector(),
        sun.cross(sun.any_orthonormal_vector()),
    );
    let edge = libm::tan(6.0_f64.to_radians());
    let (mut partly, mut error) = (0, 0.0_f64);
    for pixel in 0..frame.ids.len() {
        if frame.ids[pixel] != 1 {
            continue;
        }
        let (eye, ray) = ray(&view, pixel);
        let (_, t) = nearest(&all, eye, ray).unwrap();
        let point = eye + ray * t;
        // Squares of a fine grid within the disc, each weighed the same.
        let (mut asked, mut hidden) = (0_u32, 0_u32);
        for i in -12..=12_i32 {
            for j in -12..=12_i32 {
                if i * i + j * j <= 150 {
                    let (u, v) = (f64::from(i) / 12.25 * edge, f64::from(j) / 12.25 * edge);
                    let to = (sun + across * u + aside * v).normalize();
                    asked += 1;
                    hidden += u32::from(all[1].first_hit(point, to).is_some());
                }
            }
        }
        let share = 1.0 - f64::from(hidden) / f64::from(asked);
        partly += usize::from(share > 0.1 && share < 0.9);
        let light = light_of(frame.rgb[pixel * 3], 0.82 * 255.0, (ray * t).length());
        let drawn = (light - from_everywhere(0.6, sun.z)) / (0.66 * sun.z);
        // A surface is never brighter than its paint.
        let most = (1.0 - from_everywhere(0.6, sun.z)) / (0.66 * sun.z);
        error = error.max((drawn - share.min(most)).abs());
    }
    assert!(partly > 100, "{partly}");
    assert!(error < 0.13, "{error}");
}

#[test]
fn a_soft_sun_of_no_size_is_a_hard_one() {
    for seed in 1..8 {
        let (mut world, camera) = scene(seed);
        let view = View::of(&camera, None, SIZE, SIZE);
        let hard = draw(&world, &view);
        world.light.shadows = Shadows::Soft { angle_deg: 0.0 };
        assert_near(&hard, &draw(&world, &view), 1, &format!("scene {seed}"));
    }
}

/// Bytes differ by no more than this, but for a pixel in a thousand: shadows of meshes may start at another place.
#[track_caller]
fn assert_near(one: &Frame, other: &Frame, bytes: u8, name: &str) {
    let far = one
        .rgb
        .iter()
        .zip(&other.rgb)
        .filter(|(one, other)| one.abs_diff(**other) > bytes)
        .count();
    assert!(far * 1000 <= one.rgb.len(), "{name}: {far} of {}", one.rgb.len());
    assert!(one.ids == other.ids && one.depth_m == other.depth_m, "{name}");
}

#[test]
fn a_dark_lamp_changes_nothing() {
    for seed in 1..8 {
        let (mut world, camera) = scene(seed);
        let view = View::of(&camera, None, SIZE, SIZE);
        let plain = draw(&world, &view);
        let lamp = Lamp::Directional {
            direction: [0.5, 1.0, 1.0],
            color: [1.0; 3],
            strength: 0.0,
            shadows: true,
        };
        world.lights.insert("dark".into(), lamp);
        assert_near(&plain, &draw(&world, &view), 1, &format!("scene {seed}"));
    }
}

#[test]
fn a_lamp_in_place_of_the_sun_throws_the_suns_shadows() {
    let mut found = 0;
    for seed in 1..8 {
        let (mut world, camera) = scene(seed);
        let view = View::of(&camera, None, SIZE, SIZE);
        world.light.sun_share = 0.5;
        let sunny = draw(&world, &view);
        // The same light: half as much from everywhere as of no sun at all.
        let mut lamps = world.clone();
        lamps.light.shadows = Shadows::None;
        let lit_by_both = draw(&lamps, &view);
        assert!(sunny.rgb != lit_by_both.rgb);
        let lamp = |shadows| Lamp::Directional {
            direction: world.light.sun_direction,
            color: [1.0; 3],
            strength: 0.55,
            shadows,
        };
        lamps.light.sun_share = 0.0;
        lamps.lights.insert("sun".into(), lamp(true));
        let with = draw(&lamps, &view);
        lamps.lights.insert("sun".into(), lamp(false));
        let without = draw(&lamps, &view);
        let mut wrong = 0;
        for pixel in 0..sunny.ids.len() {
            let byte = pixel * 3;
            let dark = sunny.rgb[byte..byte + 3] != lit_by_both.rgb[byte..byte + 3];
            let dark_by_lamp = with.rgb[byte..byte + 3] != without.rgb[byte..byte + 3];
            found += usize::from(dark_by_lamp && dark);
            // Where all is as bright as can be, a shadow need not be seen in both.
            wrong += usize::from(dark_by_lamp && !dark);
        }
        assert!(wrong * 500 < sunny.ids.len(), "scene {seed}: {wrong}");
    }
    assert!(found > 2000, "{found}");
}

#[test]
fn light_of_a_point_falls_by_the_square_of_the_distance() {
    let mut world = world(vec![floor(), ball(0.1, [0.0, 0.0, 5.0])]);
    world.bodies[0].paint.color = [0.9; 3];
    world.light.sun_share = 0.9;
    world.light.shadows = Shadows::None;
    world.light.sun_direction = [0.0, 1.0, 1e-3];
    let lamp = Lamp::Point {
        position_m: [0.4, 0.1, -4.2],
        mount: Some("body 1".into()),
        color: [1.0, 0.5, 0.0],
        strength: 0.4,
        shadows: true,
    };
    world.lights.insert("bulb".into(), lamp);
    let view = view([0.0, -2.5, 2.0], [0.0, 0.0, 0.0]);
    let frame = draw(&world, &view);
    let mut seen = 0;
    for pixel in 0..frame.ids.len() {
        let (eye, ray) = ray(&view, pixel);
        let distance = ray * (-eye.z / ray.z);
        if frame.ids[pixel] != 1 {
            continue;
        }
        let away = DVec3::new(0.4, 0.1, 0.8) - (eye + distance);
        let bulb = 0.4 * away.normalize().z / away.length_squared();
        let base = from_everywhere(0.9, 0.001) + 0.99 * 0.001;
        let haze = distance.length_squared() / (distance.length_squared() + 3600.0);
        for (channel, (color, far)) in [(1.0, 0.82), (0.25, 0.88), (0.0, 0.94)].into_iter().enumerate() {
            let light: f64 = base + color * bulb;
            let truth = 255.0 * (0.9 * light.min(1.0).sqrt() * (1.0 - haze) + far * haze);
            let drawn = f64::from(frame.rgb[pixel * 3 + channel]);
            assert!(
                (truth - drawn).abs() < 0.6,
                "pixel {pixel}, {channel}: {drawn}, not {truth}"
            );
        }
        seen += 1;
    }
    assert!(seen > 2000);
}

#[test]
fn a_head_light_comes_from_the_camera() {
    let mut world = world(vec![ball(0.5, [0.0; 3])]);
    world.bodies[0].paint.color = [1.0; 3];
    world.light.sun_share = 1.0;
    world.light.shadows = Shadows::None;
    world.light.sun_direction = [0.0, 1.0, 0.0];
    let (color, strength) = ([1.0; 3], 0.8);
    world.lights.insert("head".into(), Lamp::Head { color, strength });
    let view = view([0.0, -3.0, 0.0], [0.0; 3]);
    let frame = draw(&world, &view);
    for pixel in 0..frame.ids.len() {
        if frame.ids[pixel] == 1 {
            let (eye, ray) = ray(&view, pixel);
            let (_, t) = nearest(&primitives(&world), eye, ray).unwrap();
            let cosine = (eye + ray * t).normalize().dot(-ray.normalize());
            let drawn = (f64::from(frame.rgb[pixel * 3]) / 255.0).powi(2);
            assert!(
                (drawn - 0.8 * cosine).abs() < 0.006,
                "{drawn}, not {}",
                0.8 * cosine
            );
        }
    }
}

#[test]
fn a_highlight_is_where_the_normal_is_halfway() {
    let mut world = world(vec![ball(0.5, [0.1, 0.2, 0.3])]);
    world.bodies[0].paint.specular = 0.7;
    world.bodies[0].paint.shininess = 90.0;
    let view = view([1.0, -3.0, 1.5], [0.1, 0.2, 0.3]);
    let frame = draw(&world, &view);
    world.bodies[0].paint.specular = 0.0;
    let dull = draw(&world, &view);
    let sun = vector(world.light.sun_direction).normalize();
    let center = DVec3::new(0.1, 0.2, 0.3);
    let mut bright = 0;
    for pixel in 0..frame.ids.len() {
        if frame.ids[pixel] != 1 {
            continue;
        }
        let (eye, ray) = ray(&view, pixel);
        let Some((_, t)) = nearest(&primitives(&world), eye, ray) else {
            continue;
        };
        let normal = (eye + ray * t - center).normalize();
        let half = (sun - ray.normalize()).normalize();
        let lit = f64::from(u8::from(normal.dot(sun) > 0.0));
        let shine = lit * 0.66 * 0.7 * normal.dot(half).max(0.0).powi(90);
        let linear = |frame: &Frame| (f64::from(frame.rgb[pixel * 3 + 1]) / 255.0).powi(2);
        let truth = (linear(&dull) + shine).min(1.0);
        assert!(
            (truth.sqrt() - linear(&frame).sqrt()).abs() < 1.2 / 255.0,
            "pixel {pixel}: {truth}"
        );
        bright += usize::from(shine > 0.2);
    }
    assert!(bright > 10, "{bright}");
}

#[test]
fn fog_is_the_share_that_the_distance_says() {
    let (mut world, camera) = scene(3);
    world.light.fog = Some(Fog {
        color: Some([0.9, 0.1, 0.3]),
        half_distance_m: 1e6,
    });
    let view = View::of(&camera, None, SIZE, SIZE);
    let clear = draw(&world, &view);
    if let Some(fog) = &mut world.light.fog {
        fog.half_distance_m = 7.0;
    }
    let frame = draw(&world, &view);
    let mut fogged = 0;
    for pixel in 0..frame.ids.len() {
        if frame.ids[pixel] == 0 {
            assert_eq!(frame.rgb[pixel * 3..][..3], clear.rgb[pixel * 3..][..3]);
            continue;
        }
        let (_, ray) = ray(&view, pixel);
        let squared = ray.length_squared() * f64::from(frame.depth_m[pixel]).powi(2);
        // Further away the clear picture is not clear.
        if squared > 1e8 {
            continue;
        }
        let share = squared / (squared + 49.0);
        for (channel, color) in [0.9, 0.1, 0.3].into_iter().enumerate() {
            let plain = f64::from(clear.rgb[pixel * 3 + channel]);
            let truth = plain + (255.0 * color - plain) * share;
            let drawn = f64::from(frame.rgb[pixel * 3 + channel]);
            assert!((truth - drawn).abs() < 1.1, "pixel {pixel}: {drawn}, not {truth}");
        }
        fogged += usize::from(share > 0.3);
    }
    assert!(fogged > 500, "{fogged}");
}

/// A floor of black and white clouds, fields of this size, seen straight from above from 2 m.
fn clouds(pattern_size_m: f32, x: f32) -> Frame {
    let mut world = world(vec![floor()]);
    world.bodies[0].paint = Paint {
        color: [0.9; 3],
        second_color: [0.1; 3],
        pattern: Pattern::Noise,
        pattern_size_m,
        ..Paint::default()
    };
    // Light of 1: colours are the paint's.
    world.light.sun_direction = [0.0, 0.0, 1.0];
    draw(&world, &view([x, 0.0, 2.0], [x, 0.0, 0.0]))
}

#[test]
fn clouds_stay_on_their_body() {
    let step = 2.0 * 2.0 * libm::tan(22.5_f64.to_radians()) / f64::from(SIZE);
    let (here, there) = (clouds(0.3, 0.0), clouds(0.3, (7.0 * step) as f32));
    let side = SIZE as usize;
    let shifted = |shift: usize, back: bool| {
        let mut worst = 0;
        for row in 0..side {
            for column in 0..side - shift {
                let (a, b) = if back {
                    (column, column + shift)
                } else {
                    (column + shift, column)
                };
                let (a, b) = (here.rgb[(row * side + a) * 3], there.rgb[(row * side + b) * 3]);
                worst = worst.max(a.abs_diff(b));
            }
        }
        worst
    };
    // The camera's right is one way or the other along x.
    let worst = shifted(7, false).min(shifted(7, true));
    assert!(worst <= 3, "{worst}");
    assert!(shifted(3, false) > 20 && shifted(3, true) > 20);
}

#[test]
fn clouds_have_both_colours_near_and_their_mean_far_away() {
    let spread = |frame: &Frame| {
        let bytes: Vec<f64> = frame.rgb.iter().step_by(3).map(|byte| f64::from(*byte)).collect();
        let mean = bytes.iter().sum::<f64>() / bytes.len() as f64;
        let variance = bytes.iter().map(|byte| (byte - mean).powi(2)).sum::<f64>() / bytes.len() as f64;
        (mean, variance.sqrt())
    };
    let (mean, deviation) = spread(&clouds(0.05, 0.0));
    assert!(
        (mean - 127.5).abs() < 8.0 && deviation > 30.0,
        "{mean} {deviation}"
    );
    let (mean, deviation) = spread(&clouds(0.005, 0.0));
    assert!(
        (mean - 127.5).abs() < 1.0 && deviation < 1.0,
        "{mean} {deviation}"
    );
}

#[test]
fn a_sun_without_shadows_shines_through() {
    let mut shaded = world(vec![floor(), ball(0.3, [0.0, 0.0, 0.9])]);
    shaded.light.shadows = Shadows::None;
    let view = view([1.5, -2.5, 2.5], [0.0, 0.0, 0.0]);
    let frame = draw(&shaded, &view);
    let open = draw(&world(vec![floor()]), &view);
    for pixel in (0..frame.ids.len()).filter(|pixel| frame.ids[*pixel] == 1) {
        assert_eq!(frame.rgb[pixel * 3..][..3], open.rgb[pixel * 3..][..3]);
    }
}

#[test]
fn a_light_on_a_missing_body_is_refused() {
    let mut world = world(vec![floor()]);
    let lamp = Lamp::Point {
        position_m: [0.0; 3],
        mount: Some("nobody".into()),
        color: [1.0; 3],
        strength: 1.0,
        shadows: true,
    };
    world.lights.insert("bulb".into(), lamp);
    let error = Renderer::new(&world).unwrap_err();
    assert_eq!(
        error,
        RenderError::MissingMount {
            light: "bulb".into(),
            body: "nobody".into()
        }
    );
}

/// A ball of so many triangles around, and as many from pole to pole.
fn globe(around: u32, rows: u32) -> Shape<f32> {
    let mut vertices_m = Vec::new();
    for row in 0..=rows {
        let down = std::f32::consts::PI * row as f32 / rows as f32;
        for column in 0..around {
            let turn = std::f32::consts::TAU * column as f32 / around as f32;
            let (wide, high) = (libm::sinf(down), libm::cosf(down));
            vertices_m.push([
                0.5 * wide * libm::cosf(turn),
                0.5 * wide * libm::sinf(turn),
                0.5 * high,
            ]);
        }
    }
    let mut triangles = Vec::new();
    for row in 0..rows {
        for column in 0..around {
            let at = |row: u32, column: u32| row * around + column % around;
            let (a, b) = (at(row, column), at(row, column + 1));
            let (c, d) = (at(row + 1, column), at(row + 1, column + 1));
            triangles.push([a, c, d]);
            triangles.push([a, d, b]);
        }
    }
    Shape::Mesh {
        vertices_m,
        triangles,
        uvs: Vec::new(),
    }
}

#[test]
fn a_smooth_globe_is_lit_as_a_ball() {
    let body = |shape| {
        Body::new("globe", shape)
            .at([0.1, 0.2, 0.3])
            .painted(Paint::plain([1.0; 3]))
    };
    let view = view([1.0, -3.0, 1.5], [0.1, 0.2, 0.3]);
    let light = |world: &mut World<f32>| {
        world.light.shadows = Shadows::None;
        world.light.sun_share = 0.9;
    };
    let error = |smooth: bool| {
        let mut mesh = world(vec![body(globe(24, 12))]);
        light(&mut mesh);
        mesh.bodies[0].paint.smooth = smooth;
        let frame = draw(&mesh, &view);
        let mut sum = (0.0, 0.0);
        for pixel in (0..frame.ids.len()).filter(|pixel| frame.ids[*pixel] == 1) {
            let (eye, ray) = ray(&view, pixel);
            // The ball's own normal in the direction of this point of the mesh.
            let point = eye + ray * f64::from(frame.depth_m[pixel]);
            let normal = (point - DVec3::new(0.1, 0.2, 0.3)).normalize();
            let s = normal.dot(vector(mesh.light.sun_direction).normalize());
            let truth = (from_everywhere(0.9, s) + 0.99 * s.max(0.0)).max(0.0);
            let drawn = f64::from(frame.rgb[pixel * 3]) / 255.0;
            sum = (sum.0 + (drawn - truth.min(1.0).sqrt()).abs(), sum.1 + 1.0);
        }
        assert!(sum.1 > 500.0);
        sum.0 / sum.1
    };
    let (flat, smooth) = (error(false), error(true));
    assert!(smooth < 0.008 && flat > 3.0 * smooth, "{flat}, {smooth}");
}

/// Where a lamp that is a point shines, in scenes of every shape.
#[test]
fn a_point_is_hidden_by_what_lies_on_the_way_to_it() {
    let mut counts = [0; 2];
    for seed in 1..=16 {
        let (mut world, camera) = scene(seed);
        world.light.sun_share = 0.0;
        let bulb = |shadows| Lamp::Point {
            position_m: [0.3 * (seed % 5) as f32 - 0.6, 0.2, 1.2 + 0.25 * (seed % 7) as f32],
            mount: None,
            color: [1.0, 0.0, 0.0],
            strength: 3.0,
            shadows,
        };
        world.light.sky_horizon = [0.0; 3];
        for body in world.bodies.values_mut() {
            body.paint = Paint::plain([0.5; 3]);
        }
        let view = View::of(&camera, None, SIZE, SIZE);
        let dark = draw(&world, &view);
        world.lights.insert("bulb".into(), bulb(false));
        let open = draw(&world, &view);
        world.lights.insert("bulb".into(), bulb(true));
        let shaded = draw(&world, &view);
        let Lamp::Point { position_m, .. } = bulb(true) else {
            unreachable!("it is a point")
        };
        let all = primitives(&world);
        let lamp = vector(position_m);
        // Shapes that the lamp is in hide nothing.
        let around: Vec<bool> = all
            .iter()
            .map(|own| {
                let out = [DVec3::X, DVec3::Y, DVec3::Z, -DVec3::X, -DVec3::Y, -DVec3::Z];
                out.iter().all(|way| own.first_hit(lamp, *way).is_some())
            })
            .collect();
        let lit = |ray: DVec3, eye: DVec3| {
            let (body, t) = nearest(&all, eye, ray)?;
            let point = eye + ray * t;
            let hidden = all.iter().zip(&around).any(|(other, around)| {
                !around && other.body != body && other.first_hit(point, lamp - point).is_some_and(|t| t < 1.0)
            });
            Some((body, !hidden))
        };
        for pixel in 0..dark.ids.len() {
            // Meshes and compounds shade themselves.
            let id = dark.ids[pixel];
            let [none, most, got] = [&dark, &open, &shaded].map(|frame| i32::from(frame.rgb[pixel * 3]));
            if id == 0 || [8, 9, 10].contains(&id) || most - none < 12 {
                continue;
            }
            let (eye, here) = ray(&view, pixel);
            let shines = got - none > (most - none) / 2;
            let truth = lit(here, eye);
            counts[usize::from(shines)] += 1;
            if truth == Some((usize::from(id) - 1, shines)) {
                continue;
            }
            let step = 0.05 / f64::from(view.intrinsics.fx);
            let turn = quaternion(view.world_from_camera.rotation_xyzw);
            let near = [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)]
                .map(|(x, y)| lit(here + turn * DVec3::new(x * step, y * step, 0.0), eye));
            let close = near.contains(&Some((usize::from(id) - 1, shines)));
            assert!(
                close,
                "seed {seed}, pixel {pixel}, body {id}: {shines}, in truth {truth:?}"
            );
        }
    }
    assert!(counts.iter().all(|count| *count > 300), "{counts:?}");
}

#[test]
fn a_lamp_within_a_solid_shines_out_of_it() {
    let mut world = world(vec![floor(), ball(0.3, [0.0, 0.0, 0.6])]);
    world.light.sun_share = 0.0;
    let view = view([1.5, -2.5, 2.5], [0.0, 0.0, 0.0]);
    let dark = draw(&world, &view);
    world.lights.insert(
        "bulb".into(),
        Lamp::Point {
            position_m: [0.0; 3],
            mount: Some("body 1".into()),
            color: [1.0; 3],
            strength: 1.0,
            shadows: true,
        },
    );
    assert_ne!(draw(&world, &view).rgb, dark.rgb);
}
