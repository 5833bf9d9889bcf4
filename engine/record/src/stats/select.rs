//! Exact quantiles of columns larger than memory: radix selection in a few passes over the rows.
//!
//! A pass counts, for each wanted rank, the next digit of the keys that begin with the digits known so far. Bounds from
//! the shards' summaries say how many leading digits all keys share, so most columns need one to three passes.
//!
//! **Invariant:** memory depends on the width of a row, never on the number of rows.

use super::keys::{Keys, Scale};
use super::{Numbers, QUANTILES};
use arrow::array::ArrayRef;

/// Bits that one pass finds.
const DIGIT: u32 = 11;

/// The rank below the quantile `q` of `count` numbers, and the way to the next in [0, 1).
pub(super) fn position(count: u64, q: f64) -> (u64, f64) {
    let position = count.saturating_sub(1) as f64 * q;
    (position.floor() as u64, position - position.floor())
}

/// The number at `part` of the way from `low` to `high`.
pub(super) fn between(low: f64, high: f64, part: f64) -> f64 {
    low + (high - low) * part
}

/// The quantile `q` of sorted keys.
pub(super) fn quantile_of_sorted(scale: Scale, sorted: &[u64], q: f64) -> f64 {
    let (rank, part) = position(sorted.len() as u64, q);
    let at = |rank: u64| {
        sorted
            .get((rank as usize).min(sorted.len().saturating_sub(1)))
            .map_or(0.0, |key| scale.value(*key))
    };
    between(at(rank), at(rank + 1), part)
}

/// Finds the quantiles of one column: feed it all rows, end the pass, until it is done.
pub struct Quantiles {
    scale: Scale,
    count: u64,
    elements: Vec<Selection>,
}

impl Quantiles {
    /// For the column that has this summary over all its rows.
    pub fn new(summary: &Numbers) -> Self {
        let elements = summary
            .low
            .iter()
            .zip(&summary.high)
            .map(|(low, high)| Selection::new(summary.count, *low, *high))
            .collect();
        Quantiles {
            scale: summary.scale,
            count: summary.count,
            elements,
        }
    }

    /// Elements in a row: memory is about 160 KiB for each.
    pub fn width(&self) -> usize {
        self.elements.len()
    }

    /// True when no further pass is needed.
    pub fn is_done(&self) -> bool {
        self.elements.iter().all(|element| element.bits == 0)
    }

    /// Counts some rows.
    pub fn feed(&mut self, column: &ArrayRef) {
        let Some(keys) = Keys::of(column) else { return };
        for row in keys.keys.chunks_exact(keys.width) {
            for (selection, key) in self.elements.iter_mut().zip(row) {
                selection.count(*key);
            }
        }
    }

    /// Ends a pass over all rows.
    pub fn end_pass(&mut self) {
        self.elements.iter_mut().for_each(Selection::end_pass);
    }

    /// The quantiles, once done.
    pub fn values(&self) -> [Vec<f64>; 5] {
        let mut index = 0;
        QUANTILES.map(|(_, q)| {
            let (_, part) = position(self.count, q);
            let value = |element: &Selection| {
                let [low, high] = [0, 1].map(|side| self.scale.value(element.targets[index + side].prefix));
                between(low, high, part)
            };
            let values = self.elements.iter().map(value).collect();
            index += 2;
            values
        })
    }
}

/// A wanted rank among the keys that begin with `prefix`.
struct Target {
    rank: u64,
    prefix: u64,
}

/// The search for the ten ranks around five quantiles of one element.
struct Selection {
    /// Low bits of the keys that are not yet known.
    bits: u32,
    targets: Vec<Target>,
    /// For each distinct prefix: how often each next digit follows it.
    tables: Vec<(u64, Vec<u64>)>,
}

impl Selection {
    fn new(count: u64, low: u64, high: u64) -> Self {
        let bits = u64::BITS - (low ^ high).leading_zeros();
        let prefix = low.checked_shr(bits).unwrap_or(0);
        let last = count.saturating_sub(1);
        let targets = QUANTILES
            .iter()
            .flat_map(|(_, q)| {
                let (rank, _) = position(count, *q);
                [rank, (rank + 1).min(last)].map(|rank| Target { rank, prefix })
            })
            .collect();
        let mut selection = Selection {
            bits,
            targets,
            tables: Vec::new(),
        };
        selection.start_pass();
        selection
    }

    fn digit_bits(&self) -> u32 {
        self.bits.min(DIGIT)
    }

    fn start_pass(&mut self) {
        let size = if self.bits == 0 { 0 } else { 1 << self.digit_bits() };
        let mut prefixes: Vec<u64> = self.targets.iter().map(|target| target.prefix).collect();
        prefixes.dedup();
        self.tables = prefixes
            .into_iter()
            .map(|prefix| (prefix, vec![0; size]))
            .collect();
    }

    fn count(&mut self, key: u64) {
        if self.bits == 0 {
            return;
        }
        let digit_bits = self.digit_bits();
        let prefix = key.checked_shr(self.bits).unwrap_or(0);
        if let Some((_, table)) = self.tables.iter_mut().find(|(known, _)| *known == prefix) {
            let digit = (key >> (self.bits - digit_bits)) & ((1 << digit_bits) - 1);
            table[digit as usize] += 1;
        }
    }

    fn end_pass(&mut self) {
        if self.bits == 0 {
            return;
        }
        let digit_bits = self.digit_bits();
        for target in &mut self.targets {
            let table = self.tables.iter().find(|(prefix, _)| *prefix == target.prefix);
            let mut digit = 0;
            for (next, count) in table.iter().flat_map(|(_, table)| table.iter().enumerate()) {
                digit = next as u64;
                if target.rank < *count {
                    break;
                }
                target.rank -= count;
            }
            target.prefix = (target.prefix << digit_bits) | digit;
        }
        self.bits -= digit_bits;
        self.start_pass();
    }
}
