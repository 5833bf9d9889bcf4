//! The columns that are recorded without a sensor: action, reward, flags, seed, digest.

use terrella_exporters::manifest::{ACTIONS, DISCRETE};
use terrella_scenes::agents::Agent;
use terrella_sense::column::Column;
use terrella_sim::action::{ActionChannel, ActionSpace};
use terrella_sim::task::Outcome;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

/// The columns that need no sensor, while an episode is recorded. In the order of [`base_columns`].
pub(crate) struct BaseColumns<'a> {
    action: Option<&'a mut Column>,
    rest: &'a mut [Column],
    agents: &'a [Agent],
}

impl<'a> BaseColumns<'a> {
    /// `agents` are those of every world of the run.
    pub(crate) fn new(columns: &'a mut [Column], agents: &'a [Agent]) -> Self {
        let acted = columns.first().is_some_and(|first| first.spec.name == "action");
        let (action, rest) = columns.split_at_mut(usize::from(acted));
        BaseColumns {
            action: action.first_mut(),
            rest,
            agents,
        }
    }

    /// One of the columns behind those that every dataset has, if this one has it.
    fn extra(&mut self, name: &str) -> Option<&mut Column> {
        let extra = &mut self.rest[EVERY..];
        extra.iter_mut().find(|column| column.spec.name == name)
    }

    /// The part of a row that is known before anybody acts.
    pub(crate) fn state(
        &mut self,
        seed: i64,
        first: bool,
        last: bool,
        terminal: bool,
        digest: u64,
        channels: usize,
    ) {
        self.rest[5].bools().push(first);
        self.rest[6].bools().push(last);
        self.rest[7].bools().push(terminal);
        self.rest[8].longs().push(seed);
        // 63 bits: an unsigned 64-bit column would wrap in PyTorch.
        self.rest[9].longs().push((digest >> 1) as i64);
        // Where families are mixed, their actions are padded.
        if let Some(mask) = self.extra(MASK) {
            let width = mask.width();
            mask.bools().extend((0..width).map(|index| index < channels));
        }
    }

    /// The part of a row that follows from the action. `agents` is how many the world has, and `rewards` what the task
    /// rewards each of them, if it tells them apart.
    pub(crate) fn transition(
        &mut self,
        action: &[f32],
        outcome: &Outcome,
        agents: usize,
        rewards: &[f32],
        last: bool,
    ) {
        if let Some(column) = &mut self.action {
            let width = column.width();
            let action = action.iter().copied().chain(std::iter::repeat(0.0));
            column.floats().extend(action.take(width));
        }
        self.rest[0].floats().push(outcome.reward);
        self.rest[1].bools().push(outcome.terminated || last);
        self.rest[2].bools().push(outcome.terminated);
        self.rest[3].bools().push(last && !outcome.terminated);
        self.rest[4].bools().push(outcome.success);
        if let Some(column) = self.extra(AGENTS) {
            let beyond = column.width() - agents;
            if rewards.is_empty() {
                // A task that does not tell the agents apart rewards each of them.
                column
                    .floats()
                    .extend(std::iter::repeat_n(outcome.reward, agents));
            } else {
                assert_eq!(rewards.len(), agents, "a task rewards each of the world's agents");
                column.floats().extend_from_slice(rewards);
            }
            // Where families are mixed, the column is as wide as the most agents need.
            column.floats().extend(std::iter::repeat_n(0.0, beyond));
        }
        let agents = self.agents;
        if let Some(column) = self.extra(ACTIONS) {
            let width = most_channels(agents);
            for agent in agents {
                let own = agent.channels.iter().map(|index| action[*index]);
                column
                    .floats()
                    .extend(own.chain(std::iter::repeat(0.0)).take(width));
            }
        }
        if let Some(column) = self.extra(DISCRETE) {
            let taken = agents.iter().map(|agent| agent.taken(action));
            let taken = taken.map(|index| index.map_or(NO_DISCRETE, |index| index as i64));
            column.longs().extend(taken);
        }
    }

