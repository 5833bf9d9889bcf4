//! Writes one shard: its rows as they come, its episode table and its record at the end.
//!
//! **Invariant:** `data` and `sim` have the same rows in the same row groups, and a row group holds whole episodes.

use super::table_file::TableFile;
use super::{Encoder, Stored, file_columns, layout, paths, properties, raw_heads};
use crate::commit::{BadEpisode, ClosedShard, CommitRecord, FORMAT, FileRecord, json_bytes};
use crate::error::ExportError;
use crate::publish::{ClosedFile, remove_if_there, remove_stale, write_bytes};
use crate::video::{VideoFile, is_video, keys};
use crate::{Dataset, ShardWriter};
use arrow::array::{Array, RecordBatch};
use std::collections::BTreeMap;
use std::path::Path;
use terrella_record::RecordError;
use terrella_record::batch::{Batches, Layout};
use terrella_record::episode::Episode;
use terrella_record::schema::{Pictures, arrow_schema};
use terrella_record::stats::{FeatureStats, Summary, measure};
use terrella_record::table::{EpisodeRow, Videos, episode_table};
use terrella_spec::columns::{Extent, Table};
use terrella_spec::shards::Shard;

/// Episodes share a row group until it holds this much: each costs every column a place in the footer.
const ROW_GROUP_BYTES: usize = 8 << 20;

/// Lists go to the encoder in pieces of this much: it unfolds each number into several times its size.
const PIECE_BYTES: usize = 64 << 10;

/// Pictures are encoded in pieces of this much, which are in the processor's cache still when they are written, and so small
/// that the allocator keeps them.
const PICTURE_PIECE_BYTES: usize = 256 << 10;

/// Writes one shard.
pub struct Writer {
    dataset: Dataset,
    shard: Shard,
    layout: Layout,
    encoder: Encoder,
    data: TableFile,
    sim: TableFile,
    /// One for each camera whose pictures are a video, in the order of the columns.
    videos: Vec<VideoFile>,
    rows: Vec<EpisodeRow>,
    summaries: BTreeMap<String, Summary>,
    /// Bytes of the values in the open row group.
    pending: usize,
}

impl Writer {
    /// Starts the files of a shard under temporary names.
    pub fn start(dataset: &Dataset, shard: &Shard) -> Result<Self, ExportError> {
        let layout = layout(dataset)?;
        // A shard that is made anew does not count as there until it is committed anew.
        for path in [
            paths::commit(shard.number),
            paths::quarantine(shard.number),
            paths::episodes(shard),
        ] {
            let path = dataset.root.join(path);
            remove_stale(&path)?;
            remove_if_there(&path)?;
        }
        let images = dataset.run.spec.files.images;
        let start = |table| {
            let columns = file_columns(layout.columns(table), images);
            let schema = arrow_schema(&columns, table, Pictures::Encoded);
            let properties = properties::of_table(&columns, table, images);
            let path = paths::table(table, shard.chunk, shard.file);
            let file = TableFile::start(&dataset.root, path, schema, properties)?;
            Ok::<_, ExportError>(file.with_heads(raw_heads(&columns, images)))
        };
        let mut videos = Vec::new();
        for spec in layout.columns(Table::Data) {
            if let (true, Extent::Picture(height, width)) = (is_video(spec, images), &spec.extent) {
                let path = paths::video(&spec.name, shard.chunk, shard.file);
                videos.push(VideoFile::start(
                    &dataset.root,
                    path,
                    [*height, *width],
                    dataset.fps,
                )?);
            }
        }
        Ok(Writer {
            videos,
            data: start(Table::Data)?,
            sim: start(Table::Sim)?,
            dataset: dataset.clone(),
            shard: shard.clone(),
            encoder: Encoder::new(&layout, dataset),
            layout,
            rows: Vec::new(),
            summaries: BTreeMap::new(),
            pending: 0,
        })
    }

    /// The statistics of an episode; they join those of the shard.
    fn measure(&mut self, batches: &Batches) -> Result<Vec<(String, FeatureStats)>, ExportError> {
        let mut stats = Vec::new();
        for (spec, values) in self
            .layout
            .columns(Table::Data)
            .iter()
            .zip(batches.data.columns())
        {
            let measured = measure(values).map_err(|_| RecordError::NotFinite {
                episode: batches.meta.episode,
                column: spec.name.clone(),
            })?;
            if let Some((summary, feature)) = measured {
                match self.summaries.get_mut(&spec.name) {
                    Some(known) => known.merge(&summary),
                    None => drop(self.summaries.insert(spec.name.clone(), summary)),
                }
                stats.push((spec.name.clone(), feature));
            }
        }
        Ok(stats)
    }

    fn quarantine(&self, bad: &[BadEpisode]) -> Result<Option<Written>, ExportError> {
        if bad.is_empty() {
            return Ok(None);
        }
        let lines: Vec<String> = bad
            .iter()
            .map(|bad| serde_json::to_string(bad).expect("plain data") + "\n")
            .collect();
        let path = paths::quarantine(self.shard.number);
        let mut written = write_file(&self.dataset.root, &path, lines.concat().as_bytes())?;
        written.record.rows = Some(bad.len() as u64);
        Ok(Some(written))
    }
}

