//! The editor of a number that may be a distribution.

use super::theme;
use crate::change::{at, dist_text, shown_number};
use crate::document::Edit;
use bevy_egui::egui;
use serde_json::Value as Json;
use std::ops::RangeInclusive;
use terrella_app::spec::dist::{Dist, Law};
use terrella_app::spec::limits::NUMBER;
use terrella_app::spec::seed::SeedPath;

/// Samples of a histogram, and its bars.
const SAMPLES: usize = 400;
const BARS: usize = 24;
/// The smallest number above 0 that is offered.
const LEAST: f64 = 1e-12;

/// From where to where a number may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            low: -NUMBER,
            high: NUMBER,
        }
    }
}

impl Bounds {
    /// The bounds that a JSON Schema gives.
    pub fn of(schema: &Json) -> Bounds {
        let bound = |key: &str| schema[key].as_f64();
        let all = Bounds::default();
        let above = bound("exclusiveMinimum").map(|low| low + LEAST.max(low.abs() * 1e-9));
        let below = bound("exclusiveMaximum").map(|high| high - LEAST.max(high.abs() * 1e-9));
        Bounds {
            low: bound("minimum").or(above).unwrap_or(all.low),
            high: bound("maximum").or(below).unwrap_or(all.high),
        }
    }

    /// The number within them that is nearest to this one.
    pub fn clamp(&self, value: f64) -> f64 {
        value.max(self.low).min(self.high)
    }
}

/// What somebody did with a number.
pub enum Change {
    /// Nothing.
    None,
    /// It is another one now.
    To(Changed),
    /// The drag has ended.
    Ended,
}

/// A number as it was changed.
pub struct Changed {
    /// All of it, as TOML.
    whole: String,
    /// Where only one number of it is another one: the place of that number within it, and the number as TOML.
    part: Option<(String, String)>,
    /// True while it is dragged: more of this is to come.
    pub dragged: bool,
}

impl Changed {
    /// The edit that writes all of it.
    pub fn whole(&self, path: &str) -> Edit {
        Edit::set(path, &self.whole)
    }

    /// The edit that writes as little as there is to be written: what is not touched stays as it was typed.
    pub fn least(&self, path: &str, written: Option<&Json>) -> Edit {
        if let (Some((place, text)), Some(written)) = (&self.part, written)
            && at(written, place).is_some_and(Json::is_number)
        {
            return Edit::set(format!("{path}.{place}"), text);
        }
        self.whole(path)
    }
}

/// What came of a row of fields.
#[derive(Clone, Copy, Default)]
struct Hand {
    dragged: bool,
    ended: bool,
}

impl Hand {
    fn felt(&mut self, response: &egui::Response) {
        self.dragged |= response.dragged();
        self.ended |= response.drag_stopped() || response.lost_focus();
    }
}

/// What was drawn in the present world.
#[derive(Clone, Copy)]
pub struct Drawn {
    /// The value.
    pub value: f64,
    /// True where it stands beside the field already: it is only marked in the histogram.
    pub is_told: bool,
}

