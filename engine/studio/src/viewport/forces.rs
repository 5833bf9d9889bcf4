//! Forces as arrows: what pushes and pulls each body, its weight left out, as its motion since the step before tells.
//!
//! All forces are in it: of contacts, with their friction, of joints and motors, of liquids, of hands. A body that rests on something has
//! an arrow upwards that is as long as its weight's; one that falls freely has none.

use super::overlays::{Line, Shown, line};
use super::reach_m;
use crate::play::Play;
use bevy::math::{Quat, Vec3};

const FORCE: [f32; 3] = [0.35, 0.9, 1.0];
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

/// The forces on all bodies that forces move, their weight left out, N, from the step before to the one that is looked at. Nothing of a
/// body that forces do not move; none at all at the start, and of an episode whose velocities were not recorded.
pub fn on_bodies_n(play: &Play) -> Vec<Option<Vec3>> {
    let Some(before) = play.shown().checked_sub(1) else {
        return Vec::new();
    };
    let world = &play.plan().world;
    let (before, now) = (&play.moments()[before].velocities_mps, &play.now().velocities_mps);
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

/// An arrow at the centre of mass of each body that is shown.
pub(super) fn lines(play: &Play, shown: Shown<'_>, lines: &mut Vec<Line>) {
    let forces = on_bodies_n(play);
    let bodies = play.plan().world.bodies.iter().zip(&play.now().poses);
    let bodies = bodies.zip(play.centres_m()).zip(play.masses_kg());
    for (((((name, body), pose), centre_m), mass_kg), force) in bodies.zip(forces) {
        let (Some(force), Some(centre_m)) = (force, centre_m) else {
            continue;
        };
        let weights = force.length() / (mass_kg * WEIGHT_NPKG);
        if !shown("bodies", name) || weights < LEAST_WEIGHTS {
            continue;
        }
        let turn = Quat::from_array(pose.rotation_xyzw);
        let at = Vec3::from_array(pose.position_m) + turn * Vec3::from_array(*centre_m);
        let reach_m = reach_m(&body.shape, turn).map_or(0.0, Vec3::max_element);
        let weight_m = (WEIGHT_REACHES * reach_m).clamp(WEIGHT_M[0], WEIGHT_M[1]);
        let length_m = weight_m * weights.min(MOST_WEIGHTS);
        arrow(at, force.normalize() * length_m, lines);
    }
}

fn arrow(from: Vec3, by: Vec3, lines: &mut Vec<Line>) {
    let (tip, along) = (from + by, by.normalize_or_zero());
    lines.push(line(from, tip, FORCE));
    let head_m = (0.25 * by.length()).min(0.04);
    let side = along.any_orthonormal_vector();
    for side in [side, -side, along.cross(side), -along.cross(side)] {
        lines.push(line(tip, tip + (side * 0.5 - along) * head_m, FORCE));
    }
}
