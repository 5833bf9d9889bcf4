//! The objects of `drop_bounce`: their shapes, how far these reach, and where they hang at the start.

use terrella_sim::glam::Vec3;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Part, Shape};

/// A shape of this name, `size` half as wide.
pub(super) fn object_shape(word: &str, size: f32, layout: &mut Rng) -> Shape<f32> {
    match word {
        "ball" => Shape::Ball { radius_m: size },
        "box" => Shape::Box {
            half_extents_m: [size, 0.9 * size, 0.8 * size],
        },
        "cylinder" => Shape::Cylinder {
            radius_m: 0.9 * size,
            half_height_m: size,
        },
        "capsule" => Shape::Capsule {
            radius_m: 0.7 * size,
            half_height_m: 0.6 * size,
        },
        "cone" => Shape::Cone {
            radius_m: size,
            half_height_m: size,
        },
        "hull" => Shape::Hull {
            points_m: (0..14)
                .map(|_| (random_direction(layout) * size * 1.1).to_array())
                .collect(),
        },
        "compound" => {
            let bar = |half_extents_m: [f32; 3], position_m: [f32; 3]| {
                Part::new(Shape::Box { half_extents_m }, position_m)
            };
            let (long, thin) = (size, 0.4 * size);
            Shape::Compound {
                parts: vec![
                    bar([long, thin, thin], [0.0, 0.0, 0.0]),
                    bar([thin, thin, long - thin], [long - thin, 0.0, long]),
                ],
            }
        }
        other => unreachable!("`{other}` is not among the options of object_shape"),
    }
}

/// How far a shape reaches below and above its origin, m.
pub(super) fn extent_z(shape: &Shape<f32>) -> [f32; 2] {
    let both = |reach: f32| [reach, reach];
    match shape {
        Shape::Ball { radius_m } => both(*radius_m),
        Shape::Box { half_extents_m } => both(half_extents_m[2]),
        Shape::Cylinder { half_height_m, .. } | Shape::Cone { half_height_m, .. } => both(*half_height_m),
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => both(radius_m + half_height_m),
        Shape::Hull { points_m } => points_m.iter().fold([0.0; 2], |[low, high], point| {
            [f32::max(low, -point[2]), f32::max(high, point[2])]
        }),
        Shape::Compound { parts } => parts.iter().fold([0.0; 2], |[low, high], part| {
            let [down, up] = extent_z(&part.shape);
            let z = part.position_m[2];
            [f32::max(low, down - z), f32::max(high, up + z)]
        }),
        other => unreachable!("no object is {other:?}"),
    }
}

/// Radius of a ball about the origin that holds the whole shape, m.
pub(super) fn bounding_radius(shape: &Shape<f32>) -> f32 {
    match shape {
        Shape::Ball { radius_m } => *radius_m,
        Shape::Box { half_extents_m } => Vec3::from(*half_extents_m).length(),
        Shape::Cylinder {
            radius_m,
            half_height_m,
        }
        | Shape::Cone {
            radius_m,
            half_height_m,
        } => (radius_m * radius_m + half_height_m * half_height_m).sqrt(),
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => radius_m + half_height_m,
        Shape::Hull { points_m } => points_m
            .iter()
            .map(|point| Vec3::from(*point).length())
            .fold(0.0, f32::max),
        Shape::Compound { parts } => parts
            .iter()
            .map(|part| Vec3::from(part.position_m).length() + bounding_radius(&part.shape))
            .fold(0.0, f32::max),
        other => unreachable!("no object is {other:?}"),
    }
}

/// A direction, all alike.
pub(super) fn random_direction(rng: &mut Rng) -> Vec3 {
    let z = rng.uniform_f32(-1.0, 1.0);
    let angle = rng.uniform_f32(0.0, 2.0 * std::f32::consts::PI);
    let flat = (1.0 - z * z).max(0.0).sqrt();
    Vec3::new(flat * libm::cosf(angle), flat * libm::sinf(angle), z)
}

/// A place in the air, no higher than `top_m`, where a ball of this radius touches none of those placed.
pub(super) fn free_place(rng: &mut Rng, placed: &[(Vec3, f32)], radius: f32, top_m: f32) -> Option<Vec3> {
    (0..100).find_map(|_| {
        let place = Vec3::new(
            rng.uniform_f32(-0.85, 0.85),
            rng.uniform_f32(-0.6, 0.6),
            // Clear of ramps, stairs and screens.
            rng.uniform_f32(radius + 0.42, top_m.max(radius + 0.6)),
        );
        // A hand's breadth apart, so that nothing starts in touch.
        placed
            .iter()
            .all(|(other, size)| place.distance(*other) > radius + size + 0.05)
            .then_some(place)
    })
}
