//! Made-up episodes, the same every time: what the tests and the example write.

use std::path::Path;
use terrella_exporters::{BadEpisode, Dataset, ExportError, Exporter, Finished, exporter};
use terrella_record::episode::{Branch, Column, Episode, EpisodeMeta, Values};
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::run::{ImageFormat, ResolvedRun, Rows, RunSpec, SplitSpec, WorldSource};
use terrella_spec::shards::{Shard, shards, splits};

pub const HEIGHT: usize = 24;
pub const WIDTH: usize = 32;
const CAMERAS: [&str; 2] = ["observation.images.front", "observation.images.wrist"];

/// A dataset of 10 episodes of 12 steps in three splits and five shards.
pub fn dataset(root: &Path, cameras: bool, images: ImageFormat, rows: Rows) -> Dataset {
    let mut spec = RunSpec::new(WorldSource::Family("push".into()));
    spec.seed = 7;
    spec.episodes = 10;
    spec.steps = Some(12);
    let split = |name: &str, share| SplitSpec {
        name: name.into(),
        share,
        ood: None,
    };
    spec.splits = vec![
        split("train", 0.6),
        split("validation", 0.2),
        split("test_ood", 0.2),
    ];
    spec.files.shard_episodes = Some(2);
    spec.files.images = images;
    spec.files.rows = rows;
    Dataset {
        root: root.to_path_buf(),
        run: ResolvedRun { spec, scene: None },
        columns: columns(cameras),
        agents: Vec::new(),
        fps: 10,
        factors: vec![
            FactorSpec::real(
                "friction",
                "",
                "Friction of the floor.",
                Dist::uniform(0.2, 0.8).ood(0.8, 1.5),
            ),
            FactorSpec::real("mass", "kg", "Mass of each block.", Dist::uniform(0.1, 1.0)).for_each(),
            FactorSpec::count("blocks", "How many blocks.", 1, 3, Some((4, 5))),
            FactorSpec::choice("shape", "Shape of each block.", &["box", "ball"], &["cone"]).for_each(),
            FactorSpec::real(
                "wind",
                "m/s",
                "Speed of the wind, where there is any.",
                Dist::fixed(1.0),
            ),
        ],
        tasks: vec!["push the block".into(), "reach the goal".into()],
        name: "push".into(),
        title: "Push: blocks on a table".into(),
        doc: "Blocks are pushed about on a table.".into(),
        question: "Does it know what a push does?".into(),
        families: Vec::new(),
        domain: [("terrella", "0.1.0"), ("rapier3d", "0.36.1"), ("renderer", "cpu")]
            .map(|(name, version)| (name.to_string(), version.to_string()))
            .into(),
    }
}

