//! Dialogs: the gallery, saving, generating, the palette, help, nine worlds.

use super::gallery::Gallery;
use super::sheet::Sheet;
use super::theme;
use crate::commands::{self, COMMANDS, Command, Menu};
use crate::generate::{Making, Order, is_free};
use crate::session::{Dialog, Leaving, Session};
use bevy_egui::egui;
use egui_file::FileDialog;
use std::path::{Path, PathBuf};
use terrella_app::cameras::PICTURES;

/// The open dialog and what it remembers.
#[derive(Default)]
pub struct Dialogs {
    open: Option<Dialog>,
    typed: String,
    chosen: usize,
    fresh: bool,
    order: Option<Order>,
    making: Option<Making>,
    gallery: Gallery,
    sheet: Sheet,
    /// Files and folders to choose from, in the place of the dialog until one is chosen.
    browser: Option<FileDialog>,
}

impl Dialogs {
    /// Opens a dialog.
    pub fn open(&mut self, dialog: Dialog, session: &mut Session) {
        self.open = Some(dialog);
        self.fresh = true;
        self.chosen = 0;
        self.typed.clear();
        match dialog {
            Dialog::SaveAs => {
                let path = session
                    .project
                    .document
                    .path()
                    .map(|path| path.display().to_string());
                let name = session
                    .kit()
                    .map_or("scene".to_string(), |kit| kit.dataset.name.clone());
                self.typed = path.unwrap_or_else(|| format!("{name}.toml"));
            }
            Dialog::Generate | Dialog::Record => {
                let seed = session.choices.seed;
                let kit = session.kit().cloned();
                self.order = kit.and_then(|kit| Order::of(&session.project, &kit, seed).ok());
                if dialog == Dialog::Record {
                    self.record(session);
                }
            }
            _ => {}
        }
    }

    /// True while a dialog is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The order of an episode that a hand played: one episode with its actions.
    fn record(&mut self, session: &mut Session) {
        let actions = session.play().and_then(|play| play.actions());
        match (&mut self.order, actions) {
            (Some(order), Some(actions)) if !actions.is_empty() => {
                order.out = format!("{}_by_hand", order.out);
                order.episodes = 1;
                order.steps = actions.len() as u32;
                order.policies = vec![("human".into(), 1.0)];
                order.actions = actions;
            }
            (_, None) => {
                session.say("bodies were pulled: that is no function of actions, so it cannot be recorded");
                self.open = None;
            }
            _ => {
                session.say("nothing was played yet");
                self.open = None;
            }
        }
    }

    /// Shows the dialog that is open.
    pub fn show(&mut self, ctx: &egui::Context, session: &mut Session) {
        let Some(dialog) = self.open else { return };
        if let Some(browser) = &mut self.browser {
            browser.show(ctx);
            if browser.selected() {
                let path = browser.path().map(Path::to_path_buf);
                self.browser = None;
                self.browsed(session, dialog, &path.unwrap_or_default());
            } else if !browser.visible() {
                self.browser = None;
            }
            return;
        }
        let modal = egui::Modal::new(egui::Id::new("dialog")).show(ctx, |ui| match dialog {
            Dialog::Gallery => self.gallery(ui, session),
            Dialog::SaveAs => self.save_as(ui, session),
            Dialog::Generate | Dialog::Record => self.generate(ui, session),
            Dialog::Palette => self.palette(ui, session),
            Dialog::Help => help(ui),
            Dialog::Sheet => {
                if self.sheet.show(ui, session) {
                    self.open = None;
                }
            }
        });
        if modal.should_close() && self.open == Some(dialog) {
            self.open = None;
        }
    }

