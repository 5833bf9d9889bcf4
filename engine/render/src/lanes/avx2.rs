//! AVX2 with FMA: blocks of 4 x 2 pixels.
#![expect(
    unsafe_code,
    reason = "vector instructions: an `Avx2` exists only where they do, and writes stay within checked slices"
)]

use super::{Kernel, Lanes};
use core::arch::x86_64::*;

/// Proof that the processor has AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, where there is one.
    pub(crate) fn detect() -> Option<Avx2> {
        let all = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2");
        all.then_some(Avx2(()))
    }
}

/// # Safety
/// The processor must have the features: a `Avx2` proves it.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
unsafe fn enabled<K: Kernel<Avx2>>(lanes: Avx2, kernel: K) {
    kernel.run(lanes);
}

/// A method of one instruction.
macro_rules! instruction {
    ($($name:ident($($arg:ident: $kind:ident),*) -> $result:ident = $body:expr;)*) => {
        $(#[inline(always)]
        fn $name(self, $($arg: Self::$kind),*) -> Self::$result {
            // SAFETY: `self` proves that the processor has the instructions, which touch no memory.
            unsafe { $body }
        })*
    };
}

impl Lanes for Avx2 {
    const COUNT: usize = 8;
    type F = __m256;
    type I = __m256i;
    /// All bits or none of each lane.
    type M = __m256;

    #[inline]
    fn run<K: Kernel<Self>>(self, kernel: K) {
        // SAFETY: `self` proves that the features are there.
        unsafe { enabled(self, kernel) }
    }

