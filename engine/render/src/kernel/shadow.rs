//! Hard shadows: for each shape the points from which the ray towards the sun meets it.
//!
//! All distances are times w: a test needs no division by depth. A convex part never shades itself.

use super::hide;
use super::paint::splats;
use super::tile::{Cell, Line4, Tile, blocks};
use crate::bvh::Packet;
use crate::lanes::Lanes;
use crate::parts::Part;
use crate::plan::{self, Label, Plan, SHADED};
use crate::rays::RaySource;
use crate::surface::Solid;

/// Nearer than this along the sun's ray nothing hides it, as a share of the depth.
const LIFT: f32 = 1e-4;
/// Squared sines below this count as a ray along the axis.
const ALONG_AXIS: f32 = 1e-12;

/// Marks what the plan's shadows hide. `facing`: pixels that are turned away from the plan's own sun are left out by
/// shapes of which each pixel is dear.
#[inline(always)]
pub(super) fn shade<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    (plan, parts): (&Plan, &[Part]),
    facing: bool,
    cells: &mut [Cell<L>],
) {
    for shadow in &plan.brick_shadows {
        brick(l, tile, shadow, cells);
    }
    for shadow in &plan.ball_shadows {
        ball(l, tile, shadow, cells);
    }
    for shadow in &plan.capsule_shadows {
        capsule(l, tile, shadow, cells);
    }
    for shadow in &plan.cylinder_shadows {
        cylinder(l, tile, shadow, cells);
    }
    for shadow in &plan.hull_shadows {
        hull(l, tile, shadow, plan, cells);
    }
    for shadow in &plan.cone_shadows {
        cone(l, tile, shadow, cells);
    }
    for shadow in &plan.mesh_shadows {
        mesh(l, tile, shadow, (parts, facing), cells);
    }
    for label in &plan.night_shadows {
        night(l, tile, label, cells);
    }
    hide::hide(l, tile, (plan, parts), cells);
}

/// What marks pixels as shaded.
#[derive(Clone, Copy)]
struct Mark<L: Lanes> {
    own: L::I,
    tag: L::I,
    shaded: L::I,
}

impl<L: Lanes> Mark<L> {
    #[inline(always)]
    fn new(l: L, label: &Label) -> Mark<L> {
        Mark {
            own: l.splat_i(label.tag as i32),
            tag: l.splat_i(!SHADED as i32),
            shaded: l.splat_i(SHADED as i32),
        }
    }

    #[inline(always)]
    fn mark(&self, l: L, cell: &mut Cell<L>, dark: L::M) {
        let own = l.same(l.and(cell.tag, self.tag), self.own);
        let dark = l.without(own, dark);
        cell.tag = l.select_i(dark, l.or(cell.tag, self.shaded), cell.tag);
    }
}

#[inline(always)]
fn ball<L: Lanes, R: RaySource>(l: L, tile: &Tile<'_, R>, shadow: &plan::BallShadow, cells: &mut [Cell<L>]) {
    let mark = Mark::new(l, &shadow.label);
    let across = Line4::new(l, &shadow.across);
    let aside = Line4::new(l, &shadow.aside);
    let along = Line4::new(l, &shadow.along);
    let (radius_squared, zero) = (l.splat(shadow.radius_squared), l.splat(0.0));
    blocks!(l, tile, shadow.label.rect, cells, |x, y, cell| {
        let w = cell.w;
        let (across, aside) = (across.at(l, x, y, w), aside.at(l, x, y, w));
        let distance = l.fma(across, across, l.mul(aside, aside));
        let limit = l.mul(radius_squared, l.mul(w, w));
        let dark = l.both(l.gt(limit, distance), l.gt(zero, along.at(l, x, y, w)));
        mark.mark(l, cell, dark);
    });
}

#[inline(always)]
fn capsule<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    shadow: &plan::CapsuleShadow,
    cells: &mut [Cell<L>],
) {
    let ball = &shadow.ball;
    let mark = Mark::new(l, &ball.label);
    let across = Line4::new(l, &ball.across);
    let aside = Line4::new(l, &ball.aside);
    let along = Line4::new(l, &ball.along);
    let radius_squared = l.splat(ball.radius_squared);
    let (reach, tilt, zero) = (l.splat(shadow.reach), l.splat(shadow.tilt), l.splat(0.0));
    blocks!(l, tile, ball.label.rect, cells, |x, y, cell| {
        let w = cell.w;
        let (across, aside) = (across.at(l, x, y, w), aside.at(l, x, y, w));
        let reach = l.mul(reach, w);
        // The nearest point of the axis, as seen from the sun.
        let nearest = l.max(l.min(across, reach), l.sub(zero, reach));
        let across = l.sub(across, nearest);
        let distance = l.fma(across, across, l.mul(aside, aside));
        let limit = l.mul(radius_squared, l.mul(w, w));
        let along = l.fnma(nearest, tilt, along.at(l, x, y, w));
        let dark = l.both(l.gt(limit, distance), l.gt(zero, along));
        mark.mark(l, cell, dark);
    });
}

