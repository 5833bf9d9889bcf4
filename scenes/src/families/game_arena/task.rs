//! The judge of `game_arena`: who took what, who was caught, and what each agent is rewarded for it.

use super::{AGENTS, RADIUS_M};
use terrella_sim::glam::Vec3;
use terrella_sim::task::{Outcome, Task};
use terrella_sim::view::StepView;
use terrella_spec::plan::WorldPlan;

/// The chaser has caught the player when they are this near, m.
const CAUGHT_M: f32 = 2.0 * RADIUS_M + 0.04;
/// Deeper than this one is in a pit, m.
const PIT_M: f32 = -0.3;

#[derive(Clone, Debug)]
pub(super) struct Finish {
    coins: Vec<String>,
    goal_x: f32,
    taken: Vec<bool>,
    had_key: bool,
    /// Where the player was, m.
    last_x: f32,
    finished: bool,
    lost: bool,
    rewards: [f32; 4],
}

impl Finish {
    pub fn new(plan: &WorldPlan) -> Self {
        let names = plan.world.bodies.keys();
        let coins: Vec<String> = names.filter(|name| name.starts_with("coin_")).cloned().collect();
        Finish {
            taken: vec![false; coins.len()],
            coins,
            goal_x: plan.world.bodies["flag"].position_m[0],
            had_key: false,
            last_x: plan.world.bodies["player"].position_m[0],
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

impl Task for Finish {
    fn assess(&mut self, view: &StepView<'_>, _: &[f32]) -> Outcome {
        let [player, chaser, _, collector] = places(view);
        // A little for time, so that nobody dawdles.
        let mut rewards = [-0.01, -0.01, 0.0, -0.01];
        for (coin, taken) in self.coins.iter().zip(&mut self.taken) {
            if !*taken && active(view, coin) {
                *taken = true;
                // It has gone from where it was planned to be: the nearer of the two took it.
                let at = Vec3::from(view.world().bodies[coin.as_str()].position_m);
                let by_player = player.distance(at) <= collector.distance(at);
                rewards[if by_player { 0 } else { 3 }] += 1.0;
            }
        }
        if !self.had_key && active(view, "key") {
            self.had_key = true;
            rewards[0] += 1.0;
        }
        let over = self.finished || self.lost;
        let caught = player.distance(chaser) < CAUGHT_M;
        if !over && (caught || is_hurt(view, player)) {
            self.lost = true;
            rewards[0] -= 5.0;
            rewards[1] += if caught { 5.0 } else { 0.0 };
        }
        if !over && !self.lost && player.x > self.goal_x - 0.3 {
            self.finished = true;
            rewards[0] += 5.0;
        }
        // The blocker wants the player to get nowhere.
        rewards[2] += self.last_x - player.x;
        self.last_x = player.x;
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
