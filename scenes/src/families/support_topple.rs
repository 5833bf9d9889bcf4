//! `support_topple`: stability and intervention on towers.
//!
//! A suction gripper on a gantry stands before a tower whose margin of stability is set in centimetres and whose
//! masses are hidden. It takes the marked block away without toppling the others, puts it on top of them, or topples them to one
//! side, with its body or with a plunger of limited force.

mod expert;
mod play;
mod tower;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use std::f32::consts::FRAC_PI_2;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{
    Body, Camera, Freedom, GripAim, Joint, Material, Mechanism, Observe, Quantity, World,
};
use tower::Tower;

const REMOVE: &str = "put the marked block on the plate without moving the others";
const BUILD: &str = "put the marked block on the tower where the target shows, without moving the others";
const TOPPLE: &str = "topple the tower onto the plate's side";
/// Half width of the gripper's cup, m.
const HAND_HALF_M: f32 = 0.02;
/// Half of the plunger in it, m, how far that comes out to each side, m, and how hard it pushes, N.
const PLUNGER_HALF_M: f32 = 0.018;
const PLUNGER_WAY_M: f32 = 0.03;
const PLUNGER_N: f32 = 6.0;
const PLATE_HALF_M: f32 = 0.11;
const PLATE_HALF_HEIGHT_M: f32 = 0.001;
/// How near its target a block must be put, m.
const BUILT_M: f32 = 0.02;
/// How often a table shakes, Hz.
const SHAKE_HZ: f32 = 4.0;
/// A block that went further than this has been moved, m.
const MOVED_M: f32 = 0.03;
/// The name of the marked block.
const MARKED: &str = "marked";

/// The family.
pub struct SupportTopple;

