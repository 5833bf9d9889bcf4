//! From a world's bodies to the parts that are drawn.

use crate::bvh::Bvh;
use crate::error::RenderError;
use crate::hull;
use crate::plan::Gloss;
use crate::points;
use crate::rigid::Rigid;
use crate::surface::{Mesh, RUN, Solid, Surface};
use glam::Vec3;
use terrella_spec::image::picked;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::World;

/// Most parts of one body: so many have their own number in a tag.
const MOST_PARTS: u32 = 32_768;

/// Greatest exponent of highlights.
const MOST_SHININESS: f32 = 1024.0;

/// One shape of a body: a compound has several.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) body: usize,
    /// Names it in kernels: see [`crate::plan::Label`].
    pub(crate) tag: u32,
    /// None: the body's own frame.
    pub(crate) body_from_part: Option<Rigid>,
    pub(crate) surface: Surface,
    /// Middle and half edges of its bounding box in its own frame; None: endless.
    pub(crate) bounds: Option<(Vec3, Vec3)>,
}

/// A body's paint, sRGB in 0..255.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coat {
    /// Bytes, red lowest.
    pub(crate) color: u32,
    pub(crate) mean: [f32; 3],
    pub(crate) half: [f32; 3],
    pub(crate) pattern: Pattern,
    pub(crate) size_m: f32,
    /// Which of the world's images stands in place of the colours.
    pub(crate) image: Option<u32>,
    pub(crate) gloss: Gloss,
    /// Meshes are drawn as if they were bent.
    pub(crate) smooth: bool,
}

impl Coat {
    /// With the image that the paint picks among the world's.
    pub(crate) fn new(world: &World<f32>, paint: &Paint<f32>) -> Result<Coat, RenderError> {
        let sized = paint.pattern_size_m > 0.0;
        let image = image(world, &paint.images, paint.image_pick)?.filter(|_| sized && paint.visible);
        let coat = Coat::plain(paint);
        let pattern = if image.is_some() {
            Pattern::Plain
        } else {
            coat.pattern
        };
        Ok(Coat {
            image,
            pattern,
            ..coat
        })
    }

    /// Without an image.
    pub(crate) fn plain(paint: &Paint<f32>) -> Coat {
        let sized = paint.pattern_size_m > 0.0;
        let pattern = if sized { paint.pattern } else { Pattern::Plain };
        let first = paint.color.map(byte_scale);
        let second = if pattern == Pattern::Plain {
            first
        } else {
            paint.second_color.map(byte_scale)
        };
        Coat {
            image: None,
            color: bytes(first),
            mean: std::array::from_fn(|at| 0.5 * (first[at] + second[at])),
            half: std::array::from_fn(|at| 0.5 * (first[at] - second[at])),
            pattern,
            size_m: paint.pattern_size_m,
            smooth: paint.smooth && paint.visible,
            gloss: Gloss {
                strength: if paint.visible {
                    paint.specular.clamp(0.0, 1.0)
                } else {
                    0.0
                },
                power: (paint.shininess.clamp(1.0, MOST_SHININESS) + 0.5) as u32,
            },
        }
    }
}

/// The image that is picked among these names.
pub(crate) fn image(world: &World<f32>, names: &[String], pick: f32) -> Result<Option<u32>, RenderError> {
    let Some(choice) = picked(pick, names.len()) else {
        return Ok(None);
    };
    let name = &names[choice];
    let index = world
        .images
        .get_index_of(name)
        .ok_or_else(|| RenderError::BadImage {
            image: name.clone(),
            reason: "is not there".into(),
        })?;
    Ok(Some(index as u32))
}

/// A colour of channels of 0..255 as bytes, red lowest.
pub(crate) fn bytes(color: [f32; 3]) -> u32 {
    let [red, green, blue] = color.map(|value| (value + 0.5) as u32);
    red | green << 8 | blue << 16
}

/// From 0..1 to 0..255.
pub(crate) fn byte_scale(value: f32) -> f32 {
    value.clamp(0.0, 1.0) * 255.0
}

/// The parts of all visible bodies, in the order of the bodies, and then of all liquids and soft bodies.
pub(crate) fn parts(world: &World<f32>) -> Result<Vec<Part>, RenderError> {
    let bodies = world.bodies.len() + points::count(world);
    if bodies > 65_534 {
        return Err(RenderError::TooManyBodies { bodies });
    }
    let mut parts = Vec::new();
    for (index, (name, body)) in world.bodies.iter().enumerate() {
        if body.paint.visible {
            let first = parts.len();
            add(&body.shape, None, (index, name), &mut parts)?;
            if parts.len() - first > MOST_PARTS as usize {
                return Err(RenderError::TooManyParts {
                    body: name.clone(),
                    parts: parts.len() - first,
                });
            }
            for (number, part) in (0..).zip(&mut parts[first..]) {
                part.tag = (index as u32 + 1) | number << 16;
                if let (true, Solid::Mesh(mesh)) = (body.paint.smooth, &mut part.surface.solid) {
                    mesh.bend();
                }
            }
        }
    }
    parts.extend(points::parts(world));
    Ok(parts)
}

