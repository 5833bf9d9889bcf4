//! What goes wrong in a cell: one fault, or two at once.

use super::belts::BELTS;
use super::cell::Drawn;
use crate::draw::Draw;
use crate::faults;
use terrella_spec::dist::Dist;
use terrella_spec::factor::FactorSpec;
use terrella_spec::world::{Fault, FaultKind};

/// What can go wrong: the word of the factor, the mechanism, or none where it is a belt, and the kind.
const DEFECTS: [(&str, Option<&str>, FaultKind); 11] = [
    ("belt_slip", None, FaultKind::Slip),
    ("motor_weak", None, FaultKind::Weak),
    ("roller_drag", None, FaultKind::Drag),
    ("belt_jam", None, FaultKind::Jam),
    ("encoder_drift", None, FaultKind::Drift),
    ("encoder_dropout", None, FaultKind::Dropout),
    ("diverter_stuck", Some("diverter"), FaultKind::Stuck),
    ("pusher_stuck", Some("pusher"), FaultKind::Stuck),
    ("eye_in_stuck", Some("eye_in"), FaultKind::Stuck),
    ("eye_diverter_stuck", Some("eye_diverter"), FaultKind::Stuck),
    ("belt_misaligned", None, FaultKind::Skew),
];
/// What the names of the factors of the second fault begin with.
const SECOND: &str = "second_";

/// The words of those that are so.
fn words_of(is_so: impl Fn(Option<&str>, FaultKind) -> bool) -> Vec<&'static str> {
    let known = DEFECTS.into_iter();
    known
        .filter(|(_, place, kind)| is_so(*place, *kind))
        .map(|(word, ..)| word)
        .collect()
}

pub(super) fn factors() -> Vec<FactorSpec> {
    let real = FactorSpec::real;
    let all = words_of(|_, _| true);
    let of_belts = words_of(|place, _| place.is_none());
    let graded = words_of(|_, kind| !kind.is_all_or_nothing());
    // A belt that runs askew is held out.
    let trained = words_of(|_, kind| kind != FaultKind::Skew);
    let training: Vec<&str> = std::iter::repeat_n("none", 5)
        .chain(trained.iter().copied())
        .collect();
    let times = |slot: &str, onset: Dist, ramp: Dist, severity: Dist| {
        let name = |name: &str| format!("{slot}{name}");
        let kind = name("fault_kind");
        [
            FactorSpec::count(
                &name("fault_belt"),
                "Which belt has it, 0 the last one, on which parcels are sorted, and so on against their way; where a cell has too few, \
                 counted on from the last one again.",
                0,
                BELTS.len() as i64 - 1,
                None,
            )
            .where_is(&kind, &of_belts),
            real(&name("fault_onset_secs"), "s", "When it begins to.", onset).where_is(&kind, &all),
            real(&name("fault_ramp_secs"), "s", "How long it grows.", ramp).where_is(&kind, &all),
            real(
                &name("fault_severity"),
                "",
                "How bad it becomes, 0..1; 1 where something is stuck or jams, which is so or not.",
                severity,
            )
            .where_is(&kind, &graded),
        ]
    };
    let mut factors = vec![FactorSpec::choice(
        "fault_kind",
        "What goes wrong; `none` in a third of the episodes.",
        &training,
        &["belt_misaligned"],
    )];
    factors.extend(times(
        "",
        Dist::uniform(0.5, 4.0).ood(4.5, 7.0),
        Dist::uniform(0.0, 2.0).ood(3.0, 5.0),
        Dist::uniform(0.4, 0.95).ood(0.96, 1.0),
    ));
    factors.push(
        FactorSpec::choice(
            "second_fault_kind",
            "What else goes wrong, on top of the first fault.",
            &["none"],
            &trained,
        )
        .where_is("fault_kind", &all),
    );
    factors.extend(times(
        SECOND,
        Dist::uniform(0.5, 4.0),
        Dist::uniform(0.0, 2.0),
        Dist::uniform(0.4, 0.95),
    ));
    factors
}

/// Draws the faults of a cell, by name.
pub(super) fn draw(draw: &mut Draw<'_>, cell: &Drawn) -> Vec<(String, Fault<f32>)> {
    ["", SECOND]
        .into_iter()
        .filter_map(|slot| {
            let word = draw.word(&format!("{slot}fault_kind"));
            let known = DEFECTS.into_iter().find(|(name, ..)| *name == word);
            let place = format!("{slot}fault_belt");
            let belt = draw.count(&place) % cell.belts.count;
            draw.count_came_to(&place, belt);
            let name = BELTS[BELTS.len() - 1 - belt];
            let known = known.map(|(_, mechanism, kind)| (mechanism.unwrap_or(name), kind));
            let mut fault = faults::drawn_as(draw, slot, known)?;
            fault.fails_at = cell.fails_at(fault.kind, belt == 0);
            Some((format!("{slot}fault"), fault))
        })
        .collect()
}
