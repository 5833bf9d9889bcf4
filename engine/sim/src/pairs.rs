//! Contacts of pairs of shapes that the solver's own library finds too late, or not at all.
//!
//! **Invariant:** what is answered is a function of the shapes, of where they stand and of the manifold that is kept from step to
//! step, as the library's own answers are.

use crate::ellipsoid::Ellipsoid;
use rapier3d::geometry::Shape;
use rapier3d::math::{Pose, Vector};
use rapier3d::parry::query::details::{NormalConstraints, ShapeCastOptions, contact_manifold_cuboid_cuboid};
use rapier3d::parry::query::{
    ClosestPoints, Contact, ContactManifold, ContactManifoldsWorkspace, DefaultQueryDispatcher,
    NonlinearRigidMotion, PersistentQueryDispatcher, QueryDispatcher, QueryDispatcherChain, ShapeCastHit,
    ShapeDistance, ShapeIntersection, Unsupported,
};

use rapier3d::parry::shape::Cuboid;

/// By how much boxes that are grains are magnified: to about a metre. A power of two, so that nothing is rounded.
const MAGNIFIED: f32 = 64.0;

/// Who answers for pairs of shapes in a world with ellipsoids, or with boxes that are grains.
pub(crate) fn dispatcher(has_grains: bool) -> QueryDispatcherChain<Pairs, DefaultQueryDispatcher> {
    Pairs { has_grains }.chain(DefaultQueryDispatcher)
}

/// Contacts of those pairs; nothing else.
pub(crate) struct Pairs {
    /// Boxes are magnified.
    has_grains: bool,
}

impl<M: Default, C: Default + Copy> PersistentQueryDispatcher<M, C> for Pairs
where
    DefaultQueryDispatcher: PersistentQueryDispatcher<M, C>,
{
    /// The solver keeps a contact's point on both shapes until they have turned by a degree against each other. For what has
    /// faces that is right; on a rocking ellipsoid the point trails behind, and pumps it up. So there it is found anew.
    fn contact_manifolds(
        &self,
        pos12: &Pose,
        first: &dyn Shape,
        second: &dyn Shape,
        prediction: f32,
        manifolds: &mut Vec<ContactManifold<M, C>>,
        workspace: &mut Option<ContactManifoldsWorkspace>,
    ) -> Result<(), Unsupported> {
        if self.has_grains
            && let (Some(one), Some(other)) = (first.as_cuboid(), second.as_cuboid())
        {
            if manifolds.is_empty() {
                manifolds.push(ContactManifold::new());
            }
            between_boxes(pos12, one, other, prediction, &mut manifolds[0]);
            return Ok(());
        }
        let any = [first, second]
            .iter()
            .any(|shape| shape.as_shape::<Ellipsoid>().is_some());
        if !any {
            return Err(Unsupported);
        }
        for manifold in manifolds.iter_mut() {
            manifold.mark_shapes_deformed();
        }
        DefaultQueryDispatcher.contact_manifolds(pos12, first, second, prediction, manifolds, workspace)
    }

    fn contact_manifold_convex_convex(
        &self,
        _: &Pose,
        _: &dyn Shape,
        _: &dyn Shape,
        _: Option<&dyn NormalConstraints>,
        _: Option<&dyn NormalConstraints>,
        _: f32,
        _: &mut ContactManifold<M, C>,
    ) -> Result<(), Unsupported> {
        Err(Unsupported)
    }
}

/// Contacts of two boxes, found as if both were so much larger.
///
/// Where edges of two faces cross, the library calls them parallel if the product of their squared lengths times the squared sine
/// of the angle between them is below 1.2e-7, in m^4: edges of 17 mm or less, at every angle. Two cubes of 17 mm that lie on
/// each other, turned by 30 degrees, have no corner on the other's face: they had no contact at all, and fell through each other.
fn between_boxes<M, C: Default + Copy>(
    pos12: &Pose,
    one: &Cuboid,
    other: &Cuboid,
    prediction: f32,
    manifold: &mut ContactManifold<M, C>,
) {
    if manifold.try_update_contacts(pos12) {
        return;
    }
    scale_points(manifold, MAGNIFIED);
    let [one, other] = [one, other].map(|own| Cuboid::new(own.half_extents * MAGNIFIED));
    let mut far = *pos12;
    far.translation *= MAGNIFIED;
    contact_manifold_cuboid_cuboid(&far, &one, &other, prediction * MAGNIFIED, manifold);
    scale_points(manifold, 1.0 / MAGNIFIED);
}

