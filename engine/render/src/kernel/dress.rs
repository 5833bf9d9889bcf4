//! Lamps, soft shadows, highlights and fog: a pass over all pixels of views that have some of these.
//!
//! Linear light of each colour is what sun and sky give and, of each lamp, its light times the cosine at which it comes,
//! cut at 1. A highlight of a light is its light times strength (n . h)^power, h the direction halfway between the light
//! and the camera; it is added to the linear colour, which is the square of the encoded one. Then fog is mixed in.

use super::Scene;
use super::paint::{self, HAZE_SQUARED, pack, splats};
use super::pattern::dot;
use super::shadow;
use super::tile::{Cell, SIDE, STRIPS, Tile};
use crate::lanes::{Kernel, Lanes};
use crate::plan::{self, Plan, SHADED, SKY};
use crate::rays::RaySource;
use crate::surface::LastNormal;
use glam::Vec3;

/// Least square of a distance to a point light, m^2.
const NEAREST_SQUARED: f32 = 1e-4;
/// Bits of an exponent of highlights.
const POWER_BITS: u32 = 11;
/// Square of the largest colour.
const WHITE_SQUARED: f32 = 255.0 * 255.0;

/// Blocks in a tile.
pub(super) const fn blocks<L: Lanes>() -> usize {
    STRIPS * SIDE / L::ROWS
}

/// Shares of light that arrive, of the sun and then of each lamp that throws shadows: so many for each block.
pub(super) fn groups(plan: &Plan) -> usize {
    let lamps = plan.lamps.iter().filter(|lamp| lamp.casts > 0).count();
    lamps + usize::from(plan.dress.sun_casts > 0)
}

/// Marks with one plan of shadows.
struct Cast<'a, 'b, L: Lanes, R> {
    tile: &'a Tile<'a, R>,
    scene: &'a Scene<'b>,
    plan: &'a Plan,
    facing: bool,
    cells: &'a mut [Cell<L>],
}

impl<L: Lanes, R: RaySource> Kernel<L> for Cast<'_, '_, L, R> {
    #[inline(always)]
    fn run(self, l: L) {
        let Cast {
            tile,
            scene,
            plan,
            facing,
            cells,
        } = self;
        shadow::shade(l, tile, (plan, scene.parts), facing, cells);
    }
}

/// Finds the shares of light that arrive. No pixel is marked as shaded before or after.
#[inline(always)]
pub(super) fn arrive<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    scene: &Scene<'_>,
    cells: &mut [Cell<L>],
    lit: &mut [L::F],
) {
    let plan = scene.plan;
    let (zero, plain) = (l.splat(0.0), l.splat_i(!SHADED as i32));
    lit.fill(zero);
    let mut first = 0;
    let soft = (plan.dress.sun_casts > 0) as usize;
    for group in 0..groups(plan) {
        let of_sun = group < soft;
        let count = if of_sun { plan.dress.sun_casts as usize } else { 1 };
        let share = l.splat(1.0 / count as f32);
        let lit = &mut lit[group * blocks::<L>()..][..blocks::<L>()];
        for cast in &plan.casts[first..first + count] {
            l.run(Cast {
                tile,
                scene,
                plan: cast,
                facing: of_sun,
                cells: &mut *cells,
            });
            for block_row in 0..tile.rows.div_ceil(L::ROWS) {
                for strip in 0..tile.strips {
                    if tile.active[block_row] >> strip & 1 == 1 {
                        let block = block_row * STRIPS + strip;
                        let cell = &mut cells[block];
                        let light = l.select(l.negative(cell.tag), zero, share);
                        lit[block] = l.add(lit[block], light);
                        cell.tag = l.and(cell.tag, plain);
                    }
                }
            }
        }
        first += count;
    }
}

/// Marks what is hidden from a sun that is a point.
#[inline(always)]
pub(super) fn hard<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    scene: &Scene<'_>,
    cells: &mut [Cell<L>],
) {
    l.run(Cast {
        tile,
        scene,
        plan: scene.plan,
        facing: true,
        cells,
    });
}

/// Normals and highlights of a block's pixels.
struct Look<L: Lanes> {
    normal: [L::F; 3],
    gloss: L::F,
    power: L::I,
    /// 1: the normal is not the one that the cell's part along the sun is of.
    bent: L::I,
}

