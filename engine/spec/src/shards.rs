//! Which episodes stand in which shard, in which split, in which file: pure arithmetic on a resolved run.

use crate::run::{OodSpec, ResolvedRun, RunSpec};
use std::ops::Range;

/// Files in a chunk folder: LeRobot sorts file names, and three digits sort right up to here.
pub const FILES_PER_CHUNK: u64 = 1000;
/// A dataset has at most this many chunk folders, for the same reason.
pub const MAX_CHUNKS: u64 = 1000;

/// A split with the episodes it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Its name.
    pub name: String,
    /// Its episodes.
    pub episodes: Range<u64>,
    /// What is drawn out of distribution in it.
    pub ood: Option<OodSpec>,
}

/// The unit of work: one number, its files published together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number in the dataset.
    pub number: u64,
    /// The index of its split.
    pub split: usize,
    /// Its episodes.
    pub episodes: Range<u64>,
    /// Chunk folder of its files; a new one where the split changes.
    pub chunk: u64,
    /// Number of its files in the chunk.
    pub file: u64,
}

/// The splits of a run with their episodes: whole numbers, of pairs where they come in pairs, by share; what rounding
/// leaves to the first.
pub fn splits(spec: &RunSpec) -> Vec<Split> {
    if spec.splits.is_empty() {
        return vec![Split {
            name: "train".into(),
            episodes: 0..spec.episodes,
            ood: None,
        }];
    }
    let total: f64 = spec.splits.iter().map(|split| split.share).sum();
    let together = spec.together();
    let wholes = (spec.episodes / together) as f64;
    let mut sizes: Vec<u64> = spec
        .splits
        .iter()
        .map(|split| (wholes * split.share / total).floor() as u64 * together)
        .collect();
    let rest = spec.episodes - sizes.iter().sum::<u64>().min(spec.episodes);
    sizes[0] += rest;
    let mut start = 0;
    spec.splits
        .iter()
        .zip(sizes)
        .map(|(split, size)| {
            let episodes = start..start + size;
            start += size;
            Split {
                name: split.name.clone(),
                episodes,
                ood: split.ood.clone(),
            }
        })
        .collect()
}

/// Episodes in a shard when the run does not say: about 64 MiB of rows, and at least 16 shards where there are episodes
/// enough, so that readers and cores have something to share. Never a function of the machine.
pub fn default_shard_episodes(episodes: u64, bytes_per_episode: u64) -> u64 {
    let by_size = (64 << 20) / bytes_per_episode.max(1);
    by_size.min(episodes.div_ceil(16)).max(1)
}

/// How many shards a resolved run has.
pub fn shard_count(run: &ResolvedRun) -> u64 {
    let size = shard_episodes(run);
    let count = |split: &Split| (split.episodes.end - split.episodes.start).div_ceil(size);
    splits(&run.spec).iter().map(count).sum()
}

fn shard_episodes(run: &ResolvedRun) -> u64 {
    let size = run.spec.files.shard_episodes;
    size.expect("a resolved run knows its shard size").max(1)
}

/// All shards of a resolved run, in order.
pub fn shards(run: &ResolvedRun) -> Vec<Shard> {
    let size = shard_episodes(run);
    let mut shards = Vec::new();
    let mut chunk = 0;
    for (split, Split { episodes, .. }) in splits(&run.spec).into_iter().enumerate() {
        if episodes.is_empty() {
            continue;
        }
        let mut file = 0;
        let mut start = episodes.start;
        while start < episodes.end {
            if file == FILES_PER_CHUNK {
                chunk += 1;
                file = 0;
            }
            let end = start.saturating_add(size).min(episodes.end);
            shards.push(Shard {
                number: shards.len() as u64,
                split,
                episodes: start..end,
                chunk,
                file,
            });
            file += 1;
            start = end;
        }
        chunk += 1;
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{SplitSpec, WorldSource};

    fn run(episodes: u64, shares: &[f64], size: u64) -> ResolvedRun {
        let mut spec = RunSpec::new(WorldSource::Family("any".into()));
        spec.episodes = episodes;
        spec.splits = shares
            .iter()
            .enumerate()
            .map(|(index, share)| SplitSpec {
                name: format!("split{index}"),
                share: *share,
                ood: None,
            })
            .collect();
        spec.files.shard_episodes = Some(size);
        ResolvedRun { spec, scene: None }
    }

    #[test]
    fn shards_cover_every_episode_once_and_never_cross_a_split() {
        for (episodes, shares, size) in [
            (1, vec![], 4),
            (100, vec![0.8, 0.1, 0.1], 7),
            (5, vec![0.9, 0.05, 0.05], 2),
            (3000, vec![1.0], 1),
        ] {
            let run = run(episodes, &shares, size);
            let splits = splits(&run.spec);
            let mut next = 0;
            let mut files = std::collections::BTreeSet::new();
            for (number, shard) in shards(&run).into_iter().enumerate() {
                assert_eq!(shard.number, number as u64);
                assert_eq!(shard.episodes.start, next);
                assert!(shard.episodes.end - shard.episodes.start <= size && !shard.episodes.is_empty());
                let split = &splits[shard.split].episodes;
                assert!(split.start <= shard.episodes.start && shard.episodes.end <= split.end);
                assert!(shard.file < FILES_PER_CHUNK);
                assert!(files.insert((shard.chunk, shard.file)), "two shards in one file");
                next = shard.episodes.end;
            }
            assert_eq!(next, episodes);
            let in_order: Vec<_> = shards(&run)
                .iter()
                .map(|shard| (shard.chunk, shard.file))
                .collect();
            assert!(in_order.is_sorted(), "path order is row order");
        }
    }

    #[test]
    fn splits_and_shards_never_tear_a_pair() {
        for episodes in [2, 10, 98, 100] {
            let mut run = run(episodes, &[0.7, 0.15, 0.15], 6);
            run.spec.healthy_twins = true;
            let splits = splits(&run.spec);
            assert_eq!(splits.last().map(|split| split.episodes.end), Some(episodes));
            let ranges = splits.into_iter().map(|split| split.episodes);
            for range in ranges.chain(shards(&run).into_iter().map(|shard| shard.episodes)) {
                assert!(
                    range.start % 2 == 0 && range.end % 2 == 0,
                    "{range:?} of {episodes}"
                );
            }
        }
    }

    #[test]
    fn default_shards_are_many_enough_and_not_too_large() {
        assert_eq!(default_shard_episodes(100, 1 << 20), 7);
        assert_eq!(default_shard_episodes(100_000, 1 << 20), 64);
        assert_eq!(default_shard_episodes(3, 1 << 20), 1);
        assert_eq!(default_shard_episodes(1_000_000, 1 << 40), 1);
    }
}
