//! `pour_flow`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("pour_flow").expect("registered"));
}

/// Measured: scripted 0.95, random 0. What the expert loses is spilled at the end of the chute.
#[test]
fn expert_success_rate() {
    let family = family("pour_flow").expect("registered");
    let scripted = success_rate(family, "scripted", 40, 140);
    let random = success_rate(family, "random", 20, 140);
    println!("scripted {scripted}, random {random}");
    assert!(scripted >= 0.8, "scripted solves {scripted}");
    assert!(random <= 0.15, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("pour_flow").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["9fee429c179ea4fa", "8c6609611d405b83", "0939e634ac61bcd1"]
    );
}
