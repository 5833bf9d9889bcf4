//! `linkage_control`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("linkage_control").expect("registered"));
}

/// Measured when minted: scripted 0.94, random 0.0 of 80.
#[test]
fn expert_success_rate() {
    let family = family("linkage_control").expect("registered");
    let scripted = success_rate(family, "scripted", 80, 500);
    let random = success_rate(family, "random", 80, 500);
    assert!(scripted >= 0.85, "scripted solves {scripted}");
    assert!(random <= 0.15, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("linkage_control").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["ac30a01f25ef373c", "9f12963f52c04a7c", "31052923933c4c30"]
    );
}
