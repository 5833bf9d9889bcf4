//! Play: everybody goes to random places of the level, on and back, the player over what is in its way; locks are used and balls thrown
//! now and then.

use super::AGENTS;
use super::expert::Everybody;
use crate::play::Subgoals;
use terrella_sim::glam::Vec2;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

/// How far ahead and back places are drawn, m, and how far into the level.
const AHEAD_M: [f32; 2] = [-2.5, 4.0];
const INTO_M: f32 = 0.4;
/// It is there within this, m.
const THERE_M: f32 = 0.25;
/// How probable it is that somebody uses what is at the place, and throws, at each step on the way there.
const USES: f64 = 0.3;
const THROWS: f64 = 0.02;
/// Who goes back jumps where it comes on more slowly than this, m/s.
const SLOW_MPS: f32 = 0.15;

/// Where everybody goes.
#[derive(Clone, Debug)]
pub(super) struct Places {
    expert: Everybody,
    /// For each agent, along the level and into it, m.
    to: [Vec2; 4],
    uses: bool,
}

impl Places {
    pub(super) fn new(expert: Everybody) -> Self {
        Places {
            expert,
            to: [Vec2::ZERO; 4],
            uses: false,
        }
    }
}

impl Subgoals for Places {
    const PATIENCE_SECS: f32 = 3.0;

    fn draw(&mut self, view: &StepView<'_>, rng: &mut Rng) -> bool {
        for (agent, to) in AGENTS.into_iter().zip(&mut self.to) {
            let ahead = rng.uniform_f32(AHEAD_M[0], AHEAD_M[1]);
            let into = rng.uniform_f32(-INTO_M, INTO_M);
            *to = Vec2::new(view.body_named(agent).position_m.x + ahead, into);
        }
        self.uses = rng.chance(USES);
        true
    }

    /// The player tells when all draw anew.
    fn is_reached(&mut self, view: &StepView<'_>) -> bool {
        let at = view.body_named(AGENTS[0]).position_m;
        (at.truncate() - self.to[0]).abs().max_element() < THERE_M
    }

    fn pursue(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        // The player gets on as the expert does; all else is overwritten.
        self.expert.act(view, rng, action);
        let throws = rng.chance(THROWS);
        let taking_part = (0..AGENTS.len()).filter(|agent| self.expert.takes_part(*agent));
        for index in taking_part {
            let (agent, to) = (AGENTS[index], self.to[index]);
            let body = view.body_named(agent);
            let way = to - body.position_m.truncate();
            let is_player = agent == AGENTS[0];
            let goes_on = is_player && way.x > 0.0;
            let slow = body.linear_velocity_mps.x.abs() < SLOW_MPS && way.x.abs() > THERE_M;
            let mut set = |input: &str, value: f32| {
                if let Some(index) = view.action_space().index(&format!("{agent}.{input}")) {
                    let channel = &view.action_space().channels[index];
                    action[index] = value.clamp(channel.low, channel.high);
                }
            };
            if !goes_on {
                set("move_x", 3.0 * way.x);
                set("jump", f32::from(u8::from(slow)));
            }
            set("move_y", 3.0 * way.y);
            if self.uses {
                set("use", 1.0);
            }
            if throws && is_player {
                set("throw", 1.0);
            }
        }
    }
}
