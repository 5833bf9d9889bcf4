//! Where a point of the camera's frame is seen, and which ray a pixel has: pinhole, OpenCV's distortion and fisheye.
//!
//! **Invariant:** in f64, of sums, products, quotients, square roots and `libm` in one order and a fixed number of
//! iterations: the same bits everywhere.
//! **Invariant:** `pixel` and `ray` are inverses: where a model turns back, as polynomials do far outside of the picture,
//! neither goes past the turn.

use crate::view::Intrinsics;
use terrella_spec::camera::Lens;

/// No lens looks farther off its axis, radians: 89 degrees.
const WIDEST: f64 = 89.0 / 180.0 * std::f64::consts::PI;
/// Steps in which the angle at which a model turns back is looked for.
const SCAN: u32 = 256;

/// The projection of a camera, ready to be used.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    focal: [f64; 2],
    center: [f64; 2],
    model: Model,
    /// The largest distance from the axis, on the plane z = 1, up to which the model is one to one.
    limit: f64,
}

#[derive(Clone, Copy, Debug)]
enum Model {
    Straight,
    /// Coefficients of the powers of r^2 above and below the fraction, and of the tangential part.
    OpenCv {
        above: [f64; 4],
        below: [f64; 4],
        tangential: [f64; 2],
    },
    /// Coefficients of the even powers of the angle.
    Fisheye([f64; 5]),
}

/// The ray of every pixel, row by row: (x, y, 1) in the camera's frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rays {
    /// x of each.
    pub xs: Vec<f32>,
    /// y of each.
    pub ys: Vec<f32>,
    /// False where the lens has no ray: such a pixel is black and shows nothing. Its x and y are 0.
    pub inside: Vec<bool>,
}

/// The value at `x`, and the derivative, of a polynomial with these coefficients.
fn polynomial(coefficients: &[f64], x: f64) -> (f64, f64) {
    coefficients
        .iter()
        .rev()
        .fold((0.0, 0.0), |(value, slope), factor| {
            (value * x + factor, slope * x + value)
        })
}

impl Model {
    fn new(lens: &Lens<f32>) -> Model {
        match *lens {
            Lens::Pinhole {} => Model::Straight,
            Lens::Opencv {
                k1,
                k2,
                p1,
                p2,
                k3,
                k4,
                k5,
                k6,
            } => Model::OpenCv {
                above: [1.0, k1, k2, k3].map(f64::from),
                below: [1.0, k4, k5, k6].map(f64::from),
                tangential: [p1, p2].map(f64::from),
            },
            Lens::Fisheye { k1, k2, k3, k4 } => Model::Fisheye([1.0, k1, k2, k3, k4].map(f64::from)),
        }
    }

    /// How far from the centre a ray is seen whose distance from the axis is this, and whether that still grows there.
    /// For a fisheye the distance is the angle.
    fn radius(&self, from: f64) -> (f64, bool) {
        let square = from * from;
        match self {
            Model::Straight => (from, true),
            Model::OpenCv { above, below, .. } => {
                let (up, up_slope) = polynomial(above, square);
                let (down, down_slope) = polynomial(below, square);
                let slope = up * down + 2.0 * square * (up_slope * down - up * down_slope);
                (from * up / down, down > 0.0 && slope > 0.0)
            }
            Model::Fisheye(powers) => {
                let (value, slope) = polynomial(powers, square);
                (from * value, value + 2.0 * square * slope > 0.0)
            }
        }
    }

    /// The distance at which a ray of this angle stands, as [`Model::radius`] takes it.
    fn distance(&self, angle: f64) -> f64 {
        match self {
            Model::Fisheye(_) => angle,
            _ => libm::tan(angle),
        }
    }

    /// The largest distance up to which the radius grows.
    fn limit(&self) -> f64 {
        let grows = |angle: f64| self.radius(self.distance(angle)).1;
        let step = WIDEST / f64::from(SCAN);
        let first = (1..=SCAN).find(|index| !grows(step * f64::from(*index)));
        let Some(first) = first else {
            return self.distance(WIDEST);
        };
        let (mut low, mut high) = (step * f64::from(first - 1), step * f64::from(first));
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if grows(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.distance(low)
    }
}

impl Projection {
    /// The projection with these intrinsics.
    pub fn new(intrinsics: &Intrinsics) -> Projection {
        let model = Model::new(&intrinsics.lens);
        Projection {
            focal: [intrinsics.fx, intrinsics.fy].map(f64::from),
            center: [intrinsics.cx, intrinsics.cy].map(f64::from),
            limit: match model {
                Model::Straight => f64::INFINITY,
                _ => model.limit(),
            },
            model,
        }
    }

