//! Dialogs: the gallery, saving, generating, the palette, help, nine worlds.

use super::ask;
use super::gallery::Gallery;
use super::order::{Next, Orders};
use super::sheet::Sheet;
use super::theme;
use crate::commands::{self, COMMANDS, Command, Menu};
use crate::session::{Dialog, Leaving, Session};
use bevy_egui::egui;
use egui_file::FileDialog;
use std::path::{Path, PathBuf};

/// The open dialog and what it remembers.
#[derive(Default)]
pub struct Dialogs {
    open: Option<Dialog>,
    typed: String,
    chosen: usize,
    fresh: bool,
    /// Why the last try failed, where the dialog is still open.
    wrong: String,
    orders: Orders,
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
        self.wrong.clear();
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
            Dialog::Rename => match session.renamed() {
                Ok((_, name)) => self.typed = name,
                Err(_) => self.open = None,
            },
            Dialog::Generate => self.orders.begin(session),
            Dialog::Record => {
                if let Err(why) = self.orders.begin_record(session) {
                    session.say(why);
                    self.open = None;
                }
            }
            _ => {}
        }
    }

    /// Closes the dialog that is open.
    pub fn close(&mut self) {
        self.open = None;
        self.browser = None;
    }

    /// True while a dialog is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
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
            Dialog::Rename => self.rename(ui, session),
            Dialog::Generate | Dialog::Record => self.order(ui, session),
            Dialog::Palette => self.palette(ui, session),
            Dialog::Help => help(ui),
            Dialog::Sheet => {
                if self.sheet.show(ui, session) {
                    self.open = None;
                }
            }
        });
        // What is being made is stopped by its button, not by a key.
        let is_order = matches!(dialog, Dialog::Generate | Dialog::Record);
        let stays = is_order && self.orders.is_making();
        if modal.should_close() && !stays && self.open == Some(dialog) {
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
            Dialog::Generate | Dialog::Record => self.orders.put_into(path),
            Dialog::Rename | Dialog::Palette | Dialog::Help | Dialog::Sheet => {}
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
        ask::doubts(ui, session, &path);
        ui.horizontal(|ui| {
            if ui.button("Save").clicked() || entered {
                let said = session.log.len();
                session.save_to(&path);
                let is_saved = session.project.document.path() == Some(path.as_path())
                    && !session.project.document.is_dirty();
                if is_saved {
                    self.open = None;
                } else {
                    // Why it is not saved stays with who must choose another place.
                    self.wrong = session.log.get(said..).unwrap_or_default().join("\n");
                }
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
        if !self.wrong.is_empty() {
            ui.add(egui::Label::new(egui::RichText::new(&self.wrong).color(theme::WARN)).wrap());
        }
    }

    fn rename(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let Ok((path, before)) = session.renamed() else {
            self.open = None;
            return;
        };
        ui.heading(format!("Rename {before}"));
        let response = self.field(ui, "a name", 280.0);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        ui.horizontal(|ui| {
            let name = self.typed.trim().to_string();
            let another = !name.is_empty() && name != before;
            let button = ui.add_enabled(another, egui::Button::new("Rename"));
            if another && (button.clicked() || entered) {
                let said = session.log.len();
                if session.rename(&path, &name) {
                    self.open = None;
                } else {
                    self.wrong = session.log.get(said..).unwrap_or_default().join("\n");
                }
            }
            if ui.button("Cancel").clicked() {
                self.open = None;
            }
        });
        if !self.wrong.is_empty() {
            ui.add(egui::Label::new(egui::RichText::new(&self.wrong).color(theme::WARN)).wrap());
        }
    }

    /// The dialog of a dataset to be made.
    fn order(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        match self.orders.show(ui, session) {
            Next::Stay => {}
            Next::Close => self.open = None,
            Next::Browse(from) => self.browse(FileDialog::select_folder(), &from),
        }
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
}

fn help(ui: &mut egui::Ui) {
    ui.heading("Keys and commands");
    ui.label("Right mouse: orbit. Middle mouse, or Shift and right: pan. Wheel: zoom. Right mouse held with W A S D Q E: fly and look around.");
    ui.label("Left mouse: select; a frame selects what is in it; while the world goes on it pulls bodies.");
    let whole = ui.ctx().content_rect().size();
    let height = whole.y * 0.65;
    // Beside the names and keys, in a window of any width.
    let width = (whole.x - 380.0).clamp(160.0, 760.0);
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
                        ui.scope(|ui| {
                            ui.set_max_width(width);
                            let doc = egui::RichText::new(entry.doc).color(theme::FAINT);
                            ui.add(egui::Label::new(doc).wrap());
                        });
                        ui.end_row();
                    }
                }
            });
    });
}
