//! Any numbers that were recorded, one column at a time, when somebody wants to see them.

use super::Dataset;
use terrella_app::AppError;
use terrella_app::pictures::stored;
use terrella_app::record::columns::columns;
use terrella_app::sense::column::{Column, Values};
use terrella_app::spec::columns::{ColumnSpec, Dtype, Extent};
use terrella_app::spec::run::Rows;

/// The numbers of a column in the rows of an episode.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    values: Vec<f64>,
    /// Where each row ends in the values.
    ends: Vec<usize>,
}

impl Numbers {
    fn of(column: &Column) -> Numbers {
        let values: Vec<f64> = match &column.values {
            Values::Float32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::Int32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::Int64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::Bool(values) => values.iter().map(|value| f64::from(u8::from(*value))).collect(),
            _ => Vec::new(),
        };
        let ends = if matches!(column.spec.extent, Extent::List(_)) {
            column.ends.iter().map(|end| *end as usize).collect()
        } else {
            let width = values.len() / column.rows().max(1);
            (1..=column.rows()).map(|row| row * width).collect()
        };
        Numbers { values, ends }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The numbers of a row; none where there is no such row.
    pub fn row(&self, row: usize) -> &[f64] {
        let start = match row.checked_sub(1) {
            Some(before) => self.ends.get(before).copied(),
            None => Some(0),
        };
        let range = start.zip(self.ends.get(row).copied());
        range
            .and_then(|(start, end)| self.values.get(start..end))
            .unwrap_or_default()
    }

    /// Numbers in the longest row.
    pub fn most(&self) -> usize {
        (0..self.rows()).map(|row| self.row(row).len()).max().unwrap_or(0)
    }
}

/// What an element of a column is called: the column, the item of a list or matrix, and the element's own name and unit. Lists of
/// bodies have their names.
pub fn element_name(spec: &ColumnSpec, bodies: &[&str], index: usize) -> String {
    let (width, is_one) = match spec.extent {
        Extent::Scalar => (1, true),
        Extent::Fixed(width) => (width.max(1), true),
        Extent::Grid(_, width) | Extent::List(width) => (width.max(1), false),
        Extent::Picture(..) => (1, false),
    };
    let (item, element) = (index / width, index % width);
    let mut words = vec![spec.name.clone()];
    if !is_one {
        let is_of_bodies = spec.name.starts_with("bodies.");
        let body = bodies.get(item).filter(|_| is_of_bodies);
        words.push(body.map_or_else(|| format!("[{item}]"), |body| body.to_string()));
    }
    match spec.names.get(element) {
        Some(name) => words.push(name.clone()),
        None if width > 1 => words.push(element.to_string()),
        None => {}
    }
    let unit = match spec.units.as_slice() {
        [all] => Some(all),
        units => units.get(element),
    };
    words.extend(unit.filter(|unit| !unit.is_empty()).cloned());
    words.join(" ")
}

/// How many elements each row of a column has; nothing where rows differ.
pub fn elements(spec: &ColumnSpec) -> Option<usize> {
    match spec.extent {
        Extent::Scalar => Some(1),
        Extent::Fixed(width) => Some(width),
        Extent::Grid(items, width) => Some(items.saturating_mul(width)),
        Extent::List(_) | Extent::Picture(..) => None,
    }
}

impl Dataset {
    /// The columns of numbers of both tables: what a learner is given, then what is true.
    pub fn number_columns(&self) -> impl Iterator<Item = &ColumnSpec> {
        let manifest = self.dataset.manifest();
        let all = manifest.data_columns.iter().chain(&manifest.sim_columns);
        all.filter(|spec| {
            let is_number = matches!(
                spec.dtype,
                Dtype::Float32 | Dtype::Int64 | Dtype::Int32 | Dtype::Bool
            );
            is_number && !matches!(spec.extent, Extent::Picture(..))
        })
    }

    /// The numbers of a column in an episode; no other column is read.
    pub fn numbers(&self, episode: u64, spec: &ColumnSpec) -> Result<Numbers, AppError> {
        let damaged = |error| stored::damaged(self.root(), error);
        let batch = self
            .dataset
            .columns(spec.table, episode, Some(&[spec.name.as_str()]))
            .map_err(damaged)?;
        let read = columns(std::slice::from_ref(spec), &batch, &batch, Rows::Trajectories);
        let read = read.map_err(|error| damaged(error.into()))?;
        Ok(read.first().map(Numbers::of).unwrap_or_default())
    }
}
