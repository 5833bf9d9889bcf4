//! Statistics of features: of an episode, and of a dataset from the summaries of its shards.
//!
//! Learners normalise with them, so they are exact: pictures by histograms of their 256 levels, numbers by merged
//! moments and by quantiles that [`select`] picks out of all rows.
//!
//! **Invariant:** every float is added in row order, then episode order, then shard order, never another.

mod keys;
mod levels;
pub mod select;

use arrow::array::{Array, ArrayRef, BinaryArray};
use keys::Keys;
use levels::Levels;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use keys::Scale;

/// The quantiles that LeRobot keeps, with their names.
pub const QUANTILES: [(&str, f64); 5] = [
    ("q01", 0.01),
    ("q10", 0.10),
    ("q50", 0.50),
    ("q90", 0.90),
    ("q99", 0.99),
];

/// What the numbers of a feature's statistics are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The elements of a row.
    Vector,
    /// The elements of a row's items, so many each.
    Grid(usize),
    /// The three channels of a picture, in [0, 1].
    Picture,
}

/// The statistics of a feature, one number for each of its elements or colour channels.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureStats {
    /// What its numbers are of.
    pub form: Form,
    /// Rows, or pictures.
    pub count: u64,
    /// Smallest.
    pub min: Vec<f64>,
    /// Largest.
    pub max: Vec<f64>,
    /// Mean.
    pub mean: Vec<f64>,
    /// Standard deviation of the population.
    pub std: Vec<f64>,
    /// One for each of [`QUANTILES`], interpolated linearly between neighbours.
    pub quantiles: [Vec<f64>; 5],
}

impl FeatureStats {
    /// All but the count, with their names.
    pub fn named(&self) -> [(&'static str, &[f64]); 9] {
        let [q01, q10, q50, q90, q99] = &self.quantiles;
        [
            ("min", &self.min),
            ("max", &self.max),
            ("mean", &self.mean),
            ("std", &self.std),
            (QUANTILES[0].0, q01),
            (QUANTILES[1].0, q10),
            (QUANTILES[2].0, q50),
            (QUANTILES[3].0, q90),
            (QUANTILES[4].0, q99),
        ]
    }

    /// As in `stats.json`: vectors, matrices for what is one, and for pictures the shape (3, 1, 1).
    pub fn to_json(&self) -> Value {
        let numbers = |values: &[f64]| match self.form {
            Form::Picture => json!(values.iter().map(|value| [[*value]]).collect::<Vec<_>>()),
            Form::Grid(width) => json!(values.chunks(width).collect::<Vec<_>>()),
            Form::Vector => json!(values),
        };
        let mut object = serde_json::Map::new();
        for (name, values) in self.named() {
            object.insert(name.to_string(), numbers(values));
        }
        object.insert("count".to_string(), json!([self.count]));
        Value::Object(object)
    }
}

/// What is kept of a feature's rows so that more rows can be added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Summary {
    /// Of a column of numbers.
    Numbers(Numbers),
    /// Of a column of pictures.
    Pictures(Pictures),
}

/// Moments and bounds of a column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// How keys stand for values.
    pub scale: Scale,
    /// Rows.
    pub count: u64,
    /// Mean of each element.
    pub mean: Vec<f64>,
    /// Sum of squared deviations from the mean, of each element.
    pub deviations: Vec<f64>,
    /// Key of the smallest value of each element.
    pub low: Vec<u64>,
    /// Key of the largest value of each element.
    pub high: Vec<u64>,
    /// Elements in an item of a row, where rows are matrices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
}

/// How often each level occurs in a column of pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pictures {
    /// Pictures.
    pub count: u64,
    /// Pixels at each of the 256 levels, for red, green and blue.
    pub levels: Levels,
}

/// A column has numbers that are NaN or infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFinite;

/// The summary and statistics of one episode's column: numbers, or raw RGB pictures. None for texts.
pub fn measure(column: &ArrayRef) -> Result<Option<(Summary, FeatureStats)>, NotFinite> {
    if let Some(pictures) = column.as_any().downcast_ref::<BinaryArray>() {
        let summary = Pictures::of(pictures);
        let stats = summary.stats();
        return Ok(Some((Summary::Pictures(summary), stats)));
    }
    let Some(keys) = Keys::of(column) else {
        return Ok(None);
    };
    if !keys.all_finite() {
        return Err(NotFinite);
    }
    let summary = Numbers::of(&keys);
    let sorted = |element: usize| match summary.low[element] {
        // Most flags and many states stand still for a whole episode.
        low if low == summary.high[element] => vec![low],
        _ => keys.sorted(element),
    };
    let columns: Vec<Vec<u64>> = (0..keys.width).map(sorted).collect();
    let quantile = |q| {
        columns
            .iter()
            .map(|sorted| select::quantile_of_sorted(keys.scale, sorted, q))
            .collect()
    };
    let stats = summary.stats(QUANTILES.map(|(_, q)| quantile(q)));
    Ok(Some((Summary::Numbers(summary), stats)))
}

impl Summary {
    /// True where both are of the same kind and of as many elements: of one column.
    pub fn is_like(&self, other: &Summary) -> bool {
        match (self, other) {
            (Summary::Numbers(one), Summary::Numbers(other)) => {
                (one.scale, one.item, one.mean.len()) == (other.scale, other.item, other.mean.len())
            }
            (Summary::Pictures(_), Summary::Pictures(_)) => true,
            _ => false,
        }
    }

