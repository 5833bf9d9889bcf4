//! `catch_intercept`: the contract of every family, the expert's success rate, golden states.

mod axes;
mod rates;
mod rollout;

use axes::check_axes;
use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("catch_intercept").expect("registered"));
}

#[test]
fn what_is_out_of_distribution_changes_the_world() {
    check_axes(family("catch_intercept").expect("registered"), &[]);
}

/// Measured when minted: the expert solves 59 of 60, and 38 of 40 out of distribution; random 2 of 60, smooth_random
/// 4 of 60.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 60,
        steps: 80,
        scripted: 0.9,
        held_out: 34,
        random: 0.15,
        smooth_random: 0.2,
    };
    check_rates(family("catch_intercept").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("catch_intercept").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["ef29396272cc2316", "2335fcdb92cfa0f7", "907b2faa5008928d"]
    );
}
