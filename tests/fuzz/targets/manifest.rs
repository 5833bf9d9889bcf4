//! Manifests: one that passes can be counted with.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrella_exporters::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(manifest) = Manifest::from_json(bytes) else {
        return;
    };
    assert_eq!(manifest.rows, manifest.episodes * manifest.rows_per_episode);
    let listed: u64 = manifest
        .shards
        .iter()
        .map(|shard| shard.episodes.end - shard.episodes.start)
        .sum();
    assert_eq!(listed, manifest.episodes);
    for file in manifest
        .shards
        .iter()
        .flat_map(|shard| &shard.files)
        .chain(&manifest.files)
    {
        assert!(!file.path.split('/').any(|step| step == ".."), "{}", file.path);
    }
    let text = serde_json::to_vec(&manifest).expect("plain data");
    assert!(Manifest::from_json(&text).is_ok());
});
