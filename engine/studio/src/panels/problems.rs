//! What is wrong with the document, and what happened.

use super::theme;
use crate::session::Session;
use bevy_egui::egui;

/// Lists what is wrong; each leads to its place.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    if session.problems.is_empty() {
        ui.colored_label(theme::FAINT, "nothing is wrong");
        return;
    }
    let mut go = None;
    for problem in &session.problems {
        let place = match (problem.line, problem.field.as_str()) {
            (0, "") => String::new(),
            (0, field) => format!("{field}: "),
            (line, field) => format!("line {line}, {field}: "),
        };
        let text = egui::RichText::new(format!("{place}{}", problem.message)).color(theme::WARN);
        let response = ui.add(egui::Label::new(text).sense(egui::Sense::click()).wrap());
        if !problem.remedy.is_empty() {
            ui.label(egui::RichText::new(format!("    {}", problem.remedy)).color(theme::FAINT));
        }
        if response.on_hover_text("click: show the place").clicked() {
            go = Some(problem.clone());
        }
    }
    if let Some(problem) = go {
        session.go_to(&problem);
    }
}

/// What happened, the newest first.
pub fn log(ui: &mut egui::Ui, session: &Session) {
    if session.log.is_empty() {
        ui.colored_label(theme::FAINT, "nothing has happened yet");
    }
    for line in session.log.iter().rev().take(500) {
        ui.label(line);
    }
}
