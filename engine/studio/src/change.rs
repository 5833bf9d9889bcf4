//! Gestures in the viewport as edits of the text: where a number is a distribution, the whole of it moves.

use crate::document::{Edit, SceneDocument};
use serde_json::Value as Json;
use std::fmt::Write as _;
use terrella_app::spec::dist::{Dist, Law};
use terrella_app::spec::document::{Step, steps};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::world::World;
use terrella_app::spec::write::in_line;

/// The place of a thing of this kind in a scene: `world.joints.hinge`.
pub fn place(kind: &str, name: &str) -> String {
    format!("world.{kind}.{}", quoted_key(name))
}

/// The place of a body in a scene.
pub fn body_path(name: &str) -> String {
    place("bodies", name)
}

/// The name of the body at a place in a scene.
pub fn body_of(path: &str) -> Option<String> {
    let name = path.strip_prefix("world.bodies.")?;
    let name = name
        .strip_prefix('"')
        .map_or(name, |name| name.trim_end_matches('"'));
    Some(name.to_string())
}

/// Where a named thing stands, and its name: `world.bodies` and `ball`.
pub fn parent_and_name(path: &str) -> Option<(&str, String)> {
    let Some(Step::Key(name)) = steps(path).pop() else {
        return None;
    };
    let parent = path.strip_suffix(&quoted_key(&name))?.strip_suffix('.')?;
    Some((parent, name))
}

/// A key as it stands in a path: in quotes where it has points in it.
pub fn quoted_key(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(plain) {
        name.to_string()
    } else {
        format!("\"{name}\"")
    }
}

/// A number as somebody would type it: tenths of a millimetre are enough for a hand.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A number as TOML.
pub fn number(value: f64) -> String {
    dist_text(&Dist::fixed(value))
}

/// A number or distribution as TOML.
pub fn dist_text(dist: &Dist) -> String {
    let dist = changed(dist, &rounded, &rounded);
    in_line(&serde_json::to_value(dist).expect("a law is plain data"))
}

/// A law in which every number is changed.
fn mapped(law: &Law, change: &dyn Fn(f64) -> f64, spread: &dyn Fn(f64) -> f64) -> Law {
    match law {
        Law::Fixed(value) => Law::Fixed(change(*value)),
        Law::Uniform(low, high) => Law::Uniform(change(*low), change(*high)),
        Law::LogUniform(low, high) => Law::LogUniform(change(*low), change(*high)),
        Law::Normal(mean, std) => Law::Normal(change(*mean), spread(*std)),
        Law::Choice(values) => Law::Choice(values.iter().map(|value| change(*value)).collect()),
    }
}

fn changed(dist: &Dist, change: &dyn Fn(f64) -> f64, spread: &dyn Fn(f64) -> f64) -> Dist {
    Dist {
        law: mapped(&dist.law, change, spread),
        ood: dist.ood.as_ref().map(|law| mapped(law, change, spread)),
    }
}

/// The number or distribution moved by `offset`.
pub fn shifted(dist: &Dist, offset: f64) -> Dist {
    changed(dist, &|value| value + offset, &|std| std)
}

/// The number or distribution times `factor`.
pub fn scaled(dist: &Dist, factor: f64) -> Dist {
    let change = |value: f64| value * factor;
    changed(dist, &change, &change)
}

/// What stands at a path of a text's values.
pub fn at<'a>(json: &'a Json, path: &str) -> Option<&'a Json> {
    steps(path).iter().try_fold(json, |place, step| match step {
        Step::Key(key) => place.get(key),
        Step::Index(index) => place.get(index),
    })
}

/// The number or distribution at a path, where there is one.
pub fn dist_at(json: &Json, path: &str) -> Option<Dist> {
    serde_json::from_value(at(json, path)?.clone()).ok()
}

/// The values of the document's text; nothing where it does not parse.
pub fn values(document: &SceneDocument) -> Json {
    document.document().json().unwrap_or_default()
}

/// Edits that move a body: each coordinate that changes by more than a hundredth of a millimetre.
pub fn move_by(values: &Json, body: &str, offset_m: [f32; 3]) -> Vec<Edit> {
    shift_by(values, format!("{}.position_m", body_path(body)), offset_m)
}

/// The same of any three coordinates, which are 0 where they are not written down.
pub fn shift_by(values: &Json, place: String, offset_m: [f32; 3]) -> Vec<Edit> {
    let moves = |offset: f32| offset.abs() > 1e-5;
    if !offset_m.iter().any(|offset| moves(*offset)) {
        return Vec::new();
    }
    if at(values, &place).is_none() {
        let words = offset_m.map(|offset| number(f64::from(offset)));
        return vec![Edit::set(place, format!("[{}]", words.join(", ")))];
    }
    let axes = (0..3).filter(|axis| moves(offset_m[*axis]));
    axes.filter_map(|axis| {
        let own = format!("{place}[{axis}]");
        let dist = shifted(&dist_at(values, &own)?, f64::from(offset_m[axis]));
        Some(Edit::set(own, dist_text(&dist)))
    })
    .collect()
}

