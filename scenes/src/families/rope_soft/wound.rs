//! A rope that is wound round a post, which it is to be freed from.

use super::rigs::{HANDLE_M, Make, pin};
use crate::looks;
use std::f32::consts::TAU;
use terrella_sim::glam::Vec3;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::soft::{Soft, SoftForm};
use terrella_spec::world::{Body, World};

/// Radius of the post, and half of its height, m.
const POST_M: [f32; 2] = [0.04, 0.09];
/// Between the post and the rope around it, m.
const SLACK_M: f32 = 0.012;
/// How far the rope leads away from the post, to its load and to its handle, m.
const ENDS_M: [f32; 2] = [0.2, 0.26];
/// Places a turn.
const PLACES: f32 = 24.0;
/// Length of a straight piece of the rope, m.
const PIECE_M: f32 = 0.028;
/// Radius of the load, m.
const LOAD_M: f32 = 0.03;

/// How often a line goes round a vertical axis, counter-clockwise seen from above.
pub(super) fn winding(line: &[Vec3], about: Vec3) -> f32 {
    let turned = line.windows(2).map(|ends| {
        let [from, to] = [ends[0], ends[1]].map(|end| (end - about).truncate());
        libm::atan2f(from.perp_dot(to), from.dot(to))
    });
    turned.sum::<f32>() / TAU
}

/// How near a line comes to a vertical axis, m.
pub(super) fn nearest_m(line: impl Iterator<Item = Vec3>, about: Vec3) -> f32 {
    let away = line.map(|point| (point - about).truncate().length());
    away.fold(f32::INFINITY, f32::min)
}

/// A rope wound round a post, as a screw that rises from its load to its handle; both ends lie on the floor.
pub(super) fn unwind(world: &mut World<f32>, make: &Make) {
    let [radius_m, half_height_m] = POST_M;
    let shape = Shape::Cylinder {
        radius_m,
        half_height_m,
    };
    let mut post = Body::new("post", shape)
        .fixed()
        .at([0.0, 0.0, half_height_m])
        .painted(Paint::plain(looks::GOAL));
    post.material.friction = make.friction;
    world.bodies.insert("goal".into(), post);
    let low = make.radius_m + 0.002;
    // A bit more than it is thick.
    let rise = 2.3 * make.radius_m;
    let around = radius_m + make.radius_m + SLACK_M;
    let sense = make.side;
    // Where it leaves the post, the rope leads on in `direction_rad`.
    let last = make.direction_rad - sense * 0.25 * TAU;
    let places = (PLACES * make.turns) as u32 + 1;
    let turned = |share: f32| last - sense * TAU * make.turns * (1.0 - share);
    let mut line: Vec<Vec3> = (0..=places)
        .map(|place| place as f32 / places as f32)
        .map(|share| {
            let angle = turned(share);
            let [x, y] = [libm::cosf(angle), libm::sinf(angle)].map(|part| around * part);
            Vec3::new(x, y, low + rise * make.turns * share)
        })
        .collect();
    let onwards = |share: f32| {
        let angle = turned(share) + sense * 0.25 * TAU;
        Vec3::new(libm::cosf(angle), libm::sinf(angle), 0.0)
    };
    let [to_load, to_handle] = ENDS_M;
    let first = (line[0] - onwards(0.0) * to_load).with_z(low);
    let end = (line[places as usize] + onwards(1.0) * to_handle).with_z(HANDLE_M);
    line.insert(0, first);
    line.push(end);
    let length: f32 = line.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
    let segments = (length / PIECE_M) as u32;
    let form = SoftForm::Rope {
        along_m: line.iter().map(Vec3::to_array).collect(),
        segments,
    };
    let soft = Soft {
        touches_itself: true,
        ..make.soft(
            form,
            make.radius_m,
            vec![pin(&[0], "load"), pin(&[segments], "handle")],
        )
    };
    world.softs.insert("soft".into(), soft);
    let load = (first - onwards(0.0) * (LOAD_M + make.radius_m)).with_z(LOAD_M);
    let load = make
        .ball("load", LOAD_M, make.load_kg, looks::PALETTE[3])
        .at(load.to_array());
    world.bodies.insert("load".into(), load);
    let handle = (end + onwards(1.0) * (HANDLE_M + make.radius_m)).with_z(HANDLE_M);
    world
        .bodies
        .insert("handle".into(), make.handle().at(handle.to_array()));
}
