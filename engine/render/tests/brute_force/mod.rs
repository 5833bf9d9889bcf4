//! A slow ray tracer in f64, written apart from the renderer: every surface a ray crosses is listed, and a crossing
//! counts where the point lies on the shape.

use glam::{DMat3, DQuat, DVec3};
use terrella_spec::shape::Shape;
use terrella_spec::world::World;

const SLACK: f64 = 1e-9;

/// A primitive at its place in the world.
pub struct Primitive {
    pub body: usize,
    position: DVec3,
    rotation: DMat3,
    geometry: Geometry,
}

enum Geometry {
    Ball(f64),
    Ellipsoid(DVec3),
    /// Planes: normal and offset.
    Convex(Vec<(DVec3, f64)>),
    /// Radius, half height.
    Capsule(f64, f64),
    Cylinder(f64, f64),
    Cone(f64, f64),
    HalfSpace,
    Triangles(Vec<[DVec3; 3]>),
}

pub fn primitives(world: &World<f32>) -> Vec<Primitive> {
    let mut all = Vec::new();
    for (index, body) in world.bodies.values().enumerate() {
        let rotation = quaternion(body.rotation.quaternion_xyzw());
        add(&body.shape, index, vector(body.position_m), rotation, &mut all);
    }
    all
}

fn add(shape: &Shape<f32>, body: usize, position: DVec3, rotation: DQuat, all: &mut Vec<Primitive>) {
    let geometry = match shape {
        Shape::Ball { radius_m } => Geometry::Ball(f64::from(*radius_m)),
        Shape::Ellipsoid { radii_m } => Geometry::Ellipsoid(vector(*radii_m)),
        Shape::Box { half_extents_m } => {
            let half = vector(*half_extents_m);
            let planes = [DVec3::X, DVec3::Y, DVec3::Z].into_iter().flat_map(|axis| {
                let size = half.dot(axis);
                [(axis, size), (-axis, size)]
            });
            Geometry::Convex(planes.collect())
        }
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => Geometry::Capsule(f64::from(*radius_m), f64::from(*half_height_m)),
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => Geometry::Cylinder(f64::from(*radius_m), f64::from(*half_height_m)),
        Shape::Cone {
            radius_m,
            half_height_m,
        } => Geometry::Cone(f64::from(*radius_m), f64::from(*half_height_m)),
        Shape::HalfSpace {} => Geometry::HalfSpace,
        Shape::Hull { points_m } => Geometry::Convex(all_outer_planes(points_m)),
        Shape::Mesh {
            vertices_m,
            triangles,
            ..
        } => Geometry::Triangles(
            triangles
                .iter()
                .map(|corners| corners.map(|at| vector(vertices_m[at as usize])))
                .collect(),
        ),
        Shape::MeshFile { .. } => panic!("a mesh file is read before it is drawn"),
        Shape::HeightField {
            size_m,
            columns,
            heights_m,
        } => {
            let columns = *columns as usize;
            let rows = heights_m.len() / columns;
            let at = |column: usize, row: usize| {
                let x = (column as f64 / (columns - 1) as f64 - 0.5) * f64::from(size_m[0]);
                let y = (row as f64 / (rows - 1) as f64 - 0.5) * f64::from(size_m[1]);
                DVec3::new(x, y, f64::from(heights_m[row * columns + column]))
            };
            let mut triangles = Vec::new();
            for row in 1..rows {
                for column in 1..columns {
                    let (low, high) = (at(column - 1, row - 1), at(column, row));
                    triangles.push([low, at(column, row - 1), high]);
                    triangles.push([low, high, at(column - 1, row)]);
                }
            }
            Geometry::Triangles(triangles)
        }
        Shape::Compound { parts } => {
            for part in parts {
                let inner = quaternion(part.rotation.quaternion_xyzw());
                let place = position + rotation * vector(part.position_m);
                add(&part.shape, body, place, rotation * inner, all);
            }
            return;
        }
    };
    all.push(Primitive {
        body,
        position,
        rotation: DMat3::from_quat(rotation),
        geometry,
    });
}

/// Every plane through three of the points that has all of them on one side.
fn all_outer_planes(points_m: &[[f32; 3]]) -> Vec<(DVec3, f64)> {
    let points: Vec<DVec3> = points_m.iter().map(|point| vector(*point)).collect();
    let mut planes = Vec::new();
    for a in 0..points.len() {
        for b in a + 1..points.len() {
            for c in b + 1..points.len() {
                let normal = (points[b] - points[a])
                    .cross(points[c] - points[a])
                    .normalize_or_zero();
                for normal in [normal, -normal] {
                    let offset = normal.dot(points[a]);
                    let outer = points.iter().all(|point| normal.dot(*point) <= offset + 1e-7);
                    if normal != DVec3::ZERO && outer {
                        planes.push((normal, offset));
                    }
                }
            }
        }
    }
    planes
}

