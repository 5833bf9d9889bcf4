//! The episode table: one row per episode, with LeRobot's required columns, its statistics, and everything we know.
//!
//! **Invariant:** the columns depend on the dataset only, never on the episodes of a shard, so that all shards agree.

mod factors;
mod read;

use crate::episode::{Branch, EpisodeMeta};
use crate::error::RecordError;
use crate::schema::element;
use crate::stats::{FeatureStats, Form};
use arrow::array::{
    Array, ArrayRef, BooleanArray, Float32Builder, Float64Array, Int64Array, ListArray, ListBuilder,
    RecordBatch, StringArray, StringBuilder,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Schema};
use factors::{check_declared, factor_column};
use std::sync::Arc;
use terrella_spec::factor::FactorSpec;

pub use read::read_meta;

/// Prefix of the columns that hold factors.
pub const FACTOR: &str = "factor.";

/// A row of the episode table.
#[derive(Clone, Debug, PartialEq)]
pub struct EpisodeRow {
    /// What is known of the episode.
    pub meta: EpisodeMeta,
    /// Its rows in the data table.
    pub rows: u64,
    /// Chunk folder of its files.
    pub chunk: u64,
    /// Number of its files in the chunk.
    pub file: u64,
    /// Its statistics, feature by feature in the order of the dataset; the same features for every episode.
    pub stats: Vec<(String, FeatureStats)>,
}

/// The videos that hold the pictures of a shard: one for each camera, in which its episodes follow each other from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Videos {
    /// The features that are videos; none where pictures stand in rows or are not taken.
    pub keys: Vec<String>,
    /// Rows in a second.
    pub fps: u32,
}

/// A column of the episode table.
pub struct EpisodeColumn {
    /// Its name.
    pub name: String,
    /// Its unit, empty where there is none.
    pub unit: String,
    /// What it means.
    pub doc: String,
    /// Its values.
    pub values: ArrayRef,
}

/// The table of these rows, which are all of a shard.
pub fn episode_table(
    rows: &[EpisodeRow],
    factors: &[FactorSpec],
    videos: &Videos,
) -> Result<RecordBatch, RecordError> {
    let mut columns = episode_columns(rows, factors, videos)?;
    columns.extend(stats_columns(rows)?);
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| Field::new(&column.name, column.values.data_type().clone(), true))
        .collect();
    let values = columns.into_iter().map(|column| column.values).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), values)?)
}

