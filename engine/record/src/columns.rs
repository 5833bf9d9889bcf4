//! Batches as the columns that they were made of: the way back from [`crate::batch`].
//!
//! **Invariant:** of trajectories the columns come back as they were. Of transitions they make the same batches again: the
//! row of the final observation, which these do not hold, has the last state, and elsewhere the row before it.

use crate::episode::{Column, Values};
use crate::error::RecordError;
use crate::schema::{NEXT_STATE, STATE};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Float32Type, Int32Type, Int64Type};
use terrella_spec::columns::{ColumnSpec, Extent, Table};
use terrella_spec::run::Rows;

/// The columns of an episode that `specs` name, T + 1 rows each; pictures and rasters cannot be among them.
pub fn columns(
    specs: &[ColumnSpec],
    data: &RecordBatch,
    sim: &RecordBatch,
    rows: Rows,
) -> Result<Vec<Column>, RecordError> {
    specs
        .iter()
        .map(|spec| {
            let batch = if spec.table == Table::Data { data } else { sim };
            let array = named(batch, &spec.name)?;
            match rows {
                Rows::Trajectories => column(spec, array),
                Rows::Transitions => column(spec, &with_final_row(spec, array, data)?),
            }
        })
        .collect()
}

/// Adds the row of the final observation.
fn with_final_row(spec: &ColumnSpec, array: &ArrayRef, data: &RecordBatch) -> Result<ArrayRef, RecordError> {
    let source = match (spec.table, spec.name.as_str()) {
        (Table::Data, STATE) => named(data, NEXT_STATE)?,
        _ => array,
    };
    let last = source.slice(source.len().saturating_sub(1), source.len().min(1));
    Ok(concat(&[array, &last])?)
}

fn named<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, RecordError> {
    batch.column_by_name(name).ok_or_else(|| RecordError::Declared {
        column: name.to_string(),
        reason: "is not there".to_string(),
    })
}

/// An array as the column that was filled.
fn column(spec: &ColumnSpec, array: &ArrayRef) -> Result<Column, RecordError> {
    let mut column = Column::new(spec.clone());
    let inner = match (&spec.extent, array.data_type()) {
        (Extent::List(_), DataType::List(_)) => {
            let lists = array.as_list::<i32>();
            let first = lists.offsets()[0];
            let last = lists.offsets()[array.len()];
            let ends = lists.offsets().iter().skip(1);
            column.ends = ends.map(|end| (end - first) as u32).collect();
            lists.values().slice(first as usize, (last - first) as usize)
        }
        // The values of a slice are those of its own rows.
        (Extent::Fixed(_), DataType::FixedSizeList(..)) => array.as_fixed_size_list().values().clone(),
        (Extent::Grid(..), DataType::FixedSizeList(item, _)) if item.data_type().is_nested() => {
            let items = array.as_fixed_size_list().values().as_fixed_size_list_opt();
            items.map_or_else(|| array.clone(), |items| items.values().clone())
        }
        _ => array.clone(),
    };
    let fits = match &mut column.values {
        Values::Float32(into) => inner
            .as_primitive_opt::<Float32Type>()
            .map(|from| into.extend_from_slice(from.values())),
        Values::Int64(into) => inner
            .as_primitive_opt::<Int64Type>()
            .map(|from| into.extend_from_slice(from.values())),
        Values::Int32(into) => inner
            .as_primitive_opt::<Int32Type>()
            .map(|from| into.extend_from_slice(from.values())),
        Values::Bool(into) => inner
            .as_boolean_opt()
            .map(|from| into.extend(from.values().iter())),
        Values::Text(into) => inner
            .as_string_opt::<i32>()
            .map(|from| into.extend(from.iter().flatten().map(str::to_string))),
        Values::Rgb(_) | Values::Raster16(_) | Values::RasterI8(_) | Values::RasterF32(_) => None,
    };
    let whole = array.null_count() == 0 && inner.null_count() == 0;
    fits.filter(|()| whole)
        .map(|()| column)
        .ok_or_else(|| RecordError::Declared {
            column: spec.name.clone(),
            reason: format!("is {}, or has holes", array.data_type()),
        })
}
