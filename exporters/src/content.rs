//! The hash of a table's values, whatever the encoding of its file.
//!
//! A new Parquet or PNG release changes the bytes of files; it must not look like new physics. So this hash sees values
//! only: numbers little-endian, texts and raw pictures with their lengths. Of lossy pictures the bytes are the values.
//!
//! **Invariant:** independent of batches, row groups, pages, compression, picture format and library versions.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Float32Type, Float64Type, Int32Type, Int64Type};

#[cfg(target_endian = "big")]
compile_error!("numbers are hashed as little-endian bytes, as they lie in memory");

/// Hashes a table batch by batch. Pictures are raw, lossy ones their bytes.
#[derive(Default)]
pub struct ContentHash {
    columns: Vec<Column>,
    rows: u64,
}

/// Lengths, values and validity go to hashers of their own, so that it does not matter how rows are cut into batches.
#[derive(Default)]
struct Column {
    name: String,
    validity: Gathered,
    lengths: Gathered,
    values: Gathered,
}

/// A hasher that is fed in pieces: BLAKE3 is several times faster where it sees many of its chunks at once.
#[derive(Default)]
struct Gathered {
    hasher: blake3::Hasher,
    waiting: Vec<u8>,
}

/// Eight chunks of BLAKE3.
const PIECE_BYTES: usize = 8 << 10;

impl Gathered {
    fn update(&mut self, bytes: &[u8]) {
        if self.waiting.len() + bytes.len() > PIECE_BYTES {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
        if bytes.len() > PIECE_BYTES {
            self.hasher.update(bytes);
        } else {
            self.waiting.extend_from_slice(bytes);
        }
    }

    fn finalize(&self) -> blake3::Hash {
        self.hasher.clone().update(&self.waiting).finalize()
    }
}

impl ContentHash {
    /// Adds rows. All batches have the same columns.
    pub fn add(&mut self, batch: &RecordBatch) {
        if self.columns.is_empty() {
            let column = |name: &String| Column {
                name: name.clone(),
                ..Column::default()
            };
            self.columns = batch
                .schema()
                .fields()
                .iter()
                .map(|field| column(field.name()))
                .collect();
        }
        self.rows += batch.num_rows() as u64;
        for (column, values) in self.columns.iter_mut().zip(batch.columns()) {
            let valid: Vec<u8> = match values.nulls() {
                None => vec![1; values.len()],
                Some(nulls) => nulls.iter().map(u8::from).collect(),
            };
            column.validity.update(&valid);
            column.add(values);
        }
    }

    /// The hash of all rows, hexadecimal.
    pub fn finish(&self) -> String {
        let mut all = blake3::Hasher::new();
        all.update(&self.rows.to_le_bytes());
        for column in &self.columns {
            all.update(&(column.name.len() as u64).to_le_bytes())
                .update(column.name.as_bytes());
            for part in [&column.validity, &column.lengths, &column.values] {
                all.update(part.finalize().as_bytes());
            }
        }
        all.finalize().to_hex().to_string()
    }
}

impl Column {
    fn add(&mut self, values: &ArrayRef) {
        match values.data_type() {
            DataType::Float32 => self.add_numbers::<Float32Type>(values),
            DataType::Float64 => self.add_numbers::<Float64Type>(values),
            DataType::Int64 => self.add_numbers::<Int64Type>(values),
            DataType::Int32 => self.add_numbers::<Int32Type>(values),
            DataType::Boolean => {
                let bytes: Vec<u8> = values.as_boolean().values().iter().map(u8::from).collect();
                self.values.update(&bytes);
            }
            DataType::Utf8 => {
                let texts = values.as_string::<i32>();
                self.add_lengths(texts.offsets());
                self.values.update(&texts.value_data()[ends(texts.offsets())]);
            }
            DataType::Binary => {
                let blobs = values.as_binary::<i32>();
                self.add_lengths(blobs.offsets());
                self.values.update(&blobs.value_data()[ends(blobs.offsets())]);
            }
            DataType::FixedSizeList(..) => self.add(values.as_fixed_size_list().values()),
            DataType::List(_) => {
                let lists = values.as_list::<i32>();
                self.add_lengths(lists.offsets());
                let range = ends(lists.offsets());
                self.add(&lists.values().slice(range.start, range.len()));
            }
            other => unreachable!("no table has a column of the type {other}"),
        }
    }

    /// Numbers are hashed as they lie in memory.
    fn add_numbers<T: ArrowPrimitiveType>(&mut self, values: &ArrayRef) {
        self.values
            .update(values.as_primitive::<T>().values().inner().as_slice());
    }

    fn add_lengths(&mut self, offsets: &OffsetBuffer<i32>) {
        let lengths: Vec<u8> = offsets
            .lengths()
            .flat_map(|length| (length as u64).to_le_bytes())
            .collect();
        self.lengths.update(&lengths);
    }
}

fn ends(offsets: &OffsetBuffer<i32>) -> std::ops::Range<usize> {
    offsets[0] as usize..offsets[offsets.len() - 1] as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float32Array, ListArray, StringArray};
    use arrow::datatypes::Int64Type;
    use std::sync::Arc;

    fn batch(words: &[&str], lists: &[&[i64]]) -> RecordBatch {
        let numbers = Float32Array::from_iter_values((0..words.len()).map(|row| row as f32));
        let lists = lists
            .iter()
            .map(|list| Some(list.iter().map(|number| Some(*number)).collect::<Vec<_>>()));
        let columns: [(&str, ArrayRef); 3] = [
            ("words", Arc::new(StringArray::from(words.to_vec()))),
            ("numbers", Arc::new(numbers)),
            (
                "lists",
                Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists)),
            ),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn hash(batches: &[RecordBatch]) -> String {
        let mut hash = ContentHash::default();
        batches.iter().for_each(|batch| hash.add(batch));
        hash.finish()
    }

    #[test]
    fn cutting_rows_into_batches_does_not_matter() {
        let whole = batch(&["a", "bc", "", "d"], &[&[1, 2], &[], &[3], &[4, 5]]);
        let parts = [whole.slice(0, 1), whole.slice(1, 2), whole.slice(3, 1)];
        assert_eq!(hash(&parts), hash(&[whole]));
    }

    #[test]
    fn every_value_and_every_boundary_matters() {
        let one = hash(&[batch(&["a", "bc"], &[&[1], &[2, 3]])]);
        for other in [
            batch(&["ab", "c"], &[&[1], &[2, 3]]),
            batch(&["a", "bd"], &[&[1], &[2, 3]]),
            batch(&["a", "bc"], &[&[1, 2], &[3]]),
            batch(&["a", "bc"], &[&[1], &[2, 4]]),
        ] {
            assert_ne!(hash(&[other]), one);
        }
    }
}
