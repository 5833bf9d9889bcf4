//! Faults: what goes wrong with a mechanism, when, and how badly. What each does stands in `engine/sim/src/mechanisms/`.

use crate::mechanism::Mechanism;
use crate::world::{Number, one, zero};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a fault does to its mechanism. Not every mechanism can have every kind; the error for a wrong one lists those
/// that it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Its largest effort (of a gantry: its largest speed) is smaller by this share.
    Weak,
    /// From a severity of 0.5 on it holds the last command that it had; a photo-eye holds its last report.
    Stuck,
    /// Its bearings or rollers rub, with up to its largest effort at a severity of 1.
    Drag,
    /// From a severity of 0.5 on it does not move, whatever its motor does.
    Jam,
    /// It passes on less motion or torque: none at a severity of 1, though its motor turns.
    Slip,
    /// What it reports is too high, by a quarter of its range at a severity of 1.
    Drift,
    /// It reports its last value again, in this share of the records.
    Dropout,
    /// It runs askew: what it carries goes aside, to the right of its way, by a third of that at a severity of 1.
    Skew,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [FaultKind; 8] = [
        FaultKind::Weak,
        FaultKind::Stuck,
        FaultKind::Drag,
        FaultKind::Jam,
        FaultKind::Slip,
        FaultKind::Drift,
        FaultKind::Dropout,
        FaultKind::Skew,
    ];

    /// Its name in a file.
    pub fn name(&self) -> &'static str {
        match self {
            FaultKind::Weak => "weak",
            FaultKind::Stuck => "stuck",
            FaultKind::Drag => "drag",
            FaultKind::Jam => "jam",
            FaultKind::Slip => "slip",
            FaultKind::Drift => "drift",
            FaultKind::Dropout => "dropout",
            FaultKind::Skew => "skew",
        }
    }

    /// True where it is there or not: from a severity of 0.5 on all of it, below that nothing.
    pub fn is_all_or_nothing(&self) -> bool {
        matches!(self, FaultKind::Stuck | FaultKind::Jam)
    }
}

/// A fault of a mechanism: absent before its onset, then growing in a straight line to its severity, then staying until somebody
/// mends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "N: Number")]
#[schemars(bound = "N: Number")]
pub struct Fault<N> {
    /// The mechanism that has it.
    pub mechanism: String,
    /// What it does.
    pub kind: FaultKind,
    /// When it begins, s after the start.
    #[serde(default = "zero::<N>")]
    pub onset_secs: N,
    /// How long it grows, s.
    #[serde(default = "zero::<N>")]
    pub ramp_secs: N,
    /// How bad it becomes, 0..1; at 0 the world is bit for bit the healthy one.
    #[serde(default = "one::<N>")]
    pub severity: N,
    /// The severity at which the mechanism can no longer do its work, from which the remaining useful life follows;
    /// no end is known when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails_at: Option<N>,
    /// When it is mended, s after the start: from then on it is absent again; never when this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended_secs: Option<N>,
}

impl Fault<f32> {
    /// The severity at a time.
    pub fn severity_at(&self, secs: f32) -> f32 {
        let grown = secs - self.onset_secs;
        if grown < 0.0 || self.mended_secs.is_some_and(|mended| secs >= mended) {
            0.0
        } else if grown >= self.ramp_secs {
            self.severity
        } else {
            self.severity * (grown / self.ramp_secs)
        }
    }

    /// When the severity reaches [`Fault::fails_at`], s after the start; never when it does not, or no end is known.
    pub fn fails_after_secs(&self) -> Option<f32> {
        let fails_at = self.fails_at?;
        let fails = self.severity > 0.0 && self.severity >= fails_at;
        let after = fails.then(|| self.onset_secs + self.ramp_secs * (fails_at / self.severity).max(0.0))?;
        (self.mended_secs.is_none_or(|mended| after < mended)).then_some(after)
    }
}

impl<N> Mechanism<N> {
    /// The kinds of fault that it can have.
    pub fn fault_kinds(&self) -> &'static [FaultKind] {
        use FaultKind::{Drag, Drift, Dropout, Jam, Skew, Slip, Stuck, Weak};
        match self {
            Mechanism::Rotors { .. } => &[Weak],
            Mechanism::Wheels { .. } | Mechanism::Legs { .. } => &[Weak, Drag, Jam, Drift, Dropout],
            Mechanism::Gantry { .. } | Mechanism::Carriage { .. } => &[Weak, Stuck, Jam, Drift, Dropout],
            Mechanism::Drive { .. } | Mechanism::Servo { .. } => &[Weak, Stuck, Drift, Dropout],
            Mechanism::Positioner { .. } => &[Weak, Stuck, Drift, Dropout],
            Mechanism::Belt { .. } => &[Weak, Stuck, Drag, Jam, Slip, Drift, Dropout, Skew],
            Mechanism::DiffDrive { .. } => &[Weak, Slip, Drift, Dropout],
            Mechanism::PhotoEye { .. } => &[Stuck, Dropout],
            Mechanism::DriveTrain { .. } => &[Weak, Stuck, Drag, Jam, Slip, Drift, Dropout],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_is_a_straight_line_from_onset_to_the_end_of_the_ramp() {
        let mut fault = Fault::<f32> {
            mechanism: "motor".into(),
            kind: FaultKind::Weak,
            onset_secs: 2.0,
            ramp_secs: 4.0,
            severity: 0.8,
            fails_at: Some(0.6),
            mended_secs: None,
        };
        let at = |fault: &Fault<f32>| [0.0, 1.99, 2.0, 4.0, 6.0, 60.0].map(|secs| fault.severity_at(secs));
        assert_eq!(at(&fault), [0.0, 0.0, 0.0, 0.4, 0.8, 0.8]);
        assert!((fault.fails_after_secs().expect("it fails") - 5.0).abs() < 1e-5);
        fault.severity = 0.5;
        assert_eq!(fault.fails_after_secs(), None);
        (fault.ramp_secs, fault.severity, fault.fails_at) = (0.0, 1.0, None);
        assert_eq!(at(&fault), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(fault.fails_after_secs(), None);
    }

    #[test]
    fn what_is_mended_is_absent_from_then_on_and_fails_no_more() {
        let mut fault = Fault::<f32> {
            mechanism: "robot".into(),
            kind: FaultKind::Slip,
            onset_secs: 0.0,
            ramp_secs: 10.0,
            severity: 1.0,
            fails_at: Some(0.5),
            mended_secs: Some(8.0),
        };
        assert_eq!(
            [2.0, 6.0, 8.0, 60.0].map(|secs| fault.severity_at(secs)),
            [0.2, 0.6, 0.0, 0.0]
        );
        assert_eq!(fault.fails_after_secs(), Some(5.0));
        fault.mended_secs = Some(4.0);
        assert_eq!(fault.fails_after_secs(), None);
    }

    #[test]
    fn kinds_are_called_as_they_are_written() {
        for kind in FaultKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.name());
        }
    }
}
