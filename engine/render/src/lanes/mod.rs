//! Several pixels at once: one trait, and a body of it for each instruction set.
//!
//! **Invariant:** every operation here gives the same bits in all bodies: sums, products, quotients, square roots and
//! fused multiply-adds are rounded once, to nearest, ties to even; `min` and `max` give their second operand where
//! one is NaN; integers wrap. There are no approximations.
//! **Invariant:** a value of a `Lanes` type exists only where the processor has its instructions, so its methods are
//! safe to call.
//!
//! Trap: in kernels no closure and no `array::map` or `from_fn` may hold values of lanes. They are functions of their
//! own that lack the instructions of the one around them, so every operation becomes a call: nine times as slow.
//! Write loops, and call `#[inline(always)]` functions.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) use neon::Neon;
pub(crate) use scalar::Scalar;

/// What is to run with an instruction set.
pub(crate) trait Kernel<L: Lanes> {
    /// Must be `#[inline(always)]`, and all it calls with lanes too: the instructions are allowed only in there.
    fn run(self, lanes: L);
}

/// A block of pixels, 4 wide and `ROWS` high, row by row: `COUNT` values of each kind.
pub(crate) trait Lanes: Copy + Send + Sync + 'static {
    /// Pixels in a block.
    const COUNT: usize;
    /// Rows of a block.
    const ROWS: usize = Self::COUNT / 4;
    /// `f32` values.
    type F: Copy + Send + Sync;
    /// `i32` values; where they are used as `u32`, the same bits.
    type I: Copy + Send + Sync;
    /// Yes or no.
    type M: Copy;

    /// Runs a kernel with the instructions enabled.
    fn run<K: Kernel<Self>>(self, kernel: K);

    /// The same value everywhere.
    fn splat(self, value: f32) -> Self::F;
    /// The first `COUNT` values.
    fn load(self, from: &[f32]) -> Self::F;
    /// The first 4 values in each row.
    fn load_row(self, from: &[f32]) -> Self::F;
    /// To the first `COUNT` places.
    fn store(self, value: Self::F, to: &mut [f32]);
    /// a + b
    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    /// a - b
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    /// a b
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    /// a / b
    fn div(self, a: Self::F, b: Self::F) -> Self::F;
    /// a b + c, rounded once.
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// a b - c, rounded once.
    fn fms(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// c - a b, rounded once.
    fn fnma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// a < b ? a : b
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    /// a > b ? a : b
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    /// The square root; NaN of numbers below 0.
    fn sqrt(self, a: Self::F) -> Self::F;
    /// Without its sign.
    fn abs(self, a: Self::F) -> Self::F;
    /// The nearest integer, ties to even.
    fn round(self, a: Self::F) -> Self::F;
    /// a > b; no where one is NaN.
    fn gt(self, a: Self::F, b: Self::F) -> Self::M;
    /// a >= b; no where one is NaN.
    fn ge(self, a: Self::F, b: Self::F) -> Self::M;
    /// yes ? a : b
    fn select(self, yes: Self::M, a: Self::F, b: Self::F) -> Self::F;

    /// Both.
    fn both(self, a: Self::M, b: Self::M) -> Self::M;
    /// b without a.
    fn without(self, a: Self::M, b: Self::M) -> Self::M;
    /// One bit for each pixel, the first lowest.
    fn bits(self, a: Self::M) -> u32;

    /// The same value everywhere.
    fn splat_i(self, value: i32) -> Self::I;
    /// The first `COUNT` values.
    fn load_i(self, from: &[u32]) -> Self::I;
    /// 4 values of each row; rows are `stride` apart.
    fn load_rows(self, from: &[u32], stride: usize) -> Self::I;
    /// To the first `COUNT` places.
    fn store_i(self, value: Self::I, to: &mut [u32]);
    /// Bitwise and.
    fn and(self, a: Self::I, b: Self::I) -> Self::I;
    /// Bitwise or.
    fn or(self, a: Self::I, b: Self::I) -> Self::I;
    /// a + b
    fn add_i(self, a: Self::I, b: Self::I) -> Self::I;
    /// a b
    fn mul_i(self, a: Self::I, b: Self::I) -> Self::I;
    /// Bits moved up.
    fn up<const BITS: u32>(self, a: Self::I) -> Self::I;
    /// Bits moved down, zeros from above.
    fn down<const BITS: u32>(self, a: Self::I) -> Self::I;
    /// a == b
    fn same(self, a: Self::I, b: Self::I) -> Self::M;
    /// Where the highest bit is set.
    fn negative(self, a: Self::I) -> Self::M;
    /// yes ? a : b
    fn select_i(self, yes: Self::M, a: Self::I, b: Self::I) -> Self::I;
    /// The nearest integer, ties to even. Numbers must be within i32.
    fn to_int(self, a: Self::F) -> Self::I;
    /// As f32, nearest.
    fn to_float(self, a: Self::I) -> Self::F;
    /// Each of the 4 bytes of a colour times a share of 0..=256, divided by 256 and rounded, halves up.
    fn scale_bytes(self, color: Self::I, share: Self::I) -> Self::I;

    /// Writes the lower 3 bytes of each pixel; rows are `stride` bytes apart.
    fn put_rgb(self, value: Self::I, to: &mut [u8], stride: usize);
    /// Writes each pixel; rows are `stride` values apart.
    fn put_f32(self, value: Self::F, to: &mut [f32], stride: usize);
    /// Writes the lower 16 bits of each pixel; rows are `stride` values apart.
    fn put_u16(self, value: Self::I, to: &mut [u16], stride: usize);
    /// Writes each pixel; rows are `stride` values apart.
    fn put_u32(self, value: Self::I, to: &mut [u32], stride: usize);
}

/// Instruction sets, best first, that this build knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstructionSet {
    /// AVX-512 F, BW, DQ and VL: 16 pixels at once.
    Avx512,
    /// AVX2 and FMA: 8 pixels at once.
    Avx2,
    /// NEON of 64-bit ARM: 4 pixels at once.
    Neon,
    /// Whatever there is: the same bits, slowly where the processor has no fused multiply-add.
    Scalar,
}

impl InstructionSet {
    /// All of them, best first.
    pub const ALL: [InstructionSet; 4] = [
        InstructionSet::Avx512,
        InstructionSet::Avx2,
        InstructionSet::Neon,
        InstructionSet::Scalar,
    ];

    /// The best one of this processor.
    pub fn best() -> InstructionSet {
        Self::ALL
            .into_iter()
            .find(|set| set.available())
            .unwrap_or(InstructionSet::Scalar)
    }

    /// True where this processor has it.
    pub fn available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => Avx512::detect().is_some(),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => Avx2::detect().is_some(),
            InstructionSet::Neon => cfg!(target_arch = "aarch64"),
            InstructionSet::Scalar => true,
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// Its name: `avx512`, `avx2`, `neon` or `scalar`.
    pub fn name(self) -> &'static str {
        match self {
            InstructionSet::Avx512 => "avx512",
            InstructionSet::Avx2 => "avx2",
            InstructionSet::Neon => "neon",
            InstructionSet::Scalar => "scalar",
        }
    }
}
