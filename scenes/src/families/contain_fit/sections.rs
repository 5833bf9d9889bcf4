//! Cross-sections of pegs and the holes that they fit, as outlines around a point that sees all of them.

use std::f32::consts::PI;
use terrella_sim::glam::Vec2;
use terrella_spec::shape::{Part, Shape};

/// The cross-sections by name: those of training, then those held out.
pub const SHAPES: [&str; 5] = ["square", "rectangle", "round", "triangle", "l_shape"];
pub const HELD_OUT: [&str; 2] = ["hexagon", "plus"];

/// Points that are seen from the origin under a smaller angle are one (times two distances, m^2).
const NEARLY: f32 = 1e-5;
/// Corners of the polygon that stands for a circle. With sixteen, and with true cylinders, a peg that jammed among as many
/// pieces of wall was in them by centimetres in one episode of twenty; with eight in none of 240.
const ROUND: usize = 8;

/// An outline, counter-clockwise around the origin, which sees every point of it.
#[derive(Clone, Debug)]
pub struct Section {
    /// Corners, m.
    pub corners: Vec<Vec2>,
    /// Turned by this, it is the same, rad.
    pub period: f32,
    /// Radius of the circle that it was made for, m.
    pub radius: f32,
    /// Convex parts of which it is made, of at most four corners: the solver finds no more points of contact on a face, and
    /// a prism of six corners or more toppled over on a flat floor.
    convex: Vec<Vec<Vec2>>,
}

fn regular(count: usize, radius: f32, first: f32) -> Vec<Vec2> {
    (0..count)
        .map(|index| {
            let angle = first + 2.0 * PI * index as f32 / count as f32;
            Vec2::new(libm::cosf(angle), libm::sinf(angle)) * radius
        })
        .collect()
}

fn rectangle(low: Vec2, high: Vec2) -> Vec<Vec2> {
    vec![low, Vec2::new(high.x, low.y), high, Vec2::new(low.x, high.y)]
}

impl Section {
    /// The section called `name` that fits into a circle of this radius, m.
    pub fn of(name: &str, radius: f32) -> Section {
        let convex = |corners: Vec<Vec2>, period: f32| Section {
            convex: vec![corners.clone()],
            corners,
            period,
            radius,
        };
        match name {
            "square" => convex(regular(4, radius, 0.25 * PI), 0.5 * PI),
            "rectangle" => {
                let half = Vec2::new(0.86, 0.5) * radius;
                convex(rectangle(-half, half), PI)
            }
            "round" => {
                // Cut into strips across, so that each has four corners.
                let corners = regular(ROUND, 0.9 * radius, PI / ROUND as f32);
                let strip = |k: usize| vec![k, k + 1, ROUND - 2 - k, ROUND - 1 - k];
                let strips = (0..ROUND / 2 - 1).map(strip);
                Section {
                    convex: strips
                        .map(|strip| strip.into_iter().map(|index| corners[index]).collect())
                        .collect(),
                    ..convex(corners, 2.0 * PI / ROUND as f32)
                }
            }
            "triangle" => convex(regular(3, radius, 0.5 * PI), 2.0 * PI / 3.0),
            "hexagon" => {
                let corners = regular(6, radius, 0.0);
                Section {
                    convex: vec![corners[..4].to_vec(), [&corners[3..], &corners[..1]].concat()],
                    ..convex(corners, PI / 3.0)
                }
            }
            "l_shape" => {
                // Two arms of width 2 h; the origin is the middle of the square where they meet.
                let (h, far) = (0.36 * radius, 1.14 * radius);
                let corner = Vec2::new(-h, -h);
                Section {
                    corners: [[-h, -h], [far, -h], [far, h], [h, h], [h, far], [-h, far]]
                        .map(Vec2::from)
                        .into(),
                    period: 2.0 * PI,
                    radius,
                    convex: vec![
                        rectangle(corner, Vec2::new(far, h)),
                        rectangle(Vec2::new(-h, h), Vec2::new(h, far)),
                    ],
                }
            }
            _ => {
                let (h, far) = (0.34 * radius, 0.94 * radius);
                let corners = [
                    [far, -h],
                    [far, h],
                    [h, h],
                    [h, far],
                    [-h, far],
                    [-h, h],
                    [-far, h],
                    [-far, -h],
                    [-h, -h],
                    [-h, -far],
                    [h, -far],
                    [h, -h],
                ];
                Section {
                    corners: corners.map(Vec2::from).into(),
                    period: 0.5 * PI,
                    radius,
                    convex: vec![
                        rectangle(Vec2::new(-far, -h), Vec2::new(far, h)),
                        rectangle(Vec2::new(-h, h), Vec2::new(h, far)),
                        rectangle(Vec2::new(-h, -far), Vec2::new(h, -h)),
                    ],
                }
            }
        }
    }

    /// The outline with every edge moved outwards by `by`, m: a hole for the peg with that much room on every side.
    pub fn grown(&self, by: f32) -> Vec<Vec2> {
        grown(&self.corners, by)
    }

