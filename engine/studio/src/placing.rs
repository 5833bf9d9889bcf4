//! Where what is new in a scene goes, by the place that was meant: bodies stand on it, joints leave their bodies where they are, and
//! what has points of its own takes them along.

use crate::change;
use crate::document::Edit;
use crate::pieces::Target;
use crate::session::Session;
use crate::viewport::reach_m;
use bevy::math::{Quat, Vec3};
use serde_json::{Value as Json, json};
use terrella_app::spec::document::{Document, Step, steps};
use terrella_app::spec::world::World;

/// How far from a surface a body is put before it is let down, m.
const APART_M: f32 = 0.01;
/// The shortest rope or spring between two bodies, m.
const SHORTEST_M: f32 = 0.01;

/// The points of things that go where they are put, as pieces have them.
const POINTS: [(&str, &str); 10] = [
    ("cameras", "position_m"),
    ("lights", "point.position_m"),
    ("liquids", "fill[0].low_m"),
    ("liquids", "fill[0].high_m"),
    ("softs", "form.rope.along_m[0]"),
    ("softs", "form.rope.along_m[1]"),
    ("softs", "form.cloth.corner_m"),
    ("softs", "form.jelly.center_m"),
    ("mechanisms", "photo_eye.from_m"),
    ("mechanisms", "photo_eye.to_m"),
];

/// Edits that bring a new thing, which has these fields at first, to where it is meant to be; nothing for what is nowhere, and for bodies,
/// which [`stand_on`] puts.
pub(crate) fn edits(session: &Session, kind: &str, path: &str, fields: &str, target: &Target) -> Vec<Edit> {
    let own = Document::new("piece", fields).json().unwrap_or_default();
    let point = target.surface.map(|(point, _)| point);
    let Some(world) = session.world() else {
        return Vec::new();
    };
    if kind == "joints" {
        return joint(world, path, &own, point);
    }
    // What rides on a body has its place in that one's frame.
    if own.get("mount").is_some() {
        return Vec::new();
    }
    let tracked = || Some(frame(world, own["track"].as_str()?).0.to_array());
    let Some(offset_m) = point.or_else(tracked) else {
        return Vec::new();
    };
    shifted(kind, path, &own, offset_m)
}

/// Edits that take the points of its own along of a new thing that has these fields at first.
fn shifted(kind: &str, path: &str, own: &Json, offset_m: [f32; 3]) -> Vec<Edit> {
    let fields = POINTS.iter().filter(|(of, _)| *of == kind);
    let there = fields.filter(|(_, field)| change::at(own, field).is_some());
    there
        .flat_map(|(_, field)| shifted_field(kind, path, own, field, offset_m))
        .collect()
}

fn shifted_field(kind: &str, path: &str, own: &Json, field: &str, offset_m: [f32; 3]) -> Vec<Edit> {
    let Some(Step::Key(name)) = steps(path).pop() else {
        return Vec::new();
    };
    let values = json!({ "world": { kind: { name: own } } });
    change::shift_by(&values, format!("{path}.{field}"), offset_m)
        .into_iter()
        .collect()
}

/// The same of a thing that comes with others, whose bodies go along, and joints with them.
pub(crate) fn moved(kind: &str, path: &str, own: &Json, offset_m: [f32; 3]) -> Vec<Edit> {
    match kind {
        "bodies" => shifted_field(kind, path, own, "position_m", offset_m),
        _ => shifted(kind, path, own, offset_m),
    }
}

/// Where a body starts, and how it is turned; the origin for the world.
fn frame(world: &World<f32>, body: &str) -> (Vec3, Quat) {
    let poses = world.start_poses();
    let pose = world.bodies.get_index_of(body).and_then(|index| poses.get(index));
    pose.map_or((Vec3::ZERO, Quat::IDENTITY), |pose| {
        (
            Vec3::from_array(pose.position_m),
            Quat::from_array(pose.rotation_xyzw),
        )
    })
}

/// Edits of a new joint with which its bodies stay where they start: it is at the point that was meant, or at the second body's origin. A
/// rope or spring goes from there to the first body's origin, and is as long as that is far; of the world, it hangs straight down.
fn joint(world: &World<f32>, path: &str, own: &Json, point: Option<[f32; 3]>) -> Vec<Edit> {
    let name = |field: &str| own[field].as_str().unwrap_or_default();
    let (parent, child) = (frame(world, name("parent")), frame(world, name("child")));
    let at = point.map_or(child.0, Vec3::from_array);
    let mut other = at;
    let mut edits = Vec::new();
    for length in ["rope.length_m", "spring.rest_length_m"] {
        let place = format!("freedom.{length}");
        let Some(long) = change::at(own, &place).and_then(Json::as_f64) else {
            continue;
        };
        if world.bodies.contains_key(name("parent")) {
            other = parent.0;
            let far = other.distance(at).max(SHORTEST_M);
            edits.push(Edit::set(
                format!("{path}.{place}"),
                change::number(f64::from(far)),
            ));
        } else {
            other += Vec3::Z * long as f32;
        }
    }
    for (field, (origin, turn), at) in [("anchor_parent_m", parent, other), ("anchor_child_m", child, at)] {
        let anchor = turn.inverse() * (at - origin);
        let is_written = own.get(field).is_some();
        if is_written || anchor.abs().max_element() > 1e-5 {
            let words = anchor.to_array().map(|part| change::number(f64::from(part)));
            edits.push(Edit::set(
                format!("{path}.{field}"),
                format!("[{}]", words.join(", ")),
            ));
        }
    }
    edits
}

/// Moves a new body to where it touches a surface, and lets it down to what lies below it. A step that has this key goes on.
pub(crate) fn stand_on(
    session: &mut Session,
    (label, key): (&str, &str),
    body: &str,
    (point_m, normal): ([f32; 3], [f32; 3]),
) {
    let Some(own) = session.world().and_then(|world| world.bodies.get(body)) else {
        return;
    };
    let Some(reach) = reach_m(&own.shape, Quat::from_array(own.rotation.quaternion_xyzw())) else {
        return;
    };
    let normal = Vec3::from_array(normal);
    let to = Vec3::from_array(point_m) + normal * (reach.dot(normal.abs()) + APART_M);
    let offset = to - Vec3::from_array(own.position_m);
    let values = session.values().clone();
    session.edit(
        label,
        Some(key),
        &change::move_by(&values, body, offset.to_array()),
    );
    if let Some(fall) = session.fall_m(body) {
        let values = session.values().clone();
        session.edit(
            label,
            Some(key),
            &change::move_by(&values, body, [0.0, 0.0, -fall]),
        );
    }
}
