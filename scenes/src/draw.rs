//! Drawing the factors of one world, each from its own stream.

use indexmap::IndexMap;
use std::collections::BTreeSet;
use terrella_spec::factor::{FactorKind, FactorOverride, FactorSpec, FactorValue, Needs};
use terrella_spec::plan::WorldPlan;
use terrella_spec::run::{OodKeyword, OodSpec};
use terrella_spec::seed::{Rng, SeedPath};
use thiserror::Error;

use crate::family::Family;

/// Why a world could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The draws of this seed fit no world; the next attempt draws others.
    #[error("no world fits these draws: {0}")]
    NoFit(String),
    /// The run or scene asks for what cannot be.
    #[error("{place}: {reason}")]
    Invalid {
        /// The field.
        place: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
}

impl PlanError {
    /// The draws of this seed fit no world.
    pub fn no_fit(reason: impl Into<String>) -> Self {
        PlanError::NoFit(reason.into())
    }
}

/// Draws the factors of one world and remembers them.
pub struct Draw<'a> {
    seed: SeedPath,
    factors: &'a [FactorSpec],
    ood: BTreeSet<String>,
    values: IndexMap<String, FactorValue>,
    /// What stands before the names of factors in `factors`, `ood` and `values`. Streams know nothing of it.
    prefix: String,
}

impl<'a> Draw<'a> {
    /// Draws from `factors` with this seed; those named in `ood` out of distribution.
    pub fn new(seed: SeedPath, factors: &'a [FactorSpec], ood: BTreeSet<String>) -> Self {
        Draw {
            seed,
            factors,
            ood,
            values: IndexMap::new(),
            prefix: String::new(),
        }
    }

    /// The seed of this world.
    pub fn seed(&self) -> SeedPath {
        self.seed
    }

    /// Remembers a factor's value that was not drawn.
    pub(crate) fn state(&mut self, name: &str, value: FactorValue) {
        self.values.insert(format!("{}{name}", self.prefix), value);
    }

    /// From now on, factors are declared and remembered under names that begin with `prefix`.
    pub(crate) fn enter(&mut self, prefix: &str) {
        self.prefix = prefix.to_string();
    }

    /// Draws a real factor.
    pub fn real(&mut self, name: &str) -> f32 {
        let value = self.one_real(name, 0);
        self.state(name, FactorValue::Real(value));
        value as f32
    }

    /// Draws a real factor for each of `count` things.
    pub fn reals(&mut self, name: &str, count: usize) -> Vec<f32> {
        let values: Vec<f64> = (0..count)
            .map(|index| self.one_real(name, index as u32))
            .collect();
        self.state(name, FactorValue::Reals(values.clone()));
        values.into_iter().map(|value| value as f32).collect()
    }

    /// Draws an integer factor.
    pub fn count(&mut self, name: &str) -> usize {
        let value = self.one_count(name, 0);
        self.state(name, FactorValue::Count(value));
        value.max(0) as usize
    }

    /// Draws a word.
    pub fn word(&mut self, name: &str) -> String {
        let word = self.one_word(name, 0);
        self.state(name, FactorValue::Word(word.clone()));
        word
    }

    /// Draws a word for each of `count` things.
    pub fn words(&mut self, name: &str, count: usize) -> Vec<String> {
        let words: Vec<String> = (0..count)
            .map(|index| self.one_word(name, index as u32))
            .collect();
        self.state(name, FactorValue::Words(words.clone()));
        words
    }

    /// Records what came of a real factor that the world could follow only nearly. What comes to lie in the training range is not
    /// out of distribution.
    pub fn came_to(&mut self, name: &str, value: f32) {
        self.restate(name, FactorValue::Real(f64::from(value)));
    }

    /// The same of an integer factor.
    pub fn count_came_to(&mut self, name: &str, value: usize) {
        self.restate(name, FactorValue::Count(value as i64));
    }

    /// The same of a real factor for each of several things: as many as there came to be.
    pub fn reals_came_to(&mut self, name: &str, values: &[f32]) {
        let values = values.iter().map(|value| f64::from(*value)).collect();
        self.restate(name, FactorValue::Reals(values));
    }

    /// The same of a choice.
    pub fn word_came_to(&mut self, name: &str, word: &str) {
        self.restate(name, FactorValue::Word(word.to_string()));
    }

    /// The same of a choice for each of several things.
    pub fn words_came_to(&mut self, name: &str, words: &[&str]) {
        let words = words.iter().map(|word| word.to_string()).collect();
        self.restate(name, FactorValue::Words(words));
    }

    /// Says that a factor changes nothing in this world although all that it needs is so (there is no doorway to lock, no
    /// furniture of the set that was drawn): it is not out of distribution here.
    pub fn changes_nothing(&mut self, name: &str) {
        self.ood.remove(&format!("{}{name}", self.prefix));
    }

