//! Pose and velocity of every body.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

const NAMES: [&str; 13] = [
    "px", "py", "pz", "qx", "qy", "qz", "qw", "vx", "vy", "vz", "wx", "wy", "wz",
];
const UNITS: [&str; 13] = [
    "m", "m", "m", "", "", "", "", "m/s", "m/s", "m/s", "rad/s", "rad/s", "rad/s",
];

pub(crate) struct Bodies;

impl Sensor for Bodies {
    fn columns(&self) -> Vec<ColumnSpec> {
        let doc = "State of every body, 13 numbers each in the order of the episode's body_names: position of its \
                   origin, orientation as a unit quaternion x y z w, velocity of its centre of mass, angular velocity.";
        vec![
            ColumnSpec::scalar(Table::Sim, "bodies", Dtype::Float32, "", doc)
                .extent(Extent::List(NAMES.len()))
                .elements(NAMES.map(String::from).to_vec(), UNITS.map(String::from).to_vec())
                .in_frame("world"),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        columns[0]
            .floats()
            .extend_from_slice(view.body_rows().as_flattened());
        columns[0].end_row();
    }
}
