//! A force pushes a body at its centre of mass, in the world's frame.

use super::{Act, Names, Scope, Signal, letter};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Force {
    body: usize,
    axes: Vec<usize>,
    max_force: f32,
}

impl Force {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Force {
            body,
            axes,
            max_force_n,
        } = mechanism
        else {
            unreachable!("called for a force")
        };
        Ok(Force {
            body: names.body("body", body)?,
            axes: names.axes(axes)?,
            max_force: *max_force_n,
        })
    }
}

impl Act for Force {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        self.axes
            .iter()
            .map(|axis| ActionChannel::symmetric(name, &format!("f{}", letter(*axis)), "N", self.max_force))
            .collect()
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let mut force = Vec3::ZERO;
        for (axis, value) in self.axes.iter().zip(inputs) {
            force[*axis] = *value;
        }
        scope.physics.bodies[scope.bodies[self.body]].add_force(force, true);
        Signal::default()
    }

    fn shown(&self) -> f32 {
        0.0
    }
}
