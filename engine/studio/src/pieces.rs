//! What can be put into a scene: on the ground, on a body, or into the world as a whole.

mod assemblies;
mod table;

pub use assemblies::{ASSEMBLIES, Assembly, put_assembly};
pub use table::PIECES;

use crate::change;
use crate::document::Edit;
use crate::placing::{self, stand_on};
use crate::session::Session;
use serde_json::Value as Json;
use std::path::Path;
use terrella_app::spec::document::Document;
use terrella_app::spec::world::{FaultKind, Freedom, Joint, Mechanism, World};

/// Something that can be put into a scene: its kind, its name, and its fields as lines of TOML.
pub struct Piece {
    /// The table that it goes into; `material` is that of a body, `physics` the world's, `observe` what the agent senses.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields. `BODY` stands for the body that it is put on, `KINEMATIC` and `FIXED` for the same, which moves so then, `OTHER` for the one that was selected before it, `JOINT` and
    /// `MECHANISM` for those of the body, the ones that are selected, or else the first that can have it, `X`, `Y` and `Z` for where it is
    /// put, m. Other places are told from the ground at the origin; `placing.rs` takes them to where it is put.
    pub fields: &'static str,
}

/// Where a piece is put.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// The body that it is put on.
    pub body: Option<String>,
    /// The point that it is put on, m, and the surface's unit normal there; the piece's own place where there is none.
    pub surface: Option<([f32; 3], [f32; 3])>,
}

impl Target {
    /// The body that was selected last.
    pub fn selected(session: &Session) -> Target {
        Target {
            body: session.selected_bodies().pop(),
            surface: None,
        }
    }
}

/// Puts a piece into the scene. What has a name gets one that is free, and is selected. All of it is one step to undo.
pub fn put(session: &mut Session, piece: &Piece, target: &Target) {
    session.project.document.end_drag();
    if !session.only_scenes(piece.name) {
        return;
    }
    let Some(fields) = fields(session, piece, target) else {
        return;
    };
    let label = format!("add {}", piece.name);
    let body = target.body.clone().unwrap_or_default();
    let values = session.values().clone();
    match piece.kind {
        "material" if session.is_locked(&body) => session.say(format!("{body} is locked: it stays as it is")),
        "material" => {
            let place = format!("{}.material", change::body_path(&body));
            session.edit(&label, None, &set_all(&place, &fields));
        }
        "physics" => session.edit(&label, None, &set_all("world.physics", &fields)),
        "observe" => {
            let mut items = change::at(&values, "world.observe")
                .and_then(|items| items.as_array().cloned())
                .unwrap_or_default();
            items.push(Document::new("piece", &fields).json().expect("pieces are right"));
            let text = terrella_app::spec::write::in_line(&items.into());
            session.edit(&label, None, &[Edit::set("world.observe", text)]);
        }
        kind => {
            let motion = motion_of(piece).map(|(_, motion)| motion);
            if motion.is_some() && session.is_locked(&body) {
                session.say(format!("{body} is locked: it moves as it did"));
                return;
            }
            let place = format!("{}.motion", change::body_path(&body));
            let motion = motion.map(|motion| Edit::set(place, format!("\"{motion}\"")));
            put_named(session, (kind, piece.name), fields, target, motion);
        }
    }
}

/// Puts a thing of a kind into the scene, by a name like this one, where a target says, and selects it. `more` is of the same step.
fn put_named(
    session: &mut Session,
    (kind, name): (&str, &str),
    fields: String,
    target: &Target,
    more: Option<Edit>,
) {
    let label = format!("add {name}");
    let values = session.values();
    let name = change::free_name(name, |name| {
        change::at(values, &change::place(kind, name)).is_some()
    });
    let path = change::place(kind, &name);
    let places = placing::edits(session, kind, &path, &fields, target);
    let mut edits = vec![Edit::Put {
        path: path.clone(),
        fields,
    }];
    edits.extend(places);
    edits.extend(more);
    // The edits that follow are of the same step.
    let key = format!("add {path}");
    if !session.changes(&label, Some(&key), &edits) {
        return;
    }
    session.selection = vec![path];
    if let (Some(surface), "bodies") = (target.surface, kind) {
        stand_on(session, (&label, &key), &name, surface);
    }
    session.project.document.end_drag();
}

/// Puts a body into the scene whose shape is the convex hull of a mesh file: so it may move, whatever the file holds. The file must be
/// in the folder of the scene's other files.
pub fn put_mesh(session: &mut Session, file: &Path) {
    session.project.document.end_drag();
    if !session.only_scenes("mesh") {
        return;
    }
    match session.project.file_from_scene(file) {
        Ok(path) => {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let path = Json::from(path);
            let fields = format!(
                "position_m = [0, 0, 0.5]\nshape.mesh_file = {{ path = {path}, hull = true }}\npaint.color = [0.65, 0.6, 0.5]\n"
            );
            put_named(session, ("bodies", &stem), fields, &Target::default(), None);
        }
        Err(why) => session.say(why),
    }
}

