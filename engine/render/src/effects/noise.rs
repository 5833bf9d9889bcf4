//! Counter-based randomness of pixels: a hash of integers, no generator.

/// Which effect asks, so that none takes another's numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Shot = 1,
    Read = 2,
    Depth = 3,
    Drop = 4,
}

/// The numbers of one camera in one episode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    key: u64,
}

/// The finishing function of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Noise {
    pub(super) fn new(key: u64) -> Noise {
        Noise { key }
    }

    fn bits(&self, stream: Stream, record: u32, index: u64) -> u64 {
        let moment = mix(self.key ^ (u64::from(record) << 8 | stream as u64));
        mix(moment.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Uniform in [0, 1), with 24 bits.
    pub(super) fn unit(&self, stream: Stream, record: u32, index: usize) -> f32 {
        (self.bits(stream, record, index as u64) >> 40) as f32 * (1.0 / (1 << 24) as f32)
    }

    /// Mean 0, standard deviation 1: the sum of eight uniform numbers, which is near enough to a Gaussian for pixels (it
    /// ends at 4.9 deviations) and exact in integers.
    pub(super) fn normal(&self, stream: Stream, record: u32, index: usize) -> f32 {
        /// Mean and standard deviation of the sum of eight numbers in 0..=65535.
        const MEAN: i32 = 8 * 65_535 / 2;
        const DEVIATION: f32 = 53_509.92;
        let index = 2 * index as u64;
        let sum: u64 = [index, index + 1]
            .into_iter()
            .map(|index| {
                let bits = self.bits(stream, record, index);
                (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
            })
            .sum();
        (sum as i32 - MEAN) as f32 / DEVIATION
    }
}
