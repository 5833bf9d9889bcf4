//! Reads a finished dataset: its manifest, its episode table, and the rows of one episode.
//!
//! **Invariant:** reading one episode opens one file of a table and decodes only the row groups that hold it.

use crate::commit::BadEpisode;
use crate::content::ContentHash;
use crate::error::ExportError;
use crate::lerobot::paths;
use crate::manifest::{Manifest, ShardRecord};
use crate::picture::Rgb;
use crate::read_file::ReadFile;
use crate::untrusted::{self, RECORD_BYTES};
use crate::video::{self, Video};
use crate::{inside, picture, seal};
use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use terrella_record::episode::EpisodeMeta;
use terrella_record::table::read_meta;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::run::ImageFormat;
use terrella_spec::shards::Shard;

/// What is read of a manifest of any format.
#[derive(serde::Deserialize)]
struct Version {
    format: u32,
}

/// A finished dataset.
pub struct OpenDataset {
    root: PathBuf,
    manifest: Manifest,
}

impl OpenDataset {
    /// Opens the dataset in a folder by its manifest.
    pub fn open(root: &Path) -> Result<Self, ExportError> {
        let path = root.join(paths::MANIFEST);
        let absent = |reason: &str| ExportError::Absent {
            path: root.to_path_buf(),
            reason: reason.to_string(),
        };
        let bytes = match inside::read(root, paths::MANIFEST, RECORD_BYTES) {
            Err(error) if inside::is_absent(&error) => {
                return Err(absent(
                    "it has no manifest; an interrupted run goes on with the same command",
                ));
            }
            bytes => bytes?,
        };
        if !seal::is_whole(&bytes) {
            return Err(ExportError::Broken { path });
        }
        let refused = |reason| untrusted::refused(root, paths::MANIFEST, reason);
        let Version { format } = untrusted::json(&bytes).map_err(refused)?;
        if format != crate::commit::FORMAT {
            let known = crate::commit::FORMAT;
            return Err(refused(format!(
                "is of format {format}; this engine reads format {known}"
            )));
        }
        let manifest = Manifest::from_json(&bytes).map_err(refused)?;
        Ok(OpenDataset {
            root: root.to_path_buf(),
            manifest,
        })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the manifest says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The shard that holds an episode.
    pub fn shard_of(&self, episode: u64) -> Result<&ShardRecord, ExportError> {
        self.manifest
            .shards
            .iter()
            .find(|shard| shard.episodes.contains(&episode))
            .ok_or_else(|| {
                ExportError::Layout(format!(
                    "there is no episode {episode}; the last is {}",
                    self.manifest.episodes - 1
                ))
            })
    }

    /// The rows of an episode in a table, with pictures still encoded; those that are videos are not among them.
    pub fn rows(&self, table: Table, episode: u64) -> Result<RecordBatch, ExportError> {
        self.columns(table, episode, None)
    }

    /// The rows of an episode in a table as the content hash is taken of them: pictures as raw RGB, lossy ones as their
    /// bytes.
    pub fn values(&self, table: Table, episode: u64) -> Result<RecordBatch, ExportError> {
        let batch = self.rows(table, episode)?;
        let images = self.manifest.run.spec.files.images;
        match table == Table::Data && images.is_video() {
            true => self.with_videos(&batch, episode),
            false => picture::values(&batch, images),
        }
    }

    /// The rows of an episode with the coded frames of its videos, in the order of the columns.
    fn with_videos(&self, rows: &RecordBatch, episode: u64) -> Result<RecordBatch, ExportError> {
        let shard = self.shard_of(episode)?;
        let range = self.row_range(shard, episode);
        let mut columns = Vec::new();
        for spec in &self.manifest.data_columns {
            let column: ArrayRef = if video::is_video(spec, self.manifest.run.spec.files.images) {
                let path = self.path(&self.picture_path(spec, shard))?;
                let frames = range.start as usize..range.end as usize;
                Arc::new(Video::open(&path, self.rows_of(shard))?.coded(frames)?)
            } else {
                let absent = || ExportError::Layout(format!("there is no column {}", spec.name));
                rows.column_by_name(&spec.name).ok_or_else(absent)?.clone()
            };
            columns.push((spec.name.as_str(), column, true));
        }
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }

    /// Pictures of a camera, by the name of its column, in some rows of an episode; rows rise.
    pub fn pictures(&self, episode: u64, column: &str, wanted: &[usize]) -> Result<Vec<Rgb>, ExportError> {
        let specs = &self.manifest.data_columns;
        let spec = specs.iter().find(|spec| spec.name == column);
        let spec = spec.filter(|spec| spec.dtype == Dtype::Image);
        let spec =
            spec.ok_or_else(|| ExportError::Layout(format!("the column {column} holds no pictures")))?;
        let shard = self.shard_of(episode)?;
        let path = self.path(&self.picture_path(spec, shard))?;
        let images = self.manifest.run.spec.files.images;
        let range = self.row_range(shard, episode);
        pictures(&path, spec, images, self.rows_of(shard), range, wanted)
    }

    fn picture_path(&self, spec: &ColumnSpec, shard: &ShardRecord) -> String {
        picture_path(spec, self.manifest.run.spec.files.images, shard.chunk, shard.file)
    }

    fn rows_of(&self, shard: &ShardRecord) -> u64 {
        (shard.episodes.end - shard.episodes.start) * self.manifest.rows_per_episode
    }

    /// The hash of a shard's values in a table, taken from its file: equal to the one in the manifest.
    pub fn content_hash(&self, table: Table, shard: &ShardRecord) -> Result<String, ExportError> {
        let mut hash = ContentHash::default();
        for episode in shard.episodes.clone() {
            hash.add(&self.values(table, episode)?);
        }
        Ok(hash.finish())
    }

    /// Some columns of an episode in a table; all where `names` is none.
    pub fn columns(
        &self,
        table: Table,
        episode: u64,
        names: Option<&[&str]>,
    ) -> Result<RecordBatch, ExportError> {
        let shard = self.shard_of(episode)?;
        let path = self.path(&paths::table(table, shard.chunk, shard.file))?;
        rows(&path, names, self.row_range(shard, episode))
    }

    /// What the episode table says of an episode.
    pub fn episode(&self, episode: u64) -> Result<EpisodeMeta, ExportError> {
        let shard = self.shard_of(episode)?;
        let row = episode - shard.episodes.start;
        let batch = rows(&self.path(&episodes_path(shard))?, None, row..row + 1)?;
        Ok(read_meta(&batch, 0)?)
    }

    /// What the episode table says of every episode, in order, one shard in memory at a time.
    pub fn episodes(&self) -> impl Iterator<Item = Result<EpisodeMeta, ExportError>> + '_ {
        self.manifest.shards.iter().flat_map(|shard| {
            let count = shard.episodes.end - shard.episodes.start;
            let batch = self
                .path(&episodes_path(shard))
                .and_then(|path| rows(&path, None, 0..count));
            let all = batch.and_then(|batch| {
                (0..batch.num_rows())
                    .map(|row| Ok(read_meta(&batch, row)?))
                    .collect::<Result<Vec<_>, ExportError>>()
            });
            match all {
                Ok(metas) => metas.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            }
        })
    }

