//! Joints as lines: their anchors, what they let move, how far, and where they are.

use super::overlays::{Line, Place, Shown, cross, line};
use crate::play::Moment;
use bevy::math::{Quat, Vec3};
use terrella_app::spec::pose::Pose;
use terrella_app::spec::world::{Freedom, Joint, JointAxis, World};

const JOINT: [f32; 3] = [1.0, 0.75, 0.2];
/// How far one can go.
const LIMIT: [f32; 3] = [1.0, 0.5, 0.15];
/// Where one is.
const NEEDLE: [f32; 3] = [1.0, 1.0, 0.75];

/// Half of the length of a line along an axis, m.
const AXIS_M: f32 = 0.12;
/// Radius of the arc of an angle's limits, m.
const ARC_M: f32 = 0.1;
/// Half of the width of the marks at the ends of a way, m.
const MARK_M: f32 = 0.025;
/// A rope is taut where its anchors are this share of its length apart.
const TAUT: f32 = 0.995;

/// The lines of all joints that are shown.
pub(super) fn lines(world: &World<f32>, moment: &Moment, shown: Shown<'_>, lines: &mut Vec<Line>) {
    let place = |body: &str| match world.bodies.get_index_of(body) {
        Some(index) => Place::of(&moment.poses[index]),
        None => Place::of(&Pose::IDENTITY),
    };
    for (_, joint) in world.joints.iter().filter(|(name, _)| shown("joints", name)) {
        one(joint, place(&joint.parent), place(&joint.child), lines);
    }
}

/// The ends of a joint as they are now.
struct Ends {
    /// The joint's frame in the parent: what moves is told in it.
    frame: Place,
    /// The child's anchor.
    to: Vec3,
    /// How the child is turned.
    child: Quat,
    /// Where the child's origin is from its anchor, in its own frame.
    arm: Vec3,
}

fn one(joint: &Joint<f32>, parent: Place, child: Place, lines: &mut Vec<Line>) {
    let from = parent.point(Vec3::from_array(joint.anchor_parent_m));
    let anchor = Vec3::from_array(joint.anchor_child_m);
    let to = child.point(anchor);
    cross(from, 0.03, JOINT, lines);
    lines.push(line(from, to, JOINT));
    lines.push(line(to, child.origin, JOINT.map(|part| 0.6 * part)));
    let ends = Ends {
        frame: Place {
            origin: from,
            ..parent
        },
        to,
        child: child.turn,
        arm: -anchor,
    };
    match &joint.freedom {
        Freedom::Hinge { axis, limits_rad } => {
            turns(&ends, unit(axis), *limits_rad, lines);
        }
        Freedom::Slider { axis, limits_m } => slides(&ends, unit(axis), *limits_m, lines),
        Freedom::Rope { length_m } => rope(&ends, *length_m, lines),
        Freedom::Spring { rest_length_m, .. } => {
            // Where its end is without force.
            let along = (to - from).normalize_or(Vec3::NEG_Z);
            ends_of_way(from + along * *rest_length_m, along, LIMIT, lines);
        }
        Freedom::Generic { free } => {
            for free in free {
                match free.axis {
                    JointAxis::X => slides(&ends, Vec3::X, free.limits, lines),
                    JointAxis::Y => slides(&ends, Vec3::Y, free.limits, lines),
                    JointAxis::Z => slides(&ends, Vec3::Z, free.limits, lines),
                    JointAxis::Rx => turns(&ends, Vec3::X, free.limits, lines),
                    JointAxis::Ry => turns(&ends, Vec3::Y, free.limits, lines),
                    JointAxis::Rz => turns(&ends, Vec3::Z, free.limits, lines),
                }
            }
        }
        Freedom::Weld {} | Freedom::Ball {} => {}
    }
}

fn unit(axis: &[f32; 3]) -> Vec3 {
    Vec3::from_array(*axis).normalize_or(Vec3::Z)
}

/// An axis to turn about, the arc of its limits, and a needle that says where in it the joint is. The needle points to where the child is.
fn turns(ends: &Ends, axis: Vec3, limits_rad: Option<[f32; 2]>, lines: &mut Vec<Line>) {
    let frame = ends.frame;
    lines.push(line(
        frame.point(axis * -AXIS_M),
        frame.point(axis * AXIS_M),
        JOINT,
    ));
    let Some([low, high]) = limits_rad else { return };
    let beside = ends.arm.reject_from_normalized(axis);
    let zero = if beside.length() > 1e-3 {
        beside.normalize()
    } else {
        axis.any_orthonormal_vector()
    };
    let at = |angle: f32| frame.point(Quat::from_axis_angle(axis, angle) * zero * ARC_M);
    // More than once round is once round.
    let high = high.min(low + std::f32::consts::TAU);
    let steps = 24;
    let angle = |step: i32| low + (high - low) * step as f32 / steps as f32;
    for step in 0..steps {
        lines.push(line(at(angle(step)), at(angle(step + 1)), LIMIT));
    }
    lines.push(line(frame.origin, at(low), LIMIT));
    lines.push(line(frame.origin, at(high), LIMIT));
    let needle = (ends.child * zero).reject_from_normalized(frame.turn * axis);
    let tip = frame.origin + needle.normalize_or_zero() * ARC_M * 1.15;
    lines.push(line(frame.origin, tip, NEEDLE));
}

/// A way to go along, with marks at its ends where it has some, and one where the joint is.
fn slides(ends: &Ends, axis: Vec3, limits_m: Option<[f32; 2]>, lines: &mut Vec<Line>) {
    let frame = ends.frame;
    let [low, high] = limits_m.unwrap_or([-0.15, 0.15]);
    let along = frame.turn * axis;
    lines.push(line(frame.point(axis * low), frame.point(axis * high), JOINT));
    if limits_m.is_some() {
        for end in [low, high] {
            ends_of_way(frame.point(axis * end), along, LIMIT, lines);
        }
    }
    let gone = (ends.to - frame.origin).dot(along);
    ends_of_way(frame.point(axis * gone), along, NEEDLE, lines);
}

/// A mark across a way.
fn ends_of_way(at: Vec3, along: Vec3, color: [f32; 3], lines: &mut Vec<Line>) {
    let side = along.any_orthonormal_vector() * MARK_M;
    for side in [side, along.cross(side)] {
        lines.push(line(at - side, at + side, color));
    }
}

/// The ball in which a rope lets its end be; bright where the rope is taut.
fn rope(ends: &Ends, length_m: f32, lines: &mut Vec<Line>) {
    let center = ends.frame.origin;
    let taut = center.distance(ends.to) >= TAUT * length_m;
    let color = if taut {
        LIMIT
    } else {
        LIMIT.map(|part| 0.45 * part)
    };
    for (one, other) in [(Vec3::X, Vec3::Y), (Vec3::Y, Vec3::Z), (Vec3::Z, Vec3::X)] {
        let at = |step: i32| {
            let (sin, cos) = (step as f32 * std::f32::consts::TAU / 32.0).sin_cos();
            center + (one * cos + other * sin) * length_m
        };
        (0..32).for_each(|step| lines.push(line(at(step), at(step + 1), color)));
    }
}