    /// The pixel (column, row) at which a point of the camera's frame is seen, whether or not it is within the picture.
    /// None: it is behind the camera or out of the lens's sight.
    pub fn pixel(&self, [x, y, z]: [f64; 3]) -> Option<[f64; 2]> {
        if z <= 0.0 {
            return None;
        }
        let bent = self.bend([x / z, y / z])?;
        Some([0, 1].map(|axis| bent[axis] * self.focal[axis] + self.center[axis]))
    }

    /// The ray (x, y, 1) in the camera's frame that a pixel (column, row) shows; between pixels too. None: the lens has
    /// none there.
    pub fn ray(&self, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let bent = [0, 1].map(|axis| (pixel[axis] - self.center[axis]) / self.focal[axis]);
        let far = (bent[0] * bent[0] + bent[1] * bent[1]).sqrt();
        match self.model {
            Model::Straight => return Some(bent),
            _ if far == 0.0 && matches!(self.model, Model::Fisheye(_)) => return Some(bent),
            _ => {}
        }
        // The radius by halving, which cannot go astray: it is one to one up to the limit.
        let (mut low, mut high) = (0.0, self.limit);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.model.radius(middle).0 < far {
                low = middle;
            } else {
                high = middle;
            }
        }
        match self.model {
            Model::Fisheye(_) => {
                let reached = (self.model.radius(high).0 - far).abs() < 1e-9;
                let scale = libm::tan(high) / far;
                reached.then_some(bent.map(|part| part * scale))
            }
            _ => {
                let scale = if far > 0.0 { high / far } else { 1.0 };
                self.straighten(bent, bent.map(|part| part * scale))
            }
        }
    }

    /// Newton's iteration for the ray that is bent to `goal`, from a start that neglects the tangential part.
    fn straighten(&self, goal: [f64; 2], start: [f64; 2]) -> Option<[f64; 2]> {
        /// Half of the step of the differences that stand for derivatives.
        const STEP: f64 = 1e-6;
        let mut at = start;
        for _ in 0..8 {
            let off = self.bend_any(at);
            let miss = [goal[0] - off[0], goal[1] - off[1]];
            let [right, left] = [STEP, -STEP].map(|step| self.bend_any([at[0] + step, at[1]]));
            let [below, above] = [STEP, -STEP].map(|step| self.bend_any([at[0], at[1] + step]));
            let slope = |a: [f64; 2], b: [f64; 2], axis: usize| (a[axis] - b[axis]) / (2.0 * STEP);
            let (xx, xy) = (slope(right, left, 0), slope(below, above, 0));
            let (yx, yy) = (slope(right, left, 1), slope(below, above, 1));
            let determinant = xx * yy - xy * yx;
            if determinant <= 1e-12 {
                return None;
            }
            at[0] += (yy * miss[0] - xy * miss[1]) / determinant;
            at[1] += (xx * miss[1] - yx * miss[0]) / determinant;
        }
        let reached = self.bend(at)?;
        let miss = (reached[0] - goal[0]).abs() + (reached[1] - goal[1]).abs();
        (miss < 1e-9).then_some(at)
    }

    /// Where the plane z = 1 is bent to, within the limit.
    fn bend(&self, at: [f64; 2]) -> Option<[f64; 2]> {
        let far = (at[0] * at[0] + at[1] * at[1]).sqrt();
        let distance = match self.model {
            Model::Fisheye(_) => libm::atan(far),
            _ => far,
        };
        (distance <= self.limit).then(|| self.bend_any(at))
    }

    fn bend_any(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let square = x * x + y * y;
        match self.model {
            Model::Straight => [x, y],
            Model::OpenCv {
                above,
                below,
                tangential: [p1, p2],
            } => {
                let radial = polynomial(&above, square).0 / polynomial(&below, square).0;
                [
                    x * radial + 2.0 * p1 * x * y + p2 * (square + 2.0 * x * x),
                    y * radial + p1 * (square + 2.0 * y * y) + 2.0 * p2 * x * y,
                ]
            }
            Model::Fisheye(powers) => {
                let far = square.sqrt();
                if far == 0.0 {
                    return [x, y];
                }
                let angle = libm::atan(far);
                let scale = angle * polynomial(&powers, angle * angle).0 / far;
                [x * scale, y * scale]
            }
        }
    }
}

