//! Compares an episode that was made again with the rows that are stored.
//!
//! Pictures that a GPU drew are another machine's within a rounding: of these it is asked whether they show the same.
//!
//! **Invariant:** floats are compared by their bits, pictures by their pixels, whatever their encoding; where that keeps
//! only something near them, by their bytes. A GPU's colours, depths and ids may differ a little: [`SAME_SHARE`].

use crate::error::ExportError;
use crate::read::OpenDataset;
use crate::{Dataset, lerobot, picture};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use terrella_record::episode::{Episode, EpisodeMeta};
use terrella_spec::columns::{Dtype, Table};
use terrella_spec::run::RendererKind;

const DIGEST: &str = "state_digest";

/// Of a GPU's picture, one value in so many may be off by any amount.
const SAME_SHARE: usize = 100;
/// And the others by this many of 255, or of the millimetres of a depth, and this share of the depth. Sensors' effects make
/// more of what rounding left.
const NEAR_BYTES: u8 = 8;
const NEAR_MM: u16 = 3;
const NEAR_DEPTH: f32 = 0.01;

/// How a column is compared.
#[derive(Clone, Copy, Debug)]
enum Measure {
    /// Bit by bit.
    Exact,
    /// Colours, depths and ids that a GPU drew.
    Near(fn(&[u8], &[u8]) -> bool),
}

/// How the values of this column are compared.
fn measure(dataset: &Dataset, name: &str) -> Measure {
    if dataset.run.spec.renderer != RendererKind::Gpu {
        return Measure::Exact;
    }
    let spec = dataset.columns.iter().find(|spec| spec.name == name);
    match spec.map(|spec| spec.dtype) {
        Some(Dtype::Image) => Measure::Near(near_colors),
        Some(Dtype::Raster16) if name.starts_with("depth.") => Measure::Near(near_depths),
        Some(Dtype::Raster16) if name.starts_with("segmentation.") => Measure::Near(near_ids),
        _ => Measure::Exact,
    }
}

/// True where few enough of these are far apart.
fn few(far: usize, all: usize) -> bool {
    far <= all.div_ceil(SAME_SHARE)
}

/// Colours: raw, or as they are encoded.
fn near_colors(one: &[u8], other: &[u8]) -> bool {
    if one.len() == other.len() && one == other {
        return true;
    }
    let pixels = |bytes: &[u8]| match picture::decode("compared", bytes) {
        Ok(picture) => picture.bytes,
        // What is no picture is one already.
        Err(_) => bytes.to_vec(),
    };
    let (one, other) = (pixels(one), pixels(other));
    let far = |pair: &(&u8, &u8)| pair.0.abs_diff(*pair.1) > NEAR_BYTES;
    one.len() == other.len() && few(one.iter().zip(&other).filter(far).count(), one.len())
}

fn rasters<'a>(one: &'a [u8], other: &'a [u8]) -> impl Iterator<Item = (u16, u16)> + 'a {
    let numbers = |bytes: &'a [u8]| {
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_le_bytes(*pair))
    };
    numbers(one).zip(numbers(other))
}

fn near_depths(one: &[u8], other: &[u8]) -> bool {
    let far = |pair: &(u16, u16)| {
        let most = NEAR_MM + (NEAR_DEPTH * f32::from(pair.0)) as u16;
        pair.0.abs_diff(pair.1) > most
    };
    one.len() == other.len() && few(rasters(one, other).filter(far).count(), one.len() / 2)
}

fn near_ids(one: &[u8], other: &[u8]) -> bool {
    let far = |pair: &(u16, u16)| pair.0 != pair.1;
    one.len() == other.len() && few(rasters(one, other).filter(far).count(), one.len() / 2)
}

/// The first place where an episode differs from what is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The row in the episode; none where it is the episode table that differs.
    pub row: Option<usize>,
    /// The column.
    pub column: String,
    /// The number in its row, for a column of several.
    pub element: Option<usize>,
    /// What is stored.
    pub stored: String,
    /// What was made.
    pub made: String,
}

/// The first difference between an episode that was made again and the stored one.
pub fn first_difference(
    dataset: &Dataset,
    stored: &OpenDataset,
    made: Episode,
) -> Result<Option<Difference>, ExportError> {
    let number = made.meta.episode;
    let layout = lerobot::layout(dataset)?;
    let batches = layout.batches(made)?;
    let data = if dataset.run.spec.files.images.is_lossless() {
        batches.data
    } else {
        lerobot::Encoder::new(&layout, dataset)
            .stored(&batches.data, number, 0)?
            .values
    };
    let mut first: Option<Difference> = None;
    for (table, made) in [(Table::Sim, &batches.sim), (Table::Data, &data)] {
        let there = stored.values(table, number)?;
        for difference in differences(dataset, &there, made) {
            // A digest says that something differs; any other column says what.
            let order = |difference: &Difference| (difference.row, difference.column == DIGEST);
            if first
                .as_ref()
                .is_none_or(|first| order(&difference) < order(first))
            {
                first = Some(difference);
            }
        }
    }
    match first {
        Some(difference) => Ok(Some(difference)),
        None => Ok(meta_difference(&stored.episode(number)?, &batches.meta)),
    }
}

