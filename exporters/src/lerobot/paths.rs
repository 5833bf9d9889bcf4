//! Where the files of a dataset stand, from its folder, with slashes on every platform.

use terrella_spec::columns::Table;
use terrella_spec::shards::Shard;

/// LeRobot's description.
pub const INFO: &str = "meta/info.json";
/// Statistics of every feature.
pub const STATS: &str = "meta/stats.json";
/// The tasks.
pub const TASKS: &str = "meta/tasks.parquet";
/// The dataset card.
pub const CARD: &str = "README.md";
/// Some pictures.
pub const PREVIEW: &str = "meta/terrella/preview.png";
/// Everything a program needs to know.
pub const MANIFEST: &str = "meta/terrella/manifest.json";

/// The folders in which every file is ours.
pub const FOLDERS: [&str; 4] = ["data", "sim", "videos", "meta"];

/// The file of a shard's rows.
pub fn table(table: Table, chunk: u64, file: u64) -> String {
    let folder = match table {
        Table::Data => "data",
        Table::Sim => "sim",
    };
    format!("{folder}/{}.parquet", numbered(chunk, file))
}

/// The file of a shard's episode table.
pub fn episodes(shard: &Shard) -> String {
    format!("meta/episodes/{}.parquet", numbered(shard.chunk, shard.file))
}

/// The record that says a shard is there.
pub fn commit(shard: u64) -> String {
    format!("meta/terrella/commits/shard-{shard:06}.json")
}

/// The worlds of a shard that failed.
pub fn quarantine(shard: u64) -> String {
    format!("meta/terrella/quarantine/shard-{shard:06}.jsonl")
}

/// The file of a shard's pictures of one camera, where they are videos.
pub fn video(key: &str, chunk: u64, file: u64) -> String {
    format!("videos/{key}/{}.mp4", numbered(chunk, file))
}

fn numbered(chunk: u64, file: u64) -> String {
    format!("chunk-{chunk:03}/file-{file:03}")
}
