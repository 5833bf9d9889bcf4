//! Tears in soft bodies: what becomes of their vertices and in how many pieces they are.
//!
//! The solver splits a vertex that a tear passes through in two, and makes a soft body of its own of each piece that comes off.
//! Records want one list of vertices in which each keeps its place: it is kept here which particle of which piece is which vertex.

use rapier3d::dynamics::{RigidBodySet, SoftBodyEdgeKind, SoftBodyHandle, SoftBodySet, SoftBodyTearEvent};
use rapier3d::geometry::{ColliderSet, CollisionEvent, ContactPair};
use rapier3d::math::Real;
use rapier3d::pipeline::{EventHandler, PhysicsWorld};
use std::sync::Mutex;

/// A part of a soft body that is joined, or was at the start.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) handle: SoftBodyHandle,
    /// Which vertex each of its particles is.
    pub(crate) vertices: Vec<u32>,
}

impl Piece {
    /// All of a soft body with so many vertices.
    pub(crate) fn whole(handle: SoftBodyHandle, vertices: usize) -> Self {
        Piece {
            handle,
            vertices: (0..vertices as u32).collect(),
        }
    }

    /// Appends the vertices of its segments, or of the triangles of its surface.
    pub(crate) fn corners(&self, physics: &PhysicsWorld, is_wire: bool, into: &mut Vec<u32>) {
        let body = &physics.soft_bodies[self.handle];
        let vertex = |particle: &u32| self.vertices[*particle as usize];
        if is_wire {
            let edges = body.edges().iter();
            let segments = edges.filter(|edge| edge.kind == SoftBodyEdgeKind::Structural);
            into.extend(segments.flat_map(|edge| &edge.vertices).map(vertex));
        } else {
            into.extend(body.boundary().as_flattened().iter().map(vertex));
        }
    }
}

/// Lets the pieces of a soft body with so many vertices follow a tear, if it is one of theirs; tells how many vertices there are more.
pub(crate) fn torn(pieces: &mut Vec<Piece>, vertices: usize, event: &SoftBodyTearEvent) -> usize {
    let Some(index) = pieces.iter().position(|piece| piece.handle == event.soft_body) else {
        return 0;
    };
    // Copies are behind all particles that were there, in order.
    let more = event.split_particles.len();
    let new = (0..more).map(|copy| (vertices + copy) as u32);
    let mut all = std::mem::take(&mut pieces[index].vertices);
    all.extend(new);
    if event.pieces.is_empty() {
        pieces[index].vertices = all;
    } else {
        let apart = event.pieces.iter().map(|piece| Piece {
            handle: piece.soft_body,
            vertices: piece
                .particles
                .iter()
                .map(|particle| all[*particle as usize])
                .collect(),
        });
        pieces.splice(index..=index, apart);
    }
    more
}

/// Takes down the tears of a step.
#[derive(Default)]
pub(crate) struct Tears(Mutex<Vec<SoftBodyTearEvent>>);

impl Tears {
    /// In the order in which they were torn.
    pub(crate) fn events(self) -> Vec<SoftBodyTearEvent> {
        self.0.into_inner().expect("nobody panics who takes down a tear")
    }
}

impl EventHandler for Tears {
    fn handle_collision_event(
        &self,
        _: &RigidBodySet,
        _: &ColliderSet,
        _: CollisionEvent,
        _: Option<&ContactPair>,
    ) {
    }

    fn handle_contact_force_event(
        &self,
        _: Real,
        _: &RigidBodySet,
        _: &ColliderSet,
        _: &ContactPair,
        _: Real,
    ) {
    }

    fn handle_soft_body_tear_event(&self, _: &SoftBodySet, event: &SoftBodyTearEvent) {
        let mut events = self.0.lock().expect("nobody panics who takes down a tear");
        events.push(event.clone());
    }
}
