//! What can go wrong while a dataset is written or read.

use crate::space;
use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong while a dataset is written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file system refused something.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A Parquet file could not be written or is broken.
    #[error("{}: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the library says.
        source: parquet::errors::ParquetError,
    },
    /// A file of the dataset is too large, no file, or lies outside of the folder.
    #[error("{} {reason}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// An episode does not fit the dataset.
    #[error(transparent)]
    Record(#[from] terrella_record::RecordError),
    /// Arrow refused the arrays.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
    /// The run cannot be written in this layout.
    #[error("{0}")]
    Layout(String),
    /// A picture could not be encoded or decoded.
    #[error("picture {name}: {reason}")]
    Picture {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// Episodes of a shard come in order, each once.
    #[error("shard {shard} got episode {got}, expected {expected}")]
    Order {
        /// The shard.
        shard: u64,
        /// The episode that came.
        got: u64,
        /// The episode that was due.
        expected: u64,
    },
    /// A shard was committed before all of its episodes were written.
    #[error("shard {shard} has {written} of {all} episodes")]
    Unfinished {
        /// The shard.
        shard: u64,
        /// Episodes written.
        written: u64,
        /// Episodes of the shard.
        all: u64,
    },
    /// The dataset cannot be finished: shards have no commit record, or their files are not there.
    #[error("{} shards are missing: {}; make them with their partitions' commands, or with `terrella repair`", shards.len(), list(shards))]
    Missing {
        /// Their numbers.
        shards: Vec<u64>,
    },
    /// The folder holds a dataset of another run or another version of the engine.
    #[error("{} belongs to another run or engine version ({what}); take another folder", path.display())]
    OtherRun {
        /// The record that says so.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// A sealed file holds other bytes than were sealed.
    #[error("{} is damaged; `terrella repair` makes it again", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
    },
    /// There is no finished dataset in the folder.
    #[error("{} holds no finished dataset: {reason}", path.display())]
    Absent {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl ExportError {
    /// The file system refused something. A full disk is told with the room that there is.
    pub fn io(operation: &'static str, path: &Path, source: io::Error) -> Self {
        ExportError::Io {
            operation,
            path: path.to_path_buf(),
            source: space::explain(source, path, None),
        }
    }
}

/// The first few numbers, and how many more.
fn list(shards: &[u64]) -> String {
    let shown: Vec<String> = shards.iter().take(20).map(u64::to_string).collect();
    let rest = shards.len() - shown.len();
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    shown.join(", ") + &more
}

/// Adds the operation and the path to a file system error.
pub(crate) trait At<T> {
    fn at(self, operation: &'static str, path: &Path) -> Result<T, ExportError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, operation: &'static str, path: &Path) -> Result<T, ExportError> {
        self.map_err(|source| ExportError::io(operation, path, source))
    }
}

impl<T> At<T> for Result<T, parquet::errors::ParquetError> {
    /// A file system error inside a Parquet error comes out as itself, so that its kind is not lost.
    fn at(self, operation: &'static str, path: &Path) -> Result<T, ExportError> {
        self.map_err(|source| match source {
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => ExportError::io(operation, path, *source),
                Err(inner) => ExportError::Parquet {
                    path: path.to_path_buf(),
                    source: parquet::errors::ParquetError::External(inner),
                },
            },
            source => ExportError::Parquet {
                path: path.to_path_buf(),
                source,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_a_broken_file() {
        let path = Path::new("some/file.parquet");
        let full = parquet::errors::ParquetError::from(io::Error::from(io::ErrorKind::StorageFull));
        let error = Err::<(), _>(full).at("write", path).unwrap_err();
        assert!(
            matches!(&error, ExportError::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull),
            "{error}"
        );
        assert!(
            error.to_string().starts_with("cannot write some/file.parquet: "),
            "{error}"
        );
        let broken = parquet::errors::ParquetError::General("no footer".into());
        let error = Err::<(), _>(broken).at("read", path).unwrap_err();
        assert!(matches!(error, ExportError::Parquet { .. }), "{error}");
    }

    #[test]
    fn missing_shards_are_named_until_there_are_many() {
        let error = ExportError::Missing {
            shards: (0..25).collect(),
        }
        .to_string();
        assert!(
            error.starts_with("25 shards are missing: 0, 1, 2,") && error.contains("19 and 5 more;"),
            "{error}"
        );
    }
}