/// A number's field: its law, the value drawn in the present world, and a histogram of the law.
pub fn show(ui: &mut egui::Ui, dist: &Dist, drawn: Option<Drawn>, bounds: Bounds) -> Change {
    let mut next = dist.clone();
    let mut hand = Hand::default();
    if let (Law::Fixed(value), None) = (&dist.law, &dist.ood) {
        let before = *value;
        let mut value = before;
        hand.felt(&number(ui, &mut value, before, bounds.low..=bounds.high));
        next.law = Law::Fixed(value);
        ui.menu_button("~", |ui| {
            for (name, law) in laws_like(value, bounds) {
                if ui.button(name).clicked() {
                    next.law = law;
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text("make it a distribution");
        return outcome(dist, &next, hand);
    }
    ui.vertical(|ui| {
        ui.horizontal_wrapped(|ui| law_row(ui, "law", &mut next.law, bounds, &mut hand));
        if let Some(mut ood) = next.ood.take() {
            ui.horizontal_wrapped(|ui| {
                ui.colored_label(theme::FAINT, "held out")
                    .on_hover_text("the law of out-of-distribution episodes");
                law_row(ui, "ood", &mut ood, bounds, &mut hand);
                let gone = ui.small_button("x").on_hover_text("no held-out law").clicked();
                next.ood = (!gone).then_some(ood);
            });
        }
        ui.horizontal(|ui| {
            if next.ood.is_none() && ui.small_button("+ held-out law").clicked() {
                let (low, high) = next.law.bounds();
                let width = (high - low).max(0.1 * high.abs());
                let width = if width > 0.0 { width } else { 0.1 };
                let [from, to] = [high, high + width].map(|value| bounds.clamp(value));
                next.ood = Some(Law::Uniform(from, to));
            }
            if let Some(drawn) = drawn.filter(|drawn| !drawn.is_told) {
                let text = format!("= {}", shown_number(drawn.value));
                ui.colored_label(theme::ACCENT, text)
                    .on_hover_text("drawn in this world");
            }
        });
        histogram(ui, dist, drawn.map(|drawn| drawn.value));
    });
    outcome(dist, &next, hand)
}

fn outcome(before: &Dist, next: &Dist, hand: Hand) -> Change {
    if before == next {
        return if hand.ended { Change::Ended } else { Change::None };
    }
    let changed: Vec<_> = match (places(before), places(next)) {
        (old, new) if old.len() == new.len() && is_like(before, next) => {
            let both = old.into_iter().zip(new);
            both.filter(|(old, new)| old != new).map(|(_, new)| new).collect()
        }
        _ => Vec::new(),
    };
    let part = match changed.as_slice() {
        [(place, value)] => Some((place.clone(), dist_text(&Dist::fixed(*value)))),
        _ => None,
    };
    Change::To(Changed {
        whole: dist_text(next),
        part,
        dragged: hand.dragged,
    })
}

/// True where both have laws of the same kinds.
fn is_like(one: &Dist, other: &Dist) -> bool {
    let kinds = |dist: &Dist| (name_of(&dist.law), dist.ood.as_ref().map(name_of));
    kinds(one) == kinds(other)
}

/// The numbers of a distribution, with their places within it.
fn places(dist: &Dist) -> Vec<(String, f64)> {
    let of = |law: &Law, prefix: &str| -> Vec<(String, f64)> {
        let numbers = match law {
            Law::Fixed(value) => return vec![(format!("{prefix}fixed"), *value)],
            Law::Uniform(one, other) | Law::LogUniform(one, other) | Law::Normal(one, other) => {
                vec![*one, *other]
            }
            Law::Choice(values) => values.clone(),
        };
        let numbers = numbers.into_iter().enumerate();
        numbers
            .map(|(index, value)| (format!("{prefix}{}[{index}]", name_of(law)), value))
            .collect()
    };
    let mut all = of(&dist.law, "");
    match &dist.ood {
        Some(Law::Fixed(value)) => all.push(("ood".into(), *value)),
        Some(law) => all.extend(of(law, "ood.")),
        None => {}
    }
    all
}

/// A number to drag or to type, within a range. It is dragged as fast as `like` is large, and shown with six digits; what is
/// shown and not typed over stays as it is, digit by digit.
pub fn number(ui: &mut egui::Ui, value: &mut f64, like: f64, range: RangeInclusive<f64>) -> egui::Response {
    let before = *value;
    let id = ui.next_auto_id().with("speed");
    // As fast as it was when the drag began: on its way through 0 it would come to a stop otherwise.
    let begun = ui.data(|data| data.get_temp::<f64>(id));
    let speed = begun.unwrap_or_else(|| speed(like));
    let field = egui::DragValue::new(value)
        .speed(speed)
        .range(range)
        .clamp_existing_to_range(false)
        .update_while_editing(false)
        .custom_formatter(|value, _| shown_number(value))
        .custom_parser(|text| text.trim().parse().ok().filter(|value: &f64| value.is_finite()));
    let response = ui.add(field);
    if response.dragged() {
        ui.data_mut(|data| data.insert_temp(id, speed));
    } else if begun.is_some() {
        ui.data_mut(|data| data.remove::<f64>(id));
    }
    if *value != before && !response.dragged() && shown_number(*value) == shown_number(before) {
        *value = before;
    }
    response
}

/// How far a number moves by a point of the mouse's way.
fn speed(value: f64) -> f64 {
    match value.abs() {
        0.0 => 0.002,
        // Most are lengths about 1.
        large if large >= 1e-3 => (large * 0.01).clamp(0.002, 1000.0),
        small => small * 0.01,
    }
}

/// Laws about a value within bounds, by name.
fn laws_like(value: f64, bounds: Bounds) -> [(&'static str, Law); 5] {
    let width = if value == 0.0 { 0.1 } else { 0.2 * value.abs() };
    let [low, high] = [value - width, value + width].map(|value| bounds.clamp(value));
    let positive = if value > 0.0 { value } else { 1.0 };
    let [half, twice] = [positive / 2.0, positive * 2.0].map(|value| bounds.clamp(value));
    [
        ("fixed", Law::Fixed(value)),
        ("uniform", Law::Uniform(low, high)),
        ("log_uniform", Law::LogUniform(half, twice)),
        ("normal", Law::Normal(value, (high - low) / 6.0)),
        ("choice", Law::Choice(vec![value, high])),
    ]
}

fn name_of(law: &Law) -> &'static str {
    match law {
        Law::Fixed(_) => "fixed",
        Law::Uniform(..) => "uniform",
        Law::LogUniform(..) => "log_uniform",
        Law::Normal(..) => "normal",
        Law::Choice(_) => "choice",
    }
}

/// Its middle.
fn middle(law: &Law) -> f64 {
    let (low, high) = law.bounds();
    (low + high) / 2.0
}

/// A law with its numbers. What a hand does to it leaves it a law.
fn law_row(ui: &mut egui::Ui, salt: &str, law: &mut Law, bounds: Bounds, hand: &mut Hand) {
    let before = law.clone();
    egui::ComboBox::from_id_salt(salt)
        .selected_text(name_of(law))
        .width(82.0)
        .show_ui(ui, |ui| {
            for (name, other) in laws_like(middle(&before), bounds) {
                if ui.selectable_label(name == name_of(&before), name).clicked() && name != name_of(&before) {
                    *law = other;
                }
            }
        });
    let least = match law {
        Law::LogUniform(..) => bounds.low.max(LEAST),
        _ => bounds.low,
    };
    let mut field = |ui: &mut egui::Ui, value: &mut f64, like: f64, from: f64, to: f64| {
        hand.felt(&number(ui, value, like, from..=to.max(from)));
    };
    match law {
        Law::Fixed(value) => {
            let like = *value;
            field(ui, value, like, bounds.low, bounds.high);
        }
        Law::Uniform(low, high) | Law::LogUniform(low, high) => {
            // Of a wide range each end has a measure of its own.
            let [low_like, high_like] =
                [*low, *high].map(|value| if value == 0.0 { *high - *low } else { value });
            let most = *high;
            field(ui, low, low_like, least, most);
            field(ui, high, high_like, *low, bounds.high);
        }
        Law::Normal(mean, std) => {
            let like = *mean;
            field(ui, mean, like, bounds.low, bounds.high);
            let like = if *std == 0.0 { *mean * 0.1 } else { *std };
            field(ui, std, like, 0.0, NUMBER);
        }
        Law::Choice(values) => {
            for value in values.iter_mut() {
                let like = *value;
                field(ui, value, like, bounds.low, bounds.high);
            }
            if ui.small_button("+").clicked() {
                values.push(values.last().copied().unwrap_or(0.0));
            }
            if values.len() > 1 && ui.small_button("-").clicked() {
                values.pop();
            }
        }
    }
}

/// How often which value is drawn; the present one is marked.
fn histogram(ui: &mut egui::Ui, dist: &Dist, drawn: Option<f64>) {
    let (low, high) = dist.bounds();
    let (rect, response) = ui.allocate_exact_size(egui::vec2(150.0, 26.0), egui::Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, ui.visuals().extreme_bg_color);
    if high <= low {
        return;
    }
    let place = |value: f64| rect.left() + rect.width() * ((value - low) / (high - low)) as f32;
    for (held_out, color) in [(true, theme::WARN.gamma_multiply(0.7)), (false, theme::ACCENT)] {
        if held_out && dist.ood.is_none() {
            continue;
        }
        let counts = counts(dist, held_out, low, high);
        let most = counts.iter().copied().max().unwrap_or(1).max(1);
        for (bar, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let at = |index: usize| rect.left() + rect.width() * index as f32 / BARS as f32;
            let height = rect.height() * *count as f32 / most as f32;
            let bar = egui::Rect::from_min_max(
                egui::pos2(at(bar), rect.bottom() - height),
                egui::pos2(at(bar + 1) - 1.0, rect.bottom()),
            );
            painter.rect_filled(bar, 0.0, color);
        }
    }
    if let Some(drawn) = drawn {
        let x = place(drawn);
        let stroke = egui::Stroke::new(1.5, egui::Color32::WHITE);
        painter.line_segment([egui::pos2(x, rect.top()), egui::pos2(x, rect.bottom())], stroke);
    }
    let [low, high] = [low, high].map(shown_number);
    response.on_hover_text(format!("{low} to {high}"));
}

/// How many of [`SAMPLES`] draws fall into each bar.
pub fn counts(dist: &Dist, held_out: bool, low: f64, high: f64) -> [usize; BARS] {
    let mut rng = SeedPath {
        run: 1,
        episode: 0,
        attempt: 0,
    }
    .stream("histogram");
    let mut counts = [0; BARS];
    for _ in 0..SAMPLES {
        let value = dist.draw(&mut rng, held_out);
        let bar = ((value - low) / (high - low) * BARS as f64) as usize;
        counts[bar.min(BARS - 1)] += 1;
    }
    counts
}
