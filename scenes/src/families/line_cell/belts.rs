//! The belts of the cell, one after another: up to three that bring parcels, and the one beside which they are sorted. Places on the
//! line are told along +x, the last belt's way; where there is a turntable, what is before it lies along -y in the world.
//!
//! **Invariant:** every cell has the drives of all four and of a turntable, so that all have the same channels. Those of what a cell
//! lacks stand in its frame: they take setpoints, have no force, and report a speed of 0.

use super::cell::{HALF_WIDTH_M, TOP_M, fixed_box, slippery};
use super::turntable::{self, TURNTABLE};
use crate::looks;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Combine, Mechanism, World};

/// All belts, the first that a parcel meets first; a cell with fewer lacks the first ones.
pub(super) const BELTS: [&str; 4] = ["infeed_3", "infeed_2", "infeed", "sorter"];
/// Each belt lies so much higher than the next, so that no parcel is caught at the gap, m.
const STEP_M: f32 = 0.002;
/// Where a turntable lies between them, those before it lie so much higher than the last one besides, m.
const LIFT_M: f32 = 0.006;
const GAP_M: f32 = 0.02;
/// Where the belts before the last one begin and end along x, m.
const INFEED_M: [f32; 2] = [-1.55, -0.10];
/// Where the last one begins, and where it does if it is the only one, m.
const SORTER_M: f32 = -0.08;
const ALONE_M: f32 = -2.3;
const END_M: f32 = 1.25;
/// How far from a belt's end the middle of a parcel lies at the start, m.
const FROM_END_M: f32 = 0.15;
pub(super) const MAX_SPEED_MPS: f32 = 0.6;

/// What is common to all belts of a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Belts {
    /// How many it has, 1 to 4.
    pub(super) count: usize,
    /// True where a turntable lies before the last one; then there are 2 or more.
    pub(super) turns: bool,
    pub(super) friction: f32,
    /// Friction of an empty belt, N.
    pub(super) drag: f32,
    /// Largest force of a drive, N.
    pub(super) force: f32,
}

impl Belts {
    /// True for a belt of [`BELTS`] that the cell has.
    fn has(&self, index: usize) -> bool {
        index + self.count >= BELTS.len()
    }

    /// Ends along x of a belt that it has, m.
    fn ends_m(&self, index: usize) -> [f32; 2] {
        let before = self.count - 1;
        if index + 1 == BELTS.len() {
            let from = match before {
                _ if self.turns => turntable::MIDDLE_M[0],
                0 => ALONE_M,
                _ => SORTER_M,
            };
            return [from, END_M];
        }
        let length = (INFEED_M[1] - INFEED_M[0] + GAP_M) / before as f32;
        let from = INFEED_M[0] + length * (index + self.count - BELTS.len()) as f32;
        [from, from + length - GAP_M]
    }

    fn top_m(&self, index: usize) -> f32 {
        let after = BELTS.len() - 1 - index;
        let lift = if self.turns && after > 0 { LIFT_M } else { 0.0 };
        TOP_M + STEP_M * after as f32 + lift
    }

    /// Height of the belts below what begins at this x, m: what lies on two lies on the higher one.
    pub(super) fn height_m(&self, x: f32) -> f32 {
        let below = (0..BELTS.len()).find(|index| self.has(*index) && self.ends_m(*index)[1] > x);
        self.top_m(below.expect("it is before the last belt's end"))
    }

    /// Where a place before the last belt is in the world, so far along the line and to the left of it, m, and how the line is turned
    /// there, degrees.
    pub(super) fn place(&self, x: f32, left: f32) -> ([f32; 2], f32) {
        if self.turns {
            (turntable::before(INFEED_M[1] - x, left), -90.0)
        } else {
            ([x, left], 0.0)
        }
    }

    /// Where the first of so many parcels lies along x, m: before the last belt, or, with three belts and more, where the last of them lies
    /// at the start of the line, so that they come over all belts.
    pub(super) fn first_m(&self, parcels: usize, spacing: f32) -> f32 {
        if self.count < 3 {
            INFEED_M[1] - FROM_END_M
        } else {
            INFEED_M[0] + FROM_END_M + spacing * (parcels - 1) as f32
        }
    }