impl Intrinsics {
    /// The ray of every pixel where the lens bends them; None for a pinhole, whose rays are a grid.
    pub fn rays(&self) -> Option<Rays> {
        if self.lens.is_pinhole() {
            return None;
        }
        let projection = Projection::new(self);
        let mut rays = Rays::default();
        for row in 0..self.height {
            for column in 0..self.width {
                let ray = projection.ray([f64::from(column), f64::from(row)]);
                let [x, y] = ray.unwrap_or_default();
                rays.xs.push(x as f32);
                rays.ys.push(y as f32);
                rays.inside.push(ray.is_some());
            }
        }
        Some(rays)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intrinsics(lens: Lens<f32>) -> Intrinsics {
        Intrinsics {
            lens,
            ..Intrinsics::from_fov(64, 48, 70.0)
        }
    }

    const BARREL: Lens<f32> = Lens::Opencv {
        k1: -0.28,
        k2: 0.07,
        p1: 0.001,
        p2: -0.0005,
        k3: 0.0,
        k4: 0.0,
        k5: 0.0,
        k6: 0.0,
    };
    const FISHEYE: Lens<f32> = Lens::Fisheye {
        k1: -0.02,
        k2: 0.003,
        k3: 0.0,
        k4: 0.0,
    };

    #[test]
    fn a_pixel_s_ray_is_seen_at_that_pixel() {
        for lens in [Lens::Pinhole {}, BARREL, FISHEYE] {
            let projection = Projection::new(&intrinsics(lens));
            let mut seen = 0;
            for row in -4..52 {
                for column in -4..68 {
                    let pixel = [f64::from(column), f64::from(row)];
                    let Some([x, y]) = projection.ray(pixel) else {
                        continue;
                    };
                    let back = projection.pixel([2.0 * x, 2.0 * y, 2.0]).expect("it has a ray");
                    let miss = (back[0] - pixel[0]).abs() + (back[1] - pixel[1]).abs();
                    assert!(miss < 1e-6, "{lens:?} {pixel:?} {back:?}");
                    seen += 1;
                }
            }
            assert!(seen > 3000, "{lens:?} {seen}");
        }
    }

    /// From `cv2.projectPoints` of OpenCV 4.12's documented formula, worked out by hand for one point.
    #[test]
    fn the_models_are_those_of_opencv() {
        let lens = Lens::Opencv {
            k1: 0.1,
            k2: 0.01,
            p1: 0.002,
            p2: 0.003,
            k3: 0.001,
            k4: 0.02,
            k5: 0.004,
            k6: 0.0005,
        };
        let at = |lens, point| {
            let own = intrinsics(lens);
            let pixel = Projection::new(&own).pixel(point).expect("it is ahead");
            [
                (pixel[0] - f64::from(own.cx)) / f64::from(own.fx),
                (pixel[1] - f64::from(own.cy)) / f64::from(own.fy),
            ]
        };
        // x = 0.3, y = -0.4: r^2 = 0.25.
        let radial = (1.0 + 0.1 * 0.25 + 0.01 * 0.0625 + 0.001 * 0.015625)
            / (1.0 + 0.02 * 0.25 + 0.004 * 0.0625 + 0.0005 * 0.015625);
        let x = 0.3 * radial + 2.0 * 0.002 * 0.3 * -0.4 + 0.003 * (0.25 + 2.0 * 0.09);
        let y = -0.4 * radial + 0.002 * (0.25 + 2.0 * 0.16) + 2.0 * 0.003 * 0.3 * -0.4;
        let got = at(lens, [0.6, -0.8, 2.0]);
        assert!((got[0] - x).abs() < 1e-7 && (got[1] - y).abs() < 1e-7, "{got:?}");
        // On the axis x at 45 degrees, the fisheye sees the angle itself and its third power.
        let lens = Lens::Fisheye {
            k1: 0.1,
            k2: 0.0,
            k3: 0.0,
            k4: 0.0,
        };
        let angle = std::f64::consts::FRAC_PI_4;
        let got = at(lens, [1.0, 0.0, 1.0]);
        assert!((got[0] - (angle + 0.1 * angle.powi(3))).abs() < 1e-7, "{got:?}");
    }

    /// A strong barrel turns back: points far outside of the picture would be seen within it.
    #[test]
    fn what_is_past_the_turn_is_not_seen() {
        let lens = Lens::Opencv {
            k1: -0.5,
            k2: 0.0,
            p1: 0.0,
            p2: 0.0,
            k3: 0.0,
            k4: 0.0,
            k5: 0.0,
            k6: 0.0,
        };
        let projection = Projection::new(&intrinsics(lens));
        // r - r^3 / 2 is largest at sqrt(2/3) = 0.816, and 0 again at sqrt(2).
        assert!(projection.pixel([0.80, 0.0, 1.0]).is_some());
        assert!(projection.pixel([0.83, 0.0, 1.0]).is_none());
        assert!(projection.pixel([1.41, 0.0, 1.0]).is_none());
        assert!(projection.pixel([0.1, 0.0, -1.0]).is_none());
        let rays = intrinsics(lens).rays().expect("it bends");
        assert!(!rays.inside[0] && rays.inside[24 * 64 + 32]);
    }
}
