//! `billiard_collide`: the contract of every family, the expert's success rate, golden states.

mod rollout;
mod spoiled;

use rollout::{check_contract, golden_digests, success_rate};
use spoiled::check_spoiled;
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("billiard_collide").expect("registered"));
}

/// Measured when minted: the expert solves 40 of 40 and 59 of 60 out of distribution, random 3 of 40 by chance.
#[test]
fn expert_success_rate() {
    let family = family("billiard_collide").expect("registered");
    let scripted = success_rate(family, "scripted", 40, 160);
    let random = success_rate(family, "random", 40, 160);
    assert!(scripted >= 0.9, "scripted solves {scripted}");
    assert!(random <= 0.2, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("billiard_collide").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["92a1a9e00336ff89", "46627a8d7b32835b", "bbc4e0c9f564f6a1"]
    );
}

/// `weak` and `failure_seeking` were the plain expert where the first command decides all.
#[test]
fn weak_and_failing_players_are_not_the_expert() {
    check_spoiled(family("billiard_collide").expect("registered"), 20, 60);
}
