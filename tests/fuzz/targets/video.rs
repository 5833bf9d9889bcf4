//! Videos of datasets: what a file says of its frames. The first byte tells how many it must have.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Write;
use terrella_exporters::video::Video;

fuzz_target!(|bytes: &[u8]| {
    let [frames, content @ ..] = bytes else {
        return;
    };
    let mut file = tempfile::NamedTempFile::new().expect("there is room");
    file.write_all(content).expect("there is room");
    let Ok(mut video) = Video::open(file.path(), u64::from(*frames)) else {
        return;
    };
    for frame in 0..usize::from(*frames) {
        let coded = video.frame(frame).expect("it is within the file");
        assert!(coded.len() <= content.len());
    }
});
