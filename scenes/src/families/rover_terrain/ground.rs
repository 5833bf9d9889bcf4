//! The ground: heights on a grid, and patches of it that grip differently.

use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::{Body, Combine, World};

/// Width of a cell of the grid, m.
pub(super) const CELL_M: f32 = 0.2;
/// Cells along x and y. The origin is in the middle.
pub(super) const CELLS: [usize; 2] = [48, 32];
/// Patches along x and y.
pub(super) const PATCHES: [usize; 2] = [4, 2];
/// Depth of a ditch, m: deeper than a wheel is high.
const DITCH_M: f32 = 0.45;

/// What a patch is made of: its name, its friction, and two colours.
pub(super) struct Soil {
    pub(super) name: &'static str,
    pub(super) friction: f32,
    colors: [[f32; 3]; 2],
}

pub(super) const SOILS: [Soil; 4] = [
    Soil {
        name: "rock",
        friction: 1.0,
        colors: [[0.52, 0.50, 0.50], [0.38, 0.36, 0.37]],
    },
    Soil {
        name: "soil",
        friction: 0.8,
        colors: [[0.55, 0.36, 0.22], [0.42, 0.26, 0.15]],
    },
    Soil {
        name: "sand",
        friction: 0.6,
        colors: [[0.88, 0.74, 0.45], [0.76, 0.60, 0.33]],
    },
    Soil {
        name: "ice",
        friction: 0.3,
        colors: [[0.80, 0.92, 0.98], [0.62, 0.80, 0.92]],
    },
];

/// How the ground is shaped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relief {
    /// Height of the hills, m.
    pub(super) hills_m: f32,
    /// Height of what is as small as a wheel, m.
    pub(super) rough_m: f32,
    /// Rise along x over the length.
    pub(super) slope: f32,
    /// Width of a ditch across the way; none at 0.
    pub(super) ditch_m: f32,
}

/// Heights in rows along +y, each along +x, m; one more than cells each way.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    heights: Vec<f32>,
}

/// A smooth surface of random waves no shorter than this, between -1 and 1 or a little more.
struct Waves(Vec<(Vec2, f32)>);

impl Waves {
    fn new(rng: &mut Rng, count: usize, shortest_m: f32, longest_m: f32) -> Self {
        let wave = |rng: &mut Rng| {
            let number = 2.0 * std::f32::consts::PI / rng.uniform_f32(shortest_m, longest_m);
            let angle = rng.uniform_f32(0.0, 2.0 * std::f32::consts::PI);
            let vector = Vec2::new(libm::cosf(angle), libm::sinf(angle)) * number;
            (vector, rng.uniform_f32(0.0, 2.0 * std::f32::consts::PI))
        };
        Waves((0..count).map(|_| wave(rng)).collect())
    }

    fn at(&self, place: Vec2) -> f32 {
        let sum: f32 = self
            .0
            .iter()
            .map(|(vector, phase)| libm::sinf(vector.dot(place) + phase))
            .sum();
        sum / (0.5 * self.0.len() as f32).sqrt() * 0.7
    }
}

impl Ground {
    pub(super) fn new(relief: Relief, rng: &mut Rng) -> Self {
        let hills = Waves::new(rng, 6, 2.5, 6.0);
        let rough = Waves::new(rng, 10, 0.45, 1.2);
        // A ditch lies across the middle, but for a bridge of ground.
        let ditch_x = rng.uniform_f32(-0.8, 0.8);
        let bridge_y = rng.uniform_f32(-1.8, 1.8);
        let mut heights = Vec::with_capacity((CELLS[0] + 1) * (CELLS[1] + 1));
        for row in 0..=CELLS[1] {
            for column in 0..=CELLS[0] {
                let place = corner(column, row);
                let mut height = relief.hills_m * 0.5 * hills.at(place) + relief.rough_m * rough.at(place);
                height += relief.slope * place.x;
                let in_ditch = (place.x - ditch_x).abs() < 0.5 * relief.ditch_m + 0.5 * CELL_M;
                if relief.ditch_m > 0.0 && in_ditch && (place.y - bridge_y).abs() > 0.7 {
                    height -= DITCH_M;
                }
                heights.push(height);
            }
        }
        Ground { heights }
    }

