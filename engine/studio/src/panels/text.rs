//! The document's text, to read and to type in.

use super::theme;
use crate::document::Edit;
use crate::session::Session;
use bevy_egui::egui;
use std::time::{Duration, Instant};

/// Who stops typing for so long begins another step to undo.
const PAUSE: Duration = Duration::from_secs(1);

/// The text as it is being typed.
#[derive(Default)]
pub struct TextPanel {
    typed: String,
    version: Option<u64>,
    /// The line that is marked until the text changes.
    marked: Option<usize>,
    /// When something was typed last.
    changed: Option<Instant>,
    /// The field that is typed in.
    field: Option<egui::Id>,
}

impl TextPanel {
    /// True while the text is typed in.
    pub fn has_focus(&self, ctx: &egui::Context) -> bool {
        let focused = ctx.memory(|memory| memory.focused());
        focused.is_some() && focused == self.field
    }

    /// The line that is marked until the text changes.
    pub fn marked_line(&self) -> Option<usize> {
        self.marked
    }

    /// Shows the text. What is typed becomes a step that can be undone; in a dataset's run nothing is typed.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let version = session.project.document.version();
        if self.version != Some(version) {
            self.typed = session.project.document.text().to_string();
            if self.version.is_some() {
                self.marked = None;
            }
            self.version = Some(version);
        }
        let line = session.line.take();
        if line.is_some() {
            self.marked = line;
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
            let mut shown = self.typed.as_str();
            let text: &mut dyn egui::TextBuffer = if session.dataset.is_some() {
                &mut shown
            } else {
                &mut self.typed
            };
            let output = egui::TextEdit::multiline(text)
                .code_editor()
                .layouter(&mut layout)
                .desired_width(f32::INFINITY)
                .desired_rows(12)
                .show(ui);
            let response = &output.response.response;
            self.field = Some(response.id);
            let row = self
                .marked
                .and_then(|marked| output.galley.rows.get(marked.saturating_sub(1)));
            if let Some(row) = row {
                let rect = row.rect().translate(output.galley_pos.to_vec2());
                if line.is_some() {
                    ui.scroll_to_rect(rect.expand(40.0), None);
                }
                ui.painter()
                    .rect_filled(rect, 2.0, theme::WARN.gamma_multiply(0.25));
            }
            if response.changed() {
                let now = Instant::now();
                let before = self.changed.replace(now);
                self.type_in(session, before.is_none_or(|before| now - before > PAUSE));
            }
            if response.lost_focus() {
                session.project.document.end_drag();
                self.changed = None;
            }
        });
    }

    /// Takes over what was typed, as a step of its own or as more of the last one.
    fn type_in(&mut self, session: &mut Session, own_step: bool) {
        if own_step {
            session.project.document.end_drag();
        }
        session.edit("typing", Some("typing"), &[Edit::Text(self.typed.clone())]);
        self.version = Some(session.project.document.version());
        self.marked = None;
    }
}
