//! Faults as factors: what goes wrong, from when on, how fast and how badly. Each has a stream of its own, so the same seed
//! without the fault is the healthy twin.

use crate::draw::Draw;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::fault::{Fault, FaultKind};

/// The factors of a fault that makes something weak, in half of the worlds. `what` and `loss` are the sentences that say so.
pub(crate) fn weak(what: &str, loss: &str, severity: Dist) -> [FactorSpec; 4] {
    let real = FactorSpec::real;
    [
        FactorSpec::choice("fault", what, &["none", "weak"], &[]),
        real(
            "fault_onset_secs",
            "s",
            "When that begins.",
            Dist::uniform(1.0, 6.0).ood(0.0, 0.8),
        ),
        real(
            "fault_ramp_secs",
            "s",
            "How long it grows.",
            Dist::uniform(0.0, 3.0),
        ),
        real("fault_severity", "", loss, severity),
    ]
}

/// Draws `fault_onset_secs`, `fault_ramp_secs` and `fault_severity`, which every world has, for the fault that this world has.
pub(crate) fn drawn(draw: &mut Draw<'_>, fault: Option<(&str, FaultKind)>) -> Option<Fault<f32>> {
    let [onset_secs, ramp_secs, severity] =
        ["fault_onset_secs", "fault_ramp_secs", "fault_severity"].map(|name| draw.real(name));
    fault.map(|(mechanism, kind)| Fault {
        mechanism: mechanism.into(),
        kind,
        onset_secs,
        ramp_secs,
        severity,
        fails_at: None,
    })
}
