//! What hides a lamp that is a point: for each shape, whether the way from a pixel's point to the lamp leads through it.
//!
//! All is in the shape's own frame, where the way is p + t d with t from 0 to 1: stretches of it that are inside of planes,
//! slabs and round sides are cut with each other. A convex part never hides a lamp from itself.

use super::paint::splats;
use super::pattern::dot;
use super::shadow::darken;
use super::tile::{Cell, Tile, blocks};
use crate::bvh::Packet;
use crate::lanes::Lanes;
use crate::parts::Part;
use crate::plan::{self, Hider, Plan, SHADED};
use crate::rays::RaySource;
use crate::surface::Solid;

/// What is nearer than this share of the way hides nothing.
const LIFT: f32 = 1e-4;
/// Smallest number by which is divided.
const SMALL: f32 = 1e-12;

/// Where a way is inside: from here to there, and whether it is anywhere.
type Stretch<L> = (<L as Lanes>::F, <L as Lanes>::F, <L as Lanes>::M);

/// Loops over the pixels that a hider may touch, with the point of each in the hider's frame, and the way from there to the lamp.
macro_rules! ways {
    ($l:ident, $tile:ident, $hider:ident, $way:ident, $cells:ident, |$p:ident, $d:ident, $cell:ident| $body:block) => {{
        blocks!($l, $tile, $hider.label.rect, $cells, |x, y, $cell| {
            let $p = $way.point($l, (x, y), $cell.w);
            let $d = $way.to_lamp($l, &$p);
            $body
        });
    }};
}

/// Marks the pixels whose points the plan's shapes hide from its lamp.
#[inline(always)]
pub(super) fn hide<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    (plan, parts): (&Plan, &[Part]),
    cells: &mut [Cell<L>],
) {
    for hider in &plan.hiders {
        let way = Way::new(l, hider);
        match hider.kind {
            plan::HIDES_AS_BALL => ways!(l, tile, hider, way, cells, |p, d, cell| {
                way.mark(l, cell, ball(l, &way, &p, &d));
            }),
            plan::HIDES_AS_BOX => ways!(l, tile, hider, way, cells, |p, d, cell| {
                way.mark(l, cell, brick(l, &way, &p, &d));
            }),
            plan::HIDES_AS_CYLINDER => ways!(l, tile, hider, way, cells, |p, d, cell| {
                way.mark(l, cell, cylinder(l, &way, &p, &d));
            }),
            // A cylinder and a ball at each of its ends.
            plan::HIDES_AS_CAPSULE => ways!(l, tile, hider, way, cells, |p, d, cell| {
                let half = way.size[2];
                way.mark(l, cell, cylinder(l, &way, &p, &d));
                let upper = [p[0], p[1], l.sub(p[2], half)];
                let lower = [p[0], p[1], l.add(p[2], half)];
                way.mark(l, cell, end(l, &way, &upper, &d));
                way.mark(l, cell, end(l, &way, &lower, &d));
            }),
            plan::HIDES_AS_CONE => ways!(l, tile, hider, way, cells, |p, d, cell| {
                let (before, after) = cone(l, &way, &p, &d);
                way.mark(l, cell, before);
                way.mark(l, cell, after);
            }),
            plan::HIDES_AS_HULL => {
                let planes = &plan.hider_planes[hider.first as usize..][..hider.count as usize];
                ways!(l, tile, hider, way, cells, |p, d, cell| {
                    way.mark(l, cell, hull(l, &way, planes, &p, &d));
                });
            }
            plan::HIDES_AS_FLOOR => floor(l, tile, hider, &way, cells),
            _ => mesh(l, tile, hider, parts, &way, cells),
        }
    }
}

/// From pixels to ways in a shape's frame, and marks on pixels.
struct Way<L: Lanes> {
    axes: [[L::F; 3]; 3],
    origin: [L::F; 3],
    lamp: [L::F; 3],
    size: [L::F; 3],
    tag: L::I,
    mask: L::I,
    shaded: L::I,
    lift: L::F,
    zero: L::F,
    one: L::F,
    small: L::F,
}

impl<L: Lanes> Way<L> {
    #[inline(always)]
    fn new(l: L, hider: &Hider) -> Way<L> {
        Way {
            axes: [
                splats(l, &hider.axis[0]),
                splats(l, &hider.axis[1]),
                splats(l, &hider.axis[2]),
            ],
            origin: splats(l, &hider.origin),
            lamp: splats(l, &hider.lamp),
            size: splats(l, &hider.size),
            tag: l.splat_i(hider.label.tag as i32),
            mask: l.splat_i(!SHADED as i32),
            shaded: l.splat_i(SHADED as i32),
            lift: l.splat(LIFT),
            zero: l.splat(0.0),
            one: l.splat(1.0),
            small: l.splat(SMALL),
        }
    }

