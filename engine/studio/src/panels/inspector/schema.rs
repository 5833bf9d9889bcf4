//! What the JSON Schema of scenes says of a field.

use serde_json::Value as Json;

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

/// A value to begin with, as TOML: what is required, and no more.
pub(super) fn start(root: &Json, schema: &Json) -> String {
    if is_dist(schema) {
        return "0.1".into();
    }
    let schema = resolved(root, schema);
    if let Some(word) = words_of(schema).first() {
        return quoted(word.0);
    }
    if let Some(variant) = schema["oneOf"].get(0) {
        return start(root, variant);
    }
    match schema["type"].as_str() {
        Some("boolean") => "true".into(),
        Some("integer") => schema["minimum"].as_i64().unwrap_or(0).max(1).to_string(),
        Some("number") => "0.1".into(),
        Some("string") => "\"\"".into(),
        Some("array") => {
            let count = schema["minItems"].as_u64().unwrap_or(0);
            let items: Vec<String> = (0..count).map(|_| start(root, &schema["items"])).collect();
            format!("[{}]", items.join(", "))
        }
        _ => {
            let required = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            let fields =
                required.map(|name| format!("{name} = {}", start(root, &schema["properties"][name])));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

pub(super) fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}
