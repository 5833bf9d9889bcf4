//! Contract: images lie on bodies and in the sky where the f64 formulas of the documentation say.

mod brute_force;
mod pixels;

use brute_force::{nearest, primitives, quaternion, vector};
use glam::{DQuat, DVec3};
use pixels::{draw, ray};
use std::f64::consts::{PI, TAU};
use std::sync::Arc;
use terrella_render::outputs::{Alone, Look};
use terrella_render::{RenderError, Renderer, View};
use terrella_spec::image::{Bytes, Image, Pixels};
use terrella_spec::shape::{Paint, Rotation, Shape};
use terrella_spec::world::{Body, Camera, Lamp, World};

const SIZE: u32 = 96;

/// An image whose texels differ much from their neighbours.
struct Picture {
    width: usize,
    height: usize,
    texels: Vec<[u8; 3]>,
}

impl Picture {
    fn new(width: usize, height: usize) -> Picture {
        let texel = |at: usize| [at * 37, at * 59 + 100, at * 83 + 30].map(|part| (part % 200 + 20) as u8);
        Picture {
            width,
            height,
            texels: (0..width * height).map(texel).collect(),
        }
    }

    fn image(&self) -> Image {
        Image::Pixels(Pixels {
            width: self.width as u32,
            height: self.height as u32,
            rgb: Bytes(Arc::from(self.texels.concat())),
        })
    }

    /// Between four texels; repeated along u, and along v unless `clamp`.
    fn at(&self, u: f64, v: f64, clamp: bool) -> [f64; 3] {
        let (x, y) = (u * self.width as f64 - 0.5, v * self.height as f64 - 0.5);
        let texel = |column: f64, row: f64| {
            let row = if clamp {
                (row.max(0.0) as usize).min(self.height - 1)
            } else {
                row.rem_euclid(self.height as f64) as usize
            };
            self.texels[row * self.width + column.rem_euclid(self.width as f64) as usize].map(f64::from)
        };
        let (left, top) = (x.floor(), y.floor());
        let (a, b) = (x - left, y - top);
        std::array::from_fn(|part| {
            let upper = texel(left, top)[part] * (1.0 - a) + texel(left + 1.0, top)[part] * a;
            let lower = texel(left, top + 1.0)[part] * (1.0 - a) + texel(left + 1.0, top + 1.0)[part] * a;
            upper * (1.0 - b) + lower * b
        })
    }
}

/// So much light that every surface has its paint's own colour.
fn flooded(bodies: Vec<Body<f32>>, picture: &Picture) -> World<f32> {
    let mut world = World::default();
    for (index, body) in bodies.into_iter().enumerate() {
        world.bodies.insert(format!("body {index}"), body);
    }
    world.images.insert("picture".into(), picture.image());
    let lamp = Lamp::Head {
        color: [1.0; 3],
        strength: 1e4,
    };
    world.lights.insert("head".into(), lamp);
    world
}

fn with_image(shape: Shape<f32>, size_m: f32) -> Body<f32> {
    Body::new("thing", shape).painted(Paint {
        images: vec!["picture".into()],
        pattern_size_m: size_m,
        ..Paint::default()
    })
}

/// How far colours may be off where an image is larger than the pixels.
const CLOSE: f64 = 3.0;

/// Compares all pixels of body 0 with what `expected` says of a point in the body's own frame.
fn compare(world: &World<f32>, view: &View, expected: impl Fn(DVec3) -> Option<[f64; 3]>) -> usize {
    let frame = draw(world, view);
    let all = primitives(world);
    let body = &world.bodies[0];
    let turn: DQuat = quaternion(body.rotation.quaternion_xyzw());
    let mut compared = 0;
    for pixel in (0..frame.ids.len()).filter(|pixel| frame.ids[*pixel] == 1) {
        let (eye, ray) = ray(view, pixel);
        let Some((0, t)) = nearest(&all, eye, ray) else {
            continue;
        };
        let local = turn.inverse() * (eye + ray * t - vector(body.position_m));
        if let Some(expected) = expected(local) {
            compared += 1;
            let drawn = &frame.rgb[pixel * 3..][..3];
            let apart = (0..3).map(|part| (f64::from(drawn[part]) - expected[part]).abs());
            let apart = apart.fold(0.0, f64::max);
            assert!(apart < CLOSE, "{local}: {drawn:?}, in truth {expected:?}");
        }
    }
    compared
}

