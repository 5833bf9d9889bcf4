//! The session's file: saved whole, read again when it changes outside, and asked about before another text takes its place.
//! `aside.rs` puts it aside while it is not saved.
//!
//! **Invariant:** a text that was not saved is only given up where somebody says so.

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
    pub(super) fn save(&mut self) {
        match self.project.document.path().map(Path::to_path_buf) {
            Some(path) => self.save_to(&path),
            None => self.wishes.push(Wish::Dialog(Dialog::SaveAs)),
        }
    }

    /// Writes the text to a file: whole or not at all.
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
        if before != modified && modified.is_some() {
            self.look_at_file();
        }
    }

    /// Takes over what the file holds now; where that would push aside what is not saved, it is only told.
    pub fn look_at_file(&mut self) {
        let Some(path) = self.project.document.path().map(Path::to_path_buf) else {
            return;
        };
        // A file that cannot be read now is read the next time it changes.
        let Ok(read) = terrella_app::source::read(&path, &self.project.trust.limits) else {
            return;
        };
        self.outside = None;
        if self.project.document.saved_text() == Some(read.text.as_str()) {
            return;
        }
        if self.project.document.is_dirty() && self.project.document.text() != read.text {
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