    fn restate(&mut self, name: &str, value: FactorValue) {
        let known = self.values.contains_key(&format!("{}{name}", self.prefix));
        assert!(known, "`{name}` was not drawn before");
        if self.spec(name).trains_on(&value) {
            self.changes_nothing(name);
        }
        self.state(name, value);
    }

    /// A stream for structure that no factor names: layouts, orders, colours. What it makes is in the plan's world.
    pub fn rng(&self, stream: &str) -> Rng {
        self.seed.stream(&format!("layout/{stream}"))
    }

    fn spec(&self, name: &str) -> &'a FactorSpec {
        let own = |factor: &&FactorSpec| factor.name.strip_prefix(self.prefix.as_str()) == Some(name);
        let found = self.factors.iter().find(own);
        found.unwrap_or_else(|| panic!("the family draws `{name}`, which it does not declare"))
    }

    fn stream(&self, name: &str, index: u32) -> (Rng, bool) {
        (
            self.seed.indexed_stream(&format!("factor/{name}"), index),
            self.ood.contains(&format!("{}{name}", self.prefix)),
        )
    }

    fn one_real(&self, name: &str, index: u32) -> f64 {
        let (mut rng, ood) = self.stream(name, index);
        match &self.spec(name).kind {
            FactorKind::Real(dist) => dist.draw(&mut rng, ood),
            _ => panic!("factor `{name}` is not real"),
        }
    }

    fn one_count(&self, name: &str, index: u32) -> i64 {
        let (mut rng, out) = self.stream(name, index);
        match &self.spec(name).kind {
            FactorKind::Count { low, high, ood } => {
                let (low, high) = if out {
                    ood.unwrap_or((*low, *high))
                } else {
                    (*low, *high)
                };
                low + rng.below((high - low + 1).max(1) as usize) as i64
            }
            _ => panic!("factor `{name}` is not a count"),
        }
    }

    fn one_word(&self, name: &str, index: u32) -> String {
        let (mut rng, out) = self.stream(name, index);
        match &self.spec(name).kind {
            FactorKind::Choice { options, ood } => {
                let from = if out && !ood.is_empty() { ood } else { options };
                from[rng.below(from.len())].clone()
            }
            _ => panic!("factor `{name}` is not a choice"),
        }
    }
}

/// Draws a plan of a family. `factors` are the family's with the run's overrides applied.
pub fn draw_plan(
    family: &dyn Family,
    factors: &[FactorSpec],
    ood: Option<&OodSpec>,
    seed: SeedPath,
) -> Result<WorldPlan, PlanError> {
    let axes = ood_axes(family, factors, ood, seed)?;
    let held_out = !axes.is_empty();
    let mut draw = Draw::new(seed, factors, axes);
    let (world, task) = family.plan(&mut draw)?;
    let Draw {
        mut ood, mut values, ..
    } = draw;
    // What a factor needs may have come otherwise than it was drawn.
    ood.retain(|name| {
        (factors.iter().find(|factor| factor.name == *name)).is_some_and(|factor| matters(factor, &values))
    });
    if held_out && ood.is_empty() {
        return Err(PlanError::no_fit(
            "what was drawn out of distribution changes nothing in this world",
        ));
    }
    // In the order of the declaration, whatever the order of the draws.
    let order = |name: &String| factors.iter().position(|factor| factor.name == *name);
    values.sort_by_key(|name, _| order(name));
    Ok(WorldPlan {
        world,
        task,
        factors: values,
        ood: ood.into_iter().collect(),
    })
}

/// True where all that a factor needs is so.
fn matters(factor: &FactorSpec, values: &IndexMap<String, FactorValue>) -> bool {
    let holds = |needs: &Needs| values.get(needs.factor()).is_some_and(|value| needs.holds(value));
    factor.needs.iter().all(holds)
}

/// False where a factor does not matter in the world that this seed draws when that factor alone is out of distribution.
fn may_matter(factor: &FactorSpec, factors: &[FactorSpec], prefix: &str, seed: SeedPath) -> bool {
    let mut draw = Draw::new(seed, factors, BTreeSet::from([factor.name.clone()]));
    draw.enter(prefix);
    // What is drawn for each of several things is known only of the whole world, which is judged when it is drawn.
    let is_each = |name: &str| factors.iter().any(|factor| factor.name == name && factor.each);
    (factor.needs.iter().filter(|needs| !is_each(needs.factor()))).all(|needs| {
        let name = needs.factor().strip_prefix(prefix).expect("of the same family");
        let value = match needs {
            Needs::Word { .. } => FactorValue::Word(draw.word(name)),
            Needs::AtLeast { .. } => FactorValue::Count(draw.count(name) as i64),
        };
        needs.holds(&value)
    })
}

