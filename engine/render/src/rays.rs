//! The rays of a picture's pixels, and which pixels a bound of rays can hold.
//!
//! The ray of a pixel is (x, y, 1) in the camera's frame. A pinhole has one x for each column and one y for each row;
//! any other lens has a table of both for each pixel. Kernels read either in strips 4 pixels wide, so that a block
//! of 4 x 1, 4 x 2 or 4 x 4 pixels is one read.
//!
//! **Invariant:** a ray depends on the pixel and the sample alone, never on the shape of blocks.

use crate::lanes::Lanes;
use crate::lens::Projection;
use crate::plan::Rect;
use crate::view::Intrinsics;

/// Pixels in a row or column of a block of the coarsest kind.
const BLOCK: usize = 4;

/// Where a kernel reads rays from.
pub(crate) trait RaySource: Copy {
    /// True where y may differ within a row.
    const PER_PIXEL: bool;
    /// The rays' x in the block of strip `strip` that starts at pixel row `row`.
    fn x<L: Lanes>(self, lanes: L, strip: usize, row: usize) -> L::F;
    /// Their y.
    fn y<L: Lanes>(self, lanes: L, strip: usize, row: usize) -> L::F;
}

/// Rays of a pinhole.
#[derive(Clone, Debug)]
pub(crate) struct Pinhole {
    /// One for each column, and some more up to a whole block.
    xs: Vec<f32>,
    /// One for each row, 4 times each, and some more up to a whole block.
    ys: Vec<f32>,
}

impl RaySource for &Pinhole {
    const PER_PIXEL: bool = false;

    #[inline(always)]
    fn x<L: Lanes>(self, lanes: L, strip: usize, _row: usize) -> L::F {
        lanes.load_row(&self.xs[strip * BLOCK..])
    }

    #[inline(always)]
    fn y<L: Lanes>(self, lanes: L, _strip: usize, row: usize) -> L::F {
        lanes.load(&self.ys[row * BLOCK..])
    }
}

/// Rays of any lens, one for each pixel: strips of 4 columns, each from top to bottom.
#[derive(Clone, Debug)]
pub(crate) struct RayTable {
    rows: usize,
    x: Vec<f32>,
    y: Vec<f32>,
}

impl RaySource for &RayTable {
    const PER_PIXEL: bool = true;

    #[inline(always)]
    fn x<L: Lanes>(self, lanes: L, strip: usize, row: usize) -> L::F {
        lanes.load(&self.x[(strip * self.rows + row) * BLOCK..])
    }

    #[inline(always)]
    fn y<L: Lanes>(self, lanes: L, strip: usize, row: usize) -> L::F {
        lanes.load(&self.y[(strip * self.rows + row) * BLOCK..])
    }
}

/// Rays of all pixels for one sample in each.
#[derive(Clone, Debug)]
pub(crate) enum Rays {
    Pinhole(Pinhole),
    /// For lenses that bend straight lines.
    Table(RayTable),
}

/// All rays of a lens: those of the pixels' centres and those of samples spread evenly in each pixel.
#[derive(Clone, Debug)]
pub(crate) struct Lens {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) centers: Rays,
    /// `per_side` x `per_side` of them; none where the centre is the only sample.
    pub(crate) samples: Vec<Rays>,
    /// Distance of neighbouring pixels on the plane z = 1, along x and y.
    pub(crate) step: [f32; 2],
    focal: [f32; 2],
    center: [f32; 2],
    /// How far from its centre a pixel's samples are, and a little for what rounding may lose, pixels.
    margin: f32,
    /// Of a lens that bends straight lines.
    bend: Option<Bend>,
}

/// What a table of rays is looked up by.
#[derive(Clone, Debug)]
struct Bend {
    /// Least and greatest x of the rays in each column, and y in each row.
    columns: Vec<[f32; 2]>,
    rows: Vec<[f32; 2]>,
    /// Of all of them.
    all: Bounds,
    /// Pixels whose centre the lens has no ray for.
    blind: Vec<u32>,
}

/// Least and greatest x and y of rays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) min: [f32; 2],
    pub(crate) max: [f32; 2],
}

impl Bounds {
    pub(crate) const EMPTY: Bounds = Bounds {
        min: [f32::INFINITY; 2],
        max: [f32::NEG_INFINITY; 2],
    };
    pub(crate) const ALL: Bounds = Bounds {
        min: [f32::NEG_INFINITY; 2],
        max: [f32::INFINITY; 2],
    };

    #[inline]
    pub(crate) fn add(&mut self, x: f32, y: f32) {
        self.min = [smaller(x, self.min[0]), smaller(y, self.min[1])];
        self.max = [larger(x, self.max[0]), larger(y, self.max[1])];
    }

