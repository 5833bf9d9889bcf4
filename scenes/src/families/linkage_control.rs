//! `linkage_control`: swing up, balance, and carry without sway.
//!
//! A pendulum, a pole on a cart, a crane, a chain of two links or a slider-crank, all in one plane, all driven by one motor.
//! The ball at the end is to be brought to a mark and held there. Joints are in reduced coordinates: energy is kept, and
//! what a model must learn is the phase of a swing. A winch is the second channel of the action: it winds the cable of a
//! crane that has one, and moves an empty hook elsewhere.

mod expert;
mod model;
mod parts;
mod play;
mod winch;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use expert::Expert;
use model::State;
use parts::{Parts, add_arm, add_cart};
use std::f64::consts::PI;
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Camera, Mechanism, Observe, Physics, Preset, Quantity, World};

const SWING_UP: &str = "swing the ball up to the mark and hold it there";
const BALANCE: &str = "balance the ball at the mark";
const DELIVER: &str = "carry the load to the mark without sway";

const CONTROL_HZ: u32 = 50;
/// Height of the fixed hinge and of the rail, m.
const PIVOT_M: f32 = 1.3;
/// How far a cart can go from the middle, m.
const RAIL_M: f32 = 1.2;
const PULLEY_M: f32 = 0.05;
/// The mechanisms that have a cart.
const WITH_CART: &[&str] = &["cart_pole", "crane", "hoist"];
const GRAVITY_MPS2: f32 = 9.81;

/// The family.
pub struct LinkageControl;

