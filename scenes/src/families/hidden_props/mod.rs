//! `hidden_props`: pucks that look alike, one to be shoved onto a mark out of reach: find out first what it is like.
//!
//! A ram on two sliders reaches the pucks where they lie and not where they are to go, so a puck that has left can only
//! be watched: there is one try. How far it slides follows from what cannot be seen and can be felt.

mod expert;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::shape::{Paint, Part, Shape};
use terrella_spec::world::{
    Body, Camera, Combine, Freedom, Joint, Material, Mechanism, Observe, Quantity, World,
};

const TASK: &str = "shove the puck onto its mark, in one try";
/// Lanes of the pucks, y in m.
const LANES_Y_M: [f32; 3] = [-0.26, 0.0, 0.26];
const PUCK_RADIUS_M: f32 = 0.075;
const PUCK_HALF_HEIGHT_M: f32 = 0.03;
/// Half of the head of the ram, m.
const HEAD_M: [f32; 3] = [0.02, 0.08, 0.02];
/// Where the head starts, x in m, and how far it can go from there.
const HEAD_X_M: f32 = -0.22;
const REACH_X_M: f32 = 0.44;
/// Pucks beyond this are out of its reach, x in m.
const AWAY_M: f32 = HEAD_X_M + REACH_X_M + HEAD_M[0] + PUCK_RADIUS_M + 0.01;
const MAX_SPEED_MPS: f32 = 3.0;
const MAX_FORCE_N: f32 = 60.0;
/// Half of the mark's length and width, m.
const MARK_M: [f32; 2] = [0.08, 0.1];
/// Where the board ends, x in m.
const END_X_M: f32 = 1.6;
/// Slower than this is at rest, m/s.
const REST_MPS: f32 = 0.01;

/// The family.
pub struct HiddenProps;

impl Family for HiddenProps {
    fn card(&self) -> Card {
        Card {
            name: "hidden_props".into(),
            title: "Hidden properties".into(),
            question: "What are its mass and its friction, and so: how fast must it be to stop there?".into(),
            doc: "Up to three pucks that look alike lie before a ram that moves by velocity, with a strength that is \
                  commanded too. The one in the lane of the green mark is to be shoved so that it stops there, beyond the \
                  reach of the ram: whoever pokes it first can feel how heavy it is and see how it slides. Mass, friction, \
                  restitution and centre of mass of each differ and cannot be seen; pucks may attract or repel each other."
                .into(),
            tasks: vec![TASK.into()],
            success: "The puck of the marked lane rests (below 0.01 m/s) with its middle on the mark. Terminates when it rests \
                      out of reach, or has left the board."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count("puck_count", "Pucks on the board.", 1, 3, None),
            FactorSpec::real(
                "mass_kg",
                "kg",
                "Mass of each puck.",
                Dist::log_uniform(0.15, 1.5).ood(2.0, 4.0),
            )
            .for_each(),
            FactorSpec::real(
                "friction",
                "",
                "Friction of each puck on the board.",
                Dist::uniform(0.10, 0.30).ood(0.34, 0.42),
            )
            .for_each(),
            FactorSpec::real(
                "restitution",
                "",
                "Restitution of each puck.",
                Dist::uniform(0.0, 0.3).ood(0.5, 0.8),
            )
            .for_each(),
            FactorSpec::real(
                "center_of_mass_m",
                "m",
                "How far to the left of its middle the centre of mass of each puck is.",
                Dist::uniform(-0.006, 0.006).ood(0.012, 0.018),
            )
            .for_each(),
            FactorSpec::real(
                "attraction_nm2",
                "N m^2",
                "Strength with which pucks attract each other, over the square of their distance; below 0 they repel.",
                Dist::uniform(-0.003, 0.003).ood(0.005, 0.008),
            ),
            FactorSpec::real(
                "mark_x_m",
                "m",
                "Where the mark is; pucks start at 0, and the ram reaches to 0.24.",
                Dist::uniform(0.62, 1.1).ood(1.2, 1.4),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let count = draw.count("puck_count");
        let masses = draw.reals("mass_kg", count);
        let frictions = draw.reals("friction", count);
        let restitutions = draw.reals("restitution", count);
        let centers = draw.reals("center_of_mass_m", count);
        let attraction = draw.real("attraction_nm2");
        let mark_x = draw.real("mark_x_m");
        let mut layout = draw.rng("layout");
        let color = looks::colors(&mut draw.rng("color"), 1)[0];
        let mut lanes = LANES_Y_M.to_vec();
        let lanes: Vec<f32> = (0..count)
            .map(|_| lanes.swap_remove(layout.below(lanes.len())))
            .collect();

        let mut world = World::<f32>::default();
        // A puck slides by its own friction.
        let mut floor = looks::floor(0.25);
        floor.material = Material {
            friction: 1.0,
            friction_combine: Combine::Multiply,
            ..Material::default()
        };
        world.bodies.insert("floor".into(), floor);
        let flat = |half_extents_m: [f32; 3]| Shape::Box { half_extents_m };
        let mark = Body::new("mark", flat([MARK_M[0], MARK_M[1], 0.001]))
            .fixed()
            .at([mark_x, lanes[0], 0.001])
            .untouchable()
            .painted(Paint::plain(looks::GOAL));
        world.bodies.insert("mark".into(), mark);
        let reach = Body::new("line", flat([0.006, 0.4, 0.0008]))
            .fixed()
            .at([AWAY_M, 0.0, 0.0008])
            .untouchable()
            .painted(Paint::plain([0.93, 0.94, 0.95]));
        world.bodies.insert("line".into(), reach);
        for index in 0..count {
            let mut puck = Body::new(
                "puck",
                Shape::Cylinder {
                    radius_m: PUCK_RADIUS_M,
                    half_height_m: PUCK_HALF_HEIGHT_M,
                },
            )
            .at([0.0, lanes[index], PUCK_HALF_HEIGHT_M])
            .painted(Paint::plain(color));
            puck.material = Material {
                mass_kg: Some(masses[index]),
                center_of_mass_m: Some([0.0, centers[index], 0.0]),
                friction: frictions[index],
                friction_combine: Combine::Multiply,
                restitution: restitutions[index],
                restitution_combine: Combine::Multiply,
                ..Material::default()
            };
            world.bodies.insert(puck_name(index), puck);
        }
        ram(&mut world, layout.uniform_f32(-0.2, 0.2));
        for first in 0..count {
            for second in first + 1..count {
                world.mechanisms.insert(
                    format!("attraction_{first}_{second}"),
                    Mechanism::Attraction {
                        bodies: [puck_name(first), puck_name(second)],
                        strength_nm2: attraction,
                        max_force_n: 0.5,
                    },
                );
            }
        }
        world.observe = vec![
            Observe::axes("head", Quantity::Position, "xy"),
            Observe::axes("head", Quantity::Velocity, "xy"),
            Observe::axes("marked", Quantity::Position, "xy"),
            Observe::axes("marked", Quantity::Velocity, "xy"),
            Observe::axes("mark", Quantity::Position, "xy"),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.5, -1.45, 0.95], [0.52, 0.0, 0.0], 48.0),
        );
        world.cameras.insert(
            "top".into(),
            Camera::looking([0.52, -0.001, 2.0], [0.52, 0.0, 0.0], 48.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Shove)
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(expert::Expert::default()))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/hidden_props.toml")
    }
}