    /// Adds the rows of `other`, which follow. The two are of the same column.
    pub fn merge(&mut self, other: &Summary) {
        match (self, other) {
            (Summary::Numbers(mine), Summary::Numbers(theirs)) => mine.merge(theirs),
            (Summary::Pictures(mine), Summary::Pictures(theirs)) => mine.merge(theirs),
            _ => unreachable!("summaries of one column are of one kind"),
        }
    }
}

impl Numbers {
    fn of(keys: &Keys) -> Self {
        let rows = keys.keys.len() / keys.width;
        let mut mean = vec![0.0; keys.width];
        let mut low = vec![u64::MAX; keys.width];
        let mut high = vec![0; keys.width];
        for row in keys.keys.chunks_exact(keys.width) {
            for (element, key) in row.iter().enumerate() {
                mean[element] += keys.scale.value(*key);
                low[element] = low[element].min(*key);
                high[element] = high[element].max(*key);
            }
        }
        for (element, mean) in mean.iter_mut().enumerate() {
            *mean /= rows.max(1) as f64;
            // The sum of many large equal numbers is rounded; their mean is not.
            if low[element] == high[element] {
                *mean = keys.scale.value(low[element]);
            }
        }
        let mut deviations = vec![0.0; keys.width];
        for row in keys.keys.chunks_exact(keys.width) {
            for (element, key) in row.iter().enumerate() {
                let deviation = keys.scale.value(*key) - mean[element];
                deviations[element] += deviation * deviation;
            }
        }
        Numbers {
            scale: keys.scale,
            count: rows as u64,
            mean,
            deviations,
            low,
            high,
            item: keys.item,
        }
    }

    fn merge(&mut self, other: &Numbers) {
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let all = mine + theirs;
        if all == 0.0 {
            return;
        }
        for element in 0..self.mean.len() {
            let delta = other.mean[element] - self.mean[element];
            self.mean[element] += delta * (theirs / all);
            self.deviations[element] += other.deviations[element] + delta * delta * (mine * theirs / all);
            self.low[element] = self.low[element].min(other.low[element]);
            self.high[element] = self.high[element].max(other.high[element]);
        }
        self.count += other.count;
    }

    /// The statistics, with quantiles found elsewhere.
    pub fn stats(&self, quantiles: [Vec<f64>; 5]) -> FeatureStats {
        let values = |keys: &[u64]| keys.iter().map(|key| self.scale.value(*key)).collect();
        let rows = self.count.max(1) as f64;
        FeatureStats {
            form: self.item.map_or(Form::Vector, Form::Grid),
            count: self.count,
            min: values(&self.low),
            max: values(&self.high),
            mean: self.mean.clone(),
            std: self.deviations.iter().map(|sum| (sum / rows).sqrt()).collect(),
            quantiles,
        }
    }
}

impl Pictures {
    fn of(pictures: &BinaryArray) -> Self {
        let rows: Vec<&[u8]> = (0..pictures.len()).map(|row| pictures.value(row)).collect();
        Pictures {
            count: pictures.len() as u64,
            levels: levels::count(&rows),
        }
    }

    fn merge(&mut self, other: &Pictures) {
        self.count += other.count;
        for (mine, theirs) in self
            .levels
            .iter_mut()
            .flatten()
            .zip(other.levels.iter().flatten())
        {
            *mine += theirs;
        }
    }

    /// The statistics of each channel in [0, 1].
    pub fn stats(&self) -> FeatureStats {
        let each = |number: &dyn Fn(&[u64]) -> f64| self.levels.iter().map(|levels| number(levels)).collect();
        let (mean, std) = self.levels.iter().map(|levels| level_moments(levels)).unzip();
        FeatureStats {
            form: Form::Picture,
            count: self.count,
            min: each(&|levels| level_value(levels.iter().position(|count| *count > 0).unwrap_or(0))),
            max: each(&|levels| level_value(levels.iter().rposition(|count| *count > 0).unwrap_or(0))),
            mean,
            std,
            quantiles: QUANTILES.map(|(_, q)| each(&|levels| level_quantile(levels, q))),
        }
    }
}

fn level_value(level: usize) -> f64 {
    level as f64 / 255.0
}

/// Mean and standard deviation in [0, 1]; the sums are integers, so nothing is rounded before the last division.
fn level_moments(levels: &[u64]) -> (f64, f64) {
    let (mut pixels, mut sum, mut squares) = (0, 0, 0);
    for (level, count) in levels.iter().enumerate() {
        let (level, count) = (level as u64, u128::from(*count));
        pixels += count;
        sum += u128::from(level) * count;
        squares += u128::from(level * level) * count;
    }
    let pixels = pixels.max(1);
    let mean = sum as f64 / pixels as f64;
    let variance = (pixels * squares - sum * sum) as f64 / pixels as f64 / pixels as f64;
    (mean / 255.0, variance.sqrt() / 255.0)
}

fn level_quantile(levels: &[u64], q: f64) -> f64 {
    let pixels: u64 = levels.iter().sum();
    let (rank, part) = select::position(pixels, q);
    let at = |rank: u64| {
        let mut seen = 0;
        let found = levels.iter().position(|count| {
            seen += count;
            rank < seen
        });
        level_value(found.unwrap_or(0))
    };
    select::between(at(rank), at((rank + 1).min(pixels.saturating_sub(1))), part)
}

#[cfg(test)]
mod tests;
