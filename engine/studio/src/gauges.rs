//! Numbers of a world that neither its poses nor the observation tell: joints, what mechanisms report, how bad faults are.
//!
//! A world that is played tells them itself; of an episode that was recorded they are those of its columns, where it has them.

use terrella_app::sense::column::{Column, Values};
use terrella_app::sim::telemetry::{Role, readings};
use terrella_app::sim::view::StepView;
use terrella_app::spec::world::{Freedom, World};

/// The columns that hold them: those of the data table, and those of the other.
pub const DATA_COLUMNS: [&str; 4] = [
    "telemetry.setpoint",
    "telemetry.effort",
    "telemetry.feedback",
    "telemetry.context",
];
/// See [`DATA_COLUMNS`].
pub const SIM_COLUMNS: [&str; 2] = ["joints", "faults"];

/// Numbers of a fault in its column; the severity comes first.
const FAULT_NUMBERS: usize = 3;

/// Their names and units.
pub fn channels(world: &World<f32>) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for (_, name, units) in moving(world) {
        all.push((format!("joint {name}"), units[0]));
        all.push((format!("joint {name} speed"), units[1]));
    }
    let reported = readings(world).into_iter();
    all.extend(reported.map(|reading| (reading.name, reading.unit)));
    let faults = world.faults.keys();
    all.extend(faults.map(|name| (format!("fault {name} severity"), "")));
    all
}

/// The joints that have one number, with their places among all and the units of position and speed.
fn moving(world: &World<f32>) -> impl Iterator<Item = (usize, &String, [&'static str; 2])> {
    let all = world.joints.iter().enumerate();
    all.filter_map(|(index, (name, joint))| match joint.freedom {
        Freedom::Hinge { .. } => Some((index, name, ["rad", "rad/s"])),
        Freedom::Slider { .. } => Some((index, name, ["m", "m/s"])),
        _ => None,
    })
}

/// What they are in a world that is played, in the order of [`channels`].
pub fn of_view(view: &StepView<'_>) -> Vec<f32> {
    let world = view.world();
    let mut all = Vec::new();
    for (index, _, _) in moving(world) {
        all.extend([view.joint_position(index), view.joint_velocity(index)]);
    }
    all.extend_from_slice(view.telemetry());
    all.extend((0..world.faults.len()).map(|index| view.fault_severity(index)));
    all
}

/// What they were at a row of an episode that was recorded, in the order of [`channels`]; no number where it was not.
pub fn of_columns(world: &World<f32>, columns: &[Column], row: usize) -> Vec<f32> {
    let number = |name: &str, index: usize| {
        let column = columns.iter().find(|column| column.spec.name == name);
        let value = column.and_then(|column| value(column, row, index));
        value.unwrap_or(f32::NAN)
    };
    let mut all = Vec::new();
    for (index, _, _) in moving(world) {
        all.extend([number("joints", 2 * index), number("joints", 2 * index + 1)]);
    }
    let mut counts = [0; DATA_COLUMNS.len()];
    for reading in readings(world) {
        let role = Role::ALL.iter().position(|role| *role == reading.role);
        let role = role.expect("every role is one of all");
        all.push(number(DATA_COLUMNS[role], counts[role]));
        counts[role] += 1;
    }
    let faults = 0..world.faults.len();
    all.extend(faults.map(|index| number("faults", FAULT_NUMBERS * index)));
    all
}

/// A number of a row.
fn value(column: &Column, row: usize, index: usize) -> Option<f32> {
    let Values::Float32(values) = &column.values else {
        return None;
    };
    if column.ends.is_empty() {
        let width = column.width();
        return values.get(row * width + index).filter(|_| index < width).copied();
    }
    let end = |row: usize| column.ends.get(row).map(|end| *end as usize);
    let start = match row.checked_sub(1) {
        Some(before) => end(before)?,
        None => 0,
    };
    values
        .get(start + index)
        .filter(|_| start + index < end(row).unwrap_or(0))
        .copied()
}