fn columns(cameras: bool) -> Vec<ColumnSpec> {
    let words = |list: &[&str]| list.iter().map(|word| word.to_string()).collect::<Vec<_>>();
    let data = |name: &str, dtype, doc: &str| ColumnSpec::scalar(Table::Data, name, dtype, "", doc);
    let sim = |name: &str, dtype, doc: &str| ColumnSpec::scalar(Table::Sim, name, dtype, "", doc);
    let mut columns = vec![
        data("observation.state", Dtype::Float32, "What the arm feels.")
            .extent(Extent::Fixed(4))
            .elements(words(&["x", "y", "z", "grip"]), words(&["m", "m", "m", "1"]))
            .in_frame("world"),
        data("observation.height", Dtype::Float32, "A feature of one element.").extent(Extent::Fixed(1)),
        data("action", Dtype::Float32, "Velocity asked of the hand.")
            .extent(Extent::Fixed(2))
            .elements(words(&["vx", "vy"]), words(&["m/s"])),
        data("agents.action", Dtype::Float32, "Velocities asked of two hands.")
            .extent(Extent::Grid(2, 3))
            .elements(words(&["vx", "vy", "vz"]), words(&["m/s"])),
        data("next.reward", Dtype::Float32, "Reward | of the step."),
        data(
            "next.done",
            Dtype::Bool,
            "True when the episode ends after the step.",
        ),
        data("next.terminated", Dtype::Bool, "True when the world ends."),
        data("next.truncated", Dtype::Bool, "True when time is up."),
        data("next.success", Dtype::Bool, "True when the task is solved."),
        data("is_first", Dtype::Bool, "True in the first row."),
        data("is_last", Dtype::Bool, "True in the last row."),
        data("is_terminal", Dtype::Bool, "True where the world ended."),
        data("seed", Dtype::Int64, "Fingerprint of the seed path."),
        data("note", Dtype::String, "A text."),
        sim("bodies", Dtype::Float32, "State of every body.").extent(Extent::List(13)),
        sim("contacts", Dtype::Float32, "Points of contact.").extent(Extent::List(3)),
        sim("contact_bodies", Dtype::Int32, "Bodies in contact.").extent(Extent::List(2)),
        sim("events", Dtype::Int32, "What happened.").extent(Extent::List(1)),
        sim("gravity", Dtype::Float32, "Gravity.").extent(Extent::Fixed(3)),
        sim("state_digest", Dtype::Int64, "Hash of the state."),
    ];
    if cameras {
        let picture = Extent::Picture(HEIGHT, WIDTH);
        columns.extend(CAMERAS.map(|name| data(name, Dtype::Image, "A camera.").extent(picture.clone())));
        for (name, dtype) in [
            ("depth.front", Dtype::Raster16),
            ("normals.front", Dtype::RasterI8x3),
            ("flow.front", Dtype::RasterF32x2),
            ("points.front", Dtype::RasterF32x3),
        ] {
            columns.push(sim(name, dtype, "A raster.").extent(picture.clone()));
        }
    }
    columns
}

/// An episode, the same for the same number.
pub fn episode(dataset: &Dataset, episode: u64) -> Episode {
    let rows = dataset.run.steps() as usize + 1;
    let split = splits(&dataset.run.spec)
        .into_iter()
        .find(|split| split.episodes.contains(&episode))
        .unwrap();
    let mut noise = Noise(episode + 1);
    let columns = dataset
        .columns
        .iter()
        .map(|spec| column(spec, rows, episode, &mut noise))
        .collect();
    let factors = [
        ("friction", FactorValue::Real(0.2 + episode as f64 * 0.05)),
        ("mass", FactorValue::Reals(vec![0.5; episode as usize % 3])),
        ("blocks", FactorValue::Count(1 + episode as i64 % 3)),
        (
            "shape",
            FactorValue::Words(vec!["box".to_string(), "ball".to_string()]),
        ),
    ];
    let meta = EpisodeMeta {
        episode,
        split: split.name,
        task: dataset.tasks[episode as usize % 2].clone(),
        seed: 0x7fff_ffff_ffff_0000 + episode as i64,
        attempt: (episode % 4 == 3) as u32,
        policy: "expert".into(),
        policy_parameters: "{}".into(),
        factors: factors
            .into_iter()
            .map(|(name, value)| (name.to_string(), value))
            .collect(),
        ood: if episode >= 8 {
            vec!["friction".into()]
        } else {
            Vec::new()
        },
        body_names: vec!["table".into(), "block".into()],
        body_classes: vec!["furniture".into(), "block".into()],
        body_masses_kg: vec![0.0, 0.5],
        cameras: r#"{"front":{"width":32,"height":24,"fx":30.0,"fy":30.0,"cx":16.0,"cy":12.0}}"#.into(),
        world: r#"{"name":"push"}"#.into(),
        plan_digest: format!("plan{episode}"),
        action_digest: format!("action{episode}"),
        state_digest: format!("state{episode}"),
        episode_return: episode as f64 / 3.0,
        success: episode.is_multiple_of(2),
        success_step: if episode.is_multiple_of(2) { 5 } else { -1 },
        terminated: false,
        branch: (episode == 5).then(|| Branch {
            parent: 4,
            step: 6,
            intervention: "push harder".into(),
            detectable_secs: Some(0.75),
        }),
    };
    Episode { meta, columns }
}

