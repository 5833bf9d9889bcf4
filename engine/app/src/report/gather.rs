//! What the episode table says of all episodes, gathered in one reading.
//!
//! **Invariant:** one shard of the table is in memory at a time; what is kept does not grow with the episodes.

use super::bins::{Axis, Bins, Growing, Scale};
use crate::error::AppError;
use crate::pictures::stored;
use serde_json::Value;
use std::collections::BTreeMap;
use terrella_exporters::read::OpenDataset;
use terrella_record::episode::EpisodeMeta;
use terrella_spec::dist::{Dist, Law};
use terrella_spec::factor::{FactorKind, FactorValue};

/// Bins of a factor's histogram.
const BINS: usize = 28;
/// Episodes of each outcome that are shown as films.
const FILMS: usize = 3;

/// How some episodes went.
#[derive(Clone, Default)]
pub(super) struct Tally {
    /// How many there are.
    pub(super) episodes: u64,
    /// How many were solved.
    pub(super) successes: u64,
    /// How many reached a terminal state.
    pub(super) terminated: u64,
    /// Sum of their returns.
    pub(super) returns_sum: f64,
    /// Sum of the steps after which they were solved.
    pub(super) success_steps: u64,
    /// Their returns.
    pub(super) returns: Growing<1>,
}

impl Tally {
    fn add(&mut self, meta: &EpisodeMeta) {
        self.episodes += 1;
        self.successes += u64::from(meta.success);
        self.terminated += u64::from(meta.terminated);
        self.returns_sum += meta.episode_return;
        self.success_steps += u64::try_from(meta.success_step).unwrap_or(0);
        self.returns.add([meta.episode_return]);
    }

    /// Mean return; none without episodes.
    pub(super) fn mean_return(&self) -> Option<f64> {
        (self.episodes > 0).then(|| self.returns_sum / self.episodes as f64)
    }

    /// Mean step after which those that were solved were solved first.
    pub(super) fn mean_success_step(&self) -> Option<f64> {
        (self.successes > 0).then(|| self.success_steps as f64 / self.successes as f64)
    }

    /// Share of the solved and its 95 % interval after Wilson; none without episodes.
    pub(super) fn success_rate(&self) -> Option<[f64; 3]> {
        (self.episodes > 0).then(|| wilson(self.successes, self.episodes))
    }
}

/// A share and the 95 % interval of its probability, after Wilson: true at 0 and at 1 as well, and for few cases.
pub(super) fn wilson(successes: u64, cases: u64) -> [f64; 3] {
    let (n, z) = (cases as f64, 1.959_963_984_540_054_f64);
    let share = successes as f64 / n;
    let below = 1.0 + z * z / n;
    let middle = (share + z * z / (2.0 * n)) / below;
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / below;
    [share, (middle - half).max(0.0), (middle + half).min(1.0)]
}

/// The values of a factor in a split.
pub(super) enum Counts {
    /// Numbers: those drawn in distribution, those drawn out of it.
    Numbers(Box<[Bins; 2]>),
    /// Words: how often each was drawn in distribution, and how often out of it.
    Words(BTreeMap<String, [u64; 2]>),
}

/// A factor, and what was drawn.
pub(super) struct Factor {
    /// Its name.
    pub(super) name: String,
    /// Its unit.
    pub(super) unit: String,
    /// What it is.
    pub(super) doc: String,
    /// True where it is drawn for each of several things.
    pub(super) each: bool,
    /// What it can be.
    pub(super) kind: FactorKind,
    /// What was drawn in each split, in the order of the manifest.
    pub(super) splits: Vec<Counts>,
}

/// What was gathered.
pub(super) struct Gathered {
    /// All episodes.
    pub(super) all: Tally,
    /// By split, in the order of the manifest.
    pub(super) by_split: Vec<(String, Tally)>,
    /// By who acted.
    pub(super) by_policy: BTreeMap<String, Tally>,
    /// The factors in order.
    pub(super) factors: Vec<Factor>,
    /// Episodes with at least one factor out of distribution.
    pub(super) ood_episodes: u64,
    /// Some solved and some unsolved episodes, of different policies where there are.
    pub(super) films: Vec<EpisodeMeta>,
}

