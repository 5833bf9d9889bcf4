//! The dataset card: what a person reads first, and where the Hub finds splits and tables.

use super::paths;
use crate::manifest::{ChannelRecord, Manifest};
use crate::video::keys;
use crate::{ExportError, commit::FileRecord};
use arrow::datatypes::DataType;
use std::fmt::{Display, Write};
use terrella_record::schema::shape;
use terrella_record::table::{Videos, episode_columns};
use terrella_spec::columns::{ColumnSpec, Dtype};
use terrella_spec::dist::Law;
use terrella_spec::factor::{FactorKind, FactorSpec};
use terrella_spec::run::{ImageFormat, RendererKind, Rows};

/// The text of `README.md`.
pub fn card(manifest: &Manifest, factors: &[FactorSpec], videos: &Videos) -> Result<String, ExportError> {
    let mut text = front_matter(manifest);
    introduction(&mut text, manifest);
    splits(&mut text, manifest);
    twins(&mut text, manifest);
    rows(&mut text, manifest);
    text += "\n## Columns of `data/`\n\nWhat a learner is given.\n\n";
    columns(&mut text, &manifest.data_columns, manifest.run.spec.files.images);
    text +=
        "\n## Columns of `sim/`\n\nPrivileged truth: the same rows in the same order, joined by `index`.\n\n";
    columns(&mut text, &manifest.sim_columns, manifest.run.spec.files.images);
    text += "\n## Columns of `meta/episodes/`\n\nOne row per episode. Beside these, `stats/FEATURE/...` holds the \
        statistics of each episode.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n";
    for column in episode_columns(&[], factors, videos)? {
        let data_type = type_name(column.values.data_type());
        row(
            &mut text,
            &[&code(&column.name), &code(data_type), &column.unit, &column.doc],
        );
    }
    families(&mut text, manifest);
    factor_table(&mut text, factors);
    loading(&mut text, manifest);
    provenance(&mut text, manifest);
    Ok(text)
}

/// What the numbers of each family are, where families are mixed.
fn families(text: &mut String, manifest: &Manifest) {
    if manifest.families.is_empty() {
        return;
    }
    *text += "\n## Families\n\nEpisode `e` is of the family in row `e` modulo their number; `factor.family` says which. The \
        names are those of the first numbers of `action`, `observation.state` and `agents.reward`.\n\n\
        | family | action | state | agents | cameras main, second | success |\n|---|---|---|---|---|---|\n";
    let names = |channels: &[ChannelRecord]| {
        let named = channels.iter().map(|channel| match channel.unit.as_str() {
            "" => channel.name.clone(),
            unit => format!("{} {unit}", channel.name),
        });
        named.collect::<Vec<_>>().join(", ")
    };
    for family in &manifest.families {
        let agents: Vec<&str> = family.agents.iter().map(|agent| agent.name.as_str()).collect();
        row(
            text,
            &[
                &code(&family.name),
                &names(&family.action),
                &names(&family.state),
                &agents.join(", "),
                &family.cameras.join(", "),
                &family.success,
            ],
        );
    }
}

fn front_matter(manifest: &Manifest) -> String {
    let mut text = format!(
        "---\nlicense: cc0-1.0\npretty_name: {}\ntask_categories: [robotics, reinforcement-learning]\n\
         tags: [LeRobot, world-model, simulation, synthetic]\nconfigs:\n",
        serde_json::to_string(&manifest.title).expect("a text")
    );
    for (config, folder) in [("default", "data"), ("sim", "sim"), ("episodes", "meta/episodes")] {
        text += &format!("- config_name: {config}\n");
        if config == "default" {
            text += "  default: true\n";
        }
        text += "  data_files:\n";
        for split in manifest.splits.iter().filter(|split| !split.chunks.is_empty()) {
            text += &format!("  - split: {}\n    path:\n", split.name);
            for chunk in &split.chunks {
                text += &format!("    - {folder}/chunk-{chunk:03}/*.parquet\n");
            }
        }
    }
    text + "---\n\n"
}

