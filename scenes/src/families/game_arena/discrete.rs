//! Discrete actions: what agents can choose from, and who acts by them alone.

use super::everybody;
use super::play::Places;
use crate::agents::{Agent, DiscreteAction};
use crate::play::with_noise;
use crate::policies::PolicyKind;
use terrella_sim::policies::Policy;
use terrella_sim::view::StepView;
use terrella_spec::seed::Rng;

const fn action(name: &'static str, inputs: &'static [(&'static str, f32)]) -> DiscreteAction {
    DiscreteAction { name, inputs }
}

/// What the player can choose from; the others, who throw nothing, from the first nine.
pub(super) const ACTIONS: [DiscreteAction; 12] = [
    action("stay", &[]),
    action("left", &[("move_x", -1.0)]),
    action("right", &[("move_x", 1.0)]),
    action("in", &[("move_y", 1.0)]),
    action("out", &[("move_y", -1.0)]),
    action("jump", &[("jump", 1.0)]),
    action("jump_left", &[("move_x", -1.0), ("jump", 1.0)]),
    action("jump_right", &[("move_x", 1.0), ("jump", 1.0)]),
    action("use", &[("use", 1.0)]),
    action("throw", &[("throw", 1.0)]),
    action("throw_left", &[("move_x", -1.0), ("throw", 1.0)]),
    action("throw_right", &[("move_x", 1.0), ("throw", 1.0)]),
];

pub(super) static POLICIES: [PolicyKind; 3] = [
    PolicyKind {
        name: "discrete",
        doc: "The expert with a choice of twelve actions (`agents.discrete_action`): stops and goes for speeds in between.",
        needs_expert: true,
        make: |family, plan, _| Some(Box::new(Discrete::new(family.expert(plan)?))),
    },
    PolicyKind {
        name: "discrete_random",
        doc: "Each agent takes one of its discrete actions by chance and holds it for a fifth of a second.",
        needs_expert: false,
        make: |_, _, _| Some(Box::new(Chance::default())),
    },
    crate::play::kind(
        "Chains random subgoals: everybody goes to random places of the level, on and back; locks are used and balls thrown now and then.",
        |_, plan, spec| with_noise(Places::new(everybody(plan)), spec),
    ),
];

/// Somebody else in discrete actions. What it throws, jumps and uses comes first. A speed between none and the largest becomes
/// a share of the records: what an agent was told to go and did not is owed to it.
struct Discrete {
    expert: Box<dyn Policy>,
    agents: Vec<Agent>,
    /// For each agent, in shares of its largest speed: along the level and into it.
    owed: Vec<[f32; 2]>,
}

impl Discrete {
    fn new(expert: Box<dyn Policy>) -> Self {
        Discrete {
            expert,
            agents: Vec::new(),
            owed: Vec::new(),
        }
    }
}

/// The way of a speed of at least `least`: -1, 0 or 1.
fn way(speed: f32, least: f32) -> f32 {
    if speed.abs() < least { 0.0 } else { speed.signum() }
}

impl Policy for Discrete {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        let space = view.action_space();
        if self.agents.is_empty() {
            self.agents = Agent::all(view.world(), space, &ACTIONS);
            self.owed = vec![[0.0; 2]; self.agents.len()];
        }
        self.expert.act(view, rng, action);
        space.clamp(action);
        for (agent, owed) in self.agents.iter().zip(&mut self.owed) {
            let largest = |index: usize| space.channels[index].high;
            let shares = agent
                .channels
                .iter()
                .map(|index| action[*index] / largest(*index));
            let shares: Vec<f32> = shares.collect();
            let [x, y, jumps, uses, ref throws @ ..] = shares[..] else {
                unreachable!("an agent moves, jumps and uses");
            };
            *owed = [owed[0] + x, owed[1] + y].map(|owed| owed.clamp(-1.0, 1.0));
            let [along, into] = owed.map(|owed| way(owed, 0.5));
            let chosen = if throws.iter().any(|throws| *throws >= 0.5) {
                // Towards what it is to face, however slowly.
                [way(x, 0.01), 0.0, 0.0, 0.0, 1.0]
            } else if jumps >= 0.5 {
                [along, 0.0, 1.0, 0.0, 0.0]
            } else if along != 0.0 && owed[0].abs() > owed[1].abs() {
                [along, 0.0, 0.0, 0.0, 0.0]
            } else if into != 0.0 {
                [0.0, into, 0.0, 0.0, 0.0]
            } else {
                [0.0, 0.0, 0.0, way(uses, 0.5), 0.0]
            };
            owed[0] -= chosen[0];
            owed[1] -= chosen[1];
            for (index, share) in agent.channels.iter().zip(chosen) {
                action[*index] = share * largest(*index);
            }
        }
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(Discrete {
            expert: self.expert.boxed_clone(),
            agents: self.agents.clone(),
            owed: self.owed.clone(),
        })
    }
}

/// Chance, in discrete actions.
#[derive(Clone, Default)]
struct Chance {
    held: Vec<f32>,
    until_step: u32,
}

impl Policy for Chance {
    fn act(&mut self, view: &StepView<'_>, rng: &mut Rng, action: &mut [f32]) {
        if view.step() >= self.until_step || self.held.len() != action.len() {
            self.until_step = view.step() + (view.world().control_hz / 5).max(1);
            self.held = vec![0.0; action.len()];
            for agent in Agent::all(view.world(), view.action_space(), &ACTIONS) {
                agent.take(rng.below(agent.discrete.len()), &mut self.held);
            }
        }
        action.copy_from_slice(&self.held);
    }

    fn boxed_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
