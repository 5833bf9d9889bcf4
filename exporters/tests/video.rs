//! Pictures as videos: which frame is which row, what the files say of themselves, and what is made of damaged ones.
#![cfg(feature = "video")]

mod common;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int64Type};
use common::{HEIGHT, WIDTH, dataset, episode, lerobot};
use mp4_atom::{Codec, Decode, Moov};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use terrella_exporters::check::{Checker, Depth, Fault};
use terrella_exporters::compare::first_difference;
use terrella_exporters::read::OpenDataset;
use terrella_exporters::video::{GOP, Video};
use terrella_exporters::{Dataset, ExportError, Finished};
use terrella_record::episode::{Episode, Values};
use terrella_spec::columns::Table;
use terrella_spec::run::{ImageFormat, Rows};
use terrella_spec::shards::shards;

const FRONT: &str = "observation.images.front";
const WRIST: &str = "observation.images.wrist";
/// Rows of an episode.
const ROWS: usize = 13;

fn videos(root: &Path) -> Dataset {
    dataset(root, true, ImageFormat::Mp4, Rows::Trajectories)
}

/// A picture like no other: a slope whose lightness tells the row, with a square that moves, in a colour of the episode.
fn picture(camera: usize, episode: u64, row: usize) -> Vec<u8> {
    let color = [
        200,
        40 + 20 * episode as usize,
        if camera == 0 { 30 } else { 220 },
    ];
    let left = 2 * row;
    let pixel = |at: usize| {
        let (y, x) = (at / WIDTH, at % WIDTH);
        let inside = (8..16).contains(&y) && (left..left + 8).contains(&x);
        let slope = 30 + 9 * row + y + x;
        if inside { color } else { [slope; 3] }
    };
    (0..HEIGHT * WIDTH)
        .flat_map(|at| pixel(at).map(|level| level as u8))
        .collect()
}

fn painted(dataset: &Dataset, number: u64) -> Episode {
    let mut episode = episode(dataset, number);
    for column in &mut episode.columns {
        if let Values::Rgb(pixels) = &mut column.values {
            let camera = usize::from(column.spec.name == WRIST);
            *pixels = (0..ROWS).flat_map(|row| picture(camera, number, row)).collect();
        }
    }
    episode
}

fn write(dataset: &Dataset) -> Result<Finished, ExportError> {
    for shard in shards(&dataset.run) {
        let mut writer = lerobot().start_shard(dataset, &shard)?;
        for number in shard.episodes.clone() {
            writer.write(painted(dataset, number))?;
        }
        writer.close(Vec::new())?.commit()?;
    }
    lerobot().finalize(dataset)
}

fn psnr_db(one: &[u8], other: &[u8]) -> f64 {
    assert_eq!(one.len(), other.len());
    let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
    let error = one.iter().zip(other).map(square).sum::<f64>() / one.len() as f64;
    10.0 * (255.0 * 255.0 / error.max(1e-9)).log10()
}

/// What a file says of its frames.
fn list(path: &Path) -> Moov {
    let bytes = fs::read(path).unwrap();
    let at = bytes.windows(4).rposition(|kind| kind == b"moov").unwrap();
    Moov::decode(&mut &bytes[at - 4..]).unwrap()
}

