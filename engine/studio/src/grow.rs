//! A body's shape made larger or smaller along its own axes, as edits of the text.

use crate::change::{at, body_path, dist_at, dist_text, scaled};
use crate::document::Edit;
use serde_json::Value as Json;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::write::in_line;

/// Numbers of a list that are changed one by one, which leaves its lines and comments; a longer one is written anew.
const MOST_NUMBERS: usize = 150;
/// The smallest factor.
const LEAST: f64 = 0.01;

/// The fields of a shape that grow with each of its own axes.
fn lengths(shape: &str) -> &'static [(&'static str, [bool; 3])] {
    const ROUND: [bool; 3] = [true, true, false];
    const TALL: [bool; 3] = [false, false, true];
    match shape {
        "ball" => &[("radius_m", [true; 3])],
        "capsule" | "cylinder" | "cone" => &[("radius_m", ROUND), ("half_height_m", TALL)],
        "mesh_file" => &[("scale", [true; 3])],
        _ => &[],
    }
}

/// The field of a shape that is a list of points, or of one length for each axis.
fn points(shape: &str) -> Option<&'static str> {
    match shape {
        "box" => Some("half_extents_m"),
        "ellipsoid" => Some("radii_m"),
        "height_field" => Some("size_m"),
        "hull" => Some("points_m"),
        "mesh" => Some("vertices_m"),
        _ => None,
    }
}

/// Edits that make a body's shape larger along its own axes.
pub fn scale_by(values: &Json, body: &str, factors: [f32; 3]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let factors = factors.map(|factor| f64::from(factor).max(LEAST));
    if factors.iter().any(|factor| changes(*factor)) {
        grow(values, &format!("{}.shape", body_path(body)), factors, &mut edits);
    }
    edits
}

/// Why hands cannot make a body larger or smaller, where they cannot.
pub fn cannot_scale(values: &Json, body: &str) -> Option<String> {
    let shape = at(values, &format!("{}.shape", body_path(body)))?;
    shape
        .get("half_space")
        .map(|_| format!("{body} is not scaled: it is endless"))
}

fn changes(factor: f64) -> bool {
    (factor - 1.0).abs() >= 1e-4
}

/// The factor of these axes that changes most.
fn most(factors: [f64; 3], axes: [bool; 3]) -> f64 {
    let own = (0..3).filter(|axis| axes[*axis]).map(|axis| factors[axis]);
    own.max_by(|one, other| (one - 1.0).abs().total_cmp(&(other - 1.0).abs()))
        .unwrap_or(1.0)
}

/// The shape at a place.
fn grow(values: &Json, place: &str, factors: [f64; 3], edits: &mut Vec<Edit>) {
    let kind = at(values, place).and_then(Json::as_object);
    let Some(kind) = kind.and_then(|shape| shape.keys().next()) else {
        return;
    };
    let own = format!("{place}.{kind}");
    for (field, axes) in lengths(kind) {
        let place = format!("{own}.{field}");
        // What a mesh file is scaled by need not be written.
        let plain = || (*field == "scale").then(|| Dist::fixed(1.0));
        let factor = most(factors, *axes);
        if let Some(dist) = dist_at(values, &place).or_else(plain).filter(|_| changes(factor)) {
            edits.push(Edit::set(place, dist_text(&scaled(&dist, factor))));
        }
    }
    if let Some(field) = points(kind) {
        numbers(values, &format!("{own}.{field}"), &factors, edits);
    }
    match kind.as_str() {
        "height_field" => numbers(values, &format!("{own}.heights_m"), &factors[2..], edits),
        "compound" => compound(values, &format!("{own}.parts"), factors, edits),
        _ => {}
    }
}

/// The parts of a compound. Where one of them is turned, all grow alike: another shape would come of it otherwise.
fn compound(values: &Json, place: &str, factors: [f64; 3], edits: &mut Vec<Edit>) {
    let parts = at(values, place).and_then(Json::as_array);
    let parts = parts.map_or(&[][..], Vec::as_slice);
    let turned = parts.iter().any(|part| part.get("rotation").is_some());
    let factors = if turned {
        [most(factors, [true; 3]); 3]
    } else {
        factors
    };
    for index in 0..parts.len() {
        let part = format!("{place}[{index}]");
        numbers(values, &format!("{part}.position_m"), &factors, edits);
        grow(values, &format!("{part}.shape"), factors, edits);
    }
}

/// A list of numbers, or of points, which grow by these factors in turn.
fn numbers(values: &Json, place: &str, factors: &[f64], edits: &mut Vec<Edit>) {
    let Some(Json::Array(items)) = at(values, place) else {
        return;
    };
    let nested = items.first().is_some_and(Json::is_array);
    let count = items.len() * if nested { 3 } else { 1 };
    let grown = |item: &Json, factor: f64| {
        let dist: Dist = serde_json::from_value(item.clone()).ok()?;
        Some(scaled(&dist, factor))
    };
    if count > MOST_NUMBERS {
        let row = |row: &[Json]| -> Json {
            let all = row.iter().zip(factors.iter().cycle());
            all.map(|(item, factor)| {
                let dist = grown(item, *factor).filter(|_| changes(*factor));
                let json = dist.and_then(|dist| serde_json::to_value(dist).ok());
                json.unwrap_or_else(|| item.clone())
            })
            .collect()
        };
        let all: Json = if nested {
            let rows = items.iter().filter_map(Json::as_array);
            rows.map(|items| row(items)).collect()
        } else {
            row(items)
        };
        edits.push(Edit::set(place, in_line(&all)));
        return;
    }
    for (index, item) in items.iter().enumerate() {
        let own = format!("{place}[{index}]");
        if nested {
            numbers(values, &own, factors, edits);
            continue;
        }
        let factor = factors[index % factors.len()];
        if let Some(dist) = grown(item, factor).filter(|_| changes(factor)) {
            edits.push(Edit::set(own, dist_text(&dist)));
        }
    }
}
