//! Colour and light of samples, before shadows.
//!
//! Patterns are filtered over the footprint of a sample on the surface, so they fade to their mean in the distance
//! rather than shimmer.

use crate::light::Lighting;
use crate::prepare::LinearPaint;
use crate::rigid::Rigid;
use crate::samples::{Samples, larger, smaller};
use crate::shapes::Surface;
use glam::Vec3;
use std::ops::Range;
use terrella_spec::shape::Pattern;

/// How far above a surface rays to the sun start, as a share of the depth.
const LIFT: f32 = 1e-4;
/// How deep below the surface patterns are looked up, in fields: a face on a border between fields is one colour.
const DEPTH_IN_FIELDS: f32 = 0.01;
/// Narrowest filter, in fields.
const SHARPEST: f32 = 1e-3;

/// What light there is in the camera's frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CameraLight {
    pub(crate) lighting: Lighting,
    /// Towards the sun.
    pub(crate) sun: Vec3,
    /// The world's up.
    pub(crate) up: Vec3,
    /// Distance of neighbouring samples on the plane z = 1.
    pub(crate) step: [f32; 2],
}

/// The sky in a stretch of a row.
pub(crate) fn sky(samples: &mut Samples, range: Range<usize>, xs: &[f32], y: f32, light: &CameraLight) {
    for (index, x) in range.zip(xs) {
        let ray = Vec3::new(*x, y, 1.0);
        let color = light.lighting.sky(light.up.dot(ray) * (1.0 / ray.length()));
        samples.red[index] = color.x;
        samples.green[index] = color.y;
        samples.blue[index] = color.z;
        samples.ambient[index] = 1.0;
        samples.sun[index] = 0.0;
        samples.haze[index] = 0.0;
    }
}

/// A surface in a stretch of a row.
pub(crate) fn surface(
    samples: &mut Samples,
    range: Range<usize>,
    xs: &[f32],
    y: f32,
    (surface, paint, camera_from_body): (&Surface, &LinearPaint, &Rigid),
    light: &CameraLight,
) {
    points(samples, range.clone(), xs, y);
    surface.normals(
        [
            &samples.x[range.clone()],
            &samples.y[range.clone()],
            &samples.z[range.clone()],
        ],
        &samples.face[range.clone()],
        [
            &mut samples.normal_x[range.clone()],
            &mut samples.normal_y[range.clone()],
            &mut samples.normal_z[range.clone()],
        ],
    );
    let endless = matches!(surface, Surface::HalfSpace(_));
    match paint.pattern {
        Pattern::Plain => {
            samples.red[range.clone()].fill(paint.color.x);
            samples.green[range.clone()].fill(paint.color.y);
            samples.blue[range.clone()].fill(paint.color.z);
        }
        Pattern::Checker if endless => {
            let fields = Fields::new(paint, camera_from_body, light);
            pattern(samples, range.clone(), paint, |point, normal| {
                fields.wave(0, point, normal) * fields.wave(1, point, normal)
            });
        }
        Pattern::Checker => {
            let fields = Fields::new(paint, camera_from_body, light);
            pattern(samples, range.clone(), paint, |point, normal| {
                fields.wave(0, point, normal) * fields.wave(1, point, normal) * fields.wave(2, point, normal)
            });
        }
        Pattern::Stripes => {
            let fields = Fields::new(paint, camera_from_body, light);
            pattern(samples, range.clone(), paint, |point, normal| {
                fields.wave(0, point, normal)
            });
        }
    }
    light_and_lift(samples, range, light, endless);
}

/// The points that were hit.
#[inline(never)]
fn points(samples: &mut Samples, range: Range<usize>, xs: &[f32], y: f32) {
    let count = range.len();
    let w = &samples.w[range.clone()][..count];
    let to_x = &mut samples.x[range.clone()][..count];
    let to_y = &mut samples.y[range.clone()][..count];
    let to_z = &mut samples.z[range][..count];
    let xs = &xs[..count];
    for index in 0..count {
        let z = 1.0 / w[index];
        to_x[index] = xs[index] * z;
        to_y[index] = y * z;
        to_z[index] = z;
    }
}

/// Mixes the two colours by a wave between -1 (second colour) and 1 (first).
#[inline(always)]
fn pattern(
    samples: &mut Samples,
    range: Range<usize>,
    paint: &LinearPaint,
    wave: impl Fn(Vec3, Vec3) -> f32,
) {
    let count = range.len();
    let mean = (paint.color + paint.second_color) * 0.5;
    let half = (paint.color - paint.second_color) * 0.5;
    let (x, y, z) = (
        &samples.x[range.clone()][..count],
        &samples.y[range.clone()][..count],
        &samples.z[range.clone()][..count],
    );
    let normal_x = &samples.normal_x[range.clone()][..count];
    let normal_y = &samples.normal_y[range.clone()][..count];
    let normal_z = &samples.normal_z[range.clone()][..count];
    let red = &mut samples.red[range.clone()][..count];
    let green = &mut samples.green[range.clone()][..count];
    let blue = &mut samples.blue[range][..count];
    for index in 0..count {
        let point = Vec3::new(x[index], y[index], z[index]);
        let share = wave(
            point,
            Vec3::new(normal_x[index], normal_y[index], normal_z[index]),
        );
        red[index] = mean.x + half.x * share;
        green[index] = mean.y + half.y * share;
        blue[index] = mean.z + half.z * share;
    }
}

