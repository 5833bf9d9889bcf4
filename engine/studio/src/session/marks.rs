//! What somebody hid, locked and pinned, kept from one time to the next in a file of the session's home: for each file, family and dataset
//! that was open.

use super::Session;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use terrella_app::exporters::publish::replace_bytes;

/// How often it is looked whether there is something to keep.
const KEEP: Duration = Duration::from_secs(1);
/// Of so many files, families and datasets the marks are kept.
const MOST: usize = 500;

/// What is kept of one that was open.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Marks {
    hidden: BTreeSet<String>,
    locked: BTreeSet<String>,
    pinned: BTreeSet<(u64, u64)>,
}

impl Marks {
    fn is_empty(&self) -> bool {
        *self == Marks::default()
    }

    fn write(&self) -> Value {
        json!({ "hidden": self.hidden, "locked": self.locked, "pinned": self.pinned })
    }

    /// What is no mark is passed over.
    fn read(json: &Value) -> Marks {
        let list = |name: &str| json[name].as_array().into_iter().flatten();
        let words = |name: &str| list(name).filter_map(|word| Some(word.as_str()?.to_string()));
        let world = |pair: &Value| Some((pair[0].as_u64()?, pair[1].as_u64()?));
        Marks {
            hidden: words("hidden").collect(),
            locked: words("locked").collect(),
            pinned: list("pinned").filter_map(world).collect(),
        }
    }
}

/// When marks were kept last, and which.
pub(super) struct Kept {
    looked: Instant,
    /// Of what they are.
    key: String,
    marks: Marks,
}

impl Default for Kept {
    fn default() -> Self {
        Kept {
            looked: Instant::now(),
            key: String::new(),
            marks: Marks::default(),
        }
    }
}

impl Session {
    fn marks(&self) -> Marks {
        Marks {
            hidden: self.hidden.clone(),
            locked: self.locked.clone(),
            pinned: self.pinned.clone(),
        }
    }

    /// The file of all marks, and what of it is of what is open. None for a scene that is in no file.
    fn place_of_marks(&self) -> Option<(PathBuf, String)> {
        let document = &self.project.document;
        let key = match document.path() {
            Some(path) => path.canonicalize().ok()?.display().to_string(),
            None if self.project.is_scene => return None,
            None => document.document().file.clone(),
        };
        Some((self.home.as_ref()?.join("marks.json"), key))
    }

    /// Takes up what was hidden, locked and pinned when this was open before.
    pub(super) fn recall_marks(&mut self) {
        let Some((file, key)) = self.place_of_marks() else {
            return;
        };
        let marks = read_all(&file).get(&key).map(Marks::read).unwrap_or_default();
        self.hidden.clone_from(&marks.hidden);
        self.locked.clone_from(&marks.locked);
        self.pinned.clone_from(&marks.pinned);
        (self.kept.key, self.kept.marks) = (key, marks);
    }

    /// Keeps them now and then, where they have changed.
    pub(super) fn look_after_marks(&mut self) {
        if self.kept.looked.elapsed() >= KEEP {
            self.keep_marks();
        }
    }

    /// Keeps what is hidden, locked and pinned, where it has changed.
    pub fn keep_marks(&mut self) {
        self.kept.looked = Instant::now();
        let (marks, Some((file, key))) = (self.marks(), self.place_of_marks()) else {
            return;
        };
        let is_known = key == self.kept.key || marks.is_empty();
        if marks == self.kept.marks && is_known {
            return;
        }
        // Another window may have kept its own meanwhile.
        let mut all = read_all(&file);
        if marks.is_empty() {
            all.remove(&key);
        } else {
            all.insert(key.clone(), marks.write());
        }
        while all.len() > MOST {
            let Some(first) = all.keys().find(|own| **own != key).cloned() else {
                break;
            };
            all.remove(&first);
        }
        if let Some(folder) = file.parent() {
            // Where it cannot be made, the file cannot be written.
            let _ = std::fs::create_dir_all(folder);
        }
        // Marks that cannot be kept are no reason to trouble anybody.
        let _ = replace_bytes(&file, Value::Object(all).to_string().as_bytes());
        (self.kept.key, self.kept.marks) = (key, marks);
    }
}

/// All marks of a file; none where it is not there or is none of ours.
fn read_all(file: &std::path::Path) -> Map<String, Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    }
}