    /// The last row: the final observation, no action, no reward.
    pub(crate) fn end(&mut self, terminated: bool, success: bool) {
        if let Some(column) = &mut self.action {
            let width = column.width();
            column.floats().extend(std::iter::repeat_n(0.0, width));
        }
        self.rest[0].floats().push(0.0);
        self.rest[1].bools().push(true);
        self.rest[2].bools().push(terminated);
        self.rest[3].bools().push(!terminated);
        self.rest[4].bools().push(success);
        if let Some(column) = self.extra(AGENTS) {
            let width = column.width();
            column.floats().extend(std::iter::repeat_n(0.0, width));
        }
        let numbers = self.agents.len() * most_channels(self.agents);
        if let Some(column) = self.extra(ACTIONS) {
            column.floats().extend(std::iter::repeat_n(0.0, numbers));
        }
        if let Some(column) = self.extra(DISCRETE) {
            let width = column.width();
            column.longs().extend(std::iter::repeat_n(NO_DISCRETE, width));
        }
    }
}

/// How many columns every dataset has beside the action. Behind them come the rewards and the actions of agents in worlds that
/// have them, the numbers of their discrete actions where their family has such, and the mask of padded actions where families are mixed.
const EVERY: usize = 10;
const AGENTS: &str = "agents.reward";
const MASK: &str = "mask.action";
/// The number of an action that is no discrete one.
const NO_DISCRETE: i64 = -1;

fn names(agents: &[Agent]) -> Vec<String> {
    agents.iter().map(|agent| agent.name.clone()).collect()
}

/// How many numbers of the action the agent has that has most.
fn most_channels(agents: &[Agent]) -> usize {
    agents.iter().map(|agent| agent.channels.len()).max().unwrap_or(0)
}

/// The name of a channel without its mechanism's.
fn input_of(channel: &ActionChannel) -> &str {
    let parts = channel.name.rsplit_once('.');
    parts.map_or(channel.name.as_str(), |(_, input)| input)
}

/// The column of each agent's own action. An element has the name and the unit that all agents agree on which have it.
fn actions_column(space: &ActionSpace, agents: &[Agent]) -> ColumnSpec {
    let doc = "Each agent's own numbers of `action`, in the order of the names of `agents.reward`; zeros behind them where other \
               agents have more, and in an episode's last row.";
    let of = |place: usize, what: fn(&ActionChannel) -> &str, otherwise: &str| {
        let own = agents.iter().filter_map(|agent| agent.channels.get(place));
        let mut own = own.map(|index| what(&space.channels[*index]));
        let first = own.next().unwrap_or_default();
        let agreed = if own.all(|other| other == first) {
            first
        } else {
            otherwise
        };
        agreed.to_string()
    };
    let places = 0..most_channels(agents);
    let names = places
        .clone()
        .map(|place| of(place, input_of, &format!("channel_{place}")));
    let units = places.clone().map(|place| of(place, |channel| channel.unit, ""));
    ColumnSpec::scalar(Table::Data, ACTIONS, Dtype::Float32, "", doc)
        .extent(Extent::Grid(agents.len(), places.len()))
        .elements(names.collect(), units.collect())
}

/// A vector of one is a scalar column: readers take a shape of [1] for a number.
fn extent_of(width: usize) -> Extent {
    if width == 1 {
        Extent::Scalar
    } else {
        Extent::Fixed(width)
    }
}

