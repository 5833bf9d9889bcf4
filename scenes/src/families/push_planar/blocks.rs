//! The flat shapes of `push_planar`: as convex polygons for the expert, as solids for the world.
//!
//! **Invariant:** a block's origin is the centroid of its area, so that turning about the origin keeps it in place.

use std::f32::consts::PI;
use terrella_sim::glam::Vec2;
use terrella_spec::shape::{Part, Shape};

/// Shapes of training episodes.
pub const SHAPES: [&str; 8] = ["t", "l", "z", "bar", "plus", "triangle", "hexagon", "square"];
/// Shapes that are held out.
pub const HELD_OUT_SHAPES: [&str; 4] = ["u", "arrow", "star", "disc"];

/// Corners of the polygon that stands for a disc.
const DISC_CORNERS: u8 = 24;

/// Gap under a block that stands on its feet, m.
const FEET_HEIGHT_M: f32 = 0.002;
const FOOT_RADIUS_M: f32 = 0.006;
/// A centre of mass stays inside the feet by this factor: at their very edge a push would tip the block over.
const SUPPORT_MARGIN: f32 = 1.15;

/// A flat shape in its own frame, m.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Convex parts, corners counter-clockwise.
    pub parts: Vec<Vec<Vec2>>,
    /// Where it stands on the table.
    pub feet: Vec<Vec2>,
    /// It looks the same after a turn of a full circle divided by this.
    pub symmetry: u8,
    /// Mean distance of its feet from the origin, m: the lever arm of friction against turning.
    pub lever_m: f32,
    /// Distance of its farthest corner from the origin, m.
    pub reach_m: f32,
    is_disc: bool,
}

fn rectangle(low: [f32; 2], high: [f32; 2]) -> Vec<Vec2> {
    vec![
        Vec2::from(low),
        Vec2::new(high[0], low[1]),
        Vec2::from(high),
        Vec2::new(low[0], high[1]),
    ]
}

fn ring(count: u8, radius: f32, turn: f32) -> Vec<Vec2> {
    let corner = |index: u8| {
        let angle = turn + 2.0 * PI * f32::from(index) / f32::from(count);
        Vec2::new(libm::cosf(angle), libm::sinf(angle)) * radius
    };
    (0..count).map(corner).collect()
}

/// A shape of width 1.
struct Unit {
    parts: Vec<Vec<Vec2>>,
    feet: Vec<Vec2>,
    symmetry: u8,
}

fn unit(word: &str) -> Unit {
    let feet = |places: &[[f32; 2]]| places.iter().copied().map(Vec2::from).collect::<Vec<Vec2>>();
    match word {
        "t" => Unit {
            parts: vec![
                rectangle([-0.5, 0.0], [0.5, 0.25]),
                rectangle([-0.125, -0.75], [0.125, 0.0]),
            ],
            feet: feet(&[[-0.4, 0.125], [0.4, 0.125], [0.0, -0.2], [0.0, -0.62]]),
            symmetry: 1,
        },
        "l" => Unit {
            parts: vec![
                rectangle([0.0, 0.0], [0.25, 1.0]),
                rectangle([0.25, 0.0], [0.75, 0.25]),
            ],
            feet: feet(&[[0.125, 0.88], [0.125, 0.45], [0.125, 0.12], [0.62, 0.125]]),
            symmetry: 1,
        },
        "z" => Unit {
            parts: vec![
                rectangle([0.0, 0.3], [0.65, 0.6]),
                rectangle([0.35, 0.0], [1.0, 0.3]),
            ],
            feet: feet(&[[0.1, 0.45], [0.5, 0.48], [0.5, 0.12], [0.9, 0.15]]),
            symmetry: 2,
        },
        "bar" => Unit {
            parts: vec![rectangle([-0.5, -0.14], [0.5, 0.14])],
            feet: feet(&[[-0.4, -0.1], [0.4, -0.1], [0.4, 0.1], [-0.4, 0.1]]),
            symmetry: 2,
        },
        "plus" => Unit {
            parts: vec![
                rectangle([-0.5, -0.15], [0.5, 0.15]),
                rectangle([-0.15, 0.15], [0.15, 0.5]),
                rectangle([-0.15, -0.5], [0.15, -0.15]),
            ],
            feet: ring(4, 0.38, 0.0),
            symmetry: 4,
        },
        "triangle" => Unit {
            parts: vec![ring(3, 0.55, 0.5 * PI)],
            feet: ring(3, 0.40, 0.5 * PI),
            symmetry: 3,
        },
        "hexagon" => Unit {
            parts: vec![ring(6, 0.45, 0.0)],
            feet: ring(6, 0.34, 0.0),
            symmetry: 6,
        },
        "square" => Unit {
            parts: vec![rectangle([-0.36, -0.36], [0.36, 0.36])],
            feet: ring(4, 0.38, 0.25 * PI),
            symmetry: 4,
        },
        "u" => Unit {
            parts: vec![
                rectangle([0.0, 0.0], [1.0, 0.25]),
                rectangle([0.0, 0.25], [0.25, 0.75]),
                rectangle([0.75, 0.25], [1.0, 0.75]),
            ],
            feet: feet(&[[0.125, 0.62], [0.125, 0.125], [0.875, 0.125], [0.875, 0.62]]),
            symmetry: 1,
        },
        "arrow" => Unit {
            parts: vec![
                rectangle([-0.12, -0.5], [0.12, 0.05]),
                vec![Vec2::new(-0.4, 0.05), Vec2::new(0.4, 0.05), Vec2::new(0.0, 0.55)],
            ],
            feet: feet(&[[0.0, -0.4], [-0.25, 0.12], [0.25, 0.12], [0.0, 0.4]]),
            symmetry: 1,
        },
        "star" => {
            let inner = ring(5, 0.24, 0.5 * PI + PI / 5.0);
            let tips = ring(5, 0.52, 0.5 * PI);
            let mut parts: Vec<Vec<Vec2>> = (0..5)
                .map(|index| vec![tips[index], inner[index], inner[(index + 4) % 5]])
                .collect();
            parts.push(inner);
            Unit {
                parts,
                feet: ring(5, 0.32, 0.5 * PI),
                symmetry: 5,
            }
        }
        "disc" => Unit {
            parts: vec![ring(DISC_CORNERS, 0.4, 0.0)],
            feet: ring(6, 0.3, 0.0),
            symmetry: DISC_CORNERS,
        },
        other => unreachable!("`{other}` is not among the options of block_shape"),
    }
}

