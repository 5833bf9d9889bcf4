//! How far the things of two episodes are apart: at this step, over time, and when they part.

use super::beside::OTHER;
use crate::compare::Comparison;
use crate::panels::theme;
use crate::session::Session;
use bevy_egui::egui;

/// How high the curve is, points.
const CURVE: f32 = 64.0;

/// What somebody clicked.
#[derive(Default)]
struct Wanted {
    step: Option<usize>,
    path: Option<String>,
    close: bool,
}

/// Shows the part, which selects, goes to steps and ends the comparison.
pub(super) fn show(ui: &mut egui::Ui, part: egui::Rect, session: &mut Session) {
    ui.painter().rect_filled(part, 0.0, ui.visuals().panel_fill);
    let mut wanted = Wanted::default();
    let inner = egui::UiBuilder::new().max_rect(part.shrink(8.0));
    ui.scope_builder(inner, |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(part));
        if let Some(comparison) = session.comparison() {
            head(ui, session, comparison, &mut wanted);
            curve(ui, session, comparison, &mut wanted);
            table(ui, session, comparison, &mut wanted);
        }
    });
    if let (Some(step), Some(play)) = (wanted.step, session.play_mut()) {
        play.show(step);
    }
    if let Some(path) = wanted.path {
        session.select(&path, false);
    }
    if wanted.close {
        session.put_beside(None);
    }
}

/// Who is compared with whom, and when they part.
fn head(ui: &mut egui::Ui, session: &Session, comparison: &Comparison, wanted: &mut Wanted) {
    let hz = session.world().map_or(1.0, |world| f64::from(world.control_hz));
    ui.horizontal(|ui| {
        let (own, other) = (session.episode, session.beside.unwrap_or_default());
        ui.strong(format!("A {own}"));
        ui.colored_label(OTHER, egui::RichText::new(format!("B {other}")).strong());
        match comparison.first_step() {
            Some(step) => {
                let text = format!("differ from step {step} ({:.2} s) on", step as f64 / hz);
                let hint = "goes to the first step at which anything is not exactly alike";
                if ui.link(text).on_hover_text(hint).clicked() {
                    wanted.step = Some(step);
                }
            }
            None => {
                ui.colored_label(theme::GOOD, "exactly alike");
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let button = ui
                .small_button("End")
                .on_hover_text("shows one episode alone again");
            wanted.close |= button.clicked();
        });
    });
    if !comparison.alone().is_empty() {
        let names = format!("only one of them has: {}", comparison.alone().join(", "));
        ui.add(egui::Label::new(egui::RichText::new(names).color(theme::WARN)).truncate());
    }
}

/// How far the thing is apart that is furthest, over time; a click goes there.
fn curve(ui: &mut egui::Ui, session: &Session, comparison: &Comparison, wanted: &mut Wanted) {
    let (rect, response) = ui.allocate_exact_size(
        egui::vec2(ui.available_width(), CURVE),
        egui::Sense::click_and_drag(),
    );
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 2.0, ui.visuals().extreme_bg_color);
    let far = comparison.largest_m();
    let Some(play) = session.play() else { return };
    let last = play.last().max(1);
    let most = far.iter().copied().fold(0.0, f32::max);
    let inner = rect.shrink2(egui::vec2(0.0, 4.0));
    let x = |step: usize| inner.left() + inner.width() * step as f32 / last as f32;
    let y = |far: f32| inner.bottom() - inner.height() * if most > 0.0 { far / most } else { 0.0 };
    let upright = |step: usize, color: egui::Color32| {
        let ends = [
            egui::pos2(x(step), rect.top()),
            egui::pos2(x(step), rect.bottom()),
        ];
        painter.line_segment(ends, egui::Stroke::new(1.0, color));
    };
    if let Some(first) = comparison.first_step() {
        upright(first, theme::WARN.gamma_multiply(0.7));
    }
    let points = far.iter().enumerate();
    let points = points.map(|(step, far)| egui::pos2(x(step), y(*far)));
    painter.line(points.collect(), egui::Stroke::new(1.5, OTHER));
    upright(play.shown(), egui::Color32::WHITE);
    let font = egui::FontId::proportional(10.5);
    let at = rect.left_top() + egui::vec2(4.0, 2.0);
    painter.text(
        at,
        egui::Align2::LEFT_TOP,
        format!("largest {}", metres(most)),
        font,
        theme::FAINT,
    );
    if let Some(pointer) = response.interact_pointer_pos() {
        let share = ((pointer.x - inner.left()) / inner.width()).clamp(0.0, 1.0);
        wanted.step = Some((share * last as f32).round() as usize);
    }
    response
        .on_hover_text("how far the thing is apart that is furthest, over time; a click goes to that step");
}

/// What is apart now, that which is furthest first.
fn table(ui: &mut egui::Ui, session: &Session, comparison: &Comparison, wanted: &mut Wanted) {
    let (Some(play), Some(there)) = (session.play(), session.other_moment()) else {
        return;
    };
    let all = comparison.at(play.now(), there);
    let alike = comparison.shared() - all.len();
    if all.is_empty() {
        ui.colored_label(theme::FAINT, format!("at this step all {alike} things are alike"));
        return;
    }
    let height = ui.text_style_height(&egui::TextStyle::Body) + 2.0;
    let rows = all.len() + usize::from(alike > 0);
    let scroll = egui::ScrollArea::vertical().auto_shrink([false, false]);
    scroll.show_rows(ui, height, rows, |ui, range| {
        for row in range {
            let Some(apart) = all.get(row) else {
                ui.colored_label(theme::FAINT, format!("{alike} more are alike"));
                continue;
            };
            let angle = apart.angle_rad.map_or(String::new(), |angle| {
                format!("{:7.2}°", f64::from(angle).to_degrees())
            });
            let text = format!("{:>10} {angle:>9}  {}", metres(apart.distance_m), apart.name);
            let chosen = session.selection.contains(&apart.path);
            let label = egui::Button::selectable(chosen, egui::RichText::new(text).monospace()).truncate();
            if ui.add(label).on_hover_text(&apart.path).clicked() {
                wanted.path = Some(apart.path.clone());
            }
        }
    });
}

/// A distance in few letters.
fn metres(value: f32) -> String {
    if value == 0.0 {
        "0 m".into()
    } else if value < 1e-4 {
        format!("{value:.0e} m")
    } else if value < 0.01 {
        format!("{:.2} mm", value * 1e3)
    } else {
        format!("{value:.3} m")
    }
}