    /// The attempts at an episode that failed.
    pub fn bad_episodes_of(&self, episode: u64) -> Result<Vec<BadEpisode>, ExportError> {
        let path = paths::quarantine(self.shard_of(episode)?.shard);
        let text = match inside::read(&self.root, &path, RECORD_BYTES) {
            Err(error) if inside::is_absent(&error) => return Ok(Vec::new()),
            text => text?,
        };
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let bad = lines.map(untrusted::json::<BadEpisode>);
        bad.filter(|bad| bad.as_ref().map_or(true, |bad| bad.episode == episode))
            .collect::<Result<_, _>>()
            .map_err(|reason| untrusted::refused(&self.root, &path, reason))
    }

    /// The file at a path of the dataset, found to be inside of its folder.
    fn path(&self, path: &str) -> Result<PathBuf, ExportError> {
        inside::open(&self.root, path).map(|_| self.root.join(path))
    }

    fn row_range(&self, shard: &ShardRecord, episode: u64) -> Range<u64> {
        let first = (episode - shard.episodes.start) * self.manifest.rows_per_episode;
        first..first + self.manifest.rows_per_episode
    }
}

fn episodes_path(shard: &ShardRecord) -> String {
    let ShardRecord {
        shard: number,
        episodes,
        chunk,
        file,
        ..
    } = shard.clone();
    paths::episodes(&Shard {
        number,
        split: 0,
        episodes,
        chunk,
        file,
    })
}