/// A body's fields: their axes in the camera's frame.
struct Fields {
    /// Fields for each metre along each of the body's axes.
    axes: [Vec3; 3],
    origin: [f32; 3],
    inset_m: f32,
    step: [f32; 2],
}

impl Fields {
    fn new(paint: &LinearPaint, camera_from_body: &Rigid, light: &CameraLight) -> Fields {
        let rotation = &camera_from_body.rotation;
        let axes =
            [rotation.x_axis, rotation.y_axis, rotation.z_axis].map(|axis| axis * (1.0 / paint.size_m));
        Fields {
            axes,
            origin: axes.map(|axis| -axis.dot(camera_from_body.translation)),
            inset_m: paint.size_m * DEPTH_IN_FIELDS,
            step: light.step,
        }
    }

    /// The mean over a sample of a wave that is 1 in even fields along an axis and -1 in odd ones.
    #[inline(always)]
    fn wave(&self, axis: usize, point: Vec3, normal: Vec3) -> f32 {
        let along = self.axes[axis];
        let at = along.dot(point - normal * self.inset_m) + self.origin[axis];
        // How far the next ray to the right, and the next below, is along the axis, on the tangent plane.
        let facing = smaller(normal.dot(point), -1e-4 * point.z);
        let slide = along.dot(point) / facing;
        let right = (along.x - slide * normal.x) * self.step[0];
        let down = (along.y - slide * normal.y) * self.step[1];
        let width = larger((right * right + down * down).sqrt() * point.z, SHARPEST);
        let mean = (integral(at + 0.5 * width) - integral(at - 0.5 * width)) / width;
        smaller(larger(mean, -1.0), 1.0)
    }
}

/// The integral from 0 of a wave that is 1 in even fields and -1 in odd ones.
#[inline(always)]
fn integral(at: f32) -> f32 {
    /// Adding and subtracting it rounds to an integer.
    const ROUNDER: f32 = 12_582_912.0;
    let half = at * 0.5;
    let nearest = (half + ROUNDER) - ROUNDER;
    2.0 * (half - nearest).abs()
}

/// Light by the normal; then the points are lifted off the surface, for the rays to the sun.
#[inline(never)]
fn light_and_lift(samples: &mut Samples, range: Range<usize>, light: &CameraLight, endless: bool) {
    let count = range.len();
    let x = &mut samples.x[range.clone()][..count];
    let y = &mut samples.y[range.clone()][..count];
    let z = &mut samples.z[range.clone()][..count];
    let normal_x = &samples.normal_x[range.clone()][..count];
    let normal_y = &samples.normal_y[range.clone()][..count];
    let normal_z = &samples.normal_z[range.clone()][..count];
    let ambient = &mut samples.ambient[range.clone()][..count];
    let sun = &mut samples.sun[range.clone()][..count];
    let haze = &mut samples.haze[range][..count];
    for index in 0..count {
        let normal = Vec3::new(normal_x[index], normal_y[index], normal_z[index]);
        ambient[index] = light.lighting.ambient(normal.dot(light.up));
        sun[index] = larger(normal.dot(light.sun), 0.0);
    }
    if endless {
        for index in 0..count {
            let squared = x[index] * x[index] + y[index] * y[index] + z[index] * z[index];
            haze[index] = light.lighting.haze(squared);
        }
    } else {
        haze.fill(0.0);
    }
    for index in 0..count {
        let lift = z[index] * LIFT;
        x[index] += normal_x[index] * lift;
        y[index] += normal_y[index] * lift;
        z[index] += normal_z[index] * lift;
    }
}

/// Makes of one channel of the surfaces' colours what the camera sees of it.
#[inline(never)]
pub(crate) fn shine(
    color: &mut [f32],
    ambient: &[f32],
    lit: &[f32],
    haze: &[f32],
    (sun, horizon): (f32, f32),
) {
    let count = color.len();
    let (ambient, lit, haze) = (&ambient[..count], &lit[..count], &haze[..count]);
    for index in 0..count {
        // Light above 1 is cut before samples are averaged: edges of bright things stay smooth.
        let bright = smaller(color[index] * (ambient[index] + sun * lit[index]), 1.0);
        color[index] = bright + (horizon - bright) * haze[index];
    }
}
