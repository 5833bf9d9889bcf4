//! The columns of both tables: type, shape, unit, frame, meaning, and what the statistics say of their numbers.

use super::Facts;
use super::html::{Html, tag};
use super::number::short;
use super::page::{Cell, data_table, details, heading, note, stacked_table};
use serde_json::Value;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent};

/// The section.
pub(super) fn html(facts: &Facts<'_>) -> Html {
    let manifest = facts.manifest();
    let row = |spec: &ColumnSpec, stats: Option<&Value>| {
        let numbers = ["min", "mean", "max"].map(|key| statistic(spec, stats, key));
        let plain = numbers[0].len() == 1;
        let number = |values: &Vec<f64>| {
            Cell::number(if plain {
                values.first().map_or(String::new(), |value| short(*value))
            } else {
                String::new()
            })
        };
        let mut row = vec![
            Cell::head(&spec.name),
            Cell::text(format!("{} {}", spec.dtype.name(), shape(spec)).trim()),
            Cell::text(units(spec)),
            Cell::text(&spec.frame),
        ];
        if stats.is_some() {
            row.extend(numbers.iter().map(number));
        }
        row.push(Cell::html(meaning(spec, &numbers)));
        row
    };
    let data = manifest
        .data_columns
        .iter()
        .map(|spec| row(spec, Some(&facts.stats)));
    let sim = manifest.sim_columns.iter().map(|spec| row(spec, None));
    let mut html = note(
        "Rows of both tables are the same rows in the same order. Numbers are over the whole dataset, those of pictures \
         per colour between 0 and 1. Counters and fingerprints have none.",
    );
    html.add(heading("data/: what a learner is given"));
    html.add(stacked_table(
        "Columns of data/",
        &["column", "type", "unit", "frame", "min", "mean", "max", "meaning"],
        data,
    ));
    html.add(heading("sim/: privileged truth"));
    html.add(stacked_table(
        "Columns of sim/, of which no statistics are kept",
        &["column", "type", "unit", "frame", "meaning"],
        sim,
    ));
    html
}

/// What it means, with its elements where it has several.
fn meaning(spec: &ColumnSpec, [low, mean, high]: &[Vec<f64>; 3]) -> Html {
    let text = Html::prose(&spec.doc);
    let name = |index: usize| match (spec.dtype, index) {
        (Dtype::Image, 0) => "red".to_string(),
        (Dtype::Image, 1) => "green".to_string(),
        (Dtype::Image, _) => "blue".to_string(),
        _ => spec
            .names
            .get(index)
            .cloned()
            .unwrap_or_else(|| index.to_string()),
    };
    let unit = |index: usize| match spec.units.len() {
        0 | 1 => spec.units.first().cloned().unwrap_or_default(),
        _ => spec.units.get(index).cloned().unwrap_or_default(),
    };
    let count = match (spec.dtype, low.len()) {
        (_, many) if many > 1 => many,
        (Dtype::Image, _) => 0,
        _ => spec.names.len(),
    };
    if count < 2 {
        return text;
    }
    let with_numbers = low.len() == count;
    let rows = (0..count).map(|index| {
        let mut row = vec![Cell::head(name(index)), Cell::text(unit(index))];
        if with_numbers {
            let number = |values: &Vec<f64>| values.get(index).map_or(String::new(), |value| short(*value));
            row.extend([low, mean, high].map(|values| Cell::number(number(values))));
        }
        row
    });
    let head: &[&str] = if with_numbers {
        &["element", "unit", "min", "mean", "max"]
    } else {
        &["element", "unit"]
    };
    let inner = data_table(&format!("Elements of {}", spec.name), head, rows);
    text.with(details(&format!("{count} elements"), tag("div").add(inner)))
}

/// Numbers of a statistic of a column: none for counters and fingerprints, of which they say nothing, nor for grids, of which
/// they are hundreds.
fn statistic(spec: &ColumnSpec, stats: Option<&Value>, key: &str) -> Vec<f64> {
    let mut flat = Vec::new();
    let counts = matches!(spec.dtype, Dtype::Int64 | Dtype::Int32);
    let none = counts || matches!(spec.extent, Extent::Grid(..));
    if let (Some(stats), false) = (stats, none) {
        flatten(&stats[&spec.name][key], &mut flat);
    }
    flat
}

/// Numbers of nested lists, in order.
pub(super) fn flatten(value: &Value, into: &mut Vec<f64>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| flatten(value, into)),
        value => into.extend(value.as_f64()),
    }
}

fn shape(spec: &ColumnSpec) -> String {
    let channels = spec.dtype.channels();
    match &spec.extent {
        Extent::Scalar => String::new(),
        Extent::Fixed(width) => format!("[{width}]"),
        Extent::Grid(items, width) => format!("[{items}×{width}]"),
        Extent::List(1) => "[n]".into(),
        Extent::List(width) => format!("[n×{width}]"),
        Extent::Picture(height, width) if channels > 1 => format!("[{height}×{width}×{channels}]"),
        Extent::Picture(height, width) => format!("[{height}×{width}]"),
    }
}

/// The units of a column, each once.
fn units(spec: &ColumnSpec) -> String {
    let mut units: Vec<&str> = Vec::new();
    for unit in spec
        .units
        .iter()
        .map(String::as_str)
        .filter(|unit| !unit.is_empty())
    {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    units.join(", ")
}
