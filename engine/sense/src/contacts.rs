//! Which bodies touched since the last record, where, and how hard.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

pub(crate) struct Contacts;

impl Sensor for Contacts {
    fn columns(&self) -> Vec<ColumnSpec> {
        let column = |name: &str, dtype: Dtype, width: usize, names: &[&str], unit: &str, doc: &str| {
            ColumnSpec::scalar(Table::Sim, name, dtype, unit, doc)
                .extent(Extent::List(width))
                .elements(
                    names.iter().map(|name| name.to_string()).collect(),
                    vec![unit.to_string()],
                )
        };
        vec![
            column(
                "contacts.bodies",
                Dtype::Int32,
                2,
                &["a", "b"],
                "",
                "For each pair of bodies that touched since the last record: their indices, a < b, in the order of \
                 the episode's body_names. The other contacts.* columns have one item for each of these pairs.",
            ),
            column(
                "contacts.point",
                Dtype::Float32,
                3,
                &["x", "y", "z"],
                "m",
                "Where each pair touched last: the mean of its contact points weighted by impulse.",
            )
            .in_frame("world"),
            column(
                "contacts.normal",
                Dtype::Float32,
                3,
                &["x", "y", "z"],
                "",
                "Unit normal there, from a to b.",
            )
            .in_frame("world"),
            column(
                "contacts.impulse",
                Dtype::Float32,
                1,
                &["impulse"],
                "N s",
                "Sum of each pair's normal impulses over all physics steps since the last record; divided by the \
                 record's time it is the mean force.",
            ),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for contact in view.contacts() {
            columns[0].ints().extend([contact.a as i32, contact.b as i32]);
            columns[1].floats().extend_from_slice(&contact.point_m);
            columns[2].floats().extend_from_slice(&contact.normal);
            columns[3].floats().push(contact.impulse_ns);
        }
        for column in columns {
            column.end_row();
        }
    }
}
