//! What is selected, field by field, made from the JSON Schema of scenes: units, documentation, defaults.

use super::{dist, theme};
use crate::change::{at, parent_and_name, quoted_key};
use crate::document::Edit;
use crate::session::Session;
use bevy_egui::egui;
use serde_json::Value as Json;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::document::{Step, steps};
use terrella_app::spec::factor::FactorValue;
use terrella_app::spec::write::in_line;

/// Objects deeper than this are shown closed.
const OPEN_DEPTH: usize = 1;

/// Items of a list that are shown.
const MOST_ITEMS: usize = 24;

/// The inspector: the schema, parsed once.
pub struct Inspector {
    schema: Json,
    /// The world that a family drew, and its generation: written down once, not in every frame.
    drawn: (u64, Json),
}

impl Default for Inspector {
    fn default() -> Self {
        let schema = terrella_app::spec::schema::scene();
        Inspector {
            schema: serde_json::from_str(&schema).expect("the schema is JSON"),
            drawn: (0, Json::Null),
        }
    }
}

/// What fields want to happen.
#[derive(Default)]
struct Wanted {
    edits: Vec<Edit>,
    ended: bool,
}

/// What a field is drawn with.
struct Field<'a> {
    schema: &'a Json,
    path: String,
    name: &'a str,
    /// What stands in the text; nothing where the default holds.
    value: Option<&'a Json>,
    depth: usize,
}

impl Inspector {
    /// Shows the fields of the first thing that is selected.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let Some(path) = session.selection.last().cloned() else {
            ui.colored_label(theme::FAINT, "select something");
            return;
        };
        ui.horizontal(|ui| {
            ui.heading(parent_and_name(&path).map_or(path.clone(), |(_, name)| name));
            if session.selection.len() > 1 {
                ui.colored_label(theme::FAINT, format!("and {} more", session.selection.len() - 1));
            }
        });
        if !session.project.is_scene {
            self.drawn_values(ui, session, &path);
            return;
        }
        let values = session.values().clone();
        let Some(schema) = self.schema_at(&path) else {
            ui.colored_label(theme::FAINT, "the schema has no such field");
            return;
        };
        let mut wanted = Wanted::default();
        let place = if path.is_empty() {
            Some(&values)
        } else {
            at(&values, &path)
        };
        let drawn = session
            .play()
            .map(|play| play.plan().factors.clone())
            .unwrap_or_default();
        let look = Look {
            root: &self.schema,
            drawn: &|factor| match drawn.get(factor.strip_prefix("world.").unwrap_or(factor))? {
                FactorValue::Real(value) => Some(*value),
                _ => None,
            },
        };
        ui.label(egui::RichText::new(text_of(schema, "description")).color(theme::FAINT));
        if session.locked.contains(&path) {
            ui.colored_label(theme::WARN, "locked: see the Hierarchy");
            ui.disable();
        }
        // A scene's world and a world's bodies have panels of their own.
        look.object(ui, schema, &path, place, 0, &mut wanted);
        if !wanted.edits.is_empty() {
            let key = wanted.edits.iter().map(|edit| match edit {
                Edit::Set { path, .. } | Edit::Remove { path } => path.as_str(),
                _ => "",
            });
            let key: Vec<&str> = key.collect();
            let key = key.join(" ");
            session.edit(
                &format!("change {}", key.rsplit('.').next().unwrap_or("")),
                Some(&key),
                &wanted.edits,
            );
        } else if wanted.ended {
            session.project.document.end_drag();
        }
    }

    /// What a family drew: to be read, not to be changed.
    fn drawn_values(&mut self, ui: &mut egui::Ui, session: &Session, path: &str) {
        ui.colored_label(
            theme::FAINT,
            "A family drew this. Change its factors under Worlds, or make a scene of it (Ctrl+E).",
        );
        let Some(world) = session.world() else { return };
        if self.drawn.0 != session.generation() {
            self.drawn = (
                session.generation(),
                serde_json::to_value(world).unwrap_or_default(),
            );
        }
        let own = path.strip_prefix("world.").unwrap_or(path);
        if let Some(value) = at(&self.drawn.1, own) {
            tree(ui, own, value);
        }
    }

    /// The schema of the field at a path.
    fn schema_at(&self, path: &str) -> Option<&Json> {
        let mut schema = &self.schema;
        for step in steps(path) {
            let Step::Key(key) = step else { return None };
            schema = resolved(&self.schema, schema);
            schema = schema["properties"]
                .get(&key)
                .or_else(|| schema.get("additionalProperties"))?;
        }
        Some(resolved(&self.schema, schema))
    }
}

