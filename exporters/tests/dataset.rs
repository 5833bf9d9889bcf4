//! The contract of a dataset on disk: whole or not at all, the same bytes again, read back as written.

mod common;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float32Type, Int64Type, UInt16Type};
use common::{dataset, episode, lerobot, write, write_shard};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use terrella_exporters::picture::decode_row;
use terrella_exporters::read::OpenDataset;
use terrella_exporters::{ExportError, committed, video};
use terrella_record::RecordError;
use terrella_record::episode::{Episode, Values};
use terrella_spec::columns::Table;
use terrella_spec::run::{ImageFormat, Rows};
use terrella_spec::shards::shards;

/// Every file below a folder.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn png_dataset(root: &Path) -> terrella_exporters::Dataset {
    dataset(root, true, ImageFormat::Png, Rows::Trajectories)
}

fn values<'a>(episode: &'a Episode, name: &str) -> &'a Values {
    &episode
        .columns
        .iter()
        .find(|column| column.spec.name == name)
        .unwrap()
        .values
}

#[test]
fn the_same_episodes_are_the_same_bytes() {
    for (images, rows) in [
        (ImageFormat::Png, Rows::Trajectories),
        (ImageFormat::Ppm, Rows::Transitions),
        (ImageFormat::Jpeg, Rows::Trajectories),
        (ImageFormat::Qoi, Rows::Trajectories),
        (ImageFormat::Mp4, Rows::Transitions),
    ] {
        if images.is_video() && !video::AVAILABLE {
            continue;
        }
        let [one, two] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let finished = write(&dataset(one.path(), true, images, rows)).unwrap();
        write(&dataset(two.path(), true, images, rows)).unwrap();
        let (first, second) = (files(one.path()), files(two.path()));
        assert_eq!(
            first.keys().collect::<Vec<_>>(),
            second.keys().collect::<Vec<_>>()
        );
        for (name, bytes) in &first {
            assert!(second[name] == *bytes, "{name} differs");
        }
        assert_eq!(finished.episodes, 10);
        assert_eq!(finished.rows, if rows == Rows::Trajectories { 130 } else { 120 });
        assert_eq!(finished.bad_episodes, 1);
    }
}

#[test]
fn neither_the_order_of_shards_nor_an_interruption_shows() {
    let [one, two] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    write(&png_dataset(one.path())).unwrap();
    let dataset = png_dataset(two.path());
    let shards = shards(&dataset.run);
    // Killed in the midst of a file: the temporary stays, and the file of a shard without a record.
    let stale = two.path().join("data/chunk-000/.file-001.parquet.a1b2c3.tmp");
    fs::create_dir_all(stale.parent().unwrap()).unwrap();
    fs::write(stale, "half").unwrap();
    fs::write(
        two.path().join("data/chunk-000/file-002.parquet"),
        "of an unfinished shard",
    )
    .unwrap();
    drop(lerobot().start_shard(&dataset, &shards[0]).unwrap());
    for shard in shards.iter().rev() {
        assert_eq!(committed(&dataset, shard).unwrap(), None);
        write_shard(&dataset, shard).unwrap();
    }
    lerobot().finalize(&dataset).unwrap();
    assert!(files(one.path()) == files(two.path()));
}

#[test]
fn a_shard_that_is_made_anew_is_not_there_until_it_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let shard = &shards(&dataset.run)[1];
    write_shard(&dataset, shard).unwrap();
    let before = files(folder.path());
    assert!(before.contains_key("meta/terrella/quarantine/shard-000001.jsonl"));
    drop(lerobot().start_shard(&dataset, shard).unwrap());
    assert_eq!(committed(&dataset, shard).unwrap(), None);
    assert!(!files(folder.path()).contains_key("meta/terrella/quarantine/shard-000001.jsonl"));
    write_shard(&dataset, shard).unwrap();
    assert!(files(folder.path()) == before);
}

