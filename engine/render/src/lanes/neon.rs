//! NEON of 64-bit ARM: blocks of 4 x 1 pixels.
#![expect(
    unsafe_code,
    reason = "vector instructions: every 64-bit ARM has them, and loads and writes stay within checked slices"
)]

use super::{Kernel, Lanes};
use core::arch::aarch64::*;

/// Every 64-bit ARM has NEON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neon;

/// A method of one or two instructions.
macro_rules! instruction {
    ($($name:ident($($arg:ident: $kind:ident),*) -> $result:ident = $body:expr;)*) => {
        $(#[inline(always)]
        #[allow(unused_unsafe, clippy::allow_attributes, reason = "safe where the feature is on by default")]
        fn $name(self, $($arg: Self::$kind),*) -> Self::$result {
            // SAFETY: every 64-bit ARM has the instructions, which touch no memory.
            unsafe { $body }
        })*
    };
}

impl Lanes for Neon {
    const COUNT: usize = 4;
    type F = float32x4_t;
    type I = int32x4_t;
    /// All bits or none of each lane.
    type M = uint32x4_t;

    #[inline]
    fn run<K: Kernel<Self>>(self, kernel: K) {
        kernel.run(self);
    }

    instruction! {
        add(a: F, b: F) -> F = vaddq_f32(a, b);
        sub(a: F, b: F) -> F = vsubq_f32(a, b);
        mul(a: F, b: F) -> F = vmulq_f32(a, b);
        div(a: F, b: F) -> F = vdivq_f32(a, b);
        fma(a: F, b: F, c: F) -> F = vfmaq_f32(c, a, b);
        fms(a: F, b: F, c: F) -> F = vfmaq_f32(vnegq_f32(c), a, b);
        fnma(a: F, b: F, c: F) -> F = vfmsq_f32(c, a, b);
        min(a: F, b: F) -> F = vbslq_f32(vcltq_f32(a, b), a, b);
        max(a: F, b: F) -> F = vbslq_f32(vcgtq_f32(a, b), a, b);
        sqrt(a: F) -> F = vsqrtq_f32(a);
        abs(a: F) -> F = vabsq_f32(a);
        round(a: F) -> F = vrndnq_f32(a);
        gt(a: F, b: F) -> M = vcgtq_f32(a, b);
        ge(a: F, b: F) -> M = vcgeq_f32(a, b);
        select(yes: M, a: F, b: F) -> F = vbslq_f32(yes, a, b);
        both(a: M, b: M) -> M = vandq_u32(a, b);
        without(a: M, b: M) -> M = vbicq_u32(b, a);
        and(a: I, b: I) -> I = vandq_s32(a, b);
        or(a: I, b: I) -> I = vorrq_s32(a, b);
        add_i(a: I, b: I) -> I = vaddq_s32(a, b);
        mul_i(a: I, b: I) -> I = vmulq_s32(a, b);
        same(a: I, b: I) -> M = vceqq_s32(a, b);
        negative(a: I) -> M = vcltzq_s32(a);
        select_i(yes: M, a: I, b: I) -> I = vbslq_s32(yes, a, b);
        to_int(a: F) -> I = vcvtnq_s32_f32(a);
        to_float(a: I) -> F = vcvtq_f32_s32(a);
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Self::F {
        // SAFETY: every 64-bit ARM has the instruction.
        unsafe { vdupq_n_f32(value) }
    }

    #[inline(always)]
    fn splat_i(self, value: i32) -> Self::I {
        // SAFETY: every 64-bit ARM has the instruction.
        unsafe { vdupq_n_s32(value) }
    }

    #[inline(always)]
    fn bits(self, a: Self::M) -> u32 {
        let mut lanes = [0_u32; 4];
        // SAFETY: 4 places are there.
        unsafe { vst1q_u32(lanes.as_mut_ptr(), a) };
        (lanes[0] & 1) | (lanes[1] & 2) | (lanes[2] & 4) | (lanes[3] & 8)
    }

    #[inline(always)]
    fn up<const BITS: u32>(self, a: Self::I) -> Self::I {
        // SAFETY: every 64-bit ARM has the instruction.
        unsafe { vshlq_s32(a, vdupq_n_s32(BITS as i32)) }
    }

    #[inline(always)]
    fn down<const BITS: u32>(self, a: Self::I) -> Self::I {
        // SAFETY: every 64-bit ARM has the instructions.
        unsafe { vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a), vdupq_n_s32(-(BITS as i32)))) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> Self::F {
        let from = &from[..4];
        // SAFETY: 4 values are there.
        unsafe { vld1q_f32(from.as_ptr()) }
    }

    #[inline(always)]
    fn load_row(self, from: &[f32]) -> Self::F {
        self.load(from)
    }

    #[inline(always)]
    fn store(self, value: Self::F, to: &mut [f32]) {
        let to = &mut to[..4];
        // SAFETY: 4 places are there.
        unsafe { vst1q_f32(to.as_mut_ptr(), value) }
    }

    #[inline(always)]
    fn store_i(self, value: Self::I, to: &mut [u32]) {
        let to = &mut to[..4];
        // SAFETY: 4 places are there.
        unsafe { vst1q_s32(to.as_mut_ptr().cast(), value) }
    }

    #[inline(always)]
    fn load_i(self, from: &[u32]) -> Self::I {
        let from = &from[..4];
        // SAFETY: 4 values are there.
        unsafe { vld1q_s32(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_rows(self, from: &[u32], _stride: usize) -> Self::I {
        let from = &from[..4];
        // SAFETY: 4 values are there.
        unsafe { vld1q_s32(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn scale_bytes(self, color: Self::I, share: Self::I) -> Self::I {
        // SAFETY: every 64-bit ARM has the instructions.
        unsafe {
            let share = vreinterpretq_u16_s32(vorrq_s32(share, vshlq_n_s32::<16>(share)));
            let color = vreinterpretq_u16_s32(color);
            let half = vdupq_n_u16(128);
            let even = vshrq_n_u16::<8>(vmlaq_u16(half, vandq_u16(color, vdupq_n_u16(255)), share));
            let odd = vmlaq_u16(half, vshrq_n_u16::<8>(color), share);
            vreinterpretq_s32_u16(vorrq_u16(even, vandq_u16(odd, vdupq_n_u16(0xff00))))
        }
    }

    #[inline(always)]
    fn put_rgb(self, value: Self::I, to: &mut [u8], _stride: usize) {
        let mut pixels = [0_u32; 4];
        self.store_i(value, &mut pixels);
        for (bytes, pixel) in to[..12].chunks_exact_mut(3).zip(pixels) {
            bytes.copy_from_slice(&pixel.to_le_bytes()[..3]);
        }
    }

    #[inline(always)]
    fn put_f32(self, value: Self::F, to: &mut [f32], _stride: usize) {
        self.store(value, to);
    }

    #[inline(always)]
    fn put_u16(self, value: Self::I, to: &mut [u16], _stride: usize) {
        let to = &mut to[..4];
        // SAFETY: 4 places are there.
        unsafe { vst1_u16(to.as_mut_ptr(), vmovn_u32(vreinterpretq_u32_s32(value))) }
    }

    #[inline(always)]
    fn put_u32(self, value: Self::I, to: &mut [u32], _stride: usize) {
        self.store_i(value, to);
    }
}
