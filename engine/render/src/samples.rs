//! Buffers of a band of samples: what each ray meets, and the light there.

/// No part: the sky.
pub(crate) const SKY: u32 = u32::MAX;
/// Inverse depth of the sky, 1/m: what is further away than this is not seen.
pub(crate) const FAR_W: f32 = 1e-6;
/// Surfaces nearer than the inverse of this are not seen, 1/m.
pub(crate) const NEAR_W: f32 = 1e7;

/// One value for each sample of a band of rows, row by row.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    /// Inverse depth, 1/m: 1 / z of the nearest surface so far.
    pub(crate) w: Vec<f32>,
    /// Which part it belongs to, or [`SKY`].
    pub(crate) part: Vec<u32>,
    /// Which of the part's faces it is.
    pub(crate) face: Vec<u32>,
    /// The point, in the camera's frame, a little off the surface: where the ray to the sun starts, m.
    pub(crate) x: Vec<f32>,
    /// Its y, m.
    pub(crate) y: Vec<f32>,
    /// Its z, m.
    pub(crate) z: Vec<f32>,
    /// Unit normal towards the camera.
    pub(crate) normal_x: Vec<f32>,
    /// Its y.
    pub(crate) normal_y: Vec<f32>,
    /// Its z.
    pub(crate) normal_z: Vec<f32>,
    /// Light from everywhere.
    pub(crate) ambient: Vec<f32>,
    /// Light from the sun; a shadow makes it 0.
    pub(crate) sun: Vec<f32>,
    /// Share of the haze of the horizon.
    pub(crate) haze: Vec<f32>,
    /// Red of the surface, linear.
    pub(crate) red: Vec<f32>,
    /// Green of the surface, linear.
    pub(crate) green: Vec<f32>,
    /// Blue of the surface, linear.
    pub(crate) blue: Vec<f32>,
}

impl Samples {
    /// Makes room for `count` samples of sky.
    pub(crate) fn clear(&mut self, count: usize, with_light: bool) {
        self.w.clear();
        self.w.resize(count, FAR_W);
        self.part.clear();
        self.part.resize(count, SKY);
        self.face.resize(count, 0);
        if with_light {
            for buffer in [
                &mut self.x,
                &mut self.y,
                &mut self.z,
                &mut self.normal_x,
                &mut self.normal_y,
                &mut self.normal_z,
                &mut self.ambient,
                &mut self.sun,
                &mut self.haze,
                &mut self.red,
                &mut self.green,
                &mut self.blue,
            ] {
                buffer.resize(count, 0.0);
            }
        }
    }
}

/// A stretch of a row in which a shape is drawn.
pub(crate) struct HitRow<'a> {
    /// The row, and the column of the first sample.
    pub(crate) index: usize,
    pub(crate) first: usize,
    /// Ray y of the row; its rays are (xs[i], y, 1).
    pub(crate) y: f32,
    /// Ray x of each sample.
    pub(crate) xs: &'a [f32],
    /// The part that is drawn.
    pub(crate) own: u32,
    pub(crate) w: &'a mut [f32],
    pub(crate) part: &'a mut [u32],
    pub(crate) face: &'a mut [u32],
}

impl HitRow<'_> {
    /// Keeps what is nearer than before; `hit` gives inverse depth and face for a ray's x. NaN is a miss.
    #[inline(always)]
    pub(crate) fn keep_nearest(&mut self, hit: impl Fn(f32) -> (f32, u32)) {
        keep_nearest(self.xs, self.own, self.w, self.part, self.face, hit);
    }
}

#[inline(always)]
fn keep_nearest(
    xs: &[f32],
    own: u32,
    w: &mut [f32],
    part: &mut [u32],
    face: &mut [u32],
    hit: impl Fn(f32) -> (f32, u32),
) {
    let count = xs.len();
    let (w, part, face) = (&mut w[..count], &mut part[..count], &mut face[..count]);
    for index in 0..count {
        let (new, new_face) = hit(xs[index]);
        let (old, old_part, old_face) = (w[index], part[index], face[index]);
        let nearer = (new > old) & (new < NEAR_W);
        w[index] = if nearer { new } else { old };
        part[index] = if nearer { own } else { old_part };
        face[index] = if nearer { new_face } else { old_face };
    }
}

/// A stretch of a row on which a shape may throw its shadow.
pub(crate) struct SunRow<'a> {
    /// The part that throws it.
    pub(crate) own: u32,
    pub(crate) x: &'a [f32],
    pub(crate) y: &'a [f32],
    pub(crate) z: &'a [f32],
    pub(crate) part: &'a [u32],
    pub(crate) sun: &'a mut [f32],
}

impl SunRow<'_> {
    /// Takes the sun from samples where `blocks` holds. A convex part never shades itself: its own samples are left.
    #[inline(always)]
    pub(crate) fn darken(&mut self, blocks: impl Fn(f32, f32, f32) -> bool) {
        darken([self.x, self.y, self.z], self.part, self.own, self.sun, blocks);
    }
}

/// A select between values that are already read needs no branch: so the compiler can work on several samples at once.
#[inline(always)]
fn darken(
    [x, y, z]: [&[f32]; 3],
    part: &[u32],
    own: u32,
    sun: &mut [f32],
    blocks: impl Fn(f32, f32, f32) -> bool,
) {
    let count = sun.len();
    let (x, y, z, part) = (&x[..count], &y[..count], &z[..count], &part[..count]);
    for index in 0..count {
        let old = sun[index];
        let dark = blocks(x[index], y[index], z[index]) & (part[index] != own);
        sun[index] = if dark { 0.0 } else { old };
    }
}

/// The smaller number; the second where one is NaN.
#[inline(always)]
pub(crate) fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The larger number; the second where one is NaN.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
