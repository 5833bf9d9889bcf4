//! Texts that are put aside while they are not saved, so that they can be fetched after a crash.
//!
//! Each session has a side file of its own: beside the text's file, or in the session's home where it is in none.
//!
//! **Invariant:** no session writes over a side file that it has not made, nor removes one unless its text was taken up, saved or
//! thrown away.

use super::Session;
use crate::document::Edit;
use crate::project::Project;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Instant;
use terrella_app::exporters::publish::publish_bytes;

/// Side files of one text that are looked at.
const MOST: usize = 1000;

/// The side file of a session.
pub(super) struct Side {
    path: PathBuf,
    /// Locked while the session lives: who finds the file otherwise knows that nobody has it any more.
    _held: Option<File>,
}

impl Side {
    /// Makes a side file that nobody has.
    fn make(of: &Path) -> Result<Side, String> {
        if let Some(folder) = of.parent() {
            // Where it cannot be made, the file cannot be written, and that is told.
            let _ = std::fs::create_dir_all(folder);
        }
        for number in 1..=MOST {
            let path = numbered(of, number);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(format!("{}: {error}", path.display())),
                Ok(_) => return Ok(Side { path, _held: None }),
            }
        }
        Err(format!("{} has {MOST} side files already", of.display()))
    }

    fn write(&mut self, text: &str) -> Result<(), String> {
        // The lock is the old file's.
        self._held = None;
        publish_bytes(&self.path, text.as_bytes()).map_err(|error| error.to_string())?;
        let file = File::open(&self.path).ok();
        // A disk that knows no locks: others will offer to take the text up, which loses nothing.
        self._held = file.filter(|file| file.try_lock().is_ok());
        Ok(())
    }
}

/// A text that is not saved, apart from its session: for when the window goes down.
#[derive(Clone, Debug)]
pub struct Unsaved {
    text: String,
    of: PathBuf,
    side: Option<PathBuf>,
}

impl Unsaved {
    /// Puts it aside; gives where.
    pub fn put_aside(&self) -> Result<PathBuf, String> {
        let mut side = match &self.side {
            Some(path) => Side {
                path: path.clone(),
                _held: None,
            },
            None => Side::make(&self.of)?,
        };
        side.write(&self.text)?;
        Ok(side.path)
    }
}

impl Session {
    /// The file that side files are called after; nothing where there is no place for them.
    fn side_of(&self) -> Option<PathBuf> {
        match self.project.document.path() {
            Some(path) => Some(path.to_path_buf()),
            None => Some(self.home.as_ref()?.join("unsaved.toml")),
        }
    }

    /// Writes the unsaved text to the session's side file, from where it can be fetched after a crash.
    pub fn put_aside(&mut self) {
        self.autosaved = (Instant::now(), self.project.document.version());
        if !self.project.document.is_dirty() {
            self.forget_side();
            return;
        }
        let Some(of) = self.side_of() else { return };
        let text = self.project.document.text().to_string();
        let written = match &mut self.side {
            Some(side) => side.write(&text),
            None => Side::make(&of).and_then(|mut side| {
                let written = side.write(&text);
                self.side = Some(side);
                written
            }),
        };
        if let Err(error) = written {
            self.say(format!("the text cannot be put aside: {error}"));
        }
    }

    /// What of the text is not saved, and where it would be put aside.
    pub fn unsaved(&self) -> Option<Unsaved> {
        if !self.project.document.is_dirty() {
            return None;
        }
        Some(Unsaved {
            text: self.project.document.text().to_string(),
            of: self.side_of()?,
            side: self.side.as_ref().map(|side| side.path.clone()),
        })
    }

    /// The session's text is saved, or given up: its side file goes.
    pub(super) fn forget_side(&mut self) {
        if let Some(side) = self.side.take() {
            // Somebody else may have removed it.
            let _ = std::fs::remove_file(side.path);
        }
    }

    /// Another text takes the place of this one: what was put aside is nobody's from now on.
    pub(super) fn let_go_of_side(&mut self) {
        self.side = None;
    }

    /// Looks whether texts were put aside and never saved, as after a crash. The last one comes first.
    pub fn look_for_left(&mut self) {
        let own = self.side.as_ref().map(|side| &side.path);
        let text = self.project.document.text();
        let mut found: Vec<PathBuf> = self.side_of().map_or_else(Vec::new, |of| side_files(&of));
        found.retain(|path| Some(path) != own && !is_held(path));
        found.retain(|path| std::fs::read_to_string(path).is_ok_and(|left| !left.is_empty() && left != text));
        let written = |path: &PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        found.sort_by_key(|path| std::cmp::Reverse(written(path)));
        self.left = found;
    }

    /// The side files of texts that were never saved, the last one first.
    pub fn left(&self) -> &[PathBuf] {
        &self.left
    }

    /// Puts a text that was left in the place of this one; can be undone.
    pub fn take_up(&mut self, left: &Path) {
        match std::fs::read_to_string(left) {
            Ok(text) => {
                self.left.retain(|other| other != left);
                let project = Project::of_text("what was not saved", &text);
                if project.is_scene == self.project.is_scene && self.dataset.is_none() {
                    self.edit("take up what was not saved", None, &[Edit::Text(text)]);
                } else {
                    // The run of a family is no edit of a scene, and a dataset is not edited.
                    self.open(project);
                    self.left.retain(|other| other != left);
                }
                self.put_aside();
                if self.side.is_some() || !self.project.document.is_dirty() {
                    // It is this session's text now, and safe in its own side file.
                    let _ = std::fs::remove_file(left);
                }
            }
            Err(error) => self.say(format!("{}: {error}", left.display())),
        }
    }

    /// Deletes a text that was left.
    pub fn throw_away(&mut self, left: &Path) {
        self.left.retain(|other| other != left);
        if let Err(error) = std::fs::remove_file(left) {
            self.say(format!("{}: {error}", left.display()));
        }
    }
}

/// The first side file of a text that is not saved.
pub fn aside(path: &Path) -> PathBuf {
    numbered(path, 1)
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".autosave");
    if number > 1 {
        name.push(format!(".{number}"));
    }
    path.with_file_name(name)
}

/// All side files of a text.
fn side_files(of: &Path) -> Vec<PathBuf> {
    let first = aside(of);
    let first = first.file_name().unwrap_or_default().to_string_lossy();
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let is_one = |name: &str| {
        let rest = name.strip_prefix(&*first)?;
        let number = rest.strip_prefix('.').map(str::parse::<usize>);
        Some(rest.is_empty() || number.is_some_and(|number| number.is_ok()))
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_one(name) == Some(true))
        .map(|name| of.with_file_name(name))
        .collect()
}

/// True where a session that lives has this side file.
fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}
