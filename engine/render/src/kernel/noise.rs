//! Clouds of two colours in a body's space: value noise, three octaves of it.
//!
//! An octave has a number in -1..1 at every corner of a lattice, from a hash of whole numbers, and goes from corner to
//! corner by t^2 (3 - 2 t). Each is turned against the one before. Where a pixel sees more than half a field of an octave it fades, and is gone from one and a
//! half on: what is left is the mean.

use super::paint::{pack, splats};
use super::pattern::{dot, normals};
use super::tile::{Cell, Tile, blocks};
use crate::lanes::Lanes;
use crate::parts::Part;
use crate::plan::{Plan, TURN};
use crate::rays::RaySource;

/// Octaves: each half as wide and half as strong as the one before.
const OCTAVES: usize = 3;
/// Strength of the first; together they are 1.75 times as strong, and what is beyond 1 is cut.
const FIRST: f32 = 0.9;
/// Corners are whole numbers up to this.
const FARTHEST: f32 = 1e9;

/// Gives the cells of clouded parts their colours.
#[inline(always)]
pub(super) fn noises<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    (plan, parts): (&Plan, &[Part]),
    step: [f32; 2],
    cells: &mut [Cell<L>],
) {
    let (one, minus_one, zero) = (l.splat(1.0), l.splat(-1.0), l.splat(0.0));
    let step = [l.splat(step[0]), l.splat(step[1])];
    for noise in &plan.noises {
        if !tile.holds(&noise.label.rect) {
            continue;
        }
        let surface = &parts[noise.part as usize].surface;
        let tag = l.splat_i(noise.label.tag as i32);
        let seed = (noise.label.tag & 0xffff).wrapping_mul(0x9e37_79b1);
        let axes = [
            splats(l, &noise.axis[0]),
            splats(l, &noise.axis[1]),
            splats(l, &noise.axis[2]),
        ];
        let origin = splats(l, &noise.origin);
        let mean = splats(l, &noise.mean);
        let half = splats(l, &noise.half);
        blocks!(l, tile, noise.label.rect, cells, |x, y, cell| {
            let own = l.same(cell.tag, tag);
            let bits = l.bits(own);
            if bits != 0 {
                let z = l.div(one, cell.w);
                let point = [l.mul(x, z), l.mul(y, z), z];
                let normal = match surface.only_normal() {
                    Some(normal) => splats(l, &normal.to_array()),
                    None => normals(l, surface, &point, cell.face, bits),
                };
                let facing = dot(l, normal, point);
                let facing = l.min(facing, l.mul(z, l.splat(-1e-4)));
                let mut width = zero;
                let mut at = [zero; 3];
                for index in 0..3 {
                    let axis = &axes[index];
                    at[index] = l.add(dot(l, *axis, point), origin[index]);
                    // How far the next ray to the right, and the next below, is along the axis, on the tangent plane.
                    let slide = l.div(dot(l, *axis, point), facing);
                    let right = l.mul(l.fnma(slide, normal[0], axis[0]), step[0]);
                    let down = l.mul(l.fnma(slide, normal[1], axis[1]), step[1]);
                    width = l.max(l.mul(l.add(l.abs(right), l.abs(down)), z), width);
                }
                let mut share = zero;
                let mut strength = FIRST;
                for octave in 0..OCTAVES {
                    let fade = l.max(l.min(l.sub(l.splat(1.5), width), one), zero);
                    if l.bits(l.both(own, l.gt(fade, zero))) == 0 {
                        break;
                    }
                    let value = value(l, &at, seed.wrapping_add(octave as u32));
                    share = l.fma(l.mul(fade, l.splat(strength)), value, share);
                    strength *= 0.5;
                    width = l.add(width, width);
                    let before = at;
                    for (part, row) in at.iter_mut().zip(&TURN) {
                        let row = [
                            l.splat(2.0 * row[0]),
                            l.splat(2.0 * row[1]),
                            l.splat(2.0 * row[2]),
                        ];
                        *part = dot(l, row, before);
                    }
                }
                let share = l.max(l.min(share, one), minus_one);
                let color = pack(
                    l,
                    [
                        l.max(l.fma(half[0], share, mean[0]), zero),
                        l.max(l.fma(half[1], share, mean[1]), zero),
                        l.max(l.fma(half[2], share, mean[2]), zero),
                    ],
                );
                cell.color = l.select_i(own, color, cell.color);
            }
        });
    }
}

/// Noise of one octave at a point of its lattice, -1..1.
#[inline(always)]
fn value<L: Lanes>(l: L, at: &[L::F; 3], seed: u32) -> L::F {
    let (one, zero) = (l.splat(1.0), l.splat(0.0));
    let (least, most) = (l.splat(-FARTHEST), l.splat(FARTHEST));
    let factors = [0x8da6_b343_u32, 0xd816_3841, 0xcb1a_b31f];
    let mut low = [l.splat_i(0); 3];
    let mut ease = [zero; 3];
    for axis in 0..3 {
        let place = l.max(l.min(at[axis], most), least);
        let near = l.round(place);
        let floor = l.select(l.gt(near, place), l.sub(near, one), near);
        let t = l.sub(place, floor);
        ease[axis] = l.mul(l.mul(t, t), l.fnma(l.splat(2.0), t, l.splat(3.0)));
        low[axis] = l.mul_i(l.to_int(floor), l.splat_i(factors[axis] as i32));
    }
    let base = l.add_i(l.add_i(low[0], low[1]), l.add_i(low[2], l.splat_i(seed as i32)));
    let mut corners = [zero; 8];
    for (corner, value) in corners.iter_mut().enumerate() {
        let mut offset = 0_u32;
        for (axis, factor) in factors.iter().enumerate() {
            if corner >> axis & 1 == 1 {
                offset = offset.wrapping_add(*factor);
            }
        }
        *value = random(l, l.add_i(base, l.splat_i(offset as i32)));
    }
    // Along x, then y, then z.
    for (axis, count) in [(0, 4), (1, 2), (2, 1)] {
        for pair in 0..count {
            let (first, second) = (corners[2 * pair], corners[2 * pair + 1]);
            corners[pair] = l.fma(l.sub(second, first), ease[axis], first);
        }
    }
    corners[0]
}

/// A number in -1..1 that looks random, from any whole number.
#[inline(always)]
fn random<L: Lanes>(l: L, from: L::I) -> L::F {
    let mut hash = from;
    hash = l.add_i(hash, l.down::<15>(hash));
    hash = l.mul_i(hash, l.splat_i(0x2c1b_3c6d));
    hash = l.add_i(hash, l.down::<13>(hash));
    hash = l.mul_i(hash, l.splat_i(0x297a_2d39));
    hash = l.add_i(hash, l.down::<16>(hash));
    let share = l.mul(l.to_float(l.down::<8>(hash)), l.splat(2.0 / (1_u32 << 24) as f32));
    l.sub(share, l.splat(1.0))
}
