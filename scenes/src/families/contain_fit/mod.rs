//! `contain_fit`: what fits where.
//!
//! A hand puts a peg into the one hole of several that it fits, with tenths of millimetres of room to centimetres.

mod expert;
mod layout;
mod sections;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use expert::Expert;
use layout::Layout;
use terrella_sim::glam::{Quat, Vec2, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::World;

const INSERT: &str = "put the peg into the hole that it fits";
const PACK: &str = "put the block into the box that it fits";
/// The peg, and the mark of its hole: on the hole's floor, turned as the hole.
const PEG: &str = "peg";
const GOAL: &str = "goal";
/// Half of a peg's height without its knob, m.
const PEG_HALF_M: f32 = 0.035;
/// Half width and height of the knob, m.
const KNOB_M: [f32; 2] = [0.009, 0.032];
/// Height of the floor of holes, and of the rim, m.
const HOLE_FLOOR_M: f32 = 0.008;
const RIM_M: f32 = 0.05;
/// A peg is at the bottom when it is nearer than this, m.
const DEPTH_M: f32 = 0.006;

/// The family.
pub struct ContainFit;

impl Family for ContainFit {
    fn card(&self) -> Card {
        Card {
            name: "contain_fit".into(),
            title: "Contain and fit".into(),
            question: "Does it fit, where, and turned how?".into(),
            doc: "A peg with a knob, in the hand or on the table, and a board with two or three holes, or as many thin-walled \
                  boxes, of wood or of glass. One hole has its cross-section (round ones have eight sides) with 2 to 10 mm of room; the others have other \
                  shapes or are too small. Every hole is turned its own way. A hand with two fingers moves, turns and grips \
                  with limited force."
                .into(),
            tasks: vec![INSERT.into(), PACK.into()],
            success: "The peg is in its hole to within 6 mm of the floor, released, and at rest.".into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "container",
                "A board with holes, or boxes with thin walls.",
                &["board", "boxes"],
                &[],
            ),
            FactorSpec::choice(
                "look",
                "Whether one sees through the walls; of glass, only the rim is seen.",
                &["opaque", "glass"],
                &[],
            ),
            FactorSpec::choice(
                "section",
                "Cross-section of the peg.",
                &sections::SHAPES,
                &sections::HELD_OUT,
            ),
            FactorSpec::choice(
                "distractor",
                "What is wrong with the other holes.",
                &["other_shape", "too_small"],
                &[],
            ),
            FactorSpec::count("hole_count", "Holes, the right one included.", 2, 3, Some((4, 4))),
            FactorSpec::real(
                "tolerance_mm",
                "mm",
                "Width of the hole less width of the peg.",
                Dist::uniform(2.0, 10.0).ood(0.5, 2.0),
            ),
            FactorSpec::real(
                "radius_m",
                "m",
                "Radius of the circle that the peg's cross-section fits into.",
                Dist::uniform(0.024, 0.032),
            ),
            FactorSpec::real(
                "hole_yaw_deg",
                "degrees",
                "How each hole is turned in its row.",
                Dist::uniform(-45.0, 45.0),
            )
            .for_each(),
            FactorSpec::real(
                "row_yaw_deg",
                "degrees",
                "How the row of holes is turned.",
                Dist::uniform(-20.0, 20.0),
            ),
            FactorSpec::choice(
                "start",
                "Where the peg is at the start.",
                &["in_hand", "on_table"],
                &[],
            ),
            FactorSpec::real(
                "start_tilt_deg",
                "degrees",
                "How aslant the peg is in the hand at the start, if it is there.",
                Dist::uniform(0.0, 5.0).ood(5.0, 12.0),
            )
            .where_is("start", &["in_hand"]),
            FactorSpec::real(
                "density_kgpm3",
                "kg/m^3",
                "Density of the peg.",
                Dist::log_uniform(400.0, 2000.0).ood(2000.0, 5000.0),
            ),
            FactorSpec::real(
                "friction",
                "",
                "Friction of the peg and of the walls.",
                Dist::uniform(0.1, 0.4).ood(0.4, 0.8),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let layout = Layout::draw(draw);
        let task = if layout.is_board { INSERT } else { PACK };
        Ok((
            layout.world(&mut draw.rng("layout"), &mut draw.rng("color")),
            task.into(),
        ))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan)))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/contain_fit.toml")
    }
}

/// A real factor of a plan.
fn real(plan: &WorldPlan, name: &str) -> f32 {
    match &plan.factors[name] {
        terrella_spec::factor::FactorValue::Real(value) => *value as f32,
        _ => unreachable!("`{name}` is real"),
    }
}

/// Where the middle of the peg's lower end is, in the frame of its hole's floor, m.
fn foot_in_hole(view: &StepView<'_>) -> Vec3 {
    let (peg, goal) = (view.body_named(PEG), view.body_named(GOAL));
    let foot = peg.position_m + peg.rotation * (Vec3::NEG_Z * PEG_HALF_M);
    goal.rotation.inverse() * (foot - goal.position_m)
}

#[derive(Clone, Debug)]
struct Judge {
    /// How far aside the peg can be in its hole, m.
    room: f32,
}

impl Judge {
    fn new(plan: &WorldPlan) -> Self {
        Judge {
            room: 0.0005 * real(plan, "tolerance_mm") + 0.003,
        }
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let hand = view
            .mechanism_index(crate::gripper::HAND)
            .expect("the family makes a hand");
        let foot = foot_in_hole(view);
        let peg = view.body_named(PEG);
        let upright = (peg.rotation * Vec3::Z).z > 0.95;
        let inside = Vec2::new(foot.x, foot.y).abs().max_element() < self.room && foot.z < DEPTH_M && upright;
        let rests = peg.linear_velocity_mps.length() < 0.03;
        Outcome {
            reward: -foot.length(),
            success: inside && rests && view.held_by(hand).is_none(),
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}

/// The rotation by this yaw, rad.
fn yawed(yaw: f32) -> Quat {
    Quat::from_rotation_z(yaw)
}
