//! `contain_fit`: what fits where.
//!
//! A hand puts a peg into the one hole of several that it fits, with tenths of millimetres of room to centimetres, an open box
//! with a ball in it into a larger one, or a lid on the box that it fits, or carries the box to a mark: what is in it moves with it.

mod expert;
mod layout;
mod play;
mod sections;
mod things;
mod wall;

use crate::draw::{Draw, PlanError};
use crate::drawn;
use crate::family::{Card, Family};
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use layout::Layout;
use terrella_sim::glam::{Quat, Vec3};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::World;
use things::Thing;

const INSERT: &str = "put the peg into the hole that it fits";
const PACK: &str = "put the block into the box that it fits";
const NEST: &str = "put the box with the ball into the box that it fits";
const COVER: &str = "put the lid on the box that it fits";
const CARRY: &str = "carry the box with the ball to the green mark";
/// What the hand handles, peg, box or lid, and the mark of where its foot belongs, turned as its hole.
const PEG: &str = "peg";
const GOAL: &str = "goal";
/// What is contained.
const BALL: &str = "ball";
/// How much wider than pegs open boxes are: in the narrowest there is room for a ball that is heavy enough.
const BOX_SCALE: f32 = 1.4;
/// A box is on the mark when it is nearer than this to its middle, m.
const CARRIED_M: f32 = 0.02;
/// Height of the floor of holes, and of the rim, m.
const HOLE_FLOOR_M: f32 = 0.008;
const RIM_M: f32 = 0.05;
/// Things are at the bottom when they are nearer than this, m.
const DEPTH_M: f32 = 0.006;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    Insert,
    Nest,
    Cover,
    Carry,
}

/// Every job with its word.
const JOBS: [(Job, &str); 4] = [
    (Job::Insert, "insert"),
    (Job::Nest, "nest"),
    (Job::Cover, "cover"),
    (Job::Carry, "carry"),
];

impl Job {
    fn named(word: &str) -> Job {
        let found = JOBS.iter().find(|(_, name)| *name == word);
        found.expect("the factor's words are the jobs'").0
    }

    fn of(plan: &WorldPlan) -> Job {
        Job::named(drawn::word(plan, "goal"))
    }

    /// What the hand handles.
    fn thing(self) -> Thing {
        match self {
            Job::Insert => Thing::Peg,
            Job::Nest | Job::Carry => Thing::OpenBox,
            Job::Cover => Thing::Lid,
        }
    }
}

/// The family.
pub struct ContainFit;

