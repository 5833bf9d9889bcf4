//! Lists: colours and points, whose length is fixed, and lists that become longer or shorter.

use super::schema::{is_dist, resolved, start};
use super::{Asked, Field, Look, Wanted};
use crate::document::Edit;
use crate::panels::dist::Bounds;
use crate::panels::theme;
use bevy_egui::egui;
use serde_json::Value as Json;
use terrella_app::spec::write::in_line;

/// Items of a list that are shown.
const MOST_ITEMS: usize = 24;

impl Look<'_> {
    pub(super) fn list(
        &self,
        ui: &mut egui::Ui,
        field: &Field<'_>,
        schema: &Json,
        items: &[Json],
        wanted: &mut Wanted,
    ) {
        let fixed = schema["minItems"] == schema["maxItems"] && !schema["minItems"].is_null();
        if fixed && schema["items"]["type"].is_string() && items.iter().all(Json::is_number) {
            self.row(ui, field, &schema["items"], items, wanted);
            return;
        }
        if !(fixed && is_dist(&schema["items"])) {
            let known = (self.known)(&field.path);
            if known.is_empty() {
                self.items(ui, field, schema, items, fixed, wanted);
            } else {
                chosen(ui, field, items, &known, wanted);
            }
            return;
        }
        ui.horizontal_wrapped(|ui| {
            ui.add_space(10.0);
            if field.name.contains("color") {
                self.color(ui, field, items, wanted);
            }
            let mut widest = 0.0f32;
            for (index, item) in items.iter().enumerate() {
                let path = format!("{}[{index}]", field.path);
                let bounds = Bounds::of(&schema["items"]);
                // A line breaks between numbers, not within one.
                if ui.available_size_before_wrap().x < widest {
                    ui.end_row();
                    ui.add_space(10.0);
                }
                let left = ui.cursor().left();
                let changed = self.number(ui, &path, item, bounds, wanted);
                widest = widest.max(ui.cursor().left() - left);
                let Some(changed) = changed else {
                    continue;
                };
                let others = changed.whole(&path);
                let own = match field.value {
                    Some(_) => changed.least(&path, Some(item)),
                    // The list is not there yet: all of it is written.
                    None => whole_list(&field.path, items, index, &others),
                };
                wanted.edits.push(Asked { own, others });
            }
        });
    }

    /// Plain numbers, so many of them: side by side.
    fn row(&self, ui: &mut egui::Ui, field: &Field<'_>, schema: &Json, items: &[Json], wanted: &mut Wanted) {
        ui.horizontal_wrapped(|ui| {
            ui.add_space(10.0);
            for (index, item) in items.iter().enumerate() {
                let own = Field {
                    schema,
                    path: format!("{}[{index}]", field.path),
                    name: field.name,
                    value: field.value.is_some().then_some(item),
                    depth: field.depth + 1,
                };
                let before = wanted.edits.len();
                ui.push_id(index, |ui| self.value(ui, &own, schema, item, wanted));
                write_all(field, items, index, &mut wanted.edits[before..]);
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
        let there = field.value.is_some();
        for (index, item) in items.iter().enumerate().take(MOST_ITEMS) {
            let path = format!("{}[{index}]", field.path);
            let before = wanted.edits.len();
            ui.horizontal_top(|ui| {
                ui.add_space(10.0);
                if !fixed {
                    let gone = egui::Button::new("×").small();
                    if ui
                        .add_enabled(there, gone)
                        .on_hover_text("take it away")
                        .clicked()
                    {
                        wanted.ask(Edit::Remove { path: path.clone() });
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
            write_all(field, items, index, &mut wanted.edits[before..]);
        }
        ui.horizontal(|ui| {
            ui.add_space(10.0);
            if items.len() > MOST_ITEMS {
                ui.colored_label(theme::FAINT, format!("{} items: see the text", items.len()));
            }
            if !fixed && ui.small_button("+").on_hover_text("one more").clicked() {
                // What holds by default is written down first.
                if field.value.is_none() {
                    wanted.set(&field.path, in_line(&items.into()));
                }
                let path = format!("{}[{}]", field.path, items.len());
                wanted.set(&path, start(self.root, field.name, schema));
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
            // A colour that the mouse is still looking for is one step.
            wanted.dragged |= ui.input(|input| input.pointer.any_down());
            wanted.set(&field.path, format!("[{}]", words.join(", ")));
        }
        wanted.ended |= ui.input(|input| input.pointer.any_released());
    }
}

/// Where a list holds by default, an edit of one of its items writes all of it down.
fn write_all(field: &Field<'_>, items: &[Json], index: usize, edits: &mut [Asked]) {
    if field.value.is_some() {
        return;
    }
    let path = format!("{}[{index}]", field.path);
    for asked in edits {
        if matches!(&asked.own, Edit::Set { path: own, .. } if *own == path) {
            asked.own = whole_list(&field.path, items, index, &asked.own);
        }
    }
}

/// Words of which some are chosen, in the order in which they stand.
fn chosen(ui: &mut egui::Ui, field: &Field<'_>, items: &[Json], known: &[String], wanted: &mut Wanted) {
    let is_there = |word: &str| items.iter().any(|item| item == word);
    let others = items.iter().filter_map(Json::as_str);
    let others = others.filter(|word| !known.iter().any(|own| own == word));
    ui.horizontal_wrapped(|ui| {
        for word in known.iter().map(String::as_str).chain(others) {
            let mut on = is_there(word);
            if !ui.checkbox(&mut on, word).changed() {
                continue;
            }
            let mut next = items.to_vec();
            next.retain(|item| item != word);
            if on {
                next.push(word.into());
            }
            wanted.set(&field.path, in_line(&next.into()));
        }
    });
}

/// The edit that writes a list which holds by default, with one item set.
pub(super) fn whole_list(path: &str, items: &[Json], index: usize, edit: &Edit) -> Edit {
    let mut all: Vec<String> = items.iter().map(in_line).collect();
    if let (Edit::Set { value, .. }, Some(item)) = (edit, all.get_mut(index)) {
        item.clone_from(value);
    }
    Edit::set(path, format!("[{}]", all.join(", ")))
}

/// What a table in a list is called: its number and its first words.
fn headline(index: usize, item: &Json) -> String {
    let words = item.as_object().into_iter().flatten();
    let words: Vec<&str> = words.filter_map(|(_, word)| word.as_str()).take(2).collect();
    format!("{index} {}", words.join(" "))
}
