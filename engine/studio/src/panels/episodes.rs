//! The episodes of a dataset: filters, a list in any order, one beside another.

mod filters;

use super::theme;
use super::worlds::shown;
use crate::session::Session;
use bevy_egui::egui;
use filters::{Column, Filters, Known};
use terrella_app::record::episode::EpisodeMeta;

/// Widths of the buttons before a row, points.
const BESIDE: f32 = 48.0;
const BRANCH: f32 = 56.0;

/// The list.
#[derive(Default)]
pub struct Episodes {
    filters: Filters,
    /// What can be asked of the dataset that is open.
    known: Known,
    /// The number of the dataset and the filters that `fitting` is of.
    of: Option<(u64, Filters)>,
    /// Places in the episode table of those that are shown, in their order.
    fitting: Vec<usize>,
}

impl Episodes {
    /// Shows them.
    pub fn show(&mut self, ui: &mut egui::Ui, session: &mut Session) {
        let Some(dataset) = &session.dataset else {
            ui.colored_label(
                theme::FAINT,
                "Open a dataset's folder to see its episodes here (Ctrl+O).",
            );
            return;
        };
        if self.of.as_ref().is_none_or(|(of, _)| *of != dataset.number) {
            *self = Episodes {
                known: Known::of(&dataset.episodes, dataset.run_spec().healthy_twins),
                ..Episodes::default()
            };
        }
        self.filters.show(ui, &self.known);
        let wanted = Some((dataset.number, self.filters.clone()));
        if self.of != wanted {
            self.fitting = self.filters.sorted(&dataset.episodes);
            self.of = wanted;
        }
        let solved = self
            .fitting
            .iter()
            .filter(|place| dataset.episodes[**place].success);
        ui.colored_label(
            theme::FAINT,
            format!("{} of {} episodes", self.fitting.len(), dataset.episodes.len()),
        )
        .on_hover_text(format!(
            "{} of them solved, in {}",
            solved.count(),
            dataset.root().display()
        ));
        let columns = self.filters.columns();
        let (mut show, mut beside) = (None, None);
        let height = ui.text_style_height(&egui::TextStyle::Body) + 4.0;
        egui::ScrollArea::horizontal().show(ui, |ui| {
            self.headline(ui, &columns);
            let rows = egui::ScrollArea::vertical().auto_shrink([true, false]);
            rows.show_rows(ui, height, self.fitting.len(), |ui, rows| {
                for place in &self.fitting[rows] {
                    let meta = &dataset.episodes[*place];
                    ui.horizontal(|ui| {
                        let chosen = session.beside == Some(meta.episode);
                        let button = egui::Button::selectable(chosen, "beside");
                        if ui
                            .add_sized(Episodes::button(ui, BESIDE), button)
                            .on_hover_text("stands beside the one that is shown: what differs, in pictures and in numbers")
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
                            let button = egui::Button::selectable(false, text);
                            let button = ui.add_sized(Episodes::button(ui, BRANCH), button);
                            if button.on_hover_text(hint).clicked() {
                                show = Some(meta.episode);
                                beside = Some(Some(branch.parent));
                            }
                        } else if self.known.branches {
                            ui.allocate_space(Episodes::button(ui, BRANCH));
                        }
                        let cells = columns.iter();
                        let cells = cells.map(|column| column.cell(meta, self.known.width(column)));
                        let cells: Vec<String> = cells.collect();
                        let color = if meta.success { theme::GOOD } else { theme::FAINT };
                        let text = egui::RichText::new(cells.join(" ")).monospace().color(color);
                        let response = ui.selectable_label(session.episode == meta.episode, text);
                        if response.on_hover_ui(|ui| few_factors(ui, meta)).clicked() {
                            show = Some(meta.episode);
                        }
                    });
                }
            });
        });
        if let Some(episode) = show {
            session.episode = episode;
            session.refresh();
        }
        if let Some(beside) = beside {
            session.put_beside(beside);
        }
    }

    /// The size of a button in a row.
    fn button(ui: &egui::Ui, width: f32) -> egui::Vec2 {
        egui::vec2(width, ui.spacing().interact_size.y)
    }

    /// What the columns are; a click sorts by one, another turns the order round.
    fn headline(&mut self, ui: &mut egui::Ui, columns: &[Column]) {
        ui.horizontal(|ui| {
            ui.allocate_space(Episodes::button(ui, BESIDE));
            if self.known.branches {
                ui.allocate_space(Episodes::button(ui, BRANCH));
            }
            ui.add_space(ui.spacing().button_padding.x);
            ui.spacing_mut().item_spacing.x = 0.0;
            for (index, column) in columns.iter().enumerate() {
                let is_sorted = self.filters.sort.0 == *column;
                let mark = match (is_sorted, self.filters.sort.1) {
                    (true, false) => "+",
                    (true, true) => "-",
                    (false, _) => " ",
                };
                let gap = if index > 0 { " " } else { "" };
                let title = column.title(mark, self.known.width(column));
                let text = egui::RichText::new(format!("{gap}{title}")).monospace();
                let text = if is_sorted {
                    text.color(theme::ACCENT)
                } else {
                    text.color(theme::FAINT)
                };
                let response = ui.add(
                    egui::Label::new(text)
                        .sense(egui::Sense::click())
                        .selectable(false),
                );
                let hint = format!("sorted by {}", column.name());
                if response.on_hover_text(hint).clicked() {
                    self.filters.sort = (column.clone(), is_sorted && !self.filters.sort.1);
                }
            }
        });
    }
}

/// The first factors of an episode.
fn few_factors(ui: &mut egui::Ui, meta: &EpisodeMeta) {
    for (name, value) in meta.factors.iter().take(12) {
        ui.label(format!("{name} {}", shown(value)));
    }
}
