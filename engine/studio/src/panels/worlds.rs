//! Which world of the run is shown, by seed and number; its factors, and the laws they are drawn from.

use super::{dist, theme};
use crate::change::shown_number;
use crate::commands::Command;
use crate::document::Edit;
use crate::session::Session;
use bevy_egui::egui;
use serde_json::Value as Json;
use terrella_app::spec::dist::Law;
use terrella_app::spec::document::quoted_key;
use terrella_app::spec::factor::{FactorKind, FactorSpec, FactorValue};
use terrella_app::spec::write::in_line;

/// Shows the panel.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    if session.dataset.is_some() {
        recorded(ui, session);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.label("seed");
        ui.add(egui::DragValue::new(&mut session.choices.seed).speed(0.1));
        ui.label("world");
        ui.add(egui::DragValue::new(&mut session.episode).speed(0.1));
        for (command, label) in [
            (Command::PreviousWorld, "<"),
            (Command::NextWorld, ">"),
            (Command::PinWorld, "pin"),
            (Command::Sheet, "nine"),
        ] {
            let entry = command.entry();
            if ui
                .button(label)
                .on_hover_text(format!("{}: {}", entry.name, entry.doc))
                .clicked()
            {
                session.run(command);
            }
        }
    });
    session.refresh();
    if !session.pinned.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.colored_label(theme::FAINT, "pinned");
            for (seed, world) in session.pinned.clone() {
                let name = if seed == session.choices.seed {
                    world.to_string()
                } else {
                    format!("{world} of seed {seed}")
                };
                let shown = (seed, world) == session.seed_and_episode();
                if ui.selectable_label(shown, name).clicked() {
                    (session.choices.seed, session.episode) = (seed, world);
                }
            }
        });
    }
    let (Some(kit), Some(play)) = (session.kit().cloned(), session.play()) else {
        return;
    };
    let split = kit.split_of(session.episode);
    let drawn = play.plan().factors.clone();
    let ood = play.plan().ood.clone();
    ui.horizontal(|ui| {
        ui.colored_label(theme::FAINT, format!("split {}", split.name));
        if !ood.is_empty() {
            ui.colored_label(theme::WARN, format!("{} out of distribution", ood.len()));
        }
    });
    let others: Vec<String> = kit
        .splits
        .iter()
        .map(|split| format!("{} from {}", split.name, split.episodes.start))
        .collect();
    if others.len() > 1 {
        ui.colored_label(theme::FAINT, others.join(", "));
    }
    ui.separator();
    let is_scene = session.project.is_scene;
    let values = session.values().clone();
    let declared = kit.family.factors();
    let mut wanted = Wanted::default();
    for factor in &kit.dataset.factors {
        let Some(value) = drawn.get(&factor.name) else {
            continue;
        };
        let doc = match factor.unit.as_str() {
            "" => factor.doc.clone(),
            unit => format!("{} ({unit})", factor.doc),
        };
        row(
            ui,
            &factor.name,
            &doc,
            &factor.unit,
            // It is the number of the field below.
            Some(value).filter(|value| is_scene || !is_fixed(factor, value)),
            ood.contains(&factor.name),
        );
        if is_scene {
            continue;
        }
        let written = values["factors"].get(&factor.name);
        ui.horizontal_wrapped(|ui| {
            ui.add_space(12.0);
            ui.push_id(&factor.name, |ui| {
                let declared = declared.iter().find(|own| own.name == factor.name);
                edit(ui, factor, declared, value, written, &mut wanted);
            });
        });
    }
    if !wanted.edits.is_empty() {
        let key = match &wanted.edits[0] {
            Edit::Set { path, .. } => path.clone(),
            _ => String::new(),
        };
        let key = wanted.dragged.then_some(key.as_str());
        session.edit("change a factor", key, &wanted.edits);
    }
    if wanted.ended {
        session.project.document.end_drag();
    }
}

/// The factors of an episode that was recorded: to be read.
fn recorded(ui: &mut egui::Ui, session: &Session) {
    let Some(play) = session.play() else { return };
    let ood = &play.plan().ood;
    ui.horizontal(|ui| {
        ui.label(format!("episode {}", session.episode));
        if !ood.is_empty() {
            ui.colored_label(theme::WARN, format!("{} out of distribution", ood.len()));
        }
    });
    ui.separator();
    if play.plan().factors.is_empty() {
        ui.colored_label(theme::FAINT, "nothing varies in these worlds");
    }
    for (name, value) in &play.plan().factors {
        row(ui, name, "as it was drawn", "", Some(value), ood.contains(name));
    }
}

/// True for a factor that is no other number than its law says.
fn is_fixed(factor: &FactorSpec, value: &FactorValue) -> bool {
    match (&factor.kind, value) {
        (FactorKind::Real(law), FactorValue::Real(value)) => law.law == Law::Fixed(*value),
        _ => false,
    }
}

/// A factor and what it is in this world, where that is not told beside it.
fn row(ui: &mut egui::Ui, name: &str, doc: &str, unit: &str, value: Option<&FactorValue>, held_out: bool) {
    ui.horizontal_wrapped(|ui| {
        let name = egui::RichText::new(name);
        let name = if held_out { name.color(theme::WARN) } else { name };
        ui.label(name).on_hover_text(doc);
        if let Some(value) = value {
            ui.colored_label(theme::ACCENT, shown(value));
        }
        ui.colored_label(theme::FAINT, unit);
    });
}

/// What fields want to happen.
#[derive(Default)]
struct Wanted {
    edits: Vec<Edit>,
    dragged: bool,
    ended: bool,
}

