//! `observation.state`: what the agent may sense of itself and its goal. Always recorded.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::fault::LaneError;
use terrella_sim::observe::Observer;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// The sensor behind `observation.state`: the world's `observe` list.
pub struct Proprioception(Observer);

impl Proprioception {
    /// Resolves the `observe` list of a world.
    pub fn new(world: &World<f32>) -> Result<Self, LaneError> {
        Ok(Proprioception(Observer::new(world)?))
    }
}

impl Sensor for Proprioception {
    fn columns(&self) -> Vec<ColumnSpec> {
        let channels = self.0.channels();
        if channels.is_empty() {
            return Vec::new();
        }
        // A vector of one is a scalar column: readers take [1] for a number.
        let extent = if channels.len() == 1 {
            Extent::Scalar
        } else {
            Extent::Fixed(channels.len())
        };
        vec![
            ColumnSpec::scalar(
                Table::Data,
                "observation.state",
                Dtype::Float32,
                "",
                "What the agent senses.",
            )
            .extent(extent)
            .elements(
                channels.iter().map(|channel| channel.name.clone()).collect(),
                channels.iter().map(|channel| channel.unit.to_string()).collect(),
            )
            .in_frame("world"),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        if let Some(column) = columns.first_mut() {
            self.0.read(view, column.floats());
        }
    }
}
