//! Surfaces that particles may not pass: every collider of the world, and how far a point is from it.

use super::movers::Mover;
use glam::{Mat3, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::{Collider, ColliderHandle, InteractionGroups, SharedShape, TypedShape};
use rapier3d::pipeline::PhysicsWorld;

/// What a wall is, as far as distances go.
enum Form {
    /// A box of these half extents about its origin.
    Box(Vec3),
    /// The half space below its plane z = 0.
    Plane,
    /// A surface that is solid below, along its own y.
    Heights(SharedShape),
    /// Anything else.
    Shape(SharedShape),
}

/// A collider for the length of one step.
pub(super) struct Wall {
    form: Form,
    origin: Vec3,
    /// Its axes as columns.
    axes: Mat3,
    /// Its own box, in its own frame.
    middle: Vec3,
    half: Vec3,
    /// Its box in the world.
    pub(super) low: Vec3,
    pub(super) high: Vec3,
    /// The index of its body among the movers.
    pub(super) mover: usize,
    /// No point of it is faster, m/s.
    pub(super) speed: f32,
}

/// Gathers the walls and the bodies they belong to.
pub(super) fn collect(
    physics: &PhysicsWorld,
    bodies: &[RigidBodyHandle],
    walls: &mut Vec<Wall>,
    movers: &mut Vec<Mover>,
) {
    walls.clear();
    movers.clear();
    for handle in bodies {
        let own = physics.bodies[*handle].colliders();
        if own.iter().all(|collider| is_open(physics, *collider)) {
            continue;
        }
        let mover = Mover::new(physics, *handle);
        for collider in own.iter().filter(|collider| !is_open(physics, **collider)) {
            walls.push(Wall::new(&physics.colliders[*collider], movers.len(), &mover));
        }
        movers.push(mover);
    }
}

/// True for what touches nothing.
fn is_open(physics: &PhysicsWorld, collider: ColliderHandle) -> bool {
    let collider = &physics.colliders[collider];
    collider.collision_groups() == InteractionGroups::none() || !collider.is_enabled()
}

impl Wall {
    fn new(collider: &Collider, mover: usize, body: &Mover) -> Wall {
        let pose = collider.position();
        let shape = collider.shared_shape();
        let form = match shape.as_typed_shape() {
            TypedShape::Cuboid(cuboid) => Form::Box(cuboid.half_extents),
            TypedShape::HalfSpace(_) => Form::Plane,
            TypedShape::HeightField(_) => Form::Heights(shape.clone()),
            _ => Form::Shape(shape.clone()),
        };
        let (middle, half, low, high) = if let Form::Plane = form {
            let all = Vec3::splat(f32::INFINITY);
            (Vec3::ZERO, all, -all, all)
        } else {
            let (own, around) = (shape.compute_local_aabb(), collider.compute_aabb());
            let mut half = own.half_extents();
            let mut low = around.mins;
            if let Form::Heights(_) = form {
                // All the way down is inside.
                half.y = f32::INFINITY;
                low = Vec3::NEG_INFINITY;
            }
            (own.center(), half, low, around.maxs)
        };
        let farthest = (low - body.center).abs().max((high - body.center).abs());
        let turning = if body.angular == Vec3::ZERO {
            0.0
        } else {
            body.angular.length() * farthest.length()
        };
        Wall {
            form,
            origin: pose.translation,
            axes: Mat3::from_quat(pose.rotation),
            middle,
            half,
            low,
            high,
            mover,
            speed: body.linear.length() + turning,
        }
    }

    /// Distance of a point from the surface, m, below 0 inside, and the unit normal there, in the world; nothing when it is
    /// farther than `range`.
    #[inline]
    pub(super) fn distance(&self, point: Vec3, range: f32) -> Option<(f32, Vec3)> {
        let own = self.axes.transpose() * (point - self.origin);
        let beyond = (own - self.middle).abs() - self.half;
        if beyond.max_element() > range {
            return None;
        }
        let (distance, normal) = match &self.form {
            Form::Plane => (own.z, Vec3::Z),
            Form::Box(half) => to_box(own, *half),
            Form::Shape(shape) => {
                let nearest = shape.project_local_point(own, false);
                signed(own, nearest.point, nearest.is_inside)?
            }
            Form::Heights(shape) => {
                let nearest = shape.project_local_point(own, false);
                signed(own, nearest.point, nearest.point.y > own.y)?
            }
        };
        (distance <= range).then(|| (distance, self.axes * normal))
    }
}

/// Distance and normal from the nearest point of a surface; nothing on the surface itself, where there is no normal.
fn signed(point: Vec3, nearest: Vec3, inside: bool) -> Option<(f32, Vec3)> {
    let way = if inside { nearest - point } else { point - nearest };
    let length = way.length();
    (length > 1e-7).then(|| (if inside { -length } else { length }, way / length))
}

fn to_box(point: Vec3, half: Vec3) -> (f32, Vec3) {
    let beyond = point.abs() - half;
    let outside = beyond.max(Vec3::ZERO);
    let side = |part: f32| if part < 0.0 { -1.0 } else { 1.0 };
    let sign = Vec3::new(side(point.x), side(point.y), side(point.z));
    let length = outside.length();
    if length > 1e-7 {
        return (length, outside * sign / length);
    }
    let nearest = beyond.max_element();
    let normal = if beyond.x == nearest {
        Vec3::X
    } else if beyond.y == nearest {
        Vec3::Y
    } else {
        Vec3::Z
    };
    (nearest, normal * sign)
}