impl Family for SupportTopple {
    fn card(&self) -> Card {
        Card {
            name: "support_topple".into(),
            title: "Support and topple".into(),
            question: "Will it fall, which way, and how many blocks move?".into(),
            doc: "A tower of 2 to 7 boxes stands on a table: a column with overhangs, or a bridge (5 boxes or more) on \
                  three supports of which one bears nothing; out of distribution a pyramid, and up to 12 boxes. Its \
                  margin of stability is a factor, its masses are hidden, some blocks are glued. Out of \
                  distribution the margin can be below zero: such a tower falls untouched, from the start on; and \
                  the table can be tilted, or shake. A suction gripper on a gantry moves, holds, and pushes: with \
                  its body, or with a plunger that comes out to its left (below zero) or right and has 6 N. It holds \
                  the block that a ray meets first, which goes down from its middle and is aimed: forwards (above \
                  zero) or backwards, as its nozzle shows."
                .into(),
            tasks: vec![REMOVE.into(), TOPPLE.into(), BUILD.into()],
            success: "Removal: the marked block rests on the plate, released, and no other block has moved by 3 cm. \
                      Building: it rests on the tower within 2 cm of the target, released, and no other block has \
                      moved by 3 cm. Toppling: the marked block lies low on the plate's side, released, and at least \
                      half of the other blocks have moved. Terminated: in removal and building, from the moment \
                      another block has moved."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice("goal", "What is asked.", &["remove", "topple", "build"], &[]),
            FactorSpec::choice(
                "arrangement",
                "How the blocks stand.",
                &["column", "bridge"],
                &["pyramid"],
            ),
            FactorSpec::count(
                "block_count",
                "Blocks of the tower, the marked one included. A bridge has at least five; a pyramid 3, 6 or 10; what is \
                 to be toppled at least three.",
                2,
                7,
                Some((8, 12)),
            ),
            FactorSpec::real(
                "margin_cm",
                "cm",
                "How far the centre of mass of what is above lies inside the weakest seam's edge: with the marked block, \
                 and, where that is on top and toppling is not the goal, without it too. Below zero the tower falls \
                 untouched, unless glue holds it.",
                Dist::uniform(0.8, 2.5).ood(-0.6, 0.6),
            ),
            FactorSpec::real(
                "block_half_width_m",
                "m",
                "Half of each block's width along x, from the lowest upwards; the boxes of a pyramid have that of the first.",
                Dist::uniform(0.035, 0.055),
            )
            .for_each(),
            FactorSpec::real(
                "block_half_height_m",
                "m",
                "Half of each block's height, in the same order; supports of a bridge are tall.",
                Dist::uniform(0.02, 0.032),
            )
            .for_each(),
            FactorSpec::real(
                "block_density_kgpm3",
                "kg/m^3",
                "Density of each block, in the same order; it cannot be seen.",
                Dist::log_uniform(300.0, 1500.0).ood(1500.0, 4000.0),
            )
            .for_each(),
            FactorSpec::real(
                "friction",
                "",
                "Friction of all blocks.",
                Dist::uniform(0.4, 0.9).ood(0.25, 0.4),
            ),
            FactorSpec::count(
                "glued_seams",
                "Pairs of neighbours that are glued together, none of them the marked block.",
                0,
                1,
                Some((2, 3)),
            ),
            FactorSpec::real(
                "table_tilt_deg",
                "degrees",
                "Tilt of the table, as gravity seen from it, towards a random side.",
                Dist::fixed(0.0).ood(0.5, 2.5),
            ),
            FactorSpec::real(
                "shake_mm",
                "mm",
                "How far the table shakes to each side along x, four times a second.",
                Dist::fixed(0.0).ood(0.2, 1.2),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let goal = draw.word("goal");
        let arrangement = draw.word("arrangement");
        let asked = draw.count("block_count");
        let least = if goal == "topple" { 3 } else { 2 };
        let count = tower::block_count(&arrangement, asked.max(least));
        if count != asked {
            draw.count_came_to("block_count", count);
        }
        let margin = draw.real("margin_cm") * 0.01;
        let widths = draw.reals("block_half_width_m", count);
        let heights = draw.reals("block_half_height_m", count);
        let halves = widths.iter().zip(heights);
        let tilt = draw.real("table_tilt_deg").to_radians();
        let mut layout = draw.rng("layout");
        let towards = layout.uniform_f32(0.0, 2.0 * std::f32::consts::PI);
        let lean = [libm::cosf(towards), libm::sinf(towards)].map(|part| part * libm::tanf(tilt));
        let material = tower::Material {
            halves: halves
                .map(|(width, height)| [*width, 0.9 * width, height])
                .collect(),
            densities: draw.reals("block_density_kgpm3", count),
            margin,
            lean,
            without_top: goal == "build" || (goal == "remove" && arrangement != "bridge"),
        };
        let tower = match arrangement.as_str() {
            "bridge" => tower::bridge(&material, &mut layout)?,
            "pyramid" => tower::pyramid(&material, &mut layout)?,
            _ => tower::column(&material, &mut layout)?,
        };
        let tower = if goal == "build" {
            tower.marked_on_top()
        } else {
            tower
        };
        let half = |axis: usize| {
            tower
                .blocks
                .iter()
                .map(|block| block.half[axis])
                .collect::<Vec<f32>>()
        };
        draw.reals_came_to("block_half_width_m", &half(0));
        draw.reals_came_to("block_half_height_m", &half(2));

        let mut world = World::<f32>::default();
        let down = 9.81 * libm::cosf(tilt);
        world.gravity_mps2 = [down * lean[0], down * lean[1], -down];
        add_table(&mut world, draw.real("shake_mm"));
        let height = tower
            .blocks
            .iter()
            .fold(0.0f32, |top, block| top.max(block.center[2] + block.half[2]));
        add_blocks(&mut world, &tower, draw.real("friction"), &mut draw.rng("color"));
        let asked = draw.count("glued_seams");
        let glued = add_glue(&mut world, &tower, asked, &mut draw.rng("glue"));
        if glued != asked {
            draw.count_came_to("glued_seams", glued);
        }

        let side = if layout.chance(0.5) { 1.0 } else { -1.0 };
        let plate_x = side * layout.uniform_f32(0.29, 0.33);
        let plate_y = if goal == "topple" {
            0.0
        } else {
            layout.uniform_f32(-0.12, 0.05)
        };
        let mut plate_half = [PLATE_HALF_M, PLATE_HALF_M, PLATE_HALF_HEIGHT_M];
        let mut plate_at = [plate_x, plate_y, PLATE_HALF_HEIGHT_M];
        if goal == "build" {
            // The block lies where the plate would be, and the plate shows where the block belongs.
            let block = &tower.blocks[tower.marked];
            let marked = &mut world.bodies[MARKED];
            marked.position_m = [plate_x, plate_y, block.half[2]];
            let [x, y, z] = block.center;
            plate_half = [block.half[0], block.half[1], PLATE_HALF_HEIGHT_M];
            plate_at = [x, y, z - block.half[2] + PLATE_HALF_HEIGHT_M];
        }
        let plate = Body::new(
            "plate",
            Shape::Box {
                half_extents_m: plate_half,
            },
        )
        .fixed()
        .at(plate_at)
        .painted(Paint::plain(looks::GOAL))
        .untouchable();
        world.bodies.insert("plate".into(), plate);

        let hand_at = [
            layout.uniform_f32(-0.3, 0.3),
            layout.uniform_f32(-0.35, -0.25),
            height + 0.12,
        ];
        world.bodies.insert("hand".into(), hand().at(hand_at));
        let gantry = Mechanism::Gantry {
            body: "hand".into(),
            axes: "xyz".into(),
            max_speed_mps: 0.5,
            max_acceleration_mps2: 3.0,
            low_m: [-0.6, -0.5, HAND_HALF_M + 0.005],
            high_m: [0.6, 0.5, 1.4],
            delay_secs: None,
        };
        world.mechanisms.insert("gantry".into(), gantry);
        add_grip(&mut world);
        add_plunger(&mut world);

        world.observe = vec![
            Observe::new("hand", Quantity::Position),
            Observe::new("grip", Quantity::State),
            Observe::new("nozzle", Quantity::Rotation),
            Observe::new("push", Quantity::JointPosition),
            Observe::new(MARKED, Quantity::Position),
            Observe::new("plate", Quantity::Position),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -1.45, 0.48], [0.0, 0.0, 0.19], 29.0),
        );
        world.cameras.insert(
            "angle".into(),
            Camera::looking([0.75, -0.85, 0.85], [0.0, 0.0, 0.15], 29.0),
        );
        let task = match goal.as_str() {
            "remove" => REMOVE,
            "build" => BUILD,
            _ => TOPPLE,
        };
        Ok((world, task.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan, Judge::new(plan))))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/support_topple.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: takes blocks and sets them down elsewhere, on the table or on others, or pushes them.",
    |_, plan, spec| with_noise(play::Moves(Expert::new(plan, Judge::new(plan))), spec),
)];

