//! The finish of a race: who passes a plane first, and when.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Racer {
    body: usize,
    /// How far it was beyond the plane when it was last looked at, m; below 0 before it.
    beyond_m: f32,
    /// When it came in, s.
    came_secs: Option<f32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Finish {
    at: Vec3,
    toward: Vec3,
    racers: Vec<Racer>,
    /// Physics steps so far: a time that does not drift.
    steps: u32,
}

impl Finish {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Finish {
            bodies: list,
            at_m,
            toward,
        } = mechanism
        else {
            unreachable!("called for a finish");
        };
        let at = Vec3::from_array(*at_m);
        let Some(toward) = Vec3::from_array(*toward).try_normalize() else {
            let reason = "must not be the zero vector";
            return Err(LaneError::invalid(names.place("toward"), reason));
        };
        let mut racers = Vec::with_capacity(list.len());
        for name in list {
            let body = names.body("bodies", name)?;
            racers.push(Racer {
                body,
                beyond_m: (physics.bodies[bodies[body]].translation() - at).dot(toward),
                came_secs: None,
            });
        }
        Ok(Finish {
            at,
            toward,
            racers,
            steps: 0,
        })
    }

    /// Looks who has come in since the last look, at most one physics step ago.
    fn look(&mut self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) {
        let dt_secs = physics.integration_parameters.dt;
        let now_secs = self.steps as f32 * dt_secs;
        for racer in &mut self.racers {
            let beyond_m = (physics.bodies[bodies[racer.body]].translation() - self.at).dot(self.toward);
            if racer.came_secs.is_none() && racer.beyond_m < 0.0 && beyond_m >= 0.0 {
                let since_secs = dt_secs * beyond_m / (beyond_m - racer.beyond_m);
                racer.came_secs = Some(now_secs - since_secs);
            }
            racer.beyond_m = beyond_m;
        }
    }

    /// The order in which they came in: numbers from 1 on, and times, s. Of two that came at the same time the first in the list.
    fn order(&self) -> Vec<(f32, f32)> {
        let numbered = (1u16..).zip(&self.racers);
        let mut came: Vec<(f32, f32)> = numbered
            .filter_map(|(number, racer)| Some((f32::from(number), racer.came_secs?)))
            .collect();
        came.sort_by(|one, other| one.1.total_cmp(&other.1));
        came
    }
}

impl Act for Finish {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        self.look(scope.physics, scope.bodies);
        self.steps += 1;
        Signal {
            active: self.racers.iter().any(|racer| racer.came_secs.is_some()),
            ..Signal::default()
        }
    }

    fn measure(&mut self, seen: &Measured<'_>) {
        self.look(seen.physics, seen.bodies);
    }

    fn telemetry(&self) -> Vec<f32> {
        let order = self.order();
        let (first, first_secs) = order.first().copied().unwrap_or_default();
        vec![first, first_secs, order.get(1).map_or(0.0, |came| came.1)]
    }

    fn shown(&self) -> f32 {
        self.order().first().map_or(0.0, |came| came.0)
    }

    fn memory(&self) -> [f32; 3] {
        [self.shown(), self.steps as f32, 0.0]
    }

    fn waiting(&self) -> Vec<f32> {
        let racers = self.racers.iter();
        racers
            .flat_map(|racer| [racer.beyond_m, racer.came_secs.unwrap_or(-1.0)])
            .collect()
    }
}
