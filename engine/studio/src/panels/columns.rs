//! Recorded columns in the plots: which there are and which are drawn. Each is read when it is wanted, and of the episodes that are
//! shown alone.

use super::theme;
use crate::session::Session;
use crate::tape::{Dataset, Numbers, element_name, elements};
use bevy_egui::egui;
use std::collections::{BTreeMap, BTreeSet};
use terrella_app::spec::columns::ColumnSpec;

/// Height of the list, points.
const HEIGHT: f32 = 240.0;

/// Columns of the dataset that is open.
#[derive(Default)]
pub struct Columns {
    /// The number of the dataset that they are of.
    dataset: u64,
    /// What was read, by episode and column.
    read: BTreeMap<(u64, String), Result<Numbers, String>>,
    /// What is drawn: columns, and the places of their elements within a row.
    chosen: BTreeSet<(String, usize)>,
    /// Columns whose elements are shown in the list.
    open: BTreeSet<String>,
}

/// A line over the seconds of an episode.
pub struct Drawn {
    /// What it is of.
    pub name: String,
    /// Seconds and values.
    pub points: Vec<[f64; 2]>,
    /// It is of the episode beside the one that is shown.
    pub beside: bool,
}

/// A row of the list.
enum Row<'a> {
    /// A column with more than one element, open or not, and how many elements are known of it.
    Column(&'a ColumnSpec, bool, Option<usize>),
    /// An element: its column, its place and its name.
    Element(&'a ColumnSpec, usize, String),
    /// What is wrong with a column.
    Wrong(String),
}

impl Columns {
    /// True where none is drawn.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Draws none any more.
    pub fn clear(&mut self) {
        self.chosen.clear();
    }

    /// Forgets what is of other episodes than those that are shown.
    fn forget(&mut self, session: &Session, dataset: &Dataset) {
        if self.dataset != dataset.number {
            // What was chosen of the dataset before is drawn of this one where it has it.
            self.read.clear();
            self.dataset = dataset.number;
        }
        let shown = [Some(session.episode), session.beside];
        self.read
            .retain(|(episode, _), _| shown.contains(&Some(*episode)));
    }

    fn read(&mut self, dataset: &Dataset, episode: u64, spec: &ColumnSpec) -> &Result<Numbers, String> {
        let key = (episode, spec.name.clone());
        self.read.entry(key).or_insert_with(|| {
            let read = dataset.numbers(episode, spec);
            read.map_err(|error| error.to_string())
        })
    }

    /// The lines of what is drawn.
    pub fn lines(&mut self, session: &Session) -> Vec<Drawn> {
        let (Some(dataset), Some(play)) = (&session.dataset, session.play()) else {
            return Vec::new();
        };
        self.forget(session, dataset);
        let hz = f64::from(play.plan().world.control_hz);
        let bodies: Vec<&str> = play.plan().world.bodies.keys().map(String::as_str).collect();
        let specs: BTreeMap<&str, &ColumnSpec> = dataset
            .number_columns()
            .map(|spec| (spec.name.as_str(), spec))
            .collect();
        let mut lines = Vec::new();
        for (column, index) in self.chosen.clone() {
            let Some(spec) = specs.get(column.as_str()) else {
                continue;
            };
            let name = element_name(spec, &bodies, index);
            for (episode, beside) in [(Some(session.episode), false), (session.beside, true)] {
                let Some(episode) = episode else { continue };
                let Ok(numbers) = self.read(dataset, episode, spec) else {
                    continue;
                };
                let points = (0..numbers.rows()).filter_map(|row| {
                    let value = numbers.row(row).get(index)?;
                    value.is_finite().then_some([row as f64 / hz, *value])
                });
                lines.push(Drawn {
                    name: if beside {
                        format!("{name}, episode {episode}")
                    } else {
                        name.clone()
                    },
                    points: points.collect(),
                    beside,
                });
            }
        }
        lines
    }

    /// The columns whose names, or those of their elements, have the letters `wanted`; to be chosen.
    pub fn list(&mut self, ui: &mut egui::Ui, session: &Session, wanted: &str) {
        let (Some(dataset), Some(play)) = (&session.dataset, session.play()) else {
            return;
        };
        self.forget(session, dataset);
        let bodies: Vec<&str> = play.plan().world.bodies.keys().map(String::as_str).collect();
        ui.separator();
        ui.colored_label(theme::FAINT, "columns, as they were recorded");
        let mut rows = Vec::new();
        for spec in dataset.number_columns() {
            self.rows(dataset, session.episode, spec, &bodies, wanted, &mut rows);
        }
        let height = ui.spacing().interact_size.y;
        egui::ScrollArea::vertical()
            .id_salt("columns")
            .max_height(HEIGHT)
            .show_rows(ui, height, rows.len(), |ui, range| {
                for row in &rows[range] {
                    self.row(ui, row);
                }
            });
    }

    /// The rows of a column.
    fn rows<'a>(
        &mut self,
        dataset: &Dataset,
        episode: u64,
        spec: &'a ColumnSpec,
        bodies: &[&str],
        wanted: &str,
        rows: &mut Vec<Row<'a>>,
    ) {
        let is_open = self.open.contains(&spec.name);
        let (mut count, mut wrong) = (elements(spec), None);
        if count.is_none() && is_open {
            match self.read(dataset, episode, spec) {
                Ok(numbers) => count = Some(numbers.most()),
                Err(error) => wrong = Some(Row::Wrong(error.clone())),
            }
        }
        let is_named = spec.name.to_lowercase().contains(wanted);
        let searches = !wanted.is_empty();
        let fits = |name: &str| !searches || is_named || name.to_lowercase().contains(wanted);
        let mut found = Vec::new();
        if is_open || searches || count == Some(1) {
            let names = (0..count.unwrap_or(0)).map(|index| (index, element_name(spec, bodies, index)));
            found = names.filter(|(_, name)| fits(name)).collect();
        }
        if count != Some(1) && (is_named || !found.is_empty()) {
            rows.push(Row::Column(spec, is_open, count));
        }
        rows.extend(wrong);
        let elements = found.into_iter();
        rows.extend(elements.map(|(index, name)| Row::Element(spec, index, name)));
    }

    fn row(&mut self, ui: &mut egui::Ui, row: &Row<'_>) {
        match row {
            Row::Column(spec, is_open, count) => {
                let mark = if *is_open { "⏷" } else { "⏵" };
                let count = count.map_or("lists".into(), |count| count.to_string());
                let text = format!("{mark} {} ({count})", spec.name);
                if ui
                    .selectable_label(false, text)
                    .on_hover_text(&spec.doc)
                    .clicked()
                    && !self.open.remove(&spec.name)
                {
                    self.open.insert(spec.name.clone());
                }
            }
            Row::Element(spec, index, name) => {
                let key = (spec.name.clone(), *index);
                let mut on = self.chosen.contains(&key);
                if ui.checkbox(&mut on, name).on_hover_text(&spec.doc).changed() {
                    if on {
                        self.chosen.insert(key);
                    } else {
                        self.chosen.remove(&key);
                    }
                }
            }
            Row::Wrong(error) => {
                ui.colored_label(theme::WARN, error);
            }
        }
    }
}
