//! Shapes made larger and smaller by the handles, as [`crate::change::scale_by`] does it in the text.

use bevy::math::Vec3;
use terrella_app::spec::shape::{Part, Rotation, Shape};

/// A shape with factors along its own axes; nothing where it has no lengths of its own.
pub fn scaled(shape: &Shape<f32>, factors: Vec3) -> Option<Shape<f32>> {
    let factors = factors.max(Vec3::splat(0.01));
    // A round shape takes the factor that changes it most.
    let most = |factors: &[f32]| {
        let most = factors
            .iter()
            .max_by(|one, other| (*one - 1.0).abs().total_cmp(&(*other - 1.0).abs()));
        most.copied().unwrap_or(1.0)
    };
    let all = || most(&factors.to_array());
    let round = || most(&[factors.x, factors.y]);
    let points = |points: &[[f32; 3]]| -> Vec<[f32; 3]> {
        let scaled = points.iter().map(|point| Vec3::from_array(*point) * factors);
        scaled.map(|point| point.to_array()).collect()
    };
    Some(match shape {
        Shape::Ball { radius_m } => Shape::Ball {
            radius_m: radius_m * all(),
        },
        Shape::Ellipsoid { radii_m } => Shape::Ellipsoid {
            radii_m: (Vec3::from_array(*radii_m) * factors).to_array(),
        },
        Shape::Box { half_extents_m } => Shape::Box {
            half_extents_m: (Vec3::from_array(*half_extents_m) * factors).to_array(),
        },
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => Shape::Capsule {
            radius_m: radius_m * round(),
            half_height_m: half_height_m * factors.z,
        },
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => Shape::Cylinder {
            radius_m: radius_m * round(),
            half_height_m: half_height_m * factors.z,
        },
        Shape::Cone {
            radius_m,
            half_height_m,
        } => Shape::Cone {
            radius_m: radius_m * round(),
            half_height_m: half_height_m * factors.z,
        },
        Shape::Hull { points_m } => Shape::Hull {
            points_m: points(points_m),
        },
        Shape::Mesh {
            vertices_m,
            triangles,
            uvs,
        } => Shape::Mesh {
            vertices_m: points(vertices_m),
            triangles: triangles.clone(),
            uvs: uvs.clone(),
        },
        Shape::HeightField {
            size_m: [x, y],
            columns,
            heights_m,
        } => Shape::HeightField {
            size_m: [x * factors.x, y * factors.y],
            columns: *columns,
            heights_m: heights_m.iter().map(|height| height * factors.z).collect(),
        },
        Shape::Compound { parts } => {
            // Where a part is turned, all grow alike.
            let turned = parts.iter().any(|part| part.rotation != Rotation::default());
            let factors = if turned { Vec3::splat(all()) } else { factors };
            let part = |part: &Part<f32>| {
                Some(Part {
                    shape: scaled(&part.shape, factors)?,
                    position_m: (Vec3::from_array(part.position_m) * factors).to_array(),
                    ..part.clone()
                })
            };
            Shape::Compound {
                parts: parts.iter().map(part).collect::<Option<_>>()?,
            }
        }
        Shape::HalfSpace {} | Shape::MeshFile { .. } => return None,
    })
}
