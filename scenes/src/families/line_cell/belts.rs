//! The belts of the cell, one after another along +x: up to three that bring parcels, and the one beside which they are sorted.
//!
//! **Invariant:** every cell has the drives of all four, so that all have the same channels. Those of belts that a cell lacks stand in
//! its frame: they take setpoints, have no force, and report a speed of 0.

use super::cell::{HALF_WIDTH_M, TOP_M, fixed_box, slippery};
use crate::looks;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Combine, Mechanism, World};

/// All belts, the first that a parcel meets first; a cell with fewer lacks the first ones.
pub(super) const BELTS: [&str; 4] = ["infeed_3", "infeed_2", "infeed", "sorter"];
/// Each belt lies so much higher than the next, so that no parcel is caught at the gap, m.
const STEP_M: f32 = 0.002;
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
            return [if before == 0 { ALONE_M } else { SORTER_M }, END_M];
        }
        let length = (INFEED_M[1] - INFEED_M[0] + GAP_M) / before as f32;
        let from = INFEED_M[0] + length * (index + self.count - BELTS.len()) as f32;
        [from, from + length - GAP_M]
    }

    fn top_m(index: usize) -> f32 {
        TOP_M + STEP_M * (BELTS.len() - 1 - index) as f32
    }

    /// Height of the belts below what begins at this x, m: what lies on two lies on the higher one.
    pub(super) fn height_m(&self, x: f32) -> f32 {
        let below = (0..BELTS.len()).find(|index| self.has(*index) && self.ends_m(*index)[1] > x);
        Belts::top_m(below.expect("it is before the last belt's end"))
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
            let has = self.has(index);
            if has {
                world.bodies.insert(name.into(), self.bed(index));
            }
            let drive = Mechanism::Belt {
                body: if has { name } else { "legs" }.into(),
                direction: [1.0, 0.0, 0.0],
                max_speed_mps: MAX_SPEED_MPS,
                max_force_n: if has { self.force } else { 0.0 },
                moving_mass_kg: 12.0,
                drag_n: self.drag,
                load_drag: 0.04,
                stopped_by: Some("stop".into()),
            };
            world.mechanisms.insert(name.into(), drive);
        }
        self.add_rails(world);
    }

    fn bed(&self, index: usize) -> Body<f32> {
        let [from, to] = self.ends_m(index);
        let half = 0.05;
        // Dark and light by turns, so that it is seen where one ends.
        let shade = [0.22, 0.44, 0.22, 0.44][index];
        let mut bed = fixed_box("belt", [0.5 * (to - from), HALF_WIDTH_M, half])
            .at([0.5 * (from + to), 0.0, Belts::top_m(index) - half])
            .painted(Paint::plain([0.85, 0.9, 1.0].map(|part| shade * part)));
        bed.material.friction = self.friction;
        // Times what the parcel has, whose own rule yields to this one.
        bed.material.friction_combine = Combine::Multiply;
        bed
    }

    /// Rails on both sides up to where parcels are sorted, and legs.
    fn add_rails(&self, world: &mut World<f32>) {
        let from = self.ends_m(BELTS.len() - self.count)[0];
        let half = 0.5 * (INFEED_M[1] - from);
        for (name, side) in [("rail_back", 1.0), ("rail_front", -1.0)] {
            let rail = fixed_box("rail", [half, 0.012, 0.03])
                .at([from + half, side * (HALF_WIDTH_M + 0.012), TOP_M + 0.03])
                .painted(Paint::plain(looks::WALL));
            world.bodies.insert(name.into(), slippery(rail));
        }
        let leg = |x: f32| {
            let half_extents_m = [0.03, 0.12, 0.2];
            Part::new(Shape::Box { half_extents_m }, [x, 0.0, 0.2])
        };
        let parts = [from + 0.15, -0.3, 0.55, 1.15].map(leg).to_vec();
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
