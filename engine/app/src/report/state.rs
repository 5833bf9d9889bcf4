//! The range of every channel of the observed state, over the whole dataset.

use super::Facts;
use super::chart::quantiles;
use super::columns::flatten;
use super::html::Html;
use super::number::short;
use super::page::{Cell, data_table, heading, note};

/// The column that learners observe.
const STATE: &str = "observation.state";

/// The table; nothing where there is no such column.
pub(super) fn html(facts: &Facts<'_>) -> Html {
    let columns = &facts.manifest().data_columns;
    let Some(column) = columns.iter().find(|column| column.name == STATE) else {
        return Html::new();
    };
    let values = ["min", "q10", "q50", "q90", "max"].map(|key| {
        let mut flat = Vec::new();
        flatten(&facts.stats[STATE][key], &mut flat);
        flat
    });
    let rows = (0..values[0].len()).map(|index| {
        let numbers = values
            .each_ref()
            .map(|values| values.get(index).copied().unwrap_or(f64::NAN));
        let name = column
            .names
            .get(index)
            .cloned()
            .unwrap_or_else(|| index.to_string());
        let unit = column
            .units
            .get(index)
            .or(column.units.first())
            .cloned()
            .unwrap_or_default();
        let label = format!("Quantiles of {name}");
        let mut row = vec![Cell::head(name), Cell::text(unit)];
        row.extend(numbers.map(|number| Cell::number(short(number))));
        row.push(Cell::html(quantiles(&label, numbers)));
        row
    });
    let head = [
        "channel",
        "unit",
        "min",
        "10 %",
        "median",
        "90 %",
        "max",
        "min to max",
    ];
    let caption = format!("Channels of {STATE}, over all rows");
    heading("Observed state")
        .with(note(
            "The box holds the inner eighty percent of the rows, the mark is the median.",
        ))
        .with(data_table(&caption, &head, rows))
}