    #[inline]
    pub(crate) fn join(self, other: Bounds) -> Bounds {
        Bounds {
            min: [
                smaller(self.min[0], other.min[0]),
                smaller(self.min[1], other.min[1]),
            ],
            max: [
                larger(self.max[0], other.max[0]),
                larger(self.max[1], other.max[1]),
            ],
        }
    }
}

#[inline]
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[inline]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

impl Lens {
    /// A pinhole with `per_side` x `per_side` samples for each pixel.
    pub(crate) fn pinhole(intrinsics: &Intrinsics, per_side: usize) -> Lens {
        let (width, height) = (intrinsics.width as usize, intrinsics.height as usize);
        let along = |count: usize, shift: f32, center: f32, focal: f32| {
            (0..count.next_multiple_of(BLOCK)).map(move |index| (index as f32 + shift - center) / focal)
        };
        let rays = |shift: [f32; 2]| {
            Rays::Pinhole(Pinhole {
                xs: along(width, shift[0], intrinsics.cx, intrinsics.fx).collect(),
                ys: along(height, shift[1], intrinsics.cy, intrinsics.fy)
                    .flat_map(|y| [y; BLOCK])
                    .collect(),
            })
        };
        let shift = |sample: usize| (sample as f32 + 0.5) / per_side as f32 - 0.5;
        Lens {
            width,
            height,
            centers: rays([0.0; 2]),
            samples: if per_side > 1 {
                (0..per_side * per_side)
                    .map(|sample| rays([shift(sample % per_side), shift(sample / per_side)]))
                    .collect()
            } else {
                Vec::new()
            },
            step: [1.0 / intrinsics.fx, 1.0 / intrinsics.fy],
            focal: [intrinsics.fx, intrinsics.fy],
            center: [intrinsics.cx, intrinsics.cy],
            margin: if per_side > 1 { 0.52 } else { 0.02 },
            bend: None,
        }
    }

    /// The lens of these intrinsics.
    pub(crate) fn new(intrinsics: &Intrinsics, per_side: usize) -> Lens {
        let straight = Lens::pinhole(intrinsics, per_side);
        if intrinsics.lens.is_pinhole() {
            return straight;
        }
        let projection = Projection::new(intrinsics);
        let (width, height) = (straight.width, straight.height);
        let mut bend = Bend {
            columns: vec![NOTHING; width],
            rows: vec![NOTHING; height],
            all: Bounds::EMPTY,
            blind: Vec::new(),
        };
        let (centers, blind) = bent(&projection, [width, height], [0.0; 2], &mut bend);
        bend.blind = blind;
        let shift = |sample: usize| (sample as f64 + 0.5) / per_side as f64 - 0.5;
        let samples = (0..straight.samples.len())
            .map(|sample| {
                let shift = [shift(sample % per_side), shift(sample / per_side)];
                bent(&projection, [width, height], shift, &mut bend).0
            })
            .collect();
        Lens {
            centers,
            samples,
            bend: Some(bend),
            ..straight
        }
    }

    /// Pixels that the lens has no ray for.
    pub(crate) fn blind(&self) -> &[u32] {
        self.bend.as_ref().map_or(&[], |bend| &bend.blind)
    }

    /// Writes the rays of the pixels' centres, and then those of each sample, as words, f32 as their bits. A pinhole's: x of
    /// each column, y of each row. Of any other lens: x and y of each pixel, row by row; x is `u32::MAX` where a centre has no
    /// ray.
    #[cfg(feature = "gpu")]
    pub(crate) fn words(&self, to: &mut Vec<u32>) {
        let first = to.len();
        for rays in std::iter::once(&self.centers).chain(&self.samples) {
            match rays {
                Rays::Pinhole(Pinhole { xs, ys }) => {
                    to.extend(xs[..self.width].iter().map(|x| x.to_bits()));
                    let rows = ys.iter().step_by(BLOCK).take(self.height);
                    to.extend(rows.map(|y| y.to_bits()));
                }
                Rays::Table(table) => {
                    for row in 0..self.height {
                        for column in 0..self.width {
                            let at = (column / BLOCK * table.rows + row) * BLOCK + column % BLOCK;
                            to.extend([table.x[at].to_bits(), table.y[at].to_bits()]);
                        }
                    }
                }
            }
        }
        for pixel in self.blind() {
            to[first + 2 * *pixel as usize] = u32::MAX;
        }
    }

    /// True where straight lines stay straight.
    #[cfg(feature = "gpu")]
    pub(crate) fn is_straight(&self) -> bool {
        matches!(self.centers, Rays::Pinhole(_))
    }