fn cross(a: Vec2, b: Vec2) -> f32 {
    a.x * b.y - a.y * b.x
}

/// Area and first moment of a polygon.
fn area_and_moment(polygon: &[Vec2]) -> (f32, Vec2) {
    let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
    edges.fold((0.0, Vec2::ZERO), |(area, moment), (a, b)| {
        let twice = cross(*a, *b);
        (area + 0.5 * twice, moment + (*a + *b) * (twice / 6.0))
    })
}

/// Signed distance of a point from a convex polygon, m; below 0 inside.
fn polygon_distance(polygon: &[Vec2], point: Vec2) -> f32 {
    let (mut inside, mut nearest) = (f32::NEG_INFINITY, f32::INFINITY);
    for (a, b) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
        let along = (*b - *a).normalize();
        let offset = point - *a;
        inside = inside.max(cross(offset, along));
        let foot = *a + along * offset.dot(along).clamp(0.0, a.distance(*b));
        nearest = nearest.min(point.distance(foot));
    }
    if inside < 0.0 { inside } else { nearest }
}

impl Outline {
    /// The shape called `word`, `width_m` wide.
    pub fn new(word: &str, width_m: f32) -> Self {
        let Unit {
            mut parts,
            mut feet,
            symmetry,
        } = unit(word);
        let (area, moment) = parts
            .iter()
            .map(|part| area_and_moment(part))
            .fold((0.0, Vec2::ZERO), |(area, moment), (more_area, more_moment)| {
                (area + more_area, moment + more_moment)
            });
        let center = moment / area;
        for point in parts.iter_mut().flatten().chain(&mut feet) {
            *point = (*point - center) * width_m;
        }
        let reach_m = parts
            .iter()
            .flatten()
            .map(|corner| corner.length())
            .fold(0.0, f32::max);
        let lever_m = feet.iter().map(|foot| foot.length()).sum::<f32>() / feet.len() as f32;
        Outline {
            parts,
            feet,
            symmetry,
            lever_m,
            reach_m,
            is_disc: word == "disc",
        }
    }

    /// An upright rectangle about the origin, which stands on its corners.
    pub fn rectangle(half_m: Vec2) -> Self {
        let corners = rectangle((-half_m).to_array(), half_m.to_array());
        Outline {
            feet: corners.clone(),
            parts: vec![corners],
            symmetry: 2,
            lever_m: half_m.length(),
            reach_m: half_m.length(),
            is_disc: false,
        }
    }

    /// The point itself where a block whose centre of mass is there stands on its feet; else the farthest one towards it.
    pub fn supported(&self, point: Vec2) -> Vec2 {
        (0u8..=20)
            .map(|part| point * (1.0 - 0.05 * f32::from(part)))
            .find(|place| self.stands_with(*place * SUPPORT_MARGIN))
            .unwrap_or(Vec2::ZERO)
    }

    /// True where a point is in the convex hull of the feet: in a triangle of three of them.
    fn stands_with(&self, point: Vec2) -> bool {
        let count = self.feet.len();
        let inside = |one: usize, two: usize, three: usize| {
            let corners = [self.feet[one], self.feet[two], self.feet[three]];
            let side = |index: usize| {
                let (from, to) = (corners[index], corners[(index + 1) % 3]);
                cross(to - from, point - from)
            };
            let sides = [side(0), side(1), side(2)];
            sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
        };
        (0..count)
            .any(|one| (one + 1..count).any(|two| (two + 1..count).any(|three| inside(one, two, three))))
    }

