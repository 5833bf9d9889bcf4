//! What was drawn for a world, read back by those who act and judge in it.
//!
//! A family reads the factors that it declares: another name, or another kind of value, is its own mistake.

use terrella_spec::factor::FactorValue;
use terrella_spec::plan::WorldPlan;

/// A real factor of a plan.
pub(crate) fn real(plan: &WorldPlan, name: &str) -> f32 {
    match &plan.factors[name] {
        FactorValue::Real(value) => *value as f32,
        other => unreachable!("`{name}` is a real factor, not {other:?}"),
    }
}

/// A choice of a plan.
pub(crate) fn word<'a>(plan: &'a WorldPlan, name: &str) -> &'a str {
    match &plan.factors[name] {
        FactorValue::Word(word) => word,
        other => unreachable!("`{name}` is a choice, not {other:?}"),
    }
}
