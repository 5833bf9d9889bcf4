//! The grid of samples of a picture, and which part of it a shape can cover.

use crate::view::Intrinsics;
use glam::Vec3;

/// Points nearer than this along the optical axis count as behind the camera when rectangles are made, m.
const NEAR_M: f32 = 1e-3;

/// Samples of a picture: `per_side` x `per_side` for each pixel, evenly spread.
///
/// The ray of sample (column, row) is (xs[column], ys[row], 1) in the camera's frame.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) per_side: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) xs: Vec<f32>,
    pub(crate) ys: Vec<f32>,
    /// Distance of neighbouring samples on the plane z = 1, along x and y.
    pub(crate) step: [f32; 2],
    focal: [f32; 2],
    center: [f32; 2],
}

/// Columns x0..x1 and rows y0..y1 of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x0: usize,
    pub(crate) x1: usize,
    pub(crate) y0: usize,
    pub(crate) y1: usize,
}

impl Grid {
    pub(crate) fn new(intrinsics: &Intrinsics, per_side: usize) -> Grid {
        let scale = per_side as f32;
        let shift = 0.5 * (scale - 1.0);
        let focal = [intrinsics.fx * scale, intrinsics.fy * scale];
        let center = [intrinsics.cx * scale + shift, intrinsics.cy * scale + shift];
        let width = intrinsics.width as usize * per_side;
        let height = intrinsics.height as usize * per_side;
        Grid {
            per_side,
            width,
            height,
            xs: (0..width)
                .map(|column| (column as f32 - center[0]) / focal[0])
                .collect(),
            ys: (0..height)
                .map(|row| (row as f32 - center[1]) / focal[1])
                .collect(),
            step: [1.0 / focal[0], 1.0 / focal[1]],
            focal,
            center,
        }
    }

    pub(crate) fn full(&self) -> Rect {
        Rect {
            x0: 0,
            x1: self.width,
            y0: 0,
            y1: self.height,
        }
    }

    /// A rectangle that holds all samples whose rays meet the convex hull of these points of the camera's frame.
    pub(crate) fn rect_of_hull(&self, points: &[Vec3]) -> Option<Rect> {
        let mut bounds = Bounds::EMPTY;
        let mut cut = false;
        for point in points {
            if point.z > NEAR_M {
                bounds.add(self.project(*point));
            } else {
                cut = true;
            }
        }
        if cut {
            // The hull's edges are among the segments between all points: add where they pass the near plane.
            for (index, a) in points.iter().enumerate() {
                for b in &points[index + 1..] {
                    if (a.z > NEAR_M) != (b.z > NEAR_M) {
                        let share = (a.z - NEAR_M) / (a.z - b.z);
                        let mut point = *a + (*b - *a) * share;
                        point.z = NEAR_M;
                        bounds.add(self.project(point));
                    }
                }
            }
        }
        // A sample more on each side for what rounding may lose.
        let low = |value: f32| (value - 1.0) as i64;
        let high = |value: f32| (value + 2.0) as i64;
        let rect = Rect {
            x0: clamp(low(bounds.min[0]), self.width),
            x1: clamp(high(bounds.max[0]), self.width),
            y0: clamp(low(bounds.min[1]), self.height),
            y1: clamp(high(bounds.max[1]), self.height),
        };
        (rect.x0 < rect.x1 && rect.y0 < rect.y1).then_some(rect)
    }

    fn project(&self, point: Vec3) -> [f32; 2] {
        [
            point.x / point.z * self.focal[0] + self.center[0],
            point.y / point.z * self.focal[1] + self.center[1],
        ]
    }
}

fn clamp(value: i64, end: usize) -> usize {
    value.clamp(0, end as i64) as usize
}

struct Bounds {
    min: [f32; 2],
    max: [f32; 2],
}

impl Bounds {
    const EMPTY: Bounds = Bounds {
        min: [f32::INFINITY; 2],
        max: [f32::NEG_INFINITY; 2],
    };

    fn add(&mut self, at: [f32; 2]) {
        for (axis, value) in at.into_iter().enumerate() {
            if value < self.min[axis] {
                self.min[axis] = value;
            }
            if value > self.max[axis] {
                self.max[axis] = value;
            }
        }
    }
}