fn introduction(text: &mut String, manifest: &Manifest) {
    *text += &format!("# {}\n\n{}\n", manifest.title, manifest.doc);
    if !manifest.question.is_empty() {
        *text += &format!("\n**The question it asks of a model:** {}\n", manifest.question);
    }
    if manifest
        .files
        .iter()
        .any(|file: &FileRecord| file.path == paths::PREVIEW)
    {
        *text += &format!(
            "\n![Frames of some episodes, time from left to right]({})\n",
            paths::PREVIEW
        );
    }
    *text += &format!(
        "\n{} episodes of {} rows at {} Hz: {} rows in {} shards, {:.1} MB. Made by Terrella, a simulator of worlds \
         for world models: every episode can be made again from its seed.\n",
        manifest.episodes,
        manifest.rows_per_episode,
        manifest.fps,
        manifest.rows,
        manifest.shards.len(),
        shard_bytes(manifest) as f64 / 1e6,
    );
    if manifest.tasks.len() > 1 {
        *text += "\nTasks:\n\n";
        manifest
            .tasks
            .iter()
            .for_each(|task| *text += &format!("- {task}\n"));
    } else {
        *text += &format!("\nTask: {}\n", manifest.tasks[0]);
    }
}

fn splits(text: &mut String, manifest: &Manifest) {
    *text += "\n## Splits\n\n| split | episodes | rows | files |\n|---|---|---|---|\n";
    for split in manifest.splits.iter().filter(|split| !split.chunks.is_empty()) {
        let episodes = split.episodes.end - split.episodes.start;
        let chunks: Vec<String> = split
            .chunks
            .iter()
            .map(|chunk| code(format!("data/chunk-{chunk:03}")))
            .collect();
        let range = format!(
            "{} ({} to {})",
            episodes,
            split.episodes.start,
            split.episodes.end - 1
        );
        row(
            text,
            &[
                &code(&split.name),
                &range,
                &(episodes * manifest.rows_per_episode),
                &chunks.join(", "),
            ],
        );
    }
}

fn twins(text: &mut String, manifest: &Manifest) {
    if manifest.run.spec.healthy_twins {
        *text += "\n## Healthy twins\n\nEpisodes come in pairs: 2k as its policy played it, and 2k + 1 its healthy twin, the same \
            world from the same seed without what goes wrong in it (the severity of every fault is 0, or the site is the ideal one), in \
            which the very same actions were taken (policy `replay`). In `meta/episodes/`, `branch_parent` of a twin is the episode \
            that it is the twin of, and -1 in all others. Up to a fault's onset both are equal; where nothing goes wrong, to the \
            end. `detectable_secs` of a twin is when the fault is first to be seen in telemetry: when a reading of the two differs by \
            more than 2 % of that reading's range.\n";
    }
}

fn rows(text: &mut String, manifest: &Manifest) {
    *text += "\n## Rows and time\n\n";
    *text += match manifest.run.spec.files.rows {
        Rows::Trajectories => {
            "Row t holds the observation o_t and the action a_t taken there. `next.reward` and the `next.` flags are of \
             the step that a_t causes. The last row of an episode holds the final observation; its action and reward are \
             0 and mean nothing (`is_last` is true). `is_terminal` says that the world ended there; `is_last` without it \
             says that time was up. The world goes on after success and after a terminal state, to the same length.\n"
        }
        Rows::Transitions => {
            "Row t is a whole transition: the observation o_t, the action a_t taken there, `next.reward` and the `next.` \
             flags of the step that a_t causes, and `next.observation.state`. `is_last` marks the last transition of an \
             episode, `is_terminal` one after which the world ended.\n"
        }
    };
    *text += match manifest.run.spec.files.images {
        ImageFormat::Jpeg if has_pictures(manifest) => {
            "\nPictures are JPEG of quality 95 without loss of colour resolution: near what was drawn, and not equal to it.\n"
        }
        ImageFormat::Mp4 if has_pictures(manifest) => {
            "\nPictures are videos, `videos/KEY/chunk-CCC/file-FFF.mp4`, and no columns of the Parquet files: LeRobot reads them, other \
             readers see the rows without them (see below). They are H.264 with colour at half the resolution (4:2:0) and a key \
             frame every 5 frames: near what was drawn, and not equal to it. The episodes of a file follow each other: row t of an \
             episode is the frame at `videos/KEY/from_timestamp` + t / fps seconds, columns of `meta/episodes/`.\n"
        }
        ImageFormat::Qoi if has_pictures(manifest) => {
            "\nPictures are QOI: Pillow 9.5 and later opens them, and with it LeRobot and `datasets`, but slowly; browsers do not.\n"
        }
        ImageFormat::Ppm if has_pictures(manifest) => {
            "\nPictures are PPM, raw pixels that the Parquet file compresses over the frames of an episode: what opens PNG opens \
             them. LeRobot and `datasets` copy what they read into a cache of their own, there uncompressed.\n"
        }
        _ => "",
    };
    *text += "\nPictures are 8-bit RGB, row by row from the top left. A column with a shape of two numbers holds a matrix: so many items, \
        whose elements are those that are named. A list column holds a flat list of numbers: so many \
        for each item, in the order of the names. Rasters are little-endian numbers, row by row from the \
        top left, as one binary: `numpy.frombuffer(value, '<u2').reshape(height, width)` where the type is uint16, and in the \
        same way `'i1'` for int8 and `'<f4'` for float32, reshaped to the shape below. Lists per body are in the order \
        of `body_names` in the episode table.\n";
}

