//! The session's file: saved whole, read again when it changes outside, put aside while it is not saved.

use super::{Dialog, Session, Wish};
use crate::document::Edit;
use crate::project::Project;
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
        let before = self.side_file();
        match publish_bytes(path, text.as_bytes()) {
            Ok(_) => {
                self.project.document.saved_as(path);
                self.looked = (Instant::now(), self.modified());
                for gone in [before, Some(aside(path))].into_iter().flatten() {
                    // It may never have been there.
                    let _ = std::fs::remove_file(gone);
                }
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

    /// Where the text is put aside while it is not saved: beside its file, or in the session's home where it has none.
    fn side_file(&self) -> Option<PathBuf> {
        match self.project.document.path() {
            Some(path) => Some(aside(path)),
            None => Some(self.home.as_ref()?.join("unsaved.toml")),
        }
    }

    /// Writes the unsaved text to its side file, from where it can be fetched after a crash.
    pub fn put_aside(&mut self) {
        self.autosaved = (Instant::now(), self.project.document.version());
        let Some(side) = self.side_file().filter(|_| self.project.document.is_dirty()) else {
            return;
        };
        if self.left.as_ref() == Some(&side) {
            // What was left there before is not lost by this.
            let old = aside(&side);
            self.left = std::fs::rename(&side, &old).is_ok().then_some(old);
        }
        // Where the folder cannot be made, the file cannot be written, and that is told.
        let _ = side.parent().map(std::fs::create_dir_all);
        let text = self.project.document.text().to_string();
        if let Err(error) = publish_bytes(&side, text.as_bytes()) {
            self.say(format!("the text cannot be put aside: {error}"));
        }
    }

    /// Looks whether a text was put aside and never saved, as after a crash.
    pub fn look_for_left(&mut self) {
        let found = self.side_file().filter(|side| {
            let text = std::fs::read_to_string(side);
            text.is_ok_and(|text| text != self.project.document.text())
        });
        self.left = found;
    }

    /// The side file of a text that was never saved, where one was found.
    pub fn left(&self) -> Option<&Path> {
        self.left.as_deref()
    }

    /// Puts the text that was left in the place of this one; can be undone.
    pub(super) fn take_up(&mut self) {
        let Some(side) = self.left.clone() else {
            self.say("nothing was left unsaved");
            return;
        };
        match std::fs::read_to_string(&side) {
            Ok(text) => {
                self.left = None;
                let project = Project::of_text("what was not saved", &text);
                if project.is_scene == self.project.is_scene {
                    self.edit("take up what was not saved", None, &[Edit::Text(text)]);
                } else {
                    // The run of a family is no edit of a scene.
                    self.open(project);
                }
            }
            Err(error) => self.say(format!("{}: {error}", side.display())),
        }
    }

    /// Forgets the text that was left.
    pub(super) fn throw_away(&mut self) {
        if let Some(side) = self.left.take()
            && let Err(error) = std::fs::remove_file(&side)
        {
            self.say(format!("{}: {error}", side.display()));
        }
    }
}

/// The side file of a text that is not saved.
pub fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".autosave");
    path.with_file_name(name)
}
