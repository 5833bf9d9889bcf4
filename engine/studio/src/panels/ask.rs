//! What becomes of a text that is not saved, asked before another one takes its place; and the lines below the menus that tell of texts
//! elsewhere.

use super::theme;
use crate::commands::Command;
use crate::session::{Answer, Leaving, Session};
use bevy_egui::egui;
use std::path::{Path, PathBuf};

/// Texts that were left which are listed.
const MOST_LEFT: usize = 6;

/// The question and the name that was typed in it.
#[derive(Default)]
pub struct Ask {
    typed: Option<String>,
}

impl Ask {
    /// Shows the question, where there is one.
    pub fn show(&mut self, ctx: &egui::Context, session: &mut Session) {
        let Some(to) = session.question().cloned() else {
            self.typed = None;
            return;
        };
        let own = session.project.document.path().map(Path::to_path_buf);
        let mut answer = None;
        let modal = egui::Modal::new(egui::Id::new("unsaved")).show(ctx, |ui| {
            ui.heading("Not saved");
            let what = match &to {
                Leaving::Close => "the window closes".to_string(),
                Leaving::New => "a new scene is begun".to_string(),
                Leaving::AsScene => "the world becomes a scene".to_string(),
                Leaving::Scene { name, .. } => format!("{name} is opened"),
                Leaving::Open(path) => format!("{} is opened", path.display()),
            };
            let name = session.project.document.document().file.clone();
            ui.label(format!("{name} has changes that are in no file. Before {what}:"));
            let path = match &own {
                Some(path) => path.clone(),
                None => {
                    let first = || {
                        let name = session.kit().map(|kit| kit.dataset.name.clone());
                        format!("{}.toml", name.unwrap_or_else(|| "scene".into()))
                    };
                    let typed = self.typed.get_or_insert_with(first);
                    ui.horizontal(|ui| {
                        ui.label("as");
                        ui.add(egui::TextEdit::singleline(typed).desired_width(320.0));
                    });
                    PathBuf::from(typed.trim())
                }
            };
            doubts(ui, session, &path);
            ui.horizontal(|ui| {
                let named = !path.as_os_str().is_empty();
                if ui.add_enabled(named, egui::Button::new("Save")).clicked() {
                    answer = Some(Answer::Save(path.clone()));
                }
                if ui.button("Discard").clicked() {
                    answer = Some(Answer::Discard);
                }
                if ui.button("Cancel").clicked() {
                    answer = Some(Answer::Stay);
                }
            });
        });
        if modal.should_close() {
            answer = answer.or(Some(Answer::Stay));
        }
        if let Some(answer) = answer {
            self.typed = None;
            session.answer(answer);
        }
    }
}

/// What speaks against saving under a name.
pub fn doubts(ui: &mut egui::Ui, session: &Session, path: &Path) {
    for doubt in session.doubts(path) {
        ui.colored_label(theme::WARN, doubt);
    }
}

/// Lines below the menus: of texts that were left and never saved, and of a file that was changed outside.
pub fn lines(root: &mut egui::Ui, session: &mut Session) {
    let left = session.left().to_vec();
    if !left.is_empty() {
        egui::Panel::top("left").show_inside(root, |ui| {
            for path in left.iter().take(MOST_LEFT) {
                ui.push_id(path, |ui| one_left(ui, session, path));
            }
            if left.len() > MOST_LEFT {
                let more = left.len() - MOST_LEFT;
                ui.colored_label(theme::FAINT, format!("and {more} more"));
            }
        });
    }
    if session.is_changed_outside() {
        egui::Panel::top("outside").show_inside(root, |ui| {
            ui.horizontal(|ui| {
                let name = session.project.document.document().file.clone();
                let text = format!("{name} was changed outside, and this text is not saved.");
                ui.colored_label(theme::WARN, text);
                for (command, label) in [
                    (Command::Reload, "Read the file"),
                    (Command::KeepText, "Keep this text"),
                ] {
                    if ui.button(label).on_hover_text(command.entry().doc).clicked() {
                        session.run(command);
                    }
                }
            });
        });
    }
}

fn one_left(ui: &mut egui::Ui, session: &mut Session, path: &Path) {
    ui.horizontal(|ui| {
        let text = format!("{} holds a text that was never saved.", path.display());
        ui.colored_label(theme::WARN, text);
        let hint = Command::TakeUp.entry().doc;
        if ui.button("Take it up").on_hover_text(hint).clicked() {
            session.take_up(path);
        }
        let hint = Command::ThrowAway.entry().doc;
        if ui.button("Throw it away").on_hover_text(hint).clicked() {
            session.throw_away(path);
        }
    });
}
