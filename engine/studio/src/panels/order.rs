//! The dialog of a dataset to be made: what is asked of it, what was played by hand for it, how far it is.

mod fields;
mod means;

use super::theme;
use crate::generate::{Making, Order, is_free};
use crate::project::Project;
use crate::session::{Leaving, Session};
use crate::takes::Played;
use bevy_egui::egui;
use std::path::Path;

/// What becomes of the dialog.
pub enum Next {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// A folder is looked for, from this one on.
    Browse(String),
}

/// What is ordered, and what is being made.
#[derive(Default)]
pub struct Orders {
    order: Option<Order>,
    making: Option<Making>,
    by_hand: bool,
    /// What was played and is to be recorded with what is played next.
    kept: Vec<Played>,
    /// The text whose worlds they were played in.
    kept_of: String,
}

impl Orders {
    /// Begins an order of the run as it stands in the text.
    pub fn begin(&mut self, session: &Session) {
        self.by_hand = false;
        self.order = of_session(session);
    }

    /// Begins an order of what was played. An error says why it cannot be recorded.
    pub fn begin_record(&mut self, session: &mut Session) -> Result<(), String> {
        self.by_hand = true;
        let played = match Played::of(session) {
            Ok(played) => Some(played),
            // Those that are kept can be recorded all the same.
            Err(_) if !self.kept.is_empty() && self.kept_of == session.project.document.text() => None,
            Err(why) => return Err(why),
        };
        if self.kept_of != session.project.document.text() {
            if !self.kept.is_empty() {
                session.say(format!(
                    "{} takes that were kept are gone: the worlds are others now",
                    self.kept.len()
                ));
            }
            self.kept.clear();
            self.kept_of = session.project.document.text().to_string();
        }
        let order = of_session(session).ok_or("the document is wrong: see Problems")?;
        let mut takes = self.kept.clone();
        takes.extend(played.filter(|played| !self.kept.contains(played)));
        self.order = Some(order.record(&takes));
        Ok(())
    }

    /// True while a dataset is being made.
    pub fn is_making(&self) -> bool {
        self.making.is_some()
    }

    /// A folder was chosen: the dataset's is made in it.
    pub fn put_into(&mut self, folder: &Path) {
        if let Some(order) = &mut self.order {
            let name = Path::new(&order.out).file_name().unwrap_or_default();
            order.out = folder.join(name).display().to_string();
        }
    }

