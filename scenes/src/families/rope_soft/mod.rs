//! `rope_soft`: what is soft is pulled, draped, drawn aside, unwound and knotted.
//!
//! A hand takes hold of a handle at the end of a rope or chain, at the edge of a cloth, net or curtain, or at the side of a block of jelly.
//! The rope or chain is to lie over a peg, or to pull a box to its place, or to come off the post that it is wound round, or its knot is to be drawn
//! tight; the cloth to cover a ball, the net to uncover one; the curtain to be drawn aside; the jelly to be dragged to its place; a sheet to be torn
//! off its rail.

mod chain;
mod expert;
mod judge;
mod knot;
mod nets;
mod play;
mod rigs;
mod wound;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use judge::Judge;
use rigs::Make;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::soft::{Soft, SoftForm};
use terrella_spec::world::{Body, Camera, Mechanism, Observe, Quantity, World};

const DRAPE: &str = "lay the rope over the green peg and let go";
const PULL: &str = "pull the box onto the green mark by its rope";
const COVER: &str = "draw the cloth over the green ball and let go";
const CURTAIN: &str = "draw the curtain aside and let go";
const TEAR: &str = "tear the sheet off its rail, lay it on the green mark and let go";
const JELLY: &str = "drag the jelly onto the green mark and let go";
const CHAIN: &str = "lay the chain over the green peg and let go";
const UNCOVER: &str = "draw the net off the green ball and let go";
const UNWIND: &str = "unwind the rope from the green post, draw it away and let go";
const KNOT: &str = "draw the knot tight and let go";
const HAND_MPS: f32 = 0.6;

/// The family.
pub struct RopeSoft;

