//! The shape of the files: row groups, encodings, Arrow types and metadata, and LeRobot's description.

mod common;

use arrow::datatypes::DataType;
use common::{HEIGHT, WIDTH, dataset, episode, write};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::Path;
use terrella_exporters::read::OpenDataset;
use terrella_exporters::video;
use terrella_record::episode::{Episode, Values};
use terrella_record::schema::element;
use terrella_spec::columns::{Extent, Table};
use terrella_spec::run::{ImageFormat, Rows};

fn written(cameras: bool, images: ImageFormat) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&dataset(folder.path(), cameras, images, Rows::Trajectories)).unwrap();
    folder
}

fn open(path: &Path) -> ParquetRecordBatchReaderBuilder<File> {
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
    ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(path).unwrap(), options).unwrap()
}

fn json_file(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn chunk<'a>(metadata: &'a ParquetMetaData, path: &str) -> &'a ColumnChunkMetaData {
    metadata
        .row_group(0)
        .columns()
        .iter()
        .find(|chunk| chunk.column_path().string() == path)
        .unwrap()
}

fn row_groups(path: &Path) -> Vec<i64> {
    open(path)
        .metadata()
        .row_groups()
        .iter()
        .map(|group| group.num_rows())
        .collect()
}

#[test]
fn episodes_share_a_row_group_until_it_is_two_mebibytes() {
    let small = [HEIGHT, WIDTH];
    // Two cameras, 13 rows of 225 KiB each: an episode fills a row group.
    let large = [240, 320];
    for (size, expected) in [(small, vec![26]), (large, vec![13, 13])] {
        let folder = tempfile::tempdir().unwrap();
        let mut dataset = dataset(folder.path(), true, ImageFormat::Ppm, Rows::Trajectories);
        for column in &mut dataset.columns {
            if let Extent::Picture(height, width) = &mut column.extent {
                [*height, *width] = size;
            }
        }
        write(&dataset).unwrap();
        for table in ["data", "sim"] {
            assert_eq!(
                row_groups(&folder.path().join(table).join("chunk-000/file-001.parquet")),
                expected,
                "{table}"
            );
        }
    }
}

#[test]
fn the_arrow_schema_is_what_readers_take_for_the_declared_features() {
    let folder = written(true, ImageFormat::Png);
    let reader = open(&folder.path().join("data/chunk-000/file-000.parquet"));
    let schema = reader.schema();
    let type_of = |name: &str| schema.field_with_name(name).unwrap().data_type().clone();
    assert!(schema.fields().iter().all(|field| field.is_nullable()));
    assert_eq!(
        type_of("observation.state"),
        DataType::FixedSizeList(element(DataType::Float32), 4)
    );
    let three = DataType::FixedSizeList(element(DataType::Float32), 3);
    assert_eq!(
        type_of("agents.action"),
        DataType::FixedSizeList(element(three), 2)
    );
    assert_eq!(type_of("observation.height"), DataType::Float32);
    let picture = DataType::Struct(terrella_record::schema::picture_fields());
    assert_eq!(type_of("observation.images.front"), picture);
    assert_eq!(type_of("timestamp"), DataType::Float32);
    assert_eq!(type_of("seed"), DataType::Int64);
    assert_eq!(type_of("next.done"), DataType::Boolean);
    let features: Value = serde_json::from_str(&schema.metadata()["huggingface"]).unwrap();
    let names: Vec<&String> = features["info"]["features"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        schema
            .fields()
            .iter()
            .map(|field| field.name())
            .collect::<Vec<_>>()
    );

    let info = json_file(&folder.path().join("meta/info.json"));
    let declared: Vec<&String> = info["features"].as_object().unwrap().keys().collect();
    assert_eq!(declared, names, "LeRobot wants exactly the declared columns");
    assert_eq!(reader.metadata().file_metadata().created_by(), Some("terrella"));

    let sim = open(&folder.path().join("sim/chunk-000/file-000.parquet"));
    let bodies = sim.schema().field_with_name("bodies").unwrap().clone();
    assert_eq!(bodies.data_type(), &DataType::List(element(DataType::Float32)));
    assert_eq!(
        sim.schema().field_with_name("depth.front").unwrap().data_type(),
        &DataType::Binary
    );
    assert!(sim.schema().fields().iter().all(|field| field.is_nullable()));

    let tasks = open(&folder.path().join("meta/tasks.parquet"));
    let pandas: Value = serde_json::from_str(&tasks.schema().metadata()["pandas"]).unwrap();
    assert_eq!(pandas["index_columns"], json!(["task"]));
}

