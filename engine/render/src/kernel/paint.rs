//! Light and colour of what is seen.
//!
//! A surface of sRGB colour c is c sqrt(light): see [`crate::light`]. Far floors fade into the horizon by the share
//! d^2 / (d^2 + (60 m)^2) of their distance d. The sky goes from the horizon's colour to the zenith's by e (2 - e),
//! e the sine of the elevation.

use super::tile::{Cell, Line};
use crate::lanes::Lanes;
use crate::plan::{self, SHADED, SKY, Wave};

/// Square of the distance at which half of a floor's colour is haze, m^2.
pub(super) const HAZE_SQUARED: f32 = 3600.0;
/// Half of the narrowest filter of a pattern, in periods.
const SHARPEST: f32 = 2.5e-4;

/// Light and sky, ready to be used.
#[derive(Clone, Copy)]
pub(super) struct Light<L: Lanes> {
    ambient: L::F,
    turned: L::F,
    pub(super) sun: L::F,
    up: Line<L>,
    pub(super) horizon: [L::F; 3],
    rise: [L::F; 3],
    zero: L::F,
    one: L::F,
}

impl<L: Lanes> Light<L> {
    #[inline(always)]
    pub(super) fn new(l: L, light: &plan::Light) -> Light<L> {
        Light {
            ambient: l.splat(light.ambient),
            turned: l.splat(light.turned),
            sun: l.splat(light.sun),
            up: Line::new(l, &light.up),
            horizon: splats(l, &light.horizon),
            rise: splats(l, &light.rise),
            zero: l.splat(0.0),
            one: l.splat(1.0),
        }
    }

    /// The factor on an encoded colour, by the normal's part along the sun.
    #[inline(always)]
    pub(super) fn factor(&self, l: L, towards_sun: L::F, shaded: L::M) -> L::F {
        let s = l.max(l.min(towards_sun, self.one), l.sub(self.zero, self.one));
        let lit = l.select(shaded, self.zero, l.max(s, self.zero));
        let light = self.sum(l, s, lit);
        l.min(l.sqrt(l.max(light, self.zero)), self.one)
    }

    /// Light from everywhere and of the sun, `s` being the normal's part along it, `lit` what of it arrives.
    #[inline(always)]
    pub(super) fn sum(&self, l: L, s: L::F, lit: L::F) -> L::F {
        l.fma(self.sun, lit, l.fma(self.turned, s, self.ambient))
    }

    /// The sky's colour.
    #[inline(always)]
    pub(super) fn sky(&self, l: L, x: L::F, y: L::F) -> L::I {
        let length = l.sqrt(l.fma(x, x, l.fma(y, y, self.one)));
        let up = l.div(self.up.at(l, x, y), length);
        let up = l.max(l.min(up, self.one), self.zero);
        let share = l.fnma(up, up, l.add(up, up));
        pack(
            l,
            [
                l.fma(self.rise[0], share, self.horizon[0]),
                l.fma(self.rise[1], share, self.horizon[1]),
                l.fma(self.rise[2], share, self.horizon[2]),
            ],
        )
    }
}

/// Each of three values everywhere.
#[inline(always)]
pub(super) fn splats<L: Lanes>(l: L, values: &[f32; 3]) -> [L::F; 3] {
    [l.splat(values[0]), l.splat(values[1]), l.splat(values[2])]
}

/// Channels of 0..255 as bytes.
#[inline(always)]
pub(super) fn pack<L: Lanes>(l: L, [red, green, blue]: [L::F; 3]) -> L::I {
    let green = l.up::<8>(l.to_int(green));
    let blue = l.up::<16>(l.to_int(blue));
    l.or(l.to_int(red), l.or(green, blue))
}

/// Distance from the nearest integer: the integral of a wave that is 1 and -1 in turn.
#[inline(always)]
fn integral<L: Lanes>(l: L, at: L::F) -> L::F {
    l.abs(l.sub(at, l.round(at)))
}

/// The wave's integral over a pixel, and the width that divides it, both in periods; `half` is half of that width.
#[inline(always)]
pub(super) fn filtered<L: Lanes>(l: L, at: L::F, half: L::F) -> (L::F, L::F) {
    let half = l.max(half, l.splat(SHARPEST));
    let sum = l.sub(integral(l, l.add(at, half)), integral(l, l.sub(at, half)));
    (sum, l.add(half, half))
}

/// A wave along one axis of a floor.
#[derive(Clone, Copy)]
struct FloorWave<L: Lanes> {
    at: Line<L>,
    at_one: L::F,
    by_y: [L::F; 2],
    by_x: [L::F; 2],
}

impl<L: Lanes> FloorWave<L> {
    #[inline(always)]
    fn new(l: L, wave: &Wave) -> FloorWave<L> {
        FloorWave {
            at: Line::new(l, &wave.at),
            at_one: l.splat(wave.at_one),
            by_y: [l.splat(wave.by_y[0]), l.splat(wave.by_y[1])],
            by_x: [l.splat(wave.by_x[0]), l.splat(wave.by_x[1])],
        }
    }

    #[inline(always)]
    fn filtered(&self, l: L, x: L::F, y: L::F, z: L::F) -> (L::F, L::F) {
        let at = l.fma(self.at.at(l, x, y), z, self.at_one);
        let along_y = l.abs(l.fma(self.by_y[0], y, self.by_y[1]));
        let along_x = l.abs(l.fma(self.by_x[0], x, self.by_x[1]));
        filtered(l, at, l.mul(l.add(along_x, along_y), l.mul(z, z)))
    }
}

