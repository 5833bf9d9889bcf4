//! An opener moves a hinge or slider to its open position while a button is active, and closes it otherwise.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motor};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Opener {
    joint: usize,
    button: usize,
    closed_at: f32,
    open_at: f32,
    max_velocity: f32,
    max_force: f32,
    opens: bool,
}

impl Opener {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Opener {
            joint,
            button,
            closed_at,
            open_at,
            max_velocity,
            max_force,
        } = mechanism
        else {
            unreachable!("called for an opener");
        };
        Ok(Opener {
            joint: names.joint("joint", joint)?,
            button: names.mechanism("button", button)?,
            closed_at: *closed_at,
            open_at: *open_at,
            max_velocity: *max_velocity,
            max_force: *max_force,
            opens: false,
        })
    }
}

impl Act for Opener {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.opens = scope.signals[self.button].active;
        let joint = scope.joints[self.joint];
        let goal = if self.opens { self.open_at } else { self.closed_at };
        let left = goal - joint.position(scope.physics);
        // Slows down over the last quarter second of the way.
        let velocity = (4.0 * left).clamp(-self.max_velocity, self.max_velocity);
        let motor = Motor {
            target_position: 0.0,
            target_velocity: velocity,
            stiffness: 0.0,
            damping: 10.0 * self.max_force / self.max_velocity.max(1e-6),
            max_force: self.max_force,
        };
        joint.drive(scope.physics, &motor);
        Signal {
            active: self.opens,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.opens { 1.0 } else { 0.0 }
    }
}
