//! What is selected, field by field, made from the JSON Schemas of scenes and runs: units, documentation, defaults.

mod all;
mod known;
mod lists;
mod maps;
mod schema;

use super::dist::{self, Bounds};
use super::theme;
use crate::change::{at, dist_text, parent_and_name, shown_number};
use crate::document::Edit;
use crate::session::Session;
use all::schema_at;
use bevy_egui::egui;
use known::known;
use schema::{bounded, form, is_dist, quoted, resolved, start, text_of, unit, words_of};
use serde_json::Value as Json;
use terrella_app::spec::dist::Dist;
use terrella_app::spec::document::quoted_key;
use terrella_app::spec::factor::FactorValue;
use terrella_app::spec::write::in_line;

/// Objects deeper than this are shown closed.
const OPEN_DEPTH: usize = 1;

/// The inspector: the schemas, parsed once.
pub struct Inspector {
    scene: Json,
    run: Json,
    /// The world that a family drew, and its generation: written down once, not in every frame.
    drawn: (u64, Json),
}

impl Default for Inspector {
    fn default() -> Self {
        let parsed = |schema: String| serde_json::from_str(&schema).expect("the schema is JSON");
        Inspector {
            scene: parsed(terrella_app::spec::schema::scene()),
            run: parsed(terrella_app::spec::schema::run()),
            drawn: (0, Json::Null),
        }
    }
}

/// What fields want to happen.
#[derive(Default)]
struct Wanted {
    edits: Vec<Asked>,
    /// True where a drag goes on: what it does is one step.
    dragged: bool,
    ended: bool,
}

/// An edit that a field asks for.
struct Asked {
    /// Of the thing that is shown: it writes as little as there is to be written.
    own: Edit,
    /// The same to be done to the other things that are selected.
    others: Edit,
}

impl Wanted {
    fn ask(&mut self, edit: Edit) {
        self.edits.push(Asked {
            others: edit.clone(),
            own: edit,
        });
    }

    fn set(&mut self, path: &str, value: impl Into<String>) {
        self.ask(Edit::set(path, value));
    }