impl Gathered {
    /// Reads the episode table.
    pub(super) fn read(dataset: &OpenDataset) -> Result<Self, AppError> {
        let root = dataset.root();
        let manifest = dataset.manifest();
        let splits: Vec<String> = manifest.splits.iter().map(|split| split.name.clone()).collect();
        let factors = manifest.factors.iter().map(|factor| {
            Factor::parse(factor, splits.len()).ok_or_else(|| AppError::Damaged {
                path: root.to_path_buf(),
                reason: format!("the manifest describes a factor in another way: {factor}"),
            })
        });
        let mut gathered = Gathered {
            all: Tally::default(),
            by_split: splits
                .iter()
                .map(|name| (name.clone(), Tally::default()))
                .collect(),
            by_policy: BTreeMap::new(),
            factors: factors.collect::<Result<_, _>>()?,
            ood_episodes: 0,
            films: Vec::new(),
        };
        let mut films = [Films::default(), Films::default()];
        for meta in dataset.episodes() {
            let meta = meta.map_err(|error| stored::damaged(root, error))?;
            gathered.add(&meta);
            films[usize::from(!meta.success)].offer(meta);
        }
        gathered.films = films.into_iter().flat_map(Films::chosen).collect();
        Ok(gathered)
    }

    fn add(&mut self, meta: &EpisodeMeta) {
        self.all.add(meta);
        self.ood_episodes += u64::from(!meta.ood.is_empty());
        if let Some(tally) = self.by_policy.get_mut(&meta.policy) {
            tally.add(meta);
        } else {
            self.by_policy.entry(meta.policy.clone()).or_default().add(meta);
        }
        let Some(split) = self.by_split.iter().position(|(name, _)| *name == meta.split) else {
            return;
        };
        self.by_split[split].1.add(meta);
        for factor in &mut self.factors {
            if let Some(value) = meta.factors.get(&factor.name) {
                let outside = meta.ood.contains(&factor.name);
                factor.splits[split].add(value, outside);
            }
        }
    }
}

impl Counts {
    fn add(&mut self, value: &FactorValue, outside: bool) {
        let outside = usize::from(outside);
        match (self, value) {
            (Counts::Numbers(bins), FactorValue::Real(value)) => bins[outside].add(*value),
            (Counts::Numbers(bins), FactorValue::Count(value)) => bins[outside].add(*value as f64),
            (Counts::Numbers(bins), FactorValue::Reals(values)) => {
                values.iter().for_each(|value| bins[outside].add(*value))
            }
            (Counts::Numbers(bins), FactorValue::Counts(values)) => {
                values.iter().for_each(|value| bins[outside].add(*value as f64))
            }
            (Counts::Words(words), FactorValue::Word(word)) => add_word(words, word, outside),
            (Counts::Words(words), FactorValue::Words(values)) => {
                values.iter().for_each(|word| add_word(words, word, outside))
            }
            // Declared as words and stored as numbers, or the other way: there is nothing to count.
            (Counts::Numbers(bins), FactorValue::Word(_) | FactorValue::Words(_)) => {
                bins[outside].outside += 1
            }
            (Counts::Words(_), _) => {}
        }
    }
}

/// What stands for words that were not declared.
pub(super) const UNDECLARED: &str = "(not declared)";

fn add_word(words: &mut BTreeMap<String, [u64; 2]>, word: &str, outside: usize) {
    match words.get_mut(word) {
        Some(counts) => counts[outside] += 1,
        None => words.entry(UNDECLARED.to_string()).or_default()[outside] += 1,
    }
}

