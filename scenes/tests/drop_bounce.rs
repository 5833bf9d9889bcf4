//! `drop_bounce`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("drop_bounce").expect("registered"));
}

/// Measured: scripted 0.87, random 0.07. What the expert loses are objects that leap out of the tray again.
#[test]
fn expert_success_rate() {
    let family = family("drop_bounce").expect("registered");
    let scripted = success_rate(family, "scripted", 60, 80);
    let random = success_rate(family, "random", 60, 80);
    assert!(scripted >= 0.8, "scripted solves {scripted}");
    assert!(random <= 0.15, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("drop_bounce").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["3e3d9325d2c0fa64", "9e0ce0bb0e624173", "a452b10af58042f1"]
    );
}
