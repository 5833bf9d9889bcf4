//! What is wrong in a shape: lengths that no solver can collide, more numbers than the limits.

use super::Wrong;
use crate::asset;
use crate::dist::Dist;
use crate::limits::{LENGTH_M, Limits, raise};
use crate::shape::Shape;

const NOT_WITHIN: &str = "a compound holds neither compounds nor half spaces";

/// What is wrong in the shape at this path.
pub(crate) fn shape(wrong: &mut Wrong, path: &str, shape: &Shape<Dist>, limits: &Limits) {
    let numbers = numbers(shape);
    if numbers as u64 > limits.shape_numbers {
        let message = format!("holds {numbers} numbers; the limit is {}", limits.shape_numbers);
        wrong.0.push((path.into(), message, raise("shape_numbers")));
        return;
    }
    inner(wrong, path, shape, limits, true);
}

fn inner(wrong: &mut Wrong, path: &str, shape: &Shape<Dist>, limits: &Limits, outermost: bool) {
    let mut length = |field: &str, dist: &Dist| {
        let (low, high) = dist.bounds();
        let (least, most) = LENGTH_M;
        wrong.require(
            low >= least && high <= most,
            format!("{path}.{field}"),
            format!("must be above 0, in {least:e}..={most:e} m, and may be {low} .. {high}"),
        );
    };
    match shape {
        Shape::Ball { radius_m } => length("ball.radius_m", radius_m),
        Shape::Ellipsoid { radii_m } => {
            radii_m
                .iter()
                .for_each(|radius| length("ellipsoid.radii_m", radius));
        }
        Shape::Box { half_extents_m } => {
            half_extents_m
                .iter()
                .for_each(|half| length("box.half_extents_m", half));
        }
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => {
            length("capsule.radius_m", radius_m);
            length("capsule.half_height_m", half_height_m);
        }
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => {
            length("cylinder.radius_m", radius_m);
            length("cylinder.half_height_m", half_height_m);
        }
        Shape::Cone {
            radius_m,
            half_height_m,
        } => {
            length("cone.radius_m", radius_m);
            length("cone.half_height_m", half_height_m);
        }
        Shape::HalfSpace {} => {
            wrong.require(outermost, path, NOT_WITHIN);
        }
        Shape::Hull { points_m } => {
            let place = format!("{path}.hull.points_m");
            wrong.count(points_m.len(), limits.hull_points, &place, "hull_points");
            coordinates(wrong, &place, points_m.iter().flatten());
        }
        Shape::Mesh {
            vertices_m,
            triangles,
            uvs,
        } => {
            let place = |field: &str| format!("{path}.mesh.{field}");
            let message = format!(
                "has {} entries for {} triangles: one for each, or none",
                uvs.len(),
                triangles.len()
            );
            wrong.require(
                uvs.is_empty() || uvs.len() == triangles.len(),
                place("uvs"),
                message,
            );
            let usable = uvs.iter().flatten().flatten().all(|value| value.abs() <= 1e4);
            wrong.require(usable, place("uvs"), "must be within 10000 of 0");
            wrong.count(
                triangles.len(),
                limits.mesh_triangles,
                place("triangles"),
                "mesh_triangles",
            );
            coordinates(wrong, &place("vertices_m"), vertices_m.iter().flatten());
            let count = vertices_m.len();
            let bad = triangles
                .iter()
                .flatten()
                .find(|corner| **corner as usize >= count);
            if let Some(bad) = bad {
                let message =
                    format!("corner {bad} does not exist: there are {count} vertices, numbered from 0");
                wrong.require(false, place("triangles"), message);
            }
        }
        Shape::MeshFile {
            path: file, scale, ..
        } => {
            let place = |field: &str| format!("{path}.mesh_file.{field}");
            if let Err(reason) = asset::inside(file) {
                wrong.0.push((
                    place("path"),
                    reason,
                    "copy the file next to the scene, or give its folder with --asset-root".into(),
                ));
            }
            let usable = scale.is_finite() && (1e-9..=1e9).contains(scale);
            wrong.require(usable, place("scale"), "must be in 1e-9..=1e9");
        }
        Shape::HeightField {
            size_m,
            columns,
            heights_m,
        } => {
            size_m.iter().for_each(|side| length("height_field.size_m", side));
            let columns = *columns as usize;
            let rows = heights_m.len().checked_div(columns).unwrap_or_default();
            wrong.require(
                columns >= 2 && rows >= 2 && heights_m.len().is_multiple_of(columns),
                format!("{path}.height_field.heights_m"),
                format!(
                    "wants at least 2 whole rows of {columns} (at least 2) heights, has {}",
                    heights_m.len()
                ),
            );
            coordinates(wrong, &format!("{path}.height_field.heights_m"), heights_m.iter());
        }
        Shape::Compound { parts } => {
            let place = format!("{path}.compound.parts");
            if !outermost {
                wrong.require(false, path, NOT_WITHIN);
                return;
            }
            wrong.require(!parts.is_empty(), &place, "a compound wants at least one part");
            for (index, part) in parts.iter().enumerate() {
                inner(
                    wrong,
                    &format!("{place}[{index}].shape"),
                    &part.shape,
                    limits,
                    false,
                );
            }
        }
    }
}

/// Points and heights must not be further away than the longest length.
fn coordinates<'a>(wrong: &mut Wrong, path: &str, mut all: impl Iterator<Item = &'a Dist>) {
    let far = all.find(|dist| {
        let (low, high) = dist.bounds();
        low < -LENGTH_M.1 || high > LENGTH_M.1
    });
    if let Some(far) = far {
        let message = format!(
            "must be within {:e} m of the origin, and is {}",
            LENGTH_M.1, far.law
        );
        wrong.require(false, path, message);
    }
}

fn numbers(shape: &Shape<Dist>) -> usize {
    match shape {
        Shape::Hull { points_m } => 3 * points_m.len(),
        Shape::Mesh {
            vertices_m,
            triangles,
            uvs,
        } => 3 * (vertices_m.len() + triangles.len() + 2 * uvs.len()),
        Shape::HeightField { heights_m, .. } => heights_m.len(),
        Shape::Compound { parts } => parts.iter().map(|part| numbers(&part.shape)).sum(),
        _ => 3,
    }
}
