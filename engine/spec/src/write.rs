//! Values as TOML, and a drawn world as the text of a scene file, as somebody would write it by hand.

use crate::dist::Dist;
use crate::scene::SceneSpec;
use crate::world::{Body, World};
use serde_json::Value as Json;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

/// Tables of a scene that have a heading of their own; deeper ones stand in their parent's lines.
const HEADINGS: usize = 3;

impl SceneSpec {
    /// The scene of which every world is this one.
    pub fn of_drawn(name: &str, doc: &str, task: &str, steps: u32, world: &World<f32>) -> SceneSpec {
        let world = serde_json::to_string(world).expect("a world is plain data");
        SceneSpec {
            format: crate::run::FORMAT,
            name: name.to_string(),
            doc: doc.to_string(),
            task: task.to_string(),
            steps,
            goal: None,
            world: serde_json::from_str(&world).expect("a drawn world is a world"),
        }
    }

    /// The text of a scene file: what is as it would be anyway is left out.
    pub fn to_toml(&self) -> String {
        let mut json = serde_json::to_value(self).expect("a scene is plain data");
        if let Json::Object(scene) = &mut json {
            scene.remove("format");
            if let Some(world) = scene.get_mut("world") {
                leave_out(
                    world,
                    &serde_json::to_value(World::<Dist>::default()).expect("plain data"),
                );
                for (name, body) in &self.world.bodies {
                    let plain = Body::new("object", body.shape.clone());
                    let mut plain = serde_json::to_value(plain).expect("plain data");
                    plain.as_object_mut().expect("a body has fields").remove("shape");
                    leave_out(&mut world["bodies"][name], &plain);
                }
            }
        }
        let mut text = DocumentMut::new();
        for (key, value) in json.as_object().into_iter().flatten() {
            text.insert(key, item(value, 1));
        }
        text.to_string()
    }
}

/// A value as it is written behind an equals sign of a TOML file, in one line.
pub fn in_line(json: &Json) -> String {
    value(json).to_string()
}

/// Takes out of `value` what is equal in `plain`.
fn leave_out(value: &mut Json, plain: &Json) {
    let (Json::Object(own), Json::Object(plain)) = (value, plain) else {
        return;
    };
    own.retain(|key, value| {
        let Some(usual) = plain.get(key) else { return true };
        if value != usual {
            leave_out(value, usual);
        }
        value != usual
    });
}

fn item(json: &Json, depth: usize) -> Item {
    let Json::Object(fields) = json else {
        return Item::Value(value(json));
    };
    if depth > HEADINGS
        || depth == HEADINGS && fields.values().all(|inner| !inner.is_object()) && fields.len() == 1
    {
        return Item::Value(value(json));
    }
    let mut table = Table::new();
    // Fields before tables: a field behind a heading would be the heading's.
    let (tables, plain): (Vec<_>, Vec<_>) = fields
        .iter()
        .partition(|(_, inner)| inner.is_object() && depth < HEADINGS);
    table.set_implicit(plain.is_empty());
    for (key, inner) in plain.into_iter().chain(tables) {
        if !inner.is_null() {
            table.insert(key, item(inner, depth + 1));
        }
    }
    Item::Table(table)
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(""),
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => number_of(number),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::Array(items.iter().map(value).collect::<Array>()),
        Json::Object(fields) => {
            let mut table = InlineTable::new();
            for (key, inner) in fields.iter().filter(|(_, inner)| !inner.is_null()) {
                table.insert(key, value(inner));
            }
            Value::InlineTable(table)
        }
    }
}

/// A number with the shortest text.
fn number_of(number: &serde_json::Number) -> Value {
    let float = number.as_f64().unwrap_or_default();
    if float.fract() == 0.0 && float.abs() < 1e9 {
        return Value::from(float as i64);
    }
    number.to_string().parse().unwrap_or_else(|_| Value::from(float))
}