/// The first puck is the one in the lane of the mark.
fn puck_name(index: usize) -> String {
    match index {
        0 => "marked".into(),
        _ => format!("puck_{index}"),
    }
}

/// A rail across the board, on it a carriage that slides along it, on that a head that slides out.
fn ram(world: &mut World<f32>, y: f32) {
    let rail_x = HEAD_X_M - 0.16;
    let rail = Body::new(
        "rail",
        Shape::Box {
            half_extents_m: [0.03, 0.45, 0.03],
        },
    )
    .fixed()
    .at([rail_x, 0.0, 0.06])
    .painted(Paint::plain(looks::WALL));
    world.bodies.insert("rail".into(), rail);
    let box_at =
        |half_extents_m: [f32; 3], position_m: [f32; 3]| Part::new(Shape::Box { half_extents_m }, position_m);
    let dark = Paint::plain(looks::AGENT);
    let mut carriage = Body::new(
        "ram",
        Shape::Compound {
            parts: vec![box_at([0.05, 0.05, 0.045], [0.0; 3])],
        },
    )
    .at([rail_x, y, 0.06])
    .untouchable()
    .painted(dark.clone());
    carriage.material.mass_kg = Some(0.5);
    world.bodies.insert("carriage".into(), carriage);
    let mut head = Body::new(
        "ram",
        Shape::Compound {
            parts: vec![
                box_at(HEAD_M, [0.0; 3]),
                // The rod reaches back to the carriage, wherever the head is.
                box_at([0.5 * REACH_X_M, 0.012, 0.008], [-0.5 * REACH_X_M, 0.0, 0.0]),
            ],
        },
    )
    .at([HEAD_X_M, y, 0.025])
    .painted(dark);
    head.material = Material {
        mass_kg: Some(0.5),
        friction: 0.2,
        restitution: 1.0,
        restitution_combine: Combine::Multiply,
        ..Material::default()
    };
    world.bodies.insert("head".into(), head);
    let slider = |parent: &str, child: &str, axis: [f32; 3], limits_m: [f32; 2], anchor: [f32; 3]| Joint {
        parent: parent.into(),
        child: child.into(),
        anchor_parent_m: anchor,
        anchor_child_m: [0.0; 3],
        freedom: Freedom::Slider {
            axis,
            limits_m: Some(limits_m),
        },
        motor: None,
        contacts: false,
        reduced: true,
        damping: 0.0,
    };
    // Positions of the sliders count from where they start.
    world.joints.insert(
        "along".into(),
        slider(
            "rail",
            "carriage",
            [0.0, 1.0, 0.0],
            [-0.32 - y, 0.32 - y],
            [0.0, y, 0.0],
        ),
    );
    world.joints.insert(
        "out".into(),
        slider(
            "carriage",
            "head",
            [1.0, 0.0, 0.0],
            [-0.04, REACH_X_M],
            [HEAD_X_M - rail_x, 0.0, 0.025 - 0.06],
        ),
    );
    world.mechanisms.insert(
        "ram".into(),
        Mechanism::Ram {
            sliders: ["out".into(), "along".into()],
            max_speed_mps: MAX_SPEED_MPS,
            max_force_n: MAX_FORCE_N,
        },
    );
}

#[derive(Clone, Copy, Debug)]
struct Shove;

impl Task for Shove {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let puck = view.body_named("marked");
        let away = puck.position_m - view.body_named("mark").position_m;
        let rests = puck.linear_velocity_mps.length() < REST_MPS && view.step() > 0;
        let success = rests && away.x.abs() < MARK_M[0] && away.y.abs() < MARK_M[1];
        let gone = puck.position_m.x > END_X_M;
        Outcome {
            reward: -away.truncate().length() * view.record_secs(),
            success,
            terminated: gone || (rests && puck.position_m.x > AWAY_M),
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