/// All columns but the statistics, with what they mean.
pub fn episode_columns(
    rows: &[EpisodeRow],
    factors: &[FactorSpec],
    videos: &Videos,
) -> Result<Vec<EpisodeColumn>, RecordError> {
    let mut columns = Vec::new();
    let ends = video_ends(rows, videos);
    let mut add = |name: &str, unit: &str, doc: &str, values: ArrayRef| {
        let [name, unit, doc] = [name, unit, doc].map(str::to_string);
        columns.push(EpisodeColumn {
            name,
            unit,
            doc,
            values,
        });
    };
    let index = |row: &EpisodeRow| row.meta.episode as i64;
    let from = |row: &EpisodeRow| (row.meta.episode * row.rows) as i64;
    add(
        "episode_index",
        "",
        "Number of the episode in the dataset.",
        integers(rows, index),
    );
    add(
        "tasks",
        "",
        "The task, as a list of one.",
        word_lists(rows, |row| std::slice::from_ref(&row.meta.task)),
    );
    add(
        "length",
        "",
        "Rows of the episode.",
        integers(rows, |row| row.rows as i64),
    );
    let mut tables = vec!["data".to_string(), "meta/episodes".to_string()];
    tables.extend(videos.keys.iter().map(|key| format!("videos/{key}")));
    for table in tables {
        let [chunk, file] = ["chunk", "file"].map(|part| format!("{table}/{part}_index"));
        add(
            &chunk,
            "",
            "Chunk folder of its file there.",
            integers(rows, |row| row.chunk as i64),
        );
        add(
            &file,
            "",
            "Number of its file in the chunk folder.",
            integers(rows, |row| row.file as i64),
        );
    }
    add(
        "dataset_from_index",
        "",
        "`index` of its first row.",
        integers(rows, from),
    );
    let to = integers(rows, |row| from(row) + row.rows as i64);
    add("dataset_to_index", "", "`index` after its last row.", to);
    for key in &videos.keys {
        let starts = ends.iter().take(rows.len()).copied();
        add(
            &format!("videos/{key}/from_timestamp"),
            "s",
            "When it begins in its video; a row stands there at this time plus its `timestamp`.",
            Arc::new(Float64Array::from_iter_values(starts)),
        );
        add(
            &format!("videos/{key}/to_timestamp"),
            "s",
            "When it ends in its video: the next episode begins then.",
            Arc::new(Float64Array::from_iter_values(ends.iter().skip(1).copied())),
        );
    }

    add("split", "", "Its split.", words(rows, |row| &row.meta.split));
    add(
        "seed",
        "",
        "Fingerprint of its seed path, 63 bits.",
        integers(rows, |row| row.meta.seed),
    );
    let attempt = integers(rows, |row| i64::from(row.meta.attempt));
    add(
        "attempt",
        "",
        "How many worlds of this episode failed before this one.",
        attempt,
    );
    add("policy", "", "Who acted.", words(rows, |row| &row.meta.policy));
    let parameters = words(rows, |row| &row.meta.policy_parameters);
    add("policy_parameters", "", "Its parameters, as JSON.", parameters);
    add(
        "return",
        "",
        "Sum of the rewards.",
        floats(rows, |row| row.meta.episode_return),
    );
    add(
        "success",
        "",
        "True when the task was solved at any step.",
        flags(rows, |row| row.meta.success),
    );
    let success_step = integers(rows, |row| row.meta.success_step);
    add(
        "success_step",
        "",
        "The step after which it was solved first, -1 for never.",
        success_step,
    );
    let terminated = flags(rows, |row| row.meta.terminated);
    add(
        "terminated",
        "",
        "True when the world reached a terminal state.",
        terminated,
    );
    let ood = word_lists(rows, |row| &row.meta.ood);
    add("ood", "", "The factors that were drawn out of distribution.", ood);
    for factor in factors {
        add(
            &format!("{FACTOR}{}", factor.name),
            &factor.unit,
            &factor.doc,
            factor_column(rows, factor)?,
        );
    }
    check_declared(rows, factors)?;
    let names = word_lists(rows, |row| &row.meta.body_names);
    add(
        "body_names",
        "",
        "Names of the bodies, in the order of every per-body list.",
        names,
    );
    add(
        "body_classes",
        "",
        "Classes of the bodies.",
        word_lists(rows, |row| &row.meta.body_classes),
    );
    let mut masses = ListBuilder::new(Float32Builder::new()).with_field(element(DataType::Float32));
    for row in rows {
        masses.append_value(row.meta.body_masses_kg.iter().map(|mass| Some(*mass)));
    }
    let doc = "Masses of the bodies; 0 for what does not move by forces.";
    add("body_masses_kg", "kg", doc, Arc::new(masses.finish()));
    let doc = "Cameras, as JSON: name to width, height, fx, fy, cx, cy and, where it stands still, camera_from_world; its \
               lens, every how many records it takes a picture, and class_names, where there is something to say.";
    add("cameras", "", doc, words(rows, |row| &row.meta.cameras));
    add(
        "world",
        "",
        "The drawn world, as JSON: a scene file's content.",
        words(rows, |row| &row.meta.world),
    );
    add(
        "plan_digest",
        "",
        "Hash of the world's plan.",
        words(rows, |row| &row.meta.plan_digest),
    );
    add(
        "action_digest",
        "",
        "Hash of all actions.",
        words(rows, |row| &row.meta.action_digest),
    );
    add(
        "state_digest",
        "",
        "Hash of all state digests.",
        words(rows, |row| &row.meta.state_digest),
    );
    let branch =
        |row: &EpisodeRow, part: fn(&Branch) -> u64| row.meta.branch.as_ref().map_or(-1, |b| part(b) as i64);
    let parent = integers(rows, |row| branch(row, |branch| branch.parent));
    add(
        "branch_parent",
        "",
        "The episode that a branch left, -1 for none.",
        parent,
    );
    let step = integers(rows, |row| branch(row, |branch| branch.step));
    add(
        "branch_step",
        "",
        "The step of the parent from which a branch goes on, -1 for none.",
        step,
    );
    let what = words(rows, |row| {
        row.meta.branch.as_ref().map_or("", |branch| &branch.intervention)
    });
    add(
        "intervention",
        "",
        "What was changed there, empty for none.",
        what,
    );
    let detectable = floats(rows, |row| {
        let branch = row.meta.branch.as_ref();
        branch.and_then(|branch| branch.detectable_secs).unwrap_or(-1.0)
    });
    add(
        "detectable_secs",
        "s",
        "When what was changed is detectable: the time of the first record at which a reading of telemetry differs from its parent's \
         by more than 2 % of that reading's range; -1 for never, and of what is no branch.",
        detectable,
    );
    Ok(columns)
}

