//! `rooms_nav`: the contract of every family, the expert's success rate, golden states.

mod rates;
mod rollout;

use rates::{Rates, check_rates};
use rollout::{check_contract, golden_digests};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("rooms_nav").expect("registered"));
}

/// Measured when minted: scripted 39 of 40, and 38 of 40 out of distribution.
#[test]
fn success_rates() {
    let rates = Rates {
        episodes: 40,
        steps: 500,
        scripted: 0.9,
        held_out: 34,
        random: 0.05,
        smooth_random: 0.1,
    };
    check_rates(family("rooms_nav").expect("registered"), &rates);
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("rooms_nav").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["6b4b92fb06b00dec", "1759db06fa491e12", "1afdc2c0bf82daac"]
    );
}
