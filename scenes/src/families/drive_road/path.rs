//! Paths on the ground: B-splines of rough corners, walked along by the metre.

use terrella_sim::glam::{Vec2, Vec3};

/// Distance between two points of a path, about, m.
const SPACING_M: f32 = 1.0;
/// What is left out of a path lies nearer to it than this, m.
const CHORD_M: f32 = 0.03;

/// A path: points about a metre apart, in driving direction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) points: Vec<Vec2>,
    places: Vec<f32>,
}

impl Path {
    /// Straight from corner to corner.
    pub(super) fn through(corners: &[Vec2]) -> Path {
        let mut points = Vec::new();
        for pair in corners.windows(2) {
            let parts = ((pair[1] - pair[0]).length() / SPACING_M).ceil().max(1.0);
            points.extend((0..parts as u32).map(|part| pair[0].lerp(pair[1], part as f32 / parts)));
        }
        points.extend(corners.last());
        Path::of(points)
    }

    fn of(points: Vec<Vec2>) -> Path {
        let mut places = vec![0.0];
        for pair in points.windows(2) {
            places.push(places[places.len() - 1] + (pair[1] - pair[0]).length());
        }
        Path { points, places }
    }

    /// The quadratic B-spline of a path: each point becomes twice the mean of those within `reach_m` of it. The ends stay.
    pub(super) fn smoothed(&self, reach_m: f32) -> Path {
        let reach = (0.5 * reach_m / SPACING_M).round() as usize;
        let mut points = self.points.clone();
        for _ in 0..2 {
            points = (0..points.len())
                .map(|index| {
                    let reach = reach.min(index).min(points.len() - 1 - index);
                    let near = &points[index - reach..=index + reach];
                    near.iter().sum::<Vec2>() / near.len() as f32
                })
                .collect();
        }
        Path::of(points)
    }

    pub(super) fn length(&self) -> f32 {
        self.places[self.places.len() - 1]
    }

    /// The point so far along, and the direction there; straight on beyond its ends.
    pub(super) fn at(&self, along: f32) -> (Vec2, Vec2) {
        let last = self.points.len() - 2;
        let leg = self
            .places
            .partition_point(|place| *place <= along)
            .clamp(1, last + 1)
            - 1;
        let way = (self.points[leg + 1] - self.points[leg]).normalize_or(Vec2::X);
        (self.points[leg] + way * (along - self.places[leg]), way)
    }

    /// Where the point of it that is nearest to `point` is along it, and how far away, m.
    pub(super) fn nearest(&self, point: Vec2) -> (f32, f32) {
        let (mut along, mut least) = (0.0, f32::INFINITY);
        for (pair, place) in self.points.windows(2).zip(&self.places) {
            let way = pair[1] - pair[0];
            let share = ((point - pair[0]).dot(way) / way.length_squared()).clamp(0.0, 1.0);
            let square = (pair[0] + way * share - point).length_squared();
            if square < least {
                (along, least) = (place + share * way.length(), square);
            }
        }
        (along, least.sqrt())
    }

    /// Curvature so far along, 1/m, to the left, over a few metres.
    pub(super) fn curvature(&self, along: f32) -> f32 {
        let (before, after) = (self.at(along - 3.0).1, self.at(along + 3.0).1);
        libm::atan2f(before.perp_dot(after), before.dot(after)) / 6.0
    }

    /// The path so far to the left of it, m.
    pub(super) fn beside(&self, left_m: f32) -> Path {
        let points = (0..self.points.len()).map(|index| {
            let before = self.points[index.saturating_sub(1)];
            let after = self.points[(index + 1).min(self.points.len() - 1)];
            self.points[index] + (after - before).normalize_or(Vec2::X).perp() * left_m
        });
        Path::of(points.collect())
    }

    /// A part of it.
    pub(super) fn part(&self, from: f32, to: f32) -> Path {
        let inner = self.points.iter().zip(&self.places);
        let inner = inner.filter(|(_, place)| **place > from + 0.1 && **place < to - 0.1);
        let mut points = vec![self.at(from).0];
        points.extend(inner.map(|(point, _)| *point));
        points.push(self.at(to).0);
        Path::of(points)
    }

    pub(super) fn reversed(&self) -> Path {
        Path::of(self.points.iter().rev().copied().collect())
    }

    /// As few of its points as keep within 3 cm of it, each at its height.
    pub(super) fn lifted(&self, height: impl Fn(Vec2) -> f32) -> Vec<[f32; 3]> {
        let points: Vec<Vec3> = self
            .points
            .iter()
            .map(|point| point.extend(height(*point)))
            .collect();
        let mut kept = vec![points[0].to_array()];
        let mut first = 0;
        while first + 1 < points.len() {
            let mut next = first + 1;
            while next + 1 < points.len() && next - first < 40 && is_straight(&points[first..=next + 1]) {
                next += 1;
            }
            kept.push(points[next].to_array());
            first = next;
        }
        kept
    }

    /// How long it is up to `along` if its points are as high as that, m.
    pub(super) fn climbed(&self, along: f32, height: impl Fn(Vec2) -> f32) -> f32 {
        let lifted = self.part(0.0, along).lifted(height);
        let legs = lifted
            .windows(2)
            .map(|pair| (Vec3::from(pair[1]) - Vec3::from(pair[0])).length());
        legs.sum()
    }

    /// Its ends and every second of its points.
    pub(super) fn thinned(&self) -> Vec<Vec2> {
        let last = self.points.len() - 1;
        let kept = (0..last).step_by(2).chain([last]);
        kept.map(|index| self.points[index]).collect()
    }
}

/// Where `other` comes near `own` first: along each, m.
pub(super) fn meeting(other: &Path, own: &Path, within_m: f32) -> Option<(f32, f32)> {
    other.points.iter().zip(&other.places).find_map(|(point, place)| {
        let (along, distance) = own.nearest(*point);
        (distance < within_m).then_some((*place, along))
    })
}

/// The same, of those points of `other` that lie within a circle: its middle, and its radius, m.
pub(super) fn meeting_near(
    other: &Path,
    own: &Path,
    within_m: f32,
    (middle, radius_m): (Vec2, f32),
) -> Option<(f32, f32)> {
    let inside = other.points.iter().zip(&other.places);
    let mut inside = inside.filter(|(point, _)| (**point - middle).length() < radius_m);
    inside.find_map(|(point, place)| {
        let (along, distance) = own.nearest(*point);
        (distance < within_m).then_some((*place, along))
    })
}

/// True where all points lie within 3 cm of the line from the first to the last, aside and up.
fn is_straight(points: &[Vec3]) -> bool {
    let (start, end) = (points[0], points[points.len() - 1]);
    let run = (end - start).truncate();
    let (way, length) = (run.normalize_or(Vec2::X), run.length().max(1e-3));
    points.iter().all(|point| {
        let from = (*point - start).truncate();
        let level = start.z + (end.z - start.z) * way.dot(from) / length;
        way.perp_dot(from).abs() < CHORD_M && (point.z - level).abs() < CHORD_M
    })
}