#[test]
fn an_image_lies_on_each_face_of_a_box_along_the_boxs_axes() {
    let picture = Picture::new(3, 2);
    let half = [0.6, 0.5, 0.4];
    let shape = Shape::Box { half_extents_m: half };
    let mut faces = [0; 3];
    for eye in [[2.0, -1.5, 1.4], [-1.8, 1.6, -1.2], [2.4, 1.2, -0.4]] {
        let mut body = with_image(shape.clone(), 0.9).at([0.1, 0.2, 0.3]);
        body.rotation = Rotation::RpyDeg([10.0, 20.0, 30.0]);
        let world = flooded(vec![body], &picture);
        let view = View::of(&Camera::looking(eye, [0.1, 0.2, 0.3], 40.0), None, SIZE, SIZE);
        let seen = std::cell::RefCell::new(&mut faces);
        compare(&world, &view, |point| {
            let face = (0..3).find(|axis| (point[*axis].abs() - f64::from(half[*axis])).abs() < 1e-5)?;
            seen.borrow_mut()[face] += 1;
            let (u, v) = [(point.y, point.z), (point.x, point.z), (point.x, point.y)][face];
            // As wide as it is said, its height in proportion, its upper edge towards larger v.
            Some(picture.at(u / 0.9, -v / 0.6, false))
        });
    }
    assert!(faces.iter().all(|count| *count > 300), "{faces:?}");
}

#[test]
fn an_image_lies_on_floors_and_ellipsoids() {
    let picture = Picture::new(4, 4);
    let floor = flooded(vec![with_image(Shape::HalfSpace {}, 3.0)], &picture);
    let above = View::of(
        &Camera::looking([0.2, -0.1, 2.5], [0.2, 0.0, 0.0], 60.0),
        None,
        SIZE,
        SIZE,
    );
    let seen = compare(&floor, &above, |point| {
        Some(picture.at(point.x / 3.0, -point.y / 3.0, false))
    });
    assert!(seen > 9000, "{seen}");
    let radii_m = [0.5, 0.4, 0.3];
    let mut body = with_image(Shape::Ellipsoid { radii_m }, 1.0).at([0.0, 0.0, 0.5]);
    body.rotation = Rotation::RpyDeg([40.0, 10.0, 0.0]);
    let world = flooded(vec![body], &picture);
    let view = View::of(
        &Camera::looking([0.8, -1.2, 1.2], [0.0, 0.0, 0.5], 40.0),
        None,
        SIZE,
        SIZE,
    );
    let seen = compare(&world, &view, |point| {
        let normal = (point / (vector(radii_m) * vector(radii_m))).normalize();
        let size = normal.abs();
        // Where two axes are as good as each other, either may be taken; at the rim a pixel sees much of the image.
        let order = [size.x, size.y, size.z];
        let most = order.iter().copied().fold(0.0, f64::max);
        let clear = order.iter().filter(|part| most - **part < 0.02).count() == 1;
        let (u, v) = if size.z == most {
            (point.x, point.y)
        } else if size.x == most {
            (point.y, point.z)
        } else {
            (point.x, point.z)
        };
        let eye = quaternion(world.bodies[0].rotation.quaternion_xyzw()).inverse()
            * (DVec3::new(0.8, -1.2, 1.2) - DVec3::new(0.0, 0.0, 0.5));
        let facing = normal.dot((eye - point).normalize());
        (clear && facing > 0.4).then(|| picture.at(u, -v, false))
    });
    assert!(seen > 1500, "{seen}");
}