#[test]
fn a_record_that_is_no_record_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let shard = &shards(&dataset.run)[0];
    write_shard(&dataset, shard).unwrap();
    let path = folder.path().join("meta/terrella/commits/shard-000000.json");
    for text in ["", "{", r#"{"format":1}"#, r#"{"format":2}"#] {
        fs::write(&path, text).unwrap();
        assert_eq!(committed(&dataset, shard).unwrap(), None, "{text}");
    }
    // A whole record of another format is not written over.
    let body = r#"{"format":2"#;
    let seal = blake3::hash(body.as_bytes());
    fs::write(&path, format!("{body},\n  \"seal\": \"{seal}\"\n}}\n")).unwrap();
    assert!(matches!(
        committed(&dataset, shard),
        Err(ExportError::OtherRun { .. })
    ));
}

#[test]
fn finishing_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let finished = write(&dataset).unwrap();
    let before = files(folder.path());
    assert_eq!(lerobot().finalize(&dataset).unwrap(), finished);
    assert!(files(folder.path()) == before);
}

#[test]
fn the_files_are_those_of_the_layout() {
    let folder = tempfile::tempdir().unwrap();
    write(&png_dataset(folder.path())).unwrap();
    let mut expected = Vec::new();
    for table in ["data", "sim", "meta/episodes"] {
        for file in [
            "000/file-000",
            "000/file-001",
            "000/file-002",
            "001/file-000",
            "002/file-000",
        ] {
            expected.push(format!("{table}/chunk-{file}.parquet"));
        }
    }
    expected.extend((0..5).map(|shard| format!("meta/terrella/commits/shard-{shard:06}.json")));
    let rest = [
        "README.md",
        "meta/info.json",
        "meta/stats.json",
        "meta/tasks.parquet",
    ];
    expected.extend(rest.map(String::from));
    let ours = ["manifest.json", "preview.png", "quarantine/shard-000001.jsonl"];
    expected.extend(ours.map(|name| format!("meta/terrella/{name}")));
    expected.sort();
    assert_eq!(files(folder.path()).into_keys().collect::<Vec<_>>(), expected);
}

#[test]
fn a_dropped_writer_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let mut writer = lerobot().start_shard(&dataset, &shards(&dataset.run)[0]).unwrap();
    writer.write(episode(&dataset, 0)).unwrap();
    assert_eq!(files(folder.path()).len(), 2, "temporary files");
    assert!(
        files(folder.path())
            .keys()
            .all(|name| name.ends_with(".tmp") && name.contains("/.file-000.parquet."))
    );
    drop(writer);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_shard_is_committed_whole_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let shard = &shards(&dataset.run)[1];
    let mut writer = lerobot().start_shard(&dataset, shard).unwrap();
    let early = writer.write(episode(&dataset, 3)).unwrap_err();
    assert!(
        matches!(
            early,
            ExportError::Order {
                shard: 1,
                got: 3,
                expected: 2
            }
        ),
        "{early}"
    );
    let mut writer = lerobot().start_shard(&dataset, shard).unwrap();
    writer.write(episode(&dataset, 2)).unwrap();
    let error = writer.close(Vec::new()).err().unwrap();
    assert!(
        matches!(
            error,
            ExportError::Unfinished {
                shard: 1,
                written: 1,
                all: 2
            }
        ),
        "{error}"
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_missing_shard_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    for shard in shards(&dataset.run)
        .iter()
        .filter(|shard| ![1, 4].contains(&shard.number))
    {
        write_shard(&dataset, shard).unwrap();
    }
    let error = lerobot().finalize(&dataset).unwrap_err();
    assert!(
        error.to_string().starts_with("2 shards are missing: 1, 4;"),
        "{error}"
    );
    assert!(OpenDataset::open(folder.path()).is_err());
}

