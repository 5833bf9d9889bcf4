//! The session's file: saved whole, read again when it changes outside, and asked about before another text takes its place.
//! `aside.rs` puts it aside while it is not saved.
//!
//! **Invariant:** a text that was not saved is only given up, and a file only written over by a text that is wrong, or after it was
//! changed outside, where somebody says so.

use super::{Dialog, Session, Wish};
use crate::document::Edit;
use crate::project::Project;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use terrella_app::AppError;
use terrella_app::exporters::publish::replace_bytes;

/// How often it is looked whether the file has changed.
const LOOK: Duration = Duration::from_millis(700);
/// How often the text is put aside while it is not saved.
const AUTOSAVE: Duration = Duration::from_secs(10);

/// What takes the place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// A new scene.
    New,
    /// A family, file or dataset.
    Open(PathBuf),
    /// A scene of this name and text, to begin with.
    Scene {
        /// Its name.
        name: String,
        /// Its text.
        text: String,
    },
    /// The world that is shown, as a scene of its own.
    AsScene,
    /// Nothing: the window closes.
    Close,
}

/// What becomes of a text that is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is saved under this name.
    Save(PathBuf),
    /// It is given up.
    Discard,
    /// It stays.
    Stay,
}

impl Session {
    /// Writes the text to its file, or asks where it has none or something speaks against it.
    pub(super) fn save(&mut self) {
        match self.project.document.path().map(Path::to_path_buf) {
            Some(path) if self.doubts(&path).is_empty() => self.save_to(&path),
            _ => self.wishes.push(Wish::Dialog(Dialog::SaveAs)),
        }
    }

    /// What speaks against writing the text to a file, for whoever is asked.
    pub fn doubts(&self, path: &Path) -> Vec<String> {
        let mut doubts = Vec::new();
        match self.problems.len() {
            0 => {}
            1 => doubts.push("the text is wrong in one place: see Problems".to_string()),
            count => doubts.push(format!("the text is wrong in {count} places: see Problems")),
        }
        let document = &self.project.document;
        if document.path() == Some(path) {
            if path.exists() && !holds(path, document.saved_text().unwrap_or_default()) {
                doubts.push("the file was changed outside: what was changed there will be lost".into());
            }
        } else if path.exists() {
            doubts.push("is there already: it will be replaced".into());
        }
        doubts
    }

    /// Writes the text to a file, whatever speaks against it: whole or not at all.
    pub fn save_to(&mut self, path: &Path) {
        let text = self.project.document.text().to_string();
        match replace_bytes(path, text.as_bytes()) {
            Ok(_) => {
                let moved = self.project.saved_as(path);
                self.looked = (Instant::now(), self.modified());
                self.outside = None;
                self.forget_side();
                self.say(format!("saved {}", path.display()));
                if moved {
                    // Meshes, images and a run's scene are looked for beside the file now.
                    self.made = None;
                    self.tried = None;
                    self.refresh();
                }
            }
            Err(error) => self.say(error.to_string()),
        }
    }

    /// Lets something take the text's place, or asks first where it is not saved.
    pub fn leave(&mut self, to: Leaving) -> Result<(), AppError> {
        if self.project.document.is_dirty() {
            self.question = Some(to);
            return Ok(());
        }
        self.go(&to)
    }

    fn go(&mut self, to: &Leaving) -> Result<(), AppError> {
        match to {
            Leaving::New => self.open(Project::empty()),
            Leaving::Open(path) => return self.open_path(path),
            Leaving::Scene { name, text } => self.open(Project::of_scene(name, text)),
            Leaving::AsScene => self.edit_as_scene(),
            Leaving::Close => self.wishes.push(Wish::Close),
        }
        Ok(())
    }

    /// What waits for somebody to say what becomes of the text.
    pub fn question(&self) -> Option<&Leaving> {
        self.question.as_ref()
    }

    /// Somebody has said it.
    pub fn answer(&mut self, answer: Answer) {
        let Some(to) = self.question.take() else { return };
        match answer {
            Answer::Stay => return,
            Answer::Discard => self.project.document.give_up(),
            Answer::Save(path) => {
                self.save_to(&path);
                if self.project.document.is_dirty() {
                    // It could not be: that was said.
                    return;
                }
            }
        }
        self.forget_side();
        if let Err(error) = self.go(&to) {
            self.say(error.to_string());
        }
    }

    pub(super) fn reload(&mut self) {
        let Some(path) = self.project.document.path().map(Path::to_path_buf) else {
            self.say("this text is in no file yet");
            return;
        };
        match terrella_app::source::read(&path, &self.project.trust.limits) {
            Ok(read) => {
                self.outside = None;
                self.project.document.changed_outside(&read.text);
                self.edit("reload", None, &[Edit::Text(read.text)]);
            }
            Err(error) => self.say(error.to_string()),
        }
    }

    pub(super) fn modified(&self) -> Option<SystemTime> {
        let path = self.project.document.path()?;
        std::fs::metadata(path).ok()?.modified().ok()
    }

    /// Puts an unsaved text aside now and then, and takes notice of a file that changed outside.
    pub(super) fn look_after_files(&mut self) {
        let version = self.project.document.version();
        if self.autosaved.1 != version && self.autosaved.0.elapsed() > AUTOSAVE {
            self.put_aside();
        }
        if self.looked.0.elapsed() < LOOK {
            return;
        }
        let modified = self.modified();
        let before = std::mem::replace(&mut self.looked, (Instant::now(), modified)).1;
        if before != modified {
            self.look_at_file();
        }
    }

    /// Takes over what the file holds now; where that would push aside what is not saved, it is only told. So is a file that is gone or
    /// cannot be read.
    pub fn look_at_file(&mut self) {
        let Some(path) = self.project.document.path().map(Path::to_path_buf) else {
            return;
        };
        if !path.exists() {
            self.outside = None;
            self.project.document.file_is_gone();
            self.say(format!("{} is gone: saving writes it anew", path.display()));
            return;
        }
        let read = match terrella_app::source::read(&path, &self.project.trust.limits) {
            Ok(read) => read,
            Err(error) => {
                // It is read the next time it changes.
                let name = path.display();
                self.say(format!("{name} was changed outside and cannot be read: {error}"));
                return;
            }
        };
        self.outside = None;
        if self.project.document.saved_text() == Some(read.text.as_str()) {
            return;
        }
        if self.project.document.text() == read.text {
            self.project.document.differs_from(&read.text);
            return;
        }
        if self.project.document.is_dirty() {
            self.say(format!("{} was changed outside", path.display()));
            self.outside = Some(read.text);
            return;
        }
        self.project.document.changed_outside(&read.text);
        self.say(format!(
            "{} was changed outside: it was read again (undo brings back what was here)",
            path.display()
        ));
        self.refresh();
    }

    /// True where the file was changed outside while the text was not saved, and nobody has said yet which one counts.
    pub fn is_changed_outside(&self) -> bool {
        self.outside.is_some()
    }

    /// Of the file that was changed outside and the text, the text counts.
    pub(super) fn keep_mine(&mut self) {
        match self.outside.take() {
            Some(text) => self.project.document.differs_from(&text),
            None => self.say("the file was not changed outside"),
        }
    }
}

/// True where a file holds this text. One that cannot be read holds another.
fn holds(path: &Path, text: &str) -> bool {
    let is_as_long = std::fs::metadata(path).is_ok_and(|file| file.len() == text.len() as u64);
    is_as_long && std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
}
