//! What is wrong in lights, fog and paints.

use super::Wrong;
use crate::asset;
use crate::dist::Dist;
use crate::image::Image;
use crate::light::{Lamp, Shadows};
use crate::shape::Shape;
use crate::world::World;

/// Most lights beside the sun.
const LAMPS: usize = 16;

/// What is wrong in the look of a world.
pub(super) fn look(wrong: &mut Wrong, world: &World<Dist>) {
    sky(wrong, world);
    for (name, image) in &world.images {
        self::image(wrong, &format!("world.images.{name}"), image);
    }
    wrong.require(
        world.lights.len() <= LAMPS,
        "world.lights",
        format!("{} of them; there can be {LAMPS}", world.lights.len()),
    );
    for (name, own) in &world.lights {
        lamp(wrong, world, &format!("world.lights.{name}"), own);
    }
    for (name, body) in &world.bodies {
        let place = |field: &str| format!("world.bodies.{name}.paint.{field}");
        within(wrong, &body.paint.specular, (0.0, 1.0), place("specular"));
        within(wrong, &body.paint.shininess, (1.0, 1024.0), place("shininess"));
        known_images(wrong, world, &body.paint.images, place("images"));
        within(wrong, &body.paint.image_pick, (0.0, 1.0), place("image_pick"));
        wrong.require(
            !body.paint.smooth || of_triangles(&body.shape),
            place("smooth"),
            "is for meshes and height fields; other shapes are as smooth as they are",
        );
    }
}

fn image(wrong: &mut Wrong, path: &str, image: &Image) {
    let result = match image {
        Image::File { path } => asset::inside(path),
        Image::Pixels(pixels) => pixels.check(),
    };
    if let Err(reason) = result {
        wrong.require(false, path, reason);
    }
}

fn known_images(wrong: &mut Wrong, world: &World<Dist>, names: &[String], place: String) {
    if let Some(name) = names.iter().find(|name| !world.images.contains_key(*name)) {
        wrong.require(
            false,
            place,
            format!("there is no image called `{name}` in world.images"),
        );
    }
}

fn of_triangles(shape: &Shape<Dist>) -> bool {
    match shape {
        Shape::Mesh { .. } | Shape::HeightField { .. } => true,
        Shape::MeshFile { hull, .. } => !hull,
        Shape::Compound { parts } => parts.iter().any(|part| of_triangles(&part.shape)),
        _ => false,
    }
}

fn within(wrong: &mut Wrong, dist: &Dist, (low, high): (f64, f64), place: String) {
    let (least, most) = dist.bounds();
    wrong.require(
        least >= low && most <= high,
        place,
        format!("must be in {low}..={high}"),
    );
}

fn sky(wrong: &mut Wrong, world: &World<Dist>) {
    if let Shadows::Soft { angle_deg } = &world.light.shadows {
        let place = "world.light.shadows.soft.angle_deg".to_string();
        within(wrong, angle_deg, (0.0, 90.0), place);
    }
    known_images(
        wrong,
        world,
        &world.light.sky_images,
        "world.light.sky_images".into(),
    );
    within(
        wrong,
        &world.light.sky_pick,
        (0.0, 1.0),
        "world.light.sky_pick".into(),
    );
    if let Some(fog) = &world.light.fog {
        let place = |field: &str| format!("world.light.fog.{field}");
        within(wrong, &fog.half_distance_m, (1e-3, 1e6), place("half_distance_m"));
        for part in fog.color.iter().flatten() {
            within(wrong, part, (0.0, 1.0), place("color"));
        }
    }
}

fn lamp(wrong: &mut Wrong, world: &World<Dist>, path: &str, lamp: &Lamp<Dist>) {
    let (kind, color, strength) = match lamp {
        Lamp::Directional { color, strength, .. } => ("directional", color, strength),
        Lamp::Point { color, strength, .. } => ("point", color, strength),
        Lamp::Head { color, strength } => ("head", color, strength),
    };
    let place = |field: &str| format!("{path}.{kind}.{field}");
    within(wrong, strength, (0.0, 1e6), place("strength"));
    for part in color {
        within(wrong, part, (0.0, 1.0), place("color"));
    }
    if let Lamp::Directional { direction, .. } = lamp {
        let somewhere = direction.iter().any(|part| part.bounds() != (0.0, 0.0));
        wrong.require(somewhere, place("direction"), "must have a direction");
    }
    if let Lamp::Point {
        mount: Some(mount), ..
    } = lamp
    {
        wrong.require(
            world.bodies.contains_key(mount),
            place("mount"),
            format!("there is no body called `{mount}`"),
        );
    }
}
