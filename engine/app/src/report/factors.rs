//! The factors of variation: what was drawn in each split, and the ranges it was drawn from.

use super::Facts;
use super::chart::{Band, Row, histogram};
use super::gather::{Counts, Factor, Gathered, UNDECLARED};
use super::html::{Html, tag};
use super::number::{counted, thousands};
use super::page::{Cell, figure, flowing_cards, note, small_table};
use std::collections::BTreeMap;
use terrella_spec::dist::Law;
use terrella_spec::factor::FactorKind;

/// Factors that are shown: each is a chart.
const SHOWN: usize = 60;
/// Splits that are shown in a chart.
const SPLITS: usize = 6;
/// Words that are shown of a factor.
const WORDS: usize = 40;

/// The section.
pub(super) fn html(facts: &Facts<'_>, gathered: &Gathered) -> Html {
    if gathered.factors.is_empty() {
        return note("Nothing varies between these worlds but their seeds.");
    }
    let names: Vec<&str> = facts
        .manifest()
        .splits
        .iter()
        .map(|split| split.name.as_str())
        .collect();
    let mut html = note(&format!(
        "Drawn anew for every episode, by split, with the ranges they were drawn from. {} at least one factor out of \
         distribution.",
        match gathered.ood_episodes {
            0 => "No episode has".to_string(),
            1 => "One episode has".to_string(),
            count => format!("{} episodes have", thousands(count)),
        }
    ));
    html.add(flowing_cards(
        gathered
            .factors
            .iter()
            .take(SHOWN)
            .map(|factor| card(factor, &names)),
    ));
    if gathered.factors.len() > SHOWN {
        html.add(note(&format!(
            "The first {SHOWN} of {} factors; all stand in the episode table.",
            gathered.factors.len()
        )));
    }
    html
}

fn card(factor: &Factor, splits: &[&str]) -> Html {
    let shown = factor.splits.iter().zip(splits).take(SPLITS);
    let mut chart = Html::new();
    let about = match factor.each {
        true => format!("{} One value for each of several things.", factor.doc),
        false => factor.doc.clone(),
    };
    if !about.is_empty() {
        chart.add(tag("p").class("about").add(Html::prose(&about)));
    }
    let mut rows = Vec::new();
    let mut words: Vec<(&str, &BTreeMap<String, [u64; 2]>)> = Vec::new();
    let mut strays = 0;
    for (counts, split) in shown {
        match counts {
            Counts::Numbers(bins) => {
                strays += bins[0].outside + bins[1].outside;
                rows.push(Row {
                    name: split.to_string(),
                    plain: bins[0].clone(),
                    marked: Some(bins[1].clone()),
                });
            }
            Counts::Words(counts) => words.push((split, counts)),
        }
    }
    let label = format!("Histogram of {} by split", factor.name);
    chart.add(histogram(&label, &factor.unit, &rows, &bands(&factor.kind)));
    if !words.is_empty() {
        chart.add(word_table(factor, &words));
    }
    let mut foot = legend(&factor.kind, &factor.unit);
    if strays > 0 {
        let said = format!("{} outside of both ranges", counted(strays, "value"));
        foot.add(
            tag("p")
                .class("legend")
                .add(tag("span").class("wrong").text(said)),
        );
    }
    figure(&factor.name, &factor.unit, chart, foot)
}

/// The ranges behind the bars.
fn bands(kind: &FactorKind) -> Vec<Band> {
    let inside = |low: f64, high: f64| Band {
        class: "band",
        low,
        high,
    };
    let outside = |low: f64, high: f64| Band {
        class: "band outside",
        low,
        high,
    };
    // Numbers that are one of several have a narrow band each.
    let ranges = |law: &Law| match law {
        Law::Choice(values) => values.iter().take(WORDS).map(|value| (*value, *value)).collect(),
        law => vec![law.bounds()],
    };
    match kind {
        FactorKind::Real(dist) => {
            let ood = dist.ood.as_ref().map(ranges).unwrap_or_default();
            // The range in distribution lies on top: the other one often reaches below it.
            let ood = ood.into_iter().map(|(low, high)| outside(low, high));
            let inner = ranges(&dist.law).into_iter();
            ood.chain(inner.map(|(low, high)| inside(low, high))).collect()
        }
        FactorKind::Count { low, high, ood } => {
            let wide = |low: i64, high: i64| (low as f64 - 0.5, high as f64 + 0.5);
            let ood = ood.iter().map(|(low, high)| wide(*low, *high));
            let ood = ood.map(|(low, high)| outside(low, high));
            let (low, high) = wide(*low, *high);
            ood.chain([inside(low, high)]).collect()
        }
        FactorKind::Choice { .. } => Vec::new(),
    }
}

