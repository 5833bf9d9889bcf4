//! `catch_intercept`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan, play, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("catch_intercept").expect("registered"));
}

/// Measured when minted: the expert solves 59 of 60, and 38 of 40 out of distribution; random 2 of 60, smooth_random
/// 4 of 60.
#[test]
fn expert_success_rate() {
    let family = family("catch_intercept").expect("registered");
    let scripted = success_rate(family, "scripted", 60, 80);
    let random = success_rate(family, "random", 60, 80);
    let smooth = success_rate(family, "smooth_random", 60, 80);
    let held_out = (0..40).filter(|episode| {
        let plan = plan(family, *episode, true);
        play(family, plan, "scripted", *episode, 80).solved_at.is_some()
    });
    let held_out = held_out.count();
    assert!(scripted >= 0.9, "scripted solves {scripted}");
    assert!(
        held_out >= 34,
        "scripted solves {held_out} of 40 out of distribution"
    );
    assert!(random <= 0.15, "random solves {random}");
    assert!(smooth <= 0.2, "smooth_random solves {smooth}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("catch_intercept").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["a384c0a46058537b", "ec40e18580a2fecd", "0892221fe01f2a74"]
    );
}
