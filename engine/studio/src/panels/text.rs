//! The document's text, to read and to type in.

use super::theme;
use crate::document::Edit;
use crate::session::Session;
use bevy_egui::egui;

/// The text as it is being typed.
#[derive(Default)]
pub struct TextPanel {
    typed: String,
    version: Option<u64>,
    /// The problem that was last gone to.
    gone_to: Option<usize>,
}

impl TextPanel {
    /// Shows the text. What is typed becomes a step that can be undone as soon as it is a text without mistakes in its form.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let version = session.project.document.version();
        if self.version != Some(version) {
            self.typed = session.project.document.text().to_string();
            self.version = Some(version);
        }
        let line = session.line.take();
        if line.is_some() {
            self.gone_to = line;
        }
        egui::ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            // Lines are not broken: the number of a row is that of its line.
            let mut layout = |ui: &egui::Ui, text: &dyn egui::TextBuffer, _width: f32| {
                let (font, color) = (
                    egui::TextStyle::Monospace.resolve(ui.style()),
                    ui.visuals().text_color(),
                );
                let text = text.as_str().to_string();
                ui.fonts_mut(|fonts| fonts.layout_no_wrap(text, font, color))
            };
            let output = egui::TextEdit::multiline(&mut self.typed)
                .code_editor()
                .layouter(&mut layout)
                .desired_width(f32::INFINITY)
                .desired_rows(12)
                .show(ui);
            if let Some(line) = line {
                let row = output.galley.rows.get(line.saturating_sub(1));
                if let Some(row) = row {
                    let rect = row.rect().translate(output.galley_pos.to_vec2());
                    ui.scroll_to_rect(rect.expand(40.0), None);
                    ui.painter()
                        .rect_filled(rect, 2.0, theme::WARN.gamma_multiply(0.25));
                }
            }
            if output.response.response.changed() {
                session.edit("typing", Some("typing"), &[Edit::Text(self.typed.clone())]);
                self.version = Some(session.project.document.version());
            }
            if output.response.response.lost_focus() {
                session.project.document.end_drag();
            }
        });
    }
}
