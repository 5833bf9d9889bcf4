//! Exact quantiles of columns larger than memory: radix selection in a few passes over the rows.
//!
//! A pass counts, for each wanted rank, the next digit of the keys that begin with the digits known so far. Bounds from
//! the shards' summaries say how many leading digits all keys share. Once few keys begin so, one last pass gathers them.
//! Most columns need two passes.
//!
//! **Invariant:** memory depends on the width of a row, never on the number of rows.

use super::keys::{Keys, Scale};
use super::{Numbers, QUANTILES};
use arrow::array::ArrayRef;

/// Bits that one pass finds.
const DIGIT: u32 = 11;

/// As many keys are gathered rather than counted: no more memory than the tables take.
const GATHERED: u64 = 16 << 10;

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

    /// Looks at some rows.
    pub fn feed(&mut self, column: &ArrayRef) {
        let Some(keys) = Keys::of(column) else { return };
        for row in keys.keys.chunks_exact(keys.width) {
            for (selection, key) in self.elements.iter_mut().zip(row) {
                selection.take(*key);
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

/// What a pass looks for among the keys that begin with a wanted prefix.
enum Pass {
    /// How often each next digit follows the prefix.
    Count(Vec<u64>),
    /// The keys themselves.
    Gather(Vec<u64>),
}

/// The search for the ten ranks around five quantiles of one element.
struct Selection {
    /// Low bits of the keys that are not yet known.
    bits: u32,
    targets: Vec<Target>,
    /// Each distinct prefix, in order, with what is looked for behind it.
    passes: Vec<(u64, Pass)>,
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
            passes: Vec::new(),
        };
        selection.start_pass(count);
        selection
    }

    fn digit_bits(&self) -> u32 {
        self.bits.min(DIGIT)
    }

    /// Starts a pass in which `matching` keys begin with one of the wanted prefixes.
    fn start_pass(&mut self, matching: u64) {
        let mut prefixes: Vec<u64> = self.targets.iter().map(|target| target.prefix).collect();
        prefixes.dedup();
        let size = 1 << self.digit_bits();
        let pass = || match matching <= GATHERED {
            true => Pass::Gather(Vec::new()),
            false => Pass::Count(vec![0; size]),
        };
        self.passes = match self.bits {
            0 => Vec::new(),
            _ => prefixes.into_iter().map(|prefix| (prefix, pass())).collect(),
        };
    }

    fn take(&mut self, key: u64) {
        if self.bits == 0 {
            return;
        }
        let digit_bits = self.digit_bits();
        let prefix = key.checked_shr(self.bits).unwrap_or(0);
        match self.passes.iter_mut().find(|(known, _)| *known == prefix) {
            Some((_, Pass::Count(table))) => {
                let digit = (key >> (self.bits - digit_bits)) & ((1 << digit_bits) - 1);
                table[digit as usize] += 1;
            }
            Some((_, Pass::Gather(keys))) => keys.push(key),
            None => {}
        }
    }

    fn end_pass(&mut self) {
        if self.bits == 0 {
            return;
        }
        let digit_bits = self.digit_bits();
        let mut gathered = false;
        for (_, pass) in &mut self.passes {
            if let Pass::Gather(keys) = pass {
                keys.sort_unstable();
                gathered = true;
            }
        }
        let mut matching = 0;
        let mut last = None;
        for target in &mut self.targets {
            let Some((_, pass)) = self.passes.iter().find(|(prefix, _)| *prefix == target.prefix) else {
                continue;
            };
            match pass {
                Pass::Gather(keys) => target.prefix = keys.get(target.rank as usize).copied().unwrap_or(0),
                Pass::Count(table) => {
                    let (digit, count) = digit_at(table, &mut target.rank);
                    target.prefix = (target.prefix << digit_bits) | digit;
                    // Targets are in order: equal prefixes follow each other.
                    if last != Some(target.prefix) {
                        matching += count;
                        last = Some(target.prefix);
                    }
                }
            }
        }
        self.bits -= if gathered { self.bits } else { digit_bits };
        self.start_pass(matching);
    }
}

/// The digit of the key at `rank`, and how many keys have it; `rank` becomes the rank among those.
fn digit_at(table: &[u64], rank: &mut u64) -> (u64, u64) {
    for (digit, count) in table.iter().enumerate() {
        if *rank < *count {
            return (digit as u64, *count);
        }
        *rank -= count;
    }
    (table.len().saturating_sub(1) as u64, 0)
}
