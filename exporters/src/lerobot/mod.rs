//! The default layout: a valid LeRobot v3 dataset with privileged truth beside it.
//!
//! ```text
//! data/chunk-CCC/file-FFF.parquet            what a learner is given: exactly the declared features
//! sim/chunk-CCC/file-FFF.parquet             privileged truth, the same rows in the same row groups
//! videos/KEY/chunk-CCC/file-FFF.mp4          the pictures of a camera, where they are videos and not in `data/`
//! meta/episodes/chunk-CCC/file-FFF.parquet   one row per episode
//! meta/terrella/commits/shard-NNNNNN.json    says that they stand
//! meta/{info,stats}.json, meta/tasks.parquet, README.md, meta/terrella/manifest.json   when all shards stand
//! ```
//!
//! LeRobot takes the lexicographic order of paths for the order of rows and looks at `data/` and `meta/episodes/` only.
//!
//! **Invariant:** `index` equals the row's position over all data files in path order.

mod blobs;
mod card;
mod describe;
mod finalize;
pub mod paths;
mod preview;
mod properties;
mod quantiles;
mod shard;
mod table_file;

use crate::video::Frames;
use crate::{Dataset, ExportError, Exporter, Finished, ShardWriter, picture, video};
use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::SchemaRef;
use std::collections::BTreeMap;
use std::sync::Arc;
use terrella_record::batch::Layout;
use terrella_record::schema::{Pictures, arrow_schema};
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::run::ImageFormat;
use terrella_spec::shards::{MAX_CHUNKS, Shard, shards, splits};

/// LeRobot v3, which Hugging Face `datasets`, Polars, DuckDB and pyarrow read too.
pub struct LeRobot;

impl Exporter for LeRobot {
    fn name(&self) -> &'static str {
        "lerobot"
    }

    fn doc(&self) -> &'static str {
        "LeRobot v3 Parquet with privileged truth beside it; datasets, Polars, DuckDB and pyarrow read it too"
    }

    fn start_shard(&self, dataset: &Dataset, shard: &Shard) -> Result<Box<dyn ShardWriter>, ExportError> {
        check(dataset)?;
        Ok(Box::new(shard::Writer::start(dataset, shard)?))
    }

    fn finalize(&self, dataset: &Dataset) -> Result<Finished, ExportError> {
        check(dataset)?;
        finalize::finalize(dataset, self.name())
    }
}

pub(crate) fn layout(dataset: &Dataset) -> Result<Layout, ExportError> {
    let rows = dataset.run.spec.files.rows;
    Ok(Layout::new(
        &dataset.columns,
        rows,
        dataset.run.steps(),
        dataset.fps,
        &dataset.tasks,
    )?)
}

/// The columns that a table's files hold: all, but for pictures that are videos.
pub(crate) fn file_columns(columns: &[ColumnSpec], images: ImageFormat) -> Vec<ColumnSpec> {
    let here = columns.iter().filter(|spec| !video::is_video(spec, images));
    here.cloned().collect()
}

/// The columns whose values are raw pixels, by their paths, and what stands before those in the file.
pub(crate) fn raw_heads(columns: &[ColumnSpec], images: ImageFormat) -> BTreeMap<String, Vec<u8>> {
    let heads = columns.iter().filter_map(|spec| {
        let Extent::Picture(height, width) = spec.extent else {
            return None;
        };
        let head = picture::head_of_raw([height, width], images)?;
        (spec.dtype == Dtype::Image).then(|| (format!("{}.bytes", spec.name), head))
    });
    heads.collect()
}

/// The rows of an episode in the data table, as they are stored.
pub(crate) struct Stored {
    /// What is written into the file of the table. Raw pictures get their heads there: see [`raw_heads`].
    pub(crate) rows: RecordBatch,
    /// What stands in videos, in the order of the columns.
    pub(crate) videos: Vec<Frames>,
    /// All of it as what it is worth, of which the content hash is taken: see [`picture::values`]. Of a frame that is its
    /// coded bytes.
    pub(crate) values: RecordBatch,
}

/// Encodes the pictures of the data table.
pub(crate) struct Encoder {
    specs: Vec<ColumnSpec>,
    images: ImageFormat,
    fps: u32,
    /// Of the rows as they stand in the file.
    schema: SchemaRef,
}

