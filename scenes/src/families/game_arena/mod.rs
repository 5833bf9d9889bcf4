//! `game_arena`: an arena game seen from the side. Take the key (or all coins), open the door, reach the flag, and be neither
//! caught nor hurt.
//!
//! Levels are functions of their numbers (`level.rs`, `build.rs`). Four agents act, each with its own channels and its own
//! reward; those who do not take part wait on a bench.

mod build;
mod expert;
mod level;
mod task;

use crate::draw::{Draw, PlanError};
use crate::family::{Card, Family};
use build::Setup;
use level::Level;
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::Dist;
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::World;

const TASKS: [&str; 2] = [
    "take the key, open the door and reach the flag",
    "take all coins, open the door and reach the flag",
];
/// The agents: each is a mechanism and a body of this name.
const AGENTS: [&str; 4] = ["player", "chaser", "blocker", "collector"];
/// Radius of an agent, m.
const RADIUS_M: f32 = 0.18;
/// Half of an agent's height, m.
const HALF_HEIGHT_M: f32 = 0.30;
/// Largest speed of the player, m/s.
const SPEED_MPS: f32 = 2.0;
/// Largest speed of the chaser, m/s.
const CHASER_MPS: f32 = 1.3;
/// How many balls the player carries.
const SHOTS: usize = 4;
/// Half of the depth of a level, m.
const HALF_DEPTH_M: f32 = 0.8;

/// The family.
pub struct GameArena;

impl Family for GameArena {
    fn card(&self) -> Card {
        Card {
            name: "game_arena".into(),
            title: "Game arena".into(),
            question: "What are the rules, did I take the key, and what will the others do?".into(),
            doc: "A side-scrolling level: pits, spikes, steps, lifts, crates and walls that break, coins, a key, a locked door \
                  and a flag. A player runs, jumps, uses and throws; a chaser, a blocker and a collector may be about. The \
                  action has the channels of all four agents, and each has its own reward."
                .into(),
            tasks: TASKS.map(String::from).to_vec(),
            success: "The player reaches the flag through the door before it is caught or hurt. Terminates when the player \
                      reaches the flag, is touched by the chaser, touches spikes or falls into a pit."
                .into(),
        }
    }

    fn factors(&self) -> Vec<FactorSpec> {
        vec![
            FactorSpec::count(
                "level",
                "The level's number: its layout.",
                0,
                199,
                Some((200, 9999)),
            ),
            FactorSpec::choice("rule", "What opens the door.", &["key", "coins"], &[]),
            FactorSpec::choice(
                "bots",
                "Which other agents take part.",
                &["none", "chaser", "blocker", "collector", "chaser_collector"],
                &["chaser_blocker", "all"],
            ),
            FactorSpec::real(
                "chaser_speed_mps",
                "m/s",
                "How fast the scripted chaser runs; it could run at 1.3 m/s.",
                Dist::uniform(0.5, 0.9).ood(0.95, 1.2),
            ),
            FactorSpec::real(
                "lift_speed_mps",
                "m/s",
                "Speed of the lifts.",
                Dist::uniform(0.5, 0.9).ood(0.3, 0.45),
            ),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Strength of gravity.",
                Dist::fixed(9.81).ood(7.5, 9.0),
            ),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let level = Level::new(draw.count("level") as u64);
        // How fast the scripted chaser runs: the same legs in every world.
        draw.real("chaser_speed_mps");
        let by_key = draw.word("rule") == "key";
        let bots = draw.word("bots");
        let setup = Setup {
            by_key,
            bots: bots_of(&bots),
            lift_speed_mps: draw.real("lift_speed_mps"),
            gravity_mps2: draw.real("gravity_mps2"),
        };
        let world = build::world(&level, &setup, &mut draw.rng("color"));
        Ok((world, TASKS[usize::from(!by_key)].into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(task::Finish::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        let FactorValue::Count(number) = plan.factors["level"] else {
            unreachable!("the level is a number");
        };
        let FactorValue::Word(bots) = &plan.factors["bots"] else {
            unreachable!("the bots are a word");
        };
        let FactorValue::Real(chaser_mps) = plan.factors["chaser_speed_mps"] else {
            unreachable!("the speed is a number");
        };
        Some(Box::new(expert::Everybody::new(
            Level::new(number as u64),
            bots_of(bots),
            chaser_mps as f32,
        )))
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/game_arena.toml")
    }
}

/// Whether chaser, blocker and collector take part.
fn bots_of(word: &str) -> [bool; 3] {
    ["chaser", "blocker", "collector"].map(|bot| word == "all" || word.contains(bot))
}