impl Family for ContainFit {
    fn card(&self) -> Card {
        Card {
            name: "contain_fit".into(),
            title: "Contain and fit".into(),
            question: "Does it fit, where, and turned how? And where is what was in it?".into(),
            doc: "A hand with two fingers of limited force, and something with a knob in it or on the table: a peg, an \
                  open box with a handle and a ball of lead in it, or a lid. A board with two or three holes, or as many \
                  thin-walled boxes, stand in a row, each turned its own way. One hole has the thing's cross-section \
                  (round ones have eight sides) with 2 to 10 mm of room; the others have other shapes or are too \
                  small. The peg and the box are to go into it, the lid on it, over the ball that lies in it; or the \
                  box is carried to a mark. Out of distribution, the walls of all boxes are of glass, and only their \
                  rims are seen, or nets, of which the cords are."
                .into(),
            tasks: [INSERT, PACK, NEST, COVER, CARRY].map(String::from).into(),
            success: "The thing is in its hole, on its rim or within 2 cm of the mark to within 6 mm of where it comes \
                      to rest, upright, released, at rest; and the ball is still in the box that was put or carried."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        let holes = ["insert", "nest", "cover"];
        vec![
            FactorSpec::choice("goal", "What is asked.", &JOBS.map(|(_, word)| word), &[]),
            FactorSpec::choice(
                "container",
                "A board with holes, or boxes with thin walls.",
                &["board", "boxes"],
                &[],
            )
            .where_is("goal", &["insert"]),
            FactorSpec::choice(
                "look",
                "Whether one sees through walls: of glass, only the rim is seen, of a net its cords. Nothing passes through either.",
                &["opaque"],
                &["glass", "net"],
            ),
            FactorSpec::choice(
                "section",
                "Cross-section of the peg, the box, or what of the lid goes into its box.",
                &sections::SHAPES,
                &sections::HELD_OUT,
            ),
            FactorSpec::choice(
                "distractor",
                "What is wrong with the other holes.",
                &["other_shape", "too_small"],
                &[],
            )
            .where_is("goal", &holes),
            FactorSpec::count("hole_count", "Holes, the right one included.", 2, 3, Some((4, 4)))
                .where_is("goal", &holes),
            FactorSpec::real(
                "tolerance_mm",
                "mm",
                "Width of the hole less width of what belongs there.",
                Dist::uniform(2.0, 10.0).ood(0.5, 2.0),
            )
            .where_is("goal", &holes),
            FactorSpec::real(
                "radius_m",
                "m",
                "Radius of the circle that the cross-section of a peg or lid fits into; boxes are 1.4 times as wide.",
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
                "Where the thing is at the start.",
                &["in_hand", "on_table"],
                &[],
            ),
            FactorSpec::real(
                "start_tilt_deg",
                "degrees",
                "How aslant it is in the hand at the start.",
                Dist::uniform(0.0, 5.0).ood(5.0, 12.0),
            )
            .where_is("start", &["in_hand"]),
            FactorSpec::real(
                "density_kgpm3",
                "kg/m^3",
                "Density of what the hand handles.",
                Dist::log_uniform(400.0, 2000.0).ood(2000.0, 5000.0),
            ),
            FactorSpec::real(
                "friction",
                "",
                "Friction of it and of the walls.",
                Dist::uniform(0.1, 0.4).ood(0.4, 0.8),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let layout = Layout::draw(draw);
        let task = match layout.job {
            Job::Insert if layout.is_board => INSERT,
            Job::Insert => PACK,
            Job::Nest => NEST,
            Job::Cover => COVER,
            Job::Carry => CARRY,
        };
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

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/contain_fit.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: carries the thing to one random pose after another, lets it go there or not, puts it into its hole and takes it out.",
    |_, plan, spec| with_noise(play::Poses::new(Expert::new(plan)), spec),
)];

/// Where the middle of the thing's lower end is, in the frame of the mark, m.
fn foot_in_hole(view: &StepView<'_>, thing: Thing) -> Vec3 {
    let (peg, goal) = (view.body_named(PEG), view.body_named(GOAL));
    let foot = peg.position_m + peg.rotation * (Vec3::NEG_Z * thing.foot_m());
    goal.rotation.inverse() * (foot - goal.position_m)
}

#[derive(Clone, Debug)]
struct Judge {
    thing: Thing,
    /// How far aside the thing can be, m.
    room: f32,
    /// Radius of the circle that the thing's section fits into, m.
    radius: f32,
}

impl Judge {
    fn new(plan: &WorldPlan) -> Self {
        let job = Job::of(plan);
        Judge {
            thing: job.thing(),
            room: match job {
                Job::Carry => CARRIED_M,
                _ => 0.0005 * drawn::real(plan, "tolerance_mm") + 0.003,
            },
            radius: BOX_SCALE * drawn::real(plan, "radius_m"),
        }
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let hand = view
            .mechanism_index(crate::gripper::HAND)
            .expect("the family makes a hand");
        let foot = foot_in_hole(view, self.thing);
        let peg = view.body_named(PEG);
        let upright = (peg.rotation * Vec3::Z).z > 0.95;
        let there = foot.truncate().abs().max_element() < self.room && foot.z < DEPTH_M && upright;
        let rests = peg.linear_velocity_mps.length() < 0.03;
        let keeps = self.thing != Thing::OpenBox || {
            let ball = view.body_named(BALL).position_m - peg.position_m;
            things::is_inside(peg.rotation.inverse() * ball, self.radius)
        };
        Outcome {
            reward: -foot.length(),
            success: there && rests && keeps && view.held_by(hand).is_none(),
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
