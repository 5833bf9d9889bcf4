//! Run and scene files on the disk.

use crate::error::AppError;
use std::path::{Path, PathBuf};
use terrella_spec::diagnostic::Diagnostics;
use terrella_spec::document::Document;
use terrella_spec::limits;
use terrella_spec::run::WorldSource;
use terrella_spec::scene::SceneSpec;

/// Reads a text file of at most the size that a scene or run file may have.
pub fn read(path: &Path) -> Result<Document, AppError> {
    let fail = |source| AppError::Read {
        path: path.to_path_buf(),
        source,
    };
    let size = std::fs::metadata(path).map_err(fail)?.len();
    let name = path.display().to_string();
    if size > limits::FILE_BYTES as u64 {
        let message = format!("has {size} bytes; the limit is {}", limits::FILE_BYTES);
        return Err(Diagnostics(vec![Document::new(name, "").diagnostic("", message)]).into());
    }
    Ok(Document::new(name, std::fs::read_to_string(path).map_err(fail)?))
}

/// Reads the scene that a run names. A relative path is seen from `base`, the run file's folder.
pub fn scene_of(world: &WorldSource, base: &Path) -> Result<Option<(Document, SceneSpec)>, AppError> {
    let WorldSource::Scene(path) = world else {
        return Ok(None);
    };
    let path: PathBuf = base.join(path);
    let document = read(&path)?;
    let scene = document.scene()?;
    Ok(Some((document, scene)))
}