impl Encoder {
    pub(crate) fn new(layout: &Layout, dataset: &Dataset) -> Self {
        let images = dataset.run.spec.files.images;
        let specs = layout.columns(Table::Data).to_vec();
        Encoder {
            schema: arrow_schema(&file_columns(&specs, images), Table::Data, Pictures::Encoded),
            specs,
            images,
            fps: dataset.fps,
        }
    }

    /// Rows of an episode as they are stored; `first` is the first of them. Videos are made of all.
    pub(crate) fn stored(
        &self,
        batch: &RecordBatch,
        episode: u64,
        first: usize,
    ) -> Result<Stored, ExportError> {
        let mut rows: Vec<ArrayRef> = Vec::with_capacity(self.specs.len());
        let mut values = batch.columns().to_vec();
        let mut videos = Vec::new();
        for (spec, value) in self.specs.iter().zip(&mut values) {
            let Extent::Picture(height, width) = spec.extent else {
                rows.push(value.clone());
                continue;
            };
            let (raw, size) = (value.as_binary(), [height, width]);
            if self.images.is_video() {
                let frames = video::encode(raw, size, self.fps).map_err(|reason| ExportError::Picture {
                    name: format!("{} of episode {episode}", spec.name),
                    reason,
                })?;
                *value = Arc::new(frames.samples.clone());
                videos.push(frames);
            } else {
                let pictures = if self.images == ImageFormat::Ppm {
                    picture::named(raw, self.images, episode, first)?
                } else {
                    picture::encode_column(raw, size, self.images, episode, first)?
                };
                rows.push(Arc::new(pictures));
            }
        }
        let rows = RecordBatch::try_new(self.schema.clone(), rows)?;
        let values = match self.images {
            ImageFormat::Jpeg => picture::values(&rows, self.images)?,
            // Raw pictures and coded frames are of the same type.
            _ => RecordBatch::try_new(batch.schema(), values)?,
        };
        Ok(Stored { rows, videos, values })
    }
}

/// What the readers would trip over.
fn check(dataset: &Dataset) -> Result<(), ExportError> {
    let fault = |what: String| Err(ExportError::Layout(what));
    if dataset.fps == 0 || dataset.tasks.is_empty() || dataset.run.rows_per_episode() == 0 {
        return fault(
            "a dataset has at least one step a second, one task and one row an episode".to_string(),
        );
    }
    let legible = |name: &str| {
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        name.split('.').all(word) && name != "all"
    };
    if let Some(split) = splits(&dataset.run.spec)
        .iter()
        .find(|split| !legible(&split.name))
    {
        let rule = "use letters, digits, `_` and dots, and not `all`";
        return fault(format!(
            "the split name {:?} is not one that readers take: {rule}",
            split.name
        ));
    }
    check_videos(dataset)?;
    let chunks = shards(&dataset.run).last().map_or(0, |last| last.chunk + 1);
    if chunks > MAX_CHUNKS {
        return fault(format!(
            "{chunks} chunk folders; readers sort at most {MAX_CHUNKS}: take larger shards"
        ));
    }
    Ok(())
}

/// What a video cannot hold.
fn check_videos(dataset: &Dataset) -> Result<(), ExportError> {
    let images = dataset.run.spec.files.images;
    let pictures = dataset
        .columns
        .iter()
        .filter(|spec| video::is_video(spec, images));
    let mut any = false;
    for spec in pictures {
        any = true;
        if let Extent::Picture(height, width) = spec.extent
            && let Some(reason) = video::refused_size(height, width)
        {
            return Err(ExportError::Layout(format!("{}: {reason}", spec.name)));
        }
    }
    let most = video::most_episodes(dataset.run.rows_per_episode(), dataset.fps);
    let size = dataset.run.spec.files.shard_episodes.unwrap_or(1);
    if any && most.is_none_or(|most| size > most) {
        return Err(ExportError::Layout(format!(
            "a video is at most {} s long: take fewer episodes in a shard, or fewer steps",
            video::MOST_SECONDS
        )));
    }
    Ok(())
}