impl Primitive {
    /// Smallest t > 0 at which the ray meets it.
    pub fn first_hit(&self, from: DVec3, ray: DVec3) -> Option<f64> {
        let inverse = self.rotation.transpose();
        let (o, d) = (inverse * (from - self.position), inverse * ray);
        let mut crossings: Vec<f64> = Vec::new();
        match &self.geometry {
            Geometry::Ball(radius) => crossings.extend(sphere(o, d, DVec3::ZERO, *radius)),
            Geometry::Ellipsoid(radii) => {
                // A ray stretched along with the shape meets it at the same times.
                crossings.extend(sphere(o / *radii, d / *radii, DVec3::ZERO, 1.0));
            }
            Geometry::Convex(planes) => {
                for (normal, offset) in planes {
                    let t = (offset - normal.dot(o)) / normal.dot(d);
                    let point = o + d * t;
                    if planes
                        .iter()
                        .all(|(other, limit)| other.dot(point) <= limit + SLACK)
                    {
                        crossings.push(t);
                    }
                }
            }
            Geometry::Capsule(radius, half) => {
                let round = roots(
                    d.x * d.x + d.y * d.y,
                    o.x * d.x + o.y * d.y,
                    o.x * o.x + o.y * o.y - radius * radius,
                );
                crossings.extend(round.into_iter().filter(|t| (o.z + d.z * t).abs() <= *half));
                for end in [-half, *half] {
                    let hits = sphere(o, d, DVec3::new(0.0, 0.0, end), *radius);
                    crossings.extend(
                        hits.into_iter()
                            .filter(|t| (o.z + d.z * t) * end.signum() >= *half),
                    );
                }
            }
            Geometry::Cylinder(radius, half) => {
                let round = roots(
                    d.x * d.x + d.y * d.y,
                    o.x * d.x + o.y * d.y,
                    o.x * o.x + o.y * o.y - radius * radius,
                );
                crossings.extend(
                    round
                        .into_iter()
                        .filter(|t| (o.z + d.z * t).abs() <= half + SLACK),
                );
                for end in [-half, *half] {
                    crossings.extend(disc(o, d, end, *radius));
                }
            }
            Geometry::Cone(radius, half) => {
                let slope = (radius / (2.0 * half)).powi(2);
                let z = o.z - half;
                let side = roots(
                    d.x * d.x + d.y * d.y - slope * d.z * d.z,
                    o.x * d.x + o.y * d.y - slope * z * d.z,
                    o.x * o.x + o.y * o.y - slope * z * z,
                );
                crossings.extend(side.into_iter().filter(|t| (o.z + d.z * t).abs() <= half + SLACK));
                crossings.extend(disc(o, d, -half, *radius));
            }
            Geometry::HalfSpace => crossings.push(-o.z / d.z),
            Geometry::Triangles(triangles) => {
                for [a, b, c] in triangles {
                    let normal = (*b - *a).cross(*c - *a);
                    let t = normal.dot(*a - o) / normal.dot(d);
                    let point = o + d * t;
                    let inside = [(a, b), (b, c), (c, a)]
                        .into_iter()
                        .all(|(from, to)| (*to - *from).cross(point - *from).dot(normal) >= -SLACK);
                    if inside {
                        crossings.push(t);
                    }
                }
            }
        }
        crossings.into_iter().filter(|t| *t > 0.0).reduce(f64::min)
    }
}

/// The body that the ray meets first, and where.
pub fn nearest(all: &[Primitive], from: DVec3, ray: DVec3) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for primitive in all {
        if let Some(t) = primitive.first_hit(from, ray)
            && best.is_none_or(|(_, nearest)| t < nearest)
        {
            best = Some((primitive.body, t));
        }
    }
    best
}

/// Roots of a t^2 + 2 b t + c.
fn roots(a: f64, b: f64, c: f64) -> Vec<f64> {
    let square = b * b - a * c;
    if square < 0.0 || a == 0.0 {
        return Vec::new();
    }
    vec![(-b - square.sqrt()) / a, (-b + square.sqrt()) / a]
}

fn sphere(o: DVec3, d: DVec3, center: DVec3, radius: f64) -> Vec<f64> {
    let o = o - center;
    roots(d.length_squared(), o.dot(d), o.length_squared() - radius * radius)
}

fn disc(o: DVec3, d: DVec3, height: f64, radius: f64) -> Option<f64> {
    let t = (height - o.z) / d.z;
    let (x, y) = (o.x + d.x * t, o.y + d.y * t);
    (x * x + y * y <= radius * radius + SLACK).then_some(t)
}

pub fn vector(from: [f32; 3]) -> DVec3 {
    DVec3::from_array(from.map(f64::from))
}

pub fn quaternion(from: [f32; 4]) -> DQuat {
    DQuat::from_array(from.map(f64::from)).normalize()
}