#[test]
fn a_mesh_with_texture_coordinates_has_its_image_where_they_say() {
    let picture = Picture::new(4, 2);
    let square = Shape::Mesh {
        vertices_m: vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
        uvs: vec![
            [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]],
            [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
        ],
    };
    let world = flooded(vec![with_image(square, 0.1)], &picture);
    let view = View::of(
        &Camera::looking([0.5, -0.3, 1.5], [0.5, 0.5, 0.0], 50.0),
        None,
        SIZE,
        SIZE,
    );
    let seen = compare(&world, &view, |point| {
        Some(picture.at(point.x, 1.0 - point.y, false))
    });
    assert!(seen > 2000, "{seen}");
}

#[test]
fn the_sky_is_its_panorama_turned() {
    let picture = Picture::new(16, 8);
    let hidden = Body::new("thing", Shape::Ball { radius_m: 0.1 }).painted(Paint {
        visible: false,
        ..Paint::default()
    });
    let mut world = flooded(vec![hidden], &picture);
    world.light.sky_images = vec!["picture".into()];
    world.light.sky_turn_deg = 50.0;
    for target in [
        [1.0, 0.4, 0.2],
        [-1.0, 0.1, 0.6],
        [0.2, -1.0, -0.3],
        [0.1, 0.1, 1.0],
    ] {
        let view = View::of(&Camera::looking([0.0; 3], target, 60.0), None, SIZE, SIZE);
        let frame = draw(&world, &view);
        for pixel in 0..frame.ids.len() {
            let (_, ray) = ray(&view, pixel);
            let azimuth = libm::atan2(ray.y, ray.x) - 50.0_f64.to_radians();
            let elevation = libm::atan2(ray.z, libm::sqrt(ray.x * ray.x + ray.y * ray.y));
            let truth = picture.at(0.5 - azimuth / TAU, 0.5 - elevation / PI, true);
            for part in 0..3 {
                let drawn = f64::from(frame.rgb[pixel * 3 + part]);
                assert!(
                    (drawn - truth[part]).abs() < CLOSE,
                    "{ray}: {drawn}, in truth {truth:?}"
                );
            }
        }
    }
}

#[test]
fn a_pick_changes_the_image_and_a_missing_one_is_told() {
    let picture = Picture::new(2, 2);
    let mut world = flooded(vec![with_image(Shape::Ball { radius_m: 0.4 }, 0.5)], &picture);
    world.images.insert("other".into(), Picture::new(3, 3).image());
    world.bodies[0].paint.images.push("other".into());
    let view = View::of(
        &Camera::looking([0.5, -1.5, 1.0], [0.0; 3], 40.0),
        None,
        SIZE,
        SIZE,
    );
    let first = draw(&world, &view);
    world.bodies[0].paint.image_pick = 0.9;
    assert_ne!(first.rgb, draw(&world, &view).rgb);
    world.bodies[0].paint.images = vec!["none".into()];
    assert!(matches!(
        Renderer::new(&world).unwrap_err(),
        RenderError::BadImage { image, .. } if image == "none"
    ));
    let file = Image::File { path: "a.png".into() };
    world.images.insert("other".into(), file);
    world.bodies[0].paint.images.clear();
    assert!(Renderer::new(&world).is_err());
}

#[test]
fn masks_of_bodies_with_images_are_made() {
    let picture = Picture::new(2, 2);
    let mut plain = flooded(vec![with_image(Shape::Ball { radius_m: 0.4 }, 0.5)], &picture);
    let view = View::of(
        &Camera::looking([0.5, -1.5, 1.0], [0.0; 3], 40.0),
        None,
        SIZE,
        SIZE,
    );
    let masks = |world: &World<f32>| {
        let mut renderer = Renderer::new(world).unwrap();
        let mut look = Look::default();
        look.take(&mut renderer, &view, &world.start_poses());
        Alone::new(world).unwrap().masks(&renderer, &look).to_vec()
    };
    let painted = masks(&plain);
    assert!(painted[0].visible_pixels > 500);
    plain.bodies[0].paint.images.clear();
    assert_eq!(painted, masks(&plain));
}