/// A floor, ready to be used.
#[derive(Clone, Copy)]
pub(super) struct Floor<L: Lanes> {
    pub(super) w: Line<L>,
    pub(super) tag: L::I,
    pub(super) sun: L::F,
    waves: u32,
    wave: [FloorWave<L>; 2],
    mean: [L::F; 3],
    half: [L::F; 3],
}

impl<L: Lanes> Floor<L> {
    #[inline(always)]
    pub(super) fn new(l: L, floor: &plan::Floor) -> Floor<L> {
        Floor {
            w: Line::new(l, &floor.w),
            tag: l.splat_i(floor.label.tag as i32),
            sun: l.splat(floor.sun),
            waves: floor.waves,
            wave: [
                FloorWave::new(l, &floor.wave[0]),
                FloorWave::new(l, &floor.wave[1]),
            ],
            mean: splats(l, &floor.mean),
            half: splats(l, &floor.half),
        }
    }

    /// Its own colour, in 0..255.
    #[inline(always)]
    pub(super) fn own(&self, l: L, (x, y): (L::F, L::F), z: L::F) -> [L::F; 3] {
        if self.waves == 0 {
            return self.mean;
        }
        let (mut sum, mut width) = self.wave[0].filtered(l, x, y, z);
        if self.waves == 2 {
            let (other_sum, other_width) = self.wave[1].filtered(l, x, y, z);
            sum = l.mul(sum, other_sum);
            width = l.mul(width, other_width);
        }
        let one = l.splat(1.0);
        let share = l.max(l.min(l.div(sum, width), one), l.splat(-1.0));
        [
            l.fma(self.half[0], share, self.mean[0]),
            l.fma(self.half[1], share, self.mean[1]),
            l.fma(self.half[2], share, self.mean[2]),
        ]
    }

    /// Its colour, by the factor of light.
    #[inline(always)]
    fn color(
        &self,
        l: L,
        light: &Light<L>,
        (x, y): (L::F, L::F),
        (w, z): (L::F, L::F),
        factor: L::F,
    ) -> L::I {
        let squared = l.fma(x, x, l.fma(y, y, light.one));
        let haze = l.div(squared, l.fma(l.splat(HAZE_SQUARED), l.mul(w, w), squared));
        let keep = l.fnma(factor, haze, factor);
        let hazy = [
            l.fma(self.mean[0], keep, l.mul(light.horizon[0], haze)),
            l.fma(self.mean[1], keep, l.mul(light.horizon[1], haze)),
            l.fma(self.mean[2], keep, l.mul(light.horizon[2], haze)),
        ];
        if self.waves == 0 {
            return pack(l, hazy);
        }
        let (mut sum, mut width) = self.wave[0].filtered(l, x, y, z);
        if self.waves == 2 {
            let (other_sum, other_width) = self.wave[1].filtered(l, x, y, z);
            sum = l.mul(sum, other_sum);
            width = l.mul(width, other_width);
        }
        let share = l.mul(l.div(sum, width), keep);
        let share = l.max(l.min(share, keep), l.sub(light.zero, keep));
        pack(
            l,
            [
                l.fma(self.half[0], share, hazy[0]),
                l.fma(self.half[1], share, hazy[1]),
                l.fma(self.half[2], share, hazy[2]),
            ],
        )
    }
}

/// The colour of a block in which shapes may be.
#[inline(always)]
pub(super) fn cell<L: Lanes>(
    l: L,
    light: &Light<L>,
    floors: &[plan::Floor],
    cell: &Cell<L>,
    (x, y): (L::F, L::F),
    z: L::F,
) -> L::I {
    let towards_sun = l.fma(cell.a, z, cell.b);
    let factor = light.factor(l, towards_sun, l.negative(cell.tag));
    let share = l.to_int(l.mul(factor, l.splat(256.0)));
    let mut color = l.scale_bytes(cell.color, share);
    let tag = l.and(cell.tag, l.splat_i(!SHADED as i32));
    for floor in floors {
        let floor = Floor::new(l, floor);
        let here = l.same(tag, floor.tag);
        if l.bits(here) != 0 {
            color = l.select_i(here, floor.color(l, light, (x, y), (cell.w, z), factor), color);
        }
    }
    let sky = l.same(tag, l.splat_i(SKY as i32));
    if l.bits(sky) != 0 {
        color = l.select_i(sky, light.sky(l, x, y), color);
    }
    color
}

/// The colour of a block with nothing but the first floor and the sky; `floor` is where the floor is.
#[inline(always)]
pub(super) fn open<L: Lanes>(
    l: L,
    light: &Light<L>,
    first: Option<(&Floor<L>, L::F)>,
    (x, y): (L::F, L::F),
    (w, z): (L::F, L::F),
    floor: L::M,
) -> L::I {
    let bits = l.bits(floor);
    let all = (1_u64 << L::COUNT) as u32 - 1;
    match first {
        Some((ground, factor)) if bits == all => ground.color(l, light, (x, y), (w, z), factor),
        Some((ground, factor)) if bits != 0 => {
            let ground = ground.color(l, light, (x, y), (w, z), factor);
            l.select_i(floor, ground, light.sky(l, x, y))
        }
        _ => light.sky(l, x, y),
    }
}
