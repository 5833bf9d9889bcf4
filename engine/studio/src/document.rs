//! The document that is edited: a text, what it parses to, and how it came to be so.
//!
//! The text is the one source of truth; what it parses to and what is wrong with it are derived from it. Every edit goes through
//! [`SceneDocument::apply`], so every edit can be undone.
//!
//! **Invariants:** undo and redo restore the text byte by byte; a text that is wrong does not replace the last good world, nor the
//! file unless somebody who was asked says so.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use terrella_app::spec::diagnostic::{Diagnostic, Diagnostics};
use terrella_app::spec::document::Document;
use terrella_app::spec::limits::Limits;

/// Steps that can be undone.
const STEPS: usize = 1000;

/// A change of the document.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Sets a field to a TOML value.
    Set {
        /// The field: `world.bodies.ball.position_m[2]`.
        path: String,
        /// The value, as it is written in TOML.
        value: String,
    },
    /// Takes a field or table away: it has its default again.
    Remove {
        /// The field.
        path: String,
    },
    /// Puts a table at a new place.
    Put {
        /// The place: `world.bodies.ball`.
        path: String,
        /// Its fields, as lines of TOML.
        fields: String,
    },
    /// Puts a copy beside what it is of.
    Copy {
        /// What is copied.
        path: String,
        /// The copy's name.
        name: String,
    },
    /// Gives something another name, wherever it is named.
    Rename {
        /// What is renamed.
        path: String,
        /// Its new name.
        name: String,
    },
    /// Puts another text in the place of the whole one: typed by hand, or changed outside.
    Text(String),
}

impl Edit {
    /// Sets a field to a value as it is written in TOML.
    pub fn set(path: impl Into<String>, value: impl Into<String>) -> Edit {
        Edit::Set {
            path: path.into(),
            value: value.into(),
        }
    }

    fn make(&self, document: &mut Document) -> Result<(), Diagnostic> {
        match self {
            Edit::Set { path, value } => document.set(path, value),
            Edit::Remove { path } => document.reset(path),
            Edit::Put { path, fields } => document.put(path, fields),
            Edit::Copy { path, name } => document.copy(path, name),
            Edit::Rename { path, name } => document.rename(path, name),
            Edit::Text(text) => {
                document.text.clone_from(text);
                Ok(())
            }
        }
    }
}

/// A step that was made.
#[derive(Clone, Debug)]
struct Done {
    /// What it is called in the menu.
    label: String,
    /// Steps with the same key follow each other as one: those of a drag.
    key: Option<String>,
    before: String,
    after: String,
}

/// A text being edited.
#[derive(Clone, Debug)]
pub struct SceneDocument {
    document: Document,
    path: Option<PathBuf>,
    /// What the file holds; nothing where the text is in none and would be missed.
    saved: Option<String>,
    done: Vec<Done>,
    undone: Vec<Done>,
    /// What is derived from the text is made again when it differs.
    version: u64,
}

/// A number that no text has had.
fn next_version() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl SceneDocument {
    /// A document of this text. `path` is the file it is of; `name` is what messages call it.
    pub fn new(name: &str, path: Option<&Path>, text: &str, limits: Limits) -> Self {
        let document = Document {
            limits,
            ..Document::new(name, text)
        };
        SceneDocument {
            saved: Some(text.to_string()),
            path: path.map(Path::to_path_buf),
            document,
            done: Vec::new(),
            undone: Vec::new(),
            version: next_version(),
        }
    }

    /// The same, of a text that is in no file and would be missed: it counts as not saved from the start.
    pub fn never_saved(self) -> Self {
        SceneDocument { saved: None, ..self }
    }

    /// The text, its name and limits.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// The file that it is of.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The number of the text: no other one has it, of this document or another.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// True where the text differs from the file.
    pub fn is_dirty(&self) -> bool {
        self.saved.as_ref() != Some(&self.document.text)
    }

    /// Makes edits as one step, all or none. Steps with the same `key` that follow each other are undone together.
    pub fn apply(&mut self, label: &str, key: Option<&str>, edits: &[Edit]) -> Result<(), Diagnostics> {
        let mut next = self.document.clone();
        for edit in edits {
            edit.make(&mut next).map_err(|wrong| Diagnostics(vec![wrong]))?;
        }
        if next.text == self.document.text {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.document.text, next.text);
        self.version = next_version();
        self.undone.clear();
        let key = key.map(str::to_string);
        match self.done.last_mut() {
            Some(last) if key.is_some() && last.key == key => {
                last.after.clone_from(&self.document.text);
                if last.before == last.after {
                    // There and back again is no step.
                    self.done.pop();
                }
            }
            _ => self.done.push(Done {
                label: label.to_string(),
                key,
                before,
                after: self.document.text.clone(),
            }),
        }
        if self.done.len() > STEPS {
            self.done.remove(0);
        }
        Ok(())
    }

    /// Ends a drag: the next step is one of its own, whatever its key.
    pub fn end_drag(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.key = None;
        }
    }

    /// Takes back the last step; gives what it was.
    pub fn undo(&mut self) -> Option<String> {
        let step = self.done.pop()?;
        self.document.text.clone_from(&step.before);
        self.version = next_version();
        // What comes next is no part of a step before this one.
        self.end_drag();
        self.undone.push(step);
        self.undone.last().map(|step| step.label.clone())
    }

    /// Makes the last step again that was taken back; gives what it was.
    pub fn redo(&mut self) -> Option<String> {
        let step = self.undone.pop()?;
        self.document.text.clone_from(&step.after);
        self.version = next_version();
        self.done.push(step);
        self.end_drag();
        self.done.last().map(|step| step.label.clone())
    }

    /// What would be undone, and what redone.
    pub fn next_steps(&self) -> (Option<&str>, Option<&str>) {
        (
            self.done.last().map(|step| step.label.as_str()),
            self.undone.last().map(|step| step.label.as_str()),
        )
    }

    /// It is saved under this name now.
    pub fn saved_as(&mut self, path: &Path) {
        self.path = Some(path.to_path_buf());
        self.document.file = path.display().to_string();
        self.saved = Some(self.document.text.clone());
    }

    /// Nobody wants what was not saved.
    pub fn give_up(&mut self) {
        self.saved = Some(self.document.text.clone());
    }

    /// The file is gone: the text is in none, and would be missed.
    pub fn file_is_gone(&mut self) {
        self.saved = None;
    }

    /// The file holds another text now, which is not taken over.
    pub fn differs_from(&mut self, text: &str) {
        self.saved = Some(text.to_string());
    }

    /// The file holds another text now: it becomes a step that can be undone.
    pub fn changed_outside(&mut self, text: &str) {
        if self.saved_text() != Some(text) {
            self.differs_from(text);
            // A whole text cannot fail to be put in place.
            let _ = self.apply("change of the file", None, &[Edit::Text(text.to_string())]);
        }
    }

    /// The text that the file had when it was last read or written.
    pub fn saved_text(&self) -> Option<&str> {
        self.saved.as_deref()
    }
}