/// The table; a shaking one is told by a mechanism without inputs.
fn add_table(world: &mut World<f32>, shake_mm: f32) {
    let table = looks::floor(0.2);
    if shake_mm == 0.0 {
        world.bodies.insert("floor".into(), table);
        return;
    }
    world.bodies.insert("floor".into(), table.kinematic());
    let shaker = Mechanism::Shaker {
        body: "floor".into(),
        axis: "x".into(),
        frequency_hz: SHAKE_HZ,
        max_amplitude_m: 0.001 * shake_mm,
        always: true,
    };
    world.mechanisms.insert("shaker".into(), shaker);
}

fn add_blocks(world: &mut World<f32>, tower: &Tower, friction: f32, rng: &mut terrella_spec::seed::Rng) {
    let colors = looks::colors(rng, tower.blocks.len());
    for (index, (block, color)) in tower.blocks.iter().zip(colors).enumerate() {
        let is_marked = index == tower.marked;
        let paint = if is_marked {
            Paint::checker(looks::PALETTE[0], [1.0, 1.0, 1.0], 0.02)
        } else {
            Paint::plain(if color == looks::PALETTE[0] {
                looks::PALETTE[7]
            } else {
                color
            })
        };
        let mut body = Body::new(
            "block",
            Shape::Box {
                half_extents_m: block.half,
            },
        )
        .at(block.center)
        .painted(paint);
        body.material = Material {
            friction,
            mass_kg: Some(block.mass()),
            ..Material::default()
        };
        let name = if is_marked {
            MARKED.to_string()
        } else {
            format!("block_{index}")
        };
        world.bodies.insert(name, body);
    }
}

