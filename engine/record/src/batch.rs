//! An episode's columns as two Arrow batches of the same rows: `data` and `sim`.
//!
//! The sensors' vectors become Arrow buffers as they are: only booleans, texts and the repeated state are copied.
//!
//! **Invariant:** the batch has exactly the columns of its [`Layout`], in their order, and `rows_per_episode` rows.

use crate::episode::{Column, Episode, EpisodeMeta, Values};
use crate::error::RecordError;
use crate::schema::{Pictures, arrow_schema, element, stored_columns};
use crate::transitions::to_transitions;
use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, FixedSizeListArray, Float32Array, Int32Array, Int64Array,
    ListArray, RecordBatch, StringArray,
};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::SchemaRef;
use std::sync::Arc;
use terrella_spec::columns::{ColumnSpec, Extent, Table};
use terrella_spec::run::Rows;

#[cfg(target_endian = "big")]
compile_error!("rasters are stored little-endian, as they lie in memory");

/// What the batches of a dataset look like.
#[derive(Clone, Debug)]
pub struct Layout {
    rows: Rows,
    steps: usize,
    fps: u32,
    tasks: Vec<String>,
    declared: Vec<ColumnSpec>,
    data: Vec<ColumnSpec>,
    sim: Vec<ColumnSpec>,
    data_schema: SchemaRef,
    sim_schema: SchemaRef,
}

/// An episode as Arrow batches; pictures are raw RGB bytes.
#[derive(Debug)]
pub struct Batches {
    /// What the episode table says of it.
    pub meta: EpisodeMeta,
    /// Rows of `data/`.
    pub data: RecordBatch,
    /// Rows of `sim/`: as many.
    pub sim: RecordBatch,
}

impl Layout {
    /// The layout of episodes with the `declared` columns, `steps` transitions at `fps` steps a second, and one of `tasks`.
    pub fn new(
        declared: &[ColumnSpec],
        rows: Rows,
        steps: u32,
        fps: u32,
        tasks: &[String],
    ) -> Result<Self, RecordError> {
        let data = stored_columns(declared, Table::Data, rows)?;
        let sim = stored_columns(declared, Table::Sim, rows)?;
        Ok(Layout {
            rows,
            steps: steps as usize,
            fps,
            tasks: tasks.to_vec(),
            declared: declared.to_vec(),
            data_schema: arrow_schema(&data, Table::Data, Pictures::Raw),
            sim_schema: arrow_schema(&sim, Table::Sim, Pictures::Raw),
            data,
            sim,
        })
    }

    /// The stored columns of a table, in order.
    pub fn columns(&self, table: Table) -> &[ColumnSpec] {
        match table {
            Table::Data => &self.data,
            Table::Sim => &self.sim,
        }
    }

    /// Rows of an episode.
    pub fn rows_per_episode(&self) -> usize {
        match self.rows {
            Rows::Trajectories => self.steps + 1,
            Rows::Transitions => self.steps,
        }
    }

    /// Makes the batches of an episode.
    pub fn batches(&self, episode: Episode) -> Result<Batches, RecordError> {
        let Episode { meta, mut columns } = episode;
        let task = self
            .tasks
            .iter()
            .position(|task| *task == meta.task)
            .ok_or_else(|| RecordError::Task {
                episode: meta.episode,
                task: meta.task.clone(),
            })?;
        for column in &columns {
            self.check(meta.episode, column)?;
        }
        if self.rows == Rows::Transitions {
            to_transitions(&mut columns, self.steps);
        }
        let data = self.batch(&meta, &mut columns, Table::Data, task)?;
        let sim = self.batch(&meta, &mut columns, Table::Sim, task)?;
        match columns.pop() {
            None => Ok(Batches { meta, data, sim }),
            Some(twice) => Err(column_error(meta.episode, &twice.spec, "is there twice")),
        }
    }

    /// A sensor's column is the declared one, with T + 1 whole rows.
    fn check(&self, episode: u64, column: &Column) -> Result<(), RecordError> {
        let Column { spec, ends, .. } = column;
        let same = |declared: &&ColumnSpec| declared.table == spec.table && declared.name == spec.name;
        let Some(declared) = self.declared.iter().find(same) else {
            return Err(RecordError::Undeclared {
                episode,
                column: spec.name.clone(),
            });
        };
        let fault = |reason: String| Err(column_error(episode, spec, &reason));
        if (spec.dtype, &spec.extent) != (declared.dtype, &declared.extent) {
            let [is, said] = [spec, declared].map(|spec| format!("{:?} {:?}", spec.dtype, spec.extent));
            return fault(format!("is {is}, declared {said}"));
        }
        let rows = self.steps + 1;
        if column.rows() != rows {
            return fault(format!("has {} rows, not {rows}", column.rows()));
        }
        let whole = match row_width(spec) {
            Some(width) => column.len() == rows * width,
            None => ends.is_sorted() && ends.last().map_or(0, |end| *end as usize) == column.len(),
        };
        if !whole {
            return fault(format!(
                "has {} numbers, which are not those of its rows",
                column.len()
            ));
        }
        // Offsets are 32-bit.
        let bytes = column.len()
            * if spec.dtype.is_raster() {
                spec.dtype.bytes()
            } else {
                1
            };
        if bytes > i32::MAX as usize {
            return fault("holds more than 2 GiB; take smaller pictures or fewer steps".to_string());
        }
        Ok(())
    }

