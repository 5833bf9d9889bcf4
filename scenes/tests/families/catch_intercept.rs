//! `catch_intercept`: the contract of every family, the expert's success rate, golden states.

use crate::axes::check_axes;
use crate::rates::{Rates, check_rates};
use crate::rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("catch_intercept").expect("registered"));
}

#[test]
fn what_is_out_of_distribution_changes_the_world() {
    check_axes(family("catch_intercept").expect("registered"));
}

/// Since spin bends the flight: the expert solves at least 54 of 60, and 34 of 40 out of distribution; random at most 9 of 60,
/// smooth_random 12 of 60. Before, 59, 38, 2 and 4.
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
        ["644004094d007cd2", "c1995d428181d5bb", "08754721bd1eb50c"]
    );
}
