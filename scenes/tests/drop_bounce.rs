//! `drop_bounce`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, plan, play, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("drop_bounce").expect("registered"));
}

/// Measured when minted: see the assertion's bounds.
#[test]
fn expert_success_rate() {
    let family = family("drop_bounce").expect("registered");
    let scripted = success_rate(family, "scripted", 60, 80);
    let random = success_rate(family, "random", 60, 80);
    assert!(scripted >= 0.6, "scripted solves {scripted}");
    assert!(random <= 0.2, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("drop_bounce").expect("registered");
    let digests: Vec<String> = (0..3)
        .map(|episode| {
            format!(
                "{:016x}",
                play(family, plan(family, episode, false), "scripted", episode, 200).digest
            )
        })
        .collect();
    assert_eq!(digests, ["", "", ""]);
}
