//! Words of which a field may have one, where they are known: names of what is there.

use crate::session::Session;
use terrella_app::cameras::PICTURES;
use terrella_app::spec::document::{Step, steps};

/// The bodies of the world.
pub(super) const BODIES: &str = "the bodies of the world";

/// The words that can stand at a place of the document; none where any word can.
pub(super) fn known(session: &Session, is_run: bool, path: &str) -> Vec<String> {
    if path == BODIES {
        let world = session.world().into_iter();
        return world.flat_map(|world| world.bodies.keys().cloned()).collect();
    }
    if !is_run {
        return Vec::new();
    }
    let registries = &session.project.registries;
    let keys: Vec<String> = steps(path)
        .into_iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        })
        .collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    match keys[..] {
        ["sensors"] => {
            let others = registries.sensors.0.iter().map(|kind| kind.name);
            owned(PICTURES.iter().map(|(name, _)| *name).chain(others))
        }
        ["cameras"] => {
            let world = session.world().into_iter();
            world.flat_map(|world| world.cameras.keys().cloned()).collect()
        }
        ["policies", "name"] => owned(session.policies().iter().map(|(name, _)| *name)),
        ["files", "exporter"] => owned(registries.exporters.0.iter().map(|own| own.name())),
        ["world", "family" | "families"] => {
            let families = registries.families.0.iter();
            families.map(|family| family.card().name).collect()
        }
        _ => Vec::new(),
    }
}

fn owned<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(str::to_string).collect()
}
