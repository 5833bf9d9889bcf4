//! Nine worlds by their numbers, all going on.

use super::live::{Live, clickable};
use super::theme;
use crate::commands::Command;
use crate::play::Play;
use crate::session::Session;
use crate::viewport::Viewport;
use crate::viewport::camera::OrbitCamera;
use crate::viewport::picture::Picture;
use bevy_egui::egui;
use std::collections::BTreeSet;

/// Side of a picture, pixels.
const SIDE: u32 = 160;

/// The sheet.
#[derive(Default)]
pub struct Sheet {
    /// The generation of the session and the first world that it was made of.
    of: Option<(u64, u64)>,
    worlds: Vec<World>,
    camera: OrbitCamera,
}

struct World {
    episode: u64,
    play: Play,
    picture: Picture,
    live: Live,
}

impl Sheet {
    /// Shows it. True when it is to be closed.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) -> bool {
        let first = session.episode / 9 * 9;
        if self.of.is_none_or(|of| of.1 != first) {
            self.make(session, first);
        }
        ui.heading(format!("Worlds {first} to {}", first + 8));
        let mut chosen = None;
        egui::Grid::new("nine").show(ui, |ui| {
            for (index, world) in self.worlds.iter_mut().enumerate() {
                if world.show(ui, &self.camera) {
                    chosen = Some(world.episode);
                }
                if index % 3 == 2 {
                    ui.end_row();
                }
            }
        });
        ui.ctx().request_repaint();
        let mut close = false;
        ui.horizontal(|ui| {
            if ui.button("<").clicked() {
                session.episode = first.saturating_sub(9);
            }
            if ui.button(">").clicked() {
                session.episode = first + 9;
            }
            close = ui.button("Close").clicked();
        });
        if let Some(episode) = chosen {
            session.episode = episode;
            session.refresh();
            close = true;
        }
        if close {
            *self = Sheet::default();
        }
        close
    }

    fn make(&mut self, session: &Session, first: u64) {
        self.of = Some((session.generation(), first));
        self.worlds.clear();
        let Some(kit) = session.kit() else { return };
        for episode in first..first + 9 {
            // Worlds that cannot be drawn leave a gap.
            let Ok(play) = Play::start(kit, episode) else {
                continue;
            };
            let Ok(picture) = Picture::new(&play.plan().world, &BTreeSet::new()) else {
                continue;
            };
            self.worlds.push(World {
                episode,
                play,
                picture,
                live: Live::default(),
            });
        }
        let mut viewport = Viewport::default();
        viewport.command(Command::ViewHome, session);
        self.camera = viewport.camera;
    }
}

impl World {
    /// Goes on and shows itself. True when it was chosen.
    fn show(&mut self, ui: &mut egui::Ui, camera: &OrbitCamera) -> bool {
        if self.live.is_free() {
            self.play.step(None, None);
            let image = self.picture.image(camera, [SIDE, SIDE], self.play.now(), 2);
            let name = format!("world {}", self.episode);
            self.live
                .take(ui.ctx(), &name, image, egui::TextureOptions::LINEAR);
        }
        let mut chosen = false;
        ui.vertical(|ui| {
            if let Some(texture) = self.live.texture(ui.ctx()) {
                chosen = clickable(ui, texture, egui::Vec2::splat(SIDE as f32)).clicked();
            }
            let ood = &self.play.plan().ood;
            let (text, color) = if ood.is_empty() {
                (self.episode.to_string(), theme::FAINT)
            } else {
                let text = format!("{}   out of distribution: {}", self.episode, ood.join(", "));
                (text, theme::WARN)
            };
            ui.set_max_width(SIDE as f32);
            ui.add(egui::Label::new(egui::RichText::new(text).small().color(color)).truncate());
        });
        chosen
    }
}
