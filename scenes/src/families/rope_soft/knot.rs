//! A rope with a loose overhand knot in it, which is to be drawn tight.

use super::rigs::{HANDLE_M, Make, pin};
use crate::looks;
use std::f32::consts::TAU;
use terrella_sim::glam::{Vec2, Vec3};
use terrella_sim::view::StepView;
use terrella_spec::shape::{Paint, Shape};
use terrella_spec::soft::{Soft, SoftForm};
use terrella_spec::world::{Body, World};

/// Where the line crosses itself, as places of its parameter: below and above by turns.
const CROSSINGS: [f32; 6] = [-1.931_85, -1.732_05, -0.517_64, 0.517_64, 1.732_05, 1.931_85];
/// The parameter at its ends, from where it goes straight on.
const ENDS: f32 = 2.02;
/// Places of the line.
const PLACES: u32 = 160;
/// Share of a rope's radius: thinner ones can be knotted more closely.
const THIN: f32 = 0.75;
/// Height of one strand over another that it crosses, in radii.
const OVER: f32 = 2.6;
/// Length of a straight piece of the rope, m.
const PIECE_M: f32 = 0.026;
/// Half of the side of the block that holds the other end, and half of the mark's height, m.
const ANCHOR_HALF_M: f32 = 0.03;
const MARK_HALF_M: f32 = 0.002;
/// How wide the curve is, in its units.
const WIDTH: f32 = 4.0;
/// How far the rope goes straight on from the knot, to its block and to its handle, m.
const STRAIGHT_M: [f32; 2] = [0.08, 0.14];
/// Which share of what is slack in the rope has been drawn out of it when the handle is at the mark.
const DRAWN: f32 = 0.5;
/// A knot is tight whose part of the rope is no longer than this share of what it was at first.
pub(super) const TIGHT: f32 = 0.6;
/// Pieces of a rope that nearly touch are at most so far from it, m: about as long as a piece.
const NEAR_M: f32 = 0.02;
/// A line that winds about itself by more than this has a knot.
pub(super) const KNOTTED: f32 = 2.0;

/// The plane curve of Shastri's trefoil, in units of its size.
fn curve(at: f32) -> Vec2 {
    let square = at * at;
    Vec2::new(at * (square - 3.0), square * (square - 4.0) + 2.0)
}

/// How high the line lies there, 0 below and 1 above.
fn height(at: f32) -> f32 {
    let at_crossing = |index: usize| (index % 2) as f32;
    let next = CROSSINGS.iter().position(|crossing| *crossing > at);
    match next {
        Some(0) => 0.0,
        None => 1.0 - ((at - CROSSINGS[5]) / (ENDS - CROSSINGS[5])).clamp(0.0, 1.0) * 0.5,
        Some(next) => {
            let [from, to] = [CROSSINGS[next - 1], CROSSINGS[next]];
            let share = (at - from) / (to - from);
            let smooth = share * share * (3.0 - 2.0 * share);
            at_crossing(next - 1) + (at_crossing(next) - at_crossing(next - 1)) * smooth
        }
    }
}

/// How much a line winds about itself, its writhe: the mean, over all directions it is seen from, of its crossings, with their signs. A loose
/// or tight overhand knot has 2.9 to 3.4 or the same below 0; where two strands went through each other it would be 2 less.
pub(super) fn writhe(line: &[Vec3]) -> f32 {
    let pieces: Vec<[Vec3; 2]> = line.windows(2).map(|ends| [ends[0], ends[1]]).collect();
    let mut sum = 0.0;
    for (index, one) in pieces.iter().enumerate() {
        for other in pieces.iter().skip(index + 2) {
            sum += solid_angle(*one, *other);
        }
    }
    sum / TAU
}

/// The solid angle of directions in which two pieces cross, signed (Klenin and Langowski 2000).
fn solid_angle([a, b]: [Vec3; 2], [c, d]: [Vec3; 2]) -> f32 {
    let (ac, ad, bc, bd) = (c - a, d - a, c - b, d - b);
    let normals = [ac.cross(ad), ad.cross(bd), bd.cross(bc), bc.cross(ac)].map(Vec3::normalize_or_zero);
    let turned: f32 = (0..4)
        .map(|index| normals[index].dot(normals[(index + 1) % 4]).clamp(-1.0, 1.0))
        .map(libm::asinf)
        .sum();
    let sign = (d - c).cross(b - a).dot(ac);
    if sign == 0.0 { 0.0 } else { turned * sign.signum() }
}

/// How long the knotted part of a rope's line is, m: from where the rope first touches itself, or nearly, to where it last does.
fn knotted_m(line: &[Vec3], radius_m: f32) -> f32 {
    let near = 2.0 * radius_m + NEAR_M;
    let mut far = 0.0;
    let mut along = vec![far];
    along.extend(line.windows(2).map(|ends| {
        far += ends[0].distance(ends[1]);
        far
    }));
    let (mut first, mut last) = (far, 0.0_f32);
    for (one, at) in line.iter().zip(&along) {
        for (other, later) in line.iter().zip(&along) {
            if later - at > 4.0 * near && one.distance(*other) < near {
                (first, last) = (first.min(*at), last.max(*later));
            }
        }
    }
    (last - first).max(0.0)
}