    /// The same with every ray written out, as for a lens that bends straight lines.
    #[cfg(test)]
    pub(crate) fn tabulated(self) -> Lens {
        let (columns, rows) = (
            self.width.next_multiple_of(BLOCK),
            self.height.next_multiple_of(BLOCK),
        );
        let table = |rays: Rays| match rays {
            Rays::Pinhole(Pinhole { xs, ys }) => {
                let mut table = RayTable {
                    rows,
                    x: Vec::new(),
                    y: Vec::new(),
                };
                for strip in 0..columns / BLOCK {
                    for row in 0..rows {
                        table.x.extend(&xs[strip * BLOCK..(strip + 1) * BLOCK]);
                        table.y.extend(&ys[row * BLOCK..(row + 1) * BLOCK]);
                    }
                }
                Rays::Table(table)
            }
            table => table,
        };
        Lens {
            centers: table(self.centers.clone()),
            samples: self.samples.iter().cloned().map(table).collect(),
            ..self
        }
    }

    /// All pixels.
    pub(crate) fn full(&self) -> Rect {
        Rect {
            x0: 0,
            x1: self.width as i32,
            y0: 0,
            y1: self.height as i32,
        }
    }

    /// Pixels with a sample whose ray is within these bounds, and perhaps some more.
    #[inline]
    pub(crate) fn rect(&self, bounds: &Bounds) -> Option<Rect> {
        if let Some(bend) = &self.bend {
            return bend.rect(bounds);
        }
        let pixel = |ray: f32, axis: usize| ray * self.focal[axis] + self.center[axis];
        // Casts of floats stop at the ends of i32, and NaN gives 0.
        let low = |axis: usize| {
            let at = pixel(bounds.min[axis], axis) - self.margin;
            if at > 0.0 { smaller(at, 1e9) as i32 + 1 } else { 0 }
        };
        let high = |axis: usize, end: usize| {
            let at = pixel(bounds.max[axis], axis) + self.margin;
            if at < end as f32 {
                (at + 1.0) as i32
            } else {
                end as i32
            }
        };
        let rect = Rect {
            x0: low(0),
            x1: high(0, self.width),
            y0: low(1),
            y1: high(1, self.height),
        };
        (rect.x0 < rect.x1 && rect.y0 < rect.y1).then_some(rect)
    }
}

/// The extent of no rays.
const NOTHING: [f32; 2] = [f32::INFINITY, f32::NEG_INFINITY];

/// A ray far outside of every picture, for pixels that the lens has none for.
const ASIDE: f32 = 1e6;

/// Share by which the extents of rays are widened, for what rounding may lose.
const SLACK: f32 = 1e-5;

impl Bend {
    fn rect(&self, bounds: &Bounds) -> Option<Rect> {
        let apart =
            |axis: usize| self.all.max[axis] < bounds.min[axis] || self.all.min[axis] > bounds.max[axis];
        if apart(0) || apart(1) {
            return None;
        }
        let span = |extents: &[[f32; 2]], axis: usize| {
            let meets = |extent: &[f32; 2]| extent[1] >= bounds.min[axis] && extent[0] <= bounds.max[axis];
            let first = extents.iter().position(meets)?;
            let last = extents.iter().rposition(meets)?;
            Some((first as i32, last as i32 + 1))
        };
        let (x0, x1) = span(&self.columns, 0)?;
        let (y0, y1) = span(&self.rows, 1)?;
        Some(Rect { x0, x1, y0, y1 })
    }

    fn add(&mut self, column: usize, row: usize, ray: [f32; 2]) {
        for (extent, ray) in [(&mut self.columns[column], ray[0]), (&mut self.rows[row], ray[1])] {
            let slack = SLACK * (1.0 + ray.abs());
            *extent = [smaller(ray - slack, extent[0]), larger(ray + slack, extent[1])];
        }
        let [x, y] = [self.columns[column], self.rows[row]];
        self.all.add(x[0], y[0]);
        self.all.add(x[1], y[1]);
    }
}

/// The table of rays of one sample in each pixel, `shift` from its centre, which are added to the extents of `bend`, and the
/// pixels that have none.
fn bent(
    projection: &Projection,
    [width, height]: [usize; 2],
    shift: [f64; 2],
    bend: &mut Bend,
) -> (Rays, Vec<u32>) {
    let mut blind = Vec::new();
    let (columns, rows) = (width.next_multiple_of(BLOCK), height.next_multiple_of(BLOCK));
    let mut table = RayTable {
        rows,
        x: Vec::with_capacity(columns * rows),
        y: Vec::with_capacity(columns * rows),
    };
    for strip in 0..columns / BLOCK {
        for row in 0..rows {
            for column in strip * BLOCK..(strip + 1) * BLOCK {
                let ray = projection.ray([column as f64 + shift[0], row as f64 + shift[1]]);
                let [x, y] = ray.map_or([ASIDE; 2], |ray| ray.map(|part| part as f32));
                let within = column < width && row < height;
                if within && ray.is_some() {
                    bend.add(column, row, [x, y]);
                } else if within {
                    blind.push((row * width + column) as u32);
                }
                table.x.push(x);
                table.y.push(y);
            }
        }
    }
    (Rays::Table(table), blind)
}
