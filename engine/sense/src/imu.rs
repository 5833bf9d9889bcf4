//! What inertial measuring units read between records.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::world::{Mechanism, World};

const READ: [(&str, &str); 6] = [
    ("fx", "m/s^2"),
    ("fy", "m/s^2"),
    ("fz", "m/s^2"),
    ("wx", "rad/s"),
    ("wy", "rad/s"),
    ("wz", "rad/s"),
];

/// A column for each unit, with a sample for each physics step.
pub(crate) struct Imus {
    /// By index, with their names.
    units: Vec<(usize, String)>,
    /// Physics steps a second, and how many there are from one record to the next.
    step_hz: u32,
    samples: usize,
}

impl Imus {
    pub(crate) fn new(world: &World<f32>) -> Imus {
        let units = world.mechanisms.iter().enumerate();
        let step_hz = world.physics.step_hz();
        Imus {
            units: units
                .filter(|(_, (_, mechanism))| matches!(mechanism, Mechanism::Imu { .. }))
                .map(|(index, (name, _))| (index, name.clone()))
                .collect(),
            step_hz,
            samples: (step_hz / world.control_hz.max(1)) as usize,
        }
    }
}

impl Sensor for Imus {
    fn columns(&self) -> Vec<ColumnSpec> {
        let doc = format!(
            "What the inertial measuring unit read from the row before to this one, {} samples a second, the oldest first and the last \
             at this row: specific force (acceleration less gravity, 9.81 upwards at rest) and angular rate, along the body's own x, y \
             and z, with noise and bias. In an episode's first row, before which nothing was measured, what it reads where nothing \
             pushes the body.",
            self.step_hz
        );
        let names: Vec<String> = READ.iter().map(|(name, _)| name.to_string()).collect();
        let units: Vec<String> = READ.iter().map(|(_, unit)| unit.to_string()).collect();
        let column = |(_, name): &(usize, String)| {
            ColumnSpec::scalar(Table::Data, &format!("{name}.samples"), Dtype::Float32, "", &doc)
                .extent(Extent::Grid(self.samples, READ.len()))
                .elements(names.clone(), units.clone())
        };
        self.units.iter().map(column).collect()
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for ((index, _), column) in self.units.iter().zip(columns) {
            column.floats().extend(view.imu_samples(*index).as_flattened());
        }
    }
}
