//! Which world of the run is shown, by seed and number; its factors, and the laws they are drawn from.

use super::{dist, theme};
use crate::change::quoted_key;
use crate::commands::Command;
use crate::document::Edit;
use crate::session::Session;
use bevy_egui::egui;
use terrella_app::spec::factor::{FactorKind, FactorValue};

/// Shows the panel.
pub fn show(ui: &mut egui::Ui, session: &mut Session) {
    ui.horizontal(|ui| {
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
    let (mut edits, mut ended) = (Vec::new(), false);
    for factor in &kit.dataset.factors {
        let Some(value) = drawn.get(&factor.name) else {
            continue;
        };
        let held_out = ood.contains(&factor.name);
        ui.horizontal_wrapped(|ui| {
            let name = egui::RichText::new(&factor.name);
            let name = if held_out { name.color(theme::WARN) } else { name };
            ui.label(name).on_hover_text(format!(
                "{} {}",
                factor.doc,
                if factor.unit.is_empty() {
                    String::new()
                } else {
                    format!("({})", factor.unit)
                }
            ));
            ui.colored_label(theme::ACCENT, shown(value));
            ui.colored_label(theme::FAINT, &factor.unit);
        });
        if is_scene {
            continue;
        }
        let path = format!("factors.{}", quoted_key(&factor.name));
        let own = values["factors"].get(&factor.name).is_some();
        if let FactorKind::Real(law) = &factor.kind {
            ui.horizontal_wrapped(|ui| {
                ui.add_space(12.0);
                let present = match value {
                    FactorValue::Real(value) => Some(*value),
                    _ => None,
                };
                match ui.push_id(&factor.name, |ui| dist::show(ui, law, present)).inner {
                    dist::Change::To(text) => edits.push(Edit::set(&path, text)),
                    dist::Change::Ended => ended = true,
                    dist::Change::None => {}
                }
                if own
                    && ui
                        .small_button("reset")
                        .on_hover_text("the family's own law")
                        .clicked()
                {
                    edits.push(Edit::Remove { path: path.clone() });
                }
            });
        }
    }
    if !edits.is_empty() {
        let key = match &edits[0] {
            Edit::Set { path, .. } => path.clone(),
            _ => String::new(),
        };
        session.edit("change a factor", Some(&key), &edits);
    } else if ended {
        session.project.document.end_drag();
    }
}

/// A factor's value in a few letters.
pub fn shown(value: &FactorValue) -> String {
    let list = |words: Vec<String>| {
        let few: Vec<String> = words.iter().take(6).cloned().collect();
        let rest = if words.len() > 6 { ", ..." } else { "" };
        format!("{}{rest}", few.join(", "))
    };
    let number = |value: &f64| {
        format!("{value:.4}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_string()
    };
    match value {
        FactorValue::Count(count) => count.to_string(),
        FactorValue::Real(value) => number(value),
        FactorValue::Word(word) => word.clone(),
        FactorValue::Counts(counts) => list(counts.iter().map(i64::to_string).collect()),
        FactorValue::Reals(values) => list(values.iter().map(number).collect()),
        FactorValue::Words(words) => list(words.clone()),
    }
}
