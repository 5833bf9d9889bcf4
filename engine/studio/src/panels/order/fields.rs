//! What is asked of a dataset: worlds, who acts in them, what is recorded.

use crate::generate::Order;
use crate::panels::theme;
use crate::session::Session;
use bevy_egui::egui;
use terrella_app::cameras::PICTURES;
use terrella_app::spec::run::{ImageFormat, OodKeyword, OodSpec, RendererKind, SplitSpec};

/// How many worlds, of which seed, who acts in them, and in which splits they are.
pub fn worlds(ui: &mut egui::Ui, session: &Session, order: &mut Order) {
    ui.label("episodes");
    ui.horizontal(|ui| {
        ui.add(egui::DragValue::new(&mut order.episodes).range(1..=100_000_000));
        let twins = ui.checkbox(&mut order.healthy_twins, "healthy twins");
        twins.on_hover_text(
            "every second episode is the one before without its fault; they count as episodes",
        );
    });
    ui.end_row();
    ui.label("steps");
    ui.add(egui::DragValue::new(&mut order.steps).range(1..=100_000_000));
    ui.end_row();
    ui.label("seed");
    ui.add(egui::DragValue::new(&mut order.seed));
    ui.end_row();
    ui.label("policies");
    policies(ui, session, order);
    ui.end_row();
    ui.label("splits");
    splits(ui, session, order);
    ui.end_row();
    ui.label("control rate");
    ui.horizontal(|ui| {
        let mut hz = order.control_hz.unwrap_or(0);
        ui.add(
            egui::DragValue::new(&mut hz)
                .range(0..=1000)
                .speed(0.1)
                .suffix(" Hz"),
        );
        order.control_hz = (hz > 0).then_some(hz);
        ui.colored_label(
            theme::FAINT,
            "0: that of the world, for which its expert was made",
        );
    });
    ui.end_row();
}

/// Who acts, and how often.
fn policies(ui: &mut egui::Ui, session: &Session, order: &mut Order) {
    ui.vertical(|ui| {
        if order.policies.is_empty() {
            ui.colored_label(theme::FAINT, "the usual mixture; choose some for another one");
        }
        for (name, doc) in session.policies() {
            ui.horizontal(|ui| {
                let place = order.policies.iter().position(|(own, _)| own == name);
                let mut on = place.is_some();
                if ui.checkbox(&mut on, *name).on_hover_text(*doc).changed() {
                    match place {
                        Some(place) => {
                            order.policies.remove(place);
                        }
                        None => order.policies.push((name.to_string(), 1.0)),
                    }
                } else if let Some(place) = place {
                    let weight = &mut order.policies[place].1;
                    let field = egui::DragValue::new(weight).speed(0.01).range(0.0..=1e6);
                    ui.add(field.prefix("weight "))
                        .on_hover_text("its share of the episodes");
                }
            });
        }
    });
}

/// Which parts the dataset has.
fn splits(ui: &mut egui::Ui, session: &Session, order: &mut Order) {
    let kit = session.kit().into_iter();
    let factors = kit.flat_map(|kit| &kit.dataset.factors);
    let can: Vec<&str> = factors
        .filter(|factor| factor.has_ood())
        .map(|factor| factor.name.as_str())
        .collect();
    ui.vertical(|ui| {
        let mut gone = None;
        for (index, split) in order.splits.iter_mut().enumerate() {
            ui.push_id(index, |ui| {
                ui.horizontal(|ui| {
                    ui.add(egui::TextEdit::singleline(&mut split.name).desired_width(110.0));
                    let field = egui::DragValue::new(&mut split.share)
                        .speed(0.01)
                        .range(0.0..=1e6);
                    ui.add(field.prefix("share "));
                    ood(ui, split, &can);
                    if ui.small_button("x").on_hover_text("without this split").clicked() {
                        gone = Some(index);
                    }
                });
            });
        }
        if let Some(gone) = gone {
            order.splits.remove(gone);
        }
        if order.splits.is_empty() {
            ui.colored_label(theme::FAINT, "all episodes are `train`");
        }
        if ui.small_button("+").on_hover_text("one more split").clicked() {
            order.splits.push(SplitSpec {
                name: format!("split_{}", order.splits.len()),
                share: 0.1,
                ood: None,
            });
        }
    });
}

