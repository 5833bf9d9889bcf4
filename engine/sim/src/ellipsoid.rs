//! An ellipsoid for Rapier, which has none: exact wherever a shape's farthest point along a direction is asked for, as in
//! contacts, rays and distances.

use glam::Vec3;
use rapier3d::geometry::{Aabb, Shape, ShapeType, TypedShape};
use rapier3d::parry::bounding_volume::BoundingSphere;
use rapier3d::parry::mass_properties::MassProperties;
use rapier3d::parry::query::{PointProjection, PointQuery, Ray, RayCast, RayIntersection};
use rapier3d::parry::shape::{FeatureId, PackedFeatureId, PolygonalFeature, PolygonalFeatureMap, SupportMap};

/// About the origin, its axes along x, y and z.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ellipsoid {
    /// Half of its axes, m.
    radii: Vec3,
}

impl Ellipsoid {
    pub(crate) fn new(radii: Vec3) -> Ellipsoid {
        Ellipsoid { radii }
    }

    /// Distance of a point from its surface, below 0 inside, and the normal there: right to first order near the surface.
    pub(crate) fn signed_distance(&self, point: Vec3) -> (f32, Vec3) {
        let steep = (point / (self.radii * self.radii)).length().max(1e-6);
        let level = (point / self.radii).length();
        (level * (level - 1.0) / steep, self.normal(point))
    }

    /// The point of its surface that is nearest: r^2 p / (t + r^2) along each axis, with t such that it is on the surface. The
    /// left side of that falls with t, so halving finds it (Eberly, Distance from a Point to an Ellipse, 2013).
    fn nearest(&self, point: Vec3) -> Vec3 {
        let radii = self.radii.as_dvec3();
        // Off the planes of symmetry, where two points are as near as each other.
        let away = point.as_dvec3().abs().max(radii * 1e-9);
        let least = radii.min_element();
        let (mut low, mut high) = (-least * least, (radii * away).length());
        for _ in 0..64 {
            let t = 0.5 * (low + high);
            let outside = (radii * away / (radii * radii + t)).length_squared() > 1.0;
            (low, high) = if outside { (t, high) } else { (low, t) };
        }
        let nearest = radii * radii * away / (radii * radii + high);
        nearest.as_vec3() * point.signum()
    }

    /// The outward unit normal at a point of its surface.
    fn normal(&self, point: Vec3) -> Vec3 {
        (point / (self.radii * self.radii)).normalize_or(Vec3::Z)
    }
}

impl SupportMap for Ellipsoid {
    fn local_support_point(&self, along: Vec3) -> Vec3 {
        let stretched = along * self.radii;
        self.radii * stretched.normalize_or(Vec3::Z)
    }
}

impl PolygonalFeatureMap for Ellipsoid {
    /// It has no faces: a contact is one point.
    fn local_support_feature(&self, along: Vec3, feature: &mut PolygonalFeature) {
        let point = self.local_support_point(along);
        feature.vertices = [point; 4];
        feature.vids = [PackedFeatureId::face(0); 4];
        feature.eids = [PackedFeatureId::face(0); 4];
        feature.fid = PackedFeatureId::face(0);
        feature.num_vertices = 1;
    }
}

impl RayCast for Ellipsoid {
    /// As a unit ball, in space that is stretched so that it is one; times stay what they are.
    fn cast_local_ray_and_get_normal(&self, ray: &Ray, longest: f32, solid: bool) -> Option<RayIntersection> {
        let (origin, along) = (ray.origin / self.radii, ray.dir / self.radii);
        let a = along.length_squared();
        let b = origin.dot(along);
        let c = origin.length_squared() - 1.0;
        let inside = c <= 0.0;
        if inside && solid {
            return Some(RayIntersection::new(0.0, Vec3::ZERO, FeatureId::Face(0)));
        }
        let square = b * b - a * c;
        if square < 0.0 || a <= 0.0 || (!inside && b > 0.0) {
            return None;
        }
        let root = square.sqrt();
        let time = if inside { root - b } else { -b - root } / a;
        let normal = self.normal(ray.origin + ray.dir * time);
        let normal = if inside { -normal } else { normal };
        (time <= longest).then(|| RayIntersection::new(time, normal, FeatureId::Face(0)))
    }
}

