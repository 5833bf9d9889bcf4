//! The wheels of a vehicle that steers by its sides: a motor of limited torque in each.

use super::sides::Sides;
use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::telemetry::Faults;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FaultKind, Mechanism, Motor};

/// A wheel that is jammed is held by so many times the largest torque of its motor.
const JAMMED: f32 = 10.0;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Wheels {
    /// The hinges of the left and of the right side.
    sides: [Vec<usize>; 2],
    max_speed: f32,
    max_torque: f32,
    /// The largest torque that can be told, where torques are told in place of speeds.
    torques: Option<f32>,
    /// The joint whose motor faults hit; all where there is none.
    faulty: Option<usize>,
    effort: f32,
    report: Sides,
}

impl Wheels {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Wheels {
            left,
            right,
            max_speed_radps,
            max_torque_nm,
            torques_nm,
            faulty,
        } = mechanism
        else {
            unreachable!("called for wheels")
        };
        names.above_zero("max_speed_radps", *max_speed_radps)?;
        names.above_zero("max_torque_nm", *max_torque_nm)?;
        names.above_zero("torques_nm", torques_nm.unwrap_or(1.0))?;
        let side = |field: &str, joints: &[String]| -> Result<Vec<usize>, LaneError> {
            joints.iter().map(|name| names.hinge(field, name)).collect()
        };
        let sides = [side("left", left)?, side("right", right)?];
        let faulty = faulty
            .as_ref()
            .map(|name| names.joint("faulty", name))
            .transpose()?;
        if faulty.is_some_and(|joint| !sides.iter().flatten().any(|own| *own == joint)) {
            let reason = "wants one of its own wheels' hinges";
            return Err(LaneError::invalid(names.place("faulty"), reason));
        }
        Ok(Wheels {
            report: Sides::new(&sides[0], &sides[1]),
            sides,
            max_speed: *max_speed_radps,
            max_torque: *max_torque_nm,
            torques: *torques_nm,
            faulty,
            effort: 0.0,
        })
    }

    /// The motor of a wheel that is told this speed or torque, with this share of its torque.
    fn motor(&self, told: f32, strength: f32) -> Motor<f32> {
        let most = strength * self.max_torque;
        let (speed, force) = match self.torques {
            None => (told, most),
            // A torque turns the wheel until it is as fast as it can be.
            Some(_) if told == 0.0 => (0.0, 0.0),
            Some(_) => (self.max_speed.copysign(told), told.abs().min(most)),
        };
        Motor {
            target_position: 0.0,
            target_velocity: speed,
            stiffness: 0.0,
            // Full torque at a tenth of the largest speed's error.
            damping: 10.0 * self.max_torque / self.max_speed,
            max_force: force,
        }
    }

    /// The same motor of a wheel that turns so fast, with its faults: a bearing that rubs takes from what drives it and adds to what
    /// brakes it, as dry friction does; a jammed wheel is held.
    fn ailing(&self, motor: Motor<f32>, faults: &Faults, speed: f32) -> Motor<f32> {
        if faults.has(FaultKind::Jam) {
            return Motor {
                target_velocity: 0.0,
                damping: JAMMED * motor.damping,
                max_force: JAMMED * self.max_torque,
                ..motor
            };
        }
        let rubs = faults.severity(FaultKind::Drag) * self.max_torque;
        if rubs == 0.0 {
            return motor;
        }
        let target = motor.target_velocity;
        let drives = target != 0.0 && speed * (target - speed) >= 0.0;
        match (drives, motor.max_force - rubs) {
            (false, _) => Motor {
                max_force: motor.max_force + rubs,
                ..motor
            },
            (true, left) if left > 0.0 => Motor {
                max_force: left,
                ..motor
            },
            (true, left) => Motor {
                target_velocity: 0.0,
                max_force: -left,
                ..motor
            },
        }
    }
}

impl Act for Wheels {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let side = |input| match self.torques {
            None => ActionChannel::symmetric(name, input, "rad/s", self.max_speed),
            Some(most) => ActionChannel::symmetric(name, input, "N m", most),
        };
        vec![side("left"), side("right")]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        self.report.told = [inputs[0], inputs[1]];
        let (mut efforts, mut count) = (0.0, 0.0);
        let sound = Faults::default();
        for (joints, told) in self.sides.iter().zip(inputs) {
            for index in joints {
                let hit = self.faulty.is_none_or(|joint| joint == *index);
                let faults = if hit { &scope.faults } else { &sound };
                let strength = faults.strength();
                let motor = self.motor(*told, strength);
                let joint = &scope.joints[*index];
                let speed = joint.velocity(scope.physics);
                let torque = motor.damping * (motor.target_velocity - speed);
                let most = if self.torques.is_some() {
                    motor.max_force / self.max_torque
                } else {
                    strength
                };
                efforts += (torque.abs() / self.max_torque).min(most);
                count += 1.0;
                joint.drive(scope.physics, &self.ailing(motor, faults, speed));
            }
        }
        self.effort = efforts / f32::max(count, 1.0);
        Signal::default()
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.report.measure(seen);
    }

    fn telemetry(&self) -> Vec<f32> {
        self.report.telemetry(self.effort)
    }

    fn shown(&self) -> f32 {
        self.effort
    }
}