/// The word for its body in a piece that has its body move in some way, and that way.
fn motion_of(piece: &Piece) -> Option<(&'static str, &'static str)> {
    let words = [("KINEMATIC", "kinematic"), ("FIXED", "fixed")];
    words.into_iter().find(|(word, _)| piece.fields.contains(word))
}

/// The fields of a piece at a target; nothing, said in the log, where it wants a body and there is none.
fn fields(session: &mut Session, piece: &Piece, target: &Target) -> Option<String> {
    let moves = motion_of(piece);
    let wants_body = piece.fields.contains("BODY") || piece.kind == "material" || moves.is_some();
    if wants_body && target.body.is_none() {
        session.say(format!("{}: select a body, or drop it on one", piece.name));
        return None;
    }
    let mut fields = piece.fields.to_string();
    if let Some((word, _)) = moves {
        fields = fields.replace(word, "BODY");
    }
    for (word, kind) in [("\"JOINT\"", "joints"), ("\"MECHANISM\"", "mechanisms")] {
        if !fields.contains(word) {
            continue;
        }
        let Some(name) = able(session, piece, kind, target) else {
            session.say(format!(
                "{}: there is none of the {kind} that can have it",
                piece.name
            ));
            return None;
        };
        fields = fields.replace(word, &serde_json::Value::from(name).to_string());
    }
    let body = target.body.clone().unwrap_or_default();
    let others = session.selected_bodies();
    let other = others.iter().rev().find(|other| **other != body);
    let [x, y, z] = target
        .surface
        .map_or([0.0, 0.0, 0.3], |(point, _)| point)
        .map(|part| change::number(f64::from(part)));
    let quoted = |name: &str| serde_json::Value::from(name).to_string();
    Some(
        fields
            .replace("\"BODY\"", &quoted(&body))
            .replace("\"OTHER\"", &quoted(other.map_or("world", String::as_str)))
            .replace("[X, Y, Z]", &format!("[{x}, {y}, {z}]")),
    )
}

/// The joint or mechanism that a piece is put on, of those that can have it: one of the body that it is dropped on, or else the selected
/// one, one of the selected body, the first.
fn able(session: &Session, piece: &Piece, kind: &str, target: &Target) -> Option<String> {
    let world = session.world()?;
    let moves = |joint: &Joint<f32>| matches!(joint.freedom, Freedom::Hinge { .. } | Freedom::Slider { .. });
    let can = |mechanism: &Mechanism<f32>| {
        let kinds = mechanism.fault_kinds();
        if piece.kind == "observe" {
            // Every mechanism has a state; those that can fail report.
            return piece.name == "state" || !kinds.is_empty();
        }
        let word = |kind: &FaultKind| format!("kind = \"{}\"", kind.name());
        kinds.iter().any(|kind| piece.fields.contains(&word(kind)))
    };
    let names: Vec<&String> = if kind == "joints" {
        let all = world.joints.iter().filter(|(_, joint)| moves(joint));
        all.map(|(name, _)| name).collect()
    } else {
        let all = world.mechanisms.iter().filter(|(_, own)| can(own));
        all.map(|(name, _)| name).collect()
    };
    let is_selected = |name: &&&String| session.selection.contains(&change::place(kind, name));
    let selected = names.iter().find(is_selected);
    let body = target.body.as_deref().unwrap_or_default();
    let of_body = names
        .iter()
        .find(|name| !body.is_empty() && is_of(world, kind, name, body));
    let is_dropped = !session.selected_bodies().iter().any(|selected| selected == body);
    let found = if is_dropped {
        of_body.or(selected)
    } else {
        selected.or(of_body)
    };
    found.or(names.first()).map(|name| name.to_string())
}

/// True for a joint or mechanism that names a body, and for a mechanism of a joint that does.
fn is_of(world: &World<f32>, kind: &str, name: &str, body: &str) -> bool {
    let joins = |joint: &Joint<f32>| joint.parent == body || joint.child == body;
    if kind == "joints" {
        return world.joints.get(name).is_some_and(joins);
    }
    let joints = world.joints.iter().filter(|(_, joint)| joins(joint));
    let mut wanted: Vec<&str> = joints.map(|(name, _)| name.as_str()).collect();
    wanted.push(body);
    let fields = world.mechanisms.get(name).map(serde_json::to_value);
    fields
        .and_then(Result::ok)
        .is_some_and(|fields| names_any(&fields, &wanted))
}

/// True where one of these words stands somewhere in a value.
fn names_any(value: &Json, words: &[&str]) -> bool {
    match value {
        Json::String(word) => words.contains(&word.as_str()),
        Json::Array(items) => items.iter().any(|item| names_any(item, words)),
        Json::Object(fields) => fields.values().any(|field| names_any(field, words)),
        _ => false,
    }
}

fn set_all(place: &str, fields: &str) -> Vec<Edit> {
    let pairs = fields.lines().filter_map(|line| line.split_once(" = "));
    pairs
        .map(|(field, value)| Edit::set(format!("{place}.{field}"), value))
        .collect()
}
