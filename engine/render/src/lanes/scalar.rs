//! Four pixels as plain numbers: the meaning of every operation, and the way of processors without vectors.

use super::{Kernel, Lanes};
use std::array::from_fn;

/// Plain numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar;

const COUNT: usize = 4;

#[inline(always)]
fn map<A: Copy, R>(a: [A; COUNT], f: impl Fn(A) -> R) -> [R; COUNT] {
    from_fn(|at| f(a[at]))
}

#[inline(always)]
fn zip<A: Copy, B: Copy, R>(a: [A; COUNT], b: [B; COUNT], f: impl Fn(A, B) -> R) -> [R; COUNT] {
    from_fn(|at| f(a[at], b[at]))
}

impl Lanes for Scalar {
    const COUNT: usize = COUNT;
    type F = [f32; COUNT];
    type I = [i32; COUNT];
    type M = [bool; COUNT];

    fn run<K: Kernel<Self>>(self, kernel: K) {
        kernel.run(self);
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Self::F {
        [value; COUNT]
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> Self::F {
        from_fn(|at| from[at])
    }

    #[inline(always)]
    fn load_row(self, from: &[f32]) -> Self::F {
        from_fn(|at| from[at])
    }

    #[inline(always)]
    fn store(self, value: Self::F, to: &mut [f32]) {
        to[..COUNT].copy_from_slice(&value);
    }

    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |a, b| a / b)
    }

    #[inline(always)]
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        from_fn(|at| a[at].mul_add(b[at], c[at]))
    }

    #[inline(always)]
    fn fms(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        from_fn(|at| a[at].mul_add(b[at], -c[at]))
    }

    #[inline(always)]
    fn fnma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        from_fn(|at| (-a[at]).mul_add(b[at], c[at]))
    }

    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn sqrt(self, a: Self::F) -> Self::F {
        map(a, f32::sqrt)
    }

    #[inline(always)]
    fn abs(self, a: Self::F) -> Self::F {
        map(a, f32::abs)
    }

    #[inline(always)]
    fn round(self, a: Self::F) -> Self::F {
        map(a, f32::round_ties_even)
    }

    #[inline(always)]
    fn gt(self, a: Self::F, b: Self::F) -> Self::M {
        zip(a, b, |a, b| a > b)
    }

    #[inline(always)]
    fn ge(self, a: Self::F, b: Self::F) -> Self::M {
        zip(a, b, |a, b| a >= b)
    }

    #[inline(always)]
    fn select(self, yes: Self::M, a: Self::F, b: Self::F) -> Self::F {
        from_fn(|at| if yes[at] { a[at] } else { b[at] })
    }

    #[inline(always)]
    fn both(self, a: Self::M, b: Self::M) -> Self::M {
        zip(a, b, |a, b| a & b)
    }

    #[inline(always)]
    fn without(self, a: Self::M, b: Self::M) -> Self::M {
        zip(a, b, |a, b| !a & b)
    }

    #[inline(always)]
    fn bits(self, a: Self::M) -> u32 {
        (0..COUNT).fold(0, |bits, at| bits | u32::from(a[at]) << at)
    }

    #[inline(always)]
    fn splat_i(self, value: i32) -> Self::I {
        [value; COUNT]
    }

    #[inline(always)]
    fn load_i(self, from: &[u32]) -> Self::I {
        from_fn(|at| from[at] as i32)
    }

    #[inline(always)]
    fn load_rows(self, from: &[u32], _stride: usize) -> Self::I {
        from_fn(|at| from[at] as i32)
    }

    #[inline(always)]
    fn store_i(self, value: Self::I, to: &mut [u32]) {
        to[..COUNT].copy_from_slice(&map(value, |value| value as u32));
    }

    #[inline(always)]
    fn and(self, a: Self::I, b: Self::I) -> Self::I {
        zip(a, b, |a, b| a & b)
    }

    #[inline(always)]
    fn or(self, a: Self::I, b: Self::I) -> Self::I {
        zip(a, b, |a, b| a | b)
    }

    #[inline(always)]
    fn add_i(self, a: Self::I, b: Self::I) -> Self::I {
        zip(a, b, i32::wrapping_add)
    }

    #[inline(always)]
    fn mul_i(self, a: Self::I, b: Self::I) -> Self::I {
        zip(a, b, i32::wrapping_mul)
    }

    #[inline(always)]
    fn up<const BITS: u32>(self, a: Self::I) -> Self::I {
        map(a, |a| a << BITS)
    }

    #[inline(always)]
    fn down<const BITS: u32>(self, a: Self::I) -> Self::I {
        map(a, |a| (a as u32 >> BITS) as i32)
    }

    #[inline(always)]
    fn same(self, a: Self::I, b: Self::I) -> Self::M {
        zip(a, b, |a, b| a == b)
    }

    #[inline(always)]
    fn negative(self, a: Self::I) -> Self::M {
        map(a, |a| a < 0)
    }

    #[inline(always)]
    fn select_i(self, yes: Self::M, a: Self::I, b: Self::I) -> Self::I {
        from_fn(|at| if yes[at] { a[at] } else { b[at] })
    }

    #[inline(always)]
    fn to_int(self, a: Self::F) -> Self::I {
        map(a, |a| a.round_ties_even() as i32)
    }

    #[inline(always)]
    fn to_float(self, a: Self::I) -> Self::F {
        map(a, |a| a as f32)
    }

    #[inline(always)]
    fn scale_bytes(self, color: Self::I, share: Self::I) -> Self::I {
        zip(color, share, |color, share| {
            let bytes = color.to_le_bytes();
            i32::from_le_bytes(bytes.map(|byte| ((i32::from(byte) * share + 128) >> 8) as u8))
        })
    }

    #[inline(always)]
    fn put_rgb(self, value: Self::I, to: &mut [u8], _stride: usize) {
        for (pixel, value) in to[..3 * COUNT].chunks_exact_mut(3).zip(value) {
            pixel.copy_from_slice(&value.to_le_bytes()[..3]);
        }
    }

    #[inline(always)]
    fn put_f32(self, value: Self::F, to: &mut [f32], _stride: usize) {
        to[..COUNT].copy_from_slice(&value);
    }

    #[inline(always)]
    fn put_u16(self, value: Self::I, to: &mut [u16], _stride: usize) {
        to[..COUNT].copy_from_slice(&map(value, |value| value as u16));
    }

    #[inline(always)]
    fn put_u32(self, value: Self::I, to: &mut [u32], _stride: usize) {
        to[..COUNT].copy_from_slice(&map(value, |value| value as u32));
    }
}
