//! A body's shape as Rapier's colliders.

use crate::ellipsoid::Ellipsoid;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::geometry::SharedShape;
use rapier3d::math::Pose;
use rapier3d::parry::utils::Array2;
use terrella_spec::limits::LENGTH_M;
use terrella_spec::shape::{Part, Shape};

/// Rapier's cylinders, cones and height fields point along Y; ours along Z. The quarter turn about X is exact.
const Z_FROM_Y: Quat = Quat::from_xyzw(
    std::f32::consts::FRAC_1_SQRT_2,
    0.0,
    0.0,
    std::f32::consts::FRAC_1_SQRT_2,
);

/// The colliders of a shape: each with its pose in the body's frame.
pub(crate) fn colliders(place: &str, shape: &Shape<f32>) -> Result<Vec<(Pose, SharedShape)>, LaneError> {
    let upright = Pose::IDENTITY;
    let turned = Pose {
        rotation: Z_FROM_Y,
        ..Pose::IDENTITY
    };
    let positive = |name: &str, value: f32| {
        let (least, most) = LENGTH_M;
        if (least..=most).contains(&f64::from(value)) {
            Ok(value)
        } else {
            Err(LaneError::invalid(
                format!("{place}.{name}"),
                format!("must be above 0, in {least:e}..={most:e} m, not {value}"),
            ))
        }
    };
    Ok(match shape {
        Shape::Ball { radius_m } => vec![(upright, SharedShape::ball(positive("radius_m", *radius_m)?))],
        Shape::Ellipsoid { radii_m: [x, y, z] } => {
            let name = "radii_m";
            let radii = Vec3::new(positive(name, *x)?, positive(name, *y)?, positive(name, *z)?);
            vec![(upright, SharedShape::new(Ellipsoid::new(radii)))]
        }
        Shape::Box {
            half_extents_m: [x, y, z],
        } => {
            let name = "half_extents_m";
            let shape = SharedShape::cuboid(positive(name, *x)?, positive(name, *y)?, positive(name, *z)?);
            vec![(upright, shape)]
        }
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => {
            let shape = SharedShape::capsule_z(
                positive("half_height_m", *half_height_m)?,
                positive("radius_m", *radius_m)?,
            );
            vec![(upright, shape)]
        }
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => {
            let shape = SharedShape::cylinder(
                positive("half_height_m", *half_height_m)?,
                positive("radius_m", *radius_m)?,
            );
            vec![(turned, shape)]
        }
        Shape::Cone {
            radius_m,
            half_height_m,
        } => {
            let shape = SharedShape::cone(
                positive("half_height_m", *half_height_m)?,
                positive("radius_m", *radius_m)?,
            );
            vec![(turned, shape)]
        }
        Shape::HalfSpace {} => vec![(upright, SharedShape::halfspace(Vec3::Z))],
        Shape::Hull { points_m } => {
            let points: Vec<Vec3> = points_m.iter().copied().map(Vec3::from).collect();
            let hull =
                SharedShape::convex_hull(&points).filter(|hull| hull.mass_properties(1.0).mass() > 0.0);
            let hull = hull.ok_or_else(|| {
                LaneError::invalid(
                    format!("{place}.points_m"),
                    "a hull wants four points that are not in one plane",
                )
            })?;
            vec![(upright, hull)]
        }
        Shape::Mesh {
            vertices_m,
            triangles,
            ..
        } => {
            let count = vertices_m.len();
            if let Some(bad) = triangles.iter().flatten().find(|index| **index as usize >= count) {
                return Err(LaneError::invalid(
                    format!("{place}.triangles"),
                    format!("corner {bad} does not exist: there are {count} vertices, numbered from 0"),
                ));
            }
            let vertices = vertices_m.iter().copied().map(Vec3::from).collect();
            let mesh = SharedShape::trimesh(vertices, triangles.clone())
                .map_err(|error| LaneError::invalid(place, format!("not a usable mesh: {error}")))?;
            vec![(upright, mesh)]
        }
        Shape::MeshFile { path, .. } => {
            return Err(LaneError::invalid(
                place,
                format!("the mesh file {path} must be read before a world is made of it"),
            ));
        }
        Shape::HeightField {
            size_m: [width, depth],
            columns,
            heights_m,
        } => {
            let columns = *columns as usize;
            if columns < 2 || !heights_m.len().is_multiple_of(columns) || heights_m.len() / columns < 2 {
                return Err(LaneError::invalid(
                    format!("{place}.heights_m"),
                    format!(
                        "wants at least 2 whole rows of {columns} (at least 2) heights, has {}",
                        heights_m.len()
                    ),
                ));
            }
            let rows = heights_m.len() / columns;
            // After the turn its rows run along -Y, so they are taken from the last to the first; its storage is
            // column by column.
            let mut data = Vec::with_capacity(heights_m.len());
            for column in 0..columns {
                for row in (0..rows).rev() {
                    data.push(heights_m[row * columns + column]);
                }
            }
            let scale = Vec3::new(positive("size_m", *width)?, 1.0, positive("size_m", *depth)?);
            vec![(
                turned,
                SharedShape::heightfield(Array2::new(rows, columns, data), scale),
            )]
        }
        Shape::Compound { parts } => {
            let mut all = Vec::new();
            for (index, part) in parts.iter().enumerate() {
                let place = format!("{place}.parts[{index}]");
                if matches!(part.shape, Shape::Compound { .. } | Shape::HalfSpace {}) {
                    return Err(LaneError::invalid(
                        place,
                        "a compound holds neither compounds nor half spaces",
                    ));
                }
                let pose = part_pose(part);
                all.extend(
                    colliders(&place, &part.shape)?
                        .into_iter()
                        .map(|(local, shape)| (pose * local, shape)),
                );
            }
            if all.is_empty() {
                return Err(LaneError::invalid(place, "a compound wants at least one part"));
            }
            all
        }
    })
}

fn part_pose(part: &Part<f32>) -> Pose {
    Pose {
        translation: part.position_m.into(),
        rotation: Quat::from_array(part.rotation.quaternion_xyzw()),
        ..Pose::IDENTITY
    }
}
