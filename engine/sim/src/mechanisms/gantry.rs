//! A gantry moves a kinematic body by commanded velocity inside a box.
//!
//! The solver gives a kinematic body all the force there is: unhindered it presses blocks through tables until the world
//! explodes. So a gantry yields: where it, or what hangs on it, is pressed into something, it does not go on that way, and where
//! it is deep inside it is pushed back.

use super::command::Command;
use super::delay::Delay;
use super::{Act, Names, Scope, Signal, letter};
use crate::action::ActionChannel;
use crate::fault::LaneError;
use glam::Vec3;
use rapier3d::dynamics::{ImpulseJoint, JointAxesMask, RigidBodyHandle};
use rapier3d::math::Pose;
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};
use terrella_spec::world::{FaultKind, Mechanism, Motion};

/// Contacts that are deeper mean that the gantry presses, m. Pushing a body that can move stays well below.
pub(super) const YIELD_DEPTH_M: f32 = 0.003;
/// Contacts that are deeper push the gantry back, m. Not going on is not enough: a face that slides along itself drags what it
/// rubs on under it, as a wedge.
const PUSH_BACK_DEPTH_M: f32 = 2.0 * YIELD_DEPTH_M;
/// The share of what is deeper that it goes back in a step: a drag of 5 cm/s keeps it 4 mm deeper at 120 steps a second.
const PUSH_BACK_SHARE: f32 = 0.1;
/// A weld that is strained further means that what hangs on it cannot follow, m: it is stiffer against the ground than against its weld.
const YIELD_STRAIN_M: f32 = 0.01;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Gantry {
    body: usize,
    axes: Vec<usize>,
    max_speed: f32,
    max_acceleration: f32,
    low: Vec3,
    high: Vec3,
    velocity: Vec3,
    delay: Delay,
    faulty: Command,
    /// What it was told last, one number an axis.
    setpoint: Vec<f32>,
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
            delay_secs,
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
            setpoint: vec![0.0; names.axes(axes)?.len()],
            axes: names.axes(axes)?,
            max_speed: *max_speed_mps,
            max_acceleration: *max_acceleration_mps2,
            low: (*low_m).into(),
            high: (*high_m).into(),
            velocity: Vec3::ZERO,
            delay: Delay::new(names, delay_secs.unwrap_or(0.0))?,
            faulty: Command::default(),
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
        self.setpoint.copy_from_slice(inputs);
        let arrived = self.delay.pass(dt, inputs);
        let fastest = self.max_speed * scope.faults.strength();
        let arrived = self.faulty.take(&scope.faults, &arrived);
        let handle = scope.bodies[self.body];
        let start = scope.physics.bodies[handle].translation();
        let mut next = start;
        if scope.faults.has(FaultKind::Jam) {
            self.velocity = Vec3::ZERO;
            return Signal::default();
        }
        for (axis, command) in self.axes.iter().zip(arrived) {
            let most = self.max_acceleration * dt;
            let command = command.clamp(-fastest, fastest);
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
        go(scope.physics, handle, next, &mut self.velocity);
        Signal::default()
    }

    fn telemetry(&self) -> Vec<f32> {
        let velocities = self.axes.iter().map(|axis| self.velocity[*axis]);
        self.setpoint.iter().copied().chain(velocities).collect()
    }

    fn shown(&self) -> f32 {
        0.0
    }

    fn memory(&self) -> [f32; 3] {
        self.velocity.to_array()
    }

    fn waiting(&self) -> Vec<f32> {
        let held = self.faulty.waiting().iter();
        self.delay.waiting().iter().chain(held).copied().collect()
    }
}

fn is_weld(joint: &ImpulseJoint) -> bool {
    joint.data.locked_axes == JointAxesMask::LOCKED_FIXED_AXES
}