#[test]
fn every_row_is_its_frame() {
    let folder = tempfile::tempdir().unwrap();
    write(&videos(folder.path())).unwrap();
    let open = OpenDataset::open(folder.path()).unwrap();
    for number in 0..10 {
        let rows = open.rows(Table::Data, number).unwrap();
        assert_eq!(rows.num_rows(), ROWS);
        for (camera, name) in [FRONT, WRIST].into_iter().enumerate() {
            assert!(rows.column_by_name(name).is_none(), "{name} stands in the table");
            let all: Vec<usize> = (0..ROWS).collect();
            let seen = open.pictures(number, name, &all).unwrap();
            for (row, seen) in seen.iter().enumerate() {
                assert_eq!((seen.width, seen.height), (WIDTH as u32, HEIGHT as u32));
                let near = |row: usize| psnr_db(&seen.bytes, &picture(camera, number, row));
                assert!(near(row) > 27.0, "{name} {number} {row}: {} dB", near(row));
                for other in [row.wrapping_sub(1), row + 1] {
                    assert!(
                        near(row) > near(other.min(99)) + 3.0,
                        "{name} {number}: {row} or {other}"
                    );
                }
            }
            // Any of them alone, and some of them.
            for wanted in [
                vec![0],
                vec![7],
                vec![12],
                vec![3, 4, 11],
                vec![5, 5, 6, 9],
                vec![],
            ] {
                let some = open.pictures(number, name, &wanted).unwrap();
                assert_eq!(some.len(), wanted.len());
                for (some, row) in some.iter().zip(&wanted) {
                    assert!(*some == seen[*row], "{wanted:?}");
                }
            }
            assert!(open.pictures(number, name, &[ROWS]).is_err());
        }
    }
}

#[test]
fn the_file_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = videos(folder.path());
    write(&dataset).unwrap();
    for shard in shards(&dataset.run) {
        let (chunk, file) = (shard.chunk, shard.file);
        let name = format!("videos/{FRONT}/chunk-{chunk:03}/file-{file:03}.mp4");
        let list = list(&folder.path().join(name));
        assert_eq!((list.mvhd.timescale, list.mvhd.duration), (10, 26));
        let track = &list.trak[0];
        assert_eq!((track.mdia.mdhd.timescale, track.mdia.mdhd.duration), (10, 26));
        let table = &track.mdia.minf.stbl;
        // A frame each tick, and an episode a chunk.
        let times: Vec<_> = table
            .stts
            .entries
            .iter()
            .map(|run| (run.sample_count, run.sample_delta))
            .collect();
        assert_eq!(times, [(26, 1)]);
        assert_eq!(table.stsc.entries.len(), 1);
        assert_eq!(table.stsc.entries[0].samples_per_chunk, ROWS as u32);
        assert_eq!(table.stco.as_ref().unwrap().entries.len(), 2);
        let keys: Vec<u32> = (0..2 * ROWS as u32)
            .filter(|frame| (frame % ROWS as u32).is_multiple_of(GOP as u32))
            .map(|frame| frame + 1)
            .collect();
        assert_eq!(table.stss.as_ref().unwrap().entries, keys);
        let Codec::Avc1(picture) = &table.stsd.codecs[0] else {
            panic!("H.264")
        };
        assert_eq!(
            (picture.visual.width, picture.visual.height),
            (WIDTH as u16, HEIGHT as u16)
        );
        // Constrained baseline: no frame waits for a later one.
        assert_eq!(picture.avcc.avc_profile_indication, 66);
        assert!(picture.colr.is_some());
    }
}

#[test]
fn the_episode_table_says_where_each_episode_is() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = videos(folder.path());
    write(&dataset).unwrap();
    for shard in shards(&dataset.run) {
        let (chunk, file) = (shard.chunk, shard.file);
        let path = folder
            .path()
            .join(format!("meta/episodes/chunk-{chunk:03}/file-{file:03}.parquet"));
        let count = shard.episodes.end - shard.episodes.start;
        let table = terrella_exporters::read::rows(&path, None, 0..count).unwrap();
        for key in [FRONT, WRIST] {
            let column = |part: &str| table.column_by_name(&format!("videos/{key}/{part}")).unwrap();
            let whole = |part: &str| column(part).as_primitive::<Int64Type>().values().to_vec();
            let seconds = |part: &str| column(part).as_primitive::<Float64Type>().values().to_vec();
            assert_eq!(whole("chunk_index"), vec![chunk as i64; count as usize]);
            assert_eq!(whole("file_index"), vec![file as i64; count as usize]);
            assert_eq!(seconds("from_timestamp"), [0.0, 1.3][..count as usize]);
            assert_eq!(seconds("to_timestamp"), [1.3, 2.6][..count as usize]);
        }
    }
}