/// When each episode begins in its shard's videos, and when the last one ends, seconds.
fn video_ends(rows: &[EpisodeRow], videos: &Videos) -> Vec<f64> {
    let mut frames = 0;
    let mut ends = vec![0.0];
    for row in rows {
        frames += row.rows;
        ends.push(frames as f64 / f64::from(videos.fps.max(1)));
    }
    ends
}

/// `stats/FEATURE/NAME`, which LeRobot's own tools need to rebuild a dataset's statistics.
fn stats_columns(rows: &[EpisodeRow]) -> Result<Vec<EpisodeColumn>, RecordError> {
    let mut columns = Vec::new();
    let Some(first) = rows.first() else {
        return Ok(columns);
    };
    for (index, (feature, stats)) in first.stats.iter().enumerate() {
        let mut add = |name: &str, values: ArrayRef| {
            let name = format!("stats/{feature}/{name}");
            columns.push(EpisodeColumn {
                name,
                unit: String::new(),
                doc: String::new(),
                values,
            });
        };
        for (which, (name, _)) in stats.named().iter().enumerate() {
            let numbers: Vec<&[f64]> = rows
                .iter()
                .map(|row| row.stats[index].1.named()[which].1)
                .collect();
            let mut values: ArrayRef = Arc::new(Float64Array::from(numbers.concat()));
            match stats.form {
                Form::Vector => {}
                Form::Grid(width) => values = lists_of(width, values)?,
                // (channels, 1, 1), the shape that normalises a picture.
                Form::Picture => values = lists_of(1, lists_of(1, values)?)?,
            }
            let ends = OffsetBuffer::from_repeated_length(values.len() / rows.len(), rows.len());
            add(
                name,
                Arc::new(ListArray::try_new(
                    element(values.data_type().clone()),
                    ends,
                    values,
                    None,
                )?),
            );
        }
        let counts: ArrayRef = Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|row| row.stats[index].1.count as i64),
        ));
        add("count", lists_of(1, counts)?);
    }
    Ok(columns)
}

fn lists_of(length: usize, values: ArrayRef) -> Result<ArrayRef, RecordError> {
    let ends = OffsetBuffer::from_repeated_length(length, values.len() / length);
    Ok(Arc::new(ListArray::try_new(
        element(values.data_type().clone()),
        ends,
        values,
        None,
    )?))
}

fn integers(rows: &[EpisodeRow], value: impl Fn(&EpisodeRow) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(value)))
}

fn floats(rows: &[EpisodeRow], value: impl Fn(&EpisodeRow) -> f64) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(rows.iter().map(value)))
}

fn flags(rows: &[EpisodeRow], value: impl Fn(&EpisodeRow) -> bool) -> ArrayRef {
    Arc::new(BooleanArray::from(rows.iter().map(value).collect::<Vec<_>>()))
}

fn words<'a>(rows: &'a [EpisodeRow], value: impl Fn(&'a EpisodeRow) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
}

fn word_lists(rows: &[EpisodeRow], values: impl Fn(&EpisodeRow) -> &[String]) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new()).with_field(element(DataType::Utf8));
    for row in rows {
        lists.append_value(values(row).iter().map(Some));
    }
    Arc::new(lists.finish())
}
