//! What equipment reports of itself, in the four roles of industrial telemetry.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::telemetry::{Reading, Role, readings};
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::World;

/// A column for each role that a world's mechanisms report in, and which readings it holds.
pub(crate) struct Telemetry {
    readings: Vec<Reading>,
    columns: Vec<(Role, Vec<usize>)>,
}

impl Telemetry {
    pub(crate) fn new(world: &World<f32>) -> Telemetry {
        let readings = readings(world);
        let of = |role: Role| {
            let indices = readings.iter().enumerate();
            let own = indices.filter(|(_, reading)| reading.role == role);
            (role, own.map(|(index, _)| index).collect::<Vec<_>>())
        };
        let columns = Role::ALL
            .map(of)
            .into_iter()
            .filter(|(_, own)| !own.is_empty())
            .collect();
        Telemetry { readings, columns }
    }
}

/// Name and meaning of the column of a role.
fn described(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Setpoint => ("telemetry.setpoint", "What each mechanism was told last."),
        Role::Effort => (
            "telemetry.effort",
            "How hard each mechanism works: force, torque, current.",
        ),
        Role::Feedback => (
            "telemetry.feedback",
            "What each mechanism does, as its encoder or eye reports it: with the drift and the missing reports of its faults.",
        ),
        Role::Context => (
            "telemetry.context",
            "What else mechanisms report: temperature, vibration, whether a drive tripped.",
        ),
    }
}

impl Sensor for Telemetry {
    fn columns(&self) -> Vec<ColumnSpec> {
        let column = |(role, own): &(Role, Vec<usize>)| {
            let (name, doc) = described(*role);
            // A vector of one is a scalar column: readers take [1] for a number.
            let extent = match own.len() {
                1 => Extent::Scalar,
                several => Extent::Fixed(several),
            };
            let names = own.iter().map(|index| self.readings[*index].name.clone());
            let units = own.iter().map(|index| self.readings[*index].unit.to_string());
            ColumnSpec::scalar(Table::Data, name, Dtype::Float32, "", doc)
                .extent(extent)
                .elements(names.collect(), units.collect())
        };
        self.columns.iter().map(column).collect()
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        let values = view.telemetry();
        for ((_, own), column) in self.columns.iter().zip(columns) {
            column.floats().extend(own.iter().map(|index| values[*index]));
        }
    }
}
