//! `support_topple`: stability and intervention on towers.
//!
//! A suction gripper on a gantry stands before a tower whose margin of stability is set in centimetres and whose
//! masses are hidden. It takes the marked block away without toppling the others, or topples them to one side.

mod expert;
mod tower;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use expert::Expert;
use terrella_sim::glam::Vec3;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{Body, Camera, Freedom, Joint, Material, Mechanism, Observe, Quantity, World};
use tower::Tower;

const REMOVE: &str = "put the marked block on the plate without moving the others";
const TOPPLE: &str = "topple the tower onto the plate's side";
/// Half width of the gripper's cup, m.
const HAND_HALF_M: f32 = 0.02;
const PLATE_HALF_M: f32 = 0.11;
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
            doc: "A tower of 3 to 7 boxes stands on a table: a column with overhangs, or a bridge on three supports \
                  of which one bears nothing. Its margin of stability is a factor, its masses are hidden, some \
                  blocks are glued. A suction gripper on a gantry moves, holds, and pushes with its body."
                .into(),
            tasks: vec![REMOVE.into(), TOPPLE.into()],
            success: "Removal: the marked block rests on the plate, released, and no other block has moved by 3 cm. \
                      Toppling: the marked block lies low on the plate's side, released, and at least half of the \
                      blocks have moved. Terminated: in a removal, from the moment another block has moved."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice("goal", "What is asked.", &["remove", "topple"], &[]),
            FactorSpec::choice(
                "arrangement",
                "How the blocks stand.",
                &["column", "bridge"],
                &["pyramid"],
            ),
            FactorSpec::count(
                "block_count",
                "Blocks of a column. A bridge has three fewer on its beam, at least one; a pyramid has six.",
                3,
                7,
                Some((8, 12)),
            ),
            FactorSpec::real(
                "margin_cm",
                "cm",
                "How far the centre of mass of what is above lies inside the weakest seam's edge.",
                Dist::uniform(0.8, 2.5).ood(0.15, 0.6),
            ),
            FactorSpec::real(
                "block_half_width_m",
                "m",
                "Half of each block's width.",
                Dist::uniform(0.035, 0.055),
            )
            .for_each(),
            FactorSpec::real(
                "block_half_height_m",
                "m",
                "Half of each block's height.",
                Dist::uniform(0.02, 0.032),
            )
            .for_each(),
            FactorSpec::real(
                "block_density_kgpm3",
                "kg/m^3",
                "Density of each block; it cannot be seen.",
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
                "Pairs of neighbours that are glued together.",
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
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let goal = draw.word("goal");
        let arrangement = draw.word("arrangement");
        let asked = draw.count("block_count");
        let count = match arrangement.as_str() {
            "bridge" => 1 + asked.saturating_sub(3).max(1),
            "pyramid" => 6,
            _ => asked,
        };
        let margin = draw.real("margin_cm") * 0.01;
        let widths = draw.reals("block_half_width_m", count);
        let heights = draw.reals("block_half_height_m", count);
        let densities = draw.reals("block_density_kgpm3", count);
        let friction = draw.real("friction");
        let glued = draw.count("glued_seams");
        let tilt = draw.real("table_tilt_deg").to_radians();
        let mut layout = draw.rng("layout");

        let mut world = World::<f32>::default();
        let towards = layout.uniform_f32(0.0, 2.0 * std::f32::consts::PI);
        let lean = [libm::cosf(towards), libm::sinf(towards)].map(|part| part * libm::tanf(tilt));
        let down = 9.81 * libm::cosf(tilt);
        world.gravity_mps2 = [down * lean[0], down * lean[1], -down];
        world.bodies.insert("floor".into(), looks::floor(0.2));

        // Supports of a bridge are as tall as three flat blocks, so that a hand fits under the beam.
        let halves: Vec<[f32; 3]> = (0..count)
            .map(|index| match (arrangement.as_str(), index) {
                ("bridge", 0) => [0.8 * widths[0], widths[0], 2.2 * heights[0]],
                _ => [widths[index], 0.9 * widths[index], heights[index]],
            })
            .collect();
        let masses = halves
            .iter()
            .zip(&densities)
            .map(|(half, density)| 8.0 * half.iter().product::<f32>() * density);
        let material = tower::Material {
            masses: masses.collect(),
            halves,
            margin,
            lean,
        };
        let tower = match arrangement.as_str() {
            "bridge" => tower::bridge(&material, &mut layout)?,
            "pyramid" => tower::pyramid(&material),
            _ => tower::column(&material, &mut layout)?,
        };
        let height = tower
            .blocks
            .iter()
            .fold(0.0f32, |top, block| top.max(block.center[2] + block.half[2]));
        add_blocks(&mut world, &tower, friction, &mut draw.rng("color"));
        add_glue(&mut world, &tower, glued, &mut draw.rng("glue"));

        let side = if layout.chance(0.5) { 1.0 } else { -1.0 };
        let plate_x = side * layout.uniform_f32(0.29, 0.33);
        let plate_y = if goal == "remove" {
            layout.uniform_f32(-0.12, 0.05)
        } else {
            0.0
        };
        let plate = Body::new(
            "plate",
            Shape::Box {
                half_extents_m: [PLATE_HALF_M, PLATE_HALF_M, 0.001],
            },
        )
        .fixed()
        .at([plate_x, plate_y, 0.001])
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
        let grip = Mechanism::Grip {
            body: "hand".into(),
            point_m: [0.0; 3],
            reach_m: HAND_HALF_M + 0.012,
            holds: Vec::new(),
            holding: None,
        };
        world.mechanisms.insert("grip".into(), grip);

        world.observe = vec![
            Observe::new("hand", Quantity::Position),
            Observe::new("grip", Quantity::State),
            Observe::new(MARKED, Quantity::Position),
            Observe::axes("plate", Quantity::Position, "xy"),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.0, -1.45, 0.48], [0.0, 0.0, 0.19], 29.0),
        );
        world.cameras.insert(
            "angle".into(),
            Camera::looking([0.75, -0.85, 0.85], [0.0, 0.0, 0.15], 29.0),
        );
        let task = if goal == "remove" { REMOVE } else { TOPPLE };
        Ok((world, task.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(Judge::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new(plan, Judge::new(plan))))
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/support_topple.toml")
    }
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
            mass_kg: Some(block.mass),
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

