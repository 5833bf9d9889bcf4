//! Which episodes are listed, and in which order.

use crate::change::shown_number;
use crate::panels::theme;
use crate::panels::worlds::shown;
use bevy_egui::egui;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use terrella_app::record::episode::EpisodeMeta;
use terrella_app::spec::factor::FactorValue;

/// Letters of the widest cell that has a word.
const WIDEST: usize = 14;

/// A column of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Column {
    /// The number of the episode.
    #[default]
    Episode,
    /// Its split.
    Split,
    /// Who acted.
    Policy,
    /// The sum of the rewards.
    Return,
    /// The step after which it was solved.
    Solved,
    /// A factor, by name.
    Factor(String),
}

impl Column {
    /// What it is.
    pub fn name(&self) -> &str {
        match self {
            Column::Episode => "episode",
            Column::Split => "split",
            Column::Policy => "policy",
            Column::Return => "return",
            Column::Solved => "solved",
            Column::Factor(name) => name,
        }
    }

    /// Its headline, as wide as its cells, with the mark of its order.
    pub fn title(&self, mark: &str, width: usize) -> String {
        let name: String = self.name().chars().take(width - 1).collect();
        format!("{:width$}", format!("{name}{mark}"))
    }

    /// What it says of an episode, as wide as the column.
    pub fn cell(&self, meta: &EpisodeMeta, width: usize) -> String {
        let text = match self {
            Column::Episode => meta.episode.to_string(),
            Column::Split => meta.split.clone(),
            Column::Policy => meta.policy.clone(),
            Column::Return => format!("{:.3}", meta.episode_return),
            Column::Solved if meta.success => meta.success_step.to_string(),
            Column::Solved => "-".into(),
            Column::Factor(name) => meta.factors.get(name).map_or("-".into(), shown),
        };
        let short: String = text.chars().take(width).collect();
        format!("{short:width$}")
    }

    fn order(&self, one: &EpisodeMeta, other: &EpisodeMeta) -> Ordering {
        // What was never solved comes after whatever was.
        let solved = |meta: &EpisodeMeta| if meta.success { meta.success_step } else { i64::MAX };
        match self {
            Column::Episode => one.episode.cmp(&other.episode),
            Column::Split => one.split.cmp(&other.split),
            Column::Policy => one.policy.cmp(&other.policy),
            Column::Return => one.episode_return.total_cmp(&other.episode_return),
            Column::Solved => solved(one).cmp(&solved(other)),
            Column::Factor(name) => {
                let [one, other] = [one, other].map(|meta| meta.factors.get(name));
                match (one.and_then(number), other.and_then(number)) {
                    (Some(one), Some(other)) => one.total_cmp(&other),
                    _ => one.map(shown).cmp(&other.map(shown)),
                }
            }
        }
    }
}

/// The number that a factor is.
fn number(value: &FactorValue) -> Option<f64> {
    match value {
        FactorValue::Real(value) => Some(*value),
        FactorValue::Count(count) => Some(*count as f64),
        _ => None,
    }
}

/// Where episodes come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// From anywhere.
    #[default]
    Any,
    /// Drawn by themselves.
    Drawn,
    /// Twins or branches of others.
    Branched,
}

/// What is asked of a factor.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// It is a number from here to there.
    Range([f64; 2]),
    /// It is this word.
    Word(String),
}

/// What can be asked of a dataset.
#[derive(Default)]
pub struct Known {
    splits: BTreeSet<String>,
    policies: BTreeSet<String>,
    /// The least and the most return.
    returns: [f64; 2],
    /// Some episodes are twins or branches.
    pub branches: bool,
    /// The branches are healthy twins.
    twins: bool,
    /// From where to where each factor is, or which words it may be.
    factors: BTreeMap<String, Values>,
}

/// What values a factor has.
enum Values {
    Numbers([f64; 2]),
    Words(BTreeSet<String>),
}

fn widened([low, high]: [f64; 2], value: f64) -> [f64; 2] {
    [low.min(value), high.max(value)]
}

impl Known {
    /// What the episodes of a dataset are; `twins` where those that are branches are healthy twins.
    pub fn of(episodes: &[EpisodeMeta], twins: bool) -> Known {
        let mut known = Known {
            twins,
            returns: [f64::INFINITY, f64::NEG_INFINITY],
            ..Known::default()
        };
        for meta in episodes {
            known.splits.insert(meta.split.clone());
            known.policies.insert(meta.policy.clone());
            known.returns = widened(known.returns, meta.episode_return);
            known.branches |= meta.branch.is_some();
            for (name, value) in &meta.factors {
                known.add(name, value);
            }
        }
        known
    }

