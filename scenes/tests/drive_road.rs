//! `drive_road`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("drive_road").expect("registered"));
}

/// Measured when minted: the expert solves 39 of 40, and 39 of 40 out of distribution; who acts at random none of 40.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 40,
        steps: 600,
        scripted: 0.9,
        held_out: 35,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("drive_road").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("drive_road").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["771fe1e43ad937ab", "98345f9325c68b41", "47ee4170e770ff9a"]
    );
}
