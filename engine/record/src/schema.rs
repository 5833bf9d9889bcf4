//! Which columns a table stores, and their Arrow types.
//!
//! The types are those that LeRobot and Hugging Face `datasets` read back as declared. Two rules are easy to break:
//! a shape of `[1]` is a scalar column, and the `huggingface` key must stand in the Arrow schema's own metadata,
//! because readers take no other once the file holds an Arrow schema.
//!
//! **Invariant:** every field is nullable and every list child is called `element`; a schema has at most one metadata
//! key, because Arrow writes the keys in no fixed order.

use crate::error::RecordError;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::run::Rows;

/// The column that [`Rows::Transitions`] repeats as `next.`.
pub const STATE: &str = "observation.state";
/// The state after the action, in [`Rows::Transitions`].
pub const NEXT_STATE: &str = "next.observation.state";

/// How pictures stand in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// `binary`: RGB bytes, row-major.
    Raw,
    /// `struct<bytes: binary, path: string>`: an encoded picture and its name.
    Encoded,
}

/// The columns that every table has beside what sensors fill.
pub fn bookkeeping(table: Table) -> Vec<ColumnSpec> {
    let column = |name, dtype, unit, doc| ColumnSpec::scalar(table, name, dtype, unit, doc);
    let frame = column("frame_index", Dtype::Int64, "", "Row within the episode, from 0.");
    let episode = column(
        "episode_index",
        Dtype::Int64,
        "",
        "Number of the episode in the dataset.",
    );
    let index = column("index", Dtype::Int64, "", "Row within the dataset.");
    match table {
        Table::Data => vec![
            column(
                "timestamp",
                Dtype::Float32,
                "s",
                "Time since the episode began: frame_index / fps.",
            ),
            frame,
            episode,
            index,
            column(
                "task_index",
                Dtype::Int64,
                "",
                "Row of the task in meta/tasks.parquet.",
            ),
        ],
        Table::Sim => vec![index, episode, frame],
    }
}

/// All columns of a table as stored: those declared for it, then what `rows` adds, then the bookkeeping.
pub fn stored_columns(
    declared: &[ColumnSpec],
    table: Table,
    rows: Rows,
) -> Result<Vec<ColumnSpec>, RecordError> {
    let mut columns: Vec<ColumnSpec> = declared
        .iter()
        .filter(|spec| spec.table == table)
        .cloned()
        .collect();
    if table == Table::Data && rows == Rows::Transitions {
        let state = columns.iter().find(|spec| spec.name == STATE).cloned();
        columns.extend(state.map(|state| ColumnSpec {
            name: NEXT_STATE.to_string(),
            doc: format!("After the action: {}", state.doc),
            ..state
        }));
    }
    columns.extend(bookkeeping(table));
    let mut names = BTreeSet::new();
    for spec in &columns {
        check(spec)?;
        if !names.insert(&spec.name) {
            return Err(declared_error(spec, "the name is taken by another column"));
        }
    }
    Ok(columns)
}

/// The Arrow schema of a table. With encoded pictures of `data/`, it carries the `huggingface` metadata.
pub fn arrow_schema(columns: &[ColumnSpec], table: Table, pictures: Pictures) -> SchemaRef {
    let fields: Vec<Field> = columns.iter().map(|spec| field(spec, pictures)).collect();
    let schema = Schema::new(fields);
    if table == Table::Sim || pictures == Pictures::Raw {
        return Arc::new(schema);
    }
    let features: Map<String, Value> = columns
        .iter()
        .map(|spec| (spec.name.clone(), huggingface_feature(spec)))
        .collect();
    let text = json!({ "info": { "features": features } }).to_string();
    Arc::new(schema.with_metadata(HashMap::from([("huggingface".to_string(), text)])))
}

/// The shape of a row as LeRobot and numpy say it; -1 for any number.
pub fn shape(spec: &ColumnSpec) -> Vec<i64> {
    match spec.extent {
        Extent::Scalar => vec![1],
        Extent::Fixed(width) => vec![width as i64],
        Extent::Grid(items, width) => vec![items as i64, width as i64],
        Extent::List(_) => vec![-1],
        Extent::Picture(height, width) if spec.dtype.channels() > 1 => {
            vec![height as i64, width as i64, spec.dtype.channels() as i64]
        }
        Extent::Picture(height, width) => vec![height as i64, width as i64],
    }
}

/// A nullable list child with the one name that all readers agree on.
pub fn element(data_type: DataType) -> FieldRef {
    Arc::new(Field::new("element", data_type, true))
}

/// The fields of an encoded picture, in the order that `datasets` insists on.
pub fn picture_fields() -> Fields {
    Fields::from(vec![
        Field::new("bytes", DataType::Binary, true),
        Field::new("path", DataType::Utf8, true),
    ])
}

fn field(spec: &ColumnSpec, pictures: Pictures) -> Field {
    let value = match spec.dtype {
        Dtype::Float32 => DataType::Float32,
        Dtype::Float64 => DataType::Float64,
        Dtype::Int64 => DataType::Int64,
        Dtype::Int32 => DataType::Int32,
        Dtype::Bool => DataType::Boolean,
        Dtype::String => DataType::Utf8,
        Dtype::Image if pictures == Pictures::Encoded => DataType::Struct(picture_fields()),
        _ => DataType::Binary,
    };
    let data_type = match spec.extent {
        Extent::Scalar | Extent::Fixed(1) | Extent::Picture(..) => value,
        Extent::Fixed(width) => DataType::FixedSizeList(element(value), width as i32),
        Extent::Grid(items, width) => {
            let item = DataType::FixedSizeList(element(value), width as i32);
            DataType::FixedSizeList(element(item), items as i32)
        }
        Extent::List(_) => DataType::List(element(value)),
    };
    Field::new(&spec.name, data_type, true)
}

