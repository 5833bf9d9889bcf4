//! What is selected: places in the document, which problems lead to, and which are forgotten when they are gone.

use super::{Session, Wish, removal};
use crate::change;
use crate::document::Edit;
use terrella_app::spec::diagnostic::Diagnostic;
use terrella_app::spec::document::{Step, quoted_key, steps};
use terrella_app::spec::world::World;

impl Session {
    pub(super) fn forget_what_is_gone(&mut self) {
        let mut selection = std::mem::take(&mut self.selection);
        if self.project.is_scene && self.dataset.is_none() {
            let values = self.values();
            // A text that does not parse says nothing of what is there.
            if !values["world"].is_null() {
                selection.retain(|path| {
                    removal::kind_and_name(path).is_none() || change::at(values, path).is_some()
                });
            }
        } else if let Some(world) = self.world() {
            selection.retain(|path| {
                removal::kind_and_name(path).is_none_or(|(kind, name)| has(world, &kind, &name))
            });
        }
        self.selection = selection;
        let inputs = self.play.as_ref().map(|play| play.action_space().len());
        if let (Some(hand), Some(inputs)) = (&mut self.hand, inputs) {
            hand.resize(inputs, 0.0);
        }
    }

    /// Names of the selected bodies.
    pub fn selected_bodies(&self) -> Vec<String> {
        self.selection
            .iter()
            .filter_map(|path| change::body_of(path))
            .collect()
    }

    /// True where a body is neither picked nor moved.
    pub fn is_locked(&self, body: &str) -> bool {
        self.locked.contains(&change::body_path(body))
    }

    /// Selects a place, or adds it to the selection or takes it out of it.
    pub fn select(&mut self, path: &str, add: bool) {
        if !add {
            self.selection = vec![path.to_string()];
        } else if let Some(at) = self.selection.iter().position(|selected| selected == path) {
            self.selection.remove(at);
        } else {
            self.selection.push(path.to_string());
        }
    }

    /// Hides what is selected, or else locks it; where all of it is so already, no longer.
    pub(super) fn turn_marks(&mut self, hides: bool) {
        let things = self.selection.iter();
        let things = things.filter(|path| removal::kind_and_name(path).is_some());
        let things: Vec<String> = things.cloned().collect();
        if things.is_empty() {
            self.say("nothing is selected");
            return;
        }
        let marks = if hides { &mut self.hidden } else { &mut self.locked };
        if things.iter().all(|path| marks.contains(path)) {
            marks.retain(|path| !things.contains(path));
        } else {
            marks.extend(things);
        }
    }

    /// The place and the name of what is selected, to be renamed. An error says why it cannot be.
    pub fn renamed(&self) -> Result<(String, String), String> {
        if !self.project.is_scene {
            return Err(
                "rename: a family makes these worlds; make a scene of this one first (Ctrl+E)".into(),
            );
        }
        let [path] = &self.selection[..] else {
            return Err("rename: select one thing".into());
        };
        let Some((_, name)) = removal::kind_and_name(path) else {
            return Err("rename: this has no name of its own".into());
        };
        if self.locked.contains(path) {
            return Err(format!("{path} is locked: it is not renamed"));
        }
        Ok((path.clone(), name))
    }

    /// Gives a thing another name. What was selected, hidden and locked is so under the new one; a name that is refused, because
    /// something else has it, changes nothing. True where it is called so now.
    pub fn rename(&mut self, path: &str, name: &str) -> bool {
        let edit = Edit::Rename {
            path: path.to_string(),
            name: name.to_string(),
        };
        let Some((parent, _)) = change::parent_and_name(path) else {
            return false;
        };
        if !self.changes("rename", None, &[edit]) {
            return false;
        }
        let new = format!("{parent}.{}", quoted_key(name));
        for set in [&mut self.hidden, &mut self.locked] {
            if set.remove(path) {
                set.insert(new.clone());
            }
        }
        self.selection = vec![new];
        true
    }

    /// Shows where a problem is: selects what it is in, and its line in the text.
    pub fn go_to(&mut self, problem: &Diagnostic) {
        if problem.line > 0 {
            self.line = Some(problem.line);
        }
        if let Some(path) = self.thing_at(&problem.field) {
            self.selection = vec![path];
        }
        self.wishes.push(Wish::Text);
    }

    /// The thing that a field is of. Who tells of a field may not put names in quotes that have points in them.
    fn thing_at(&mut self, field: &str) -> Option<String> {
        let (world, rest) = field.split_once('.')?;
        if world != "world" {
            return None;
        }
        let Some(Step::Key(kind)) = steps(rest).first().cloned() else {
            return None;
        };
        if !removal::is_kind(&kind) {
            return Some(if kind == "light" { "world.light" } else { "world" }.into());
        }
        let things = self.values()["world"][&kind].as_object()?;
        let rest = rest.strip_prefix(&kind)?.strip_prefix('.')?;
        let is_it = |name: &str| {
            [name.to_string(), quoted_key(name)].iter().any(|name| {
                let behind = rest.strip_prefix(name.as_str());
                behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(['.', '[']))
            })
        };
        let named = things.keys().filter(|name| is_it(name));
        let name = named.max_by_key(|name| name.len())?;
        Some(change::place(&kind, name))
    }
}

/// True where a drawn world has a thing of a kind and name.
fn has(world: &World<f32>, kind: &str, name: &str) -> bool {
    match kind {
        "bodies" => world.bodies.contains_key(name),
        "joints" => world.joints.contains_key(name),
        "mechanisms" => world.mechanisms.contains_key(name),
        "cameras" => world.cameras.contains_key(name),
        "liquids" => world.liquids.contains_key(name),
        "softs" => world.softs.contains_key(name),
        "faults" => world.faults.contains_key(name),
        "lidars" => world.lidars.contains_key(name),
        "lights" => world.lights.contains_key(name),
        "images" => world.images.contains_key(name),
        "agents" => world.agents.contains_key(name),
        _ => false,
    }
}
