//! What can be put into a scene, by a click or by dragging it there, and the families to begin with.

use super::{dropped, theme};
use crate::pieces::{ASSEMBLIES, Assembly, PIECES, Piece, Target, put, put_assembly, put_mesh};
use crate::session::{Leaving, Session};
use bevy_egui::egui;
use egui_file::FileDialog;
use std::path::Path;

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

/// The library, and where a mesh is looked for.
#[derive(Default)]
pub struct Library {
    browser: Option<FileDialog>,
}

impl Library {
    /// Shows it.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        if show(ui, session) {
            self.browser = Some(meshes(session));
        }
        let Some(browser) = &mut self.browser else { return };
        browser.show(ui.ctx());
        if browser.selected() {
            let file = browser.path().map(Path::to_path_buf);
            put_mesh(session, &file.unwrap_or_default());
        }
        if browser.selected() || !browser.visible() {
            self.browser = None;
        }
    }
}

/// Mesh files to choose from, those beside the scene first.
fn meshes(session: &Session) -> FileDialog {
    let folder = session.project.document.path().and_then(Path::parent);
    let folder = folder.unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let mut browser = FileDialog::open_file()
        .show_files_filter(Box::new(dropped::is_mesh))
        .initial_path(folder)
        .show_rename(false)
        .default_size([520.0, 360.0]);
    browser.open();
    browser
}

/// Shows what can be put in. True where somebody wants to choose a mesh.
fn show(ui: &mut egui::Ui, session: &mut Session) -> bool {
    let mut wants_mesh = false;
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
            if pieces[0].kind == "bodies" {
                let button = ui.add_enabled(is_scene, egui::Button::new("mesh file ..."));
                let hint =
                    "A body from an OBJ or STL file in the folder of the scene; or drop one onto the window.";
                wants_mesh |= button.on_hover_text(hint).clicked();
            }
        });
        if pieces[0].kind == "bodies" {
            assemblies(ui, session, is_scene);
        }
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
    wants_mesh
}

/// What is of several bodies, with what joins and moves them.
fn assemblies(ui: &mut egui::Ui, session: &mut Session, is_scene: bool) {
    ui.add_space(4.0);
    ui.label(egui::RichText::new("machines of several bodies").color(theme::FAINT));
    ui.horizontal_wrapped(|ui| {
        for assembly in ASSEMBLIES {
            let button = egui::Button::new(assembly.name).sense(egui::Sense::click_and_drag());
            let response = ui.add_enabled(is_scene, button).on_hover_text(assembly.doc);
            response.dnd_set_drag_payload::<&'static Assembly>(assembly);
            if response.clicked() {
                put_assembly(session, assembly, &Target::default());
            }
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
