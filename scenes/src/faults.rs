//! Faults as factors: what goes wrong, from when on, how fast and how badly. Each has a stream of its own, so the same seed
//! without the fault is the healthy twin, which a run with `healthy_twins` records as well.

use crate::draw::Draw;
use terrella_spec::factor::FactorValue;
use terrella_spec::fault::{Fault, FaultKind};
use terrella_spec::plan::WorldPlan;

/// The factor of a family that says how badly its fault ends.
const SEVERITY: &str = "fault_severity";
/// What the episode table says of a healthy twin.
pub(crate) const INTERVENTION: &str = "healthy twin: the severity of every fault is 0";

/// The healthy twin of a world: every fault's severity is 0, in the world and in what the factors say, and nothing else is
/// another. A severity that is 0 was not drawn out of distribution.
///
/// The factors of severities are `fault_severity` in a family, with something before it where there are several, and
/// `faults.NAME.severity` in a scene file.
pub fn healthy(mut plan: WorldPlan) -> WorldPlan {
    for fault in plan.world.faults.values_mut() {
        fault.severity = 0.0;
    }
    let zero = FactorValue::Real(0.0);
    for (_, value) in plan.factors.iter_mut().filter(|(name, _)| is_severity(name)) {
        *value = zero.clone();
    }
    plan.ood.retain(|name| !is_severity(name));
    plan
}

fn is_severity(factor: &str) -> bool {
    let of_scene = factor
        .strip_prefix("faults.")
        .is_some_and(|rest| rest.ends_with(".severity"));
    factor.ends_with(SEVERITY) || of_scene
}

/// Draws `fault_onset_secs`, `fault_ramp_secs` and [`SEVERITY`], which every world has, for the fault that this world has. What is
/// there or not is there in full: its severity comes to 1, or stays 0 in a healthy twin.
pub(crate) fn drawn(draw: &mut Draw<'_>, fault: Option<(&str, FaultKind)>) -> Option<Fault<f32>> {
    drawn_as(draw, "", fault)
}

/// The same of factors whose names begin with `slot`, where a family has several faults at once.
pub(crate) fn drawn_as(
    draw: &mut Draw<'_>,
    slot: &str,
    fault: Option<(&str, FaultKind)>,
) -> Option<Fault<f32>> {
    let [onset_secs, ramp_secs, mut severity] =
        ["fault_onset_secs", "fault_ramp_secs", SEVERITY].map(|name| draw.real(&format!("{slot}{name}")));
    if severity > 0.0 && fault.is_some_and(|(_, kind)| kind.is_all_or_nothing()) {
        severity = 1.0;
        draw.came_to(&format!("{slot}{SEVERITY}"), severity);
    }
    fault.map(|(mechanism, kind)| Fault {
        mechanism: mechanism.into(),
        kind,
        onset_secs,
        ramp_secs,
        severity,
        fails_at: None,
        mended_secs: None,
    })
}