/// Glues some neighbours; the marked block stays free.
fn add_glue(world: &mut World<f32>, tower: &Tower, count: usize, rng: &mut terrella_spec::seed::Rng) {
    let mut seams: Vec<[usize; 2]> = tower
        .seams
        .iter()
        .copied()
        .filter(|seam| !seam.contains(&tower.marked))
        .collect();
    for index in 0..count.min(seams.len()) {
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

#[derive(Clone, Debug)]
struct Judge {
    removes: bool,
    /// The marked block first.
    blocks: Vec<(usize, Vec3)>,
    plate: [f32; 2],
    spoilt: bool,
}

impl Judge {
    fn new(plan: &WorldPlan) -> Self {
        let [x, y, _] = plan.world.bodies["plate"].position_m;
        Judge {
            removes: plan.task == REMOVE,
            blocks: blocks_of(&plan.world),
            plate: [x, y],
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
        let free = view.held_by(grip).is_none();
        let rests = marked.linear_velocity_mps.length() < 0.05;
        let offset = Vec3::new(self.plate[0], self.plate[1], 0.0) - marked.position_m.with_z(0.0);
        if self.removes {
            self.spoilt |= share > 0.0;
            let on_plate = offset.abs().max_element() < PLATE_HALF_M && marked.position_m.z < 0.1;
            let reward = -offset.length() - 2.0 * share;
            let success = on_plate && free && rests && !self.spoilt;
            return Outcome {
                reward,
                success,
                terminated: self.spoilt,
            };
        }
        let side = self.plate[0].signum();
        let aside = side * (marked.position_m.x - start.x);
        let is_low = marked.position_m.z < 0.6 * start.z.max(0.1);
        let reward = aside.clamp(-0.3, 0.3) + share - 1.3;
        let success = is_low && aside > 0.05 && free && rests && share >= 0.5;
        Outcome {
            reward,
            success,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
