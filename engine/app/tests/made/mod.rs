//! Datasets whose episodes went through somebody's hands before they were written.

use terrella_app::episode::{self, Attempts};
use terrella_app::record::episode::Episode;
use terrella_app::{RunKit, folder};

/// Makes an episode.
pub fn record(kit: &RunKit, number: u64) -> Episode {
    episode::record(kit, number, &Attempts::default(), &mut Vec::new()).expect("an episode")
}

/// Makes the run's dataset; its episodes go through `tamper` before they are written.
pub fn make(kit: &RunKit, tamper: impl Fn(&mut Episode)) {
    let lock = folder::take(&kit.dataset, None).expect("an empty folder");
    for shard in &kit.shards {
        let mut writer = kit.exporter.start_shard(&kit.dataset, shard).expect("a writer");
        for number in shard.episodes.clone() {
            let mut episode = record(kit, number);
            tamper(&mut episode);
            writer.write(episode).expect("it is written");
        }
        writer
            .close(Vec::new())
            .and_then(|closed| closed.commit())
            .expect("a shard");
    }
    kit.exporter.finalize(&kit.dataset).expect("a dataset");
    drop(lock);
}