impl Factor {
    /// A factor as the manifest describes it; none where it is described in another way.
    fn parse(value: &Value, splits: usize) -> Option<Self> {
        let word = |key: &str| value[key].as_str().map(str::to_string);
        let range = &value["range"];
        let integers = |value: &Value| Some((value[0].as_i64()?, value[1].as_i64()?));
        let words = |value: &Value| -> Option<Vec<String>> {
            let words = value.as_array()?.iter();
            words.map(|word| word.as_str().map(str::to_string)).collect()
        };
        let kind = match value["kind"].as_str()? {
            "real" => FactorKind::Real(serde_json::from_value(range["law"].clone()).ok()?),
            "count" => FactorKind::Count {
                low: range["low"].as_i64()?,
                high: range["high"].as_i64()?,
                ood: integers(&range["ood"]),
            },
            "choice" => FactorKind::Choice {
                options: words(&range["options"])?,
                ood: words(&range["ood"])?,
            },
            _ => return None,
        };
        let counts = || match &kind {
            FactorKind::Real(dist) => numbers(real_axis(dist)),
            FactorKind::Count { low, high, ood } => {
                let (first, last) = ood.unwrap_or((*low, *high));
                numbers(Axis::integers(*low.min(&first), *high.max(&last), BINS))
            }
            FactorKind::Choice { options, ood } => {
                let all = options.iter().chain(ood);
                Counts::Words(all.map(|word| (word.clone(), [0, 0])).collect())
            }
        };
        Some(Factor {
            name: word("name")?,
            unit: word("unit")?,
            doc: word("doc")?,
            each: value["each"].as_bool()?,
            splits: (0..splits).map(|_| counts()).collect(),
            kind,
        })
    }
}

fn numbers(axis: Axis) -> Counts {
    Counts::Numbers(Box::new([Bins::new(axis.clone()), Bins::new(axis)]))
}

/// An axis on which everything lies that can be drawn.
fn real_axis(dist: &Dist) -> Axis {
    let (low, high) = dist.law.bounds();
    let (first, last) = dist.ood.as_ref().map_or((low, high), Law::bounds);
    let scale = match dist.law {
        Law::LogUniform(..) => Scale::Log,
        _ => Scale::Linear,
    };
    Axis::through(&[low, high, first, last], scale, BINS)
}

/// Chooses episodes of different policies as long as there are, the first ones.
#[derive(Default)]
struct Films {
    chosen: Vec<EpisodeMeta>,
    spare: Vec<EpisodeMeta>,
}

impl Films {
    fn offer(&mut self, meta: EpisodeMeta) {
        if self.chosen.len() == FILMS {
            return;
        }
        if self.chosen.iter().all(|other| other.policy != meta.policy) {
            self.chosen.push(meta);
        } else if self.spare.len() < FILMS {
            self.spare.push(meta);
        }
    }

    fn chosen(self) -> Vec<EpisodeMeta> {
        let mut chosen: Vec<EpisodeMeta> = self.chosen.into_iter().chain(self.spare).take(FILMS).collect();
        chosen.sort_by_key(|meta| meta.episode);
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_interval_is_wilsons() {
        // Values from the formula evaluated by hand: 8 of 10, and 0 of 5.
        let near = |one: [f64; 3], other: [f64; 3]| {
            one.iter()
                .zip(other)
                .all(|(one, other)| (one - other).abs() < 5e-4)
        };
        assert!(near(wilson(8, 10), [0.8, 0.4902, 0.9433]), "{:?}", wilson(8, 10));
        assert!(near(wilson(0, 5), [0.0, 0.0, 0.4345]), "{:?}", wilson(0, 5));
        assert!(near(wilson(5, 5), [1.0, 0.5655, 1.0]), "{:?}", wilson(5, 5));
    }

    #[test]
    fn values_are_counted_where_they_were_drawn() {
        let described = json!({ "name": "mass", "unit": "kg", "doc": "", "each": true, "kind": "real",
                                "range": { "law": { "uniform": [1, 2], "ood": { "uniform": [3, 4] } } } });
        let mut factor = Factor::parse(&described, 2).unwrap();
        factor.splits[1].add(&FactorValue::Reals(vec![1.5, 1.25]), false);
        factor.splits[1].add(&FactorValue::Reals(vec![3.5]), true);
        factor.splits[1].add(&FactorValue::Real(7.0), true);
        let Counts::Numbers(bins) = &factor.splits[1] else {
            panic!("it is a number")
        };
        assert_eq!([bins[0].total(), bins[1].total(), bins[1].outside], [2, 1, 1]);
        assert_eq!((bins[0].axis.low(), bins[0].axis.high()), (1.0, 4.0));
    }

    #[test]
    fn a_factor_described_otherwise_is_none() {
        for described in [
            json!(1),
            json!({ "name": "x", "kind": "real" }),
            json!({ "kind": "colour" }),
        ] {
            assert!(Factor::parse(&described, 1).is_none());
        }
    }
}
