//! Gestures in the viewport as edits of the text: where a number is a distribution, the whole of it moves.

pub use crate::grow::{cannot_scale, scale_by};

use crate::document::{Edit, SceneDocument};
use serde_json::Value as Json;
use std::fmt::Write as _;
use terrella_app::spec::dist::{Dist, Law};
use terrella_app::spec::document::{Step, quoted_key, steps};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::shape::Rotation;
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

/// A length or an offset as a hand gives it: tenths of a millimetre are enough, and for what is small, thousandths.
fn rounded(value: f64) -> f64 {
    let parts = if value.abs() < 0.01 { 1e6 } else { 1e4 };
    (value * parts).round() / parts
}

/// A number of so many digits.
fn digits(value: f64, count: usize) -> f64 {
    let text = format!("{value:.*e}", count - 1);
    // A number's text is a number.
    text.parse().unwrap_or(value)
}

/// A sum or product without what rounding left at its end.
fn tidy(value: f64) -> f64 {
    digits(value, 12)
}

/// A number as it is shown: six digits, and powers of ten where zeros would hide them.
pub fn shown_number(value: f64) -> String {
    let short = digits(value, 6);
    if short != 0.0 && !(1e-4..1e9).contains(&short.abs()) {
        format!("{short:e}")
    } else {
        short.to_string()
    }
}

/// A number that a hand gave, as TOML.
pub fn number(value: f64) -> String {
    dist_text(&Dist::fixed(rounded(value)))
}

/// A number or distribution as TOML, every number as it is.
pub fn dist_text(dist: &Dist) -> String {
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

/// The number or distribution moved by `offset`, as a hand gives it.
pub fn shifted(dist: &Dist, offset: f64) -> Dist {
    let offset = rounded(offset);
    changed(dist, &|value| tidy(value + offset), &|std| std)
}

/// The number or distribution times `factor`, as a hand gives it: five digits of each number.
pub fn scaled(dist: &Dist, factor: f64) -> Dist {
    let change = |value: f64| digits(value * factor, 5);
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

/// Edits that give a body an orientation, a fixed one.
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
    let words = rpy_deg(rotation_xyzw).map(|angle| hundredths(angle).to_string());
    vec![Edit::set(
        format!("{place}.rpy_deg"),
        format!("[{}]", words.join(", ")),
    )]
}

/// Edits that turn a body from the orientation that was drawn to another one. Angles that are distributions are moved whole.
pub fn turn(values: &Json, body: &str, drawn: &Rotation<f32>, to_xyzw: [f32; 4]) -> Vec<Edit> {
    if !turns_by_law(values, body) {
        return turn_to(values, body, to_xyzw);
    }
    let Rotation::RpyDeg(drawn) = drawn else {
        return Vec::new();
    };
    let drawn = drawn.map(f64::from);
    let place = format!("{}.rotation.rpy_deg", body_path(body));
    let wanted = nearest(rpy_deg(to_xyzw), drawn);
    (0..3)
        .filter_map(|axis| {
            let offset = hundredths(wanted[axis] - drawn[axis]);
            let own = format!("{place}[{axis}]");
            let dist = dist_at(values, &own).filter(|_| offset != 0.0)?;
            Some(Edit::set(own, dist_text(&shifted(&dist, offset))))
        })
        .collect()
}

/// True where a number of a body's orientation is drawn.
fn turns_by_law(values: &Json, body: &str) -> bool {
    let rotation = at(values, &format!("{}.rotation", body_path(body))).and_then(Json::as_object);
    let numbers = rotation
        .into_iter()
        .flat_map(|forms| forms.values())
        .filter_map(Json::as_array);
    numbers.flatten().any(Json::is_object)
}

/// Why hands cannot turn a body, where they cannot.
pub fn cannot_turn(values: &Json, body: &str) -> Option<String> {
    let form = format!("{}.rotation.xyzw", body_path(body));
    (at(values, &form).is_some() && turns_by_law(values, body)).then(|| {
        format!("{body} is not turned: its quaternion is drawn from distributions; write it as rpy_deg, whose angles can be moved")
    })
}

fn hundredths(angle_deg: f64) -> f64 {
    (angle_deg * 100.0).round() / 100.0
}

/// The angles of the same orientation that are nearest to others: each is the same after a full turn, and all are after half a
/// turn of the first and last with the one between mirrored.
fn nearest([roll, pitch, yaw]: [f64; 3], to: [f64; 3]) -> [f64; 3] {
    let near = |angles: [f64; 3]| -> [f64; 3] {
        std::array::from_fn(|axis| angles[axis] + 360.0 * ((to[axis] - angles[axis]) / 360.0).round())
    };
    let away = |angles: &[f64; 3]| (0..3).map(|axis| (angles[axis] - to[axis]).abs()).sum::<f64>();
    let (one, other) = (
        near([roll, pitch, yaw]),
        near([roll + 180.0, 180.0 - pitch, yaw + 180.0]),
    );
    if away(&other) < away(&one) { other } else { one }
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

/// Edits that make the start poses of all movable bodies that are `free` those of a moment.
pub fn write_poses(
    values: &Json,
    world: &World<f32>,
    poses: &[Pose],
    free: &dyn Fn(&str) -> bool,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for ((name, start), pose) in world.bodies.keys().zip(world.start_poses()).zip(poses) {
        if start == *pose || !free(name) || at(values, &body_path(name)).is_none() {
            continue;
        }
        let offset: [f32; 3] = std::array::from_fn(|axis| pose.position_m[axis] - start.position_m[axis]);
        edits.extend(move_by(values, name, offset));
        if start.rotation_xyzw != pose.rotation_xyzw {
            edits.extend(turn(
                values,
                name,
                &world.bodies[name].rotation,
                pose.rotation_xyzw,
            ));
        }
    }
    edits
}

/// True where a thing of any kind in the world has this name.
pub fn is_named(values: &Json, name: &str) -> bool {
    let mut tables = values["world"].as_object().into_iter().flatten();
    tables.any(|(_, things)| things.get(name).is_some())
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
