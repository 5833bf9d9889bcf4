//! Run and scene files on the disk.
//!
//! **Invariant:** a file is looked at before it is read: a regular file, within its limit of bytes.

use crate::assets;
pub use crate::assets::read_files;
use crate::error::AppError;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use terrella_spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_spec::document::Document;
use terrella_spec::limits::Limits;
use terrella_spec::run::WorldSource;
use terrella_spec::scene::SceneSpec;

/// How far the files of a run are trusted.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// How large things may be.
    pub limits: Limits,
    /// The folder inside of which a scene's mesh files are; the scene file's own when absent.
    pub asset_root: Option<PathBuf>,
}

/// Reads a text file of at most the size that a scene or run file may have.
pub fn read(path: &Path, limits: &Limits) -> Result<Document, AppError> {
    let fail = |source| AppError::Read {
        path: path.to_path_buf(),
        source,
    };
    let name = path.display().to_string();
    let refuse = |what: &dyn Fn(&Document) -> Diagnostic| {
        let document = Document {
            limits: limits.clone(),
            ..Document::new(name.clone(), "")
        };
        Err(Diagnostics(vec![what(&document)]).into())
    };
    // Looked at before it is opened: opening a pipe waits until somebody writes.
    if !fs::metadata(path).map_err(fail)?.is_file() {
        return refuse(&|document| Diagnostic {
            remedy: "give the name of a scene or run file".into(),
            ..document.diagnostic("", "is no regular file")
        });
    }
    let file = File::open(path).map_err(fail)?;
    let size = file.metadata().map_err(fail)?.len();
    if size > limits.file_bytes {
        return refuse(&|document| document.too_large(size));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(limits.file_bytes)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    Ok(Document::from_bytes(name, bytes, limits)?)
}

/// Reads the scene that a run names, and the mesh and image files that the scene names. A relative path is seen from `base`, the run
/// file's folder.
pub fn scene_of(
    world: &WorldSource,
    base: &Path,
    trust: &Trust,
) -> Result<Option<(Document, SceneSpec)>, AppError> {
    let WorldSource::Scene(path) = world else {
        return Ok(None);
    };
    let path: PathBuf = base.join(path);
    let document = read(&path, &trust.limits)?;
    let mut scene = document.scene()?;
    let root = match &trust.asset_root {
        Some(root) => root,
        None => path.parent().unwrap_or(Path::new("")),
    };
    assets::read_files(&mut scene, root, &document)?;
    Ok(Some((document, scene)))
}

/// An error about a field becomes one about a place in the file, where the field stands in one.
pub fn locate(error: AppError, run: &Document, scene: Option<&Document>) -> AppError {
    let diagnostic = match (&error, scene) {
        (AppError::Lane(lane), Some(scene)) => {
            let (place, reason) = lane.parts();
            scene.diagnostic(&format!("world.{place}"), reason)
        }
        (AppError::Run { field, reason }, Some(scene)) if field.starts_with("world.") => {
            scene.diagnostic(field, reason)
        }
        (AppError::Run { field, reason }, _) => run.diagnostic(field, reason),
        _ => return error,
    };
    Diagnostics(vec![diagnostic]).into()
}
