//! How pictures are best stored: encoding speed and size of every format, on the frames of one family, side by side.
//!
//! `cargo bench -p terrella-app --bench pictures [-- FAMILY]`. What readers take to decode, `tests/interop/bench_pictures.py`
//! measures.

use std::time::Instant;
use terrella_app::RunKit;
use terrella_app::episode::{Attempts, record};
use terrella_app::exporters::read::OpenDataset;
use terrella_app::exporters::video;
use terrella_app::registries::Registries;
use terrella_spec::run::{RunSpec, WorldSource};

const EPISODES: u64 = 4;
const STEPS: u32 = 100;
const ROUNDS: usize = 5;

fn main() {
    let asked = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let family = asked.unwrap_or("drop_bounce".into());
    println!("{family}: frames a second of one thread, bytes of a frame in its file");
    for side in [64, 128, 224] {
        for images in video::formats() {
            let mut spec = RunSpec::new(WorldSource::Family(family.clone()));
            spec.episodes = EPISODES;
            spec.steps = Some(STEPS);
            spec.sensors = vec!["rgb".into()];
            spec.image_size = [side, side];
            spec.files.images = images;
            spec.files.shard_episodes = Some(EPISODES);
            let folder = tempfile::tempdir().expect("a temporary folder");
            let kit = RunKit::resolve(spec, None, folder.path().to_path_buf(), &Registries::default());
            let kit = kit.expect("a family");
            let episodes: Vec<_> = (0..EPISODES)
                .map(|number| {
                    record(&kit, number, &Attempts::default(), &mut Vec::new()).expect("an episode")
                })
                .collect();
            let mut secs = Vec::new();
            for _ in 0..ROUNDS {
                let episodes = episodes.clone();
                let start = Instant::now();
                let mut writer = kit
                    .exporter
                    .start_shard(&kit.dataset, &kit.shards[0])
                    .expect("a writer");
                for episode in episodes {
                    writer.write(episode).expect("it is written");
                }
                let closed = writer.close(Vec::new()).expect("a shard");
                secs.push(start.elapsed().as_secs_f64());
                closed.commit().expect("a shard");
            }
            kit.exporter.finalize(&kit.dataset).expect("a dataset");
            let dataset = OpenDataset::open(folder.path()).expect("a dataset");
            let cameras = kit.dataset.run.spec.cameras.as_ref().map_or(1, Vec::len) as u64;
            let frames = dataset.manifest().rows * cameras;
            let files = dataset.manifest().shards[0].files.iter();
            let holds_pictures = |path: &str| path.starts_with("data/") || path.starts_with("videos/");
            let data: u64 = files
                .filter(|file| holds_pictures(&file.path))
                .map(|file| file.bytes)
                .sum();
            secs.sort_by(f64::total_cmp);
            println!(
                "{side:4} px {:5} {:9.0} frames/s {:9.0} bytes",
                images.name(),
                frames as f64 / secs[ROUNDS / 2],
                data as f64 / frames as f64
            );
        }
    }
}
