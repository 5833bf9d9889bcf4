//! A weigher tells the mass of what is in a box of a body's frame; a clog, whether nothing of it comes out any more.

use super::{Act, Measured, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use crate::lane::BodyRow;
use glam::{Quat, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{Mechanism, Motion};

/// What is weighed, and where.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Scale {
    /// The bodies of the class with their masses, kg.
    members: Vec<(usize, f32)>,
    body: usize,
    low: Vec3,
    high: Vec3,
}

impl Scale {
    fn new(
        names: &Names<'_>,
        (bodies, physics): (&[RigidBodyHandle], &PhysicsWorld),
        (class, body): (&str, &str),
        (low_m, high_m): ([f32; 3], [f32; 3]),
    ) -> Result<Self, LaneError> {
        let all = names.world.bodies.values().enumerate();
        let members: Vec<(usize, f32)> = all
            .filter(|(_, body)| body.class == class && body.motion == Motion::Dynamic)
            .map(|(index, _)| (index, physics.bodies[bodies[index]].mass()))
            .collect();
        if members.is_empty() {
            return Err(LaneError::invalid(
                names.place("class"),
                format!("there is no dynamic body of the class `{class}`"),
            ));
        }
        Ok(Scale {
            members,
            body: names.body("body", body)?,
            low: low_m.into(),
            high: high_m.into(),
        })
    }

    /// The mass in the box, kg.
    fn mass(&self, states: &[BodyRow]) -> f32 {
        let [x, y, z, qx, qy, qz, qw, ..] = states[self.body];
        let back = Quat::from_xyzw(qx, qy, qz, qw).inverse();
        let inside = |index: usize| {
            let local = back * (Vec3::from_slice(&states[index]) - Vec3::new(x, y, z));
            local.cmpge(self.low).all() && local.cmple(self.high).all()
        };
        let members = self.members.iter();
        members
            .filter(|(index, _)| inside(*index))
            .map(|(_, mass)| mass)
            .sum()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Weigher {
    scale: Scale,
    mass: f32,
}

impl Weigher {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Weigher {
            class,
            body,
            low_m,
            high_m,
        } = mechanism
        else {
            unreachable!("called for a weigher");
        };
        let scale = Scale::new(names, (bodies, physics), (class, body), (*low_m, *high_m))?;
        Ok(Weigher { scale, mass: 0.0 })
    }
}

impl Act for Weigher {
    fn measure(&mut self, seen: &Measured<'_>) {
        self.mass = self.scale.mass(seen.states);
    }

    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.mass]
    }

    fn shown(&self) -> f32 {
        self.mass
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Clog {
    scale: Scale,
    gate: usize,
    /// Where the gate is at the start.
    shut: Vec3,
    open_m: f32,
    after_secs: f32,
    /// The mass that was left at the last record, kg.
    left: f32,
    /// For how long the gate has been open and nothing has come out, s.
    still_secs: f32,
}

impl Clog {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Clog {
            class,
            body,
            low_m,
            high_m,
            gate,
            open_m,
            after_secs,
        } = mechanism
        else {
            unreachable!("called for a clog");
        };
        let gate = names.body("gate", gate)?;
        Ok(Clog {
            scale: Scale::new(names, (bodies, physics), (class, body), (*low_m, *high_m))?,
            gate,
            shut: names.world.bodies[gate].position_m.into(),
            open_m: *open_m,
            after_secs: *after_secs,
            left: f32::INFINITY,
            still_secs: 0.0,
        })
    }
}

impl Act for Clog {
    fn measure(&mut self, seen: &Measured<'_>) {
        let left = self.scale.mass(seen.states);
        let open = (Vec3::from_slice(&seen.states[self.gate]) - self.shut).length() >= self.open_m;
        let still = open && left > 0.0 && left >= self.left;
        self.still_secs = if still {
            self.still_secs + seen.record_secs
        } else {
            0.0
        };
        self.left = left;
    }

    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, _: &mut Scope<'_>, _: &[f32]) -> Signal {
        Signal::default()
    }

    fn shown(&self) -> f32 {
        // Sums of tenths of a second are not exact.
        f32::from(self.still_secs > self.after_secs - 1e-3)
    }

    fn memory(&self) -> [f32; 3] {
        [self.left, self.still_secs, 0.0]
    }
}
