//! A belt: a body that stands still and carries what lies on it along, or a turntable, which turns under it.
//!
//! The solver is told that the contacts on the upper side slide at the belt's speed ([`Surfaces`]). The belt itself is one
//! number, its speed: a drive of limited force works against the friction of the belt and of what lies on it. The
//! force that speeds parcels up is not among what slows the belt. A turntable's contacts are as those of any body that turns.

use super::command::Command;
use super::{Act, Names, Scope, Signal, slowed};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::{Quat, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::pipeline::{ActiveHooks, ContactModificationContext, PhysicsHooks, PhysicsWorld};
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FaultKind, Mechanism, Motion};

/// Contacts whose normal is nearer to the vertical than this (as a cosine) are on the upper side.
const UPRIGHT: f32 = 0.7;
/// The drive works at its limit when this share of the largest speed is missing.
const FULL_EFFORT_AT: f32 = 0.1;
/// How far a belt that runs wholly askew carries aside, as a share of the way.
const ASKEW: f32 = 1.0 / 3.0;
/// It reports a stall where for so long it has been slower than this share of what it is told, s.
const STALL_SECS: f32 = 1.0;
const STALL_SHARE: f32 = 0.1;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Belt {
    body: usize,
    direction: Vec3,
    /// How far the rim of a turntable is from its axis, m; none where the body stands still.
    rim: Option<f32>,
    max_speed: f32,
    max_force: f32,
    mass: f32,
    drag: f32,
    load_drag: f32,
    stopped_by: Option<usize>,
    command: Command,
    /// Speed of the drum, m/s.
    speed: f32,
    /// Speed of the upper side, m/s.
    carries: f32,
    /// How far it carries to the right of its way, as a share of that.
    aside: f32,
    setpoint: f32,
    effort: f32,
    /// For how long it has hardly moved though it was told to, s.
    stands_secs: f32,
}

impl Belt {
    pub(super) fn new(
        names: &Names<'_>,
        mechanism: &Mechanism<f32>,
        bodies: &[RigidBodyHandle],
        physics: &mut PhysicsWorld,
    ) -> Result<Self, LaneError> {
        let Mechanism::Belt {
            body,
            direction,
            max_speed_mps,
            max_force_n,
            moving_mass_kg,
            drag_n,
            load_drag,
            stopped_by,
        } = mechanism
        else {
            unreachable!("called for a belt")
        };
        let index = names.body("body", body)?;
        let invalid = |field: &str, reason: &str| Err(LaneError::invalid(names.place(field), reason));
        let rim = match names.world.bodies[index].motion {
            Motion::Fixed => None,
            Motion::Kinematic => Some(rim_m(physics, bodies[index])),
            Motion::Dynamic => {
                let reason =
                    format!("`{body}` must have motion = \"fixed\", or \"kinematic\" where it turns");
                return invalid("body", &reason);
            }
        };
        let Some(along) = Vec3::from_array(*direction).try_normalize() else {
            return invalid("direction", "must not be the zero vector");
        };
        if rim.is_some() && along.z.abs() < UPRIGHT {
            return invalid("direction", "a body that turns wants an upright axis");
        }
        let above_0 = |value: &f32| *value > 0.0;
        if !above_0(moving_mass_kg) {
            return invalid("moving_mass_kg", "must be above 0");
        }
        if !above_0(max_speed_mps) {
            return invalid("max_speed_mps", "must be above 0");
        }
        let stopped_by = match stopped_by {
            None => None,
            Some(name) => Some(names.mechanism("stopped_by", name)?),
        };
        if stopped_by.is_some_and(|stop| !matches!(names.world.mechanisms[stop], Mechanism::Stop {})) {
            return invalid("stopped_by", "must name a `stop`");
        }
        for collider in physics.bodies[bodies[index]].colliders().to_vec() {
            physics.colliders[collider].set_active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS);
        }
        Ok(Belt {
            body: index,
            direction: along,
            rim,
            max_speed: *max_speed_mps,
            max_force: *max_force_n,
            mass: *moving_mass_kg,
            drag: *drag_n,
            load_drag: *load_drag,
            stopped_by,
            command: Command::default(),
            speed: 0.0,
            carries: 0.0,
            aside: 0.0,
            setpoint: 0.0,
            effort: 0.0,
            stands_secs: 0.0,
        })
    }

    /// The body and the velocity of its upper side in the world's frame, m/s; none where it turns.
    pub(super) fn surface(&self, physics: &PhysicsWorld, bodies: &[RigidBodyHandle]) -> Option<Surface> {
        if self.rim.is_some() {
            return None;
        }
        let body = bodies[self.body];
        let turn = *physics.bodies[body].rotation();
        let mut velocity = turn * self.direction * self.carries;
        if self.aside != 0.0 {
            velocity += turn * self.direction.cross(Vec3::Z) * (self.carries * self.aside);
        }
        Some(Surface { body, velocity })
    }

    /// Turns a turntable for one step.
    fn turn(&self, scope: &mut Scope<'_>, rim: f32) {
        let turned = self.carries / rim * scope.dt_secs();
        let body = &mut scope.physics.bodies[scope.bodies[self.body]];
        let next = *body.rotation() * Quat::from_axis_angle(self.direction, turned);
        body.set_next_kinematic_rotation(next.normalize());
    }

    /// True while its drive has tried for a while to move it and could not.
    fn stalls(&self) -> bool {
        self.stands_secs >= STALL_SECS
    }
}