    /// Lets somebody choose a file or folder.
    fn browse(&mut self, browser: FileDialog, from: &str) {
        let from = Path::new(from);
        let folder = if from.is_dir() { Some(from) } else { from.parent() };
        let folder = folder.filter(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
        let mut browser = browser
            .initial_path(folder)
            .show_rename(false)
            .default_size([520.0, 360.0]);
        browser.open();
        self.browser = Some(browser);
    }

    /// What was chosen, for the dialog that asked.
    fn browsed(&mut self, session: &mut Session, dialog: Dialog, path: &Path) {
        match dialog {
            Dialog::Gallery => self.go(session, path),
            Dialog::SaveAs => self.typed = path.display().to_string(),
            Dialog::Generate | Dialog::Record => {
                if let Some(order) = &mut self.order {
                    let name = Path::new(&order.out).file_name().unwrap_or_default();
                    order.out = path.join(name).display().to_string();
                }
            }
            Dialog::Palette | Dialog::Help | Dialog::Sheet => {}
        }
    }

    fn field(&mut self, ui: &mut egui::Ui, hint: &str, width: f32) -> egui::Response {
        let field = egui::TextEdit::singleline(&mut self.typed)
            .hint_text(hint)
            .desired_width(width);
        let response = ui.add(field);
        if std::mem::take(&mut self.fresh) {
            response.request_focus();
        }
        response
    }

    fn gallery(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        ui.heading("Terrella Studio");
        ui.label("Begin with a family of worlds, a scene file or a dataset.");
        ui.horizontal(|ui| {
            let response = self.field(ui, "a file: scene.toml, run.toml, or a dataset's folder", 420.0);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if (ui.button("Open").clicked() || entered) && !self.typed.trim().is_empty() {
                let path = PathBuf::from(self.typed.trim());
                self.go(session, &path);
            }
            let from = self.typed.clone();
            if ui
                .button("File ...")
                .on_hover_text("a scene or run file")
                .clicked()
            {
                let is_toml = |path: &Path| path.extension().is_some_and(|ending| ending == "toml");
                self.browse(
                    FileDialog::open_file().show_files_filter(Box::new(is_toml)),
                    &from,
                );
            }
            if ui
                .button("Dataset ...")
                .on_hover_text("a dataset's folder")
                .clicked()
            {
                self.browse(FileDialog::select_folder(), &from);
            }
            if ui.button("New scene").clicked() {
                session.run(Command::New);
                self.open = None;
            }
        });
        let open = self.gallery.show(ui, session);
        if let Some(path) = open {
            self.go(session, &path);
        }
    }

    fn go(&mut self, session: &mut Session, path: &Path) {
        match session.leave(Leaving::Open(path.to_path_buf())) {
            Ok(()) => self.open = None,
            Err(error) => session.say(error.to_string()),
        }
    }

    fn save_as(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        ui.heading("Save as");
        let response = self.field(ui, "scene.toml", 420.0);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let path = PathBuf::from(self.typed.trim());
        if path.exists() {
            ui.colored_label(theme::WARN, "is there already: it will be replaced");
        }
        ui.horizontal(|ui| {
            if ui.button("Save").clicked() || entered {
                session.save_to(&path);
                self.open = None;
            }
            if ui.button("Browse ...").clicked() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let browser = FileDialog::save_file().default_filename(name);
                self.browse(browser, &path.to_string_lossy());
            }
            if ui.button("Cancel").clicked() {
                self.open = None;
            }
        });
    }

