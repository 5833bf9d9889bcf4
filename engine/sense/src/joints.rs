//! Position and velocity of every joint.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

pub(crate) struct Joints;

impl Sensor for Joints {
    fn columns(&self) -> Vec<ColumnSpec> {
        let doc = "State of every joint, 2 numbers each in the order of the world's joints: position (rad in (-pi, pi] \
                   for a hinge, m for a slider, 0 for others) and velocity (rad/s or m/s).";
        vec![
            ColumnSpec::scalar(Table::Sim, "joints", Dtype::Float32, "", doc)
                .extent(Extent::List(2))
                .elements(
                    vec!["position".into(), "velocity".into()],
                    vec!["rad or m".into(), "rad/s or m/s".into()],
                ),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for index in 0..view.joint_count() {
            columns[0]
                .floats()
                .extend([view.joint_position(index), view.joint_velocity(index)]);
        }
        columns[0].end_row();
    }
}
