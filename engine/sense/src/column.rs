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
    /// Rasters: i8, row-major, height * width * 3 numbers a row.
    RasterI8(Vec<i8>),
    /// Rasters: f32, row-major, height * width * channels numbers a row.
    RasterF32(Vec<f32>),
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
            Dtype::RasterI8x3 => Values::RasterI8(Vec::new()),
            Dtype::RasterF32x2 | Dtype::RasterF32x3 => Values::RasterF32(Vec::new()),
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

    /// The numbers of an i8 raster to append to.
    pub fn raster_i8(&mut self) -> &mut Vec<i8> {
        match &mut self.values {
            Values::RasterI8(values) => values,
            _ => panic!("column {} holds no i8 rasters", self.spec.name),
        }
    }

    /// The numbers of an f32 raster to append to.
    pub fn raster_f32(&mut self) -> &mut Vec<f32> {
        match &mut self.values {
            Values::RasterF32(values) => values,
            _ => panic!("column {} holds no f32 rasters", self.spec.name),
        }
    }

    /// Numbers in a row of a column of fixed extent; 1 for a scalar.
    pub fn width(&self) -> usize {
        match self.spec.extent {
            Extent::Fixed(width) => width,
            _ => 1,
        }
    }

    /// Ends a row of a list column.
    pub fn end_row(&mut self) {
        self.ends.push(self.len() as u32);
    }

    /// Appends the last row once more; a column without rows stays as it is.
    pub fn repeat_row(&mut self) {
        let rows = self.rows();
        if rows == 0 {
            return;
        }
        let start = match self.spec.extent {
            Extent::List(_) => rows.checked_sub(2).map_or(0, |before| self.ends[before] as usize),
            _ => self.len() - self.len() / rows,
        };
        match &mut self.values {
            Values::Float32(values) => values.extend_from_within(start..),
            Values::Int64(values) => values.extend_from_within(start..),
            Values::Int32(values) => values.extend_from_within(start..),
            Values::Bool(values) => values.extend_from_within(start..),
            Values::Text(values) => values.extend_from_within(start..),
            Values::Rgb(values) => values.extend_from_within(start..),
            Values::Raster16(values) => values.extend_from_within(start..),
            Values::RasterI8(values) => values.extend_from_within(start..),
            Values::RasterF32(values) => values.extend_from_within(start..),
        }
        if matches!(self.spec.extent, Extent::List(_)) {
            self.end_row();
        }
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
            Values::RasterI8(values) => values.len(),
            Values::RasterF32(values) => values.len(),
        }
    }

    /// Bytes of its values, texts without their letters.
    pub fn bytes(&self) -> u64 {
        (self.len() * self.spec.dtype.bytes() + self.ends.len() * size_of::<u32>()) as u64
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
            Extent::Grid(items, width) => self.len() / (items * width).max(1),
            Extent::List(_) => self.ends.len(),
            Extent::Picture(height, width) => {
                self.len() / (height * width * self.spec.dtype.channels()).max(1)
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
            Values::RasterI8(values) => values.reserve(numbers),
            Values::RasterF32(values) => values.reserve(numbers),
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
            Values::RasterI8(values) => values.clear(),
            Values::RasterF32(values) => values.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use terrella_spec::columns::Table;

    #[test]
    fn the_last_row_is_repeated_whatever_its_shape() {
        let spec = |dtype, extent| ColumnSpec::scalar(Table::Sim, "column", dtype, "", "").extent(extent);
        let mut lists = Column::new(spec(Dtype::Int32, Extent::List(1)));
        lists.repeat_row();
        assert_eq!(lists.rows(), 0);
        for row in [&[1][..], &[2, 3], &[]] {
            lists.ints().extend_from_slice(row);
            lists.end_row();
            lists.repeat_row();
        }
        assert_eq!(lists.ends, [1, 2, 4, 6, 6, 6]);
        assert_eq!(lists.values, Values::Int32(vec![1, 1, 2, 3, 2, 3]));
        let mut flow = Column::new(spec(Dtype::RasterF32x2, Extent::Picture(1, 2)));
        flow.raster_f32().extend([1.0; 4]);
        flow.raster_f32().extend([2.0, 3.0, 4.0, 5.0]);
        flow.repeat_row();
        assert_eq!(flow.rows(), 3);
        assert_eq!(flow.raster_f32()[8..], [2.0, 3.0, 4.0, 5.0]);
    }

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
