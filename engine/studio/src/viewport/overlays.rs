//! What is drawn over the picture: lines that say what the eye does not see.

use super::{forces, joints};
use crate::change;
use crate::play::{Moment, Play};
use crate::session::Tools;
use bevy::math::{Quat, Vec3};
use std::collections::BTreeSet;
use terrella_app::render::{Projection, Rig, View, hull_edges};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::shape::Shape;
use terrella_app::spec::world::World;

/// A line between two points of the world, m, in a colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Where it begins.
    pub from: Vec3,
    /// Where it ends.
    pub to: Vec3,
    /// Its colour.
    pub color: [f32; 3],
}

const COLLIDER: [f32; 3] = [0.2, 0.9, 0.5];
const CENTRE: [f32; 3] = [1.0, 1.0, 0.3];
const CAMERA: [f32; 3] = [0.45, 0.7, 1.0];
const AXES: [[f32; 3]; 3] = [[0.95, 0.25, 0.3], [0.3, 0.85, 0.35], [0.35, 0.5, 1.0]];

/// How far in front of a camera its picture is drawn, m.
const FRUSTUM_M: f32 = 0.4;

/// Whether a thing of a kind and name is shown.
pub(super) type Shown<'a> = &'a dyn Fn(&str, &str) -> bool;

/// A frame in which lines are drawn.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) origin: Vec3,
    pub(super) turn: Quat,
}

impl Place {
    pub(super) fn of(pose: &Pose) -> Place {
        Place {
            origin: Vec3::from_array(pose.position_m),
            turn: Quat::from_array(pose.rotation_xyzw),
        }
    }

    pub(super) fn point(&self, own: Vec3) -> Vec3 {
        self.origin + self.turn * own
    }

    fn within(&self, position: [f32; 3], turn: [f32; 4]) -> Place {
        Place {
            origin: self.point(Vec3::from_array(position)),
            turn: self.turn * Quat::from_array(turn),
        }
    }
}

/// All lines that the tools ask for at a step. `size` is that of the pictures of the run: it says how wide its cameras see.
pub fn lines(
    (play, step): (&Play, usize),
    tools: &Tools,
    hidden: &BTreeSet<String>,
    size: [u32; 2],
) -> Vec<Line> {
    let (world, moment) = (&play.plan().world, &play.moments()[step]);
    let shown = |kind: &str, name: &str| !hidden.contains(&change::place(kind, name));
    let mut lines = Vec::new();
    let bodies = world.bodies.iter().zip(&moment.poses).zip(play.centres_m());
    for (((_, body), pose), centre_m) in bodies.filter(|(((name, _), _), _)| shown("bodies", name)) {
        let place = Place::of(pose);
        if tools.colliders && body.collides {
            outline(&body.shape, place, COLLIDER, &mut lines);
        }
        if tools.frames {
            axes(place, 0.15, &mut lines);
        }
        if let Some(centre_m) = centre_m.filter(|_| tools.centres) {
            cross(place.point(Vec3::from_array(centre_m)), 0.04, CENTRE, &mut lines);
        }
    }
    if tools.joints {
        joints::lines(world, moment, &shown, &mut lines);
    }
    if tools.forces {
        forces::of_bodies(play, step, &shown, &mut lines);
    }
    if tools.contacts || tools.friction {
        forces::of_contacts(play, step, [tools.contacts, tools.friction], &mut lines);
    }
    if tools.joint_forces {
        forces::of_joints(play, step, &shown, &mut lines);
    }
    if tools.frusta {
        let seconds = step as f64 / f64::from(world.control_hz);
        frusta((world, moment, seconds), size, &shown, &mut lines);
    }
    lines
}

pub(super) fn line(from: Vec3, to: Vec3, color: [f32; 3]) -> Line {
    Line { from, to, color }
}

fn axes(place: Place, length_m: f32, lines: &mut Vec<Line>) {
    for (axis, color) in [Vec3::X, Vec3::Y, Vec3::Z].into_iter().zip(AXES) {
        lines.push(line(place.origin, place.point(axis * length_m), color));
    }
}

pub(super) fn cross(at: Vec3, size_m: f32, color: [f32; 3], lines: &mut Vec<Line>) {
    for axis in [Vec3::X, Vec3::Y, Vec3::Z] {
        lines.push(line(at - axis * size_m, at + axis * size_m, color));
    }
}

/// What the cameras see: their pictures' edges, some way in front of them, and lines from their corners.
fn frusta(
    (world, moment, seconds): (&World<f32>, &Moment, f64),
    [width, height]: [u32; 2],
    shown: Shown<'_>,
    lines: &mut Vec<Line>,
) {
    let pose = |body: &Option<String>| {
        let index = world.bodies.get_index_of(body.as_ref()?)?;
        moment.poses.get(index)
    };
    for (_, camera) in world.cameras.iter().filter(|(name, _)| shown("cameras", name)) {
        let rig = Rig {
            mount: pose(&camera.mount),
            track: pose(&camera.track),
            seconds,
        };
        let view = View::on(camera, &rig, width, height);
        let place = Place::of(&view.world_from_camera);
        let projection = Projection::new(&view.intrinsics);
        // Lenses bend the edges.
        let is_straight = camera.lens.is_pinhole();
        let steps = if is_straight { 1 } else { 8 };
        let [right, below] = [width, height].map(|side| f64::from(side) - 0.5);
        let corners = [[-0.5, -0.5], [right, -0.5], [right, below], [-0.5, below]];
        // At a depth where the picture is flat, as far away everywhere where a lens sees all round.
        let seen = |pixel: [f64; 2]| {
            let [x, y] = projection.ray(pixel)?;
            let ray = Vec3::new(x as f32, y as f32, 1.0);
            let ray = if is_straight { ray } else { ray.normalize() };
            Some(place.point(ray * FRUSTUM_M))
        };
        for index in 0..4 {
            let (from, to) = (corners[index], corners[(index + 1) % 4]);
            let at = |step: i32| {
                let share = f64::from(step) / f64::from(steps);
                seen([0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share))
            };
            if let Some(corner) = at(0) {
                lines.push(line(place.origin, corner, CAMERA));
            }
            let parts = (0..steps).filter_map(|step| at(step).zip(at(step + 1)));
            lines.extend(parts.map(|(from, to)| line(from, to, CAMERA)));
        }
    }
}

