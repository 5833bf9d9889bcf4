//! Keys, sliders and a pad for the mouse as sources of actions, where a hand acts.

use super::theme;
use crate::session::Session;
use bevy_egui::egui::{self, Context, Key};
use terrella_app::sim::action::ActionChannel;

/// Side of the pad, points.
const PAD: f32 = 104.0;

/// Keys that make a channel large and small: of the first three channels of the action.
const KEYS: [[Key; 2]; 3] = [[Key::L, Key::J], [Key::I, Key::K], [Key::O, Key::U]];

/// Reads the keys: a channel is at its end while one is down, and rests when it is let go.
pub fn keys(ctx: &Context, session: &mut Session) {
    let Some(ends) = session.play().map(|play| {
        let channels = play.action_space().channels.iter();
        channels
            .map(|channel| [channel.high, channel.low])
            .collect::<Vec<_>>()
    }) else {
        return;
    };
    let Some(action) = &mut session.hand else { return };
    for (index, keys) in KEYS.iter().enumerate().take(action.len().min(ends.len())) {
        let [high, low] = ends[index];
        for (key, end) in keys.iter().zip([high, low]) {
            let (down, released) = ctx.input(|input| (input.key_down(*key), input.key_released(*key)));
            if down {
                action[index] = end;
            } else if released {
                action[index] = 0.0f32.clamp(low, high);
            }
        }
    }
}

/// The channels that the pad moves, across and up, and whether it stays where it is let go.
#[derive(Clone, Copy)]
struct Pad {
    channels: [usize; 2],
    stays: bool,
}

/// A pad for two channels of the action, and a slider for each.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    let Some(channels) = session.play().map(|play| play.action_space().channels.clone()) else {
        return;
    };
    let Some(action) = &mut session.hand else { return };
    if channels.is_empty() {
        ui.colored_label(
            theme::FAINT,
            "nobody can act in this world: it has no mechanism with inputs",
        );
        return;
    }
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| pad(ui, action, &channels));
        ui.vertical(|ui| {
            let room = ui.available_width();
            for (value, channel) in action.iter_mut().zip(&channels) {
                ui.horizontal(|ui| {
                    ui.add_sized([0.3 * room, 16.0], egui::Label::new(&channel.name).truncate());
                    ui.spacing_mut().slider_width = (0.7 * room - 110.0).clamp(30.0, 140.0);
                    let range = channel.low..=channel.high;
                    ui.add(egui::Slider::new(value, range).suffix(format!(" {}", channel.unit)));
                    if ui.small_button("0").clicked() {
                        *value = rest(channel);
                    }
                });
            }
            ui.colored_label(
                theme::FAINT,
                "keys: J L the first channel, K I the second, U O the third; the mouse: the pad",
            );
        });
    });
}

/// What a channel is while nobody wants anything of it.
fn rest(channel: &ActionChannel) -> f32 {
    0.0f32.clamp(channel.low, channel.high)
}

/// A square in which the mouse moves two channels between their ends.
fn pad(ui: &mut egui::Ui, action: &mut [f32], channels: &[ActionChannel]) {
    let id = ui.id().with("pad");
    let first = Pad {
        channels: [0, 1],
        stays: false,
    };
    let mut pad = ui.data(|data| data.get_temp(id)).unwrap_or(first);
    pad.channels = pad.channels.map(|channel| channel.min(channels.len() - 1));
    let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(PAD), egui::Sense::drag());
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let faint = egui::Stroke::new(1.0, theme::FAINT.gamma_multiply(0.4));
    painter.hline(rect.x_range(), rect.center().y, faint);
    painter.vline(rect.center().x, rect.y_range(), faint);
    let [across, up] = pad.channels;
    if response.drag_stopped() {
        for channel in pad.channels.into_iter().filter(|_| !pad.stays) {
            action[channel] = rest(&channels[channel]);
        }
    } else if let Some(at) = response.interact_pointer_pos() {
        let share = ((at - rect.min) / rect.size()).clamp(egui::Vec2::ZERO, egui::Vec2::splat(1.0));
        // A world with one channel has a pad that is as good as a slider.
        if up != across {
            action[up] = egui::lerp(channels[up].low..=channels[up].high, 1.0 - share.y);
        }
        action[across] = egui::lerp(channels[across].low..=channels[across].high, share.x);
    }
    let share = |channel: usize| {
        let ActionChannel { low, high, .. } = channels[channel];
        egui::remap_clamp(action[channel], low..=high, 0.0..=1.0)
    };
    let upwards = if up == across { 0.5 } else { share(up) };
    let at = rect.min + egui::vec2(share(across), 1.0 - upwards) * PAD;
    painter.circle_filled(at, 5.0, theme::ACCENT);
    response.on_hover_text("drag: the mouse acts");
    for (label, channel) in ["across", "up"].into_iter().zip(&mut pad.channels) {
        egui::ComboBox::from_id_salt(label)
            .width(PAD)
            .selected_text(format!("{label}: {}", channels[*channel].name))
            .show_ui(ui, |ui| {
                for (index, known) in channels.iter().enumerate() {
                    ui.selectable_value(channel, index, &known.name);
                }
            });
    }
    ui.checkbox(&mut pad.stays, "stays");
    ui.data_mut(|data| data.insert_temp(id, pad));
}