#[inline(always)]
fn brick<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    shadow: &plan::BrickShadow,
    cells: &mut [Cell<L>],
) {
    let mark = Mark::new(l, &shadow.label);
    let middles = [
        Line4::new(l, &shadow.middle[0]),
        Line4::new(l, &shadow.middle[1]),
        Line4::new(l, &shadow.middle[2]),
    ];
    let halves = [
        l.splat(shadow.half[0]),
        l.splat(shadow.half[1]),
        l.splat(shadow.half[2]),
    ];
    let lift = l.splat(LIFT);
    blocks!(l, tile, shadow.label.rect, cells, |x, y, cell| {
        let w = cell.w;
        let m = [
            middles[0].at(l, x, y, w),
            middles[1].at(l, x, y, w),
            middles[2].at(l, x, y, w),
        ];
        let enter = l.max(
            l.max(l.fnma(halves[0], w, m[0]), l.fnma(halves[1], w, m[1])),
            l.fnma(halves[2], w, m[2]),
        );
        let leave = l.min(
            l.min(l.fma(halves[0], w, m[0]), l.fma(halves[1], w, m[1])),
            l.fma(halves[2], w, m[2]),
        );
        let dark = l.both(l.gt(leave, enter), l.gt(leave, lift));
        mark.mark(l, cell, dark);
    });
}

#[inline(always)]
fn hull<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    shadow: &plan::HullShadow,
    plan: &Plan,
    cells: &mut [Cell<L>],
) {
    let mark = Mark::new(l, &shadow.label);
    let crossings = &plan.crossings[shadow.first as usize..][..(shadow.entries + shadow.exits) as usize];
    let (entries, exits) = crossings.split_at(shadow.entries as usize);
    let (lift, endless) = (l.splat(LIFT), l.splat(plan::ENDLESS));
    blocks!(l, tile, shadow.label.rect, cells, |x, y, cell| {
        let w = cell.w;
        let mut enter = lift;
        for entry in entries {
            enter = l.max(Line4::new(l, entry).at(l, x, y, w), enter);
        }
        let mut leave = endless;
        for exit in exits {
            leave = l.min(Line4::new(l, exit).at(l, x, y, w), leave);
        }
        mark.mark(l, cell, l.gt(leave, enter));
    });
}

#[inline(always)]
fn cylinder<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    shadow: &plan::CylinderShadow,
    cells: &mut [Cell<L>],
) {
    let mark = Mark::new(l, &shadow.label);
    let toward = Line4::new(l, &shadow.toward);
    let cross = Line4::new(l, &shadow.cross);
    let middle = Line4::new(l, &shadow.middle);
    let (limit, inverse) = (l.splat(shadow.limit), l.splat(shadow.inverse));
    let (half, lift, zero) = (l.splat(shadow.half), l.splat(LIFT), l.splat(0.0));
    blocks!(l, tile, shadow.label.rect, cells, |x, y, cell| {
        let w = cell.w;
        let cross = cross.at(l, x, y, w);
        let square = l.fnma(cross, cross, l.mul(limit, l.mul(w, w)));
        let root = l.sqrt(l.max(square, zero));
        let toward = toward.at(l, x, y, w);
        let middle = middle.at(l, x, y, w);
        let near = l.mul(l.sub(l.sub(zero, toward), root), inverse);
        let far = l.mul(l.sub(root, toward), inverse);
        let enter = l.max(near, l.fnma(half, w, middle));
        let leave = l.min(far, l.fma(half, w, middle));
        let dark = l.both(l.gt(leave, enter), l.gt(leave, lift));
        mark.mark(l, cell, l.both(dark, l.gt(square, zero)));
    });
}

