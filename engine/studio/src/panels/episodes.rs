//! The episodes of a dataset: filters, a list, one beside another.

use super::theme;
use super::worlds::shown;
use crate::session::Session;
use bevy_egui::egui;
use terrella_app::record::episode::EpisodeMeta;
use terrella_app::spec::factor::FactorValue;

/// Filters.
#[derive(Default)]
pub struct Episodes {
    solved: Option<bool>,
    policy: String,
    least_return: Option<f64>,
    factor: String,
    range: [f64; 2],
}

impl Episodes {
    fn fits(&self, meta: &EpisodeMeta) -> bool {
        let in_range = match meta.factors.get(&self.factor) {
            Some(FactorValue::Real(value)) => (self.range[0]..=self.range[1]).contains(value),
            Some(FactorValue::Count(count)) => (self.range[0]..=self.range[1]).contains(&(*count as f64)),
            _ => true,
        };
        self.solved.is_none_or(|solved| meta.success == solved)
            && (self.policy.is_empty() || meta.policy == self.policy)
            && self.least_return.is_none_or(|least| meta.episode_return >= least)
            && in_range
    }

    /// Shows them.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let Some(dataset) = &session.dataset else {
            ui.colored_label(
                theme::FAINT,
                "Open a dataset's folder to see its episodes here (Ctrl+O).",
            );
            return;
        };
        ui.label(dataset.root().display().to_string());
        self.filters(ui, &dataset.episodes);
        let fitting: Vec<&EpisodeMeta> = dataset.episodes.iter().filter(|meta| self.fits(meta)).collect();
        ui.colored_label(
            theme::FAINT,
            format!("{} of {} episodes", fitting.len(), dataset.episodes.len()),
        );
        let (mut show, mut beside) = (None, None);
        let height = ui.text_style_height(&egui::TextStyle::Body) + 4.0;
        egui::ScrollArea::vertical()
            .auto_shrink([false, false])
            .show_rows(ui, height, fitting.len(), |ui, rows| {
                for meta in &fitting[rows] {
                    ui.horizontal(|ui| {
                        let chosen = session.beside == Some(meta.episode);
                        if ui
                            .selectable_label(chosen, "beside")
                            .on_hover_text("drawn as lines over the other one: what differs")
                            .clicked()
                        {
                            beside = Some((!chosen).then_some(meta.episode));
                        }
                        if let Some(branch) = &meta.branch {
                            let text = format!("of {}", branch.parent);
                            let hint = format!(
                                "shows it beside the episode that it left at step {}: {}",
                                branch.step, branch.intervention
                            );
                            if ui.selectable_label(false, text).on_hover_text(hint).clicked() {
                                show = Some(meta.episode);
                                beside = Some(Some(branch.parent));
                            }
                        }
                        let color = if meta.success { theme::GOOD } else { theme::FAINT };
                        let text = format!(
                            "{:5}  {:9}  {:14}  {:8.3}",
                            meta.episode, meta.split, meta.policy, meta.episode_return
                        );
                        let text = egui::RichText::new(text).monospace().color(color);
                        let response = ui.selectable_label(session.episode == meta.episode, text);
                        let few: Vec<String> = meta
                            .factors
                            .iter()
                            .take(12)
                            .map(|(name, value)| format!("{name} {}", shown(value)))
                            .collect();
                        if response.on_hover_text(few.join("\n")).clicked() {
                            show = Some(meta.episode);
                        }
                    });
                }
            });
        if let Some(episode) = show {
            session.episode = episode;
            session.refresh();
        }
        if let Some(beside) = beside {
            session.put_beside(beside);
        }
    }

    fn filters(&mut self, ui: &mut egui::Ui, episodes: &[EpisodeMeta]) {
        ui.horizontal_wrapped(|ui| {
            let label = match self.solved {
                None => "all",
                Some(true) => "solved",
                Some(false) => "not solved",
            };
            if ui
                .button(label)
                .on_hover_text("all, solved, not solved")
                .clicked()
            {
                self.solved = match self.solved {
                    None => Some(true),
                    Some(true) => Some(false),
                    Some(false) => None,
                };
            }
            let mut policies: Vec<&str> = episodes.iter().map(|meta| meta.policy.as_str()).collect();
            policies.sort_unstable();
            policies.dedup();
            let name = if self.policy.is_empty() {
                "any policy"
            } else {
                &self.policy
            };
            egui::ComboBox::from_id_salt("episodes of policy")
                .selected_text(name.to_string())
                .show_ui(ui, |ui| {
                    ui.selectable_value(&mut self.policy, String::new(), "any policy");
                    for policy in policies {
                        ui.selectable_value(&mut self.policy, policy.to_string(), policy);
                    }
                });
            let mut bounded = self.least_return.is_some();
            if ui.checkbox(&mut bounded, "return from").changed() {
                self.least_return = bounded.then_some(0.0);
            }
            if let Some(least) = &mut self.least_return {
                ui.add(egui::DragValue::new(least).speed(0.05));
            }
            self.factor(ui, episodes);
        });
    }

    /// A range of one factor.
    fn factor(&mut self, ui: &mut egui::Ui, episodes: &[EpisodeMeta]) {
        let name = if self.factor.is_empty() {
            "any factors"
        } else {
            &self.factor
        };
        let before = self.factor.clone();
        egui::ComboBox::from_id_salt("episodes of factor")
            .selected_text(name.to_string())
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut self.factor, String::new(), "any factors");
                let factors = episodes.first().into_iter().flat_map(|meta| &meta.factors);
                for (name, _) in
                    factors.filter(|(_, value)| matches!(value, FactorValue::Real(_) | FactorValue::Count(_)))
                {
                    ui.selectable_value(&mut self.factor, name.clone(), name);
                }
            });
        if self.factor != before {
            let values = episodes
                .iter()
                .filter_map(|meta| match meta.factors.get(&self.factor)? {
                    FactorValue::Real(value) => Some(*value),
                    FactorValue::Count(count) => Some(*count as f64),
                    _ => None,
                });
            self.range = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
                [low.min(value), high.max(value)]
            });
        }
        if !self.factor.is_empty() {
            let [low, high] = &mut self.range;
            ui.add(egui::DragValue::new(low).speed(0.01));
            ui.add(egui::DragValue::new(high).speed(0.01));
        }
    }
}
