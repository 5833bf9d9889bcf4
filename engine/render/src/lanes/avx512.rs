//! AVX-512: blocks of 4 x 4 pixels.
#![expect(
    unsafe_code,
    reason = "vector instructions: an `Avx512` exists only where they do, and writes stay within checked slices"
)]

use super::{Kernel, Lanes};
use core::arch::x86_64::*;

/// Proof that the processor has AVX-512 F, BW, DQ and VL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The proof, where there is one.
    pub(crate) fn detect() -> Option<Avx512> {
        let all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2");
        all.then_some(Avx512(()))
    }
}

/// # Safety
/// The processor must have the features: a `Avx512` proves it.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
unsafe fn enabled<K: Kernel<Avx512>>(lanes: Avx512, kernel: K) {
    kernel.run(lanes);
}

/// A method of one instruction.
macro_rules! instruction {
    ($($name:ident($($arg:ident: $kind:ident),*) -> $result:ident = $body:expr;)*) => {
        $(#[inline(always)]
        fn $name(self, $($arg: Self::$kind),*) -> Self::$result {
            // SAFETY: `self` proves that the processor has the instruction, which touches no memory.
            unsafe { $body }
        })*
    };
}

impl Lanes for Avx512 {
    const COUNT: usize = 16;
    type F = __m512;
    type I = __m512i;
    type M = __mmask16;

    #[inline]
    fn run<K: Kernel<Self>>(self, kernel: K) {
        // SAFETY: `self` proves that the features are there.
        unsafe { enabled(self, kernel) }
    }

