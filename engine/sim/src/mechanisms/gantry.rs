//! A gantry moves a kinematic body by commanded velocity inside a box.

use super::{Act, Names, Scope, Signal, letter};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Gantry {
    body: usize,
    axes: Vec<usize>,
    max_speed: f32,
    max_acceleration: f32,
    low: Vec3,
    high: Vec3,
    velocity: Vec3,
}

impl Gantry {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Gantry {
            body,
            axes,
            max_speed_mps,
            max_acceleration_mps2,
            low_m,
            high_m,
        } = mechanism
        else {
            unreachable!("called for a gantry");
        };
        let index = names.body("body", body)?;
        if names.world.bodies[index].motion != Motion::Kinematic {
            return Err(LaneError::invalid(
                names.place("body"),
                format!("`{body}` must have motion = \"kinematic\""),
            ));
        }
        Ok(Gantry {
            body: index,
            axes: names.axes(axes)?,
            max_speed: *max_speed_mps,
            max_acceleration: *max_acceleration_mps2,
            low: (*low_m).into(),
            high: (*high_m).into(),
            velocity: Vec3::ZERO,
        })
    }
}

impl Act for Gantry {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        self.axes
            .iter()
            .map(|axis| ActionChannel::symmetric(name, &format!("v{}", letter(*axis)), "m/s", self.max_speed))
            .collect()
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let body = &mut scope.physics.bodies[scope.bodies[self.body]];
        let mut next = body.translation();
        for (axis, command) in self.axes.iter().zip(inputs) {
            let most = self.max_acceleration * dt;
            let velocity = self.velocity[*axis] + (command - self.velocity[*axis]).clamp(-most, most);
            let free = next[*axis] + velocity * dt;
            // A start outside the box is left alone until the command leads back in.
            let (low, high) = (
                self.low[*axis].min(next[*axis]),
                self.high[*axis].max(next[*axis]),
            );
            let kept = free.clamp(low, high);
            self.velocity[*axis] = if kept == free { velocity } else { 0.0 };
            next[*axis] = kept;
        }
        body.set_next_kinematic_translation(next);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn memory(&self) -> [f32; 3] {
        self.velocity.to_array()
    }
}
