//! The session's file: saved whole, read again when it changes outside, put aside while it is not saved.

use super::{Dialog, Session, Wish};
use crate::document::Edit;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use terrella_app::exporters::publish::publish_bytes;

/// How often it is looked whether the file has changed.
const LOOK: Duration = Duration::from_millis(700);
/// How often the text is put aside while it is not saved.
const AUTOSAVE: Duration = Duration::from_secs(10);

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
        match publish_bytes(path, text.as_bytes()) {
            Ok(_) => {
                self.project.document.saved_as(path);
                self.looked = (Instant::now(), self.modified());
                // It may never have been there.
                let _ = std::fs::remove_file(aside(path));
                self.say(format!("saved {}", path.display()));
            }
            Err(error) => self.say(error.to_string()),
        }
    }

    pub(super) fn reload(&mut self) {
        let Some(path) = self.project.document.path().map(Path::to_path_buf) else {
            self.say("this text is in no file yet");
            return;
        };
        match terrella_app::source::read(&path, &self.project.trust.limits) {
            Ok(read) => {
                let text = read.text;
                self.project.document.changed_outside(&text);
                self.edit("reload", None, &[Edit::Text(text)]);
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
        if before == modified || modified.is_none() {
            return;
        }
        let Some(path) = self.project.document.path().map(Path::to_path_buf) else {
            return;
        };
        // A file that cannot be read now is read the next time it changes.
        if let Ok(read) = terrella_app::source::read(&path, &self.project.trust.limits)
            && read.text != self.project.document.saved_text()
        {
            self.project.document.changed_outside(&read.text);
            self.say(format!(
                "{} was changed outside: it was read again (undo brings back what was here)",
                path.display()
            ));
            self.refresh();
        }
    }

    /// Writes the unsaved text beside its file, from where it can be fetched after a crash.
    pub fn put_aside(&mut self) {
        self.autosaved = (Instant::now(), self.project.document.version());
        let Some(path) = self.project.document.path() else {
            return;
        };
        if !self.project.document.is_dirty() {
            return;
        }
        let (beside, text) = (aside(path), self.project.document.text().to_string());
        if let Err(error) = publish_bytes(&beside, text.as_bytes()) {
            self.say(format!("the text cannot be put aside: {error}"));
        }
    }
}

/// The side file of a text that is not saved.
pub fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".autosave");
    path.with_file_name(name)
}