impl Family for RopeSoft {
    fn card(&self) -> Card {
        Card {
            name: "rope_soft".into(),
            title: "Ropes, chains, nets, cloth and jelly".into(),
            question: "Which end moves, and when does the rope pull?".into(),
            doc: "A hand moves through the air and can hold the red handle at the end of a rope or chain, at the edge of a \
                  cloth or net or at the side of a block of jelly. Ten kinds of worlds: a rope before up to three pegs, of which \
                  one is green, a chain before them, a box on a rope, a rope that is wound round a post, a rope with a loose overhand knot, a cloth beside a ball, a \
                  net over one, a curtain on a rail, a jelly on the floor, and a sheet on a rail, which tears where it is strained too much. Length, mass, thickness, stiffness \
                  and friction differ, and in how many pieces what is soft is made of. A chain is of rigid links \
                  (bodies link_0, link_1 ... from its load to its handle, each joined to the next at its end), with a \
                  short cord between it and its load. Ropes touch themselves where their pieces are longer than they are \
                  thick, nets do not. The places of all vertices are recorded."
                .into(),
            tasks: [
                DRAPE, PULL, COVER, CURTAIN, JELLY, TEAR, CHAIN, UNCOVER, UNWIND, KNOT,
            ]
                .map(String::from)
                .to_vec(),
            success: "For 0.4 s and not held: the rope or chain lies over the green peg with its handle below on one side and its \
                      load on the other; the box, or the knob on the jelly, is within 6 cm of the mark; the cloth lies on \
                      top of the ball and around it; the net is nowhere within 3 cm of the ball, seen from above; the \
                      rope goes round the post by less than half a turn from its load to its handle, and is nowhere within 12 cm of the post's \
                      axis; the part of the rope between the outermost places where it touches itself is no longer than 0.6 of what it was at first, and it has a knot still (the writhe of the \
                  rope is 2 or more, either way); the curtain is narrower than half of its width; the sheet is in two, and the \
                      handle within 10 cm of the mark. Terminates with success."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "kind",
                "A rope over a peg, a box on a rope, a cloth over a ball, a curtain, a block of jelly, a sheet that tears, a chain over \
                 a peg, a net off a ball, a rope off a post, a knot in a rope.",
                &[
                    "drape", "pull", "cover", "curtain", "jelly", "tear", "chain", "uncover", "unwind", "knot",
                ],
                &[],
            ),
            FactorSpec::real(
                "rope_length_m",
                "m",
                "Length of the rope, or of the chain with its cord, that is to be laid over the peg.",
                Dist::uniform(0.85, 1.1).ood(1.15, 1.35),
            )
            .where_is("kind", &["drape", "chain"]),
            FactorSpec::count("chain_links", "Links of the chain.", 10, 14, Some((17, 20)))
                .where_is("kind", &["chain"]),
            FactorSpec::real(
                "turns",
                "",
                "Turns of the rope about its post.",
                Dist::uniform(0.8, 1.4).ood(1.6, 2.0),
            )
            .where_is("kind", &["unwind"]),
            FactorSpec::real(
                "knot_size_m",
                "m",
                "How wide the loose knot is at the start.",
                Dist::uniform(0.14, 0.19).ood(0.2, 0.24),
            )
            .where_is("kind", &["knot"]),
            FactorSpec::real(
                "tow_length_m",
                "m",
                "Length of the rope that the box is pulled by: the hand has to get beyond the mark by as much.",
                Dist::uniform(0.34, 0.44).ood(0.46, 0.54),
            )
            .where_is("kind", &["pull"]),
            FactorSpec::real(
                "rope_radius_m",
                "m",
                "Radius of the rope, or of the links; a rope with a knot is three quarters as thick.",
                Dist::uniform(0.011, 0.017),
            )
            .where_is("kind", &["drape", "pull", "chain", "unwind", "knot"]),
            FactorSpec::count(
                "rope_segments",
                "Straight pieces that the rope is made of.",
                18,
                28,
                Some((34, 44)),
            )
            .where_is("kind", &["drape", "pull"]),
            FactorSpec::real(
                "cloth_size_m",
                "m",
                "Side of the cloth; the curtain is a quarter wider, the sheet a third narrower.",
                Dist::uniform(0.42, 0.54).ood(0.56, 0.64),
            )
            .where_is("kind", &["cover", "curtain", "tear"]),
            FactorSpec::count(
                "cloth_squares",
                "Squares along each side of the cloth.",
                8,
                11,
                Some((13, 14)),
            )
            .where_is("kind", &["cover", "curtain", "tear"]),
            FactorSpec::real(
                "net_size_m",
                "m",
                "Side of the net.",
                Dist::uniform(0.3, 0.36).ood(0.39, 0.44),
            )
            .where_is("kind", &["uncover"]),
            FactorSpec::count("net_meshes", "Meshes along each side of the net.", 4, 5, Some((6, 6)))
                .where_is("kind", &["uncover"]),
            FactorSpec::real(
                "tear_strain",
                "",
                "Strain at which the sheet tears, as a share of its length.",
                Dist::uniform(0.06, 0.16).ood(0.2, 0.3),
            )
            .where_is("kind", &["tear"]),
            FactorSpec::real(
                "jelly_size_m",
                "m",
                "Length and width of the jelly; it is 0.6 times as high.",
                Dist::uniform(0.15, 0.2).ood(0.22, 0.25),
            )
            .where_is("kind", &["jelly"]),
            FactorSpec::real(
                "young_pa",
                "Pa",
                "Young's modulus of the jelly.",
                Dist::log_uniform(8e3, 4e4).ood(3e3, 5e3),
            )
            .where_is("kind", &["jelly"]),
            FactorSpec::real(
                "soft_mass_kg",
                "kg",
                "Mass of the rope, net or cloth; a jelly or chain has three times as much.",
                Dist::uniform(0.1, 0.3).ood(0.4, 0.7),
            ),
            FactorSpec::real(
                "bend_hz",
                "Hz",
                "Stiffness against bending.",
                Dist::uniform(0.0, 4.0).ood(6.0, 12.0),
            )
            .where_is(
                "kind",
                &["drape", "pull", "cover", "curtain", "tear", "uncover", "unwind", "knot"],
            ),
            FactorSpec::real(
                "stretch_hz",
                "Hz",
                "Stiffness against stretching: at 60 Hz ropes and cloth are elastic.",
                Dist::uniform(90.0, 200.0).ood(45.0, 65.0),
            )
            .where_is(
                "kind",
                &["drape", "pull", "cover", "curtain", "tear", "uncover", "unwind", "knot"],
            ),
            FactorSpec::real(
                "friction",
                "",
                "Friction of everything; a curtain touches nothing.",
                Dist::uniform(0.35, 0.7).ood(0.8, 1.0),
            )
            .where_is(
                "kind",
                &[
                    "drape", "pull", "cover", "jelly", "tear", "chain", "uncover", "unwind", "knot",
                ],
            ),
            FactorSpec::real(
                "load_kg",
                "kg",
                "Mass at the other end of the rope or chain.",
                Dist::uniform(0.15, 0.5).ood(0.6, 1.0),
            )
            .where_is("kind", &["drape", "pull", "chain", "unwind", "knot"]),
            FactorSpec::count(
                "peg_count",
                "Pegs: the green one, a lower one behind it, a lower one before it.",
                1,
                2,
                Some((3, 3)),
            )
            .where_is("kind", &["drape", "chain"]),
            FactorSpec::real(
                "height_m",
                "m",
                "Height of the peg; the ball under the cloth or net is half as high.",
                Dist::uniform(0.26, 0.36).ood(0.37, 0.42),
            )
            .where_is("kind", &["drape", "cover", "chain", "uncover"]),
            FactorSpec::real(
                "goal_distance_m",
                "m",
                "How far the box or jelly is from its mark.",
                Dist::uniform(0.25, 0.4).ood(0.42, 0.5),
            )
            .where_is("kind", &["pull", "jelly"]),
            FactorSpec::real(
                "rope_angle_deg",
                "degrees",
                "Angle between the way to the mark and the rope.",
                Dist::uniform(-50.0, 50.0).ood(60.0, 90.0),
            )
            .where_is("kind", &["pull"]),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let kind = draw.word("kind");
        let mut layout = draw.rng("layout");
        let side = if layout.below(2) == 0 { -1.0 } else { 1.0 };
        let direction = layout.uniform_f32(-std::f32::consts::PI, std::f32::consts::PI);
        let distance = draw.real("goal_distance_m");
        let (rope_m, tow_m) = (draw.real("rope_length_m"), draw.real("tow_length_m"));
        let make = Make {
            side,
            length_m: if kind == "pull" { tow_m } else { rope_m },
            radius_m: draw.real("rope_radius_m"),
            segments: draw.count("rope_segments") as u32,
            links: draw.count("chain_links"),
            turns: draw.real("turns"),
            knot_m: draw.real("knot_size_m"),
            pegs: draw.count("peg_count"),
            cloth_m: draw.real("cloth_size_m"),
            squares: draw.count("cloth_squares") as u32,
            net_m: draw.real("net_size_m"),
            meshes: draw.count("net_meshes") as u32,
            jelly_m: draw.real("jelly_size_m"),
            young_pa: draw.real("young_pa"),
            stretch_hz: draw.real("stretch_hz"),
            mass_kg: draw.real("soft_mass_kg"),
            bend_hz: draw.real("bend_hz"),
            friction: draw.real("friction"),
            tear_strain: draw.real("tear_strain"),
            load_kg: draw.real("load_kg"),
            height_m: draw.real("height_m"),
            way_m: [distance * libm::cosf(direction), distance * libm::sinf(direction)],
            direction_rad: direction,
            lies_rad: direction + draw.real("rope_angle_deg").to_radians(),
            color: looks::colors(&mut draw.rng("color"), 9)[0],
        };
        let mut world = World::<f32>::default();
        let mut floor = looks::floor(0.25);
        floor.material.friction = make.friction;
        world.bodies.insert("floor".into(), floor);
        let task = match kind.as_str() {
            "drape" => {
                rigs::drape(&mut world, &make);
                DRAPE
            }
            "pull" => {
                rigs::pull(&mut world, &make);
                PULL
            }
            "cover" => {
                rigs::cover(&mut world, &make);
                COVER
            }
            "curtain" => {
                rigs::curtain(&mut world, &make);
                CURTAIN
            }
            "tear" => {
                rigs::sheet(&mut world, &make);
                TEAR
            }
            "chain" => {
                chain::drape(&mut world, &make);
                CHAIN
            }
            "uncover" => {
                nets::uncover(&mut world, &make);
                UNCOVER
            }
            "unwind" => {
                wound::unwind(&mut world, &make);
                UNWIND
            }
            "knot" => {
                knot::tighten(&mut world, &make);
                KNOT
            }
            _ => {
                rigs::jelly(&mut world, &make);
                JELLY
            }
        };
        let away = [
            layout.uniform_f32(-0.3, 0.3),
            layout.uniform_f32(-0.35, -0.15),
            layout.uniform_f32(0.5, 0.65),
        ];
        world.bodies.insert("hand".into(), hand().at(away));
        add_mechanisms(&mut world);
        world.observe = vec![
            Observe::new("hand", Quantity::Position),
            Observe::new("hand", Quantity::Velocity),
            Observe::new("grip", Quantity::State),
            Observe::new("handle", Quantity::Position),
            Observe::new("load", Quantity::Position),
            Observe::new("goal", Quantity::Position),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -1.75, 0.95], [0.0, 0.05, 0.2], 46.0),
        );
        world.cameras.insert(
            "top".into(),
            Camera::looking([0.0, -0.55, 1.9], [0.0, 0.0, 0.1], 46.0),
        );
        Ok((world, task.into()))
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
        include_str!("../../../presets/rope_soft.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: takes the handle, carries it to one random place after another, and lets go now and then.",
    |_, _, spec| with_noise(play::Pulls::default(), spec),
)];

