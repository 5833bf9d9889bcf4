//! Play: to one random place after another in the free space of the course, or through one of its gates, from either side.

use super::expert::Expert;
use super::way::Way;
use super::{START, end};
use crate::play::{Subgoals, place_in};
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::world::Motion;

/// How far beyond start and end places are drawn, m: along the course, to its sides; and how high.
const BEYOND_M: [f32; 2] = [1.5, 2.5];
const HEIGHTS_M: [f32; 2] = [0.9, 2.8];
/// Shortest and longest way to a place, m.
const AWAY_M: [f32; 2] = [1.0, 5.0];
/// Slowest and fastest pace, m/s.
const PACES_MPS: [f32; 2] = [1.2, 3.2];
/// A way is so far from all that stands, m, looked at in such steps, m.
const CLEAR_M: f32 = 0.5;
const STEP_M: f32 = 0.2;
/// So far before a gate it begins to fly straight through, and so far beyond it ends, m.
const THROUGH_M: f32 = 1.2;
/// It is there where it is this near, m, and goes on after it was there for so long, s.
const THERE_M: f32 = 0.3;
const HOLDS_SECS: f32 = 0.4;
/// Ways that are drawn until one is free.
const TRIES: u32 = 30;

/// Ways to fly, and who flies them.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    pilot: Expert,
    /// The box that places are drawn in, m.
    low: Vec3,
    high: Vec3,
    /// What stands, by index, and which of it are gates to fly through.
    solid: Vec<usize>,
    gates: Vec<usize>,
    there_secs: f32,
}

impl Ways {
    pub(super) fn new(plan: &WorldPlan, pilot: Expert, gates: Vec<usize>) -> Self {
        let (end, [along, aside], [low, high]) = (end(plan), BEYOND_M, HEIGHTS_M);
        let bodies = plan.world.bodies.values().enumerate();
        let stands = bodies.filter(|(_, body)| body.collides && body.motion == Motion::Fixed);
        Ways {
            pilot,
            low: (START.min(end) - Vec3::new(along, aside, 0.0)).with_z(low),
            high: (START.max(end) + Vec3::new(along, aside, 0.0)).with_z(high),
            solid: stands.map(|(index, _)| index).collect(),
            gates,
            there_secs: 0.0,
        }
    }

    /// A way from here, and the gate that it leads through.
    fn any_way(&self, view: &StepView<'_>, rng: &mut Rng) -> (Way, Option<usize>) {
        let at = view.body_named("drone").position_m;
        if !self.gates.is_empty() && rng.chance(0.4) {
            let index = self.gates[rng.below(self.gates.len())];
            let gate = view.body(index);
            let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
            let through = gate.rotation * Vec3::X * side;
            let [before, beyond] = [-THROUGH_M, THROUGH_M].map(|far| gate.position_m + far * through);
            let start = (before - at).normalize_or(through);
            let places = [
                (at, start),
                (before, through),
                (gate.position_m, through),
                (beyond, through),
            ];
            return (Way::through(&places), Some(index));
        }
        let to = place_in(self.low, self.high, rng);
        let direction = (to - at).normalize_or(Vec3::X);
        (Way::through(&[(at, direction), (to, direction)]), None)
    }

    /// True where nothing stands near a way but the gate that it leads through.
    fn is_free(&self, view: &StepView<'_>, way: &Way, through: Option<usize>) -> bool {
        let steps = (way.length_m() / STEP_M) as u32;
        // Where it is now it may be near to something.
        (3..=steps).all(|step| {
            let point = way.at(step as f32 * STEP_M);
            let mut others = self.solid.iter().filter(|index| Some(**index) != through);
            point.z > CLEAR_M && others.all(|index| view.distance_to_body(*index, point) > CLEAR_M)
        })
    }
}

impl Subgoals for Ways {
    const PATIENCE_SECS: f32 = 6.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        let [near, far] = AWAY_M;
        let found = (0..TRIES).find_map(|_| {
            let (way, through) = self.any_way(view, rng);
            let length = way.length_m();
            let fits = through.is_some() || (near..far).contains(&length);
            (fits && self.is_free(view, &way, through)).then_some(way)
        });
        self.there_secs = 0.0;
        let Some(way) = found else { return false };
        self.pilot.fly(way, rng.uniform_f32(PACES_MPS[0], PACES_MPS[1]));
        true
    }

    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        let is_there = self.pilot.left_m(view.body_named("drone").position_m) < THERE_M;
        self.there_secs = if is_there {
            self.there_secs + view.record_secs()
        } else {
            0.0
        };
        self.there_secs > HOLDS_SECS
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        self.pilot.act(view, rng, action);
    }
}