/// Glues some neighbours; the marked block stays free. Tells how many pairs.
fn add_glue(
    world: &mut World<f32>,
    tower: &Tower,
    count: usize,
    rng: &mut terrella_spec::seed::Rng,
) -> usize {
    let mut seams: Vec<[usize; 2]> = tower
        .seams
        .iter()
        .copied()
        .filter(|seam| !seam.contains(&tower.marked))
        .collect();
    let count = count.min(seams.len());
    for index in 0..count {
        let [lower, upper] = seams.swap_remove(rng.below(seams.len()));
        let (below, above) = (tower.blocks[lower].center, tower.blocks[upper].center);
        let glue = Joint {
            parent: format!("block_{lower}"),
            child: format!("block_{upper}"),
            anchor_parent_m: [0, 1, 2].map(|axis| above[axis] - below[axis]),
            anchor_child_m: [0.0; 3],
            freedom: Freedom::Weld {},
            motor: None,
            contacts: false,
            reduced: false,
            damping: 0.0,
        };
        world.joints.insert(format!("glue_{index}"), glue);
    }
    count
}

/// A cup under a thin rod.
fn hand() -> Body<f32> {
    let half = HAND_HALF_M;
    let part = |half_extents_m: [f32; 3], z: f32| Part::new(Shape::Box { half_extents_m }, [0.0, 0.0, z]);
    let parts = vec![
        part([half, half, half], 0.0),
        part([0.006, 0.006, 0.5], half + 0.5),
    ];
    let mut hand = Body::new("gripper", Shape::Compound { parts })
        .kinematic()
        .painted(Paint::plain(looks::AGENT));
    hand.material.friction = 0.3;
    hand
}

/// The cup holds what is under its nozzle, or before it where that is turned up.
fn add_grip(world: &mut World<f32>) {
    let half_extents_m = [0.015, 0.015, 0.006];
    let hand = Vec3::from(world.bodies["hand"].position_m);
    let nozzle = Body::new("nozzle", Shape::Box { half_extents_m })
        .kinematic()
        .untouchable()
        .at((hand - Vec3::Z * HAND_HALF_M).to_array())
        .painted(Paint::plain(looks::PALETTE[1]));
    world.bodies.insert("nozzle".into(), nozzle);
    let grip = Mechanism::Grip {
        body: "hand".into(),
        point_m: [0.0; 3],
        reach_m: HAND_HALF_M + 0.02,
        holds: (world.bodies.iter().filter(|(_, body)| body.class == "block"))
            .map(|(name, _)| name.clone())
            .collect(),
        holding: None,
        aim: Some(GripAim {
            about: "x".into(),
            limits_rad: [-FRAC_PI_2, FRAC_PI_2],
            max_speed_radps: 6.0,
            nozzle: "nozzle".into(),
        }),
        spin_radps: None,
    };
    world.mechanisms.insert("grip".into(), grip);
}