#[test]
fn values_are_encoded_as_decided() {
    for images in video::formats() {
        let folder = written(true, images);
        let data = open(&folder.path().join("data/chunk-000/file-000.parquet"));
        let data = data.metadata();
        let state = chunk(data, "observation.state.list.element");
        assert!(state.dictionary_page_offset().is_none());
        assert!(matches!(state.compression(), Compression::ZSTD(_)));
        assert!(state.column_index_offset().is_some() && state.offset_index_offset().is_some());
        for name in ["index", "frame_index", "episode_index", "task_index"] {
            let encodings: Vec<Encoding> = chunk(data, name).encodings().collect();
            assert!(
                encodings.contains(&Encoding::DELTA_BINARY_PACKED),
                "{name}: {encodings:?}"
            );
        }
        if !images.is_video() {
            let bytes = chunk(data, "observation.images.front.bytes");
            assert!(bytes.statistics().is_none() && bytes.dictionary_page_offset().is_none());
            assert_eq!(
                bytes.compression() == Compression::UNCOMPRESSED,
                images != ImageFormat::Ppm
            );
            // What every reader has read for longest.
            let encodings: Vec<Encoding> = bytes.encodings().collect();
            assert_eq!(encodings, [Encoding::PLAIN, Encoding::RLE]);
        }
        assert!(chunk(data, "note").dictionary_page_offset().is_some());
    }
}

#[test]
fn raw_pictures_share_pages() {
    let folder = written(true, ImageFormat::Ppm);
    let data = open(&folder.path().join("data/chunk-000/file-000.parquet"));
    let group = data.metadata().row_group(0);
    let column = group
        .columns()
        .iter()
        .position(|c| c.column_path().string() == "observation.images.front.bytes");
    let index = data.metadata().page_index_for_row_group(0);
    let pages = index.page_locations(column.unwrap()).unwrap();
    assert_eq!(pages.len(), 1, "an episode of 30 kB fits a page");
    let chunk = group.column(column.unwrap());
    assert!(
        chunk.compressed_size() * 5 < chunk.uncompressed_size(),
        "frames that repeat compress"
    );
}

#[test]
fn the_description_has_what_lerobot_indexes() {
    let folder = written(true, ImageFormat::Png);
    let info = json_file(&folder.path().join("meta/info.json"));
    let expected = json!({
        "codebase_version": "v3.0", "robot_type": "push", "total_episodes": 10, "total_frames": 130,
        "total_tasks": 2, "chunks_size": 1000, "data_files_size_in_mb": 100, "video_files_size_in_mb": 200, "fps": 10,
        "splits": { "train": "0:6", "validation": "6:8", "test_ood": "8:10" },
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet", "video_path": null,
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&info[key], value, "{key}");
    }
    let features = &info["features"];
    assert_eq!(features["observation.height"]["shape"], json!([1]));
    assert_eq!(
        features["observation.state"]["names"],
        json!(["x", "y", "z", "grip"])
    );
    assert_eq!(features["observation.images.front"]["shape"], json!([24, 32, 3]));
    assert_eq!(
        features["observation.images.front"]["names"],
        json!(["height", "width", "channels"])
    );
    assert_eq!(features["observation.images.front"]["dtype"], "image");
    for name in ["timestamp", "frame_index", "episode_index", "index", "task_index"] {
        assert_eq!(features[name]["shape"], json!([1]), "{name}");
    }
}

