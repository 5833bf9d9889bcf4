//! The cases of the physics tests, as data.
//!
//! ```sh
//! cargo run -p terrella-sim --example physics_cases                  # JSON: formula, measured, error of every case
//! cargo run -p terrella-sim --example physics_cases worlds           # JSON: the worlds, for another engine to run
//! cargo run -p terrella-sim --example physics_cases table ONE TWO    # Markdown, with two other engines beside ours
//! ```
//!
//! ONE and TWO are folders with `NAME.json` for each case: the path that the other engine's bodies took, missing where it
//! came apart. `tests/interop/physics` makes them with MuJoCo's two integrators.

#[path = "../tests/oracles/cases/mod.rs"]
mod cases;

use cases::case::{Case, Path};
use cases::{all, table};
use serde_json::{Value, json};
use std::error::Error;
use std::ffi::OsStr;
use std::io::ErrorKind;
use terrella_spec::world::Preset;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match (arguments.first().and_then(|word| word.to_str()), &arguments[..]) {
        (None, []) => println!("{:#}", all().iter().map(result).collect::<Value>()),
        (Some("worlds"), [_]) => println!("{:#}", all().iter().map(world).collect::<Value>()),
        (Some("table"), [_, first, second]) => {
            println!("{}", table::HEAD);
            for (name, case) in all() {
                let measured = case.measured(case.world.physics.preset);
                let row = table::ours(name, &case, measured, case.measured(Preset::Fast));
                let [first, second] = [first, second].map(|folder| theirs(name, &case, folder));
                let (first, second) = (first?, second?);
                let value = first.map_or("apart".to_string(), table::number);
                println!(
                    "{row} {value} | {} | {} |",
                    error(&case, first),
                    error(&case, second)
                );
            }
        }
        _ => return Err("wants no argument, `worlds`, or `table FOLDER FOLDER`".into()),
    }
    Ok(())
}

/// What is measured of another engine's path; none where it has none.
fn theirs(name: &str, case: &Case, folder: &OsStr) -> Result<Option<f64>, Box<dyn Error>> {
    match std::fs::read(std::path::Path::new(folder).join(format!("{name}.json"))) {
        Ok(text) => Ok(Some((case.measure)(&serde_json::from_slice::<Path>(&text)?))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn error(case: &Case, measured: Option<f64>) -> String {
    measured.map_or("apart".to_string(), |value| table::percent(case.error(value)))
}

fn result((name, case): &(&str, Case)) -> Value {
    let (measured, fast) = (
        case.measured(case.world.physics.preset),
        case.measured(Preset::Fast),
    );
    json!({
        "name": name,
        "what": case.what,
        "unit": case.unit,
        "preset": case.world.physics.preset,
        "formula": case.formula,
        "measured": measured,
        "relative_error": case.error(measured),
        "tolerance": case.tolerance,
        "fast_measured": fast,
        "fast_relative_error": case.error(fast),
    })
}

fn world((name, case): &(&str, Case)) -> Value {
    json!({ "name": name, "secs": case.secs, "step_hz": case.world.physics.step_hz(), "world": case.world })
}
