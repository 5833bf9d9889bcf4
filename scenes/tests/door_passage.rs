//! `door_passage`: the contract of every family, the expert's success rate, golden states.

mod rollout;

use rollout::{check_contract, golden_digests, plan, play, success_rate};
use terrella_scenes::families::family;

#[test]
fn contract() {
    check_contract(family("door_passage").expect("registered"));
}

/// Measured when minted: scripted 1.00 of 60 (and of 400, out-of-distribution ones included), random 0.00 of 30.
#[test]
fn expert_success_rate() {
    let family = family("door_passage").expect("registered");
    let scripted = success_rate(family, "scripted", 60, 240);
    let random = success_rate(family, "random", 30, 240);
    assert!(scripted >= 0.95, "scripted solves {scripted}");
    assert!(random <= 0.1, "random solves {random}");
}

/// Kinds of doors that no training episode has are solved as well.
#[test]
fn expert_solves_worlds_out_of_distribution() {
    let family = family("door_passage").expect("registered");
    let solved = |episode: &u64| {
        play(family, plan(family, *episode, true), "scripted", *episode, 240)
            .solved_at
            .is_some()
    };
    let count = (0..40).filter(solved).count();
    assert!(count >= 36, "scripted solves {count} of 40");
}

/// What the agent senses says nothing of the door: it must be seen.
#[test]
fn the_door_is_in_no_observation_channel() {
    let plan = plan(family("door_passage").expect("registered"), 0, false);
    assert!(
        plan.world
            .observe
            .iter()
            .all(|item| item.of == "agent" || item.of == "goal"),
        "{:?}",
        plan.world.observe
    );
}

/// Equal states mean equal worlds: minted with rapier 0.36.1 and format 1.
#[test]
fn golden_states() {
    let family = family("door_passage").expect("registered");
    assert_eq!(
        golden_digests(family),
        ["71689d1394d47ab9", "a5bcc243830dcbfa", "a1e7594034970382"]
    );
}