    fn palette(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        ui.set_width(420.0);
        let (up, down) = ui.input(|input| {
            (
                input.key_pressed(egui::Key::ArrowUp),
                input.key_pressed(egui::Key::ArrowDown),
            )
        });
        let response = self.field(ui, "what do you want to do?", 400.0);
        if response.changed() {
            self.chosen = 0;
        }
        let found = commands::find(&self.typed);
        let last = found.len().saturating_sub(1);
        if down {
            self.chosen = (self.chosen + 1).min(last);
        }
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        let mut go = (response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)))
            .then(|| found.get(self.chosen).map(|entry| entry.command))
            .flatten();
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for (index, entry) in found.iter().enumerate() {
                let key = entry
                    .key
                    .map_or(String::new(), |key| ui.ctx().format_shortcut(&key));
                let text = format!("{}: {}   {key}", entry.menu.name(), entry.name);
                let response = ui
                    .selectable_label(index == self.chosen, text)
                    .on_hover_text(entry.doc);
                if response.clicked() {
                    go = Some(entry.command);
                }
            }
        });
        if let Some(command) = go {
            self.open = None;
            session.run(command);
        }
    }

    fn generate(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        ui.set_width(520.0);
        let by_hand = self.open == Some(Dialog::Record);
        ui.heading(if by_hand {
            "Record what was played"
        } else {
            "Generate a dataset"
        });
        if self.making.is_some() {
            self.progress(ui, session);
            return;
        }
        let Some(order) = &mut self.order else {
            ui.colored_label(theme::WARN, "the document is wrong: see Problems");
            return;
        };
        let mut wants_folder = false;
        egui::Grid::new("order").num_columns(2).show(ui, |ui| {
            ui.label("folder");
            ui.horizontal(|ui| {
                ui.add(egui::TextEdit::singleline(&mut order.out).desired_width(300.0));
                wants_folder = ui
                    .button("In ...")
                    .on_hover_text("the folder that it is made in")
                    .clicked();
            });
            ui.end_row();
            if !by_hand {
                ui.label("episodes");
                ui.add(egui::DragValue::new(&mut order.episodes).range(1..=100_000_000));
                ui.end_row();
                ui.label("steps");
                ui.add(egui::DragValue::new(&mut order.steps).range(1..=1_000_000));
                ui.end_row();
            }
            ui.label("seed");
            ui.add(egui::DragValue::new(&mut order.seed));
            ui.end_row();
            ui.label("pictures");
            ui.add(
                egui::DragValue::new(&mut order.size)
                    .range(1..=2048)
                    .suffix(" px"),
            );
            ui.end_row();
            ui.label("sensors");
            ui.horizontal_wrapped(|ui| {
                let pictures = PICTURES.iter().map(|(name, _)| *name);
                let others = session.project.registries.sensors.0.iter().map(|kind| kind.name);
                for name in pictures.chain(others) {
                    let mut on = order.sensors.iter().any(|own| own == name);
                    if ui.checkbox(&mut on, name).changed() {
                        order.sensors.retain(|own| own != name);
                        if on {
                            order.sensors.push(name.to_string());
                        }
                    }
                }
            });
            ui.end_row();
        });
        if !by_hand {
            ui.label("as a command:");
            ui.add(egui::Label::new(egui::RichText::new(order.command(&session.project)).monospace()).wrap());
            if session.project.is_scene
                && (session.project.document.path().is_none() || session.project.document.is_dirty())
            {
                ui.colored_label(theme::FAINT, "(a command reads files: save the scene first)");
            }
        }
        if !is_free(Path::new(&order.out)) {
            ui.colored_label(
                theme::FAINT,
                "the folder is not empty: a run that is there is gone on with, another one is refused",
            );
        }
        let order = order.clone();
        if wants_folder {
            self.browse(FileDialog::select_folder(), &order.out);
        }
        ui.horizontal(|ui| {
            if ui.button("Generate").clicked() {
                match order.kit(&session.project) {
                    Ok(kit) => self.making = Some(Making::start(kit)),
                    Err(wrong) => session.say(wrong.to_string()),
                }
            }
            if ui.button("Cancel").clicked() {
                self.open = None;
            }
        });
        if let Some(last) = session.log.last() {
            ui.colored_label(theme::FAINT, last);
        }
    }

    fn progress(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let Some(making) = &mut self.making else { return };
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
            self.open = None;
        }
    }
}

fn help(ui: &mut egui::Ui) {
    ui.heading("Keys and commands");
    ui.label("Right mouse: orbit. Middle mouse, or Shift and right: pan. Wheel: zoom. Right mouse held with W A S D Q E: fly.");
    ui.label("Left mouse: select; a frame selects what is in it; while the world goes on it pulls bodies.");
    let height = ui.ctx().content_rect().height() * 0.65;
    egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
        egui::Grid::new("help")
            .num_columns(3)
            .striped(true)
            .show(ui, |ui| {
                for menu in Menu::ALL {
                    ui.label(egui::RichText::new(menu.name()).color(theme::ACCENT));
                    ui.end_row();
                    for entry in COMMANDS.iter().filter(|entry| entry.menu == menu) {
                        ui.label(entry.name);
                        ui.label(
                            entry
                                .key
                                .map_or(String::new(), |key| ui.ctx().format_shortcut(&key)),
                        );
                        ui.label(egui::RichText::new(entry.doc).color(theme::FAINT));
                        ui.end_row();
                    }
                }
            });
    });
}