fn has_pictures(manifest: &Manifest) -> bool {
    manifest
        .data_columns
        .iter()
        .any(|spec| spec.dtype == Dtype::Image)
}

fn columns(text: &mut String, columns: &[ColumnSpec], images: ImageFormat) {
    *text += "| column | type | shape | unit | frame | meaning |\n|---|---|---|---|---|---|\n";
    for spec in columns {
        let shape = match spec.extent {
            terrella_spec::columns::Extent::List(1) => "any".to_string(),
            terrella_spec::columns::Extent::List(width) => format!("any x {width}"),
            _ => shape(spec)
                .iter()
                .map(i64::to_string)
                .collect::<Vec<_>>()
                .join(" x "),
        };
        let one_unit = spec.units.iter().all(|unit| *unit == spec.units[0]);
        let units = if one_unit {
            &spec.units[..spec.units.len().min(1)]
        } else {
            &spec.units
        };
        let names = if spec.names.is_empty() {
            String::new()
        } else {
            format!(" Elements: {}.", spec.names.join(", "))
        };
        let stored = match (spec.dtype, images) {
            (Dtype::Image, ImageFormat::Png) => "image (PNG)",
            (Dtype::Image, ImageFormat::Ppm) => "image (PPM)",
            (Dtype::Image, ImageFormat::Jpeg) => "image (JPEG)",
            (Dtype::Image, ImageFormat::Qoi) => "image (QOI)",
            (Dtype::Image, ImageFormat::Mp4) => "video (MP4)",
            (dtype, _) => dtype.name(),
        };
        let doc = format!("{}{names}", spec.doc);
        row(
            text,
            &[
                &code(&spec.name),
                &code(stored),
                &shape,
                &units.join(", "),
                &spec.frame,
                &doc,
            ],
        );
    }
}

fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::List(items) => format!("list of {}", type_name(items.data_type())),
        DataType::Utf8 => "string".to_string(),
        DataType::Boolean => "bool".to_string(),
        other => other.to_string().to_lowercase(),
    }
}

fn factor_table(text: &mut String, factors: &[FactorSpec]) {
    if factors.is_empty() {
        return;
    }
    *text += "\n## Factors of variation\n\nDrawn anew for every episode and kept in the columns `factor.NAME` of the episode \
        table. `ood` there names those drawn out of distribution.\n\n\
        | factor | unit | in distribution | out of distribution | meaning |\n|---|---|---|---|---|\n";
    for factor in factors {
        let (inside, outside) = match &factor.kind {
            FactorKind::Real(dist) => (law(&dist.law), dist.ood.as_ref().map(law)),
            FactorKind::Count { low, high, ood } => (
                format!("{low} to {high}"),
                ood.map(|(low, high)| format!("{low} to {high}")),
            ),
            FactorKind::Choice { options, ood } => {
                (options.join(", "), (!ood.is_empty()).then(|| ood.join(", ")))
            }
        };
        let each = if factor.each {
            " One value for each of several things."
        } else {
            ""
        };
        let doc = format!("{}{each}", factor.doc);
        row(
            text,
            &[
                &code(&factor.name),
                &factor.unit,
                &inside,
                &outside.unwrap_or_default(),
                &doc,
            ],
        );
    }
}

