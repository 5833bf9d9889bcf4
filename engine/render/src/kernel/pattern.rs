//! Patterns in space on bodies: slabs and cubes of two colours, filtered over what a pixel sees of the surface.

use super::paint::{filtered, pack, splats};
use super::tile::{Cell, Tile, blocks};
use crate::lanes::Lanes;
use crate::parts::Part;
use crate::plan::Plan;
use crate::rays::RaySource;
use crate::surface::{LastNormal, Surface};
use glam::Vec3;

/// Gives the cells of patterned parts their colours.
#[inline(always)]
pub(super) fn patterns<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    (plan, parts): (&Plan, &[Part]),
    step: [f32; 2],
    cells: &mut [Cell<L>],
) {
    let (one, zero) = (l.splat(1.0), l.splat(0.0));
    let minus_one = l.splat(-1.0);
    let half_step = [l.splat(0.5 * step[0]), l.splat(0.5 * step[1])];
    for pattern in &plan.patterns {
        if !tile.holds(&pattern.label.rect) {
            continue;
        }
        let surface = &parts[pattern.part as usize].surface;
        let tag = l.splat_i(pattern.label.tag as i32);
        let axes = [
            splats(l, &pattern.axis[0]),
            splats(l, &pattern.axis[1]),
            splats(l, &pattern.axis[2]),
        ];
        let origin = splats(l, &pattern.origin);
        let inset = l.splat(pattern.inset_m);
        let mean = splats(l, &pattern.mean);
        let half = splats(l, &pattern.half);
        blocks!(l, tile, pattern.label.rect, cells, |x, y, cell| {
            let own = l.same(cell.tag, tag);
            let bits = l.bits(own);
            if bits != 0 {
                let z = l.div(one, cell.w);
                let point = [l.mul(x, z), l.mul(y, z), z];
                let normal = normals(l, surface, &point, cell.face, bits);
                let inner = [
                    l.fnma(normal[0], inset, point[0]),
                    l.fnma(normal[1], inset, point[1]),
                    l.fnma(normal[2], inset, point[2]),
                ];
                let facing = dot(l, normal, point);
                let facing = l.min(facing, l.mul(z, l.splat(-1e-4)));
                let mut share = one;
                for index in 0..pattern.axes as usize {
                    let axis = &axes[index];
                    // How far the next ray to the right, and the next below, is along the axis, on the tangent plane.
                    let slide = l.div(dot(l, *axis, point), facing);
                    let right = l.mul(l.fnma(slide, normal[0], axis[0]), half_step[0]);
                    let down = l.mul(l.fnma(slide, normal[1], axis[1]), half_step[1]);
                    let width = l.mul(l.add(l.abs(right), l.abs(down)), z);
                    let (sum, width) = filtered(l, l.add(dot(l, *axis, inner), origin[index]), width);
                    let wave = l.max(l.min(l.div(sum, width), one), minus_one);
                    share = l.mul(share, wave);
                }
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

/// Normals of a surface at points of its faces, in the pixels of these bits; one by one: each shape has its own way.
#[inline(always)]
pub(super) fn normals<L: Lanes>(
    l: L,
    surface: &Surface,
    point: &[L::F; 3],
    face: L::I,
    mut bits: u32,
) -> [L::F; 3] {
    let mut at = [[0.0_f32; 16]; 3];
    for axis in 0..3 {
        l.store(point[axis], &mut at[axis]);
    }
    let mut faces = [0_u32; 16];
    l.store_i(face, &mut faces);
    let mut normals = [[0.0_f32; 16]; 3];
    let mut last = LastNormal::default();
    while bits != 0 {
        let pixel = bits.trailing_zeros() as usize % 16;
        bits &= bits - 1;
        let point = Vec3::new(at[0][pixel], at[1][pixel], at[2][pixel]);
        let normal = last.of(surface, 0, point, faces[pixel]);
        for (axis, lane) in normals.iter_mut().enumerate() {
            lane[pixel] = normal[axis];
        }
    }
    [l.load(&normals[0]), l.load(&normals[1]), l.load(&normals[2])]
}

#[inline(always)]
pub(super) fn dot<L: Lanes>(l: L, a: [L::F; 3], b: [L::F; 3]) -> L::F {
    l.fma(a[0], b[0], l.fma(a[1], b[1], l.mul(a[2], b[2])))
}
