//! The judge of `game_arena`: who took what, who was caught, and what each agent is rewarded for it.

use super::{AGENTS, RADIUS_M};
use crate::drawn;
use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;

/// The chaser has caught the player when they are this near, m.
const CAUGHT_M: f32 = 2.0 * RADIUS_M + 0.04;
/// Deeper than this one is in a pit, m.
const PIT_M: f32 = -0.3;
/// What the end is worth, and what a metre of new way is in dense rewards.
const END: f32 = 5.0;
const METRE: f32 = 0.2;

#[derive(Clone, Debug)]
pub(super) struct Finish {
    coins: Vec<String>,
    goal_x: f32,
    /// Rewards are for the end only.
    sparse: bool,
    taken: Vec<bool>,
    had_key: bool,
    /// How many coins the collector took.
    collected: f32,
    /// Where the player was, and the farthest that it has been, m.
    last_x: f32,
    farthest_x: f32,
    finished: bool,
    lost: bool,
    rewards: [f32; 4],
}

impl Finish {
    pub fn new(plan: &WorldPlan) -> Self {
        let names = plan.world.bodies.keys();
        let coins: Vec<String> = names.filter(|name| name.starts_with("coin_")).cloned().collect();
        let start_x = plan.world.bodies["player"].position_m[0];
        Finish {
            taken: vec![false; coins.len()],
            coins,
            goal_x: plan.world.bodies["flag"].position_m[0],
            sparse: drawn::word(plan, "reward") == "sparse",
            had_key: false,
            collected: 0.0,
            last_x: start_x,
            farthest_x: start_x,
            finished: false,
            lost: false,
            rewards: [0.0; 4],
        }
    }
}

fn active(view: &StepView<'_>, name: &str) -> bool {
    let index = view.mechanism_index(name);
    index.is_some_and(|index| view.mechanism_state(index) > 0.5)
}

/// Where the four agents are.
fn places(view: &StepView<'_>) -> [Vec3; 4] {
    AGENTS.map(|name| view.body_named(name).position_m)
}

/// True where the player is hurt: by spikes, or in a pit.
fn is_hurt(view: &StepView<'_>, player: Vec3) -> bool {
    let spikes = view.body_index("spikes");
    player.z < PIT_M
        || spikes
            .is_some_and(|spikes| view.distance_to_body(spikes, player - Vec3::Z * 0.12) < RADIUS_M + 0.01)
}

impl Finish {
    /// What agents have earned on their way since the last record: coins, the key, the player's way.
    fn earned(&mut self, view: &StepView<'_>) -> [f32; 4] {
        let [player, _, _, collector] = places(view);
        // A little for time, so that nobody dawdles.
        let mut rewards = [-0.01, -0.01, 0.0, -0.01];
        for (coin, taken) in self.coins.iter().zip(&mut self.taken) {
            if !*taken && active(view, coin) {
                *taken = true;
                // It has gone from where it was planned to be: the nearer of the two took it.
                let at = Vec3::from(view.world().bodies[coin.as_str()].position_m);
                let by_player = player.distance(at) <= collector.distance(at);
                rewards[if by_player { 0 } else { 3 }] += 1.0;
                self.collected += if by_player { 0.0 } else { 1.0 };
            }
        }
        if !self.had_key && active(view, "key") {
            self.had_key = true;
            rewards[0] += 1.0;
        }
        rewards[0] += METRE * (player.x - self.farthest_x).max(0.0);
        self.farthest_x = self.farthest_x.max(player.x);
        // The blocker wants the player to get nowhere.
        rewards[2] += self.last_x - player.x;
        self.last_x = player.x;
        rewards
    }
}

impl Task for Finish {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let [player, chaser, ..] = places(view);
        let earned = self.earned(view);
        let mut rewards = if self.sparse { [0.0; 4] } else { earned };
        let over = self.finished || self.lost;
        let caught = player.distance(chaser) < CAUGHT_M;
        if !over && (caught || is_hurt(view, player)) {
            self.lost = true;
            rewards[0] -= END;
            rewards[1] += if caught { END } else { 0.0 };
        }
        // Nobody gets there but through the door.
        if !over && !self.lost && active(view, "lock") && player.x > self.goal_x - 0.3 {
            self.finished = true;
            rewards[0] += END;
        }
        if self.sparse && !over && (self.finished || self.lost) {
            // What the others were after.
            rewards[2] += if self.finished { -END } else { END };
            rewards[3] += self.collected;
        }
        self.rewards = if over { [0.0; 4] } else { rewards };
        Outcome {
            reward: self.rewards[0],
            success: self.finished,
            terminated: self.finished || self.lost,
        }
    }

    fn agent_rewards(&self) -> &[f32] {
        &self.rewards
    }

    fn boxed_clone(&self) -> Box<dyn Task> {
        Box::new(self.clone())
    }
}