/// The factors that this episode draws out of distribution: of those that change something in its world.
fn ood_axes(
    family: &dyn Family,
    factors: &[FactorSpec],
    ood: Option<&OodSpec>,
    seed: SeedPath,
) -> Result<BTreeSet<String>, PlanError> {
    let prefix = family.prefix(seed);
    let able: Vec<&FactorSpec> = factors.iter().filter(|factor| factor.has_ood()).collect();
    let invalid = |reason: String| PlanError::Invalid {
        place: "splits.ood".into(),
        reason,
    };
    let here: Vec<&FactorSpec> = (able.iter().copied())
        .filter(|factor| factor.name.starts_with(&prefix))
        .collect();
    Ok(match ood {
        None => BTreeSet::new(),
        Some(_) if able.is_empty() => {
            return Err(invalid(
                "no factor of this world has an out-of-distribution range".into(),
            ));
        }
        Some(OodSpec::Keyword(OodKeyword::All)) => here.iter().map(|factor| factor.name.clone()).collect(),
        Some(OodSpec::Keyword(OodKeyword::One)) => {
            let able: Vec<&FactorSpec> = (here.into_iter())
                .filter(|factor| may_matter(factor, factors, &prefix, seed))
                .collect();
            // A mixture may have a member without any.
            let pick = (!able.is_empty()).then(|| able[seed.stream("ood").below(able.len())].name.clone());
            pick.into_iter().collect()
        }
        Some(OodSpec::Factors(names)) => {
            for name in names {
                if !able.iter().any(|factor| factor.name == *name) {
                    let known: Vec<&str> = able.iter().map(|factor| factor.name.as_str()).collect();
                    return Err(invalid(format!(
                        "`{name}` has no out-of-distribution range; these have: {}",
                        known.join(", ")
                    )));
                }
            }
            (names.iter().filter(|name| name.starts_with(&prefix)))
                .cloned()
                .collect()
        }
    })
}

/// The family's factors with the run's own laws in place of some.
pub fn override_factors(
    factors: Vec<FactorSpec>,
    overrides: &IndexMap<String, FactorOverride>,
) -> Result<Vec<FactorSpec>, PlanError> {
    let mut factors = factors;
    for (name, wanted) in overrides {
        let place = format!("factors.{name}");
        let invalid = |reason: String| PlanError::Invalid {
            place: place.clone(),
            reason,
        };
        let names: Vec<String> = factors.iter().map(|factor| factor.name.clone()).collect();
        let Some(factor) = factors.iter_mut().find(|factor| factor.name == *name) else {
            return Err(invalid(format!(
                "there is no such factor; there are: {}",
                names.join(", ")
            )));
        };
        match (&mut factor.kind, wanted) {
            (FactorKind::Real(dist), FactorOverride::Dist(new)) => {
                let ood = new.ood.clone().or(dist.ood.take());
                *dist = terrella_spec::dist::Dist {
                    law: new.law.clone(),
                    ood,
                };
            }
            (FactorKind::Count { low, high, .. }, FactorOverride::Dist(new)) => {
                let (least, most) = new.law.bounds();
                if least.fract() != 0.0 || most.fract() != 0.0 {
                    return Err(invalid(format!(
                        "is a count: wants whole numbers, not {}",
                        new.law
                    )));
                }
                (*low, *high) = (least as i64, most as i64);
            }
            (FactorKind::Choice { options, ood }, FactorOverride::Word(_) | FactorOverride::Words(_)) => {
                let words = match wanted {
                    FactorOverride::Word(word) => std::slice::from_ref(word),
                    FactorOverride::Words(words) => words.as_slice(),
                    FactorOverride::Dist(_) => unreachable!("matched above"),
                };
                let known = options.iter().chain(ood.iter()).chain(&factor.on_request);
                let known: Vec<String> = known.cloned().collect();
                if !factor.on_request.is_empty() && words.len() > 1 {
                    let known = known.join(", ");
                    return Err(invalid(format!(
                        "is the same in all episodes: wants one of {known}"
                    )));
                }
                if words.is_empty() || words.iter().any(|word| !known.contains(word)) {
                    return Err(invalid(format!("wants one or more of {}", known.join(", "))));
                }
                *options = words.to_vec();
            }
            (FactorKind::Choice { options, .. }, FactorOverride::Dist(_)) => {
                return Err(invalid(format!(
                    "is a choice: wants one or more of {}",
                    options.join(", ")
                )));
            }
            (_, FactorOverride::Word(word)) => {
                return Err(invalid(format!(
                    "wants a number or a distribution, not the word `{word}`"
                )));
            }
            (_, FactorOverride::Words(_)) => {
                return Err(invalid("wants a number or a distribution, not words".into()));
            }
        }
    }
    Ok(factors)
}