    fn add(&mut self, name: &str, value: &FactorValue) {
        let first = match value {
            FactorValue::Real(_) | FactorValue::Count(_) => {
                Values::Numbers([f64::INFINITY, f64::NEG_INFINITY])
            }
            FactorValue::Word(_) => Values::Words(BTreeSet::new()),
            _ => return,
        };
        if !self.factors.contains_key(name) {
            self.factors.insert(name.to_string(), first);
        }
        match (self.factors.get_mut(name), value) {
            (Some(Values::Words(words)), FactorValue::Word(word)) if !words.contains(word) => {
                words.insert(word.clone());
            }
            (Some(Values::Numbers(range)), value) => {
                if let Some(value) = number(value) {
                    *range = widened(*range, value);
                }
            }
            _ => {}
        }
    }

    /// Letters of a column's cells.
    pub fn width(&self, column: &Column) -> usize {
        let words = |words: &BTreeSet<String>| words.iter().map(|word| word.chars().count()).max();
        let cells = match column {
            Column::Split => words(&self.splits),
            Column::Policy => words(&self.policies),
            Column::Factor(_) => Some(10),
            Column::Return => Some(8),
            Column::Episode | Column::Solved => None,
        };
        // Its name and the mark of its order have room.
        let title = column.name().chars().count() + 1;
        cells.unwrap_or(0).max(title).clamp(6, WIDEST)
    }

    /// What is asked of a factor first: whatever it is.
    fn all_of(&self, name: &str) -> Option<Asked> {
        Some(match self.factors.get(name)? {
            Values::Numbers(range) => Asked::Range(*range),
            Values::Words(words) => Asked::Word(words.first()?.clone()),
        })
    }
}

/// Which are listed, and in which order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    solved: Option<bool>,
    split: String,
    policy: String,
    origin: Origin,
    returns: Option<[f64; 2]>,
    factors: Vec<(String, Asked)>,
    /// By which column, and whether the last one comes first.
    pub sort: (Column, bool),
}

impl Filters {
    fn fits(&self, meta: &EpisodeMeta) -> bool {
        let within = |[low, high]: [f64; 2], value: f64| (low..=high).contains(&value);
        let is_one = |wanted: &str, word: &str| wanted.is_empty() || wanted == word;
        let has = |(name, asked): &(String, Asked)| match (asked, meta.factors.get(name)) {
            (Asked::Word(word), Some(FactorValue::Word(own))) => word == own,
            (Asked::Range(range), Some(value)) => number(value).is_some_and(|value| within(*range, value)),
            _ => false,
        };
        self.solved.is_none_or(|solved| meta.success == solved)
            && is_one(&self.split, &meta.split)
            && is_one(&self.policy, &meta.policy)
            && match self.origin {
                Origin::Any => true,
                Origin::Drawn => meta.branch.is_none(),
                Origin::Branched => meta.branch.is_some(),
            }
            && self
                .returns
                .is_none_or(|returns| within(returns, meta.episode_return))
            && self.factors.iter().all(has)
    }

    /// The places of those that fit, in their order. Equal ones stay as they are in the table.
    pub fn sorted(&self, episodes: &[EpisodeMeta]) -> Vec<usize> {
        let mut fitting: Vec<usize> = (0..episodes.len())
            .filter(|place| self.fits(&episodes[*place]))
            .collect();
        let (column, reversed) = &self.sort;
        fitting.sort_by(|one, other| {
            let order = column.order(&episodes[*one], &episodes[*other]);
            if *reversed { order.reverse() } else { order }
        });
        fitting
    }

    /// What is listed of them: each factor that is asked for has a column.
    pub fn columns(&self) -> Vec<Column> {
        let usual = [
            Column::Episode,
            Column::Split,
            Column::Policy,
            Column::Return,
            Column::Solved,
        ];
        let factors = self.factors.iter();
        let factors = factors.map(|(name, _)| Column::Factor(name.clone()));
        usual.into_iter().chain(factors).collect()
    }

