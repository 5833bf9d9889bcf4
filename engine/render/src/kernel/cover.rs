//! What each pixel sees: the nearest of all shapes, by inverse depth.

use super::tile::{Cell, Line, Line4, Tile, blocks};
use crate::lanes::Lanes;
use crate::plan::{self, Label, OPPOSITE, OUTSIDE, Plan, Square};
use crate::rays::RaySource;

/// Surfaces nearer than the inverse of this are not seen, 1/m.
const NEAR_W: f32 = 1e7;

/// A function of second degree of the ray.
#[derive(Clone, Copy)]
struct Root<L: Lanes> {
    at: [L::F; 2],
    uu: L::F,
    uv: L::F,
    vv: L::F,
    u: L::F,
    v: L::F,
    one: L::F,
}

impl<L: Lanes> Root<L> {
    #[inline(always)]
    fn new(l: L, square: &Square) -> Root<L> {
        Root {
            at: [l.splat(square.at[0]), l.splat(square.at[1])],
            uu: l.splat(square.uu),
            uv: l.splat(square.uv),
            vv: l.splat(square.vv),
            u: l.splat(square.u),
            v: l.splat(square.v),
            one: l.splat(square.one),
        }
    }

    /// Its value, not yet the root.
    #[inline(always)]
    fn square(&self, l: L, x: L::F, y: L::F) -> L::F {
        let (u, v) = (l.sub(x, self.at[0]), l.sub(y, self.at[1]));
        // Both of these are the same in a whole row of blocks of a pinhole.
        let first = l.fma(self.uv, v, self.u);
        let rest = l.fma(v, l.fma(self.vv, v, self.v), self.one);
        l.fma(u, l.fma(self.uu, u, first), rest)
    }
}

/// What a shape writes where it is nearest.
struct Stamp<L: Lanes> {
    tag: L::I,
    color: L::I,
    zero: L::F,
}

impl<L: Lanes> Stamp<L> {
    #[inline(always)]
    fn new(l: L, label: &Label) -> Stamp<L> {
        Stamp {
            tag: l.splat_i(label.tag as i32),
            color: l.splat_i(label.color as i32),
            zero: l.splat(0.0),
        }
    }
}

/// Draws everything but the first floor, which is there already.
#[inline(always)]
pub(super) fn cover<L: Lanes, R: RaySource, const COLOR: bool>(
    l: L,
    tile: &Tile<'_, R>,
    plan: &Plan,
    cells: &mut [Cell<L>],
) {
    for floor in plan.floors.iter().skip(1) {
        plane::<L, R, COLOR>(l, tile, floor, cells);
    }
    for brick in &plan.bricks {
        match brick.fronts {
            1 => self::brick::<L, R, COLOR, 1>(l, tile, brick, cells),
            2 => self::brick::<L, R, COLOR, 2>(l, tile, brick, cells),
            _ => self::brick::<L, R, COLOR, 3>(l, tile, brick, cells),
        }
    }
    for ball in &plan.balls {
        self::ball::<L, R, COLOR>(l, tile, ball, cells);
    }
    for ellipsoid in &plan.ellipsoids {
        self::ellipsoid::<L, R, COLOR>(l, tile, ellipsoid, cells);
    }
    for cylinder in &plan.cylinders {
        if cylinder.mode == OUTSIDE {
            tube::<L, R, COLOR, false, false>(l, tile, cylinder, cells);
        } else {
            tube::<L, R, COLOR, false, true>(l, tile, cylinder, cells);
        }
    }
    for cone in &plan.cones {
        if cone.mode == OUTSIDE {
            tube::<L, R, COLOR, true, false>(l, tile, cone, cells);
        } else {
            tube::<L, R, COLOR, true, true>(l, tile, cone, cells);
        }
    }
    for hull in &plan.hulls {
        self::hull::<L, R, COLOR>(l, tile, hull, plan, cells);
    }
    for triangle in &plan.triangles {
        self::triangle::<L, R, COLOR>(l, tile, triangle, cells);
    }
}

/// Keeps w where it is nearer; `a z + b` is the normal's part along the sun.
#[inline(always)]
fn keep<L: Lanes, const COLOR: bool>(
    l: L,
    cell: &mut Cell<L>,
    nearer: L::M,
    w: L::F,
    stamp: &Stamp<L>,
    (a, b): (L::F, L::F),
) {
    cell.w = l.select(nearer, w, cell.w);
    cell.tag = l.select_i(nearer, stamp.tag, cell.tag);
    if COLOR {
        cell.a = l.select(nearer, a, cell.a);
        cell.b = l.select(nearer, b, cell.b);
        cell.color = l.select_i(nearer, stamp.color, cell.color);
    }
}