/// Edits that give a body an orientation. One that is a distribution becomes a fixed one.
pub fn turn_to(values: &Json, body: &str, rotation_xyzw: [f32; 4]) -> Vec<Edit> {
    let place = format!("{}.rotation", body_path(body));
    if at(values, &place).is_some_and(|rotation| rotation.get("xyzw").is_some()) {
        let words = rotation_xyzw
            .map(|part| (f64::from(part) * 1e6).round() / 1e6)
            .map(|part| part.to_string());
        return vec![Edit::set(
            format!("{place}.xyzw"),
            format!("[{}]", words.join(", ")),
        )];
    }
    let words = rpy_deg(rotation_xyzw).map(|angle| ((angle * 100.0).round() / 100.0).to_string());
    vec![Edit::set(
        format!("{place}.rpy_deg"),
        format!("[{}]", words.join(", ")),
    )]
}

/// Roll, pitch and yaw about the fixed axes x, y, z, degrees.
pub fn rpy_deg([x, y, z, w]: [f32; 4]) -> [f64; 3] {
    let [x, y, z, w] = [x, y, z, w].map(f64::from);
    let pitch = (2.0 * (w * y - z * x)).clamp(-1.0, 1.0).asin();
    let (roll, yaw) = if pitch.abs() > 89.99f64.to_radians() {
        // Roll and yaw turn about the same axis: all of it is roll.
        (2.0 * x.atan2(w) * pitch.signum().abs(), 0.0)
    } else {
        (
            (2.0 * (w * x + y * z)).atan2(1.0 - 2.0 * (x * x + y * y)),
            (2.0 * (w * z + x * y)).atan2(1.0 - 2.0 * (y * y + z * z)),
        )
    };
    [roll, pitch, yaw].map(f64::to_degrees)
}

/// The fields of a shape that grow with each of its own axes.
fn lengths(shape: &str) -> &'static [(&'static str, [bool; 3])] {
    const ROUND: [bool; 3] = [true, true, false];
    const TALL: [bool; 3] = [false, false, true];
    match shape {
        "ball" => &[("radius_m", [true; 3])],
        "capsule" | "cylinder" | "cone" => &[("radius_m", ROUND), ("half_height_m", TALL)],
        _ => &[],
    }
}

/// Edits that make a body's shape larger along its own axes. Nothing where its shape has no lengths of its own.
pub fn scale_by(values: &Json, body: &str, factors: [f32; 3]) -> Vec<Edit> {
    let shape = format!("{}.shape", body_path(body));
    let kind = at(values, &shape)
        .and_then(Json::as_object)
        .and_then(|shape| shape.keys().next());
    let Some(kind) = kind else { return Vec::new() };
    let factors = factors.map(f64::from);
    let grown = |place: String, factor: f64| {
        let same = (factor - 1.0).abs() < 1e-4;
        let dist = dist_at(values, &place).filter(|_| !same)?;
        Some(Edit::set(place, dist_text(&scaled(&dist, factor.max(0.01)))))
    };
    let list = match kind.as_str() {
        "box" => Some("half_extents_m"),
        "ellipsoid" => Some("radii_m"),
        _ => None,
    };
    if let Some(list) = list {
        return (0..3)
            .filter_map(|axis| grown(format!("{shape}.{kind}.{list}[{axis}]"), factors[axis]))
            .collect();
    }
    let most = |axes: &[bool; 3]| {
        let own = (0..3).filter(|axis| axes[*axis]).map(|axis| factors[axis]);
        own.max_by(|one, other| (one - 1.0).abs().total_cmp(&(other - 1.0).abs()))
            .unwrap_or(1.0)
    };
    lengths(kind)
        .iter()
        .filter_map(|(field, axes)| grown(format!("{shape}.{kind}.{field}"), most(axes)))
        .collect()
}

/// Edits that make the start poses of all movable bodies those of a moment.
pub fn write_poses(values: &Json, world: &World<f32>, poses: &[Pose]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for ((name, start), pose) in world.bodies.keys().zip(world.start_poses()).zip(poses) {
        if start == *pose || at(values, &body_path(name)).is_none() {
            continue;
        }
        let offset: [f32; 3] = std::array::from_fn(|axis| pose.position_m[axis] - start.position_m[axis]);
        edits.extend(move_by(values, name, offset));
        if start.rotation_xyzw != pose.rotation_xyzw {
            edits.extend(turn_to(values, name, pose.rotation_xyzw));
        }
    }
    edits
}

/// A name like `name` that is not taken: `ball_2`, `ball_3` ...
pub fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_string();
    }
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let stem = stem
        .strip_suffix('_')
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name);
    let mut free = String::new();
    for number in 2.. {
        free.clear();
        // Writing to a string cannot fail.
        let _ = write!(free, "{stem}_{number}");
        if !taken(&free) {
            break;
        }
    }
    free
}