/// Looks up what each pixel's part is like, one by one.
#[inline(always)]
fn look<L: Lanes>(l: L, scene: &Scene<'_>, cell: &Cell<L>, point: &[L::F; 3]) -> Look<L> {
    let mut tags = [0_u32; 16];
    let tag = l.and(cell.tag, l.splat_i(!SHADED as i32));
    l.store_i(tag, &mut tags);
    // Most blocks are nothing but floor.
    let all = (1_u64 << L::COUNT) as u32 - 1;
    if l.bits(l.same(tag, l.splat_i(tags[0] as i32))) == all && tags[0] != SKY {
        let body = (tags[0] & 0xffff) as usize - 1;
        let part = &scene.parts[(scene.first_parts[body] + (tags[0] >> 16)) as usize];
        if let Some(normal) = part.surface.only_normal() {
            let gloss = scene.plan.glosses.get(body).copied().unwrap_or_default();
            return Look {
                normal: splats(l, &normal.to_array()),
                gloss: l.splat(gloss.strength),
                power: l.splat_i(gloss.power as i32),
                bent: l.splat_i(0),
            };
        }
    }
    let mut at = [[0.0_f32; 16]; 3];
    for axis in 0..3 {
        l.store(point[axis], &mut at[axis]);
    }
    let mut faces = [0_u32; 16];
    l.store_i(cell.face, &mut faces);
    let mut normals = [[0.0_f32; 16]; 3];
    let mut gloss = [0.0_f32; 16];
    let (mut power, mut bent) = ([0_u32; 16], [0_u32; 16]);
    let mut last = LastNormal::default();
    for pixel in 0..L::COUNT {
        let tag = tags[pixel];
        if tag == SKY {
            continue;
        }
        let body = (tag & 0xffff) as usize - 1;
        let part = &scene.parts[(scene.first_parts[body] + (tag >> 16)) as usize];
        let point = Vec3::new(at[0][pixel], at[1][pixel], at[2][pixel]);
        let face = faces[pixel];
        let normal = match part.surface.bent(point, face) {
            Some(normal) => {
                bent[pixel] = 1;
                normal
            }
            None => last.of(&part.surface, tag, point, face),
        };
        for (axis, lane) in normals.iter_mut().enumerate() {
            lane[pixel] = normal[axis];
        }
        if let Some(own) = scene.plan.glosses.get(body) {
            gloss[pixel] = own.strength;
            power[pixel] = own.power;
        }
    }
    Look {
        normal: [l.load(&normals[0]), l.load(&normals[1]), l.load(&normals[2])],
        gloss: l.load(&gloss),
        power: l.load_i(&power),
        bent: l.load_i(&bent),
    }
}

/// `base` multiplied by itself so many times.
#[inline(always)]
fn power<L: Lanes>(l: L, base: L::F, exponent: L::I) -> L::F {
    let (mut base, mut product) = (base, l.splat(1.0));
    for bit in 0..POWER_BITS {
        let bit = l.splat_i(1 << bit);
        let set = l.same(l.and(exponent, bit), bit);
        product = l.select(set, l.mul(product, base), product);
        base = l.mul(base, base);
    }
    product
}

/// Unit vectors.
#[inline(always)]
fn unit<L: Lanes>(l: L, of: [L::F; 3]) -> [L::F; 3] {
    let length = l.max(l.sqrt(dot(l, of, of)), l.splat(1e-20));
    [l.div(of[0], length), l.div(of[1], length), l.div(of[2], length)]
}

/// The share of light from the direction `to` that a highlight sends to the camera.
#[inline(always)]
fn highlight<L: Lanes>(l: L, look: &Look<L>, to: &[L::F; 3], eye: &[L::F; 3]) -> L::F {
    let half = [l.add(to[0], eye[0]), l.add(to[1], eye[1]), l.add(to[2], eye[2])];
    let half = unit(l, half);
    let cosine = l.min(l.max(dot(l, look.normal, half), l.splat(0.0)), l.splat(1.0));
    l.mul(look.gloss, power(l, cosine, look.power))
}

/// Turns the colours of cells into those of the picture.
#[inline(always)]
pub(super) fn dress<L: Lanes, R: RaySource>(
    l: L,
    tile: &Tile<'_, R>,
    scene: &Scene<'_>,
    cells: &mut [Cell<L>],
    lit: &[L::F],
) {
    let plan = scene.plan;
    let light = paint::Light::new(l, &plan.light);
    for block_row in 0..tile.rows.div_ceil(L::ROWS) {
        let row = tile.row + block_row * L::ROWS;
        for strip in 0..tile.strips {
            if tile.active[block_row] >> strip & 1 == 1 {
                let ray = (
                    tile.rays.x(l, tile.column / 4 + strip, row),
                    tile.rays.y(l, tile.column / 4 + strip, row),
                );
                let block = block_row * STRIPS + strip;
                pixels(l, scene, &light, ray, &mut cells[block], (lit, block));
            }
        }
    }
}