/// The same of the rope of a world, whose vertices are these.
pub(super) fn knotted_now_m(view: &StepView<'_>, line: &[Vec3]) -> f32 {
    knotted_m(line, view.world().softs["soft"].radius_m)
}

/// The same of a rope as it is laid out.
pub(super) fn knotted_at_first_m(soft: &Soft<f32>) -> f32 {
    let SoftForm::Rope { along_m, .. } = &soft.form else {
        unreachable!("a knot is in a rope");
    };
    let line: Vec<Vec3> = along_m.iter().map(|point| Vec3::from(*point)).collect();
    knotted_m(&line, soft.radius_m)
}

/// A rope with a loose knot on the floor, of which a block holds one end. The mark is where the handle comes when the knot is tight.
pub(super) fn tighten(world: &mut World<f32>, make: &Make) {
    let radius_m = THIN * make.radius_m;
    let low = radius_m + 0.002;
    let place = |at: f32| {
        let [x, y] = (make.knot_m / WIDTH * curve(at)).to_array();
        Vec3::new(x, make.side * y, low + OVER * radius_m * height(at))
    };
    let mut line: Vec<Vec3> = (0..=PLACES)
        .map(|index| place(ENDS * (2.0 * index as f32 / PLACES as f32 - 1.0)))
        .collect();
    let onwards = |from: Vec3, to: Vec3| (to - from).with_z(0.0).normalize_or_zero();
    let last = line.len() - 1;
    let (back, ahead) = (onwards(line[1], line[0]), onwards(line[last - 1], line[last]));
    let [to_anchor, to_handle] = STRAIGHT_M;
    let first = (line[0] + back * to_anchor).with_z(low);
    let end = (line[last] + ahead * to_handle).with_z(HANDLE_M);
    line.insert(0, first);
    line.push(end);
    let anchor = (first + back * ANCHOR_HALF_M).with_z(ANCHOR_HALF_M);
    let handle = (end + ahead * (HANDLE_M + radius_m)).with_z(HANDLE_M);
    let length: f32 = line.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
    let slack = length - first.distance(end);
    let pull = onwards(anchor, handle);
    let goal = anchor + pull * ((handle - anchor).truncate().length() + DRAWN * slack);
    // The way of the pull leads over the middle of the world, in any direction.
    let middle = 0.5 * (anchor + goal);
    let turn = Vec2::from_angle(make.direction_rad).rotate(Vec2::new(pull.x, -pull.y));
    let lay = |point: Vec3| {
        turn.rotate((point - middle).truncate())
            .extend(point.z)
            .to_array()
    };
    let segments = (length / PIECE_M) as u32;
    let form = SoftForm::Rope {
        along_m: line.into_iter().map(lay).collect(),
        segments,
    };
    let pins = vec![pin(&[0], "load"), pin(&[segments], "handle")];
    let soft = Soft {
        touches_itself: true,
        ..make.soft(form, radius_m, pins)
    };
    world.softs.insert("soft".into(), soft);
    let half_extents_m = [ANCHOR_HALF_M; 3];
    let block = Body::new("load", Shape::Box { half_extents_m })
        .fixed()
        .painted(Paint::plain(looks::PALETTE[3]));
    world.bodies.insert("load".into(), block.at(lay(anchor)));
    world
        .bodies
        .insert("handle".into(), make.handle().at(lay(handle)));
    let shape = Shape::Cylinder {
        radius_m: 0.06,
        half_height_m: MARK_HALF_M,
    };
    let mark = Body::new("mark", shape)
        .fixed()
        .untouchable()
        .painted(Paint::plain(looks::GOAL));
    world
        .bodies
        .insert("goal".into(), mark.at(lay(goal.with_z(MARK_HALF_M))));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of a knot, or what is left of it where its first and fourth passage through a crossing change places.
    fn line(is_flipped: bool) -> Vec<Vec3> {
        let lie = |at: f32| {
            let near = |index: usize| (at - CROSSINGS[index]).abs() < 0.08;
            let flips = is_flipped && (near(0) || near(3));
            let height = if flips { 1.0 - height(at) } else { height(at) };
            curve(at).extend(0.4 * height)
        };
        (0..=600)
            .map(|index| lie(ENDS * (index as f32 / 300.0 - 1.0)))
            .collect()
    }

    /// Where one crossing of three is the other way round there is no knot, and its writhe is 2 less.
    #[test]
    fn a_crossing_the_other_way_round_is_told_by_the_writhe() {
        let knot = writhe(&line(false));
        assert!((2.5..3.5).contains(&knot.abs()), "{knot}");
        let mirrored: Vec<Vec3> = line(false)
            .iter()
            .map(|point| Vec3::new(point.x, -point.y, point.z))
            .collect();
        assert!((writhe(&mirrored) + knot).abs() < 1e-3);
        let flipped = writhe(&line(true));
        assert!(flipped.abs() < KNOTTED, "{flipped}");
    }

    #[test]
    fn the_knotted_part_lies_between_the_outermost_crossings() {
        let line: Vec<Vec3> = line(false).iter().map(|point| 0.05 * *point).collect();
        let length: f32 = line.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
        let knotted = knotted_m(&line, 0.01);
        assert!(
            knotted > 0.8 * length && knotted < length,
            "{knotted} of {length}"
        );
        assert_eq!(knotted_m(&[Vec3::ZERO, Vec3::X, 2.0 * Vec3::X], 0.01), 0.0);
    }
}