#[inline(always)]
fn cone<L: Lanes, R: RaySource>(l: L, tile: &Tile<'_, R>, shadow: &plan::ConeShadow, cells: &mut [Cell<L>]) {
    let mark = Mark::new(l, &shadow.label);
    let point = [
        Line4::new(l, &shadow.point[0]),
        Line4::new(l, &shadow.point[1]),
        Line4::new(l, &shadow.point[2]),
    ];
    // The ray to the sun t -> p + t s is in the double cone where a t^2 + 2 b t + c < 0.
    let [sx, sy, sz] = shadow.sun;
    let squared = shadow.slope * shadow.slope;
    let steepness = sx * sx + sy * sy - squared * (sz * sz);
    // Nudged off 0, where one of the two crossings is endlessly far away.
    let a = if steepness < 0.0 {
        steepness.min(-ALONG_AXIS)
    } else {
        steepness.max(ALONG_AXIS)
    };
    let rising = sz >= 0.0;
    let along = if rising {
        sz.max(ALONG_AXIS)
    } else {
        sz.min(-ALONG_AXIS)
    };
    let (inverse_a, inverse_along) = (l.splat(1.0 / a), l.splat(1.0 / along));
    let sun = [l.splat(sx), l.splat(sy), l.splat(sz)];
    let squared = l.splat(squared);
    let (height, a_all) = (l.splat(shadow.height), l.splat(a));
    let (lift, zero, endless) = (l.splat(LIFT), l.splat(0.0), l.splat(plan::ENDLESS));
    let steep = a < 0.0;
    blocks!(l, tile, shadow.label.rect, cells, |x, y, cell| {
        let w = cell.w;
        let (px, py) = (point[0].at(l, x, y, w), point[1].at(l, x, y, w));
        let pz = point[2].at(l, x, y, w);
        let b = l.fma(px, sun[0], l.mul(py, sun[1]));
        let b = l.fnma(l.mul(squared, pz), sun[2], b);
        let across = [
            l.fms(py, sun[2], l.mul(pz, sun[1])),
            l.fms(pz, sun[0], l.mul(px, sun[2])),
            l.fms(px, sun[1], l.mul(py, sun[0])),
        ];
        let sides = l.fma(across[0], across[0], l.mul(across[1], across[1]));
        let square = l.fnma(across[2], across[2], l.mul(squared, sides));
        let root = l.sqrt(l.max(square, zero));
        let minus_b = l.sub(zero, b);
        let first = l.mul(l.sub(minus_b, root), inverse_a);
        let second = l.mul(l.add(minus_b, root), inverse_a);
        // Between the planes of the base and the apex.
        let top = l.mul(l.sub(zero, pz), inverse_along);
        let base = l.mul(l.sub(l.sub(zero, l.mul(height, w)), pz), inverse_along);
        let (cap_in, cap_out) = if rising { (base, top) } else { (top, base) };
        // A flat ray is inside between the crossings, in one half only: the lower one it must be. A steep ray is
        // inside before the one and after the other: of these the stretch in the lower half counts.
        let (enter, leave, lower) = if steep {
            if rising {
                (l.sub(zero, endless), second, l.ge(endless, zero))
            } else {
                (first, endless, l.ge(endless, zero))
            }
        } else {
            let middle = l.fms(pz, a_all, l.mul(sun[2], b));
            (first, second, l.gt(zero, middle))
        };
        let enter = l.max(enter, cap_in);
        let leave = l.min(leave, cap_out);
        let dark = l.both(l.gt(leave, enter), l.gt(leave, lift));
        let dark = l.both(dark, l.both(lower, l.gt(square, zero)));
        mark.mark(l, cell, dark);
    });
}

/// Its own samples too: a mesh need not be convex. They start a little off the surface.
#[inline(always)]
fn mesh<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    shadow: &plan::MeshShadow,
    (parts, facing): (&[Part], bool),
    cells: &mut [Cell<L>],
) {
    let Solid::Mesh(mesh) = &parts[shadow.part as usize].surface.solid else {
        return;
    };
    let point = [
        Line4::new(l, &shadow.point[0]),
        Line4::new(l, &shadow.point[1]),
        Line4::new(l, &shadow.point[2]),
    ];
    let sun = splats(l, &shadow.sun);
    let sky = l.splat_i(plan::SKY as i32);
    let (one, zero) = (l.splat(1.0), l.splat(0.0));
    blocks!(l, tile, shadow.label.rect, cells, |x, y, cell| {
        let z = l.div(one, cell.w);
        let mut towards = one;
        if facing {
            towards = l.fma(cell.a, z, cell.b);
        }
        let open = l.without(l.negative(cell.tag), l.gt(towards, zero));
        let mut rays = l.bits(l.without(l.same(cell.tag, sky), open));
        if rays != 0 {
            let lift = l.mul(z, l.splat(LIFT));
            let mut from = sun;
            for axis in 0..3 {
                let place = l.mul(point[axis].at(l, x, y, cell.w), z);
                from[axis] = l.add(place, l.mul(sun[axis], lift));
            }
            l.run(Packet {
                tree: &mesh.tree,
                from,
                ray: sun,
                most: f32::INFINITY,
                rays: &mut rays,
            });
            darken(l, cell, rays);
        }
    });
}

/// Marks these pixels of a block as shaded.
#[inline(always)]
pub(super) fn darken<L: Lanes>(l: L, cell: &mut Cell<L>, mut pixels: u32) {
    if pixels == 0 {
        return;
    }
    let mut tags = [0_u32; 16];
    l.store_i(cell.tag, &mut tags);
    while pixels != 0 {
        tags[pixels.trailing_zeros() as usize % 16] |= SHADED;
        pixels &= pixels - 1;
    }
    cell.tag = l.load_i(&tags);
}

/// A floor that the sun is behind hides it from everywhere.
#[inline(always)]
fn night<L: Lanes, R: RaySource>(l: L, tile: &Tile<'_, R>, label: &Label, cells: &mut [Cell<L>]) {
    let mark = Mark::new(l, label);
    let sky = l.splat_i(plan::SKY as i32);
    blocks!(l, tile, label.rect, cells, |_x, _y, cell| {
        let dark = l.without(l.same(cell.tag, sky), l.same(sky, sky));
        mark.mark(l, cell, dark);
    });
}
