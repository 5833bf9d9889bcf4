//! How far a body is above what is below it.

use glam::Vec3;
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::parry::query::{ShapeCastOptions, cast_shapes};
use rapier3d::parry::shape::{Shape, TriMesh};
use rapier3d::pipeline::PhysicsWorld;

/// Farther than this is nothing below, m.
const FAR_M: f32 = 1000.0;

/// How far a body can be lowered, without being turned, until it touches another one, m; 0 where it touches one already. None: there
/// is nothing below.
pub(crate) fn fall_m(physics: &PhysicsWorld, body: RigidBodyHandle) -> Option<f32> {
    let own = &physics.bodies[body];
    let mut nearest: Option<f32> = None;
    for one in own.colliders().iter().map(|handle| &physics.colliders[*handle]) {
        let own_mesh = mesh_of(one.shape());
        let others = physics
            .colliders
            .iter()
            .filter(|(_, other)| other.parent() != Some(body) && !other.is_sensor() && other.is_enabled());
        for (_, other) in others {
            let options = ShapeCastOptions {
                stop_at_penetration: true,
                ..ShapeCastOptions::with_max_time_of_impact(nearest.unwrap_or(FAR_M))
            };
            let other_mesh = mesh_of(other.shape());
            let hit = cast_shapes(
                one.position(),
                Vec3::NEG_Z,
                own_mesh.as_ref().map_or(one.shape(), |mesh| mesh as &dyn Shape),
                other.position(),
                Vec3::ZERO,
                other_mesh
                    .as_ref()
                    .map_or(other.shape(), |mesh| mesh as &dyn Shape),
                options,
            );
            // Two shapes of which nobody knows how they meet do not meet.
            if let Ok(Some(hit)) = hit {
                nearest = Some(nearest.map_or(hit.time_of_impact, |near| near.min(hit.time_of_impact)));
            }
        }
    }
    nearest
}

/// The triangles of a height field, which is cast by them: Parry's own cast panics where the shape is not above the field.
fn mesh_of(shape: &dyn Shape) -> Option<TriMesh> {
    let (vertices, triangles) = shape.as_heightfield()?.to_trimesh();
    TriMesh::new(vertices, triangles).ok()
}
