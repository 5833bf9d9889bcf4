//! What stands in a dataset, as pictures and numbers: for looking at it.
//!
//! **Invariant:** whatever is wrong with a dataset's files is told as such, with the folder's name.

use crate::error::AppError;
use crate::folder;
use std::io::ErrorKind;
use std::path::Path;
use terrella_exporters::lerobot::paths;
use terrella_exporters::picture::Rgb;
use terrella_exporters::read::OpenDataset;
use terrella_exporters::untrusted::{self, RECORD_BYTES};
use terrella_exporters::{BadEpisode, ExportError, inside};
use terrella_spec::columns::{Dtype, Table};
use terrella_spec::shards;

/// Opens a dataset. One that was begun and not finished says how far it is.
pub fn open(root: &Path) -> Result<OpenDataset, AppError> {
    open_finished(root).map_err(|error| {
        let (AppError::Export(ExportError::Absent { .. }), Ok(run)) = (&error, folder::run_of(root)) else {
            return error;
        };
        let all = shards::shards(&run).len();
        let done = (0..all as u64).filter(|shard| root.join(paths::commit(*shard)).exists()).count();
        let reason = format!(
            "{done} of {all} shards are there; the `terrella generate` command that began it goes on with it (its run is \
             in {})",
            root.join(folder::RUN_FILE).display()
        );
        ExportError::Absent { path: root.to_path_buf(), reason }.into()
    })
}

fn open_finished(root: &Path) -> Result<OpenDataset, AppError> {
    if !root.is_dir() {
        let reason = "there is no such folder".to_string();
        return Err(ExportError::Absent {
            path: root.to_path_buf(),
            reason,
        }
        .into());
    }
    OpenDataset::open(root).map_err(|error| damaged(root, error))
}

/// Looks whether all files are there, by their sizes.
pub fn check_files(dataset: &OpenDataset) -> Result<(), AppError> {
    let manifest = dataset.manifest();
    let files = manifest
        .shards
        .iter()
        .flat_map(|shard| &shard.files)
        .chain(&manifest.files);
    let wrong: Vec<&str> = files
        .filter(|file| {
            !std::fs::metadata(dataset.root().join(&file.path)).is_ok_and(|found| found.len() == file.bytes)
        })
        .map(|file| file.path.as_str())
        .collect();
    let Some(first) = wrong.first() else { return Ok(()) };
    let more = if wrong.len() > 1 {
        format!(" and {} more files are", wrong.len() - 1)
    } else {
        " is".to_string()
    };
    let reason = format!("{first}{more} missing or of another size than the manifest says");
    Err(AppError::Damaged {
        path: dataset.root().to_path_buf(),
        reason,
    })
}

/// The worlds of a dataset that failed, from the lists beside its shards.
pub fn bad_episodes(dataset: &OpenDataset) -> Result<Vec<BadEpisode>, AppError> {
    let mut bad = Vec::new();
    for shard in &dataset.manifest().shards {
        let list = paths::quarantine(shard.shard);
        if shard.files.iter().all(|file| file.path != list) {
            continue;
        }
        let path = dataset.root().join(&list);
        let damaged = |reason: String| AppError::Damaged {
            path: dataset.root().to_path_buf(),
            reason,
        };
        let text =
            inside::read(dataset.root(), &list, RECORD_BYTES).map_err(|error| damaged(error.to_string()))?;
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let failed = untrusted::json(line);
            bad.push(failed.map_err(|error| damaged(format!("{}: {error}", path.display())))?);
        }
    }
    Ok(bad)
}

/// What went wrong while a dataset was read. A disk that refuses stays that; all else is a damaged dataset.
pub fn damaged(root: &Path, error: ExportError) -> AppError {
    let reason = match error {
        ExportError::Io { source, path, .. } if source.kind() == ErrorKind::NotFound => {
            format!("{} is missing", path.display())
        }
        error @ (ExportError::Io { .. } | ExportError::Absent { .. }) => return error.into(),
        error => error.to_string(),
    };
    AppError::Damaged {
        path: root.to_path_buf(),
        reason,
    }
}

/// The columns of pictures with the names of their cameras.
pub fn cameras(dataset: &OpenDataset) -> Vec<(String, String)> {
    let pictures = dataset
        .manifest()
        .data_columns
        .iter()
        .filter(|column| column.dtype == Dtype::Image);
    pictures
        .map(|column| {
            let camera = column.name.rsplit('.').next().unwrap_or(&column.name);
            (column.name.clone(), camera.to_string())
        })
        .collect()
}

/// Pictures of an episode at a row, in the order of `columns`.
pub fn pictures(
    dataset: &OpenDataset,
    episode: u64,
    row: usize,
    columns: &[&str],
) -> Result<Vec<Rgb>, AppError> {
    let mut all = Vec::with_capacity(columns.len());
    for column in columns {
        let seen = dataset.pictures(episode, column, &[row]);
        all.extend(seen.map_err(|error| damaged(dataset.root(), error))?);
    }
    Ok(all)
}

/// A column of 64-bit integers, one for each row of an episode.
pub fn integers(dataset: &OpenDataset, table: Table, episode: u64, name: &str) -> Result<Vec<i64>, AppError> {
    let damaged = |error| damaged(dataset.root(), error);
    let batch = dataset.columns(table, episode, Some(&[name])).map_err(damaged)?;
    let data = batch
        .column_by_name(name)
        .map(|column| column.to_data())
        .filter(|data| data.data_type().primitive_width() == Some(8) && data.null_count() == 0)
        .ok_or_else(|| {
            damaged(ExportError::Layout(format!(
                "there is no column {name} of integers"
            )))
        })?;
    Ok(data.buffer::<i64>(0)[..data.len()].to_vec())
}
