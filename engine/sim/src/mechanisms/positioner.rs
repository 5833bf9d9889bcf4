//! A positioner holds a hinge or slider at a commanded position, which it approaches at a limited speed.

use super::command::Command;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Freedom, Mechanism, Motor};

/// The motor works at its limit when it is off by this share of the range.
const FULL_EFFORT_AT: f32 = 0.05;
/// Damping for each unit of stiffness, s.
const DAMPING_SECS: f32 = 0.05;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Positioner {
    joint: usize,
    turns: bool,
    limits: [f32; 2],
    max_velocity: f32,
    max_force: f32,
    command: Command,
    /// Where the motor pulls to; where the joint is, before the first step.
    target: Option<f32>,
    setpoint: f32,
    effort: f32,
    position: f32,
}

impl Positioner {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Positioner {
            joint,
            limits,
            max_velocity,
            max_force,
        } = mechanism
        else {
            unreachable!("called for a positioner")
        };
        let index = names.joint("joint", joint)?;
        let turns = match names.world.joints[index].freedom {
            Freedom::Hinge { .. } => true,
            Freedom::Slider { .. } => false,
            _ => {
                let reason = format!("`{joint}` must be a hinge or a slider");
                return Err(LaneError::invalid(names.place("joint"), reason));
            }
        };
        if limits[0] >= limits[1] {
            let reason = format!("wants low < high, not {limits:?}");
            return Err(LaneError::invalid(names.place("limits"), reason));
        }
        Ok(Positioner {
            joint: index,
            turns,
            limits: *limits,
            max_velocity: *max_velocity,
            max_force: *max_force,
            command: Command::default(),
            target: None,
            setpoint: 0.0,
            effort: 0.0,
            position: 0.0,
        })
    }
}

impl Act for Positioner {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let unit = if self.turns { "rad" } else { "m" };
        let [low, high] = self.limits;
        vec![ActionChannel::new(name, "position", unit, low, high)]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let joint = scope.joints[self.joint];
        let most = self.max_velocity * scope.dt_secs();
        let command = self.command.take(&scope.faults, inputs)[0];
        let before = self.target.unwrap_or_else(|| joint.position(scope.physics));
        let target = before + (command - before).clamp(-most, most);
        let strength = self.max_force * scope.faults.strength();
        let stiffness = self.max_force / (FULL_EFFORT_AT * (self.limits[1] - self.limits[0]));
        let motor = Motor {
            target_position: target,
            target_velocity: 0.0,
            stiffness,
            damping: stiffness * DAMPING_SECS,
            max_force: strength,
        };
        joint.drive(scope.physics, &motor);
        let pull = motor.stiffness * (target - joint.position(scope.physics))
            - motor.damping * joint.velocity(scope.physics);
        self.effort = pull.clamp(-strength, strength);
        self.setpoint = inputs[0];
        self.target = Some(target);
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.position = seen.joints[self.joint].position(seen.physics);
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.setpoint, self.effort, self.position]
    }

    fn shown(&self) -> f32 {
        self.target.unwrap_or(self.position)
    }

    fn waiting(&self) -> Vec<f32> {
        self.command.waiting().to_vec()
    }
}
