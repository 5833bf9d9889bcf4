//! The winch of `linkage_control`: it winds the cable of a crane, or, where there is none, lets an empty hook up and down.
//!
//! A cable is two rods, one in the other, and the winch draws the inner one in. All worlds have a winch, because all worlds of a family
//! have the same action.

use super::parts::{Parts, reduced, scenery};
use super::{GRAVITY_MPS2, PIVOT_M};
use crate::looks;
use terrella_spec::plan::WorldPlan;
use terrella_spec::seed::Rng;
use terrella_spec::shape::{Paint, Part, Rotation, Shape};
use terrella_spec::world::{Body, Freedom, Joint, Mechanism, World};

/// Length of each of the two rods, for each metre of `length_m`.
pub(super) const ROD: f32 = 0.55;
/// Half of the width of the inner one, m.
pub(super) const CABLE_HALF_WIDTH_M: f32 = 0.02;
/// Shortest and longest cable, for each metre of `length_m`, as tasks want it, and how much further the winch goes.
const CABLE: [f32; 2] = [0.62, 1.06];
const SPARE: f32 = 0.03;
/// Where the empty hook is, m, how far it goes down, m, and its mass, kg.
const HOOK_M: [f32; 3] = [1.15, 0.3, PIVOT_M + 0.75];
const HOOK_WAY_M: f32 = 0.4;
const HOOK_KG: f32 = 0.5;
/// The winch's force as a multiple of the weight that hangs on it: it sinks by a two-hundredth of its speed.
const STRENGTH: f32 = 20.0;

/// Length of each of the two rods, m.
pub(super) fn rod_length(length_m: f32) -> f32 {
    ROD * length_m
}

/// The cable's length between its shortest and longest, m.
pub(super) fn middle(length_m: f32) -> f32 {
    0.5 * (CABLE[0] + CABLE[1]) * length_m
}

/// The cable's length at the start and at the goal, m: a third of its range apart at least.
pub(super) fn draw_cables(length_m: f32, layout: &mut Rng) -> [f32; 2] {
    let third = (CABLE[1] - CABLE[0]) / 3.0;
    let start = layout.uniform_f32(CABLE[0], CABLE[1]);
    let below = start - third - CABLE[0];
    let above = CABLE[1] - start - third;
    let goes_up = if below > 0.0 && above > 0.0 {
        layout.chance(0.5)
    } else {
        below > 0.0
    };
    let goal = if goes_up {
        layout.uniform_f32(CABLE[0], start - third)
    } else {
        layout.uniform_f32(start + third, CABLE[1])
    };
    [start, goal].map(|share| share * length_m)
}

/// The inner rod of a cable with its middle here (x, z), and the slider by which it goes in and out of the outer one.
pub(super) fn add_cable(world: &mut World<f32>, parts: &Parts, middle: [f32; 2], rotation: Rotation<f32>) {
    let half_extents_m = [
        CABLE_HALF_WIDTH_M,
        CABLE_HALF_WIDTH_M,
        0.5 * rod_length(parts.length),
    ];
    let mut cable = Body::new("rod", Shape::Box { half_extents_m })
        .at([middle[0], 0.0, middle[1]])
        .painted(Paint::plain(looks::WALL))
        .untouchable();
    cable.rotation = rotation;
    cable.material.mass_kg = Some(parts.rod_mass);
    world.bodies.insert("cable".into(), cable);
    let limits_m = [CABLE[0] - SPARE, CABLE[1] + SPARE].map(|share| (share - ROD) * parts.length);
    world
        .joints
        .insert("hoist".into(), slider("link", "cable", [0.0; 3], limits_m));
}

/// The winch itself, and what hangs on it where there is no cable to wind. It is the last of the action.
pub(super) fn add_winch(world: &mut World<f32>, parts: &Parts) {
    let mut weight_kg = parts.ball_mass + parts.rod_mass;
    if !parts.has_hoist() {
        weight_kg = HOOK_KG;
        add_hook(world);
    }
    let winch = Mechanism::Servo {
        joint: "hoist".into(),
        max_velocity: parts.hoist_speed,
        max_force: STRENGTH * weight_kg * GRAVITY_MPS2,
    };
    world.mechanisms.insert("hoist".into(), winch);
}

fn add_hook(world: &mut World<f32>) {
    let [x, y, z] = HOOK_M;
    let block = |half_extents_m: [f32; 3]| Shape::Box { half_extents_m };
    let case = scenery("winch", block([0.04, 0.03, 0.26]), looks::WALL).at([x, y, z]);
    world.bodies.insert("winch".into(), case);
    let parts = vec![
        Part::new(block([0.012, 0.012, 0.24]), [0.0; 3]),
        Part::new(Shape::Ball { radius_m: 0.05 }, [0.0, 0.0, -0.29]),
    ];
    let mut hook = Body::new("hook", Shape::Compound { parts })
        .at(HOOK_M)
        .painted(Paint::plain(looks::AGENT))
        .untouchable();
    hook.material.mass_kg = Some(HOOK_KG);
    world.bodies.insert("hook".into(), hook);
    world
        .joints
        .insert("hoist".into(), slider("world", "hook", HOOK_M, [0.0, HOOK_WAY_M]));
}

/// A slider that goes down.
fn slider(parent: &str, child: &str, anchor_parent_m: [f32; 3], limits_m: [f32; 2]) -> Joint<f32> {
    Joint {
        anchor_parent_m,
        freedom: Freedom::Slider {
            axis: [0.0, 0.0, -1.0],
            limits_m: Some(limits_m),
        },
        ..reduced(parent, child, 0.0)
    }
}

/// Where the hoist's joint is to be for the load to hang at the height of the mark, m.
pub(super) fn goal_m(plan: &WorldPlan, parts: &Parts) -> f32 {
    PIVOT_M - plan.world.bodies["mark"].position_m[2] - rod_length(parts.length)
}

/// Cables of several lengths, m: for whoever wants to know the crane at each of them.
pub(super) fn cables(length_m: f32) -> impl Iterator<Item = f32> {
    let [low, high] = [CABLE[0] - SPARE, CABLE[1] + SPARE];
    (0..9u8).map(move |index| (low + (high - low) * f32::from(index) / 8.0) * length_m)
}
