//! How a case stands in the table of `engine/PHYSICS.md`.

use super::case::Case;
use terrella_spec::world::Preset;

/// The heads of [`ours`], then what another engine gives: with its default integrator, and with a second one.
pub const HEAD: &str = "\
| case | what is measured | preset | formula | tolerance | Terrella | error | `fast` | MuJoCo | error | RK4 |
|---|---|---|---|---|---|---|---|---|---|---|";

/// The part of a case's row that Terrella fills. `measured` at the case's own preset, and with `fast`.
pub fn ours(name: &str, case: &Case, measured: f64, fast: f64) -> String {
    let preset = match case.world.physics.preset {
        Preset::Accurate => "accurate",
        Preset::Fast => "fast",
        Preset::Jointed => "jointed",
        Preset::Granular => "granular",
    };
    let unit = if case.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", case.unit)
    };
    format!(
        "| `{name}` | {} | {preset} | {}{unit} | {} | {} | {} | {} |",
        case.what,
        number(case.formula),
        percent(case.tolerance).trim_start_matches('+'),
        number(measured),
        percent(case.error(measured)),
        percent(case.error(fast)),
    )
}

/// Five significant digits.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let magnitude = libm::floor(libm::log10(value.abs())) as i32;
    if magnitude < -4 {
        return format!("{value:.1e}");
    }
    format!("{value:.*}", (4 - magnitude).clamp(0, 5) as usize)
}

/// A share as a signed percentage of two significant digits.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if value.abs() < 1e-6 {
        return "0 %".to_string();
    }
    let magnitude = libm::floor(libm::log10(value.abs())) as i32;
    if magnitude < -3 {
        return format!("{value:+.0e} %");
    }
    format!("{value:+.*} %", (1 - magnitude).max(0) as usize)
}
