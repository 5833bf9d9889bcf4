//! `agents.observation`: what each of several agents senses for itself. Always recorded where a world says it.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::fault::LaneError;
use terrella_sim::observe::Observer;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// The sensor behind `agents.observation`: the world's `agents_observe` list, for each of its agents.
pub struct AgentsObservation {
    observers: Vec<Observer>,
}

impl AgentsObservation {
    /// Resolves the `agents_observe` list of a world.
    pub fn new(world: &World<f32>) -> Result<Self, LaneError> {
        Ok(AgentsObservation {
            observers: Observer::of_agents(world)?,
        })
    }
}

impl Sensor for AgentsObservation {
    fn columns(&self) -> Vec<ColumnSpec> {
        let Some(first) = self.observers.first() else {
            return Vec::new();
        };
        let channels = first.channels();
        if channels.is_empty() {
            return Vec::new();
        }
        let doc = "What each agent senses, in the order of the names of `agents.reward`; in the names of its elements the agent itself is \
                   `self`.";
        let names = channels.iter().map(|channel| channel.name.clone());
        let units = channels.iter().map(|channel| channel.unit.to_string());
        vec![
            ColumnSpec::scalar(Table::Data, "agents.observation", Dtype::Float32, "", doc)
                .extent(Extent::Grid(self.observers.len(), channels.len()))
                .elements(names.collect(), units.collect())
                .in_frame("world"),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        if let Some(column) = columns.first_mut() {
            for observer in &self.observers {
                observer.read(view, column.floats());
            }
        }
    }
}
