//! Lines that something follows: polylines, measured along, and turned along evenly near their corners.

use super::Names;
use crate::fault::LaneError;
use crate::shapes;
use glam::{Quat, Vec2, Vec3};
use serde::{Deserialize, Serialize};

/// So far from a corner, or to the middle of a leg, the direction turns, m.
const TURNS_WITHIN_M: f32 = 2.0;

/// A line on the ground, in driving direction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    points: Vec<Vec3>,
    /// Where each point is along the line, m.
    places: Vec<f32>,
    /// Direction at each point: that of the legs beside it, averaged.
    ways: Vec<Vec3>,
    closed: bool,
}

/// Where something is against a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Along the line, m; below 0 before its start and above its length behind its end.
    pub(crate) along: f32,
    /// To its left, m.
    pub(crate) offset: f32,
    /// The line's direction there, seen from above, of unit length.
    pub(crate) way: Vec2,
}

impl Line {
    pub(super) fn new(
        names: &Names<'_>,
        field: &str,
        points: &[[f32; 3]],
        closed: bool,
    ) -> Result<Self, LaneError> {
        let mut points: Vec<Vec3> = points.iter().map(|point| Vec3::from(*point)).collect();
        if closed && points.len() > 1 {
            points.push(points[0]);
        }
        let legs: Vec<Vec3> = points.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if legs.is_empty() || legs.iter().any(|leg| !(leg.truncate().length() > 0.01)) {
            let reason = "wants at least two points, each 1 cm or more from the next, seen from above";
            return Err(LaneError::invalid(names.place(field), reason));
        }
        let mut places = vec![0.0];
        for leg in &legs {
            places.push(places[places.len() - 1] + leg.length());
        }
        let ways = (0..points.len())
            .map(|index| {
                let before = if index > 0 {
                    index - 1
                } else {
                    if closed { legs.len() - 1 } else { 0 }
                };
                let after = if index < legs.len() {
                    index
                } else {
                    if closed { 0 } else { legs.len() - 1 }
                };
                (legs[before].normalize() + legs[after].normalize()).normalize_or(legs[after].normalize())
            })
            .collect();
        Ok(Line {
            points,
            places,
            ways,
            closed,
        })
    }

    pub(crate) fn length(&self) -> f32 {
        self.places[self.places.len() - 1]
    }

    pub(crate) fn closed(&self) -> bool {
        self.closed
    }

    /// How far it is from `from` on to `to`, m; below 0 where `to` lies behind.
    pub(crate) fn ahead(&self, from: f32, to: f32) -> f32 {
        let way = to - from;
        if !self.closed {
            return way;
        }
        let length = self.length();
        let wrapped = way - length * (way / length).floor();
        if wrapped > 0.5 * length {
            wrapped - length
        } else {
            wrapped
        }
    }

    /// The point so far along, and the direction there. Before its start and behind its end the line goes on straight.
    pub(crate) fn at(&self, along: f32) -> (Vec3, Vec3) {
        let length = self.length();
        let along = if self.closed {
            along - length * (along / length).floor()
        } else {
            along
        };
        let leg = self
            .places
            .partition_point(|place| *place <= along)
            .clamp(1, self.points.len() - 1)
            - 1;
        let length = self.places[leg + 1] - self.places[leg];
        let done = along - self.places[leg];
        let straight = (self.points[leg + 1] - self.points[leg]) / length;
        let point = self.points[leg] + straight * done;
        let turns = TURNS_WITHIN_M.min(0.5 * length);
        let nearness = |distance: f32| 1.0 - (distance / turns).clamp(0.0, 1.0);
        let way = straight
            + (self.ways[leg] - straight) * nearness(done.max(0.0))
            + (self.ways[leg + 1] - straight) * nearness((length - done).max(0.0));
        (point, way.normalize_or(Vec3::X))
    }

    /// Where a point is, seen from above: against the leg that is nearest to it.
    pub(crate) fn place(&self, point: Vec2) -> Place {
        let mut best = (f32::INFINITY, 0, 0.0);
        for (leg, pair) in self.points.windows(2).enumerate() {
            let (start, way) = (pair[0].truncate(), (pair[1] - pair[0]).truncate());
            let share = (point - start).dot(way) / way.length_squared();
            let distance = (start + way * share.clamp(0.0, 1.0) - point).length_squared();
            if distance < best.0 {
                best = (distance, leg, share);
            }
        }
        let (_, leg, share) = best;
        let last = self.points.len() - 2;
        // Only the ends go on straight.
        let low = if leg == 0 && !self.closed {
            f32::NEG_INFINITY
        } else {
            0.0
        };
        let high = if leg == last && !self.closed {
            f32::INFINITY
        } else {
            1.0
        };
        let along = self.places[leg] + share.clamp(low, high) * (self.places[leg + 1] - self.places[leg]);
        let (foot, way) = self.at(along);
        let way = way.truncate().normalize_or(Vec2::X);
        Place {
            along,
            offset: way.perp_dot(point - foot.truncate()),
            way,
        }
    }
}

/// Half of a body's length and width seen from above in its own frame, m, about its origin.
pub(super) fn half_extents(names: &Names<'_>, index: usize) -> Result<Vec2, LaneError> {
    let (name, body) = names.world.bodies.get_index(index).expect("it was found");
    let mut most = Vec2::ZERO;
    for (pose, shape) in shapes::colliders(&format!("bodies.{name}.shape"), &body.shape)? {
        let aabb = shape.compute_aabb(&pose);
        most = most.max(aabb.mins.abs().max(aabb.maxs.abs()).truncate());
    }
    Ok(most)
}

/// The direction in which a body's x points, seen from above.
pub(super) fn heading(rotation: Quat) -> Vec2 {
    (rotation * Vec3::X).truncate().normalize_or(Vec2::X)
}

/// Half of the width that something takes up across `way`, m.
pub(super) fn half_across(half: Vec2, heading: Vec2, way: Vec2) -> f32 {
    half.x * way.perp_dot(heading).abs() + half.y * way.dot(heading).abs()
}

/// Half of the length that something takes up along `way`, m.
pub(super) fn half_along(half: Vec2, heading: Vec2, way: Vec2) -> f32 {
    half.x * way.dot(heading).abs() + half.y * way.perp_dot(heading).abs()
}
