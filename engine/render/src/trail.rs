//! Where the points of a soft body's surface go from one moment to another: what its flow follows.
//!
//! A point of a cloth or a jelly stays at its place in its triangle. A point of a rope stays where it is along its segment and
//! turns with it by the shortest way, since nobody knows how a rope is twisted. Triangles and segments are numbered alike at
//! both moments unless something tore in between: pieces that come off are numbered anew, and nobody knows which is which.

use glam::{DQuat, DVec3, Vec3};

/// The surface of a liquid or a soft body at a moment, as far as its points can be followed. All in m, in the world's frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trail {
    pub(crate) pieces: Pieces,
    /// Of what can tear: which vertex each corner is. A tear changes them.
    pub(crate) joins: Vec<u32>,
}

/// What a surface is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Pieces {
    /// What nobody knows: of a liquid.
    #[default]
    Unknown,
    /// Both ends of each segment of a rope.
    Segments(Vec<[Vec3; 2]>),
    /// The corners of each triangle.
    Triangles(Vec<[Vec3; 3]>),
}

impl Trail {
    /// Whether points can be followed from one moment to the other.
    pub(crate) fn leads_to(&self, there: &Trail) -> bool {
        self.pieces != Pieces::Unknown && self.joins == there.joins
    }

    /// Where a point of this surface, which lies in a face of its mesh, is at the moment of another trail of the same body.
    /// None: it stands still, or nobody knows. The one leads to the other.
    pub(crate) fn follow(&self, there: &Trail, face: u32, point: DVec3) -> Option<DVec3> {
        match (&self.pieces, &there.pieces) {
            (Pieces::Segments(here), Pieces::Segments(there)) => {
                let gap = |segment: &[Vec3; 2]| {
                    let [from, way] = ends(*segment);
                    (from + way * share(from, way, point)).distance_squared(point)
                };
                let nearest = (0..here.len()).min_by(|a, b| gap(&here[*a]).total_cmp(&gap(&here[*b])))?;
                let (here, there) = (here[nearest], *there.get(nearest)?);
                if here == there {
                    return None;
                }
                let ([from, way], [to, onwards]) = (ends(here), ends(there));
                let along = share(from, way, point);
                let ahead = way.normalize_or(DVec3::X);
                let turn = DQuat::from_rotation_arc(ahead, onwards.normalize_or(ahead));
                Some(to + onwards * along + turn * (point - from - way * along))
            }
            (Pieces::Triangles(here), Pieces::Triangles(there)) => {
                let (here, there) = (here.get(face as usize)?, there.get(face as usize)?);
                if here == there {
                    return None;
                }
                let [a, b, c] = here.map(Vec3::as_dvec3);
                let [ab, ac, own] = [b - a, c - a, point - a];
                let normal = ab.cross(ac);
                let area = normal.length_squared();
                if area == 0.0 {
                    return None;
                }
                let u = own.cross(ac).dot(normal) / area;
                let v = ab.cross(own).dot(normal) / area;
                let [a, b, c] = there.map(Vec3::as_dvec3);
                Some(a + (b - a) * u + (c - a) * v)
            }
            _ => None,
        }
    }
}

/// Where a segment begins, and its way.
fn ends([from, to]: [Vec3; 2]) -> [DVec3; 2] {
    [from.as_dvec3(), to.as_dvec3() - from.as_dvec3()]
}

/// How far along a segment the place nearest to a point is, 0..1.
fn share(from: DVec3, way: DVec3, point: DVec3) -> f64 {
    let square = way.length_squared();
    if square > 0.0 {
        ((point - from).dot(way) / square).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32, z: f32) -> Vec3 {
        Vec3::new(x, y, z)
    }

    #[test]
    fn a_point_keeps_its_place_in_its_triangle() {
        let here = [at(0.0, 0.0, 0.0), at(1.0, 0.0, 0.0), at(0.0, 1.0, 0.0)];
        let there = [at(0.0, 0.0, 1.0), at(2.0, 0.0, 1.0), at(0.0, 0.0, 3.0)];
        let trail = |corners: [Vec3; 3]| Trail {
            pieces: Pieces::Triangles(vec![here, corners]),
            ..Trail::default()
        };
        let point = DVec3::new(0.25, 0.5, 0.0);
        let goes = trail(here).follow(&trail(there), 1, point);
        assert_eq!(goes, Some(DVec3::new(0.5, 0.0, 2.0)));
        assert_eq!(
            trail(here).follow(&trail(there), 0, point),
            None,
            "it stands still"
        );
        assert!(!Trail::default().leads_to(&Trail::default()), "a liquid");
        let torn = Trail {
            joins: vec![0],
            ..trail(there)
        };
        assert!(trail(here).leads_to(&trail(there)) && !trail(here).leads_to(&torn));
    }

    /// The second segment stands upright, elsewhere.
    #[test]
    fn a_point_of_a_rope_goes_and_turns_with_its_segment() {
        let rope = |from: Vec3, to: Vec3| {
            let first = [at(0.0, 0.0, 0.0), at(1.0, 0.0, 0.0)];
            Trail {
                pieces: Pieces::Segments(vec![first, [from, to]]),
                ..Trail::default()
            }
        };
        let here = rope(at(1.0, 0.0, 0.0), at(2.0, 0.0, 0.0));
        let there = rope(at(5.0, 0.0, 0.0), at(5.0, 0.0, 2.0));
        let goes = here.follow(&there, 9, DVec3::new(1.5, 0.1, 0.2));
        let goes = goes.expect("it moves");
        // What was above it is behind it now, and what was beside it still is.
        assert!(goes.distance(DVec3::new(4.8, 0.1, 1.0)) < 1e-6, "{goes}");
        assert_eq!(here.follow(&there, 9, DVec3::new(0.5, 0.1, 0.0)), None);
    }
}
