//! `occluder_permanence`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan, play, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("occluder_permanence").expect("registered"));
}

/// Measured when minted: the expert solves 60 of 60, and 40 of 40 out of distribution; random 2 of 60, smooth_random
/// 1 of 60.
#[test]
fn expert_success_rate() {
    let family = family("occluder_permanence").expect("registered");
    let scripted = success_rate(family, "scripted", 60, 120);
    let random = success_rate(family, "random", 60, 120);
    let smooth = success_rate(family, "smooth_random", 60, 120);
    let held_out = (0..40).filter(|episode| {
        let plan = plan(family, *episode, true);
        play(family, plan, "scripted", *episode, 120).solved_at.is_some()
    });
    let held_out = held_out.count();
    assert!(scripted >= 0.95, "scripted solves {scripted}");
    assert!(
        held_out >= 36,
        "scripted solves {held_out} of 40 out of distribution"
    );
    assert!(random <= 0.15, "random solves {random}");
    assert!(smooth <= 0.2, "smooth_random solves {smooth}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("occluder_permanence").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["beb6788f7b1646c8", "fc925b18a744422c", "16fd19d5d8113737"]
    );
}
