//! `rope_soft`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("rope_soft").expect("registered"));
}

/// Measured: the expert solves 20 of the first 21 episodes, ropes, boxes, cloths and curtains.
#[test]
fn expert_success_rate() {
    let family = family("rope_soft").expect("registered");
    let scripted = success_rate(family, "scripted", 21, 160);
    let random = success_rate(family, "random", 10, 160);
    assert!(scripted >= 0.85, "scripted solves {scripted}");
    assert!(random <= 0.2, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("rope_soft").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["bdeed178b0e4f228", "23abe9443be3d35a", "df1ec97fd264c640"]
    );
}