/// For each column that differs, where first.
fn differences(dataset: &Dataset, there: &RecordBatch, made: &RecordBatch) -> Vec<Difference> {
    let schema = made.schema();
    let columns = schema.fields().iter().zip(made.columns());
    columns
        .filter_map(|(field, made)| {
            let name = field.name();
            match there.column_by_name(name) {
                Some(there) => column_difference(name, there, made, measure(dataset, name)),
                None => Some(whole_column(name, "no such column", made)),
            }
        })
        .collect()
}

fn whole_column(name: &str, stored: &str, made: &ArrayRef) -> Difference {
    Difference {
        row: Some(0),
        column: name.to_string(),
        element: None,
        stored: stored.to_string(),
        made: format!("{}", made.data_type()),
    }
}

fn column_difference(name: &str, there: &ArrayRef, made: &ArrayRef, measure: Measure) -> Option<Difference> {
    if there.data_type() != made.data_type() {
        return Some(whole_column(name, &there.data_type().to_string(), made));
    }
    let rows = there.len().max(made.len());
    (0..rows).find_map(|row| {
        let [stored, again] =
            [there, made].map(|array| (row < array.len()).then(|| values(&array.slice(row, 1))));
        if stored == again {
            return None;
        }
        if let (Measure::Near(near), Some([Value::Bytes(stored)]), Some([Value::Bytes(again)])) =
            (measure, stored.as_deref(), again.as_deref())
            && near(stored, again)
        {
            return None;
        }
        let (stored, again) = (stored.unwrap_or_default(), again.unwrap_or_default());
        let several = stored.len() > 1 || again.len() > 1;
        let at = (0..stored.len().max(again.len())).find(|at| stored.get(*at) != again.get(*at));
        let shown = |values: &[Value]| {
            at.and_then(|at| values.get(at))
                .map_or("nothing".into(), Value::shown)
        };
        Some(Difference {
            row: Some(row),
            column: name.to_string(),
            element: at.filter(|_| several),
            stored: shown(&stored),
            made: shown(&again),
        })
    })
}

/// One number, text or picture of a row.
#[derive(Debug, PartialEq)]
enum Value {
    /// With its bits, so that -0 is not 0 and a NaN is itself.
    Float(u64, f64),
    Other(String),
    Bytes(Vec<u8>),
    Null,
}

impl Value {
    fn shown(&self) -> String {
        match self {
            Value::Float(_, number) => number.to_string(),
            Value::Other(text) => text.clone(),
            Value::Bytes(bytes) => format!("{} bytes, BLAKE3 {}", bytes.len(), blake3::hash(bytes).to_hex()),
            Value::Null => "null".into(),
        }
    }
}

fn values(array: &ArrayRef) -> Vec<Value> {
    match array.data_type() {
        DataType::FixedSizeList(..) => values(array.as_fixed_size_list().values()),
        DataType::List(_) => values(&array.as_list::<i32>().value(0)),
        _ => (0..array.len()).map(|index| value(array, index)).collect(),
    }
}

fn value(array: &ArrayRef, index: usize) -> Value {
    if array.is_null(index) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Float32 => {
            let number = array.as_primitive::<Float32Type>().value(index);
            Value::Float(u64::from(number.to_bits()), f64::from(number))
        }
        DataType::Float64 => {
            let number = array.as_primitive::<Float64Type>().value(index);
            Value::Float(number.to_bits(), number)
        }
        DataType::Binary => Value::Bytes(array.as_binary::<i32>().value(index).to_vec()),
        _ => Value::Other(
            arrow::util::display::array_value_to_string(array, index)
                .unwrap_or_else(|error| error.to_string()),
        ),
    }
}

fn meta_difference(stored: &EpisodeMeta, made: &EpisodeMeta) -> Option<Difference> {
    let facts = [
        ("attempt", stored.attempt.to_string(), made.attempt.to_string()),
        ("policy", stored.policy.clone(), made.policy.clone()),
        (
            "plan_digest",
            stored.plan_digest.clone(),
            made.plan_digest.clone(),
        ),
        (
            "action_digest",
            stored.action_digest.clone(),
            made.action_digest.clone(),
        ),
        (
            "state_digest",
            stored.state_digest.clone(),
            made.state_digest.clone(),
        ),
        ("world", stored.world.clone(), made.world.clone()),
        ("cameras", stored.cameras.clone(), made.cameras.clone()),
    ];
    let (column, stored, made) = facts.into_iter().find(|(_, stored, made)| stored != made)?;
    Some(Difference {
        row: None,
        column: column.to_string(),
        element: None,
        stored,
        made,
    })
}
