//! Statistics of the whole dataset: merged from the shards' records, with quantiles read out of the data files.
//!
//! **Invariant:** memory depends on the number of features, never on the number of rows.

use super::paths;
use crate::Dataset;
use crate::error::ExportError;
use crate::read::batches;
use std::collections::BTreeMap;
use terrella_record::batch::Layout;
use terrella_record::stats::select::Quantiles;
use terrella_record::stats::{FeatureStats, Summary};
use terrella_spec::columns::Table;
use terrella_spec::shards::shards;

/// Elements whose quantiles are sought in one reading: about 80 MiB of tables.
const ELEMENTS_AT_ONCE: usize = 512;

/// What is kept of each feature's rows.
pub type Summaries = BTreeMap<String, Summary>;

/// Adds the summaries of a shard. Shards come in their order.
pub fn merge(merged: &mut Summaries, of_shard: Summaries) -> Result<(), ExportError> {
    for (feature, summary) in of_shard {
        match merged.get_mut(&feature) {
            Some(known) if !known.is_like(&summary) => {
                return Err(ExportError::Layout(format!(
                    "the records of two shards summarise `{feature}` in two ways"
                )));
            }
            Some(known) => known.merge(&summary),
            None => drop(merged.insert(feature, summary)),
        }
    }
    Ok(())
}

/// The statistics of every feature, in the order of the layout.
pub fn dataset_stats(
    dataset: &Dataset,
    layout: &Layout,
    merged: &Summaries,
) -> Result<Vec<(String, FeatureStats)>, ExportError> {
    let mut searches: Vec<(&str, Quantiles)> = merged
        .iter()
        .filter_map(|(feature, summary)| match summary {
            Summary::Numbers(numbers) => Some((feature.as_str(), Quantiles::new(numbers))),
            Summary::Pictures(_) => None,
        })
        .collect();
    let mut rest = &mut searches[..];
    while !rest.is_empty() {
        let mut elements = 0;
        let fitting = rest.iter().take_while(|(_, search)| {
            elements += search.width();
            elements <= ELEMENTS_AT_ONCE
        });
        let group;
        let at = fitting.count().max(1);
        (group, rest) = rest.split_at_mut(at);
        search(dataset, group)?;
    }
    let quantiles: BTreeMap<&str, Quantiles> = searches.into_iter().collect();
    let stats = layout.columns(Table::Data).iter().filter_map(|spec| {
        let stats = match merged.get(spec.name.as_str())? {
            Summary::Pictures(pictures) => pictures.stats(),
            Summary::Numbers(numbers) => numbers.stats(quantiles.get(spec.name.as_str())?.values()),
        };
        Some((spec.name.clone(), stats))
    });
    Ok(stats.collect())
}

/// Reads the files as often as it takes.
fn search(dataset: &Dataset, searches: &mut [(&str, Quantiles)]) -> Result<(), ExportError> {
    loop {
        let open: Vec<usize> = (0..searches.len())
            .filter(|index| !searches[*index].1.is_done())
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = open.iter().map(|index| searches[*index].0).collect();
        for shard in shards(&dataset.run) {
            let path = dataset
                .root
                .join(paths::table(Table::Data, shard.chunk, shard.file));
            for batch in batches(&path, Some(&names), None)? {
                let batch = batch?;
                for index in &open {
                    let (name, search) = &mut searches[*index];
                    if let Some(column) = batch.column_by_name(name) {
                        search.feed(column);
                    }
                }
            }
        }
        searches.iter_mut().for_each(|(_, search)| search.end_pass());
    }
}
