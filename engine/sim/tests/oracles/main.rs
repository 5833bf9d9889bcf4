//! Physics against formulas: every case within its tolerance, and `engine/PHYSICS.md` true to the last digit.
//!
//! The tests are generated from the list of cases; see `cases/mod.rs`. The page's table is made by
//! `tests/interop/physics`.

#[macro_use]
mod cases;

use cases::case::Case;
use cases::{all, table};
use terrella_spec::world::Preset;

const PAGE: &str = include_str!("../../../PHYSICS.md");

/// The rows of the page's table.
fn rows() -> Vec<&'static str> {
    PAGE.lines().filter(|line| line.starts_with("| `")).collect()
}

fn hold(name: &str, case: &Case) {
    let measured = case.measured(case.world.physics.preset);
    let error = case.error(measured);
    assert!(
        error.abs() <= case.tolerance,
        "{name}: {}: {measured} {unit} where the formula says {} {unit}: off by {error:e}, allowed is {:e}",
        case.what,
        case.formula,
        case.tolerance,
        unit = case.unit,
    );
    let expected = table::ours(name, case, measured, case.measured(Preset::Fast));
    assert!(
        rows().iter().any(|row| row.starts_with(&expected)),
        "engine/PHYSICS.md is out of date (tests/interop/physics makes its table anew); this row now begins\n{expected}"
    );
}

macro_rules! tests {
    ($($subject:ident: $($name:ident)*;)*) => {
        $(mod $subject {
            $(#[test]
            fn $name() {
                let name = stringify!($name);
                let all = super::all();
                let (_, case) = all.iter().find(|(one, _)| *one == name).expect("it is in the list");
                super::hold(name, case);
            })*
        })*
    };
}
for_every_case!(tests);

#[test]
fn the_page_has_every_case_once_and_no_other() {
    let names: Vec<String> = all().iter().map(|(name, _)| format!("| `{name}` |")).collect();
    let rows = rows();
    assert_eq!(rows.len(), names.len(), "rows of the page and cases");
    for (row, name) in rows.iter().zip(&names) {
        assert!(
            row.starts_with(name),
            "where {name} should be, the page has {row}"
        );
    }
    assert!(PAGE.contains(table::HEAD), "the table's head");
}
