//! Counts of numbers in bins: all that is kept of the numbers that a report shows.
//!
//! **Invariant:** memory does not grow with the number of values.

use std::collections::BTreeMap;

/// How an axis is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Into equal differences.
    Linear,
    /// Into equal differences between integers.
    Whole,
    /// Into equal ratios.
    Log,
}

impl Scale {
    /// A number's place on the axis. This is for a picture: its last bit may differ between platforms.
    fn place(self, value: f64) -> f64 {
        match self {
            Scale::Linear | Scale::Whole => value,
            Scale::Log => value.log2(),
        }
    }

    fn value(self, place: f64) -> f64 {
        match self {
            Scale::Linear | Scale::Whole => place,
            Scale::Log => place.exp2(),
        }
    }
}

/// What the bins of a chart stand for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// How it is divided.
    pub(super) scale: Scale,
    /// Where bins start and end, in order: one more than there are bins.
    edges: Vec<f64>,
}

impl Axis {
    /// An axis from `low` to `high`; one that would be empty is widened around its number.
    pub(super) fn new(low: f64, high: f64, scale: Scale, bins: usize) -> Self {
        Axis::through(&[low, high], scale, bins)
    }

    /// An axis over all these places, each of which is an edge of a bin: so no bin lies across a limit.
    pub(super) fn through(places: &[f64], scale: Scale, bins: usize) -> Self {
        let mut places = places.to_vec();
        places.sort_by(f64::total_cmp);
        let (mut low, mut high) = (places[0], places[places.len() - 1]);
        let scale = match scale {
            // There is no ratio to zero.
            Scale::Log if low <= 0.0 => Scale::Linear,
            scale => scale,
        };
        let narrow = |low: f64, high: f64, share: f64| high - low <= share * high.abs().max(low.abs());
        if narrow(low, high, 1e-12) {
            let room = (high.abs() * 0.05).max(1e-6);
            (low, high) = match scale {
                Scale::Linear | Scale::Whole => (low - room, high + room),
                Scale::Log => (low * 0.95, high * 1.05),
            };
            places = vec![low, high];
        }
        let whole = scale.place(high) - scale.place(low);
        let mut edges = vec![low];
        for next in places {
            let last = edges[edges.len() - 1];
            let (from, length) = (scale.place(last), scale.place(next) - scale.place(last));
            // Two limits at the same place, but for rounding.
            if length <= whole * 1e-9 {
                continue;
            }
            let count = ((bins as f64 * length / whole).round() as usize).max(1);
            edges.extend((1..count).map(|bin| scale.value(from + length * bin as f64 / count as f64)));
            edges.push(next);
        }
        // Exactly the last place, whatever was left out before it.
        let last = edges.len() - 1;
        edges[last] = high;
        Axis { scale, edges }
    }

    /// Integers from `low` to `high`, one for each bin where they are few.
    pub(super) fn integers(low: i64, high: i64, most: usize) -> Self {
        let count = high.saturating_sub(low).saturating_add(1).max(1) as usize;
        let each = count.div_ceil(most);
        let edge = |bin: usize| low as f64 - 0.5 + (bin * each) as f64;
        Axis {
            scale: Scale::Whole,
            edges: (0..=count.div_ceil(each)).map(edge).collect(),
        }
    }

    /// How many bins there are.
    pub(super) fn bins(&self) -> usize {
        self.edges.len() - 1
    }

    /// Where the first bin starts.
    pub(super) fn low(&self) -> f64 {
        self.edges[0]
    }

    /// Where the last bin ends.
    pub(super) fn high(&self) -> f64 {
        self.edges[self.bins()]
    }

    /// Where a number lies: 0 at the axis' start and 1 at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        let place = |value| self.scale.place(value);
        (place(value) - place(self.low())) / (place(self.high()) - place(self.low()))
    }

    /// Start and end of a bin.
    pub(super) fn range(&self, bin: usize) -> (f64, f64) {
        (self.edges[bin], self.edges[bin + 1])
    }

    /// The bin of a number; none where it lies nowhere on the axis. The end of the axis is in the last bin.
    pub(super) fn bin(&self, value: f64) -> Option<usize> {
        // Numbers of 32 bits may lie beside a limit by their rounding.
        let room = 1e-6 * (self.high() - self.low());
        if !(self.low() - room..=self.high() + room).contains(&value) {
            return None;
        }
        let before = self.edges.partition_point(|edge| *edge <= value);
        Some(before.saturating_sub(1).min(self.bins() - 1))
    }
}

