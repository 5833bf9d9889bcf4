//! Run files, and fields set by path: the first line is `path=value`, the rest the file. A run that passes has shards that
//! can be counted and cover its episodes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrella_spec::document::Document;
use terrella_spec::limits::Limits;
use terrella_spec::run::{ResolvedRun, SplitSpec};
use terrella_spec::shards::{shard_count, shards};

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (first, rest) = bytes.split_at(end);
    let Ok(mut document) = Document::from_bytes("run.toml", rest.to_vec(), &Limits::default()) else {
        return;
    };
    if let Some((path, value)) = std::str::from_utf8(first)
        .ok()
        .and_then(|line| line.split_once('='))
    {
        // What cannot be set is told; the file is as it was.
        let _ = document.set(path, value);
    }
    let Ok(mut spec) = document.run() else { return };
    spec.steps.get_or_insert(100);
    spec.files
        .shard_episodes
        .get_or_insert(spec.episodes.div_ceil(16));
    if spec.splits.is_empty() {
        spec.splits.push(SplitSpec {
            name: "train".into(),
            share: 1.0,
            ood: None,
        });
    }
    let run = ResolvedRun { spec, scene: None };
    if run.check().is_err() || shard_count(&run) > 10_000 {
        return;
    }
    let all = shards(&run);
    assert_eq!(all.len() as u64, shard_count(&run));
    let episodes: u64 = all
        .iter()
        .map(|shard| shard.episodes.end - shard.episodes.start)
        .sum();
    assert_eq!(episodes, run.spec.episodes);
});
