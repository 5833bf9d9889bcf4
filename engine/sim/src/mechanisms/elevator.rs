//! An elevator: a platform that is called up, goes down when nobody calls, and takes along what stands on it.
//!
//! Platform and bodies are kinematic, so that what rides goes with the platform exactly. It stands still while one of the bodies that
//! it knows is over or under it without riding on it: a robot below a load, or a load that is still being carried.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// A body rides where it is no farther from its height on the platform than this, m.
const ON_IT_M: f32 = 0.01;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Elevator {
    body: usize,
    /// The platform's lower place.
    from: Vec3,
    rise: f32,
    speed: f32,
    half: [f32; 2],
    /// What it takes along, and the height of its origin where it stands on the floor, m.
    carries: Vec<(usize, f32)>,
    waits_for: Vec<usize>,
    /// How far it is up, m.
    raised: f32,
    setpoint: f32,
    waits: bool,
}

impl Elevator {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Elevator {
            body,
            rise_m,
            speed_mps,
            half_m,
            carries,
            waits_for,
        } = mechanism
        else {
            unreachable!("called for an elevator");
        };
        let above_0 = |value: &f32| *value > 0.0;
        for (field, value) in [("rise_m", rise_m), ("speed_mps", speed_mps)] {
            if !above_0(value) {
                return Err(LaneError::invalid(names.place(field), "must be above 0"));
            }
        }
        let index = names.kinematic_body("body", body)?;
        let carries = carries.iter().map(|name| {
            let own = names.kinematic_body("carries", name)?;
            Ok((own, names.world.bodies[own].position_m[2]))
        });
        Ok(Elevator {
            body: index,
            from: names.world.bodies[index].position_m.into(),
            rise: *rise_m,
            speed: *speed_mps,
            half: *half_m,
            carries: carries.collect::<Result<_, LaneError>>()?,
            waits_for: waits_for
                .iter()
                .map(|name| names.body("waits_for", name))
                .collect::<Result<_, _>>()?,
            raised: 0.0,
            setpoint: 0.0,
            waits: false,
        })
    }

    /// True where a place is over or under the platform.
    fn is_at(&self, place: Vec3) -> bool {
        let off = (place - self.from).abs();
        off.x <= self.half[0] && off.y <= self.half[1]
    }
}

impl Act for Elevator {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![ActionChannel::new(name, "call", "", 0.0, 1.0)]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let place = |body: usize| scope.physics.bodies[scope.bodies[body]].translation();
        let rides = |body: usize, height: f32| {
            let at = place(body);
            self.is_at(at) && (at.z - height - self.raised).abs() < ON_IT_M
        };
        let riders: Vec<(usize, f32)> = self
            .carries
            .iter()
            .copied()
            .filter(|(body, height)| rides(*body, *height))
            .collect();
        let is_rider = |body: usize| riders.iter().any(|(rider, _)| *rider == body);
        let known = self.carries.iter().map(|(body, _)| body).chain(&self.waits_for);
        self.waits = known
            .copied()
            .any(|body| !is_rider(body) && self.is_at(place(body)));
        self.setpoint = inputs[0];
        if !self.waits {
            let wanted = if inputs[0] >= 0.5 { self.rise } else { 0.0 };
            let most = self.speed * scope.dt_secs();
            self.raised += (wanted - self.raised).clamp(-most, most);
            let next = self.from + Vec3::Z * self.raised;
            scope.physics.bodies[scope.bodies[self.body]].set_next_kinematic_translation(next);
            for (body, height) in riders {
                let rider = &mut scope.physics.bodies[scope.bodies[body]];
                let next = rider.translation().with_z(height + self.raised);
                rider.set_next_kinematic_translation(next);
            }
        }
        Signal {
            active: self.raised >= self.rise,
            ..Signal::default()
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.setpoint, self.raised, f32::from(self.waits)]
    }

    fn shown(&self) -> f32 {
        self.raised / self.rise
    }

    fn memory(&self) -> [f32; 3] {
        [self.raised, 0.0, 0.0]
    }
}