    /// Signed distance of a point from its edge, m; below 0 inside.
    pub fn distance(&self, point: Vec2) -> f32 {
        self.parts
            .iter()
            .map(|part| polygon_distance(part, point))
            .fold(f32::INFINITY, f32::min)
    }

    /// The nearest point on its edge to a point outside, and the direction inwards there.
    pub fn nearest(&self, point: Vec2) -> (Vec2, Vec2) {
        let (mut best, mut inwards, mut least) = (Vec2::ZERO, Vec2::X, f32::INFINITY);
        for part in &self.parts {
            for (a, b) in part.iter().zip(part.iter().cycle().skip(1)) {
                let along = (*b - *a).normalize();
                let foot = *a + along * (point - *a).dot(along).clamp(0.0, a.distance(*b));
                let distance = point.distance(foot);
                if distance < least {
                    (best, least) = (foot, distance);
                    // At a corner the pusher's own roundness gives the direction.
                    inwards = if distance > 1e-4 {
                        (foot - point) / distance
                    } else {
                        along.perp()
                    };
                }
            }
        }
        (best, inwards)
    }

    /// Points along its edge, at most `spacing_m` apart, with the direction inwards.
    pub fn contacts(&self, spacing_m: f32) -> Vec<(Vec2, Vec2)> {
        let mut found = Vec::new();
        for part in &self.parts {
            for (a, b) in part.iter().zip(part.iter().cycle().skip(1)) {
                let (edge, length) = (*b - *a, a.distance(*b));
                let inwards = edge.perp() / length;
                let count = libm::ceilf(length / spacing_m).max(1.0);
                let mut index = 0.5;
                while index < count {
                    let point = *a + edge * (index / count);
                    // Seams between the parts are not edges.
                    if self.distance(point - inwards * 0.002) > 0.001 {
                        found.push((point, inwards));
                    }
                    index += 1.0;
                }
            }
        }
        found
    }

    /// The solid of this outline about the origin.
    pub fn solid(&self, half_height_m: f32) -> Shape<f32> {
        Shape::Compound {
            parts: self.prisms(half_height_m, 0.0),
        }
    }

    /// The same on round feet. On one flat face the solver's friction would resist moving and turning independently,
    /// so that a push beside the middle turned nothing; on feet both come from the same forces, as on a real table.
    pub fn solid_on_feet(&self, half_height_m: f32) -> Shape<f32> {
        let lift = 0.5 * FEET_HEIGHT_M;
        let mut parts = self.prisms(half_height_m - lift, lift);
        parts.extend(self.feet.iter().map(|foot| {
            Part::new(
                Shape::Ball {
                    radius_m: FOOT_RADIUS_M,
                },
                foot.extend(FOOT_RADIUS_M - half_height_m).to_array(),
            )
        }));
        Shape::Compound { parts }
    }

    fn prisms(&self, half_height_m: f32, center_z_m: f32) -> Vec<Part<f32>> {
        if self.is_disc {
            let shape = Shape::Cylinder {
                radius_m: self.reach_m,
                half_height_m,
            };
            return vec![Part::new(shape, [0.0, 0.0, center_z_m])];
        }
        self.parts
            .iter()
            .map(|part| prism(part, half_height_m, center_z_m))
            .collect()
    }
}

/// A polygon as a box where it is an upright rectangle, else as a hull.
fn prism(polygon: &[Vec2], half_height_m: f32, center_z_m: f32) -> Part<f32> {
    let upright = polygon.len() == 4
        && polygon
            .iter()
            .zip(polygon.iter().cycle().skip(1))
            .all(|(a, b)| (a.x == b.x) != (a.y == b.y));
    let (shape, middle) = if upright {
        let (low, high) = (polygon[0], polygon[2]);
        let half = (high - low) * 0.5;
        (
            Shape::Box {
                half_extents_m: [half.x, half.y, half_height_m],
            },
            (low + high) * 0.5,
        )
    } else {
        let layer = |z: f32| polygon.iter().map(move |corner| [corner.x, corner.y, z]);
        let points_m = layer(-half_height_m).chain(layer(half_height_m)).collect();
        (Shape::Hull { points_m }, Vec2::ZERO)
    };
    Part::new(shape, [middle.x, middle.y, center_z_m])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_stands_with_its_centroid_and_with_no_point_far_outside() {
        for word in SHAPES.iter().chain(&HELD_OUT_SHAPES) {
            let outline = Outline::new(word, 0.3);
            assert_eq!(outline.supported(Vec2::ZERO), Vec2::ZERO, "{word}");
            for part in 0u8..16 {
                let way = Vec2::from_angle(f32::from(part) * PI / 8.0);
                let kept = outline.supported(way * 0.3);
                assert!(kept.length() < 0.2, "{word}: {kept}");
                assert!(outline.stands_with(kept), "{word}: {kept}");
            }
        }
    }
}
