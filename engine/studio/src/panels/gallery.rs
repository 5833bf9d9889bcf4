//! The families, each with a picture of its first world.

use super::live::clickable;
use crate::commands::Command;
use crate::project::Project;
use crate::session::Session;
use crate::viewport::Viewport;
use crate::viewport::picture::Picture;
use bevy_egui::egui;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Side of a picture, pixels.
const SIDE: u32 = 128;

/// The pictures that were drawn; nothing of a family whose world cannot be.
#[derive(Default)]
pub struct Gallery {
    cards: BTreeMap<String, Option<egui::TextureHandle>>,
}

impl Gallery {
    /// Shows the families; gives the one that was chosen.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &Session) -> Option<PathBuf> {
        let families = session.project.registries.families.0.iter();
        let cards: Vec<_> = families.map(|family| family.card()).collect();
        let room = ui.ctx().content_rect().size();
        let columns = ((room.x * 0.85 / (SIDE as f32 + 12.0)) as usize).clamp(2, 8);
        let mut chosen = None;
        // One at a time: a window that waits for two dozen worlds looks dead.
        if let Some(card) = cards.iter().find(|card| !self.cards.contains_key(&card.name)) {
            let texture = picture(ui.ctx(), &card.name);
            self.cards.insert(card.name.clone(), texture);
            ui.ctx().request_repaint();
        }
        egui::ScrollArea::vertical()
            .max_height(room.y * 0.7)
            .min_scrolled_height(room.y * 0.7)
            .show(ui, |ui| {
                egui::Grid::new("gallery").num_columns(columns).show(ui, |ui| {
                    for (index, card) in cards.iter().enumerate() {
                        ui.vertical(|ui| {
                            let size = egui::Vec2::splat(SIDE as f32);
                            let response = match self.cards.get(&card.name).and_then(Option::as_ref) {
                                Some(texture) => clickable(ui, texture.id(), size),
                                None => ui.add_sized(size, egui::Button::new("...")),
                            };
                            let hint = format!("{}\n\n{}", card.question, card.doc);
                            if response.on_hover_text(hint).clicked() {
                                chosen = Some(PathBuf::from(&card.name));
                            }
                            ui.label(egui::RichText::new(&card.name).small());
                        });
                        if index % columns == columns - 1 {
                            ui.end_row();
                        }
                    }
                });
            });
        chosen
    }
}

/// A picture of a family's first world.
fn picture(ctx: &egui::Context, name: &str) -> Option<egui::TextureHandle> {
    let session = Session::new(Project::open(Path::new(name)).ok()?);
    let mut viewport = Viewport::default();
    viewport.command(Command::ViewHome, &session);
    let play = session.play()?;
    let mut picture = Picture::new(&play.plan().world, &BTreeSet::new()).ok()?;
    let image = picture.image(&viewport.camera, [SIDE, SIDE], play.now(), 2);
    Some(ctx.load_texture(format!("card {name}"), image, egui::TextureOptions::LINEAR))
}