#[test]
fn lerobot_is_told_of_video_features() {
    let folder = tempfile::tempdir().unwrap();
    write(&videos(folder.path())).unwrap();
    let info: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("meta/info.json")).unwrap()).unwrap();
    let path = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4";
    assert_eq!(info["video_path"], path);
    let feature = &info["features"][FRONT];
    assert_eq!(feature["dtype"], "video");
    assert_eq!(feature["shape"], serde_json::json!([HEIGHT, WIDTH, 3]));
    assert_eq!(feature["info"]["video.fps"], 10);
    assert_eq!(feature["info"]["video.codec"], "h264");
    let stats: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("meta/stats.json")).unwrap()).unwrap();
    assert_eq!(stats[FRONT]["mean"].as_array().unwrap().len(), 3);
    // `datasets` reads its features from the file.
    let open = OpenDataset::open(folder.path()).unwrap();
    let rows = open.rows(Table::Data, 0).unwrap();
    assert!(
        !rows
            .schema()
            .metadata()
            .values()
            .any(|text| text.contains("images"))
    );
    let card = fs::read_to_string(folder.path().join("README.md")).unwrap();
    assert!(
        card.contains("Pictures are videos") && card.contains("import av"),
        "{card}"
    );
    assert!(fs::metadata(folder.path().join("meta/terrella/preview.png")).is_ok());
}

#[test]
fn without_cameras_there_is_no_video() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = dataset(folder.path(), false, ImageFormat::Mp4, Rows::Trajectories);
    common::write(&dataset).unwrap();
    assert!(!folder.path().join("videos").exists());
    let info = fs::read_to_string(folder.path().join("meta/info.json")).unwrap();
    assert!(info.contains("\"video_path\": null"), "{info}");
    assert!(!dataset.full_domain().contains_key("h264"));
}

/// The coded frames of each episode, by episode and camera.
fn coded(root: &Path) -> BTreeMap<(u64, &'static str), Vec<Vec<u8>>> {
    let open = OpenDataset::open(root).unwrap();
    let mut coded = BTreeMap::new();
    for number in 0..10 {
        let values = open.values(Table::Data, number).unwrap();
        for name in [FRONT, WRIST] {
            let frames = values.column_by_name(name).unwrap().as_binary::<i32>();
            coded.insert(
                (number, name),
                (0..frames.len()).map(|row| frames.value(row).to_vec()).collect(),
            );
        }
    }
    coded
}

#[test]
fn an_episode_is_coded_without_its_neighbours_and_hashed_by_its_bytes() {
    let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let dataset = videos(one.path());
    write(&dataset).unwrap();
    let mut larger = videos(other.path());
    larger.run.spec.files.shard_episodes = Some(6);
    write(&larger).unwrap();
    assert!(coded(one.path()) == coded(other.path()));
    let open = OpenDataset::open(one.path()).unwrap();
    for shard in &open.manifest().shards {
        for (table, file) in [(Table::Data, &shard.files[0]), (Table::Sim, &shard.files[1])] {
            assert_eq!(
                Some(open.content_hash(table, shard).unwrap()),
                file.content,
                "{}",
                file.path
            );
        }
        let frames = (shard.episodes.end - shard.episodes.start) * ROWS as u64;
        let videos = shard.files.iter().filter(|file| file.path.ends_with(".mp4"));
        assert_eq!(
            videos.map(|file| file.rows).collect::<Vec<_>>(),
            [Some(frames); 2]
        );
    }
}

