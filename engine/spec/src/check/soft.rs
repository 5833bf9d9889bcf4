//! What is wrong in the soft bodies of a scene: ranges, pins, and how many vertices they are.

use super::Wrong;
use crate::dist::Dist;
use crate::limits::{LENGTH_M, Limits, raise};
use crate::soft::{Soft, SoftForm};
use crate::world::World;

pub(super) fn softs(wrong: &mut Wrong, world: &World<Dist>, limits: &Limits) {
    let mut all = 0_u64;
    for (name, soft) in &world.softs {
        all = all.saturating_add(soft.form.vertices() as u64);
        one(wrong, name, soft, world);
    }
    if all > limits.soft_vertices {
        let message = format!(
            "the soft bodies have {all} vertices; the limit is {}: give them fewer `segments`",
            limits.soft_vertices
        );
        wrong
            .0
            .push(("world.softs".into(), message, raise("soft_vertices")));
    }
}

fn one(wrong: &mut Wrong, name: &str, soft: &Soft<Dist>, world: &World<Dist>) {
    let place = |field: &str| format!("world.softs.{name}.{field}");
    let mut positive = |field: &str, dist: &Dist| {
        let (low, high) = dist.bounds();
        let (least, most) = LENGTH_M;
        let holds = low >= least && high <= most;
        wrong.require(
            holds,
            place(field),
            format!("must be above 0, in {least:e}..={most:e}"),
        );
    };
    positive("radius_m", &soft.radius_m);
    positive("mass_kg", &soft.mass_kg);
    positive("stretch_hz", &soft.stretch_hz);
    match &soft.form {
        SoftForm::Rope { .. } | SoftForm::Net { .. } | SoftForm::Cloth { .. } => {}
        SoftForm::Jelly {
            half_extents_m,
            young_pa,
            ..
        } => {
            half_extents_m
                .iter()
                .for_each(|half| positive("form.jelly.half_extents_m", half));
            wrong.require(
                young_pa.bounds().0 > 0.0,
                place("form.jelly.young_pa"),
                "must be above 0",
            );
        }
    }
    match &soft.form {
        SoftForm::Rope { along_m, .. } => {
            let enough = along_m.len() >= 2;
            wrong.require(enough, place("form.rope.along_m"), "wants at least two points");
        }
        SoftForm::Net { knots_m, cords, .. } => net(wrong, &place, knots_m.len(), cords),
        SoftForm::Cloth { .. } | SoftForm::Jelly { .. } => {}
    }
    for (field, dist) in [
        ("bend_hz", &soft.bend_hz),
        ("tear_strain", &soft.tear_strain),
        ("friction", &soft.friction),
        ("damping", &soft.damping),
    ] {
        wrong.require(dist.bounds().0 >= 0.0, place(field), "must be 0 or more");
    }
    for part in &soft.color {
        let (low, high) = part.bounds();
        wrong.require(low >= 0.0 && high <= 1.0, place("color"), "must be in 0..=1");
    }
    let segments = soft.form.segments();
    wrong.require(
        segments.iter().all(|count| *count >= 1),
        place("form"),
        "`segments` must be 1 or more",
    );
    let vertices = soft.form.vertices();
    for (index, pin) in soft.pins.iter().enumerate() {
        let known = pin.to == "world" || world.bodies.contains_key(&pin.to);
        let message = format!("there is no body called `{}`, and it is not `world`", pin.to);
        wrong.require(known, place(&format!("pins[{index}].to")), message);
        let fits = pin.vertices.iter().all(|vertex| (*vertex as usize) < vertices);
        let message = format!("its vertices are 0 to {}", vertices.saturating_sub(1));
        wrong.require(fits, place(&format!("pins[{index}].vertices")), message);
    }
}

/// Each cord joins two of the knots, and each knot is on a cord.
fn net(wrong: &mut Wrong, place: &impl Fn(&str) -> String, knots: usize, cords: &[[u32; 2]]) {
    let mut tied = vec![false; knots];
    for (index, cord) in cords.iter().enumerate() {
        let [from, to] = cord.map(|knot| knot as usize);
        let fits = from != to && from.max(to) < knots;
        let message = format!("wants two knots out of 0 to {}", knots.saturating_sub(1));
        wrong.require(fits, place(&format!("form.net.cords[{index}]")), message);
        for knot in [from, to] {
            if let Some(tied) = tied.get_mut(knot) {
                *tied = true;
            }
        }
    }
    let loose = tied.iter().position(|tied| !*tied);
    let message = format!("knot {} is on no cord", loose.unwrap_or_default());
    wrong.require(loose.is_none() && knots > 0, place("form.net.knots_m"), message);
}