impl ShardWriter for Writer {
    fn write(&mut self, episode: Episode) -> Result<(), ExportError> {
        let expected = self.shard.episodes.start + self.rows.len() as u64;
        let got = episode.meta.episode;
        if got != expected || !self.shard.episodes.contains(&got) {
            return Err(ExportError::Order {
                shard: self.shard.number,
                got,
                expected,
            });
        }
        let batches = self.layout.batches(episode)?;
        let stats = self.measure(&batches)?;
        let piece = if self.videos.is_empty() {
            PICTURE_PIECE_BYTES
        } else {
            usize::MAX
        };
        let mut data_bytes = 0;
        for (first, rows) in pieces(&batches.data, piece) {
            let Stored { rows, videos, values } = self.encoder.stored(&rows, got, first)?;
            self.data.content.add(&values);
            self.data.write(&rows)?;
            for (file, frames) in self.videos.iter_mut().zip(&videos) {
                file.write(frames)?;
            }
            data_bytes += bytes_of(&rows);
        }
        self.sim.content.add(&batches.sim);
        for (_, rows) in pieces(&batches.sim, PIECE_BYTES) {
            self.sim.write(&rows)?;
        }
        self.pending += data_bytes.max(bytes_of(&batches.sim));
        if self.pending >= ROW_GROUP_BYTES {
            self.data.end_row_group()?;
            self.sim.end_row_group()?;
            self.pending = 0;
        }
        self.rows.push(EpisodeRow {
            meta: batches.meta,
            rows: batches.data.num_rows() as u64,
            chunk: self.shard.chunk,
            file: self.shard.file,
            stats,
        });
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        let tables = self.data.bytes_written() + self.sim.bytes_written();
        tables as u64 + self.videos.iter().map(VideoFile::bytes_written).sum::<u64>()
    }

    fn close(self: Box<Self>, bad: Vec<BadEpisode>) -> Result<ClosedShard, ExportError> {
        let all = self.shard.episodes.end - self.shard.episodes.start;
        if self.rows.len() as u64 != all {
            let written = self.rows.len() as u64;
            return Err(ExportError::Unfinished {
                shard: self.shard.number,
                written,
                all,
            });
        }
        let quarantine = self.quarantine(&bad)?;
        let root = &self.dataset.root;
        let videos = videos(&self.dataset);
        let table = episode_table(&self.rows, &self.dataset.factors, &videos)?;
        let mut episodes = TableFile::start(
            root,
            paths::episodes(&self.shard),
            table.schema(),
            properties::of_meta(),
        )?;
        episodes.content.add(&table);
        episodes.write(&table)?;
        let rows = self.data.rows;
        let mut written = vec![self.data.close()?, self.sim.close()?, episodes.close()?];
        for video in self.videos {
            let (file, record) = video.close()?;
            written.push(Written { file, record });
        }
        written.extend(quarantine);
        let (files, records) = Written::apart(written);
        let record = CommitRecord {
            format: FORMAT,
            shard: self.shard.number,
            run_digest: self.dataset.run.digest(),
            domain: self.dataset.full_domain(),
            first_episode: self.shard.episodes.start,
            episodes: all,
            rows,
            files: records,
            summaries: self.summaries,
            bad_episodes: bad,
        };
        ClosedShard::new(&self.dataset.root, files, record)
    }
}

/// The videos of a dataset's shards.
pub(super) fn videos(dataset: &Dataset) -> Videos {
    Videos {
        keys: keys(&dataset.columns, dataset.run.spec.files.images),
        fps: dataset.fps,
    }
}

/// A file that is written to its end, with its record; not yet in place.
pub(super) struct Written {
    pub(super) file: ClosedFile,
    pub(super) record: FileRecord,
}

impl Written {
    /// The files and their records.
    pub(super) fn apart(written: Vec<Written>) -> (Vec<ClosedFile>, Vec<FileRecord>) {
        written
            .into_iter()
            .map(|written| (written.file, written.record))
            .unzip()
    }
}

/// A batch in pieces of about so many bytes, each with the number of its first row.
fn pieces(batch: &RecordBatch, bytes: usize) -> impl Iterator<Item = (usize, RecordBatch)> {
    let rows = batch.num_rows();
    let piece = rows as u128 * bytes as u128 / bytes_of(batch).max(1) as u128;
    let piece = piece.clamp(1, rows.max(1) as u128) as usize;
    (0..rows)
        .step_by(piece)
        .map(move |first| (first, batch.slice(first, piece.min(rows - first))))
}

/// Bytes of the values themselves, whatever room their vectors have.
fn bytes_of(batch: &RecordBatch) -> usize {
    batch
        .columns()
        .iter()
        .map(|column| column.to_data().get_slice_memory_size().unwrap_or(0))
        .sum()
}

/// Writes a small file of JSON.
pub(super) fn write_json(
    root: &Path,
    path: &str,
    value: &impl serde::Serialize,
) -> Result<Written, ExportError> {
    write_file(root, path, &json_bytes(value))
}

/// Writes a small file.
pub(super) fn write_file(root: &Path, path: &str, bytes: &[u8]) -> Result<Written, ExportError> {
    let file = write_bytes(&root.join(path), bytes)?;
    let record = FileRecord {
        path: path.to_string(),
        bytes: file.published().bytes,
        blake3: file.published().blake3.clone(),
        rows: None,
        content: None,
    };
    Ok(Written { file, record })
}