    /// A solid of this section from z = `low` to `high`, with its lower edges taken off.
    pub fn chamfered(&self, low: f32, high: f32, chamfer: f32) -> Vec<Part<f32>> {
        let piece = |corners: &Vec<Vec2>| {
            let mut points_m = Vec::new();
            for corner in corners {
                let inner = *corner * (1.0 - 1.4 * chamfer / corner.length());
                points_m.push([inner.x, inner.y, low]);
                points_m.push([corner.x, corner.y, low + 1.5 * chamfer]);
                points_m.push([corner.x, corner.y, high]);
            }
            Part::new(Shape::Hull { points_m }, [0.0; 3])
        };
        self.convex.iter().map(piece).collect()
    }

    /// A solid from z = `low` to `high` that is wider than this section by `by` on every side, m.
    pub fn slab(&self, by: f32, low: f32, high: f32) -> Vec<Part<f32>> {
        let pieces = self.convex.iter();
        pieces.map(|piece| prism(&grown(piece, by), low, high)).collect()
    }
}

/// An outline with every edge moved outwards by `by`, m.
fn grown(corners: &[Vec2], by: f32) -> Vec<Vec2> {
    let count = corners.len();
    let normal = |index: usize| {
        let way = corners[(index + 1) % count] - corners[index];
        Vec2::new(way.y, -way.x).normalize()
    };
    (0..count)
        .map(|index| {
            let (before, after) = (normal((index + count - 1) % count), normal(index));
            // The point at distance `by` from both edges' lines.
            corners[index] + (before + after) * (by / (1.0 + before.dot(after)))
        })
        .collect()
}

/// The wall around a hole, in convex pieces, from z = `low` to `high`: as far as a square of this half width ...
pub fn block_around(hole: &[Vec2], half: f32, low: f32, high: f32) -> Vec<Part<f32>> {
    let square = rectangle(Vec2::splat(-half), Vec2::splat(half));
    edges(hole)
        .map(|(a, b)| {
            let (far_a, far_b) = (to_square(a, half), to_square(b, half));
            let mut piece = vec![a, b, far_a, far_b];
            // The square's corners between the two rays.
            piece.extend(
                square
                    .iter()
                    .filter(|corner| a.perp_dot(**corner) > NEARLY && corner.perp_dot(b) > NEARLY),
            );
            prism(&piece, low, high)
        })
        .collect()
}

/// ... or thin.
pub fn thin_wall(hole: &[Vec2], outer: &[Vec2], low: f32, high: f32) -> Vec<Part<f32>> {
    edges(hole)
        .zip(edges(outer))
        .map(|((a, b), (far_a, far_b))| prism(&[a, b, far_a, far_b], low, high))
        .collect()
}

fn edges(outline: &[Vec2]) -> impl Iterator<Item = (Vec2, Vec2)> + '_ {
    (0..outline.len()).map(|index| (outline[index], outline[(index + 1) % outline.len()]))
}

/// Where the ray from the origin through `point` leaves a square.
fn to_square(point: Vec2, half: f32) -> Vec2 {
    point * (half / point.abs().max_element())
}

fn prism(corners: &[Vec2], low: f32, high: f32) -> Part<f32> {
    let points_m = corners
        .iter()
        .flat_map(|corner| [[corner.x, corner.y, low], [corner.x, corner.y, high]])
        .collect();
    Part::new(Shape::Hull { points_m }, [0.0; 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// True where a point is inside an outline that the origin sees all of.
    fn is_inside(outline: &[Vec2], point: Vec2) -> bool {
        edges(outline).all(|(a, b)| {
            let seen = a.perp_dot(point) >= 0.0 && point.perp_dot(b) >= 0.0;
            !seen || (b - a).perp_dot(point - a) >= 0.0
        })
    }

    /// True where a peg goes into a hole, turned and shifted somehow.
    fn fits(peg: &Section, hole: &[Vec2]) -> bool {
        let rim: Vec<Vec2> = edges(&peg.corners)
            .flat_map(|(a, b)| [a, 0.5 * (a + b), 0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b])
            .collect();
        (0..180).any(|turn| {
            let (sine, cosine) = (
                libm::sinf(turn as f32 * PI / 90.0),
                libm::cosf(turn as f32 * PI / 90.0),
            );
            (-8..=8).any(|x| {
                (-8..=8).any(|y| {
                    let shift = Vec2::new(x as f32, y as f32) * 0.001;
                    let placed = |point: &Vec2| Vec2::new(cosine, sine).rotate(*point) + shift;
                    rim.iter().all(|point| is_inside(hole, placed(point)))
                })
            })
        })
    }

    #[test]
    fn a_peg_fits_its_own_hole_and_no_other() {
        for name in SHAPES.into_iter().chain(HELD_OUT) {
            for radius in [0.024, 0.032] {
                let peg = Section::of(name, radius);
                assert!(fits(&peg, &peg.grown(0.001)), "{name} in its own");
                for other in SHAPES.into_iter().filter(|other| *other != name) {
                    let hole = Section::of(other, radius).grown(0.0005);
                    assert!(!fits(&peg, &hole), "{name} in {other} of {radius}");
                }
                let small = Section::of(name, 0.82 * radius).grown(0.0);
                assert!(!fits(&peg, &small), "{name} in a smaller one");
            }
        }
    }
}