/// Which factors are drawn out of distribution in a split: `can` are those that have a held-out law.
fn ood(ui: &mut egui::Ui, split: &mut SplitSpec, can: &[&str]) {
    let name = |ood: &Option<OodSpec>| match ood {
        None => "in distribution".to_string(),
        Some(OodSpec::Keyword(OodKeyword::One)) => "one factor held out".to_string(),
        Some(OodSpec::Keyword(OodKeyword::All)) => "all factors held out".to_string(),
        Some(OodSpec::Factors(names)) => names.join(", "),
    };
    egui::ComboBox::from_id_salt("ood")
        .selected_text(name(&split.ood))
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            let keywords = [OodKeyword::One, OodKeyword::All].map(|word| Some(OodSpec::Keyword(word)));
            for option in [None].into_iter().chain(keywords) {
                let text = name(&option);
                if ui.selectable_value(&mut split.ood, option, text).clicked() {
                    ui.close();
                }
            }
            ui.separator();
            ui.colored_label(theme::FAINT, "or these together");
            for factor in can {
                let mut names = match &split.ood {
                    Some(OodSpec::Factors(names)) => names.clone(),
                    _ => Vec::new(),
                };
                let mut on = names.iter().any(|own| own == factor);
                if ui.checkbox(&mut on, *factor).changed() {
                    names.retain(|own| own != factor);
                    names.extend(on.then(|| factor.to_string()));
                    split.ood = (!names.is_empty()).then_some(OodSpec::Factors(names));
                }
            }
        });
}

/// What is recorded.
pub fn pictures(ui: &mut egui::Ui, session: &Session, order: &mut Order) {
    ui.label("pictures");
    ui.horizontal(|ui| {
        let [width, height] = &mut order.size;
        ui.add(egui::DragValue::new(width).range(1..=16_384));
        ui.label("x");
        ui.add(egui::DragValue::new(height).range(1..=16_384).suffix(" px"));
        egui::ComboBox::from_id_salt("image format")
            .selected_text(order.images.name())
            .width(70.0)
            .show_ui(ui, |ui| {
                for format in ImageFormat::ALL {
                    let kind = match (format.is_video(), format.is_lossless()) {
                        (true, _) => "videos, lossy",
                        (false, true) => "every pixel as it was drawn",
                        (false, false) => "lossy",
                    };
                    ui.selectable_value(&mut order.images, format, format.name())
                        .on_hover_text(kind);
                }
            });
    });
    ui.end_row();
    ui.label("drawn by");
    ui.horizontal(|ui| {
        egui::ComboBox::from_id_salt("renderer")
            .selected_text(order.renderer.name())
            .width(70.0)
            .show_ui(ui, |ui| {
                for kind in RendererKind::ALL {
                    let doc = match kind {
                        RendererKind::Auto => "the GPU where there is one that can",
                        RendererKind::Cpu => "the same bytes on every machine",
                        RendererKind::Gpu => "faster; the same but for rounding",
                    };
                    ui.selectable_value(&mut order.renderer, kind, kind.name())
                        .on_hover_text(doc);
                }
            });
        ui.add(
            egui::DragValue::new(&mut order.supersample)
                .range(1..=4)
                .speed(0.02),
        )
        .on_hover_text(
            "samples along each side of a pixel: 1 is about three times as fast as 2, 2 has smooth edges",
        );
        ui.colored_label(theme::FAINT, "samples a side");
    });
    ui.end_row();
    ui.label("cameras");
    cameras(ui, session, order);
    ui.end_row();
    ui.label("sensors");
    ui.horizontal_wrapped(|ui| {
        let pictures = PICTURES.iter().map(|(name, _)| *name);
        let others = session.project.registries.sensors.0.iter().map(|kind| kind.name);
        for name in pictures.chain(others) {
            let mut on = order.sensors.iter().any(|own| own == name);
            if ui.checkbox(&mut on, name).changed() {
                order.sensors.retain(|own| own != name);
                if on {
                    order.sensors.push(name.to_string());
                }
            }
        }
    });
    ui.end_row();
}

/// Which of the cameras take pictures.
fn cameras(ui: &mut egui::Ui, session: &Session, order: &mut Order) {
    let Some(world) = session.world() else { return };
    ui.horizontal_wrapped(|ui| {
        let names = || world.cameras.keys().cloned();
        for name in world.cameras.keys() {
            let chosen = order.cameras.as_ref();
            let mut on = chosen.is_none_or(|own| own.contains(name));
            if ui.checkbox(&mut on, name).changed() {
                let mut own = order.cameras.take().unwrap_or_else(|| names().collect());
                own.retain(|own| own != name);
                own.extend(on.then(|| name.clone()));
                // All of them is what holds where nothing is said; a run that names some goes on naming them.
                order.cameras = Some(own);
            }
        }
        match &order.cameras {
            None => ui.colored_label(theme::FAINT, "all that a world has"),
            Some(_) => ui.colored_label(theme::FAINT, "these alone, in every world"),
        };
    });
}
