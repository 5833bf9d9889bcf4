//! How the window looks.

use bevy_egui::egui::{self, Color32, CornerRadius, FontId, Stroke, TextStyle, Visuals};

/// What needs attention.
pub const WARN: Color32 = Color32::from_rgb(255, 178, 84);
/// What is drawn or chosen.
pub const ACCENT: Color32 = Color32::from_rgb(104, 178, 255);
/// What matters less.
pub const FAINT: Color32 = Color32::from_rgb(140, 148, 158);
/// What went well.
pub const GOOD: Color32 = Color32::from_rgb(110, 200, 130);

/// Dark, quiet, small letters.
pub fn set_theme(ctx: &egui::Context) {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = Color32::from_rgb(30, 33, 38);
    visuals.window_fill = Color32::from_rgb(36, 40, 46);
    visuals.extreme_bg_color = Color32::from_rgb(22, 24, 28);
    visuals.faint_bg_color = Color32::from_rgb(36, 39, 45);
    visuals.selection.bg_fill = Color32::from_rgb(42, 86, 132);
    visuals.selection.stroke = Stroke::new(1.0, Color32::from_rgb(210, 228, 250));
    visuals.hyperlink_color = ACCENT;
    visuals.warn_fg_color = WARN;
    let corners = CornerRadius::same(3);
    let widgets = &mut visuals.widgets;
    for widget in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        widget.corner_radius = corners;
    }
    widgets.noninteractive.fg_stroke.color = Color32::from_rgb(206, 211, 218);
    widgets.noninteractive.bg_stroke.color = Color32::from_rgb(52, 57, 65);
    ctx.set_visuals(visuals);
    ctx.all_styles_mut(|style| {
        style.spacing.item_spacing = egui::vec2(6.0, 4.0);
        style.spacing.button_padding = egui::vec2(6.0, 2.0);
        style.text_styles = [
            (TextStyle::Heading, FontId::proportional(16.0)),
            (TextStyle::Body, FontId::proportional(12.5)),
            (TextStyle::Button, FontId::proportional(12.5)),
            (TextStyle::Monospace, FontId::monospace(12.0)),
            (TextStyle::Small, FontId::proportional(10.5)),
        ]
        .into();
    });
}
