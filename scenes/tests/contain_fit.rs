//! `contain_fit`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("contain_fit").expect("registered"));
}

/// Measured when minted: the expert solves 58 of 60, and 58 of 60 out of distribution; random and smooth_random none of 30.
#[test]
fn expert_success_rate() {
    let rates = Rates {
        episodes: 40,
        steps: 240,
        scripted: 0.9,
        held_out: 35,
        random: 0.03,
        smooth_random: 0.03,
    };
    check_rates(family("contain_fit").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("contain_fit").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["4796514a00eca68c", "a7fc0fa2109758d4", "92a5cb2e718b70e5"]
    );
}