impl Family for LinkageControl {
    fn card(&self) -> Card {
        Card {
            name: "linkage_control".into(),
            title: "Linkage control".into(),
            question: "Does the rollout keep its energy and phase, and how far ahead can it be predicted?".into(),
            doc: "A pendulum, a pole on a cart, a crane, a double pendulum that is driven at its elbow or a slider-crank, \
                  in one plane. One motor turns a hinge, or pulls a cart through a pulley; its torque is the action, \
                  with the speed of a winch that winds the cable of the crane called hoist and elsewhere moves an \
                  empty hook. \
                  Lengths, masses, friction and the motor's strength differ and are not told."
                .into(),
            tasks: vec![SWING_UP.into(), BALANCE.into(), DELIVER.into()],
            success: "For one second the ball has been within 10 cm of the mark (a crane's load: 6 cm) and slower \
                      than 0.4 m/s (0.15 m/s). Never terminates."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::choice(
                "mechanism",
                "What it is. A pendubot is a double pendulum that is driven at its shoulder; the ball of a slider_crank goes up \
                 and down below the hinge of the crank; a hoist is a crane whose cable is wound.",
                &["pendulum", "cart_pole", "crane", "acrobot", "slider_crank", "hoist"],
                &["pendubot"],
            ),
            FactorSpec::choice(
                "start",
                "Whether a pendulum, pole, double pendulum or crank starts hanging or upright; a load always hangs.",
                &["hanging", "upright"],
                &[],
            )
            .where_is(
                "mechanism",
                &["pendulum", "cart_pole", "acrobot", "pendubot", "slider_crank"],
            ),
            FactorSpec::real(
                "start_angle_rad",
                "rad",
                "Angle between the first free link and its place of rest at the start.",
                Dist::uniform(0.03, 0.15).ood(0.15, 0.3),
            ),
            FactorSpec::real(
                "length_m",
                "m",
                "Length of a rod or cable; a chain of two has two links of 0.62 times this, a slider-crank a crank of 0.4 \
                 times and a rod of 0.8 times; the cable of a hoist is 0.62 to 1.06 times as long.",
                Dist::uniform(0.45, 0.75).ood(0.75, 0.95),
            ),
            FactorSpec::real(
                "rod_mass_kg",
                "kg",
                "Mass of each rod.",
                Dist::uniform(0.1, 0.5).ood(0.5, 1.0),
            ),
            FactorSpec::real(
                "ball_mass_kg",
                "kg",
                "Mass of the ball.",
                Dist::uniform(0.2, 1.0).ood(1.0, 2.5),
            ),
            FactorSpec::real(
                "cart_mass_kg",
                "kg",
                "Mass of a cart.",
                Dist::uniform(0.5, 2.0).ood(2.0, 4.0),
            )
            .where_is("mechanism", WITH_CART),
            FactorSpec::choice(
                "damping",
                "Whether hinges and rail have friction. Without any, energy changes by the motor alone.",
                &["viscous"],
                &["none"],
            ),
            FactorSpec::real(
                "hinge_friction_nms",
                "N m s/rad",
                "Viscous friction of every hinge; 0 without damping.",
                Dist::uniform(0.002, 0.02),
            ),
            FactorSpec::real(
                "rail_friction_nspm",
                "N s/m",
                "Viscous friction of a cart on its rail; 0 without damping.",
                Dist::uniform(0.1, 1.0),
            )
            .where_is("mechanism", WITH_CART),
            FactorSpec::real(
                "motor_strength",
                "",
                "Largest effort of the motor against the weight that it works against: the torque that holds the \
                 links level, or twice the weight of cart and load.",
                Dist::uniform(0.35, 0.7).ood(0.25, 0.35),
            ),
            FactorSpec::real(
                "delay_secs",
                "s",
                "How long a command takes to reach the motor.",
                Dist::fixed(0.0).ood(0.02, 0.06),
            ),
            FactorSpec::real(
                "hoist_speed_mps",
                "m/s",
                "Largest speed of the winch.",
                Dist::uniform(0.2, 0.4).ood(0.1, 0.18),
            )
            .where_is("mechanism", &["hoist"]),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let parts = Parts::draw(draw);
        let mut layout = draw.rng("layout");
        let mut world = World::<f32> {
            control_hz: CONTROL_HZ,
            physics: Physics {
                preset: Preset::Jointed,
                step_hz: Some(CONTROL_HZ * parts.steps_a_record()),
            },
            gravity_mps2: [0.0, 0.0, -GRAVITY_MPS2],
            ..World::default()
        };
        world.bodies.insert("floor".into(), looks::floor(0.5));
        let side = if layout.chance(0.5) { 1.0 } else { -1.0 };
        let rest = if parts.starts_up() {
            std::f32::consts::PI
        } else {
            0.0
        };
        let angle = rest + side * parts.start_angle;
        let color = looks::PALETTE[3 + layout.below(4)];
        if parts.has_cart() {
            add_cart(&mut world, &parts, angle, color, &mut layout);
        } else {
            add_arm(&mut world, &parts, angle, color);
        }
        let limit = parts.model().limit as f32;
        let pulley = parts.has_cart().then_some(PULLEY_M);
        let motor = Mechanism::Drive {
            joint: "driven".into(),
            max_force: limit * pulley.unwrap_or(1.0),
            pulley_radius_m: pulley,
            delay_secs: parts.delay_secs,
        };
        world.mechanisms.insert("motor".into(), motor);
        winch::add_winch(&mut world, &parts);
        world.observe = ["base", "tip"]
            .iter()
            .flat_map(|body| {
                [
                    Observe::axes(body, Quantity::Position, "xz"),
                    Observe::axes(body, Quantity::Velocity, "xz"),
                ]
            })
            .chain([
                Observe::axes("mark", Quantity::Position, "xz"),
                Observe::new("hoist", Quantity::JointPosition),
            ])
            .collect();
        let front = Camera::looking([0.0, -3.6, PIVOT_M], [0.0, 0.0, PIVOT_M - 0.1], 42.0);
        world.cameras.insert("front".into(), front);
        let angle = Camera::looking([2.0, -2.5, 2.0], [0.0, 0.0, PIVOT_M - 0.05], 42.0);
        world.cameras.insert("angle".into(), angle);
        let task = match (parts.hangs(), parts.starts_up()) {
            (true, _) => DELIVER,
            (_, true) => BALANCE,
            (_, false) => SWING_UP,
        };
        Ok((world, task.into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        let crane = plan.task == DELIVER;
        let mark = plan.world.bodies["mark"].position_m;
        let (radius_m, speed_mps) = if crane { (0.06, 0.15) } else { (0.10, 0.4) };
        Box::new(Hold {
            mark: [mark[0], mark[2]],
            radius_m,
            speed_mps,
            held_steps: 0,
        })
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(expert(plan)?))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../presets/linkage_control.toml")
    }
}

/// The policy of this family.
static POLICIES: &[PolicyKind] = &[crate::play::kind(
    "Chains random subgoals: one place of cart and cable after another, and what can stand up swung up or let down.",
    |_, plan, spec| with_noise(play::Goals::new(expert(plan)?), spec),
)];

/// Who brings the ball of a plan to its mark.
fn expert(plan: &WorldPlan) -> Option<Expert> {
    let parts = Parts::read(plan)?;
    let index = |name: &str| plan.world.joints.get_index_of(name);
    let mark = f64::from(plan.world.bodies["mark"].position_m[0]);
    let cart = f64::from(plan.world.bodies["base"].position_m[0]);
    let rest = if parts.starts_up() { PI } else { 0.0 } + f64::from(parts.start_angle);
    let (goal, start, joints): (State, State, _) = match parts.mechanism.as_str() {
        "crane" | "hoist" => (
            [mark, 0.0, 0.0, 0.0],
            [cart, rest, 0.0, 0.0],
            [index("driven"), index("free")],
        ),
        "cart_pole" => (
            [mark, PI, 0.0, 0.0],
            [cart, rest, 0.0, 0.0],
            [index("driven"), index("free")],
        ),
        "acrobot" => (
            [PI, 0.0, 0.0, 0.0],
            [rest, 0.0, 0.0, 0.0],
            [index("free"), index("driven")],
        ),
        // Where the rod is follows from the crank.
        "slider_crank" => (
            [PI, 0.0, 0.0, 0.0],
            [rest, 0.0, 0.0, 0.0],
            [index("driven"), None],
        ),
        _ => (
            [PI, 0.0, 0.0, 0.0],
            [rest, 0.0, 0.0, 0.0],
            [index("driven"), index("free")],
        ),
    };
    let gearing = if parts.has_cart() {
        1.0 / f64::from(PULLEY_M)
    } else {
        1.0
    };
    let secs = 1.0 / f64::from(CONTROL_HZ);
    let expert = Expert::new(
        parts.model(),
        goal,
        start,
        joints,
        gearing,
        f64::from(RAIL_M),
        secs,
    );
    if !parts.has_hoist() {
        return Some(expert);
    }
    let position = |cable: f32| f64::from(cable - winch::rod_length(parts.length));
    let cranes: Vec<_> = winch::cables(parts.length)
        .map(|cable| (position(cable), parts.chain_with_cable(cable)))
        .collect();
    Some(expert.with_winch(
        index("hoist")?,
        f64::from(winch::goal_m(plan, &parts)),
        f64::from(parts.hoist_speed),
        &cranes,
    ))
}

#[derive(Clone, Copy, Debug)]
struct Hold {
    mark: [f32; 2],
    radius_m: f32,
    speed_mps: f32,
    held_steps: u32,
}

impl Task for Hold {
    fn assess(&mut self, view: &StepView<'_>, action: &[f32]) -> Outcome {
        let tip = view.body_named("tip");
        let (x, z) = (tip.position_m.x - self.mark[0], tip.position_m.z - self.mark[1]);
        let distance = (x * x + z * z).sqrt();
        let calm = distance < self.radius_m && tip.linear_velocity_mps.length() < self.speed_mps;
        self.held_steps = if calm { self.held_steps + 1 } else { 0 };
        let effort: f32 = action
            .iter()
            .zip(&view.action_space().channels)
            .map(|(value, channel)| (value / channel.high) * (value / channel.high))
            .sum();
        let success = self.held_steps > view.world().control_hz;
        Outcome {
            reward: -distance - 0.05 * effort,
            success,
            terminated: false,
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{draw_plan, override_factors};
    use std::sync::Arc;
    use terrella_sim::lane::Lane;
    use terrella_spec::factor::FactorOverride;
    use terrella_spec::seed::SeedPath;

    /// The expert's equations and the simulated world go the same way, free and driven.
    #[test]
    fn the_experts_model_is_the_world() {
        for mechanism in ["pendulum", "cart_pole", "acrobot", "pendubot", "slider_crank"] {
            let family = LinkageControl;
            let only = [("mechanism".to_string(), FactorOverride::Word(mechanism.into()))];
            let factors = override_factors(family.factors(), &only.into_iter().collect()).expect("a factor");
            let seed = SeedPath {
                run: 1,
                episode: 5,
                attempt: 0,
            };
            let plan = draw_plan(&family, &factors, None, seed).expect("a world");
            let parts = Parts::read(&plan).expect("factors");
            let model = parts.model();
            let names = if mechanism == "acrobot" {
                ["free", "driven"]
            } else {
                ["driven", "free"]
            };
            let mut joints = names.map(|name| plan.world.joints.get_index_of(name));
            if mechanism == "slider_crank" {
                joints[1] = None;
            }
            let gearing = if parts.has_cart() {
                1.0 / f64::from(PULLEY_M)
            } else {
                1.0
            };
            let mut lane = Lane::new(Arc::new(plan)).expect("a world");
            let read = |lane: &Lane| {
                let mut state = [0.0; 4];
                for (index, joint) in joints.iter().enumerate() {
                    if let Some(joint) = joint {
                        state[index] = f64::from(lane.view().joint_position(*joint));
                        state[index + 2] = f64::from(lane.view().joint_velocity(*joint));
                    }
                }
                state
            };
            let mut state = read(&lane);
            for step in 0..25 {
                let effort = if step % 10 < 5 {
                    0.1 * model.limit
                } else {
                    -0.05 * model.limit
                };
                lane.step(&[(effort / gearing) as f32, 0.0]).expect("no fault");
                state = model.step(&state, effort, 1.0 / f64::from(CONTROL_HZ));
                let error = model.difference(&read(&lane), &state);
                let close = (0..4).all(|part| error[part].abs() < 0.01 + 0.01 * state[part].abs());
                assert!(close, "{mechanism} {step}: {state:?} {error:?}");
            }
        }
    }
}
