//! How a dataset is laid out in files, and what of this machine makes it.

use crate::change::shown_number;
use crate::generate::Order;
use crate::panels::theme;
use bevy_egui::egui;
use terrella_app::RunKit;
use terrella_app::folder::Partition;
use terrella_app::spec::limits::Limits;
use terrella_app::spec::run::Rows;

/// How the files are laid out.
pub fn files(ui: &mut egui::Ui, order: &mut Order) {
    ui.label("rows");
    let words = |rows: Rows| match rows {
        Rows::Trajectories => (
            "trajectories",
            "T + 1 rows an episode, the last one the final observation",
        ),
        Rows::Transitions => ("transitions", "T rows an episode, each with the next state"),
    };
    egui::ComboBox::from_id_salt("rows")
        .selected_text(words(order.rows).0)
        .show_ui(ui, |ui| {
            for rows in [Rows::Trajectories, Rows::Transitions] {
                let (name, doc) = words(rows);
                ui.selectable_value(&mut order.rows, rows, name)
                    .on_hover_text(doc);
            }
        });
    ui.end_row();
    if !order.takes.is_empty() {
        return;
    }
    ui.label("shards");
    ui.horizontal(|ui| {
        let mut size = order.shard_episodes.unwrap_or(0);
        ui.add(
            egui::DragValue::new(&mut size)
                .range(0..=1_000_000)
                .speed(0.1)
                .suffix(" episodes"),
        );
        order.shard_episodes = (size > 0).then_some(size);
        ui.colored_label(theme::FAINT, "0: as many as make about 64 MiB");
    });
    ui.end_row();
}

/// What of this machine makes it; the data are the same.
pub fn machine(ui: &mut egui::Ui, order: &mut Order) {
    ui.label("threads");
    ui.horizontal(|ui| {
        let mut count = order.threads.unwrap_or(0);
        ui.add(egui::DragValue::new(&mut count).range(0..=1024).speed(0.05));
        order.threads = (count > 0).then_some(count);
        ui.colored_label(theme::FAINT, "0: all cores but one; the data are the same");
    });
    ui.end_row();
    ui.label("memory");
    ui.horizontal(|ui| {
        let mut size = order.memory_mib.unwrap_or(0);
        ui.add(egui::DragValue::new(&mut size).range(0..=1 << 24).suffix(" MiB"));
        order.memory_mib = (size > 0).then_some(size);
        ui.colored_label(theme::FAINT, "0: as much as the episodes being made want");
    });
    ui.end_row();
    ui.label("partition");
    ui.horizontal(|ui| {
        let mut own = order.partition.unwrap_or(Partition { index: 0, count: 1 });
        let mut number = own.index + 1;
        ui.add(egui::DragValue::new(&mut number).range(1..=own.count).speed(0.02));
        ui.label("of");
        ui.add(egui::DragValue::new(&mut own.count).range(1..=10_000).speed(0.02));
        own.index = number.min(own.count) - 1;
        order.partition = (own.count > 1).then_some(own);
        ui.colored_label(
            theme::FAINT,
            "every n-th shard alone; other machines make the rest",
        );
    });
    ui.end_row();
}

/// How far the run and its files may go, and whether there must be a run to go on with.
pub fn trust(ui: &mut egui::Ui, order: &mut Order, is_scene: bool) {
    ui.label("limits")
        .on_hover_text("what a run, a scene and its files may ask for");
    ui.vertical(|ui| {
        let mut gone = None;
        for (index, limit) in order.limits.iter_mut().enumerate() {
            ui.push_id(("limit", index), |ui| {
                ui.horizontal(|ui| {
                    self::limit(ui, limit);
                    if ui.small_button("x").on_hover_text("as usual").clicked() {
                        gone = Some(index);
                    }
                });
            });
        }
        if let Some(gone) = gone {
            order.limits.remove(gone);
        }
        ui.horizontal(|ui| {
            if ui
                .small_button("+ limit")
                .on_hover_text("another one than usual")
                .clicked()
            {
                let is_free = |name: &str| order.limits.iter().all(|(own, _)| own != name);
                let free = Limits::TABLE.iter().find(|(name, ..)| is_free(name));
                order
                    .limits
                    .extend(free.map(|(name, usual, _)| (name.to_string(), *usual)));
            }
            if order.limits.is_empty() {
                ui.colored_label(
                    theme::FAINT,
                    "as usual; `terrella generate` refuses what is beyond them",
                );
            }
        });
    });
    ui.end_row();
    if is_scene {
        ui.label("mesh files");
        ui.horizontal(|ui| {
            ui.add(
                egui::TextEdit::singleline(&mut order.asset_root)
                    .hint_text("the folder of the scene")
                    .desired_width(220.0),
            );
            ui.colored_label(theme::FAINT, "the folder that they are in");
        });
        ui.end_row();
    }
    ui.label("go on");
    ui.checkbox(&mut order.resume, "only with a run that is there")
        .on_hover_text("otherwise a run that is there is gone on with, and begun where there is none");
    ui.end_row();
}

/// A limit by its name, and how high it is.
fn limit(ui: &mut egui::Ui, (name, value): &mut (String, u64)) {
    let before = name.clone();
    egui::ComboBox::from_id_salt("name")
        .selected_text(name.as_str())
        .width(140.0)
        .show_ui(ui, |ui| {
            for (own, usual, doc) in Limits::TABLE {
                ui.selectable_value(name, own.to_string(), *own)
                    .on_hover_text(format!("{} {usual}", doc.trim()));
            }
        });
    if *name != before {
        let usual = Limits::TABLE.iter().find(|(own, ..)| own == name);
        *value = usual.map_or(*value, |(_, usual, _)| *usual);
    }
    // As fast as it is large.
    let speed = (*value as f64 / 100.0).max(0.1);
    ui.add(egui::DragValue::new(value).speed(speed));
}

/// How large it would be.
pub fn size(kit: &RunKit) -> String {
    let mib = kit.raw_bytes() as f64 / f64::from(1 << 20);
    let shards = kit.shards.len();
    let of = kit.dataset.run.spec.files.shard_episodes.unwrap_or(1);
    format!(
        "{shards} {} of up to {of} episodes, about {} MiB before they are compressed",
        if shards == 1 { "shard" } else { "shards" },
        shown_number((10.0 * mib).round() / 10.0)
    )
}