/// A body, what is joined to it, and all that is welded to that.
fn carried(world: &PhysicsWorld, handle: RigidBodyHandle) -> Vec<RigidBodyHandle> {
    let mut bodies = vec![handle];
    let mut next = 0;
    while next < bodies.len() {
        let own = bodies[next];
        for (one, other, _, joint) in world.impulse_joints.attached_joints(own) {
            let far = if one == own { other } else { one };
            if (next == 0 || is_weld(joint)) && world.bodies[far].is_dynamic() && !bodies.contains(&far) {
                bodies.push(far);
            }
        }
        next += 1;
    }
    bodies
}

/// Moves a kinematic body to `next` in the coming step, as far as what it is pressed into lets it.
pub(super) fn go(world: &mut PhysicsWorld, handle: RigidBodyHandle, mut next: Vec3, velocity: &mut Vec3) {
    yields(world, handle, &mut next, velocity);
    world.bodies[handle].set_next_kinematic_translation(next);
}

/// Keeps `next`, and a velocity, from leading further into what a kinematic body is pressed into; true where it is pressed into
/// something.
pub(super) fn yields(
    world: &PhysicsWorld,
    handle: RigidBodyHandle,
    next: &mut Vec3,
    velocity: &mut Vec3,
) -> bool {
    let start = world.bodies[handle].translation();
    let presses = pressed(world, handle, YIELD_DEPTH_M);
    for Press { direction, depth_m } in &presses {
        let back = PUSH_BACK_SHARE * (depth_m - PUSH_BACK_DEPTH_M).max(0.0);
        *next -= *direction * ((*next - start).dot(*direction) + back).max(0.0);
        *velocity -= *direction * velocity.dot(*direction).max(0.0);
    }
    !presses.is_empty()
}

/// That a body is pressed into another.
pub(super) struct Press {
    /// From the one that presses to the other.
    pub direction: Vec3,
    /// How deep; 0 where it is held back by a weld.
    depth_m: f32,
}

/// The directions in which a body is ahead of what is welded to it and does not follow.
fn strained(world: &PhysicsWorld, handle: RigidBodyHandle) -> impl Iterator<Item = Vec3> + '_ {
    let joints = world.impulse_joints.attached_joints(handle);
    let welds = joints.filter(|(.., joint)| is_weld(joint));
    welds.filter_map(move |(one, other, _, joint)| {
        let at = |body: RigidBodyHandle, frame: Pose| (*world.bodies[body].position() * frame).translation;
        let apart = at(one, joint.data.local_frame1) - at(other, joint.data.local_frame2);
        let ahead = if one == handle { apart } else { -apart };
        (ahead.length() > YIELD_STRAIN_M).then(|| ahead.normalize())
    })
}

/// The directions in which a body, or one that it carries, is pressed into others deeper than this (m), or cannot be followed by what it carries.
pub(super) fn pressed(world: &PhysicsWorld, handle: RigidBodyHandle, deep_m: f32) -> Vec<Press> {
    let bodies = carried(world, handle);
    let held_back = |direction| Press {
        direction,
        depth_m: 0.0,
    };
    let mut presses: Vec<Press> = strained(world, handle).map(held_back).collect();
    for body in &bodies {
        for collider in world.bodies[*body].colliders() {
            for pair in world.narrow_phase.contact_pairs_with(*collider) {
                let other = if pair.collider1 == *collider {
                    pair.collider2
                } else {
                    pair.collider1
                };
                let inside = world.colliders[other]
                    .parent()
                    .is_some_and(|parent| bodies.contains(&parent));
                if inside {
                    continue;
                }
                for manifold in pair.solver_manifolds() {
                    let depth_m = manifold
                        .points
                        .iter()
                        .map(|point| -point.dist)
                        .fold(0.0, f32::max);
                    let sign = if pair.collider1 == *collider { 1.0 } else { -1.0 };
                    if depth_m > deep_m {
                        presses.push(Press {
                            direction: manifold.data.normal * sign,
                            depth_m,
                        });
                    }
                }
            }
        }
    }
    presses
}
