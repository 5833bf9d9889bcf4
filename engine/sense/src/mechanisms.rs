//! What every mechanism shows of its state.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

pub(crate) struct Mechanisms;

impl Sensor for Mechanisms {
    fn columns(&self) -> Vec<ColumnSpec> {
        let doc = "What each mechanism shows, in the order of the world's mechanisms: 1 for a grip that holds, a latch \
                   that is closed, a button that is active, an opener that opens, a walker that interacts; the number \
                   of strikes; the tilt of a tilter, rad; the share that a gauge tells; the amplitude of a shaker, m; the \
                   mass that a weigher tells, kg; 1 for a clog; 0 for others.";
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
