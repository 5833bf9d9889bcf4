//! Positions and velocities of the particles of every liquid.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// Two columns for each liquid. **Invariant:** what is recorded suffices to draw the liquid again, particle by particle.
pub(crate) struct Liquids {
    names: Vec<String>,
}

impl Liquids {
    pub(crate) fn new(world: &World<f32>) -> Liquids {
        Liquids {
            names: world.liquids.keys().cloned().collect(),
        }
    }
}

impl Sensor for Liquids {
    fn columns(&self) -> Vec<ColumnSpec> {
        let axes = || ["x", "y", "z"].map(String::from).to_vec();
        let column = |name: String, unit: &str, doc: String| {
            ColumnSpec::scalar(Table::Sim, &name, Dtype::Float32, unit, &doc)
                .extent(Extent::List(3))
                .elements(axes(), vec![unit.to_string()])
                .in_frame("world")
        };
        self.names
            .iter()
            .flat_map(|name| {
                [
                    column(
                        format!("liquid.{name}.positions"),
                        "m",
                        format!(
                            "Positions of the particles of the liquid `{name}`, 3 numbers each. A particle keeps its place \
                             in the list for the whole episode; each is a volume of spacing_m cubed (see the episode's world)."
                        ),
                    ),
                    column(
                        format!("liquid.{name}.velocities"),
                        "m/s",
                        format!("Velocities of the particles of the liquid `{name}`, in the order of their positions."),
                    ),
                ]
            })
            .collect()
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for (index, own) in columns.chunks_exact_mut(2).enumerate() {
            let rows = [view.liquid_positions(index), view.liquid_velocities(index)];
            for (column, rows) in own.iter_mut().zip(rows) {
                column.floats().extend_from_slice(rows.as_flattened());
                column.end_row();
            }
        }
    }
}