#[test]
fn the_episode_table_says_where_each_episode_stands() {
    let folder = written(true, ImageFormat::Png);
    let path = folder.path().join("meta/episodes/chunk-001/file-000.parquet");
    let batch = open(&path).build().unwrap().next().unwrap().unwrap();
    let integer = |name: &str, row: usize| {
        use arrow::array::AsArray;
        batch
            .column_by_name(name)
            .unwrap()
            .as_primitive::<arrow::datatypes::Int64Type>()
            .value(row)
    };
    for (row, episode) in [(0, 6), (1, 7)] {
        assert_eq!(integer("episode_index", row), episode);
        assert_eq!(integer("length", row), 13);
        assert_eq!(integer("data/chunk_index", row), 1);
        assert_eq!(integer("data/file_index", row), 0);
        assert_eq!(integer("meta/episodes/chunk_index", row), 1);
        assert_eq!(integer("dataset_from_index", row), episode * 13);
        assert_eq!(integer("dataset_to_index", row), episode * 13 + 13);
    }
    let type_of = |name: &str| batch.schema().field_with_name(name).unwrap().data_type().clone();
    let floats = DataType::List(element(DataType::Float64));
    assert_eq!(type_of("stats/observation.state/q01"), floats);
    assert_eq!(type_of("stats/next.reward/mean"), floats);
    assert_eq!(
        type_of("stats/action/count"),
        DataType::List(element(DataType::Int64))
    );
    let channels = DataType::List(element(DataType::List(element(floats))));
    assert_eq!(type_of("stats/observation.images.front/std"), channels);
    assert!(batch.column_by_name("stats/note/min").is_none());
    assert_eq!(type_of("factor.friction"), DataType::Float64);
    assert_eq!(type_of("factor.shape"), DataType::List(element(DataType::Utf8)));
    assert_eq!(type_of("factor.blocks"), DataType::Int64);
}

#[test]
fn the_statistics_of_the_dataset_are_those_of_all_rows() {
    let folder = written(true, ImageFormat::Png);
    let dataset = dataset(folder.path(), true, ImageFormat::Png, Rows::Trajectories);
    let episodes: Vec<Episode> = (0..10).map(|number| episode(&dataset, number)).collect();
    let stats = json_file(&folder.path().join("meta/stats.json"));
    let check = |entry: &Value, part: &dyn Fn(&Value) -> f64, mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum::<f64>()
            / count;
        assert!((part(&entry["mean"]) - mean).abs() < 1e-12);
        assert!((part(&entry["std"]) - variance.sqrt()).abs() < 1e-12);
        assert_eq!(part(&entry["min"]), values[0]);
        assert_eq!(part(&entry["max"]), values[values.len() - 1]);
        for (name, q) in terrella_record::stats::QUANTILES {
            let position = (count - 1.0) * q;
            let (low, high) = (
                values[position.floor() as usize],
                values[position.ceil() as usize],
            );
            assert_eq!(
                part(&entry[name]),
                low + (high - low) * (position - position.floor()),
                "{name}"
            );
        }
    };
    for (name, width) in [
        ("observation.state", 4),
        ("observation.height", 1),
        ("action", 2),
        ("next.reward", 1),
    ] {
        assert_eq!(stats[name]["count"], json!([130]));
        for element in 0..width {
            let numbers = episodes.iter().flat_map(|episode| {
                let column = episode
                    .columns
                    .iter()
                    .find(|column| column.spec.name == name)
                    .unwrap();
                let Values::Float32(values) = &column.values else {
                    panic!("floats")
                };
                values
                    .iter()
                    .skip(element)
                    .step_by(width)
                    .map(|value| f64::from(*value))
                    .collect::<Vec<_>>()
            });
            check(
                &stats[name],
                &|value| value[element].as_f64().unwrap(),
                numbers.collect(),
            );
        }
    }
    for channel in 0..3 {
        let levels = episodes.iter().flat_map(|episode| {
            let name = "observation.images.front";
            let column = episode
                .columns
                .iter()
                .find(|column| column.spec.name == name)
                .unwrap();
            let Values::Rgb(bytes) = &column.values else {
                panic!("pictures")
            };
            bytes
                .iter()
                .skip(channel)
                .step_by(3)
                .map(|byte| f64::from(*byte) / 255.0)
                .collect::<Vec<_>>()
        });
        let entry = &stats["observation.images.front"];
        check(
            entry,
            &|value| value[channel][0][0].as_f64().unwrap(),
            levels.collect(),
        );
    }
    assert_eq!(stats["frame_index"]["q50"], json!([6.0]));
    assert_eq!(stats["is_first"]["mean"], json!([10.0 / 130.0]));
    assert!(stats.get("note").is_none());
    let info = json_file(&folder.path().join("meta/info.json"));
    for (name, feature) in info["features"].as_object().unwrap() {
        assert_eq!(stats.get(name).is_some(), feature["dtype"] != "string", "{name}");
    }
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    let folder = written(true, ImageFormat::Png);
    let open = OpenDataset::open(folder.path()).unwrap();
    let manifest = open.manifest();
    let files: Vec<_> = manifest
        .shards
        .iter()
        .flat_map(|shard| &shard.files)
        .chain(&manifest.files)
        .collect();
    for file in &files {
        let bytes = fs::read(folder.path().join(&file.path)).unwrap();
        assert_eq!(bytes.len() as u64, file.bytes, "{}", file.path);
        assert_eq!(
            blake3::hash(&bytes).to_hex().to_string(),
            file.blake3,
            "{}",
            file.path
        );
    }
    assert_eq!(files.len(), 3 * 5 + 1 + 5);
    assert_eq!(manifest.bytes, files.iter().map(|file| file.bytes).sum::<u64>());
    assert_eq!(manifest.run.digest(), manifest.run_digest);
    assert_eq!(manifest.splits[2].chunks, [2]);
    assert_eq!(manifest.factors[0]["column"], "factor.friction");
}