fn column(spec: &ColumnSpec, rows: usize, episode: u64, noise: &mut Noise) -> Column {
    let (mut ends, mut end) = (Vec::new(), 0);
    let count = match spec.extent {
        Extent::Scalar => rows,
        Extent::Fixed(width) => rows * width,
        Extent::Grid(items, width) => rows * items * width,
        Extent::Picture(height, width) => rows * height * width * spec.dtype.channels(),
        Extent::List(width) => {
            for row in 0..rows {
                end += (width * ((row + episode as usize) % 3)) as u32;
                ends.push(end);
            }
            end as usize
        }
    };
    let last = rows - 1;
    let values = match (spec.dtype, spec.name.as_str()) {
        (_, "is_first") => Values::Bool((0..rows).map(|row| row == 0).collect()),
        (_, "is_last") => Values::Bool((0..rows).map(|row| row == last).collect()),
        (_, "next.done" | "next.truncated") => Values::Bool((0..rows).map(|row| row + 1 >= last).collect()),
        (Dtype::Float32, "action" | "next.reward") => {
            let width = count / rows;
            Values::Float32(
                (0..count)
                    .map(|at| if at / width == last { 0.0 } else { noise.unit() })
                    .collect(),
            )
        }
        (_, "seed") => Values::Int64(vec![0x7fff_ffff_ffff_0000 + episode as i64; rows]),
        (Dtype::Float32, _) => Values::Float32((0..count).map(|_| noise.unit()).collect()),
        (Dtype::Int64, _) => Values::Int64((0..count).map(|_| noise.next() as i64 & i64::MAX).collect()),
        (Dtype::Int32, _) => Values::Int32((0..count).map(|_| (noise.next() % 5) as i32).collect()),
        (Dtype::Bool, _) => Values::Bool(vec![false; count]),
        (Dtype::String, _) => Values::Text((0..count).map(|row| format!("row {row}")).collect()),
        (Dtype::Image, _) => Values::Rgb(
            (0..count)
                .map(|at| (at / 3 + at % 3 * 40 + episode as usize) as u8)
                .collect(),
        ),
        (Dtype::Raster16, _) => Values::Raster16((0..count).map(|at| at as u16).collect()),
        (Dtype::RasterI8x3, _) => Values::RasterI8((0..count).map(|at| at as i8).collect()),
        (Dtype::RasterF32x2 | Dtype::RasterF32x3, _) => {
            Values::RasterF32((0..count).map(|_| noise.unit()).collect())
        }
        (Dtype::Float64, _) => unreachable!("no column here is 64-bit"),
    };
    Column {
        spec: spec.clone(),
        values,
        ends,
    }
}

struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        self.0 >> 1
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 39) as f32 / 8388608.0 - 0.5
    }
}

/// A world that failed.
pub fn bad_episode() -> BadEpisode {
    BadEpisode {
        episode: 3,
        seed: 99,
        attempt: 0,
        step: 8,
        reason: "NaN in the state of block".into(),
        replay_command: "terrella replay 3 --attempt 0".into(),
    }
}

/// Writes and commits one shard.
pub fn write_shard(dataset: &Dataset, shard: &Shard) -> Result<(), ExportError> {
    let mut writer = lerobot().start_shard(dataset, shard)?;
    for number in shard.episodes.clone() {
        writer.write(episode(dataset, number))?;
    }
    let bad = if shard.episodes.contains(&3) {
        vec![bad_episode()]
    } else {
        Vec::new()
    };
    writer.close(bad)?.commit().map(|_| ())
}

/// Writes a whole dataset.
pub fn write(dataset: &Dataset) -> Result<Finished, ExportError> {
    for shard in shards(&dataset.run) {
        write_shard(dataset, &shard)?;
    }
    lerobot().finalize(dataset)
}

pub fn lerobot() -> &'static dyn Exporter {
    exporter("lerobot").expect("the default format is registered")
}
