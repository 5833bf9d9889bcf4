//! What a column of a dataset is: name, element type, shape, unit, frame, meaning. No values here.

use serde::{Deserialize, Serialize};

/// The type of a column's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// 32-bit float.
    Float32,
    /// 64-bit float.
    Float64,
    /// 64-bit signed integer.
    Int64,
    /// 32-bit signed integer.
    Int32,
    /// True or false.
    Bool,
    /// UTF-8 text.
    String,
    /// An 8-bit RGB picture of the shape [height, width, 3].
    Image,
    /// Raw little-endian u16, row-major, of the shape [height, width].
    Raster16,
    /// Raw i8, row-major, of the shape [height, width, 3].
    RasterI8x3,
    /// Raw little-endian f32, row-major, of the shape [height, width, 2].
    RasterF32x2,
    /// Raw little-endian f32, row-major, of the shape [height, width, 3].
    RasterF32x3,
}

impl Dtype {
    /// The name in the dataset's metadata (numpy's, where numpy has one).
    pub fn name(&self) -> &'static str {
        match self {
            Dtype::Float32 => "float32",
            Dtype::Float64 => "float64",
            Dtype::Int64 => "int64",
            Dtype::Int32 => "int32",
            Dtype::Bool => "bool",
            Dtype::String => "string",
            Dtype::Image => "image",
            Dtype::Raster16 => "uint16 raster",
            Dtype::RasterI8x3 => "int8 raster",
            Dtype::RasterF32x2 | Dtype::RasterF32x3 => "float32 raster",
        }
    }

    /// Bytes of an element; of a text, a guess.
    pub fn bytes(&self) -> usize {
        match self {
            Dtype::Bool | Dtype::Image | Dtype::RasterI8x3 => 1,
            Dtype::Raster16 => 2,
            Dtype::Float32 | Dtype::Int32 | Dtype::RasterF32x2 | Dtype::RasterF32x3 => 4,
            Dtype::Float64 | Dtype::Int64 => 8,
            Dtype::String => 16,
        }
    }

    /// Numbers for each pixel of a picture or raster; 1 for everything else.
    pub fn channels(&self) -> usize {
        match self {
            Dtype::Image | Dtype::RasterI8x3 | Dtype::RasterF32x3 => 3,
            Dtype::RasterF32x2 => 2,
            _ => 1,
        }
    }

    /// True for what is stored as raw bytes, a picture a row.
    pub fn is_raster(&self) -> bool {
        matches!(
            self,
            Dtype::Raster16 | Dtype::RasterI8x3 | Dtype::RasterF32x2 | Dtype::RasterF32x3
        )
    }
}

/// How many elements a row holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// One.
    Scalar,
    /// This many, the same in every row of the dataset.
    Fixed(usize),
    /// A matrix, of the same size in every row of the dataset: so many items of so many numbers.
    Grid(usize, usize),
    /// Any number times this: 13 numbers for each body, say.
    List(usize),
    /// A picture: height and width.
    Picture(usize, usize),
}

/// In which table a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Table {
    /// `data/`: what a learner is given. Exactly the declared features of LeRobot.
    Data,
    /// `sim/`: privileged truth, the same rows in the same order.
    Sim,
}

/// A column of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// The table it stands in.
    pub table: Table,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Elements in a row.
    pub extent: Extent,
    /// A name for each element of a fixed extent; for a grid or a list, of each element of one item. May be empty.
    pub names: Vec<String>,
    /// A unit for each element (of one item), or one for all. Empty where there is none.
    pub units: Vec<String>,
    /// The frame of reference, `world` or a camera's, empty where there is none.
    pub frame: String,
    /// What it means, in a sentence or two.
    pub doc: String,
}

impl ColumnSpec {
    /// A scalar column.
    pub fn scalar(table: Table, name: &str, dtype: Dtype, unit: &str, doc: &str) -> Self {
        let units = if unit.is_empty() {
            Vec::new()
        } else {
            vec![unit.to_string()]
        };
        ColumnSpec {
            name: name.to_string(),
            table,
            dtype,
            extent: Extent::Scalar,
            names: Vec::new(),
            units,
            frame: String::new(),
            doc: doc.to_string(),
        }
    }

    /// The same with another extent.
    pub fn extent(self, extent: Extent) -> Self {
        ColumnSpec { extent, ..self }
    }

    /// The same with names and units of its elements.
    pub fn elements(self, names: Vec<String>, units: Vec<String>) -> Self {
        ColumnSpec { names, units, ..self }
    }

    /// The same in this frame.
    pub fn in_frame(self, frame: &str) -> Self {
        ColumnSpec {
            frame: frame.to_string(),
            ..self
        }
    }
}