/// A rod in the gripper's cup that comes out along x.
fn add_plunger(world: &mut World<f32>) {
    // Nearly as thick as the cup: blocks that a thin rod was pressed into came out on its other side, spinning.
    let half_extents_m = [PLUNGER_HALF_M, 0.016, 0.016];
    let mut rod = Body::new("plunger", Shape::Box { half_extents_m })
        .at(world.bodies["hand"].position_m)
        .painted(Paint::plain(looks::PALETTE[3]));
    rod.material.mass_kg = Some(0.3);
    rod.material.friction = 0.3;
    rod.gravity_scale = 0.0;
    world.bodies.insert("plunger".into(), rod);
    let slider = Joint {
        parent: "hand".into(),
        child: "plunger".into(),
        anchor_parent_m: [0.0; 3],
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Slider {
            axis: [1.0, 0.0, 0.0],
            limits_m: Some([-PLUNGER_WAY_M, PLUNGER_WAY_M]),
        },
        motor: None,
        contacts: false,
        reduced: false,
        damping: 0.0,
    };
    world.joints.insert("push".into(), slider);
    let push = Mechanism::Positioner {
        joint: "push".into(),
        limits: [-PLUNGER_WAY_M, PLUNGER_WAY_M],
        max_velocity: 0.3,
        max_force: PLUNGER_N,
    };
    world.mechanisms.insert("push".into(), push);
}

/// Every block with its place at the start; the marked one is first.
fn blocks_of(world: &World<f32>) -> Vec<(usize, Vec3)> {
    let block = |(index, (name, body)): (usize, (&String, &Body<f32>))| {
        (body.class == "block").then(|| (name != MARKED, index, Vec3::from(body.position_m)))
    };
    let mut blocks: Vec<(bool, usize, Vec3)> = world.bodies.iter().enumerate().filter_map(block).collect();
    blocks.sort_by_key(|(other, index, _)| (*other, *index));
    blocks
        .into_iter()
        .map(|(_, index, place)| (index, place))
        .collect()
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    Remove,
    Topple,
    Build,
}

#[derive(Clone, Debug)]
struct Judge {
    goal: Goal,
    /// The marked block first.
    blocks: Vec<(usize, Vec3)>,
    /// Where the plate is, m.
    plate: Vec3,
    /// Half of the marked block's height, m.
    half_height: f32,
    spoilt: bool,
}

impl Judge {
    fn new(plan: &WorldPlan) -> Self {
        let bodies = &plan.world.bodies;
        let Shape::Box { half_extents_m } = bodies[MARKED].shape else {
            unreachable!("blocks are boxes");
        };
        Judge {
            goal: match plan.task.as_str() {
                REMOVE => Goal::Remove,
                BUILD => Goal::Build,
                _ => Goal::Topple,
            },
            blocks: blocks_of(&plan.world),
            plate: bodies["plate"].position_m.into(),
            half_height: half_extents_m[2],
            spoilt: false,
        }
    }
}

impl Task for Judge {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let grip = view.mechanism_index("grip").expect("the family makes a grip");
        let (index, start) = self.blocks[0];
        let marked = view.body(index);
        let moved = |(index, start): &&(usize, Vec3)| view.body(*index).position_m.distance(*start) > MOVED_M;
        let others = &self.blocks[1..];
        let share = others.iter().filter(moved).count() as f32 / others.len().max(1) as f32;
        let laid = view.held_by(grip).is_none() && marked.linear_velocity_mps.length() < 0.05;
        if self.goal == Goal::Topple {
            let side = self.plate.x.signum();
            let aside = side * (marked.position_m.x - start.x);
            let is_low = marked.position_m.z < 0.6 * start.z.max(0.1);
            return Outcome {
                reward: aside.clamp(-0.3, 0.3) + share - 1.3,
                success: is_low && aside > 0.05 && laid && share >= 0.5,
                terminated: false,
            };
        }
        self.spoilt |= share > 0.0;
        let on_plate = self.plate + Vec3::Z * self.half_height;
        let offset = marked.position_m - on_plate;
        let (there, left) = match self.goal {
            Goal::Build => {
                let aside = offset.truncate().length();
                let there = aside < BUILT_M && offset.z.abs() < 0.5 * self.half_height;
                (there, offset.length())
            }
            _ => {
                let aside = offset.truncate();
                let there = aside.abs().max_element() < PLATE_HALF_M && marked.position_m.z < 0.1;
                (there, aside.length())
            }
        };
        Outcome {
            reward: -left - 2.0 * share,
            success: there && laid && !self.spoilt,
            terminated: self.spoilt,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
