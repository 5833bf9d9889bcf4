//! Numbers as unsigned keys of the same order, so that one selection serves every type.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Float32Type, Int32Type, Int64Type};
use serde::{Deserialize, Serialize};

/// How keys stand for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The bits of a 32-bit float, turned so that they sort like the numbers.
    Float,
    /// A signed integer, or 0 and 1.
    Integer,
}

const SIGN: u32 = 1 << 31;

impl Scale {
    /// The value that a key stands for.
    pub fn value(self, key: u64) -> f64 {
        match self {
            Scale::Float => {
                let key = key as u32;
                f64::from(f32::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN }))
            }
            Scale::Integer => (key ^ (1 << 63)) as i64 as f64,
        }
    }
}

fn float_key(value: f32) -> u64 {
    let bits = value.to_bits();
    u64::from(if bits & SIGN == 0 { bits | SIGN } else { !bits })
}

fn integer_key(value: i64) -> u64 {
    value as u64 ^ (1 << 63)
}

/// A column of numbers as keys.
pub(super) struct Keys {
    pub scale: Scale,
    /// Elements in a row.
    pub width: usize,
    /// Elements in an item of a row, where rows are matrices.
    pub item: Option<usize>,
    /// Row after row.
    pub keys: Vec<u64>,
}

impl Keys {
    /// The keys of a column; none where it holds no numbers.
    pub fn of(column: &ArrayRef) -> Option<Self> {
        if let DataType::FixedSizeList(item, width) = column.data_type() {
            let keys = Keys::of(column.as_fixed_size_list().values())?;
            return Some(Keys {
                item: item.data_type().is_nested().then_some(keys.width),
                width: *width as usize * keys.width,
                ..keys
            });
        }
        let (scale, keys) = match column.data_type() {
            DataType::Float32 => (
                Scale::Float,
                column
                    .as_primitive::<Float32Type>()
                    .values()
                    .iter()
                    .map(|x| float_key(*x))
                    .collect(),
            ),
            DataType::Int64 => (
                Scale::Integer,
                column
                    .as_primitive::<Int64Type>()
                    .values()
                    .iter()
                    .map(|x| integer_key(*x))
                    .collect(),
            ),
            DataType::Int32 => (
                Scale::Integer,
                column
                    .as_primitive::<Int32Type>()
                    .values()
                    .iter()
                    .map(|x| integer_key(i64::from(*x)))
                    .collect(),
            ),
            DataType::Boolean => {
                let column: &BooleanArray = column.as_boolean();
                (
                    Scale::Integer,
                    column
                        .values()
                        .iter()
                        .map(|x| integer_key(i64::from(x)))
                        .collect(),
                )
            }
            _ => return None,
        };
        Some(Keys {
            scale,
            width: 1,
            item: None,
            keys,
        })
    }

    pub fn all_finite(&self) -> bool {
        self.scale == Scale::Integer || self.keys.iter().all(|key| self.scale.value(*key).is_finite())
    }

    /// The keys of one element of all rows, smallest first.
    pub fn sorted(&self, element: usize) -> Vec<u64> {
        let mut keys: Vec<u64> = self
            .keys
            .iter()
            .skip(element)
            .step_by(self.width)
            .copied()
            .collect();
        keys.sort_unstable();
        keys
    }
}