#[test]
fn a_shard_counts_as_there_only_with_its_files_and_its_run() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let shard = &shards(&dataset.run)[0];
    assert_eq!(committed(&dataset, shard).unwrap(), None);
    write_shard(&dataset, shard).unwrap();
    let record = committed(&dataset, shard).unwrap().unwrap();
    assert_eq!((record.shard, record.rows, record.episodes), (0, 26, 2));

    let mut other = dataset.clone();
    other.run.spec.seed += 1;
    assert!(matches!(
        committed(&other, shard),
        Err(ExportError::OtherRun { .. })
    ));
    let mut newer = dataset.clone();
    newer.domain.insert("rapier3d".into(), "0.37.0".into());
    assert!(matches!(
        committed(&newer, shard),
        Err(ExportError::OtherRun { .. })
    ));

    let path = folder.path().join("sim/chunk-000/file-000.parquet");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[1..]).unwrap();
    assert_eq!(committed(&dataset, shard).unwrap(), None);
    fs::remove_file(&path).unwrap();
    assert_eq!(committed(&dataset, shard).unwrap(), None);
    write_shard(&dataset, shard).unwrap();
    assert_eq!(committed(&dataset, shard).unwrap(), Some(record));
}

#[test]
fn an_episode_is_read_back_as_it_was_written() {
    for (cameras, images) in [
        (true, ImageFormat::Png),
        (true, ImageFormat::Ppm),
        (true, ImageFormat::Qoi),
        (false, ImageFormat::Png),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let dataset = dataset(folder.path(), cameras, images, Rows::Trajectories);
        write(&dataset).unwrap();
        let open = OpenDataset::open(folder.path()).unwrap();
        let metas: Vec<_> = open.episodes().collect::<Result<_, _>>().unwrap();
        assert_eq!(metas.len(), 10);
        for number in [0, 1, 5, 7, 9] {
            let written = episode(&dataset, number);
            assert_eq!(open.episode(number).unwrap(), written.meta);
            assert_eq!(metas[number as usize], written.meta);

            let data = open.rows(Table::Data, number).unwrap();
            let column = |name: &str| data.column_by_name(name).unwrap();
            assert_eq!(data.num_rows(), 13);
            let state = column("observation.state").as_fixed_size_list().values();
            assert_eq!(
                &Values::Float32(state.as_primitive::<Float32Type>().values().to_vec()),
                values(&written, "observation.state")
            );
            assert_eq!(
                column("index").as_primitive::<Int64Type>().value(0),
                number as i64 * 13
            );
            assert_eq!(column("frame_index").as_primitive::<Int64Type>().value(12), 12);
            assert_eq!(
                column("episode_index").as_primitive::<Int64Type>().value(5),
                number as i64
            );
            assert_eq!(
                column("task_index").as_primitive::<Int64Type>().value(5),
                number as i64 % 2
            );
            assert_eq!(column("timestamp").as_primitive::<Float32Type>().value(3), 0.3);

            let sim = open.rows(Table::Sim, number).unwrap();
            let bodies = sim.column_by_name("bodies").unwrap().as_list::<i32>();
            let expected: Vec<i32> = (0..13).map(|row| 13 * ((row + number as i32) % 3)).collect();
            assert_eq!(
                bodies
                    .offsets()
                    .lengths()
                    .map(|length| length as i32)
                    .collect::<Vec<_>>(),
                expected
            );
            assert_eq!(sim.column_by_name("index").unwrap(), column("index"));

            if cameras {
                let picture = decode_row(column("observation.images.wrist").as_struct(), 12).unwrap();
                let Values::Rgb(rgb) = values(&written, "observation.images.wrist") else {
                    panic!("pictures")
                };
                assert_eq!(
                    (picture.width, picture.height),
                    (common::WIDTH as u32, common::HEIGHT as u32)
                );
                assert_eq!(picture.bytes, rgb[12 * picture.bytes.len()..]);
                let depth = sim
                    .column_by_name("depth.front")
                    .unwrap()
                    .as_binary::<i32>()
                    .value(1)
                    .to_vec();
                let first = u16::from_le_bytes([depth[0], depth[1]]);
                assert_eq!(usize::from(first), common::WIDTH * common::HEIGHT);
                assert_eq!(
                    depth.len(),
                    common::WIDTH
                        * common::HEIGHT
                        * size_of::<<UInt16Type as arrow::datatypes::ArrowPrimitiveType>::Native>()
                );
            }
        }
        assert!(open.rows(Table::Data, 10).is_err());
    }
}

