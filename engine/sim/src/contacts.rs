//! Contacts between bodies, gathered over all physics steps of a record, and the collisions with which they begin.

use crate::softs::SOFT;
use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::{ColliderHandle, ContactPair};
use rapier3d::pipeline::PhysicsWorld;
use serde::{Deserialize, Serialize};

/// Two bodies that touched since the last record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// The body with the smaller index.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Where they touched last, m, in the world's frame: the mean of the contact points weighted by impulse.
    pub point_m: [f32; 3],
    /// Unit normal there, from a to b, in the world's frame.
    pub normal: [f32; 3],
    /// Sum of the normal impulses over the physics steps since the last record, N s.
    pub impulse_ns: f32,
    /// Sum of the impulses of friction on b over these steps, N s, in the world's frame. The solver tells only what the last of its
    /// iterations in a step did: each step counts as if all of them had done the same. Zeros where it was not gathered.
    pub friction_ns: [f32; 3],
}

/// Two bodies that have begun to push each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Collision {
    /// The body with the smaller index.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// When: the end of the physics step in which they first pushed, s from the start.
    pub secs: f32,
}

/// How two bodies have been together.
#[derive(Clone, Copy, Debug)]
struct Together {
    /// The last physics step in which they touched, or nearly did.
    step: u32,
    /// True where they have pushed each other since they came together.
    pushed: bool,
}

/// Contacts and collisions since the last record.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContactLog {
    /// Sorted by bodies.
    pub(crate) contacts: Vec<Contact>,
    /// By time, and by bodies within a physics step.
    pub(crate) collisions: Vec<Collision>,
    /// One for each of `contacts`.
    together: Vec<Together>,
    /// The pairs of the record before, sorted.
    before: Vec<((u32, u32), Together)>,
}

impl ContactLog {
    /// Begins a record.
    pub(crate) fn clear(&mut self) {
        let pairs = self.contacts.iter().map(|contact| (contact.a, contact.b));
        self.before.clear();
        self.before.extend(pairs.zip(self.together.iter().copied()));
        self.contacts.clear();
        self.together.clear();
        self.collisions.clear();
    }

    /// Adds what touched in the last physics step, which was number `step`, counted from 1; with friction for who wants to know it.
    pub(crate) fn gather(&mut self, world: &PhysicsWorld, step: u32, has_friction: bool) {
        let already = self.collisions.len();
        each_contact(world, has_friction, |seen| {
            self.add(seen, step, world.integration_parameters.dt)
        });
        self.collisions[already..].sort_by_key(|collision| (collision.a, collision.b));
    }

    fn add(&mut self, seen: Contact, step: u32, dt_secs: f32) {
        let pair = (seen.a, seen.b);
        let place = match self
            .contacts
            .binary_search_by_key(&pair, |contact| (contact.a, contact.b))
        {
            // Two colliders of the same bodies in one step, or a later step: impulses add up, the last place stays.
            Ok(found) => {
                let log = &mut self.contacts[found];
                *log = Contact {
                    impulse_ns: log.impulse_ns + seen.impulse_ns,
                    friction_ns: std::array::from_fn(|axis| log.friction_ns[axis] + seen.friction_ns[axis]),
                    ..seen
                };
                found
            }
            Err(place) => {
                let earlier = self.before.binary_search_by_key(&pair, |(pair, _)| *pair);
                let apart = Together {
                    step: 0,
                    pushed: false,
                };
                let together = earlier.map_or(apart, |found| self.before[found].1);
                self.contacts.insert(place, seen);
                self.together.insert(place, together);
                place
            }
        };
        let together = &mut self.together[place];
        // Were they apart in between?
        together.pushed &= together.step + 1 >= step;
        together.step = step;
        if seen.impulse_ns > 0.0 && !together.pushed {
            together.pushed = true;
            self.collisions.push(Collision {
                a: seen.a,
                b: seen.b,
                secs: step as f32 * dt_secs,
            });
        }
    }
}