/// A schema behind its reference, and without the `null` of an option.
fn resolved<'a>(root: &'a Json, schema: &'a Json) -> &'a Json {
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

fn is_dist(schema: &Json) -> bool {
    schema["$ref"] == "#/$defs/Dist"
        || schema["anyOf"]
            .as_array()
            .is_some_and(|options| options.first().is_some_and(is_dist))
}

fn text_of<'a>(schema: &'a Json, key: &str) -> &'a str {
    schema[key].as_str().unwrap_or_default()
}

/// The unit in a field's name.
fn unit(name: &str) -> &'static str {
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

struct Look<'a> {
    root: &'a Json,
    drawn: &'a dyn Fn(&str) -> Option<f64>,
}

impl Look<'_> {
    /// The fields of an object, those that are written down first.
    fn object(
        &self,
        ui: &mut egui::Ui,
        schema: &Json,
        path: &str,
        value: Option<&Json>,
        depth: usize,
        wanted: &mut Wanted,
    ) {
        let schema = resolved(self.root, schema);
        if let Some(variants) = schema["oneOf"].as_array() {
            self.variants(ui, variants, path, value, depth, wanted);
            return;
        }
        let Some(properties) = schema["properties"].as_object() else {
            ui.colored_label(theme::FAINT, "see the text");
            return;
        };
        for (name, property) in properties {
            let place = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{}", quoted_key(name))
            };
            // Maps of named things are in the hierarchy.
            if resolved(self.root, property)
                .get("additionalProperties")
                .is_some_and(Json::is_object)
                || place == "world"
            {
                continue;
            }
            let field = Field {
                schema: property,
                path: place,
                name,
                value: value.and_then(|value| value.get(name)),
                depth,
            };
            self.field(ui, &field, wanted);
        }
    }

    fn field(&self, ui: &mut egui::Ui, field: &Field<'_>, wanted: &mut Wanted) {
        let schema = resolved(self.root, field.schema);
        let is_nested = !is_dist(field.schema)
            && (schema.get("properties").is_some() || schema["oneOf"][0].get("properties").is_some());
        let default = field.schema.get("default");
        let shown = field.value.or(default);
        if is_nested && shown.is_some() {
            let open = field.depth < OPEN_DEPTH && field.value.is_some();
            let title = label_text(field);
            egui::CollapsingHeader::new(title)
                .id_salt(&field.path)
                .default_open(open)
                .show(ui, |ui| {
                    self.object(ui, field.schema, &field.path, shown, field.depth + 1, wanted)
                })
                .header_response
                .on_hover_text(text_of(field.schema, "description"))
                .context_menu(|ui| reset_menu(ui, field, wanted));
            return;
        }
        let draw = |ui: &mut egui::Ui, wanted: &mut Wanted| {
            let label = ui.add(egui::Label::new(label_text(field)).sense(egui::Sense::click()));
            let range = match (schema.get("minimum"), schema.get("maximum")) {
                (Some(low), Some(high)) => format!(" ({low} to {high})"),
                (Some(low), None) => format!(" (from {low})"),
                _ => String::new(),
            };
            let hint = format!(
                "{}{range}\nright click: reset to default",
                text_of(field.schema, "description")
            );
            label
                .on_hover_text(hint)
                .context_menu(|ui| reset_menu(ui, field, wanted));
            match shown {
                Some(Json::Null) | None => self.absent(ui, field, schema, wanted),
                Some(shown) => self.value(ui, field, schema, shown, wanted),
            }
        };
        if matches!(shown, Some(Json::Array(items)) if items.len() > 1) {
            // Lists stand below their name: beside it there is no room for them.
            ui.vertical(|ui| draw(ui, wanted));
        } else {
            ui.horizontal(|ui| draw(ui, wanted));
        }
    }

    /// What may be there and is not.
    fn absent(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, wanted: &mut Wanted) {
        if ui.small_button("+").on_hover_text("set it").clicked() {
            let start = if is_dist(field.schema) {
                "0".into()
            } else {
                self.start(schema)
            };
            wanted.edits.push(Edit::set(&field.path, start));
        }
    }

    fn value(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, shown: &Json, wanted: &mut Wanted) {
        if is_dist(field.schema) {
            self.number(ui, &field.path, shown, wanted, |text| {
                Edit::set(&field.path, text)
            });
            return;
        }
        match shown {
            Json::Bool(on) => {
                let mut on = *on;
                let word = if on { "yes" } else { "no" };
                if ui.checkbox(&mut on, word).changed() {
                    wanted.edits.push(Edit::set(&field.path, on.to_string()));
                }
            }
            Json::Number(number) => {
                let whole = schema["type"] == "integer";
                let mut value = number.as_f64().unwrap_or_default();
                let mut drag = dist::drag(&mut value);
                if whole {
                    drag = drag.max_decimals(0).speed(0.2);
                }
                if let Some(low) = schema["minimum"].as_f64() {
                    drag = drag.range(low..=f64::MAX);
                }
                let response = ui.add(drag);
                wanted.ended |= response.drag_stopped() || response.lost_focus();
                if response.changed() {
                    let text = if whole {
                        format!("{}", value.round() as i64)
                    } else {
                        crate::change::number(value)
                    };
                    wanted.edits.push(Edit::set(&field.path, text));
                }
            }
            Json::String(word) => self.word(ui, field, schema, word, wanted),
            Json::Array(items) => self.list(ui, field, schema, items, wanted),
            Json::Object(_) | Json::Null => {
                ui.colored_label(theme::FAINT, "see the text");
            }
        }
    }

    /// A number that may be a distribution.
    fn number(
        &self,
        ui: &mut egui::Ui,
        path: &str,
        shown: &Json,
        wanted: &mut Wanted,
        set: impl Fn(String) -> Edit,
    ) {
        let Ok(own) = serde_json::from_value::<Dist>(shown.clone()) else {
            ui.colored_label(theme::WARN, "no number");
            return;
        };
        let change = ui
            .push_id(path, |ui| dist::show(ui, &own, (self.drawn)(path)))
            .inner;
        match change {
            dist::Change::To(text) => wanted.edits.push(set(text)),
            dist::Change::Ended => wanted.ended = true,
            dist::Change::None => {}
        }
    }

    fn word(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, word: &str, wanted: &mut Wanted) {
        let words = words_of(schema);
        if words.is_empty() {
            let id = ui.make_persistent_id(("typed", &field.path));
            let mut text = ui
                .data_mut(|data| data.get_temp::<String>(id))
                .unwrap_or_else(|| word.to_string());
            let response = ui.add(egui::TextEdit::singleline(&mut text).desired_width(150.0));
            if response.lost_focus() && text != word {
                wanted.edits.push(Edit::set(&field.path, quoted(&text)));
            }
            if response.has_focus() {
                ui.data_mut(|data| data.insert_temp(id, text));
            } else {
                ui.data_mut(|data| data.remove::<String>(id));
            }
            return;
        }
        egui::ComboBox::from_id_salt(&field.path)
            .selected_text(word)
            .show_ui(ui, |ui| {
                for (option, doc) in words {
                    if ui
                        .selectable_label(option == word, option)
                        .on_hover_text(doc)
                        .clicked()
                        && option != word
                    {
                        wanted.edits.push(Edit::set(&field.path, quoted(option)));
                    }
                }
            });
    }

    fn list(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, items: &[Json], wanted: &mut Wanted) {
        let fixed = schema["minItems"] == schema["maxItems"] && !schema["minItems"].is_null();
        if !(fixed && is_dist(&schema["items"])) {
            self.items(ui, field, schema, items, fixed, wanted);
            return;
        }
        ui.horizontal_wrapped(|ui| {
            ui.add_space(10.0);
            if field.name.contains("color") {
                self.color(ui, field, items, wanted);
            }
            for (index, item) in items.iter().enumerate() {
                let own = format!("{}[{index}]", field.path);
                self.number(ui, &own, item, wanted, |text| {
                    if field.value.is_some() {
                        return Edit::set(&own, text);
                    }
                    // The list is not there yet: all of it is written.
                    let mut all: Vec<String> = items.iter().map(Json::to_string).collect();
                    all[index] = text;
                    Edit::set(&field.path, format!("[{}]", all.join(", ")))
                });
            }
        });
    }

    /// The items of a list, which may become longer or shorter where their number is not fixed.
    fn items(
        &self,
        ui: &mut egui::Ui,
        field: &Field<'_>,
        schema: &Json,
        items: &[Json],
        fixed: bool,
        wanted: &mut Wanted,
    ) {
        let schema = &schema["items"];
        for (index, item) in items.iter().enumerate().take(MOST_ITEMS) {
            let path = format!("{}[{index}]", field.path);
            ui.horizontal_top(|ui| {
                ui.add_space(10.0);
                let there = field.value.is_some();
                if !fixed {
                    let gone = egui::Button::new("×").small();
                    if ui
                        .add_enabled(there, gone)
                        .on_hover_text("take it away")
                        .clicked()
                    {
                        wanted.edits.push(Edit::Remove { path: path.clone() });
                    }
                }
                let own = Field {
                    schema,
                    path: path.clone(),
                    name: field.name,
                    value: there.then_some(item),
                    depth: field.depth + 1,
                };
                if item.is_object() && !is_dist(schema) {
                    egui::CollapsingHeader::new(headline(index, item))
                        .id_salt(&path)
                        .show(ui, |ui| {
                            self.object(ui, schema, &path, own.value, own.depth, wanted);
                        });
                } else {
                    ui.push_id(&path, |ui| {
                        self.value(ui, &own, resolved(self.root, schema), item, wanted)
                    });
                }
            });
        }
        ui.horizontal(|ui| {
            ui.add_space(10.0);
            if items.len() > MOST_ITEMS {
                ui.colored_label(theme::FAINT, format!("{} items: see the text", items.len()));
            }
            if !fixed && ui.small_button("+").on_hover_text("one more").clicked() {
                // What holds by default is written down first.
                if field.value.is_none() {
                    wanted.edits.push(Edit::set(&field.path, in_line(&items.into())));
                }
                let path = format!("{}[{}]", field.path, items.len());
                wanted.edits.push(Edit::set(path, self.start(schema)));
            }
        });
    }

    fn color(&self, ui: &mut egui::Ui, field: &Field<'_>, items: &[Json], wanted: &mut Wanted) {
        let numbers: Vec<f32> = items
            .iter()
            .filter_map(Json::as_f64)
            .map(|part| part as f32)
            .collect();
        let Ok(mut srgb) = <[f32; 3]>::try_from(numbers) else {
            return;
        };
        let mut bytes = srgb.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8);
        if ui.color_edit_button_srgb(&mut bytes).changed() {
            srgb = bytes.map(|part| f32::from(part) / 255.0);
            let words = srgb.map(|part| ((part * 1000.0).round() / 1000.0).to_string());
            wanted
                .edits
                .push(Edit::set(&field.path, format!("[{}]", words.join(", "))));
        }
    }

    /// One of several forms, each a table with one key.
    fn variants(
        &self,
        ui: &mut egui::Ui,
        variants: &[Json],
        path: &str,
        value: Option<&Json>,
        depth: usize,
        wanted: &mut Wanted,
    ) {
        let key_of = |variant: &Json| {
            variant["properties"]
                .as_object()
                .and_then(|own| own.keys().next().cloned())
        };
        let present = value
            .and_then(Json::as_object)
            .and_then(|own| own.keys().next().cloned())
            .unwrap_or_default();
        egui::ComboBox::from_id_salt(("variant", path))
            .selected_text(&present)
            .show_ui(ui, |ui| {
                for variant in variants {
                    let Some(key) = key_of(variant) else { continue };
                    let response = ui
                        .selectable_label(key == present, &key)
                        .on_hover_text(text_of(variant, "description"));
                    if response.clicked() && key != present {
                        let start = self.start(&variant["properties"][&key]);
                        wanted
                            .edits
                            .push(Edit::set(path, format!("{{ {key} = {start} }}")));
                    }
                }
            });
        let own = variants
            .iter()
            .find(|variant| key_of(variant).as_ref() == Some(&present));
        if let (Some(variant), Some(value)) = (own, value) {
            let schema = &variant["properties"][&present];
            let place = format!("{path}.{present}");
            let inner = value.get(&present);
            if resolved(self.root, schema).get("properties").is_some() {
                self.object(ui, schema, &place, inner, depth + 1, wanted);
            } else {
                let field = Field {
                    schema,
                    path: place,
                    name: &present,
                    value: inner,
                    depth,
                };
                self.field(ui, &field, wanted);
            }
        }
    }

    /// A value to begin with, as TOML: what is required, and no more.
    fn start(&self, schema: &Json) -> String {
        if is_dist(schema) {
            return "0.1".into();
        }
        let schema = resolved(self.root, schema);
        if let Some(word) = words_of(schema).first() {
            return quoted(word.0);
        }
        if let Some(variant) = schema["oneOf"].get(0) {
            return self.start(variant);
        }
        match schema["type"].as_str() {
            Some("boolean") => "true".into(),
            Some("integer") => schema["minimum"].as_i64().unwrap_or(0).max(1).to_string(),
            Some("number") => "0.1".into(),
            Some("string") => "\"\"".into(),
            Some("array") => {
                let count = schema["minItems"].as_u64().unwrap_or(0);
                let items: Vec<String> = (0..count).map(|_| self.start(&schema["items"])).collect();
                format!("[{}]", items.join(", "))
            }
            _ => {
                let required = schema["required"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Json::as_str);
                let fields =
                    required.map(|name| format!("{name} = {}", self.start(&schema["properties"][name])));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// The words that a field may be, with what they mean.
fn words_of(schema: &Json) -> Vec<(&str, &str)> {
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

/// What a table in a list is called: its number and its first words.
fn headline(index: usize, item: &Json) -> String {
    let words = item.as_object().into_iter().flatten();
    let words: Vec<&str> = words.filter_map(|(_, word)| word.as_str()).take(2).collect();
    format!("{index} {}", words.join(" "))
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

/// A field's name; pale where it has its default.
fn label_text(field: &Field<'_>) -> egui::RichText {
    let unit = unit(field.name);
    let name = if unit.is_empty() {
        field.name.to_string()
    } else {
        format!("{} ({unit})", field.name)
    };
    let text = egui::RichText::new(name);
    if field.value.is_none() {
        text.color(theme::FAINT)
    } else {
        text
    }
}

fn reset_menu(ui: &mut egui::Ui, field: &Field<'_>, wanted: &mut Wanted) {
    if ui
        .add_enabled(field.value.is_some(), egui::Button::new("Reset to default"))
        .clicked()
    {
        wanted.edits.push(Edit::Remove {
            path: field.path.clone(),
        });
        ui.close();
    }
}

fn tree(ui: &mut egui::Ui, name: &str, value: &Json) {
    match value {
        Json::Object(fields) => {
            for (key, inner) in fields {
                if inner.is_object() {
                    egui::CollapsingHeader::new(key)
                        .id_salt((name, key))
                        .show(ui, |ui| tree(ui, key, inner));
                } else {
                    tree(ui, key, inner);
                }
            }
        }
        value => {
            let text = value.to_string();
            let short: String = text.chars().take(80).collect();
            ui.horizontal(|ui| {
                ui.colored_label(theme::FAINT, name);
                ui.label(short);
            });
        }
    }
}