/// How many numbers lie in each bin of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bins {
    /// What the bins stand for.
    pub(super) axis: Axis,
    /// Numbers in each.
    pub(super) counts: Vec<u64>,
    /// Numbers that lie nowhere on the axis.
    pub(super) outside: u64,
}

impl Bins {
    /// Empty bins.
    pub(super) fn new(axis: Axis) -> Self {
        Bins {
            counts: vec![0; axis.bins()],
            axis,
            outside: 0,
        }
    }

    /// Counts a number.
    pub(super) fn add(&mut self, value: f64) {
        match self.axis.bin(value) {
            Some(bin) => self.counts[bin] += 1,
            None => self.outside += 1,
        }
    }

    /// Numbers on the axis.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Counts of numbers whose range is not known before the last of them: cells double in width whenever they are many.
#[derive(Clone, Debug)]
pub(super) struct Growing<const D: usize> {
    exponent: i32,
    cells: BTreeMap<[i64; D], u64>,
}

/// Cells that are kept along each side at most.
const SIDE: i64 = 48;
/// Width of the first cells, as a power of two.
const FINEST: i32 = -10;
/// The largest number of a cell: all integers up to here are 64-bit floats.
const MOST: f64 = (1u64 << 52) as f64;

impl<const D: usize> Default for Growing<D> {
    fn default() -> Self {
        Growing {
            exponent: FINEST,
            cells: BTreeMap::new(),
        }
    }
}

impl<const D: usize> Growing<D> {
    /// Counts a point. One that is nowhere (NaN, infinite) is left out.
    pub(super) fn add(&mut self, point: [f64; D]) {
        if point.iter().all(|value| value.is_finite()) {
            // A cell's number is exact.
            while point.iter().any(|value| value.abs() / self.width() > MOST) {
                self.coarsen();
            }
            let width = self.width();
            let cell = point.map(|value| (value / width).floor() as i64);
            *self.cells.entry(cell).or_default() += 1;
            while self.cells.len() > (SIDE * 2).pow(D as u32) as usize {
                self.coarsen();
            }
        }
    }

    /// Numbers that were counted.
    pub(super) fn total(&self) -> u64 {
        self.cells.values().sum()
    }

    /// Width of a cell.
    pub(super) fn width(&self) -> f64 {
        2f64.powi(self.exponent)
    }

    /// The cells, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = ([i64; D], u64)> + '_ {
        self.cells.iter().map(|(cell, count)| (*cell, *count))
    }

    /// The first and the last cell along a side; none where nothing was counted.
    pub(super) fn span(&self, side: usize) -> Option<(i64, i64)> {
        let along = || self.cells.keys().map(|cell| cell[side]);
        along().min().zip(along().max())
    }

