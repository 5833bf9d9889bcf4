//! Triangle meshes as files hold them: OBJ and STL, ASCII and binary, from bytes to corners and triangles.
//!
//! What other readers load beside (materials, normals) nothing here needs, and what this one must do none does:
//! name the line that is wrong, and stop at a limit before memory is taken.
//!
//! **Invariants:** memory is bounded by the limits whatever a file says of itself. The same bytes give the same mesh: corners come
//! in the order of their first use. Every number is finite, every index names a corner.

mod lines;
mod obj;
mod stl;

use crate::diagnostic::Diagnostic;
use crate::dist::Dist;
use crate::limits::{LENGTH_M, Limits, raise};
use crate::shape::Shape;
use crate::world::Number;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

/// A triangle mesh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Corners, no two equal, each used.
    pub vertices_m: Vec<[f32; 3]>,
    /// Three different corners each.
    pub triangles: Vec<[u32; 3]>,
    /// Texture coordinates of each triangle's corners; none where the file lacks some.
    pub uvs: Vec<[[f32; 2]; 3]>,
}

/// Why a mesh cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeshError {
    /// The file is wrong.
    #[error("{0}")]
    Wrong(Box<Diagnostic>),
    /// The bytes did not come.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A file as it is read: its name for messages, its size, its bytes.
pub struct Source<'a> {
    /// The name for messages, and for its ending.
    pub file: &'a str,
    /// Its size; more is not read.
    pub bytes: u64,
    /// Its bytes.
    pub reader: &'a mut dyn BufRead,
}

/// Reads a mesh. The ending of the file's name says which format it has. Triangles with two equal corners have no surface
/// and are left out; polygons are cut into fans.
pub fn read(source: Source<'_>, scale: f32, limits: &Limits) -> Result<Mesh, MeshError> {
    let file = source.file;
    if source.bytes > limits.mesh_bytes {
        let message = format!("has {} bytes; the limit is {}", source.bytes, limits.mesh_bytes);
        return Err(wrong(file, 0, message, raise("mesh_bytes")));
    }
    let ending = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let soup = match ending.as_str() {
        "obj" => obj::read(source, limits)?,
        "stl" => stl::read(source, limits)?,
        _ => {
            let message = "is of no format that is known by its ending";
            return Err(wrong(file, 0, message, "there are: .obj, .stl".into()));
        }
    };
    soup.welded(file, scale)
}

impl Mesh {
    /// The mesh as a shape, or its convex hull.
    pub fn into_shape(self, hull: bool) -> Shape<Dist> {
        let vertices = self.vertices_m.into_iter();
        let points = vertices.map(|vertex| vertex.map(Dist::fixed_f32)).collect();
        if hull {
            Shape::Hull { points_m: points }
        } else {
            Shape::Mesh {
                vertices_m: points,
                triangles: self.triangles,
                uvs: self.uvs,
            }
        }
    }
}

impl Dist {
    fn fixed_f32(value: f32) -> Dist {
        <Dist as Number>::fixed(value)
    }
}

fn wrong(file: &str, line: usize, message: impl Into<String>, remedy: String) -> MeshError {
    MeshError::Wrong(Box::new(Diagnostic {
        file: file.to_string(),
        line,
        column: 0,
        field: String::new(),
        message: message.into(),
        remedy,
    }))
}

fn too_many(file: &str, line: usize, limits: &Limits) -> MeshError {
    let message = format!("more than {} triangles", limits.mesh_triangles);
    let remedy = format!("simplify the mesh; {}", raise("mesh_triangles"));
    wrong(file, line, message, remedy)
}

/// Corners and triangles as they stand in a file; every index names a corner.
#[derive(Default)]
struct Soup {
    corners: Vec<[f32; 3]>,
    triangles: Vec<[u32; 3]>,
    /// Of each triangle, or none at all.
    uvs: Vec<[[f32; 2]; 3]>,
}

impl Soup {
    fn welded(self, file: &str, scale: f32) -> Result<Mesh, MeshError> {
        let mut mesh = Mesh::default();
        let mut known: BTreeMap<[u32; 3], u32> = BTreeMap::new();
        for (index, triangle) in self.triangles.into_iter().enumerate() {
            let mut own = [0; 3];
            for (own, corner) in own.iter_mut().zip(triangle) {
                // Adding zero makes one of both zeros.
                let place = self.corners[corner as usize].map(|part| part * scale + 0.0);
                if !place.iter().all(|part| f64::from(part.abs()) <= LENGTH_M.1) {
                    let message = format!(
                        "a corner lies at {place:?}: further than {:e} m from the origin",
                        LENGTH_M.1
                    );
                    return Err(wrong(file, 0, message, "set `scale`".into()));
                }
                *own = *known.entry(place.map(f32::to_bits)).or_insert_with(|| {
                    mesh.vertices_m.push(place);
                    (mesh.vertices_m.len() - 1) as u32
                });
            }
            let [a, b, c] = own;
            if a != b && b != c && c != a {
                mesh.triangles.push(own);
                mesh.uvs.extend(self.uvs.get(index));
            }
        }
        if mesh.triangles.is_empty() {
            let remedy = "export it as triangles".into();
            return Err(wrong(file, 0, "holds no triangle with a surface", remedy));
        }
        Ok(mesh.without_unused())
    }
}

impl Mesh {
    /// Leaves out the corners of triangles that were left out.
    fn without_unused(mut self) -> Mesh {
        let mut place = vec![u32::MAX; self.vertices_m.len()];
        let mut kept = Vec::with_capacity(self.vertices_m.len());
        for corner in self.triangles.iter_mut().flatten() {
            let place = &mut place[*corner as usize];
            if *place == u32::MAX {
                *place = kept.len() as u32;
                kept.push(self.vertices_m[*corner as usize]);
            }
            *corner = *place;
        }
        self.vertices_m = kept;
        self
    }
}
