//! Recording beside the bare solver: twenty bodies, state only, closed files.
//!
//! `terrella bench` prints the ratio; this is for finding out where the time goes, and whether a change was worth it.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use terrella_app::bench::{STEPS, Workload};
use terrella_spec::world::Preset;

/// Long enough that the end of a dataset does not show.
const EPISODES: u64 = 100;

fn recording(criterion: &mut Criterion) {
    for (preset, name) in [(Preset::Accurate, "accurate"), (Preset::Fast, "fast")] {
        let workload = Workload {
            preset,
            threads: 1,
            episodes: EPISODES,
            pictures: None,
        };
        let mut group = criterion.benchmark_group(format!("drop20 {name}"));
        group
            .sample_size(10)
            .throughput(Throughput::Elements(EPISODES * u64::from(STEPS)));
        group.bench_function("bare", |bencher| {
            bencher.iter(|| workload.bare().expect("a world that holds"))
        });
        group.bench_function("recorded", |bencher| {
            bencher.iter_batched(
                || tempfile::tempdir().expect("a temporary folder"),
                |folder| {
                    workload.record(folder.path()).expect("a dataset");
                    folder
                },
                BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, recording);
criterion_main!(benches);
