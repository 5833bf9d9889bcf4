//! Columns with values: what sensors fill, one row a step, and what becomes Arrow arrays without being copied again.

use terrella_spec::columns::{ColumnSpec, Dtype, Extent};

/// The values of a column, rows one after the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// 32-bit floats.
    Float32(Vec<f32>),
    /// 64-bit integers.
    Int64(Vec<i64>),
    /// 32-bit integers.
    Int32(Vec<i32>),
    /// Booleans.
    Bool(Vec<bool>),
    /// Texts, one a row.
    Text(Vec<String>),
    /// Pictures: 8-bit RGB, row-major, height * width * 3 bytes a row.
    Rgb(Vec<u8>),
    /// Rasters: u16, row-major, height * width numbers a row.
    Raster16(Vec<u16>),
}

/// A column of one episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What it is.
    pub spec: ColumnSpec,
    /// Its values.
    pub values: Values,
    /// For a list column: where each row's values end in `values`, in numbers (not in items). Empty otherwise.
    pub ends: Vec<u32>,
}

impl Column {
    /// An empty column.
    pub fn new(spec: ColumnSpec) -> Self {
        let values = match spec.dtype {
            Dtype::Float32 => Values::Float32(Vec::new()),
            Dtype::Float64 => unreachable!("no sensor makes 64-bit floats"),
            Dtype::Int64 => Values::Int64(Vec::new()),
            Dtype::Int32 => Values::Int32(Vec::new()),
            Dtype::Bool => Values::Bool(Vec::new()),
            Dtype::String => Values::Text(Vec::new()),
            Dtype::Image => Values::Rgb(Vec::new()),
            Dtype::Raster16 => Values::Raster16(Vec::new()),
        };
        Column {
            spec,
            values,
            ends: Vec::new(),
        }
    }

    /// The floats to append to. Panics on a column of another type, which is a mistake in a sensor.
    pub fn floats(&mut self) -> &mut Vec<f32> {
        match &mut self.values {
            Values::Float32(values) => values,
            _ => panic!("column {} holds no 32-bit floats", self.spec.name),
        }
    }

    /// The 64-bit integers to append to.
    pub fn longs(&mut self) -> &mut Vec<i64> {
        match &mut self.values {
            Values::Int64(values) => values,
            _ => panic!("column {} holds no 64-bit integers", self.spec.name),
        }
    }

    /// The 32-bit integers to append to.
    pub fn ints(&mut self) -> &mut Vec<i32> {
        match &mut self.values {
            Values::Int32(values) => values,
            _ => panic!("column {} holds no 32-bit integers", self.spec.name),
        }
    }

    /// The booleans to append to.
    pub fn bools(&mut self) -> &mut Vec<bool> {
        match &mut self.values {
            Values::Bool(values) => values,
            _ => panic!("column {} holds no booleans", self.spec.name),
        }
    }

    /// The picture bytes to append to.
    pub fn rgb(&mut self) -> &mut Vec<u8> {
        match &mut self.values {
            Values::Rgb(values) => values,
            _ => panic!("column {} holds no pictures", self.spec.name),
        }
    }

    /// The raster numbers to append to.
    pub fn raster(&mut self) -> &mut Vec<u16> {
        match &mut self.values {
            Values::Raster16(values) => values,
            _ => panic!("column {} holds no rasters", self.spec.name),
        }
    }

    /// Ends a row of a list column.
    pub fn end_row(&mut self) {
        self.ends.push(self.len() as u32);
    }

    /// Numbers in all rows together.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Float32(values) => values.len(),
            Values::Int64(values) => values.len(),
            Values::Int32(values) => values.len(),
            Values::Bool(values) => values.len(),
            Values::Text(values) => values.len(),
            Values::Rgb(values) => values.len(),
            Values::Raster16(values) => values.len(),
        }
    }

    /// Bytes of its values, texts without their letters.
    pub fn bytes(&self) -> u64 {
        let size = match &self.values {
            Values::Float32(_) | Values::Int32(_) => 4,
            Values::Int64(_) => 8,
            Values::Bool(_) | Values::Rgb(_) => 1,
            Values::Text(_) => size_of::<String>(),
            Values::Raster16(_) => 2,
        };
        (self.len() * size + self.ends.len() * size_of::<u32>()) as u64
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Complete rows.
    pub fn rows(&self) -> usize {
        match &self.spec.extent {
            Extent::Scalar => self.len(),
            Extent::Fixed(width) => self.len() / width.max(&1),
            Extent::List(_) => self.ends.len(),
            Extent::Picture(height, width) => {
                let channels = if self.spec.dtype == Dtype::Image { 3 } else { 1 };
                self.len() / (height * width * channels).max(1)
            }
        }
    }

    /// Makes room for this many more rows of the length of those that are there.
    pub fn reserve_rows(&mut self, more: usize) {
        let rows = self.rows().max(1);
        let numbers = self.len() / rows * more;
        if !self.ends.is_empty() {
            self.ends.reserve(more);
        }
        match &mut self.values {
            Values::Float32(values) => values.reserve(numbers),
            Values::Int64(values) => values.reserve(numbers),
            Values::Int32(values) => values.reserve(numbers),
            Values::Bool(values) => values.reserve(numbers),
            Values::Text(values) => values.reserve(numbers),
            Values::Rgb(values) => values.reserve(numbers),
            Values::Raster16(values) => values.reserve(numbers),
        }
    }

    /// Forgets the values and keeps the room, for the next episode.
    pub fn clear(&mut self) {
        self.ends.clear();
        match &mut self.values {
            Values::Float32(values) => values.clear(),
            Values::Int64(values) => values.clear(),
            Values::Int32(values) => values.clear(),
            Values::Bool(values) => values.clear(),
            Values::Text(values) => values.clear(),
            Values::Rgb(values) => values.clear(),
            Values::Raster16(values) => values.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use terrella_spec::columns::Table;

    #[test]
    fn room_for_rows_is_made_by_the_length_of_those_that_are_there() {
        let spec = ColumnSpec::scalar(Table::Sim, "bodies", Dtype::Float32, "", "").extent(Extent::List(13));
        let mut column = Column::new(spec);
        column.floats().extend([0.0; 26]);
        column.end_row();
        let before = column.clone();
        column.reserve_rows(100);
        assert_eq!(column, before);
        assert!(column.floats().capacity() >= 26 * 101 && column.ends.capacity() >= 101);
    }
}
