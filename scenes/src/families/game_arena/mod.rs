//! `game_arena`: an arena game seen from the side. Take the key (or all coins), open the door, reach the flag, and be neither
//! caught nor hurt.
//!
//! Levels are functions of their numbers (`level.rs`, `build.rs`). Four agents act, each with its own channels and its own
//! reward; those who do not take part wait on a bench.

mod build;
mod discrete;
mod expert;
mod level;
mod play;
mod task;

use crate::agents::DiscreteAction;
use crate::draw::{Draw, PlanError};
use crate::drawn;
use crate::family::{Card, Family};
use crate::policies::PolicyKind;
use build::Setup;
use level::{Level, Obstacle};
use terrella_sim::policies::Policy;
use terrella_sim::task::Task;
use terrella_spec::dist::{Dist, Law};
use terrella_spec::factor::{FactorSpec, FactorValue};
use terrella_spec::plan::WorldPlan;
use terrella_spec::world::World;

const TASKS: [&str; 3] = [
    "take the key, open the door and reach the flag",
    "take all coins, open the door and reach the flag",
    "take the key and all coins, open the door and reach the flag",
];
/// The words for which bots take part of which one is a chaser.
const CHASED: [&str; 4] = ["chaser", "chaser_collector", "chaser_blocker", "all"];
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

/// What opens the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Key,
    Coins,
    KeyAndCoins,
}

impl Rule {
    fn of(word: &str) -> Self {
        match word {
            "key" => Rule::Key,
            "coins" => Rule::Coins,
            _ => Rule::KeyAndCoins,
        }
    }

    fn needs_key(self) -> bool {
        self != Rule::Coins
    }

    fn needs_coins(self) -> bool {
        self != Rule::Key
    }
}

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
                  action has the channels of all four agents, and each has its own reward: sparse, for how it ends, or dense. \
                  `agents.observation` and `agents.action` have a row for each of them: what it senses of itself, the others (who \
                  take no part sit on a bench at x < -4 m), the key, the lock and the flag, and its own inputs. \
                  Twelve discrete actions are twelve ways to act through a player's channels (nine of them the others'); \
                  `agents.discrete_action` has the number of each agent's, and the policies `discrete` and `discrete_random` \
                  act by no other. A dark visor shows where an agent faces, and so where the player throws; one camera looks \
                  over the player's shoulder and turns with it; with `factors.egos = \"agents\"` each agent has a camera in its visor. Held out \
                  are all levels but 200 (`level`), a rule of two conditions (`rule`), and weaker and stronger gravity \
                  (`gravity_mps2`), by which jumps are higher and lower and thrown balls fly farther and less far; the preset has a \
                  split for each."
                .into(),
            tasks: TASKS.map(String::from).to_vec(),
            success: "The player reaches the flag through the door, which it has unlocked, before it is caught or hurt. \
                      Terminates when the player reaches the flag, is touched by the chaser, touches spikes or falls into a \
                      pit."
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
            FactorSpec::choice(
                "rule",
                "What opens the door: the key, all coins, or both.",
                &["key", "coins"],
                &["key_and_coins"],
            ),
            FactorSpec::choice(
                "reward",
                "Sparse: each agent is rewarded for how the game ends, when it ends. Dense: also for what it takes and the \
                 way it makes.",
                &["dense", "sparse"],
                &[],
            ),
            FactorSpec::choice(
                "bots",
                "Which other agents take part.",
                &["none", "chaser", "blocker", "collector", "chaser_collector"],
                &["chaser_blocker", "all"],
            ),
            FactorSpec::real(
                "chaser_speed_mps",
                "m/s",
                "How fast the scripted chaser runs; it could run at 1.3 m/s. The world is the same, so nothing of it is held out.",
                Dist::uniform(0.5, 0.9),
            )
            .where_is("bots", &CHASED),
            FactorSpec::real(
                "lift_speed_mps",
                "m/s",
                "Speed of the lift. Matters only in levels that have one.",
                Dist::uniform(0.5, 0.9).ood(0.35, 0.45),
            ),
            FactorSpec::real(
                "gravity_mps2",
                "m/s^2",
                "Strength of gravity; out of distribution lower or higher.",
                Dist {
                    law: Law::Fixed(9.81),
                    ood: Some(Law::Choice(vec![8.0, 8.75, 10.8, 11.5])),
                },
            ),
            FactorSpec::choice(
                "egos",
                "Whether each agent has a camera of its own, beside those from the side and over the player's shoulder: none; agents, \
                 the cameras ego_player, ego_chaser, ego_blocker and ego_collector look out of the agents' visors. They are there in \
                 all worlds: who takes no part (`bots`) looks on from its bench.",
                &["none"],
                &[],
            )
            .on_request(&["agents"]),
        ]
    }

    fn plan(&self, draw: &mut Draw<'_>) -> Result<(World<f32>, String), PlanError> {
        let level = Level::new(draw.count("level") as u64);
        // How fast the scripted chaser runs: the same legs in every world.
        draw.real("chaser_speed_mps");
        let rule = Rule::of(&draw.word("rule"));
        // What the judge pays out: worlds are the same.
        draw.word("reward");
        let bots = draw.word("bots");
        let setup = Setup {
            rule,
            bots: bots_of(&bots),
            lift_speed_mps: draw.real("lift_speed_mps"),
            gravity_mps2: draw.real("gravity_mps2"),
            egos: draw.word("egos") == "agents",
        };
        let is_lift = |obstacle: &Obstacle| matches!(obstacle, Obstacle::Lift { .. });
        if !level.obstacles.iter().any(is_lift) {
            draw.changes_nothing("lift_speed_mps");
        }
        let world = build::world(&level, &setup, &mut draw.rng("color"));
        Ok((world, TASKS[rule as usize].into()))
    }

    fn task(&self, plan: &WorldPlan) -> Box<dyn Task> {
        Box::new(task::Finish::new(plan))
    }

    fn expert(&self, plan: &WorldPlan) -> Option<Box<dyn Policy>> {
        Some(Box::new(everybody(plan)))
    }

    fn own_policies(&self) -> &'static [PolicyKind] {
        &discrete::POLICIES
    }

    fn discrete_actions(&self) -> &'static [DiscreteAction] {
        &discrete::ACTIONS
    }

    fn preset(&self) -> &str {
        include_str!("../../../presets/game_arena.toml")
    }
}

/// Who acts for all agents of a plan.
fn everybody(plan: &WorldPlan) -> expert::Everybody {
    let FactorValue::Count(number) = plan.factors["level"] else {
        unreachable!("the level is a number");
    };
    expert::Everybody::new(
        Level::new(number as u64),
        bots_of(drawn::word(plan, "bots")),
        Rule::of(drawn::word(plan, "rule")),
        drawn::real(plan, "chaser_speed_mps"),
    )
}

/// Whether chaser, blocker and collector take part.
fn bots_of(word: &str) -> [bool; 3] {
    ["chaser", "blocker", "collector"].map(|bot| word == "all" || word.contains(bot))
}
