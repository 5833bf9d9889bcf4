//! Files that are dropped onto the window from outside: meshes come into the scene, all else that can be opened is.

use super::theme;
use crate::pieces::put_mesh;
use crate::session::{Leaving, Session};
use bevy_egui::egui;
use std::path::{Path, PathBuf};

/// The endings of files that hold a mesh.
const MESHES: [&str; 2] = ["obj", "stl"];

/// True for the name of a mesh file.
pub fn is_mesh(path: &Path) -> bool {
    has_ending(path, &MESHES)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.contains(&ending.to_ascii_lowercase().as_str()))
}

/// What becomes of a file.
enum Use {
    Mesh,
    Open,
    Nothing,
}

fn use_of(path: &Path) -> Use {
    match path {
        path if is_mesh(path) => Use::Mesh,
        path if path.is_dir() || has_ending(path, &["toml"]) => Use::Open,
        _ => Use::Nothing,
    }
}

/// Takes what was dropped, and says what would become of what is held over the window. Nothing is taken while a dialog has the window.
pub fn take(ctx: &egui::Context, session: &mut Session, has_dialog: bool) {
    let (held, dropped) = ctx.input(|input| {
        let paths = |paths: Vec<Option<PathBuf>>| paths.into_iter().flatten().collect::<Vec<_>>();
        let (held, dropped) = (&input.raw.hovered_files, &input.raw.dropped_files);
        (
            paths(held.iter().map(|file| file.path.clone()).collect()),
            paths(dropped.iter().map(|file| file.path.clone()).collect()),
        )
    });
    if !held.is_empty() {
        shade(ctx, &held, session, has_dialog);
    }
    for path in dropped {
        if has_dialog || session.question().is_some() {
            session.say(format!("{}: close the dialog first", path.display()));
            continue;
        }
        match use_of(&path) {
            Use::Mesh => put_mesh(session, &path),
            Use::Open => session.leave_for(Leaving::Open(path)),
            Use::Nothing => session.say(cannot(&path)),
        }
    }
}

fn cannot(path: &Path) -> String {
    format!(
        "{} is neither a mesh (OBJ, STL), nor a scene or run (TOML), nor the folder of a dataset",
        path.display()
    )
}

/// Tells, over all of the window, what a drop would do.
fn shade(ctx: &egui::Context, held: &[PathBuf], session: &Session, has_dialog: bool) {
    let each = held.iter().map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        match use_of(path) {
            _ if has_dialog => format!("{name}: close the dialog first"),
            Use::Mesh if session.project.is_scene => format!("{name} becomes a body of the scene"),
            Use::Mesh => format!("{name}: a mesh is put into a scene; make one of this world first (Ctrl+E)"),
            Use::Open => format!("{name} is opened"),
            Use::Nothing => cannot(path),
        }
    });
    let text = each.collect::<Vec<_>>().join("\n");
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::new("dropped"));
    let (painter, all) = (ctx.layer_painter(layer), ctx.content_rect());
    painter.rect_filled(all, 0.0, egui::Color32::from_black_alpha(170));
    let font = egui::FontId::proportional(18.0);
    painter.text(
        all.center(),
        egui::Align2::CENTER_CENTER,
        text,
        font,
        theme::ACCENT,
    );
}