    fn batch(
        &self,
        meta: &EpisodeMeta,
        columns: &mut Vec<Column>,
        table: Table,
        task: usize,
    ) -> Result<RecordBatch, RecordError> {
        let schema = match table {
            Table::Data => &self.data_schema,
            Table::Sim => &self.sim_schema,
        };
        let mut arrays = Vec::with_capacity(schema.fields().len());
        for spec in self.columns(table) {
            let position = columns
                .iter()
                .position(|column| column.spec.table == table && column.spec.name == spec.name);
            let array = match (position, self.bookkeeping(&spec.name, meta.episode, task)) {
                (Some(position), _) => self.array(spec, columns.swap_remove(position))?,
                (None, Some(array)) => array,
                (None, None) => return Err(column_error(meta.episode, spec, "is missing")),
            };
            arrays.push(array);
        }
        Ok(RecordBatch::try_new(schema.clone(), arrays)?)
    }

    fn bookkeeping(&self, name: &str, episode: u64, task: usize) -> Option<ArrayRef> {
        let rows = self.rows_per_episode() as i64;
        let constant = |value: i64| Int64Array::from(vec![value; rows as usize]);
        let first = episode as i64 * rows;
        let seconds = |row| (row as f64 / f64::from(self.fps)) as f32;
        Some(match name {
            "timestamp" => Arc::new(Float32Array::from_iter_values((0..rows).map(seconds))),
            "frame_index" => Arc::new(Int64Array::from_iter_values(0..rows)),
            "episode_index" => Arc::new(constant(episode as i64)),
            "index" => Arc::new(Int64Array::from_iter_values(first..first + rows)),
            "task_index" => Arc::new(constant(task as i64)),
            _ => return None,
        })
    }

    fn array(&self, spec: &ColumnSpec, column: Column) -> Result<ArrayRef, RecordError> {
        let rows = self.rows_per_episode();
        let Column { values, ends, .. } = column;
        let elements: ArrayRef = match values {
            Values::Float32(values) => Arc::new(Float32Array::from(values)),
            Values::Int64(values) => Arc::new(Int64Array::from(values)),
            Values::Int32(values) => Arc::new(Int32Array::from(values)),
            Values::Bool(values) => Arc::new(BooleanArray::from(values)),
            Values::Text(values) => Arc::new(StringArray::from(values)),
            Values::Rgb(values) => return blobs(Buffer::from_vec(values), rows),
            Values::Raster16(values) => return blobs(Buffer::from_vec(values), rows),
            Values::RasterI8(values) => return blobs(Buffer::from_vec(values), rows),
            Values::RasterF32(values) => return blobs(Buffer::from_vec(values), rows),
        };
        let child = element(elements.data_type().clone());
        Ok(match spec.extent {
            Extent::Fixed(width) if width > 1 => {
                Arc::new(FixedSizeListArray::try_new(child, width as i32, elements, None)?)
            }
            Extent::Grid(items, width) => {
                let grid = FixedSizeListArray::try_new(child, width as i32, elements, None)?;
                let item = element(grid.data_type().clone());
                Arc::new(FixedSizeListArray::try_new(
                    item,
                    items as i32,
                    Arc::new(grid),
                    None,
                )?)
            }
            Extent::List(_) => {
                let mut offsets = Vec::with_capacity(rows + 1);
                offsets.push(0);
                offsets.extend(ends.iter().map(|end| *end as i32));
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(ListArray::try_new(child, offsets, elements, None)?)
            }
            _ => elements,
        })
    }
}

fn blobs(bytes: Buffer, rows: usize) -> Result<ArrayRef, RecordError> {
    let size = bytes.len() / rows.max(1);
    Ok(Arc::new(BinaryArray::try_new(
        OffsetBuffer::from_repeated_length(size, rows),
        bytes,
        None,
    )?))
}

/// Numbers in a row, where every row has as many.
fn row_width(spec: &ColumnSpec) -> Option<usize> {
    match spec.extent {
        Extent::Scalar => Some(1),
        Extent::Fixed(width) => Some(width),
        Extent::Grid(items, width) => Some(items * width),
        Extent::List(_) => None,
        Extent::Picture(height, width) => Some(height * width * spec.dtype.channels()),
    }
}

fn column_error(episode: u64, spec: &ColumnSpec, reason: &str) -> RecordError {
    RecordError::Column {
        episode,
        column: spec.name.clone(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests;
