//! LeRobot's own description: `info.json`, `stats.json` and `tasks.parquet`.

use super::shard::Written;
use super::table_file::TableFile;
use super::{paths, properties};
use crate::manifest::{ACTIONS, DISCRETE};
use crate::video::{GOP, is_video, keys};
use crate::{Dataset, ExportError};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use terrella_record::schema::shape;
use terrella_record::stats::FeatureStats;
use terrella_spec::columns::{ColumnSpec, Extent};
use terrella_spec::shards::{FILES_PER_CHUNK, splits};

/// The content of `info.json`. Every key that any release of LeRobot indexes is there.
pub fn info(dataset: &Dataset, columns: &[ColumnSpec], rows: u64) -> Value {
    let features: Map<String, Value> = columns
        .iter()
        .map(|spec| (spec.name.clone(), feature(spec, dataset)))
        .collect();
    let splits: Map<String, Value> = splits(&dataset.run.spec)
        .into_iter()
        .filter(|split| !split.episodes.is_empty())
        .map(|split| {
            (
                split.name,
                json!(format!("{}:{}", split.episodes.start, split.episodes.end)),
            )
        })
        .collect();
    json!({
        "codebase_version": "v3.0",
        "robot_type": dataset.name,
        "total_episodes": dataset.run.spec.episodes,
        "total_frames": rows,
        "total_tasks": dataset.tasks.len(),
        "chunks_size": FILES_PER_CHUNK,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 200,
        "fps": dataset.fps,
        "splits": splits,
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": (!keys(columns, dataset.run.spec.files.images).is_empty())
            .then_some("videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"),
        "features": features,
    })
}

/// Beside LeRobot's keys, each feature says its units, frame and meaning; readers keep and ignore them.
fn feature(spec: &ColumnSpec, dataset: &Dataset) -> Value {
    let shape = shape(spec);
    let names = match spec.extent {
        Extent::Picture(..) => json!(["height", "width", "channels"]),
        Extent::Fixed(width) | Extent::Grid(_, width) if spec.names.len() == width => json!(spec.names),
        _ => Value::Null,
    };
    let mut feature = json!({ "dtype": spec.dtype.name(), "shape": shape, "names": names });
    if !spec.units.is_empty() {
        feature["units"] = json!(spec.units);
    }
    if !spec.frame.is_empty() {
        feature["frame"] = json!(spec.frame);
    }
    feature["doc"] = json!(spec.doc);
    if ["action", ACTIONS].contains(&spec.name.as_str()) && !dataset.agents.is_empty() {
        let agents = dataset.agents.iter();
        let agents: Map<String, Value> = agents
            .map(|agent| (agent.name.clone(), json!(agent.action)))
            .collect();
        feature["agents"] = Value::Object(agents);
    }
    if spec.name == DISCRETE {
        let agents = dataset.agents.iter();
        let agents: Map<String, Value> = agents
            .map(|agent| (agent.name.clone(), json!(agent.discrete)))
            .collect();
        feature["agents"] = Value::Object(agents);
    }
    if let (true, Extent::Picture(height, width)) =
        (is_video(spec, dataset.run.spec.files.images), &spec.extent)
    {
        feature["dtype"] = json!("video");
        feature["info"] = json!({
            "video.height": height,
            "video.width": width,
            "video.codec": "h264",
            "video.pix_fmt": "yuv420p",
            "video.is_depth_map": false,
            "video.fps": dataset.fps,
            "video.channels": 3,
            "video.g": GOP,
            "has_audio": false,
        });
    }
    debug_assert!(!spec.dtype.is_raster(), "no feature is a raster");
    feature
}

/// The content of `stats.json`.
pub fn stats(stats: &[(String, FeatureStats)]) -> Value {
    let entries: Map<String, Value> = stats
        .iter()
        .map(|(name, stats)| (name.clone(), stats.to_json()))
        .collect();
    Value::Object(entries)
}

/// Writes `tasks.parquet`, in which the task itself is the pandas index: LeRobot looks it up by position there.
pub(super) fn write_tasks(dataset: &Dataset) -> Result<Written, ExportError> {
    let column = |name, pandas, numpy| json!({ "name": name, "field_name": name, "pandas_type": pandas, "numpy_type": numpy, "metadata": null });
    let unnamed = json!({
        "name": null,
        "field_name": null,
        "pandas_type": "unicode",
        "numpy_type": "object",
        "metadata": { "encoding": "UTF-8" },
    });
    let pandas = json!({
        "index_columns": ["task"],
        "column_indexes": [unnamed],
        "columns": [column("task_index", "int64", "int64"), column("task", "unicode", "object")],
        "creator": { "library": "terrella", "version": env!("CARGO_PKG_VERSION") },
        "pandas_version": "2.0.0",
    });
    let fields = vec![
        Field::new("task_index", DataType::Int64, true),
        Field::new("task", DataType::Utf8, true),
    ];
    let metadata = HashMap::from([("pandas".to_string(), pandas.to_string())]);
    let schema = Arc::new(Schema::new(fields).with_metadata(metadata));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(0..dataset.tasks.len() as i64)),
        Arc::new(StringArray::from(dataset.tasks.clone())),
    ];
    let batch = RecordBatch::try_new(schema.clone(), columns)?;
    let mut file = TableFile::start(
        &dataset.root,
        paths::TASKS.to_string(),
        schema,
        properties::of_meta(),
    )?;
    file.content.add(&batch);
    file.write(&batch)?;
    file.close()
}
