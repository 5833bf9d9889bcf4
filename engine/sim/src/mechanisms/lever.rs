//! A lever is pulled by a share of its way, and held there, as a hand on it would.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism, Motor};

/// The motor works at its limit when it is off by this share of the way.
const FULL_EFFORT_AT: f32 = 0.03;
/// Damping for each unit of stiffness, s.
const DAMPING_SECS: f32 = 0.02;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lever {
    /// None where the world has no lever.
    joint: Option<usize>,
    pulled_at: f32,
    max_velocity: f32,
    max_force: f32,
    /// Where the motor pulls to, rad or m.
    target: f32,
    /// How far the lever is pulled, as a share of its way.
    share: f32,
}

impl Lever {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Lever {
            joint,
            pulled_at,
            max_velocity,
            max_force,
        } = mechanism
        else {
            unreachable!("called for a lever");
        };
        names.above_zero("max_velocity", *max_velocity)?;
        names.above_zero("max_force", *max_force)?;
        if *pulled_at == 0.0 {
            let reason = "must be another than 0, where the lever stands";
            return Err(LaneError::invalid(names.place("pulled_at"), reason));
        }
        let find = |joint: &String| {
            let index = names.joint("joint", joint)?;
            match names.world.joints[index].freedom {
                Freedom::Hinge { .. } | Freedom::Slider { .. } => Ok(index),
                _ => {
                    let reason = format!("`{joint}` must be a hinge or a slider");
                    Err(LaneError::invalid(names.place("joint"), reason))
                }
            }
        };
        Ok(Lever {
            joint: joint.as_ref().map(find).transpose()?,
            pulled_at: *pulled_at,
            max_velocity: *max_velocity,
            max_force: *max_force,
            target: 0.0,
            share: 0.0,
        })
    }
}

impl Act for Lever {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![ActionChannel::new(name, "pull", "", 0.0, 1.0)]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let Some(joint) = self.joint else {
            return Signal::default();
        };
        let most = self.max_velocity * scope.dt_secs();
        self.target += (inputs[0] * self.pulled_at - self.target).clamp(-most, most);
        let stiffness = self.max_force / (FULL_EFFORT_AT * self.pulled_at.abs());
        let motor = Motor {
            target_position: self.target,
            target_velocity: 0.0,
            stiffness,
            damping: stiffness * DAMPING_SECS,
            max_force: self.max_force,
        };
        scope.joints[joint].drive(scope.physics, &motor);
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        if let Some(joint) = self.joint {
            let position = seen.joints[joint].position(seen.physics);
            self.share = (position / self.pulled_at).clamp(0.0, 1.0);
        }
    }

    fn shown(&self) -> f32 {
        self.share
    }

    fn memory(&self) -> [f32; 3] {
        [self.target, self.share, 0.0]
    }
}
