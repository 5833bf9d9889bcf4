//! The event graph of collisions: its nodes are collisions, its edges go from each to the next of either body.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::{Motion, World};

pub(crate) struct Collisions {
    /// The last collision of each body, by number; none yet, or a body that never moves: -1.
    last: Vec<i32>,
    /// Whether each body can move.
    moves: Vec<bool>,
    /// The number of the next collision.
    next: i32,
}

impl Collisions {
    pub(crate) fn new(world: &World<f32>) -> Self {
        let moves: Vec<bool> = (world.bodies.values())
            .map(|body| body.motion != Motion::Fixed)
            .collect();
        Collisions {
            last: vec![-1; moves.len()],
            moves,
            next: 0,
        }
    }
}

impl Sensor for Collisions {
    fn columns(&self) -> Vec<ColumnSpec> {
        let column = |name: &str, dtype: Dtype, names: &[&str], unit: &str, doc: &str| {
            ColumnSpec::scalar(Table::Sim, name, dtype, unit, doc)
                .extent(Extent::List(names.len()))
                .elements(
                    names.iter().map(|name| name.to_string()).collect(),
                    vec![unit.to_string()],
                )
        };
        vec![
            column(
                "collisions.bodies",
                Dtype::Int32,
                &["a", "b"],
                "",
                "For each collision since the last record, by time: the two bodies that began to push each other, as indices, a < b, \
                 in the order of the episode's body_names. Bodies that have come together collide again only after they have been \
                 apart. Collisions are numbered through an episode, from 0; the other collisions.* columns have one item for each.",
            ),
            column(
                "collisions.secs",
                Dtype::Float32,
                &["secs"],
                "s",
                "When each collision began, to a physics step, from the start of the episode.",
            ),
            column(
                "collisions.after",
                Dtype::Int32,
                &["a", "b"],
                "",
                "The edges that lead to each collision: the numbers of the collisions that a and b had last before it; -1 where there \
                 was none, and for bodies that never move.",
            ),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for collision in view.collisions() {
            let pair = [collision.a, collision.b];
            columns[0].ints().extend(pair.map(|body| body as i32));
            columns[1].floats().push(collision.secs);
            columns[2]
                .ints()
                .extend(pair.map(|body| self.last[body as usize]));
            for body in pair.map(|body| body as usize) {
                if self.moves[body] {
                    self.last[body] = self.next;
                }
            }
            self.next += 1;
        }
        for column in columns {
            column.end_row();
        }
    }
}
