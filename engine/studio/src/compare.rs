//! How far two episodes are apart: thing by thing at a step, over time, and in a picture.

use crate::change;
use crate::play::{Moment, Play};
use bevy::math::{Quat, Vec3};
use terrella_app::spec::pose::Pose;

/// A pixel of a picture differs where one of its colours is off by more, of 255.
const OFF: u8 = 8;
/// Colours that are off by as much, of 255, are as different as the picture of the difference can tell.
const MOST_OFF: f32 = 64.0;
/// What differs is of this colour in the picture of the difference.
const DIFFERS: [f32; 3] = [255.0, 90.0, 205.0];

/// A thing of both episodes, and how far the other one's is from this one's.
#[derive(Clone, Debug, PartialEq)]
pub struct Apart {
    /// The thing in the document: `world.bodies.ball`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// How far its origin is from that of the other, m; of a liquid or soft body, how far that point is which is furthest.
    pub distance_m: f32,
    /// By how much it is turned against the other, rad; nothing of liquids and soft bodies.
    pub angle_rad: Option<f32>,
}

/// What both episodes have: its places in the moments of the one and of the other.
struct Pair {
    path: String,
    name: String,
    /// True for a body, false for the points of a liquid or soft body.
    is_body: bool,
    one: usize,
    other: usize,
}

/// Two episodes that are compared.
pub struct Comparison {
    pairs: Vec<Pair>,
    /// Things that only one of them has, by their names.
    alone: Vec<String>,
    /// For each step that both have: how far the thing is apart that is furthest, m.
    largest_m: Vec<f32>,
    first: Option<usize>,
}

/// The names of bodies, liquids and soft bodies, each with its kind and its place in the moments.
fn named(play: &Play) -> Vec<(&'static str, &String, usize)> {
    let world = &play.plan().world;
    let (bodies, liquids) = (world.bodies.keys(), world.liquids.keys());
    let softs = world.softs.keys().enumerate();
    let behind = world.liquids.len();
    let bodies = bodies.enumerate().map(|(place, name)| ("bodies", name, place));
    let liquids = liquids.enumerate().map(|(place, name)| ("liquids", name, place));
    let softs = softs.map(|(place, name)| ("softs", name, behind + place));
    bodies.chain(liquids).chain(softs).collect()
}

impl Comparison {
    /// Compares all steps that both have so far.
    pub fn new(one: &Play, other: &Play) -> Comparison {
        let (first, second) = (named(one), named(other));
        let (mut pairs, mut alone) = (Vec::new(), Vec::new());
        for (kind, name, place) in &first {
            match second.iter().find(|own| own.0 == *kind && own.1 == *name) {
                Some((.., there)) => pairs.push(Pair {
                    path: change::place(kind, name),
                    name: name.to_string(),
                    is_body: *kind == "bodies",
                    one: *place,
                    other: *there,
                }),
                None => alone.push(name.to_string()),
            }
        }
        let is_shared = |kind: &str, name: &String| first.iter().any(|own| own.0 == kind && own.1 == name);
        let others = second.iter().filter(|(kind, name, _)| !is_shared(kind, name));
        alone.extend(others.map(|(_, name, _)| name.to_string()));
        let mut comparison = Comparison {
            pairs,
            alone,
            largest_m: Vec::new(),
            first: None,
        };
        comparison.go_on(one, other);
        comparison
    }

    /// Compares the steps that have come since.
    pub fn go_on(&mut self, one: &Play, other: &Play) {
        let both = one.moments().iter().zip(other.moments());
        for (here, there) in both.skip(self.largest_m.len()) {
            let mut largest_m = 0.0f32;
            let mut is_other = !self.alone.is_empty();
            for (_, far_m, angle_rad) in self.each(here, there) {
                largest_m = largest_m.max(far_m);
                is_other |= differ(far_m, angle_rad);
            }
            if is_other && self.first.is_none() {
                self.first = Some(self.largest_m.len());
            }
            self.largest_m.push(largest_m);
        }
    }

