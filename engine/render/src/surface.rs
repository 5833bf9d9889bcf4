//! The shapes as they are in their own frames, where they are in the camera's, and their normals.

use crate::bvh::Bvh;
use crate::rigid::Rigid;
use glam::Vec3;

/// The points with `normal . point <= offset` are inside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    pub(crate) normal: Vec3,
    pub(crate) offset: f32,
}

/// Triangles of a run: of a height field those of half a row or less, so that its box is small.
pub(crate) const RUN: usize = 32;

/// Triangles with two sides. Faces: their indices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mesh {
    pub(crate) vertices: Vec<Vec3>,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) tree: Bvh,
    /// Middles and half edges of boxes, each around [`RUN`] triangles that follow each other: what a picture does not show of
    /// a land is left out run by run. None: the mesh is new in each picture.
    pub(crate) runs: Vec<(Vec3, Vec3)>,
    /// Of each vertex; none: its faces are flat.
    pub(crate) normals: Vec<Vec3>,
    /// Where an image lies at the corners of each triangle; none: as on other shapes.
    pub(crate) uvs: Vec<[[f32; 2]; 3]>,
    /// It has an inside, and its triangles are counter-clockwise seen from outside.
    pub(crate) closed: bool,
}

impl Mesh {
    /// Gives each vertex the mean of its triangles' normals, weighed by their areas.
    pub(crate) fn bend(&mut self) {
        let normals = &mut self.normals;
        normals.clear();
        normals.resize(self.vertices.len(), Vec3::ZERO);
        for triangle in &self.triangles {
            let [a, b, c] = triangle.map(|index| self.vertices[index as usize]);
            for index in triangle {
                normals[*index as usize] += (b - a).cross(c - a);
            }
        }
        for normal in normals {
            *normal = normal.normalize_or_zero();
        }
    }

    /// The mean of the normals of a triangle's vertices at a point of it, along with its flat normal.
    fn bent(&self, point: Vec3, triangle: [u32; 3]) -> (Vec3, Vec3) {
        let [na, nb, nc] = triangle.map(|index| self.normals[index as usize]);
        let ([u, v], flat) = self.shares(point, triangle);
        (na * u + nb * v + nc * (1.0 - u - v), flat)
    }

    /// The shares of a triangle's first two corners at a point of its plane, along with its flat normal.
    fn shares(&self, point: Vec3, triangle: [u32; 3]) -> ([f32; 2], Vec3) {
        let [a, b, c] = triangle.map(|index| self.vertices[index as usize]);
        let flat = (b - a).cross(c - a);
        let inverse = 1.0 / flat.length_squared();
        let u = (c - b).cross(point - b).dot(flat) * inverse;
        let v = (a - c).cross(point - c).dot(flat) * inverse;
        ([u, v], flat)
    }
}

/// Any shape but a compound, which is several of them.
#[derive(Clone, Debug)]
pub(crate) enum Solid {
    /// One face.
    Ball { radius: f32 },
    /// One face.
    Ellipsoid { radii: Vec3 },
    /// Faces: towards +x, -x, +y, -y, +z, -z.
    Box { half: Vec3 },
    /// Along z. One face.
    Capsule { radius: f32, half_height: f32 },
    /// Along z. Faces: side, cap at +z, cap at -z.
    Cylinder { radius: f32, half_height: f32 },
    /// Along z, apex at the top. Faces: side, base.
    Cone { radius: f32, half_height: f32 },
    /// All below z = 0. One face.
    HalfSpace,
    /// Faces: its planes.
    Hull { planes: Vec<Plane> },
    /// A mesh or a height field.
    Mesh(Mesh),
}

/// A shape and where it is in the camera's frame.
#[derive(Clone, Debug)]
pub(crate) struct Surface {
    pub(crate) solid: Solid,
    pub(crate) place: Rigid,
}

impl Surface {
    pub(crate) fn new(solid: Solid) -> Surface {
        Surface {
            solid,
            place: Rigid::IDENTITY,
        }
    }

    /// True where all points of a face have one normal, in whatever light.
    fn has_flat_faces(&self) -> bool {
        match &self.solid {
            Solid::Box { .. } | Solid::HalfSpace | Solid::Hull { .. } => true,
            Solid::Mesh(mesh) => mesh.normals.is_empty(),
            _ => false,
        }
    }

