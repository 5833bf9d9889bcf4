//! `hidden_props`: pucks that look alike, one to be shoved onto a mark out of reach: find out first what it is like.
//!
//! A ram on two sliders reaches the pucks where they lie and not where they are to go, so a puck that has left can only
//! be watched: there is one try. For a while a bar keeps all of them in reach: then they can be poked at will, and in some worlds
//! they are dropped, or slide, or slide down a tilted board at first, which shows something of them. How far a puck slides, and how
//! hard it must be pushed to be that fast, follows from what cannot be seen and can be felt. Out of distribution two pucks change
//! places on a turntable before the test: what was seen of a lane is then true of the other's.

mod board;
mod expert;
mod play;
mod ram;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use crate::looks;
use crate::play::with_noise;
use crate::policies::PolicyKind;
use board::{AWAY_M, MARK_M, PUCK_RADIUS_M, Puck, puck_name};
use expert::Expert;
use ram::{HEAD_M, HEAD_X_M, REACH_Y_M};
use terrella_sim::policies::Policy;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::{Camera, Mechanism, Observe, Quantity, World};

const TASK: &str = "shove the puck onto its mark, in one try";
/// What goes farther is out of sight, x in m.
const END_X_M: f32 = 1.6;
/// Slower than this is at rest, m/s.
const REST_MPS: f32 = 0.01;
/// Masses between which a puck's shade goes from light to dark where it tells, kg.
const SHADES_KG: [f32; 2] = [0.2, 1.0];

/// The family.
pub struct HiddenProps;

impl Family for HiddenProps {
    fn card(&self) -> Card {
        Card {
            name: "hidden_props".into(),
            title: "Hidden properties".into(),
            question: "What are its mass and its friction, and so: how must it be pushed to stop there?".into(),
            doc: "Up to three pucks, held out four, lie before a ram that moves by velocity, with a strength that is \
                  commanded too, 0.15 s late, and that reports its force. First a bar keeps them in reach: they are at rest, \
                  are dropped, slide, or lie on a tilted board, of which they slide as their friction lets them until it sinks; and they may be poked. \
                  When the bar has sunk, the one in the lane of the green mark is to be shoved so that it stops there, \
                  beyond the reach of the ram. How far it slides follows from its friction; how fast the ram, \
                  which is soft, gets it follows from its mass and friction. A centre of mass that is off makes it spin, a \
                  restitution lets it bounce off head and bar, and pucks may attract or repel each other. None of that is \
                  seen: pucks look the same, but in a quarter of the worlds a darker one is a heavier one, and held out is \
                  that it is a lighter one. Held out is, too, that a turntable carries two of them to each other's place \
                  before the bar sinks, from 0.6 s on (1.4 s with a tilted board) for 1.5 s: what was shown of a puck is then to be \
                  remembered of the puck and not of its lane."
                .into(),
            tasks: vec![TASK.into()],
            success: "The puck of the marked lane rests (below 0.01 m/s) with its middle on the mark. Terminates when it \
                      rests where the ram can shove it no more (too far out, aside, or behind the head), or is out of \
                      sight."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count("puck_count", "Pucks on the board.", 1, 3, Some((4, 4))),
            FactorSpec::real(
                "mass_kg",
                "kg",
                "Mass of each puck.",
                Dist::log_uniform(0.2, 1.0).ood(1.2, 1.6),
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
            )
            .where_at_least("puck_count", 2),
            FactorSpec::real(
                "mark_x_m",
                "m",
                "Where the mark is; pucks start at -0.08, and leave the ram at 0.315.",
                Dist::uniform(0.62, 1.1).ood(1.2, 1.4),
            ),
            FactorSpec::choice(
                "reveal",
                "What is seen of the pucks at first: they lie there to be poked, are dropped from 8 cm, slide at 0.35 m/s, or lie \
                 8 cm up a board that is tilted by 18 degrees.",
                &["poke", "drop", "slide", "tilt"],
                &[],
            ),
            FactorSpec::real(
                "reveal_secs",
                "s",
                "For how long the bar keeps all pucks in reach.",
                Dist::uniform(1.5, 3.0).ood(0.2, 0.6),
            ),
            FactorSpec::choice(
                "shade",
                "What a puck's colour tells: nothing, that darker ones are heavier, or that they are lighter.",
                // Mass is to be found by touch in most worlds.
                &["alike", "alike", "alike", "heavy_dark"],
                &["heavy_light"],
            ),
            FactorSpec::choice(
                "swap",
                "Whether a turntable carries the puck of a lane beside to the marked one, and the one there away, before the bar sinks. \
                 It is the former that is to be shoved. The state of the mechanism `swap` is the share of the turn.",
                &["none"],
                &["turntable"],
            )
            .where_at_least("puck_count", 2),
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
        let reveal = draw.word("reveal");
        let reveal_secs = draw.real("reveal_secs");
        let shade = draw.word("shade");
        let swaps = draw.word("swap") == "turntable" && count > 1;
        let mut reveal_secs = reveal_secs;
        if swaps {
            reveal_secs = reveal_secs.max(board::swapped_secs(&reveal));
            draw.came_to("reveal_secs", reveal_secs);
        } else {
            draw.word_came_to("swap", "none");
        }

        let mut layout = draw.rng("layout");
        let color = looks::colors(&mut draw.rng("color"), 1)[0];
        let mut lanes = board::lanes_y_m(count);
        let mut pucks: Vec<Puck> = (0..count)
            .map(|index| Puck {
                lane_y_m: lanes.swap_remove(layout.below(lanes.len())),
                mass_kg: masses[index],
                friction: frictions[index],
                restitution: restitutions[index],
                center_of_mass_m: centers[index],
                color: shaded(color, &shade, masses[index]),
                on_table: false,
            })
            .collect();
        let marked_y_m = pucks[0].lane_y_m;
        let turn = if draw.rng("swap").chance(0.5) { 1.0 } else { -1.0 };
        if swaps {
            board::exchange_lanes(&mut pucks, &board::lanes_y_m(count), turn);
        }

        let mut world = World::<f32>::default();
        board::add_floor(&mut world);
        board::add_marks(&mut world, [mark_x, marked_y_m]);
        board::add_pucks(&mut world, &pucks, &reveal);
        board::add_bar(&mut world, reveal_secs);
        if reveal == "tilt" {
            board::add_tilted_board(&mut world);
        }
        if swaps {
            board::add_turntable(&mut world, &pucks, &reveal, turn);
        }
        ram::add_ram(&mut world, layout.uniform_f32(-0.2, 0.2));
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
            Observe::new("ram", Quantity::Effort),
            Observe::axes("marked", Quantity::Position, "xy"),
            Observe::axes("marked", Quantity::Velocity, "xy"),
            Observe::axes("mark", Quantity::Position, "xy"),
            Observe::new("bar", Quantity::State),
        ];
        world.cameras.insert(
            "front".into(),
            Camera::looking([0.5, -1.6, 1.05], [0.5, 0.0, 0.0], 52.0),
        );
        world.cameras.insert(
            "top".into(),
            Camera::looking([0.5, -0.001, 2.1], [0.5, 0.0, 0.0], 52.0),
        );
        Ok((world, TASK.into()))
    }