fn add(
    shape: &Shape<f32>,
    body_from_part: Option<Rigid>,
    body: (usize, &str),
    parts: &mut Vec<Part>,
) -> Result<(), RenderError> {
    let along_z = |radius: f32, half_height: f32| Some((Vec3::ZERO, Vec3::new(radius, radius, half_height)));
    let (solid, bounds) = match shape {
        Shape::Ball { radius_m } => (
            Solid::Ball { radius: *radius_m },
            Some((Vec3::ZERO, Vec3::splat(*radius_m))),
        ),
        Shape::Ellipsoid { radii_m } => {
            let radii = Vec3::from_array(*radii_m);
            (Solid::Ellipsoid { radii }, Some((Vec3::ZERO, radii)))
        }
        Shape::Box { half_extents_m } => {
            let half = Vec3::from_array(*half_extents_m);
            (Solid::Box { half }, Some((Vec3::ZERO, half)))
        }
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => (
            Solid::Capsule {
                radius: *radius_m,
                half_height: *half_height_m,
            },
            along_z(*radius_m, half_height_m + radius_m),
        ),
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => (
            Solid::Cylinder {
                radius: *radius_m,
                half_height: *half_height_m,
            },
            along_z(*radius_m, *half_height_m),
        ),
        Shape::Cone {
            radius_m,
            half_height_m,
        } => (
            Solid::Cone {
                radius: *radius_m,
                half_height: *half_height_m,
            },
            along_z(*radius_m, *half_height_m),
        ),
        Shape::HalfSpace {} => (Solid::HalfSpace, None),
        Shape::Hull { points_m } => {
            let planes = hull::planes(points_m).ok_or_else(|| RenderError::FlatHull {
                body: body.1.to_string(),
            })?;
            (
                Solid::Hull { planes },
                bounds_of(points_m.iter().copied().map(Vec3::from)),
            )
        }
        Shape::Mesh {
            vertices_m,
            triangles,
            uvs,
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
            let uvs = if uvs.len() == triangles.len() {
                uvs.clone()
            } else {
                Vec::new()
            };
            triangles_of(vertices_m, triangles.clone(), uvs)
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
            triangles_of(&vertices, triangles, Vec::new())
        }
        Shape::Compound { parts: inner } => {
            for part in inner.iter().filter(|part| part.visible) {
                let place = Rigid::new(part.position_m, part.rotation.quaternion_xyzw());
                let place = match &body_from_part {
                    Some(outer) => outer.after(&place),
                    None => place,
                };
                add(&part.shape, Some(place), body, parts)?;
            }
            return Ok(());
        }
    };
    parts.push(Part {
        body: body.0,
        tag: 0,
        body_from_part,
        surface: Surface::new(solid),
        bounds,
    });
    Ok(())
}

fn triangles_of(
    vertices_m: &[[f32; 3]],
    triangles: Vec<[u32; 3]>,
    uvs: Vec<[[f32; 2]; 3]>,
) -> (Solid, Option<(Vec3, Vec3)>) {
    let vertices: Vec<Vec3> = vertices_m
        .iter()
        .map(|vertex| Vec3::from_array(*vertex))
        .collect();
    let corners: Vec<[Vec3; 3]> = triangles
        .iter()
        .map(|triangle| triangle.map(|index| vertices[index as usize]))
        .collect();
    let run = |run: &[[Vec3; 3]]| bounds_of(run.iter().flatten().copied());
    let mesh = Mesh {
        tree: Bvh::new(&corners),
        runs: corners.chunks(RUN).filter_map(run).collect(),
        normals: Vec::new(),
        closed: false,
        uvs,
        vertices,
        triangles,
    };
    let bounds = bounds_of(mesh.vertices.iter().copied());
    (Solid::Mesh(mesh), bounds)
}

/// Middle and half edges of the box around points.
pub(crate) fn bounds_of(points: impl Iterator<Item = Vec3>) -> Option<(Vec3, Vec3)> {
    let mut min = Vec3::INFINITY;
    let mut max = Vec3::NEG_INFINITY;
    for point in points {
        min = min.min(point);
        max = max.max(point);
    }
    if min.x > max.x {
        return Some((Vec3::ZERO, Vec3::ZERO));
    }
    Some(((min + max) * 0.5, (max - min) * 0.5))
}

/// Vertices and triangles.
type Corners = (Vec<[f32; 3]>, Vec<[u32; 3]>);

/// A height field as a mesh. Each cell is cut from its corner of least x and y to the opposite one.
fn height_field(size_m: [f32; 2], columns: usize, heights_m: &[f32]) -> Option<Corners> {
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