impl PointQuery for Ellipsoid {
    fn project_local_point(&self, point: Vec3, solid: bool) -> PointProjection {
        let inside = (point / self.radii).length_squared() <= 1.0;
        let on = if inside && solid {
            point
        } else {
            self.nearest(point)
        };
        PointProjection::new(inside, on)
    }

    fn project_local_point_and_get_feature(&self, point: Vec3) -> (PointProjection, FeatureId) {
        (self.project_local_point(point, false), FeatureId::Face(0))
    }
}

impl Shape for Ellipsoid {
    fn compute_local_aabb(&self) -> Aabb {
        Aabb::from_half_extents(Vec3::ZERO, self.radii)
    }

    fn compute_local_bounding_sphere(&self) -> BoundingSphere {
        BoundingSphere::new(Vec3::ZERO, self.radii.max_element())
    }

    fn clone_dyn(&self) -> Box<dyn Shape> {
        Box::new(*self)
    }

    fn scale_dyn(&self, scale: Vec3, _: u32) -> Option<Box<dyn Shape>> {
        Some(Box::new(Ellipsoid::new(self.radii * scale.abs())))
    }

    /// Mass 4/3 pi a b c times density; the inertia about x is m (b^2 + c^2) / 5.
    fn mass_properties(&self, density: f32) -> MassProperties {
        let mass = 4.0 / 3.0 * std::f32::consts::PI * self.radii.element_product() * density;
        let [x, y, z] = (self.radii * self.radii).to_array();
        MassProperties::new(Vec3::ZERO, mass, Vec3::new(y + z, x + z, x + y) * (mass / 5.0))
    }

    fn shape_type(&self) -> ShapeType {
        ShapeType::Custom
    }

    fn as_typed_shape(&self) -> TypedShape<'_> {
        TypedShape::Custom(self)
    }

    fn ccd_thickness(&self) -> f32 {
        self.radii.min_element()
    }

    fn ccd_angular_thickness(&self) -> f32 {
        std::f32::consts::FRAC_PI_2
    }

    fn is_convex(&self) -> bool {
        true
    }

    fn as_support_map(&self) -> Option<&dyn SupportMap> {
        Some(self)
    }

    fn as_polygonal_feature_map(&self) -> Option<(&dyn PolygonalFeatureMap, f32)> {
        Some((self, 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far away, near, on the planes of symmetry, in the middle and within.
    #[test]
    fn the_nearest_point_of_an_ellipsoid_is_nearer_than_all_others() {
        let own = Ellipsoid::new(Vec3::new(0.5, 0.2, 0.3));
        let on = |at: usize| {
            let (turn, rise) = ((at % 90) as f32 * 0.0698, (at / 90) as f32 * 0.0698 - 1.571);
            let level = libm::cosf(rise);
            let unit = Vec3::new(
                level * libm::cosf(turn),
                level * libm::sinf(turn),
                libm::sinf(rise),
            );
            own.radii * unit
        };
        for point in [
            Vec3::new(2.0, -1.0, 0.5),
            Vec3::new(0.51, 0.0, 0.0),
            Vec3::new(0.0, 0.0, 0.1),
            Vec3::new(0.1, -0.05, 0.02),
            Vec3::ZERO,
            Vec3::new(-0.3, 0.19, -0.1),
        ] {
            let found = own.project_local_point(point, false);
            assert_eq!(found.is_inside, (point / own.radii).length() < 1.0);
            assert!(
                ((found.point / own.radii).length() - 1.0).abs() < 1e-4,
                "{}",
                found.point
            );
            let best = (0..90 * 46)
                .map(|at| on(at).distance(point))
                .fold(f32::INFINITY, f32::min);
            let distance = found.point.distance(point);
            assert!(
                distance <= best + 1e-5 && distance > best - 0.02,
                "{point}: {distance}, {best}"
            );
        }
    }
}