    fn task(&self, _: &WorldPlan) -> Box<dyn Task> {
        Box::new(Shove)
    }

    fn expert(&self, _: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(Expert::new()))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        POLICIES
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/hidden_props.toml")
    }
}

/// The policies of this family.
static POLICIES: &[PolicyKind] = &[
    PolicyKind {
        name: "hasty",
        doc: "Shoves as soon as the bar is gone, without a poke, as if the puck had the mean mass and friction.",
        needs_expert: false,
        make: |_, _, _| Some(Box::new(Expert::hasty())),
    },
    crate::play::kind(
        "Chains random subgoals: pokes or shoves one puck after another, in its middle or beside it, as hard and as far as chance has \
             it.",
        |_, _, spec| with_noise(play::Pushes::new(), spec),
    ),
];

/// The colour of a puck of this mass.
fn shaded(color: [f32; 3], shade: &str, mass_kg: f32) -> [f32; 3] {
    let [light, heavy] = SHADES_KG.map(libm::logf);
    let weight = ((libm::logf(mass_kg) - light) / (heavy - light)).clamp(0.0, 1.0);
    let dark = match shade {
        "heavy_dark" => weight,
        "heavy_light" => 1.0 - weight,
        _ => 0.5,
    };
    color.map(|part| part * (1.1 - 0.75 * dark).min(1.0))
}

#[derive(Clone, Copy, Debug)]
struct Shove;

impl Task for Shove {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let puck = view.body_named("marked");
        let at = puck.position_m;
        let away = at - view.body_named("mark").position_m;
        let rests = puck.linear_velocity_mps.length() < REST_MPS && view.step() > 0;
        let success = rests && away.x.abs() < MARK_M[0] && away.y.abs() < MARK_M[1];
        // Where no head gets behind it or to it.
        let lost = at.x > AWAY_M
            || at.x < HEAD_X_M + HEAD_M[0] + PUCK_RADIUS_M
            || at.y.abs() > REACH_Y_M + HEAD_M[1];
        Outcome {
            reward: -away.truncate().length() * view.record_secs(),
            success,
            terminated: at.x > END_X_M || (rests && lost),
        }
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(*self)
    }
}
