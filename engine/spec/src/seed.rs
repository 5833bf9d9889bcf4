//! Counter-based randomness: every stream is a pure function of (run seed, episode, attempt, stream name).
//!
//! **Invariant:** adding a stream never moves another, and an episode does not know which shard it is in,
//! so another shard size or thread count changes files, never worlds.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Where in a run randomness is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedPath {
    /// The seed of the run, as the user typed it.
    pub run: u64,
    /// The episode's number in the whole dataset.
    pub episode: u64,
    /// 0, or how many times this episode was redrawn because its world failed.
    pub attempt: u32,
}

impl SeedPath {
    /// The generator of the stream called `name`.
    pub fn stream(&self, name: &str) -> Rng {
        self.indexed_stream(name, 0)
    }

    /// The `index`-th generator of the family of streams called `name`.
    pub fn indexed_stream(&self, name: &str, index: u32) -> Rng {
        let mut key = [0u8; 32];
        key[0..8].copy_from_slice(&self.run.to_le_bytes());
        key[8..16].copy_from_slice(&self.episode.to_le_bytes());
        key[16..20].copy_from_slice(&self.attempt.to_le_bytes());
        key[20..24].copy_from_slice(&index.to_le_bytes());
        key[24..32].copy_from_slice(&xxh3_64(name.as_bytes()).to_le_bytes());
        Rng(ChaCha8Rng::from_seed(key))
    }

    /// One number that names this path: what the dataset's `seed` columns hold (63 bits, never negative).
    pub fn fingerprint(&self) -> i64 {
        (self.stream("fingerprint").next_u64() >> 1) as i64
    }
}

/// A generator of one stream. Its state is part of every snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rng(ChaCha8Rng);

impl Rng {
    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1), with 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in [low, high).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in [low, high), single precision.
    pub fn uniform_f32(&mut self, low: f32, high: f32) -> f32 {
        self.uniform(f64::from(low), f64::from(high)) as f32
    }

    /// Standard normal, by Box and Muller (1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }

    /// Uniform in 0..bound. `bound` must not be 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // A multiply-shift: its bias is below 2^-32 for every bound that a scene can have.
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// An index drawn with these weights, which need not sum to 1. All zero: the first.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: SeedPath = SeedPath {
        run: 7,
        episode: 3,
        attempt: 0,
    };

    #[test]
    fn a_stream_is_the_same_each_time_and_differs_by_every_part_of_its_path() {
        let first = PATH.stream("mass").next_u64();
        assert_eq!(first, PATH.stream("mass").next_u64());
        let others = [
            SeedPath { run: 8, ..PATH }.stream("mass").next_u64(),
            SeedPath { episode: 4, ..PATH }.stream("mass").next_u64(),
            SeedPath { attempt: 1, ..PATH }.stream("mass").next_u64(),
            PATH.stream("friction").next_u64(),
            PATH.indexed_stream("mass", 1).next_u64(),
        ];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(first, *other, "part {index} of the path does not matter");
        }
    }

    /// The bits of a stream are a promise to every dataset made so far. Minted with format 1.
    #[test]
    fn golden_stream() {
        let mut rng = PATH.stream("mass");
        assert_eq!(
            [rng.next_u64(), rng.next_u64()],
            [0x0c97_5f16_712e_c182, 0x3581_2ba2_c5b4_faec]
        );
    }

    #[test]
    fn moments_of_the_laws() {
        let mut rng = PATH.stream("moments");
        let count = 100_000;
        let (mut sum, mut squares, mut below) = (0.0, 0.0, [0u32; 3]);
        for _ in 0..count {
            let value = rng.normal();
            sum += value;
            squares += value * value;
            below[rng.below(3)] += 1;
        }
        let n = f64::from(count);
        assert!((sum / n).abs() < 0.015, "mean {}", sum / n);
        assert!((squares / n - 1.0).abs() < 0.03, "variance {}", squares / n);
        for share in below {
            assert!(
                (f64::from(share) / n - 1.0 / 3.0).abs() < 0.01,
                "shares {below:?}"
            );
        }
    }
}
