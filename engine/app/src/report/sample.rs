//! The rows that a report looks at: those of some whole episodes, chosen by a fixed rule.
//!
//! **Invariants:** the same dataset gives the same episodes; one episode is in memory at a time; the numbers that are
//! read are bounded, whatever the size of the dataset.

use super::actions::Actions;
use super::contacts::Contacts;
use super::coverage::Coverage;
use super::number::{counted, thousands};
use crate::error::AppError;
use crate::kit::RunKit;
use crate::pictures::stored;
use serde_json::Value;
use terrella_exporters::read::OpenDataset;
use terrella_record::episode::EpisodeMeta;
use terrella_record::numbers::{Numbers, numbers};
use terrella_spec::columns::{ColumnSpec, Dtype, Table};
use terrella_spec::run::Rows;

/// Episodes whose rows are read at most.
const EPISODES: u64 = 64;
/// Numbers after which no further episode is read.
const NUMBERS: usize = 8_000_000;

/// Some columns of one episode.
pub(super) struct EpisodeRows<'a> {
    /// What the episode table says of it.
    pub(super) meta: &'a EpisodeMeta,
    /// Its columns by name.
    columns: Vec<(&'static str, Numbers)>,
    /// True where the last row holds an observation and no action.
    pub(super) last_is_final: bool,
}

impl EpisodeRows<'_> {
    /// A column, where the dataset has it.
    pub(super) fn column(&self, name: &str) -> Option<&Numbers> {
        let found = self.columns.iter().find(|(known, _)| *known == name);
        found.map(|(_, numbers)| numbers)
    }
}

/// What was seen in the rows.
pub(super) struct Sample {
    /// Episodes that were read.
    pub(super) episodes: u64,
    /// Rows that were read.
    pub(super) rows: u64,
    /// Episodes of the dataset.
    all: u64,
    /// The actions.
    pub(super) actions: Option<Actions>,
    /// Where bodies were.
    pub(super) coverage: Option<Coverage>,
    /// Who touched whom.
    pub(super) contacts: Option<Contacts>,
}

/// The columns that are read, each with its table.
const COLUMNS: [(Table, &str); 4] = [
    (Table::Data, "action"),
    (Table::Sim, "bodies"),
    (Table::Sim, "contacts.bodies"),
    (Table::Sim, "contacts.impulse"),
];

impl Sample {
    /// Reads rows: of all episodes where they are few, else of episodes at equal distances from the first to the last.
    pub(super) fn read(dataset: &OpenDataset, stats: &Value, kit: Option<&RunKit>) -> Result<Self, AppError> {
        let manifest = dataset.manifest();
        let declared = |table: Table, name: &str| -> Option<&ColumnSpec> {
            let columns = match table {
                Table::Data => &manifest.data_columns,
                Table::Sim => &manifest.sim_columns,
            };
            let number = |column: &&ColumnSpec| {
                !matches!(column.dtype, Dtype::Image | Dtype::String) && !column.dtype.is_raster()
            };
            columns.iter().filter(number).find(|column| column.name == name)
        };
        let there = |name: &str| {
            COLUMNS
                .iter()
                .any(|(table, known)| *known == name && declared(*table, name).is_some())
        };
        let mut sample = Sample {
            episodes: 0,
            rows: 0,
            all: manifest.episodes,
            actions: declared(Table::Data, "action").map(|column| Actions::new(column, stats, kit)),
            coverage: there("bodies").then(Coverage::default),
            contacts: (there("contacts.bodies") && there("contacts.impulse")).then(Contacts::default),
        };
        let mut read = 0;
        for episode in chosen(manifest.episodes) {
            let damaged = |error| stored::damaged(dataset.root(), error);
            let meta = dataset.episode(episode).map_err(damaged)?;
            let mut columns = Vec::new();
            for table in [Table::Data, Table::Sim] {
                let wanted: Vec<&'static str> = COLUMNS
                    .iter()
                    .filter(|(stands, name)| *stands == table && declared(table, name).is_some())
                    .map(|(_, name)| *name)
                    .collect();
                if wanted.is_empty() {
                    continue;
                }
                let batch = dataset.columns(table, episode, Some(&wanted)).map_err(damaged)?;
                for name in wanted {
                    let numbers = numbers(&batch, name).map_err(|error| damaged(error.into()))?;
                    read += numbers.len();
                    columns.push((name, numbers));
                }
            }
            sample.add(&EpisodeRows {
                meta: &meta,
                columns,
                last_is_final: manifest.run.spec.files.rows == Rows::Trajectories,
            });
            sample.rows += manifest.rows_per_episode;
            if read > NUMBERS {
                break;
            }
        }
        Ok(sample)
    }

    fn add(&mut self, episode: &EpisodeRows<'_>) {
        self.episodes += 1;
        if let Some(actions) = &mut self.actions {
            actions.add(episode);
        }
        if let Some(coverage) = &mut self.coverage {
            coverage.add(episode);
        }
        if let Some(contacts) = &mut self.contacts {
            contacts.add(episode);
        }
    }

    /// What was read, in words.
    pub(super) fn said(&self) -> String {
        if self.episodes == self.all {
            return format!("All {} were read.", counted(self.rows, "row"));
        }
        format!(
            "From the {} of {} of {} episodes, at equal distances from the first to the last.",
            counted(self.rows, "row"),
            thousands(self.episodes),
            thousands(self.all)
        )
    }
}

/// The episodes whose rows are read. Where reading ends early, those that were read are spread over the dataset all
/// the same: every second of the rest comes before the others.
fn chosen(episodes: u64) -> Vec<u64> {
    let count = episodes.min(EPISODES);
    let at = |index: u64| index * (episodes - 1) / (count - 1).max(1);
    let mut order: Vec<u64> = (0..count).collect();
    // 0, 32, 16, 48, 8 ...: the bits of the index from behind.
    order.sort_by_key(|index| index.reverse_bits());
    order.into_iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn episodes_are_spread_from_the_first_to_the_last() {
        assert_eq!(chosen(1), [0]);
        assert_eq!(chosen(4), [0, 2, 1, 3]);
        let mut many = chosen(1_000_000);
        assert_eq!(many[..2], [0, 507_936]);
        many.sort();
        many.dedup();
        assert_eq!((many.len(), many[0], many[63]), (64, 0, 999_999));
    }
}
