//! What an instruction set could do at best: fused multiply-adds that wait for nothing. Pictures are measured beside it.

#[cfg(target_arch = "aarch64")]
use crate::lanes::Neon;
#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512};
use crate::lanes::{InstructionSet, Kernel, Lanes, Scalar};
use std::hint::black_box;

/// Chains of operations that do not depend on each other: more than any processor has under way.
const CHAINS: usize = 12;

struct Chains {
    rounds: u64,
}

impl<L: Lanes> Kernel<L> for Chains {
    #[inline(always)]
    fn run(self, l: L) {
        let (factor, term) = (l.splat(black_box(0.5)), l.splat(black_box(1.0)));
        let mut sums = [l.splat(0.0); CHAINS];
        for _ in 0..self.rounds {
            for sum in &mut sums {
                *sum = l.fma(*sum, factor, term);
            }
        }
        let mut total = sums[0];
        for sum in &sums[1..] {
            total = l.add(total, *sum);
        }
        let mut out = [0.0; 16];
        l.store(total, &mut out);
        black_box(out);
    }
}

impl InstructionSet {
    /// Makes fused multiply-adds as fast as they come, a number of them for each of `rounds`, and tells how many. One
    /// that this processor lacks makes none.
    pub fn fuse(self, rounds: u64) -> u64 {
        fn with<L: Lanes>(lanes: Option<L>, rounds: u64) -> u64 {
            let Some(lanes) = lanes else { return 0 };
            lanes.run(Chains { rounds });
            rounds * (CHAINS * L::COUNT) as u64
        }
        match self {
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => with(Avx512::detect(), rounds),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => with(Avx2::detect(), rounds),
            #[cfg(target_arch = "aarch64")]
            InstructionSet::Neon => with(Some(Neon), rounds),
            InstructionSet::Scalar => with(Some(Scalar), rounds),
            #[cfg(not(all(target_arch = "x86_64", target_arch = "aarch64")))]
            _ => 0,
        }
    }
}
