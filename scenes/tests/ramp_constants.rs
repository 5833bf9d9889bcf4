//! `ramp_constants`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan, play, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("ramp_constants").expect("registered"));
}

/// Measured when minted: the expert solves 39 of 40, and 38 of 40 out of distribution; random 4 of 40, smooth_random
/// 6 of 40.
#[test]
fn expert_success_rate() {
    let family = family("ramp_constants").expect("registered");
    let scripted = success_rate(family, "scripted", 40, 160);
    let random = success_rate(family, "random", 40, 160);
    let smooth = success_rate(family, "smooth_random", 40, 160);
    let held_out = (0..40).filter(|episode| {
        let plan = plan(family, *episode, true);
        play(family, plan, "scripted", *episode, 160).solved_at.is_some()
    });
    let held_out = held_out.count();
    assert!(scripted >= 0.9, "scripted solves {scripted}");
    assert!(
        held_out >= 34,
        "scripted solves {held_out} of 40 out of distribution"
    );
    assert!(random <= 0.15, "random solves {random}");
    assert!(smooth <= 0.25, "smooth_random solves {smooth}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("ramp_constants").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["bbe4c990a45d5996", "c270c4d69e39d678", "8e95f04a25756aec"]
    );
}
