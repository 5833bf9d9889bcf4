//! A Parquet file being read, which remembers what the system refused: the Parquet reader turns that into text, and a disk
//! that fails would look like a file that is broken.

use crate::error::{At, ExportError};
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A Parquet file being read.
pub(crate) struct ReadFile {
    file: File,
    length: u64,
    refusal: Refusal,
}

/// What the system refused last while a file was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusal(Arc<Mutex<Option<io::Error>>>);

/// Reads from one place on.
pub(crate) struct Piece {
    file: File,
    refusal: Refusal,
}

impl ReadFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ExportError> {
        let file = File::open(path).at("open", path)?;
        let length = file.metadata().at("look at", path)?.len();
        Ok(ReadFile {
            file,
            length,
            refusal: Refusal::default(),
        })
    }

    /// To be asked when the reader fails.
    pub(crate) fn refusal(&self) -> Refusal {
        self.refusal.clone()
    }

    fn piece(&self, start: u64) -> io::Result<Piece> {
        let refusal = self.refusal();
        let mut file = refusal.remember(self.file.try_clone())?;
        refusal.remember(file.seek(SeekFrom::Start(start)))?;
        Ok(Piece { file, refusal })
    }
}

impl Refusal {
    /// The error of this file: what the system refused, or else what the Parquet reader says.
    pub(crate) fn or(&self, path: &Path, error: ParquetError) -> ExportError {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match refused {
            Some(source) => ExportError::io("read", path, source),
            None => ExportError::Parquet {
                path: path.to_path_buf(),
                source: error,
            },
        }
    }

    fn remember<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() != ErrorKind::Interrupted
        {
            let copy = match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => error.kind().into(),
            };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy);
        }
        result
    }
}

impl Length for ReadFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for ReadFile {
    type T = BufReader<Piece>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(BufReader::new(self.piece(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut bytes = Vec::with_capacity(length.min(self.length as usize));
        let read = self.piece(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if read != length {
            let reason = format!("it ends {} bytes early", length - read);
            return Err(ParquetError::EOF(reason));
        }
        Ok(bytes.into())
    }
}

impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        self.refusal.remember(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_disk_is_not_taken_for_a_broken_file() {
        let refusal = Refusal::default();
        let said = || ParquetError::General("no footer".into());
        let path = Path::new("file.parquet");
        assert!(matches!(refusal.or(path, said()), ExportError::Parquet { .. }));
        // A folder can be opened and not be read.
        let folder = tempfile::tempdir().unwrap();
        let file = ReadFile::open(folder.path()).unwrap();
        assert!(file.get_bytes(0, 8).is_err());
        let error = file.refusal().or(path, said());
        assert!(
            matches!(&error, ExportError::Io { source, .. } if source.kind() == ErrorKind::IsADirectory),
            "{error}"
        );
    }

    #[test]
    fn a_short_file_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "PAR1").unwrap();
        let file = ReadFile::open(&path).unwrap();
        let error = file.get_bytes(2, 8).unwrap_err();
        let error = file.refusal().or(&path, error);
        assert!(matches!(error, ExportError::Parquet { .. }), "{error}");
    }
}
