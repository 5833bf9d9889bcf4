//! A course counts the gates that a body passes in their order, and shows the next one by a mark.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Course {
    body: usize,
    gates: Vec<usize>,
    half_opening: [f32; 2],
    mark: Option<usize>,
    passed: usize,
    /// Where the body was before the last step, m.
    before: Vec3,
}

impl Course {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Course {
            body,
            gates,
            half_opening_m,
            mark,
        } = mechanism
        else {
            unreachable!("called for a course")
        };
        let gates = gates
            .iter()
            .map(|gate| names.body("gates", gate))
            .collect::<Result<Vec<_>, _>>()?;
        for half in half_opening_m {
            names.above_zero("half_opening_m", *half)?;
        }
        if gates.is_empty() {
            let reason = "wants at least one gate".to_string();
            return Err(LaneError::invalid(names.place("gates"), reason));
        }
        let body = names.body("body", body)?;
        let mark = mark.as_ref().map(|name| names.body("mark", name)).transpose()?;
        if mark.is_some_and(|mark| !physics.bodies[bodies[mark]].is_kinematic()) {
            let reason = "must be a kinematic body".to_string();
            return Err(LaneError::invalid(names.place("mark"), reason));
        }
        let before = physics.bodies[bodies[body]].translation();
        let course = Course {
            body,
            gates,
            half_opening: *half_opening_m,
            mark,
            passed: 0,
            before,
        };
        course.show(bodies, physics);
        Ok(course)
    }

    /// Puts the mark on the next gate.
    fn show(&self, bodies: &[RigidBodyHandle], physics: &mut PhysicsWorld) {
        let (Some(mark), Some(gate)) = (self.mark, self.gates.get(self.passed)) else {
            return;
        };
        let pose = *physics.bodies[bodies[*gate]].position();
        let mark = &mut physics.bodies[bodies[mark]];
        // Both, or the solver would take it back, or give it the speed of a jump.
        mark.set_position(pose, false);
        mark.set_next_kinematic_position(pose);
    }
}

impl Act for Course {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let now = scope.physics.bodies[scope.bodies[self.body]].translation();
        if let Some(gate) = self.gates.get(self.passed) {
            let pose = *scope.physics.bodies[scope.bodies[*gate]].position();
            let local = |point: Vec3| pose.rotation.inverse() * (point - pose.translation);
            let (before, after) = (local(self.before), local(now));
            if before.x < 0.0 && after.x >= 0.0 {
                let crossing = before + (after - before) * (before.x / (before.x - after.x));
                let [wide, high] = self.half_opening;
                if crossing.y.abs() <= wide && crossing.z.abs() <= high {
                    self.passed += 1;
                    self.show(scope.bodies, scope.physics);
                }
            }
        }
        self.before = now;
        Signal::default()
    }

    fn shown(&self) -> f32 {
        self.passed as f32
    }

    fn waiting(&self) -> Vec<f32> {
        self.before.to_array().to_vec()
    }
}
