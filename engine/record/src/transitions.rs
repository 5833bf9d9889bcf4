//! Trajectories of T + 1 rows as T transitions.
//!
//! **Invariant:** the input's columns are complete, T + 1 rows each.

use crate::episode::{Column, Values};
use crate::schema::{NEXT_STATE, STATE};
use terrella_spec::columns::ColumnSpec;

/// Flags of the final observation that the last transition takes over: it is now the row that ends the episode.
const ENDS: [&str; 3] = ["is_last", "is_terminal", "next.done"];

/// Drops the row of the final observation from every column, and adds the state after each action.
pub fn to_transitions(columns: &mut Vec<Column>, steps: usize) {
    let state = columns.iter().find(|column| column.spec.name == STATE);
    let next = state.and_then(|state| next_state(state, steps));
    for column in columns.iter_mut() {
        if let Values::Bool(flags) = &mut column.values
            && ENDS.contains(&column.spec.name.as_str())
            && steps > 0
        {
            flags[steps - 1] |= flags[steps];
        }
        drop_last_row(column, steps);
    }
    columns.extend(next);
}

fn next_state(state: &Column, steps: usize) -> Option<Column> {
    let Values::Float32(values) = &state.values else {
        return None;
    };
    let width = values.len() / (steps + 1);
    let spec = ColumnSpec {
        name: NEXT_STATE.to_string(),
        ..state.spec.clone()
    };
    Some(Column {
        spec,
        values: Values::Float32(values[width..].to_vec()),
        ends: Vec::new(),
    })
}

/// Keeps the first `rows` of `rows + 1`.
fn drop_last_row(column: &mut Column, rows: usize) {
    let keep = if column.ends.is_empty() {
        column.len() / (rows + 1) * rows
    } else {
        column.ends.truncate(rows);
        column.ends.last().map_or(0, |end| *end as usize)
    };
    match &mut column.values {
        Values::Float32(values) => values.truncate(keep),
        Values::Int64(values) => values.truncate(keep),
        Values::Int32(values) => values.truncate(keep),
        Values::Bool(values) => values.truncate(keep),
        Values::Text(values) => values.truncate(keep),
        Values::Rgb(values) => values.truncate(keep),
        Values::Raster16(values) => values.truncate(keep),
        Values::RasterI8(values) => values.truncate(keep),
        Values::RasterF32(values) => values.truncate(keep),
    }
}