    /// Shows them, to be changed.
    pub fn show(&mut self, ui: &mut egui::Ui, known: &Known) {
        ui.horizontal_wrapped(|ui| {
            self.solved(ui);
            one_of(ui, "split", &mut self.split, &known.splits);
            one_of(ui, "policy", &mut self.policy, &known.policies);
            if known.branches {
                self.origin(ui, known.twins);
            }
            let mut bounded = self.returns.is_some();
            if ui.checkbox(&mut bounded, "return").changed() {
                self.returns = bounded.then_some(known.returns);
            }
            if let Some(returns) = &mut self.returns {
                range(ui, returns, known.returns);
            }
            self.factors(ui, known);
        });
    }

    fn solved(&mut self, ui: &mut egui::Ui) {
        let (label, next) = match self.solved {
            None => ("all", Some(true)),
            Some(true) => ("solved", Some(false)),
            Some(false) => ("not solved", None),
        };
        let button = ui.button(label).on_hover_text("all, solved, not solved");
        if button.clicked() {
            self.solved = next;
        }
    }

    fn origin(&mut self, ui: &mut egui::Ui, twins: bool) {
        let name = |origin: Origin| match (origin, twins) {
            (Origin::Any, _) => "any origin",
            (Origin::Drawn, _) => "drawn",
            (Origin::Branched, true) => "healthy twins",
            (Origin::Branched, false) => "branches",
        };
        egui::ComboBox::from_id_salt("episodes of origin")
            .selected_text(name(self.origin))
            .width(70.0)
            .show_ui(ui, |ui| {
                for origin in [Origin::Any, Origin::Drawn, Origin::Branched] {
                    ui.selectable_value(&mut self.origin, origin, name(origin));
                }
            });
    }

    /// Ranges and words of factors, any number of them.
    fn factors(&mut self, ui: &mut egui::Ui, known: &Known) {
        let mut gone = None;
        for (index, (name, asked)) in self.factors.iter_mut().enumerate() {
            ui.label(name.as_str());
            match (asked, known.factors.get(name)) {
                (Asked::Range(own), Some(Values::Numbers(all))) => range(ui, own, *all),
                (Asked::Word(word), Some(Values::Words(words))) => {
                    egui::ComboBox::from_id_salt(("word of", name.as_str()))
                        .selected_text(word.clone())
                        .show_ui(ui, |ui| {
                            for other in words {
                                ui.selectable_value(word, other.clone(), other);
                            }
                        });
                }
                _ => {}
            }
            if ui.small_button("×").on_hover_text("any value").clicked() {
                gone = Some(index);
            }
        }
        let is_left = |name: &&String| !self.factors.iter().any(|(own, _)| own == *name);
        let left: Vec<&String> = known.factors.keys().filter(is_left).collect();
        if !left.is_empty() {
            let mut more = None;
            ui.menu_button("+ factor", |ui| {
                egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for name in left {
                        if ui.button(name).clicked() {
                            more = known.all_of(name).map(|asked| (name.clone(), asked));
                            ui.close();
                        }
                    }
                });
            })
            .response
            .on_hover_text("only those whose factor is in a range, or is a word");
            self.factors.extend(more);
        }
        if let Some(gone) = gone {
            let (name, _) = self.factors.remove(gone);
            if self.sort.0 == Column::Factor(name) {
                self.sort = Default::default();
            }
        }
    }
}

/// One of some words, or any.
fn one_of(ui: &mut egui::Ui, what: &str, chosen: &mut String, words: &BTreeSet<String>) {
    let any = format!("any {what}");
    let name = if chosen.is_empty() { &any } else { &*chosen };
    egui::ComboBox::from_id_salt(("episodes of", what))
        .selected_text(name.clone())
        .width(70.0)
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, String::new(), &any);
            for word in words {
                ui.selectable_value(chosen, word.clone(), word);
            }
        });
}

/// The ends of a range, within all that there is.
fn range(ui: &mut egui::Ui, own: &mut [f64; 2], all: [f64; 2]) {
    let speed = ((all[1] - all[0]) / 200.0).max(1e-9);
    let [low, high] = own;
    let field = |ui: &mut egui::Ui, value: &mut f64, from: f64, to: f64, hint: &str| {
        let field = egui::DragValue::new(value)
            .speed(speed)
            .range(from..=to)
            .clamp_existing_to_range(false)
            .custom_formatter(|value, _| shown_number(value));
        ui.add(field).on_hover_text(hint);
    };
    field(ui, low, f64::NEG_INFINITY, *high, "from");
    ui.colored_label(theme::FAINT, "to");
    field(ui, high, *low, f64::INFINITY, "to");
}
