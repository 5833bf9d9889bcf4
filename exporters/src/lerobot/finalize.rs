//! Writes what describes the whole dataset, once all shards stand.
//!
//! **Invariant:** the manifest is the last file; everything it names stands before it.

use super::shard::Written;
use super::{card, describe, layout, paths, preview, quantiles, shard};
use crate::commit::{CommitRecord, FORMAT, FileRecord, committed, json_bytes};
use crate::manifest::{Manifest, ShardRecord, SplitRecord, factor_record};
use crate::publish::publish_all;
use crate::{Dataset, ExportError, Finished, seal};
use terrella_spec::columns::Table;
use terrella_spec::shards::{Shard, shards, splits};

/// Writes what describes the whole dataset.
pub fn finalize(dataset: &Dataset, exporter: &str) -> Result<Finished, ExportError> {
    let shards = shards(&dataset.run);
    let (records, summaries) = all_records(dataset, &shards)?;
    let layout = layout(dataset)?;
    let data = layout.columns(Table::Data);
    let rows = records.iter().map(|record| record.rows).sum();
    let root = &dataset.root;

    let mut written = vec![
        describe::write_tasks(dataset)?,
        shard::write_json(root, paths::INFO, &describe::info(dataset, data, rows))?,
    ];
    let stats = quantiles::dataset_stats(dataset, &layout, &summaries)?;
    written.push(shard::write_json(root, paths::STATS, &describe::stats(&stats))?);
    if let Some(png) = preview::preview(dataset, data)? {
        written.push(shard::write_file(root, paths::PREVIEW, &png)?);
    }

    let (mut files, records_of_files) = Written::apart(written);
    let mut manifest = Manifest {
        format: FORMAT,
        exporter: exporter.to_string(),
        name: dataset.name.clone(),
        title: dataset.title.clone(),
        doc: dataset.doc.clone(),
        question: dataset.question.clone(),
        run_digest: dataset.run.digest(),
        content: content(&records),
        domain: dataset.full_domain(),
        run: dataset.run.clone(),
        fps: dataset.fps,
        episodes: dataset.run.spec.episodes,
        rows,
        rows_per_episode: dataset.run.rows_per_episode(),
        bytes: 0,
        bad_episodes: records
            .iter()
            .map(|record| record.bad_episodes.len() as u64)
            .sum(),
        tasks: dataset.tasks.clone(),
        splits: split_records(dataset, &shards),
        data_columns: data.to_vec(),
        sim_columns: layout.columns(Table::Sim).to_vec(),
        families: dataset.families.clone(),
        factors: dataset.factors.iter().map(factor_record).collect(),
        shards: shard_records(dataset, &shards, records),
        files: records_of_files,
    };
    let card = card::card(&manifest, &dataset.factors, &shard::videos(dataset))?;
    let card = shard::write_file(root, paths::CARD, card.as_bytes())?;
    files.push(card.file);
    manifest.files.push(card.record);
    manifest.bytes = bytes(&manifest);
    publish_all(files)?;
    let manifest_bytes = seal::seal(&json_bytes(&manifest));
    let manifest_file = shard::write_file(root, paths::MANIFEST, &manifest_bytes)?;
    publish_all(vec![manifest_file.file])?;
    Ok(Finished {
        manifest: root.join(paths::MANIFEST),
        content: manifest.content,
        episodes: manifest.episodes,
        rows,
        shards: manifest.shards.len() as u64,
        bytes: manifest.bytes,
        bad_episodes: manifest.bad_episodes,
    })
}

/// The records of all shards, and their summaries merged: those are large, so none is kept longer than it takes.
fn all_records(
    dataset: &Dataset,
    shards: &[Shard],
) -> Result<(Vec<CommitRecord>, quantiles::Summaries), ExportError> {
    let mut records = Vec::new();
    let mut summaries = quantiles::Summaries::new();
    let mut missing = Vec::new();
    for shard in shards {
        match committed(dataset, shard)? {
            Some(mut record) => {
                quantiles::merge(&mut summaries, std::mem::take(&mut record.summaries))?;
                records.push(record);
            }
            None => missing.push(shard.number),
        }
    }
    if missing.is_empty() {
        Ok((records, summaries))
    } else {
        Err(ExportError::Missing { shards: missing })
    }
}

fn content(records: &[CommitRecord]) -> String {
    let mut hasher = blake3::Hasher::new();
    let files = records.iter().flat_map(|record| &record.files);
    for hash in files.filter_map(|file| file.content.as_ref()) {
        hasher.update(hash.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn split_records(dataset: &Dataset, shards: &[Shard]) -> Vec<SplitRecord> {
    let splits = splits(&dataset.run.spec).into_iter().enumerate();
    splits
        .map(|(index, split)| {
            let mut chunks: Vec<u64> = shards
                .iter()
                .filter(|shard| shard.split == index)
                .map(|shard| shard.chunk)
                .collect();
            chunks.dedup();
            SplitRecord {
                name: split.name,
                episodes: split.episodes,
                chunks,
            }
        })
        .collect()
}

fn shard_records(dataset: &Dataset, shards: &[Shard], records: Vec<CommitRecord>) -> Vec<ShardRecord> {
    let splits = splits(&dataset.run.spec);
    let record = |(shard, record): (&Shard, CommitRecord)| ShardRecord {
        shard: shard.number,
        split: splits[shard.split].name.clone(),
        episodes: shard.episodes.clone(),
        chunk: shard.chunk,
        file: shard.file,
        files: record.files,
    };
    shards.iter().zip(records).map(record).collect()
}

fn bytes(manifest: &Manifest) -> u64 {
    let files: Vec<&FileRecord> = manifest
        .shards
        .iter()
        .flat_map(|shard| &shard.files)
        .chain(&manifest.files)
        .collect();
    files.iter().map(|file| file.bytes).sum()
}
