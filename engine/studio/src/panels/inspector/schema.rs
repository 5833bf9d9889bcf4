//! What a JSON Schema says of a field.

use crate::change::dist_text;
use crate::panels::dist::Bounds;
use serde_json::Value as Json;
use terrella_app::spec::dist::Dist;

/// A schema behind its reference, and without the `null` of an option.
pub(super) fn resolved<'a>(root: &'a Json, schema: &'a Json) -> &'a Json {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix("#/$defs/"))
    {
        return resolved(root, &root["$defs"][name]);
    }
    if let Some(options) = schema["anyOf"].as_array()
        && let [own, null] = options.as_slice()
        && null["type"] == "null"
    {
        return resolved(root, own);
    }
    schema
}

pub(super) fn is_dist(schema: &Json) -> bool {
    schema["$ref"] == "#/$defs/Dist"
        || schema["anyOf"]
            .as_array()
            .is_some_and(|options| options.first().is_some_and(is_dist))
}

/// Of a schema of several forms the one that a value has.
pub(super) fn form<'a>(root: &'a Json, schema: &'a Json, value: &Json) -> &'a Json {
    let Some(options) = schema["anyOf"].as_array() else {
        return schema;
    };
    let mut options = options.iter().map(|option| resolved(root, option));
    let fits = |option: &&Json| option["items"].is_object() == value.is_array();
    options.find(fits).unwrap_or(schema)
}

/// Where a field's bounds stand: beside its reference, or behind it.
pub(super) fn bounded<'a>(field: &'a Json, resolved: &'a Json) -> &'a Json {
    let keys = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    let has = keys.iter().any(|key| field.get(key).is_some());
    if has { field } else { resolved }
}

pub(super) fn text_of<'a>(schema: &'a Json, key: &str) -> &'a str {
    schema[key].as_str().unwrap_or_default()
}

/// The unit in a field's name.
pub(super) fn unit(name: &str) -> &'static str {
    const UNITS: [(&str, &str); 17] = [
        ("_radps", "rad/s"),
        ("_mps2", "m/s²"),
        ("_mps", "m/s"),
        ("_kgpm3", "kg/m³"),
        ("_nspm", "N s/m"),
        ("_npm", "N/m"),
        ("_nms", "N m s"),
        ("_nm", "N m"),
        ("_kg", "kg"),
        ("_deg", "°"),
        ("_rad", "rad"),
        ("_hz", "Hz"),
        ("_secs", "s"),
        ("_pas", "Pa s"),
        ("_m", "m"),
        ("_n", "N"),
        ("_s", "s"),
    ];
    UNITS
        .iter()
        .find(|(ending, _)| name.ends_with(ending))
        .map_or("", |(_, unit)| unit)
}

/// The words that a field may be, with what they mean.
pub(super) fn words_of(schema: &Json) -> Vec<(&str, &str)> {
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .filter_map(|word| Some((word.as_str()?, "")))
            .collect();
    }
    let options = schema["oneOf"].as_array().into_iter().flatten();
    options
        .flat_map(|option| match option["enum"].as_array() {
            Some(words) => words
                .iter()
                .filter_map(|word| Some((word.as_str()?, "")))
                .collect(),
            None => option["const"]
                .as_str()
                .map(|word| (word, text_of(option, "description")))
                .into_iter()
                .collect::<Vec<_>>(),
        })
        .collect()
}

/// A number to begin with, by a field's unit and within its bounds.
fn start_number(name: &str, schema: &Json) -> String {
    let usual = match unit(name) {
        "m" => 0.1,
        "°" => 10.0,
        "Hz" => 10.0,
        "N" | "N/m" => 10.0,
        "kg/m³" => 1000.0,
        "rad" => 0.5,
        _ => 1.0,
    };
    let within = Bounds::of(schema).clamp(usual);
    dist_text(&Dist::fixed(within))
}

/// A value to begin with, as TOML: what is required, and no more.
pub(super) fn start(root: &Json, name: &str, schema: &Json) -> String {
    if is_dist(schema) {
        return start_number(name, schema);
    }
    let schema = resolved(root, schema);
    if let Some(word) = words_of(schema).first() {
        return quoted(word.0);
    }
    if let Some(variant) = schema["oneOf"].get(0).or(schema["anyOf"].get(0)) {
        return start(root, name, variant);
    }
    // What may be absent is of its own type or null.
    match schema["type"].as_str().or(schema["type"][0].as_str()) {
        Some("boolean") => "true".into(),
        Some("integer") => Bounds::of(schema).clamp(1.0).to_string(),
        Some("number") => start_number(name, schema),
        Some("string") => "\"\"".into(),
        Some("array") => start_list(root, name, schema),
        _ => {
            let required = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            let fields =
                required.map(|name| format!("{name} = {}", start(root, name, &schema["properties"][name])));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A list to begin with: as long as it must be. Limits lie about 0, axes are that of z, and places at the origin.
fn start_list(root: &Json, name: &str, schema: &Json) -> String {
    let count = schema["minItems"].as_u64().unwrap_or(0) as usize;
    let item = start(root, name, &schema["items"]);
    let items: Vec<String> = match (count, is_dist(&schema["items"])) {
        (2, true) if name.starts_with("limits") => vec![format!("-{item}"), item],
        (3, true) if name == "axis" || name == "up" => ["0", "0", "1"].map(String::from).to_vec(),
        (3, true) if place(name) => vec!["0".into(); 3],
        _ => vec![item; count],
    };
    format!("[{}]", items.join(", "))
}

/// True for lists of three that are a place or a direction and no size.
fn place(name: &str) -> bool {
    ["position", "center", "anchor", "offset", "velocity", "look_at"]
        .iter()
        .any(|word| name.contains(word))
}

pub(super) fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}