/// The edges of a shape.
pub(super) fn outline(shape: &Shape<f32>, place: Place, color: [f32; 3], lines: &mut Vec<Line>) {
    let mut push = |from: Vec3, to: Vec3| lines.push(line(place.point(from), place.point(to), color));
    match shape {
        Shape::Ball { radius_m } => rings([*radius_m; 3], &mut push),
        Shape::Ellipsoid { radii_m } => rings(*radii_m, &mut push),
        Shape::Box { half_extents_m } => {
            let half = Vec3::from_array(*half_extents_m);
            let corner = |bits: u32| {
                let sign = |bit: u32| if bits >> bit & 1 == 1 { 1.0 } else { -1.0 };
                half * Vec3::new(sign(0), sign(1), sign(2))
            };
            for bits in 0..8 {
                for bit in (0..3).filter(|bit| bits >> bit & 1 == 0) {
                    push(corner(bits), corner(bits | 1 << bit));
                }
            }
        }
        Shape::Capsule {
            radius_m,
            half_height_m,
        } => {
            tube(*radius_m, *radius_m, *half_height_m, &mut push);
            for sign in [-1.0, 1.0] {
                for side in [Vec3::X, Vec3::Y] {
                    let at = |step: i32| {
                        let (sin, cos) = (step as f32 * std::f32::consts::PI / 8.0).sin_cos();
                        side * cos * *radius_m + Vec3::Z * sign * (half_height_m + sin * radius_m)
                    };
                    (0..8).for_each(|step| push(at(step), at(step + 1)));
                }
            }
        }
        Shape::Cylinder {
            radius_m,
            half_height_m,
        } => tube(*radius_m, *radius_m, *half_height_m, &mut push),
        Shape::Cone {
            radius_m,
            half_height_m,
        } => tube(*radius_m, 0.0, *half_height_m, &mut push),
        Shape::Hull { points_m } => {
            for edge in hull_edges(points_m) {
                let [from, to] = edge.map(Vec3::from_array);
                push(from, to);
            }
        }
        Shape::Mesh {
            vertices_m,
            triangles,
            ..
        } => {
            for triangle in triangles.iter().take(4000) {
                let corner = |index: usize| Vec3::from_array(vertices_m[triangle[index] as usize]);
                (0..3).for_each(|index| push(corner(index), corner((index + 1) % 3)));
            }
        }
        Shape::HeightField {
            size_m,
            columns,
            heights_m,
        } => {
            let columns = *columns as usize;
            let rows = heights_m.len() / columns.max(1);
            let at = |row: usize, column: usize| {
                let share = |index: usize, count: usize| index as f32 / (count.max(2) - 1) as f32 - 0.5;
                Vec3::new(
                    share(column, columns) * size_m[0],
                    share(row, rows) * size_m[1],
                    heights_m[row * columns + column],
                )
            };
            let stride = (rows.max(columns) / 32).max(1);
            for row in (0..rows).step_by(stride) {
                for column in (0..columns).step_by(stride) {
                    if column + stride < columns {
                        push(at(row, column), at(row, column + stride));
                    }
                    if row + stride < rows {
                        push(at(row, column), at(row + stride, column));
                    }
                }
            }
        }
        Shape::Compound { parts } => {
            for part in parts {
                let own = place.within(part.position_m, part.rotation.quaternion_xyzw());
                outline(&part.shape, own, color, lines);
            }
        }
        Shape::HalfSpace {} | Shape::MeshFile { .. } => {}
    }
}

fn rings(radii: [f32; 3], push: &mut dyn FnMut(Vec3, Vec3)) {
    let radii = Vec3::from_array(radii);
    for (one, other) in [(Vec3::X, Vec3::Y), (Vec3::Y, Vec3::Z), (Vec3::Z, Vec3::X)] {
        let at = |step: i32| {
            let (sin, cos) = (step as f32 * std::f32::consts::TAU / 24.0).sin_cos();
            (one * cos + other * sin) * radii
        };
        (0..24).for_each(|step| push(at(step), at(step + 1)));
    }
}

/// A tube along Z with these radii at its lower and upper end.
fn tube(low: f32, high: f32, half_height: f32, push: &mut dyn FnMut(Vec3, Vec3)) {
    let at = |step: i32, radius: f32, z: f32| {
        let (sin, cos) = (step as f32 * std::f32::consts::TAU / 16.0).sin_cos();
        Vec3::new(radius * cos, radius * sin, z)
    };
    for step in 0..16 {
        push(at(step, low, -half_height), at(step + 1, low, -half_height));
        push(at(step, high, half_height), at(step + 1, high, half_height));
        if step % 4 == 0 {
            push(at(step, low, -half_height), at(step, high, half_height));
        }
    }
}