    /// The point that a pixel sees.
    #[inline(always)]
    fn point(&self, l: L, (x, y): (L::F, L::F), w: L::F) -> [L::F; 3] {
        let z = l.div(self.one, w);
        let along = [l.mul(x, z), l.mul(y, z), z];
        [
            l.add(dot(l, self.axes[0], along), self.origin[0]),
            l.add(dot(l, self.axes[1], along), self.origin[1]),
            l.add(dot(l, self.axes[2], along), self.origin[2]),
        ]
    }

    /// From there to the lamp.
    #[inline(always)]
    fn to_lamp(&self, l: L, p: &[L::F; 3]) -> [L::F; 3] {
        [
            l.sub(self.lamp[0], p[0]),
            l.sub(self.lamp[1], p[1]),
            l.sub(self.lamp[2], p[2]),
        ]
    }

    /// Marks pixels whose way is inside somewhere on a stretch.
    #[inline(always)]
    fn mark(&self, l: L, cell: &mut Cell<L>, (enter, leave, valid): Stretch<L>) {
        let dark = l.gt(l.min(leave, self.one), l.max(enter, self.lift));
        self.darken(l, cell, l.both(dark, valid));
    }

    #[inline(always)]
    fn darken(&self, l: L, cell: &mut Cell<L>, dark: L::M) {
        let own = l.same(l.and(cell.tag, self.mask), self.tag);
        let dark = l.without(own, dark);
        cell.tag = l.select_i(dark, l.or(cell.tag, self.shaded), cell.tag);
    }

    /// The number, or one a little off 0.
    #[inline(always)]
    fn off_zero(&self, l: L, value: L::F) -> L::F {
        l.select(l.gt(l.abs(value), self.small), value, self.small)
    }

    /// Where the way is between -half and half along an axis.
    #[inline(always)]
    fn slab(&self, l: L, p: L::F, d: L::F, half: L::F) -> (L::F, L::F) {
        let inverse = l.div(self.one, self.off_zero(l, d));
        let first = l.mul(l.sub(l.sub(self.zero, half), p), inverse);
        let second = l.mul(l.sub(half, p), inverse);
        (l.min(first, second), l.max(first, second))
    }

    /// Where a t^2 + 2 b t + c is below 0, a above 0; and whether it is anywhere.
    #[inline(always)]
    fn round(&self, l: L, a: L::F, b: L::F, c: L::F) -> Stretch<L> {
        let a = l.max(a, self.small);
        let square = l.fnma(a, c, l.mul(b, b));
        let root = l.sqrt(l.max(square, self.zero));
        let inverse = l.div(self.one, a);
        let middle = l.sub(self.zero, b);
        (
            l.mul(l.sub(middle, root), inverse),
            l.mul(l.add(middle, root), inverse),
            l.gt(square, self.zero),
        )
    }
}

/// A ball or an ellipsoid: stretched, a unit ball.
#[inline(always)]
fn ball<L: Lanes>(l: L, way: &Way<L>, p: &[L::F; 3], d: &[L::F; 3]) -> Stretch<L> {
    let p = [
        l.div(p[0], way.size[0]),
        l.div(p[1], way.size[1]),
        l.div(p[2], way.size[2]),
    ];
    let d = [
        l.div(d[0], way.size[0]),
        l.div(d[1], way.size[1]),
        l.div(d[2], way.size[2]),
    ];
    let c = l.sub(dot(l, p, p), way.one);
    way.round(l, dot(l, d, d), dot(l, p, d), c)
}

#[inline(always)]
fn brick<L: Lanes>(l: L, way: &Way<L>, p: &[L::F; 3], d: &[L::F; 3]) -> Stretch<L> {
    let (x0, x1) = way.slab(l, p[0], d[0], way.size[0]);
    let (y0, y1) = way.slab(l, p[1], d[1], way.size[1]);
    let (z0, z1) = way.slab(l, p[2], d[2], way.size[2]);
    let enter = l.max(l.max(x0, y0), z0);
    let leave = l.min(l.min(x1, y1), z1);
    (enter, leave, l.ge(way.one, way.zero))
}

/// Its radius is the first size, half of its height the third.
#[inline(always)]
fn cylinder<L: Lanes>(l: L, way: &Way<L>, p: &[L::F; 3], d: &[L::F; 3]) -> Stretch<L> {
    let radius = way.size[0];
    let a = l.fma(d[0], d[0], l.mul(d[1], d[1]));
    let b = l.fma(p[0], d[0], l.mul(p[1], d[1]));
    let c = l.fma(p[0], p[0], l.mul(p[1], p[1]));
    let (enter, leave, valid) = way.round(l, a, b, l.fnma(radius, radius, c));
    let (z0, z1) = way.slab(l, p[2], d[2], way.size[2]);
    (l.max(enter, z0), l.min(leave, z1), valid)
}

