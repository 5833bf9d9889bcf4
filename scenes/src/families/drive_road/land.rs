//! The land: hills that the roads climb, levelled across them and at junctions, in a plain.
//!
//! Roads are as high as the hills are under their middle. What lies off the roads is a mean of the roads about it, so no hill is
//! cut by a road, and a surface of whole triangles lies a little below them: a verge joins the two.

use super::network::Network;
use super::path::Path;
use terrella_sim::glam::Vec2;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Pattern, Shape};
use terrella_spec::world::Body;

/// Height of a road's surface above that of the hills, m.
pub(super) const ROAD_Z_M: f32 = 0.03;
/// Grass lies so far below the hills: no triangle of it reaches through a road, m.
pub(super) const GRASS_BELOW_M: f32 = 0.1;
/// Width of the verge beside a road, m.
pub(super) const VERGE_M: f32 = 2.0;
/// From crest to crest, m.
const WAVE_M: [f32; 2] = [60.0, 110.0];
const WAVES: u32 = 4;
/// From the edge of what is level at a junction to where hills are as high as they get, m.
const RISE_M: f32 = 30.0;
/// Width of a cell of the grass, m.
const CELL_M: f32 = 4.0;
/// The grass goes on beside the roads for so long, and sinks to the plain over so much of that, m.
const BESIDE_M: f32 = 48.0;
const FADE_M: f32 = 36.0;
/// The land goes on as if each road went on for so long, m.
const END_M: f32 = 12.0;
/// So far off the road, farther than a cell of the grass is wide, its height begins to give way to the mean of all roads, and
/// over so much it does, m.
const KEEPS_M: f32 = 6.0;
const BLEND_M: f32 = 8.0;
/// Places of roads that the mean is of are so far apart, m.
const SAMPLE_M: f32 = 3.0;

/// The hills, and the roads on them. Without waves it is flat.
#[derive(Default)]
pub(super) struct Land {
    roads: Vec<Road>,
    /// Wave vectors (rad/m) and phases.
    waves: Vec<(Vec2, f32)>,
    /// Height of a wave, m.
    scale_m: f32,
    /// Where it is level: the middles and radii of junctions.
    level: Vec<(Vec2, f32)>,
    /// Places on the middles of roads, and how high these are there.
    samples: Vec<(Vec2, f32)>,
}

struct Road {
    middle: Path,
    half_m: f32,
    /// The least and the greatest coordinates of its middle.
    low: Vec2,
    high: Vec2,
}

impl Road {
    fn new(middle: Path, width_m: f32) -> Self {
        let points = middle.points.iter();
        let (low, high) = points.fold((Vec2::INFINITY, Vec2::NEG_INFINITY), |(low, high), point| {
            (low.min(*point), high.max(*point))
        });
        Road {
            middle,
            half_m: 0.5 * width_m,
            low,
            high,
        }
    }

    /// No part of it is nearer to a place, m: far cheaper than what is nearest. A centimetre is for rounding.
    fn least_m(&self, place: Vec2) -> f32 {
        (place - place.clamp(self.low, self.high)).length() - self.half_m - 0.01
    }
}

