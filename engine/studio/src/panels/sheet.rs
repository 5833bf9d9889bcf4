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
use std::sync::Arc;
use terrella_app::RunKit;

/// Side of a picture, pixels.
const SIDE: u32 = 160;

/// The sheet.
#[derive(Default)]
pub struct Sheet {
    /// The run and the first world that it was made of.
    of: Option<(Arc<RunKit>, u64)>,
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
        let is_it = |kit: &Arc<RunKit>| {
            let of = self.of.as_ref();
            of.is_some_and(|(own, number)| Arc::ptr_eq(own, kit) && *number == first)
        };
        if !session.kit().is_some_and(is_it) {
            self.make(session, first);
        }
        ui.heading(format!("Worlds {first} to {}", first + 8));
        if session.kit().is_none() {
            ui.colored_label(theme::WARN, "the document is wrong: see Problems");
        }
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
        self.worlds.clear();
        let Some(kit) = session.kit() else { return };
        self.of = Some((kit.clone(), first));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Edit;
    use crate::project::Project;
    use std::path::Path;

    /// The worlds of another seed, policy or text were those of before.
    #[test]
    fn the_sheet_is_made_anew_where_the_run_has_changed() {
        let mut session = Session::new(Project::open(Path::new("drop_bounce")).expect("it is a family"));
        let mut sheet = Sheet::default();
        let ctx = egui::Context::default();
        let mut shown = |session: &mut Session| {
            let mut worlds = Vec::new();
            let _output = ctx.run_ui(egui::RawInput::default(), |ui| {
                sheet.show(ui, session);
                worlds = sheet.worlds.iter().map(|world| world.play.seed()).collect();
            });
            worlds
        };
        let first = shown(&mut session);
        assert_eq!(first.len(), 9);
        session.choices.seed = 5;
        session.refresh();
        let other = shown(&mut session);
        assert!(other.iter().all(|seed| seed.run == 5), "{other:?}");
        session.edit("steps", None, &[Edit::set("steps", "77")]);
        shown(&mut session);
        let kit = session.kit().expect("it is resolved");
        assert!(sheet.of.is_some_and(|(of, _)| Arc::ptr_eq(&of, kit)));
    }
}
