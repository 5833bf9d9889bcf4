//! Forces as arrows: what pushes and pulls each body, its weight left out, as its motion since the step before tells; and what of it comes
//! of contacts, of friction and of joints.
//!
//! All forces are in the first one: of contacts, with their friction, of joints and motors, of liquids, of hands. A body that rests on
//! something has an arrow upwards that is as long as its weight's; one that falls freely has none.

use super::overlays::{Line, Shown, cross, line};
use super::reach_m;
use crate::balance;
use crate::play::Play;
use crate::session::Tools;
use bevy::math::{Quat, Vec3};
use terrella_app::spec::world::Joint;

/// All forces on a body together, but its weight.
const FORCE: [f32; 3] = [0.35, 0.9, 1.0];
/// What a contact pushes along its normal.
const CONTACT: [f32; 3] = [1.0, 0.4, 0.35];
/// What a contact pulls along the surface.
const FRICTION: [f32; 3] = [1.0, 0.45, 0.85];
/// What a joint does to its child.
const JOINT: [f32; 3] = [0.7, 0.55, 1.0];
/// An arrow is as long as this many times the reach of its body where the force is the body's weight.
const WEIGHT_REACHES: f32 = 2.0;
/// The shortest and the longest arrow of a body's weight, m.
const WEIGHT_M: [f32; 2] = [0.05, 0.5];
/// No arrow is longer than that of so many weights.
const MOST_WEIGHTS: f32 = 6.0;
/// Forces of a smaller share of the weight have no arrow.
const LEAST_WEIGHTS: f32 = 0.02;
/// The weight of a kilogram, N: the measure also where there is no gravity.
const WEIGHT_NPKG: f32 = 9.81;
/// Half of the width of a contact's mark, m.
const TOUCH_M: f32 = 0.015;

/// Which arrows there are, and in which colours; and which there would be, had it been recorded.
pub(super) fn legend(play: &Play, tools: &Tools) -> Vec<(String, [f32; 3])> {
    let moment = play.now();
    let (is_played, has_speeds) = (moment.outside.is_some(), !moment.velocities_mps.is_empty());
    let all = [
        (tools.contacts, play.has_contacts(), "contact forces", CONTACT),
        (tools.friction, is_played, "friction", FRICTION),
        (tools.forces, has_speeds, "all forces but weight", FORCE),
        (tools.joint_forces, is_played, "forces of joints", JOINT),
    ];
    let on = all.into_iter().filter(|(is_on, ..)| *is_on);
    let told = on.map(|(_, is_known, name, color)| match is_known {
        true => (name.to_string(), color),
        false => (format!("{name}: not recorded"), color),
    });
    told.collect()
}

/// The forces on all bodies that forces move, their weight left out, N, from the step before to this one. Nothing of a body that forces do
/// not move; none at all at the start, and of an episode whose velocities were not recorded.
pub fn on_bodies_n(play: &Play, step: usize) -> Vec<Option<Vec3>> {
    let Some(before) = step.checked_sub(1) else {
        return Vec::new();
    };
    let world = &play.plan().world;
    let [before, now] = [before, step].map(|step| &play.moments()[step].velocities_mps);
    let gravity_mps2 = Vec3::from_array(world.gravity_mps2);
    let each = world
        .bodies
        .values()
        .zip(play.masses_kg())
        .zip(before.iter().zip(now));
    each.map(|((body, mass_kg), (before, now))| {
        let faster = Vec3::from_array(*now) - Vec3::from_array(*before);
        let acceleration = faster * world.control_hz as f32;
        (*mass_kg > 0.0).then(|| *mass_kg * (acceleration - gravity_mps2 * body.gravity_scale))
    })
    .collect()
}

/// How long the arrow of a force is, measured by the weight of one of the bodies; none of what is too little.
fn measured(play: &Play, step: usize, body: usize, force: Vec3) -> Option<Vec3> {
    let mass_kg = *play.masses_kg().get(body)?;
    let weights = force.length() / (mass_kg * WEIGHT_NPKG);
    if !weights.is_finite() || weights < LEAST_WEIGHTS {
        return None;
    }
    let (_, own) = play.plan().world.bodies.get_index(body)?;
    let turn = Quat::from_array(play.moments()[step].poses[body].rotation_xyzw);
    let reach_m = reach_m(&own.shape, turn).map_or(0.0, Vec3::max_element);
    let weight_m = (WEIGHT_REACHES * reach_m).clamp(WEIGHT_M[0], WEIGHT_M[1]);
    Some(force.normalize() * weight_m * weights.min(MOST_WEIGHTS))
}

