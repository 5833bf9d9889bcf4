//! A lift moves a kinematic body to a place and back, again and again, or there once; it may turn it on the way.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::math::Pose;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lift {
    body: usize,
    from: Vec3,
    to: Vec3,
    /// From its orientation at the start, and by how much it turns.
    turn: Option<(Quat, f32)>,
    speed: f32,
    pause_secs: f32,
    stays: bool,
    /// Physics steps so far: a time that does not drift.
    steps: u32,
    share: f32,
}

impl Lift {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Lift {
            body,
            to_m,
            speed_mps,
            turn_rad,
            pause_secs,
            stays,
        } = mechanism
        else {
            unreachable!("called for a lift");
        };
        let index = names.body("body", body)?;
        let own = &names.world.bodies[index];
        if own.motion != Motion::Kinematic {
            return Err(LaneError::invalid(
                names.place("body"),
                format!("`{body}` must have motion = \"kinematic\""),
            ));
        }
        if !(*speed_mps > 0.0 && *pause_secs >= 0.0) {
            return Err(LaneError::invalid(
                names.place("speed_mps"),
                "the speed must be above 0 and the pause 0 or more",
            ));
        }
        Ok(Lift {
            body: index,
            from: own.position_m.into(),
            to: (*to_m).into(),
            turn: turn_rad.map(|turn| (Quat::from_array(own.rotation.quaternion_xyzw()), turn)),
            speed: *speed_mps,
            pause_secs: *pause_secs,
            stays: *stays,
            steps: 0,
            share: 0.0,
        })
    }

    /// The share of its way after so long: pause, there, pause, back; or pause, there.
    fn share_at(&self, time_secs: f32) -> f32 {
        let turned_m = self.turn.map_or(0.0, |(_, turn)| turn.abs());
        let way_secs = (self.from.distance(self.to).max(turned_m) / self.speed).max(1e-3);
        let half = self.pause_secs + way_secs;
        if self.stays {
            return ((time_secs - self.pause_secs) / way_secs).clamp(0.0, 1.0);
        }
        let phase = time_secs % (2.0 * half);
        let there = ((phase % half - self.pause_secs) / way_secs).clamp(0.0, 1.0);
        if phase < half { there } else { 1.0 - there }
    }
}

impl Act for Lift {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.steps += 1;
        self.share = self.share_at(self.steps as f32 * scope.dt_secs());
        let place = self.from.lerp(self.to, self.share);
        let body = &mut scope.physics.bodies[scope.bodies[self.body]];
        match self.turn {
            None => body.set_next_kinematic_translation(place),
            Some((from, turn)) => body.set_next_kinematic_position(Pose {
                translation: place,
                rotation: from * Quat::from_rotation_z(turn * self.share),
                ..Pose::IDENTITY
            }),
        }
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.share
    }

    fn memory(&self) -> [f32; 3] {
        [self.share, self.steps as f32, 0.0]
    }
}
