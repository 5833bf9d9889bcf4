//! What every mechanism shows of its state.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

pub(crate) struct Mechanisms;

impl Sensor for Mechanisms {
    fn columns(&self) -> Vec<ColumnSpec> {
        let doc = "What each mechanism shows, in the order of the world's mechanisms; 0 where it shows nothing. Its name tells \
                   what: `state` in the documentation of scene files, `holding`, `closed`, `active` ... in \
                   `observation.state` where it is observed.";
        vec![
            ColumnSpec::scalar(Table::Sim, "mechanisms", Dtype::Float32, "", doc)
                .extent(Extent::List(1))
                .elements(vec!["state".into()], Vec::new()),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        for index in 0..view.world().mechanisms.len() {
            columns[0].floats().push(view.mechanism_state(index));
        }
        columns[0].end_row();
    }
}