/// An arrow at the centre of mass of each body that is shown.
pub(super) fn of_bodies(play: &Play, step: usize, shown: Shown<'_>, lines: &mut Vec<Line>) {
    let bodies = play.plan().world.bodies.keys().zip(&play.moments()[step].poses);
    let bodies = bodies.zip(play.centres_m()).enumerate();
    for ((index, ((name, pose), centre_m)), force) in bodies.zip(on_bodies_n(play, step)) {
        let (Some(force), Some(centre_m)) = (force, centre_m) else {
            continue;
        };
        if !shown("bodies", name) {
            continue;
        }
        let turn = Quat::from_array(pose.rotation_xyzw);
        let at = Vec3::from_array(pose.position_m) + turn * Vec3::from_array(*centre_m);
        if let Some(by) = measured(play, step, index, force) {
            arrow(at, by, FORCE, lines);
        }
    }
}

/// What contacts do to the lighter one of their bodies, as arrows: along the normal, and along the surface.
pub(super) fn of_contacts(play: &Play, step: usize, [push, friction]: [bool; 2], lines: &mut Vec<Line>) {
    let per_sec = play.plan().world.control_hz as f32;
    let mass_kg = |body: u32| {
        let mass_kg = play.masses_kg().get(body as usize).copied().unwrap_or(0.0);
        if mass_kg > 0.0 { mass_kg } else { f32::INFINITY }
    };
    for contact in &play.moments()[step].contacts {
        let at = Vec3::from_array(contact.point_m);
        let (body, sign) = if mass_kg(contact.a) < mass_kg(contact.b) {
            (contact.a, -1.0)
        } else {
            (contact.b, 1.0)
        };
        let along = Vec3::from_array(contact.normal) * contact.impulse_ns;
        let across = Vec3::from_array(contact.friction_ns);
        if push {
            cross(at, TOUCH_M, CONTACT, lines);
        }
        for (wanted, impulse, color) in [(push, along, CONTACT), (friction, across, FRICTION)] {
            let force = impulse * sign * per_sec;
            if let Some(by) = measured(play, step, body as usize, force).filter(|_| wanted) {
                arrow(at, by, color, lines);
            }
        }
    }
}

/// What joints do to their children, or to their parents where a child stands still, as arrows at their anchors.
pub(super) fn of_joints(play: &Play, step: usize, shown: Shown<'_>, lines: &mut Vec<Line>) {
    let world = &play.plan().world;
    let poses = &play.moments()[step].poses;
    let is_moved = |body: &usize| play.masses_kg()[*body] > 0.0;
    let end = |joint: &Joint<f32>, is_child: bool| {
        let (name, anchor_m) = if is_child {
            (&joint.child, joint.anchor_child_m)
        } else {
            (&joint.parent, joint.anchor_parent_m)
        };
        let body = world.bodies.get_index_of(name).filter(is_moved)?;
        let turn = Quat::from_array(poses[body].rotation_xyzw);
        let at = Vec3::from_array(poses[body].position_m) + turn * Vec3::from_array(anchor_m);
        Some((body, at))
    };
    for ((name, joint), force) in world.joints.iter().zip(balance::joints_n(play, step)) {
        let Some(force) = force.filter(|_| shown("joints", name)) else {
            continue;
        };
        let child = end(joint, true).map(|(body, at)| (body, at, force));
        let parent = || end(joint, false).map(|(body, at)| (body, at, -force));
        if let Some((body, at, force)) = child.or_else(parent)
            && let Some(by) = measured(play, step, body, force)
        {
            arrow(at, by, JOINT, lines);
        }
    }
}

fn arrow(from: Vec3, by: Vec3, color: [f32; 3], lines: &mut Vec<Line>) {
    let (tip, along) = (from + by, by.normalize_or_zero());
    lines.push(line(from, tip, color));
    let head_m = (0.25 * by.length()).min(0.04);
    let side = along.any_orthonormal_vector();
    for side in [side, -side, along.cross(side), -along.cross(side)] {
        lines.push(line(tip, tip + (side * 0.5 - along) * head_m, color));
    }
}