fn law(law: &Law) -> String {
    match law {
        Law::Fixed(value) => value.to_string(),
        Law::Uniform(low, high) => format!("uniform {low} to {high}"),
        Law::LogUniform(low, high) => format!("log-uniform {low} to {high}"),
        Law::Normal(mean, std) => format!("normal, mean {mean}, std {std}"),
        Law::Choice(values) => format!(
            "one of {}",
            values.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn loading(text: &mut String, manifest: &Manifest) {
    let split = manifest.splits.iter().find(|split| !split.chunks.is_empty());
    let name = split.map_or("train", |split| &split.name);
    let chunk = split.map_or(0, |split| split.chunks[0]);
    let chunk = format!("chunk-{chunk:03}");
    let _ = write!(
        text,
        r#"
## Loading

`FOLDER` is where this file stands.

```python
# LeRobot (offline: HF_HUB_OFFLINE=1). It knows no splits by name: take the episodes from the table above.
from lerobot.datasets.lerobot_dataset import LeRobotDataset
dataset = LeRobotDataset("local/{lerobot}", root=FOLDER, delta_timestamps={{"action": [0.0, 1 / {fps}]}})

# Hugging Face datasets: the configs are default, sim and episodes.
import datasets
frames = datasets.load_dataset(FOLDER, "default", split="{name}")
truth = datasets.load_dataset(FOLDER, "sim", split="{name}")

# pyarrow
import pyarrow.parquet as pq
table = pq.read_table(f"{{FOLDER}}/data/{chunk}")
privileged = pq.read_table(f"{{FOLDER}}/sim/{chunk}")

# Polars
import polars as pl
lazy = pl.scan_parquet(f"{{FOLDER}}/data/*/*.parquet")

# DuckDB
import duckdb
duckdb.sql(f"""SELECT policy, avg("return"), avg(success::int) FROM '{{FOLDER}}/meta/episodes/*/*.parquet' GROUP BY policy""")

# PyTorch, any window of steps (actions from t to t + 3 here)
from torch.utils.data import DataLoader
windows = LeRobotDataset("local/{lerobot}", root=FOLDER, delta_timestamps={{"action": [k / {fps} for k in range(4)]}})
loader = DataLoader(windows, batch_size=32, shuffle=True, num_workers=4)
```
"#,
        lerobot = manifest.name,
        fps = manifest.fps,
    );
    let images = manifest.run.spec.files.images;
    if let Some(key) = keys(&manifest.data_columns, images).first() {
        let _ = write!(
            text,
            r#"
The pictures of an episode without LeRobot, by PyAV:

```python
import av, pyarrow.parquet as pq
episode = pq.read_table(f"{{FOLDER}}/meta/episodes/{chunk}").to_pylist()[0]
key, fps = "{key}", {fps}
at = [episode[f"videos/{{key}}/{{part}}_index"] for part in ("chunk", "file")]
first = round(episode[f"videos/{{key}}/from_timestamp"] * fps)
with av.open(f"{{FOLDER}}/videos/{{key}}/chunk-{{at[0]:03d}}/file-{{at[1]:03d}}.mp4") as video:
    frames = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)][first:first + episode["length"]]
```
"#,
            fps = manifest.fps,
        );
    }
}

fn provenance(text: &mut String, manifest: &Manifest) {
    let exact = match manifest.run.spec.renderer {
        RendererKind::Gpu => {
            "A GPU drew the pictures: the same run with the same versions gives the same bytes but for these, which another \
             GPU or another driver may round otherwise."
        }
        _ => "The same run with the same versions gives the same bytes.",
    };
    *text += "\n## Making it again\n\n";
    *text += exact;
    *text += " The whole run stands in \
        `meta/terrella/manifest.json`, with the size and the BLAKE3 of every file, and for every table a hash of its values \
        that does not depend on the encoding. An interrupted run goes on when the same `terrella generate` command is given \
        again; `terrella replay FOLDER --episode N` simulates an episode anew and compares every step with the file.\n\n| | |\n|---|---|\n";
    row(text, &[&"run", &code(&manifest.run_digest)]);
    for (name, version) in &manifest.domain {
        row(text, &[name, &code(version)]);
    }
    row(text, &[&"seed", &manifest.run.spec.seed]);
    row(
        text,
        &[&"worlds that failed and were drawn anew", &manifest.bad_episodes],
    );
    *text += "\nWorlds that failed are listed with their reasons in `meta/terrella/quarantine/`, where there are any.\n\
        \nThe licence of generated data is yours to choose; `cc0-1.0` above is a proposal.\n";
}

fn shard_bytes(manifest: &Manifest) -> u64 {
    manifest
        .shards
        .iter()
        .flat_map(|shard| &shard.files)
        .map(|file| file.bytes)
        .sum()
}

fn code(text: impl Display) -> String {
    format!("`{text}`")
}

/// A row of a table; a bar in a cell would end it.
fn row(text: &mut String, cells: &[&dyn Display]) {
    *text += "|";
    for cell in cells {
        *text += &format!(" {} |", cell.to_string().replace('|', "\\|").replace('\n', " "));
    }
    *text += "\n";
}
