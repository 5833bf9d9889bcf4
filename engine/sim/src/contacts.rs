//! Contacts between bodies, gathered over all physics steps of a record.

use crate::softs::SOFT;
use glam::Vec3;
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
}

/// Adds the contacts of the last physics step to `log`, which is kept sorted by bodies.
pub(crate) fn gather(world: &PhysicsWorld, log: &mut Vec<Contact>) {
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
        let (a, b) = (first.min(second), first.max(second));
        let seen = Contact {
            a,
            b,
            point_m: (point / weight).to_array(),
            normal: normal.normalize_or_zero().to_array(),
            impulse_ns: impulse,
        };
        match log.binary_search_by_key(&(a, b), |contact| (contact.a, contact.b)) {
            // Two colliders of the same bodies in one step, or a later step: impulses add up, the last place stays.
            Ok(found) => {
                log[found] = Contact {
                    impulse_ns: log[found].impulse_ns + impulse,
                    ..seen
                }
            }
            Err(place) => log.insert(place, seen),
        }
    }
}
