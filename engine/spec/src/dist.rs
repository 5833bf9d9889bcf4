//! A number, or the law it is drawn from, with the range it takes out of distribution beside it.

use crate::limits::NUMBER;
use crate::seed::Rng;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// How a number is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// Always this.
    Fixed(f64),
    /// Uniform in [low, high).
    Uniform(f64, f64),
    /// Uniform in the logarithm; both bounds positive.
    LogUniform(f64, f64),
    /// Normal with mean and standard deviation, cut at three standard deviations.
    Normal(f64, f64),
    /// One of these, with equal chances.
    Choice(Vec<f64>),
}

/// A number of a scene: a [`Law`], and where it is drawn from in out-of-distribution episodes.
///
/// In a file: `0.5`, `{ uniform = [0.5, 2.0] }`, `{ log_uniform = [0.1, 10.0] }`, `{ normal = [1.0, 0.1] }`,
/// `{ choice = [1, 2, 3] }`, each table with an optional `ood = ...` of the same forms.
#[derive(Clone, Debug, PartialEq)]
pub struct Dist {
    /// The law of training episodes.
    pub law: Law,
    /// The law of out-of-distribution episodes, where there is one.
    pub ood: Option<Law>,
}

impl Law {
    /// Draws a number.
    pub fn draw(&self, rng: &mut Rng) -> f64 {
        match self {
            Law::Fixed(value) => *value,
            Law::Uniform(low, high) => rng.uniform(*low, *high),
            Law::LogUniform(low, high) => libm::exp(rng.uniform(libm::log(*low), libm::log(*high))),
            Law::Normal(mean, std) => mean + std * rng.normal().clamp(-3.0, 3.0),
            Law::Choice(values) => values[rng.below(values.len())],
        }
    }

    /// The smallest and the largest number that can be drawn.
    pub fn bounds(&self) -> (f64, f64) {
        match self {
            Law::Fixed(value) => (*value, *value),
            Law::Uniform(low, high) | Law::LogUniform(low, high) => (*low, *high),
            Law::Normal(mean, std) => (mean - 3.0 * std, mean + 3.0 * std),
            Law::Choice(values) => values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                    (low.min(*value), high.max(*value))
                }),
        }
    }

    fn check(&self) -> Result<(), String> {
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        let numbers: &[f64] = match self {
            Law::Fixed(value) => &[*value],
            Law::Uniform(one, other) | Law::LogUniform(one, other) | Law::Normal(one, other) => {
                &[*one, *other]
            }
            Law::Choice(values) => values,
        };
        if let Some(large) = numbers
            .iter()
            .find(|value| value.is_finite() && value.abs() > NUMBER)
        {
            return Err(format!("{large:e} is too large: numbers are at most {NUMBER:e}"));
        }
        match self {
            Law::Fixed(value) if !value.is_finite() => Err("must be a finite number".into()),
            Law::Uniform(low, high) if !finite(&[*low, *high]) || low > high => Err(format!(
                "uniform = [low, high] wants finite low <= high, not [{low}, {high}]"
            )),
            Law::LogUniform(low, high) if !finite(&[*low, *high]) || *low <= 0.0 || low > high => Err(
                format!("log_uniform = [low, high] wants 0 < low <= high, not [{low}, {high}]"),
            ),
            Law::Normal(mean, std) if !finite(&[*mean, *std]) || *std < 0.0 => Err(format!(
                "normal = [mean, std] wants a finite mean and std >= 0, not [{mean}, {std}]"
            )),
            Law::Choice(values) if values.is_empty() || !finite(values) => {
                Err("choice = [...] wants at least one finite number".into())
            }
            _ => Ok(()),
        }
    }
}