/// A ball at the origin whose radius is the first size.
#[inline(always)]
fn end<L: Lanes>(l: L, way: &Way<L>, p: &[L::F; 3], d: &[L::F; 3]) -> Stretch<L> {
    let c = l.fnma(way.size[0], way.size[0], dot(l, *p, *p));
    way.round(l, dot(l, *d, *d), dot(l, *p, *d), c)
}

/// Its apex is at the origin; its slope is the first size, its height the third. Two stretches, of which a flat way has both
/// the same.
#[inline(always)]
fn cone<L: Lanes>(l: L, way: &Way<L>, p: &[L::F; 3], d: &[L::F; 3]) -> (Stretch<L>, Stretch<L>) {
    let squared = l.mul(way.size[0], way.size[0]);
    let half = l.mul(way.size[2], l.splat(0.5));
    let (z0, z1) = way.slab(l, l.add(p[2], half), d[2], half);
    let a = l.fma(d[0], d[0], l.mul(d[1], d[1]));
    let a = way.off_zero(l, l.fnma(l.mul(squared, d[2]), d[2], a));
    let b = l.fma(p[0], d[0], l.mul(p[1], d[1]));
    let b = l.fnma(l.mul(squared, p[2]), d[2], b);
    let c = l.fma(p[0], p[0], l.mul(p[1], p[1]));
    let c = l.fnma(l.mul(squared, p[2]), p[2], c);
    let square = l.fnma(a, c, l.mul(b, b));
    let valid = l.gt(square, way.zero);
    let root = l.sqrt(l.max(square, way.zero));
    let inverse = l.div(way.one, a);
    let middle = l.sub(way.zero, b);
    let first = l.mul(l.sub(middle, root), inverse);
    let second = l.mul(l.add(middle, root), inverse);
    let (low, high) = (l.min(first, second), l.max(first, second));
    // A flat way is inside between the crossings; a steep one before the lower and after the upper, of which the planes of
    // apex and base leave one.
    let flat = l.gt(a, way.zero);
    let (enter, leave) = (l.max(z0, low), l.min(z1, high));
    let before = (
        l.select(flat, enter, z0),
        l.select(flat, leave, l.min(z1, low)),
        valid,
    );
    let after = (
        l.select(flat, enter, l.max(z0, high)),
        l.select(flat, leave, z1),
        valid,
    );
    (before, after)
}

#[inline(always)]
fn hull<L: Lanes>(l: L, way: &Way<L>, planes: &[[f32; 4]], p: &[L::F; 3], d: &[L::F; 3]) -> Stretch<L> {
    let (mut enter, mut leave) = (way.lift, way.one);
    for plane in planes {
        let normal = [l.splat(plane[0]), l.splat(plane[1]), l.splat(plane[2])];
        let room = l.sub(l.splat(plane[3]), dot(l, normal, *p));
        let rate = way.off_zero(l, dot(l, normal, *d));
        let at = l.div(room, rate);
        let outwards = l.gt(rate, way.zero);
        leave = l.select(outwards, l.min(at, leave), leave);
        enter = l.select(outwards, enter, l.max(at, enter));
    }
    (enter, leave, l.ge(way.one, way.zero))
}

/// A floor that the lamp is below hides it from what is above.
#[inline(always)]
fn floor<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    hider: &Hider,
    way: &Way<L>,
    cells: &mut [Cell<L>],
) {
    if hider.lamp[2] >= 0.0 {
        return;
    }
    blocks!(l, tile, hider.label.rect, cells, |x, y, cell| {
        let p = way.point(l, (x, y), cell.w);
        way.darken(l, cell, l.gt(p[2], way.zero));
    });
}

/// Pixel by pixel, of the mesh itself too: it need not be convex.
#[inline(always)]
fn mesh<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    hider: &Hider,
    parts: &[Part],
    way: &Way<L>,
    cells: &mut [Cell<L>],
) {
    let Solid::Mesh(mesh) = &parts[hider.part as usize].surface.solid else {
        return;
    };
    let sky = l.splat_i(plan::SKY as i32);
    blocks!(l, tile, hider.label.rect, cells, |x, y, cell| {
        let open = l.without(l.negative(cell.tag), l.ge(way.one, way.zero));
        let mut rays = l.bits(l.without(l.same(cell.tag, sky), open));
        if rays != 0 {
            let p = way.point(l, (x, y), cell.w);
            let to = way.to_lamp(l, &p);
            let from = [
                l.add(p[0], l.mul(to[0], way.lift)),
                l.add(p[1], l.mul(to[1], way.lift)),
                l.add(p[2], l.mul(to[2], way.lift)),
            ];
            l.run(Packet {
                tree: &mesh.tree,
                from,
                ray: to,
                most: 1.0 - LIFT,
                rays: &mut rays,
            });
            darken(l, cell, rays);
        }
    });
}