/// The file that holds a shard's pictures of a camera, from the dataset's folder.
pub(crate) fn picture_path(spec: &ColumnSpec, images: ImageFormat, chunk: u64, file: u64) -> String {
    match video::is_video(spec, images) {
        true => paths::video(&spec.name, chunk, file),
        false => paths::table(Table::Data, chunk, file),
    }
}

/// Pictures of a camera in some rows of an episode, which are `range` of the shard's `all` rows, out of this file.
pub(crate) fn pictures(
    path: &Path,
    spec: &ColumnSpec,
    images: ImageFormat,
    all: u64,
    range: Range<u64>,
    wanted: &[usize],
) -> Result<Vec<Rgb>, ExportError> {
    let holds_none = || ExportError::Layout(format!("the column {} holds no pictures there", spec.name));
    if wanted.iter().any(|row| *row as u64 >= range.end - range.start) {
        return Err(holds_none());
    }
    if let (true, Extent::Picture(height, width)) = (video::is_video(spec, images), &spec.extent) {
        let frames: Vec<usize> = wanted.iter().map(|row| range.start as usize + row).collect();
        return Video::open(path, all)?.pictures(&frames, [*height, *width]);
    }
    let batch = rows(path, Some(&[&spec.name]), range)?;
    let column = batch
        .column_by_name(&spec.name)
        .and_then(|column| column.as_struct_opt())
        .ok_or_else(holds_none)?;
    wanted
        .iter()
        .map(|row| picture::decode_row(column, *row))
        .collect()
}

/// Some rows of a file as one batch.
pub fn rows(path: &Path, names: Option<&[&str]>, range: Range<u64>) -> Result<RecordBatch, ExportError> {
    let wanted = (range.end - range.start) as usize;
    let parts: Vec<RecordBatch> = batches(path, names, Some(range))?.collect::<Result<_, _>>()?;
    let schema = parts
        .first()
        .map(RecordBatch::schema)
        .unwrap_or_else(|| Arc::new(Schema::empty()));
    let batch = arrow::compute::concat_batches(&schema, &parts)?;
    if batch.num_rows() != wanted {
        let reason = format!("{} has {} of {wanted} rows", path.display(), batch.num_rows());
        return Err(ExportError::Layout(reason));
    }
    Ok(batch)
}

/// The batches of a file: some columns, some rows. Row groups outside the range are not decoded.
pub fn batches(
    path: &Path,
    names: Option<&[&str]>,
    range: Option<Range<u64>>,
) -> Result<impl Iterator<Item = Result<RecordBatch, ExportError>>, ExportError> {
    let file = ReadFile::open(path)?;
    let refusal = file.refusal();
    let error = {
        let path = path.to_path_buf();
        move |error: ParquetError| refusal.or(&path, error)
    };
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(&error)?;
    if let Some(names) = names {
        let positions: Vec<usize> = (builder.schema().fields().iter().enumerate())
            .filter(|(_, field)| names.contains(&field.name().as_str()))
            .map(|(position, _)| position)
            .collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), positions);
        builder = builder.with_projection(mask);
    }
    if let Some(range) = range {
        let mut first = 0_u64;
        let mut before = 0;
        let mut groups = Vec::new();
        for (index, group) in builder.metadata().row_groups().iter().enumerate() {
            let rows = u64::try_from(group.num_rows()).ok();
            let end = rows.and_then(|rows| first.checked_add(rows)).ok_or_else(|| {
                ExportError::Layout(format!("{} has a row group that is none", path.display()))
            })?;
            if end <= range.start {
                before = end;
            } else if first < range.end {
                groups.push(index);
            }
            first = end;
        }
        builder = builder
            .with_row_groups(groups)
            .with_offset((range.start - before) as usize)
            .with_limit((range.end - range.start) as usize);
    }
    let reader = builder.build().map_err(&error)?;
    Ok(reader.map(move |batch| batch.map_err(|source| error(source.into()))))
}