    /// The ground of a world, put together from its patches.
    pub(super) fn of(world: &World<f32>) -> Self {
        let (wide, high) = (CELLS[0] / PATCHES[0], CELLS[1] / PATCHES[1]);
        let mut heights = vec![0.0; (CELLS[0] + 1) * (CELLS[1] + 1)];
        for column in 0..PATCHES[0] {
            for row in 0..PATCHES[1] {
                let Shape::HeightField { heights_m, .. } =
                    &world.bodies[&format!("patch_{column}_{row}")].shape
                else {
                    unreachable!("patches are height fields")
                };
                for (index, line) in heights_m.chunks(wide + 1).enumerate() {
                    let first = (row * high + index) * (CELLS[0] + 1) + column * wide;
                    heights[first..=first + wide].copy_from_slice(line);
                }
            }
        }
        Ground { heights }
    }

    /// Height at a place, m: between the corners of its cell.
    pub(super) fn height_m(&self, place: Vec2) -> f32 {
        let half = 0.5 * CELL_M * Vec2::new(CELLS[0] as f32, CELLS[1] as f32);
        let at = ((place + half) / CELL_M).clamp(Vec2::ZERO, 2.0 * half / CELL_M - Vec2::splat(1e-3));
        let (column, row) = (at.x as usize, at.y as usize);
        let (x, y) = (at.x - column as f32, at.y - row as f32);
        let height = |column: usize, row: usize| self.heights[row * (CELLS[0] + 1) + column];
        let near = height(column, row) * (1.0 - x) + height(column + 1, row) * x;
        let far = height(column, row + 1) * (1.0 - x) + height(column + 1, row + 1) * x;
        near * (1.0 - y) + far * y
    }

    /// The body of a patch: `column` along x and `row` along y.
    pub(super) fn patch(
        &self,
        column: usize,
        row: usize,
        soil: &Soil,
        look: &Soil,
        friction: f32,
    ) -> Body<f32> {
        let (wide, high) = (CELLS[0] / PATCHES[0], CELLS[1] / PATCHES[1]);
        let mut heights_m = Vec::with_capacity((wide + 1) * (high + 1));
        for y in row * high..=(row + 1) * high {
            let first = y * (CELLS[0] + 1) + column * wide;
            heights_m.extend_from_slice(&self.heights[first..=first + wide]);
        }
        let size_m = [wide as f32 * CELL_M, high as f32 * CELL_M];
        let low = corner(column * wide, row * high);
        let [first, second] = look.colors;
        let mut body = Body::new(
            soil.name,
            Shape::HeightField {
                size_m,
                columns: wide as u32 + 1,
                heights_m,
            },
        )
        .fixed()
        .at([low.x + 0.5 * size_m[0], low.y + 0.5 * size_m[1], 0.0])
        .painted(Paint {
            pattern: Pattern::Checker,
            ..Paint::checker(first, second, 0.4)
        });
        // Wheels have friction 1 and the same rule: the ground alone says how it grips.
        body.material.friction = friction * soil.friction;
        body.material.friction_combine = Combine::Multiply;
        body
    }
}

/// Where a corner of the grid is, m.
pub(super) fn corner(column: usize, row: usize) -> Vec2 {
    CELL_M
        * Vec2::new(
            column as f32 - 0.5 * CELLS[0] as f32,
            row as f32 - 0.5 * CELLS[1] as f32,
        )
}

/// The patch that a place lies in: which one along x, and along y.
pub(super) fn patch_at(place: Vec2) -> [usize; 2] {
    let part = |at: f32, axis: usize| {
        let whole = CELL_M * CELLS[axis] as f32;
        let index = (at / whole + 0.5) * PATCHES[axis] as f32;
        index.clamp(0.0, PATCHES[axis] as f32 - 1.0) as usize
    };
    [part(place.x, 0), part(place.y, 1)]
}
