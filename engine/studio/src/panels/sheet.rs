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
use std::time::{Duration, Instant};
use terrella_app::RunKit;

/// Side of a picture, pixels.
const SIDE: u32 = 160;
/// Worlds of a sheet.
const WORLDS: u64 = 9;
/// Worlds go on for so long in a frame; the others have their turn in the next one.
const BUDGET: Duration = Duration::from_millis(12);

/// The sheet.
#[derive(Default)]
pub struct Sheet {
    /// The run and the first world that it was made of.
    of: Option<(Arc<RunKit>, u64)>,
    /// Those that are drawn so far.
    worlds: Vec<World>,
    /// How many were tried.
    tried: u64,
    /// The one whose turn it is.
    turn: usize,
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
        let first = session.episode / WORLDS * WORLDS;
        let is_it = |kit: &Arc<RunKit>| {
            let of = self.of.as_ref();
            of.is_some_and(|(own, number)| Arc::ptr_eq(own, kit) && *number == first)
        };
        if !session.kit().is_some_and(is_it) {
            self.begin(session, first);
        }
        self.go_on(ui.ctx());
        ui.heading(format!("Worlds {first} to {}", first + WORLDS - 1));
        if session.kit().is_none() {
            ui.colored_label(theme::WARN, "the document is wrong: see Problems");
        }
        let mut chosen = None;
        egui::Grid::new("nine").show(ui, |ui| {
            // The sheet has its size from the start; worlds that cannot be drawn leave a gap at its end.
            for index in 0..WORLDS as usize {
                if let Some(world) = self.worlds.get_mut(index) {
                    if world.show(ui) {
                        chosen = Some(world.episode);
                    }
                } else {
                    let line = ui.text_style_height(&egui::TextStyle::Small);
                    ui.allocate_space(egui::vec2(SIDE as f32, SIDE as f32 + line));
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
                session.episode = first.saturating_sub(WORLDS);
            }
            if ui.button(">").clicked() {
                session.episode = first + WORLDS;
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

    fn begin(&mut self, session: &Session, first: u64) {
        *self = Sheet::default();
        let Some(kit) = session.kit() else { return };
        self.of = Some((kit.clone(), first));
        let mut viewport = Viewport::default();
        viewport.command(Command::ViewHome, session);
        self.camera = viewport.camera;
    }

    /// Draws worlds that are not there yet, and lets those that are go on by turns, as long as there is time in this frame.
    fn go_on(&mut self, ctx: &egui::Context) {
        let Some((kit, first)) = &self.of else { return };
        let begun = Instant::now();
        while self.tried < WORLDS && begun.elapsed() < BUDGET {
            self.worlds.extend(World::start(kit, first + self.tried));
            self.tried += 1;
        }
        for _ in 0..self.worlds.len() {
            if begun.elapsed() >= BUDGET {
                return;
            }
            self.turn = (self.turn + 1) % self.worlds.len();
            self.worlds[self.turn].go_on(ctx, &self.camera);
        }
    }
}

impl World {
    /// A world at its start; nothing where it cannot be drawn.
    fn start(kit: &Arc<RunKit>, episode: u64) -> Option<World> {
        let play = Play::start(kit, episode).ok()?;
        let picture = Picture::new(&play.plan().world, &BTreeSet::new()).ok()?;
        Some(World {
            episode,
            play,
            picture,
            live: Live::default(),
        })
    }

    /// Goes on by a step, once the picture of the last one is seen.
    fn go_on(&mut self, ctx: &egui::Context, camera: &OrbitCamera) {
        if !self.live.is_free() {
            return;
        }
        self.play.step(None, None);
        let image = self.picture.image(camera, [SIDE, SIDE], self.play.now(), 2);
        let name = format!("world {}", self.episode);
        self.live.take(ctx, &name, image, egui::TextureOptions::LINEAR);
    }

    /// Shows itself. True when it was chosen.
    fn show(&mut self, ui: &mut egui::Ui) -> bool {
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
            // In a frame there is time for at least one.
            for _ in 0..WORLDS {
                let _output = ctx.run_ui(egui::RawInput::default(), |ui| {
                    sheet.show(ui, session);
                });
            }
            let worlds = sheet.worlds.iter();
            worlds.map(|world| world.play.seed()).collect::<Vec<_>>()
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
