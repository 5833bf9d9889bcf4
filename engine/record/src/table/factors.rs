//! Factors as columns of the episode table, and back.

use super::EpisodeRow;
use crate::error::RecordError;
use crate::schema::element;
use arrow::array::{
    ArrayRef, AsArray, Float64Array, Float64Builder, Int64Array, Int64Builder, ListBuilder, StringArray,
    StringBuilder,
};
use arrow::datatypes::{Float64Type, Int64Type};
use std::sync::Arc;
use terrella_spec::factor::{FactorKind, FactorSpec, FactorValue};

/// Every factor of every episode is a declared one.
pub(super) fn check_declared(rows: &[EpisodeRow], factors: &[FactorSpec]) -> Result<(), RecordError> {
    for row in rows {
        let stray = |name: &&String| factors.iter().all(|factor| factor.name != **name);
        if let Some(name) = row.meta.factors.keys().find(stray) {
            return Err(factor_error(row, name, "is not declared"));
        }
    }
    Ok(())
}

/// The values of a factor; null where an episode has none.
pub(super) fn factor_column(rows: &[EpisodeRow], factor: &FactorSpec) -> Result<ArrayRef, RecordError> {
    use arrow::datatypes::DataType::{Float64, Int64, Utf8};
    let mut reals = Vec::new();
    let mut counts = Vec::new();
    let mut words = Vec::new();
    let mut real_lists = ListBuilder::new(Float64Builder::new()).with_field(element(Float64));
    let mut count_lists = ListBuilder::new(Int64Builder::new()).with_field(element(Int64));
    let mut word_lists = ListBuilder::new(StringBuilder::new()).with_field(element(Utf8));
    for row in rows {
        let value = row.meta.factors.get(&factor.name);
        match (&factor.kind, factor.each, value) {
            (FactorKind::Real(_), false, None) => reals.push(None),
            (FactorKind::Real(_), false, Some(FactorValue::Real(value))) => reals.push(Some(*value)),
            (FactorKind::Real(_), false, Some(FactorValue::Count(value))) => reals.push(Some(*value as f64)),
            (FactorKind::Count { .. }, false, None) => counts.push(None),
            (FactorKind::Count { .. }, false, Some(FactorValue::Count(value))) => counts.push(Some(*value)),
            (FactorKind::Choice { .. }, false, None) => words.push(None),
            (FactorKind::Choice { .. }, false, Some(FactorValue::Word(value))) => {
                words.push(Some(value.as_str()))
            }
            (FactorKind::Real(_), true, None) => real_lists.append_null(),
            (FactorKind::Real(_), true, Some(FactorValue::Reals(values))) => {
                real_lists.append_value(values.iter().map(|value| Some(*value)))
            }
            (FactorKind::Count { .. }, true, None) => count_lists.append_null(),
            (FactorKind::Count { .. }, true, Some(FactorValue::Counts(values))) => {
                count_lists.append_value(values.iter().map(|value| Some(*value)))
            }
            (FactorKind::Choice { .. }, true, None) => word_lists.append_null(),
            (FactorKind::Choice { .. }, true, Some(FactorValue::Words(values))) => {
                word_lists.append_value(values.iter().map(Some))
            }
            (_, _, Some(_)) => return Err(factor_error(row, &factor.name, "has another type than declared")),
        }
    }
    Ok(match (&factor.kind, factor.each) {
        (FactorKind::Real(_), false) => Arc::new(Float64Array::from(reals)),
        (FactorKind::Count { .. }, false) => Arc::new(Int64Array::from(counts)),
        (FactorKind::Choice { .. }, false) => Arc::new(StringArray::from(words)),
        (FactorKind::Real(_), true) => Arc::new(real_lists.finish()),
        (FactorKind::Count { .. }, true) => Arc::new(count_lists.finish()),
        (FactorKind::Choice { .. }, true) => Arc::new(word_lists.finish()),
    })
}

/// A factor's value in a row of its column.
pub(super) fn factor_value(values: &ArrayRef, row: usize) -> Option<FactorValue> {
    if let Some(lists) = values.as_list_opt::<i32>() {
        let items = lists.value(row);
        return if let Some(reals) = items.as_primitive_opt::<Float64Type>() {
            Some(FactorValue::Reals(reals.values().to_vec()))
        } else if let Some(counts) = items.as_primitive_opt::<Int64Type>() {
            Some(FactorValue::Counts(counts.values().to_vec()))
        } else {
            string_values(&items).map(FactorValue::Words)
        };
    }
    if let Some(reals) = values.as_primitive_opt::<Float64Type>() {
        Some(FactorValue::Real(reals.value(row)))
    } else if let Some(counts) = values.as_primitive_opt::<Int64Type>() {
        Some(FactorValue::Count(counts.value(row)))
    } else {
        values
            .as_string_opt::<i32>()
            .map(|words| FactorValue::Word(words.value(row).to_string()))
    }
}

/// The words of a column.
pub(super) fn string_values(values: &ArrayRef) -> Option<Vec<String>> {
    Some(
        values
            .as_string_opt::<i32>()?
            .iter()
            .map(|word| word.unwrap_or("").to_string())
            .collect(),
    )
}

fn factor_error(row: &EpisodeRow, factor: &str, reason: &str) -> RecordError {
    RecordError::Factor {
        episode: row.meta.episode,
        factor: factor.to_string(),
        reason: reason.to_string(),
    }
}