/// The bodies that a body touches, by index, each with the impulse of the last physics step, N s.
pub(crate) fn touches(world: &PhysicsWorld, handle: RigidBodyHandle) -> Vec<(usize, f32)> {
    let mut found: Vec<(usize, f32)> = Vec::new();
    for collider in world.bodies[handle].colliders() {
        for pair in world.narrow_phase.contact_pairs_with(*collider) {
            let other = if pair.collider1 == *collider {
                pair.collider2
            } else {
                pair.collider1
            };
            let body = world.colliders[other].user_data as usize;
            let points = pair
                .solver_manifolds()
                .iter()
                .flat_map(|manifold| &manifold.points);
            let impulse: f32 = points.map(|point| point.data.impulse).sum();
            match found.iter_mut().find(|(known, _)| *known == body) {
                Some((_, sum)) => *sum += impulse,
                None => found.push((body, impulse)),
            }
        }
    }
    found
}

/// Finds the contacts of the last physics step. A pair of bodies comes once for each pair of its colliders.
fn each_contact(world: &PhysicsWorld, has_friction: bool, mut found: impl FnMut(Contact)) {
    for pair in world.contact_pairs() {
        if !pair.has_any_active_contact() {
            continue;
        }
        let [first, second] =
            [pair.collider1, pair.collider2].map(|handle| world.colliders[handle].user_data as u32);
        // Contacts are told between bodies; a soft body is none.
        if first == SOFT || second == SOFT {
            continue;
        }
        let (mut impulse, mut point, mut normal, mut weight) = (0.0f32, Vec3::ZERO, Vec3::ZERO, 0.0f32);
        for manifold in pair.solver_manifolds() {
            for contact in &manifold.data.solver_contacts {
                let index = contact.contact_indices()[0] as usize;
                let share = manifold.points.get(index).map_or(0.0, |point| point.data.impulse);
                let (one, two) = manifold.data.solver_contact_world_points(contact, &world.bodies);
                // Touching without pushing still has a place.
                let share_of_place = share + 1e-9;
                point += (one + two) * (0.5 * share_of_place);
                normal += manifold.data.normal * share_of_place;
                weight += share_of_place;
                impulse += share;
            }
        }
        if weight == 0.0 {
            continue;
        }
        let turned = first > second;
        let normal = if turned { -normal } else { normal };
        let friction = match (has_friction, turned) {
            (false, _) => Vec3::ZERO,
            (true, true) => friction_on_first(world, pair),
            (true, false) => -friction_on_first(world, pair),
        };
        let (a, b) = (first.min(second), first.max(second));
        found(Contact {
            a,
            b,
            point_m: (point / weight).to_array(),
            normal: normal.normalize_or_zero().to_array(),
            impulse_ns: impulse,
            friction_ns: friction.to_array(),
        });
    }
}

/// How many contacts of a manifold have one friction together.
const SHARED: usize = 4;

/// The impulse of friction on the first body of a pair in the last physics step, as far as its last iteration tells, N s.
fn friction_on_first(world: &PhysicsWorld, pair: &ContactPair) -> Vec3 {
    let is_reduced = |collider: ColliderHandle| {
        let body = world.colliders[collider].parent();
        body.is_some_and(|body| world.multibody_joints.rigid_body_link(body).is_some())
    };
    // Each contact of a body on reduced joints has a friction of its own.
    let own = is_reduced(pair.collider1) || is_reduced(pair.collider2);
    let mut once = Vec3::ZERO;
    for manifold in pair.solver_manifolds() {
        let contacts = &manifold.data.solver_contacts;
        for contact in contacts.iter().step_by(if own { 1 } else { SHARED }) {
            let index = contact.contact_indices()[0] as usize;
            let point = manifold.points.get(index);
            once += point.map_or(Vec3::ZERO, |point| point.data.warmstart_tangent_world);
        }
    }
    once * world.integration_parameters.num_solver_iterations as f32
}
