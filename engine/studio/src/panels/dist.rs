//! The editor of a number that may be a distribution.

use super::theme;
use crate::change::dist_text;
use bevy_egui::egui;
use terrella_app::spec::dist::{Dist, Law};
use terrella_app::spec::seed::SeedPath;

/// Samples of a histogram, and its bars.
const SAMPLES: usize = 400;
const BARS: usize = 24;

/// What somebody did with a number.
pub enum Change {
    /// Nothing.
    None,
    /// It is another one now, as TOML.
    To(String),
    /// The drag has ended.
    Ended,
}

/// A number's field: its law, the value drawn in the present world, and a histogram of the law. `integer` allows whole numbers only.
pub fn show(ui: &mut egui::Ui, dist: &Dist, drawn: Option<f64>) -> Change {
    let mut next = dist.clone();
    let (mut changed, mut ended) = (false, false);
    if let (Law::Fixed(value), None) = (&dist.law, &dist.ood) {
        let mut value = *value;
        let response = ui.add(drag(&mut value));
        changed |= response.changed();
        ended |= response.drag_stopped() || response.lost_focus();
        next.law = Law::Fixed(value);
        ui.menu_button("~", |ui| {
            for (name, law) in laws_like(value) {
                if ui.button(name).clicked() {
                    next.law = law;
                    changed = true;
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text("make it a distribution");
        return outcome(&next, changed, ended);
    }
    ui.vertical(|ui| {
        ui.horizontal(|ui| {
            let (now, stopped) = law_row(ui, "law", &mut next.law);
            changed |= now;
            ended |= stopped;
        });
        if let Some(mut ood) = next.ood.clone() {
            ui.horizontal(|ui| {
                ui.colored_label(theme::FAINT, "held out")
                    .on_hover_text("the law of out-of-distribution episodes");
                let (now, stopped) = law_row(ui, "ood", &mut ood);
                changed |= now;
                ended |= stopped;
                next.ood = Some(ood);
                if ui.small_button("x").clicked() {
                    next.ood = None;
                    changed = true;
                }
            });
        } else if ui.small_button("+ held-out law").clicked() {
            let (low, high) = next.law.bounds();
            let width = (high - low).max(0.1);
            next.ood = Some(Law::Uniform(high, high + width));
            changed = true;
        }
        histogram(ui, dist, drawn);
    });
    outcome(&next, changed, ended)
}

fn outcome(next: &Dist, changed: bool, ended: bool) -> Change {
    match (changed, ended) {
        (true, _) => Change::To(dist_text(next)),
        (false, true) => Change::Ended,
        (false, false) => Change::None,
    }
}

/// A number to drag or type.
pub fn drag(value: &mut f64) -> egui::DragValue<'_> {
    let speed = (value.abs() * 0.01).clamp(0.002, 1000.0);
    egui::DragValue::new(value).speed(speed).max_decimals(4)
}

/// Laws about a value, by name.
fn laws_like(value: f64) -> [(&'static str, Law); 5] {
    let width = if value == 0.0 { 0.1 } else { 0.2 * value.abs() };
    let positive = if value > 0.0 { value } else { 1.0 };
    [
        ("fixed", Law::Fixed(value)),
        ("uniform", Law::Uniform(value - width, value + width)),
        ("log_uniform", Law::LogUniform(positive / 2.0, positive * 2.0)),
        ("normal", Law::Normal(value, width / 2.0)),
        ("choice", Law::Choice(vec![value, value + width])),
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

/// A law with its numbers: whether it changed, and whether a drag ended.
fn law_row(ui: &mut egui::Ui, salt: &str, law: &mut Law) -> (bool, bool) {
    let before = law.clone();
    let mut ended = false;
    egui::ComboBox::from_id_salt(salt)
        .selected_text(name_of(law))
        .width(82.0)
        .show_ui(ui, |ui| {
            for (name, other) in laws_like(middle(&before)) {
                if ui.selectable_label(name == name_of(&before), name).clicked() && name != name_of(&before) {
                    *law = other;
                }
            }
        });
    let mut number = |ui: &mut egui::Ui, value: &mut f64| {
        let response = ui.add(drag(value));
        ended |= response.drag_stopped() || response.lost_focus();
    };
    match law {
        Law::Fixed(value) => number(ui, value),
        Law::Uniform(low, high) | Law::LogUniform(low, high) => {
            number(ui, low);
            number(ui, high);
            if low > high {
                std::mem::swap(low, high);
            }
        }
        Law::Normal(mean, std) => {
            number(ui, mean);
            number(ui, std);
            *std = std.max(0.0);
        }
        Law::Choice(values) => {
            for value in values.iter_mut() {
                number(ui, value);
            }
            if ui.small_button("+").clicked() {
                values.push(values.last().copied().unwrap_or(0.0));
            }
            if values.len() > 1 && ui.small_button("-").clicked() {
                values.pop();
            }
        }
    }
    (*law != before, ended)
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
        response.on_hover_text(format!("{low} to {high}; {drawn:.4} in this world"));
    }
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
