//! Factors of variation: what differs between the episodes of a dataset, by name.

use crate::dist::Dist;
use serde::{Deserialize, Serialize};

/// What a factor can be.
#[derive(Clone, Debug, PartialEq)]
pub enum FactorKind {
    /// A real number.
    Real(Dist),
    /// An integer in low..=high, and its out-of-distribution range.
    Count {
        /// Smallest.
        low: i64,
        /// Largest.
        high: i64,
        /// Smallest and largest out of distribution.
        ood: Option<(i64, i64)>,
    },
    /// One of several words, and those that appear out of distribution only.
    Choice {
        /// The words of training episodes, with equal chances.
        options: Vec<String>,
        /// The words held out.
        ood: Vec<String>,
    },
}

/// What another factor must be for a factor to change anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Needs {
    /// A choice is one of these words.
    Word {
        /// The other factor.
        factor: String,
        /// The words.
        words: Vec<String>,
    },
    /// An integer factor is at least this.
    AtLeast {
        /// The other factor.
        factor: String,
        /// The least.
        least: i64,
    },
}

impl Needs {
    /// The other factor.
    pub fn factor(&self) -> &str {
        match self {
            Needs::Word { factor, .. } | Needs::AtLeast { factor, .. } => factor,
        }
    }

    /// True where the other factor is as it must be.
    pub fn holds(&self, value: &FactorValue) -> bool {
        match (self, value) {
            (Needs::Word { words, .. }, FactorValue::Word(word)) => words.contains(word),
            (Needs::Word { words, .. }, FactorValue::Words(found)) => {
                found.iter().any(|word| words.contains(word))
            }
            (Needs::AtLeast { least, .. }, FactorValue::Count(count)) => count >= least,
            _ => false,
        }
    }
}

/// A factor as a family declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorSpec {
    /// Its name; the column `factor.NAME` of the episode table.
    pub name: String,
    /// Its unit, empty where it has none.
    pub unit: String,
    /// What it is, in a sentence.
    pub doc: String,
    /// What it can be.
    pub kind: FactorKind,
    /// True: drawn anew for each of several things (objects, blocks ...), so its column is a list.
    pub each: bool,
    /// It is drawn in every episode, and changes the world only where all of these hold. It is not drawn out of distribution
    /// elsewhere.
    pub needs: Vec<Needs>,
    /// Words of a choice that are drawn neither in training nor out of distribution: they change what actions or observations are, so a
    /// run asks for one of them alone, for all of its episodes.
    pub on_request: Vec<String>,
}

impl FactorSpec {
    /// A real factor, drawn once an episode.
    pub fn real(name: &str, unit: &str, doc: &str, dist: Dist) -> Self {
        Self::of(name, unit, doc, FactorKind::Real(dist))
    }

    /// An integer factor in low..=high, drawn once an episode.
    pub fn count(name: &str, doc: &str, low: i64, high: i64, ood: Option<(i64, i64)>) -> Self {
        Self::of(name, "", doc, FactorKind::Count { low, high, ood })
    }

    /// A factor that is one of several words, drawn once an episode.
    pub fn choice(name: &str, doc: &str, options: &[&str], ood: &[&str]) -> Self {
        let words = |list: &[&str]| list.iter().map(|word| word.to_string()).collect();
        Self::of(
            name,
            "",
            doc,
            FactorKind::Choice {
                options: words(options),
                ood: words(ood),
            },
        )
    }

    /// The same, drawn for each of several things.
    pub fn for_each(self) -> Self {
        FactorSpec { each: true, ..self }
    }

    /// The same, which changes the world only where the choice `factor` is one of `words`. Its doc says so.
    pub fn where_is(mut self, factor: &str, words: &[&str]) -> Self {
        self.doc += &format!(" Matters only where {factor} is {}.", words.join(" or "));
        self.needs.push(Needs::Word {
            factor: factor.to_string(),
            words: words.iter().map(|word| word.to_string()).collect(),
        });
        self
    }

    /// The same, which changes the world only where the integer factor `factor` is at least `least`. Its doc says so.
    pub fn where_at_least(mut self, factor: &str, least: i64) -> Self {
        self.doc += &format!(" Matters only where {factor} is at least {least}.");
        self.needs.push(Needs::AtLeast {
            factor: factor.to_string(),
            least,
        });
        self
    }

    /// The same choice, with words that a run can ask for in all of its episodes. Its doc says so.
    pub fn on_request(mut self, words: &[&str]) -> Self {
        self.doc += &format!(
            " The same in all episodes of a run, which may ask for {}.",
            words.join(" or ")
        );
        self.on_request = words.iter().map(|word| word.to_string()).collect();
        self
    }

    /// The same under a name that begins with `prefix`, as all names do that it needs.
    pub fn under(mut self, prefix: &str) -> Self {
        self.name.insert_str(0, prefix);
        for needs in &mut self.needs {
            match needs {
                Needs::Word { factor, .. } | Needs::AtLeast { factor, .. } => factor.insert_str(0, prefix),
            }
        }
        self
    }

    /// True where it has an out-of-distribution range.
    pub fn has_ood(&self) -> bool {
        match &self.kind {
            FactorKind::Real(dist) => dist.ood.is_some(),
            FactorKind::Count { ood, .. } => ood.is_some(),
            FactorKind::Choice { ood, .. } => !ood.is_empty(),
        }
    }

    /// True where a number lies in the range of training episodes. Of words, and of lists, it says nothing: false.
    pub fn trains_on(&self, value: &FactorValue) -> bool {
        match (&self.kind, value) {
            (FactorKind::Real(dist), FactorValue::Real(value)) => {
                let (low, high) = dist.law.bounds();
                (low..=high).contains(value)
            }
            (FactorKind::Count { low, high, .. }, FactorValue::Count(value)) => (low..=high).contains(&value),
            _ => false,
        }
    }

    fn of(name: &str, unit: &str, doc: &str, kind: FactorKind) -> Self {
        FactorSpec {
            name: name.to_string(),
            unit: unit.to_string(),
            doc: doc.to_string(),
            kind,
            each: false,
            needs: Vec::new(),
            on_request: Vec::new(),
        }
    }
}

/// A factor's value in one episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactorValue {
    /// Of an integer factor.
    Count(i64),
    /// Of a real factor.
    Real(f64),
    /// Of a choice.
    Word(String),
    /// Of an integer factor that is drawn for each of several things.
    Counts(Vec<i64>),
    /// Of a real factor that is drawn for each of several things.
    Reals(Vec<f64>),
    /// Of a choice that is drawn for each of several things.
    Words(Vec<String>),
}

/// What a run says about a factor in place of the family's own law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum FactorOverride {
    /// A number or distribution.
    Dist(Dist),
    /// A word of a choice.
    Word(String),
    /// Some words of a choice.
    Words(Vec<String>),
}
