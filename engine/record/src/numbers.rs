//! The numbers of a column read back, row by row, whatever their type and shape: for programs that look at a dataset.
//!
//! **Invariant:** a column that is absent, holds no numbers, or lacks some of them is an error, never a row of zeros.

use crate::error::RecordError;
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeListArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int32Type, Int64Type};

/// The numbers of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// All numbers, rows one after the other.
    values: Vec<f64>,
    /// Where each row ends in `values`.
    ends: Vec<usize>,
}

impl Numbers {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Numbers in all rows together.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The numbers of a row.
    pub fn row(&self, row: usize) -> &[f64] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.values[start..self.ends[row]]
    }
}

/// The numbers of a column of a batch. True is 1 and false is 0.
pub fn numbers(batch: &RecordBatch, name: &str) -> Result<Numbers, RecordError> {
    let missing = || RecordError::Numbers {
        column: name.to_string(),
    };
    let column = batch.column_by_name(name).ok_or_else(missing)?;
    if column.null_count() > 0 {
        return Err(missing());
    }
    let (items, ends): (ArrayRef, Vec<usize>) = if let Some(lists) = column.as_list_opt::<i32>() {
        let offsets = lists.value_offsets();
        let first = offsets[0] as usize;
        let length = offsets[lists.len()] as usize - first;
        let ends = offsets[1..].iter().map(|end| *end as usize - first).collect();
        (lists.values().slice(first, length), ends)
    } else if let Some(lists) = column.as_fixed_size_list_opt() {
        let mut width = lists.value_length() as usize;
        let mut values = items_of(lists);
        if let Some(items) = values.clone().as_fixed_size_list_opt() {
            width *= items.value_length() as usize;
            values = items_of(items);
        }
        (values, (1..=lists.len()).map(|row| row * width).collect())
    } else {
        (column.clone(), (1..=column.len()).collect())
    };
    if items.null_count() > 0 {
        return Err(missing());
    }
    let values = match items.data_type() {
        DataType::Float32 => (items.as_primitive::<Float32Type>().values().iter())
            .map(|value| f64::from(*value))
            .collect(),
        DataType::Float64 => items.as_primitive::<Float64Type>().values().to_vec(),
        DataType::Int32 => (items.as_primitive::<Int32Type>().values().iter())
            .map(|value| f64::from(*value))
            .collect(),
        DataType::Int64 => (items.as_primitive::<Int64Type>().values().iter())
            .map(|value| *value as f64)
            .collect(),
        DataType::Boolean => (items.as_boolean().values().iter())
            .map(|value| f64::from(u8::from(value)))
            .collect(),
        _ => return Err(missing()),
    };
    Ok(Numbers { values, ends })
}

/// What lists of a fixed size hold, one after the other.
fn items_of(lists: &FixedSizeListArray) -> ArrayRef {
    let width = lists.value_length() as usize;
    lists
        .values()
        .slice(lists.value_offset_at(0), lists.len() * width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{BooleanArray, Int32Array, ListArray, StringArray};
    use std::sync::Arc;

    fn batch() -> RecordBatch {
        let lists = ListArray::from_iter_primitive::<Float32Type, _, _>(
            [vec![1.0, 2.0], vec![], vec![3.0]]
                .map(|row: Vec<f32>| Some(row.into_iter().map(Some).collect::<Vec<_>>())),
        );
        let pairs = FixedSizeListArray::from_iter_primitive::<Float64Type, _, _>(
            [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].map(|row| Some(row.map(Some))),
            2,
        );
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("lists", Arc::new(lists)),
            ("pairs", Arc::new(pairs.clone())),
            ("grids", grids(pairs)),
            ("flags", Arc::new(BooleanArray::from(vec![true, false, true]))),
            ("holes", Arc::new(Int32Array::from(vec![Some(1), None, Some(3)]))),
            ("words", Arc::new(StringArray::from(vec!["a", "b", "c"]))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    /// Each pair as a matrix of one item.
    fn grids(pairs: FixedSizeListArray) -> ArrayRef {
        let item = crate::schema::element(pairs.data_type().clone());
        Arc::new(FixedSizeListArray::new(item, 1, Arc::new(pairs), None))
    }

    #[track_caller]
    fn check(batch: &RecordBatch, name: &str, expected: &[&[f64]]) {
        let numbers = numbers(batch, name).unwrap();
        let rows: Vec<&[f64]> = (0..numbers.rows()).map(|row| numbers.row(row)).collect();
        assert_eq!(rows, expected, "{name}");
    }

    #[test]
    fn rows_come_back_whatever_their_shape() {
        let batch = batch();
        check(&batch, "lists", &[&[1.0, 2.0], &[], &[3.0]]);
        check(&batch, "pairs", &[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]]);
        check(&batch, "grids", &[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]]);
        check(&batch, "flags", &[&[1.0], &[0.0], &[1.0]]);
    }

    #[test]
    fn a_part_of_a_batch_has_its_own_rows() {
        let part = batch().slice(1, 2);
        check(&part, "lists", &[&[], &[3.0]]);
        check(&part, "grids", &[&[3.0, 4.0], &[5.0, 6.0]]);
        check(&part, "pairs", &[&[3.0, 4.0], &[5.0, 6.0]]);
        check(&part, "flags", &[&[0.0], &[1.0]]);
    }

    #[test]
    fn what_holds_no_numbers_is_an_error() {
        for name in ["holes", "words", "absent"] {
            let error = numbers(&batch(), name).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
