//! Whose each number of an action is, in worlds of several agents, and what they can choose from.

use terrella_exporters::manifest::{AgentRecord, DiscreteRecord};
use terrella_scenes::agents::Agent;
use terrella_sim::action::ActionSpace;

/// Agents as a dataset names them.
pub(crate) fn records(agents: &[Agent], space: &ActionSpace) -> Vec<AgentRecord> {
    let record = |agent: &Agent| {
        let channels = agent.channels.iter().map(|index| &space.channels[*index]);
        let discrete = agent.discrete.iter().map(|(name, values)| DiscreteRecord {
            name: name.to_string(),
            values: values.clone(),
        });
        AgentRecord {
            name: agent.name.clone(),
            action: channels.map(|channel| channel.name.clone()).collect(),
            discrete: discrete.collect(),
        }
    };
    agents.iter().map(record).collect()
}
