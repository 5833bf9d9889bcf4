//! A carriage moves a kinematic body after a target that every command sets anew, seen from where the body is.
//!
//! It goes there as a critically damped spring would, and yields as a gantry does.

use super::command::Command;
use super::gantry::go;
use super::{Act, Measured, Names, Scope, Signal, letter};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FaultKind, Mechanism};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Carriage {
    body: usize,
    axes: Vec<usize>,
    max_step: f32,
    /// The step that an input of 1 stands for along each axis of the world; none where inputs are metres.
    unit: Option<Vec3>,
    rate: f32,
    max_speed: f32,
    low: Vec3,
    high: Vec3,
    velocity: Vec3,
    target: Vec3,
    /// The next command is a new one: a record has begun.
    fresh: bool,
    faulty: Command,
    /// The steps that it was told last, m, one number an axis.
    setpoint: Vec<f32>,
}

impl Carriage {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Carriage {
            body,
            axes,
            max_step_m,
            unit_m,
            rate_per_s,
            max_speed_mps,
            low_m,
            high_m,
        } = mechanism
        else {
            unreachable!("called for a carriage");
        };
        names.above_zero("max_step_m", *max_step_m)?;
        names.above_zero("rate_per_s", *rate_per_s)?;
        names.above_zero("max_speed_mps", *max_speed_mps)?;
        let axes = names.axes(axes)?;
        let unit = unit_m.map(Vec3::from);
        if let Some(unit) = unit
            && axes.iter().any(|axis| unit[*axis] == 0.0)
        {
            return Err(LaneError::invalid(
                names.place("unit_m"),
                "must not be 0 along an axis of it",
            ));
        }
        let body = names.kinematic_body("body", body)?;
        Ok(Carriage {
            body,
            setpoint: vec![0.0; axes.len()],
            axes,
            max_step: *max_step_m,
            unit,
            rate: *rate_per_s,
            max_speed: *max_speed_mps,
            low: (*low_m).into(),
            high: (*high_m).into(),
            velocity: Vec3::ZERO,
            target: names.world.bodies[body].position_m.into(),
            fresh: true,
            faulty: Command::default(),
        })
    }

    /// Takes a new command: targets count from where the body is, and stay in the box.
    fn aim(&mut self, start: Vec3, steps: &[f32]) {
        for (axis, step) in self.axes.iter().zip(steps) {
            let (low, high) = (
                self.low[*axis].min(start[*axis]),
                self.high[*axis].max(start[*axis]),
            );
            let step = step.clamp(-self.max_step, self.max_step);
            self.target[*axis] = (start[*axis] + step).clamp(low, high);
        }
    }
}

impl Act for Carriage {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let channel = |axis: &usize| {
            let input = format!("d{}", letter(*axis));
            match self.unit {
                None => ActionChannel::symmetric(name, &input, "m", self.max_step),
                Some(unit) => ActionChannel::symmetric(name, &input, "", self.max_step / unit[*axis].abs()),
            }
        };
        self.axes.iter().map(channel).collect()
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        for ((setpoint, axis), input) in self.setpoint.iter_mut().zip(&self.axes).zip(inputs) {
            *setpoint = self.unit.map_or(*input, |unit| input * unit[*axis]);
        }
        let handle = scope.bodies[self.body];
        let start = scope.physics.bodies[handle].translation();
        if self.fresh {
            let steps = self.faulty.take(&scope.faults, &self.setpoint).to_vec();
            self.aim(start, &steps);
            self.fresh = false;
        }
        if scope.faults.has(FaultKind::Jam) {
            self.velocity = Vec3::ZERO;
            return Signal::default();
        }
        let fastest = self.max_speed * scope.faults.strength();
        let decay = libm::expf(-self.rate * dt);
        let mut next = start;
        for axis in &self.axes {
            // The motion of a critically damped spring over one step, in closed form: the same for every step length.
            let (gap, speed) = (start[*axis] - self.target[*axis], self.velocity[*axis]);
            let drive = speed + self.rate * gap;
            let (moved, sped) = (
                (gap + drive * dt) * decay - gap,
                (speed - self.rate * drive * dt) * decay,
            );
            next[*axis] += moved.clamp(-fastest * dt, fastest * dt);
            self.velocity[*axis] = sped.clamp(-fastest, fastest);
        }
        go(scope.physics, handle, next, &mut self.velocity);
        Signal::default()
    }

    fn measure(&mut self, _: &Measured<'_>) {
        self.fresh = true;
    }

    fn telemetry(&self) -> Vec<f32> {
        let velocities = self.axes.iter().map(|axis| self.velocity[*axis]);
        self.setpoint.iter().copied().chain(velocities).collect()
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn memory(&self) -> [f32; 3] {
        self.velocity.to_array()
    }

    fn waiting(&self) -> Vec<f32> {
        self.faulty.waiting().to_vec()
    }
}
