//! The default layout: a valid LeRobot v3 dataset with privileged truth beside it.
//!
//! ```text
//! data/chunk-CCC/file-FFF.parquet            what a learner is given: exactly the declared features
//! sim/chunk-CCC/file-FFF.parquet             privileged truth, the same rows in the same row groups
//! meta/episodes/chunk-CCC/file-FFF.parquet   one row per episode
//! meta/terrella/commits/shard-NNNNNN.json    says that the three stand
//! meta/{info,stats}.json, meta/tasks.parquet, README.md, meta/terrella/manifest.json   when all shards stand
//! ```
//!
//! LeRobot takes the lexicographic order of paths for the order of rows and looks at `data/` and `meta/episodes/` only.
//!
//! **Invariant:** `index` equals the row's position over all data files in path order.

mod card;
mod describe;
mod finalize;
pub mod paths;
mod preview;
mod properties;
mod quantiles;
mod shard;

use crate::{Dataset, ExportError, Exporter, Finished, ShardWriter, picture};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::SchemaRef;
use std::sync::Arc;
use terrella_record::batch::Layout;
use terrella_record::schema::{Pictures, arrow_schema};
use terrella_spec::columns::{Extent, Table};
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

/// The schema of the data table's files.
pub(crate) fn data_schema(layout: &Layout) -> SchemaRef {
    arrow_schema(layout.columns(Table::Data), Table::Data, Pictures::Encoded)
}

/// A batch of the data table with its pictures encoded, of that schema.
pub(crate) fn encoded(
    layout: &Layout,
    batch: &RecordBatch,
    schema: SchemaRef,
    images: ImageFormat,
    episode: u64,
) -> Result<RecordBatch, ExportError> {
    let mut columns = batch.columns().to_vec();
    for (spec, column) in layout.columns(Table::Data).iter().zip(&mut columns) {
        if let Extent::Picture(height, width) = spec.extent {
            let encoded = picture::encode_column(column.as_binary(), [height, width], images, episode)?;
            *column = Arc::new(encoded);
        }
    }
    Ok(RecordBatch::try_new(schema, columns)?)
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
    let chunks = shards(&dataset.run).last().map_or(0, |last| last.chunk + 1);
    if chunks > MAX_CHUNKS {
        return fault(format!(
            "{chunks} chunk folders; readers sort at most {MAX_CHUNKS}: take larger shards"
        ));
    }
    Ok(())
}
