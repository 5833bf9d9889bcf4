//! The spring of a switch: it rests at either of two positions, and snaps over when it is pushed past the middle.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motor};

/// Share of the way from the dead point to rest over which the spring's force falls to nothing.
const SOFT: f32 = 0.25;
/// Time in which the spring comes to rest, s.
const SETTLE_SECS: f32 = 0.05;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Toggle {
    joint: usize,
    /// Off and on.
    rests: [f32; 2],
    max_force: f32,
    on: bool,
}

impl Toggle {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Toggle {
            joint,
            off_at,
            on_at,
            max_force,
            on,
        } = mechanism
        else {
            unreachable!("called for a toggle");
        };
        let joint = names.joint("joint", joint)?;
        names.above_zero("max_force", *max_force)?;
        if off_at == on_at {
            return Err(LaneError::invalid(
                names.place("on_at"),
                "must be another than off_at",
            ));
        }
        Ok(Toggle {
            joint,
            rests: [*off_at, *on_at],
            max_force: *max_force,
            on: *on,
        })
    }
}

impl Act for Toggle {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let joint = scope.joints[self.joint];
        let [off, on] = self.rests;
        let past = joint.position(scope.physics) - 0.5 * (off + on);
        self.on = past * (on - off) > 0.0;
        let stiffness = self.max_force / (SOFT * 0.5 * (on - off).abs());
        let motor = Motor {
            target_position: self.rests[usize::from(self.on)],
            target_velocity: 0.0,
            stiffness,
            damping: SETTLE_SECS * stiffness,
            max_force: self.max_force,
        };
        joint.drive(scope.physics, &motor);
        Signal {
            active: self.on,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        f32::from(self.on)
    }
}
