//! A lifter: a carrier drives under a load, lifts it, carries it, and sets it down where it belongs.
//!
//! Loads are kinematic and go with the carrier exactly. What a load is in the way of stops its carrier no sooner than
//! the carrier itself is stopped.

use super::{Act, Names, Scope, Signal};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec2, Vec3};
use rapier3d::math::Pose;
use serde::{Deserialize, Serialize};
use terrella_spec::world::Mechanism;

/// How fast it lifts and lowers, m/s.
const LIFT_MPS: f32 = 0.1;
/// A carrier stands when it is slower than this, m/s.
const STANDS_MPS: f32 = 0.02;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Load {
    body: usize,
    place: [f32; 2],
    /// Height of its origin where it stands, m.
    height: f32,
    mass_kg: f32,
    delivered: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lifter {
    body: usize,
    loads: Vec<Load>,
    within: f32,
    lift: f32,
    /// Which load it has, and how that lies in the carrier's frame: x and y, m, and turned, rad.
    held: Option<(usize, [f32; 3])>,
    raised: f32,
    /// Where it is about to lift to, m.
    setpoint: f32,
}

impl Lifter {
    pub(super) fn new(names: &Names<'_>, mechanism: &Mechanism<f32>) -> Result<Self, LaneError> {
        let Mechanism::Lifter {
            body,
            loads,
            places_m,
            within_m,
            lift_m,
        } = mechanism
        else {
            unreachable!("called for a lifter");
        };
        names.one_for_each("places_m", places_m.len(), "place", loads.len(), "loads")?;
        let load = |(name, place): (&String, &[f32; 2])| {
            let body = names.kinematic_body("loads", name)?;
            let own = &names.world.bodies[body];
            Ok(Load {
                body,
                place: *place,
                height: own.position_m[2],
                mass_kg: own.material.mass_kg.unwrap_or(0.0),
                delivered: false,
            })
        };
        Ok(Lifter {
            body: names.body("body", body)?,
            loads: loads
                .iter()
                .zip(places_m)
                .map(load)
                .collect::<Result<_, LaneError>>()?,
            within: *within_m,
            lift: *lift_m,
            held: None,
            raised: 0.0,
            setpoint: 0.0,
        })
    }

    /// The mass that it carries, kg.
    fn carried_kg(&self) -> f32 {
        self.held.map_or(0.0, |(index, _)| self.loads[index].mass_kg)
    }

    /// The load that the carrier stands under and that waits to be carried.
    fn found(&self, scope: &Scope<'_>, here: Vec2) -> Option<usize> {
        self.loads.iter().position(|load| {
            let at = scope.physics.bodies[scope.bodies[load.body]].translation();
            !load.delivered && at.truncate().distance(here) <= self.within
        })
    }
}

/// The angle of a turn about Z, rad.
fn yaw(rotation: Quat) -> f32 {
    let ahead = rotation * Vec3::X;
    libm::atan2f(ahead.y, ahead.x)
}

impl Act for Lifter {
    fn channels(&self, _: &str) -> Vec<ActionChannel> {
        Vec::new()
    }

    fn act(&mut self, scope: &mut Scope<'_>, _: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let carrier = &scope.physics.bodies[scope.bodies[self.body]];
        // Where it will be after this step: its drive has acted before.
        let next = *carrier.next_position();
        let here = next.translation.truncate();
        let stands = carrier.linvel().truncate().length() < STANDS_MPS;
        if self.held.is_none() && stands {
            self.held = self.found(scope, here).map(|index| {
                let load = scope.physics.bodies[scope.bodies[self.loads[index].body]].position();
                let offset = next.rotation.inverse() * (load.translation - next.translation);
                (
                    index,
                    [offset.x, offset.y, yaw(load.rotation) - yaw(next.rotation)],
                )
            });
        }
        self.setpoint = 0.0;
        if let Some((index, [x, y, turned])) = self.held {
            let load = &self.loads[index];
            let there = Vec2::from(load.place).distance(here) <= self.within;
            let way = if stands && there { -LIFT_MPS } else { LIFT_MPS };
            self.setpoint = if way > 0.0 { self.lift } else { 0.0 };
            self.raised = (self.raised + way * dt).clamp(0.0, self.lift);
            let flat = (next.translation + next.rotation * Vec3::new(x, y, 0.0)).truncate();
            let pose = Pose {
                translation: flat.extend(load.height + self.raised),
                rotation: (next.rotation * Quat::from_rotation_z(turned)).normalize(),
                ..next
            };
            scope.physics.bodies[scope.bodies[load.body]].set_next_kinematic_position(pose);
            if way < 0.0 && self.raised <= 0.0 {
                self.loads[index].delivered = true;
                self.held = None;
            }
        }
        Signal {
            active: self.held.is_some(),
            load_kg: self.carried_kg(),
            done: self.loads.iter().all(|load| load.delivered),
            ..Signal::default()
        }
    }

    fn telemetry(&self) -> Vec<f32> {
        let loaded = f32::from(self.held.is_some());
        vec![self.setpoint, self.raised, loaded, self.carried_kg()]
    }

    fn shown(&self) -> f32 {
        let delivered = self.loads.iter().filter(|load| load.delivered).count() as f32;
        delivered + if self.held.is_some() { 0.5 } else { 0.0 }
    }

    fn memory(&self) -> [f32; 3] {
        let held = self.held.map_or(-1.0, |(index, _)| index as f32);
        [self.shown(), self.raised, held]
    }

    fn waiting(&self) -> Vec<f32> {
        let offset = self.held.map_or([0.0; 3], |(_, offset)| offset);
        let delivered = self.loads.iter().map(|load| f32::from(u8::from(load.delivered)));
        offset.into_iter().chain(delivered).collect()
    }

    fn held(&self) -> Option<usize> {
        self.held.map(|(index, _)| self.loads[index].body)
    }
}
