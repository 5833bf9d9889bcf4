//! Positions and velocities of the particles of every liquid, and of the vertices of every soft body.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// Two columns for each thing that is made of points. **Invariant:** what is recorded suffices to draw it again, point by point.
pub(crate) struct Points {
    names: Vec<String>,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Liquid,
    Soft,
}

impl Points {
    pub(crate) fn liquids(world: &World<f32>) -> Points {
        Points {
            names: world.liquids.keys().cloned().collect(),
            kind: Kind::Liquid,
        }
    }

    pub(crate) fn softs(world: &World<f32>) -> Points {
        Points {
            names: world.softs.keys().cloned().collect(),
            kind: Kind::Soft,
        }
    }
}

impl Kind {
    /// Name and documentation of the columns of positions and of velocities.
    fn columns(self, name: &str) -> [(String, String); 2] {
        match self {
            Kind::Liquid => [
                (
                    format!("liquid.{name}.positions"),
                    format!(
                        "Positions of the particles of the liquid `{name}`, 3 numbers each. A particle keeps its place \
                         in the list for the whole episode; each is a volume of spacing_m cubed (see the episode's world)."
                    ),
                ),
                (
                    format!("liquid.{name}.velocities"),
                    format!(
                        "Velocities of the particles of the liquid `{name}`, in the order of their positions."
                    ),
                ),
            ],
            Kind::Soft => [
                (
                    format!("soft.{name}.positions"),
                    format!(
                        "Positions of the vertices of the soft body `{name}`, 3 numbers each, in the order that its form \
                         says (see the episode's world)."
                    ),
                ),
                (
                    format!("soft.{name}.velocities"),
                    format!(
                        "Velocities of the vertices of the soft body `{name}`, in the order of their positions."
                    ),
                ),
            ],
        }
    }
}

impl Sensor for Points {
    fn columns(&self) -> Vec<ColumnSpec> {
        let axes = || ["x", "y", "z"].map(String::from).to_vec();
        let column = |(name, doc): (String, String), unit: &str| {
            ColumnSpec::scalar(Table::Sim, &name, Dtype::Float32, unit, &doc)
                .extent(Extent::List(3))
                .elements(axes(), vec![unit.to_string()])
                .in_frame("world")
        };
        let names = self.names.iter();
        names
            .flat_map(|name| {
                let [positions, velocities] = self.kind.columns(name);
                [column(positions, "m"), column(velocities, "m/s")]
            })
            .collect()
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for (index, own) in columns.chunks_exact_mut(2).enumerate() {
            let rows = match self.kind {
                Kind::Liquid => [view.liquid_positions(index), view.liquid_velocities(index)],
                Kind::Soft => [view.soft_positions(index), view.soft_velocities(index)],
            };
            for (column, rows) in own.iter_mut().zip(rows) {
                column.floats().extend_from_slice(rows.as_flattened());
                column.end_row();
            }
        }
    }
}
