//! Commit records: one that passes names files inside of its folder and has summaries that can be merged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrella_exporters::CommitRecord;

fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = CommitRecord::from_json(bytes) else {
        return;
    };
    for file in &record.files {
        assert!(
            !file.path.starts_with('/') && !file.path.split('/').any(|step| step == ".."),
            "{}",
            file.path
        );
    }
    for summary in record.summaries.values() {
        for other in record.summaries.values() {
            if summary.is_like(other) {
                summary.clone().merge(other);
            }
        }
    }
});
