//! Who touched whom, how often and how hard.

use super::bins::{Axis, Bins, Growing, Scale};
use super::chart::{Row, histogram};
use super::html::{Html, tag};
use super::number::{counted, percent, short, thousands};
use super::page::{Cell, cards, data_table, figure, note};
use super::sample::{EpisodeRows, Sample};
use std::collections::BTreeMap;

/// Pairs of classes that are listed.
const LISTED: usize = 16;
/// Pairs that are counted at all, lest a hostile dataset has one for each row.
const KNOWN: usize = 2000;
const BINS: usize = 32;
/// Axis of impulses, N s; what is smaller or larger is counted beside it.
const IMPULSES_NS: (f64, f64) = (1e-6, 1e4);

/// How the bodies of two classes touched.
#[derive(Clone, Copy, Default)]
struct Pair {
    contacts: u64,
    rows: u64,
    last_row: Option<u64>,
    impulse_ns: f64,
    largest_ns: f64,
}

/// Who touched whom.
pub(super) struct Contacts {
    rows: u64,
    touching: u64,
    without_impulse: u64,
    per_row: Growing<1>,
    impulses: Bins,
    pairs: BTreeMap<(String, String), Pair>,
}

impl Default for Contacts {
    fn default() -> Self {
        let (low, high) = IMPULSES_NS;
        Contacts {
            rows: 0,
            touching: 0,
            without_impulse: 0,
            per_row: Growing::default(),
            // Four bins in each factor of ten, cut to those that hold something when they are shown.
            impulses: Bins::new(Axis::new(low, high, Scale::Log, 40)),
            pairs: BTreeMap::new(),
        }
    }
}

impl Contacts {
    /// Counts an episode's contacts.
    pub(super) fn add(&mut self, episode: &EpisodeRows<'_>) {
        let columns = episode
            .column("contacts.bodies")
            .zip(episode.column("contacts.impulse"));
        let Some((bodies, impulses)) = columns else {
            return;
        };
        let class = |index: f64| {
            let name = episode.meta.body_classes.get(index as usize);
            name.cloned().unwrap_or_else(|| format!("body {index}"))
        };
        for row in 0..bodies.rows().min(impulses.rows()) {
            self.rows += 1;
            let impulses = impulses.row(row);
            self.touching += u64::from(!impulses.is_empty());
            self.per_row.add([impulses.len() as f64]);
            for (pair, impulse) in bodies.row(row).chunks_exact(2).zip(impulses) {
                if *impulse == 0.0 {
                    self.without_impulse += 1;
                } else {
                    self.impulses.add(*impulse);
                }
                let (mut first, mut second) = (class(pair[0]), class(pair[1]));
                if second < first {
                    (first, second) = (second, first);
                }
                let key = (first, second);
                if !self.pairs.contains_key(&key) && self.pairs.len() == KNOWN {
                    continue;
                }
                let pair = self.pairs.entry(key).or_default();
                pair.contacts += 1;
                pair.impulse_ns += impulse;
                pair.largest_ns = pair.largest_ns.max(*impulse);
                if pair.last_row.replace(self.rows) != Some(self.rows) {
                    pair.rows += 1;
                }
            }
        }
    }

    /// The section.
    pub(super) fn html(&self, sample: &Sample) -> Html {
        let total = self.impulses.total() + self.impulses.outside + self.without_impulse;
        let mut html = note(&format!(
            "A contact is a pair of bodies that touched since the row before: {} in {} rows, {} of which have at least \
             one. {}",
            counted(total, "contact"),
            thousands(self.rows),
            percent(self.touching, self.rows),
            sample.said()
        ));
        html.add(cards([
            figure(
                "contacts in a row",
                "",
                histogram(
                    "Histogram of the number of contacts in a row",
                    "contacts",
                    &[self.per_row()],
                    &[],
                ),
                Html::new(),
            ),
            figure(
                "impulse of a contact",
                "N s",
                histogram(
                    "Histogram of the impulse of a contact",
                    "N s",
                    &[self.impulse_row()],
                    &[],
                ),
                tag("p").class("legend").text(self.impulses_said()),
            ),
        ]));
        let mut order: Vec<_> = self.pairs.iter().collect();
        order.sort_by_key(|(_, pair)| std::cmp::Reverse(pair.contacts));
        let listed = order.iter().take(LISTED).map(|((first, second), pair)| {
            vec![
                Cell::head(format!("{first} – {second}")),
                Cell::number(thousands(pair.contacts)),
                Cell::number(percent(pair.rows, self.rows)),
                Cell::number(short(pair.impulse_ns / pair.contacts as f64)),
                Cell::number(short(pair.largest_ns)),
            ]
        });
        let caption = if order.len() > LISTED {
            format!("The {LISTED} most frequent of {} pairs of classes", order.len())
        } else {
            "Pairs of classes that touched".to_string()
        };
        let head = [
            "classes",
            "contacts",
            "rows with one",
            "mean impulse, N s",
            "largest, N s",
        ];
        if !order.is_empty() {
            html.add(data_table(&caption, &head, listed));
        }
        html
    }

    fn per_row(&self) -> Row {
        let most = self.per_row.cells().map(|([cell], _)| cell).max().unwrap_or(0);
        let width = self.per_row.width();
        let mut bins = Bins::new(Axis::integers(0, (most as f64 * width) as i64, BINS));
        for ([cell], count) in self.per_row.cells() {
            if let Some(bin) = bins.axis.bin(cell as f64 * width) {
                bins.counts[bin] += count;
            }
        }
        Row {
            name: "rows".into(),
            plain: bins,
            marked: None,
        }
    }

    /// The impulses between the smallest and the largest one.
    fn impulse_row(&self) -> Row {
        let Bins { axis, counts, .. } = &self.impulses;
        let first = counts.iter().position(|count| *count > 0).unwrap_or(0);
        let last = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let mut plain = Bins::new(Axis::new(
            axis.range(first).0,
            axis.range(last).1,
            Scale::Log,
            last - first + 1,
        ));
        plain.counts.copy_from_slice(&counts[first..=last]);
        Row {
            name: "contacts".into(),
            plain,
            marked: None,
        }
    }

    fn impulses_said(&self) -> String {
        let mut said = "logarithmic axis".to_string();
        if self.without_impulse > 0 {
            said += &format!(
                "; {} without any impulse",
                counted(self.without_impulse, "more contact")
            );
        }
        if self.impulses.outside > 0 {
            let (low, high) = IMPULSES_NS;
            let count = counted(self.impulses.outside, "more contact");
            said += &format!("; {count} below {} or above {} N s", short(low), short(high));
        }
        said
    }
}
