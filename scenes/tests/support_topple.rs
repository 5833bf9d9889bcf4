//! `support_topple`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("support_topple").expect("registered"));
}

/// Measured when minted: scripted 0.90, random 0.0 of 60.
#[test]
fn expert_success_rate() {
    let family = family("support_topple").expect("registered");
    let scripted = success_rate(family, "scripted", 60, 200);
    let random = success_rate(family, "random", 60, 200);
    assert!(scripted >= 0.85, "scripted solves {scripted}");
    assert!(random <= 0.1, "random solves {random}");
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("support_topple").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["d45159ab84471339", "e4ad3893648a28fb", "1cd694cad49b1b26"]
    );
}