#[test]
fn transitions_hold_whole_tuples() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = dataset(folder.path(), false, ImageFormat::Png, Rows::Transitions);
    write(&dataset).unwrap();
    let open = OpenDataset::open(folder.path()).unwrap();
    let data = open.rows(Table::Data, 4).unwrap();
    assert_eq!(data.num_rows(), 12);
    let written = episode(&dataset, 4);
    let Values::Float32(states) = values(&written, "observation.state") else {
        panic!("floats")
    };
    let next = data
        .column_by_name("next.observation.state")
        .unwrap()
        .as_fixed_size_list()
        .values();
    assert_eq!(next.as_primitive::<Float32Type>().values()[..], states[4..]);
    for name in ["is_last", "next.done", "next.truncated"] {
        let flags = data.column_by_name(name).unwrap().as_boolean();
        let set: Vec<usize> = (0..12).filter(|row| flags.value(*row)).collect();
        assert_eq!(set, [11], "{name}");
    }
    assert_eq!(
        data.column_by_name("index")
            .unwrap()
            .as_primitive::<Int64Type>()
            .value(0),
        48
    );
    let sim = open.rows(Table::Sim, 4).unwrap();
    assert_eq!(sim.num_rows(), 12);
    assert_eq!(
        sim.column_by_name("bodies")
            .unwrap()
            .as_list::<i32>()
            .value(11)
            .len(),
        0
    );
}

#[test]
fn episodes_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = png_dataset(folder.path());
    let check = |change: &dyn Fn(&mut Episode), expected: &str| {
        let mut episode = episode(&dataset, 0);
        change(&mut episode);
        let mut writer = lerobot().start_shard(&dataset, &shards(&dataset.run)[0]).unwrap();
        let error = writer.write(episode).unwrap_err();
        assert!(matches!(error, ExportError::Record(_)), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(
        &|episode| episode.meta.task = "dance".into(),
        "the task \"dance\"",
    );
    check(
        &|episode| drop(episode.columns.remove(0)),
        "column observation.state: is missing",
    );
    check(
        &|episode| episode.columns[0].floats()[3] = f32::NAN,
        "column observation.state: a number is NaN",
    );
    check(
        &|episode| episode.columns[0].floats().truncate(4),
        "has 1 rows, not 13",
    );
    check(
        &|episode| episode.columns[0].spec.name = "other".into(),
        "column other, which the dataset does not declare",
    );
    check(
        &|episode| episode.columns[14].ends.truncate(12),
        "column bodies: has 12 rows, not 13",
    );
    check(
        &|episode| episode.columns[14].floats().push(1.0),
        "which are not those of its rows",
    );
    let wind = || terrella_spec::factor::FactorValue::Word("strong".into());
    let unknown = |episode: &mut Episode| drop(episode.meta.factors.insert("wind".into(), wind()));
    let mut writer = lerobot().start_shard(&dataset, &shards(&dataset.run)[0]).unwrap();
    for number in 0..2 {
        let mut episode = episode(&dataset, number);
        unknown(&mut episode);
        writer.write(episode).unwrap();
    }
    let error = writer.close(Vec::new()).err().unwrap();
    assert!(
        matches!(error, ExportError::Record(RecordError::Factor { episode: 0, .. })),
        "{error}"
    );
}

#[test]
fn what_readers_would_trip_over_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["all", "test-ood", "", "a b"] {
        let mut dataset = png_dataset(folder.path());
        dataset.run.spec.splits[0].name = name.into();
        let error = lerobot()
            .start_shard(&dataset, &shards(&dataset.run)[0])
            .err()
            .unwrap();
        assert!(error.to_string().contains("split name"), "{error}");
    }
    let mut dataset = png_dataset(folder.path());
    dataset.tasks.clear();
    assert!(lerobot().finalize(&dataset).is_err());
}
