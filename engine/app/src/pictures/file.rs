//! Picture files, by the ending of their name.

use crate::error::AppError;
use std::path::Path;
use terrella_exporters::ExportError;
use terrella_exporters::picture::{Rgb, encode};
use terrella_spec::run::ImageFormat;

/// The picture files that can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One picture.
    Png,
    /// An animation.
    Gif,
}

/// What a file's name asks for. Also refuses a folder that is not there, before any work is done.
pub fn kind_of(path: &Path) -> Result<Kind, AppError> {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    let kind = match ending.as_deref() {
        Some("png") => Kind::Png,
        Some("gif") => Kind::Gif,
        _ => {
            let reason = format!(
                "`{}` must end in .png for a picture or .gif for an animation",
                path.display()
            );
            return Err(AppError::run("--out", reason));
        }
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.map(std::fs::metadata) {
        Some(Err(source)) => Err(cannot_write(path, source)),
        Some(Ok(found)) if !found.is_dir() => {
            Err(cannot_write(path, std::io::ErrorKind::NotADirectory.into()))
        }
        _ => Ok(kind),
    }
}

/// A picture as the bytes of a PNG file.
pub fn png(picture: &Rgb) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    encode(
        &picture.bytes,
        picture.width,
        picture.height,
        ImageFormat::Png,
        &mut bytes,
    )
    .map_err(|reason| ExportError::Picture {
        name: "sheet".into(),
        reason,
    })?;
    Ok(bytes)
}

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    std::fs::write(path, bytes).map_err(|source| cannot_write(path, source))
}

fn cannot_write(path: &Path, source: std::io::Error) -> AppError {
    ExportError::Io {
        operation: "write",
        path: path.to_path_buf(),
        source,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_what_is_made() {
        let code = |path: &str| kind_of(Path::new(path)).map_err(|error| error.exit_code());
        assert_eq!(code("a.png"), Ok(Kind::Png));
        assert_eq!(code("a.GIF"), Ok(Kind::Gif));
        assert_eq!(code("a.jpg"), Err(2));
        assert_eq!(code("a"), Err(2));
        assert_eq!(code("surely/there/is/none/a.png"), Err(74));
    }
}