/// What they are.
pub(crate) fn base_columns(space: &ActionSpace, agents: &[Agent]) -> Vec<ColumnSpec> {
    let flag = |name: &str, doc: &str| ColumnSpec::scalar(Table::Data, name, Dtype::Bool, "", doc);
    let mut columns = Vec::new();
    if !space.is_empty() {
        let names = space
            .channels
            .iter()
            .map(|channel| channel.name.clone())
            .collect();
        let units = space
            .channels
            .iter()
            .map(|channel| channel.unit.to_string())
            .collect();
        let doc =
            "The action taken at this row's observation, in physical units; 0 in an episode's last row.";
        columns.push(
            ColumnSpec::scalar(Table::Data, "action", Dtype::Float32, "", doc)
                .extent(extent_of(space.len()))
                .elements(names, units),
        );
    }
    columns.extend([
        ColumnSpec::scalar(
            Table::Data,
            "next.reward",
            Dtype::Float32,
            "",
            "Reward of this row's action; 0 in the last row.",
        ),
        flag(
            "next.done",
            "True from the action on that ends the episode, by the task or by its length.",
        ),
        flag(
            "next.terminated",
            "True from the action on that led to a terminal state; the world goes on all the same.",
        ),
        flag(
            "next.truncated",
            "True at the end of the episode's length when no terminal state was reached.",
        ),
        flag(
            "next.success",
            "True when the task is solved after this row's action.",
        ),
        flag("is_first", "True in the first row of an episode."),
        flag(
            "is_last",
            "True in the last row of an episode: the final observation, without an action.",
        ),
        flag(
            "is_terminal",
            "True when this row's state is, or comes after, a terminal state; in rows that are transitions the last one tells of the final state.",
        ),
        ColumnSpec::scalar(
            Table::Data,
            "seed",
            Dtype::Int64,
            "",
            "Names the episode's randomness: equal in all of its rows, another in every other.",
        ),
        ColumnSpec::scalar(
            Table::Sim,
            "state_digest",
            Dtype::Int64,
            "",
            "63 bits of a hash over the full state: equal digests mean equal worlds.",
        ),
    ]);
    if !agents.is_empty() {
        let doc = "Reward of each agent for this row's action, in the order of the names; 0 in the last row.";
        columns.push(
            ColumnSpec::scalar(Table::Data, AGENTS, Dtype::Float32, "", doc)
                .extent(extent_of(agents.len()))
                .elements(names(agents), Vec::new()),
        );
    }
    if most_channels(agents) > 0 {
        columns.push(actions_column(space, agents));
    }
    if agents.iter().any(|agent| !agent.discrete.is_empty()) {
        let doc = "Which of its discrete actions each agent takes at this row's observation: a number from 0 in its list, which \
                   `meta/info.json` gives with this feature; -1 where its action is none of them, and in an episode's last row.";
        columns.push(
            ColumnSpec::scalar(Table::Data, DISCRETE, Dtype::Int64, "", doc)
                .extent(extent_of(agents.len()))
                .elements(names(agents), Vec::new()),
        );
    }
    columns
}

