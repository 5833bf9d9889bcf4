//! From a world's bodies to the parts that are drawn.

use crate::color::linear;
use crate::error::RenderError;
use crate::hull;
use crate::rigid::Rigid;
use crate::shapes::{Ball, Capsule, Cone, Convex, Cylinder, HalfSpace, Surface, Triangles};
use glam::Vec3;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::World;

/// One shape of a body: a compound has several.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) body: usize,
    pub(crate) body_from_part: Rigid,
    pub(crate) surface: Surface,
    /// Middle and half edges of its bounding box in its own frame; None: endless.
    pub(crate) bounds: Option<(Vec3, Vec3)>,
}

/// A body's paint in linear light.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinearPaint {
    pub(crate) color: Vec3,
    pub(crate) second_color: Vec3,
    pub(crate) pattern: Pattern,
    pub(crate) size_m: f32,
}

impl LinearPaint {
    pub(crate) fn new(paint: &Paint<f32>) -> LinearPaint {
        let pattern = if paint.pattern_size_m > 0.0 {
            paint.pattern
        } else {
            Pattern::Plain
        };
        LinearPaint {
            color: linear(paint.color),
            second_color: linear(paint.second_color),
            pattern,
            size_m: paint.pattern_size_m,
        }
    }
}

/// The parts of all visible bodies, in the order of the bodies.
pub(crate) fn parts(world: &World<f32>) -> Result<Vec<Part>, RenderError> {
    if world.bodies.len() > 65_534 {
        return Err(RenderError::TooManyBodies {
            bodies: world.bodies.len(),
        });
    }
    let mut parts = Vec::new();
    for (index, (name, body)) in world.bodies.iter().enumerate() {
        if body.paint.visible {
            add(&body.shape, Rigid::IDENTITY, (index, name), &mut parts)?;
        }
    }
    Ok(parts)
}

fn add(
    shape: &Shape<f32>,
    body_from_part: Rigid,
    body: (usize, &str),
    parts: &mut Vec<Part>,
) -> Result<(), RenderError> {
    let along_z = |radius: f32, half_height: f32| Some((Vec3::ZERO, Vec3::new(radius, radius, half_height)));
    let (surface, bounds) = match shape {
        Shape::Ball { radius_m } => (
            Surface::Ball(Ball::new(*radius_m)),
            Some((Vec3::ZERO, Vec3::splat(*radius_m))),
        ),
        Shape::Box { half_extents_m } => {
            let half = Vec3::from_array(*half_extents_m);
            (Surface::Convex(Convex::of_box(half)), Some((Vec3::ZERO, half)))
        }
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => (
            Surface::Capsule(Capsule::new(*radius_m, *half_height_m)),
            along_z(*radius_m, half_height_m + radius_m),
        ),
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => (
            Surface::Cylinder(Cylinder::new(*radius_m, *half_height_m)),
            along_z(*radius_m, *half_height_m),
        ),
        Shape::Cone {
            radius_m,
            half_height_m,
        } => (
            Surface::Cone(Cone::new(*radius_m, *half_height_m)),
            along_z(*radius_m, *half_height_m),
        ),
        Shape::HalfSpace {} => (Surface::HalfSpace(HalfSpace::new()), None),
        Shape::Hull { points_m } => {
            let planes = hull::planes(points_m).ok_or_else(|| RenderError::FlatHull {
                body: body.1.to_string(),
            })?;
            (Surface::Convex(Convex::new(planes)), bounds_of(points_m))
        }
        Shape::Mesh {
            vertices_m,
            triangles,
        } => {
            if let Some(vertex) = triangles
                .iter()
                .flatten()
                .find(|index| **index as usize >= vertices_m.len())
            {
                return Err(RenderError::MissingVertex {
                    body: body.1.to_string(),
                    vertex: *vertex,
                    vertices: vertices_m.len(),
                });
            }
            triangles_of(vertices_m, triangles.clone())
        }
        Shape::MeshFile { path, .. } => {
            return Err(RenderError::UnreadMesh {
                body: body.1.to_string(),
                path: path.clone(),
            });
        }
        Shape::HeightField {
            size_m,
            columns,
            heights_m,
        } => {
            let (vertices, triangles) =
                height_field(*size_m, *columns as usize, heights_m).ok_or_else(|| {
                    RenderError::RaggedHeights {
                        body: body.1.to_string(),
                        heights: heights_m.len(),
                        columns: *columns,
                    }
                })?;
            triangles_of(&vertices, triangles)
        }
        Shape::Compound { parts: inner } => {
            for part in inner {
                let place = Rigid::new(part.position_m, part.rotation.quaternion_xyzw());
                add(&part.shape, body_from_part.after(&place), body, parts)?;
            }
            return Ok(());
        }
    };
    parts.push(Part {
        body: body.0,
        body_from_part,
        surface,
        bounds,
    });
    Ok(())
}

fn triangles_of(vertices_m: &[[f32; 3]], triangles: Vec<[u32; 3]>) -> (Surface, Option<(Vec3, Vec3)>) {
    let vertices = vertices_m
        .iter()
        .map(|vertex| Vec3::from_array(*vertex))
        .collect();
    (
        Surface::Triangles(Triangles::new(vertices, triangles)),
        bounds_of(vertices_m),
    )
}

fn bounds_of(points_m: &[[f32; 3]]) -> Option<(Vec3, Vec3)> {
    let mut min = Vec3::INFINITY;
    let mut max = Vec3::NEG_INFINITY;
    for point in points_m {
        min = min.min(Vec3::from_array(*point));
        max = max.max(Vec3::from_array(*point));
    }
    if points_m.is_empty() {
        return Some((Vec3::ZERO, Vec3::ZERO));
    }
    Some(((min + max) * 0.5, (max - min) * 0.5))
}

/// Vertices and triangles.
type Mesh = (Vec<[f32; 3]>, Vec<[u32; 3]>);

/// A height field as a mesh. Each cell is cut from its corner of least x and y to the opposite one.
fn height_field(size_m: [f32; 2], columns: usize, heights_m: &[f32]) -> Option<Mesh> {
    let rows = heights_m.len().checked_div(columns)?;
    if columns < 2 || rows < 2 || rows * columns != heights_m.len() {
        return None;
    }
    let along = |index: usize, count: usize, size: f32| (index as f32 / (count - 1) as f32 - 0.5) * size;
    let vertices = heights_m
        .iter()
        .enumerate()
        .map(|(index, height)| {
            [
                along(index % columns, columns, size_m[0]),
                along(index / columns, rows, size_m[1]),
                *height,
            ]
        })
        .collect();
    let mut triangles = Vec::with_capacity((rows - 1) * (columns - 1) * 2);
    for row in 0..rows - 1 {
        for column in 0..columns - 1 {
            let low = (row * columns + column) as u32;
            let high = low + columns as u32;
            triangles.push([low, low + 1, high + 1]);
            triangles.push([low, high + 1, high]);
        }
    }
    Some((vertices, triangles))
}
