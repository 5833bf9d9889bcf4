//! `observation.state`: what the agent may sense of itself and its goal. Always recorded.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::fault::LaneError;
use terrella_sim::observe::Observer;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// The sensor behind `observation.state`: the world's `observe` list.
pub struct Proprioception {
    observer: Observer,
    /// Where families are mixed: how many numbers a row has, whatever the family.
    padded: Option<usize>,
}

impl Proprioception {
    /// Resolves the `observe` list of a world.
    pub fn new(world: &World<f32>) -> Result<Self, LaneError> {
        Ok(Proprioception {
            observer: Observer::new(world)?,
            padded: None,
        })
    }

    /// How many numbers it has.
    pub fn width(&self) -> usize {
        self.observer.channels().len()
    }

    /// Pads its rows with zeros to `width` numbers, and adds `mask.state`, which says which of them mean something.
    pub fn padded(self, width: usize) -> Self {
        Proprioception {
            padded: Some(width),
            ..self
        }
    }
}

impl Sensor for Proprioception {
    fn columns(&self) -> Vec<ColumnSpec> {
        if let Some(width) = self.padded {
            return padded_columns(width);
        }
        let channels = self.observer.channels();
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
        let Some(column) = columns.first_mut() else {
            return;
        };
        self.observer.read(view, column.floats());
        if let Some(width) = self.padded {
            let own = self.width();
            column.floats().extend(std::iter::repeat_n(0.0, width - own));
            columns[1].bools().extend((0..width).map(|index| index < own));
        }
    }
}

fn padded_columns(width: usize) -> Vec<ColumnSpec> {
    let doc = "What the agent senses, in the order of the episode's family; zeros behind it.";
    let mask = "True for the numbers of `observation.state` that the episode's family has; the others are 0 and mean nothing.";
    vec![
        ColumnSpec::scalar(Table::Data, "observation.state", Dtype::Float32, "", doc)
            .extent(Extent::Fixed(width))
            .in_frame("world"),
        ColumnSpec::scalar(Table::Data, "mask.state", Dtype::Bool, "", mask).extent(Extent::Fixed(width)),
    ]
}