/// The ranges in words.
fn legend(kind: &FactorKind, unit: &str) -> Html {
    let (inside, outside) = match kind {
        FactorKind::Real(dist) => (law(&dist.law), dist.ood.as_ref().map(law)),
        FactorKind::Count { low, high, ood } => {
            (integers(*low, *high), ood.map(|(low, high)| integers(low, high)))
        }
        FactorKind::Choice { options, ood } => (
            counted(options.len() as u64, "word"),
            (!ood.is_empty()).then(|| counted(ood.len() as u64, "word")),
        ),
    };
    let entry = |class: &'static str, name: &str, range: String| {
        let text = format!("{name}: {range} {unit}");
        tag("span").add(tag("i").class(class)).text(text.trim_end())
    };
    let mut legend = tag("p")
        .class("legend")
        .add(entry("key", "in distribution", inside));
    if let Some(outside) = outside {
        legend = legend.add(entry("key outside", "out of distribution", outside));
    }
    legend.into()
}

fn integers(low: i64, high: i64) -> String {
    if low == high {
        return low.to_string();
    }
    format!("{low} to {high}")
}

fn law(law: &Law) -> String {
    match law {
        Law::Fixed(value) => value.to_string(),
        Law::Uniform(low, high) => format!("uniform {low} to {high}"),
        Law::LogUniform(low, high) => format!("log-uniform {low} to {high}"),
        Law::Normal(mean, std) => format!("normal, mean {mean}, std {std}"),
        Law::Choice(values) => {
            let mut words: Vec<String> = values.iter().map(f64::to_string).collect();
            words.dedup();
            format!("one of {}", words.join(", "))
        }
    }
}

/// How often each word was drawn in each split.
fn word_table(factor: &Factor, splits: &[(&str, &BTreeMap<String, [u64; 2]>)]) -> Html {
    let FactorKind::Choice { options, ood } = &factor.kind else {
        return Html::new();
    };
    let total = |word: &str| -> [u64; 2] {
        splits.iter().fold([0, 0], |[inside, outside], (_, counts)| {
            let [more, other] = counts.get(word).copied().unwrap_or_default();
            [inside + more, outside + other]
        })
    };
    let undeclared = UNDECLARED.to_string();
    let stray = (total(UNDECLARED) != [0, 0]).then_some(&undeclared);
    let all: Vec<&String> = options.iter().chain(ood).chain(stray).collect();
    let largest = all
        .iter()
        .map(|word| total(word).iter().sum())
        .max()
        .unwrap_or(0)
        .max(1);
    let rows = all.iter().take(WORDS).map(|word| {
        let held_out = ood.contains(word);
        let name = tag("span").add(Html::name(word));
        let name = if held_out { name.class("out") } else { name };
        let mut row = vec![Cell::html(name)];
        for (_, counts) in splits {
            let [inside, outside] = counts.get(*word).copied().unwrap_or_default();
            row.push(Cell::number(thousands(inside + outside)));
        }
        let [inside, outside] = total(word);
        let meter = |count: u64, class: &'static str| {
            let width = format!("width:{:.1}%", 100.0 * count as f64 / largest as f64);
            (count > 0).then(|| tag("span").class(class).attr("style", width))
        };
        let bars = [meter(inside, "meter"), meter(outside, "meter marked")];
        row.push(Cell::html(
            tag("span").class("meters").all(bars.into_iter().flatten()),
        ));
        row
    });
    let names = splits.iter().map(|(name, _)| *name);
    let head: Vec<&str> = ["word"].into_iter().chain(names).chain(["together"]).collect();
    let caption = format!("How often each word of {} was drawn", factor.name);
    let mut table = small_table(&caption, &head, rows);
    if all.len() > WORDS {
        table.add(note(&format!("The first {WORDS} of {} words.", all.len())));
    }
    table
}
