//! What can be put into a scene, by a click or by dragging it there, and the families to begin with.

use super::theme;
use crate::pieces::{PIECES, Piece, Target, put};
use crate::session::{Leaving, Session};
use bevy_egui::egui;

/// Scenes to begin with and to learn from; those that need no other files.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "marble_run",
        include_str!("../../../../scenes/examples/marble_run.toml"),
    ),
    (
        "conveyor",
        include_str!("../../../../scenes/examples/conveyor.toml"),
    ),
    (
        "dam_break",
        include_str!("../../../../scenes/examples/dam_break.toml"),
    ),
    (
        "lookout",
        include_str!("../../../../scenes/examples/lookout.toml"),
    ),
    ("studio", include_str!("../../../../scenes/examples/studio.toml")),
];

/// Shows the library.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    let is_scene = session.project.is_scene;
    ui.colored_label(
        theme::FAINT,
        if is_scene {
            "Drag into the world or onto a body, or click. Scenes and families take the place of what is open."
        } else {
            "A family makes these worlds: make a scene of one (Ctrl+E) to put things into it."
        },
    );
    for pieces in PIECES.chunk_by(|one, next| one.kind == next.kind) {
        ui.add_space(4.0);
        let title = match pieces[0].kind {
            "bodies" => "shapes",
            "observe" => "what the agent senses of a body",
            "material" => "materials",
            kind => kind,
        };
        ui.label(egui::RichText::new(title).color(theme::FAINT));
        ui.horizontal_wrapped(|ui| {
            for piece in pieces {
                let button = egui::Button::new(piece.name).sense(egui::Sense::click_and_drag());
                let response = ui.add_enabled(is_scene, button).on_hover_text(piece.doc);
                response.dnd_set_drag_payload::<&'static Piece>(piece);
                if response.clicked() {
                    let target = Target::selected(session);
                    put(session, piece, &target);
                }
            }
        });
    }
    ui.add_space(6.0);
    ui.label(egui::RichText::new("example scenes").color(theme::FAINT));
    ui.horizontal_wrapped(|ui| {
        for (name, text) in EXAMPLES {
            // What a scene is about stands in its first line.
            let about = text.lines().next().unwrap_or_default().trim_start_matches("# ");
            let scene = Leaving::Scene {
                name: name.to_string(),
                text: text.to_string(),
            };
            begin(ui, session, name, about, scene);
        }
    });
    ui.add_space(6.0);
    ui.label(egui::RichText::new("families").color(theme::FAINT));
    let families = session.project.registries.families.0.iter();
    let cards: Vec<_> = families.map(|family| family.card()).collect();
    ui.horizontal_wrapped(|ui| {
        for card in cards {
            let family = Leaving::Open(card.name.clone().into());
            begin(ui, session, &card.name, &card.question, family);
        }
    });
}

/// Something to begin with: a click opens it, or dragging it into the world.
fn begin(ui: &mut egui::Ui, session: &mut Session, name: &str, about: &str, what: Leaving) {
    let button = egui::Button::new(name).sense(egui::Sense::click_and_drag());
    let response = ui.add(button).on_hover_text(about);
    if response.clicked() {
        session.leave_for(what);
    } else {
        response.dnd_set_drag_payload(what);
    }
}
