//! The mesh and image files of a scene, read into the scene: after this it needs no other files.
//!
//! A run holds its scene whole, so a dataset says what it is made of and does not depend on where files lay.
//!
//! **Invariant:** a file is read only inside of the asset root (`terrella_exporters::inside`), once, within the scene's limits.

use crate::error::AppError;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use terrella_exporters::{ExportError, inside, picture};
use terrella_spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_spec::dist::Dist;
use terrella_spec::document::Document;
use terrella_spec::image::{Bytes, Image, Pixels};
use terrella_spec::limits::raise;
use terrella_spec::mesh::{self, Mesh, MeshError, Source};
use terrella_spec::scene::SceneSpec;
use terrella_spec::shape::Shape;

/// Bytes of an image file.
const MOST_IMAGE_BYTES: u64 = 4 << 20;

/// Puts a mesh or a hull in place of every mesh file of the scene, and pixels in place of every image file. `document` is the
/// scene's, for its limits and messages.
pub fn read_files(scene: &mut SceneSpec, root: &Path, document: &Document) -> Result<(), AppError> {
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
    for (name, image) in &mut scene.world.images {
        if let Image::File { path } = image {
            *image = Image::Pixels(reader.image(path, &format!("world.images.{name}.file.path"))?);
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

    fn open(&self, path: &str, place: &str) -> Result<(File, u64, PathBuf), AppError> {
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
                let remedy = "files lie inside of the scene file's folder, or of --asset-root";
                self.wrong(place, refused.to_string(), remedy.into())
            }
        })?;
        Ok((file, bytes, full))
    }

    fn image(&self, path: &str, place: &str) -> Result<Pixels, AppError> {
        let (file, bytes, full) = self.open(path, place)?;
        let wrong = |message: String| {
            let remedy = "a PNG, JPEG, QOI or PPM file; scale it down where it is large";
            self.wrong(place, format!("{}: {message}", full.display()), remedy.into())
        };
        if bytes > MOST_IMAGE_BYTES {
            return Err(wrong(format!(
                "has {bytes} bytes; there can be {MOST_IMAGE_BYTES}"
            )));
        }
        let mut content = Vec::with_capacity(bytes as usize);
        file.take(MOST_IMAGE_BYTES)
            .read_to_end(&mut content)
            .map_err(|source| AppError::Read {
                path: full.clone(),
                source,
            })?;
        let picture = picture::decode(path, &content).map_err(|error| wrong(error.to_string()))?;
        let pixels = Pixels {
            width: picture.width,
            height: picture.height,
            rgb: Bytes(picture.bytes.into()),
        };
        pixels.check().map_err(wrong)?;
        Ok(pixels)
    }

    fn read(&self, path: &str, scale: f32, place: &str) -> Result<Mesh, AppError> {
        let (file, bytes, full) = self.open(path, place)?;
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
