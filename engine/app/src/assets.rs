//! The mesh files of a scene, read into the scene: after this it needs no other files.
//!
//! A run holds its scene whole, so a dataset says what it is made of and does not depend on where files lay.
//!
//! **Invariant:** a file is read only inside of the asset root (`terrella_exporters::inside`), once, within the scene's limits.

use crate::error::AppError;
use std::collections::BTreeMap;
use std::io::{BufReader, ErrorKind};
use std::path::Path;
use terrella_exporters::{ExportError, inside};
use terrella_spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_spec::dist::Dist;
use terrella_spec::document::Document;
use terrella_spec::limits::raise;
use terrella_spec::mesh::{self, Mesh, MeshError, Source};
use terrella_spec::scene::SceneSpec;
use terrella_spec::shape::Shape;

/// Puts a mesh or a hull in place of every mesh file of the scene. `document` is the scene's, for its limits and messages.
pub(crate) fn read_meshes(scene: &mut SceneSpec, root: &Path, document: &Document) -> Result<(), AppError> {
    let mut reader = Reader {
        root,
        document,
        meshes: BTreeMap::new(),
        triangles: 0,
    };
    for (name, body) in &mut scene.world.bodies {
        let place = format!("world.bodies.{name}.shape");
        match &mut body.shape {
            Shape::Compound { parts } => {
                for (index, part) in parts.iter_mut().enumerate() {
                    reader.replace(&mut part.shape, &format!("{place}.compound.parts[{index}].shape"))?;
                }
            }
            shape => reader.replace(shape, &place)?,
        }
    }
    Ok(())
}

struct Reader<'a> {
    root: &'a Path,
    document: &'a Document,
    /// By path and scale (its bits).
    meshes: BTreeMap<(String, u32), Mesh>,
    /// Of all bodies so far.
    triangles: u64,
}

impl Reader<'_> {
    fn replace(&mut self, shape: &mut Shape<Dist>, place: &str) -> Result<(), AppError> {
        let Shape::MeshFile { path, scale, hull } = shape else {
            return Ok(());
        };
        let place = format!("{place}.mesh_file.path");
        let limits = &self.document.limits;
        let key = (path.clone(), scale.to_bits());
        if !self.meshes.contains_key(&key) {
            if self.meshes.len() as u64 >= limits.mesh_files {
                let message = format!("more than {} mesh files", limits.mesh_files);
                return Err(self.wrong(&place, message, raise("mesh_files")));
            }
            let mesh = self.read(path, *scale, &place)?;
            self.meshes.insert(key.clone(), mesh);
        }
        let mesh = &self.meshes[&key];
        self.triangles += mesh.triangles.len() as u64;
        if self.triangles > limits.scene_triangles {
            let message = format!(
                "the mesh files of all bodies have more than {} triangles",
                limits.scene_triangles
            );
            return Err(self.wrong(&place, message, raise("scene_triangles")));
        }
        let mesh = mesh.clone();
        let corners = mesh.vertices_m.len();
        if *hull && corners as u64 > limits.hull_points {
            let message = format!(
                "has {corners} corners; the limit of a hull is {}",
                limits.hull_points
            );
            let remedy = format!("simplify the mesh; {}", raise("hull_points"));
            return Err(self.wrong(&place, message, remedy));
        }
        *shape = mesh.into_shape(*hull);
        Ok(())
    }

    fn read(&self, path: &str, scale: f32, place: &str) -> Result<Mesh, AppError> {
        let full = self.root.join(path);
        let (file, bytes) = inside::open(self.root, path).map_err(|error| match error {
            ExportError::Io { source, .. } if source.kind() == ErrorKind::NotFound => {
                let message = format!("there is no file {}", full.display());
                let remedy = "paths are seen from the scene file's folder, or from --asset-root";
                self.wrong(place, message, remedy.into())
            }
            ExportError::Io { source, .. } => AppError::Read {
                path: full.clone(),
                source,
            },
            refused => {
                let remedy = "mesh files lie inside of the scene file's folder, or of --asset-root";
                self.wrong(place, refused.to_string(), remedy.into())
            }
        })?;
        let name = full.display().to_string();
        let source = Source {
            file: &name,
            bytes,
            reader: &mut BufReader::new(file),
        };
        mesh::read(source, scale, &self.document.limits).map_err(|error| match error {
            MeshError::Wrong(diagnostic) => {
                // What is wrong stands in the mesh file; the scene's line says who wanted it.
                let wanted = self
                    .document
                    .diagnostic(place, "the scene wants this mesh file here");
                AppError::Diagnostics(Diagnostics(vec![*diagnostic, wanted]))
            }
            MeshError::Io(source) => AppError::Read {
                path: full.clone(),
                source,
            },
            other => self.wrong(place, other.to_string(), String::new()),
        })
    }

    fn wrong(&self, place: &str, message: String, remedy: String) -> AppError {
        let diagnostic = self.document.diagnostic(place, message);
        Diagnostics(vec![Diagnostic { remedy, ..diagnostic }]).into()
    }
}
