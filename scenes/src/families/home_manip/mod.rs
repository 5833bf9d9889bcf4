//! `home_manip`: what hands do in a kitchen.
//!
//! A hand with two fingers opens and closes a drawer and a cupboard, puts a block into and onto things, takes a lid
//! off and puts it on, stands a cup on a plate, lays a spoon there or into the drawer, presses a button, flips a switch. A locked drawer or
//! cupboard wants the button or the switch first, a jar its lid off.

mod expert;
mod goals;
mod kitchen;
mod parts;
mod play;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use goals::{GOALS, Goal};
use terrella_sim::policies::{Noisy, Policy};
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::World;

const BLOCK: &str = "block";
/// The button mechanism.
const LAMP: &str = "button";

/// The goals for which the drawer is moved, and those for which the cupboard's door is.
const DRAWER_GOALS: [&str; 4] = [
    "drawer_open",
    "drawer_closed",
    "block_in_drawer",
    "spoon_in_drawer",
];
const CUPBOARD_GOALS: [&str; 2] = ["cupboard_open", "cupboard_closed"];

/// The family.
pub struct HomeManip;

impl Family for HomeManip {
    fn card(&self) -> Card {
        Card {
            name: "home_manip".into(),
            title: "Home manipulation".into(),
            question: "Is it in the drawer when the drawer is closed, and what must be done first?".into(),
            doc: "A kitchen table with a drawer, a hinged cupboard, a jar with a lid, a plate, a cup, a spoon, a button, a switch, a checkered block and some clutter. \
                  One of fifteen things is asked: open, closed, in, on, off. The drawer may be locked until the button is pressed, \
                  which a yellow lamp shows; the switch turns a green one on and off; the jar may have its lid on. Out of distribution the \
                  cupboard may be locked, the switch may be what unlocks the drawer, and kitchens are of other kinds. A hand with two fingers of limited force moves, \
                  turns and grips; what is pulled too hard slips from it."
                .into(),
            tasks: GOALS.iter().map(|(.., task)| task.to_string()).collect(),
            success: "What was asked is so: the drawer or door at 80 % of its way or within 4 % of closed; the block, spoon, lid or cup \
                      where it belongs, released, at rest, the cup upright; the button active; the switch's lever over."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let goals: Vec<&str> = GOALS.iter().map(|(_, word, _)| *word).collect();
        vec![
            FactorSpec::choice("goal", "What is asked.", &goals, &[]),
            FactorSpec::choice(
                "action",
                "What moves the hand: pose, speeds along and about all axes and the fingers, 7 numbers; xyz, speeds along the \
                 axes and the fingers, 4 numbers: the hand keeps its attitude and gives way where what it holds turns, and small \
                 things lie within 9 degrees of square to it.",
                &["pose"],
                &[],
            )
            .on_request(&["xyz"]),
            FactorSpec::choice(
                "drawer_start",
                "The drawer at the start; locked: until the button is pressed. What is to be opened is not open, what is \
                 to be closed is.",
                &["open", "closed", "locked"],
                &[],
            ),
            FactorSpec::choice(
                "drawer_lock",
                "What unlocks a locked drawer: the button, or the switch while it is on, which is off at the start then.",
                &["button"],
                &["switch"],
            )
            .where_is("drawer_start", &["locked"])
            .where_is("goal", &["drawer_open", "block_in_drawer", "spoon_in_drawer"]),
            FactorSpec::choice(
                "cupboard_start",
                "Whether the cupboard is locked at the start, until the button is pressed.",
                &["unlocked"],
                &["locked"],
            )
            .where_is("goal", &["cupboard_open"]),
            FactorSpec::choice(
                "kitchen",
                "What kitchen it is: the colours of its furniture and of its floor; in those held out the drawer stands 3 cm \
                 further back than the cupboard.",
                &["pine", "white", "slate"],
                &["mint", "plum"],
            ),
            FactorSpec::choice(
                "lid_start",
                "Whether the jar has its lid on at the start. It has where that is to be taken off, and not where it is to \
                 be put on.",
                &["on", "off"],
                &[],
            ),
            FactorSpec::choice(
                "switch_start",
                "The light's switch at the start. It is off where it is to be turned on, and on where it is to be turned off.",
                &["on", "off"],
                &[],
            ),
            FactorSpec::choice(
                "cupboard_kind",
                "How the cupboard's door is hung.",
                &["hinge_left", "hinge_right"],
                &["flap"],
            ),
            FactorSpec::choice(
                "middle",
                "Which of drawer, cupboard and jar stands between the others.",
                &["drawer", "cupboard"],
                &["jar"],
            ),
            FactorSpec::choice(
                "handle_kind",
                "What handles are like.",
                &["bar", "knob"],
                &["ball"],
            ),
            FactorSpec::real(
                "handle_standoff_m",
                "m",
                "From a front to the middle of its handle.",
                Dist::uniform(0.044, 0.058).ood(0.037, 0.042),
            ),
            FactorSpec::real(
                "drawer_friction_n",
                "N",
                "Dry friction of the drawer.",
                Dist::log_uniform(0.3, 5.0).ood(5.0, 12.0),
            )
            .where_is("goal", &DRAWER_GOALS),
            FactorSpec::real(
                "hinge_friction_nm",
                "N m",
                "Dry friction of the cupboard's hinge.",
                Dist::log_uniform(0.01, 0.2).ood(0.2, 0.6),
            )
            .where_is("goal", &CUPBOARD_GOALS),
            FactorSpec::real(
                "front_mass_kg",
                "kg",
                "Mass of the drawer, and of the door.",
                Dist::log_uniform(0.2, 1.5).ood(2.0, 4.0),
            )
            .where_is("goal", &[&DRAWER_GOALS[..], &CUPBOARD_GOALS].concat()),
            FactorSpec::real(
                "block_half_m",
                "m",
                "Half of the block's width.",
                Dist::uniform(0.014, 0.021).ood(0.022, 0.026),
            ),
            FactorSpec::real(
                "block_density_kgpm3",
                "kg/m^3",
                "Density of the block; it cannot be seen.",
                Dist::log_uniform(200.0, 2000.0).ood(4000.0, 12000.0),
            )
            .where_is("goal", &["block_in_drawer", "block_in_jar", "block_on_plate"]),
            FactorSpec::real(
                "cup_mass_kg",
                "kg",
                "Mass of the cup; it cannot be seen.",
                Dist::log_uniform(0.06, 0.25).ood(0.4, 0.9),
            )
            .where_is("goal", &["cup_on_plate"]),
            FactorSpec::real(
                "spoon_mass_kg",
                "kg",
                "Mass of the spoon; it cannot be seen.",
                Dist::log_uniform(0.02, 0.1).ood(0.2, 0.6),
            )
            .where_is("goal", &["spoon_in_drawer", "spoon_on_plate"]),
            FactorSpec::real(
                "switch_spring_nm",
                "N m",
                "Torque of the switch's spring at its dead point.",
                Dist::log_uniform(0.03, 0.15).ood(0.25, 0.5),
            )
            .where_is("goal", &["switch_on", "switch_off"]),
            FactorSpec::real(
                "hold_limit_n",
                "N",
                "Pull at which what the fingers hold slips.",
                Dist::uniform(35.0, 80.0).ood(15.0, 30.0),
            ),
            FactorSpec::count(
                "clutter_count",
                "Things that nobody asks for.",
                0,
                2,
                Some((3, 4)),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let goal = Goal::named(&draw.word("goal"));
        let world = kitchen::world(draw, goal)?;
        Ok((world, goal.task().into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge {
            goal: Goal::of_task(&plan.task),
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan, Goal::of_task(&plan.task))))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/home_manip.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "clumsy",
        doc: "As `noisy`, by an expert who aims two grasps in five beside.",
        needs_expert: true,
        make: |_, plan, spec| {
            let expert = Expert::new(plan, Goal::of_task(&plan.task)).clumsy();
            Some(Box::new(Noisy::new(Box::new(expert), spec.epsilon)))
        },
    },
    crate::play::kind(
        "Chains random subgoals: opens, closes, presses, carries what can be reached now, whatever was asked.",
        |_, plan, spec| with_noise(play::Chores::new(plan), spec),
    ),
];

#[derive(Clone, Copy, Debug)]
struct Judge {
    goal: Goal,
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let (success, left) = self.goal.assess(view);
        Outcome {
            reward: -left,
            success,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