    /// What came of a field that is dragged or typed into.
    fn felt(&mut self, response: &egui::Response) {
        self.dragged |= response.dragged();
        self.ended |= response.drag_stopped() || response.lost_focus();
    }
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
        let is_run = !session.project.is_scene && session.dataset.is_none();
        let Some(path) = session.selection.last().cloned() else {
            ui.colored_label(theme::FAINT, "select something");
            if is_run && ui.link("or the run, to change what is made").clicked() {
                session.select("", false);
            }
            return;
        };
        ui.horizontal(|ui| {
            ui.heading(match parent_and_name(&path) {
                Some((_, name)) => name,
                None if path.is_empty() => if is_run { "run" } else { "scene" }.into(),
                None => path.clone(),
            });
            if session.selection.len() > 1 {
                ui.colored_label(theme::FAINT, format!("and {} more", session.selection.len() - 1))
                    .on_hover_text("what is changed here is changed of all that are selected and have it");
            }
        });
        let is_run = is_run && path.is_empty();
        if !session.project.is_scene && !is_run {
            self.drawn_values(ui, session, &path);
            return;
        }
        let values = session.values().clone();
        let root = if is_run { &self.run } else { &self.scene };
        let Some(schema) = schema_at(root, &path) else {
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
            root,
            known: &|path| known(session, is_run, path),
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
        if is_object(schema) {
            // A scene's world and a world's bodies have panels of their own.
            look.object(ui, schema, &path, place, 0, &mut wanted);
        } else {
            let field = Field {
                schema,
                path: path.clone(),
                name: "",
                value: place,
                depth: 0,
            };
            look.value(ui, &field, schema, place.unwrap_or(&Json::Null), &mut wanted);
        }
        if !wanted.edits.is_empty() {
            let others = session.selection.iter().filter(|other| **other != path);
            let others = others.filter(|other| !session.locked.contains(*other));
            let others: Vec<String> = others.cloned().collect();
            let mut edits: Vec<Edit> = wanted.edits.iter().map(|asked| asked.own.clone()).collect();
            for other in &others {
                let asked = wanted.edits.iter().map(|asked| &asked.others);
                edits.extend(asked.filter_map(|edit| look.of_other(&values, edit, &path, other)));
            }
            let fields = wanted.edits.iter().map(|asked| match &asked.others {
                Edit::Set { path, .. } | Edit::Remove { path } => path.as_str(),
                _ => "",
            });
            let fields: Vec<&str> = fields.collect();
            let fields = fields.join(" ");
            session.edit(
                &format!("change {}", fields.rsplit('.').next().unwrap_or("")),
                // What is clicked is a step of its own each time.
                wanted.dragged.then_some(fields.as_str()),
                &edits,
            );
        }
        if wanted.ended {
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
}

struct Look<'a> {
    root: &'a Json,
    /// The words that can stand at a place, where they are known; none where any word can.
    known: &'a dyn Fn(&str) -> Vec<String>,
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
            let is_map = resolved(self.root, property)["additionalProperties"].is_object();
            // A scene's world and what is in it by name are in the hierarchy, a run's factors under Worlds.
            let is_elsewhere = match path {
                "" => place == "factors" || place == "world" && is_object_of_many(self.root, property),
                "world" => is_map,
                _ => false,
            };
            if is_elsewhere {
                continue;
            }
            let field = Field {
                schema: property,
                path: place,
                name,
                value: value.and_then(|value| value.get(name)),
                depth,
            };
            if is_map {
                self.map(ui, &field, wanted);
            } else {
                self.field(ui, &field, wanted);
            }
        }
    }

    fn field(&self, ui: &mut egui::Ui, field: &Field<'_>, wanted: &mut Wanted) {
        let schema = resolved(self.root, field.schema);
        let is_nested = !is_dist(field.schema) && is_object(schema);
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
            let range = range_text(bounded(field.schema, schema));
            let hint = format!(
                "{}{range}\nright click: reset to default",
                text_of(field.schema, "description")
            );
            label
                .on_hover_text(hint)
                .context_menu(|ui| reset_menu(ui, field, wanted));
            match shown {
                Some(Json::Null) | None => self.absent(ui, field, wanted),
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
    fn absent(&self, ui: &mut egui::Ui, field: &Field<'_>, wanted: &mut Wanted) {
        if ui.small_button("+").on_hover_text("set it").clicked() {
            let known = (self.known)(&field.path);
            let is_list = resolved(self.root, field.schema)["items"].is_object();
            let value = match known.first() {
                // All of them is what holds while nothing is said.
                Some(_) if is_list => in_line(&known.into()),
                Some(first) => quoted(first),
                None => start(self.root, field.name, field.schema),
            };
            wanted.set(&field.path, value);
        }
    }

    fn value(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, shown: &Json, wanted: &mut Wanted) {
        if is_dist(field.schema) {
            let bounds = Bounds::of(bounded(field.schema, schema));
            if let Some(changed) = self.number(ui, &field.path, shown, bounds, wanted) {
                wanted.edits.push(Asked {
                    own: changed.least(&field.path, field.value),
                    others: changed.whole(&field.path),
                });
            }
            return;
        }
        let schema = form(self.root, schema, shown);
        match shown {
            Json::Bool(on) => {
                let mut on = *on;
                let word = if on { "yes" } else { "no" };
                if ui.checkbox(&mut on, word).changed() {
                    wanted.set(&field.path, on.to_string());
                }
            }
            Json::Number(number) => {
                let before = number.as_f64().unwrap_or(0.0);
                let mut value = before;
                let whole = schema["type"] == "integer";
                let Bounds { low, high } = Bounds::of(bounded(field.schema, schema));
                let response = if whole {
                    let drag = egui::DragValue::new(&mut value).speed(0.1).max_decimals(0);
                    let drag = drag.range(low..=high).clamp_existing_to_range(false);
                    ui.add(drag.update_while_editing(false))
                } else {
                    dist::number(ui, &mut value, before, low..=high)
                };
                wanted.felt(&response);
                if whole {
                    value = value.round();
                }
                if value != before {
                    let text = if whole {
                        format!("{}", value as i64)
                    } else {
                        dist_text(&Dist::fixed(value))
                    };
                    wanted.set(&field.path, text);
                }
            }
            Json::String(word) => self.word(ui, field, schema, word, wanted),
            Json::Array(items) => self.list(ui, field, schema, items, wanted),
            Json::Object(_) | Json::Null => {
                ui.colored_label(theme::FAINT, "see the text");
            }
        }
    }

    /// A number that may be a distribution, where somebody changed it. One that is no law is shown as it is typed, to be mended.
    fn number(
        &self,
        ui: &mut egui::Ui,
        path: &str,
        shown: &Json,
        bounds: Bounds,
        wanted: &mut Wanted,
    ) -> Option<dist::Changed> {
        let own = match serde_json::from_value::<Dist>(shown.clone()) {
            Ok(own) => own,
            Err(wrong) => {
                self.mend(ui, path, shown, &wrong.to_string(), wanted);
                return None;
            }
        };
        let drawn = (self.drawn)(path).map(|value| dist::Drawn {
            value,
            is_told: false,
        });
        let change = ui.push_id(path, |ui| dist::show(ui, &own, drawn, bounds)).inner;
        match change {
            dist::Change::To(changed) => {
                wanted.dragged |= changed.dragged;
                Some(changed)
            }
            dist::Change::Ended => {
                wanted.ended = true;
                None
            }
            dist::Change::None => None,
        }
    }

    /// What should be a number or a distribution and is none: its text, and what is wrong with it.
    fn mend(&self, ui: &mut egui::Ui, path: &str, shown: &Json, wrong: &str, wanted: &mut Wanted) {
        ui.vertical(|ui| {
            if let Some(text) = typed(ui, path, &in_line(shown)) {
                wanted.set(path, text);
            }
            ui.add(egui::Label::new(egui::RichText::new(wrong).color(theme::WARN)).wrap());
        });
    }

    fn word(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, word: &str, wanted: &mut Wanted) {
        let known = (self.known)(&field.path);
        let mut words = words_of(schema);
        if !known.is_empty() {
            words = known.iter().map(|word| (word.as_str(), "")).collect();
        }
        if words.is_empty() {
            if let Some(text) = typed(ui, &field.path, word) {
                wanted.set(&field.path, quoted(&text));
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
                        wanted.set(&field.path, quoted(option));
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
                        let start = start(self.root, &key, &variant["properties"][&key]);
                        wanted.set(path, format!("{{ {key} = {start} }}"));
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

/// A line that is typed into; gives what was typed once that is done.
fn typed(ui: &mut egui::Ui, path: &str, before: &str) -> Option<String> {
    let id = ui.make_persistent_id(("typed", path));
    let mut text = ui
        .data_mut(|data| data.get_temp::<String>(id))
        .unwrap_or_else(|| before.to_string());
    let response = ui.add(egui::TextEdit::singleline(&mut text).desired_width(150.0));
    let done = response.lost_focus() && text != before;
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
        return None;
    }
    ui.data_mut(|data| data.remove::<String>(id));
    done.then_some(text)
}

/// True where a schema is of a table whose fields are told, not of one of several.
fn is_object_of_many(root: &Json, schema: &Json) -> bool {
    resolved(root, schema).get("properties").is_some()
}

/// True where a schema is of a table, or of one of several.
fn is_object(schema: &Json) -> bool {
    schema.get("properties").is_some() || schema["oneOf"][0].get("properties").is_some()
}

/// From where to where a number may be, in words.
fn range_text(schema: &Json) -> String {
    let bound = |keys: [&str; 2], words: [&str; 2]| {
        let found = keys.iter().zip(words).find_map(|(key, word)| {
            let value = schema[*key].as_f64()?;
            Some(format!("{word} {}", shown_number(value)))
        });
        found.unwrap_or_default()
    };
    let low = bound(["minimum", "exclusiveMinimum"], ["from", "above"]);
    let high = bound(["maximum", "exclusiveMaximum"], ["to", "below"]);
    match format!("{low} {high}").trim() {
        "" => String::new(),
        range => format!(" ({range})"),
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
        wanted.ask(Edit::Remove {
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
