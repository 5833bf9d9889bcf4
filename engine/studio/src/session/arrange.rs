//! Commands that put the things of a scene elsewhere, copy them, or take them away.

use super::Session;
use super::copies::along;
use super::removal::{kind_and_name, with_what_names_them};
use crate::change;
use crate::document::Edit;
use crate::placing;
use crate::viewport::reach_m;
use bevy::math::{Quat, Vec3};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;
use terrella_app::sim::lane::Lane;
use terrella_app::spec::document::quoted_key;
use terrella_app::spec::write::in_line;

/// How far a copy is put from what it is of, m.
const APART_M: f32 = 0.02;

/// A name like this one that nothing in the world has, of any kind.
fn free_anywhere(values: &Json, name: &str) -> String {
    change::free_name(name, |name| change::is_named(values, name))
}

impl Session {
    /// True in a scene; in the worlds of a family it is said that they cannot be edited.
    pub(crate) fn only_scenes(&mut self, what: &str) -> bool {
        if !self.project.is_scene {
            self.say(format!(
                "{what}: a family makes these worlds; make a scene of this one first (Ctrl+E)"
            ));
        }
        self.project.is_scene
    }

    /// Copies what is selected, and what joins and moves the bodies that are copied and names nothing else. Bodies stand beside what they
    /// are copies of: within it they would burst apart.
    pub(super) fn duplicate(&mut self) {
        if !self.only_scenes("duplicate") {
            return;
        }
        let selection = self.selection.clone();
        let mut values = self.values().clone();
        let aside_m = self.width_m() + APART_M;
        let (mut edits, mut copies) = (Vec::new(), Vec::new());
        let mut names = BTreeMap::new();
        for body in self.selected_bodies() {
            if change::at(&values, &change::body_path(&body)).is_some() {
                names.insert(body.clone(), free_anywhere(&values, &body));
            }
        }
        let along = along(&values, &mut names, |name| free_anywhere(&values, name));
        for path in selection {
            let Some((kind, name)) = kind_and_name(&path) else {
                continue;
            };
            let Some(own) = change::at(&values, &path).cloned() else {
                continue;
            };
            if along.iter().any(|along| along.kind == kind && along.of == name) {
                continue;
            }
            let is_taken = |name: &str| change::at(&values, &change::place(&kind, name)).is_some();
            let free = match names.get(&name) {
                Some(free) if kind == "bodies" => free.clone(),
                _ => change::free_name(&name, is_taken),
            };
            values["world"][&kind][&free] = own;
            edits.push(Edit::Copy {
                path,
                name: free.clone(),
            });
            if kind == "bodies" {
                edits.extend(change::move_by(&values, &free, [aside_m, 0.0, 0.0]));
            }
            copies.push(change::place(&kind, &free));
        }
        for along in &along {
            let path = change::place(&along.kind, &along.name);
            let fields = along.fields.as_object().into_iter().flatten();
            let lines = fields.map(|(key, value)| format!("{} = {}\n", quoted_key(key), in_line(value)));
            edits.push(Edit::Put {
                path: path.clone(),
                fields: lines.collect(),
            });
            edits.extend(placing::moved(
                &along.kind,
                &path,
                &along.fields,
                [aside_m, 0.0, 0.0],
            ));
        }
        if self.changes("duplicate", None, &edits) {
            self.selection = copies;
            if !along.is_empty() {
                let names: Vec<&str> = along.iter().map(|along| along.name.as_str()).collect();
                self.say(format!(
                    "copied too, because it joins or moves them: {}",
                    names.join(", ")
                ));
            }
        }
    }

    /// How far the selected bodies reach along x, all together, m; endless ones do not count.
    fn width_m(&self) -> f32 {
        let Some(world) = self.world() else { return 0.0 };
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        for name in self.selected_bodies() {
            let Some(body) = world.bodies.get(&name) else {
                continue;
            };
            let turn = Quat::from_array(body.rotation.quaternion_xyzw());
            if let Some(Vec3 { x: reach, .. }) = reach_m(&body.shape, turn) {
                low = low.min(body.position_m[0] - reach);
                high = high.max(body.position_m[0] + reach);
            }
        }
        (high - low).max(0.0)
    }

    /// Takes away what is selected, and whatever names it.
    pub(super) fn delete(&mut self) {
        if !self.only_scenes("delete") {
            return;
        }
        let values = self.values().clone();
        let mut gone = Vec::new();
        for path in self.selection.clone() {
            if self.locked.contains(&path) {
                self.say(format!("{path} is locked: it is not deleted"));
            } else if path != "goal" && kind_and_name(&path).is_none() {
                let what = if path.is_empty() {
                    "the scene"
                } else {
                    path.as_str()
                };
                self.say(format!("{what} is no thing of the world: it is not deleted"));
            } else if change::at(&values, &path).is_some() {
                gone.push(path);
            }
        }
        let all = with_what_names_them(&values, &gone);
        let others: Vec<&str> = all
            .iter()
            .filter(|path| !gone.contains(path))
            .map(String::as_str)
            .collect();
        if !others.is_empty() {
            self.say(format!(
                "deleted too, because it named what went: {}",
                others.join(", ")
            ));
        }
        let edits: Vec<Edit> = all.iter().cloned().map(|path| Edit::Remove { path }).collect();
        self.selection.retain(|path| !gone.contains(path));
        self.edit("delete", None, &edits);
    }

    pub(super) fn write_poses(&mut self) {
        if !self.only_scenes("write poses") {
            return;
        }
        let values = self.values().clone();
        let Some(play) = &self.play else { return };
        let free = |body: &str| !self.is_locked(body);
        let edits = change::write_poses(&values, &play.plan().world, &play.now().poses, &free);
        let count = edits.len();
        self.edit("write poses", None, &edits);
        self.say(format!("{count} fields written"));
    }

    /// Lowers each selected body until it touches something: the lowest one first, so that a stack stays one.
    pub(super) fn drop_to_surface(&mut self) {
        if !self.only_scenes("drop to surface") {
            return;
        }
        let mut bodies = self.selected_bodies();
        bodies.retain(|body| !self.is_locked(body));
        let values = self.values().clone();
        let Some(play) = &self.play else { return };
        let mut plan = play.plan().clone();
        bodies.retain(|body| plan.world.bodies.contains_key(body));
        let lowest = |body: &String| {
            let body = &plan.world.bodies[body];
            let turn = Quat::from_array(body.rotation.quaternion_xyzw());
            body.position_m[2] - reach_m(&body.shape, turn).map_or(0.0, |reach| reach.z)
        };
        bodies.sort_by(|one, other| lowest(one).total_cmp(&lowest(other)));
        let mut edits = Vec::new();
        for name in &bodies {
            // As the world is once those below have been lowered.
            let Ok(lane) = Lane::new(Arc::new(plan.clone())) else {
                break;
            };
            let view = lane.view();
            let fall = view.body_index(name).and_then(|index| view.fall_m(index));
            let fall = fall.unwrap_or(0.0);
            plan.world.bodies[name].position_m[2] -= fall;
            edits.extend(change::move_by(&values, name, [0.0, 0.0, -fall]));
        }
        self.edit("drop to surface", None, &edits);
    }

    /// How far a body falls from its start until it touches something, m; nothing where there is nothing below it.
    pub fn fall_m(&self, body: &str) -> Option<f32> {
        let lane = Lane::new(Arc::new(self.play.as_ref()?.plan().clone())).ok()?;
        let start = lane.view();
        start.fall_m(start.body_index(body)?)
    }
}
