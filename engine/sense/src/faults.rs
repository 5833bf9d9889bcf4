//! What is wrong with mechanisms, how badly, and how long they will last.

use crate::column::Column;
use crate::sensor::Sensor;
use terrella_sim::view::StepView;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};

/// What stands for a time that there is none of: nothing fails, nothing begins.
const NEVER: f32 = -1.0;

pub(crate) struct Faults;

impl Sensor for Faults {
    fn columns(&self) -> Vec<ColumnSpec> {
        let faults = "What is wrong, 3 numbers for each fault in the order of the world's faults: its present severity, \
                      0..1; the time until it begins, s, 0 once it has begun, -1 where its severity never rises above 0; the \
                      remaining useful life, s: the time until its severity reaches the fault's fails_at, 0 from then on, \
                      -1 where it never does or none is given.";
        let wear = "2 numbers for each mechanism that wears, in the order of the world's mechanisms: its wear, 0 new .. 1 \
                    failed; its remaining useful life, s, if it goes on as since the last record, -1 while it does not wear.";
        let column = |name: &str, doc: &str, names: &[&str], units: &[&str]| {
            let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
            ColumnSpec::scalar(Table::Sim, name, Dtype::Float32, "", doc)
                .extent(Extent::List(names.len()))
                .elements(texts(names), texts(units))
        };
        vec![
            column(
                "faults",
                faults,
                &["severity", "until_onset", "remaining_life"],
                &["", "s", "s"],
            ),
            column("wear", wear, &["wear", "remaining_life"], &["", "s"]),
        ]
    }

    fn read(&mut self, view: &StepView<'_>, columns: &mut [Column]) {
        let now = view.time_secs();
        let faults = &view.world().faults;
        for fault in faults.values() {
            let until = |secs: f32| (secs - now).max(0.0);
            columns[0].floats().extend([
                fault.severity_at(now),
                if fault.severity > 0.0 {
                    until(fault.onset_secs)
                } else {
                    NEVER
                },
                fault.fails_after_secs().map_or(NEVER, until),
            ]);
        }
        columns[0].end_row();
        for index in 0..view.world().mechanisms.len() {
            if let Some(wear) = view.wear(index) {
                let left = wear.remaining_secs.unwrap_or(NEVER);
                columns[1].floats().extend([wear.share, left]);
            }
        }
        columns[1].end_row();
    }
}