fn scale_points<M, C>(manifold: &mut ContactManifold<M, C>, by: f32) {
    for point in &mut manifold.points {
        point.local_p1 *= by;
        point.local_p2 *= by;
        point.dist *= by;
    }
}

impl QueryDispatcher for Pairs {
    fn intersection_test(
        &self,
        _: &Pose,
        _: &dyn Shape,
        _: &dyn Shape,
    ) -> Result<ShapeIntersection, Unsupported> {
        Err(Unsupported)
    }

    fn distance(&self, _: &Pose, _: &dyn Shape, _: &dyn Shape) -> Result<ShapeDistance, Unsupported> {
        Err(Unsupported)
    }

    fn contact(
        &self,
        _: &Pose,
        _: &dyn Shape,
        _: &dyn Shape,
        _: f32,
    ) -> Result<Option<Contact>, Unsupported> {
        Err(Unsupported)
    }

    fn closest_points(
        &self,
        _: &Pose,
        _: &dyn Shape,
        _: &dyn Shape,
        _: f32,
    ) -> Result<ClosestPoints, Unsupported> {
        Err(Unsupported)
    }

    fn cast_shapes(
        &self,
        _: &Pose,
        _: Vector,
        _: &dyn Shape,
        _: &dyn Shape,
        _: ShapeCastOptions,
    ) -> Result<Option<ShapeCastHit>, Unsupported> {
        Err(Unsupported)
    }

    fn cast_shapes_nonlinear(
        &self,
        _: &NonlinearRigidMotion,
        _: &dyn Shape,
        _: &NonlinearRigidMotion,
        _: &dyn Shape,
        _: f32,
        _: f32,
        _: bool,
    ) -> Result<Option<ShapeCastHit>, Unsupported> {
        Err(Unsupported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::{Quat, Vec3};

    /// The lowest and highest separation of the contacts of two cubes of this edge, one on the other with `gap` edges between
    /// them, turned by `yaw` about the vertical; none without a contact.
    fn between(edge_m: f32, gap: f32, yaw: f32) -> Option<(f32, f32)> {
        let cube = Cuboid::new(Vector::splat(0.5 * edge_m));
        let pose = Pose::from_parts(Vec3::Z * edge_m * (1.0 + gap), Quat::from_rotation_z(yaw));
        let mut manifolds = Vec::<ContactManifold<(), ()>>::new();
        dispatcher(true)
            .contact_manifolds(&pose, &cube, &cube, 0.1 * edge_m, &mut manifolds, &mut None)
            .expect("boxes");
        let apart = manifolds[0].points.iter().map(|point| point.dist / edge_m);
        apart.fold(None, |found, dist| {
            let (low, high) = found.unwrap_or((dist, dist));
            Some((low.min(dist), high.max(dist)))
        })
    }

    /// Edges of small boxes were taken for parallel: cubes of 17 mm that were turned against each other had no contact.
    #[test]
    fn small_cubes_that_are_turned_against_each_other_touch() {
        for edge_m in [0.008, 0.017, 0.03, 0.1] {
            for yaw_deg in [1.0f32, 10.0, 30.0, 45.0, 62.0, 85.0] {
                for gap in [-0.05f32, 0.02] {
                    let found = between(edge_m, gap, yaw_deg.to_radians());
                    let place = format!("{edge_m} m, {yaw_deg} degrees, gap {gap}");
                    let (low, high) = found.unwrap_or_else(|| panic!("{place}: no contact"));
                    assert!(
                        (low - gap).abs() < 1e-4 && (high - gap).abs() < 1e-4,
                        "{place}: {low} to {high}"
                    );
                }
            }
        }
        assert_eq!(between(0.017, 0.2, 0.5), None, "they are too far apart");
    }
}