/// Two fingers below a palm; only seen, for what it holds is felt.
fn hand() -> Body<f32> {
    let part = |half_extents_m: [f32; 3], at: [f32; 3]| Part::new(Shape::Box { half_extents_m }, at);
    let parts = vec![
        part([0.014, 0.008, 0.035], [0.0, 0.04, 0.02]),
        part([0.014, 0.008, 0.035], [0.0, -0.04, 0.02]),
        part([0.02, 0.05, 0.014], [0.0, 0.0, 0.065]),
    ];
    Body::new("hand", Shape::Compound { parts })
        .kinematic()
        .untouchable()
        .painted(Paint::plain(looks::AGENT))
}

fn add_mechanisms(world: &mut World<f32>) {
    world.mechanisms.insert(
        "hand".into(),
        Mechanism::Gantry {
            body: "hand".into(),
            axes: "xyz".into(),
            max_speed_mps: HAND_MPS,
            max_acceleration_mps2: 6.0,
            low_m: [-1.0, -0.9, 0.03],
            high_m: [1.0, 0.9, 0.8],
            delay_secs: None,
        },
    );
    world.mechanisms.insert(
        "grip".into(),
        Mechanism::Grip {
            body: "hand".into(),
            point_m: [0.0; 3],
            reach_m: 0.02,
            holds: vec!["handle".into()],
            holding: None,
            aim: None,
            spin_radps: None,
        },
    );
}

/// Where the vertices of what is soft are, m.
fn vertices(view: &StepView<'_>) -> Vec<Vec3> {
    let positions = view.soft_positions(0).iter();
    positions.map(|point| Vec3::from(*point)).collect()
}

/// Length of a cloth along its first edge, m.
fn width(soft: &Soft<f32>) -> f32 {
    let SoftForm::Cloth { along_m, .. } = &soft.form else {
        unreachable!("a curtain is a cloth");
    };
    Vec3::from(*along_m).length()
}
