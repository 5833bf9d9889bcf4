//! `hidden_props`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("hidden_props").expect("registered"));
}

/// Measured: the expert, who pokes before it shoves, solves 40 of 40 in training ranges and 40 of 40 out of distribution.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 60,
        steps: 140,
        scripted: 0.95,
        held_out: 37,
        random: 0.05,
        smooth_random: 0.05,
    };
    check_rates(family("hidden_props").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("hidden_props").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["9d42144857fce9b3", "f66ddc342154152b", "976126c7945f0fe1"]
    );
}