/// `Sequence` is read by every release of `datasets`; `List`, its newer name, is not.
fn huggingface_feature(spec: &ColumnSpec) -> Value {
    let value = json!({ "dtype": spec.dtype.name(), "_type": "Value" });
    let sequence = |of: Value, length: usize| json!({ "feature": of, "length": length, "_type": "Sequence" });
    match spec.extent {
        Extent::Picture(..) => json!({ "_type": "Image" }),
        Extent::Fixed(width) if width > 1 => sequence(value, width),
        Extent::Grid(items, width) => sequence(sequence(value, width), items),
        _ => value,
    }
}

fn check(spec: &ColumnSpec) -> Result<(), RecordError> {
    let picture = matches!(spec.extent, Extent::Picture(height, width) if height * width > 0);
    let pixels = spec.dtype == Dtype::Image || spec.dtype.is_raster();
    let fault = match (&spec.dtype, &spec.extent) {
        _ if spec.name.is_empty() || spec.name.contains('/') => "a name is not empty and holds no slash",
        _ if pixels && !picture => "pictures have a height and a width",
        (Dtype::Float64, _) => "64-bit floats are not recorded; use float32",
        _ if pixels => "",
        (_, Extent::Picture(..)) => "only pictures and rasters have a height and a width",
        (_, Extent::Fixed(0) | Extent::List(0) | Extent::Grid(0, _) | Extent::Grid(_, 0)) => {
            "a row holds at least one element"
        }
        _ => "",
    };
    let misplaced = match (spec.table, &spec.dtype, &spec.extent) {
        (Table::Data, dtype, _) if dtype.is_raster() => {
            "a raster stands in the sim table: LeRobot has no such feature"
        }
        (Table::Data, _, Extent::List(_)) => "a list stands in the sim table: features have a fixed shape",
        (Table::Sim, Dtype::Image, _) => "a picture stands in the data table",
        _ => "",
    };
    match (fault, misplaced) {
        ("", "") => Ok(()),
        ("", reason) | (reason, _) => Err(declared_error(spec, reason)),
    }
}

fn declared_error(spec: &ColumnSpec, reason: &str) -> RecordError {
    RecordError::Declared {
        column: spec.name.clone(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, dtype: Dtype, extent: Extent) -> ColumnSpec {
        ColumnSpec::scalar(Table::Data, name, dtype, "", "").extent(extent)
    }

    #[test]
    fn a_shape_of_one_is_a_scalar_and_a_list_child_is_called_element() {
        let columns = [
            column("one", Dtype::Float32, Extent::Fixed(1)),
            column("two", Dtype::Float32, Extent::Fixed(2)),
            column("front", Dtype::Image, Extent::Picture(4, 6)),
            column("grid", Dtype::Float32, Extent::Grid(3, 2)),
        ];
        let schema = arrow_schema(&columns, Table::Data, Pictures::Encoded);
        assert_eq!(schema.field(0).data_type(), &DataType::Float32);
        assert_eq!(
            schema.field(1).data_type(),
            &DataType::FixedSizeList(element(DataType::Float32), 2)
        );
        let pair = DataType::FixedSizeList(element(DataType::Float32), 2);
        assert_eq!(
            schema.field(3).data_type(),
            &DataType::FixedSizeList(element(pair), 3)
        );
        assert!(schema.fields().iter().all(|field| field.is_nullable()));
        let text: Value = serde_json::from_str(&schema.metadata()["huggingface"]).unwrap();
        let features = &text["info"]["features"];
        assert_eq!(features["one"], json!({ "dtype": "float32", "_type": "Value" }));
        assert_eq!(features["two"]["length"], 2);
        assert_eq!(features["front"], json!({ "_type": "Image" }));
        assert_eq!(features["grid"]["length"], 3);
        assert_eq!(features["grid"]["feature"], features["two"]);
        assert_eq!(shape(&columns[0]), [1]);
        assert_eq!(shape(&columns[2]), [4, 6, 3]);
        assert_eq!(shape(&columns[3]), [3, 2]);
    }

    #[test]
    fn what_readers_refuse_is_refused_here() {
        for (name, dtype, extent) in [
            ("a/b", Dtype::Float32, Extent::Scalar),
            ("", Dtype::Float32, Extent::Scalar),
            ("empty", Dtype::Float32, Extent::Fixed(0)),
            ("empty_grid", Dtype::Float32, Extent::Grid(2, 0)),
            ("list", Dtype::Float32, Extent::List(13)),
            ("depth", Dtype::Raster16, Extent::Picture(4, 4)),
            ("flat", Dtype::Image, Extent::Scalar),
            ("index", Dtype::Int64, Extent::Scalar),
            ("wide", Dtype::Float64, Extent::Scalar),
        ] {
            let refused = stored_columns(&[column(name, dtype, extent)], Table::Data, Rows::Trajectories);
            assert!(refused.is_err(), "{name} was accepted");
        }
    }

    #[test]
    fn transitions_add_the_next_state() {
        let columns = [column(STATE, Dtype::Float32, Extent::Fixed(3))];
        let names = |rows| -> Vec<String> {
            stored_columns(&columns, Table::Data, rows)
                .unwrap()
                .into_iter()
                .map(|spec| spec.name)
                .collect()
        };
        assert_eq!(names(Rows::Transitions)[..2], [STATE, NEXT_STATE]);
        assert!(!names(Rows::Trajectories).contains(&NEXT_STATE.to_string()));
    }
}