#[test]
fn the_picture_format_changes_the_file_and_not_the_content() {
    let content = |images| {
        let folder = written(true, images);
        let open = OpenDataset::open(folder.path()).unwrap();
        open.manifest().shards[0].files[0].clone()
    };
    let png = content(ImageFormat::Png);
    for images in [ImageFormat::Ppm, ImageFormat::Qoi] {
        let other = content(images);
        assert!(png.content.is_some() && png.content == other.content);
        assert_ne!(png.blake3, other.blake3);
    }
    // What JPEG keeps are other pixels.
    assert_ne!(png.content, content(ImageFormat::Jpeg).content);
}

#[test]
fn the_content_hash_can_be_taken_from_the_files() {
    for images in video::formats() {
        let folder = written(true, images);
        let open = OpenDataset::open(folder.path()).unwrap();
        for (table, file) in [(Table::Data, 0), (Table::Sim, 1)] {
            let shard = &open.manifest().shards[1];
            assert_eq!(
                Some(open.content_hash(table, shard).unwrap()),
                shard.files[file].content,
                "{images:?}"
            );
        }
    }
}

#[test]
fn the_card_says_which_pictures_are_not_exact() {
    for images in video::formats() {
        let folder = written(true, images);
        let card = fs::read_to_string(folder.path().join("README.md")).unwrap();
        assert_eq!(card.contains("JPEG of quality 95"), images == ImageFormat::Jpeg);
        let kind = if images.is_video() { "video" } else { "image" };
        assert!(card.contains(&format!("{kind} ({})", images.name().to_uppercase())));
        assert_eq!(card.contains("Pictures are videos"), images.is_video());
    }
}

#[test]
fn the_card_documents_every_column() {
    let folder = written(true, ImageFormat::Png);
    let card = fs::read_to_string(folder.path().join("README.md")).unwrap();
    let open = OpenDataset::open(folder.path()).unwrap();
    for spec in open
        .manifest()
        .data_columns
        .iter()
        .chain(&open.manifest().sim_columns)
    {
        assert!(card.contains(&format!("| `{}` |", spec.name)), "{}", spec.name);
        assert!(card.contains(&spec.doc.replace('|', "\\|")), "{}", spec.doc);
    }
    for text in [
        "license: cc0-1.0",
        "- split: test_ood",
        "    - sim/chunk-002/*.parquet",
        "uniform 0.8 to 1.5",
        "| `list of string` |",
        "| m, m, m, 1 |",
        "cone",
    ] {
        assert!(card.contains(text), "{text}");
    }
    assert!(card.contains("meta/terrella/preview.png"));
    assert!(!card.contains("rows of 0 rows"));
}