    /// Adds belts, drives, the button that stops them, rails and legs.
    pub(super) fn add_to(&self, world: &mut World<f32>) {
        world.mechanisms.insert("stop".into(), Mechanism::Stop {});
        for (index, name) in BELTS.into_iter().enumerate() {
            if self.has(index) {
                world.bodies.insert(name.into(), self.bed(index));
            }
            self.add_drive(world, name, [1.0, 0.0, 0.0]);
        }
        if self.turns {
            let [before, last] = [2, 3].map(|index| self.top_m(index));
            turntable::add_to(world, self, 0.5 * (before + last), INFEED_M[1]);
        }
        self.add_drive(world, TURNTABLE, [0.0, 0.0, 1.0]);
        self.add_rails(world);
    }

    /// Adds the drive of a belt or of the turntable, without force where there is none.
    fn add_drive(&self, world: &mut World<f32>, name: &str, direction: [f32; 3]) {
        let has = world.bodies.contains_key(name);
        let drive = Mechanism::Belt {
            body: if has { name } else { "legs" }.into(),
            direction,
            max_speed_mps: MAX_SPEED_MPS,
            max_force_n: if has { self.force } else { 0.0 },
            moving_mass_kg: 12.0,
            drag_n: self.drag,
            load_drag: 0.04,
            stopped_by: Some("stop".into()),
        };
        world.mechanisms.insert(name.into(), drive);
    }

    /// Gives a body the friction of belts.
    pub(super) fn make_grippy(&self, body: &mut Body<f32>) {
        body.material.friction = self.friction;
        // Times what the parcel has, whose own rule yields to this one.
        body.material.friction_combine = Combine::Multiply;
    }

    fn bed(&self, index: usize) -> Body<f32> {
        let [from, to] = self.ends_m(index);
        let half = 0.05;
        let middle = 0.5 * (from + to);
        let (place, yaw) = if index + 1 == BELTS.len() {
            ([middle, 0.0], 0.0)
        } else {
            self.place(middle, 0.0)
        };
        // Dark and light by turns, so that it is seen where one ends.
        let shade = [0.22, 0.44, 0.22, 0.44][index];
        let mut bed = fixed_box("belt", [0.5 * (to - from), HALF_WIDTH_M, half])
            .at([place[0], place[1], self.top_m(index) - half])
            .painted(Paint::plain([0.85, 0.9, 1.0].map(|part| shade * part)));
        bed.rotation = Rotation::RpyDeg([0.0, 0.0, yaw]);
        self.make_grippy(&mut bed);
        bed
    }

    /// Rails on both sides up to where parcels are sorted, and legs.
    fn add_rails(&self, world: &mut World<f32>) {
        let from = self.ends_m(BELTS.len() - self.count)[0];
        let half = 0.5 * (INFEED_M[1] - from);
        for (name, side) in [("rail_back", 1.0), ("rail_front", -1.0)] {
            let ([x, y], yaw) = self.place(from + half, side * (HALF_WIDTH_M + 0.012));
            let mut rail = fixed_box("rail", [half, 0.012, 0.03])
                .at([x, y, TOP_M + 0.03])
                .painted(Paint::plain(looks::WALL));
            rail.rotation = Rotation::RpyDeg([0.0, 0.0, yaw]);
            world.bodies.insert(name.into(), slippery(rail));
        }
        let leg = |([x, y], yaw): ([f32; 2], f32)| {
            let half_extents_m = [0.03, 0.12, 0.2];
            Part {
                rotation: Rotation::RpyDeg([0.0, 0.0, yaw]),
                ..Part::new(Shape::Box { half_extents_m }, [x, y, 0.2])
            }
        };
        let before = [from + 0.15, -0.3].map(|x| self.place(x, 0.0));
        let below = [0.55, 1.15].map(|x| ([x, 0.0], 0.0));
        let plate = self.turns.then_some((turntable::MIDDLE_M, 0.0));
        let parts = before.into_iter().chain(below).chain(plate).map(leg).collect();
        let legs = Body::new("frame", Shape::Compound { parts })
            .fixed()
            .untouchable()
            .painted(Paint::plain(looks::AGENT));
        world.bodies.insert("legs".into(), legs);
    }
}

/// How many belts the cell of a plan has.
pub(super) fn count(plan: &WorldPlan) -> usize {
    BELTS
        .into_iter()
        .filter(|name| plan.world.bodies.contains_key(*name))
        .count()
}