/// The same where families are mixed, whose actions are padded to `width` numbers, and the rewards of whose agents to
/// `agents`; the mask of the actions is the last column. Discrete actions have no numbers there: each family has others. Nor have
/// agents actions and observations of their own: whose each number of `action` is, the family's record says.
pub(crate) fn padded_columns(width: usize, agents: usize) -> Vec<ColumnSpec> {
    let action = "The action taken at this row's observation, in physical units, in the order of the episode's family; \
                  zeros behind it, and in an episode's last row.";
    let mask =
        "True for the numbers of `action` that the episode's family has; the others are 0 and mean nothing.";
    let rewards = "Reward of each agent for this row's action, in the order of the episode's family; zeros behind them, in \
                   families without agents, and in an episode's last row.";
    let padded = |name: &str, dtype: Dtype, width: usize, doc: &str| {
        ColumnSpec::scalar(Table::Data, name, dtype, "", doc).extent(extent_of(width))
    };
    let mut columns = vec![padded("action", Dtype::Float32, width, action)];
    columns.extend(base_columns(&ActionSpace::default(), &[]));
    if agents > 0 {
        columns.push(padded(AGENTS, Dtype::Float32, agents, rewards));
    }
    columns.push(padded(MASK, Dtype::Bool, width, mask));
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(agents: &[&str], rewards: &[f32]) -> Vec<Column> {
        let named = |name: &&str| Agent {
            name: name.to_string(),
            channels: Vec::new(),
            discrete: Vec::new(),
        };
        let named: Vec<Agent> = agents.iter().map(named).collect();
        played_into(
            base_columns(&ActionSpace::default(), &named),
            agents.len(),
            rewards,
        )
    }

    fn played_into(specs: Vec<ColumnSpec>, agents: usize, rewards: &[f32]) -> Vec<Column> {
        let mut columns: Vec<Column> = specs.into_iter().map(Column::new).collect();
        let mut base = BaseColumns::new(&mut columns, &[]);
        let outcome = Outcome {
            reward: 0.5,
            ..Outcome::default()
        };
        base.transition(&[], &outcome, agents, rewards, true);
        base.end(false, false);
        columns
    }

    #[test]
    fn agents_have_a_column_and_worlds_without_them_have_none() {
        let mut columns = played(&["cat", "mouse"], &[1.0, -1.0]);
        let last = columns.last_mut().expect("columns");
        assert_eq!(last.spec.name, "agents.reward");
        assert_eq!(last.spec.names, ["cat", "mouse"]);
        assert_eq!(last.spec.extent, Extent::Fixed(2));
        assert_eq!(*last.floats(), [1.0, -1.0, 0.0, 0.0]);
        let alone = played(&[], &[]);
        assert!(alone.iter().all(|column| column.spec.name != "agents.reward"));
    }

    #[test]
    fn a_task_that_tells_no_agents_apart_rewards_each() {
        let mut columns = played(&["cat", "mouse"], &[]);
        assert_eq!(
            *columns.last_mut().expect("columns").floats(),
            [0.5, 0.5, 0.0, 0.0]
        );
    }

    #[test]
    fn each_agent_has_its_own_numbers_of_the_action() {
        let agent = |name: &str, channels: Vec<usize>| Agent {
            name: name.into(),
            channels,
            discrete: Vec::new(),
        };
        let agents = [agent("cat", vec![0, 2]), agent("mouse", vec![1])];
        let channel = |name: &str, unit| ActionChannel {
            name: name.into(),
            unit,
            low: -1.0,
            high: 1.0,
        };
        let space = ActionSpace {
            channels: vec![
                channel("legs.run", "m/s"),
                channel("paws.run", "N"),
                channel("jaws.bite", ""),
            ],
        };
        let mut columns: Vec<Column> = base_columns(&space, &agents)
            .into_iter()
            .map(Column::new)
            .collect();
        let mut base = BaseColumns::new(&mut columns, &agents);
        base.transition(&[1.0, 2.0, 3.0], &Outcome::default(), 2, &[], true);
        base.end(false, false);
        let own = columns.last_mut().expect("columns");
        assert_eq!(own.spec.name, ACTIONS);
        assert_eq!(own.spec.extent, Extent::Grid(2, 2));
        assert_eq!(own.spec.names, ["run", "bite"]);
        assert_eq!(own.spec.units, ["", ""]);
        assert_eq!(own.rows(), 2);
        assert_eq!(*own.floats(), [1.0, 3.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn where_families_are_mixed_rewards_of_agents_are_padded() {
        for (agents, rewards, recorded) in [
            (2, vec![1.0, -1.0], [1.0, -1.0, 0.0]),
            (2, vec![], [0.5, 0.5, 0.0]),
            (0, vec![], [0.0; 3]),
        ] {
            let mut columns = played_into(padded_columns(4, 3), agents, &rewards);
            let found = columns.iter_mut().find(|column| column.spec.name == AGENTS);
            let first_row = &found.expect("a column of rewards").floats()[..3];
            assert_eq!(first_row, recorded);
        }
    }
}