    /// Shows it.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) -> Next {
        ui.set_width(560.0);
        ui.heading(if self.by_hand {
            "Record what was played"
        } else {
            "Generate a dataset"
        });
        if self.making.is_some() {
            return self.progress(ui, session);
        }
        let Some(order) = &mut self.order else {
            ui.colored_label(theme::WARN, "the document is wrong: see Problems");
            return Next::Stay;
        };
        let mut next = Next::Stay;
        let height = ui.ctx().content_rect().height() * 0.6;
        egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
            egui::Grid::new("order").num_columns(2).show(ui, |ui| {
                ui.label("folder");
                ui.horizontal(|ui| {
                    ui.add(egui::TextEdit::singleline(&mut order.out).desired_width(320.0));
                    let hint = "the folder that it is made in";
                    if ui.button("In ...").on_hover_text(hint).clicked() {
                        next = Next::Browse(order.out.clone());
                    }
                });
                ui.end_row();
                if self.by_hand {
                    takes(ui, order);
                } else {
                    fields::worlds(ui, session, order);
                }
                fields::pictures(ui, session, order);
                means::files(ui, order);
                if !self.by_hand {
                    means::machine(ui, order);
                    means::trust(ui, order, session.project.is_scene);
                }
            });
        });
        if !self.by_hand {
            command(ui, session, order);
        }
        if !is_free(Path::new(&order.out)) {
            ui.colored_label(
                theme::FAINT,
                "the folder is not empty: a run that is there is gone on with, another one is refused",
            );
        } else if order.resume {
            ui.colored_label(theme::WARN, "there is no run in this folder to go on with");
        }
        ui.horizontal(|ui| {
            let words = if self.by_hand { "Record" } else { "Generate" };
            let nothing = self.by_hand && order.takes.is_empty();
            if ui.add_enabled(!nothing, egui::Button::new(words)).clicked() {
                match Making::of_order(order, &session.project) {
                    Ok(making) => {
                        self.making = Some(making);
                        if self.by_hand {
                            self.kept.clear();
                        }
                    }
                    Err(wrong) => session.say(wrong.to_string()),
                }
            }
            let hint = "in how many shards, and how many bytes before they are compressed; the rest is told as it is made";
            if ui.button("How large?").on_hover_text(hint).clicked() {
                match order.kit(&session.project) {
                    Ok(kit) => session.say(means::size(&kit)),
                    Err(wrong) => session.say(wrong.to_string()),
                }
            }
            let hint = "it is recorded in the same dataset as what you play next";
            if self.by_hand && ui.button("Keep, and play another").on_hover_text(hint).clicked() {
                self.kept.clone_from(&order.takes);
                session.say(format!("{} takes are kept", self.kept.len()));
                next = Next::Close;
            }
            if ui.button("Cancel").clicked() {
                next = Next::Close;
            }
        });
        if let Some(last) = session.log.last() {
            ui.colored_label(theme::FAINT, last);
        }
        next
    }

    fn progress(&mut self, ui: &mut egui::Ui, session: &mut Session) -> Next {
        let Some(making) = &mut self.making else {
            return Next::Stay;
        };
        let progress = making.progress();
        let share =
            (progress.episodes_made + progress.episodes_resumed) as f32 / progress.episodes.max(1) as f32;
        ui.add(egui::ProgressBar::new(share).show_percentage());
        ui.label(format!(
            "{} of {} episodes, {} transitions, {} solved, {} bad worlds",
            progress.episodes_made, progress.episodes, progress.transitions, progress.successes, progress.bad
        ));
        let out = making.out.clone();
        let ended = making.ended().cloned();
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(100));
        let mut done = false;
        match ended {
            None => {
                if ui
                    .button("Stop")
                    .on_hover_text("at a safe point; the same run goes on with it later")
                    .clicked()
                {
                    making.cancel();
                }
            }
            Some(Ok(said)) => {
                ui.colored_label(theme::GOOD, format!("{}: {said}", out.display()));
                ui.horizontal(|ui| {
                    if ui.button("Open it").clicked() {
                        done = true;
                        if let Err(error) = session.leave(Leaving::Open(out.clone())) {
                            session.say(error.to_string());
                        }
                    }
                    done |= ui.button("Close").clicked();
                });
            }
            Some(Err(error)) => {
                ui.colored_label(theme::WARN, error);
                done = ui.button("Close").clicked();
            }
        }
        if done {
            self.making = None;
            return Next::Close;
        }
        Next::Stay
    }
}

fn of_session(session: &Session) -> Option<Order> {
    let kit = session.kit()?;
    Order::of(&session.project, kit, session.choices.seed).ok()
}

/// What was played: its worlds, which are not chosen here.
fn takes(ui: &mut egui::Ui, order: &mut Order) {
    ui.label("episodes");
    ui.vertical(|ui| {
        let longest = order.takes.iter().map(Played::steps).max().unwrap_or(0);
        let mut gone = None;
        for (index, played) in order.takes.iter().enumerate() {
            ui.horizontal(|ui| {
                let (world, seed) = (played.take.world, played.take.seed.unwrap_or(order.seed));
                ui.label(format!("world {world} of seed {seed}, {} steps", played.steps()));
                if played.steps() < longest {
                    let text = format!("then its last action until step {longest}");
                    ui.colored_label(theme::FAINT, text)
                        .on_hover_text("all episodes of a dataset are equally long");
                }
                if ui.small_button("x").on_hover_text("leave it out").clicked() {
                    gone = Some(index);
                }
            });
        }
        if let Some(gone) = gone {
            order.takes.remove(gone);
        }
    });
    ui.end_row();
}

/// The command that makes the same.
fn command(ui: &mut egui::Ui, session: &Session, order: &Order) {
    let project: &Project = &session.project;
    match order.command(project) {
        Ok(text) => {
            ui.horizontal(|ui| {
                ui.label("as a command:");
                if ui.small_button("Copy").clicked() {
                    ui.ctx().copy_text(text.clone());
                }
            });
            ui.add(egui::Label::new(egui::RichText::new(text).monospace()).wrap());
            if project.is_scene && project.document.is_dirty() {
                ui.colored_label(theme::FAINT, "(a command reads files: save the scene first)");
            }
        }
        Err(why) => {
            ui.colored_label(theme::FAINT, format!("as a command: {why}"));
        }
    }
}
