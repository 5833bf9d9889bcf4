//! What goes with a thing that is deleted: whatever names it would be wrong without it.
//!
//! **Invariant:** of what names a deleted thing as little goes as leaves the rest right: an item of a list, a field that may be absent,
//! or else the whole thing that names it.

use crate::change::at;
use serde_json::Value as Json;
use terrella_app::spec::document::{Step, quoted_key, steps};

/// Fields that name things of kinds that differ from one to another.
const OF_ANY_KIND: [&str; 13] = [
    "of",
    "by",
    "fingers",
    "gate",
    "load_shaft",
    "motor_shaft",
    "needs",
    "sees",
    "stopped_by",
    "stunned_by",
    "throws",
    "waits_for",
    "pressed_by",
];
/// Lists that may lose an item, and be empty.
const LISTS: [&str; 8] = [
    "carries",
    "needs",
    "pressed_by",
    "sees",
    "sky_images",
    "stunned_by",
    "throws",
    "waits_for",
];
/// Lists that may lose an item as long as there is another one.
const LISTS_OF_SOME: [&str; 5] = ["by", "gates", "holds", "left", "right"];
/// Fields that may be absent.
const OPTIONAL: [&str; 6] = ["holding", "light", "mark", "stopped_by", "track", "wind"];
/// Tables whose keys are names of bodies.
const BY_BODY: [&str; 2] = ["drag_area_m2", "agents"];

/// The kind and name of what stands at a place of a scene: `world.bodies.ball`.
pub(super) fn kind_and_name(path: &str) -> Option<(String, String)> {
    match &steps(path)[..] {
        [Step::Key(world), Step::Key(kind), Step::Key(name)] if world == "world" && is_kind(kind) => {
            Some((kind.clone(), name.clone()))
        }
        _ => None,
    }
}

/// True for the tables of the world that hold things by their names.
pub(super) fn is_kind(table: &str) -> bool {
    !matches!(
        table,
        "physics" | "observe" | "agents_observe" | "light" | "gravity_mps2" | "control_hz"
    )
}

/// What must go with the things at these places of a text: places of things, fields and items, in an order in which they can be taken
/// away one after the other. The things themselves are among them.
pub(super) fn with_what_names_them(values: &Json, gone: &[String]) -> Vec<String> {
    let mut all: Vec<Vec<Step>> = gone.iter().map(|path| steps(path)).collect();
    loop {
        let (mut found, mut so_far) = (Vec::new(), all.clone());
        let mut way = Vec::new();
        walk(values, &mut way, &mut |way: &[Step], word: &str| {
            if all.iter().any(|gone| way.starts_with(gone)) || !names_gone(values, &all, way, word) {
                return;
            }
            if let Some(place) = what_goes(values, &so_far, way)
                && !found.contains(&place)
            {
                so_far.push(place.clone());
                found.push(place);
            }
        });
        if found.is_empty() {
            break;
        }
        all.extend(found);
    }
    // What is within something else that goes, goes with it; and the last items of a list go first.
    let mut outer: Vec<Vec<Step>> = Vec::new();
    for (index, place) in all.iter().enumerate() {
        let is_within = |other: &Vec<Step>| place.starts_with(other) && place.len() > other.len();
        if !all.iter().any(is_within) && !all[..index].contains(place) {
            outer.push(place.clone());
        }
    }
    let number = |place: &[Step]| match place.last() {
        Some(Step::Index(index)) => *index,
        _ => 0,
    };
    outer.sort_by_key(|place| std::cmp::Reverse(number(place)));
    outer.iter().map(|place| written(place)).collect()
}

/// A path as text.
fn written(place: &[Step]) -> String {
    let mut text = String::new();
    for step in place {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text += &quoted_key(key);
            }
            Step::Index(index) => text += &format!("[{index}]"),
        }
    }
    text
}

/// Visits all strings, and all keys that are names, with the way to them.
pub(super) fn walk(json: &Json, way: &mut Vec<Step>, visit: &mut dyn FnMut(&[Step], &str)) {
    match json {
        Json::String(word) => visit(way, word),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                way.push(Step::Index(index));
                walk(item, way, visit);
                way.pop();
            }
        }
        Json::Object(fields) => {
            for (key, value) in fields {
                way.push(Step::Key(key.clone()));
                if is_key_of_bodies(way) {
                    visit(way, key);
                }
                walk(value, way, visit);
                way.pop();
            }
        }
        _ => {}
    }
}