    instruction! {
        add(a: F, b: F) -> F = _mm256_add_ps(a, b);
        sub(a: F, b: F) -> F = _mm256_sub_ps(a, b);
        mul(a: F, b: F) -> F = _mm256_mul_ps(a, b);
        div(a: F, b: F) -> F = _mm256_div_ps(a, b);
        fma(a: F, b: F, c: F) -> F = _mm256_fmadd_ps(a, b, c);
        fms(a: F, b: F, c: F) -> F = _mm256_fmsub_ps(a, b, c);
        fnma(a: F, b: F, c: F) -> F = _mm256_fnmadd_ps(a, b, c);
        min(a: F, b: F) -> F = _mm256_min_ps(a, b);
        max(a: F, b: F) -> F = _mm256_max_ps(a, b);
        sqrt(a: F) -> F = _mm256_sqrt_ps(a);
        abs(a: F) -> F = _mm256_andnot_ps(_mm256_set1_ps(-0.0), a);
        round(a: F) -> F = _mm256_round_ps::<0x08>(a);
        gt(a: F, b: F) -> M = _mm256_cmp_ps::<_CMP_GT_OQ>(a, b);
        ge(a: F, b: F) -> M = _mm256_cmp_ps::<_CMP_GE_OQ>(a, b);
        select(yes: M, a: F, b: F) -> F = _mm256_blendv_ps(b, a, yes);
        both(a: M, b: M) -> M = _mm256_and_ps(a, b);
        without(a: M, b: M) -> M = _mm256_andnot_ps(a, b);
        and(a: I, b: I) -> I = _mm256_and_si256(a, b);
        or(a: I, b: I) -> I = _mm256_or_si256(a, b);
        add_i(a: I, b: I) -> I = _mm256_add_epi32(a, b);
        mul_i(a: I, b: I) -> I = _mm256_mullo_epi32(a, b);
        same(a: I, b: I) -> M = _mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b));
        negative(a: I) -> M = _mm256_castsi256_ps(_mm256_srai_epi32::<31>(a));
        select_i(yes: M, a: I, b: I) -> I = _mm256_castps_si256(_mm256_blendv_ps(
            _mm256_castsi256_ps(b),
            _mm256_castsi256_ps(a),
            yes,
        ));
        to_int(a: F) -> I = _mm256_cvtps_epi32(a);
        to_float(a: I) -> F = _mm256_cvtepi32_ps(a);
    }

    #[inline(always)]
    fn bits(self, a: Self::M) -> u32 {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm256_movemask_ps(a) as u32 }
    }

    #[inline(always)]
    fn up<const BITS: u32>(self, a: Self::I) -> Self::I {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm256_sll_epi32(a, _mm_cvtsi32_si128(BITS as i32)) }
    }

    #[inline(always)]
    fn down<const BITS: u32>(self, a: Self::I) -> Self::I {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm256_srl_epi32(a, _mm_cvtsi32_si128(BITS as i32)) }
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Self::F {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    fn splat_i(self, value: i32) -> Self::I {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm256_set1_epi32(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> Self::F {
        let from = &from[..8];
        // SAFETY: 8 values are there.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn load_row(self, from: &[f32]) -> Self::F {
        let from = &from[..4];
        // SAFETY: 4 values are there.
        unsafe {
            let row = _mm_loadu_ps(from.as_ptr());
            _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(row), row)
        }
    }

    #[inline(always)]
    fn store(self, value: Self::F, to: &mut [f32]) {
        let to = &mut to[..8];
        // SAFETY: 8 places are there.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), value) }
    }

    #[inline(always)]
    fn store_i(self, value: Self::I, to: &mut [u32]) {
        let to = &mut to[..8];
        // SAFETY: 8 places are there.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), value) }
    }

    #[inline(always)]
    fn load_i(self, from: &[u32]) -> Self::I {
        let from = &from[..8];
        // SAFETY: 8 values are there.
        unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_rows(self, from: &[u32], stride: usize) -> Self::I {
        let from = &from[..stride + 4];
        let row = from.as_ptr();
        // SAFETY: the last value read is at stride + 3.
        unsafe {
            let (first, second) = (
                _mm_loadu_si128(row.cast()),
                _mm_loadu_si128(row.add(stride).cast()),
            );
            _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(first), second)
        }
    }

    #[inline(always)]
    fn scale_bytes(self, color: Self::I, share: Self::I) -> Self::I {
        // SAFETY: `self` proves that the processor has the instructions.
        unsafe {
            let share = _mm256_or_si256(share, _mm256_slli_epi32::<16>(share));
            let low = _mm256_set1_epi32(0x00ff_00ff);
            let half = _mm256_set1_epi32(0x0080_0080);
            let even = _mm256_mullo_epi16(_mm256_and_si256(color, low), share);
            let odd = _mm256_mullo_epi16(_mm256_srli_epi16::<8>(color), share);
            let even = _mm256_srli_epi16::<8>(_mm256_add_epi16(even, half));
            let odd = _mm256_add_epi16(odd, half);
            _mm256_or_si256(even, _mm256_andnot_si256(low, odd))
        }
    }

    #[inline(always)]
    fn put_rgb(self, value: Self::I, to: &mut [u8], stride: usize) {
        let to = &mut to[..stride + 12];
        let row = to.as_mut_ptr();
        // SAFETY: 12 bytes are written in each of 2 rows; the last of them is at stride + 11.
        unsafe {
            let order = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
            ));
            let packed = _mm256_shuffle_epi8(value, order);
            let (first, second) = (
                _mm256_castsi256_si128(packed),
                _mm256_extracti128_si256::<1>(packed),
            );
            _mm_storel_epi64(row.cast(), first);
            row.add(8)
                .cast::<i32>()
                .write_unaligned(_mm_extract_epi32::<2>(first));
            _mm_storel_epi64(row.add(stride).cast(), second);
            row.add(stride + 8)
                .cast::<i32>()
                .write_unaligned(_mm_extract_epi32::<2>(second));
        }
    }

    #[inline(always)]
    fn put_f32(self, value: Self::F, to: &mut [f32], stride: usize) {
        let to = &mut to[..stride + 4];
        let row = to.as_mut_ptr();
        // SAFETY: 4 values are written in each of 2 rows; the last of them is at stride + 3.
        unsafe {
            _mm_storeu_ps(row, _mm256_castps256_ps128(value));
            _mm_storeu_ps(row.add(stride), _mm256_extractf128_ps::<1>(value));
        }
    }

    #[inline(always)]
    fn put_u16(self, value: Self::I, to: &mut [u16], stride: usize) {
        let to = &mut to[..stride + 4];
        let row = to.as_mut_ptr();
        // SAFETY: 4 values are written in each of 2 rows; the last of them is at stride + 3.
        unsafe {
            let lower = _mm256_and_si256(value, _mm256_set1_epi32(0xffff));
            let narrow = _mm_packus_epi32(
                _mm256_castsi256_si128(lower),
                _mm256_extracti128_si256::<1>(lower),
            );
            _mm_storel_epi64(row.cast(), narrow);
            _mm_storeh_pd(row.add(stride).cast(), _mm_castsi128_pd(narrow));
        }
    }

    #[inline(always)]
    fn put_u32(self, value: Self::I, to: &mut [u32], stride: usize) {
        let to = &mut to[..stride + 4];
        let row = to.as_mut_ptr();
        // SAFETY: 4 values are written in each of 2 rows; the last of them is at stride + 3.
        unsafe {
            _mm_storeu_si128(row.cast(), _mm256_castsi256_si128(value));
            _mm_storeu_si128(row.add(stride).cast(), _mm256_extracti128_si256::<1>(value));
        }
    }
}
