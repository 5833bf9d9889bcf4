//! What is selected, field by field, made from the JSON Schema of scenes: units, documentation, defaults.

mod lists;
mod schema;

use super::{dist, theme};
use crate::change::{at, parent_and_name, quoted_key};
use crate::document::Edit;
use crate::session::Session;
use bevy_egui::egui;
use schema::{is_dist, quoted, resolved, start, text_of, unit, words_of};
use serde_json::Value as Json;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::document::{Step, steps};
use terrella_app::spec::factor::FactorValue;

/// Objects deeper than this are shown closed.
const OPEN_DEPTH: usize = 1;

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
                start(self.root, schema)
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
                        let start = start(self.root, &variant["properties"][&key]);
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
