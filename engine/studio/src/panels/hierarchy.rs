//! What is in the world, by kind and name.

use super::theme;
use crate::change;
use crate::commands::Command;
use crate::pieces::{Piece, Target, put};
use crate::session::Session;
use bevy_egui::egui;
use std::collections::BTreeSet;
use terrella_app::spec::world::World;

/// Kinds of things that the viewport draws, or draws lines of.
const DRAWN: [&str; 6] = ["bodies", "joints", "cameras", "liquids", "softs", "lights"];

/// The names of the things of a world, by kind, as the document calls them.
fn names(world: &World<f32>) -> [(&'static str, Vec<&String>); 11] {
    [
        ("bodies", world.bodies.keys().collect()),
        ("joints", world.joints.keys().collect()),
        ("mechanisms", world.mechanisms.keys().collect()),
        ("agents", world.agents.keys().collect()),
        ("cameras", world.cameras.keys().collect()),
        ("liquids", world.liquids.keys().collect()),
        ("softs", world.softs.keys().collect()),
        ("faults", world.faults.keys().collect()),
        ("lidars", world.lidars.keys().collect()),
        ("lights", world.lights.keys().collect()),
        ("images", world.images.keys().collect()),
    ]
}

/// Shows the tree.
pub fn show(ui: &mut egui::Ui, session: &mut Session, filter: &mut String) {
    ui.horizontal(|ui| {
        ui.add(
            egui::TextEdit::singleline(filter)
                .hint_text("search")
                .desired_width(f32::INFINITY),
        );
    });
    let Some(world) = session.world() else {
        ui.colored_label(theme::FAINT, "nothing to show yet");
        return;
    };
    let wanted = filter.to_lowercase();
    let fits = |name: &&&String| wanted.is_empty() || name.to_lowercase().contains(&wanted);
    let tree: Vec<(&str, Vec<String>)> = names(world)
        .iter()
        .map(|(kind, names)| {
            (
                *kind,
                names.iter().filter(fits).map(|name| name.to_string()).collect(),
            )
        })
        .collect();
    let wholes: &[(&str, &str)] = match (session.project.is_scene, &session.dataset) {
        (true, _) => &[
            ("", "scene"),
            ("world", "world"),
            ("world.light", "world.light"),
            ("goal", "goal"),
        ],
        (false, None) => &[("", "run")],
        (false, Some(_)) => &[],
    };
    for (place, label) in wholes.iter().filter(|_| wanted.is_empty()) {
        leaf(ui, session, place, label);
    }
    let mut rows = Rows::default();
    for (kind, names) in tree.into_iter().filter(|(_, names)| !names.is_empty()) {
        let title = format!("{kind} ({})", names.len());
        let searches = !wanted.is_empty();
        egui::CollapsingHeader::new(title)
            // What is open while somebody searches says nothing of what is open else.
            .id_salt((kind, searches))
            .default_open(kind == "bodies" || searches)
            .show(ui, |ui| {
                for name in names {
                    row(ui, session, kind, &name, &mut rows);
                }
            });
    }
    if let Some(to) = &rows.until {
        select_until(session, &rows.shown, to);
    }
}

/// The rows that are shown.
#[derive(Default)]
struct Rows {
    /// Their places in the document, from top to bottom.
    shown: Vec<String>,
    /// The one that was clicked with Shift.
    until: Option<String>,
}

/// Selects what stands from the first thing that is selected to `to`, which is the last one then.
fn select_until(session: &mut Session, shown: &[String], to: &str) {
    let place = |path: &str| shown.iter().position(|own| own == path);
    let from = session.selection.first().and_then(|first| place(first));
    let (Some(from), Some(to_place)) = (from, place(to)) else {
        session.select(to, false);
        return;
    };
    let mut range = shown[from.min(to_place)..=from.max(to_place)].to_vec();
    if to_place < from {
        range.reverse();
    }
    session.selection = range;
}

fn leaf(ui: &mut egui::Ui, session: &mut Session, path: &str, label: &str) {
    let chosen = session.selection.iter().any(|selected| selected == path);
    if ui.selectable_label(chosen, label).clicked() {
        session.select(path, false);
    }
}

fn row(ui: &mut egui::Ui, session: &mut Session, kind: &str, name: &str, rows: &mut Rows) {
    let path = change::place(kind, name);
    rows.shown.push(path.clone());
    let chosen = session.selection.contains(&path);
    ui.horizontal(|ui| {
        marks(ui, session, kind, &path);
        let response = ui.selectable_label(chosen, name);
        if response.clicked() {
            let keys = ui.input(|input| input.modifiers);
            if keys.shift {
                rows.until = Some(path.clone());
            } else {
                session.select(&path, keys.command);
            }
        }
        if response.double_clicked() {
            session.run(Command::Focus);
        }
        let dropped = response.dnd_release_payload::<&'static Piece>();
        if let (Some(piece), "bodies" | "joints" | "mechanisms") = (dropped, kind) {
            let is_body = kind == "bodies";
            if !is_body {
                // It is the one that is meant.
                session.select(&path, false);
            }
            let target = Target {
                body: is_body.then(|| name.to_string()),
                surface: None,
            };
            put(session, &piece, &target);
        }
        response.context_menu(|ui| menu(ui, session, &path, name));
    });
}

/// Whether a thing is drawn here, and whether hands may take it.
fn marks(ui: &mut egui::Ui, session: &mut Session, kind: &str, path: &str) {
    let mut mark = |set: &mut BTreeSet<String>, [off, on]: [&str; 2], doc: &str| {
        let is_on = set.contains(path);
        let color = if is_on { theme::WARN } else { theme::FAINT };
        let text = egui::RichText::new(if is_on { on } else { off });
        let button = egui::Button::new(text.small().color(color)).frame(false);
        if ui.add(button).on_hover_text(doc).clicked() && !set.remove(path) {
            set.insert(path.to_string());
        }
    };
    if DRAWN.contains(&kind) {
        mark(&mut session.hidden, ["👁", "—"], "drawn here");
    }
    mark(
        &mut session.locked,
        ["🔓", "🔒"],
        "hands may take it, change it and delete it",
    );
}

fn menu(ui: &mut egui::Ui, session: &mut Session, path: &str, name: &str) {
    if !session.selection.iter().any(|selected| selected == path) {
        session.select(path, false);
    }
    if ui.button("Look at it").clicked() {
        session.run(Command::Focus);
        ui.close();
    }
    if !session.project.is_scene {
        return;
    }
    for command in [Command::Duplicate, Command::Delete, Command::DropToSurface] {
        if ui.button(command.entry().name).clicked() {
            session.run(command);
            ui.close();
        }
    }
    if session.locked.contains(path) {
        return;
    }
    ui.separator();
    ui.label("name");
    let id = ui.make_persistent_id(("name of", path));
    let mut text = ui
        .data_mut(|data| data.get_temp::<String>(id))
        .unwrap_or_else(|| name.to_string());
    let response = ui.text_edit_singleline(&mut text);
    if response.lost_focus() && text != name && !text.trim().is_empty() {
        session.rename(path, text.trim());
        ui.data_mut(|data| data.remove::<String>(id));
        ui.close();
        return;
    }
    ui.data_mut(|data| data.insert_temp(id, text));
}