/// How far a body reaches from its origin, along the world's x, m.
fn rim_m(physics: &PhysicsWorld, body: RigidBodyHandle) -> f32 {
    let body = &physics.bodies[body];
    let reaches = body.colliders().iter().map(|collider| {
        let whole = physics.colliders[*collider].compute_aabb();
        whole.maxs.x - body.translation().x
    });
    reaches.fold(0.0, f32::max)
}

/// The force with which contacts pressed on a body in the last step, N.
fn pressed_with(physics: &PhysicsWorld, body: RigidBodyHandle, dt_secs: f32) -> f32 {
    let mut impulse = 0.0;
    for collider in physics.bodies[body].colliders() {
        for pair in physics.narrow_phase.contact_pairs_with(*collider) {
            for manifold in pair.solver_manifolds() {
                impulse += manifold
                    .points
                    .iter()
                    .map(|point| point.data.impulse)
                    .sum::<f32>();
            }
        }
    }
    impulse / dt_secs
}

impl Act for Belt {
    fn channels(&self, name: &str) -> Vec<ActionChannel> {
        vec![ActionChannel::new(name, "speed", "m/s", 0.0, self.max_speed)]
    }

    fn act(&mut self, scope: &mut Scope<'_>, inputs: &[f32]) -> Signal {
        let dt = scope.dt_secs();
        let stopped = self.stopped_by.is_some_and(|stop| scope.signals[stop].active);
        self.setpoint = inputs[0];
        let wanted = if stopped { 0.0 } else { inputs[0] };
        let wanted = self.command.take(&scope.faults, &[wanted])[0];
        let limit = self.max_force * scope.faults.strength();
        let carried = pressed_with(scope.physics, scope.bodies[self.body], dt);
        let rubs =
            self.drag + self.load_drag * carried + self.max_force * scope.faults.severity(FaultKind::Drag);
        let slows = rubs * dt / self.mass;
        // The force in proportion to what is missing at the end of the step, so that stiff drives are stable.
        let gain = self.max_force / (FULL_EFFORT_AT * self.max_speed);
        let missing = wanted - slowed(self.speed, slows);
        self.effort = (gain * missing / (1.0 + gain * dt / self.mass)).clamp(-limit, limit);
        self.speed = if scope.faults.has(FaultKind::Jam) {
            0.0
        } else {
            slowed(self.speed + self.effort * dt / self.mass, slows)
        };
        self.carries = self.speed * (1.0 - scope.faults.severity(FaultKind::Slip));
        self.aside = ASKEW * scope.faults.severity(FaultKind::Skew);
        if let Some(rim) = self.rim {
            self.turn(scope, rim);
        }
        // A belt without a drive does not try.
        let stands = self.max_force > 0.0 && wanted > 0.0 && self.speed < STALL_SHARE * wanted;
        self.stands_secs = if stands {
            (self.stands_secs + dt).min(STALL_SECS)
        } else {
            0.0
        };
        Signal::default()
    }

    fn telemetry(&self) -> Vec<f32> {
        vec![self.setpoint, self.effort, self.speed, f32::from(self.stalls())]
    }

    fn shown(&self) -> f32 {
        self.carries
    }

    fn memory(&self) -> [f32; 3] {
        [self.carries, self.speed, self.aside]
    }

    fn waiting(&self) -> Vec<f32> {
        [&[self.stands_secs], self.command.waiting()].concat()
    }
}

/// A body whose upper side moves.
pub(crate) struct Surface {
    body: RigidBodyHandle,
    velocity: Vec3,
}

/// What the solver is told of all belts of a world for one step.
pub(crate) struct Surfaces(pub(crate) Vec<Surface>);

impl PhysicsHooks for Surfaces {
    fn modify_solver_contacts(&self, context: &mut ContactModificationContext<'_>) {
        let (first, second) = (context.rigid_body1, context.rigid_body2);
        let Some(rigid) = context.rigid_mut() else { return };
        if rigid.normal.z.abs() < UPRIGHT {
            return;
        }
        for surface in &self.0 {
            // The solver wants the velocity of the first body's surface against the second's.
            let velocity = if first == Some(surface.body) {
                surface.velocity
            } else if second == Some(surface.body) {
                -surface.velocity
            } else {
                continue;
            };
            for contact in rigid.solver_contacts.iter_mut() {
                contact.tangent_velocity = velocity;
            }
        }
    }
}