    /// The normal of a shape that has only one.
    pub(crate) fn only_normal(&self) -> Option<Vec3> {
        matches!(self.solid, Solid::HalfSpace).then(|| self.normal(Vec3::ZERO, 0))
    }

    /// The unit normal that light sees at a point of a face, where it is not [`Surface::normal`]: of a mesh that is drawn as
    /// if it were bent.
    pub(crate) fn bent(&self, point: Vec3, face: u32) -> Option<Vec3> {
        let Solid::Mesh(mesh) = &self.solid else {
            return None;
        };
        if mesh.normals.is_empty() {
            return None;
        }
        let inverse = self.place.rotation.transpose();
        let local = inverse * (point - self.place.translation);
        let triangle = mesh.triangles[face as usize];
        let (normal, flat) = mesh.bent(local, triangle);
        let eye = -(inverse * self.place.translation);
        let away = flat.dot(eye - mesh.vertices[triangle[0] as usize]) < 0.0;
        let normal = (self.place.rotation * normal).try_normalize()?;
        Some(if away { -normal } else { normal })
    }

    /// Where an image lies at a point of a face's plane, by the mesh's own texture coordinates.
    pub(crate) fn texture(&self, point: Vec3, face: u32) -> Option<[f32; 2]> {
        let Solid::Mesh(mesh) = &self.solid else {
            return None;
        };
        let [a, b, c] = mesh.uvs.get(face as usize)?;
        let local = self.place.rotation.transpose() * (point - self.place.translation);
        let ([u, v], _) = mesh.shares(local, mesh.triangles[face as usize]);
        Some([0, 1].map(|axis| a[axis] * u + b[axis] * v + c[axis] * (1.0 - u - v)))
    }

    /// The outward unit normal at a point of a face, in the camera's frame; of a mesh, the one towards the camera.
    pub(crate) fn normal(&self, point: Vec3, face: u32) -> Vec3 {
        let local = self.place.rotation.transpose() * (point - self.place.translation);
        let normal = match &self.solid {
            Solid::Ball { .. } => local.normalize_or(Vec3::Z),
            Solid::Ellipsoid { radii } => (local / (*radii * *radii)).normalize_or(Vec3::Z),
            Solid::Box { .. } => {
                let axis = [Vec3::X, Vec3::Y, Vec3::Z][(face / 2) as usize % 3];
                if face.is_multiple_of(2) { axis } else { -axis }
            }
            Solid::Capsule { half_height, .. } => {
                let along = local.z.clamp(-half_height, *half_height);
                (local - Vec3::Z * along).normalize_or(Vec3::Z)
            }
            Solid::Cylinder { .. } => match face {
                0 => Vec3::new(local.x, local.y, 0.0).normalize_or(Vec3::X),
                1 => Vec3::Z,
                _ => Vec3::NEG_Z,
            },
            Solid::Cone { radius, half_height } => match face {
                0 => {
                    let slope = radius / (2.0 * half_height);
                    (Vec3::new(local.x, local.y, 0.0).normalize_or(Vec3::X) + Vec3::Z * slope).normalize()
                }
                _ => Vec3::NEG_Z,
            },
            Solid::HalfSpace => Vec3::Z,
            Solid::Hull { planes } => planes[face as usize].normal,
            Solid::Mesh(mesh) => {
                let [a, b, c] = mesh.triangles[face as usize].map(|index| mesh.vertices[index as usize]);
                let normal = (b - a).cross(c - a).normalize_or(Vec3::Z);
                let eye = -(self.place.rotation.transpose() * self.place.translation);
                if normal.dot(eye - a) < 0.0 {
                    -normal
                } else {
                    normal
                }
            }
        };
        self.place.rotation * normal
    }
}

/// The normal of the flat face that was looked up last: neighbouring pixels are often of one face.
#[derive(Default)]
pub(crate) struct LastNormal(Option<((u32, u32), Vec3)>);

impl LastNormal {
    /// [`Surface::normal`] at a point of a face, where `tag` tells the surface from others that are looked up in turn.
    #[inline]
    pub(crate) fn of(&mut self, surface: &Surface, tag: u32, point: Vec3, face: u32) -> Vec3 {
        if let Some((known, normal)) = self.0
            && known == (tag, face)
        {
            return normal;
        }
        let normal = surface.normal(point, face);
        self.0 = surface.has_flat_faces().then_some(((tag, face), normal));
        normal
    }
}
