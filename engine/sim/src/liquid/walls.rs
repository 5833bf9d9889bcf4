//! Surfaces that particles may not pass: every collider of the world, and how far a point is from it.

use super::movers::Mover;
use crate::ellipsoid::Ellipsoid;
use glam::{Mat3, Quat, Vec3};
use rapier3d::dynamics::RigidBodyHandle;
use rapier3d::geometry::{Collider, ColliderHandle, InteractionGroups, SharedShape, TypedShape};
use rapier3d::pipeline::PhysicsWorld;

/// What a wall is, as far as distances go.
enum Form {
    /// A box of these half extents about its origin.
    Box(Vec3),
    /// The half space below its plane z = 0.
    Plane,
    /// An ellipsoid about its origin.
    Ellipsoid(Ellipsoid),
    /// A surface that is solid below, along its own y.
    Heights(SharedShape),
    /// Anything else.
    Shape(SharedShape),
}

/// A collider for the length of one step.
pub(super) struct Wall {
    form: Form,
    origin: Vec3,
    /// Its axes as columns, and as rows.
    axes: Mat3,
    back: Mat3,
    /// Whether its axes are the world's.
    level: bool,
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

/// All walls, body by body.
#[derive(Default)]
pub(super) struct Walls {
    pub(super) all: Vec<Wall>,
    groups: Vec<Group>,
}

/// The walls of one body.
struct Group {
    /// Where they end in the list.
    ends: usize,
    /// A box around them.
    low: Vec3,
    high: Vec3,
    speed: f32,
}

/// A wall that may be in range, and that range, m.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub(super) wall: u32,
    pub(super) range: f32,
    /// Nearer than this it may stop a particle within the step, m.
    pub(super) close: f32,
}

impl Walls {
    /// The walls that may be in range of a box: `range` says how far that is for a speed of theirs, `close` how near one may
    /// stop a particle.
    pub(super) fn near(
        &self,
        [low, high]: [Vec3; 2],
        range: impl Fn(f32) -> f32,
        close: impl Fn(f32) -> f32,
        into: &mut Vec<Near>,
    ) {
        into.clear();
        let reaches = |from: Vec3, to: Vec3, range: f32| (from - high).max(low - to).max_element() <= range;
        let (middle, radius) = (0.5 * (low + high), 0.5 * (high - low).length());
        let mut start = 0;
        for group in &self.groups {
            let own = start..group.ends;
            start = group.ends;
            if reaches(group.low, group.high, range(group.speed)) {
                for index in own {
                    let wall = &self.all[index];
                    let range = range(wall.speed);
                    // The box around a box that lies aslant is much larger than that.
                    let aslant = !wall.level && matches!(wall.form, Form::Box(_));
                    if reaches(wall.low, wall.high, range)
                        && (!aslant || wall.distance(middle, range + radius).is_some())
                    {
                        into.push(Near {
                            wall: index as u32,
                            range,
                            close: close(wall.speed),
                        });
                    }
                }
            }
        }
    }
}

/// Gathers the walls and the bodies they belong to.
pub(super) fn collect(
    physics: &PhysicsWorld,
    bodies: &[RigidBodyHandle],
    walls: &mut Walls,
    movers: &mut Vec<Mover>,
) {
    walls.all.clear();
    walls.groups.clear();
    movers.clear();
    for handle in bodies {
        let own = physics.bodies[*handle].colliders();
        if own.iter().all(|collider| is_open(physics, *collider)) {
            continue;
        }
        let mover = Mover::new(physics, *handle);
        let mut group = Group {
            ends: 0,
            low: Vec3::INFINITY,
            high: Vec3::NEG_INFINITY,
            speed: 0.0,
        };
        for collider in own.iter().filter(|collider| !is_open(physics, **collider)) {
            let wall = Wall::new(&physics.colliders[*collider], movers.len(), &mover);
            group.low = group.low.min(wall.low);
            group.high = group.high.max(wall.high);
            group.speed = group.speed.max(wall.speed);
            walls.all.push(wall);
        }
        group.ends = walls.all.len();
        walls.groups.push(group);
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
            _ => match shape.as_shape::<Ellipsoid>() {
                Some(ellipsoid) => Form::Ellipsoid(*ellipsoid),
                None => Form::Shape(shape.clone()),
            },
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
            back: Mat3::from_quat(pose.rotation).transpose(),
            level: pose.rotation == Quat::IDENTITY,
            middle,
            half,
            low,
            high,
            mover,
            speed: body.linear.length() + turning,
        }
    }

    /// Where it is and how it is turned: its origin and its axes.
    pub(super) fn pose(&self) -> [Vec3; 4] {
        [self.origin, self.axes.x_axis, self.axes.y_axis, self.axes.z_axis]
    }

    /// Distance of a point from the surface, m, below 0 inside, and the unit normal there, in the world; nothing when it is
    /// farther than `range`.
    #[inline(always)]
    pub(super) fn distance(&self, point: Vec3, range: f32) -> Option<(f32, Vec3)> {
        let own = point - self.origin;
        let own = if self.level {
            own
        } else if (point - self.high).max(self.low - point).max_element() > range {
            return None;
        } else {
            self.back * own
        };
        let beyond = (own - self.middle).abs() - self.half;
        if beyond.max_element() > range {
            return None;
        }
        let (distance, normal) = match &self.form {
            Form::Plane => (own.z, Vec3::Z),
            Form::Box(half) => to_box(own, *half),
            Form::Ellipsoid(ellipsoid) => ellipsoid.signed_distance(own),
            Form::Shape(shape) => {
                let nearest = shape.project_local_point(own, false);
                signed(own, nearest.point, nearest.is_inside, self.middle)
            }
            Form::Heights(shape) => {
                let nearest = shape.project_local_point(own, false);
                signed(own, nearest.point, nearest.point.y > own.y, own - Vec3::Y)
            }
        };
        let out = |normal| if self.level { normal } else { self.axes * normal };
        (distance <= range).then(|| (distance, out(normal)))
    }
}

/// Distance and normal from the nearest point of a surface. On the surface itself, and where none was found from inside, away
/// from the middle.
fn signed(point: Vec3, nearest: Vec3, inside: bool, middle: Vec3) -> (f32, Vec3) {
    let way = if inside { nearest - point } else { point - nearest };
    let length = way.length();
    if length > 1e-7 && length.is_finite() {
        (if inside { -length } else { length }, way / length)
    } else {
        (0.0, (point - middle).normalize_or(Vec3::Z))
    }
}

fn to_box(point: Vec3, half: Vec3) -> (f32, Vec3) {
    let beyond = point.abs() - half;
    // Beside a face the way is straight: as most of what is near a wall is.
    let Vec3 { x, y, z } = beyond;
    let nearest = match [x <= 0.0, y <= 0.0, z <= 0.0] {
        [_, true, true] if x >= y && x >= z => 0,
        [true, _, true] if y >= z && y >= x => 1,
        [true, true, _] => 2,
        _ => {
            let outside = beyond.max(Vec3::ZERO);
            let length = outside.length();
            if length > 1e-7 {
                return (
                    length,
                    outside * Vec3::new(sign(point.x), sign(point.y), sign(point.z)) / length,
                );
            }
            beyond.max_position()
        }
    };
    let mut normal = Vec3::ZERO;
    normal[nearest] = sign(point[nearest]);
    (beyond[nearest], normal)
}

fn sign(part: f32) -> f32 {
    if part < 0.0 { -1.0 } else { 1.0 }
}
