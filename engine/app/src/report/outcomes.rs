//! How episodes ended: success with its interval, returns, by policy and by split.

use super::Facts;
use super::bins::together;
use super::chart::{Row, histogram, interval};
use super::gather::{Gathered, Tally};
use super::html::{Html, tag};
use super::number::{percent, short, thousands};
use super::page::{Cell, cards, data_table, figure, note};

/// Rows of the tables and of the charts.
const SHOWN: usize = 12;

/// The section on outcomes.
pub(super) fn html(facts: &Facts<'_>, gathered: &Gathered) -> Html {
    let fps = f64::from(facts.manifest().fps.max(1));
    let row = |(name, tally): (&String, &Tally)| {
        let none = || "–".to_string();
        let rate = tally.success_rate();
        let picture = rate.map_or(Html::new(), |[share, low, high]| {
            let label = format!(
                "{:.0} %, between {:.0} % and {:.0} %",
                100.0 * share,
                100.0 * low,
                100.0 * high
            );
            interval(&label, share, low, high)
        });
        let step = tally.mean_success_step();
        vec![
            Cell::head(name),
            Cell::number(thousands(tally.episodes)),
            Cell::number(rate.map_or_else(none, |[share, ..]| format!("{:.1} %", 100.0 * share))),
            Cell::number(rate.map_or_else(none, |[_, low, high]| {
                format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high)
            })),
            Cell::html(picture),
            Cell::number(tally.mean_return().map_or_else(none, short)),
            Cell::number(step.map_or_else(none, |step| {
                format!("{} ({} s)", short(step), short((step + 1.0) / fps))
            })),
            Cell::number(percent(tally.terminated, tally.episodes)),
        ]
    };
    let head = |first: &'static str| {
        [
            first,
            "episodes",
            "solved",
            "95 % interval",
            "0 to 100 %",
            "mean return",
            "mean step of success",
            "terminated",
        ]
    };
    let mut html = note(
        "Solved means at any step of the episode; the interval of its probability is Wilson's. The step of success is \
         counted over the solved episodes only, from 0.",
    );
    let policies = gathered.by_policy.iter().take(SHOWN);
    html.add(data_table(
        "Outcomes by policy",
        &head("policy"),
        policies.map(row),
    ));
    let splits = gathered.by_split.iter().map(|(name, tally)| (name, tally));
    html.add(data_table("Outcomes by split", &head("split"), splits.map(row)));
    html
}

/// The section on returns.
pub(super) fn returns(gathered: &Gathered) -> Html {
    let chart = |title: &str, tallies: Vec<(&String, &Tally)>| {
        let shown: Vec<_> = tallies.into_iter().take(SHOWN).collect();
        let mut growing: Vec<_> = shown.iter().map(|(_, tally)| tally.returns.clone()).collect();
        let rows: Vec<Row> = (shown.iter().zip(together(&mut growing)))
            .map(|((name, _), plain)| Row {
                name: name.to_string(),
                plain,
                marked: None,
            })
            .collect();
        figure(
            title,
            "",
            histogram(&format!("Histogram of the return {title}"), "", &rows, &[]),
            tag("p").class("legend").text("return of an episode"),
        )
    };
    let mut html = note("The return is the sum of an episode's rewards.");
    let splits = gathered.by_split.iter().map(|(name, tally)| (name, tally));
    html.add(cards([
        chart("by policy", gathered.by_policy.iter().collect()),
        chart("by split", splits.collect()),
    ]));
    html
}
