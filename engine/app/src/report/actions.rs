//! The actions: what each channel was told, by who acted.

use super::bins::{Axis, Bins, Scale};
use super::chart::{Band, Row, histogram};
use super::html::{Html, tag};
use super::number::short;
use super::page::{cards, figure, note};
use super::sample::{EpisodeRows, Sample};
use crate::kit::RunKit;
use serde_json::Value;
use std::collections::BTreeMap;
use terrella_spec::columns::{ColumnSpec, Extent};

const BINS: usize = 32;
/// Channels that have a chart.
const CHARTS: usize = 24;
/// Policies that have a row in a chart.
const POLICIES: usize = 8;

/// A channel of the action.
struct Channel {
    name: String,
    unit: String,
    /// Smallest and largest value that it may take.
    limits: Option<(f64, f64)>,
    axis: Axis,
}

/// What was done.
pub(super) struct Actions {
    channels: Vec<Channel>,
    by_policy: BTreeMap<String, Vec<Bins>>,
}

impl Actions {
    /// Nothing yet. Limits are known where the run can be resolved; the statistics say what there is in any case.
    pub(super) fn new(column: &ColumnSpec, stats: &Value, kit: Option<&RunKit>) -> Self {
        let width = match column.extent {
            Extent::Fixed(width) => width,
            _ => 1,
        };
        let bound = |key: &str, index: usize| stats["action"][key][index].as_f64();
        let channels = (0..width)
            .map(|index| {
                let known = kit.and_then(|kit| kit.action_space.channels.get(index));
                let limits = known.map(|channel| (f64::from(channel.low), f64::from(channel.high)));
                let (low, high) = limits.unwrap_or((0.0, 0.0));
                let first = bound("min", index).map_or(low, |least| least.min(low));
                let last = bound("max", index).map_or(high, |most| most.max(high));
                Channel {
                    name: column
                        .names
                        .get(index)
                        .cloned()
                        .unwrap_or_else(|| index.to_string()),
                    unit: (column.units.get(index).or(column.units.first()))
                        .cloned()
                        .unwrap_or_default(),
                    limits,
                    axis: Axis::new(first, last, Scale::Linear, BINS),
                }
            })
            .collect();
        Actions {
            channels,
            by_policy: BTreeMap::new(),
        }
    }

    /// Counts the actions of an episode; the last row's is none.
    pub(super) fn add(&mut self, episode: &EpisodeRows<'_>) {
        let Some(actions) = episode.column("action") else {
            return;
        };
        let empty = || {
            self.channels
                .iter()
                .map(|channel| Bins::new(channel.axis.clone()))
                .collect()
        };
        let policy = self
            .by_policy
            .entry(episode.meta.policy.clone())
            .or_insert_with(empty);
        let rows = actions.rows() - usize::from(episode.last_is_final).min(actions.rows());
        for row in 0..rows {
            for (bins, value) in policy.iter_mut().zip(actions.row(row)) {
                bins.add(*value);
            }
        }
    }

    /// The section.
    pub(super) fn html(&self, sample: &Sample) -> Html {
        let chart = |(index, channel): (usize, &Channel)| {
            let rows: Vec<Row> = (self.by_policy.iter().take(POLICIES))
                .map(|(policy, bins)| Row {
                    name: policy.clone(),
                    plain: bins[index].clone(),
                    marked: None,
                })
                .collect();
            let bands: Vec<Band> = (channel.limits.iter())
                .map(|(low, high)| Band {
                    class: "band",
                    low: *low,
                    high: *high,
                })
                .collect();
            let label = format!("Histogram of the action {} by policy", channel.name);
            let limits = match channel.limits {
                Some((low, high)) => format!("limits {} to {} {}", short(low), short(high), channel.unit),
                None => "limits not known here".to_string(),
            };
            figure(
                &channel.name,
                &channel.unit,
                histogram(&label, &channel.unit, &rows, &bands),
                tag("p").class("legend").text(limits),
            )
        };
        let mut html = note(&format!(
            "Physical units, by who acted; an episode's last row holds no action and is left out. {}",
            sample.said()
        ));
        html.add(cards(self.channels.iter().enumerate().take(CHARTS).map(chart)));
        if self.channels.len() > CHARTS {
            html.add(note(&format!(
                "The first {CHARTS} of {} channels; the table of columns has numbers of all.",
                self.channels.len()
            )));
        }
        html
    }
}
