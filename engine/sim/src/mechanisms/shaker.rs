//! A shaker moves a kinematic body to and fro along an axis, as what loosens grains in a hopper does, or a train that passes a table.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Shaker {
    body: usize,
    axis: usize,
    /// Where the body is without shaking.
    center: Vec3,
    frequency_hz: f32,
    max_amplitude: f32,
    /// True: it has no input.
    always: bool,
    amplitude: f32,
    /// The share of the current stroke to and fro that is done, in [0, 1).
    phase: f32,
}

impl Shaker {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Shaker {
            body,
            axis,
            frequency_hz,
            max_amplitude_m,
            always,
        } = mechanism
        else {
            unreachable!("called for a shaker");
        };
        let index = names.body("body", body)?;
        if names.world.bodies[index].motion != Motion::Kinematic {
            return Err(LaneError::invalid(
                names.place("body"),
                format!("`{body}` must have motion = \"kinematic\""),
            ));
        }
        let axes = super::axes(axis).filter(|axes| axes.len() == 1);
        let axes = axes.ok_or_else(|| {
            LaneError::invalid(
                names.place("axis"),
                format!("wants one of x, y and z, not `{axis}`"),
            )
        })?;
        Ok(Shaker {
            body: index,
            axis: axes[0],
            center: names.world.bodies[index].position_m.into(),
            frequency_hz: *frequency_hz,
            max_amplitude: *max_amplitude_m,
            always: *always,
            amplitude: 0.0,
            phase: 0.0,
        })
    }
}

impl Act for Shaker {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        if self.always {
            return Vec::new();
        }
        vec![ActionChannel::new(
            name,
            "amplitude",
            "m",
            0.0,
            self.max_amplitude,
        )]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let part = scope.dt_secs() * self.frequency_hz;
        let most = self.max_amplitude * part;
        let wanted = if self.always {
            self.max_amplitude
        } else {
            inputs[0]
        };
        self.amplitude += (wanted - self.amplitude).clamp(-most, most);
        self.phase = (self.phase + part).fract();
        let mut next = self.center;
        next[self.axis] += self.amplitude * libm::sinf(self.phase * std::f32::consts::TAU);
        scope.physics.bodies[scope.bodies[self.body]].set_next_kinematic_translation(next);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.amplitude
    }

    fn memory(&self) -> [f32; 3] {
        [self.amplitude, self.phase, 0.0]
    }
}
