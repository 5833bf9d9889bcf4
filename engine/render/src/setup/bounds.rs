//! Between which rays a shape, or its shadow, can be seen.

use crate::rays::Bounds;
use crate::rigid::Rigid;
use glam::Vec3;

/// Points nearer than this along the optical axis count as behind the camera, m.
pub(super) const NEAR_M: f32 = 1e-3;

/// Corners of a box, axis by axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corners {
    pub(super) x: [f32; 8],
    pub(super) y: [f32; 8],
    pub(super) z: [f32; 8],
}

impl Corners {
    /// Of a box with this middle and these half edges in the frame of a shape that is at `place`.
    #[inline]
    pub(super) fn around(place: &Rigid, middle: Vec3, half: Vec3) -> Corners {
        let rotation = &place.rotation;
        let edges = [
            rotation.x_axis * half.x,
            rotation.y_axis * half.y,
            rotation.z_axis * half.z,
        ];
        Corners::new(place.point(middle), edges)
    }

    /// From the middle and half edges.
    #[inline]
    pub(super) fn new(middle: Vec3, edges: [Vec3; 3]) -> Corners {
        let [a, b, c] = edges;
        let along = |axis: usize| {
            let (middle, a, b, c) = (middle[axis], a[axis], b[axis], c[axis]);
            let (low, high) = (middle - c, middle + c);
            let (p, q) = (a + b, a - b);
            [
                low - p,
                low + q,
                low - q,
                low + p,
                high - p,
                high + q,
                high - q,
                high + p,
            ]
        };
        Corners {
            x: along(0),
            y: along(1),
            z: along(2),
        }
    }

    /// Between which rays they are. None: all are behind the camera.
    #[inline]
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let (near, far) = span(&self.z);
        if near > NEAR_M {
            let inverse = self.z.map(|z| 1.0 / z);
            let (x0, x1) = span(&std::array::from_fn::<f32, 8, _>(|at| self.x[at] * inverse[at]));
            let (y0, y1) = span(&std::array::from_fn::<f32, 8, _>(|at| self.y[at] * inverse[at]));
            return Some(Bounds {
                min: [x0, y0],
                max: [x1, y1],
            });
        }
        if far > 0.0 { Some(self.cut()) } else { None }
    }

    /// Bounds of what is in front of the camera.
    fn cut(&self) -> Bounds {
        let points: [Vec3; 8] = std::array::from_fn(|at| Vec3::new(self.x[at], self.y[at], self.z[at]));
        of_points(&points)
    }
}

/// Bounds of the part of the points' hull that is in front of the camera.
pub(super) fn of_points(points: &[Vec3]) -> Bounds {
    let mut bounds = Bounds::EMPTY;
    for (index, a) in points.iter().enumerate() {
        if a.z > NEAR_M {
            bounds.add(a.x / a.z, a.y / a.z);
        }
        // The hull's edges are among the segments between all points: add where they pass the near plane.
        for b in &points[index + 1..] {
            if (a.z > NEAR_M) != (b.z > NEAR_M) {
                let share = (a.z - NEAR_M) / (a.z - b.z);
                let point = *a + (*b - *a) * share;
                bounds.add(point.x / NEAR_M, point.y / NEAR_M);
            }
        }
    }
    bounds
}

#[inline]
fn span(values: &[f32; 8]) -> (f32, f32) {
    let mut low = values[0];
    let mut high = values[0];
    for value in &values[1..] {
        low = if *value < low { *value } else { low };
        high = if *value > high { *value } else { high };
    }
    (low, high)
}

/// Between which rays a ball is. None: it is behind the camera.
#[inline]
pub(super) fn of_ball(center: Vec3, radius: f32) -> Option<Bounds> {
    if center.z - radius <= NEAR_M + 1e-3 * radius {
        return if center.z + radius > 0.0 {
            Some(Bounds::ALL)
        } else {
            None
        };
    }
    // Tangents of the circle that is the ball seen along x or y.
    let square = (center.z - radius) * (center.z + radius);
    let inverse = 1.0 / square;
    let along = |at: f32| {
        let root = radius * (at * at + square).sqrt();
        ((at * center.z - root) * inverse, (at * center.z + root) * inverse)
    };
    let ((x0, x1), (y0, y1)) = (along(center.x), along(center.y));
    Some(Bounds {
        min: [x0, y0],
        max: [x1, y1],
    })
}

/// Both.
#[inline]
pub(super) fn join(a: Option<Bounds>, b: Option<Bounds>) -> Option<Bounds> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.join(b)),
        (one, other) => one.or(other),
    }
}

/// Bounds of a hull of shapes with these bounds: where a part of it is behind the camera it may be anywhere.
#[inline]
pub(super) fn hull(parts: &[Option<Bounds>]) -> Option<Bounds> {
    let all = parts.iter().copied().fold(None, join)?;
    Some(if parts.iter().all(Option::is_some) {
        all
    } else {
        Bounds::ALL
    })
}
