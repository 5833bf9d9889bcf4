//! Reads the episode table back.

use super::FACTOR;
use super::factors::{factor_value, string_values};
use crate::episode::{Branch, EpisodeMeta};
use crate::error::RecordError;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float32Type, Float64Type, Int64Type};

/// What is known of the episode in a row of a batch of the table. Statistics are left out.
pub fn read_meta(batch: &RecordBatch, row: usize) -> Result<EpisodeMeta, RecordError> {
    let missing = |name: &str| RecordError::Table {
        column: name.to_string(),
    };
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| missing(name));
    let word = |name: &str| -> Result<String, RecordError> {
        let values = column(name)?
            .as_string_opt::<i32>()
            .ok_or_else(|| missing(name))?;
        Ok(values.value(row).to_string())
    };
    let integer = |name: &str| -> Result<i64, RecordError> {
        Ok(column(name)?
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| missing(name))?
            .value(row))
    };
    let flag = |name: &str| {
        Ok::<_, RecordError>(
            column(name)?
                .as_boolean_opt()
                .ok_or_else(|| missing(name))?
                .value(row),
        )
    };
    let list = |name: &str| {
        Ok::<_, RecordError>(
            column(name)?
                .as_list_opt::<i32>()
                .ok_or_else(|| missing(name))?
                .value(row),
        )
    };
    let word_list = |name: &str| -> Result<Vec<String>, RecordError> {
        string_values(&list(name)?).ok_or_else(|| missing(name))
    };
    let mut factors = indexmap::IndexMap::new();
    for (field, values) in batch.schema().fields().iter().zip(batch.columns()) {
        if let Some(name) = field.name().strip_prefix(FACTOR)
            && values.is_valid(row)
        {
            factors.insert(
                name.to_string(),
                factor_value(values, row).ok_or_else(|| missing(field.name()))?,
            );
        }
    }
    let masses = list("body_masses_kg")?;
    let masses = masses
        .as_primitive_opt::<Float32Type>()
        .ok_or_else(|| missing("body_masses_kg"))?;
    let returns = column("return")?
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(|| missing("return"))?;
    let branch = match integer("branch_parent")? {
        parent if parent < 0 => None,
        parent => Some(Branch {
            parent: parent as u64,
            step: integer("branch_step")?.max(0) as u64,
            intervention: word("intervention")?,
            // Older datasets do not say.
            detectable_secs: batch
                .column_by_name("detectable_secs")
                .and_then(|values| values.as_primitive_opt::<Float64Type>())
                .map(|values| values.value(row))
                .filter(|secs| *secs >= 0.0),
        }),
    };
    Ok(EpisodeMeta {
        episode: integer("episode_index")? as u64,
        split: word("split")?,
        task: word_list("tasks")?
            .into_iter()
            .next()
            .ok_or_else(|| missing("tasks"))?,
        seed: integer("seed")?,
        attempt: integer("attempt")? as u32,
        policy: word("policy")?,
        policy_parameters: word("policy_parameters")?,
        factors,
        ood: word_list("ood")?,
        body_names: word_list("body_names")?,
        body_classes: word_list("body_classes")?,
        body_masses_kg: masses.values().to_vec(),
        cameras: word("cameras")?,
        world: word("world")?,
        plan_digest: word("plan_digest")?,
        action_digest: word("action_digest")?,
        state_digest: word("state_digest")?,
        episode_return: returns.value(row),
        success: flag("success")?,
        success_step: integer("success_step")?,
        terminated: flag("terminated")?,
        branch,
    })
}