fn smooth(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

impl Land {
    /// Hills on which the steepest grade of a road is `grade`.
    pub(super) fn new(network: &Network, grade: f32, rng: &mut Rng) -> Self {
        let pi = std::f32::consts::PI;
        let wave = |index: u32, rng: &mut Rng| {
            let number = 2.0 * pi / rng.uniform_f32(WAVE_M[0], WAVE_M[1]);
            let angle = (index as f32 + rng.uniform_f32(0.0, 1.0)) * pi / WAVES as f32;
            let vector = Vec2::new(libm::cosf(angle), libm::sinf(angle)) * number;
            (vector, rng.uniform_f32(0.0, 2.0 * pi))
        };
        let roads = network.roads.iter().map(|road| {
            let middle = &road.middle;
            let ends = [-END_M, middle.length() + END_M].map(|along| middle.at(along).0);
            let mut points = vec![ends[0]];
            points.extend(&middle.points);
            points.push(ends[1]);
            Road::new(Path::through(&points), road.width_m)
        });
        let level = network.junctions.iter();
        let level = level.map(|junction| (junction.center, junction.radius_m));
        let mut land = Land {
            roads: roads.collect(),
            waves: (0..WAVES).map(|index| wave(index, rng)).collect(),
            scale_m: 1.0,
            level: level.collect(),
            samples: Vec::new(),
        };
        let grades = land.roads.iter().flat_map(|road| {
            let points = road.middle.points.windows(2);
            points.map(|pair| (land.hill_m(pair[1]) - land.hill_m(pair[0])) / (pair[1] - pair[0]).length())
        });
        let steepest = grades.map(f32::abs).fold(1e-3, f32::max);
        land.scale_m = grade / steepest;
        let places = land.roads.iter().flat_map(|Road { middle, .. }| {
            let count = (middle.length() / SAMPLE_M) as u32;
            (0..=count).map(|index| middle.at(SAMPLE_M * index as f32).0)
        });
        land.samples = places.map(|place| (place, land.hill_m(place))).collect();
        land
    }

    /// The hills, before roads are levelled.
    fn hill_m(&self, place: Vec2) -> f32 {
        let wave = |(vector, phase): &(Vec2, f32)| libm::sinf(vector.dot(place) + phase);
        let rises = |(center, radius): &(Vec2, f32)| smooth(((place - *center).length() - radius) / RISE_M);
        let share = self.level.iter().map(rises).fold(1.0, f32::min);
        share * self.scale_m * self.waves.iter().map(wave).sum::<f32>()
    }

    /// The mean of all roads: the nearer, the more they count.
    fn mean_m(&self, place: Vec2) -> f32 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (at, height) in &self.samples {
            let far = (*at - place).length_squared() + 9.0;
            let weight = 1.0 / (far * far);
            (sum, weights) = (sum + weight * height, weights + weight);
        }
        sum / weights
    }

    /// How high a road would be at a place, without its own thickness, and how far the place is from the edge of the
    /// nearest one, m.
    fn level_m(&self, place: Vec2) -> (f32, f32) {
        let (mut foot, mut least) = (place, f32::INFINITY);
        for road in &self.roads {
            if road.least_m(place) > least {
                continue;
            }
            let (along, far) = road.middle.nearest(place);
            if far - road.half_m < least {
                (foot, least) = (road.middle.at(along).0, far - road.half_m);
            }
        }
        let off = smooth((least - KEEPS_M) / BLEND_M);
        let own = if off < 1.0 { self.hill_m(foot) } else { 0.0 };
        let mean = if off > 0.0 { self.mean_m(place) } else { 0.0 };
        (own + off * (mean - own), least)
    }

    /// Height of a road at a place on it or beside it, without its own thickness, m.
    pub(super) fn road_m(&self, place: Vec2) -> f32 {
        self.level_m(place).0
    }

    /// Height of what somebody stands on, on a road or off it, m.
    pub(super) fn ground_m(&self, place: Vec2) -> f32 {
        let (level, off) = self.level_m(place);
        if off < 0.0 {
            level + ROAD_Z_M
        } else {
            level - GRASS_BELOW_M * (off / VERGE_M).min(1.0)
        }
    }

    /// Rise over run of a road at a place on it, in a direction.
    pub(super) fn grade(&self, place: Vec2, way: Vec2) -> f32 {
        let height = |along: f32| self.road_m(place + way * along);
        0.5 * (height(1.0) - height(-1.0))
    }

    /// The grass beside the roads, as a body that ends in a plain, and the plain.
    pub(super) fn bodies(&self) -> [Body<f32>; 2] {
        let boxes = self.roads.iter();
        let (low, high) = boxes.fold((Vec2::INFINITY, Vec2::NEG_INFINITY), |(low, high), road| {
            (low.min(road.low), high.max(road.high))
        });
        let low = low - Vec2::splat(BESIDE_M);
        let cells = ((high + Vec2::splat(BESIDE_M) - low) / CELL_M).ceil();
        let (columns, rows) = (cells.x as usize + 1, cells.y as usize + 1);
        let corner = |index: usize| {
            let cell = Vec2::new((index % columns) as f32, (index / columns) as f32);
            (low + cell * CELL_M, cell.min(cells - cell).min_element())
        };
        let mut heights_m: Vec<f32> = (0..columns * rows)
            .map(|index| self.road_m(corner(index).0) - GRASS_BELOW_M)
            .collect();
        let plain = heights_m.iter().copied().fold(f32::INFINITY, f32::min);
        for (index, height) in heights_m.iter_mut().enumerate() {
            let inside = corner(index).1;
            *height = plain + smooth(CELL_M * inside / FADE_M) * (*height - plain);
            if inside < 0.5 {
                // Its rim lies below the plain.
                *height -= 0.3;
            }
        }
        let size = cells * CELL_M;
        let middle = low + 0.5 * size;
        let field = Shape::HeightField {
            size_m: size.to_array(),
            columns: columns as u32,
            heights_m,
        };
        [
            grass(field).at([middle.x, middle.y, 0.0]),
            grass(Shape::HalfSpace {}).at([0.0, 0.0, plain]),
        ]
    }
}

/// A body of grass.
pub(super) fn grass(shape: Shape<f32>) -> Body<f32> {
    let mut grass = Body::new("ground", shape).fixed().painted(Paint {
        color: [0.36, 0.50, 0.26],
        second_color: [0.45, 0.56, 0.30],
        pattern: Pattern::Noise,
        pattern_size_m: 6.0,
        ..Paint::default()
    });
    grass.material.friction = 0.5;
    grass
}