#[inline(always)]
fn pixels<L: Lanes>(
    l: L,
    scene: &Scene<'_>,
    light: &paint::Light<L>,
    (x, y): (L::F, L::F),
    cell: &mut Cell<L>,
    (lit, block): (&[L::F], usize),
) {
    let plan = scene.plan;
    let dress = &plan.dress;
    let (zero, one) = (l.splat(0.0), l.splat(1.0));
    let tag = l.and(cell.tag, l.splat_i(!SHADED as i32));
    let sky = l.same(tag, l.splat_i(SKY as i32));
    let all = (1_u64 << L::COUNT) as u32 - 1;
    if l.bits(sky) == all {
        cell.color = light.sky(l, x, y);
        return;
    }
    let z = l.div(one, cell.w);
    let point = [l.mul(x, z), l.mul(y, z), z];
    let squared = l.fma(x, x, l.fma(y, y, one));

    // Its own colour, and how much of it is fog.
    let byte = l.splat_i(255);
    let mut own = [
        l.to_float(l.and(cell.color, byte)),
        l.to_float(l.and(l.down::<8>(cell.color), byte)),
        l.to_float(l.and(l.down::<16>(cell.color), byte)),
    ];
    let mut fog = zero;
    if dress.fog_squared > 0.0 {
        let far = l.mul(l.splat(dress.fog_squared), l.mul(cell.w, cell.w));
        fog = l.div(squared, l.add(squared, far));
    }
    for floor in &plan.floors {
        let own_tag = floor.label.tag;
        let clouded = plan.noises.iter().any(|noise| noise.label.tag == own_tag);
        let covered = plan.covers.iter().any(|cover| cover.label.tag == own_tag);
        let floor = paint::Floor::new(l, floor);
        let here = l.same(tag, floor.tag);
        if l.bits(here) == 0 {
            continue;
        }
        if !clouded && !covered {
            let paint = floor.own(l, (x, y), z);
            for channel in 0..3 {
                own[channel] = l.select(here, paint[channel], own[channel]);
            }
        }
        if dress.fog_squared == 0.0 {
            let far = l.mul(l.splat(HAZE_SQUARED), l.mul(cell.w, cell.w));
            fog = l.select(here, l.div(squared, l.add(squared, far)), fog);
        }
    }

    // Light.
    let mut s = l.fma(cell.a, z, cell.b);
    let look = if dress.normals > 0 {
        look(l, scene, cell, &point)
    } else {
        Look {
            normal: [zero; 3],
            gloss: zero,
            power: byte,
            bent: l.splat_i(0),
        }
    };
    let sun = splats(l, &dress.sun);
    s = l.select(l.same(look.bent, l.splat_i(1)), dot(l, look.normal, sun), s);
    let s = l.max(l.min(s, one), l.splat(-1.0));
    let mut group = 0;
    let mut arrives = l.select(l.negative(cell.tag), zero, one);
    if dress.sun_casts > 0 {
        arrives = lit[block];
        group = 1;
    }
    let facing = l.mul(l.max(s, zero), arrives);
    let sum = light.sum(l, s, facing);
    let mut sums = [sum; 3];
    let mut shine = [zero; 3];
    if dress.normals > 0 {
        let glossy = l.bits(l.gt(look.gloss, zero)) != 0;
        let eye = unit(
            l,
            [
                l.sub(zero, point[0]),
                l.sub(zero, point[1]),
                l.sub(zero, point[2]),
            ],
        );
        if glossy {
            let share = l.select(l.gt(s, zero), l.mul(light.sun, arrives), zero);
            let share = l.mul(share, highlight(l, &look, &sun, &eye));
            shine = [share; 3];
        }
        for lamp in &plan.lamps {
            let at = splats(l, &lamp.at);
            let mut to = at;
            let mut strength = one;
            if lamp.kind == plan::HEAD {
                to = eye;
            } else if lamp.kind == plan::POINT {
                let away = [
                    l.sub(at[0], point[0]),
                    l.sub(at[1], point[1]),
                    l.sub(at[2], point[2]),
                ];
                let distance = l.max(dot(l, away, away), l.splat(NEAREST_SQUARED));
                strength = l.div(one, distance);
                to = unit(l, away);
            }
            if lamp.casts > 0 {
                let share = lit[group * blocks::<L>() + block];
                strength = l.mul(strength, share);
                group += 1;
                // So that edges of its shadows are smooth too. The sky has none: blocks of nothing else are not looked at.
                let dark = l.without(sky, l.gt(one, share));
                let mark = l.splat_i(0x3c6e_f372_u32.wrapping_mul(group as u32) as i32);
                cell.face = l.select_i(dark, l.add_i(cell.face, mark), cell.face);
            }
            let cosine = dot(l, look.normal, to);
            let share = l.mul(strength, l.max(cosine, zero));
            for (sum, light) in sums.iter_mut().zip(&lamp.light) {
                *sum = l.fma(l.splat(*light), share, *sum);
            }
            if glossy {
                let strength = l.select(l.gt(cosine, zero), strength, zero);
                let share = l.mul(strength, highlight(l, &look, &to, &eye));
                for (shine, light) in shine.iter_mut().zip(&lamp.light) {
                    *shine = l.fma(l.splat(*light), share, *shine);
                }
            }
        }
    }

    let most = l.splat(255.0);
    let mut channels = own;
    for channel in 0..3 {
        let sum = l.max(l.min(sums[channel], one), zero);
        let linear = l.mul(l.mul(own[channel], own[channel]), sum);
        let linear = l.fma(l.splat(WHITE_SQUARED), shine[channel], linear);
        let encoded = l.min(l.sqrt(linear), most);
        let apart = l.sub(light.horizon[channel], encoded);
        channels[channel] = l.max(l.min(l.fma(apart, fog, encoded), most), zero);
    }
    let color = pack(l, channels);
    cell.color = color;
    if l.bits(sky) != 0 {
        cell.color = l.select_i(sky, light.sky(l, x, y), color);
    }
}
