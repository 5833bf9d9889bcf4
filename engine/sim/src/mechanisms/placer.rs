//! A placer puts one of its waiting bodies somewhere, once: the one action of a puzzle.

use super::{Act, Names, Scope, Signal, letter, waiting};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::InteractionGroups;
use rapier3d::math::Pose;
use rapier3d::parry::bounding_volume::BoundingVolume;
use rapier3d::parry::query::intersection_test;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Placer {
    bodies: Vec<usize>,
    axes: Vec<usize>,
    low: Vec3,
    high: Vec3,
    /// Which of the bodies was placed.
    placed: Option<usize>,
    /// True while `place` is up.
    wanted: bool,
}

impl Placer {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Placer {
            bodies: list,
            axes,
            low_m,
            high_m,
        } = mechanism
        else {
            unreachable!("called for a placer");
        };
        if list.is_empty() {
            return Err(LaneError::invalid(
                names.place("bodies"),
                "wants the name of at least one body",
            ));
        }
        if low_m.iter().zip(high_m).any(|(low, high)| low > high) {
            return Err(LaneError::invalid(
                names.place("high_m"),
                "must be above low_m along every axis",
            ));
        }
        Ok(Placer {
            bodies: waiting::hold(names, "bodies", list, bodies, physics)?,
            axes: names.axes(axes)?,
            low: (*low_m).into(),
            high: (*high_m).into(),
            placed: None,
            wanted: false,
        })
    }

    /// Which body a value of `pick` means.
    fn picked(&self, pick: f32) -> usize {
        ((pick * self.bodies.len() as f32) as usize).min(self.bodies.len() - 1)
    }

    /// True where the body would be inside of nothing. Every collider is looked at: the solver's own tree of them is empty before
    /// the first step.
    fn is_free(physics: &PhysicsWorld, body: RigidBodyHandle, place: Vec3) -> bool {
        let pose = Pose {
            translation: place,
            ..*physics.bodies[body].position()
        };
        physics.bodies[body].colliders().iter().all(|handle| {
            let own = &physics.colliders[*handle];
            let at = pose * own.position_wrt_parent().copied().unwrap_or(Pose::IDENTITY);
            physics.colliders.iter().all(|(_, other)| {
                let touches = other.parent() != Some(body)
                    && other.collision_groups().test(InteractionGroups::all())
                    && !other.is_sensor();
                let overlap = intersection_test(&at, own.shape(), other.position(), other.shape());
                // What cannot be asked, an ellipsoid, counts as its box.
                let overlaps = overlap.map_or_else(
                    |_| own.shape().compute_aabb(&at).intersects(&other.compute_aabb()),
                    |found| found.intersecting,
                );
                !(touches && overlaps)
            })
        })
    }
}

impl Act for Placer {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        let along =
            |axis: &usize| ActionChannel::new(name, letter(*axis), "m", self.low[*axis], self.high[*axis]);
        let mut channels: Vec<ActionChannel> = self.axes.iter().map(along).collect();
        if self.bodies.len() > 1 {
            channels.push(ActionChannel::new(name, "pick", "", 0.0, 1.0));
        }
        channels.push(ActionChannel::new(name, "place", "", 0.0, 1.0));
        channels
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let wants = inputs[inputs.len() - 1] >= 0.5;
        if wants && !self.wanted && self.placed.is_none() {
            let mut place = 0.5 * (self.low + self.high);
            for (axis, value) in self.axes.iter().zip(inputs) {
                place[*axis] = *value;
            }
            let picked = self.picked(inputs[self.axes.len()]);
            let body = scope.bodies[self.bodies[picked]];
            if Self::is_free(scope.physics, body, place) {
                waiting::release(scope.physics, body, place, Vec3::ZERO);
                self.placed = Some(picked);
            }
        }
        self.wanted = wants;
        Signal {
            active: self.placed.is_some(),
            reach: None,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        self.placed.map_or(0.0, |index| (index + 1) as f32)
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), if self.wanted { 1.0 } else { 0.0 }, 0.0]
    }
}