    instruction! {
        add(a: F, b: F) -> F = _mm512_add_ps(a, b);
        sub(a: F, b: F) -> F = _mm512_sub_ps(a, b);
        mul(a: F, b: F) -> F = _mm512_mul_ps(a, b);
        div(a: F, b: F) -> F = _mm512_div_ps(a, b);
        fma(a: F, b: F, c: F) -> F = _mm512_fmadd_ps(a, b, c);
        fms(a: F, b: F, c: F) -> F = _mm512_fmsub_ps(a, b, c);
        fnma(a: F, b: F, c: F) -> F = _mm512_fnmadd_ps(a, b, c);
        min(a: F, b: F) -> F = _mm512_min_ps(a, b);
        max(a: F, b: F) -> F = _mm512_max_ps(a, b);
        sqrt(a: F) -> F = _mm512_sqrt_ps(a);
        abs(a: F) -> F = _mm512_abs_ps(a);
        round(a: F) -> F = _mm512_roundscale_ps::<0x08>(a);
        gt(a: F, b: F) -> M = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b);
        ge(a: F, b: F) -> M = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(a, b);
        select(yes: M, a: F, b: F) -> F = _mm512_mask_blend_ps(yes, b, a);
        and(a: I, b: I) -> I = _mm512_and_si512(a, b);
        or(a: I, b: I) -> I = _mm512_or_si512(a, b);
        add_i(a: I, b: I) -> I = _mm512_add_epi32(a, b);
        mul_i(a: I, b: I) -> I = _mm512_mullo_epi32(a, b);
        same(a: I, b: I) -> M = _mm512_cmpeq_epi32_mask(a, b);
        negative(a: I) -> M = _mm512_movepi32_mask(a);
        select_i(yes: M, a: I, b: I) -> I = _mm512_mask_blend_epi32(yes, b, a);
        to_int(a: F) -> I = _mm512_cvtps_epi32(a);
        to_float(a: I) -> F = _mm512_cvtepi32_ps(a);
    }

    #[inline(always)]
    fn both(self, a: Self::M, b: Self::M) -> Self::M {
        a & b
    }

    #[inline(always)]
    fn without(self, a: Self::M, b: Self::M) -> Self::M {
        !a & b
    }

    #[inline(always)]
    fn bits(self, a: Self::M) -> u32 {
        u32::from(a)
    }

    #[inline(always)]
    fn up<const BITS: u32>(self, a: Self::I) -> Self::I {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm512_slli_epi32::<BITS>(a) }
    }

    #[inline(always)]
    fn down<const BITS: u32>(self, a: Self::I) -> Self::I {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm512_srli_epi32::<BITS>(a) }
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Self::F {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    fn splat_i(self, value: i32) -> Self::I {
        // SAFETY: `self` proves that the processor has the instruction.
        unsafe { _mm512_set1_epi32(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> Self::F {
        let from = &from[..16];
        // SAFETY: 16 values are there.
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn load_row(self, from: &[f32]) -> Self::F {
        let from = &from[..4];
        // SAFETY: 4 values are there.
        unsafe { _mm512_broadcast_f32x4(_mm_loadu_ps(from.as_ptr())) }
    }

    #[inline(always)]
    fn store(self, value: Self::F, to: &mut [f32]) {
        let to = &mut to[..16];
        // SAFETY: 16 places are there.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), value) }
    }

    #[inline(always)]
    fn store_i(self, value: Self::I, to: &mut [u32]) {
        let to = &mut to[..16];
        // SAFETY: 16 places are there.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), value) }
    }

    #[inline(always)]
    fn load_i(self, from: &[u32]) -> Self::I {
        let from = &from[..16];
        // SAFETY: 16 values are there.
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_rows(self, from: &[u32], stride: usize) -> Self::I {
        let from = &from[..3 * stride + 4];
        let row = from.as_ptr();
        // SAFETY: the last value read is at 3 * stride + 3.
        unsafe {
            let first = _mm_loadu_si128(row.cast());
            let second = _mm_loadu_si128(row.add(stride).cast());
            let third = _mm_loadu_si128(row.add(2 * stride).cast());
            let fourth = _mm_loadu_si128(row.add(3 * stride).cast());
            let low = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(first), second);
            let high = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(third), fourth);
            _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
        }
    }

    #[inline(always)]
    fn scale_bytes(self, color: Self::I, share: Self::I) -> Self::I {
        // SAFETY: `self` proves that the processor has the instructions.
        unsafe {
            let share = _mm512_or_si512(share, _mm512_slli_epi32::<16>(share));
            let low = _mm512_set1_epi32(0x00ff_00ff);
            let half = _mm512_set1_epi32(0x0080_0080);
            let even = _mm512_mullo_epi16(_mm512_and_si512(color, low), share);
            let odd = _mm512_mullo_epi16(_mm512_srli_epi16::<8>(color), share);
            let even = _mm512_srli_epi16::<8>(_mm512_add_epi16(even, half));
            let odd = _mm512_add_epi16(odd, half);
            // even | (odd & !low)
            _mm512_ternarylogic_epi32::<0xf2>(even, low, odd)
        }
    }

    #[inline(always)]
    fn put_rgb(self, value: Self::I, to: &mut [u8], stride: usize) {
        let to = &mut to[..3 * stride + 12];
        let row = to.as_mut_ptr();
        // SAFETY: 12 bytes are written in each of 4 rows; the last of them is at 3 * stride + 11.
        unsafe {
            let order = _mm512_broadcast_i32x4(_mm_setr_epi8(
                0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
            ));
            let packed = _mm512_shuffle_epi8(value, order);
            _mm_mask_storeu_epi32(row.cast(), 7, _mm512_castsi512_si128(packed));
            _mm_mask_storeu_epi32(row.add(stride).cast(), 7, _mm512_extracti32x4_epi32::<1>(packed));
            _mm_mask_storeu_epi32(
                row.add(2 * stride).cast(),
                7,
                _mm512_extracti32x4_epi32::<2>(packed),
            );
            _mm_mask_storeu_epi32(
                row.add(3 * stride).cast(),
                7,
                _mm512_extracti32x4_epi32::<3>(packed),
            );
        }
    }

    #[inline(always)]
    fn put_f32(self, value: Self::F, to: &mut [f32], stride: usize) {
        let to = &mut to[..3 * stride + 4];
        let row = to.as_mut_ptr();
        // SAFETY: 4 values are written in each of 4 rows; the last of them is at 3 * stride + 3.
        unsafe {
            _mm_storeu_ps(row, _mm512_castps512_ps128(value));
            _mm_storeu_ps(row.add(stride), _mm512_extractf32x4_ps::<1>(value));
            _mm_storeu_ps(row.add(2 * stride), _mm512_extractf32x4_ps::<2>(value));
            _mm_storeu_ps(row.add(3 * stride), _mm512_extractf32x4_ps::<3>(value));
        }
    }

    #[inline(always)]
    fn put_u16(self, value: Self::I, to: &mut [u16], stride: usize) {
        let to = &mut to[..3 * stride + 4];
        let row = to.as_mut_ptr();
        // SAFETY: 4 values are written in each of 4 rows; the last of them is at 3 * stride + 3.
        unsafe {
            let narrow = _mm512_cvtepi32_epi16(value);
            let low = _mm256_castsi256_si128(narrow);
            let high = _mm256_extracti128_si256::<1>(narrow);
            _mm_storel_epi64(row.cast(), low);
            _mm_storeh_pd(row.add(stride).cast(), _mm_castsi128_pd(low));
            _mm_storel_epi64(row.add(2 * stride).cast(), high);
            _mm_storeh_pd(row.add(3 * stride).cast(), _mm_castsi128_pd(high));
        }
    }

    #[inline(always)]
    fn put_u32(self, value: Self::I, to: &mut [u32], stride: usize) {
        let to = &mut to[..3 * stride + 4];
        let row = to.as_mut_ptr();
        // SAFETY: 4 values are written in each of 4 rows; the last of them is at 3 * stride + 3.
        unsafe {
            _mm_storeu_si128(row.cast(), _mm512_castsi512_si128(value));
            _mm_storeu_si128(row.add(stride).cast(), _mm512_extracti32x4_epi32::<1>(value));
            _mm_storeu_si128(row.add(2 * stride).cast(), _mm512_extracti32x4_epi32::<2>(value));
            _mm_storeu_si128(row.add(3 * stride).cast(), _mm512_extracti32x4_epi32::<3>(value));
        }
    }
}