    /// Makes cells wider until there are few along every side.
    pub(super) fn settle(&mut self) {
        let wide = |grown: &Self| {
            (0..D).any(|side| {
                grown
                    .span(side)
                    .is_some_and(|(first, last)| last.saturating_sub(first) >= SIDE)
            })
        };
        while wide(self) {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        self.exponent += 1;
        let mut wider = BTreeMap::new();
        for (cell, count) in std::mem::take(&mut self.cells) {
            *wider.entry(cell.map(|place| place >> 1)).or_default() += count;
        }
        self.cells = wider;
    }
}

/// Rows of counts as bins of one axis.
pub(super) fn together(rows: &mut [Growing<1>]) -> Vec<Bins> {
    let exponent = |rows: &[Growing<1>]| rows.iter().map(|row| row.exponent).max().unwrap_or(FINEST);
    let span = |rows: &[Growing<1>]| {
        let spans = || rows.iter().filter_map(|row| row.span(0));
        let first = spans().map(|(first, _)| first).min();
        first.zip(spans().map(|(_, last)| last).max())
    };
    let mut wanted = exponent(rows);
    loop {
        for row in rows.iter_mut() {
            while row.exponent < wanted {
                row.coarsen();
            }
        }
        let (first, last) = span(rows).unwrap_or((0, 0));
        if last.saturating_sub(first) < SIDE {
            let width = 2f64.powi(wanted);
            let axis = Axis {
                scale: Scale::Linear,
                edges: (first..=last + 1).map(|cell| cell as f64 * width).collect(),
            };
            return rows
                .iter()
                .map(|row| {
                    let mut bins = Bins::new(axis.clone());
                    for ([place], count) in row.cells() {
                        bins.counts[(place - first) as usize] += count;
                    }
                    bins
                })
                .collect();
        }
        wanted += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_an_axis_are_on_it() {
        for axis in [
            Axis::new(0.1, 0.7, Scale::Linear, 7),
            Axis::new(5.0, 60.0, Scale::Log, 24),
            Axis::new(3.0, 3.0, Scale::Log, 5),
            Axis::new(0.0, 0.0, Scale::Log, 5),
            Axis::new(-4.0, 2.0, Scale::Log, 5),
        ] {
            let mut bins = Bins::new(axis.clone());
            for end in [axis.low(), axis.high()] {
                bins.add(end);
            }
            assert_eq!((bins.counts[0], bins.counts[axis.bins() - 1]), (1, 1), "{axis:?}");
            bins.add(axis.high() + 1.0);
            bins.add(f64::NAN);
            assert_eq!((bins.total(), bins.outside), (2, 2));
        }
    }

    #[test]
    fn a_number_lies_in_the_range_of_its_bin() {
        for axis in [
            Axis::new(0.02, 800.0, Scale::Log, 24),
            Axis::new(-3.0, 5.0, Scale::Linear, 24),
        ] {
            assert_eq!(axis.bins(), 24);
            for bin in 0..axis.bins() {
                let (start, end) = axis.range(bin);
                assert!(start < end);
                assert_eq!(axis.bin((start + end) / 2.0), Some(bin), "{axis:?} {bin}");
            }
        }
    }

    #[test]
    fn no_bin_lies_across_a_limit() {
        let limits = [1.5, 1.9, 2.0, 2.4, 1.9];
        let axis = Axis::through(&limits, Scale::Linear, 28);
        assert_eq!((axis.low(), axis.high()), (1.5, 2.4));
        for limit in limits {
            let across = (0..axis.bins())
                .map(|bin| axis.range(bin))
                .any(|(start, end)| start < limit && limit < end);
            assert!(!across, "{axis:?}");
        }
        assert!((26..=30).contains(&axis.bins()), "{axis:?}");
    }

    #[test]
    fn integers_have_a_bin_each_where_they_are_few() {
        let axis = Axis::integers(2, 5, 30);
        assert_eq!((axis.bins(), axis.range(1)), (4, (2.5, 3.5)));
        assert!(Axis::integers(0, 999, 30).bins() <= 30);
        assert_eq!(Axis::integers(0, 999, 30).bin(999.0), Some(29));
    }

    #[test]
    fn growing_cells_stay_few_and_lose_nothing() {
        let mut grown = Growing::<1>::default();
        for index in 0..100_000u32 {
            grown.add([f64::from(index) * 0.37 - 9000.0]);
        }
        assert!(grown.cells.len() <= 96);
        assert_eq!(grown.total(), 100_000);
        let mut few = Growing::<1>::default();
        few.add([5.0]);
        few.add([f64::INFINITY]);
        let rows = together(&mut [grown, few]);
        assert_eq!(rows.iter().map(Bins::total).collect::<Vec<_>>(), [100_000, 1]);
        assert_eq!(rows[0].axis, rows[1].axis);
        assert!(rows[0].counts.len() <= 48);
        let bin = rows[1].counts.iter().position(|count| *count == 1).unwrap();
        let (start, end) = rows[1].axis.range(bin);
        assert!(start <= 5.0 && 5.0 < end, "{start} {end}");
    }

    #[test]
    fn far_points_are_settled_into_one_map() {
        let mut grown = Growing::<2>::default();
        for point in [[-1e30, 0.0], [1e30, 1.0], [0.0, -5.0]] {
            grown.add(point);
        }
        grown.settle();
        assert_eq!(grown.total(), 3);
        assert!(grown.span(0).is_some_and(|(first, last)| last - first < 48));
    }
}
