//! Whose each number of an action is, in worlds of several agents.

use terrella_exporters::manifest::AgentRecord;
use terrella_sim::action::{ActionChannel, ActionSpace};
use terrella_spec::world::World;

/// Each agent of a world with its channels of the action.
pub(crate) fn agents(world: &World<f32>, space: &ActionSpace) -> Vec<AgentRecord> {
    let channels_of = |mechanisms: &[String]| {
        let own = |channel: &&ActionChannel| {
            let mechanism = channel
                .name
                .rsplit_once('.')
                .map_or("", |(mechanism, _)| mechanism);
            mechanisms.iter().any(|name| name == mechanism)
        };
        let channels = space.channels.iter().filter(own);
        channels.map(|channel| channel.name.clone()).collect()
    };
    let agents = world.agents.iter().map(|(name, mechanisms)| AgentRecord {
        name: name.clone(),
        action: channels_of(mechanisms),
    });
    agents.collect()
}
