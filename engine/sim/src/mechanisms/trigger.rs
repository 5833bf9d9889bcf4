//! A trigger is set off, for good, by a body that comes near: a pressure plate, a coin, a key, a block that breaks.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::distance_to;
use glam::Vec3;
use rapier3d::math::Pose;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Trigger {
    body: usize,
    by: Vec<usize>,
    within: f32,
    min_speed: f32,
    needs: Vec<usize>,
    goes_to: Option<Vec3>,
    active: bool,
}

impl Trigger {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Trigger {
            body,
            by,
            within_m,
            min_speed_mps,
            needs,
            goes_to_m,
        } = mechanism
        else {
            unreachable!("called for a trigger");
        };
        let index = names.body("body", body)?;
        if goes_to_m.is_some() && names.world.bodies[index].motion != Motion::Kinematic {
            return Err(LaneError::invalid(
                names.place("goes_to_m"),
                format!("moves `{body}`, which must have motion = \"kinematic\""),
            ));
        }
        Ok(Trigger {
            body: index,
            by: by
                .iter()
                .map(|name| names.body("by", name))
                .collect::<Result<_, _>>()?,
            within: *within_m,
            min_speed: *min_speed_mps,
            needs: needs
                .iter()
                .map(|name| names.mechanism("needs", name))
                .collect::<Result<_, _>>()?,
            goes_to: goes_to_m.map(Vec3::from),
            active: false,
        })
    }

    fn is_set_off(&self, scope: &Scope<'_>) -> bool {
        self.needs.iter().all(|needed| scope.signals[*needed].active)
            && self.by.iter().any(|index| {
                let body = &scope.physics.bodies[scope.bodies[*index]];
                body.linvel().length() >= self.min_speed
                    && distance_to(scope.physics, scope.bodies[self.body], body.translation()) <= self.within
            })
    }
}

impl Act for Trigger {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        if !self.active && self.is_set_off(scope) {
            self.active = true;
            if let Some(place) = self.goes_to {
                let body = &mut scope.physics.bodies[scope.bodies[self.body]];
                let pose = Pose {
                    translation: place,
                    ..*body.position()
                };
                body.set_position(pose, true);
            }
        }
        Signal {
            active: self.active,
            reach: None,
            ..Signal::default()
        }
    }

    fn shown(&self) -> f32 {
        if self.active { 1.0 } else { 0.0 }
    }
}