    /// The first step at which anything is not exactly alike.
    pub fn first_step(&self) -> Option<usize> {
        self.first
    }

    /// For each step that both have: how far the thing is apart that is furthest, m.
    pub fn largest_m(&self) -> &[f32] {
        &self.largest_m
    }

    /// Things that only one of them has, by their names.
    pub fn alone(&self) -> &[String] {
        &self.alone
    }

    /// What is apart at two moments, that which is furthest first; what is exactly alike is left out.
    pub fn at(&self, here: &Moment, there: &Moment) -> Vec<Apart> {
        let each = self
            .each(here, there)
            .filter(|(_, far_m, angle_rad)| differ(*far_m, *angle_rad));
        let mut all: Vec<Apart> = each
            .map(|(pair, distance_m, angle_rad)| Apart {
                path: pair.path.clone(),
                name: pair.name.clone(),
                distance_m,
                angle_rad,
            })
            .collect();
        let by_angle = |one: &Apart, other: &Apart| {
            let angle = |apart: &Apart| apart.angle_rad.unwrap_or(0.0);
            angle(other).total_cmp(&angle(one))
        };
        all.sort_by(|one, other| {
            let far = other.distance_m.total_cmp(&one.distance_m);
            far.then_with(|| by_angle(one, other))
        });
        all
    }

    /// How many things both have.
    pub fn shared(&self) -> usize {
        self.pairs.len()
    }

    /// Every thing that both have, with the distance of its two places, m, and the angle between them.
    fn each<'a>(
        &'a self,
        here: &'a Moment,
        there: &'a Moment,
    ) -> impl Iterator<Item = (&'a Pair, f32, Option<f32>)> + 'a {
        self.pairs.iter().filter_map(|pair| {
            if pair.is_body {
                let (one, other) = (here.poses.get(pair.one)?, there.poses.get(pair.other)?);
                let far_m = between_m(one.position_m, other.position_m);
                return Some((pair, far_m, Some(angle_rad(one, other))));
            }
            let (one, other) = (here.points.get(pair.one)?, there.points.get(pair.other)?);
            let far = one.iter().zip(other).map(|(one, other)| between_m(*one, *other));
            Some((pair, far.fold(0.0, f32::max), None))
        })
    }
}

/// True where two things are not exactly alike.
fn differ(distance_m: f32, angle_rad: Option<f32>) -> bool {
    distance_m > 0.0 || angle_rad.is_some_and(|angle| angle > 0.0)
}

/// How far two places are apart, m.
pub(crate) fn between_m(one: [f32; 3], other: [f32; 3]) -> f32 {
    Vec3::from_array(one).distance(Vec3::from_array(other))
}

/// The angle between two orientations, rad: exact also where it is small.
pub(crate) fn angle_rad(one: &Pose, other: &Pose) -> f32 {
    if one.rotation_xyzw == other.rotation_xyzw {
        return 0.0;
    }
    let turn = Quat::from_array(one.rotation_xyzw).inverse() * Quat::from_array(other.rotation_xyzw);
    2.0 * turn.xyz().length().atan2(turn.w.abs())
}

/// The picture of the difference of two pictures of the same size, RGB: the first one, dark and grey, with what differs in it. As RGBA, and
/// which share of the pixels differs.
pub fn difference(one: &[u8], other: &[u8]) -> (Vec<u8>, f32) {
    let (one, other) = (one.as_chunks::<3>().0, other.as_chunks::<3>().0);
    let mut rgba = Vec::with_capacity(4 * one.len());
    let mut count = 0;
    for (one, other) in one.iter().zip(other) {
        let off = (0..3).map(|part| one[part].abs_diff(other[part])).max();
        let off = off.unwrap_or(0);
        count += usize::from(off > OFF);
        let grey = 0.12 * one.iter().map(|part| f32::from(*part)).sum::<f32>();
        let share = (f32::from(off) / MOST_OFF).min(1.0);
        rgba.extend(DIFFERS.map(|full| (grey + (full - grey) * share) as u8));
        rgba.push(255);
    }
    (rgba, count as f32 / one.len().max(1) as f32)
}
