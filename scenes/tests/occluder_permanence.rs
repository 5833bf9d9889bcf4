//! `occluder_permanence`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("occluder_permanence").expect("registered"));
}

/// Measured when minted: the expert solves 60 of 60, and 40 of 40 out of distribution; random 2 of 60, smooth_random
/// 1 of 60.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 60,
        steps: 120,
        scripted: 0.95,
        held_out: 36,
        random: 0.15,
        smooth_random: 0.2,
    };
    check_rates(family("occluder_permanence").expect("registered"), &rates);
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