/// The innermost field of a way.
fn key(way: &[Step]) -> Option<&str> {
    way.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    })
}

fn named(step: Option<&Step>) -> &str {
    match step {
        Some(Step::Key(key)) => key,
        _ => "",
    }
}

/// True where a word in this place is the name of something that goes.
pub(super) fn names_gone(values: &Json, gone: &[Vec<Step>], way: &[Step], word: &str) -> bool {
    let Some(field) = key(way) else { return false };
    let kinds: Vec<&str> = gone
        .iter()
        .filter(|place| place.len() == 3 && named(place.last()) == word)
        .map(|place| named(place.get(1)))
        .collect();
    let table = named(way.get(1));
    match field {
        _ if kinds.is_empty() => false,
        _ if is_key_of_bodies(way) => kinds.contains(&"bodies"),
        _ if table == "agents" => kinds.contains(&"mechanisms"),
        "to" => table == "softs" && kinds.contains(&"bodies"),
        "parent" | "child" | "body" | "bodies" | "mount" | "track" | "seen_from" | "holds" | "holding"
        | "carries" | "loads" | "gates" | "mark" => kinds.contains(&"bodies"),
        "joint" | "sliders" | "left" | "right" | "faulty" => kinds.contains(&"joints"),
        "green" | "amber" | "red" => kinds.contains(&"bodies"),
        "mechanism" | "released_by" | "button" | "wind" => kinds.contains(&"mechanisms"),
        // Without it a line is a stop sign's.
        "light" => table == "mechanisms" && kinds.contains(&"mechanisms"),
        "liquid" => kinds.contains(&"liquids"),
        "images" | "sky_images" => kinds.contains(&"images"),
        // Unless there is another one of this name, it is meant.
        _ if OF_ANY_KIND.contains(&field) => {
            let tables = values["world"].as_object().into_iter().flatten();
            let mut others = tables.filter(|(kind, things)| {
                is_kind(kind) && things.get(word).is_some() && !kinds.contains(&kind.as_str())
            });
            others.next().is_none()
        }
        _ => false,
    }
}

/// True where a way ends with a key that is the name of a body. The world's own `agents` are none.
pub(super) fn is_key_of_bodies(way: &[Step]) -> bool {
    let above = way.len().checked_sub(2).and_then(|above| way.get(above));
    way.len() > 3 && matches!(way.last(), Some(Step::Key(_))) && BY_BODY.contains(&named(above))
}

/// What must go where a name in this place names nothing any more.
fn what_goes(values: &Json, gone: &[Vec<Step>], way: &[Step]) -> Option<Vec<Step>> {
    let field = key(way)?;
    let in_list = matches!(way.last(), Some(Step::Index(_)));
    let list = &way[..way.len() - 1];
    let others = || {
        let items = at(values, &written(list))
            .and_then(Json::as_array)
            .map_or(0, Vec::len);
        let lost = |place: &&Vec<Step>| place.len() == way.len() && place.starts_with(list);
        items > gone.iter().filter(lost).count() + 1
    };
    match (named(way.first()), named(way.get(1))) {
        ("goal", _) => Some(way[..1].to_vec()),
        ("world", "observe" | "agents_observe") => Some(way.get(..3)?.to_vec()),
        ("world", "softs") if named(way.get(3)) == "pins" => Some(way.get(..5)?.to_vec()),
        ("world", "agents") if others() => Some(way.to_vec()),
        ("world", "light") => Some(way.to_vec()),
        // A traffic light goes on without the head that has lost a lamp.
        ("world", "mechanisms") if ["green", "amber", "red"].contains(&field) => Some(list.to_vec()),
        ("world", _) => {
            // An eye that is told of no body sees them all.
            let may_be_empty = LISTS.contains(&field) && named(way.get(3)) != "photo_eye";
            let loses_item = may_be_empty || field == "images" || LISTS_OF_SOME.contains(&field) && others();
            let is_wheel = !in_list && way.len() > 6 && named(way.iter().rev().nth(2)) == "wheels";
            if in_list && loses_item
                || is_key_of_bodies(way)
                || is_wheel
                || !in_list && OPTIONAL.contains(&field)
            {
                return Some(way.to_vec());
            }
            Some(way.get(..3)?.to_vec())
        }
        _ => None,
    }
}
