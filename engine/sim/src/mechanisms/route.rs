//! A route tells how a body goes along a line, and how far it is to what is in the way.

use super::line::{Line, half_across, half_along, half_extents, heading};
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::pose_of;
use glam::{Quat, Vec2, Vec3};
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// What a route tells of its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RouteState {
    /// Distance along the line, m.
    pub distance_m: f32,
    /// Offset to the left of the line, m.
    pub offset_m: f32,
    /// Heading against the line, to the left, rad.
    pub heading_rad: f32,
    /// From the body's front to the nearest body in the way, along the line, m; at most the route's range.
    pub gap_m: f32,
    /// The index of that body.
    pub ahead: Option<usize>,
    /// Grade of the line there: rise over run, above 0 where it climbs.
    pub grade: f32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Route {
    body: usize,
    half: Vec2,
    line: Line,
    /// The bodies that can be in the way, with their half extents.
    sees: Vec<(usize, Vec2)>,
    half_width: f32,
    range: f32,
    state: RouteState,
}

impl Route {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Route {
            body,
            points_m,
            sees,
            half_width_m,
            range_m,
        } = mechanism
        else {
            unreachable!("called for a route");
        };
        let index = names.body("body", body)?;
        let seen = sees.iter().map(|name| {
            let index = names.body("sees", name)?;
            Ok((index, half_extents(names, index)?))
        });
        Ok(Route {
            body: index,
            half: half_extents(names, index)?,
            line: Line::new(names, "points_m", points_m, false)?,
            sees: seen.collect::<Result<_, LaneError>>()?,
            half_width: *half_width_m,
            range: *range_m,
            state: RouteState::default(),
        })
    }

    pub(super) fn state(&self) -> RouteState {
        self.state
    }
}

impl Act for Route {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        let seen = |index: usize| {
            let pose = pose_of(&seen.states[index]);
            let rotation = Quat::from_array(pose.rotation_xyzw);
            (Vec3::from(pose.position_m).truncate(), heading(rotation))
        };
        let (here, front) = seen(self.body);
        let own = self.line.place(here);
        let nose = own.along + self.half.x;
        let (mut gap, mut ahead) = (self.range, None);
        for (index, half) in &self.sees {
            let (there, way) = seen(*index);
            if (there - here).length() > self.range + self.half.x + half.x + half.y {
                continue;
            }
            let place = self.line.place(there);
            let in_the_way = place.offset.abs() < self.half_width + half_across(*half, way, place.way);
            let distance = place.along - half_along(*half, way, place.way) - nose;
            if in_the_way && place.along > own.along && distance < gap {
                (gap, ahead) = (distance, Some(*index));
            }
        }
        let (_, climbs) = self.line.at(own.along);
        self.state = RouteState {
            grade: climbs.z / climbs.truncate().length(),
            distance_m: own.along,
            offset_m: own.offset,
            heading_rad: libm::atan2f(own.way.perp_dot(front), own.way.dot(front)),
            gap_m: gap,
            ahead,
        };
    }

    fn shown(&self) -> f32 {
        self.state.distance_m
    }
}
