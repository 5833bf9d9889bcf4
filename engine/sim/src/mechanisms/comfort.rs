//! How a body rides: accelerations along and across its heading, and their jerk, over windows of time.
//!
//! Between two records springs and contacts shake a body; who sits in it feels means over a fraction of a second.

use super::line::heading;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::pose_of;
use glam::{Quat, Vec2};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Comfort {
    body: usize,
    window_secs: f32,
    /// Along the heading: backwards and forwards; across it; m/s^2.
    limits: [f32; 3],
    max_jerk: f32,
    /// Velocities and headings of the records in the last window, the oldest first.
    moved: VecDeque<(Vec2, Vec2)>,
    /// Accelerations along and across, of the records in the last window, the oldest first.
    felt: VecDeque<Vec2>,
    acceleration: Vec2,
    jerk: Vec2,
    uncomfortable_secs: f32,
}

impl Comfort {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Comfort {
            body,
            window_secs,
            max_acceleration_mps2,
            max_braking_mps2,
            max_lateral_mps2,
            max_jerk_mps3,
        } = mechanism
        else {
            unreachable!("called for a comfort");
        };
        for (field, value) in [
            ("window_secs", window_secs),
            ("max_acceleration_mps2", max_acceleration_mps2),
            ("max_braking_mps2", max_braking_mps2),
            ("max_lateral_mps2", max_lateral_mps2),
            ("max_jerk_mps3", max_jerk_mps3),
        ] {
            names.above_zero(field, *value)?;
        }
        if *window_secs > 10.0 {
            let reason = format!("wants at most 10 s, not {window_secs}");
            return Err(LaneError::invalid(names.place("window_secs"), reason));
        }
        Ok(Comfort {
            body: names.body("body", body)?,
            window_secs: *window_secs,
            limits: [*max_braking_mps2, *max_acceleration_mps2, *max_lateral_mps2],
            max_jerk: *max_jerk_mps3,
            moved: VecDeque::new(),
            felt: VecDeque::new(),
            acceleration: Vec2::ZERO,
            jerk: Vec2::ZERO,
            uncomfortable_secs: 0.0,
        })
    }

    /// True where nothing that is felt now is beyond its limit.
    fn is_comfortable(&self) -> bool {
        let [slower, faster, across] = self.limits;
        (-slower..=faster).contains(&self.acceleration.x)
            && self.acceleration.y.abs() <= across
            && self.jerk.abs().max_element() <= self.max_jerk
    }
}

/// Puts `new` behind the others and gives the one of `records` records ago, once there is one.
fn ago<T: Copy>(window: &mut VecDeque<T>, records: usize, new: T) -> Option<T> {
    window.push_back(new);
    (window.len() > records).then(|| window.pop_front()).flatten()
}

impl Act for Comfort {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        let state = &seen.states[self.body];
        let velocity = seen.physics.bodies[seen.bodies[self.body]].linvel().truncate();
        let way = heading(Quat::from_array(pose_of(state).rotation_xyzw));
        let records = (self.window_secs / seen.record_secs).round().max(1.0) as usize;
        let secs = records as f32 * seen.record_secs;
        let Some((before, faced)) = ago(&mut self.moved, records, (velocity, way)) else {
            return;
        };
        let gained = (velocity - before) / secs;
        let middle = (way + faced).normalize_or(way);
        self.acceleration = Vec2::new(middle.dot(gained), middle.perp_dot(gained));
        if let Some(before) = ago(&mut self.felt, records, self.acceleration) {
            self.jerk = (self.acceleration - before) / secs;
        }
        if !self.is_comfortable() {
            self.uncomfortable_secs += seen.record_secs;
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![
            self.acceleration.x,
            self.acceleration.y,
            self.jerk.x,
            self.jerk.y,
            f32::from(u8::from(self.is_comfortable())),
            self.uncomfortable_secs,
        ]
    }

    fn shown(&self) -> f32 {
        self.uncomfortable_secs
    }

    fn waiting(&self) -> Vec<f32> {
        let moved = self.moved.iter();
        let moved = moved.flat_map(|(velocity, way)| [velocity.x, velocity.y, way.x, way.y]);
        moved
            .chain(self.felt.iter().flat_map(|felt| felt.to_array()))
            .collect()
    }
}
