//! Four numbers that are reckoned with at once: three of a vector and a zero, or four of a kind.
//!
//! Rapier's own vector of four: vector instructions where a target has them, single numbers elsewhere. Only sums, differences,
//! products and comparisons are taken of it, which are rounded alike everywhere: so the bits are the same.
//!
//! Trap: the vectors of `glam` are single numbers here, since Rapier's determinism asks for that, and plain arrays are taken
//! apart by the compiler: the sweeps took a quarter more instructions with either.

use glam::Vec3;
use rapier3d::math::SimdReal;
use rapier3d::na::SimdPartialOrd;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// Four numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Four(SimdReal);

impl Four {
    /// A vector, and 0.
    #[inline(always)]
    pub(super) fn new(vector: Vec3) -> Four {
        Four::of([vector.x, vector.y, vector.z, 0.0])
    }

    #[inline(always)]
    pub(super) fn of(lanes: [f32; 4]) -> Four {
        Four(SimdReal::from(lanes))
    }

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Four {
        Four::of([value; 4])
    }

    #[inline(always)]
    pub(super) fn lanes(self) -> [f32; 4] {
        self.0.into()
    }

    #[inline(always)]
    pub(super) fn vector(self) -> Vec3 {
        let [x, y, z, _] = self.lanes();
        Vec3 { x, y, z }
    }

    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let [x, y, z, w] = self.lanes();
        (x + z) + (y + w)
    }

    #[inline(always)]
    pub(super) fn dot(self, other: Four) -> f32 {
        (self * other).sum()
    }

    /// A bit for each lane that is below the other's.
    #[inline(always)]
    pub(super) fn below(self, other: Four) -> u32 {
        self.0.simd_lt(other.0).0.to_bitmask()
    }
}

impl Default for Four {
    #[inline(always)]
    fn default() -> Four {
        Four::splat(0.0)
    }
}

impl Add for Four {
    type Output = Four;
    #[inline(always)]
    fn add(self, other: Four) -> Four {
        Four(self.0 + other.0)
    }
}

impl Sub for Four {
    type Output = Four;
    #[inline(always)]
    fn sub(self, other: Four) -> Four {
        Four(self.0 - other.0)
    }
}

impl Mul for Four {
    type Output = Four;
    #[inline(always)]
    fn mul(self, other: Four) -> Four {
        Four(self.0 * other.0)
    }
}

impl Mul<f32> for Four {
    type Output = Four;
    #[inline(always)]
    fn mul(self, factor: f32) -> Four {
        self * Four::splat(factor)
    }
}

impl Neg for Four {
    type Output = Four;
    #[inline(always)]
    fn neg(self) -> Four {
        self * -1.0
    }
}

impl AddAssign for Four {
    #[inline(always)]
    fn add_assign(&mut self, other: Four) {
        *self = *self + other;
    }
}

impl SubAssign for Four {
    #[inline(always)]
    fn sub_assign(&mut self, other: Four) {
        *self = *self - other;
    }
}
