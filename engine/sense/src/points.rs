//! Positions and velocities of the particles of every liquid, and of the vertices of every soft body.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// Two columns for each thing that is made of points, three for a soft body. **Invariant:** what is recorded suffices to draw it
/// again, point by point.
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
                         says (see the episode's world). Where a tear passes through a vertex there are two from then on, the \
                         new one behind all others."
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

    /// The column that says what is joined.
    fn corners(self, name: &str) -> Option<ColumnSpec> {
        let Kind::Soft = self else {
            return None;
        };
        let doc = format!(
            "Which vertices of the soft body `{name}` are joined, where it can tear: two for each segment of a rope or net, three for \
             each triangle of another's surface, and no list where it cannot."
        );
        let name = format!("soft.{name}.corners");
        let column = ColumnSpec::scalar(Table::Sim, &name, Dtype::Int32, "", &doc);
        Some(column.extent(Extent::List(1)))
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
                let moves = [column(positions, "m"), column(velocities, "m/s")];
                moves.into_iter().chain(self.kind.corners(name))
            })
            .collect()
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        let each = match self.kind {
            Kind::Liquid => 2,
            Kind::Soft => 3,
        };
        for (index, own) in columns.chunks_exact_mut(each).enumerate() {
            let rows = match self.kind {
                Kind::Liquid => [view.liquid_positions(index), view.liquid_velocities(index)],
                Kind::Soft => [view.soft_positions(index), view.soft_velocities(index)],
            };
            for (column, rows) in own.iter_mut().zip(rows) {
                column.floats().extend_from_slice(rows.as_flattened());
                column.end_row();
            }
            if let [_, _, corners] = own {
                let vertices = view.soft_corners(index).iter();
                corners.ints().extend(vertices.map(|vertex| *vertex as i32));
                corners.end_row();
            }
        }
    }
}