#[test]
fn an_episode_that_is_made_again_is_compared_with_its_frames() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = videos(folder.path());
    write(&dataset).unwrap();
    let open = OpenDataset::open(folder.path()).unwrap();
    assert_eq!(
        first_difference(&dataset, &open, painted(&dataset, 3)).unwrap(),
        None
    );
    let mut other = painted(&dataset, 3);
    for column in &mut other.columns {
        if let (Values::Rgb(pixels), true) = (&mut column.values, column.spec.name == WRIST) {
            let frame = HEIGHT * WIDTH * 3;
            pixels[7 * frame..7 * frame + 600].fill(255);
        }
    }
    let difference = first_difference(&dataset, &open, other).unwrap().unwrap();
    assert_eq!((difference.row, difference.column.as_str()), (Some(7), WRIST));
}

#[test]
fn lost_and_stray_files_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = videos(folder.path());
    write(&dataset).unwrap();
    let name = format!("videos/{WRIST}/chunk-000/file-001.mp4");
    let path = folder.path().join(&name);
    let bytes = fs::read(&path).unwrap();
    let shard = &shards(&dataset.run)[1];
    let found = |depth| {
        let checker = Checker::new(&dataset, depth).unwrap();
        let mut found = checker.shard(shard).unwrap();
        found.extend(checker.whole(&[]).unwrap());
        found
            .into_iter()
            .map(|finding| (finding.path, finding.shard, finding.fault))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(Depth::Full), []);
    let mut flipped = bytes.clone();
    flipped[200] ^= 1;
    fs::write(&path, &flipped).unwrap();
    assert_eq!(found(Depth::Full), [(name.clone(), Some(1), Fault::Bytes)]);
    fs::remove_file(&path).unwrap();
    assert_eq!(found(Depth::Quick), [(name.clone(), Some(1), Fault::Missing)]);
    fs::write(&path, &bytes).unwrap();
    let stray = format!("videos/{WRIST}/chunk-000/file-009.mp4");
    fs::write(folder.path().join(&stray), "").unwrap();
    assert_eq!(found(Depth::Quick), [(stray, None, Fault::Unknown)]);
}

#[test]
fn what_is_no_video_of_ours_is_refused_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    write(&videos(folder.path())).unwrap();
    let whole = fs::read(
        folder
            .path()
            .join(format!("videos/{FRONT}/chunk-000/file-000.mp4")),
    )
    .unwrap();
    let path = folder.path().join("other.mp4");
    let open = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let mut video = Video::open(&path, 26)?;
        video.pictures(&[0, 8, 20], [HEIGHT, WIDTH])
    };
    assert_eq!(open(&whole).unwrap().len(), 3);
    for end in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        assert!(open(&whole[..end]).is_err(), "{end} bytes");
    }
    let list = whole.windows(4).rposition(|kind| kind == b"moov").unwrap() - 4;
    let mut refused = 0;
    for at in list..whole.len() {
        for flip in [0x01, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            refused += usize::from(open(&bytes).is_err());
        }
    }
    assert!(refused > 100, "only {refused} were refused");
    let other_size = Video::open(&path, 26).and_then(|mut video| video.pictures(&[0], [HEIGHT, 2 * WIDTH]));
    assert!(other_size.is_err());
    fs::write(&path, &whole).unwrap();
    assert!(Video::open(&path, 25).is_err());
    let refused = Video::open(&path, 26)
        .unwrap()
        .pictures(&[0], [HEIGHT, 2 * WIDTH])
        .unwrap_err();
    assert!(
        refused.to_string().contains("no stream of pictures of 64 x 24"),
        "{refused}"
    );
}

#[test]
fn what_cannot_be_a_video_is_refused_before_a_file_is_begun() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = videos(folder.path());
    long.fps = 1;
    long.run.spec.files.shard_episodes = Some(100);
    let error = lerobot().start_shard(&long, &shards(&long.run)[0]).err().unwrap();
    assert!(error.to_string().contains("at most 1000 s"), "{error}");
    let mut odd = videos(folder.path());
    for column in &mut odd.columns {
        if column.name == FRONT {
            column.extent = terrella_spec::columns::Extent::Picture(23, 32);
        }
    }
    let error = lerobot().start_shard(&odd, &shards(&odd.run)[0]).err().unwrap();
    assert!(error.to_string().contains("take 32 x 24"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
