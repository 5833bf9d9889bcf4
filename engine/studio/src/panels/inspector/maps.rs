//! What is in a thing by names: the wheels of a vehicle, the lanes and agents of traffic, the cameras of a run.

use super::known::BODIES;
use super::schema::{is_dist, resolved, start, text_of};
use super::{Field, Look, Wanted, is_object, label_text, typed};
use crate::change::free_name;
use crate::document::Edit;
use bevy_egui::egui;
use serde_json::Value as Json;
use terrella_app::spec::document::quoted_key;
use terrella_app::spec::write::in_line;

/// Maps whose names are those of bodies.
const BY_BODY: [&str; 2] = ["drag_area_m2", "agents"];

impl Look<'_> {
    /// All that a map has, each by its name, and room for one more.
    pub(super) fn map(&self, ui: &mut egui::Ui, field: &Field<'_>, wanted: &mut Wanted) {
        let items = &resolved(self.root, field.schema)["additionalProperties"];
        let own = field.value.and_then(Json::as_object);
        let count = own.map_or(0, serde_json::Map::len);
        let title = label_text(field);
        let title = egui::RichText::new(format!("{} [{count}]", title.text()));
        egui::CollapsingHeader::new(title)
            .id_salt(&field.path)
            .default_open(count > 0)
            .show(ui, |ui| {
                for (name, value) in own.into_iter().flatten() {
                    ui.push_id(name, |ui| self.named(ui, field, items, (name, value), wanted));
                }
                self.one_more(ui, field, items, own, wanted);
            })
            .header_response
            .on_hover_text(text_of(field.schema, "description"));
    }

    /// One of them: it is taken away, gets another name, or is changed.
    fn named(
        &self,
        ui: &mut egui::Ui,
        field: &Field<'_>,
        items: &Json,
        (name, value): (&str, &Json),
        wanted: &mut Wanted,
    ) {
        let path = place(field, name);
        let own = Field {
            schema: items,
            path: path.clone(),
            name: field.name,
            value: Some(value),
            depth: field.depth + 1,
        };
        ui.horizontal_top(|ui| {
            if ui.small_button("×").on_hover_text("take it away").clicked() {
                wanted.ask(Edit::Remove { path: path.clone() });
            }
            if is_dist(items) || !is_object(resolved(self.root, items)) {
                self.name(ui, field, (name, value), wanted);
                self.value(ui, &own, resolved(self.root, items), value, wanted);
                return;
            }
            egui::CollapsingHeader::new(name).id_salt(&path).show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.label("name");
                    self.name(ui, field, (name, value), wanted);
                });
                self.object(ui, items, &path, Some(value), own.depth, wanted);
            });
        });
    }

    /// The field of a name: one of the bodies where the map is of those, or any.
    fn name(&self, ui: &mut egui::Ui, field: &Field<'_>, (name, value): (&str, &Json), wanted: &mut Wanted) {
        let path = place(field, name);
        if !BY_BODY.contains(&field.name) {
            if let Some(other) = typed(ui, &format!("{path}, its name"), name) {
                let name = other.trim().to_string();
                if !name.is_empty() {
                    wanted.ask(Edit::Rename { path, name });
                }
            }
            return;
        }
        egui::ComboBox::from_id_salt(("body", &path))
            .selected_text(name)
            .show_ui(ui, |ui| {
                for other in self.bodies_left(field) {
                    if ui.selectable_label(false, &other).clicked() {
                        // The name of a body stays that of the body.
                        wanted.set(&place(field, &other), in_line(value));
                        wanted.ask(Edit::Remove { path: path.clone() });
                    }
                }
            });
    }

    /// The bodies that a map does not have.
    fn bodies_left(&self, field: &Field<'_>) -> Vec<String> {
        let mut bodies = (self.known)(BODIES);
        bodies.retain(|body| field.value.is_none_or(|own| own.get(body).is_none()));
        bodies
    }

    /// One more begins as the last one is, or with what it must have.
    fn one_more(
        &self,
        ui: &mut egui::Ui,
        field: &Field<'_>,
        items: &Json,
        own: Option<&serde_json::Map<String, Json>>,
        wanted: &mut Wanted,
    ) {
        let last = own.and_then(|own| own.iter().next_back());
        let begun = || match last {
            Some((_, value)) => in_line(value),
            None => start(self.root, field.name, items),
        };
        if BY_BODY.contains(&field.name) {
            ui.menu_button("+", |ui| {
                for body in self.bodies_left(field) {
                    if ui.button(&body).clicked() {
                        wanted.set(&place(field, &body), begun());
                        ui.close();
                    }
                }
            })
            .response
            .on_hover_text("one more, of a body");
        } else if ui.small_button("+").on_hover_text("one more").clicked() {
            let name = field.name.trim_end_matches('s').rsplit('_').next();
            let name = last.map_or(name.unwrap_or_default(), |(name, _)| name.as_str());
            let name = free_name(name, |name| own.is_some_and(|own| own.contains_key(name)));
            wanted.set(&place(field, &name), begun());
        }
    }
}

/// The place of what has a name in a map.
fn place(field: &Field<'_>, name: &str) -> String {
    format!("{}.{}", field.path, quoted_key(name))
}
