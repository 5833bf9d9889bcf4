//! Contract: what is seen, how far it is, and where shadows fall agree with a slow ray tracer in f64.

mod brute_force;
mod random;

use brute_force::{Primitive, nearest, primitives, quaternion, vector};
use glam::DVec3;
use random::scene;
use terrella_render::{Frame, Outputs, Renderer, View};
use terrella_spec::world::World;

const SIZE: u32 = 72;
/// How far from a shape's edge another body may be drawn than the truth, pixels.
const EDGE_PX: f64 = 1e-3;
/// How far from a shadow's edge light may be wrong, pixels.
const SHADOW_EDGE_PX: f64 = 2e-2;

/// The ray of a point of the picture, in the world's frame, with a part of 1 along the optical axis.
fn ray(view: &View, column: f64, row: f64) -> DVec3 {
    let lens = &view.intrinsics;
    let x = (column - f64::from(lens.cx)) / f64::from(lens.fx);
    let y = (row - f64::from(lens.cy)) / f64::from(lens.fy);
    quaternion(view.world_from_camera.rotation_xyzw) * DVec3::new(x, y, 1.0)
}

fn id(hit: Option<(usize, f64)>) -> u16 {
    hit.map_or(0, |(body, _)| body as u16 + 1)
}

/// What is seen no further from here than so many pixels, along each axis.
fn around<T>(column: u32, row: u32, pixels: f64, look: impl Fn(f64, f64) -> T) -> Vec<T> {
    let mut seen = Vec::new();
    for down in [-1.0, -0.5, 0.0, 0.5, 1.0] {
        for right in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            seen.push(look(
                f64::from(column) + right * pixels,
                f64::from(row) + down * pixels,
            ));
        }
    }
    seen
}

fn check_ids_and_depth(view: &View, all: &[Primitive], frame: &Frame, seed: u64) {
    let eye = vector(view.world_from_camera.position_m);
    let mut differ = 0;
    for row in 0..SIZE {
        for column in 0..SIZE {
            let index = (row * SIZE + column) as usize;
            let look = |column: f64, row: f64| nearest(all, eye, ray(view, column, row));
            let truth = look(f64::from(column), f64::from(row));
            let (drawn, depth) = (frame.ids[index], f64::from(frame.depth_m[index]));
            let here = format!("scene {seed}, column {column}, row {row}");
            if drawn != id(truth) {
                differ += 1;
                assert!(
                    around(column, row, EDGE_PX, |c, r| id(look(c, r))).contains(&drawn),
                    "{here}: body {drawn}"
                );
                continue;
            }
            let Some((_, true_depth)) = truth else {
                assert_eq!(depth, 0.0, "{here}: sky");
                continue;
            };
            if (depth - true_depth).abs() < 1e-4 * true_depth {
                continue;
            }
            // On a rim the depth jumps, or changes much within a thousandth of a pixel.
            let step = 2e-3;
            let near: Vec<f64> = [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)]
                .into_iter()
                .filter_map(|(right, down)| look(f64::from(column) + right, f64::from(row) + down))
                .map(|(_, depth)| depth)
                .chain([true_depth])
                .collect();
            let low = near.iter().copied().fold(f64::INFINITY, f64::min);
            let high = near.iter().copied().fold(0.0, f64::max);
            assert!(
                depth > low * (1.0 - 1e-4) && depth < high * (1.0 + 1e-4),
                "{here}: body {drawn} at {depth} m, in truth {true_depth} m"
            );
        }
    }
    assert!(differ < 12, "scene {seed}: {differ} ids differ");
}

/// Checks which pixels of the plain floor are dark.
fn check_shadows(
    world: &World<f32>,
    view: &View,
    all: &[Primitive],
    (frame, bare): (&Frame, &Frame),
    seed: u64,
) -> [u32; 2] {
    let eye = vector(view.world_from_camera.position_m);
    let sun = vector(world.light.sun_direction).normalize();
    let sunlit = |column: f64, row: f64| {
        let ray = ray(view, column, row);
        let (body, t) = nearest(all, eye, ray)?;
        let point = eye + ray * t + DVec3::Z * 1e-9;
        (body == 0).then(|| nearest(&all[1..], point, sun).is_none())
    };
    let mut seen = [0; 2];
    for row in 0..SIZE {
        for column in 0..SIZE {
            let index = (row * SIZE + column) as usize;
            if frame.ids[index] != 1 || frame.depth_m[index] > 20.0 {
                continue;
            }
            // The floor is plain: in the sun as bright as a bare one, but for haze and rounding.
            let lit = frame.rgb[index * 3] + 4 > bare.rgb[index * 3];
            seen[usize::from(lit)] += 1;
            if sunlit(f64::from(column), f64::from(row)) != Some(lit) {
                let near = around(column, row, SHADOW_EDGE_PX, sunlit);
                assert!(
                    near.contains(&Some(lit)),
                    "scene {seed}, column {column}, row {row}: the floor is {}",
                    if lit { "lit" } else { "dark" }
                );
            }
        }
    }
    seen
}

/// The same without all but the floor.
fn bare_floor(world: &World<f32>, view: &View) -> Frame {
    let mut world = world.clone();
    world.bodies.truncate(1);
    let mut frame = Frame::default();
    let mut renderer = Renderer::new(&world).unwrap().supersampled(1);
    renderer.render(view, &world.start_poses(), Outputs::ALL, &mut frame);
    frame
}

#[test]
fn random_scenes_of_every_shape_agree_with_brute_force() {
    let mut seen_bodies = [0_u32; 12];
    let mut floor = [0; 2];
    for seed in 1..=24 {
        let (world, camera) = scene(seed);
        let view = View::of(&camera, None, SIZE, SIZE);
        let mut frame = Frame::default();
        let mut renderer = Renderer::new(&world).unwrap().supersampled(1);
        renderer.render(&view, &world.start_poses(), Outputs::ALL, &mut frame);
        let all = primitives(&world);
        check_ids_and_depth(&view, &all, &frame, seed);
        let bare = bare_floor(&world, &view);
        let counts = check_shadows(&world, &view, &all, (&frame, &bare), seed);
        floor = [floor[0] + counts[0], floor[1] + counts[1]];
        for id in &frame.ids {
            seen_bodies[*id as usize] += 1;
        }
    }
    // Each shape, floor in the sun and floor in the shade were really looked at.
    assert!(
        seen_bodies[1..].iter().all(|count| *count > 500),
        "{seen_bodies:?}"
    );
    assert!(floor.iter().all(|count| *count > 2000), "{floor:?}");
}
