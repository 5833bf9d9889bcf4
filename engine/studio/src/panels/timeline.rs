//! What happened, step by step: where one is, reward, success, contacts.

use super::{hand, theme};
use crate::commands::Command;
use crate::play::Moment;
use crate::session::Session;
use bevy_egui::egui;
use terrella_app::sim::task::Outcome;

/// Shows the timeline and the sliders of the hand.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    let Some(play) = session.play_mut() else {
        ui.colored_label(theme::FAINT, "no world yet");
        return;
    };
    let last = play.last();
    let hz = f64::from(play.plan().world.control_hz);
    let mut step = play.shown();
    ui.horizontal(|ui| {
        ui.label(format!("{:.2} s", step as f64 / hz));
        ui.spacing_mut().slider_width = (ui.available_width() - 90.0).max(60.0);
        if ui
            .add(egui::Slider::new(&mut step, 0..=last.max(1)).show_value(false))
            .changed()
        {
            play.show(step);
        }
        ui.label(format!("{} of {last}", play.shown()));
    });
    strip(ui, play);
    if let Some(reason) = play.failed() {
        ui.colored_label(theme::WARN, format!("the world broke: {reason}"));
    }
    if session.hand.is_some() {
        hand::show(ui, session);
    } else if session.refuses(Command::Hand).is_none() {
        let entry = Command::Hand.entry();
        if ui.button(entry.name).on_hover_text(entry.doc).clicked() {
            session.run(Command::Hand);
        }
    }
}

/// How strongly things push each other in a step, N s.
fn push_ns(moment: &Moment) -> f32 {
    moment.contacts.iter().map(|contact| contact.impulse_ns).sum()
}

/// Success, ends and contacts over time.
fn strip(ui: &mut egui::Ui, play: &mut crate::play::Play) {
    let size = egui::vec2(ui.available_width(), 22.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click_and_drag());
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 2.0, ui.visuals().extreme_bg_color);
    let count = (play.last() + 1).max(2);
    let x = |step: usize| rect.left() + rect.width() * step as f32 / (count - 1) as f32;
    // No more marks than there are points to see them at, however long it was played.
    let together = count.div_ceil((rect.width() as usize).max(1));
    for (index, moments) in play.moments().chunks(together).enumerate() {
        let step = index * together;
        let any = |is_so: fn(&Outcome) -> bool| moments.iter().any(|moment| is_so(&moment.outcome));
        let color = if any(|outcome| outcome.success) {
            theme::GOOD
        } else if any(|outcome| outcome.terminated) {
            theme::WARN
        } else {
            theme::FAINT.gamma_multiply(0.35)
        };
        let low = egui::pos2(x(step), rect.top());
        let high = egui::pos2(x(step + moments.len()), rect.top() + 6.0);
        painter.rect_filled(egui::Rect::from_min_max(low, high), 0.0, color);
        let pushes = moments.iter().map(push_ns).fold(0.0, f32::max);
        let height = (pushes.sqrt() * 6.0).min(14.0);
        let bottom = egui::pos2(x(step), rect.bottom());
        painter.line_segment(
            [bottom, bottom - egui::vec2(0.0, height)],
            egui::Stroke::new(1.0, theme::ACCENT.gamma_multiply(0.7)),
        );
    }
    let at = x(play.shown());
    let stroke = egui::Stroke::new(1.5, egui::Color32::WHITE);
    painter.line_segment(
        [egui::pos2(at, rect.top()), egui::pos2(at, rect.bottom())],
        stroke,
    );
    if let Some(pointer) = response.interact_pointer_pos() {
        let share = ((pointer.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
        play.show((share * (count - 1) as f32).round() as usize);
    }
    response.on_hover_text("above: solved (green), over (orange); below: how strongly things push");
}
