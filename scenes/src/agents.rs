//! Who acts in a world: each agent's share of the action, and the discrete actions it can choose from.

use terrella_sim::action::ActionSpace;
use terrella_spec::world::World;

/// One of the actions that an agent can choose from where choices are discrete.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiscreteAction {
    /// Its name.
    pub name: &'static str,
    /// Inputs of the agent's mechanisms, each with a share of the channel's largest value, or below 0 of its smallest. All
    /// others are 0.
    pub inputs: &'static [(&'static str, f32)],
}

/// An agent of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// Which numbers of the action are its own.
    pub channels: Vec<usize>,
    /// The discrete actions that it has, in the order of the family's: names, and values of its own channels.
    pub discrete: Vec<(&'static str, Vec<f32>)>,
}

impl Agent {
    /// The agents of a world. Those of a family's discrete actions are an agent's whose inputs it has.
    pub fn all(world: &World<f32>, space: &ActionSpace, discrete: &[DiscreteAction]) -> Vec<Agent> {
        let agents = world.agents.iter().map(|(name, mechanisms)| {
            let is_own = |index: &usize| {
                let owner = space.channels[*index].name.rsplit_once('.');
                owner.is_some_and(|(owner, _)| mechanisms.iter().any(|name| name == owner))
            };
            let channels: Vec<usize> = (0..space.len()).filter(is_own).collect();
            let discrete = discrete.iter().filter_map(|action| {
                let values = values(action, space, &channels)?;
                Some((action.name, values))
            });
            Agent {
                name: name.clone(),
                discrete: discrete.collect(),
                channels,
            }
        });
        agents.collect()
    }

    /// Takes one of its discrete actions.
    pub fn take(&self, index: usize, action: &mut [f32]) {
        for (channel, value) in self.channels.iter().zip(&self.discrete[index].1) {
            action[*channel] = *value;
        }
    }

    /// Which of its discrete actions it takes, if it is one.
    pub fn taken(&self, action: &[f32]) -> Option<usize> {
        let is_taken = |values: &[f32]| {
            let mut pairs = self.channels.iter().zip(values);
            pairs.all(|(channel, value)| action[*channel] == *value)
        };
        self.discrete.iter().position(|(_, values)| is_taken(values))
    }
}

/// A discrete action as values of these channels; none where they lack an input.
fn values(action: &DiscreteAction, space: &ActionSpace, channels: &[usize]) -> Option<Vec<f32>> {
    let mut values = vec![0.0; channels.len()];
    for (input, share) in action.inputs {
        let is_it = |index: &usize| {
            let name = space.channels[*index].name.rsplit_once('.');
            name.is_some_and(|(_, name)| name == *input)
        };
        let at = channels.iter().position(is_it)?;
        let channel = &space.channels[channels[at]];
        let limit = if *share < 0.0 { -channel.low } else { channel.high };
        values[at] = share * limit;
    }
    Some(values)
}