/// The field of a factor's law. `declared` is what the family says of it, `written` what the run does.
fn edit(
    ui: &mut egui::Ui,
    factor: &FactorSpec,
    declared: Option<&FactorSpec>,
    value: &FactorValue,
    written: Option<&Json>,
    wanted: &mut Wanted,
) {
    let path = format!("factors.{}", quoted_key(&factor.name));
    match (&factor.kind, declared.map(|own| &own.kind)) {
        (FactorKind::Real(law), _) => {
            let present = match value {
                FactorValue::Real(value) => Some(dist::Drawn {
                    value: *value,
                    is_told: true,
                }),
                _ => None,
            };
            match dist::show(ui, law, present, dist::Bounds::default()) {
                dist::Change::To(changed) => {
                    wanted.dragged |= changed.dragged;
                    wanted.edits.push(changed.least(&path, written));
                }
                dist::Change::Ended => wanted.ended = true,
                dist::Change::None => {}
            }
        }
        (FactorKind::Count { low, high, ood }, _) => {
            if let Some([low, high]) = whole_range(ui, [*low, *high], wanted) {
                wanted.edits.push(Edit::set(&path, range_text(low, high)));
            }
            if let Some((low, high)) = ood {
                ui.colored_label(theme::FAINT, format!("held out: {low} to {high}"));
            }
        }
        (FactorKind::Choice { options, .. }, Some(FactorKind::Choice { options: all, .. }))
            if !factor.on_request.is_empty() =>
        {
            for word in all.iter().chain(&factor.on_request) {
                let field = ui.radio(options.contains(word), word.as_str());
                if field.on_hover_text("in all worlds of the run").clicked() {
                    wanted.edits.push(if all.contains(word) {
                        Edit::Remove { path: path.clone() }
                    } else {
                        Edit::set(&path, in_line(&Json::from(word.as_str())))
                    });
                }
            }
        }
        (FactorKind::Choice { options, .. }, Some(FactorKind::Choice { options: all, ood })) => {
            let known: Vec<&String> = all.iter().chain(ood).collect();
            if let Some(chosen) = words(ui, &known, ood, options) {
                let is_own = chosen.len() == all.len() && all.iter().all(|word| chosen.contains(&word));
                match (is_own, written) {
                    (true, Some(_)) => wanted.edits.push(Edit::Remove { path: path.clone() }),
                    (true, None) => {}
                    (false, _) => {
                        let list: Json = chosen.iter().map(|word| Json::from(word.as_str())).collect();
                        wanted.edits.push(Edit::set(&path, in_line(&list)));
                    }
                }
            }
        }
        (FactorKind::Choice { .. }, _) => {}
    }
    if written.is_some()
        && ui
            .small_button("reset")
            .on_hover_text("the family's own law")
            .clicked()
    {
        wanted.edits.push(Edit::Remove { path });
    }
}

/// The least and the most of a count, where somebody changed them.
fn whole_range(ui: &mut egui::Ui, before: [i64; 2], wanted: &mut Wanted) -> Option<[i64; 2]> {
    let [mut low, mut high] = before;
    let field = |value: &mut i64, from: i64, to: i64, ui: &mut egui::Ui, wanted: &mut Wanted| {
        let drag = egui::DragValue::new(value).speed(0.05).range(from..=to);
        let response = ui.add(drag.clamp_existing_to_range(false).update_while_editing(false));
        wanted.dragged |= response.dragged();
        wanted.ended |= response.drag_stopped() || response.lost_focus();
    };
    let most = high;
    field(&mut low, i64::from(i32::MIN), most, ui, wanted);
    ui.label("to");
    field(&mut high, low, i64::from(i32::MAX), ui, wanted);
    ([low, high] != before).then_some([low, high])
}

/// Whole numbers from one to another, as a run says it.
fn range_text(low: i64, high: i64) -> String {
    if low == high {
        low.to_string()
    } else {
        format!("{{ uniform = [{low}, {high}] }}")
    }
}

/// The words that are drawn of those that are known, where somebody changed them. One stays.
fn words<'a>(
    ui: &mut egui::Ui,
    known: &[&'a String],
    held_out: &[String],
    before: &[String],
) -> Option<Vec<&'a String>> {
    let mut chosen: Vec<&String> = known
        .iter()
        .copied()
        .filter(|word| before.contains(word))
        .collect();
    let mut changed = false;
    for word in known {
        let mut on = chosen.contains(word);
        let last = on && chosen.len() == 1;
        let hint = match (last, held_out.contains(word)) {
            (true, _) => "one of them must stay",
            (false, true) => "held out: it is drawn out of distribution only, unless it is chosen here",
            (false, false) => "drawn in these worlds",
        };
        let field = ui.add_enabled(!last, egui::Checkbox::new(&mut on, word.as_str()));
        if field.on_hover_text(hint).on_disabled_hover_text(hint).changed() {
            changed = true;
            chosen = known
                .iter()
                .copied()
                .filter(|other| if other == word { on } else { chosen.contains(other) })
                .collect();
        }
    }
    changed.then_some(chosen)
}

/// A factor's value in a few letters.
pub fn shown(value: &FactorValue) -> String {
    let list = |words: Vec<String>| {
        if words.is_empty() {
            return "none".into();
        }
        let few: Vec<String> = words.iter().take(6).cloned().collect();
        let rest = if words.len() > 6 { ", ..." } else { "" };
        format!("{}{rest}", few.join(", "))
    };
    let number = |value: &f64| shown_number(*value);
    match value {
        FactorValue::Count(count) => count.to_string(),
        FactorValue::Real(value) => number(value),
        FactorValue::Word(word) => word.clone(),
        FactorValue::Counts(counts) => list(counts.iter().map(i64::to_string).collect()),
        FactorValue::Reals(values) => list(values.iter().map(number).collect()),
        FactorValue::Words(words) => list(words.clone()),
    }
}
