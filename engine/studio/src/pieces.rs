//! What can be put into a scene: on the ground, on a body, or into the world as a whole.

use crate::change;
use crate::document::Edit;
use crate::placing::{self, stand_on};
use crate::session::Session;
use serde_json::Value as Json;
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
    /// Its fields. `BODY` stands for the body that it is put on, `OTHER` for the one that was selected before it, `JOINT` and
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

const fn piece(kind: &'static str, name: &'static str, doc: &'static str, fields: &'static str) -> Piece {
    Piece {
        kind,
        name,
        doc,
        fields,
    }
}

/// All pieces.
pub static PIECES: &[Piece] = &[
    piece(
        "bodies",
        "ball",
        "A sphere.",
        "shape.ball.radius_m = 0.1\nposition_m = [0, 0, 0.5]\npaint.color = [0.85, 0.3, 0.25]\n",
    ),
    piece(
        "bodies",
        "box",
        "A box.",
        "shape.box.half_extents_m = [0.1, 0.1, 0.1]\nposition_m = [0, 0, 0.5]\npaint.color = [0.25, 0.5, 0.85]\n",
    ),
    piece(
        "bodies",
        "cylinder",
        "A cylinder.",
        "shape.cylinder = { radius_m = 0.1, half_height_m = 0.12 }\nposition_m = [0, 0, 0.5]\npaint.color = [0.3, 0.7, 0.4]\n",
    ),
    piece(
        "bodies",
        "capsule",
        "A cylinder with round ends.",
        "shape.capsule = { radius_m = 0.08, half_height_m = 0.12 }\nposition_m = [0, 0, 0.5]\npaint.color = [0.85, 0.7, 0.25]\n",
    ),
    piece(
        "bodies",
        "cone",
        "A cone.",
        "shape.cone = { radius_m = 0.1, half_height_m = 0.12 }\nposition_m = [0, 0, 0.5]\npaint.color = [0.6, 0.4, 0.75]\n",
    ),
    piece(
        "bodies",
        "pebble",
        "An ellipsoid.",
        "shape.ellipsoid.radii_m = [0.14, 0.1, 0.07]\nposition_m = [0, 0, 0.5]\npaint.color = [0.6, 0.6, 0.55]\n",
    ),
    piece(
        "bodies",
        "wall",
        "A box that stands still.",
        "motion = \"fixed\"\nclass = \"wall\"\nshape.box.half_extents_m = [0.8, 0.05, 0.4]\nposition_m = [0, 1, 0.4]\npaint.color = [0.75, 0.73, 0.7]\n",
    ),
    piece(
        "bodies",
        "ramp",
        "A slope that stands still.",
        "motion = \"fixed\"\nclass = \"ramp\"\nshape.hull.points_m = [[-0.6, -0.3, 0], [0.6, -0.3, 0], [0.6, 0.3, 0], [-0.6, 0.3, 0], [0.6, -0.3, 0.5], [0.6, 0.3, 0.5]]\npaint.color = [0.7, 0.62, 0.5]\n",
    ),
    piece(
        "bodies",
        "floor",
        "An endless floor.",
        "motion = \"fixed\"\nclass = \"floor\"\nshape.half_space = {}\npaint = { color = [0.58, 0.6, 0.62], second_color = [0.5, 0.52, 0.54], pattern = \"checker\" }\n",
    ),
    piece(
        "bodies",
        "table",
        "A body of several shapes: a plate on four legs.",
        "class = \"table\"\nposition_m = [0, 0, 0.3]\npaint.color = [0.62, 0.45, 0.3]\n[shape.compound]\nparts = [\n  \
         { shape = { box = { half_extents_m = [0.4, 0.3, 0.02] } }, position_m = [0, 0, 0.28] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [-0.36, -0.26, 0.13] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [0.36, -0.26, 0.13] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [-0.36, 0.26, 0.13] },\n  \
         { shape = { box = { half_extents_m = [0.02, 0.02, 0.13] } }, position_m = [0.36, 0.26, 0.13] },\n]\n",
    ),
    piece(
        "bodies",
        "wedge",
        "A triangle mesh: a closed one, which may move.",
        "position_m = [0, 0, 0.5]\npaint.color = [0.8, 0.55, 0.3]\n[shape.mesh]\nvertices_m = [[-0.15, -0.1, -0.1], [0.15, -0.1, -0.1], [0.15, 0.1, -0.1], [-0.15, 0.1, -0.1], [0.15, -0.1, 0.1], [0.15, 0.1, 0.1]]\n\
         triangles = [[0, 2, 1], [0, 3, 2], [0, 1, 4], [1, 2, 5], [1, 5, 4], [2, 3, 5], [0, 4, 5], [0, 5, 3]]\n",
    ),
    piece(
        "bodies",
        "hills",
        "Ground that goes up and down: heights on a grid.",
        "motion = \"fixed\"\nclass = \"ground\"\nposition_m = [0, 0, 0]\npaint = { color = [0.4, 0.5, 0.33], smooth = true }\n[shape.height_field]\nsize_m = [4, 4]\ncolumns = 5\n\
         heights_m = [\n  0.0, 0.1, 0.2, 0.1, 0.0,\n  0.1, 0.3, 0.2, 0.1, 0.1,\n  0.2, 0.2, 0.0, 0.2, 0.3,\n  0.1, 0.1, 0.2, 0.4, 0.2,\n  0.0, 0.1, 0.3, 0.2, 0.0,\n]\n",
    ),
    piece(
        "joints",
        "hinge",
        "The selected body turns about the one selected before it, or the world, where this is dropped.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.hinge = { axis = [0, 0, 1] }\n",
    ),
    piece(
        "joints",
        "slider",
        "The selected body slides along an axis.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.slider = { axis = [1, 0, 0], limits_m = [-0.5, 0.5] }\n",
    ),
    piece(
        "joints",
        "rope",
        "The selected body hangs on a rope.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nanchor_parent_m = [0, 0, 1.5]\nfreedom.rope = { length_m = 1 }\n",
    ),
    piece(
        "joints",
        "spring",
        "A spring between two bodies.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nanchor_parent_m = [0, 0, 1]\nfreedom.spring = { rest_length_m = 0.5, stiffness_npm = 200, damping_nspm = 2 }\n",
    ),
    piece(
        "joints",
        "ball_joint",
        "The selected body turns freely about a point.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.ball = {}\n",
    ),
    piece(
        "joints",
        "weld",
        "Two bodies become one.",
        "parent = \"OTHER\"\nchild = \"BODY\"\nfreedom.weld = {}\n",
    ),
    piece(
        "mechanisms",
        "push",
        "A force on the selected body: an action of two numbers.",
        "force = { body = \"BODY\", axes = \"xy\", max_force_n = 5 }\n",
    ),
    piece(
        "mechanisms",
        "strike",
        "A blow to the selected body while it is at rest: an action of two numbers.",
        "strike = { body = \"BODY\", axes = \"xy\", max_impulse_ns = 2, min_impulse_ns = 0.05, rest_speed_mps = 0.02 }\n",
    ),
    piece(
        "mechanisms",
        "grip",
        "The selected body holds what is in reach of it: an action of one number.",
        "grip = { body = \"BODY\", reach_m = 0.1 }\n",
    ),
    piece(
        "mechanisms",
        "wind",
        "Wind with gusts that drags the selected body.",
        "wind = { drag_area_m2 = { \"BODY\" = 0.05 }, mean_mps = [3, 0, 0], gust_mps = 1 }\n",
    ),
    piece(
        "mechanisms",
        "drive",
        "A motor on the selected joint, by torque or force: an action of one number.",
        "drive = { joint = \"JOINT\", max_force = 5 }\n",
    ),
    piece(
        "mechanisms",
        "servo",
        "A motor on the selected joint, by velocity: an action of one number.",
        "servo = { joint = \"JOINT\", max_velocity = 2, max_force = 20 }\n",
    ),
    piece(
        "faults",
        "weak",
        "The selected mechanism loses half of its strength.",
        "mechanism = \"MECHANISM\"\nkind = \"weak\"\nonset_secs = 1\nramp_secs = 1\nseverity = 0.5\n",
    ),
    piece(
        "faults",
        "stuck",
        "The selected mechanism holds the last command that it had.",
        "mechanism = \"MECHANISM\"\nkind = \"stuck\"\nonset_secs = 1\n",
    ),
    piece(
        "faults",
        "drift",
        "What the selected mechanism reports is too high, and more and more so.",
        "mechanism = \"MECHANISM\"\nkind = \"drift\"\nonset_secs = 1\nramp_secs = 2\n",
    ),
    piece(
        "cameras",
        "camera",
        "A camera that stands still.",
        "position_m = [2, -2, 1.5]\nlook_at_m = [X, Y, Z]\n",
    ),
    piece(
        "cameras",
        "follower",
        "A camera that keeps looking at the selected body.",
        "position_m = [2, -2, 1.5]\nlook_at_m = [0, 0, 0]\ntrack = \"BODY\"\n",
    ),
    piece(
        "cameras",
        "rider",
        "A camera on the selected body.",
        "position_m = [0, 0, 0.2]\nlook_at_m = [1, 0, 0.1]\nmount = \"BODY\"\n",
    ),
    piece(
        "lidars",
        "scan",
        "A 2-D lidar on the selected body.",
        "mount = \"BODY\"\nposition_m = [0, 0, 0.2]\n",
    ),
    piece(
        "lights",
        "lamp",
        "A lamp at a place.",
        "point = { position_m = [0, 0, 2] }\n",
    ),
    piece(
        "liquids",
        "water",
        "A block of water.",
        "fill = [{ low_m = [-0.2, -0.2, 0.6], high_m = [0.2, 0.2, 0.9] }]\nspacing_m = 0.04\n",
    ),
    piece(
        "softs",
        "cord",
        "A rope that is held at one end.",
        "form.rope = { along_m = [[-0.4, 0, 1.2], [0.4, 0, 1.2]], segments = 24 }\npins = [{ vertices = [0] }]\n",
    ),
    piece(
        "softs",
        "cloth",
        "A cloth that falls on what is below it.",
        "form.cloth = { corner_m = [-0.4, -0.4, 1], along_m = [0.8, 0, 0], across_m = [0, 0.8, 0], segments = [12, 12] }\nmass_kg = 0.2\ncolor = [0.35, 0.5, 0.75]\n",
    ),
    piece(
        "softs",
        "jelly",
        "A block of jelly.",
        "form.jelly = { center_m = [0, 0, 0.8], half_extents_m = [0.12, 0.12, 0.12], segments = [3, 3, 3] }\nmass_kg = 1\ncolor = [0.8, 0.35, 0.45]\n",
    ),
    piece(
        "material",
        "steel",
        "Heavy, and hardly bounces.",
        "density_kgpm3 = 7850\nfriction = 0.5\nrestitution = 0.2\n",
    ),
    piece(
        "material",
        "wood",
        "Light, and rough.",
        "density_kgpm3 = 700\nfriction = 0.5\nrestitution = 0.3\n",
    ),
    piece(
        "material",
        "rubber",
        "Holds fast, and bounces.",
        "density_kgpm3 = 1100\nfriction = 0.9\nrestitution = 0.8\n",
    ),
    piece(
        "material",
        "ice",
        "Hardly any friction.",
        "density_kgpm3 = 917\nfriction = 0.03\nrestitution = 0.1\n",
    ),
    piece(
        "material",
        "foam",
        "Very light, and does not bounce.",
        "density_kgpm3 = 40\nfriction = 0.7\nrestitution = 0\n",
    ),
    piece(
        "physics",
        "fast",
        "Physics for things that fly, fall and roll.",
        "preset = \"fast\"\n",
    ),
    piece(
        "physics",
        "accurate",
        "Physics for joints, stacks and robots.",
        "preset = \"accurate\"\n",
    ),
    piece(
        "observe",
        "position",
        "The agent senses where the body is.",
        "quantity = \"position\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "velocity",
        "The agent senses how fast the body moves.",
        "quantity = \"velocity\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "rotation",
        "The agent senses how the body is turned.",
        "quantity = \"rotation\"\nof = \"BODY\"\n",
    ),
    piece(
        "observe",
        "spin",
        "The agent senses how fast the body turns.",
        "quantity = \"spin\"\nof = \"BODY\"\n",
    ),
];

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
            let name = change::free_name(piece.name, |name| {
                change::at(&values, &change::place(kind, name)).is_some()
            });
            let path = change::place(kind, &name);
            let places = placing::edits(session, kind, &path, &fields, target);
            let mut edits = vec![Edit::Put {
                path: path.clone(),
                fields,
            }];
            edits.extend(places);
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
    }
}

/// The fields of a piece at a target; nothing, said in the log, where it wants a body and there is none.
fn fields(session: &mut Session, piece: &Piece, target: &Target) -> Option<String> {
    let wants_body = piece.fields.contains("BODY") || piece.kind == "material";
    if wants_body && target.body.is_none() {
        session.say(format!("{}: select a body, or drop it on one", piece.name));
        return None;
    }
    let mut fields = piece.fields.to_string();
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
    let fails = |mechanism: &Mechanism<f32>| {
        let kinds = mechanism.fault_kinds();
        let word = |kind: &FaultKind| format!("kind = \"{}\"", kind.name());
        kinds.iter().any(|kind| piece.fields.contains(&word(kind)))
    };
    let names: Vec<&String> = if kind == "joints" {
        let all = world.joints.iter().filter(|(_, joint)| moves(joint));
        all.map(|(name, _)| name).collect()
    } else {
        let all = world.mechanisms.iter().filter(|(_, own)| fails(own));
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