impl Dist {
    /// The names of all laws: a table that has one of them as a key is a distribution.
    pub const LAWS: [&'static str; 5] = ["fixed", "uniform", "log_uniform", "normal", "choice"];

    /// Always `value`.
    pub fn fixed(value: f64) -> Self {
        Dist {
            law: Law::Fixed(value),
            ood: None,
        }
    }

    /// Uniform in [low, high).
    pub fn uniform(low: f64, high: f64) -> Self {
        Dist {
            law: Law::Uniform(low, high),
            ood: None,
        }
    }

    /// Uniform in the logarithm.
    pub fn log_uniform(low: f64, high: f64) -> Self {
        Dist {
            law: Law::LogUniform(low, high),
            ood: None,
        }
    }

    /// The same, with this uniform range out of distribution.
    pub fn ood(self, low: f64, high: f64) -> Self {
        Dist {
            ood: Some(Law::Uniform(low, high)),
            ..self
        }
    }

    /// Draws a number, from the out-of-distribution law when asked for and there is one.
    pub fn draw(&self, rng: &mut Rng, out_of_distribution: bool) -> f64 {
        match (&self.ood, out_of_distribution) {
            (Some(law), true) => law.draw(rng),
            _ => self.law.draw(rng),
        }
    }

    /// The smallest and the largest number that can be drawn, in or out of distribution.
    pub fn bounds(&self) -> (f64, f64) {
        let (low, high) = self.law.bounds();
        let Some(ood) = &self.ood else { return (low, high) };
        let (ood_low, ood_high) = ood.bounds();
        (low.min(ood_low), high.max(ood_high))
    }

    /// The number itself, when there is nothing to draw.
    pub fn as_fixed(&self) -> Option<f64> {
        match self {
            Dist {
                law: Law::Fixed(value),
                ood: None,
            } => Some(*value),
            _ => None,
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Law::Fixed(value) => write!(f, "{value}"),
            Law::Uniform(low, high) => write!(f, "{low} .. {high}"),
            Law::LogUniform(low, high) => write!(f, "{low} .. {high} (log)"),
            Law::Normal(mean, std) => write!(f, "{mean} ± {std}"),
            Law::Choice(values) => {
                let words: Vec<String> = values.iter().map(f64::to_string).collect();
                write!(f, "one of {}", words.join(", "))
            }
        }
    }
}

impl From<f64> for Dist {
    fn from(value: f64) -> Self {
        Dist::fixed(value)
    }
}

fn write_law<M: SerializeMap>(map: &mut M, law: &Law) -> Result<(), M::Error> {
    match law {
        Law::Fixed(value) => map.serialize_entry("fixed", value),
        Law::Uniform(low, high) => map.serialize_entry("uniform", &[low, high]),
        Law::LogUniform(low, high) => map.serialize_entry("log_uniform", &[low, high]),
        Law::Normal(mean, std) => map.serialize_entry("normal", &[mean, std]),
        Law::Choice(values) => map.serialize_entry("choice", values),
    }
}

impl Serialize for Law {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Law::Fixed(value) = self {
            return serializer.serialize_f64(*value);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        write_law(&mut map, self)?;
        map.end()
    }
}

impl Serialize for Dist {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(ood) = &self.ood else {
            return self.law.serialize(serializer);
        };
        let mut map = serializer.serialize_map(Some(2))?;
        write_law(&mut map, &self.law)?;
        map.serialize_entry("ood", ood)?;
        map.end()
    }
}

struct DistVisitor;

impl<'de> Visitor<'de> for DistVisitor {
    type Value = Dist;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a distribution such as { uniform = [0.5, 2.0] }")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Dist, E> {
        let dist = Dist::fixed(value);
        dist.law.check().map_err(E::custom)?;
        Ok(dist)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Dist, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Dist, E> {
        self.visit_f64(value as f64)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Dist, A::Error> {
        let (mut law, mut ood) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let read = match key.as_str() {
                "fixed" => Law::Fixed(map.next_value()?),
                "uniform" => map
                    .next_value()
                    .map(|[low, high]: [f64; 2]| Law::Uniform(low, high))?,
                "log_uniform" => map
                    .next_value()
                    .map(|[low, high]: [f64; 2]| Law::LogUniform(low, high))?,
                "normal" => map
                    .next_value()
                    .map(|[mean, std]: [f64; 2]| Law::Normal(mean, std))?,
                "choice" => Law::Choice(map.next_value()?),
                "ood" => {
                    let inner: Dist = map.next_value()?;
                    if inner.ood.is_some() {
                        return Err(de::Error::custom("`ood` cannot hold another `ood`"));
                    }
                    ood = Some(inner.law);
                    continue;
                }
                _ => {
                    let known = &["fixed", "uniform", "log_uniform", "normal", "choice", "ood"];
                    return Err(de::Error::unknown_field(&key, known));
                }
            };
            read.check().map_err(de::Error::custom)?;
            if law.replace(read).is_some() {
                return Err(de::Error::custom("a distribution has one law: keep one of them"));
            }
        }
        let law = law.ok_or_else(|| {
            de::Error::custom("a distribution wants one of fixed, uniform, log_uniform, normal, choice")
        })?;
        Ok(Dist { law, ood })
    }
}

impl<'de> Deserialize<'de> for Dist {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Dist, D::Error> {
        deserializer.deserialize_any(DistVisitor)
    }
}

impl JsonSchema for Dist {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Dist".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pair =
            json_schema!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
        json_schema!({
            "description": "A number, or the law it is drawn from in every episode.",
            "anyOf": [
                { "type": "number" },
                {
                    "type": "object",
                    "properties": {
                        "fixed": { "type": "number" },
                        "uniform": pair,
                        "log_uniform": pair,
                        "normal": pair,
                        "choice": { "type": "array", "items": { "type": "number" }, "minItems": 1 },
                        "ood": { "$ref": "#/$defs/Dist" }
                    },
                    "additionalProperties": false
                }
            ]
        })
    }
}
