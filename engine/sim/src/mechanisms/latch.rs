//! A latch holds a hinge or slider where it is closed until it is released, and catches it when it returns.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::joints::LaneJoint;
use crate::lane::distance_to;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motor};

/// Strength of a closed latch: far over what an agent can push with.
const HOLD_STIFFNESS: f32 = 1.0e5;
const HOLD_DAMPING: f32 = 1.0e3;
const HOLD_FORCE: f32 = 1.0e5;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Latch {
    joint: usize,
    closed_at: f32,
    catches_within: f32,
    released_by: usize,
    own_motor: Motor<f32>,
    closed: bool,
    /// False: it started free, and catches only after the joint has left the catch.
    armed: bool,
    started: bool,
}

impl Latch {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Latch {
            joint,
            closed_at,
            catches_within,
            released_by,
            closed,
        } = mechanism
        else {
            unreachable!("called for a latch");
        };
        let index = names.joint("joint", joint)?;
        let none = Motor {
            target_position: 0.0,
            target_velocity: 0.0,
            stiffness: 0.0,
            damping: 0.0,
            max_force: 0.0,
        };
        Ok(Latch {
            joint: index,
            closed_at: *closed_at,
            catches_within: *catches_within,
            released_by: names.mechanism("released_by", released_by)?,
            own_motor: names.world.joints[index].motor.clone().unwrap_or(none),
            closed: *closed,
            armed: *closed,
            started: false,
        })
    }

    fn set(&mut self, physics: &mut PhysicsWorld, joint: &LaneJoint, closed: bool) {
        self.closed = closed;
        let hold = Motor {
            target_position: self.closed_at,
            target_velocity: 0.0,
            stiffness: HOLD_STIFFNESS,
            damping: HOLD_DAMPING,
            max_force: HOLD_FORCE,
        };
        joint.drive(physics, if closed { &hold } else { &self.own_motor });
    }
}

impl Act for Latch {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let joint = scope.joints[self.joint];
        let near = (joint.position(scope.physics) - self.closed_at).abs() <= self.catches_within;
        if !self.started {
            self.started = true;
            let closed = self.closed && near;
            self.set(scope.physics, &joint, closed);
        }
        let signal = scope.signals[self.released_by];
        let released = signal.active
            && signal
                .reach
                .is_none_or(|(point, reach)| distance_to(scope.physics, joint.child, point) <= reach);
        if self.closed && released {
            self.set(scope.physics, &joint, false);
        } else if !self.closed {
            self.armed |= !near;
            if near && self.armed && !released {
                self.set(scope.physics, &joint, true);
            }
        }
        Signal {
            active: self.closed,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.closed { 1.0 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), if self.armed { 1.0 } else { 0.0 }, 0.0]
    }
}
