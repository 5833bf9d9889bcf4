//! What is copied along with bodies: what joins and moves them, and names nothing else.

use super::removal::{is_key_of_bodies, names_gone, walk};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use terrella_app::spec::document::Step;

/// The tables whose things go along, in an order in which those that are named come first.
const KINDS: [&str; 4] = ["joints", "mechanisms", "softs", "faults"];

/// A thing that goes along, as it is beside the copies.
pub(super) struct Along {
    /// Its table.
    pub kind: String,
    /// The name of what it is a copy of.
    pub of: String,
    /// Its own name.
    pub name: String,
    /// Its fields, which name the copies.
    pub fields: Json,
}

/// A name within a thing, and the way to it in the text.
struct Named {
    way: Vec<Step>,
    word: String,
    /// It is a key, not a value.
    is_key: bool,
}

/// What goes along with bodies, whose copies are called as `names` says. `free` gives a name like another one.
pub(super) fn along(
    values: &Json,
    names: &mut BTreeMap<String, String>,
    free: impl Fn(&str) -> String,
) -> Vec<Along> {
    let named = names_within(values);
    let mut found: Vec<(&str, &str)> = Vec::new();
    loop {
        let before = found.len();
        for ((kind, name), own) in &named {
            let is_found = found.contains(&(*kind, name.as_str()));
            if !is_found && own.iter().all(|named| names.contains_key(&named.word)) {
                names.entry(name.clone()).or_insert_with(|| free(name));
                found.push((*kind, name.as_str()));
            }
        }
        if found.len() == before {
            break;
        }
    }
    found.sort_by_key(|(kind, _)| KINDS.iter().position(|own| own == kind));
    let copy = |(kind, name): (&str, &str)| {
        let mut fields = values["world"][kind][name].clone();
        let own = named.iter().find(|((of, thing), _)| *of == kind && thing == name);
        let mut own: Vec<&Named> = own.into_iter().flat_map(|(_, own)| own).collect();
        // The ways go through keys as they are: the outermost of those are renamed last.
        own.sort_by_key(|named| (named.is_key, std::cmp::Reverse(named.way.len())));
        for named in own {
            rename(&mut fields, named, &names[&named.word]);
        }
        Along {
            kind: kind.to_string(),
            of: name.to_string(),
            name: names[name].clone(),
            fields,
        }
    };
    found.into_iter().map(copy).collect()
}

/// The things that name others, with the names in them. The fixed world, which a joint names, is one that is never copied.
fn names_within(values: &Json) -> Vec<((&'static str, String), Vec<Named>)> {
    let tables = values["world"].as_object().into_iter().flatten();
    let things = tables.flat_map(|(kind, things)| {
        let names = things.as_object().into_iter().flat_map(|things| things.keys());
        names.map(|name| ["world", kind.as_str(), name.as_str()].map(|key| Step::Key(key.to_string())))
    });
    let things: Vec<Vec<Step>> = things.map(Vec::from).collect();
    let mut all: Vec<((&'static str, String), Vec<Named>)> = Vec::new();
    walk(values, &mut Vec::new(), &mut |way: &[Step], word: &str| {
        let [Step::Key(world), Step::Key(table), Step::Key(name), ..] = way else {
            return;
        };
        let Some(kind) = KINDS.iter().find(|kind| world == "world" && table == *kind) else {
            return;
        };
        let is_end = matches!(&way[3..], [Step::Key(end)] if *kind == "joints" && ["parent", "child"].contains(&end.as_str()));
        if !is_end && !names_gone(values, &things, way, word) {
            return;
        }
        let named = Named {
            way: way[3..].to_vec(),
            word: word.to_string(),
            is_key: is_key_of_bodies(way),
        };
        match all
            .iter_mut()
            .find(|((of, thing), _)| of == kind && thing == name)
        {
            Some((_, own)) => own.push(named),
            None => all.push(((*kind, name.clone()), vec![named])),
        }
    });
    all
}

/// Puts another name in the place of one.
fn rename(fields: &mut Json, named: &Named, name: &str) {
    let Some((last, above)) = named.way.split_last() else {
        return;
    };
    let parent = above.iter().try_fold(fields, |place, step| match step {
        Step::Key(key) => place.get_mut(key),
        Step::Index(index) => place.get_mut(*index),
    });
    let Some(parent) = parent else { return };
    match (last, parent) {
        (Step::Key(key), Json::Object(table)) if named.is_key => {
            if let Some(value) = table.remove(key) {
                table.insert(name.to_string(), value);
            }
        }
        (Step::Key(key), Json::Object(table)) => {
            table.insert(key.clone(), name.into());
        }
        (Step::Index(index), Json::Array(items)) => items[*index] = name.into(),
        _ => {}
    }
}