#[inline(always)]
fn ball<L: Lanes, R: RaySource, const COLOR: bool>(
    l: L,
    tile: &Tile<'_, R>,
    ball: &plan::Ball,
    cells: &mut [Cell<L>],
) {
    let stamp = Stamp::new(l, &ball.label);
    let middle = Line::new(l, &ball.middle);
    let root = Root::new(l, &ball.square);
    let sun = Line::new(l, &ball.sun);
    let sun_one = l.splat(ball.sun_one);
    let face = l.splat_i(0);
    blocks!(l, tile, ball.label.rect, cells, |x, y, cell| {
        // A miss is NaN, which is not nearer.
        let w = l.add(middle.at(l, x, y), l.sqrt(root.square(l, x, y)));
        let nearer = l.gt(w, cell.w);
        let a = if COLOR { sun.at(l, x, y) } else { stamp.zero };
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (a, sun_one));
        if tile.faces {
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}

#[inline(always)]
fn ellipsoid<L: Lanes, R: RaySource, const COLOR: bool>(
    l: L,
    tile: &Tile<'_, R>,
    ellipsoid: &plan::Ellipsoid,
    cells: &mut [Cell<L>],
) {
    let stamp = Stamp::new(l, &ellipsoid.label);
    let middle = Line::new(l, &ellipsoid.middle);
    let root = Root::new(l, &ellipsoid.square);
    let gradient = [
        Line4::new(l, &ellipsoid.gradient[0]),
        Line4::new(l, &ellipsoid.gradient[1]),
        Line4::new(l, &ellipsoid.gradient[2]),
    ];
    let sun = Line4::new(l, &ellipsoid.sun);
    let face = l.splat_i(0);
    blocks!(l, tile, ellipsoid.label.rect, cells, |x, y, cell| {
        // A miss is NaN, which is not nearer.
        let w = l.add(middle.at(l, x, y), l.sqrt(root.square(l, x, y)));
        let nearer = l.gt(w, cell.w);
        let mut b = stamp.zero;
        if COLOR && l.bits(nearer) != 0 {
            let (gx, gy) = (gradient[0].at(l, x, y, w), gradient[1].at(l, x, y, w));
            let gz = gradient[2].at(l, x, y, w);
            let length = l.sqrt(l.fma(gx, gx, l.fma(gy, gy, l.mul(gz, gz))));
            b = l.div(sun.at(l, x, y, w), length);
        }
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (stamp.zero, b));
        if tile.faces {
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}

#[inline(always)]
fn brick<L: Lanes, R: RaySource, const COLOR: bool, const FRONTS: usize>(
    l: L,
    tile: &Tile<'_, R>,
    brick: &plan::Brick,
    cells: &mut [Cell<L>],
) {
    let stamp = Stamp::new(l, &brick.label);
    let s = &brick.sides;
    let sides = [
        Line::new(l, &s[0].w),
        Line::new(l, &s[1].w),
        Line::new(l, &s[2].w),
        Line::new(l, &s[3].w),
        Line::new(l, &s[4].w),
        Line::new(l, &s[5].w),
    ];
    let suns = [l.splat(s[0].sun), l.splat(s[1].sun), l.splat(s[2].sun)];
    let faces = [
        l.splat_i(s[0].face as i32),
        l.splat_i(s[1].face as i32),
        l.splat_i(s[2].face as i32),
    ];
    blocks!(l, tile, brick.label.rect, cells, |x, y, cell| {
        let mut w = sides[0].at(l, x, y);
        let mut sun = suns[0];
        let mut face = faces[0];
        if FRONTS > 1 {
            let other = sides[1].at(l, x, y);
            let lower = l.gt(w, other);
            w = l.min(other, w);
            sun = l.select(lower, suns[1], sun);
            face = l.select_i(lower, faces[1], face);
        }
        if FRONTS > 2 {
            let other = sides[2].at(l, x, y);
            let lower = l.gt(w, other);
            w = l.min(other, w);
            sun = l.select(lower, suns[2], sun);
            face = l.select_i(lower, faces[2], face);
        }
        let mut back = sides[FRONTS].at(l, x, y);
        for side in &sides[FRONTS + 1..] {
            back = l.max(side.at(l, x, y), back);
        }
        let nearer = l.both(l.ge(w, back), l.gt(w, cell.w));
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (stamp.zero, sun));
        if tile.faces {
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}

#[inline(always)]
fn tube<L: Lanes, R: RaySource, const COLOR: bool, const CONE: bool, const INSIDE: bool>(
    l: L,
    tile: &Tile<'_, R>,
    tube: &plan::Tube,
    cells: &mut [Cell<L>],
) {
    let stamp = Stamp::new(l, &tube.label);
    let middle = Line::new(l, &tube.middle);
    let root = Root::new(l, &tube.square);
    let front = Line::new(l, &tube.front);
    let backs = [Line::new(l, &tube.backs[0]), Line::new(l, &tube.backs[1])];
    let sun = Line::new(l, &[tube.sun[0], tube.sun[1], tube.sun[2]]);
    let sun_by = Line::new(l, &[tube.sun_by[0], tube.sun_by[1], tube.sun_by[2]]);
    let (sun_w, sun_by_w) = (l.splat(tube.sun[3]), l.splat(tube.sun_by[3]));
    let (sun_one, front_sun) = (l.splat(tube.sun_one), l.splat(tube.front_sun));
    let faces = [l.splat_i(0), l.splat_i(tube.front_face as i32)];
    let endless = l.splat(plan::ENDLESS);
    let opposite = tube.mode == OPPOSITE;
    blocks!(l, tile, tube.label.rect, cells, |x, y, cell| {
        let square = root.square(l, x, y);
        let middle = middle.at(l, x, y);
        let root = l.sqrt(l.max(square, stamp.zero));
        let meets = l.ge(square, stamp.zero);
        let (mut high, mut low, mut valid) = (l.add(middle, root), l.sub(middle, root), meets);
        if INSIDE {
            if opposite {
                high = low;
                low = stamp.zero;
            } else {
                // A ray that does not cross the side is inside all the way.
                low = l.select(meets, high, stamp.zero);
                high = endless;
                valid = l.ge(endless, stamp.zero);
            }
        }
        let front = front.at(l, x, y);
        let by_side = l.ge(front, high);
        let w = l.min(front, high);
        let back = l.max(backs[0].at(l, x, y), backs[1].at(l, x, y));
        let back = l.max(back, low);
        let nearer = l.both(l.both(l.ge(w, back), l.gt(w, cell.w)), valid);
        let (mut a, mut b) = (stamp.zero, stamp.zero);
        if COLOR {
            if CONE {
                let along = l.fma(sun_w, w, sun.at(l, x, y));
                let below = l.fma(sun_by_w, w, sun_by.at(l, x, y));
                b = l.select(by_side, l.add(l.div(along, below), sun_one), front_sun);
            } else {
                a = l.select(by_side, sun.at(l, x, y), stamp.zero);
                b = l.select(by_side, sun_one, front_sun);
            }
        }
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (a, b));
        if tile.faces {
            let face = l.select_i(by_side, faces[0], faces[1]);
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}

#[inline(always)]
fn hull<L: Lanes, R: RaySource, const COLOR: bool>(
    l: L,
    tile: &Tile<'_, R>,
    hull: &plan::Hull,
    plan: &Plan,
    cells: &mut [Cell<L>],
) {
    let stamp = Stamp::new(l, &hull.label);
    let sides = &plan.sides[hull.first as usize..][..(hull.fronts + hull.backs) as usize];
    let (fronts, backs) = sides.split_at(hull.fronts as usize);
    let endless = l.splat(plan::ENDLESS);
    blocks!(l, tile, hull.label.rect, cells, |x, y, cell| {
        let (mut w, mut sun, mut face) = (endless, stamp.zero, l.splat_i(0));
        for side in fronts {
            let other = Line::new(l, &side.w).at(l, x, y);
            let lower = l.gt(w, other);
            w = l.min(other, w);
            sun = l.select(lower, l.splat(side.sun), sun);
            face = l.select_i(lower, l.splat_i(side.face as i32), face);
        }
        let mut back = stamp.zero;
        for side in backs {
            back = l.max(Line::new(l, &side.w).at(l, x, y), back);
        }
        let nearer = l.both(l.ge(w, back), l.gt(w, cell.w));
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (stamp.zero, sun));
        if tile.faces {
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}

#[inline(always)]
fn triangle<L: Lanes, R: RaySource, const COLOR: bool>(
    l: L,
    tile: &Tile<'_, R>,
    triangle: &plan::Triangle,
    cells: &mut [Cell<L>],
) {
    if !tile.holds(&triangle.label.rect) {
        return;
    }
    let stamp = Stamp::new(l, &triangle.label);
    let edges = [
        Line::new(l, &triangle.edges[0]),
        Line::new(l, &triangle.edges[1]),
        Line::new(l, &triangle.edges[2]),
    ];
    let line = Line::new(l, &triangle.w);
    let (sun, face) = (l.splat(triangle.sun), l.splat_i(triangle.face as i32));
    let near = l.splat(NEAR_W);
    blocks!(l, tile, triangle.label.rect, cells, |x, y, cell| {
        let inner = l.min(
            l.min(edges[0].at(l, x, y), edges[1].at(l, x, y)),
            edges[2].at(l, x, y),
        );
        let w = line.at(l, x, y);
        let nearer = l.both(l.both(l.ge(inner, stamp.zero), l.gt(w, cell.w)), l.gt(near, w));
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (stamp.zero, sun));
        if tile.faces {
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}

/// Another floor.
#[inline(always)]
fn plane<L: Lanes, R: RaySource, const COLOR: bool>(
    l: L,
    tile: &Tile<'_, R>,
    floor: &plan::Floor,
    cells: &mut [Cell<L>],
) {
    let stamp = Stamp::new(l, &floor.label);
    let line = Line::new(l, &floor.w);
    let sun = l.splat(floor.sun);
    let face = l.splat_i(0);
    blocks!(l, tile, floor.label.rect, cells, |x, y, cell| {
        let w = line.at(l, x, y);
        let nearer = l.gt(w, cell.w);
        keep::<L, COLOR>(l, cell, nearer, w, &stamp, (stamp.zero, sun));
        if tile.faces {
            cell.face = l.select_i(nearer, face, cell.face);
        }
    });
}
