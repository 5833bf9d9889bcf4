//! The episode beside the one that is shown, as lines over it: the outlines of its bodies, each tied to where it is in this one.

use super::overlays::{Line, Place, outline};
use crate::change;
use crate::compare::{angle_rad, between_m};
use crate::session::Session;
use bevy::math::Vec3;
use terrella_app::spec::pose::Pose;

/// What is nearer than this is where the other one is, m.
const SAME_M: f32 = 1e-4;
/// What is turned by less than this is turned as the other one is, rad.
const SAME_RAD: f32 = 1e-3;
/// At most so many points of a liquid or soft body are tied.
const MOST_POINTS: usize = 300;

const GHOST: [f32; 3] = [1.0, 0.55, 0.85];
const TIE: [f32; 3] = [1.0, 0.2, 0.7];

/// The lines of what is elsewhere in the other episode at this step.
pub(super) fn lines(session: &Session, lines: &mut Vec<Line>) {
    let (Some(play), Some(other), Some(there)) = (session.play(), session.other(), session.other_moment())
    else {
        return;
    };
    let (world, now) = (&play.plan().world, play.now());
    let shown = |kind: &str, name: &str| !session.hidden.contains(&change::place(kind, name));
    for (index, (name, body)) in other.plan().world.bodies.iter().enumerate() {
        let Some(pose) = there.poses.get(index) else {
            continue;
        };
        if !body.paint.visible || !shown("bodies", name) {
            continue;
        }
        let here = world.bodies.get_index_of(name).and_then(|own| now.poses.get(own));
        if here.is_some_and(|here| is_same(here, pose)) {
            continue;
        }
        outline(&body.shape, Place::of(pose), GHOST, lines);
        if let Some(here) = here {
            tie(here.position_m, pose.position_m, lines);
        }
    }
    let (liquids, softs) = (world.liquids.keys(), world.softs.keys());
    let kinds = liquids
        .map(|name| ("liquids", name))
        .chain(softs.map(|name| ("softs", name)));
    let points = kinds.zip(&now.points).zip(&there.points);
    for (((kind, name), here), there) in points {
        let stride = here.len().div_ceil(MOST_POINTS).max(1);
        if shown(kind, name) {
            let both = here.iter().zip(there).step_by(stride);
            both.for_each(|(here, there)| tie(*here, *there, lines));
        }
    }
}

fn is_same(one: &Pose, other: &Pose) -> bool {
    between_m(one.position_m, other.position_m) < SAME_M && angle_rad(one, other) < SAME_RAD
}

fn tie(from: [f32; 3], to: [f32; 3], lines: &mut Vec<Line>) {
    if between_m(from, to) >= SAME_M {
        let (from, to) = (Vec3::from_array(from), Vec3::from_array(to));
        lines.push(Line { from, to, color: TIE });
    }
}
