//! `ramp_constants`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("ramp_constants").expect("registered"));
}

/// Measured when minted: the expert solves 39 of 40, and 38 of 40 out of distribution; random 4 of 40, smooth_random
/// 6 of 40.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 40,
        steps: 160,
        scripted: 0.9,
        held_out: 34,
        random: 0.15,
        smooth_random: 0.25,
    };
    check_rates(family("ramp_constants").expect("registered"), &rates);
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
